//! The private key. It must be an RSA key, because the identity service accepts RS256.

use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef, UintRef};
use der::{Decode, Header, Sequence, SliceReader};
use ring::rand::SystemRandom;
use ring::rsa::KeyPair;
use ring::signature::RSA_PKCS1_SHA256;
use x509_cert::spki::AlgorithmIdentifierRef;

use super::EncodedKey;
use super::x509::Certificate;

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");

const EC_REFUSED: &str = "contains an EC key; the identity service accepts only RSA keys";

/// PKCS#8 (RFC 5958). ring's own reader refuses the attributes that Windows adds after the key.
#[derive(Sequence)]
struct PrivateKeyInfo<'a> {
    _version: AnyRef<'a>,
    algorithm: AlgorithmIdentifierRef<'a>,
    key: OctetStringRef<'a>,
    _attributes: Option<AnyRef<'a>>,
    _public_key: Option<AnyRef<'a>>,
}

/// The key sizes that ring accepts. ring itself refuses other keys, but gives the reason only as text.
const MIN_BITS: u32 = 2048;
const MAX_BITS: u32 = 4096;

pub(super) struct PrivateKey(KeyPair);

impl PrivateKey {
    pub(super) fn read(encoded: &EncodedKey) -> Result<Self, String> {
        match encoded {
            EncodedKey::Pkcs1(der) => Self::from_pkcs1(der),
            EncodedKey::Pkcs8(der) => {
                let info = PrivateKeyInfo::from_der(der)
                    .map_err(|error| format!("contains a private key that cannot be read: {error}"))?;
                match info.algorithm.oid {
                    RSA => Self::from_pkcs1(info.key.as_bytes()),
                    EC => Err(EC_REFUSED.to_owned()),
                    other => Err(format!(
                        "contains a key that is not an RSA key ({other}); the identity service accepts only RSA keys"
                    )),
                }
            }
            EncodedKey::Sec1 => Err(EC_REFUSED.to_owned()),
        }
    }

    fn from_pkcs1(der: &[u8]) -> Result<Self, String> {
        match modulus_bits(der) {
            Some(..MIN_BITS) => Err("contains an RSA key of less than 2048 bits, which is too weak".to_owned()),
            Some(bits) if bits > MAX_BITS => {
                Err("contains an RSA key of more than 4096 bits, which is not supported".to_owned())
            }
            _ => KeyPair::from_der(der)
                .map(Self)
                .map_err(|reason| format!("contains an RSA key that cannot be used: {reason}")),
        }
    }

    pub(super) fn belongs_to(&self, certificate: &Certificate) -> bool {
        let public_key = certificate.public_key();
        public_key.algorithm.oid == RSA && public_key.subject_public_key.raw_bytes() == self.0.public().as_ref()
    }

    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        let mut signature = vec![0; self.0.public().modulus_len()];
        self.0
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .map_err(|_| "the private key could not sign".to_owned())?;
        Ok(signature)
    }
}

/// How many bits the modulus of an RSAPrivateKey has (RFC 8017 appendix A.1.2). `None` if `der` does not begin like one.
fn modulus_bits(der: &[u8]) -> Option<u32> {
    let mut reader = SliceReader::new(der).ok()?;
    Header::decode(&mut reader).ok()?;
    let _version = AnyRef::decode(&mut reader).ok()?;
    let modulus = UintRef::decode(&mut reader).ok()?;
    let bytes = modulus.as_bytes();
    Some(8 * u32::try_from(bytes.len()).ok()? - bytes.first()?.leading_zeros())
}
