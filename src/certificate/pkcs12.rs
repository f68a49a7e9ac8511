//! PKCS#12 (RFC 7292), `.pfx` and `.p12`, as OpenSSL, Windows and .NET write it.

use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use der::{Decode, Encode, Reader, Sequence, SliceReader, Tag, Tagged};
use pkcs12::kdf::Pkcs12KeyType;
use ring::hmac;
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};
use x509_cert::spki::AlgorithmIdentifierRef;

use super::decryption::{Budget, EncryptedPrivateKeyInfo, Password, WRONG_PASSWORD, decrypt, derived};
use super::{EncodedKey, Found};

const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const ENCRYPTED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.6");

const KEY_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.1");
const SHROUDED_KEY_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.2");
const CERTIFICATE_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.3");
const X509: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.22.1");

const SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");
const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
const SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");

const NEEDS_PASSWORD: &str = "needs a password";

// The structures of the crates copy their content, and sort attributes in a time that grows with the square of their
// number. The structures here borrow their content and skip the attributes.

/// RFC 7292 section 4.
#[derive(Sequence)]
struct Pfx<'a> {
    _version: AnyRef<'a>,
    safe: ContentInfo<'a>,
    mac: Option<Mac<'a>>,
}

#[derive(Sequence)]
struct Mac<'a> {
    digest: Digest<'a>,
    salt: OctetStringRef<'a>,
    #[asn1(default = "one")]
    iterations: i32,
}

fn one() -> i32 {
    1
}

#[derive(Sequence)]
struct Digest<'a> {
    algorithm: AlgorithmIdentifierRef<'a>,
    value: OctetStringRef<'a>,
}

/// ContentInfo of RFC 5652 section 3.
#[derive(Sequence)]
struct ContentInfo<'a> {
    kind: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    value: AnyRef<'a>,
}

/// RFC 5652 section 8.
#[derive(Sequence)]
struct EncryptedData<'a> {
    _version: AnyRef<'a>,
    content: EncryptedContent<'a>,
    _attributes: Option<AnyRef<'a>>,
}

#[derive(Sequence)]
struct EncryptedContent<'a> {
    _kind: ObjectIdentifier,
    algorithm: AlgorithmIdentifierRef<'a>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    data: Option<OctetStringRef<'a>>,
}

/// RFC 7292 section 4.2.3.
#[derive(Sequence)]
struct CertificateBag<'a> {
    kind: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    certificate: OctetStringRef<'a>,
}

/// A bag with attributes in any order: Windows does not keep the order that DER prescribes.
#[derive(Sequence)]
struct Bag<'a> {
    id: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    value: AnyRef<'a>,
    _attributes: Option<AnyRef<'a>>,
}

/// Uses the first key; other keys are not decrypted.
pub(super) fn read(der: &[u8], password: Option<&str>, budget: &mut Budget) -> Result<Found, String> {
    let pfx = Pfx::from_der(der).map_err(|error| format!("is neither PEM nor PKCS#12: {error}"))?;
    let safe = octets(&pfx.safe)?;
    let is_asked_for = password.is_none();
    let password = right_password(pfx.mac.as_ref(), safe, password, budget)?;
    read_contents(safe, &password, budget).map_err(|reason| match reason.as_str() {
        WRONG_PASSWORD if is_asked_for => NEEDS_PASSWORD.to_owned(),
        _ => reason,
    })
}

fn read_contents(safe: &[u8], password: &Password, budget: &mut Budget) -> Result<Found, String> {
    // Without a password, encryption protects nothing in the file.
    let mut found = Found { is_open: password.utf8.is_empty(), ..Found::default() };
    for_each(safe, |content: ContentInfo| {
        if content.kind == DATA {
            read_bags(octets(&content)?, password, &mut found, budget)
        } else if content.kind == ENCRYPTED_DATA {
            let content = content.value.decode_as::<EncryptedData>().map_err(unreadable)?.content;
            let encrypted = content.data.map_or(&[][..], |data| data.as_bytes());
            let bags = decrypt(&content.algorithm, encrypted, password, budget)?;
            read_bags(&bags, password, &mut found, budget)
        } else {
            Err(format!("has a protection that is not supported ({})", content.kind))
        }
    })?;
    Ok(found)
}

fn read_bags(bags: &[u8], password: &Password, found: &mut Found, budget: &mut Budget) -> Result<(), String> {
    for_each(bags, |bag: Bag| {
        if bag.id == KEY_BAG {
            // A key that is not used is a secret, too.
            found.is_open = true;
            if found.key.is_none() {
                found.key = Some(EncodedKey::Pkcs8(Zeroizing::new(bag.value.to_der().map_err(unreadable)?)));
            }
        } else if bag.id == SHROUDED_KEY_BAG && found.key.is_none() {
            let info = bag.value.decode_as::<EncryptedPrivateKeyInfo>().map_err(unreadable)?;
            found.key = Some(EncodedKey::Pkcs8(info.decrypt(password, budget)?));
        } else if bag.id == CERTIFICATE_BAG {
            let bag = bag.value.decode_as::<CertificateBag>().map_err(unreadable)?;
            if bag.kind == X509 {
                found.certificates.push(bag.certificate.as_bytes().to_vec());
            }
        }
        // Revocation lists and secrets of other kinds are not needed.
        Ok(())
    })
}

/// Calls `each` with every element of a SEQUENCE OF. There may be millions of elements.
fn for_each<'a, T: Decode<'a>>(der: &'a [u8], mut each: impl FnMut(T) -> Result<(), String>) -> Result<(), String> {
    let sequence = AnyRef::from_der(der).map_err(unreadable)?;
    if sequence.tag() != Tag::Sequence {
        return Err(unreadable(sequence.tag().unexpected_error(Some(Tag::Sequence))));
    }
    let mut reader = SliceReader::new(sequence.value()).map_err(unreadable)?;
    while !reader.is_finished() {
        each(T::decode(&mut reader).map_err(unreadable)?)?;
    }
    Ok(())
}

/// The password in the form that fits the file's MAC. Programs differ in the form that they use for no password.
fn right_password<'a>(
    mac: Option<&Mac>,
    safe: &[u8],
    password: Option<&'a str>,
    budget: &mut Budget,
) -> Result<Password<'a>, String> {
    let given = Password::new(password.unwrap_or_default());
    let Some(mac) = mac else { return Ok(given) };
    if is_sealed_with(mac, safe, &given, budget)? {
        return Ok(given);
    }
    if given.utf8.is_empty() && is_sealed_with(mac, safe, &Password::none(), budget)? {
        return Ok(Password::none());
    }
    Err(if password.is_none() { NEEDS_PASSWORD.to_owned() } else { WRONG_PASSWORD.to_owned() })
}

fn is_sealed_with(mac: &Mac, safe: &[u8], password: &Password, budget: &mut Budget) -> Result<bool, String> {
    let digest = mac.digest.algorithm.oid;
    let mut key = |algorithm: hmac::Algorithm| {
        let length = algorithm.digest_algorithm().output_len();
        let (salt, iterations) = (mac.salt.as_bytes(), mac.iterations);
        let key = match digest {
            SHA1 => derived::<Sha1>(password, salt, Pkcs12KeyType::Mac, iterations, length, budget),
            SHA256 => derived::<Sha256>(password, salt, Pkcs12KeyType::Mac, iterations, length, budget),
            SHA384 => derived::<Sha384>(password, salt, Pkcs12KeyType::Mac, iterations, length, budget),
            _ => derived::<Sha512>(password, salt, Pkcs12KeyType::Mac, iterations, length, budget),
        };
        key.map(|key| hmac::Key::new(algorithm, &key))
    };
    let key = match digest {
        SHA1 => key(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY)?,
        SHA256 => key(hmac::HMAC_SHA256)?,
        SHA384 => key(hmac::HMAC_SHA384)?,
        SHA512 => key(hmac::HMAC_SHA512)?,
        other => return Err(format!("has a MAC that is not supported ({other})")),
    };
    Ok(hmac::verify(&key, safe, mac.digest.value.as_bytes()).is_ok())
}

/// The bytes in a content of the type "data".
fn octets<'a>(content: &ContentInfo<'a>) -> Result<&'a [u8], String> {
    if content.kind != DATA {
        return Err(format!("has a protection that is not supported ({})", content.kind));
    }
    Ok(content.value.decode_as::<OctetStringRef>().map_err(unreadable)?.as_bytes())
}

fn unreadable(error: der::Error) -> String {
    format!("is a PKCS#12 file that cannot be read: {error}")
}
use crate::secret::Zeroizing;
