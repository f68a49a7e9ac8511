//! A year of calls: what a host that lives long has afterwards.

mod server;

use std::env;

use crate::run_to_end;
use crate::server::certificate;
use crate::support::c_program::{Linking, compile_as, compile_preload};
use crate::support::target::{self, Need};
use server::Server;

/// The addresses that the names of hosts get, one after the other. Nobody listens at 127.0.0.2.
const ADDRESSES: &str = "addresses=127.0.0.1|addresses=127.0.0.2,127.0.0.1|fail=again|addresses=127.0.0.2|addresses=127.0.0.1,::1|fail=noname";

/// With `CBJ_TEST_FULL` set, makes ten million calls.
#[test]
fn a_year_of_calls_leaves_nothing_behind() {
    let arguments = match env::var_os("CBJ_TEST_FULL") {
        Some(_) => ["250000", "10", "4", "4"],
        None => ["1000", "1", "2", "8"],
    };
    let (plain, tls) = (Server::start(false), Server::start(true));
    let (url, tls_url) = (format!("http://{}", plain.address()), format!("https://{}", tls.address()));
    let (port, ca_file) = (plain.address().port().to_string(), certificate("ca.pem"));
    let resolver = compile_preload("tests/c/resolver.c").into_os_string().into_string().expect("UTF-8");
    let mut environment = vec![
        ("CBJ_BASE_URL", &*url),
        ("YEAR_PORT", &port),
        ("YEAR_TLS_URL", &tls_url),
        ("CBJ_CA_FILE", &ca_file),
        ("LD_PRELOAD", &resolver),
        ("CBJ_FAKE_RESOLVER", ADDRESSES),
        ("CBJ_FAKE_RESOLVER_REPEATS", "1"),
        // glibc counts as used what it keeps for the next allocation of a thread. Other C libraries do not know the variable.
        ("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0"),
    ];
    if !target::has(Need::Memory) {
        environment.push(("YEAR_NO_MEMORY", "1"));
    }
    let program = compile_as("cc", &["-std=c11", "-D_GNU_SOURCE"], "tests/c/year.c", Linking::Shared);
    eprint!("{}", run_to_end(&program, &arguments, &environment));
}
