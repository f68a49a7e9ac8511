# The DLL, its import libraries, the static library and the programs, for Windows.

# What Explorer and inventories show of a file: an object for the linker.
version_resource() { # FILE DESCRIPTION, on standard output
    local object=$work/$1.version.o
    target-windres -O coff -o "$object" <<RESOURCE
#include <winver.h>
VS_VERSION_INFO VERSIONINFO
FILEVERSION ${version//./,},0
PRODUCTVERSION ${version//./,},0
FILEOS VOS_NT_WINDOWS32
FILETYPE $([[ $1 == *.dll ]] && echo VFT_DLL || echo VFT_APP)
{
    BLOCK "StringFileInfo" {
        BLOCK "040904b0" {
            VALUE "FileDescription", "$2"
            VALUE "FileVersion", "$version"
            VALUE "InternalName", "$1"
            VALUE "LegalCopyright", "MIT OR Apache-2.0"
            VALUE "OriginalFilename", "$1"
            VALUE "ProductName", "cloudbackupjobs (not affiliated with AvePoint)"
            VALUE "ProductVersion", "$version"
        }
    }
    BLOCK "VarFileInfo" { VALUE "Translation", 0x409, 1200 }
}
RESOURCE
    echo "$object"
}

# Every function of the header, for linkers and for those who make an import library themselves.
write_def() { # FILE
    {
        echo 'LIBRARY cloudbackupjobs.dll'
        echo 'EXPORTS'
        functions | sed 's/\(.*\) .*/    \1/'
    } >"$1"
}

build_library() {
    local built=$output/build/$triple/release cargo_home=${CARGO_HOME:-$HOME/.cargo} said=$work/cargo.log zig
    # The file has no time in it, and no path of this machine.
    RUSTFLAGS="${RUSTFLAGS:-} --remap-path-prefix=$cargo_home=cargo" \
        cargo rustc --locked --release --lib --crate-type cdylib,staticlib --target "$triple" --target-dir "$output/build" -- \
        "--remap-path-prefix=$PWD=." -C link-arg=-Wl,--no-insert-timestamp -C strip=symbols --print native-static-libs \
        -C "link-arg=$(version_resource cloudbackupjobs.dll 'Details of Cloud Backup for Microsoft 365 jobs')" 2>"$said" ||
        { cat "$said" >&2; return 1; }
    cp "$built/cloudbackupjobs.dll" "$folder/bin/"
    cp "$built/libcloudbackupjobs.dll.a" "$folder/lib/"
    write_def "$folder/lib/cloudbackupjobs.def"
    # Not as one object with few global names, as packaging/install makes it for Linux: the linker for Windows cannot join
    # objects that have thread-local variables (`unable to fill in DataDictionary[9]`). So a program cannot be linked with
    # two static libraries of Rust there.
    target-objcopy --strip-debug --remove-section=.llvmbc --remove-section=.llvmcmd --enable-deterministic-archives \
        "$built/libcloudbackupjobs.a" "$folder/lib/libcloudbackupjobs.a"
    # For MSVC: the short form that its own tools write.
    zig=$(python3 -c 'import os, ziglang; print(os.path.join(os.path.dirname(ziglang.__file__), "zig"))')
    "$zig" dlltool -m i386:x86-64 -D cloudbackupjobs.dll -d "$folder/lib/cloudbackupjobs.def" -l "$folder/lib/cloudbackupjobs.lib"

    # What a program that is linked with the static library needs, as rustc says it; the compiler adds the C library itself.
    static_libraries=$(sed -n 's/^note: native-static-libs: //p' "$said" | tail -n 1 | tr ' ' '\n' |
        grep -vxE -- '-l(gcc_eh|gcc|msvcrt|mingwex|mingw32|l:libpthread.a)|-l:libpthread.a' | sed 's/\.lib$//' | awk '!seen[$0]++' | tr '\n' ' ')
    [ -n "$static_libraries" ] || { echo "packaging/package: rustc did not name the system libraries" >&2; return 1; }
}

build_windows_program() { # NAME DESCRIPTION SOURCES
    local name=$1 description=$2
    shift 2
    target-cc -std=c99 -O2 -Iinclude "-I$agents/shared" "-ffile-prefix-map=$PWD=." -static -s -Wl,--no-insert-timestamp \
        "$@" "$(version_resource "$name.exe" "$description")" "$folder/lib/libcloudbackupjobs.dll.a" -o "$folder/bin/$name.exe"
}

put_headers() {
    cp include/cloudbackupjobs.h include/cloudbackupjobs.hpp "$folder/include/"
    cp packaging/cmake/*.cmake "$folder/share/cmake/cloudbackupjobs/"
    cp packaging/abi/manifest.json "$folder/share/cloudbackupjobs/"
    pkg_config_file cloudbackupjobs '' '-L${libdir} -lcloudbackupjobs'
    pkg_config_file cloudbackupjobs-static ' (the library inside the program)' \
        "-L\${libdir} -l:libcloudbackupjobs.a $static_libraries"
}

pkg_config_file() { # NAME ADDITION LIBRARIES
    cat >"$folder/lib/pkgconfig/$1.pc" <<CONFIG
prefix=\${pcfiledir}/../..
libdir=\${prefix}/lib
includedir=\${prefix}/include

Name: $1
Description: Details of Cloud Backup for Microsoft 365 jobs$2
Version: $version
Libs: ${3% }
Cflags: -I\${includedir}
CONFIG
}
