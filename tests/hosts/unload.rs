//! Unloading.

use crate::run;
use crate::support::c_program::{Linking, compile, library_dir};

#[test]
fn a_host_may_unload_the_library_while_its_threads_live() {
    let program = compile("tests/c/unload.c", Linking::Loaded);
    let library = library_dir().join("libcloudbackupjobs.so");
    run(&program, &[library.to_str().expect("UTF-8"), "1000"], &[]);
}
