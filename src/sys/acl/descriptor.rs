//! A file's security descriptor: its owner, and its access control list (ACL). The layout is that of [MS-DTYP] 2.4.

use super::sid::Sid;

/// An entry that only new files in a folder inherit.
const INHERIT_ONLY: u8 = 0x08;
/// An entry that came from the folder.
const INHERITED: u8 = 0x10;

/// The flag of a descriptor that has a list.
const HAS_LIST: u16 = 0x0004;
/// The flag of a descriptor whose parts follow it in the same bytes.
const IS_SELF_RELATIVE: u16 = 0x8000;
/// The length of flags and offsets.
const HEADER: usize = 20;

#[derive(Debug)]
pub(crate) struct Descriptor {
    pub(super) owner: Sid,
    /// The entries that allow something. `None` if the file has no list: then everybody may do everything.
    pub(super) entries: Option<Vec<Entry>>,
}

/// An entry that allows something.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) sid: Sid,
    pub(super) mask: u32,
    pub(super) is_inherited: bool,
    /// Whether it is of the one type that `icacls` writes.
    pub(super) is_simple: bool,
}

impl Descriptor {
    /// Reads a self-relative descriptor with owner and list. The error says what is wrong with the file.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, String> {
        let damaged = || "its security descriptor is damaged".to_owned();
        let header = bytes.get(..HEADER).ok_or_else(damaged)?;
        let control = u16_at(header, 2).filter(|control| control & IS_SELF_RELATIVE != 0).ok_or_else(damaged)?;
        let part = |at| Some(usize::try_from(u32_at(header, at)?).ok()?).filter(|offset| *offset > 0);
        let owner = part(4).and_then(|offset| Sid::read(bytes.get(offset..)?)).ok_or_else(damaged)?;
        // The flag may be there without a list.
        let entries = match part(16).filter(|_| control & HAS_LIST != 0) {
            Some(offset) => Some(entries(bytes.get(offset..).ok_or_else(damaged)?, damaged)?),
            None => None,
        };
        Ok(Self { owner, entries })
    }

    /// The services that own the file or are in its list.
    pub(crate) fn services(&self) -> impl Iterator<Item = &Sid> {
        let listed = self.entries.iter().flatten().map(|entry| &entry.sid);
        listed.chain([&self.owner]).filter(|sid| sid.is_of_a_service())
    }
}

fn entries(list: &[u8], damaged: impl Fn() -> String) -> Result<Vec<Entry>, String> {
    let size = u16_at(list, 2).ok_or_else(&damaged)?;
    let count = u16_at(list, 4).ok_or_else(&damaged)?;
    let mut rest = list.get(8..usize::from(size)).ok_or_else(&damaged)?;
    let mut entries = Vec::new();
    for _ in 0..count {
        let size = usize::from(u16_at(rest, 2).filter(|size| *size >= 4).ok_or_else(&damaged)?);
        let (entry, after) = rest.split_at_checked(size).ok_or_else(&damaged)?;
        rest = after;
        let (kind, flags) = (entry[0], entry[1]);
        // An entry may allow something in these ways: to somebody (0), for a kind of object (5), under a condition (9), or
        // both (11). The condition is not judged.
        let is_of_object = match kind {
            0 | 9 => false,
            5 | 11 => true,
            // Denies something, or says what is logged, or labels the file. What is denied is not subtracted: that would
            // excuse an entry for a group only if everybody in it is denied, and who is in it is not known here.
            1..=3 | 6..=8 | 10 | 12..=21 => continue,
            _ => return Err(format!("its access control list has an entry of the unknown type {kind}")),
        };
        let mask = u32_at(entry, 4).ok_or_else(&damaged)?;
        let start = if is_of_object {
            let types = u32_at(entry, 8).ok_or_else(&damaged)? & 3;
            12 + 16 * usize::try_from(types.count_ones()).unwrap_or(0)
        } else {
            8
        };
        let sid = entry.get(start..).and_then(Sid::read).ok_or_else(&damaged)?;
        if flags & INHERIT_ONLY == 0 {
            entries.push(Entry { sid, mask, is_inherited: flags & INHERITED != 0, is_simple: kind == 0 });
        }
    }
    Ok(entries)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2)?.try_into().ok().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::sid::tests::{sid, sid_bytes};
    use super::*;

    /// An entry: its type, its flags, what it allows, and to whom.
    pub(crate) type Raw<'a> = (u8, u8, u32, &'a str);

    /// The bytes of a descriptor. `None` is no list.
    pub(crate) fn descriptor_bytes(owner: &str, list: Option<&[Raw<'_>]>) -> Vec<u8> {
        let owner = sid_bytes(owner);
        let mut entries = Vec::new();
        for (kind, flags, mask, sid) in list.unwrap_or_default() {
            let mut body = mask.to_le_bytes().to_vec();
            if matches!(kind, 5 | 6 | 11) {
                // The type of an object, and the type that inherits: with both, with one, and with none.
                let types: u32 = match kind {
                    5 => 1,
                    6 => 3,
                    _ => 0,
                };
                body.extend_from_slice(&types.to_le_bytes());
                body.extend_from_slice(&[0xAA; 32][..16 * usize::try_from(types.count_ones()).expect("few")]);
            }
            body.extend_from_slice(&sid_bytes(sid));
            if *kind == 9 {
                // A condition.
                body.extend_from_slice(b"artx\0\0\0\0");
            }
            entries.extend_from_slice(&[*kind, *flags]);
            entries.extend_from_slice(&u16::try_from(body.len() + 4).expect("is short").to_le_bytes());
            entries.extend_from_slice(&body);
        }
        let offset = |number: usize| u32::try_from(number).expect("is short").to_le_bytes();
        let mut bytes = vec![1, 0, 0x04, 0x80];
        bytes.extend_from_slice(&offset(20));
        bytes.extend_from_slice(&[0; 8]);
        bytes.extend_from_slice(&offset(if list.is_some() { 20 + owner.len() } else { 0 }));
        bytes.extend_from_slice(&owner);
        if let Some(list) = list {
            bytes.extend_from_slice(&[2, 0]);
            bytes.extend_from_slice(&u16::try_from(8 + entries.len()).expect("is short").to_le_bytes());
            bytes.extend_from_slice(&u16::try_from(list.len()).expect("few").to_le_bytes());
            bytes.extend_from_slice(&[0; 2]);
            bytes.extend_from_slice(&entries);
        }
        bytes
    }

    /// What `GetKernelObjectSecurity` of wine 8.0 gives for a file of mode 0644: O:S-1-5-21-0-0-0-1000
    /// D:(A;;FA;;;SY)(A;;FA;;;S-1-5-21-0-0-0-1000)(A;;0x1200a9;;;WD).
    const OF_WINE: &[u8] = &[
        1, 0, 4, 128, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 48, 0, 0, 0, 1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 232, 3, 0, 0, 2, 0, 84, 0, 3, 0, 0, 0, 0, 0, 20, 0, 255, 1, 31, 0, 1, 1, 0, 0, 0, 0,
        0, 5, 18, 0, 0, 0, 0, 0, 36, 0, 255, 1, 31, 0, 1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 232, 3, 0, 0, 0, 0, 20, 0, 169, 0, 18, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0,
    ];

    #[test]
    fn a_descriptor_of_the_system_is_read() {
        let descriptor = Descriptor::read(OF_WINE).expect("is whole");
        assert_eq!(descriptor.owner, sid("S-1-5-21-0-0-0-1000"));
        let entries = descriptor.entries.expect("has a list");
        let found: Vec<_> = entries.iter().map(|entry| (entry.sid.to_string(), entry.mask)).collect();
        let all = 0x001F_01FF;
        let expected = [("S-1-5-18", all), ("S-1-5-21-0-0-0-1000", all), ("S-1-1-0", 0x0012_00A9)];
        assert_eq!(found, expected.map(|(sid, mask)| (sid.to_owned(), mask)));
    }

    #[test]
    fn every_kind_of_allowing_entry_is_found_and_no_other() {
        let list: Vec<Raw<'_>> = (0..=21).map(|kind| (kind, 0, u32::from(kind), "S-1-5-32-545")).collect();
        let without_compound = [&list[..4], &list[5..]].concat();
        let descriptor = Descriptor::read(&descriptor_bytes("S-1-5-18", Some(&without_compound))).expect("is whole");
        let entries = descriptor.entries.expect("has a list");
        assert_eq!(entries.iter().map(|entry| entry.mask).collect::<Vec<_>>(), [0, 5, 9, 11]);
        assert_eq!(entries.iter().filter(|entry| entry.is_simple).count(), 1);
        assert!(entries.iter().all(|entry| entry.sid == sid("S-1-5-32-545")));
        for unknown in [4, 22, 255] {
            let bytes = descriptor_bytes("S-1-5-18", Some(&[(unknown, 0, 1, "S-1-1-0")]));
            let error = Descriptor::read(&bytes).expect_err("is unknown");
            assert!(error.ends_with(&format!("of the unknown type {unknown}")), "{error}");
        }
    }

    #[test]
    fn what_is_for_new_files_only_is_passed_over() {
        let list = [(0, 0x0B, 1, "S-1-1-0"), (0, 0x10, 2, "S-1-1-0"), (0, 0x03, 4, "S-1-1-0")];
        let descriptor = Descriptor::read(&descriptor_bytes("S-1-5-18", Some(&list))).expect("is whole");
        let entries = descriptor.entries.expect("has a list");
        let found: Vec<_> = entries.iter().map(|entry| (entry.mask, entry.is_inherited)).collect();
        assert_eq!(found, [(2, true), (4, false)]);
    }

    #[test]
    fn no_list_differs_from_an_empty_one() {
        let read = |bytes: &[u8]| Descriptor::read(bytes).expect("is whole").entries.map(|entries| entries.len());
        assert_eq!(read(&descriptor_bytes("S-1-5-18", None)), None);
        assert_eq!(read(&descriptor_bytes("S-1-5-18", Some(&[]))), Some(0));
        let mut without_flag = descriptor_bytes("S-1-5-18", Some(&[]));
        without_flag[2] = 0;
        assert_eq!(read(&without_flag), None);
    }

    #[test]
    fn damage_is_an_error() {
        let list = [(0, 0, 1, "S-1-1-0"), (5, 0, 1, "S-1-1-0")];
        let whole = descriptor_bytes("S-1-5-18", Some(&list));
        assert!(Descriptor::read(&whole).is_ok());
        for length in 0..whole.len() {
            assert!(Descriptor::read(&whole[..length]).is_err(), "{length}");
        }
        // The owner lies inside of the header, which ends before the offset of the list.
        let cut = [1, 1, 0x1F, 0x80, 8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0];
        assert!(Descriptor::read(&cut).is_err());
        // No byte makes it panic, and an entry of size 0 does not make it run for ever.
        for at in 0..whole.len() {
            for value in [0, 1, 0x7F, 0xFF] {
                let mut bytes = whole.clone();
                bytes[at] = value;
                let _whatever = Descriptor::read(&bytes);
            }
        }
        // An absolute descriptor, one without an owner, and an entry of no size.
        for (at, value) in [(3, 0), (4, 0), (20 + 12 + 8 + 2, 0)] {
            let mut bytes = whole.clone();
            bytes[at] = value;
            assert!(Descriptor::read(&bytes).is_err(), "{at}");
        }
    }
}
