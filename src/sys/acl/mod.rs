//! Who can read or change a file on Windows, judged by its access control list (ACL). Calls nothing of the system, so that
//! its tests run everywhere; `windows/access.rs` gets the bytes and the user.

pub(super) mod command;
pub(super) mod descriptor;
#[cfg(fuzzing)]
pub(super) mod fuzzing;
pub(super) mod judgement;
pub(super) mod sid;
#[cfg(test)]
mod tests;
pub(super) mod words;

use super::Access;
use descriptor::Descriptor;
use judgement::Token;
use sid::Sid;

/// What is wrong with who can read or change the file at `path`.
pub(super) fn judge(descriptor: &Descriptor, token: &Token, path: &str) -> Access {
    let everyone = Sid::everyone();
    let found = judgement::findings(descriptor, token, &everyone);
    Access { exposed: words::exposed(&found, path), changeable: words::changeable(&found, path) }
}
