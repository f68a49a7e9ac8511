//! What is wrong with who can read or change a file.

/// What is wrong with who can read or change a file.
#[derive(Debug)]
pub(crate) struct Access {
    /// `Some` if other users can read or change the file: why it must not contain a secret, and what to do.
    pub(crate) exposed: Option<String>,
    /// `Some` if other users can change the file: why it must not say where a secret is or where it is sent.
    pub(crate) changeable: Option<String>,
}
