//! The pages of the list, and the jobs on them.

use crate::service::*;
use crate::{ask, ask_with, fixed, list, start};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

#[test]
fn the_pages_have_every_job_once() {
    let sandbox = start(fixed());
    let all = list(&sandbox, "pageSize=1000");
    assert!(all.ids().len() > 600);
    for size in [7, 50, 100] {
        let pages = all.ids().len().div_ceil(size);
        let answers: Vec<_> =
            (0..pages).map(|page| list(&sandbox, &format!("pageSize={size}&pageIndex={page}"))).collect();
        let ids: Vec<&str> = answers.iter().flat_map(|answer| answer.ids()).collect();
        assert_eq!(ids, all.ids());
        let beyond = list(&sandbox, &format!("pageSize={size}&pageIndex={pages}"));
        assert_eq!(beyond.body["data"], json!([]));
        assert_eq!(beyond.body["metadata"], json!({"totalCount": all.ids().len(), "nextLink": ""}));
    }
    assert_eq!(list(&sandbox, "pageIndex=2147483647&pageSize=2147483647").ids().len(), 0);
}

#[test]
fn an_envelope_has_the_documented_members_in_order() {
    let sandbox = start(fixed());
    let url = format!("{}{LIST_PATH}?jobType=2&pageSize=1", sandbox.base_url());
    let token = format!("Bearer {}", sandbox.issue_token());
    let mut response = ureq::get(&url).header("Authorization", token).call().expect("is there");
    let text = response.body_mut().read_to_string().expect("is text");
    let mut rest = text.as_str();
    for part in [
        r#"{"statusCode":200,"message":"","errors":[],"data":[{"id":"RS"#,
        r#"","state":""#,
        r#"","startTime":"2026-"#,
        r#"Z","finishTime":"2026-"#,
        r#"Z","duration":"0."#,
        r#"","backupDetails":{"totalCount":"#,
        r#","failedCount":"#,
        r#","successfulCount":"#,
        r#","skippedCount":"#,
        r#"},"jobErrors":["#,
        r#"],"metadata":{"totalCount":"#,
        r#","nextLink":"http://"#,
        r#""},"requestId":"0HN"#,
        r#"","timestamp":"20"#,
        r#"Z","traceId":"00-"#,
    ] {
        let at = rest.find(part).unwrap_or_else(|| panic!("{part} is not in {rest} of {text}"));
        rest = &rest[at + part.len()..];
    }
}

#[test]
fn the_order_is_switched() {
    let starts = |order| {
        let sandbox = start(Options { order, ..fixed() });
        let answer = list(&sandbox, "pageSize=1000");
        let again = list(&sandbox, "pageSize=1000");
        assert_eq!(answer.ids(), again.ids());
        answer.jobs().iter().map(|job| job["startTime"].as_str().expect("is text").to_owned()).collect::<Vec<_>>()
    };
    let newest = starts(Order::NewestFirst);
    assert!(newest.is_sorted_by(|a, b| a >= b));
    let oldest = starts(Order::OldestFirst);
    assert!(oldest.is_sorted());
    let unordered = starts(Order::Unordered);
    let descents = unordered.windows(2).filter(|pair| pair[0] > pair[1]).count();
    assert!((200..450).contains(&descents), "{descents}");
    assert_eq!(BTreeSet::from_iter(&unordered), BTreeSet::from_iter(&oldest));
}

#[test]
fn each_form_of_the_total() {
    for (total, metadata) in [
        (Total::Count, json!({"totalCount": 2, "nextLink": ""})),
        (Total::Number, json!({"totalNumber": 2, "nextLink": ""})),
        (Total::Text, json!({"totalCount": "2", "nextLink": ""})),
        (Total::Missing, json!({"nextLink": ""})),
    ] {
        let sandbox = start(Options { total, ..fixed() });
        let answer = list(&sandbox, "startTime=2026-11-16&finishTime=2026-11-17&objectType=3&jobType=1&location=EUR");
        assert_eq!(answer.body["metadata"], metadata, "{total:?}");
    }
    let neither = start(Options { total: Total::Missing, next_link: NextLink::Missing, ..fixed() });
    assert_eq!(list(&neither, "").body["metadata"], json!({}));
}

#[test]
fn a_larger_page_size_is_capped() {
    let all = start(fixed());
    let all = list(&all, "pageSize=1000");
    let sandbox = start(Options { page_limit: Some(100), ..fixed() });
    for page in 0..2 {
        let answer = list(&sandbox, &format!("pageSize=500&pageIndex={page}"));
        assert_eq!(answer.ids(), all.ids()[page * 100..][..100]);
        assert_eq!(answer.body["metadata"]["totalCount"], all.ids().len());
        let next = answer.body["metadata"]["nextLink"].as_str().expect("is text");
        assert!(next.ends_with(&format!("?pageSize=100&pageIndex={}", page + 1)), "{next}");
    }
    assert_eq!(list(&sandbox, "pageSize=30").ids().len(), 30);
}

#[test]
fn a_job_moves_between_pages_while_they_are_read() {
    let sandbox = start(Options { shift: true, ..fixed() });
    let pages = || [0, 1, 2].map(|page| list(&sandbox, &format!("objectType=4&pageSize=20&pageIndex={page}")));
    let unmoved: Vec<&str> =
        sandbox.runs().iter().filter(|run| run.object_type == GROUPS).map(|run| run.id.as_str()).collect();
    let [first, second, third] = pages();
    assert_eq!(first.ids(), unmoved[..20]);
    // What was the last one on page 0 comes again, and the one that moved to page 0 is missed.
    assert_eq!(second.ids()[0], unmoved[19]);
    assert_eq!(second.ids()[1..], unmoved[21..40]);
    assert_eq!(third.ids(), unmoved[40..60]);
    // It moved for good, and in the next reading another one moves.
    let [first, second, _] = pages();
    assert_eq!(first.ids()[0], unmoved[20]);
    assert_eq!(first.ids()[1..], unmoved[..19]);
    assert_eq!(second.ids()[0], unmoved[18]);
    assert!(!second.ids().contains(&unmoved[19]));
    // Those that moved stay in front, the last one first.
    assert_eq!(pages()[0].ids()[..2], [unmoved[19], unmoved[20]]);
}

#[test]
fn a_page_is_rate_limited_the_first_time() {
    let sandbox = start(Options { rate_limit_page: Some(2), ..fixed() });
    assert_eq!(list(&sandbox, "pageIndex=1").status, 200);
    let refused = list(&sandbox, "pageIndex=2");
    assert_eq!((refused.status, refused.retry_after.as_deref()), (429, Some("1")));
    assert_eq!(refused.body["statusCode"], 429);
    assert!(refused.body.get("errors").is_none() && refused.body.get("data").is_none(), "{}", refused.body);
    for _ in 0..2 {
        assert_eq!(list(&sandbox, "pageIndex=2").ids().len(), 10);
    }
}

/// The job of the list in the words of the details endpoint.
fn as_details(job: &Value) -> Value {
    job.to_string().replace("Count\":", "Number\":").parse().expect("is JSON")
}

#[test]
fn the_details_of_a_listed_job_say_the_same() {
    let sandbox = start(fixed());
    let answer = list(&sandbox, "jobState=4&pageSize=1000&location=NAM");
    let jobs =
        answer.jobs().iter().chain(list(&sandbox, "jobState=3&location=NAM").jobs()).cloned().collect::<Vec<_>>();
    assert!(jobs.len() > 10);
    for job in jobs.iter().take(25) {
        let id = job["id"].as_str().expect("is text");
        let details = ask(&sandbox, &format!("{LIST_PATH}/{id}"));
        assert_eq!(details.body["data"], as_details(job));
        assert!(details.body["data"]["backupDetails"]["totalNumber"].is_u64());
        assert!(details.body.get("metadata").is_none());
        assert_eq!(ask(&sandbox, &format!("{LIST_PATH}/{id}?location=NAM")).body["data"], details.body["data"]);
        assert_eq!(ask(&sandbox, &format!("{LIST_PATH}/{id}?location=EUR")).body["data"], Value::Null);
    }
}

#[test]
fn a_listed_job_of_another_location_has_details_only_there() {
    let sandbox = start(fixed());
    let answer = list(&sandbox, "location=EUR&pageSize=3");
    for job in answer.jobs() {
        let path = format!("{LIST_PATH}/{}", job["id"].as_str().expect("is text"));
        assert_eq!(ask(&sandbox, &path).body["data"], Value::Null);
        assert_eq!(ask(&sandbox, &format!("{path}?Location=EUR")).body["data"], as_details(job));
    }
    assert!(list(&sandbox, "objectType=3&pageSize=1000").ids().contains(&answer.ids()[0]));
}

#[test]
fn the_running_job_ends() {
    const RUN_TIME: Duration = Duration::from_secs(2);
    let started = Instant::now();
    let sandbox = start(Options { run_time: RUN_TIME, ..Options::default() });
    let running = list(&sandbox, "jobState=1");
    let [job] = running.jobs() else { panic!("{}", running.body) };
    assert!(job.get("finishTime").is_none() && job.get("duration").is_none(), "{job}");
    let path = format!("{LIST_PATH}/{}", job["id"].as_str().expect("is text"));
    let successful = |job: &Value| job["backupDetails"]["successfulNumber"].as_u64().expect("is a number");
    let mut last = successful(&as_details(job));
    let before = last;
    let ended = loop {
        let job = ask(&sandbox, &path).body["data"].take();
        assert!(successful(&job) >= last, "{job}");
        last = successful(&job);
        if job["state"] != "In Progress" {
            break job;
        }
        assert!(started.elapsed() < Duration::from_secs(10), "{job}");
        std::thread::sleep(Duration::from_millis(100));
    };
    assert!(started.elapsed() >= RUN_TIME, "{:?}", started.elapsed());
    assert_eq!(ended["state"], "Finished");
    assert!(ended["finishTime"].is_string() && ended["duration"].is_string() && last > before, "{ended}");
    assert_eq!(list(&sandbox, "jobState=1").ids().len(), 0);
    assert_eq!(as_details(&list(&sandbox, "objectType=1&jobType=1&pageSize=1").jobs()[0]), ended);
}

#[test]
fn the_history_ends_now() {
    let sandbox = start(Options::default());
    let now = chrono::Utc::now();
    let newest = &sandbox.runs()[0];
    assert!(newest.start <= now && now - newest.start < chrono::TimeDelta::minutes(10), "{newest:?}");
    assert_eq!(newest.state_at(now), State::InProgress);
}

#[test]
fn the_jobs_with_fixed_ids_are_not_in_the_list() {
    let sandbox = start(Options::default());
    let answer = list(&sandbox, "pageSize=1000");
    assert!(JOBS.iter().all(|job| !answer.ids().contains(&job.id)));
    assert_eq!(ask_with(&sandbox, &format!("{LIST_PATH}/{FINISHED}"), Some(&sandbox.issue_token())).status, 200);
}
