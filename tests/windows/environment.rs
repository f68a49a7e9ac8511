//! The environment of a process. Its names have no case on Windows.

use crate::asks::ask;
use crate::program::is_asked;
use crate::support::answers::{JOB, JOB_ID, ok};
use crate::tunnel::Tunnel;
use crate::{always, plain};

#[test]
fn variables_count_in_any_spelling_of_their_name() {
    if !is_asked() {
        return;
    }
    let server = plain(always(ok(JOB)));
    let (upper, lower) = (format!("+CBJ_BASE_URL={}", server.url()), format!("+cbj_Base_Url={}", server.url()));
    for base in [upper, lower] {
        assert_eq!(ask(&[&base, "+cbj_access_token=t", "env"]), format!("CBJ_OK {JOB_ID}\n"), "{base}");
    }
}

#[test]
fn the_proxy_of_the_environment_is_asked() {
    if !is_asked() {
        return;
    }
    // A label of 64 characters is not a valid name: a look-up fails without asking a server, the tunnel is made before.
    let base = format!("base_url=https://{}.invalid", "x".repeat(64));
    for (variables, is_used) in [
        (&["+HTTPS_PROXY=PROXY"][..], true),
        (&["+https_proxy=PROXY"], true),
        (&["+Https_Proxy=PROXY"], true),
        (&["+all_Proxy=PROXY"], true),
        (&["+HTTP_PROXY=PROXY"], false),
        (&["+HTTPS_PROXY=PROXY", "+No_Proxy=invalid"], false),
    ] {
        let proxy = Tunnel::as_asked();
        let url = format!("http://127.0.0.1:{}", proxy.port());
        let mut arguments: Vec<String> =
            variables.iter().map(|variable| variable.replace("=PROXY", &format!("={url}"))).collect();
        arguments.extend([base.clone(), "access_token=t".to_owned(), "max_retries=0".to_owned()]);
        let said = ask(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(proxy.heads().len(), usize::from(is_used), "{variables:?}: {said}");
        assert_eq!(said.starts_with("CBJ_ERROR_RESOLVE"), !is_used, "{variables:?}: {said}");
    }
}
