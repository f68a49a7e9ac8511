//! The rules and the words, with descriptors as data.

use super::descriptor::Descriptor;
use super::descriptor::tests::{Raw, descriptor_bytes};
use super::judge;
use super::judgement::Token;
use super::sid::tests::sid;
use super::words::without_lists;
use crate::sys::Access;

const OWN: &str = "S-1-5-21-1-2-3-1001";
const SERVICE: &str = "S-1-5-80-1-2-3-4-5";
const STRANGER: &str = "S-1-5-21-1-2-3-1002";
const SYSTEM: &str = "S-1-5-18";
const ADMINISTRATORS: &str = "S-1-5-32-544";
const TRUSTED_INSTALLER: &str = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464";
const USERS: &str = "S-1-5-32-545";
const EVERYONE: &str = "S-1-1-0";

/// Rights as `icacls` calls them: full, modify, read and execute, read.
const F: u32 = 0x001F_01FF;
const M: u32 = 0x0013_01BF;
const RX: u32 = 0x0012_00A9;
const R: u32 = 0x0012_0089;

/// The flag of an entry that came from the folder.
const FROM_FOLDER: u8 = 0x10;

/// Judges a file of `owner` for the user `own`, whose process is the service `SERVICE`.
fn judged_for(own: &str, owner: &str, list: Option<&[Raw<'_>]>) -> Access {
    let descriptor = Descriptor::read(&descriptor_bytes(owner, list)).expect("is whole");
    let services = descriptor.services().filter(|service| **service == sid(SERVICE)).cloned().collect();
    judge(&descriptor, &Token { user: sid(own), services }, r"C:\cbj.json")
}

fn judged(owner: &str, list: &[Raw<'_>]) -> Access {
    judged_for(OWN, owner, Some(list))
}

/// Whether a secret in the file is exposed, and whether the file is changeable.
fn verdict(access: &Access) -> (bool, bool) {
    (access.exposed.is_some(), access.changeable.is_some())
}

const GOOD: (bool, bool) = (false, false);
const READABLE: (bool, bool) = (true, false);
const CHANGEABLE: (bool, bool) = (true, true);

#[test]
fn the_own_user_its_services_and_administrators_may_have_any_access() {
    let all = [SYSTEM, ADMINISTRATORS, TRUSTED_INSTALLER, OWN, SERVICE];
    let list = all.map(|sid| (0, 0, F, sid));
    for owner in all {
        assert_eq!(verdict(&judged(owner, &list)), GOOD, "{owner}");
    }
    for (kind, sid) in [5, 9, 11].into_iter().flat_map(|kind| all.map(|sid| (kind, sid))) {
        assert_eq!(verdict(&judged(SYSTEM, &[(kind, 0, F, sid)])), GOOD, "{kind} {sid}");
    }
    assert_eq!(verdict(&judged(SYSTEM, &[])), GOOD);
    // A service that is the owner, and that the list does not name.
    assert_eq!(verdict(&judged(SERVICE, &[])), GOOD);
}

#[test]
fn everybody_else_is_a_stranger() {
    for stranger in [
        EVERYONE,
        USERS,
        STRANGER,
        "S-1-5-11",
        "S-1-5-19",
        "S-1-5-20",
        // All services, and one that the process is not.
        "S-1-5-80-0",
        "S-1-5-80-5-4-3-2-1",
        // Administrators elsewhere, and one user of that name.
        "S-1-5-21-1-2-3-512",
        "S-1-5-21-1-2-3-500",
        "S-1-15-2-1",
    ] {
        for kind in [0, 5, 9, 11] {
            let access = judged(OWN, &[(0, 0, F, OWN), (kind, 0, R, stranger)]);
            assert_eq!(verdict(&access), READABLE, "{kind} {stranger}");
            assert!(access.exposed.unwrap_or_default().contains(stranger), "{kind} {stranger}");
        }
        assert_eq!(verdict(&judged(stranger, &[(0, 0, F, OWN)])), CHANGEABLE, "{stranger} owns it");
    }
}

#[test]
fn what_reads_and_what_changes() {
    let bits = |bits: &[u32]| bits.iter().fold(0, |all, bit| all | bit);
    for (mask, expected) in [
        (0x0001, READABLE),
        (0x0002, CHANGEABLE),
        (0x0004, CHANGEABLE),
        (0x0008, GOOD),
        (0x0010, CHANGEABLE),
        (0x0020, READABLE),
        (0x0040, GOOD),
        (0x0080, GOOD),
        (0x0100, CHANGEABLE),
        (0x0001_0000, CHANGEABLE),
        (0x0002_0000, GOOD),
        (0x0004_0000, CHANGEABLE),
        (0x0008_0000, CHANGEABLE),
        (0x0010_0000, GOOD),
        (0x8000_0000, READABLE),
        (0x4000_0000, CHANGEABLE),
        (0x2000_0000, READABLE),
        (0x1000_0000, CHANGEABLE),
        // A right that stands for others, beside them.
        (0x8000_0000 | R, READABLE),
        (0x2000_0000 | RX, READABLE),
        (0x1000_0000 | F, CHANGEABLE),
        (R, READABLE),
        (RX, READABLE),
        (M, CHANGEABLE),
        (F, CHANGEABLE),
        (bits(&[0x0008, 0x0040, 0x0080, 0x0002_0000, 0x0010_0000]), GOOD),
    ] {
        assert_eq!(verdict(&judged(OWN, &[(0, 0, mask, EVERYONE)])), expected, "{mask:#x}");
    }
}

#[test]
fn an_entry_that_denies_excuses_nothing_and_accuses_nobody() {
    assert_eq!(verdict(&judged(OWN, &[(1, 0, F, EVERYONE), (0, 0, R, EVERYONE)])), READABLE);
    assert_eq!(verdict(&judged(OWN, &[(1, 0, F, EVERYONE)])), GOOD);
    // 0x08: for new files in a folder only.
    assert_eq!(verdict(&judged(OWN, &[(0, 0x0B, F, EVERYONE)])), GOOD);
}

#[test]
fn the_rights_of_an_owner_are_those_of_whoever_owns_the_file() {
    assert_eq!(verdict(&judged(OWN, &[(0, 0, F, "S-1-3-4")])), GOOD);
    assert_eq!(verdict(&judged(ADMINISTRATORS, &[(0, 0, F, "S-1-3-4")])), GOOD);
    assert_eq!(verdict(&judged(STRANGER, &[(0, 0, R, "S-1-3-4")])), CHANGEABLE);
    // The placeholders for an owner and a group mean nobody.
    assert_eq!(verdict(&judged(OWN, &[(0, 0, F, "S-1-3-0"), (0, 0, F, "S-1-3-1")])), GOOD);
}

/// What is wrong, and the command.
fn words(reason: Option<&String>) -> (&str, &str) {
    let (wrong, cure) = reason.and_then(|reason| reason.split_once(": run ")).expect("has a command");
    (wrong, cure)
}

/// Both commands, which are for the own user's console if `owner` is the own user.
#[track_caller]
fn assert_cures(access: &Access, exposed: &str, changeable: Option<&str>) {
    assert_eq!(words(access.exposed.as_ref()).1, exposed);
    assert_eq!(access.changeable.as_ref().map(|reason| words(Some(reason)).1), changeable);
}

#[test]
fn a_secret_is_taken_from_its_readers_and_a_configuration_stays_readable() {
    // A file in C:\ProgramData, as an installation leaves it.
    let list = [(0, FROM_FOLDER, F, SYSTEM), (0, FROM_FOLDER, F, ADMINISTRATORS), (0, FROM_FOLDER, RX, USERS)];
    let access = judged(ADMINISTRATORS, &list);
    assert_eq!(words(access.exposed.as_ref()).0, "contains a secret and can be read by Users (S-1-5-32-545)");
    assert_cures(
        &access,
        r#"icacls "C:\cbj.json" /inheritance:r /grant:r *S-1-5-18:F *S-1-5-32-544:F *S-1-5-21-1-2-3-1001:R in an administrator's console"#,
        None,
    );

    // A file of the own user, in a folder of C:\.
    let list = [(0, 0, F, OWN), (0, 0, M, EVERYONE), (0, FROM_FOLDER, RX, USERS), (0, FROM_FOLDER, M, "S-1-5-11")];
    let access = judged(OWN, &list);
    assert_eq!(
        words(access.exposed.as_ref()).0,
        "contains a secret and can be read by Users (S-1-5-32-545), read and changed by Everyone (S-1-1-0) and \
         Authenticated Users (S-1-5-11)"
    );
    assert_eq!(
        words(access.changeable.as_ref()).0,
        "says where a secret is or where it is sent, and can be changed by Everyone (S-1-1-0) and Authenticated Users \
         (S-1-5-11)"
    );
    assert_cures(
        &access,
        r#"icacls "C:\cbj.json" /inheritance:r /remove:g *S-1-1-0 /grant:r *S-1-5-18:F *S-1-5-32-544:F *S-1-5-21-1-2-3-1001:F in a console"#,
        Some(
            r#"icacls "C:\cbj.json" /inheritance:r /grant:r *S-1-5-18:F *S-1-5-32-544:F *S-1-5-21-1-2-3-1001:F *S-1-1-0:R *S-1-5-32-545:R *S-1-5-11:R in a console"#,
        ),
    );
    // What several entries allow counts together.
    for (first, second) in [(R, 2), (2, R)] {
        let access = judged(OWN, &[(0, 0, F, OWN), (0, 0, first, EVERYONE), (0, 0, second, EVERYONE)]);
        let wrong = "contains a secret and can be read and changed by Everyone (S-1-1-0)";
        assert_eq!(words(access.exposed.as_ref()).0, wrong);
    }
    // Who can write and not read loses everything.
    let access = judged(OWN, &[(0, 0, F, OWN), (0, 0, 2, EVERYONE)]);
    let cure = r#"icacls "C:\cbj.json" /inheritance:r /remove:g *S-1-1-0 /grant:r *S-1-5-18:F *S-1-5-32-544:F *S-1-5-21-1-2-3-1001:F in a console"#;
    assert_eq!(words(access.exposed.as_ref()).0, "contains a secret and can be changed by Everyone (S-1-1-0)");
    assert_cures(&access, cure, Some(cure));
}

#[test]
fn an_owner_who_is_a_stranger_is_replaced() {
    let access = judged(STRANGER, &[(0, 0, F, STRANGER), (0, 0, R, SERVICE)]);
    assert_eq!(
        words(access.exposed.as_ref()).0,
        "contains a secret and can be read and changed by its owner S-1-5-21-1-2-3-1002"
    );
    let cure = r#"powershell -Command "takeown /f 'C:\cbj.json' /a; icacls 'C:\cbj.json' /inheritance:r /remove:g *S-1-5-21-1-2-3-1002 /grant:r *S-1-5-18:F *S-1-5-32-544:F *S-1-5-80-1-2-3-4-5:R" in an administrator's console"#;
    assert_cures(&access, cure, Some(cure));
}

#[test]
fn a_list_that_icacls_cannot_mend_is_made_anew() {
    let cure = r#"powershell -Command "icacls 'C:\cbj.json' /reset; icacls 'C:\cbj.json' /inheritance:r /grant:r *S-1-5-18:F *S-1-5-32-544:F *S-1-5-21-1-2-3-1001:F" in a console"#;
    let none = judged_for(OWN, OWN, None);
    assert_eq!(
        words(none.changeable.as_ref()).0,
        "says where a secret is or where it is sent, and can be changed by Everyone (S-1-1-0), because it has no access \
         control list"
    );
    assert_cures(&none, cure, Some(cure));

    let conditional = judged(OWN, &[(0, 0, F, OWN), (9, 0, F, EVERYONE)]);
    assert_cures(&conditional, cure, Some(cure));

    let many: Vec<String> = (1..=9).map(|number| format!("S-1-5-21-7-8-9-{number}")).collect();
    let list: Vec<Raw<'_>> = many.iter().map(|sid| (0, 0, R, sid.as_str())).collect();
    let many = judged(OWN, &list);
    assert_eq!(
        words(many.exposed.as_ref()).0,
        "contains a secret and can be read by S-1-5-21-7-8-9-1, S-1-5-21-7-8-9-2, S-1-5-21-7-8-9-3, S-1-5-21-7-8-9-4 and \
         5 others"
    );
    assert_cures(&many, cure, None);
}

/// A command must not lock the program out.
#[test]
fn the_own_user_and_its_services_keep_their_access() {
    let end = |own: &str, owner: &str, list: &[Raw<'_>]| {
        let list = [list, &[(0, 0, R, EVERYONE)]].concat();
        let access = judged_for(own, owner, Some(&list));
        let (_, cure) = words(access.exposed.as_ref());
        let (_, grants) = cure.split_once("*S-1-5-32-544:F").expect("administrators keep theirs");
        grants.split_once(" in ").expect("says where").0.to_owned()
    };
    // It read the file as one of everybody.
    assert_eq!(end(OWN, ADMINISTRATORS, &[]), " *S-1-5-21-1-2-3-1001:R");
    assert_eq!(end(OWN, ADMINISTRATORS, &[(0, 0, R, OWN)]), " *S-1-5-21-1-2-3-1001:R");
    assert_eq!(end(OWN, ADMINISTRATORS, &[(0, 0, M, OWN)]), " *S-1-5-21-1-2-3-1001:F");
    assert_eq!(end(OWN, OWN, &[]), " *S-1-5-21-1-2-3-1001:F");
    assert_eq!(end(OWN, OWN, &[(0, 0, R, OWN)]), " *S-1-5-21-1-2-3-1001:F");
    // A service needs no access as its user, which other services may have, too.
    assert_eq!(end("S-1-5-19", ADMINISTRATORS, &[(0, 0, R, SERVICE)]), " *S-1-5-80-1-2-3-4-5:R");
    assert_eq!(end("S-1-5-19", ADMINISTRATORS, &[(0, 0, M, SERVICE)]), " *S-1-5-80-1-2-3-4-5:F");
    assert_eq!(end("S-1-5-19", ADMINISTRATORS, &[]), " *S-1-5-19:R");
    let both = [(0, 0, R, SERVICE), (0, 0, R, "S-1-5-19")];
    assert_eq!(end("S-1-5-19", ADMINISTRATORS, &both), " *S-1-5-80-1-2-3-4-5:R *S-1-5-19:R");
    assert_eq!(end(OWN, OWN, &[(0, 0, R, SERVICE)]), " *S-1-5-80-1-2-3-4-5:R *S-1-5-21-1-2-3-1001:F");
    assert_eq!(end(SYSTEM, ADMINISTRATORS, &[]), "");
}

#[test]
fn a_file_system_without_lists_is_named() {
    let access = without_lists("FAT32");
    let place = "is in a file system without access control lists (FAT32), where everybody can read and change it: move it \
                 to a drive with NTFS";
    assert_eq!(access.exposed, Some(format!("contains a secret and {place}")));
    assert_eq!(access.changeable, Some(format!("says where a secret is or where it is sent, and {place}")));
}
