//! A file that contains a secret must not be open to other users. A file that says where a secret is or where it is
//! sent must not be writable by them.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::process::Command;

use super::support::abi::{self, Failure, Setup};
use super::support::c_program::{self, Linking};
use super::write;

/// Modes of the test's own files.
const PRIVATE: [u32; 3] = [0o600, 0o400, 0o700];
const OPEN: [u32; 6] = [0o644, 0o640, 0o604, 0o660, 0o620, 0o666];

#[test]
fn a_file_with_a_secret_is_refused_as_ssh_refuses_keys() {
    for (option, value) in [
        ("access_token", "s3cret"),
        ("client_secret", "s3cret"),
        ("client_certificate_password", "s3cret"),
        ("proxy", "http://user:s3cret@proxy.example:3128"),
    ] {
        let json = format!("{{{option:?}: {value:?}}}");
        for mode in PRIVATE {
            let path = write("private.json", &json, mode);
            assert!(Setup::new().load_file(&path).is_ok(), "{option} {mode:o}");
        }
        for mode in OPEN {
            let path = write("open.json", &json, mode);
            let failure = Setup::new().load_file(&path).map(|_| ()).expect_err(option);
            assert_eq!(abi::name(failure.status), "CBJ_ERROR_CONFIG");
            let words = format!("is open to other users (mode {mode:04o}): run chmod 600 {path}");
            assert!(failure.message.contains(&words), "{}", failure.message);
            assert!(!failure.message.contains("s3cret"), "{}", failure.message);
        }
    }
}

#[test]
fn a_file_without_a_secret_may_be_read_by_all() {
    for json in [
        r#"{"data_center": "us", "client_id": "id", "client_secret_file": "SECRET"}"#,
        r#"{"proxy": "http://proxy.example:3128"}"#,
        r#"{"client_certificate": "/etc/cbj.pem"}"#,
    ] {
        let json = json.replace("SECRET", &write("secret", "s", 0o600));
        for mode in [0o644, 0o444, 0o440] {
            assert!(Setup::new().load_file(&write("harmless.json", &json, mode)).is_ok(), "{json} {mode:o}");
        }
    }
}

#[test]
fn the_file_of_a_secret_is_held_to_the_same() {
    for option in ["access_token", "client_secret", "client_certificate_password", "proxy"] {
        let load = |mode| {
            let secret = write("named-secret", "s3cret", mode);
            let json = format!("{{\"{option}_file\": {secret:?}}}");
            (Setup::new().load_file(&write("names.json", json, 0o644)).map(|_| ()), secret)
        };
        for mode in PRIVATE {
            assert!(load(mode).0.is_ok(), "{option} {mode:o}");
        }
        for mode in OPEN {
            let (result, secret) = load(mode);
            let message = result.expect_err(option).message;
            assert!(message.contains(&format!("{option}_file names the file")), "{message}");
            assert!(message.contains(&format!("run chmod 600 {secret}")), "{message}");
        }
    }
    let empty = format!("{{\"client_secret_file\": {:?}}}", write("empty-secret", "\n", 0o600));
    let failure = Setup::new().load_file(&write("empty.json", empty, 0o600)).map(|_| ()).expect_err("is empty");
    assert!(
        failure.message.contains("client_secret_file") && failure.message.contains("is empty"),
        "{}",
        failure.message
    );
}

#[test]
fn the_secret_that_lies_open_is_told_before_the_typing_error() {
    let path = write("both-wrong.json", r#"{"client_secret": "s3cret", "scoop": 1}"#, 0o644);
    let message = Setup::new().load_file(&path).map(|_| ()).expect_err("is open").message;
    assert!(message.contains("chmod 600"), "{message}");
}

/// Neither root nor the user who runs the tests.
const SOMEBODY: u32 = 54_321;

fn is_root() -> bool {
    fs::metadata(write("own", "", 0o600)).map(|own| std::os::unix::fs::MetadataExt::uid(&own)).expect("is there") == 0
}

fn load(path: &str) -> Result<Setup, Failure> {
    Setup::new().load_file(path)
}

/// Options that say where a secret is.
fn leading() -> [String; 3] {
    let secret = write("led-to", "s", 0o600);
    [
        format!(r#"{{"client_secret_file": {secret:?}}}"#),
        format!(r#"{{"access_token_file": {secret:?}, "base_url": "https://graph.example"}}"#),
        r#"{"client_certificate": "/etc/cbj.pem"}"#.to_owned(),
    ]
}

#[test]
fn a_file_that_leads_to_a_secret_is_refused_if_others_can_change_it() {
    for json in leading() {
        for mode in [0o664, 0o646, 0o622, 0o666, 0o602] {
            let path = write("changeable.json", &json, mode);
            let failure = load(&path).map(|_| ()).expect_err(&json);
            assert_eq!(abi::name(failure.status), "CBJ_ERROR_CONFIG");
            let words = format!("can be changed by other users (mode {mode:04o}): run chmod go-w {path}.");
            assert!(failure.message.contains(&words), "{}", failure.message);
            mend(&failure);
            assert!(load(&path).is_ok(), "{json}: the command does not mend it");
        }
    }
}

/// Runs the command that the message ends with.
fn mend(failure: &Failure) {
    let (_, command) = failure.message.split_once("run ").expect("says what to run");
    let status = Command::new("sh").arg("-c").arg(command.trim_end_matches('.')).status();
    assert!(status.expect("there is a shell").success(), "{command}");
}

#[test]
fn a_file_that_leads_to_a_secret_is_refused_if_it_belongs_to_somebody_else() {
    if !is_root() {
        return;
    }
    for json in leading() {
        for (mode, cure) in
            [(0o600, "chown root {}."), (0o644, "chown root {}."), (0o666, "chown root {} && chmod go-w {}.")]
        {
            let path = write("somebodys.json", &json, mode);
            chown(&path, Some(SOMEBODY), None).expect("root may");
            let failure = load(&path).map(|_| ()).expect_err(&json);
            let words = format!("user {SOMEBODY}");
            let cure = format!("run {}", cure.replace("{}", &path));
            assert!(failure.message.contains(&words) && failure.message.contains(&cure), "{}", failure.message);
            mend(&failure);
            assert!(load(&path).is_ok(), "{json}: the command does not mend it");
        }
    }
    // A private file that contains a secret is checked in the same way.
    let path = write("somebodys-secret.json", r#"{"client_secret": "s3cret"}"#, 0o600);
    chown(&path, Some(SOMEBODY), None).expect("root may");
    let message = load(&path).map(|_| ()).expect_err("is not root's").message;
    assert!(message.contains(&format!("run chown root {path}.")), "{message}");
}

/// Somebody who can change the file could name his own identity service, proxy or CA file.
#[test]
fn a_file_beside_a_secret_from_elsewhere_must_not_be_changed_by_others_either() {
    for json in [
        r#"{"identity_url": "https://identity.example"}"#,
        r#"{"proxy": "http://proxy.example:3128"}"#,
        r#"{"timeout_ms": 5000}"#,
    ] {
        let path = write("beside.json", json, 0o646);
        let setup = || load(&path).expect("leads to no secret").data_center("us");
        for failure in [
            setup().client_secret("id", "s3cret").try_client().map(|_| ()).expect_err(json),
            setup().access_token("s3cret").try_client().map(|_| ()).expect_err(json),
        ] {
            assert_eq!(abi::name(failure.status), "CBJ_ERROR_CONFIG");
            assert!(failure.message.contains(&format!("run chmod go-w {path}.")), "{}", failure.message);
            assert!(!failure.message.contains("s3cret"), "{}", failure.message);
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("is ours");
        assert!(setup().client_secret("id", "s3cret").try_client().is_ok(), "{json}");
    }
}

/// Containers mount secrets and configurations like this: files of root, reached through a link, which others may at
/// most read.
#[test]
fn what_a_link_leads_to_is_judged_and_not_the_link() {
    let secret = write("mounted-secret", "s", 0o400);
    let json = format!(r#"{{"client_secret_file": {secret:?}}}"#);
    let link = write("link.json", "", 0o600);
    for (mode, is_accepted) in [(0o444, true), (0o440, true), (0o644, true), (0o666, false)] {
        let file = write("linked.json", &json, mode);
        fs::remove_file(&link).expect("is ours");
        std::os::unix::fs::symlink(&file, &link).expect("target is writable");
        assert_eq!(load(&link).is_ok(), is_accepted, "{mode:o}");
    }
}

/// An administrator, who can read the file as root, must learn which user cannot.
#[test]
fn the_user_who_cannot_read_a_file_is_named() {
    let program = c_program::compile("tests/c/fetch.c", Linking::Static);
    // A place that another user can reach.
    let folder = std::env::temp_dir().join(format!("cbj-configuration-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("the temporary folder is writable");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).expect("is ours");
    let copy = folder.join("fetch");
    fs::copy(&program, &copy).expect("is there");
    let options = folder.join("options.json");
    fs::write(&options, "{}").expect("is ours");
    fs::set_permissions(&options, fs::Permissions::from_mode(0o000)).expect("is ours");
    let mut command = Command::new(&copy);
    command.arg("x").arg(&options).env_clear();
    let user = if is_root() {
        command.uid(SOMEBODY).gid(SOMEBODY);
        SOMEBODY
    } else {
        std::os::unix::fs::MetadataExt::uid(&fs::metadata(&options).expect("is there"))
    };
    let output = command.output().expect("starts");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    fs::remove_dir_all(&folder).expect("is ours");
    assert!(said.starts_with("CBJ_ERROR_CONFIG"), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains(&format!("cannot be read by user {user}")) && said.contains("Permission denied"), "{said}");
}
