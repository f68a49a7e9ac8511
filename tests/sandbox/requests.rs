//! Who may ask the list, how, and what the sandbox tells of requests.

use crate::service::*;
use crate::{ask, ask_with, fixed, list, start};

#[test]
fn the_list_needs_a_token_with_the_permission() {
    let sandbox = start(fixed());
    assert_eq!(ask_with(&sandbox, LIST_PATH, None).status, 401);
    assert_eq!(ask_with(&sandbox, LIST_PATH, Some("wrong")).status, 401);
    // A wrong parameter is not even looked at.
    assert_eq!(ask_with(&sandbox, &format!("{LIST_PATH}?top=1"), None).status, 401);
    let other = start(Options { scope: "microsoft365backup.other".to_owned(), ..fixed() });
    assert_eq!(ask(&other, LIST_PATH).status, 403);
}

#[test]
fn the_path_is_that_of_the_list() {
    let sandbox = start(fixed());
    assert_eq!(ask(&sandbox, "/Backup/M365/CloudBackupJobs").status, 200);
    for path in ["/backup/m365/cloudbackupjobs/", "/backup/m365", "/backup/m365/jobs", "//backup/m365/cloudbackupjobs"]
    {
        assert_eq!(ask(&sandbox, path).status, 404, "{path}");
    }
    let error = ureq::post(format!("{}{LIST_PATH}", sandbox.base_url())).send_empty().expect_err("is refused");
    assert!(matches!(error, ureq::Error::StatusCode(405)), "{error}");
}

#[test]
fn requests_are_remembered_in_order() {
    let sandbox = start(fixed());
    assert!(sandbox.requests().is_empty());
    list(&sandbox, "pageIndex=0");
    list(&sandbox, "pageIndex=x");
    ask(&sandbox, &format!("{LIST_PATH}/{FINISHED}"));
    let targets: Vec<String> = sandbox.requests().into_iter().map(|seen| seen.target).collect();
    let expected =
        [format!("{LIST_PATH}?pageIndex=0"), format!("{LIST_PATH}?pageIndex=x"), format!("{LIST_PATH}/{FINISHED}")];
    assert_eq!(targets, expected);
    assert_eq!(sandbox.job_requests(), 3);
    assert_eq!(sandbox.last_request().expect("there is one").target, expected[2]);
}

#[test]
fn only_the_last_thousand_requests_are_remembered() {
    let sandbox = start(fixed());
    let agent = ureq::Agent::new_with_defaults();
    for number in 0..1003 {
        let refused = agent.get(format!("{}/{number}", sandbox.base_url())).call();
        assert!(matches!(refused, Err(ureq::Error::StatusCode(404))));
    }
    let requests = sandbox.requests();
    assert_eq!((requests.len(), sandbox.job_requests()), (1000, 1003));
    assert_eq!((requests[0].target.as_str(), requests[999].target.as_str()), ("/3", "/1002"));
}
