//! What the server says while a night passes, and while the service or the agent is away.

use serde_json::json;

use super::job::with;
use super::server::is_left_out;
use super::tenant::{MAILBOXES, ONEDRIVE, SITES, TEAMS, Tenant, ended, running_for};
use super::watched::Watched;

const WARNING: &str = "2";
const AVERAGE: &str = "3";
const HIGH: &str = "4";

const RUNS_TOO_LONG: (&str, &str) = (WARNING, "Cloud backup exchange-online: runs for more than 24h");
const NO_SUCCESS: (&str, &str) = (HIGH, "Cloud backup exchange-online: no success for more than 26h");
const FAILED: (&str, &str) = (AVERAGE, "Cloud backup exchange-online: the last run failed");
const UNCLEAN: (&str, &str) = (WARNING, "Cloud backup exchange-online: the last run did not finish cleanly");
const MANY_FAILED: (&str, &str) = (AVERAGE, "Cloud backup exchange-online: more than 5 % of the objects failed");
const NOTHING_RAN: (&str, &str) = (HIGH, "Cloud backup onedrive: nothing ran");
const AWAY: (&str, &str) = (AVERAGE, "Cloud backup: the service does not answer");
const CANNOT_BE_JUDGED: (&str, &str) = (AVERAGE, "Cloud backup sharepoint-online: cannot be judged");
const NO_DATA: (&str, &str) = (AVERAGE, "Cloud backup: no data from the agent for 30s");

const KINDS: [&str; 4] = ["exchange-online", "onedrive", "sharepoint-online", "teams"];

fn key(field: &str) -> String {
    format!("cloudbackup.kind.{field}[exchange-online]")
}

/// A tenant with four kinds, and nothing wrong. The mailboxes are late: their run began in time and still runs.
fn tenant() -> Tenant {
    let tenant = Tenant::start();
    tenant.set_jobs(
        MAILBOXES,
        vec![running_for("IB20261124000000000003", 2), ended("IB20261123000000000002", "Finished", 27)],
    );
    tenant.set_jobs(ONEDRIVE, vec![ended("IB20261124000000000011", "Finished", 9)]);
    tenant.set_jobs(SITES, vec![ended("IB20261124000000000021", "Finished", 10)]);
    // Four objects failed. The host's macros tolerate that for Teams.
    let teams = [
        ended("IB20261124000000000031", "Finished with Exception", 5),
        ended("FB20261123000000000030", "Finished", 20),
    ];
    tenant.set_jobs(TEAMS, teams.into());
    tenant
}

#[test]
fn problems_begin_and_end_with_what_they_are_about() {
    if is_left_out() {
        return;
    }
    let tenant = tenant();
    let mut watched = Watched::start("zabbix-night", &tenant.url());
    the_kinds_are_found(&watched);
    a_run_goes_on_fails_and_succeeds(&watched, &tenant);
    a_kind_stops(&watched, &tenant);
    the_service_is_away(&watched, &tenant);
    the_agent_is_away(&mut watched);
}

fn the_kinds_are_found(watched: &Watched) {
    watched.await_value("at first", "cloudbackup.kinds.count", "4");
    for (field, value) in [
        ("verdict", "0"),
        ("state", "2"),
        ("total", "200"),
        ("failed", "0"),
        ("failed_unignored", "0"),
        ("failed_percent", "0"),
        ("successful", "200"),
        ("skipped", "0"),
        ("errors", "0"),
        ("duration", "3600"),
        ("runs", "0"),
        ("failed_runs", "0"),
        ("missing_jobs", "0"),
        ("job_id", "IB20261123000000000002"),
    ] {
        watched.await_value("at first", &key(field), value);
    }
    for (field, hours) in [("since_success", 27), ("since_run", 27), ("running", 2)] {
        let seconds: i64 = watched.value(&key(field)).expect("has a value").parse().expect("a number");
        assert!((hours * 3600..hours * 3600 + 300).contains(&seconds), "{field}: {seconds}");
    }
    for field in ["success_time", "run_time"] {
        let time: i64 = watched.value(&key(field)).expect("has a value").parse().expect("a number");
        assert!((chrono::Utc::now().timestamp() - 27 * 3600 - time).abs() < 300, "{field}: {time}");
    }
    let line = watched.value(&key("line")).expect("has a value");
    assert!(line.contains("IB20261123000000000002"), "{line}");
    // Late, and not overdue. Teams has failed objects, which are tolerated.
    watched.await_value("at first", "cloudbackup.kind.failed[teams]", "4");
    watched.await_checks(&key("verdict"), 3);
    assert_eq!(watched.problems(), []);
}

fn a_run_goes_on_fails_and_succeeds(watched: &Watched, tenant: &Tenant) {
    let before = ended("IB20261123000000000002", "Finished", 20);
    tenant.set_jobs(
        MAILBOXES,
        vec![running_for("IB20261124000000000003", 25), ended("IB20261122000000000001", "Finished", 27)],
    );
    let problems = watched.await_problems("it runs for 25 h", &[RUNS_TOO_LONG, NO_SUCCESS]);
    assert!(problems[0].why.contains("25 h"), "{problems:?}");
    // The problem with the time ends with the run, although no new time comes.
    tenant.set_jobs(MAILBOXES, vec![ended("IB20261124000000000003", "Failed", 0), before.clone()]);
    let problems = watched.await_problems("it failed", &[FAILED]);
    let why = &problems[0].why;
    assert!(why.contains("Failed, 4 of 200 objects failed") && why.contains("IB20261124000000000003"), "{why}");
    let details = watched.value(&key("details")).expect("has a value");
    assert!(details.contains("https://learn.example.com/e/19"), "{details}");
    // Nothing succeeds for another day. That it failed is no second problem: what is open stays, nothing is added.
    tenant.set_jobs(
        MAILBOXES,
        vec![ended("IB20261124000000000003", "Failed", 8), ended("IB20261122000000000001", "Finished", 28)],
    );
    let problems = watched.await_problems("it failed, and the success is old", &[FAILED, NO_SUCCESS]);
    assert!(problems[1].why.contains("28 h"), "{problems:?}");
    tenant.set_jobs(MAILBOXES, vec![ended("FB20261124000000000004", "Finished with Exception", 0), before.clone()]);
    let problems = watched.await_problems("it finished with exceptions", &[UNCLEAN]);
    assert!(problems[0].why.contains("4 of 200 objects failed"), "{problems:?}");
    let half = json!({"totalNumber": 200, "failedNumber": 100, "successfulNumber": 100, "skippedNumber": 0});
    let many = with(ended("FB20261124000000000004", "Finished with Exception", 0), json!({"backupDetails": half}));
    tenant.set_jobs(MAILBOXES, vec![many, before]);
    watched.await_raised("half of the objects failed", MANY_FAILED.1);
    tenant.set_jobs(MAILBOXES, vec![ended("FB20261124000000000005", "Finished", 0)]);
    watched.await_problems("it finished", &[]);
}

fn a_kind_stops(watched: &Watched, tenant: &Tenant) {
    let jobs = vec![ended("IB20261124000000000011", "Finished", 9)];
    tenant.set_jobs(ONEDRIVE, Vec::new());
    let problems = watched.await_problems("nothing ran", &[NOTHING_RAN]);
    assert_eq!(problems[0].why, "nothing ran in 15 d");
    // A number that is not known does not stay as it was.
    watched.await_unsupported("nothing ran", "cloudbackup.kind.failed[onedrive]");
    tenant.set_incomplete(Some(SITES));
    let problems = watched.await_problems("a list is incomplete", &[NOTHING_RAN, CANNOT_BE_JUDGED]);
    assert!(problems[1].why.contains("missing"), "{problems:?}");
    tenant.set_incomplete(None);
    tenant.set_jobs(ONEDRIVE, jobs);
    watched.await_problems("it runs again", &[]);
}

fn the_service_is_away(watched: &Watched, tenant: &Tenant) {
    tenant.set_jobs(
        MAILBOXES,
        vec![ended("IB20261124000000000006", "Failed", 3), ended("IB20261123000000000002", "Finished", 20)],
    );
    watched.await_problems("it failed again", &[FAILED]);
    // One check fails, of the service and of a kind.
    tenant.set_away(true);
    watched.await_unsupported("for a moment", &key("failed"));
    tenant.set_away(false);
    watched.await_value("after a moment", "cloudbackup.service.verdict", "0");
    watched.await_value("after a moment", &key("failed"), "4");
    watched.assert_raised(AWAY.1, 0);
    // It fails for longer. That is one problem, for all kinds, and the failed run is no less failed.
    tenant.set_away(true);
    let problems = watched.await_problems("it is away", &[FAILED, AWAY]);
    assert!(problems[1].why.contains("503"), "{problems:?}");
    assert!(problems[0].why.contains("IB20261124000000000006"), "{problems:?}");
    for field in ["failed", "total", "state", "since_success", "running", "runs", "line"] {
        let error = watched.await_unsupported("it is away", &key(field));
        assert!(error.contains("the service could not be asked"), "{field}: {error}");
    }
    watched.await_value("it is away", "cloudbackup.kind.verdict[teams]", "3");
    watched.await_checks("cloudbackup.kind.verdict[teams]", 20);
    watched.await_problems("it is away for longer", &[FAILED, AWAY]);
    tenant.set_away(false);
    watched.await_problems("it is back", &[FAILED]);
    watched.await_value("it is back", &key("failed"), "4");
    watched.await_checks("cloudbackup.service.verdict", 20);
    watched.await_problems("it is back for longer", &[FAILED]);
    // The list of the sites was incomplete before.
    for kind in KINDS.into_iter().filter(|kind| *kind != "sharepoint-online") {
        watched.assert_raised(&format!("Cloud backup {kind}: cannot be judged"), 0);
    }
}

fn the_agent_is_away(watched: &mut Watched) {
    watched.stop_agent();
    watched.await_problems("the agent is away", &[FAILED, NO_DATA]);
    watched.start_agent_again();
    watched.await_problems("the agent is back", &[FAILED]);
    watched.await_checks(&key("verdict"), 3);
    watched.await_checks("cloudbackup.kind.verdict[teams]", 3);
    for kind in KINDS {
        watched.assert_raised(&format!("Cloud backup {kind}: no data for 30s"), 0);
        // Whatever happened in this night, nothing succeeded too late but what did.
        let expected = if kind == "exchange-online" { 2 } else { 0 };
        watched.assert_raised(&format!("Cloud backup {kind}: no success for more than 26h"), expected);
    }
}
