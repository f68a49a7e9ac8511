# The plugin as one static file, which is copied into any container. musl makes it possible: unlike glibc it looks up host
# names without loading anything.

make_static_plugin() {
    local name
    name=check_cloudbackup_job-$version-linux-${triple%%-*}-static
    # zig's libunwind stands where gcc would put libgcc_eh.
    compile "$output/$name" -static -fPIE -pie "$agents"/{nagios,shared}/*.c "$tree$libraries/libcloudbackupjobs.a" -lunwind
    cp "$documents/LICENCES-OF-WHAT-IS-LINKED-IN.txt" "$output/$name.licences.txt"
    set_times "$output/$name"
    set_times "$output/$name.licences.txt"
    ls -l "$output/$name"
}
