//! Decrypts what a password protects in key files: PBES2 of PKCS#5 (AES, and the old 3DES), and the schemes of PKCS#12
//! (3DES and RC2).

use cbc::Decryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipher, BlockDecryptMut, InnerIvInit, KeyInit};
use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use der::{Decode, Sequence, Tag, Tagged};
use des::{TdesEde2, TdesEde3};
use pkcs5::EncryptionScheme;
use pkcs5::pbes2::{self, Kdf, PBES2_OID, Pbkdf2Prf};
use pkcs12::kdf::{Pkcs12KeyType, derive_key};
use rc2::Rc2;
use sha1::Sha1;
use x509_cert::spki::AlgorithmIdentifierRef;

use crate::secret::Zeroizing;

pub(super) const WRONG_PASSWORD: &str = "cannot be opened with this password";

/// The memory limit for scrypt, which takes 128 times cost, block size and parallelization. OpenSSL itself chooses 16
/// MiB.
const MOST_SCRYPT_BYTES: u64 = 64 * 1024 * 1024;

/// The longest time for opening a file, on the machine on which the costs below were measured.
const MOST_SECONDS: u64 = 3;

// The costs in nanoseconds, rounded up, of a release build on an Intel Xeon of 2023 without its instructions for SHA.
// With these instructions it takes half as long or less. The slowest of the hashes and ciphers was measured.
/// An iteration of PBKDF2, for each block of the key. 738 with SHA-256.
const PBKDF2_ITERATION: u64 = 750;
/// An iteration of PKCS#12's own derivation, for each hash of the key. 363 with SHA-256.
const PKCS12_ITERATION: u64 = 370;
/// A byte of the salt, for each hash of the key.
const SALT_BYTE: u64 = 10;
/// A block of scrypt, which has 128 bytes.
const SCRYPT_BLOCK: u64 = 710;
/// A byte that is decrypted. 93 with 3DES.
const DECRYPTED_BYTE: u64 = 95;

/// The time that is left for opening a file. It is counted and not measured, so that every machine opens the same
/// files.
pub(super) struct Budget {
    nanoseconds: u64,
}

impl Budget {
    pub(super) fn for_a_file() -> Self {
        Self { nanoseconds: MOST_SECONDS * 1_000_000_000 }
    }

    #[cfg(fuzzing)]
    pub(super) fn of(nanoseconds: u64) -> Self {
        Self { nanoseconds }
    }

    #[cfg(fuzzing)]
    pub(super) fn left(&self) -> u64 {
        self.nanoseconds
    }

    /// To be called before work that costs this much. `what` names the work, for the refusal.
    fn spend(&mut self, nanoseconds: u64, what: impl FnOnce() -> String) -> Result<(), String> {
        self.nanoseconds = self.nanoseconds.checked_sub(nanoseconds).ok_or_else(|| {
            format!("needs {}, so that opening it would take more than {MOST_SECONDS} seconds", what())
        })?;
        Ok(())
    }

    fn spend_on_iterations(&mut self, iterations: u64, nanoseconds: u64) -> Result<(), String> {
        self.spend(nanoseconds, || format!("{iterations} iterations for its password"))
    }
}

/// A password in both forms in which it is used.
pub(super) struct Password<'a> {
    pub(super) utf8: &'a str,
    /// UTF-16, big endian, with a zero at its end: the form for PKCS#12.
    pub(super) utf16: Zeroizing<Vec<u8>>,
}

impl<'a> Password<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut utf16 = Zeroizing::new(Vec::with_capacity(2 * text.len() + 2));
        utf16.extend(text.encode_utf16().chain([0]).flat_map(u16::to_be_bytes));
        Self { utf8: text, utf16 }
    }

    /// No password, which is not the same as an empty password in PKCS#12.
    pub(super) fn none() -> Self {
        Self { utf8: "", utf16: Zeroizing::default() }
    }
}

/// An encrypted key (RFC 5958), in PEM and in PKCS#12.
#[derive(Sequence)]
pub(super) struct EncryptedPrivateKeyInfo<'a> {
    algorithm: AlgorithmIdentifierRef<'a>,
    data: OctetStringRef<'a>,
}

impl EncryptedPrivateKeyInfo<'_> {
    pub(super) fn decrypt(&self, password: &Password, budget: &mut Budget) -> Result<Zeroizing<Vec<u8>>, String> {
        decrypt(&self.algorithm, self.data.as_bytes(), password, budget)
    }
}

/// The parameters of all schemes of PKCS#12.
#[derive(Sequence)]
struct Pkcs12Parameters<'a> {
    salt: OctetStringRef<'a>,
    iterations: i32,
}

/// A scheme of PKCS#12 (RFC 7292 appendix C): how long the key is, and the cipher.
struct Pkcs12Scheme {
    oid: &'static str,
    key_length: usize,
    decrypt: Decrypt,
}

/// Takes key, initialization vector and data. Decrypts the data in place, and returns the new length.
type Decrypt = fn(&[u8], &[u8], &mut [u8]) -> Option<usize>;

const SCHEMES: [Pkcs12Scheme; 4] = [
    Pkcs12Scheme {
        oid: "1.2.840.113549.1.12.1.3",
        key_length: 24,
        decrypt: |key, iv, data| cbc_decrypt(TdesEde3::new_from_slice(key).ok()?, iv, data),
    },
    Pkcs12Scheme {
        oid: "1.2.840.113549.1.12.1.4",
        key_length: 16,
        decrypt: |key, iv, data| cbc_decrypt(TdesEde2::new_from_slice(key).ok()?, iv, data),
    },
    Pkcs12Scheme {
        oid: "1.2.840.113549.1.12.1.5",
        key_length: 16,
        decrypt: |key, iv, data| cbc_decrypt(Rc2::new_with_eff_key_len(key, 128), iv, data),
    },
    Pkcs12Scheme {
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

/// Decrypts `data` with the scheme that `algorithm` names.
pub(super) fn decrypt(
    algorithm: &AlgorithmIdentifierRef<'_>,
    data: &[u8],
    password: &Password,
    budget: &mut Budget,
) -> Result<Zeroizing<Vec<u8>>, String> {
    let unreadable = |error: der::Error| format!("has parameters of its encryption that cannot be read: {error}");
    let bytes = DECRYPTED_BYTE.saturating_mul(data.len() as u64);
    budget.spend(bytes, || format!("{} bytes of decryption", data.len()))?;
    let mut data = Zeroizing::new(data.to_vec());
    let length = if algorithm.oid == PBES2_OID {
        let scheme = EncryptionScheme::try_from(*algorithm)
            .map_err(|error| format!("has an encryption that is not supported: {error}"))?;
        if let EncryptionScheme::Pbes2(parameters) = &scheme {
            spend_on_key(parameters, budget)?;
        }
        scheme
            .decrypt_in_place(password.utf8, &mut data)
            .map_err(|error| match error {
                pkcs5::Error::DecryptFailed | pkcs5::Error::EncryptFailed => WRONG_PASSWORD.to_owned(),
                other => format!("has an encryption that is not supported: {other}"),
            })?
            .len()
    } else {
        let scheme = SCHEMES.iter().find(|scheme| ObjectIdentifier::new_unwrap(scheme.oid) == algorithm.oid);
        let scheme = scheme.ok_or_else(|| format!("has an encryption that is not supported ({})", algorithm.oid))?;
        let parameters = algorithm.parameters.as_ref().ok_or("lacks the parameters of its encryption")?;
        let parameters = parameters.decode_as::<Pkcs12Parameters>().map_err(unreadable)?;
        let (salt, iterations) = (parameters.salt.as_bytes(), parameters.iterations);
        let mut derive = |kind, length| derived::<Sha1>(password, salt, kind, iterations, length, budget);
        let key = derive(Pkcs12KeyType::EncryptionKey, scheme.key_length)?;
        let iv = derive(Pkcs12KeyType::Iv, IV_LENGTH)?;
        (scheme.decrypt)(&key, &iv, &mut data).ok_or(WRONG_PASSWORD)?
    };
    data.truncate(length);
    // One wrong password in 256 leaves good padding. The encrypted data is always one SEQUENCE, so this is checked,
    // too.
    match AnyRef::from_der(&data) {
        Ok(any) if any.tag() == Tag::Sequence => {}
        _ => return Err(WRONG_PASSWORD.to_owned()),
    }
    Ok(data)
}

/// To be called before a key of PBES2 is derived.
fn spend_on_key(parameters: &pbes2::Parameters<'_>, budget: &mut Budget) -> Result<(), String> {
    match &parameters.kdf {
        Kdf::Pbkdf2(pbkdf2) => {
            let hash_length = match pbkdf2.prf {
                Pbkdf2Prf::HmacWithSha1 => 20,
                Pbkdf2Prf::HmacWithSha224 => 28,
                Pbkdf2Prf::HmacWithSha256 => 32,
                Pbkdf2Prf::HmacWithSha384 => 48,
                Pbkdf2Prf::HmacWithSha512 => 64,
                _ => 1,
            };
            let blocks = parameters.encryption.key_size().div_ceil(hash_length) as u64;
            let iterations = u64::from(pbkdf2.iteration_count);
            let of_salt = SALT_BYTE.saturating_mul(pbkdf2.salt.len() as u64);
            let of_block = PBKDF2_ITERATION.saturating_mul(iterations).saturating_add(of_salt);
            budget.spend_on_iterations(iterations, of_block.saturating_mul(blocks))
        }
        Kdf::Scrypt(scrypt) => {
            let factors = [scrypt.cost_parameter, scrypt.block_size.into(), scrypt.parallelization.into()];
            let blocks = factors.into_iter().fold(1, u64::saturating_mul);
            let bytes = blocks.saturating_mul(128);
            // The memory would be allocated as the file says, and a failed allocation ends the process.
            if !(1..=MOST_SCRYPT_BYTES).contains(&bytes) {
                return Err(format!(
                    "needs {bytes} bytes of memory for its password; at most {MOST_SCRYPT_BYTES} are allowed"
                ));
            }
            let of_salt = SALT_BYTE.saturating_mul(scrypt.salt.len() as u64);
            budget.spend(SCRYPT_BLOCK.saturating_mul(blocks).saturating_add(of_salt), || {
                format!("{bytes} bytes of memory for its password")
            })
        }
        // A scheme of a later version of the crate: its cost is not known.
        _ => Err("has an encryption that is not supported".to_owned()),
    }
}

/// Derives a key from the password (RFC 7292 appendix B).
pub(super) fn derived<D>(
    password: &Password,
    salt: &[u8],
    kind: Pkcs12KeyType,
    iterations: i32,
    length: usize,
    budget: &mut Budget,
) -> Result<Zeroizing<Vec<u8>>, String>
where
    D: sha1::digest::Digest + sha1::digest::FixedOutputReset + sha1::digest::core_api::BlockSizeUser,
{
    let hashes = length.div_ceil(<D as sha1::digest::OutputSizeUser>::output_size()) as u64;
    // Fewer iterations than one count as one.
    let counted = u64::try_from(iterations).unwrap_or_default().max(1);
    let of_salt = SALT_BYTE.saturating_mul(salt.len() as u64);
    let of_hash = PKCS12_ITERATION.saturating_mul(counted).saturating_add(of_salt);
    budget.spend_on_iterations(counted, of_hash.saturating_mul(hashes))?;
    Ok(Zeroizing::new(derive_key::<D>(&password.utf16, salt, kind, iterations, length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_one_budget_for_all_that_is_in_it() {
        let mut budget = Budget::for_a_file();
        let most = MOST_SECONDS * 1_000_000_000 / PKCS12_ITERATION;
        let mut derive = |iterations, length| {
            derived::<Sha1>(&Password::new("x"), b"salt", Pkcs12KeyType::Mac, iterations, length, &mut budget).map(drop)
        };
        let too_many = i32::try_from(most + 1).expect("is less than 2^31");
        let refusal = derive(too_many, 20).expect_err("are too many");
        assert_eq!(
            refusal,
            format!("needs {too_many} iterations for its password, so that opening it would take more than 3 seconds")
        );
        // The refused derivation cost nothing. A key of two hashes costs twice as much.
        assert!(derive(too_many / 2 + 1, 24).is_err());
        derive(10_000, 20).expect("is little");
        assert!(derive(too_many - 10_000, 20).is_err());
        // Fewer iterations than one count as one: a million bags with no iterations are work, too.
        budget.nanoseconds = 3 * (PKCS12_ITERATION + 4 * SALT_BYTE);
        let mut derive = |iterations| {
            derived::<Sha1>(&Password::new("x"), b"salt", Pkcs12KeyType::Mac, iterations, 20, &mut budget).is_ok()
        };
        assert_eq!([0, -1, i32::MIN, 0].map(&mut derive), [true, true, true, false]);
    }
}
