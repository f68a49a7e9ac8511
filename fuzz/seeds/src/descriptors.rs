//! Security descriptors of the users in the tests of `src/sys/acl/`.

use std::collections::BTreeSet;
use std::path::Path;

use crate::Result;
use crate::strings::strings_of;

pub fn seeds(root: &Path, seeds: &mut BTreeSet<Vec<u8>>) -> Result<()> {
    let strings = strings_of(root, &["src/sys/acl"])?;
    let sids: BTreeSet<Vec<u8>> = strings.all().filter_map(sid).collect();
    for sid in &sids {
        for kind in [0, 1, 5, 9, 11] {
            seeds.insert([&[0], &*descriptor(sid, &[(kind, sid)])].concat());
        }
    }
    let all: Vec<(u8, &Vec<u8>)> = sids.iter().map(|sid| (0, sid)).collect();
    seeds.insert([&[0], &*descriptor(&sids.first().ok_or("no user")?.clone(), &all)].concat());
    // For the other half of the target: an owner, and one entry for each user that it knows; and a path.
    for path in strings.all().filter(|text| text.contains('\\') && text.len() < 60) {
        seeds.insert(
            [&[1, 0, 5, 0, 0, 1, 0, 0, 0, 5, 1, 1, 8, 31, 2, 0, 0, 16, 3, 0, 0, 2, 4], path.as_bytes()].concat(),
        );
    }
    Ok(())
}

/// The bytes of an identifier such as `S-1-5-18`.
fn sid(text: &str) -> Option<Vec<u8>> {
    let mut numbers = text.strip_prefix("S-1-")?.split('-');
    let authority: u64 = numbers.next()?.parse().ok()?;
    let parts: Vec<u32> = numbers.map(|number| number.parse().ok()).collect::<Option<_>>()?;
    let mut bytes = vec![1, u8::try_from(parts.len()).ok()?];
    bytes.extend_from_slice(&authority.to_be_bytes()[2..]);
    bytes.extend(parts.iter().flat_map(|part| part.to_le_bytes()));
    Some(bytes)
}

/// A self-relative descriptor with owner and list, in which everybody may do everything.
fn descriptor(owner: &[u8], entries: &[(u8, &Vec<u8>)]) -> Vec<u8> {
    let size = |bytes: usize| u16::try_from(bytes).unwrap_or(u16::MAX).to_le_bytes();
    let mut list = Vec::new();
    for (kind, sid) in entries {
        let object: &[u8] = if matches!(kind, 5 | 11) { &[0; 4] } else { &[] };
        list.extend([*kind, 0]);
        list.extend(size(8 + object.len() + sid.len()));
        list.extend(0x001F_01FF_u32.to_le_bytes());
        list.extend(object);
        list.extend(*sid);
    }
    let mut bytes = vec![1, 0, 4, 0x80, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    bytes.extend(u32::try_from(20 + owner.len()).unwrap_or(0).to_le_bytes());
    bytes.extend(owner);
    bytes.extend([2, 0]);
    bytes.extend(size(8 + list.len()));
    bytes.extend(size(entries.len()));
    bytes.extend([0, 0]);
    bytes.extend(list);
    bytes
}
