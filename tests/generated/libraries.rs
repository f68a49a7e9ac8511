//! The name of the library's file on each system: `Names::new` is their home. The manifest has them for programs outside this
//! repository and for `packaging/languages`, and each binding has them in its own words.

use crate::artefact::{Artefact, Files, text_of};

const REGION: &str = "library";

/// The names that programs load at run time.
pub struct Names {
    pub windows: String,
    pub macos: String,
    /// Linux and FreeBSD.
    pub elf: String,
}

impl Names {
    /// `abi` is the number of the ABI. Windows has no such number in the names of its files.
    pub fn new(abi: u64) -> Self {
        Self {
            windows: "cloudbackupjobs.dll".to_owned(),
            macos: format!("libcloudbackupjobs.{abi}.dylib"),
            elf: format!("libcloudbackupjobs.so.{abi}"),
        }
    }

    /// As `target_os` of Rust names the systems.
    pub fn by_system(&self) -> [(&'static str, &str); 4] {
        [("linux", &self.elf), ("freebsd", &self.elf), ("windows", &self.windows), ("macos", &self.macos)]
    }
}

/// The lines of a language.
type Words = fn(&Names) -> Vec<String>;

/// Go has no name of it: the linker knows the library as `cloudbackupjobs` on each system.
pub fn artefacts() -> Vec<Artefact> {
    const BINDINGS: [(&str, Words); 9] = [
        ("python/cloudbackupjobs.py", python),
        ("python/build_backend.py", python),
        ("node/cloudbackupjobs.js", node),
        ("java/CloudBackupJobs.java", java),
        ("csharp/Native.cs", csharp),
        ("ruby/cloudbackupjobs.rb", ruby),
        ("perl/CloudBackupJobs.pm", perl),
        ("php/cloudbackupjobs.php", php),
        ("lua/cloudbackupjobs.lua", lua),
    ];
    let artefact = |(file, words): (&str, Words)| {
        Artefact::region(&format!("examples/languages/{file}"), REGION, move |files: &Files| {
            text_of(&words(&Names::new(crate::manifest::abi(files))))
        })
    };
    BINDINGS.into_iter().map(artefact).collect()
}

/// The names in the documents.
pub fn table() -> Artefact {
    Artefact::region("docs/languages.md", "files", |files| {
        let Names { windows, macos, elf } = Names::new(crate::manifest::abi(files));
        text_of(&[
            "| system | file |".to_owned(),
            "| --- | --- |".to_owned(),
            format!("| Linux, FreeBSD | `{elf}` |"),
            format!("| Windows | `{windows}` |"),
            format!("| macOS | `{macos}` |"),
        ])
    })
}

fn python(names: &Names) -> Vec<String> {
    vec![
        format!("_LIBRARIES = {{\"win32\": \"{}\", \"darwin\": \"{}\"}}", names.windows, names.macos),
        format!("_LIBRARY = _LIBRARIES.get(sys.platform, \"{}\")", names.elf),
    ]
}

fn node(names: &Names) -> Vec<String> {
    vec![
        format!("const LIBRARIES = {{ win32: '{}', darwin: '{}' }};", names.windows, names.macos),
        format!("const LIBRARY = LIBRARIES[process.platform] ?? '{}';", names.elf),
    ]
}

fn java(names: &Names) -> Vec<String> {
    vec![
        format!("String FILE = Platform.isWindows() ? \"{}\"", names.windows),
        format!("        : Platform.isMac() ? \"{}\" : \"{}\";", names.macos, names.elf),
    ]
}

fn csharp(names: &Names) -> Vec<String> {
    let constant = |system: &str, file: &str| format!("private const string {system} = \"{file}\";");
    vec![
        constant("OnWindows", &names.windows),
        constant("OnMacOS", &names.macos),
        constant("OnLinuxAndFreeBSD", &names.elf),
    ]
}

fn ruby(names: &Names) -> Vec<String> {
    vec![
        "LIBRARY = case RbConfig::CONFIG['host_os']".to_owned(),
        format!("          when /mswin|mingw|cygwin/ then '{}'", names.windows),
        format!("          when /darwin/ then '{}'", names.macos),
        format!("          else '{}'", names.elf),
        "          end".to_owned(),
    ]
}

fn perl(names: &Names) -> Vec<String> {
    vec![
        format!("my %LIBRARIES = (MSWin32 => '{0}', cygwin => '{0}', darwin => '{1}');", names.windows, names.macos),
        format!("my $LIBRARY = $LIBRARIES{{$^O}} // '{}';", names.elf),
    ]
}

fn php(names: &Names) -> Vec<String> {
    vec![
        "$file = match (PHP_OS_FAMILY) {".to_owned(),
        format!("    'Windows' => '{}',", names.windows),
        format!("    'Darwin' => '{}',", names.macos),
        format!("    default => '{}',", names.elf),
        "};".to_owned(),
    ]
}

fn lua(names: &Names) -> Vec<String> {
    vec![
        format!("local LIBRARIES = {{ Windows = \"{}\", OSX = \"{}\" }}", names.windows, names.macos),
        format!("local LIBRARY = LIBRARIES[ffi.os] or \"{}\"", names.elf),
    ]
}
