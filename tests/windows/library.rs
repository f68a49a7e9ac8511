//! The DLL as a file: what it needs of Windows, and what it exports.

use std::collections::BTreeSet;
use std::process::Command;

use crate::program::is_asked;
use crate::support::c_program::{library_dir, library_name};
use crate::support::manifest::Manifest;

/// The DLLs that it may need. All are parts of Windows 10 and Windows Server 2016; msvcrt.dll is in every Windows. No DLL of
/// a compiler is among them (libgcc_s, libwinpthread), nor one with windows (user32).
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

/// What `objdump -p` says about the DLL.
fn headers() -> String {
    let mut objdump = Command::new("x86_64-w64-mingw32-objdump");
    objdump.arg("-p").arg(library_dir().join(library_name()));
    let output = objdump.output().expect("objdump comes with the compiler for Windows");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn the_dll_needs_only_dlls_of_windows() {
    if !is_asked() {
        return;
    }
    let headers = headers();
    let needed: BTreeSet<String> = headers
        .lines()
        .filter_map(|line| line.trim().strip_prefix("DLL Name: "))
        .map(str::to_ascii_lowercase)
        .collect();
    assert!(needed.contains("kernel32.dll"), "{needed:?}");
    let strangers: Vec<_> = needed.iter().filter(|name| !OF_WINDOWS.contains(&name.as_str())).collect();
    assert!(strangers.is_empty(), "{strangers:?}\nall: {needed:?}");
}

#[test]
fn the_dll_exports_the_functions_of_the_manifest_and_nothing_else() {
    if !is_asked() {
        return;
    }
    let headers = headers();
    let (_, table) = headers.split_once("[Ordinal/Name Pointer] Table").expect("exports something");
    // [   0] +base[   1]  0000 cbj_client_cancel
    let rows = table.lines().skip(1).take_while(|line| line.trim_start().starts_with('['));
    let exported: BTreeSet<String> =
        rows.map(|row| row.split_whitespace().next_back().expect("has a name").to_owned()).collect();
    let declared: BTreeSet<String> = Manifest::read().functions().into_iter().map(|function| function.name).collect();
    let missing: Vec<_> = declared.difference(&exported).collect();
    let surplus: Vec<_> = exported.difference(&declared).collect();
    assert!(missing.is_empty() && surplus.is_empty(), "missing: {missing:?}\nsurplus: {surplus:?}");
}
