//! Forking while another thread makes a value that is made once in a process. In the child, nobody finishes this value.
//!
//! Such a moment is too short to occur by chance, so gdb stops the thread there. Outside CI the tests are left out
//! where gdb is not installed.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::service;
use crate::support::c_program::{self, Linking, compile, is_installed, library_dir, scratch_dir};
use crate::support::scripted_server::{Afterwards, ScriptedServer};
use crate::support::target::{self, Need};

/// More than the number of values that are made once, with room for new ones.
const MOST: usize = 20;

#[test]
fn in_the_midst_of_the_first_call_of_a_process() {
    fork_while_held("first");
}

#[test]
fn in_the_midst_of_the_first_call_of_a_child() {
    let held = fork_while_held("child");
    // At least the value for look-ups, which every process makes.
    assert!(held.is_none_or(|held| held > 0), "no thread was held at all");
}

/// Stops the thread when it makes the first such value; in the next run when it makes the second, and so on. Returns
/// how often the thread was stopped, or `None` if the test is left out.
fn fork_while_held(whose: &str) -> Option<usize> {
    // gdb does not find functions that an optimizing compiler has inlined.
    let is_missing = env::var_os("CI").is_none() && !is_installed("gdb");
    if cfg!(not(debug_assertions)) || is_missing || !target::has(Need::Gdb) {
        return None;
    }
    let program = compile("tests/c/fork_while_held.c", Linking::Shared);
    let closures = closures_of_once();
    assert!(!closures.is_empty(), "the standard library has other names for it now");
    let held = (0..MOST).find(|passed| !is_held(&program, whose, &closures, *passed));
    Some(held.expect("there are not so many"))
}

/// The functions that run inside `std::sync::Once` while other threads would wait. `OnceLock` and `LazyLock` use it.
/// The names are the linker's, in either of the two spellings for a closure.
fn closures_of_once() -> Vec<String> {
    let output = Command::new("nm").arg(library_dir().join("libcloudbackupjobs.so")).output().expect("nm is installed");
    let listing = String::from_utf8(output.stdout).expect("names are ASCII");
    let names = listing.lines().filter_map(|line| line.split_whitespace().last());
    let is_wanted = |name: &&str| {
        name.contains("4Once") && name.contains("call_once") && (name.contains("closure") || name.starts_with("_RNC"))
    };
    names.filter(is_wanted).map(str::to_owned).collect()
}

/// Runs the program, and stops its thread when it comes to one of `functions` after `passed` others. Returns false if
/// the thread does not come so far.
fn is_held(program: &Path, whose: &str, functions: &[String], passed: usize) -> bool {
    let server = ScriptedServer::start([vec![service()]], Afterwards::RepeatLast);
    let breakpoints: String = functions.iter().map(|function| format!("break '{function}'\n")).collect();
    let followed = if whose == "child" { "child" } else { "parent" };
    let script = format!(
        "set pagination off
set confirm off
set debuginfod enabled off
handle SIGALRM nostop noprint pass
set follow-fork-mode {followed}
break hold_from_here
run {whose}
delete breakpoints
set follow-fork-mode parent
{breakpoints}
set $passed = 0
continue
while $_isvoid($_exitcode) && $passed < {passed}
  set $passed = $passed + 1
  continue
end
if $_isvoid($_exitcode)
  backtrace 12
  echo THE THREAD IS HELD\\n
  delete breakpoints
  set scheduler-locking on
  thread 1
  continue
end
"
    );
    let path = scratch_dir().join(format!("hold-{whose}.gdb"));
    fs::write(&path, script).expect("target is writable");
    let mut gdb = Command::new("gdb");
    c_program::take_configuration_away(&mut gdb);
    gdb.args(["-nx", "-batch", "-x"]).arg(path).arg(program);
    gdb.env("CBJ_BASE_URL", server.url()).env("CBJ_ACCESS_TOKEN", "token");
    let output = gdb.output().expect("gdb is installed in CI");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("THE CHILD HAS CALLED"), "{whose}, {passed} passed: {said}");
    said.contains("THE THREAD IS HELD")
}
