//! What a password protects in key files: PBES2 of PKCS#5 (AES, and 3DES of old), and the schemes of PKCS#12 (3DES and RC2).

use cbc::Decryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipher, BlockDecryptMut, InnerIvInit, KeyInit};
use der::asn1::{AnyRef, ObjectIdentifier};
use der::{Decode, Encode, Tag, Tagged};
use des::{TdesEde2, TdesEde3};
use pkcs5::pbes2::{Kdf, PBES2_OID};
use pkcs5::{AlgorithmIdentifierRef, EncryptionScheme};
use pkcs12::kdf::{Pkcs12KeyType, derive_key};
use pkcs12::pbe_params::Pkcs12PbeParams;
use rc2::Rc2;
use sha1::Sha1;
use x509_cert::spki::AlgorithmIdentifierOwned;
use zeroize::Zeroizing;

/// More than any program writes: a file must not keep its reader busy for hours.
pub(super) const MOST_ITERATIONS: u32 = 10_000_000;

pub(super) const WRONG_PASSWORD: &str = "cannot be opened with this password";

/// For scrypt: 128 times cost, block size and parallelization. OpenSSL's own choice is 16 MiB.
const MOST_SCRYPT_BYTES: u64 = 256 * 1024 * 1024;

/// A password in both forms in which it is used.
pub(super) struct Password<'a> {
    pub(super) utf8: &'a str,
    /// UTF-16, big endian, with a zero behind it: as PKCS#12 takes it.
    pub(super) utf16: Zeroizing<Vec<u8>>,
}

impl<'a> Password<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut utf16 = Zeroizing::new(Vec::with_capacity(2 * text.len() + 2));
        utf16.extend(text.encode_utf16().chain([0]).flat_map(u16::to_be_bytes));
        Self { utf8: text, utf16 }
    }

    /// No password at all, which PKCS#12 knows beside the empty one.
    pub(super) fn none() -> Self {
        Self { utf8: "", utf16: Zeroizing::default() }
    }
}

/// A scheme of PKCS#12 (RFC 7292 appendix C): how long the key is, and the cipher.
struct Scheme {
    oid: &'static str,
    key_length: usize,
    decrypt: Decrypt,
}

/// Of key, initialization vector and data, which it changes in place: how much of that is left.
type Decrypt = fn(&[u8], &[u8], &mut [u8]) -> Option<usize>;

const SCHEMES: [Scheme; 4] = [
    Scheme {
        oid: "1.2.840.113549.1.12.1.3",
        key_length: 24,
        decrypt: |key, iv, data| cbc_decrypt(TdesEde3::new_from_slice(key).ok()?, iv, data),
    },
    Scheme {
        oid: "1.2.840.113549.1.12.1.4",
        key_length: 16,
        decrypt: |key, iv, data| cbc_decrypt(TdesEde2::new_from_slice(key).ok()?, iv, data),
    },
    Scheme {
        oid: "1.2.840.113549.1.12.1.5",
        key_length: 16,
        decrypt: |key, iv, data| cbc_decrypt(Rc2::new_with_eff_key_len(key, 128), iv, data),
    },
    Scheme {
        oid: "1.2.840.113549.1.12.1.6",
        key_length: 5,
        decrypt: |key, iv, data| cbc_decrypt(Rc2::new_with_eff_key_len(key, 40), iv, data),
    },
];

/// All of them have blocks of 64 bits.
const IV_LENGTH: usize = 8;

fn cbc_decrypt<C: BlockCipher + BlockDecryptMut>(cipher: C, iv: &[u8], data: &mut [u8]) -> Option<usize> {
    let decryptor = Decryptor::inner_iv_slice_init(cipher, iv).ok()?;
    decryptor.decrypt_padded_mut::<Pkcs7>(data).ok().map(<[u8]>::len)
}

/// Decrypts `data` in the way that `algorithm` names.
pub(super) fn decrypt(
    algorithm: &AlgorithmIdentifierOwned,
    data: &[u8],
    password: &Password,
) -> Result<Zeroizing<Vec<u8>>, String> {
    let unreadable = |error: der::Error| format!("is encrypted in a way that cannot be read: {error}");
    let mut data = Zeroizing::new(data.to_vec());
    let length = if algorithm.oid == PBES2_OID {
        let encoded = algorithm.to_der().map_err(unreadable)?;
        let scheme = EncryptionScheme::try_from(AlgorithmIdentifierRef::from_der(&encoded).map_err(unreadable)?)
            .map_err(|error| format!("is encrypted in a way that is not known: {error}"))?;
        if let EncryptionScheme::Pbes2(parameters) = &scheme
            && let Kdf::Pbkdf2(pbkdf2) = &parameters.kdf
            && pbkdf2.iteration_count > MOST_ITERATIONS
        {
            return Err(too_many(pbkdf2.iteration_count.into()));
        }
        if let EncryptionScheme::Pbes2(parameters) = &scheme
            && let Kdf::Scrypt(scrypt) = &parameters.kdf
        {
            // It would be allocated as it stands there, and an allocation that fails ends the process.
            let factors = [scrypt.cost_parameter, scrypt.block_size.into(), scrypt.parallelization.into()];
            let bytes = factors.into_iter().fold(128, u64::saturating_mul);
            if !(1..=MOST_SCRYPT_BYTES).contains(&bytes) {
                return Err(format!(
                    "wants {bytes} bytes of memory for its password; {MOST_SCRYPT_BYTES} are the most"
                ));
            }
        }
        scheme
            .decrypt_in_place(password.utf8, &mut data)
            .map_err(|error| match error {
                pkcs5::Error::DecryptFailed | pkcs5::Error::EncryptFailed => WRONG_PASSWORD.to_owned(),
                other => format!("is encrypted in a way that is not known: {other}"),
            })?
            .len()
    } else {
        let scheme = SCHEMES.iter().find(|scheme| ObjectIdentifier::new_unwrap(scheme.oid) == algorithm.oid);
        let scheme = scheme.ok_or_else(|| format!("is encrypted in a way that is not known ({})", algorithm.oid))?;
        let parameters = algorithm.parameters.as_ref().ok_or("lacks the parameters of its encryption")?;
        let parameters = parameters.decode_as::<Pkcs12PbeParams>().map_err(unreadable)?;
        let derive =
            |kind, length| derived::<Sha1>(password, parameters.salt.as_bytes(), kind, parameters.iterations, length);
        let key = derive(Pkcs12KeyType::EncryptionKey, scheme.key_length)?;
        let iv = derive(Pkcs12KeyType::Iv, IV_LENGTH)?;
        (scheme.decrypt)(&key, &iv, &mut data).ok_or(WRONG_PASSWORD)?
    };
    data.truncate(length);
    // One wrong password in 256 leaves good padding. What is encrypted here is always one SEQUENCE.
    match AnyRef::from_der(&data) {
        Ok(any) if any.tag() == Tag::Sequence => {}
        _ => return Err(WRONG_PASSWORD.to_owned()),
    }
    Ok(data)
}

/// A key of the password (RFC 7292 appendix B).
pub(super) fn derived<D>(
    password: &Password,
    salt: &[u8],
    kind: Pkcs12KeyType,
    iterations: i32,
    length: usize,
) -> Result<Zeroizing<Vec<u8>>, String>
where
    D: sha1::digest::Digest + sha1::digest::FixedOutputReset + sha1::digest::core_api::BlockSizeUser,
{
    if iterations > MOST_ITERATIONS.cast_signed() {
        return Err(too_many(iterations.into()));
    }
    Ok(Zeroizing::new(derive_key::<D>(&password.utf16, salt, kind, iterations, length)))
}

fn too_many(iterations: i64) -> String {
    format!("wants {iterations} iterations of its password, more than {MOST_ITERATIONS}")
}
