//! What is asked of the service, and all that is said about the answer.

use serde_json::{Value, json};

use super::super::runs::{EXCHANGE_ONLINE, failed, finished, in_progress, listed, service_of};
use super::super::support::list_server::{ListServer, page};
use super::{judged, judged_by, judges};

#[test]
fn the_result_as_json_has_all_of_it() {
    let runs = [finished("IB1", 31.0), failed("IB2", 7.0), in_progress("IB3", 1.0)];
    let got = judged(&runs, &[]);
    let saved = judged(&runs, &["Saved=1"]);
    for name in ["kind", "verdict", "summary", "line", "run", "success", "running", "window", "missing_jobs", "details"]
    {
        assert!(!got[name].is_null(), "{name}: {got}");
        if name != "details" {
            assert_eq!(got[name], saved[name], "{name}");
        }
    }
    assert_eq!(
        (&got["object_type"], &got["job_type"], &got["location"]),
        (&"exchange-online".into(), &"backup".into(), &Value::Null)
    );
    assert_eq!(
        (&got["run"]["job_id"], &got["run"]["state"], &got["run"]["state_text"]),
        (&"IB2".into(), &3.into(), &"Failed".into())
    );
    assert_eq!(got["run"]["errors"][0]["url"], "https://learn.example.com/e/19");
    assert_eq!((&got["success"]["job_id"], &got["running"]["job_id"]), (&"IB1".into(), &"IB3".into()));
    assert_eq!(got["running"]["finish_time"], Value::Null);
    assert_eq!(
        got["window"],
        json!({"seconds": 86400, "runs": {"failed": 1, "finished-with-exception": 0,
        "partially-finished": 0, "unknown": 0, "in-progress": 1, "finished": 0}})
    );
    assert_eq!(got["metrics"]["since_success"]["critical"], "93600");
    // Nobody knows a success before the lookback, so the default is no longer than that.
    assert_eq!(judged(&runs, &["Lookback=24h"])["metrics"]["since_run"]["critical"], Value::Null);
    assert_eq!(judged(&[finished("IB1", 2.0)], &["Lookback=24h"])["metrics"]["since_success"]["critical"], "86400");
    assert_eq!(
        (&got["metrics"]["runs"]["value"], &got["metrics"]["failed_runs_percent"]["value"]),
        (&1.into(), &100.into())
    );
    assert_eq!(
        (&got["missing_jobs"], &got["request_id"], &got["error"]),
        (&0.into(), &"request-1".into(), &Value::Null)
    );
    let details: Vec<&str> = got["details"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    assert!(details.iter().any(|line| line.starts_with("4 x The item is checked out.")), "{details:?}");
    assert!(details.iter().any(|line| line.starts_with("In progress: IB3, started ")), "{details:?}");
    assert!(details.iter().any(|line| line.starts_with("Last success: IB1, ended ")), "{details:?}");
    assert!(details.contains(&"Request id request-1"), "{details:?}");

    // With the time, ages grow, and nothing is asked again.
    let later = judged(&[finished("IB1", 9.0)], &["Now=72000", "Saved=1"]);
    assert_eq!(
        (&later["verdict_text"], &later["summary"]),
        (&"CRITICAL".into(), &"no success for 29 h (>26 h)".into())
    );
}

#[test]
fn a_kind_is_one_request_and_its_details_are_none() {
    // A job that the list has is judged by the list. The details endpoint may not have it: it may be in another location.
    let server = service_of([(EXCHANGE_ONLINE, vec![finished("IB1", 9.0)])]);
    assert_eq!(judged_by(&server, &[])["verdict"], 0);
    let asked = server.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!((asked[0].parameter("jobType"), asked[0].parameter("pageSize")), (Some("1"), Some("100")));
    assert_eq!((asked[0].parameter("location"), asked[0].parameter("objectType")), (None, Some(EXCHANGE_ONLINE)));

    // Every page counts.
    let pages = ListServer::start(|asked| {
        page(
            [match asked.page() {
                0 => finished("IB1", 31.0).to_string(),
                _ => failed("IB2", 7.0).to_string(),
            }],
            r#""totalCount":2"#,
        )
    });
    assert_eq!(judged_by(&pages, &[])["run"]["job_id"], "IB2");
    assert_eq!(pages.asked().len(), 2);

    // Another type of job, and a location.
    let server = ListServer::start(|_| listed(&[finished("RS1", 90.0)]));
    let output = judges(&server, &["onedrive/restore/EUR"]);
    let got: Value = serde_json::from_slice(&output.stdout).expect("is JSON");
    assert_eq!(
        (&got["kind"], &got["job_type"], &got["location"]),
        (&"onedrive/restore/EUR".into(), &"restore".into(), &"EUR".into())
    );
    // Nobody restores by a schedule.
    assert_eq!((&got["verdict"], &got["summary"]), (&0.into(), &"success 3 d ago".into()));
    let asked = &server.asked()[0];
    assert_eq!(
        (asked.parameter("jobType"), asked.parameter("objectType"), asked.parameter("location")),
        (Some("2"), Some("3"), Some("EUR"))
    );
}
