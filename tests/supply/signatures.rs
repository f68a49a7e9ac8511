//! `packaging/release`: what it signs is what it verifies, one byte more or less is refused, and so is a release that was not
//! made of its commit. The keys are made for the test and are good for nothing else.

use std::fs;

use super::command::{command, empty_folder, refuses, succeeds};
use super::release::{Release, VERSION, new_key};
use crate::support::c_program::root;
use crate::support::targets;

fn change_a_byte(file: &std::path::Path) {
    let mut bytes = fs::read(file).expect("is there");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(file, bytes).expect("target is writable");
}

#[test]
fn what_was_signed_is_verified() {
    let release = Release::new("good");
    succeeds(&mut release.sign());
    let said = succeeds(&mut release.verify());
    let sums = fs::read_to_string(release.packages().join("SHA256SUMS")).expect("was made");
    // The packages of all targets, and the packed crate.
    assert_eq!(sums.lines().count(), targets::rows().len() + 1);
    assert!(sums.contains(&format!("  cloudbackupjobs-{VERSION}.crate\n")), "{sums}");
    for line in sums.lines() {
        let (_, name) = line.split_once("  ").expect("is a checksum");
        assert!(said.contains(&format!("{name}: OK")), "{said}");
    }
}

/// A user has one package of many, and does as docs/releasing.md says.
#[test]
fn a_user_verifies_one_package_with_the_commands_of_the_documents() {
    let release = Release::new("user");
    succeeds(&mut release.sign());
    let folder = empty_folder("release-downloaded");
    let package = format!("cloudbackupjobs-{VERSION}-linux-x86_64.tar.gz");
    for name in ["SHA256SUMS", "SHA256SUMS.sig", &package] {
        fs::copy(release.packages().join(name), folder.join(name)).expect("target is writable");
    }
    fs::copy(release.repository.join("packaging/release-keys"), folder.join("release-keys"))
        .expect("target is writable");
    let page = fs::read_to_string(root().join("docs/releasing.md")).expect("is there");
    let block = page.split("```").find(|block| block.contains("ssh-keygen -Y verify")).expect("is on the page");
    let commands = block.strip_prefix("text\n").expect("is marked text");
    let mut shell = command("sh");
    shell.args(["-e", "-c", commands]).current_dir(&folder);
    let said = succeeds(&mut shell);
    assert!(said.contains(&format!("{package}: OK")), "{said}");

    change_a_byte(&folder.join(&package));
    refuses(&mut shell, &format!("{package}: FAILED"));
    change_a_byte(&folder.join("SHA256SUMS"));
    refuses(&mut shell, "Signature verification failed");
}

#[test]
fn one_changed_byte_is_refused() {
    let release = Release::new("byte");
    succeeds(&mut release.sign());
    let files = release.files();
    assert!(files.len() > 8);
    for file in files {
        change_a_byte(&file);
        let name = file.file_name().expect("is a file").to_string_lossy().into_owned();
        let because =
            if name.starts_with("SHA256SUMS") { "is not by a key of" } else { "differs from what was signed" };
        refuses(&mut release.verify(), because);
        change_a_byte(&file);
    }
    succeeds(&mut release.verify());
}

#[test]
fn a_file_that_nobody_signed_is_refused() {
    let release = Release::new("more");
    succeeds(&mut release.sign());
    fs::write(release.packages().join(format!("cloudbackupjobs-{VERSION}-extra.tar.gz")), "").expect("is writable");
    refuses(&mut release.verify(), "-extra.tar.gz is not among the files that were signed");
}

#[test]
fn a_release_without_a_signature_is_refused() {
    let release = Release::new("unsigned");
    refuses(&mut release.verify(), "has no SHA256SUMS");
    succeeds(&mut release.sign());
    fs::remove_file(release.packages().join("SHA256SUMS.sig")).expect("is there");
    refuses(&mut release.verify(), "has no SHA256SUMS.sig");
}

#[test]
fn another_key_is_refused() {
    let release = Release::new("key");
    succeeds(&mut release.sign());
    let other = release.key.with_file_name("other");
    let keys = release.key.with_file_name("other-keys");
    fs::write(&keys, format!("cloudbackupjobs {}", new_key(&other))).expect("target is writable");
    refuses(release.verify().arg("--keys").arg(&keys), "is not by a key of");

    refuses(&mut release.sign_with(&other), "add the public key to packaging/release-keys first");
    assert!(!release.packages().join("SHA256SUMS.sig").exists());
}

/// The same key, for mail or for a commit.
#[test]
fn a_signature_for_something_else_is_refused() {
    let release = Release::new("purpose");
    succeeds(&mut release.sign());
    let sums = release.packages().join("SHA256SUMS");
    fs::remove_file(release.packages().join("SHA256SUMS.sig")).expect("is there");
    succeeds(command("ssh-keygen").args(["-q", "-Y", "sign", "-n", "git", "-f"]).arg(&release.key).arg(sums));
    refuses(&mut release.verify(), "is not by a key of");
}

#[test]
fn only_a_tagged_commit_with_its_changes_is_signed() {
    let release = Release::new("commit");
    release.write("src/lib.rs", "//! More.\n");
    refuses(&mut release.sign(), "the tree differs from its commit:  M src/lib.rs");
    release.commit();
    refuses(&mut release.sign(), "this commit has no tag v1.2.3");
    release.write("CHANGELOG.md", "# Changelog\n\n## Unreleased\n");
    release.commit();
    release.git(&["tag", "--force", "v1.2.3"]);
    refuses(&mut release.sign(), "CHANGELOG.md has no section '## 1.2.3'");
}

#[test]
fn only_packages_of_this_commit_and_version_are_signed() {
    let release = Release::new("stale");
    let rows = targets::rows();
    let last = release.packages().join(format!("cloudbackupjobs-{VERSION}-windows-x86_64.zip"));
    fs::remove_file(&last).expect("was made");
    refuses(&mut release.sign(), "packaging/package --target x86_64-pc-windows-gnu makes it");
    rows.iter().filter(|row| row.system() == "win32").for_each(|row| release.make_package(row));

    let old = release.packages().join("cloudbackupjobs-1.2.2-linux-x86_64.tar.gz");
    fs::write(&old, "").expect("is writable");
    refuses(&mut release.sign(), "cloudbackupjobs-1.2.2-linux-x86_64.tar.gz is not of version 1.2.3");
    fs::remove_file(old).expect("was made");

    let mut git = command("git");
    git.args(["-c", "user.name=Test", "-c", "user.email=test@example.com", "commit", "-q", "--amend", "--no-edit"]);
    succeeds(git.env("GIT_COMMITTER_DATE", "2026-01-01T00:00:00Z").current_dir(&release.repository));
    release.git(&["tag", "--force", "v1.2.3"]);
    refuses(&mut release.sign(), "was not made of this commit");
    rows.iter().for_each(|row| release.make_package(row));
    succeeds(&mut release.sign());
}

#[test]
fn mistakes_on_the_command_line_are_refused() {
    for arguments in
        [&[][..], &["publish"], &["sign"], &["sign", "key", "folder", "more"], &["verify", "folder", "more"]]
    {
        let output = super::command::run(command(root().join("packaging/release")).args(arguments));
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(super::command::said(&output).contains("usage: packaging/release"), "{arguments:?}");
    }
}
