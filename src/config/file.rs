//! Files that a configuration names, and who else can read them.

use std::fs::{File, Metadata, OpenOptions};
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
        return Err("is a directory, wanted a file".to_owned());
    }
    if !metadata.is_file() {
        return Err("is no regular file".to_owned());
    }
    if metadata.len() == 0 {
        return Err("is empty".to_owned());
    }
    if metadata.len() > LARGEST {
        return Err(format!("has {} bytes, more than {LARGEST}", metadata.len()));
    }
    let bytes = read_whole(&mut file, metadata.len()).map_err(cannot)?;
    Ok(Content { bytes, exposed: exposed(path, &metadata) })
}

fn read_whole(file: &mut File, length: u64) -> std::io::Result<Zeroizing<Vec<u8>>> {
    // One byte more, so that no copy is left behind by growing when the end is looked for.
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1));
    file.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// As ssh judges the file of a key: one's own must not be open to anybody else. Of somebody else's file the group is his
/// affair: so an administrator gives it to a service.
fn exposed(path: &Path, metadata: &Metadata) -> Option<String> {
    let (forbidden, cure) = if metadata.uid() == sys::effective_user() { (0o077, "600") } else { (0o007, "o-rwx") };
    let mode = metadata.mode() & 0o777;
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
    fn a_path_is_quoted_where_a_shell_would_take_it_apart() {
        assert_eq!(for_a_shell("/etc/cbj/key.pem"), "/etc/cbj/key.pem");
        assert_eq!(for_a_shell("/a b/it's"), r"'/a b/it'\''s'");
    }
}
