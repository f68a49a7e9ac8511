//! Reads the files that a configuration names, and checks whether other users can read or change them.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

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
        ErrorKind::PermissionDenied => format!("cannot be read by {}: {error}", user(sys::effective_user())),
        _ => format!("cannot be read: {error}"),
    };
    // Without O_NONBLOCK, opening a pipe would wait for its writer.
    let mut file = OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open(path).map_err(cannot)?;
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
    let bytes = read_whole(&mut file, metadata.len()).map_err(cannot)?;
    let (mode, owner, own) = (metadata.mode() & 0o777, metadata.uid(), sys::effective_user());
    Ok(Content { bytes, exposed: exposed(path, mode, owner == own), changeable: changeable(path, mode, owner, own) })
}

/// `path` for a message, if it may be shown.
pub(crate) fn named(path: &Path) -> String {
    if may_be_named(path) { quoted(path) } else { "(not shown, because it does not look like a path)".to_owned() }
}

/// Whether `path` is a file or looks like one. Anything else may be a secret in the place of a path.
pub(crate) fn may_be_named(path: &Path) -> bool {
    let text = path.to_string_lossy();
    let begins = |beginnings: &[&str]| beginnings.iter().any(|beginning| text.starts_with(beginning));
    let ends = |endings: &[&str]| endings.iter().any(|ending| text.ends_with(ending));
    text.is_empty() || begins(&["/", "./", "../"]) || ends(&[".pem", ".pfx", ".p12"]) || path.exists()
}

/// `path` in quotes, cut if it is too long.
pub(crate) fn quoted(path: &Path) -> String {
    format!("{:?}", beginning(&path.to_string_lossy(), LONGEST_QUOTED_PATH))
}

/// A user by number, and by name where /etc/passwd has one.
fn user(id: u32) -> String {
    match sys::user_name(id) {
        Some(name) => format!("user {id} ({name})"),
        None => format!("user {id}"),
    }
}

fn read_whole(file: &mut File, length: u64) -> std::io::Result<Zeroizing<Vec<u8>>> {
    // One byte more: otherwise the read that finds the end would grow the buffer, and leave a copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1));
    file.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The rule of ssh for key files: a file of the user who runs the program must not be open to anybody else. A file of
/// another user may be open to its group, because this is how an administrator gives it to a service.
fn exposed(path: &Path, mode: u32, is_own: bool) -> Option<String> {
    let (forbidden, cure) = if is_own { (0o077, "600") } else { (0o007, "o-rwx") };
    (mode & forbidden != 0).then(|| {
        format!(
            "contains a secret and is open to other users (mode {mode:04o}): run chmod {cure} {}",
            for_a_shell(&path.to_string_lossy())
        )
    })
}

/// The rule of ssh for its configuration: only the owner may change the file, and the owner must be root or the user
/// who runs the program. Somebody who can change the identity service's URL, the proxy or the CA file can get the
/// secret.
fn changeable(path: &Path, mode: u32, owner: u32, own: u32) -> Option<String> {
    let is_strangers = owner != 0 && owner != own;
    let is_open = mode & 0o022 != 0;
    let path = for_a_shell(&path.to_string_lossy());
    let (who, cure) = match (is_strangers, is_open) {
        (false, false) => return None,
        (false, true) => (format!("other users (mode {mode:04o})"), format!("chmod go-w {path}")),
        (true, false) => (format!("its owner, {}", user(owner)), format!("chown root {path}")),
        (true, true) => (
            format!("its owner, {}, and other users (mode {mode:04o})", user(owner)),
            format!("chown root {path} && chmod go-w {path}"),
        ),
    };
    Some(format!("says where a secret is or where it is sent, and can be changed by {who}: run {cure}"))
}

fn for_a_shell(path: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+,:@%".contains(c);
    if path.chars().all(is_plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_another_user_may_be_open_to_its_group() {
        let cure = |mode, is_own| {
            let exposed = exposed(Path::new("/a b"), mode, is_own)?;
            Some(exposed.split("run ").nth(1).unwrap_or_default().to_owned())
        };
        for (mode, own, others) in [
            (0o600, None, None),
            (0o400, None, None),
            (0o640, Some("chmod 600 '/a b'"), None),
            (0o660, Some("chmod 600 '/a b'"), None),
            (0o604, Some("chmod 600 '/a b'"), Some("chmod o-rwx '/a b'")),
            (0o602, Some("chmod 600 '/a b'"), Some("chmod o-rwx '/a b'")),
        ] {
            assert_eq!(cure(mode, true).as_deref(), own, "{mode:o}");
            assert_eq!(cure(mode, false).as_deref(), others, "{mode:o}");
        }
    }

    #[test]
    fn a_file_that_leads_to_a_secret_is_changed_by_root_or_the_own_user_only() {
        for (mode, owner, own, cure) in [
            (0o600, 7, 7, None),
            (0o644, 7, 7, None),
            (0o664, 7, 7, Some("chmod go-w /a")),
            (0o646, 7, 7, Some("chmod go-w /a")),
            (0o644, 0, 7, None),
            (0o660, 0, 7, Some("chmod go-w /a")),
            (0o644, 8, 7, Some("chown root /a")),
            (0o644, 8, 0, Some("chown root /a")),
            (0o666, 8, 7, Some("chown root /a && chmod go-w /a")),
        ] {
            let reason = changeable(Path::new("/a"), mode, owner, own);
            let found = reason.as_deref().and_then(|reason| reason.split("run ").nth(1));
            assert_eq!(found, cure, "{mode:o} {owner} {own}: {reason:?}");
        }
    }

    #[test]
    fn a_path_is_shown_unless_it_may_be_a_secret() {
        for shown in ["", "/run/secrets/x", "./x", "../x", "client.pfx", "Cargo.toml"] {
            assert_eq!(named(Path::new(shown)), format!("{shown:?}"));
        }
        for hidden in ["s3cret", "abc/def+ghi==", "-----BEGIN PRIVATE KEY-----"] {
            assert!(!named(Path::new(hidden)).contains(hidden), "{hidden}");
        }
        assert!(named(Path::new(&"/x".repeat(10_000_000))).len() < 1000);
    }

    #[test]
    fn a_path_is_quoted_where_a_shell_would_take_it_apart() {
        assert_eq!(for_a_shell("/etc/cbj/key.pem"), "/etc/cbj/key.pem");
        assert_eq!(for_a_shell("/a b/it's"), r"'/a b/it'\''s'");
    }
}
