//! An outage that the configuration of the module calls OK: it ends no problem of a kind.

use serde_json::json;

use super::server::is_left_out;
use super::tenant::{MAILBOXES, ONEDRIVE, SITES, TEAMS, Tenant, ended};
use super::watched::Watched;

const FAILED: (&str, &str) = ("3", "Cloud backup exchange-online: the last run failed");
const NOTHING_RAN: (&str, &str) = ("4", "Cloud backup onedrive: nothing ran");
const NO_SUCCESS: (&str, &str) = ("4", "Cloud backup sharepoint-online: no success for more than 26h");
const UNCLEAN: (&str, &str) = ("2", "Cloud backup teams: the last run did not finish cleanly");
const NOT_OK: (&str, &str) = ("3", "Cloud backup public-folder: the verdict of the agent is not OK");

/// As the service numbers types of objects.
const PUBLIC_FOLDERS: u8 = 6;

/// Each problem of a kind, by the verdict of the agent.
const ALL: [(&str, &str); 5] = [FAILED, NOTHING_RAN, NO_SUCCESS, UNCLEAN, NOT_OK];

#[test]
fn an_outage_that_counts_as_ok_ends_no_problem() {
    if is_left_out() {
        return;
    }
    let tenant = Tenant::start();
    let success = ended("FB20261123000000000002", "Finished", 20);
    tenant.set_jobs(MAILBOXES, vec![ended("IB20261124000000000001", "Failed", 3), success.clone()]);
    // It is found, and then its runs leave the list.
    tenant.set_jobs(ONEDRIVE, vec![success.clone()]);
    // It has never succeeded.
    tenant.set_jobs(SITES, vec![ended("FB20261124000000000021", "Finished with Exception", 9)]);
    tenant.set_jobs(TEAMS, vec![ended("IB20261124000000000031", "Finished with Exception", 5), success.clone()]);
    tenant.set_jobs(PUBLIC_FOLDERS, vec![success]);
    let settings = "OnUnavailable=ok\nWarning=public-folder.since_run=10h\n";
    let watched = Watched::start_with("zabbix-tolerated", &tenant.url(), settings);
    let api = &watched.server.api;
    for (name, value) in [
        ("VERDICT.CONTROL:\"public-folder\"", "1"),
        // Neither objects nor exceptions of the sites are a problem of their own, nor do the objects of Teams hide the state.
        ("FAILED.MAX:\"sharepoint-online\"", "10"),
        ("EXCEPTION.CONTROL:\"sharepoint-online\"", "0"),
        ("EXCEPTION.CONTROL:\"teams\"", "1"),
    ] {
        let name = format!("{{$CLOUDBACKUP.{name}}}");
        if let Some(old) = api.find("usermacro", json!({"hostid": watched.host, "macro": name}), &["hostmacroid"]) {
            api.call("usermacro.delete", &json!([old["hostmacroid"]]));
        }
        api.call("usermacro.create", &json!({"hostid": watched.host, "macro": name, "value": value}));
    }
    watched.await_value("at first", "cloudbackup.kinds.count", "5");
    tenant.set_jobs(ONEDRIVE, Vec::new());
    watched.await_problems("before", &ALL);
    let raised = ALL.map(|(_, name)| watched.raised(name));

    tenant.set_away(true);
    for kind in ["exchange-online", "onedrive", "sharepoint-online", "teams", "public-folder"] {
        let verdict = format!("cloudbackup.kind.verdict[{kind}]");
        watched.await_unsupported("it is away", &format!("cloudbackup.kind.judged[{kind}]"));
        watched.await_value("it is away", &verdict, "0");
        watched.await_checks(&verdict, 5);
    }
    watched.await_problems("it is away", &ALL);
    tenant.set_away(false);
    watched.await_value("it is back", "cloudbackup.kind.verdict[exchange-online]", "2");
    watched.await_checks("cloudbackup.kind.verdict[public-folder]", 5);
    watched.await_problems("it is back", &ALL);
    // None of them ended meanwhile, to begin again.
    for ((_, name), times) in ALL.iter().zip(raised) {
        watched.assert_raised(name, times);
    }
    // What is mended still ends.
    tenant.set_jobs(MAILBOXES, vec![ended("IB20261124000000000041", "Finished", 0)]);
    tenant.set_jobs(PUBLIC_FOLDERS, vec![ended("IB20261124000000000042", "Finished", 0)]);
    tenant.set_jobs(ONEDRIVE, vec![ended("IB20261124000000000043", "Finished", 0)]);
    watched.await_problems("some are mended", &[NO_SUCCESS, UNCLEAN]);
}
