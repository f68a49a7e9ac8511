# The documents, examples and configurations, the same for every target; and the reference as HTML.

put_documents() {
    local agents=examples/agents agent page
    mkdir -p "$documents/abi" "$documents/agents" "$documents/reference"
    cp README.md CHANGELOG.md SECURITY.md LICENSE-MIT LICENSE-APACHE "$documents/"
    cp -r docs "$documents/"
    cp packaging/abi/README.md "$documents/abi/"
    cp -r examples/c examples/languages "$documents/"
    for agent in nagios zabbix prometheus collectd net-snmp token; do
        mkdir "$documents/agents/$agent"
        find "$agents/$agent" -maxdepth 1 -type f ! -name '*.c' ! -name '*.h' -exec cp -t "$documents/agents/$agent" {} +
    done
    cp "$agents/README.md" "$agents/SCALE.md" "$agents/cloudbackup.json" "$documents/agents/"
    mkdir -p "$tree/usr/share/snmp/mibs"
    cp "$agents/net-snmp/CLOUDBACKUPJOBS-MIB.txt" "$tree/usr/share/snmp/mibs/"

    for page in "$tree"/usr/share/man/man3/*.3; do
        mandoc -T html -O man=%N.html "$page" >"$documents/reference/$(basename "$page" .3).html"
    done
    # cloudbackupjobs.html is the overview of section 3.
    mandoc -T html -O man=%N.html "$tree/usr/share/man/man1/cloudbackupjobs.1" >"$documents/reference/cloudbackupjobs.1.html"
}
