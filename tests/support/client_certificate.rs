//! The certificates of tests/certificates/client, in files that only their owner can read, as the library demands.

use std::fs::{self, OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::c_program;

/// The password of every fixture that has one, except for those that test passwords.
pub const PASSWORD: &str = "correct horse";

/// A committed file.
pub fn fixture(name: &str) -> PathBuf {
    c_program::root().join("tests/certificates/client").join(name)
}

/// The committed files in one, as people join a certificate and a key.
pub fn joined(names: &[&str]) -> Vec<u8> {
    names.iter().flat_map(|name| fs::read(fixture(name)).expect("is committed")).collect()
}

/// A file that is deleted when the value is dropped.
pub struct Scratch(PathBuf);

impl Scratch {
    /// A file that only its owner can read. The library ignores the `extension`.
    pub fn private(extension: &str, content: impl AsRef<[u8]>) -> Self {
        Self::with_mode(extension, content, 0o600)
    }

    pub fn with_mode(extension: &str, content: impl AsRef<[u8]>, mode: u32) -> Self {
        static FILES: AtomicUsize = AtomicUsize::new(0);
        let number = FILES.fetch_add(1, Ordering::Relaxed);
        let path = c_program::scratch_dir().join(format!("{}-{number}.{extension}", std::process::id()));
        let mut file =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).expect("target is writable");
        file.write_all(content.as_ref()).expect("target is writable");
        // Set again, because the umask may have removed bits from the mode at the creation.
        fs::set_permissions(&path, Permissions::from_mode(mode)).expect("one's own file");
        Self(path)
    }

    /// The certificate and its key as PEM.
    pub fn of(names: &[&str]) -> Self {
        Self::private("pem", joined(names))
    }

    pub fn path(&self) -> &str {
        self.0.to_str().expect("the build folder's path is UTF-8")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A test may have deleted the file itself.
        let _ = fs::remove_file(&self.0);
    }
}
