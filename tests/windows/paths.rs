//! Paths are UTF-8: with letters of any language, blanks, either separator, and longer than 260 characters.

use std::fs;
use std::path::{Path, PathBuf};

use crate::asks::ask;
use crate::program::is_asked;
use crate::support::answers::{JOB, JOB_ID, ok, token};
use crate::support::c_program::scratch_dir;
use crate::support::client_certificate::{Scratch, joined};
use crate::support::scripted_server::{Afterwards, ScriptedServer};
use crate::tls_server::{Server, certificate};
use crate::{always, plain};

/// A folder whose name is in several scripts. U+1F511 has two units in UTF-16.
const NAME: &str = "Prüfung – проверка 検査 \u{1F511}";

/// A path of this machine as a program under wine has it.
pub fn of_windows(path: &Path) -> String {
    format!("Z:{}", path.to_str().expect("UTF-8")).replace('/', "\\")
}

/// A fresh file, which only its owner can read, in fresh folders.
fn write(folders: &str, name: &str, content: &[u8]) -> PathBuf {
    let folder = scratch_dir().join(folders);
    fs::create_dir_all(&folder).expect("target is writable");
    let private = Scratch::private("made", content);
    let path = folder.join(name);
    fs::rename(private.path(), &path).expect("target is writable");
    path
}

/// Folders that make any path in them longer than 260 characters, by more than one name may have.
fn long_folders() -> String {
    ["a folder with a rather long name "; 3].map(|name| name.repeat(4)).join("/")
}

fn found() -> String {
    format!("CBJ_OK {JOB_ID}\n")
}

#[test]
fn a_json_file_and_a_ca_file() {
    if !is_asked() {
        return;
    }
    let server = Server::default().start([always(ok(JOB))]);
    let authority = fs::read(certificate("ca.pem")).expect("is committed");
    for folders in [NAME, &long_folders()] {
        let ca = of_windows(&write(folders, "die Behörde.pem", &authority));
        let json = serde_json::json!({
            "base_url": format!("https://localhost:{}", server.address().port()),
            "access_token": "t",
            "ca_file": ca,
        });
        let file = of_windows(&write(folders, "наш файл.json", json.to_string().as_bytes()));
        for spelled in [file.clone(), file.replace('\\', "/")] {
            assert_eq!(ask(&[&format!("@{spelled}")]), found(), "{spelled}");
        }
        // The message names the file as it was given, but cuts a path of more than 512 characters.
        let name = format!("{file}.missing");
        let missing = ask(&[&format!("@{name}")]);
        let named: String = name.chars().take(500).collect();
        assert!(missing.starts_with("CBJ_ERROR_CONFIG") && missing.contains(&named), "{missing}");
    }
}

#[test]
fn a_client_certificate() {
    if !is_asked() {
        return;
    }
    let pem = joined(&["certificate.pem", "key.pem"]);
    let service = plain(always(ok(JOB)));
    for folders in [NAME, &long_folders()] {
        let identity = ScriptedServer::start([always(token("token-1"))], Afterwards::RepeatLast);
        let file = of_windows(&write(folders, "Ausweis é.pem", &pem));
        let base = format!("base_url={}", service.url());
        let identity_url = format!("identity_url={}/connect/token", identity.url());
        let said = ask(&[&base, &identity_url, "client_id=id", &format!("client_certificate={file}")]);
        assert_eq!(said, found(), "{file}");
        assert!(identity.requests()[0].body.contains("client_assertion="));
    }
}
