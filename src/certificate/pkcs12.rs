//! PKCS#12 (RFC 7292), `.pfx` and `.p12`, as OpenSSL, Windows and .NET write it.

use cms::content_info::ContentInfo;
use cms::encrypted_data::EncryptedData;
use der::asn1::{AnyRef, ObjectIdentifier, OctetString};
use der::{Decode, Sequence};
use pkcs12::cert_type::CertBag;
use pkcs12::kdf::Pkcs12KeyType;
use pkcs12::mac_data::MacData;
use pkcs12::pbe_params::EncryptedPrivateKeyInfo;
use pkcs12::pfx::Pfx;
use ring::hmac;
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use super::decryption::{Password, WRONG_PASSWORD, decrypt, derived};
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

/// A bag. The crate's own demands its attributes in the order that DER prescribes, which Windows does not keep.
#[derive(Sequence)]
struct Bag<'a> {
    id: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    value: AnyRef<'a>,
    _attributes: Option<AnyRef<'a>>,
}

pub(super) fn read(der: &[u8], password: Option<&str>) -> Result<Found, String> {
    let pfx = Pfx::from_der(der).map_err(|error| format!("is neither PEM nor PKCS#12: {error}"))?;
    let safe = octets(&pfx.auth_safe)?;
    let is_asked_for = password.is_none();
    let password = right_password(pfx.mac_data.as_ref(), &safe, password)?;
    read_contents(&safe, &password).map_err(|reason| match reason.as_str() {
        WRONG_PASSWORD if is_asked_for => NEEDS_PASSWORD.to_owned(),
        _ => reason,
    })
}

fn read_contents(safe: &[u8], password: &Password) -> Result<Found, String> {
    // A file without a password protects nothing, whatever is encrypted in it.
    let mut found = Found { is_open: password.utf8.is_empty(), ..Found::default() };
    for content in Vec::<ContentInfo>::from_der(safe).map_err(unreadable)? {
        let bags = if content.content_type == DATA {
            octets(&content)?
        } else if content.content_type == ENCRYPTED_DATA {
            let info = content.content.decode_as::<EncryptedData>().map_err(unreadable)?.enc_content_info;
            let encrypted = info.encrypted_content.as_ref().map_or(&[][..], OctetString::as_bytes);
            decrypt(&info.content_enc_alg, encrypted, password)?
        } else {
            return Err(format!("is protected in a way that is not known ({})", content.content_type));
        };
        read_bags(&bags, password, &mut found)?;
    }
    Ok(found)
}

fn read_bags(bags: &[u8], password: &Password, found: &mut Found) -> Result<(), String> {
    for bag in Vec::<Bag>::from_der(bags).map_err(unreadable)? {
        if bag.id == KEY_BAG {
            found.is_open = true;
            let der = Zeroizing::new(der::Encode::to_der(&bag.value).map_err(unreadable)?);
            found.keys.push(EncodedKey::Pkcs8(der));
        } else if bag.id == SHROUDED_KEY_BAG {
            let info = bag.value.decode_as::<EncryptedPrivateKeyInfo>().map_err(unreadable)?;
            let key = decrypt(&info.encryption_algorithm, info.encrypted_data.as_bytes(), password)?;
            found.keys.push(EncodedKey::Pkcs8(key));
        } else if bag.id == CERTIFICATE_BAG {
            let certificate = bag.value.decode_as::<CertBag>().map_err(unreadable)?;
            if certificate.cert_id == X509 {
                found.certificates.push(certificate.cert_value.as_bytes().to_vec());
            }
        }
        // Revocation lists and secrets of other kinds are not needed.
    }
    Ok(())
}

/// The password in the form in which the file's seal was made: with none at all, programs differ.
fn right_password<'a>(mac: Option<&MacData>, safe: &[u8], password: Option<&'a str>) -> Result<Password<'a>, String> {
    let given = Password::new(password.unwrap_or_default());
    let Some(mac) = mac else { return Ok(given) };
    if is_sealed_with(mac, safe, &given)? {
        return Ok(given);
    }
    if given.utf8.is_empty() && is_sealed_with(mac, safe, &Password::none())? {
        return Ok(Password::none());
    }
    Err(if password.is_none() { NEEDS_PASSWORD.to_owned() } else { WRONG_PASSWORD.to_owned() })
}

fn is_sealed_with(mac: &MacData, safe: &[u8], password: &Password) -> Result<bool, String> {
    let digest = mac.mac.algorithm.oid;
    let key = |algorithm: hmac::Algorithm| {
        let length = algorithm.digest_algorithm().output_len();
        let (salt, iterations) = (mac.mac_salt.as_bytes(), mac.iterations);
        let key = match digest {
            SHA1 => derived::<Sha1>(password, salt, Pkcs12KeyType::Mac, iterations, length),
            SHA256 => derived::<Sha256>(password, salt, Pkcs12KeyType::Mac, iterations, length),
            SHA384 => derived::<Sha384>(password, salt, Pkcs12KeyType::Mac, iterations, length),
            _ => derived::<Sha512>(password, salt, Pkcs12KeyType::Mac, iterations, length),
        };
        key.map(|key| hmac::Key::new(algorithm, &key))
    };
    let key = match digest {
        SHA1 => key(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY)?,
        SHA256 => key(hmac::HMAC_SHA256)?,
        SHA384 => key(hmac::HMAC_SHA384)?,
        SHA512 => key(hmac::HMAC_SHA512)?,
        other => return Err(format!("is sealed in a way that is not known ({other})")),
    };
    Ok(hmac::verify(&key, safe, mac.mac.digest.as_bytes()).is_ok())
}

/// What a content of the type "data" holds.
fn octets(content: &ContentInfo) -> Result<Zeroizing<Vec<u8>>, String> {
    if content.content_type != DATA {
        return Err(format!("is protected in a way that is not known ({})", content.content_type));
    }
    let octets = content.content.decode_as::<OctetString>().map_err(unreadable)?;
    Ok(Zeroizing::new(octets.into_bytes()))
}

fn unreadable(error: der::Error) -> String {
    format!("is PKCS#12 that cannot be read: {error}")
}
