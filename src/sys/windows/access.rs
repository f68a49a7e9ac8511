//! Who can read or change a file: gets from Windows what [`acl`](crate::sys::acl) judges.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::windows::io::AsRawHandle;
use std::path::{Path, absolute};
use std::ptr::null_mut;

use windows_sys::Win32::Foundation::ERROR_INSUFFICIENT_BUFFER;
use windows_sys::Win32::Security::{
    DACL_SECURITY_INFORMATION, GetKernelObjectSecurity, OWNER_SECURITY_INFORMATION, PSECURITY_DESCRIPTOR,
};
use windows_sys::Win32::Storage::FileSystem::GetVolumeInformationByHandleW;
use windows_sys::Win32::System::SystemServices::FILE_PERSISTENT_ACLS;

use super::user::{is_member, own_sid};
use crate::sys::Access;
use crate::sys::acl::command::spelled_for_icacls;
use crate::sys::acl::descriptor::Descriptor;
use crate::sys::acl::judge;
use crate::sys::acl::judgement::Token;
use crate::sys::acl::words::without_lists;

/// A descriptor has at most an owner and a list, and a list has at most 65535 bytes.
const LARGEST_DESCRIPTOR: usize = 128 * 1024;

/// Longer than the name of a file system can be.
const LONGEST_NAME: usize = 261;

/// Judges the opened file: meanwhile another file may have its path.
pub(crate) fn access(file: &File, path: &Path) -> io::Result<Access> {
    if let Some(file_system) = file_system_without_lists(file) {
        return Ok(without_lists(&file_system));
    }
    let damaged = |reason: String| io::Error::new(ErrorKind::InvalidData, reason);
    let unknown = |error: io::Error| {
        io::Error::new(error.kind(), format!("its owner and its access control list cannot be read: {error}"))
    };
    let descriptor = Descriptor::read(&descriptor_of(file).map_err(unknown)?).map_err(damaged)?;
    let mut services = Vec::new();
    for service in descriptor.services() {
        if is_member(service)? {
            services.push(service.clone());
        }
    }
    // The administrator's console is in another folder than the program.
    let path = absolute(path)?;
    let path = spelled_for_icacls(&path.to_string_lossy());
    Ok(judge(&descriptor, &Token { user: own_sid()?, services }, &path))
}

/// Owner and list. Who opened the file for reading may read both.
///
/// Not by `GetSecurityInfo`, whose result has pointers: the bytes here are checked like those of any file.
fn descriptor_of(file: &File) -> io::Result<Vec<u8>> {
    let mut bytes: Vec<u8> = Vec::new();
    loop {
        let (size, mut needed) = (bytes.len() as u32, 0);
        let buffer: PSECURITY_DESCRIPTOR = bytes.as_mut_ptr().cast();
        let wanted = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
        // SAFETY: the handle is open, and the buffer has the size that is given. The call needs no alignment to write to it.
        if unsafe { GetKernelObjectSecurity(file.as_raw_handle(), wanted, buffer, size, &raw mut needed) } != 0 {
            return Ok(bytes);
        }
        let error = io::Error::last_os_error();
        let needed = needed as usize;
        let is_too_small = error.raw_os_error() == Some(ERROR_INSUFFICIENT_BUFFER as i32);
        // The first call only asks for the size. The list may grow before the next one.
        if !is_too_small || needed <= bytes.len() || needed > LARGEST_DESCRIPTOR {
            return Err(error);
        }
        bytes.resize(needed, 0);
    }
}

/// The name of the file's file system, if it has no lists. Windows makes up a descriptor for its files, which says that
/// everybody owns them.
fn file_system_without_lists(file: &File) -> Option<String> {
    let mut name = [0_u16; LONGEST_NAME];
    let mut flags = 0;
    // SAFETY: the handle is open, and the buffer has the size that is given. The call does not write to null.
    let got = unsafe {
        GetVolumeInformationByHandleW(
            file.as_raw_handle(),
            null_mut(),
            0,
            null_mut(),
            null_mut(),
            &raw mut flags,
            name.as_mut_ptr(),
            LONGEST_NAME as u32,
        )
    };
    // If Windows does not say, e.g. for some file systems of others, the descriptor decides.
    if got == 0 || flags & FILE_PERSISTENT_ACLS != 0 {
        return None;
    }
    Some(String::from_utf16_lossy(name.split(|unit| *unit == 0).next().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::windows::ffi::OsStrExt;
    use std::os::windows::io::OwnedHandle;
    use std::path::PathBuf;

    use windows_sys::Win32::Security::{PROTECTED_DACL_SECURITY_INFORMATION, SetFileSecurityW};

    use super::*;

    /// The identifiers of everybody and of SYSTEM, as bytes.
    const EVERYONE: &[u8] = &[1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0];
    const SYSTEM: &[u8] = &[1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0];

    const FULL: u32 = 0x001F_01FF;
    const READ: u32 = 0x0012_0089;
    const WRITE: u32 = 0x0012_0116;

    /// A file in a folder of its own, which is removed with it.
    struct Fixture(PathBuf);

    impl Fixture {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("cbj access {name} {}", std::process::id()));
            fs::create_dir_all(&folder).expect("the temporary folder is writable");
            fs::write(folder.join("it's.json"), "{}").expect("is ours");
            Self(folder)
        }

        fn path(&self) -> PathBuf {
            self.0.join("it's.json")
        }

        /// Replaces the list by entries that allow this to these.
        fn allow(&self, entries: &[(u32, &[u8])]) {
            let mut list = Vec::new();
            for (mask, sid) in entries {
                list.extend_from_slice(&[0, 0]);
                list.extend_from_slice(&u16::try_from(8 + sid.len()).expect("is short").to_le_bytes());
                list.extend_from_slice(&mask.to_le_bytes());
                list.extend_from_slice(sid);
            }
            // A self-relative descriptor: the list follows its head.
            let mut bytes = vec![1, 0, 0x04, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0, 2, 0];
            bytes.extend_from_slice(&u16::try_from(8 + list.len()).expect("is short").to_le_bytes());
            bytes.extend_from_slice(&[u8::try_from(entries.len()).expect("few"), 0, 0, 0]);
            bytes.extend_from_slice(&list);
            let path: Vec<u16> = self.path().as_os_str().encode_wide().chain([0]).collect();
            let what = DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION;
            // SAFETY: the path ends with NUL, and the descriptor is whole.
            let done = unsafe { SetFileSecurityW(path.as_ptr(), what, bytes.as_mut_ptr().cast()) };
            assert_ne!(done, 0, "{}", io::Error::last_os_error());
        }

        fn access(&self) -> Access {
            access(&File::open(self.path()).expect("is ours"), &self.path()).expect("is judged")
        }
    }

    impl Drop for Fixture {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).expect("is ours");
        }
    }

    #[test]
    fn a_list_that_the_system_stores_is_judged() {
        let own = own_sid().expect("has one");
        let own = own.as_bytes();
        let fixture = Fixture::new("judged");
        for (strangers, exposed, changeable) in [
            (None, false, false),
            (Some(READ), true, false),
            (Some(WRITE), true, true),
            (Some(READ | WRITE), true, true),
        ] {
            let mut entries = vec![(FULL, SYSTEM), (FULL, own)];
            entries.extend(strangers.map(|mask| (mask, EVERYONE)));
            fixture.allow(&entries);
            let access = fixture.access();
            assert_eq!((access.exposed.is_some(), access.changeable.is_some()), (exposed, changeable), "{access:?}");
        }
    }

    #[test]
    fn the_words_name_who_and_the_file() {
        let own = own_sid().expect("has one");
        let fixture = Fixture::new("words");
        fixture.allow(&[(FULL, own.as_bytes()), (READ, EVERYONE)]);
        let exposed = fixture.access().exposed.expect("is exposed");
        let path = fixture.path();
        let expected =
            format!("contains a secret and can be read by Everyone (S-1-1-0): run icacls \"{}\" ", path.display());
        assert!(exposed.starts_with(&expected), "{exposed}");
        assert!(exposed.ends_with(&format!(" *{own}:F in a console")), "{exposed}");
        // An administrator's console is in another folder than the program.
        let file = File::open(&path).expect("is ours");
        let command = |path: &Path| access(&file, path).expect("is judged").exposed.expect("is exposed");
        let whole = std::env::current_dir().expect("there is one").join("cbj.json");
        assert!(command(Path::new("cbj.json")).contains(&format!("icacls \"{}\"", whole.display())));
        // icacls would read a question mark as a wildcard.
        assert!(command(Path::new(r"\\?\C:\cbj.json")).contains(r#"icacls "C:\cbj.json""#));
    }

    #[test]
    fn the_file_system_of_the_tests_has_lists() {
        let fixture = Fixture::new("volume");
        assert_eq!(file_system_without_lists(&File::open(fixture.path()).expect("is ours")), None);
        // Not a file: Windows does not say.
        let (reader, _writer) = io::pipe().expect("is made");
        assert_eq!(file_system_without_lists(&File::from(OwnedHandle::from(reader))), None);
    }
}
