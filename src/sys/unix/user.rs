//! The user that the process runs as.

use std::io::Read;
use std::path::Path;

use super::open::open_for_reading;

/// Far larger than any real file of users.
const LARGEST_PASSWD: u64 = 1024 * 1024;

/// The number of the user whose rights the process has.
pub(super) fn effective_user() -> u32 {
    // SAFETY: it has no precondition and cannot fail.
    unsafe { libc::geteuid() }
}

/// The name of a user, if /etc/passwd has it. `getpwuid_r` also knows the users of directory services, but may wait for
/// a server.
pub(super) fn user_name(id: u32) -> Option<String> {
    let file = open_for_reading(Path::new("/etc/passwd")).ok()?;
    let mut bytes = Vec::new();
    file.get().ok()?.take(LARGEST_PASSWD).read_to_end(&mut bytes).ok()?;
    name_in(&String::from_utf8_lossy(&bytes), id)
}

/// Each line is NAME:PASSWORD:NUMBER:... (passwd(5)).
fn name_in(passwd: &str, id: u32) -> Option<String> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, number) = (fields.next()?, fields.nth(1)?);
        (number.parse() == Ok(id) && !name.is_empty()).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_belongs_to_its_number() {
        let passwd = "# a comment\nroot:x:0:0::/root:/bin/sh\n+::::::\nbroken\nzabbix:x:108:115::/:/bin/false\n";
        assert_eq!(name_in(passwd, 0).as_deref(), Some("root"));
        assert_eq!(name_in(passwd, 108).as_deref(), Some("zabbix"));
        assert_eq!(name_in(passwd, 115), None);
    }
}
