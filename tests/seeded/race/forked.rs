//! Children and grandchildren, forked while threads of the parent are inside calls.

use std::ffi::c_int;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;
use std::{env, io};

use cloudbackupjobs::ffi::*;

use super::actor::{Actor, Pool};
use super::handles::{Handle, List};
use super::plan::Child;
use super::process::{descriptors, descriptors_at_the_beginning};
use super::shared::{self, Tally};

unsafe extern "C" {
    fn fork() -> c_int;
    fn waitpid(pid: c_int, status: *mut c_int, options: c_int) -> c_int;
    fn alarm(seconds: u32) -> u32;
    fn exit(status: c_int) -> !;
    fn _exit(status: c_int) -> !;
}

/// More than a child needs. SIGALRM then ends it, so that a child that hangs is seen.
const CHILD_SECONDS: u32 = 100;

/// Forks, and waits until the child has ended well.
pub fn run(parent: &mut Actor, plan: &Child) {
    parent.tally.forks += 1;
    // The child cannot lock the parent's pool, which another thread may hold. So it gets a list that this thread holds.
    let inherited = parent.pool.lock().ok().and_then(|mut pool| pool.pop());
    let held = inherited.into_iter().collect::<Vec<_>>();
    // SAFETY: the child waits for no lock that another thread of the parent may hold: it has a pool of its own, prints only
    // when it fails, and the library promises the same. SIGALRM ends a child that hangs.
    let pid = unsafe { fork() };
    if pid == 0 {
        // SAFETY: ends the process; has no precondition.
        unsafe { alarm(CHILD_SECONDS) };
        let result = catch_unwind(AssertUnwindSafe(|| be_a_child(parent, held, plan)));
        // The leak checker of AddressSanitizer runs in `exit`, and takes what the threads of the parent held for leaks.
        let by_exit = plan.by_exit && env::var_os("ASAN_OPTIONS").is_none();
        let status = if result.is_ok() { 0 } else { 1 };
        // SAFETY: no other thread is in this process.
        unsafe { if by_exit { exit(status) } else { _exit(status) } }
    }
    assert!(pid > 0, "no child: {}", io::Error::last_os_error());
    let mut status = 0;
    // SAFETY: a child of this thread, and a variable that outlives the call.
    while unsafe { waitpid(pid, &raw mut status, 0) } < 0 {
        let error = io::Error::last_os_error();
        assert_eq!(error.kind(), io::ErrorKind::Interrupted, "{error}");
    }
    assert_eq!(status, 0, "a child failed (status of waitpid): {plan:?}");
    parent.pool.lock().expect("no panic under this lock").extend(held);
}

fn be_a_child(parent: &mut Actor, held: Vec<List>, plan: &Child) {
    // The system's resolver may have files open; a name is looked up by any thread.
    if !parent.setting.plan.families.iter().any(|family| family.is_named) {
        assert_eq!(descriptors(), descriptors_at_the_beginning(), "the child keeps descriptors of its parent");
    }
    parent.who = format!("{}c{}", parent.who, parent.number);
    parent.pool = Pool::new(held.into());
    let begin = Instant::now();
    parent.tally = Tally::default();
    for action in &plan.actions {
        parent.act(action);
    }
    for (family, reasons) in parent.tally.reasons_for_tokens.iter_mut().enumerate() {
        // It begins with the parent's token, unless there was none at the fork.
        *reasons += 1 + parent.setting.renewals(family, begin.elapsed());
    }
    shared::add(&parent.tally);
    if plan.frees {
        // Other threads held references, too, and will never give them back.
        let of_the_parent = parent.heads.iter().chain(&parent.owns);
        for handle in of_the_parent {
            free_for_good(handle);
        }
    }
}

fn free_for_good(handle: &Arc<Handle>) {
    // SAFETY: made by the library; nothing in this process uses it any more, as the process ends without dropping it.
    cbj_client_free(Some(unsafe { Box::from_raw(handle.client.as_ptr()) }));
}
