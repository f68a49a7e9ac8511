//! Who can read or change a file, judged by its mode and its owner.

use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::user::{effective_user, user_name};
use crate::sys::Access;

/// Judges the opened file: meanwhile another file may have its path.
pub(crate) fn access(file: &File, path: &Path) -> io::Result<Access> {
    let metadata = file.metadata()?;
    let (mode, owner, own) = (metadata.mode() & 0o777, metadata.uid(), effective_user());
    Ok(Access { exposed: exposed(path, mode, owner == own), changeable: changeable(path, mode, owner, own) })
}

/// The user whose rights the process has, for a message.
pub(crate) fn own_user() -> String {
    user(effective_user())
}

/// A user by number, and by name where /etc/passwd has one.
fn user(id: u32) -> String {
    match user_name(id) {
        Some(name) => format!("user {id} ({name})"),
        None => format!("user {id}"),
    }
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
    fn a_path_is_quoted_where_a_shell_would_take_it_apart() {
        assert_eq!(for_a_shell("/etc/cbj/key.pem"), "/etc/cbj/key.pem");
        assert_eq!(for_a_shell("/a b/it's"), r"'/a b/it'\''s'");
    }
}
