//! Every function that the library imports fails in these tests, or is listed here with the reason why it does not.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use crate::support::c_program::{compile_preload, library_dir, library_name};

/// Functions that are not made to fail, and why.
const NOT_MADE_TO_FAIL: [(&str, &str); 10] = [
    (
        "cannot fail",
        "__errno_location __xpg_strerror_r abort bcmp memcmp memcpy memmove memset strlen environ free \
         freeaddrinfo gai_strerror getauxval getenv geteuid getpid gettid gnu_get_libc_version dirfd \
         dl_iterate_phdr sched_yield pthread_self pause pthread_mutex_lock pthread_mutex_unlock \
         pthread_attr_init pthread_attr_destroy pthread_detach pthread_key_delete pthread_attr_getstack \
         pthread_attr_getguardsize sigfillset sysconf",
    ),
    ("fails only for a clock that the system does not have", "clock_gettime"),
    ("fails only for an action that the system does not know", "pthread_sigmask"),
    ("fails only for a number that is no open file: tests/hosts, closed_descriptors.c", "fstat"),
    ("tests/hosts, full_tables.c, uses up all keys", "pthread_key_create"),
    ("the result does not matter: it is called after a look-up failed, and only with an old glibc", "__res_init"),
    ("says which functions the system has; each has a substitute", "dlsym"),
    ("called where `send` has failed; nothing is left to do if both fail", "shutdown"),
    ("memory: tests/seeded/oom", "malloc calloc realloc posix_memalign __tls_get_addr __cxa_thread_atexit_impl"),
    (
        "the compiler's runtime",
        "_ITM_deregisterTMCloneTable _ITM_registerTMCloneTable __cxa_finalize __gmon_start__ \
         _Unwind_Backtrace _Unwind_DeleteException _Unwind_GetDataRelBase _Unwind_GetIP _Unwind_GetIPInfo \
         _Unwind_GetLanguageSpecificData _Unwind_GetRegionStart _Unwind_GetTextRelBase _Unwind_RaiseException \
         _Unwind_Resume _Unwind_SetGR _Unwind_SetIP",
    ),
];

fn symbols(file: &Path, kind: &str) -> BTreeSet<String> {
    let mut nm = Command::new("nm");
    nm.args(["-D", "--format=posix", kind]).arg(file);
    let output = nm.output().expect("nm is installed beside the C compiler");
    assert!(output.status.success(), "{nm:?}");
    let listing = String::from_utf8(output.stdout).expect("names are ASCII");
    let name = |line: &str| line.split([' ', '@']).next().expect("has a name").to_owned();
    listing.lines().map(name).collect()
}

#[test]
fn every_imported_function_fails_here_or_has_a_reason() {
    let imported = symbols(&library_dir().join(library_name()), "--undefined-only");
    let faulty = symbols(&compile_preload("tests/c/faults.c"), "--defined-only");
    let listed = || NOT_MADE_TO_FAIL.iter().flat_map(|(_, names)| names.split_whitespace()).map(str::to_owned);
    let known: BTreeSet<String> = faulty.iter().cloned().chain(listed()).collect();
    let unknown: Vec<_> = imported.difference(&known).collect();
    assert!(unknown.is_empty(), "add them to tests/c/faults.c, or to the list with a reason: {unknown:?}");
    assert_eq!(listed().filter(|name| faulty.contains(name)).collect::<Vec<_>>(), [""; 0], "they do fail");
}
