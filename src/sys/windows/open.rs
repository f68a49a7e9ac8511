//! Opens files, and nothing else that has a name.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::windows::fs::OpenOptionsExt;
use std::os::windows::io::AsRawHandle;
use std::path::{Component, Path, Prefix, absolute};

use windows_sys::Win32::Storage::FileSystem::{FILE_TYPE_DISK, GetFileType, SECURITY_IDENTIFICATION};

/// A file that is open for reading.
#[derive(Debug)]
pub(crate) struct OpenFile(File);

impl OpenFile {
    /// The file. On other systems an error in the child of a fork.
    #[expect(clippy::unnecessary_wraps, reason = "other systems can fail")]
    pub(crate) fn get(&self) -> io::Result<&File> {
        Ok(&self.0)
    }
}

/// Opens a file. Does not wait, and does not open a pipe or a device of this machine. The error says what else `path` is.
pub(crate) fn open_for_reading(path: &Path) -> io::Result<OpenFile> {
    if is_of_a_device(path)? {
        return Err(not_a_file());
    }
    // `\\server\pipe\x` is a pipe, too: its server may learn who the user is, and may not act as this user.
    let file = OpenOptions::new().read(true).security_qos_flags(SECURITY_IDENTIFICATION).open(path);
    let file = file.map_err(|error| match error.kind() {
        // Windows opens no directory like this.
        ErrorKind::PermissionDenied if fs::metadata(path).is_ok_and(|found| found.is_dir()) => {
            io::Error::new(ErrorKind::IsADirectory, "it is a directory")
        }
        _ => error,
    })?;
    // SAFETY: the handle is open.
    if unsafe { GetFileType(file.as_raw_handle()) } == FILE_TYPE_DISK { Ok(OpenFile(file)) } else { Err(not_a_file()) }
}

/// Whether a text begins as a path does that is not merely a name.
pub(crate) fn path_begins_like(text: &str) -> bool {
    let is_separator = |byte: &u8| matches!(byte, b'/' | b'\\');
    match text.as_bytes() {
        [first, ..] if is_separator(first) => true,
        [b'.', second, ..] if is_separator(second) => true,
        [b'.', b'.', third, ..] if is_separator(third) => true,
        [drive, b':', third, ..] => drive.is_ascii_alphabetic() && is_separator(third),
        _ => false,
    }
}

/// Whether `path` names a pipe or a device: `\\.\pipe\x`, or `CON`, `NUL`, `COM1` and so on, which stand for `\\.\CON`. To
/// open a device can have effects, and who opens a pipe talks to another process. `\\.\C:\x` is a file.
fn is_of_a_device(path: &Path) -> io::Result<bool> {
    let whole = absolute(path)?;
    let mut parts = whole.components();
    let Some(Component::Prefix(prefix)) = parts.next() else { return Ok(false) };
    let Prefix::DeviceNS(name) = prefix.kind() else { return Ok(false) };
    let is_drive = matches!(name.as_encoded_bytes(), [letter, b':'] if letter.is_ascii_alphabetic());
    Ok(!(is_drive && parts.any(|part| matches!(part, Component::Normal(_)))))
}

fn not_a_file() -> io::Error {
    io::Error::new(ErrorKind::InvalidInput, "it is not a regular file")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_and_pipes_are_told_from_files_by_their_names() {
        for device in
            ["NUL", "nul", "CON", "CONIN$", "COM1", "LPT1", r"\\.\pipe\x", "//./pipe/x", r"\\.\C:", r"\\.\C:\"]
        {
            assert!(is_of_a_device(Path::new(device)).expect("is a path"), "{device}");
            let error = open_for_reading(Path::new(device)).expect_err(device);
            assert_eq!(error.to_string(), "it is not a regular file", "{device}");
        }
        // Names that say nothing: Windows opens the device, and says what it is.
        let error = open_for_reading(Path::new(r"\\?\NUL")).expect_err("is a device");
        assert_eq!(error.to_string(), "it is not a regular file");
        for file in [r"\\.\C:\x", r"C:\x", r"\\?\C:\x", r"\\server\share\x", "x", r".\x", "NULL", "com1x"] {
            assert!(!is_of_a_device(Path::new(file)).expect("is a path"), "{file}");
        }
    }

    #[test]
    fn a_directory_is_called_one() {
        let error = open_for_reading(&std::env::temp_dir()).expect_err("is a directory");
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::IsADirectory, "it is a directory"));
        let error = open_for_reading(&std::env::temp_dir().join("cbj-is-not-there")).expect_err("is not there");
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }

    #[test]
    fn a_path_begins_with_a_drive_a_separator_or_dots() {
        for path in [r"C:\x", "c:/x", r"\\server\share", r"\x", "/x", r".\x", r"..\x", "./x", "../x"] {
            assert!(path_begins_like(path), "{path}");
        }
        for other in ["", "x", "C:", "C:x", "1:/x", "s3cret", "...", ".x", r"a\b", "é:/x"] {
            assert!(!path_begins_like(other), "{other}");
        }
    }
}
