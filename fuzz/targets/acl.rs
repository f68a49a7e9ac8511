//! Security descriptors of Windows: who can read or change a file. The first bytes say how the rest is used.
#![no_main]

use cloudbackupjobs::fuzzing::{Judged, judge_file, path_for_icacls, sid_text};
use cloudbackupjobs_fuzz::{assert_linear, measured, timed};
use libfuzzer_sys::fuzz_target;

const OWN: [u8; 28] = [1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0xe9, 3, 0, 0];
const STRANGER: [u8; 28] = [1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0xea, 3, 0, 0];
const EVERYONE: [u8; 12] = [1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0];
const SYSTEM: [u8; 12] = [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0];
const ADMINISTRATORS: [u8; 16] = [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0];
const PATH: &str = r"C:\ProgramData\cbj.json";

fuzz_target!(|data: &[u8]| {
    let Some((how, data)) = data.split_first() else { return };
    if how % 2 == 0 { raw(data) } else { made(data) }
});

/// Any bytes as a descriptor.
fn raw(data: &[u8]) {
    let ((judged, most, _), time) =
        timed(|| measured(|| judge_file(data, &OWN, false, PATH).expect("is an identifier")));
    assert_linear(time, data.len());
    assert!(most <= 32 * data.len() + 16 * 1024, "{most} for {}", data.len());
    if let Some(text) = sid_text(data) {
        assert!(text.starts_with("S-1-") && text.split('-').count() <= 3 + 15, "{text}");
        let numbers = text.split('-').skip(3).map(|part| part.parse::<u32>().expect("is a number"));
        assert!(
            numbers.eq(data[8..8 + 4 * usize::from(data[1])]
                .chunks(4)
                .map(|part| u32::from_le_bytes(part.try_into().expect("has four"))))
        );
    }
    match judged {
        Ok(judged) => {
            check(&judged, PATH);
            // What a process is as a service can only excuse somebody.
            let as_service = judge_file(data, &OWN, true, PATH).expect("is one").expect("is read");
            assert!(as_service.exposed.is_none() || judged.exposed.is_some());
            assert!(as_service.changeable.is_none() || judged.changeable.is_some());
            // Bytes after it change nothing.
            let longer = [data, &[0xff; 40]].concat();
            assert_eq!(judge_file(&longer, &OWN, false, PATH), Some(Ok(judged)));
        }
        Err(reason) => assert!(reason.starts_with("its "), "{reason}"),
    }
}

/// A descriptor made of entries for known users, of four bytes each, and a path. Another way to judge it is short.
fn made(data: &[u8]) {
    let Some((head, rest)) = data.split_at_checked(2) else { return };
    let (entries, path) = rest.split_at(rest.len().min(4 * usize::from(head[1] % 8)));
    let Ok(path) = str::from_utf8(path) else { return };
    let users: [&[u8]; 5] = [&OWN, &STRANGER, &EVERYONE, &SYSTEM, &ADMINISTRATORS];
    let owner = users[usize::from(head[0]) % users.len()];
    let is_trusted = |user: usize| matches!(user % users.len(), 0 | 3 | 4);
    let (mut list, mut count) = (Vec::new(), 0_u8);
    let (mut is_exposed, mut is_changeable) = (!is_trusted(head[0].into()), !is_trusted(head[0].into()));
    for entry in entries.chunks_exact(4) {
        let (kind, inherit_only, bit, user) = (entry[0] % 2, entry[1] & 8, entry[2] % 32, usize::from(entry[3]));
        let (mask, sid) = (1_u32 << bit, users[user % users.len()]);
        list.extend_from_slice(&[kind, inherit_only]);
        list.extend_from_slice(&u16::try_from(8 + sid.len()).expect("is small").to_le_bytes());
        list.extend_from_slice(&mask.to_le_bytes());
        list.extend_from_slice(sid);
        count += 1;
        if kind == 0 && inherit_only == 0 && !is_trusted(user) {
            // GENERIC_ALL has bit 28, GENERIC_EXECUTE 29, GENERIC_WRITE 30, GENERIC_READ 31.
            is_changeable |= matches!(bit, 1 | 2 | 4 | 8 | 16 | 18 | 19 | 28 | 30);
            is_exposed |= matches!(bit, 0 | 1 | 2 | 4 | 5 | 8 | 16 | 18 | 19 | 28..=31);
        }
    }
    let mut descriptor = vec![1, 0, 4, 0x80, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    descriptor.extend_from_slice(&u32::try_from(20 + owner.len()).expect("is small").to_le_bytes());
    descriptor.extend_from_slice(owner);
    descriptor.extend_from_slice(&[2, 0]);
    descriptor.extend_from_slice(&u16::try_from(8 + list.len()).expect("is small").to_le_bytes());
    descriptor.extend_from_slice(&[count, 0, 0, 0]);
    descriptor.extend_from_slice(&list);
    let judged = judge_file(&descriptor, &OWN, false, path).expect("is an identifier").expect("is whole");
    assert_eq!((judged.exposed.is_some(), judged.changeable.is_some()), (is_exposed, is_changeable));
    check(&judged, path);
    let spelled = path_for_icacls(path);
    assert!(path.ends_with(spelled.trim_start_matches('\\')), "{spelled}");
}

/// A command that can be pasted: the path is one argument of each program, whatever is in it.
fn check(judged: &Judged, path: &str) {
    assert!(judged.changeable.is_none() || judged.exposed.is_some());
    for reason in [&judged.exposed, &judged.changeable].into_iter().flatten() {
        let (_, command) = reason.split_once(": run ").expect("has a command");
        let (command, console) = command.rsplit_once(" in a").expect("says where");
        assert!(console.ends_with("console") && !command.is_empty(), "{reason}");
        if console.contains("PowerShell") {
            // In single quotes a quote is written twice, and PowerShell takes typographic quotes for quotes.
            let is_quote = |c: char| matches!(c, '\'' | '\u{2018}'..='\u{201B}');
            let literal: String =
                path.chars().flat_map(|c| std::iter::repeat_n(c, if is_quote(c) { 2 } else { 1 })).collect();
            assert!(command.contains(&format!("'{literal}'")), "{reason}");
        } else {
            let is_special = |c: char| c.is_control() || "\"%!$`\u{201C}\u{201D}\u{201E}".contains(c);
            assert!(!path.contains(is_special), "{reason}");
        }
        let beside = if path.is_empty() { command.to_owned() } else { command.replace(path, "") };
        assert!(path.len() < 3 || beside.is_ascii() || !path.is_ascii(), "{reason}");
    }
}
