#!/bin/sh
# Makes the certificates and keys of tests/client_certificates. They are committed: run this only to change them. Needs
# OpenSSL 3 with its legacy provider, and python3 with `cryptography` and `asn1crypto`.
#
# Every validity is written out, so that no test depends on the day on which the certificates were made. The files are
# committed with mode 644; the tests copy them to where nobody else can read them.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

VALID_FROM=20200101000000Z
VALID_UNTIL=21200101000000Z
PASSWORD='correct horse'

# issue FILE KEY CN FROM UNTIL EXTENSIONS [OPTION...]
issue() {
    file=$1 key=$2 subject=$3 from=$4 until=$5 extensions=$6
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
        -extfile "$work/extensions" -in "$work/request.pem" -out "$file" "$@" 2> "$work/log" ||
        { cat "$work/log" >&2; exit 1; }
}

AUTHORITY='basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash'
LEAF='basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth'

by_issuer() {
    issue "$@" "$LEAF" -cert issuer.pem -keyfile "$work/issuer-key.pem"
}

by_itself() {
    issue "$@" "$LEAF" -selfsign -keyfile "$2"
}

# new_key FILE ALGORITHM OPTION...
new_key() {
    file=$1
    shift
    openssl genpkey -out "$file" -algorithm "$@" 2> "$work/log" || { cat "$work/log" >&2; exit 1; }
}

# The issuer's key is not kept: nobody signs with it again.
new_key "$work/issuer-key.pem" RSA -pkeyopt rsa_keygen_bits:2048
issue issuer.pem "$work/issuer-key.pem" 'Test issuer' $VALID_FROM $VALID_UNTIL "$AUTHORITY" \
    -selfsign -keyfile "$work/issuer-key.pem"

# One key and its certificates.
new_key key.pem RSA -pkeyopt rsa_keygen_bits:2048
by_issuer certificate.pem key.pem 'Test client' $VALID_FROM $VALID_UNTIL
by_itself expired.pem key.pem 'Test client' $VALID_FROM 20210101000000Z
by_itself not-yet-valid.pem key.pem 'Test client' 21190101000000Z $VALID_UNTIL
# "No well-defined expiration date" (RFC 5280 section 4.1.2.5).
by_itself forever.pem key.pem 'Test client' $VALID_FROM 99991231235959Z

openssl req -new -key key.pem -subj '/CN=Test client' -out request.pem

# The same key in every form.
openssl rsa -in key.pem -traditional -out key-pkcs1.pem 2> "$work/log"
openssl rsa -in key.pem -traditional -aes128 -passout "pass:$PASSWORD" -out key-old-encryption.pem 2> "$work/log"
# encrypted_key NAME OPTION...
encrypted_key() {
    name=$1
    shift
    openssl pkcs8 -topk8 -in key.pem -passout "pass:$PASSWORD" -out "key-$name.pem" "$@"
}
encrypted_key aes256 -v2 aes-256-cbc -v2prf hmacWithSHA256
encrypted_key aes128-sha512 -v2 aes-128-cbc -v2prf hmacWithSHA512
encrypted_key des3-sha1 -v2 des3 -v2prf hmacWithSHA1
# Quick to try, for a test that tries many wrong passwords.
encrypted_key one-iteration -v2 aes-256-cbc -iter 1
encrypted_key scrypt -v2 aes-256-cbc -scrypt
encrypted_key pkcs12-des3 -v1 PBE-SHA1-3DES

# Other keys.
new_key other-key.pem RSA -pkeyopt rsa_keygen_bits:2048
by_itself other.pem other-key.pem 'Test client' $VALID_FROM $VALID_UNTIL
new_key "$work/ec-key.pem" EC -pkeyopt ec_paramgen_curve:prime256v1
by_itself ec-certificate.pem "$work/ec-key.pem" 'Test client' $VALID_FROM $VALID_UNTIL
cat ec-certificate.pem "$work/ec-key.pem" > ec.pem
{ cat ec-certificate.pem; openssl ecparam -name prime256v1; openssl ec -in "$work/ec-key.pem" 2> "$work/log"; } > ec-sec1.pem
new_key "$work/weak-key.pem" RSA -pkeyopt rsa_keygen_bits:1024
by_itself "$work/weak.pem" "$work/weak-key.pem" 'Test client' $VALID_FROM $VALID_UNTIL
cat "$work/weak.pem" "$work/weak-key.pem" > weak.pem
new_key "$work/large-key.pem" RSA -pkeyopt rsa_keygen_bits:4608
by_itself "$work/large.pem" "$work/large-key.pem" 'Test client' $VALID_FROM $VALID_UNTIL
cat "$work/large.pem" "$work/large-key.pem" > large.pem
new_key "$work/pss-key.pem" RSA-PSS -pkeyopt rsa_keygen_bits:2048
by_itself "$work/pss.pem" "$work/pss-key.pem" 'Test client' $VALID_FROM $VALID_UNTIL
cat "$work/pss.pem" "$work/pss-key.pem" > pss.pem

# pfx NAME PASSWORD OPTION...
pfx() {
    name=$1 password=$2
    shift 2
    openssl pkcs12 -export -inkey key.pem -in certificate.pem -passout "pass:$password" -out "$name.pfx" "$@"
}
pfx openssl3 "$PASSWORD"
pfx openssl1 "$PASSWORD" -legacy
pfx des3 "$PASSWORD" -certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -macalg sha1
pfx des2 "$PASSWORD" -legacy -certpbe PBE-SHA1-2DES -keypbe PBE-SHA1-2DES -macalg sha1
pfx rc2-128 "$PASSWORD" -legacy -certpbe PBE-SHA1-RC2-128 -keypbe PBE-SHA1-RC2-128 -macalg sha1
pfx aes128 "$PASSWORD" -certpbe AES-128-CBC -keypbe AES-128-CBC -macalg sha384
pfx aes192 "$PASSWORD" -certpbe AES-192-CBC -keypbe AES-192-CBC -macalg sha512
# The format of some old programs, without the number of iterations.
pfx one-iteration "$PASSWORD" -iter 1 -nomaciter -certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -macalg sha1
pfx no-mac "$PASSWORD" -nomac
pfx empty-password ''
pfx empty-password-des3 '' -certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -macalg sha1
pfx not-encrypted "$PASSWORD" -certpbe NONE -keypbe NONE
pfx not-encrypted-no-mac '' -certpbe NONE -keypbe NONE -nomac
pfx issuer-last "$PASSWORD" -certfile issuer.pem
# One character of two, one of three and one of four bytes.
pfx not-ascii 'ü€😀'
pfx not-ascii-des3 'ü€😀' -certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -macalg sha1
pfx key-names "$PASSWORD" -iter 2000 -certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -macalg sha1 -LMK -name 'Test client' \
    -CSP 'Microsoft Enhanced RSA and AES Cryptographic Provider'
openssl pkcs12 -export -inkey "$work/ec-key.pem" -in ec-certificate.pem -passout "pass:$PASSWORD" -out ec.pfx
openssl pkcs12 -export -nocerts -inkey key.pem -passout "pass:$PASSWORD" -out only-key.pfx \
    2> "$work/log"
openssl pkcs12 -export -nokeys -in certificate.pem -passout "pass:$PASSWORD" -out only-certificate.pfx

# With the lines that OpenSSL writes above each part.
openssl pkcs12 -in issuer-last.pfx -passin "pass:$PASSWORD" -nodes -out bag-attributes.pem

# Files that OpenSSL cannot write.
python3 windows.py "$PASSWORD"

chmod 644 ./*.pem ./*.pfx
