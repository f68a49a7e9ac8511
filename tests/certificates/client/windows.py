"""PKCS#12 files that OpenSSL does not write: called by make.sh, with the password.

windows.pfx: as Windows exports it ("TripleDES-SHA1"): 2000 iterations, the attributes of a bag not in the order of DER,
and behind the key, in its PKCS#8, the attribute keyUsage.
issuer-first.pfx: the issuer's certificate before the client's.
null-password.pfx: sealed with no password at all, which is not the empty one.
costly-scrypt.pem, costly-pbkdf2.pem, costly-pkcs12.pfx: want more time or memory than a reader has.
"""

import hashlib
import hmac
import sys

from asn1crypto import algos, cms, core, keys, pem, pkcs12, x509
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes

ITERATIONS = 2000


def derive(password, salt, kind, iterations, length):
    """RFC 7292 appendix B, with SHA-1."""
    fill = lambda text: (text * (64 // len(text) + 1))[: 64 * -(-len(text) // 64)] if text else b""
    secret, out = fill(salt) + fill(password), b""
    while len(out) < length:
        block = bytes([kind] * 64) + secret
        for _ in range(iterations):
            block = hashlib.sha1(block).digest()
        out += block
        add = int.from_bytes(fill(block)[:64], "big") + 1
        parts = [int.from_bytes(secret[i : i + 64], "big") for i in range(0, len(secret), 64)]
        secret = b"".join(((part + add) % (1 << 512)).to_bytes(64, "big") for part in parts)
    return out[:length]


def bmp(password):
    return b"" if password is None else password.encode("utf-16-be") + b"\0\0"


def encrypted(data, password, salt):
    """The ciphertext and how it was made: pbeWithSHAAnd3-KeyTripleDES-CBC."""
    key, iv = (derive(bmp(password), salt, kind, ITERATIONS, size) for kind, size in ((1, 24), (2, 8)))
    padding = 8 - len(data) % 8
    encryptor = Cipher(TripleDES(key), modes.CBC(iv)).encryptor()
    algorithm = algos.EncryptionAlgorithm(
        {"algorithm": "pkcs12_sha1_tripledes_3key", "parameters": {"salt": salt, "iterations": ITERATIONS}}
    )
    return encryptor.update(data + bytes([padding] * padding)) + encryptor.finalize(), algorithm


def tlv(tag, content):
    length = len(content)
    if length < 128:
        return bytes([tag, length]) + content
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + content


def oid(dotted):
    return core.ObjectIdentifier(dotted).dump()


def bag(kind, value, attributes):
    """By hand: asn1crypto would put the attributes in order."""
    body = oid(kind) + tlv(0xA0, value)
    return tlv(0x30, body + (tlv(0x31, b"".join(attributes)) if attributes else b""))


def attribute(kind, value):
    return tlv(0x30, oid(kind) + tlv(0x31, value))


def text(string):
    return core.BMPString(string).dump()


def certificate_bag(certificate, attributes=()):
    value = {"cert_id": "x509", "cert_value": core.ParsableOctetString(certificate.dump())}
    return bag("1.2.840.113549.1.12.10.1.3", pkcs12.CertBag(value).dump(), attributes)


def key_bag(key, password, salt, attributes=()):
    if password is None:
        return bag("1.2.840.113549.1.12.10.1.1", key, attributes)
    data, algorithm = encrypted(key, password, salt)
    value = {"encryption_algorithm": algorithm, "encrypted_data": data}
    return bag("1.2.840.113549.1.12.10.1.2", keys.EncryptedPrivateKeyInfo(value).dump(), attributes)


def plain_content(bags):
    return cms.ContentInfo({"content_type": "data", "content": core.OctetString(tlv(0x30, b"".join(bags)))})


def encrypted_content(bags, password, salt):
    data, algorithm = encrypted(tlv(0x30, b"".join(bags)), password, salt)
    info = {"content_type": "data", "content_encryption_algorithm": algorithm, "encrypted_content": data}
    value = {"version": "v0", "encrypted_content_info": info}
    return cms.ContentInfo({"content_type": "encrypted_data", "content": value})


def write(name, contents, password, salt, mac_iterations=ITERATIONS):
    safe = pkcs12.AuthenticatedSafe(contents).dump()
    # A key that cannot be derived cannot make a MAC; no reader checks it.
    sealed = min(mac_iterations, ITERATIONS)
    seal = hmac.new(derive(bmp(password), salt, 3, sealed, 20), safe, hashlib.sha1).digest()
    mac = {
        "mac": {"digest_algorithm": {"algorithm": "sha1"}, "digest": seal},
        "mac_salt": salt,
        "iterations": mac_iterations,
    }
    auth_safe = {"content_type": "data", "content": core.OctetString(safe)}
    with open(name, "wb") as file:
        file.write(pkcs12.Pfx({"version": "v3", "auth_safe": auth_safe, "mac_data": mac}).dump())


def read(name):
    with open(name, "rb") as file:
        return pem.unarmor(file.read())[2]


def costly(kdf, parameters):
    """PBES2 with AES-256 (RFC 8018 appendix A.4); asn1crypto knows no scrypt."""
    aes = tlv(0x30, oid("2.16.840.1.101.3.4.1.42") + tlv(0x04, bytes(16)))
    scheme = tlv(0x30, tlv(0x30, oid(kdf) + tlv(0x30, parameters)) + aes)
    algorithm = tlv(0x30, oid("1.2.840.113549.1.5.13") + scheme)
    return pem.armor("ENCRYPTED PRIVATE KEY", tlv(0x30, algorithm + tlv(0x04, bytes(1232))))


def main(password):
    certificate = x509.Certificate.load(read("certificate.pem"))
    issuer = x509.Certificate.load(read("issuer.pem"))
    key = read("key.pem")
    local_id = attribute("1.2.840.113549.1.9.21", core.OctetString(b"\x01\0\0\0").dump())
    name = attribute("1.2.840.113549.1.9.20", text("te-3f0c2a4e-0d3b-4b0e-9d8f-6f2f0a1b2c3d"))
    csp = "Microsoft Enhanced RSA and AES Cryptographic Provider"
    provider = attribute("1.3.6.1.4.1.311.17.1", text(csp))
    machine = attribute("1.3.6.1.4.1.311.17.2", b"")

    # The longest first: DER demands the opposite order.
    order = sorted([local_id, name, provider, machine], reverse=True)
    assert order != sorted(order)
    usage = core.BitString((1,)).dump()
    with_usage = keys.PrivateKeyInfo.load(key).contents + tlv(0xA0, attribute("2.5.29.15", usage))
    key_content = plain_content([key_bag(tlv(0x30, with_usage), password, b"salt-1--", order)])
    certificates = [certificate_bag(certificate, [name, local_id])]
    write("windows.pfx", [key_content, encrypted_content(certificates, password, b"salt-2--")], password, b"salt-3--")

    certificates = [certificate_bag(issuer), certificate_bag(certificate, [local_id])]
    contents = [encrypted_content(certificates, password, b"salt-4--")]
    contents.append(plain_content([key_bag(key, password, b"salt-5--", [local_id])]))
    write("issuer-first.pfx", contents, password, b"salt-6--")
    write("costly-pkcs12.pfx", contents, password, b"salt-6--", mac_iterations=2**31 - 1)

    write("null-password.pfx", [plain_content([key_bag(key, None, None), certificate_bag(certificate)])], None, b"salt-7--")

    # 128 * 8 * 2^30 bytes.
    parameters = [core.OctetString(b"salt-8--"), core.Integer(2**30), core.Integer(8), core.Integer(1)]
    with open("costly-scrypt.pem", "wb") as file:
        file.write(costly("1.3.6.1.4.1.11591.4.11", b"".join(each.dump() for each in parameters)))
    parameters = [core.OctetString(b"salt-9--"), core.Integer(2**31 - 1)]
    with open("costly-pbkdf2.pem", "wb") as file:
        file.write(costly("1.2.840.113549.1.5.12", b"".join(each.dump() for each in parameters)))


main(sys.argv[1])
