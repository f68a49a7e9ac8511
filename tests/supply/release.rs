//! A small repository whose packages can be released: `packaging/release` as it is, and packages that have nothing but a bill
//! of materials.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::command::{command, empty_folder, succeeds};
use crate::support::c_program::root;
use crate::support::targets::{self, Row};

pub const VERSION: &str = "1.2.3";

pub struct Release {
    pub repository: PathBuf,
    pub key: PathBuf,
}

impl Release {
    /// A commit with its tag and the packages of every target. `name` is that of its folder.
    pub fn new(name: &str) -> Self {
        let folder = empty_folder(&format!("release-{name}"));
        let release = Self { repository: folder.join("repository"), key: folder.join("key") };
        fs::create_dir_all(release.repository.join("packaging/parts")).expect("target is writable");
        for file in ["packaging/release", "packaging/targets", "packaging/parts/facts.sh"] {
            fs::copy(root().join(file), release.repository.join(file)).expect("target is writable");
        }
        let manifest = format!(
            "[package]\nname = \"cloudbackupjobs\"\nversion = \"{VERSION}\"\nedition = \"2024\"\n[workspace]\n"
        );
        release.write("Cargo.toml", &manifest);
        release.write("src/lib.rs", "//! Nothing.\n");
        release.write("CHANGELOG.md", &format!("# Changelog\n\n## {VERSION} (2026-11-26)\n\n- New.\n"));
        release.write(".gitignore", "/target\n");
        release.write("packaging/release-keys", &format!("cloudbackupjobs {}", new_key(&release.key)));
        succeeds(command("cargo").arg("generate-lockfile").arg("--offline").current_dir(&release.repository));
        release.git(&["init", "-q", "-b", "main"]);
        release.commit();
        release.git(&["tag", &format!("v{VERSION}")]);
        targets::rows().iter().for_each(|row| release.make_package(row));
        release
    }

    pub fn write(&self, file: &str, text: &str) {
        let file = self.repository.join(file);
        fs::create_dir_all(file.parent().expect("is in a folder")).expect("target is writable");
        fs::write(file, text).expect("target is writable");
    }

    pub fn git(&self, arguments: &[&str]) -> String {
        let mut git = command("git");
        git.args(["-c", "user.name=Test", "-c", "user.email=test@example.com"]).args(arguments);
        succeeds(git.current_dir(&self.repository))
    }

    pub fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "-q", "-m", "A version"]);
    }

    pub fn packages(&self) -> PathBuf {
        self.repository.join("target/package")
    }

    /// The packages, without folders.
    pub fn files(&self) -> Vec<PathBuf> {
        let entries =
            fs::read_dir(self.packages()).expect("is a folder").map(|entry| entry.expect("is readable").path());
        entries.filter(|path| path.is_file()).collect()
    }

    /// What `packaging/package` makes of this commit for a target, as far as `packaging/release` reads it.
    pub fn make_package(&self, row: &Row) {
        let processor = row.triple.split('-').next().expect("has a first part");
        let system = row.system().replace("win32", "windows");
        let musl = if row.libc() == Some("musl") { "-musl" } else { "" };
        let name = format!("cloudbackupjobs-{VERSION}-{system}-{processor}{musl}");
        let time = self.git(&["log", "-1", "--date=format-local:%Y-%m-%dT%H:%M:%S", "--format=%cd"]);
        let bill = format!("{{\"metadata\": {{\"timestamp\": \"{}.000000000Z\"}}}}", time.trim());
        let documents = self.packages().join("work").join(&name).join("doc");
        fs::create_dir_all(&documents).expect("target is writable");
        fs::write(documents.join("sbom.cdx.json"), bill).expect("target is writable");
        let mut pack = if row.system() == "win32" {
            let mut python = command("python3");
            python.args(["-m", "zipfile", "-c"]).arg(format!("../{name}.zip"));
            python
        } else {
            let mut tar = command("tar");
            tar.arg("-czf").arg(format!("../{name}.tar.gz"));
            tar
        };
        succeeds(pack.arg(&name).current_dir(self.packages().join("work")));
    }

    pub fn sign(&self) -> Command {
        self.sign_with(&self.key)
    }

    pub fn sign_with(&self, key: &Path) -> Command {
        let mut command = command(self.repository.join("packaging/release"));
        command.arg("sign").arg(key);
        command
    }

    pub fn verify(&self) -> Command {
        let mut command = command(self.repository.join("packaging/release"));
        command.arg("verify");
        command
    }
}

/// Makes a key without a passphrase; its public half.
pub fn new_key(file: &Path) -> String {
    succeeds(command("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", "throw-away", "-f"]).arg(file));
    fs::read_to_string(file.with_extension("pub")).expect("was made")
}
