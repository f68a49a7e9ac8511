//! What is sent for a page.

use chrono::{Days, Utc};
use cloudbackupjobs::ffi::*;

use crate::support::abi::Lines;
use crate::support::abi_many::Query;
use crate::support::list_server::{ListServer, PATH, ids, page, page_of};
use crate::{client, setup};

/// A server whose list is empty.
fn empty() -> ListServer {
    ListServer::with_pages([page::<String>([], "")])
}

/// The target of the only request for this query.
fn target(query: &Query) -> String {
    let server = empty();
    client(&server).list_jobs(query).expect("is a list");
    let [asked] = &server.asked()[..] else { panic!("one page is one request") };
    asked.target.clone()
}

/// The query of the target without the parameters that every page has.
fn filters(query: &Query) -> String {
    let target = target(query);
    let filters = target.strip_prefix(&format!("{PATH}?")).expect("is the list's path");
    filters.replace("pageIndex=0&pageSize=50", "")
}

/// 2026-11-24 at this time of day, in Unix milliseconds.
fn on_the_24th(text: &str) -> i64 {
    let at = format!("2026-11-24T{text}Z");
    chrono::DateTime::parse_from_rfc3339(&at).expect("is a time").timestamp_millis()
}

#[test]
fn nothing_but_the_page_without_filters() {
    assert_eq!(target(&Query::ever()), format!("{PATH}?pageIndex=0&pageSize=50"));
}

#[test]
fn the_request_is_a_get_with_the_token_below_the_base_url() {
    let server = empty();
    let base_url = format!("{}/gateway/v1", server.url());
    let client = setup(&server).base_url(&base_url).client();
    client.list_jobs(&Query::ever()).expect("is a list");
    let asked = server.asked();
    let line = format!("GET /gateway/v1{PATH}?pageIndex=0&pageSize=50 HTTP/1.1");
    assert_eq!(asked[0].head.lines().next(), Some(&*line));
    assert_eq!(asked[0].header("authorization"), Some("Bearer token-of-the-host"));
}

#[test]
fn times_are_sent_as_dates_a_day_wider_at_each_side() {
    let day = |text| on_the_24th(text);
    for (time, before, after) in [
        ("00:00:00.000", "2026-11-23", "2026-11-25"),
        ("12:30:15.500", "2026-11-23", "2026-11-25"),
        ("23:59:59.999", "2026-11-23", "2026-11-25"),
    ] {
        let since = Query::ever().since(day(time));
        assert_eq!(filters(&since), format!("startTime={before}&"), "{time}");
        let until = Query::ever().until(day(time));
        assert_eq!(filters(&until), format!("finishTime={after}&"), "{time}");
        let both = Query::ever().since(day(time)).until(day(time));
        assert_eq!(filters(&both), format!("startTime={before}&finishTime={after}&"), "{time}");
    }
    // The ends of months and years, and the time before 1970.
    for (unix_ms, before) in [(0, "1969-12-31"), (951_868_800_000, "2000-02-29"), (-1, "1969-12-30")] {
        assert_eq!(filters(&Query::ever().since(unix_ms)), format!("startTime={before}&"), "{unix_ms}");
    }
}

#[test]
fn a_time_that_no_date_can_say_is_not_sent() {
    for unix_ms in [i64::MIN + 1, i64::MAX] {
        assert_eq!(filters(&Query::ever().since(unix_ms)), "", "{unix_ms}");
        assert_eq!(filters(&Query::ever().until(unix_ms)), "", "{unix_ms}");
    }
    // CBJ_NO_TIME takes a limit away that was set before.
    let mut query = Query::new().until(on_the_24th("12:00:00"));
    for set in [cbj_query_set_since_ms, cbj_query_set_until_ms] {
        assert_eq!(query.set(|query| set(query, CBJ_NO_TIME)), CBJ_OK);
    }
    assert_eq!(filters(&query), "");
}

#[test]
fn a_fresh_query_and_no_query_mean_the_last_7_days() {
    let days_ago = |days| Utc::now().date_naive().checked_sub_days(Days::new(days)).expect("is a day").to_string();
    let requests = || {
        let (server, other) = (empty(), empty());
        client(&server).list_without_query().expect("is a list");
        client(&other).summarize_without_query().expect("is a summary");
        [target(&Query::new()), server.asked()[0].target.clone(), other.asked()[0].target.clone()]
    };
    let mut expected = days_ago(8);
    let mut requests_of_a_day = requests();
    if days_ago(8) != expected {
        // Midnight passed meanwhile.
        (expected, requests_of_a_day) = (days_ago(8), requests());
    }
    for target in requests_of_a_day {
        assert_eq!(target, format!("{PATH}?startTime={expected}&pageIndex=0&pageSize=50"));
    }
}

#[test]
fn the_7_days_are_those_before_the_call_to_the_millisecond() {
    let ago = |minutes: i64| {
        let start = Utc::now() - chrono::Duration::minutes(7 * 24 * 60 + minutes);
        let start = start.format("%Y-%m-%dT%H:%M:%SZ").to_string();
        crate::support::list_server::job_at(&format!("{minutes}"), "Finished", &start, &start)
    };
    let server = ListServer::with_pages([page([ago(10), ago(-10)], "")]);
    assert_eq!(client(&server).list_without_query().expect("is a list").ids(), ["-10"]);
}

#[test]
fn filters_are_sent_only_where_they_are_set() {
    let with = |set: fn(Option<&mut cbj_query>) -> cbj_status| {
        let mut query = Query::ever();
        assert_eq!(query.set(set), CBJ_OK);
        filters(&query)
    };
    assert_eq!(with(|query| cbj_query_set_job_type(query, CBJ_JOB_TYPE_ALL)), "");
    assert_eq!(with(|query| cbj_query_set_job_type(query, CBJ_JOB_TYPE_RESTORE)), "jobType=2&");
    assert_eq!(with(|query| cbj_query_set_object_type(query, CBJ_OBJECT_TYPE_ALL)), "");
    assert_eq!(with(|query| cbj_query_set_object_type(query, CBJ_OBJECT_TYPE_POWER_APPS)), "objectType=12&");
    assert_eq!(with(|query| cbj_query_set_state(query, CBJ_STATE_UNKNOWN)), "");
    assert_eq!(with(|query| cbj_query_set_state(query, CBJ_STATE_PARTIALLY_FINISHED)), "jobState=5&");
    // Numbers of tomorrow are passed on.
    assert_eq!(with(|query| cbj_query_set_job_type(query, 99)), "jobType=99&");
    assert_eq!(with(|query| cbj_query_set_object_type(query, i32::MAX)), "objectType=2147483647&");
}

#[test]
fn the_page_size_is_sent_as_it_is_set() {
    for size in [1, 50, 1000] {
        assert_eq!(target(&Query::ever().page_size(size)), format!("{PATH}?pageIndex=0&pageSize={size}"));
    }
}

#[test]
fn the_location_of_the_query_wins_over_the_configured_one() {
    let location_sent = |configured: Option<&str>, asked: Option<&str>| {
        let server = empty();
        let mut setup = setup(&server);
        if let Some(location) = configured {
            setup = setup.location(location);
        }
        let mut query = Query::ever();
        assert_eq!(query.set_location(asked), CBJ_OK);
        let client = setup.client();
        client.list_jobs(&query).expect("is a list");
        client.summarize_jobs(&query).expect("is a summary");
        let locations: Vec<Option<String>> =
            server.asked().iter().map(|asked| asked.parameter("location").map(str::to_owned)).collect();
        assert_eq!(locations[0], locations[1]);
        locations[0].clone()
    };
    assert_eq!(location_sent(None, None), None);
    assert_eq!(location_sent(None, Some("EUR")).as_deref(), Some("EUR"));
    assert_eq!(location_sent(Some("NAM"), None).as_deref(), Some("NAM"));
    assert_eq!(location_sent(Some("NAM"), Some("EUR")).as_deref(), Some("EUR"));
}

#[test]
fn every_page_is_asked_for_in_the_same_way_on_one_connection() {
    let server = ListServer::start(|asked| page_of(ids(50 * asked.page(), 50), r#""totalCount":200"#));
    let mut query = Query::ever().since(on_the_24th("00:00:00")).object_type(CBJ_OBJECT_TYPE_TEAMS);
    assert_eq!(query.set_location(Some("EUR")), CBJ_OK);
    let client = client(&server);
    let mut iter = client.list_jobs(&query).expect("is a list");
    assert_eq!(server.asked().len(), 1, "only the first page is fetched before it is needed");
    // The call copied what it needs of the query.
    assert_eq!(query.set(|query| cbj_query_set_page_size(query, 7)), CBJ_OK);
    assert_eq!(query.set_location(Some("NAM")), CBJ_OK);
    drop(query);
    assert_eq!(iter.ids(), ids(0, 200));
    let targets: Vec<String> = server.asked().into_iter().map(|asked| asked.target).collect();
    let target = |index| format!("{PATH}?startTime=2026-11-23&objectType=7&pageIndex={index}&pageSize=50&location=EUR");
    assert_eq!(targets, [0, 1, 2, 3].map(target));
    for asked in server.asked() {
        assert_eq!(asked.header("authorization"), Some("Bearer token-of-the-host"), "{}", asked.head);
    }
    assert_eq!(server.connections(), 1);
}

#[test]
fn pages_are_fetched_only_as_they_are_needed() {
    let server = ListServer::start(|asked| page_of(ids(2 * asked.page(), 2), r#""totalCount":6"#));
    let client = client(&server);
    let mut iter = client.list_jobs(&Query::ever()).expect("is a list");
    for (job, requests) in [(0, 1), (1, 1), (2, 2), (3, 2), (4, 3), (5, 3)] {
        let id = iter.next().expect("is a job").expect("is not the end").id;
        assert_eq!((id.as_ref(), server.asked().len()), (ids(job, 1).first(), requests));
    }
    // The end is the end, however often it is asked for.
    for _ in 0..3 {
        assert_eq!(iter.next(), Ok(None));
    }
    assert_eq!(server.asked().len(), 3);
}

#[test]
fn a_time_that_ends_before_it_begins_is_refused_with_nothing_sent() {
    let server = empty();
    let lines = Lines::new();
    let client = setup(&server).log(lines, CBJ_LOG_ERROR).client();
    let query = Query::ever().since(1001).until(1000);
    for failure in [client.list_jobs(&query).err(), client.summarize_jobs(&query).err()] {
        let failure = failure.expect("is refused");
        assert_eq!(failure.status, CBJ_ERROR_INVALID_ARGUMENT, "{failure:?}");
        assert!(failure.message.contains("Nothing was sent"), "{failure:?}");
        assert!(failure.message.contains("1001 ms") && failure.message.contains("1000 ms"), "{failure:?}");
        assert_eq!(lines.of(CBJ_LOG_ERROR).last(), Some(&failure.message));
    }
    assert_eq!(lines.of(CBJ_LOG_ERROR).len(), 2);
    // The default since counts, too.
    let long_ago = Query::new().until(1000);
    assert_eq!(client.list_jobs(&long_ago).err().map(|failure| failure.status), Some(CBJ_ERROR_INVALID_ARGUMENT));
    assert_eq!((server.asked().len(), server.connections()), (0, 0));
    // An empty time is allowed, and has no job.
    client.list_jobs(&Query::ever().since(1000).until(1000)).expect("is allowed");
}
