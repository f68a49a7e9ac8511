//! The tables of the types of jobs and of objects: what a listing can be limited to.

use std::ffi::CStr;

/// What a job does: backup, restore and so on. The numbers are the service's own. The set is open: a number that this
/// version does not know is passed on.
///
/// Service page: the `jobType` filter of "List Jobs".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct JobType(i32);

/// The kind of objects that a job is about. The numbers are the service's own, and differ from those of `serviceType`
/// elsewhere in its API. The set is open: a number that this version does not know is passed on.
///
/// Service page: the `objectType` filter of "List Jobs".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ObjectType(i32);

/// The names; the position of a name is the service's number.
const JOB_TYPES: &[&CStr] = &[c"all", c"backup", c"restore", c"export", c"deletion", c"retention"];

/// The names; the position of a name is the service's number.
const OBJECT_TYPES: &[&CStr] = &[
    c"all",
    c"exchange-online",
    c"sharepoint-online",
    c"onedrive",
    c"microsoft-365-groups",
    c"project-online",
    c"public-folder",
    c"teams",
    c"viva-engage",
    c"teams-chat",
    c"power-bi",
    c"power-automate",
    c"power-apps",
];

/// The name with the service's `number`.
fn name(names: &'static [&CStr], number: i32) -> Option<&'static CStr> {
    names.get(usize::try_from(number).ok()?).copied()
}

/// The number of `name`, however it is written.
fn number(names: &[&CStr], name: &str) -> Option<i32> {
    let folded = |text: &str| -> String {
        text.chars().filter(|c| !matches!(c, ' ' | '\t' | '_' | '-')).map(|c| c.to_ascii_lowercase()).collect()
    };
    let wanted = folded(name);
    let position = names.iter().position(|known| known.to_str().is_ok_and(|known| folded(known) == wanted))?;
    i32::try_from(position).ok()
}

impl JobType {
    /// Jobs of every type.
    pub const ALL: Self = Self(0);
    /// Backups.
    pub const BACKUP: Self = Self(1);
    /// Restores.
    pub const RESTORE: Self = Self(2);
    /// Exports.
    pub const EXPORT: Self = Self(3);
    /// Deletions of backup data.
    pub const DELETION: Self = Self(4);
    /// Removals of backup data whose retention time is over.
    pub const RETENTION: Self = Self(5);

    /// The type with the service's `number`. `None` for a negative number.
    #[must_use]
    pub fn from_number(number: i32) -> Option<Self> {
        (number >= 0).then_some(Self(number))
    }

    /// The type with this name, e.g. `backup`. Case, blanks, `_` and `-` do not count. `None` for an unknown name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        number(JOB_TYPES, name).map(Self)
    }

    /// The service's number.
    #[must_use]
    pub const fn number(self) -> i32 {
        self.0
    }

    /// The name, e.g. `backup`. `None` if this version has no name for the number.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        self.c_name()?.to_str().ok()
    }

    pub(crate) fn c_name(self) -> Option<&'static CStr> {
        name(JOB_TYPES, self.0)
    }
}

impl ObjectType {
    /// Objects of every kind.
    pub const ALL: Self = Self(0);
    /// Exchange Online.
    pub const EXCHANGE_ONLINE: Self = Self(1);
    /// SharePoint Online.
    pub const SHAREPOINT_ONLINE: Self = Self(2);
    /// OneDrive.
    pub const ONEDRIVE: Self = Self(3);
    /// Microsoft 365 Groups.
    pub const MICROSOFT_365_GROUPS: Self = Self(4);
    /// Project Online.
    pub const PROJECT_ONLINE: Self = Self(5);
    /// Public folders.
    pub const PUBLIC_FOLDER: Self = Self(6);
    /// Teams.
    pub const TEAMS: Self = Self(7);
    /// Viva Engage.
    pub const VIVA_ENGAGE: Self = Self(8);
    /// Teams chats.
    pub const TEAMS_CHAT: Self = Self(9);
    /// Power BI.
    pub const POWER_BI: Self = Self(10);
    /// Power Automate.
    pub const POWER_AUTOMATE: Self = Self(11);
    /// Power Apps.
    pub const POWER_APPS: Self = Self(12);

    /// The type with the service's `number`. `None` for a negative number.
    #[must_use]
    pub fn from_number(number: i32) -> Option<Self> {
        (number >= 0).then_some(Self(number))
    }

    /// The type with this name, e.g. `exchange-online`. Case, blanks, `_` and `-` do not count. `None` for an unknown
    /// name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        number(OBJECT_TYPES, name).map(Self)
    }

    /// Every type that this version has a name for, in the order of the numbers; [`ObjectType::ALL`] is not among them.
    pub fn known() -> impl Iterator<Item = Self> {
        (1..).take(OBJECT_TYPES.len() - 1).map(Self)
    }

    /// The service's number.
    #[must_use]
    pub const fn number(self) -> i32 {
        self.0
    }

    /// The name, e.g. `exchange-online`. `None` if this version has no name for the number.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        self.c_name()?.to_str().ok()
    }

    pub(crate) fn c_name(self) -> Option<&'static CStr> {
        name(OBJECT_TYPES, self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_one_table() {
        for kind in ObjectType::known() {
            let name = kind.name().expect("has a name");
            assert_eq!(ObjectType::from_name(name), Some(kind));
            assert_eq!(ObjectType::from_number(kind.number()), Some(kind));
        }
        assert_eq!(ObjectType::known().count(), 12);
        assert_eq!(ObjectType::known().last(), Some(ObjectType::POWER_APPS));
        assert_eq!(ObjectType::POWER_APPS.name(), Some("power-apps"));
        assert_eq!(ObjectType::from_name(" Microsoft365 GROUPS"), Some(ObjectType::MICROSOFT_365_GROUPS));
        assert_eq!(JobType::from_name("Re_tention"), Some(JobType::RETENTION));
        for unknown in ["", "backups", "1", "back\u{fc}p"] {
            assert_eq!((JobType::from_name(unknown), ObjectType::from_name(unknown)), (None, None), "{unknown}");
        }
    }

    #[test]
    fn the_numbers_are_open_upwards() {
        let of_tomorrow = JobType::from_number(99).expect("is passed on");
        assert_eq!((of_tomorrow.number(), of_tomorrow.name()), (99, None));
        assert_eq!(ObjectType::from_number(i32::MAX).map(ObjectType::number), Some(i32::MAX));
        assert_eq!((JobType::from_number(-1), ObjectType::from_number(i32::MIN)), (None, None));
    }
}
