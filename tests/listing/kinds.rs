//! The types of jobs and of objects, and the values that a query refuses.

use std::ffi::{CStr, CString, c_char};

use cloudbackupjobs::ffi::*;

use crate::client;
use crate::support::abi_many::Query;
use crate::support::list_server::{ListServer, PATH, page};

const JOB_TYPES: [(cbj_job_type, &str); 6] = [
    (CBJ_JOB_TYPE_ALL, "all"),
    (CBJ_JOB_TYPE_BACKUP, "backup"),
    (CBJ_JOB_TYPE_RESTORE, "restore"),
    (CBJ_JOB_TYPE_EXPORT, "export"),
    (CBJ_JOB_TYPE_DELETION, "deletion"),
    (CBJ_JOB_TYPE_RETENTION, "retention"),
];

const OBJECT_TYPES: [(cbj_object_type, &str); 13] = [
    (CBJ_OBJECT_TYPE_ALL, "all"),
    (CBJ_OBJECT_TYPE_EXCHANGE_ONLINE, "exchange-online"),
    (CBJ_OBJECT_TYPE_SHAREPOINT_ONLINE, "sharepoint-online"),
    (CBJ_OBJECT_TYPE_ONEDRIVE, "onedrive"),
    (CBJ_OBJECT_TYPE_MICROSOFT_365_GROUPS, "microsoft-365-groups"),
    (CBJ_OBJECT_TYPE_PROJECT_ONLINE, "project-online"),
    (CBJ_OBJECT_TYPE_PUBLIC_FOLDER, "public-folder"),
    (CBJ_OBJECT_TYPE_TEAMS, "teams"),
    (CBJ_OBJECT_TYPE_VIVA_ENGAGE, "viva-engage"),
    (CBJ_OBJECT_TYPE_TEAMS_CHAT, "teams-chat"),
    (CBJ_OBJECT_TYPE_POWER_BI, "power-bi"),
    (CBJ_OBJECT_TYPE_POWER_AUTOMATE, "power-automate"),
    (CBJ_OBJECT_TYPE_POWER_APPS, "power-apps"),
];

fn text(name: *const c_char) -> Option<&'static str> {
    // SAFETY: NULL or a static string.
    (!name.is_null()).then(|| unsafe { CStr::from_ptr(name) }.to_str().expect("is UTF-8"))
}

fn job_type(name: &str) -> cbj_job_type {
    let name = CString::new(name).expect("no NUL");
    // SAFETY: a NUL-terminated string.
    unsafe { cbj_job_type_from_name(name.as_ptr()) }
}

fn object_type(name: &str) -> cbj_object_type {
    let name = CString::new(name).expect("no NUL");
    // SAFETY: a NUL-terminated string.
    unsafe { cbj_object_type_from_name(name.as_ptr()) }
}

/// Other spellings of a name.
fn spellings(name: &str) -> [String; 4] {
    [name.to_uppercase(), name.replace('-', " "), name.replace('-', "_"), format!(" _-{}", name.replace('-', ""))]
}

#[test]
fn names_and_numbers_are_the_services() {
    for (position, (number, name)) in (0..).zip(JOB_TYPES) {
        assert_eq!((number, text(cbj_job_type_name(number)), job_type(name)), (position, Some(name), number));
        for spelling in spellings(name) {
            assert_eq!(job_type(&spelling), number, "{spelling:?}");
        }
    }
    for (position, (number, name)) in (0..).zip(OBJECT_TYPES) {
        assert_eq!((number, text(cbj_object_type_name(number)), object_type(name)), (position, Some(name), number));
        for spelling in spellings(name) {
            assert_eq!(object_type(&spelling), number, "{spelling:?}");
        }
    }
}

#[test]
fn what_has_no_name_or_number_here() {
    for number in [-1, 6, 99, i32::MIN, i32::MAX] {
        assert_eq!(text(cbj_job_type_name(number)), None, "{number}");
    }
    for number in [-1, 13, 99, i32::MIN, i32::MAX] {
        assert_eq!(text(cbj_object_type_name(number)), None, "{number}");
    }
    for name in ["", " ", "backups", "teams chats", "1", "back\u{fc}p"] {
        assert_eq!((job_type(name), object_type(name)), (-1, -1), "{name:?}");
    }
    // A name of the other table.
    assert_eq!((job_type("teams"), object_type("backup")), (-1, -1));
    let not_utf8 = c"b\xffackup";
    // SAFETY: NULL and a NUL-terminated string.
    let numbers = unsafe {
        [
            cbj_job_type_from_name(std::ptr::null()),
            cbj_object_type_from_name(std::ptr::null()),
            cbj_job_type_from_name(not_utf8.as_ptr()),
            cbj_object_type_from_name(not_utf8.as_ptr()),
        ]
    };
    assert_eq!(numbers, [-1; 4]);
}

/// Every setter of a query, with values that it refuses.
#[test]
fn a_refused_value_changes_nothing() {
    let refusals: [fn(Option<&mut cbj_query>) -> cbj_status; 11] = [
        |query| cbj_query_set_job_type(query, -1),
        |query| cbj_query_set_job_type(query, i32::MIN),
        |query| cbj_query_set_object_type(query, -1),
        |query| cbj_query_set_state(query, -1),
        |query| cbj_query_set_state(query, 6),
        |query| cbj_query_set_state(query, i32::MAX),
        |query| cbj_query_set_page_size(query, 0),
        |query| cbj_query_set_page_size(query, 1001),
        |query| cbj_query_set_page_size(query, u32::MAX),
        |query| cbj_query_set_max_jobs(query, 0),
        // SAFETY: a NUL-terminated string.
        |query| unsafe { cbj_query_set_location(query, c"\xff".as_ptr()) },
    ];
    let server = ListServer::with_pages([page::<String>([], "")]);
    let client = client(&server);
    let mut query = Query::ever().object_type(CBJ_OBJECT_TYPE_TEAMS).page_size(20);
    assert_eq!(query.set(|query| cbj_query_set_job_type(query, CBJ_JOB_TYPE_EXPORT)), CBJ_OK);
    assert_eq!(query.set(|query| cbj_query_set_state(query, CBJ_STATE_FAILED)), CBJ_OK);
    assert_eq!(query.set_location(Some("EUR")), CBJ_OK);
    for (row, refusal) in refusals.iter().enumerate() {
        assert_eq!(query.set(refusal), CBJ_ERROR_INVALID_ARGUMENT, "{row}");
    }
    for location in ["", "a&b=c", "E R", "\u{fc}", &"x".repeat(65)] {
        assert_eq!(query.set_location(Some(location)), CBJ_ERROR_INVALID_ARGUMENT, "{location:?}");
    }
    client.list_jobs(&query).expect("is a list");
    let expected = format!("{PATH}?jobType=3&objectType=7&jobState=3&pageIndex=0&pageSize=20&location=EUR");
    assert_eq!(server.asked()[0].target, expected);
    // NULL takes the location away again.
    assert_eq!(query.set_location(None), CBJ_OK);
    client.list_jobs(&query).expect("is a list");
    assert_eq!(server.asked()[1].parameter("location"), None);
}
