//! Hazards of the programs that embed the library, each shown by a small C program.
#![allow(missing_docs, reason = "a test program")]

mod support;

use support::c_program::{self, Linking, library_dir};

#[test]
fn a_host_may_unload_the_library_while_its_threads_live() {
    let program = c_program::compile("tests/c/unload.c", Linking::Loaded);
    let library = library_dir().join("libcloudbackupjobs.so");
    let output = c_program::run(&program, &[library.to_str().expect("UTF-8"), "1000"], &[]);
    assert!(output.status.success(), "{:?}: {}", output.status, String::from_utf8_lossy(&output.stderr));
}
