//! Reads the files that a configuration names, and checks whether other users can read or change them.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{MAIN_SEPARATOR, Path};

use crate::quote::beginning;
use crate::secret::Zeroizing;
use crate::sys;

/// Far larger than any certificate bundle.
const LARGEST: u64 = 16 * 1024 * 1024;

/// How many characters of a path are quoted. The paths that people use are shorter.
const LONGEST_QUOTED_PATH: usize = 512;

/// The content of a file.
pub(crate) struct Content {
    /// Wiped when dropped, because it may be a secret.
    pub(crate) bytes: Zeroizing<Vec<u8>>,
    /// `Some` if other users can access the file: why it must not contain a secret.
    pub(crate) exposed: Option<String>,
    /// `Some` if other users can change the file: why it must not say where a secret is or where it is sent.
    pub(crate) changeable: Option<String>,
}

impl Content {
    pub(crate) fn must_not_be_empty(&self) -> Result<(), String> {
        if self.bytes.trim_ascii().is_empty() { Err("is empty".to_owned()) } else { Ok(()) }
    }

    /// To be called as soon as the caller knows that the file contains a secret.
    pub(crate) fn must_be_private(&self) -> Result<(), String> {
        self.exposed.clone().map_or(Ok(()), Err)
    }

    /// To be called as soon as the caller knows that the file says where a secret is or where it is sent.
    pub(crate) fn must_be_unchangeable(&self) -> Result<(), String> {
        self.changeable.clone().map_or(Ok(()), Err)
    }
}

/// Reads a file. The error says what is wrong with it, without its path.
pub(crate) fn read(path: &Path) -> Result<Content, String> {
    let cannot = |error: std::io::Error| match error.kind() {
        ErrorKind::PermissionDenied => format!("cannot be read by {}: {error}", sys::own_user()),
        _ => format!("cannot be read: {error}"),
    };
    let file = sys::open_for_reading(path).map_err(cannot)?;
    let file = file.get().map_err(cannot)?;
    // Of the opened file: meanwhile another file may have its path.
    let metadata = file.metadata().map_err(cannot)?;
    if metadata.is_dir() {
        return Err("cannot be read: it is a directory".to_owned());
    }
    if !metadata.is_file() {
        return Err("cannot be read: it is not a regular file".to_owned());
    }
    if metadata.len() > LARGEST {
        return Err(format!("has {} bytes, more than {LARGEST}", metadata.len()));
    }
    let bytes = read_whole(file, metadata.len()).map_err(cannot)?;
    let sys::Access { exposed, changeable } = sys::access(file, path).map_err(cannot)?;
    Ok(Content { bytes, exposed, changeable })
}

/// `path` for a message, if it may be shown.
pub(crate) fn named(path: &Path) -> String {
    if may_be_named(path) { quoted(path) } else { "(not shown, because it does not look like a path)".to_owned() }
}

/// Whether `path` is a file or looks like one. Anything else may be a secret in the place of a path.
pub(crate) fn may_be_named(path: &Path) -> bool {
    let text = path.to_string_lossy();
    let ends = |endings: &[&str]| endings.iter().any(|ending| text.ends_with(ending));
    text.is_empty() || sys::path_begins_like(&text) || ends(&[".pem", ".pfx", ".p12"]) || path.exists()
}

/// `path` in quotes, cut if it is too long.
pub(crate) fn quoted(path: &Path) -> String {
    let quoted = format!("{:?}", beginning(&path.to_string_lossy(), LONGEST_QUOTED_PATH));
    // Where backslashes separate the folders, a path is shown with one of each.
    if MAIN_SEPARATOR == '\\' { quoted.replace(r"\\", r"\") } else { quoted }
}

fn read_whole(file: &File, length: u64) -> std::io::Result<Zeroizing<Vec<u8>>> {
    // One byte more: otherwise the read that finds the end would grow the buffer, and leave a copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1));
    file.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_shown_unless_it_may_be_a_secret() {
        for shown in ["", "/run/secrets/x", "./x", "../x", "client.pfx", "Cargo.toml"] {
            assert_eq!(named(Path::new(shown)), format!("{shown:?}"));
        }
        let with_separator = Path::new("folder").join("x.pem");
        assert_eq!(named(&with_separator), format!("\"{}\"", with_separator.display()));
        for hidden in ["s3cret", "abc/def+ghi==", "-----BEGIN PRIVATE KEY-----"] {
            assert!(!named(Path::new(hidden)).contains(hidden), "{hidden}");
        }
        assert!(named(Path::new(&"/x".repeat(10_000_000))).len() < 1000);
    }
}
