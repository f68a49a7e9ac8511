# What packages are called and what packaging/targets says about their targets. Sourced by bash, in the root folder.

# The value in a column of packaging/targets; nothing for an unknown triple or a dash.
fact() { # COLUMN TRIPLE
    awk -v column="$1" -v triple="$2" '
        /^# triple / { for (i = 2; i <= NF; i++) place[$i] = i - 1 }
        $1 == triple && $place[column] != "-" { print $place[column] }' packaging/targets
}

all_triples() {
    awk '!/^#/ && NF { print $1 }' packaging/targets
}

version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)

# The end of file names: linux-x86_64, linux-aarch64-musl.
platform() { # TRIPLE
    local libc
    libc=$(fact libc "$1")
    echo "$(fact system "$1" | sed 's/win32/windows/')-${1%%-*}$([ "$libc" != musl ] || echo -musl)"
}

# The functions of the header, each with the version that introduced it.
functions() {
    sed -n 's/.*"name": "\(cbj_[a-z_0-9]*\)", "since": "\([0-9.]*\)".*/\1 \2/p' packaging/abi/manifest.json | sort
}
