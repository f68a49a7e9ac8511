//! The DLL as a file: what it needs of Windows, and what it exports.

use std::collections::BTreeSet;

use crate::program::is_asked;
use crate::support::c_program::{library_dir, library_name};
use crate::support::dll;
use crate::support::manifest::Manifest;

fn headers() -> String {
    dll::headers(&library_dir().join(library_name()))
}

#[test]
fn the_dll_needs_only_dlls_of_windows() {
    if is_asked() {
        dll::assert_needs_windows_alone(&headers(), &[]);
    }
}

#[test]
fn the_dll_exports_the_functions_of_the_manifest_and_nothing_else() {
    if !is_asked() {
        return;
    }
    let exported = dll::exported(&headers());
    let declared: BTreeSet<String> = Manifest::read().functions().into_iter().map(|function| function.name).collect();
    let missing: Vec<_> = declared.difference(&exported).collect();
    let surplus: Vec<_> = exported.difference(&declared).collect();
    assert!(missing.is_empty() && surplus.is_empty(), "missing: {missing:?}\nsurplus: {surplus:?}");
}
