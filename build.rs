//! Writes `include/cloudbackupjobs.h` from the sources of the C layer, but only in the project's own repository.
//!
//! The header is committed and packed. A build as a dependency (from the registry, a vendored copy or a checkout that
//! cargo made) may use another cbindgen, which writes another text, or a folder that cannot be written. There the
//! header stays as it is.

use std::path::Path;
use std::{env, fs};

/// In the order of the declarations in the header.
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
        // A program may unload the library while a look-up is under way, or while a thread that has called it still
        // lives. So the code stays in memory.
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }

    if IS_PRIMARY && is_repository(root) {
        write_header(root);
    }
}

/// Whether this is a developer's clone. Cargo clones, too, for `cargo install --git`, and marks its clones with
/// `.cargo-ok`.
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
        // The library does not need the header, so a clone that is mounted read-only can be built.
        if let Err(error) = fs::write(&header_file, header) {
            println!("cargo:warning=include/cloudbackupjobs.h is out of date and cannot be written: {error}");
        }
    }
}

/// The version from Cargo.toml, and the beginning of `extern "C"`.
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
