//! Files that a configuration names, and who else can read them.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use zeroize::Zeroizing;

use crate::sys;

/// Far above any certificate bundle.
const LARGEST: u64 = 16 * 1024 * 1024;

/// What is in a file.
pub(crate) struct Content {
    /// Wiped when dropped, for it may be a secret.
    pub(crate) bytes: Zeroizing<Vec<u8>>,
    /// Why it is no place for a secret, if so.
    pub(crate) exposed: Option<String>,
}

impl Content {
    pub(crate) fn must_not_be_empty(&self) -> Result<(), String> {
        if self.bytes.trim_ascii().is_empty() { Err("is empty".to_owned()) } else { Ok(()) }
    }

    /// To be called as soon as it turns out that there is a secret in it.
    pub(crate) fn must_be_private(&self) -> Result<(), String> {
        self.exposed.clone().map_or(Ok(()), Err)
    }
}

/// Reads a file. The error says what is wrong with it, without its path.
pub(crate) fn read(path: &Path) -> Result<Content, String> {
    let cannot = |error: std::io::Error| format!("cannot be read: {error}");
    // Without O_NONBLOCK a pipe would be waited for.
    let mut file = OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open(path).map_err(cannot)?;
    // Of what was opened, not of what lies there by now.
    let metadata = file.metadata().map_err(cannot)?;
    if metadata.is_dir() {
        return Err("cannot be read: it is a directory".to_owned());
    }
    if !metadata.is_file() {
        return Err("cannot be read: it is no regular file".to_owned());
    }
    if metadata.len() > LARGEST {
        return Err(format!("has {} bytes, more than {LARGEST}", metadata.len()));
    }
    let bytes = read_whole(&mut file, metadata.len()).map_err(cannot)?;
    let is_own = metadata.uid() == sys::effective_user();
    Ok(Content { bytes, exposed: exposed(path, metadata.mode() & 0o777, is_own) })
}

fn read_whole(file: &mut File, length: u64) -> std::io::Result<Zeroizing<Vec<u8>>> {
    // One byte more, so that no copy is left behind by growing when the end is looked for.
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1));
    file.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// As ssh judges the file of a key: one's own must not be open to anybody else. Of somebody else's file the group is his
/// affair: so an administrator gives it to a service.
fn exposed(path: &Path, mode: u32, is_own: bool) -> Option<String> {
    let (forbidden, cure) = if is_own { (0o077, "600") } else { (0o007, "o-rwx") };
    (mode & forbidden != 0).then(|| {
        format!(
            "holds a secret and is open to other users (mode {mode:04o}): run chmod {cure} {}",
            for_a_shell(&path.to_string_lossy())
        )
    })
}

fn for_a_shell(path: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+,:@%".contains(c);
    if path.chars().all(is_plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_group_of_somebody_elses_file_is_his_affair() {
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
    fn a_path_is_quoted_where_a_shell_would_take_it_apart() {
        assert_eq!(for_a_shell("/etc/cbj/key.pem"), "/etc/cbj/key.pem");
        assert_eq!(for_a_shell("/a b/it's"), r"'/a b/it'\''s'");
    }
}
