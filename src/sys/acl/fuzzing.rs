//! Descriptors of Windows, for the fuzz targets.

use super::command::spelled_for_icacls;
use super::descriptor::Descriptor;
use super::judge;
use super::judgement::Token;
use super::sid::Sid;
use super::words::without_lists;
use crate::sys::Access;

/// What is wrong with who can access a file: why it must not contain a secret, and why it must not lead to one.
#[derive(Debug, PartialEq, Eq)]
pub struct Judged {
    /// `Some` if other users can read or change it.
    pub exposed: Option<String>,
    /// `Some` if other users can change it.
    pub changeable: Option<String>,
}

impl From<Access> for Judged {
    fn from(access: Access) -> Self {
        Self { exposed: access.exposed, changeable: access.changeable }
    }
}

/// Judges the file at `path` with the security descriptor `descriptor`, for the user with the identifier `user`, whose
/// process is every service that the descriptor names if `is_service`. `None` if `user` is no identifier.
pub fn judge_file(descriptor: &[u8], user: &[u8], is_service: bool, path: &str) -> Option<Result<Judged, String>> {
    let user = Sid::read(user)?;
    Some(Descriptor::read(descriptor).map(|descriptor| {
        let services = if is_service { descriptor.services().cloned().collect() } else { Vec::new() };
        judge(&descriptor, &Token { user, services }, path).into()
    }))
}

/// Judges a file in a file system without access control lists.
pub fn judge_without_lists(file_system: &str) -> Judged {
    without_lists(file_system).into()
}

/// The security identifier at the beginning of `bytes`, as text.
pub fn sid_text(bytes: &[u8]) -> Option<String> {
    Sid::read(bytes).map(|sid| sid.to_string())
}

/// A path as `icacls` takes it.
pub fn path_for_icacls(path: &str) -> String {
    spelled_for_icacls(path)
}
