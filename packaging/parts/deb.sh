# The Debian package.

make_deb() {
    local architecture file
    architecture=$(fact deb "$triple")
    file=$output/cloudbackupjobs_${version}_$architecture.deb
    mkdir "$tree/DEBIAN"
    cat >"$tree/DEBIAN/control" <<CONTROL
Package: cloudbackupjobs
Version: $version
Architecture: $architecture
Maintainer: The cloudbackupjobs developers <nobody@localhost>
Installed-Size: $(du -sk --apparent-size --exclude=DEBIAN "$tree" | cut -f 1)
Depends: libc6 (>= 2.17)
Suggests: pkg-config, gcc, zabbix-agent, collectd-core, snmpd, monitoring-plugins-common
Section: libs
Priority: optional
Description: details of Cloud Backup for Microsoft 365 jobs
 A C library that retrieves the state, times, counts and top errors of one backup
 job from AvePoint's Cloud Backup for Microsoft 365, with headers for C and C++, a
 plugin for Nagios and Icinga, modules for the Zabbix agent and collectd, a table
 for Net-SNMP, and the program cloudbackupjobs. Not affiliated with AvePoint.
CONTROL
    # Each symbol with the version that introduced it, so that packages built against this one depend on the right version.
    {
        echo 'libcloudbackupjobs.so.1 cloudbackupjobs #MINVER#'
        functions | sed 's/\(.*\) \(.*\)/ \1@Base \2/'
    } >"$tree/DEBIAN/symbols"
    echo 'libcloudbackupjobs 1 cloudbackupjobs' >"$tree/DEBIAN/shlibs"
    echo 'activate-noawait ldconfig' >"$tree/DEBIAN/triggers"
    (cd "$tree" && find usr -type f -exec md5sum {} + | sort -k 2) >"$tree/DEBIAN/md5sums"
    chmod -R u=rwX,go=rX "$tree"
    set_times "$tree"
    dpkg-deb --root-owner-group --build "$tree" "$file" >/dev/null
    ls -l "$file"
}
