# The programs and modules for monitoring agents, in the folders where the agents look for them.

agents=examples/agents

# Compiles and links for the target. Every file is hardened: what packages of Debian have, these have, too.
compile() { # FILE FLAGS, SOURCES AND LIBRARIES
    local file=$1
    shift
    mkdir -p "$(dirname "$file")"
    # 32-bit machines: stat fails with EOVERFLOW for a file whose inode has a large number, without the second definition.
    target-cc -std=c99 -O2 -D_FORTIFY_SOURCE=2 -D_FILE_OFFSET_BITS=64 -fstack-protector-strong -Iinclude "-I$agents/shared" \
        "-ffile-prefix-map=$PWD=." "$@" -lm -lpthread -s -Wl,-z,relro,-z,now -o "$file"
}

# Links with the shared library. The loader does not look where a tarball was unpacked, so each file names the library's
# folder from its own.
build() { # FILE FLAGS AND SOURCES
    local up
    up=$(realpath -m --relative-to="$(dirname "$1")" "$tree/usr/lib")
    compile "$@" "-L$tree$libraries" -lcloudbackupjobs "-Wl,-rpath,\$ORIGIN/$up"
}

build_programs() {
    local lib=$tree/usr/lib headers=$work/headers
    # packaging/install has put the program there, too, but with the way to the library that Debian has and the tarball has
    # not.
    build "$tree/usr/bin/cloudbackupjobs" -fPIE -pie examples/c/jobs/*.c
    build "$lib/nagios/plugins/check_cloudbackup_job" -fPIE -pie "$agents"/{nagios,shared}/*.c
    build "$lib/cloudbackupjobs/cloudbackup_pass" -fPIE -pie "$agents"/{net-snmp,shared}/*.c
    build "$lib/zabbix/modules/cloudbackup.so" -shared -fPIC "$agents"/{zabbix,shared}/*.c

    # Debian has one package of collectd's headers for all its architectures: what they declare for plugins does not depend
    # on the processor. There is no collectd for musl here that could load the plugin, so musl has none.
    [ "$libc" = glibc ] || return 0
    [ -d /usr/include/collectd ] || { echo "packaging/package: collectd-dev is missing" >&2; return 1; }
    mkdir -p "$headers"
    ln -s /usr/include/collectd "$headers/collectd"
    build "$lib/collectd/cloudbackup.so" -shared -fPIC "-I$headers" "-I$headers/collectd" "-I$headers/collectd/core" \
        "-I$headers/collectd/core/daemon" "-I$headers/collectd/liboconfig" "$agents"/{collectd,shared}/*.c
}
