//! Who can read a file with a secret. wine shows the modes of this machine as access control lists.

use crate::asks::ask;
use crate::paths::of_windows;
use crate::plain;
use crate::program::is_asked;
use crate::support::answers::{JOB, JOB_ID, ok};
use crate::support::client_certificate::Scratch;

#[test]
fn a_file_with_a_secret_must_be_private() {
    if !is_asked() {
        return;
    }
    let server = plain(crate::always(ok(JOB)));
    let json = serde_json::json!({ "base_url": server.url(), "access_token": "s3cret" }).to_string();
    let ask_with = |mode| {
        let file = Scratch::with_mode("json", &json, mode);
        ask(&[&format!("@{}", of_windows(file.path().as_ref()))])
    };
    assert_eq!(ask_with(0o600), format!("CBJ_OK {JOB_ID}\n"));
    for (mode, words) in [(0o644, "can be read by "), (0o666, "can be read and changed by ")] {
        let said = ask_with(mode);
        assert!(said.starts_with("CBJ_ERROR_CONFIG ") && said.contains(words), "{mode:o}: {said}");
        assert!(said.contains("icacls \"Z:\\"), "{mode:o}: {said}");
    }
    assert_eq!(server.requests().len(), 1);
}
