#!/bin/sh
# Makes the certificates of tests/tls. They are committed: run this only to change them. Needs OpenSSL 3.
#
# Every validity is written out, so that no test depends on the day on which the certificates were made.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

VALID_FROM=20200101000000Z
VALID_UNTIL=21200101000000Z

# key FILE
key() {
    openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt > "$1"
    chmod 644 "$1"
}

# issue NAME KEY CN FROM UNTIL EXTENSIONS [OPTION...]
issue() {
    name=$1 key=$2 subject=$3 from=$4 until=$5 extensions=$6
    shift 6
    openssl req -new -key "$key" -subj "/CN=$subject" -out "$work/request.pem"
    printf '%s\n' "$extensions" > "$work/extensions"
    : > "$work/index"
    openssl rand -hex 16 > "$work/serial"
    cat > "$work/ca.conf" <<CONF
[ca]
default_ca = test
[test]
database = $work/index
new_certs_dir = $work
serial = $work/serial
default_md = sha256
policy = any
[any]
commonName = supplied
CONF
    openssl ca -batch -notext -config "$work/ca.conf" -startdate "$from" -enddate "$until" \
        -extfile "$work/extensions" -in "$work/request.pem" -out "$name.pem" "$@" 2> "$work/log" ||
        { cat "$work/log" >&2; exit 1; }
}

AUTHORITY='basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash'
LEAF='basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid'
HERE='subjectAltName = DNS:localhost, IP:127.0.0.1'

by_ca() {
    issue "$@" -cert ca.pem -keyfile "$work/ca-key.pem"
}

by_itself() {
    issue "$@" -selfsign -keyfile "$2"
}

# The authority's key is not kept: nobody signs with it again.
key "$work/ca-key.pem"
by_itself ca "$work/ca-key.pem" 'Test CA' $VALID_FROM $VALID_UNTIL "$AUTHORITY"

# One key for all servers.
key key.pem
by_ca server key.pem localhost $VALID_FROM $VALID_UNTIL "$LEAF
$HERE"
by_ca expired key.pem localhost $VALID_FROM 20210101000000Z "$LEAF
$HERE"
by_ca not-yet-valid key.pem localhost 21190101000000Z $VALID_UNTIL "$LEAF
$HERE"
by_ca other-host key.pem other.example $VALID_FROM $VALID_UNTIL "$LEAF
subjectAltName = DNS:other.example, IP:127.0.0.2"
# Clients ignore the subject: without alternative names a certificate names no host.
by_ca no-names key.pem localhost $VALID_FROM $VALID_UNTIL "$LEAF"
# A certificate from "openssl req -x509", as people use it for a server: it is its own authority.
by_itself authority-as-server key.pem localhost $VALID_FROM $VALID_UNTIL "$AUTHORITY
$HERE"
