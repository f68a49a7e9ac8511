//! The store of trusted certificates of Windows.

use crate::always;
use crate::program::{client_of, compile, is_asked, run, said};
use crate::support::answers::{JOB, ok};
use crate::support::c_program::Linking;
use crate::tls_server::{Server, certificate};

#[test]
fn an_authority_in_the_store_of_windows_is_trusted() {
    if !is_asked() {
        return;
    }
    let server = Server::default().start([always(ok(JOB))]);
    let url = format!("https://localhost:{}", server.address().port());
    let output = run(&compile("system_trust", Linking::Shared), &[&certificate("ca.pem")], &client_of(&url));
    assert!(output.status.success(), "{:?}\n{}", output.status, said(&output));
    // Before the authority was in the store, and after it was taken out.
    assert_eq!(said(&output).matches("CBJ_ERROR_TLS").count(), 2, "{}", said(&output));
    assert_eq!(server.requests().len(), 1);
}
