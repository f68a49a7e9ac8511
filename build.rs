//! Sets the arguments of the linker. It writes nothing into the sources: what is generated there is committed, and
//! `tests/generated/` writes and checks it.

use std::env;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if matches!(env::var("CARGO_CFG_TARGET_OS").as_deref(), Ok("linux" | "freebsd")) {
        // The host may unload the library while a thread that called it still runs, or while a look-up is under way. The
        // code stays in memory. On other systems `src/sys` sees to that.
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
