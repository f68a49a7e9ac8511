//! One page of a list of jobs.
#![no_main]

use cloudbackupjobs::fuzzing::{Page, page};
use cloudbackupjobs::{Error, ErrorKind};
use cloudbackupjobs_fuzz::json::{Facts, expected, is_success, judge, with_other_blanks};
use cloudbackupjobs_fuzz::{assert_linear, assert_one_line, document, measured, timed};
use libfuzzer_sys::fuzz_target;

const CONSTANT: usize = 12 * 1024;

/// What a job takes beside its texts.
const HANDLE: usize = 1024;

fuzz_target!(|data: &[u8]| {
    let body = document(data);
    let ((result, most, _), time) = timed(|| measured(|| page(&body, 1)));
    assert_linear(time, body.len());
    let jobs = result.as_ref().map_or(body.len() / 8, |page| page.jobs.len());
    assert!(most <= 2 * body.len() + HANDLE * jobs + CONSTANT, "{most} for {} with {jobs} jobs", body.len());
    // A job that is not wanted takes no memory.
    let (every_second, most, _) = measured(|| page(&body, usize::MAX));
    assert!(most <= 2 * body.len() + CONSTANT, "{most} for {} without a job", body.len());
    match &result {
        Ok(page) => {
            check_page(page, &body);
            let none = every_second.expect("is read in the same way");
            assert_eq!((none.entries, none.jobs.len()), (page.entries, 0));
        }
        Err(error) => assert_one_line(error.message()),
    }
    if let Some(envelope) = judge(&body) {
        check_meaning(&result, &envelope);
        assert_eq!(summary(&page(&with_other_blanks(&body), 1)), summary(&result));
    }
});

type Summary = (Vec<Facts>, usize, Option<i64>, Option<String>, bool);

fn summary(result: &Result<Page, Error>) -> Result<Summary, (ErrorKind, Option<u16>)> {
    match result {
        Ok(page) => {
            let facts = page.jobs.iter().map(|job| Facts::of_job(job).without_blanks()).collect();
            Ok((facts, page.entries, page.total, page.next_link.clone(), page.is_last))
        }
        Err(error) => Err((error.kind(), error.http_status())),
    }
}

/// The texts of the jobs are parts of the document, in their order.
fn check_page(page: &Page, body: &[u8]) {
    assert_eq!(page.jobs.len(), page.entries);
    let mut rest = std::str::from_utf8(body).expect("was read");
    for job in &page.jobs {
        let json = job.json();
        let at = rest.find(json).unwrap_or_else(|| panic!("{json} is not there"));
        rest = &rest[at + json.len()..];
        assert_eq!(job.errors().len(), job.errors().count());
        let _ = (Facts::of_job(job), job.request_id(), job.trace_id(), job.elapsed(), job.response_time());
    }
    assert!(page.total.is_none_or(|total| total >= 0));
    assert!(!(page.is_last && page.next_link.is_some()));
}

fn check_meaning(result: &Result<Page, Error>, envelope: &serde_json::Value) {
    if let Err(error) = result {
        assert!(!error.message().contains("is not JSON"), "{error}");
    }
    let Some(list) = envelope["data"].as_array().filter(|_| is_success(envelope)) else { return };
    let expected: Vec<_> = list.iter().map(expected).collect();
    match result {
        Ok(page) => {
            assert_eq!(page.entries, list.len());
            for (job, expected) in page.jobs.iter().zip(expected) {
                if let Some(expected) = expected {
                    assert_eq!(Ok(Facts::of_job(job)), expected);
                }
            }
            if let Some(total) = envelope["metadata"]["totalCount"].as_u64() {
                assert_eq!(page.total, i64::try_from(total).ok().or(page.total));
            }
            if let Some(link) = envelope["metadata"]["nextLink"].as_str().filter(|link| !link.contains('\0')) {
                assert_eq!(page.next_link.as_deref(), Some(link).filter(|link| !link.is_empty()));
            }
        }
        Err(error) => assert!(!expected.iter().all(|entry| matches!(entry, Some(Ok(_)))), "{error}"),
    }
}
