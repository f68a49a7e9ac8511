//! The rules: who may have access to a file.

use super::descriptor::{Descriptor, Entry};
use super::sid::Sid;

/// FILE_READ_DATA and FILE_EXECUTE: who may execute a file can map it into memory, and what is mapped can be read.
const READ: u32 = 0x0001 | 0x0020;

/// FILE_WRITE_DATA, FILE_APPEND_DATA, FILE_WRITE_EA, FILE_WRITE_ATTRIBUTES, DELETE, WRITE_DAC and WRITE_OWNER. Who may write
/// attributes can turn the file into a link to another one; who may delete it can move it away, and put another in its
/// place.
const CHANGE: u32 = 0x0002 | 0x0004 | 0x0010 | 0x0100 | 0x0001_0000 | 0x0004_0000 | 0x0008_0000;

/// Rights that stand for others, and what they mean for a file: GENERIC_READ, GENERIC_WRITE, GENERIC_EXECUTE, GENERIC_ALL.
const GENERIC: [(u32, u32); 4] =
    [(0x8000_0000, 0x0012_0089), (0x4000_0000, 0x0012_0116), (0x2000_0000, 0x0012_00A0), (0x1000_0000, 0x001F_01FF)];

/// Who asks for the file: the user whose rights the process has.
#[derive(Debug)]
pub(crate) struct Token {
    pub(crate) user: Sid,
    /// The services among the file's owner and the entries of its list that the process is.
    pub(crate) services: Vec<Sid>,
}

impl Token {
    fn trusts(&self, sid: &Sid) -> bool {
        *sid == self.user || sid.is_administrator() || self.services.contains(sid)
    }
}

/// What somebody may do.
#[derive(Debug)]
pub(super) struct Rights<'a> {
    pub(super) sid: &'a Sid,
    pub(super) reads: bool,
    pub(super) changes: bool,
    /// Whether one of the entries belongs to the file itself and not to its folder.
    pub(super) has_own_entry: bool,
    pub(super) is_owner: bool,
}

/// What was found about a file.
#[derive(Debug)]
pub(super) struct Findings<'a> {
    /// Everybody with access who must have none, or may at most read.
    pub(super) strangers: Vec<Rights<'a>>,
    /// The own user and its services, as far as the list has them.
    pub(super) trusted: Vec<Rights<'a>>,
    pub(super) user: &'a Sid,
    pub(super) is_owners: bool,
    pub(super) has_list: bool,
    /// Whether a stranger's entry is of a type that `icacls` may not remove.
    pub(super) is_special: bool,
}

/// Judges a file.
///
/// The own user, the services that the process is, and administrators may have any access. Everybody else is a stranger.
/// A stranger must not have access to a secret, and must not change what leads to one. An owner can change the list at any
/// time, so an owner who is a stranger can do everything.
pub(super) fn findings<'a>(descriptor: &'a Descriptor, token: &'a Token, everyone: &'a Sid) -> Findings<'a> {
    let owner = &descriptor.owner;
    let mut found = Findings {
        strangers: Vec::new(),
        trusted: Vec::new(),
        user: &token.user,
        is_owners: *owner == token.user,
        has_list: descriptor.entries.is_some(),
        is_special: false,
    };
    if !token.trusts(owner) {
        found.strangers.push(Rights { sid: owner, reads: true, changes: true, has_own_entry: false, is_owner: true });
    }
    for entry in descriptor.entries.iter().flatten() {
        // Nobody is a placeholder.
        if !entry.sid.is_placeholder() {
            let sid = if entry.sid.is_owner_rights() { owner } else { &entry.sid };
            add(&mut found, sid, entry, token);
        }
    }
    if !found.has_list {
        let all = Rights { sid: everyone, reads: true, changes: true, has_own_entry: false, is_owner: false };
        found.strangers.push(all);
    }
    found
}

fn add<'a>(found: &mut Findings<'a>, sid: &'a Sid, entry: &Entry, token: &Token) {
    let mask =
        GENERIC.iter().fold(entry.mask, |mask, (bit, meaning)| if mask & bit == 0 { mask } else { mask | meaning });
    let (reads, changes) = (mask & READ != 0, mask & CHANGE != 0);
    if !(reads || changes) {
        return;
    }
    let is_stranger = !token.trusts(sid);
    found.is_special |= is_stranger && !entry.is_simple;
    let list = if is_stranger { &mut found.strangers } else { &mut found.trusted };
    match list.iter_mut().find(|rights| rights.sid == sid) {
        Some(rights) => {
            rights.reads |= reads;
            rights.changes |= changes;
            rights.has_own_entry |= !entry.is_inherited;
        }
        None => list.push(Rights { sid, reads, changes, has_own_entry: !entry.is_inherited, is_owner: false }),
    }
}
