//! The tables of the types of jobs and of objects: what a listing can be limited to.

use std::ffi::CStr;

use super::folded::Folded;

/// Defines a type for the service's numbers, of which some have a name here. `$example` is one of the names.
macro_rules! numbers {
    (
        $(#[$comment:meta])* $type:ident, $example:literal:
        $($(#[$meaning:meta])* $constant:ident = $number:literal $name:literal,)+
    ) => {
        $(#[$comment])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $type(i32);

        impl $type {
            $($(#[$meaning])* pub const $constant: Self = Self($number);)+

            const NAMES: &'static [(i32, &'static CStr)] = &[$(($number, $name)),+];

            /// The type with the service's `number`. `None` for a negative number.
            #[must_use]
            pub fn from_number(number: i32) -> Option<Self> {
                (number >= 0).then_some(Self(number))
            }

            #[doc = concat!("The type with this name, e.g. `", $example, "`. Case, blanks, `_` and `-` do not count.")]
            /// `None` for an unknown name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                number(Self::NAMES, name).map(Self)
            }

            /// Every type that this version has a name for, in the order of the numbers. `ALL` is not among them.
            pub fn known() -> impl Iterator<Item = Self> {
                Self::NAMES.iter().map(|(number, _)| Self(*number)).filter(|known| *known != Self::ALL)
            }

            /// The service's number.
            #[must_use]
            pub const fn number(self) -> i32 {
                self.0
            }

            #[doc = concat!("The name, e.g. `", $example, "`. `None` if this version has no name for the number.")]
            #[must_use]
            pub fn name(self) -> Option<&'static str> {
                self.c_name()?.to_str().ok()
            }

            pub(crate) fn c_name(self) -> Option<&'static CStr> {
                Self::NAMES.iter().find(|(number, _)| *number == self.0).map(|(_, name)| *name)
            }
        }
    };
}

numbers! {
    /// What a job does: backup, restore and so on. The numbers are the service's own. The set is open: a number that this
    /// version does not know is passed on.
    ///
    /// Service page: the `jobType` filter of "List Jobs".
    JobType, "backup":
    /// Jobs of every type.
    ALL = 0 c"all",
    /// Jobs that back up.
    BACKUP = 1 c"backup",
    /// Jobs that restore.
    RESTORE = 2 c"restore",
    /// Jobs that export.
    EXPORT = 3 c"export",
    /// Jobs that delete backup data.
    DELETION = 4 c"deletion",
    /// Jobs that remove backup data whose retention time is over.
    RETENTION = 5 c"retention",
}

numbers! {
    /// The kind of objects that a job is about. The numbers are the service's own, and differ from those of `serviceType`
    /// elsewhere in its API. The set is open: a number that this version does not know is passed on.
    ///
    /// Service page: the `objectType` filter of "List Jobs".
    ObjectType, "exchange-online":
    /// Objects of every kind.
    ALL = 0 c"all",
    /// Exchange Online.
    EXCHANGE_ONLINE = 1 c"exchange-online",
    /// SharePoint Online.
    SHAREPOINT_ONLINE = 2 c"sharepoint-online",
    /// OneDrive.
    ONEDRIVE = 3 c"onedrive",
    /// Microsoft 365 Groups.
    MICROSOFT_365_GROUPS = 4 c"microsoft-365-groups",
    /// Project Online.
    PROJECT_ONLINE = 5 c"project-online",
    /// Public folders.
    PUBLIC_FOLDER = 6 c"public-folder",
    /// Teams.
    TEAMS = 7 c"teams",
    /// Viva Engage.
    VIVA_ENGAGE = 8 c"viva-engage",
    /// Teams chats.
    TEAMS_CHAT = 9 c"teams-chat",
    /// Power BI.
    POWER_BI = 10 c"power-bi",
    /// Power Automate.
    POWER_AUTOMATE = 11 c"power-automate",
    /// Power Apps.
    POWER_APPS = 12 c"power-apps",
}

/// The number of `name`, however it is written.
fn number(names: &[(i32, &CStr)], name: &str) -> Option<i32> {
    let folded = Folded::new(name)?;
    let known = names.iter().find(|(_, known)| folded.is(known));
    known.map(|(number, _)| *number)
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
        for kind in JobType::known().chain([JobType::ALL]) {
            assert_eq!(kind.name().and_then(JobType::from_name), Some(kind));
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
