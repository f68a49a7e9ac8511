//! Security identifiers (SIDs): how Windows names users, groups and services.

use std::fmt;

/// The bytes before the parts: the revision, the number of parts, and the authority.
const HEAD: usize = 8;

/// No identifier has more parts.
const MOST_PARTS: usize = 15;

/// Who an identifier stands for on every machine, by the name that English versions of Windows show.
const NAMES: [(&str, u64, &[u32]); 23] = [
    ("Everyone", 1, &[0]),
    ("LOCAL", 2, &[0]),
    ("CREATOR OWNER", 3, &[0]),
    ("CREATOR GROUP", 3, &[1]),
    ("OWNER RIGHTS", 3, &[4]),
    ("NETWORK", 5, &[2]),
    ("BATCH", 5, &[3]),
    ("INTERACTIVE", 5, &[4]),
    ("SERVICE", 5, &[6]),
    ("ANONYMOUS LOGON", 5, &[7]),
    ("Authenticated Users", 5, &[11]),
    ("SYSTEM", 5, &[18]),
    ("LOCAL SERVICE", 5, &[19]),
    ("NETWORK SERVICE", 5, &[20]),
    ("Administrators", 5, &[32, 544]),
    ("Users", 5, &[32, 545]),
    ("Guests", 5, &[32, 546]),
    ("Power Users", 5, &[32, 547]),
    ("Backup Operators", 5, &[32, 551]),
    ("ALL SERVICES", 5, &[80, 0]),
    ("TrustedInstaller", 5, &TRUSTED_INSTALLER),
    ("ALL APPLICATION PACKAGES", 15, &[2, 1]),
    ("ALL RESTRICTED APPLICATION PACKAGES", 15, &[2, 2]),
];

/// The same in every domain and on every machine: the last of the parts after `S-1-5-21-X-Y-Z`.
const NAMES_IN_A_DOMAIN: [(&str, u32); 5] =
    [("Administrator", 500), ("Guest", 501), ("Domain Admins", 512), ("Domain Users", 513), ("Domain Computers", 515)];

/// The service that owns the files of Windows itself.
const TRUSTED_INSTALLER: [u32; 6] = [80, 956_008_885, 3_418_522_649, 1_831_038_044, 1_853_292_631, 2_271_478_464];

/// A security identifier, as Windows stores it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sid(Vec<u8>);

impl Sid {
    /// Reads the identifier at the beginning of `bytes`. `None` if there is none.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let parts = usize::from(*bytes.get(1)?);
        let is_valid = bytes[0] == 1 && parts <= MOST_PARTS;
        if is_valid { bytes.get(..HEAD + 4 * parts).map(|bytes| Self(bytes.to_vec())) } else { None }
    }

    /// Everybody who can use the machine.
    pub(crate) fn everyone() -> Self {
        Self(vec![1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0])
    }

    #[cfg(windows)]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether this is an administrator, who can read and change every file anyway.
    pub(crate) fn is_administrator(&self) -> bool {
        self.is(5, &[18]) || self.is(5, &[32, 544]) || self.is(5, &TRUSTED_INSTALLER)
    }

    /// Whether this is one service (`NT SERVICE\NAME`). `S-1-5-80-0` is all of them.
    pub(crate) fn is_of_a_service(&self) -> bool {
        self.authority() == 5 && self.parts().next() == Some(80) && self.parts().count() == 6
    }

    /// Whether this stands for the file's owner in its list.
    pub(crate) fn is_owner_rights(&self) -> bool {
        self.is(3, &[4])
    }

    /// Whether this is a placeholder in what a folder passes on to new files. In the list of a file it means nobody.
    pub(crate) fn is_placeholder(&self) -> bool {
        self.authority() == 3 && self.parts().count() == 1 && self.parts().all(|part| part < 4)
    }

    /// The identifier, with its name where that is the same on every machine. Other names are not looked up, because
    /// Windows may ask a domain controller for them.
    pub(crate) fn named(&self) -> String {
        match self.name() {
            Some(name) => format!("{name} ({self})"),
            None if self.is_of_a_service() => format!("a service ({self})"),
            None => self.to_string(),
        }
    }

    /// The name, where it is the same on every machine.
    pub(crate) fn name(&self) -> Option<&'static str> {
        let parts: Vec<u32> = self.parts().collect();
        let of_all = NAMES.iter().find(|(_, authority, of)| self.authority() == *authority && parts == *of);
        let in_a_domain = || match (self.authority(), parts.as_slice()) {
            (5, [21, _, _, _, last]) => NAMES_IN_A_DOMAIN.iter().find(|(_, of)| of == last).map(|(name, _)| *name),
            _ => None,
        };
        of_all.map(|(name, ..)| *name).or_else(in_a_domain)
    }

    fn is(&self, authority: u64, parts: &[u32]) -> bool {
        self.authority() == authority && self.parts().eq(parts.iter().copied())
    }

    fn authority(&self) -> u64 {
        self.0[2..HEAD].iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    fn parts(&self) -> impl Iterator<Item = u32> + '_ {
        self.0[HEAD..].chunks_exact(4).map(|part| u32::from_le_bytes([part[0], part[1], part[2], part[3]]))
    }
}

/// `S-1-5-18`, as Windows writes it and its programs read it.
impl fmt::Display for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.authority() {
            small @ 0..=0xFFFF_FFFF => write!(f, "S-1-{small}")?,
            large => write!(f, "S-1-0x{large:012X}")?,
        }
        self.parts().try_for_each(|part| write!(f, "-{part}"))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The bytes of an identifier in the notation of [`Sid`]'s `Display`.
    pub(crate) fn sid_bytes(text: &str) -> Vec<u8> {
        let mut numbers = text.strip_prefix("S-1-").expect("is an identifier").split('-');
        let authority: u64 = numbers.next().and_then(|number| number.parse().ok()).expect("is a number");
        let parts: Vec<u32> = numbers.map(|number| number.parse().expect("is a number")).collect();
        let mut bytes = vec![1, u8::try_from(parts.len()).expect("few")];
        bytes.extend_from_slice(&authority.to_be_bytes()[2..]);
        parts.iter().for_each(|part| bytes.extend_from_slice(&part.to_le_bytes()));
        bytes
    }

    pub(crate) fn sid(text: &str) -> Sid {
        Sid::read(&sid_bytes(text)).expect("is an identifier")
    }

    #[test]
    fn an_identifier_is_written_as_windows_writes_it() {
        // As `ConvertStringSidToSidW` writes S-1-5-21-397955417-626881126-188441444-512.
        let bytes = [
            1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 0x59, 0x51, 0xb8, 0x17, 0x66, 0x72, 0x5d, 0x25, 0x64, 0x63, 0x3b,
            0x0b, 0, 2, 0, 0, 99,
        ];
        let domain_admins = Sid::read(&bytes).expect("is one");
        assert_eq!(domain_admins.to_string(), "S-1-5-21-397955417-626881126-188441444-512");
        assert_eq!(domain_admins.named(), "Domain Admins (S-1-5-21-397955417-626881126-188441444-512)");
        assert_eq!(Sid::everyone().named(), "Everyone (S-1-1-0)");
        let large = Sid::read(&[1, 1, 0x12, 0, 0, 0, 0, 0xAB, 7, 0, 0, 0]).expect("is one");
        assert_eq!(large.named(), "S-1-0x1200000000AB-7");
        assert_eq!(sid("S-1-5-80-1-2-3-4-5").named(), "a service (S-1-5-80-1-2-3-4-5)");
        assert_eq!(sid("S-1-5-21-1-2-3-1001").named(), "S-1-5-21-1-2-3-1001");
    }

    #[test]
    fn what_is_cut_off_or_of_another_revision_is_no_identifier() {
        let bytes = sid_bytes("S-1-5-32-544");
        assert!(Sid::read(&bytes).is_some());
        for length in 0..bytes.len() {
            assert_eq!(Sid::read(&bytes[..length]), None, "{length}");
        }
        let long = [&[1, 16][..], &[0; 100]].concat();
        let revision = [&[2, 0][..], &[0; 100]].concat();
        assert_eq!(Sid::read(&long), None);
        assert_eq!(Sid::read(&revision), None);
    }

    #[test]
    fn administrators_services_and_placeholders_are_told_apart() {
        let trusted_installer = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464";
        for (text, is_administrator, is_of_a_service, is_placeholder) in [
            ("S-1-5-18", true, false, false),
            ("S-1-5-32-544", true, false, false),
            (trusted_installer, true, true, false),
            ("S-1-5-80-1-2-3-4-5", false, true, false),
            ("S-1-5-80-0", false, false, false),
            ("S-1-5-82-1-2-3-4-5", false, false, false),
            ("S-1-5-32-545", false, false, false),
            ("S-1-5-19", false, false, false),
            ("S-1-1-18", false, false, false),
            ("S-1-3-0", false, false, true),
            ("S-1-3-1", false, false, true),
            ("S-1-3-4", false, false, false),
        ] {
            let sid = sid(text);
            assert_eq!(sid.is_administrator(), is_administrator, "{text}");
            assert_eq!(sid.is_of_a_service(), is_of_a_service, "{text}");
            assert_eq!(sid.is_placeholder(), is_placeholder, "{text}");
        }
    }
}
