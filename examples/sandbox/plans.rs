//! The tenant of the history: which backups it has, when they start, how their latest run went, and which errors occur.

use super::run::{CENTRAL_LOCATION, Counts, JobError, State};

/// The `jobType` of a backup.
pub const BACKUP: u8 = 1;
/// The `jobType` of a restore.
pub const RESTORE: u8 = 2;

/// The `objectType` of the backup that is running at the end.
pub const EXCHANGE_ONLINE: u8 = 1;
/// The `objectType` whose latest backup failed.
pub const SHAREPOINT_ONLINE: u8 = 2;
/// The `objectType` that has backups in two locations.
pub const ONEDRIVE: u8 = 3;
/// The `objectType` of Microsoft 365 Groups.
pub const GROUPS: u8 = 4;
/// The `objectType` whose latest backup finished with exceptions.
pub const TEAMS: u8 = 7;
/// The `objectType` of Teams Chat.
pub const TEAMS_CHAT: u8 = 9;
/// The `objectType` that has had no backup for three days.
pub const POWER_BI: u8 = 10;

/// The backups of a kind at a location.
pub struct Plan {
    /// A number of the filter `objectType`.
    pub object_type: u8,
    /// Where the jobs are.
    pub location: &'static str,
    /// When backups start, in minutes after midnight, UTC.
    pub starts: &'static [i64],
    /// How long a backup usually takes.
    pub minutes: i64,
    /// How many objects there usually are.
    pub objects: u64,
    /// What the latest backup is.
    pub latest: Latest,
}

/// What the latest backup of a plan is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Latest {
    /// Without errors.
    Finished,
    /// In progress.
    Running,
    /// It ends early, with errors.
    Failed,
    /// With errors.
    FinishedWithException,
    /// Without errors, but more than three days ago.
    LongAgo,
}

/// The backups of the tenant. Other kinds of object have none.
pub const PLANS: &[Plan] = &[
    Plan {
        object_type: EXCHANGE_ONLINE,
        location: CENTRAL_LOCATION,
        starts: &[240, 600, 960, 1320],
        minutes: 38,
        objects: 1530,
        latest: Latest::Running,
    },
    Plan {
        object_type: SHAREPOINT_ONLINE,
        location: CENTRAL_LOCATION,
        starts: &[1340],
        minutes: 95,
        objects: 8421,
        latest: Latest::Failed,
    },
    Plan {
        object_type: ONEDRIVE,
        location: CENTRAL_LOCATION,
        starts: &[60, 780],
        minutes: 44,
        objects: 2210,
        latest: Latest::Finished,
    },
    Plan {
        object_type: ONEDRIVE,
        location: "EUR",
        starts: &[180, 900],
        minutes: 21,
        objects: 377,
        latest: Latest::Finished,
    },
    Plan {
        object_type: GROUPS,
        location: CENTRAL_LOCATION,
        starts: &[30, 750],
        minutes: 27,
        objects: 604,
        latest: Latest::Finished,
    },
    Plan {
        object_type: TEAMS,
        location: CENTRAL_LOCATION,
        starts: &[90, 810],
        minutes: 33,
        objects: 412,
        latest: Latest::FinishedWithException,
    },
    Plan {
        object_type: TEAMS_CHAT,
        location: CENTRAL_LOCATION,
        starts: &[150, 510, 870, 1230],
        minutes: 12,
        objects: 1530,
        latest: Latest::Finished,
    },
    Plan {
        object_type: POWER_BI,
        location: CENTRAL_LOCATION,
        starts: &[1380],
        minutes: 9,
        objects: 85,
        latest: Latest::LongAgo,
    },
];

/// The top errors of a run. Their occurrences add up to the failed objects.
pub fn errors(object_type: u8, outcome: State, counts: Counts) -> Vec<JobError> {
    let page = |code: &str| Some(format!("https://learn.example.com/cloud-backup/error-codes/{code}"));
    let error = |message, url, occurrences| JobError { message, url, occurrences };
    let [first, second] = match object_type {
        SHAREPOINT_ONLINE | GROUPS => [
            ("Access is denied. The app profile lacks the permission to read this site.", "sharepoint-0003"),
            ("The item is checked out and cannot be read.", "sharepoint-0019"),
        ],
        EXCHANGE_ONLINE => [
            ("The request was throttled by Exchange Online (HTTP 429).", "exchange-0017?lang=en&v=2"),
            ("The mailbox “Zoë Müller – 会議室” could not be found.", "exchange-0042"),
        ],
        TEAMS | TEAMS_CHAT => [
            ("The channel's files are locked by a retention policy.", "teams-0011"),
            ("The message could not be read.", "teams-0026"),
        ],
        _ => [
            ("The owner's license does not include this service.", "license-0004"),
            ("The object was deleted during the backup.", "object-0009"),
        ],
    };
    match outcome {
        State::InProgress | State::Finished => Vec::new(),
        State::PartiallyFinished => {
            vec![error("The job was stopped at the end of its time window.", page("job-0008"), 1)]
        }
        State::Failed => {
            let rest = counts.failed / 50;
            vec![error(first.0, page(first.1), counts.failed - rest), error(second.0, page(second.1), rest)]
        }
        State::FinishedWithException => {
            let mut errors = vec![error(second.0, page(second.1), counts.failed.div_ceil(2))];
            if counts.failed > 1 {
                errors.push(error("The object was changed during the job.", None, counts.failed / 2));
            }
            errors
        }
    }
}
