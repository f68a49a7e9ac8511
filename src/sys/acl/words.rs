//! The words for the administrator: who has access, and the command that ends it.

use super::command::{Step, command};
use super::judgement::{Findings, Rights};
use super::sid::Sid;
use crate::sys::Access;

/// How many strangers are named. An administrator who reads these will look at the whole list.
const MOST_NAMED: usize = 4;

/// How many strangers a command has arguments for. A list with more is made anew.
const MOST_ARGUMENTS: usize = 8;

/// The rights to do everything and to read, as `icacls` spells them.
const FULL: char = 'F';
const READ: char = 'R';

/// Why the file must not contain a secret.
pub(super) fn exposed(found: &Findings<'_>, path: &str) -> Option<String> {
    let of = |reads, changes| found.strangers.iter().filter(move |who| who.reads == reads && who.changes == changes);
    let parts: Vec<String> = [("read", true, false), ("changed", false, true), ("read and changed", true, true)]
        .into_iter()
        .map(|(done, reads, changes)| (done, of(reads, changes).collect::<Vec<_>>()))
        .filter(|(_, who)| !who.is_empty())
        .map(|(done, who)| format!("{done} by {}", names(&who)))
        .collect();
    (!parts.is_empty()).then(|| {
        let who = parts.join(", ");
        format!("contains a secret and can be {who}{}: {}", no_list(found), cure(found, path, false))
    })
}

/// Why the file must not say where a secret is or where it is sent.
pub(super) fn changeable(found: &Findings<'_>, path: &str) -> Option<String> {
    let who: Vec<_> = found.strangers.iter().filter(|who| who.changes).collect();
    (!who.is_empty()).then(|| {
        let (who, why) = (names(&who), no_list(found));
        let cure = cure(found, path, true);
        format!("says where a secret is or where it is sent, and can be changed by {who}{why}: {cure}")
    })
}

/// What is wrong with a file in a file system that has no access control lists, e.g. `FAT32`.
pub(crate) fn without_lists(file_system: &str) -> Access {
    let is_on = format!(
        "is in a file system without access control lists ({file_system}), where everybody can read and change it: move \
         it to a drive with NTFS"
    );
    Access {
        exposed: Some(format!("contains a secret and {is_on}")),
        changeable: Some(format!("says where a secret is or where it is sent, and {is_on}")),
    }
}

fn no_list(found: &Findings<'_>) -> &'static str {
    if found.has_list { "" } else { ", because it has no access control list" }
}

fn names(who: &[&Rights<'_>]) -> String {
    let mut names: Vec<String> = who.iter().take(MOST_NAMED).map(|who| name(who)).collect();
    if who.len() > MOST_NAMED {
        names.push(format!("{} others", who.len() - MOST_NAMED));
    }
    match names.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => names.concat(),
    }
}

fn name(who: &Rights<'_>) -> String {
    if who.is_owner { format!("its owner {}", who.sid.named()) } else { who.sid.named() }
}

/// The command after which the file is private, or after which strangers can at most read it.
fn cure(found: &Findings<'_>, path: &str, keeps_readers: bool) -> String {
    let has_foreign_owner = found.strangers.iter().any(|who| who.is_owner);
    let is_made_anew = !found.has_list || found.is_special || found.strangers.len() > MOST_ARGUMENTS;
    let mut grants = own_grants(found);
    let mut removed = Vec::new();
    if !is_made_anew {
        for who in &found.strangers {
            if keeps_readers && who.reads && !who.is_owner {
                grants.push((who.sid, READ));
            } else if who.has_own_entry {
                removed.push(who.sid);
            }
        }
    }
    let mut steps = Vec::new();
    if has_foreign_owner {
        steps.push(Step::GiveToAdministrators);
    }
    if is_made_anew {
        steps.push(Step::Reset);
    }
    steps.push(Step::Set { removed, grants });
    // A full stop behind a command would be pasted with it, and a right that ends with one is unknown.
    let whose = if found.is_owners { "a" } else { "an administrator's" };
    let (command, console) = command(path, &steps);
    format!("run {command} in {whose} {console}")
}

/// What the own user and its services keep, besides the administrators.
fn own_grants<'a>(found: &Findings<'a>) -> Vec<(&'a Sid, char)> {
    let mut grants: Vec<_> = found
        .trusted
        .iter()
        .filter(|who| !who.sid.is_administrator() && who.sid != found.user)
        .map(|who| (who.sid, if who.changes { FULL } else { READ }))
        .collect();
    let own = found.trusted.iter().find(|who| who.sid == found.user);
    // Who reads the file as a service needs no entry as a user, who may be that of other services, too.
    if !found.user.is_administrator() && (own.is_some() || found.is_owners || grants.is_empty()) {
        let is_full = found.is_owners || own.is_some_and(|own| own.changes);
        grants.push((found.user, if is_full { FULL } else { READ }));
    }
    grants
}
