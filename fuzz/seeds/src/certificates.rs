//! The files of `tests/certificates/client/`, and the structures in them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::Result;

const FOLDER: &str = "tests/certificates/client";

/// A longer file only takes longer.
const LONGEST: usize = 16 * 1024;

/// Each file as it is.
pub fn files(root: &Path, seeds: &mut BTreeSet<Vec<u8>>) -> Result<()> {
    for entry in fs::read_dir(root.join(FOLDER))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "pem" || extension == "pfx") {
            let bytes = fs::read(path)?;
            if bytes.len() <= LONGEST {
                seeds.insert(bytes);
            }
        }
    }
    Ok(())
}

/// PKCS#12 files, and what the PEM files encode, each with the byte before it that the target wants.
pub fn parts(root: &Path, seeds: &mut BTreeSet<Vec<u8>>) -> Result<()> {
    let mut whole = BTreeSet::new();
    files(root, &mut whole)?;
    for file in whole {
        let Ok(text) = String::from_utf8(file.clone()) else {
            seeds.insert([b"p", &*file].concat());
            continue;
        };
        for block in text.split("-----BEGIN ").skip(1) {
            let (label, rest) = block.split_once("-----").ok_or("a block has no label")?;
            let body: String = rest.split("-----END").next().unwrap_or_default().split_whitespace().collect();
            let kind = match label {
                "CERTIFICATE" => b'c',
                "PRIVATE KEY" => b'8',
                "RSA PRIVATE KEY" => b'1',
                "ENCRYPTED PRIVATE KEY" => b'e',
                _ => continue,
            };
            // OpenSSL's old encryption has lines with other text.
            if let Ok(der) = BASE64_STANDARD.decode(body) {
                seeds.insert([&[kind], &*der].concat());
            }
        }
    }
    Ok(())
}
