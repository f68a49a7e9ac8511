//! What is built twice is the same twice: in another folder, by a user with another mask for new files, in another time zone,
//! with the crates in another place. So anybody can build a release again and compare.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::command::{command, empty_folder, succeeds};
use crate::support::c_program::root;

/// A clone of the repository, and how this user's environment differs from that of the other one.
struct Builder {
    folder: PathBuf,
    mask: &'static str,
    environment: Vec<(&'static str, String)>,
}

impl Builder {
    /// It is always another day at the other one's: their clocks are 26 hours apart. `name` is that of the folder of both.
    fn two(name: &str) -> [Self; 2] {
        let folder = empty_folder(name);
        let home = folder.join("home");
        let [one, other] = [
            Self {
                folder: folder.join("one/cloudbackupjobs"),
                mask: "022",
                environment: vec![("TZ", "UTC+12".to_owned())],
            },
            Self {
                folder: folder.join("the-other-one/in-a-folder/with-a-longer-name"),
                mask: "077",
                environment: vec![
                    ("TZ", "UTC-14".to_owned()),
                    ("LC_ALL", "C".to_owned()),
                    ("CARGO_HOME", home.display().to_string()),
                ],
            },
        ];
        // The crates are the same files, by another path.
        let cargo_home = env::var_os("CARGO_HOME").map(PathBuf::from);
        let cargo_home = cargo_home.unwrap_or_else(|| Path::new(&env::var_os("HOME").expect("is set")).join(".cargo"));
        fs::create_dir_all(&home).expect("target is writable");
        for entry in fs::read_dir(cargo_home).expect("is a folder") {
            let path = entry.expect("is readable").path();
            let name = path.file_name().expect("has a name").to_owned();
            // Not the programs: a path to them by a link is another one.
            if name != "bin" {
                std::os::unix::fs::symlink(&path, home.join(name)).expect("target is writable");
            }
        }
        for builder in [&one, &other] {
            fs::create_dir_all(&builder.folder).expect("target is writable");
            succeeds(builder.command("git").args(["clone", "-q"]).arg(root()).arg("."));
        }
        [one, other]
    }

    /// A command in the clone.
    fn command(&self, program: &str) -> Command {
        let mut shell = command("sh");
        shell.args(["-c", "umask \"$0\"; exec \"$@\"", self.mask, program]);
        shell.envs(self.environment.iter().map(|(name, value)| (*name, value))).current_dir(&self.folder);
        shell
    }
}

/// Every file and link below a folder, with its content; `""` for a folder that is not there.
fn contents(folder: &Path, below: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder.join(below)).expect("is a folder") {
        let path = below.join(entry.expect("is readable").file_name());
        let full = folder.join(&path);
        if let Ok(target) = fs::read_link(&full) {
            found.insert(path, target.into_os_string().into_encoded_bytes());
        } else if full.is_dir() {
            contents(folder, &path, found);
        } else {
            found.insert(path, fs::read(full).expect("is readable"));
        }
    }
}

/// Names the files that differ, and those that only one side has.
fn differences(one: &Path, other: &Path) -> Vec<String> {
    let [mut ours, mut theirs] = [BTreeMap::new(), BTreeMap::new()];
    contents(one, Path::new(""), &mut ours);
    contents(other, Path::new(""), &mut theirs);
    assert!(!ours.is_empty(), "{} is empty", one.display());
    let all = ours.keys().chain(theirs.keys()).collect::<std::collections::BTreeSet<_>>();
    all.into_iter().filter(|path| ours.get(*path) != theirs.get(*path)).map(|path| path.display().to_string()).collect()
}

fn same(one: &Path, other: &Path) {
    let found = differences(one, other);
    assert!(found.is_empty(), "{} and {} differ in {found:?}", one.display(), other.display());
}

#[test]
fn a_difference_is_seen() {
    let folder = empty_folder("differences");
    let [one, other] = ["one", "other"].map(|name| folder.join(name));
    for side in [&one, &other] {
        fs::create_dir_all(side.join("lib")).expect("target is writable");
        fs::write(side.join("lib/a"), "a").expect("target is writable");
        fs::write(side.join("lib/b"), "b").expect("target is writable");
    }
    assert_eq!(differences(&one, &other), [""; 0]);
    fs::write(other.join("lib/b"), "B").expect("target is writable");
    fs::write(one.join("c"), "").expect("target is writable");
    assert_eq!(differences(&one, &other), ["c", "lib/b"]);
}

#[test]
fn the_packed_crate() {
    let builders = Builder::two("crate");
    let made = builders.each_ref().map(|builder| {
        let target = builder.folder.join("target");
        let mut cargo = builder.command("cargo");
        cargo.args(["package", "--locked", "--offline", "--no-verify", "--quiet", "--target-dir"]);
        succeeds(cargo.arg(&target));
        let packed = builder.folder.join("packed");
        fs::create_dir(&packed).expect("target is writable");
        let name = concat!("cloudbackupjobs-", env!("CARGO_PKG_VERSION"), ".crate");
        fs::copy(target.join("package").join(name), packed.join(name)).expect("was made");
        packed
    });
    same(&made[0], &made[1]);
}

fn is_wanted() -> bool {
    let is_wanted = env::var_os("CBJ_TEST_TWICE").is_some();
    if !is_wanted {
        eprintln!("left out: CBJ_TEST_TWICE=1 builds releases twice, which takes minutes");
    }
    is_wanted
}

#[test]
fn the_installed_tree() {
    if !is_wanted() {
        return;
    }
    let made = Builder::two("installed").map(|builder| {
        let made = builder.folder.join("made");
        succeeds(builder.command("packaging/install").arg("--prefix").arg("/usr").arg("--destdir").arg(&made));
        made
    });
    same(&made[0], &made[1]);
}

/// The packages of this machine, as `packaging/package` makes them with zig.
#[test]
fn the_packages() {
    if !is_wanted() {
        return;
    }
    let made = Builder::two("packages").map(|builder| {
        let made = builder.folder.join("made/package");
        succeeds(builder.command("packaging/package").arg(&made));
        for folder in ["build", "work"] {
            let folder = made.join(folder);
            if folder.exists() {
                fs::remove_dir_all(folder).expect("target is writable");
            }
        }
        assert!(fs::read_dir(&made).expect("is a folder").count() >= 2);
        made
    });
    same(&made[0], &made[1]);
}
