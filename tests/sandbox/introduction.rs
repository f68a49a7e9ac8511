//! What the sandbox prints when it starts.

use crate::greeting::introduction;
use crate::service::*;
use crate::{ask, fixed, list, start};
use std::time::Duration;

#[test]
fn it_has_the_fixed_jobs_and_the_variables() {
    let options = fixed();
    let sandbox = start(options.clone());
    let text = introduction(&sandbox, &options);
    for id in JOBS.iter().map(|job| job.id).chain([UNKNOWN, MISSING]) {
        assert_eq!(text.lines().filter(|line| line.starts_with(&format!("  {id:<24}  "))).count(), 1, "{id}");
    }
    let (base, identity) = (sandbox.base_url(), sandbox.identity_url());
    let export = format!(
        "For the environment:\nexport CBJ_BASE_URL={base} CBJ_IDENTITY_URL={identity} \
         CBJ_CLIENT_ID=sandbox-client CBJ_CLIENT_SECRET=sandbox-secret\n"
    );
    assert!(text.contains(&export), "{text}");
    // Programs take every variable that they find in the text.
    assert_eq!(text.matches("CBJ_").count(), 4);
}

#[test]
fn it_names_jobs_of_the_list_that_are_what_it_says() {
    let options = Options { run_time: Duration::from_secs(90), ..fixed() };
    let sandbox = start(options.clone());
    let text = introduction(&sandbox, &options);
    let (_, listed) = text.split_once("The list at /backup/m365/cloudbackupjobs has ").expect("is said");
    let mut lines = listed.lines();
    let total = &list(&sandbox, "").body["metadata"]["totalCount"];
    assert_eq!(lines.next(), Some(format!("{total} other jobs, of the 35 days until now. Some of them:").as_str()));
    for (shows, state) in [
        ("Exchange Online: running; ends 90 s after the start of the sandbox", "In Progress"),
        ("SharePoint Online: failed last night", "Failed"),
        ("Teams: finished with exceptions", "Finished with Exception"),
        ("Power BI: the last run, more than three days ago", "Finished"),
    ] {
        let (id, text) = lines.next().expect("there is a line").trim().split_once("  ").expect("has two columns");
        assert_eq!(text.trim_start(), shows);
        assert_eq!(ask(&sandbox, &format!("{LIST_PATH}/{id}")).body["data"]["state"], state, "{shows}");
    }
    assert_eq!(lines.next(), Some(""));
}
