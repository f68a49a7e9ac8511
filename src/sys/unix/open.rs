//! Opens files.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::descriptor::Descriptor;
use super::prepare_process;

/// A file that is open for reading. The child of a fork does not inherit it.
pub(crate) type OpenFile = Descriptor<File>;

/// Opens a file without waiting: without O_NONBLOCK, opening a pipe would wait for its writer.
pub(crate) fn open_for_reading(path: &Path) -> io::Result<OpenFile> {
    // A configuration reads files before there is a client.
    prepare_process()?;
    Descriptor::open(|| OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open(path))
}

/// Whether a text begins as a path does that is not merely a name.
pub(crate) fn path_begins_like(text: &str) -> bool {
    ["/", "./", "../"].iter().any(|beginning| text.starts_with(beginning))
}
