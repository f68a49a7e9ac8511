//! Sets the arguments of the linker. It writes nothing into the sources: what is generated there is committed, and
//! `tests/generated/` writes and checks it.

use std::env;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if env::var("CARGO_CFG_TARGET_ENV").as_deref() == Ok("gnu")
        && env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux")
    {
        // The host may unload the library while a thread that called it still runs, or while a look-up is under way. The
        // code stays in memory.
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
