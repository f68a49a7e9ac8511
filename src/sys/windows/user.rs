//! The user that the process runs as.

use std::io;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::ptr::null_mut;

use windows_sys::Win32::Foundation::ERROR_NO_TOKEN;
use windows_sys::Win32::Security::Authentication::Identity::{GetUserNameExW, NameSamCompatible};
use windows_sys::Win32::Security::{
    CheckTokenMembership, GetTokenInformation, SECURITY_MAX_SID_SIZE, TOKEN_QUERY, TOKEN_USER, TokenUser,
};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, GetCurrentThread, OpenProcessToken, OpenThreadToken};

use crate::sys::acl::sid::Sid;

/// Longer than DOMAIN\NAME can be, in UTF-16.
const LONGEST_NAME: usize = 512;

/// The user whose rights the thread has, for a message: by name and identifier.
pub(crate) fn own_user() -> String {
    match (own_sid(), own_name()) {
        (Ok(sid), Some(name)) if sid.name().is_none() => format!("user {name} ({sid})"),
        (Ok(sid), _) => format!("user {}", sid.named()),
        (Err(_), Some(name)) => format!("user {name}"),
        (Err(error), None) => format!("a user that Windows does not name ({error})"),
    }
}

/// The identifier of the user whose rights the thread has: those that opened the file. A service may have taken on
/// another user for the thread.
pub(super) fn own_sid() -> io::Result<Sid> {
    let token = own_token()?;
    // The structure points at the identifier behind it.
    let mut buffer = [0_u64; (size_of::<TOKEN_USER>() + SECURITY_MAX_SID_SIZE as usize).div_ceil(8)];
    let (size, mut written) = (size_of_val(&buffer), 0);
    // SAFETY: the token is open for queries, and the buffer has the size that is given and the alignment of a pointer.
    let got = unsafe {
        GetTokenInformation(token.as_raw_handle(), TokenUser, buffer.as_mut_ptr().cast(), size as u32, &raw mut written)
    };
    if got == 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the buffer is aligned, and the call put this structure at its beginning.
    let sid = unsafe { (*buffer.as_ptr().cast::<TOKEN_USER>()).User.Sid };
    let start = (sid as usize).wrapping_sub(buffer.as_ptr() as usize);
    let bytes: Vec<u8> = buffer.iter().flat_map(|part| part.to_ne_bytes()).collect();
    bytes.get(start..).and_then(Sid::read).ok_or_else(|| io::Error::other("the user of the process has no identifier"))
}

/// Whether the thread has the rights of `sid`, e.g. of a service.
pub(super) fn is_member(sid: &Sid) -> io::Result<bool> {
    // Aligned as the parts of an identifier are.
    let mut aligned: Vec<u32> =
        sid.as_bytes().chunks_exact(4).map(|part| u32::from_ne_bytes([part[0], part[1], part[2], part[3]])).collect();
    let mut is_member = 0;
    // SAFETY: without a token it asks for that of the thread. The identifier is whole, because `Sid::read` has checked it.
    if unsafe { CheckTokenMembership(null_mut(), aligned.as_mut_ptr().cast(), &raw mut is_member) } == 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(is_member != 0)
}

fn own_token() -> io::Result<OwnedHandle> {
    let mut token = null_mut();
    // SAFETY: both handles stand for the caller itself, and the last argument is a place for the result.
    let mut got = unsafe { OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, 1, &raw mut token) };
    if got == 0 && io::Error::last_os_error().raw_os_error() == Some(ERROR_NO_TOKEN as i32) {
        // SAFETY: as above.
        got = unsafe { OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw mut token) };
    }
    if got == 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the call has opened it, and nobody else knows it.
    Ok(unsafe { OwnedHandle::from_raw_handle(token) })
}

/// DOMAIN\NAME. In this form Windows has the name of the own user at hand; others it would ask a domain controller for.
fn own_name() -> Option<String> {
    let mut buffer = [0_u16; LONGEST_NAME];
    let mut length = LONGEST_NAME as u32;
    // SAFETY: the buffer has room for as many units as `length` says.
    let got = unsafe { GetUserNameExW(NameSamCompatible, buffer.as_mut_ptr(), &raw mut length) };
    // Without the NUL.
    let name = buffer.get(..usize::try_from(length).ok()?).filter(|name| got && !name.is_empty())?;
    Some(String::from_utf16_lossy(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_user_has_a_name_and_an_identifier() {
        let (sid, name) = (own_sid().expect("has one"), own_name().expect("has one"));
        assert!(sid.to_string().starts_with("S-1-5-"), "{sid}");
        assert!(
            name.split_once('\\').is_some_and(|(domain, name)| !domain.is_empty() && !name.contains('\0')),
            "{name}"
        );
        let shown = own_user();
        assert!(shown.starts_with("user ") && shown.contains(&sid.to_string()), "{shown}");
    }

    #[test]
    fn everybody_is_a_member_of_everyone_and_nobody_of_a_service_that_is_not_there() {
        assert!(is_member(&Sid::everyone()).expect("is known"));
        let service = Sid::read(&[
            1, 6, 0, 0, 0, 0, 0, 5, 80, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0,
        ]);
        assert!(!is_member(&service.expect("is one")).expect("is known"));
    }
}
