//! The files in the folder of packages, and what is unpacked of them.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::c_program::{root, scratch_dir};
use crate::support::targets;

pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The target of the machine that runs the tests.
pub const NATIVE: &str = "x86_64-unknown-linux-gnu";

/// A Linux target of `packaging/targets`.
#[derive(Debug, Clone)]
pub struct Target {
    pub triple: String,
    pub is_musl: bool,
    /// Debian's names of the architecture and of its folder of libraries.
    pub debian: Option<(String, String)>,
}

/// A package that was unpacked.
pub struct Package {
    pub target: Target,
    pub is_debian: bool,
    /// The folder that stands for `/usr`, and the folder of the libraries.
    pub usr: PathBuf,
    pub libraries: PathBuf,
}

impl Target {
    pub fn processor(&self) -> &str {
        self.triple.split('-').next().expect("has a first part")
    }

    fn stem(&self) -> String {
        format!("cloudbackupjobs-{VERSION}-linux-{}{}", self.processor(), if self.is_musl { "-musl" } else { "" })
    }

    /// The plugin in one file.
    pub fn static_plugin(&self, made: &Path) -> Option<PathBuf> {
        let name = format!("check_cloudbackup_job-{VERSION}-linux-{}-static", self.processor());
        self.is_musl.then(|| made.join(name))
    }

    /// A program of `packaging/target`, e.g. `target-cc`.
    pub fn tool(&self, name: &str) -> Command {
        let mut command = Command::new(root().join("packaging/target"));
        command.args([&self.triple, "sh", "-c", "command -v \"$0\"", name]);
        let output = command.output().expect("packaging/target starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Command::new(String::from_utf8_lossy(&output.stdout).trim())
    }

    /// How programs of the package start here; None where nothing can load them.
    pub fn runner(&self) -> Option<Command> {
        let loader = format!("/lib/ld-musl-{}.so.1", self.processor());
        if self.is_musl && !Path::new(&loader).exists() {
            eprintln!("left out: no {loader} runs the programs of {}; .ci/root does", self.triple);
            return None;
        }
        Some(self.tool("target-run"))
    }
}

pub fn made() -> Option<PathBuf> {
    let folder = env::var_os("CBJ_TEST_PACKAGE").map(|folder| root().join(folder));
    if folder.is_none() {
        eprintln!("left out: CBJ_TEST_PACKAGE must name the folder that packaging/package has filled (.ci/night)");
    }
    folder
}

/// The targets that have packages in the folder.
pub fn targets(made: &Path) -> Vec<Target> {
    let found: Vec<Target> = targets::rows()
        .into_iter()
        .filter(|row| row.system() == "linux")
        .map(|row| Target {
            is_musl: row.libc() == Some("musl"),
            debian: row.debian().map(|(architecture, multiarch)| (architecture.to_owned(), multiarch.to_owned())),
            triple: row.triple,
        })
        .filter(|target| made.join(format!("{}.tar.gz", target.stem())).exists())
        .collect();
    assert!(!found.is_empty(), "no packages in {}", made.display());
    found
}

/// Unpacks every package of the folder, each in a folder with `name` in its name. A target has all of its formats there.
pub fn unpacked(made: &Path, name: &str) -> Vec<Package> {
    let mut packages = Vec::new();
    for target in targets(made) {
        let stem = target.stem();
        let mut unpack = |is_debian: bool, program: &str, flags: [&str; 2], file: PathBuf| {
            let folder = scratch_dir().join(format!("{name}-{stem}-{is_debian}"));
            if folder.exists() {
                std::fs::remove_dir_all(&folder).expect("target is writable");
            }
            std::fs::create_dir_all(&folder).expect("target is writable");
            let mut command = Command::new(program);
            match is_debian {
                true => command.arg(flags[0]).arg(file).arg(&folder),
                false => command.arg(flags[0]).arg(file).arg(flags[1]).arg(&folder),
            };
            succeeds(&mut command, &[]);
            let usr = folder.join(if is_debian { "usr" } else { &stem });
            let multiarch = target.debian.as_ref().filter(|_| is_debian).map_or("", |(_, multiarch)| multiarch);
            let libraries = usr.join("lib").join(multiarch);
            packages.push(Package { target: target.clone(), is_debian, usr, libraries });
        };
        unpack(false, "tar", ["-xzf", "-C"], made.join(format!("{stem}.tar.gz")));
        if let Some((architecture, _)) = &target.debian {
            unpack(true, "dpkg-deb", ["-x", ""], made.join(format!("cloudbackupjobs_{VERSION}_{architecture}.deb")));
        }
    }
    packages
}

/// The files of a folder that are not links.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("is a folder").map(|entry| entry.expect("is readable").path());
    let entries = entries.filter(|path| !path.is_symlink());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Runs a program in an environment with these variables only.
pub fn run(command: &mut Command, environment: &[(&str, String)]) -> Output {
    command.env_clear().env("PATH", "/usr/bin:/bin:/usr/sbin").env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
    command.envs(environment.iter().map(|(name, value)| (*name, value)));
    command.output().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"))
}

pub fn succeeds(command: &mut Command, environment: &[(&str, String)]) -> String {
    let output = run(command, environment);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{command:?}\n{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}
