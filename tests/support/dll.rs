//! Files for Windows: which DLLs they need, and what they export.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// The DLLs that a file may need. All are parts of Windows 10 and Windows Server 2016; msvcrt.dll is in every Windows. No DLL
/// of a compiler is among them (libgcc_s, libwinpthread), nor one with windows (user32).
const OF_WINDOWS: [&str; 12] = [
    "advapi32.dll",
    // Random numbers for the standard library's tables.
    "bcryptprimitives.dll",
    // WaitOnAddress, with which the standard library's locks wait.
    "api-ms-win-core-synch-l1-2-0.dll",
    "bcrypt.dll",
    "crypt32.dll",
    "kernel32.dll",
    "msvcrt.dll",
    "ncrypt.dll",
    "ntdll.dll",
    "secur32.dll",
    "userenv.dll",
    "ws2_32.dll",
];

/// What `objdump -p` says about a DLL or a program.
pub fn headers(file: &Path) -> String {
    let mut objdump = Command::new("x86_64-w64-mingw32-objdump");
    let output = objdump.arg("-p").arg(file).output().expect("objdump comes with the compiler for Windows");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Fails if a file needs a DLL that is neither a part of Windows nor one of `own`.
#[track_caller]
pub fn assert_needs_windows_alone(headers: &str, own: &[&str]) {
    let names = headers.lines().filter_map(|line| line.trim().strip_prefix("DLL Name: "));
    let needed: BTreeSet<String> = names.map(str::to_ascii_lowercase).collect();
    assert!(needed.contains("kernel32.dll"), "{needed:?}");
    let is_allowed = |name: &&String| OF_WINDOWS.contains(&name.as_str()) || own.contains(&name.as_str());
    let strangers: Vec<_> = needed.iter().filter(|name| !is_allowed(name)).collect();
    assert!(strangers.is_empty(), "{strangers:?}\nall: {needed:?}");
}

/// The names that a DLL exports.
pub fn exported(headers: &str) -> BTreeSet<String> {
    let (_, table) = headers.split_once("[Ordinal/Name Pointer] Table").expect("exports something");
    // [   0] +base[   1]  0000 cbj_client_cancel
    let rows = table.lines().skip(1).take_while(|line| line.trim_start().starts_with('['));
    rows.map(|row| row.split_whitespace().next_back().expect("has a name").to_owned()).collect()
}
