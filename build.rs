//! Writes `include/cloudbackupjobs.h` from the sources of the C layer, in the repository and nowhere else.
//!
//! The header is committed and packed. Whoever builds the crate as a dependency, from the registry, a vendored copy or a
//! checkout that cargo made, may have another cbindgen, which writes another text, or a folder that cannot be written:
//! there it stays as it is.

use std::path::Path;
use std::{env, fs};

/// In the order in which the header declares what they define.
const SOURCES: [&str; 5] =
    ["src/ffi/status.rs", "src/ffi/error.rs", "src/ffi/config.rs", "src/ffi/client.rs", "src/ffi/job.rs"];

/// Whether cargo was told to build this package, and not one that depends on it. Set while this file is compiled.
const IS_PRIMARY: bool = option_env!("CARGO_PRIMARY_PACKAGE").is_some();

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let root = Path::new(&root);
    for file in SOURCES.iter().copied().chain(["build.rs", "cbindgen.toml", "include/cloudbackupjobs.h"]) {
        println!("cargo:rerun-if-changed={file}");
    }

    if env::var("CARGO_CFG_TARGET_ENV").as_deref() == Ok("gnu")
        && env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux")
    {
        // A host may close the library while a thread lives that has called it, or a look-up is under way: the code stays.
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }

    if IS_PRIMARY && is_repository(root) {
        write_header(root);
    }
}

/// Whether this is a clone. Cargo clones for `cargo install --git`, too, and marks what it made.
fn is_repository(root: &Path) -> bool {
    root.join(".git").exists() && !root.join(".cargo-ok").exists()
}

fn write_header(root: &Path) {
    let config_file = root.join("cbindgen.toml");
    let header_file = root.join("include/cloudbackupjobs.h");
    let config = cbindgen::Config::from_file(&config_file).expect("cbindgen.toml is readable");
    let mut builder = cbindgen::Builder::new().with_config(config).with_after_include(after_includes());
    for source in SOURCES {
        builder = builder.with_src(root.join(source));
    }
    let mut header = Vec::new();
    builder.generate().expect("the C layer is readable").write(&mut header);
    if fs::read(&header_file).ok().as_deref() != Some(header.as_slice()) {
        // The library does not need it: a clone that is mounted read-only can be built.
        if let Err(error) = fs::write(&header_file, header) {
            println!("cargo:warning=include/cloudbackupjobs.h is not what src/ffi says and cannot be written: {error}");
        }
    }
}

/// The version, which only Cargo.toml states, and the beginning of `extern "C"`.
fn after_includes() -> String {
    let part = |name| env::var(format!("CARGO_PKG_VERSION_{name}")).expect("cargo sets the version");
    format!(
        "\n/** The version of this header. `cbj_version` has the version of the library that is loaded. */\n\
         #define CBJ_VERSION_MAJOR {}\n#define CBJ_VERSION_MINOR {}\n#define CBJ_VERSION_PATCH {}\n\n\
         #ifdef __cplusplus\nextern \"C\" {{\n#endif\n",
        part("MAJOR"),
        part("MINOR"),
        part("PATCH")
    )
}
