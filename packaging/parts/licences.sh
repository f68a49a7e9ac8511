# The licences of everything that is linked in, and the bill of materials, for one target.

put_licences() { # THE LIBRARIES OF THE PACKAGE
    local text=$documents/LICENCES-OF-WHAT-IS-LINKED-IN.txt zig unwinder=
    licences_of_crates "$text"
    zig=$(python3 -c 'import os, ziglang; print(os.path.join(os.path.dirname(ziglang.__file__), "lib"))')
    add_licence "$text" 'LLVM libunwind (unwinds the stack after a panic)' "$zig/libunwind/LICENSE.TXT"
    [ "$libc" != musl ] ||
        add_licence "$text" 'musl, the C library (in the static plugin)' "$zig/libc/musl/COPYRIGHT"

    # zig links its own unwinder, which is that of its LLVM; on Windows mingw-w64 links.
    [ -z "$libc" ] || unwinder=$(target-cc --version | sed -n 's/^clang version //p')
    # cargo-cyclonedx writes beside Cargo.toml only. It takes its time from SOURCE_DATE_EPOCH.
    cargo cyclonedx -q -f json --all --no-build-deps --spec-version 1.5 --target "$triple" --override-filename "sbom-$$"
    packaging/parts/bill "sbom-$$.json" "$triple" "$unwinder" "$@" >"$documents/sbom.cdx.json"
    rm "sbom-$$.json"
}

# cargo-about reads the texts of all crates, which takes a minute. Most targets have the same crates, so its text is kept in
# the folder of builds, by the crates and what else it depends on.
licences_of_crates() { # FILE
    local crates about key kept
    # A failure counts only in an assignment of its own.
    crates=$(cargo tree --locked --edges normal --prefix none --target "$triple" | sed -e "s| ($PWD)||" -e "s| (\*)||" | sort -u)
    about=$(cargo about --version)
    key=$(printf '%s\n' "$crates" "$about" | cat - packaging/licences/about.{toml,hbs} | sha256sum | cut -c 1-16)
    kept=$output/build/licences-$key.txt
    if [ ! -e "$kept" ]; then
        cargo about generate --locked --fail --target "$triple" -c packaging/licences/about.toml -o "$kept.new" packaging/licences/about.hbs
        mv "$kept.new" "$kept"
    fi
    cp "$kept" "$1"
}

add_licence() { # FILE TITLE TEXT
    local line=-------------------------------------------------------------------------------
    { printf '%s\n%s\n%s\n\n' "$line" "$2" "$line"; cat "$3"; echo; } >>"$1"
}
