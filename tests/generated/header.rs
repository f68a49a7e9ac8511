//! `include/cloudbackupjobs.h`: what cbindgen makes of the C layer, with the version of Cargo.toml.

use crate::artefact::{Artefact, Files};
use crate::sources;
use crate::support::c_program::{root, scratch_dir};

pub const PATH: &str = "include/cloudbackupjobs.h";

pub fn artefact() -> Artefact {
    Artefact::file(PATH, header)
}

fn header(files: &Files) -> String {
    let config = cbindgen::Config::from_file(root().join("cbindgen.toml")).expect("cbindgen.toml is readable");
    let mut builder = cbindgen::Builder::new().with_config(config).with_after_include(after_includes());
    // cbindgen reads files, and some may be not written yet.
    let folder = scratch_dir().join("ffi");
    std::fs::create_dir_all(&folder).expect("target is writable");
    for path in sources::paths() {
        let copy = folder.join(path.rsplit('/').next().expect("has a name"));
        std::fs::write(&copy, files.read(&path)).expect("target is writable");
        builder = builder.with_src(copy);
    }
    let mut header = Vec::new();
    builder.generate().expect("the C layer is readable").write(&mut header);
    for_every_standard(&String::from_utf8(header).expect("is UTF-8"))
}

/// C89 and C++98 have no constant of 64 bits where `long` has 32: on 32-bit machines and on Windows. There the only number
/// that needs one is computed. The literal has no cast, so that the preprocessor takes it, too.
fn for_every_standard(header: &str) -> String {
    const LITERAL: &str = "#define CBJ_NO_TIME (-9223372036854775807 - 1)\n";
    assert_eq!(header.matches(LITERAL).count(), 1, "the least number of 64 bits has got another name or form");
    let either = format!(
        "#if defined(__LP64__) || (defined(__STDC_VERSION__) && __STDC_VERSION__ >= 199901L) || \\\n    \
             (defined(__cplusplus) && __cplusplus >= 201103L)\n\
         {LITERAL}\
         #else\n\
         #define CBJ_NO_TIME ((int64_t)(-2147483647 - 1) * 65536 * 65536)\n\
         #endif\n"
    );
    header.replace(LITERAL, &either)
}

/// The version, and the beginning of `extern "C"`.
fn after_includes() -> String {
    format!(
        "\n/** The version of this header. `cbj_version` has the version of the library that is loaded. */\n\
         #define CBJ_VERSION_MAJOR {}\n#define CBJ_VERSION_MINOR {}\n#define CBJ_VERSION_PATCH {}\n\n\
         #ifdef __cplusplus\nextern \"C\" {{\n#endif\n",
        env!("CARGO_PKG_VERSION_MAJOR"),
        env!("CARGO_PKG_VERSION_MINOR"),
        env!("CARGO_PKG_VERSION_PATCH")
    )
}
