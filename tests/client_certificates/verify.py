"""Judges an assertion as an identity service written with PyJWT would: CERTIFICATE AUDIENCE CLIENT_ID, the JWT on stdin."""

import base64
import sys

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes

path, audience, client_id = sys.argv[1:]
token = sys.stdin.read()
with open(path, "rb") as file:
    certificate = x509.load_pem_x509_certificate(file.read())

thumbprint = certificate.fingerprint(hashes.SHA1())
header = jwt.get_unverified_header(token)
assert header["kid"] == thumbprint.hex().upper(), header
assert header["x5t"] == base64.urlsafe_b64encode(thumbprint).decode().rstrip("="), header
jwt.decode(
    token,
    certificate.public_key(),
    algorithms=["RS256"],
    audience=audience,
    issuer=client_id,
    subject=client_id,
    options={"require": ["iss", "sub", "aud", "jti", "nbf", "exp"]},
)
