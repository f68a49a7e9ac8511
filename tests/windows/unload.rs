//! Unloading with `FreeLibrary`.

use crate::program::{compile, holds, is_asked};
use crate::support::answers::{JOB, ok};
use crate::support::c_program::{Linking, library_dir, library_name};
use crate::support::scripted_server::Step;
use crate::{always, plain};

#[test]
fn a_host_may_unload_the_library_at_any_time() {
    if !is_asked() {
        return;
    }
    let library = library_dir().join(library_name());
    let answers = plain(always(ok(JOB)));
    let silent = plain(vec![Step::Request, Step::Stall]);
    let arguments = [library.to_str().expect("UTF-8"), &answers.url(), &silent.url()];
    holds(&compile("unload", Linking::Loaded), &arguments, &[]);
}
