//! The types of jobs and of objects, and their names.

use std::ffi::c_char;

use super::guard::guard;
use super::text::borrow_optional;
use crate::model::{JobType, ObjectType};

/// What a job does: one of the `CBJ_JOB_TYPE_...` numbers, which are the service's own. The set is open: a number that is
/// not listed here is passed on to the service; a negative one is refused.
///
/// Service page: the `jobType` filter of "List Jobs".
pub type cbj_job_type = i32;

/// Jobs of every type.
pub const CBJ_JOB_TYPE_ALL: cbj_job_type = 0;
/// Jobs that back up.
pub const CBJ_JOB_TYPE_BACKUP: cbj_job_type = 1;
/// Jobs that restore.
pub const CBJ_JOB_TYPE_RESTORE: cbj_job_type = 2;
/// Jobs that export.
pub const CBJ_JOB_TYPE_EXPORT: cbj_job_type = 3;
/// Jobs that delete backup data.
pub const CBJ_JOB_TYPE_DELETION: cbj_job_type = 4;
/// Jobs that remove backup data whose retention time is over.
pub const CBJ_JOB_TYPE_RETENTION: cbj_job_type = 5;

/// The kind of objects that a job is about: one of the `CBJ_OBJECT_TYPE_...` numbers, which are the service's own, and
/// which differ from those of `serviceType` elsewhere in its API. The set is open: a number that is not listed here is
/// passed on to the service; a negative one is refused.
///
/// Service page: the `objectType` filter of "List Jobs".
pub type cbj_object_type = i32;

/// Objects of every kind.
pub const CBJ_OBJECT_TYPE_ALL: cbj_object_type = 0;
/// Objects of Exchange Online.
pub const CBJ_OBJECT_TYPE_EXCHANGE_ONLINE: cbj_object_type = 1;
/// Objects of SharePoint Online.
pub const CBJ_OBJECT_TYPE_SHAREPOINT_ONLINE: cbj_object_type = 2;
/// Objects of OneDrive.
pub const CBJ_OBJECT_TYPE_ONEDRIVE: cbj_object_type = 3;
/// Objects of Microsoft 365 Groups.
pub const CBJ_OBJECT_TYPE_MICROSOFT_365_GROUPS: cbj_object_type = 4;
/// Objects of Project Online.
pub const CBJ_OBJECT_TYPE_PROJECT_ONLINE: cbj_object_type = 5;
/// Objects in public folders.
pub const CBJ_OBJECT_TYPE_PUBLIC_FOLDER: cbj_object_type = 6;
/// Objects of Teams.
pub const CBJ_OBJECT_TYPE_TEAMS: cbj_object_type = 7;
/// Objects of Viva Engage.
pub const CBJ_OBJECT_TYPE_VIVA_ENGAGE: cbj_object_type = 8;
/// Objects of Teams chats.
pub const CBJ_OBJECT_TYPE_TEAMS_CHAT: cbj_object_type = 9;
/// Objects of Power BI.
pub const CBJ_OBJECT_TYPE_POWER_BI: cbj_object_type = 10;
/// Objects of Power Automate.
pub const CBJ_OBJECT_TYPE_POWER_AUTOMATE: cbj_object_type = 11;
/// Objects of Power Apps.
pub const CBJ_OBJECT_TYPE_POWER_APPS: cbj_object_type = 12;

// The C numbers and the Rust ones are one list in two languages.
const _: () = {
    assert!(JobType::ALL.number() == CBJ_JOB_TYPE_ALL);
    assert!(JobType::BACKUP.number() == CBJ_JOB_TYPE_BACKUP);
    assert!(JobType::RESTORE.number() == CBJ_JOB_TYPE_RESTORE);
    assert!(JobType::EXPORT.number() == CBJ_JOB_TYPE_EXPORT);
    assert!(JobType::DELETION.number() == CBJ_JOB_TYPE_DELETION);
    assert!(JobType::RETENTION.number() == CBJ_JOB_TYPE_RETENTION);
    assert!(ObjectType::ALL.number() == CBJ_OBJECT_TYPE_ALL);
    assert!(ObjectType::EXCHANGE_ONLINE.number() == CBJ_OBJECT_TYPE_EXCHANGE_ONLINE);
    assert!(ObjectType::SHAREPOINT_ONLINE.number() == CBJ_OBJECT_TYPE_SHAREPOINT_ONLINE);
    assert!(ObjectType::ONEDRIVE.number() == CBJ_OBJECT_TYPE_ONEDRIVE);
    assert!(ObjectType::MICROSOFT_365_GROUPS.number() == CBJ_OBJECT_TYPE_MICROSOFT_365_GROUPS);
    assert!(ObjectType::PROJECT_ONLINE.number() == CBJ_OBJECT_TYPE_PROJECT_ONLINE);
    assert!(ObjectType::PUBLIC_FOLDER.number() == CBJ_OBJECT_TYPE_PUBLIC_FOLDER);
    assert!(ObjectType::TEAMS.number() == CBJ_OBJECT_TYPE_TEAMS);
    assert!(ObjectType::VIVA_ENGAGE.number() == CBJ_OBJECT_TYPE_VIVA_ENGAGE);
    assert!(ObjectType::TEAMS_CHAT.number() == CBJ_OBJECT_TYPE_TEAMS_CHAT);
    assert!(ObjectType::POWER_BI.number() == CBJ_OBJECT_TYPE_POWER_BI);
    assert!(ObjectType::POWER_AUTOMATE.number() == CBJ_OBJECT_TYPE_POWER_AUTOMATE);
    assert!(ObjectType::POWER_APPS.number() == CBJ_OBJECT_TYPE_POWER_APPS);
};

const NO_TEXT: *const c_char = std::ptr::null();
const NO_TYPE: i32 = -1;

/// The name of a type of job: "all", "backup", "restore", "export", "deletion" or "retention".
///
/// Returns: static text; NULL for a number that has no name here.
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_job_type_name(job_type: cbj_job_type) -> *const c_char {
    guard(NO_TEXT, || JobType::from_number(job_type).and_then(JobType::c_name).map_or(NO_TEXT, std::ffi::CStr::as_ptr))
}

/// The type of job with this name. Upper and lower case, blanks, '_' and '-' make no difference.
///
/// Returns: one of the `CBJ_JOB_TYPE_...` numbers; -1 for any other name and for NULL.
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_job_type_from_name(name: *const c_char) -> cbj_job_type {
    guard(NO_TYPE, || {
        // SAFETY: the header demands a string or NULL.
        let name = unsafe { borrow_optional(name, "name") };
        name.ok().flatten().and_then(JobType::from_name).map_or(NO_TYPE, JobType::number)
    })
}

/// The name of a kind of objects: "all", "exchange-online", "sharepoint-online", "onedrive", "microsoft-365-groups",
/// "project-online", "public-folder", "teams", "viva-engage", "teams-chat", "power-bi", "power-automate" or "power-apps".
///
/// The numbers that have a name follow each other without a gap: a program that wants every kind begins with 1 and counts
/// until this function returns NULL.
///
/// Returns: static text; NULL for a number that has no name here.
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_object_type_name(object_type: cbj_object_type) -> *const c_char {
    guard(NO_TEXT, || {
        ObjectType::from_number(object_type).and_then(ObjectType::c_name).map_or(NO_TEXT, std::ffi::CStr::as_ptr)
    })
}

/// The kind of objects with this name. Upper and lower case, blanks, '_' and '-' make no difference: "Exchange Online" and
/// "exchange-online" are the same.
///
/// Returns: one of the `CBJ_OBJECT_TYPE_...` numbers, `CBJ_OBJECT_TYPE_ALL` for "all"; -1 for any other name and for NULL.
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_object_type_from_name(name: *const c_char) -> cbj_object_type {
    guard(NO_TYPE, || {
        // SAFETY: the header demands a string or NULL.
        let name = unsafe { borrow_optional(name, "name") };
        name.ok().flatten().and_then(ObjectType::from_name).map_or(NO_TYPE, ObjectType::number)
    })
}
