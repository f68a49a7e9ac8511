//! The table of the states of a job, and what they mean.

use std::ffi::CStr;

use super::folded::Folded;

/// The state of a backup job, as the service names and numbers it.
///
/// The set is open: a state that this version does not know is [`JobState::Unknown`], and
/// [`Job::state_text`](crate::Job::state_text) still has what the service sent.
///
/// Service page: the `jobState` filter of "List Jobs".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(i32)]
pub enum JobState {
    /// The service sent no state, or one that this version does not know.
    Unknown = 0,
    /// The job is running.
    InProgress = 1,
    /// The job ended without an error.
    Finished = 2,
    /// The job ended and failed.
    Failed = 3,
    /// The job ended, and some objects had errors.
    FinishedWithException = 4,
    /// The job ended with a part of its objects.
    PartiallyFinished = 5,
}

struct Row {
    state: JobState,
    /// The service's name in lower case, with `-` for blanks.
    name: &'static CStr,
    /// The service's number for the state, which it may send instead of the name.
    number: &'static CStr,
    /// Whether a job in this state will not change any more.
    terminal: bool,
}

const UNKNOWN: &CStr = c"unknown";

const STATES: [Row; 5] = [
    Row { state: JobState::InProgress, name: c"in-progress", number: c"1", terminal: false },
    Row { state: JobState::Finished, name: c"finished", number: c"2", terminal: true },
    Row { state: JobState::Failed, name: c"failed", number: c"3", terminal: true },
    Row { state: JobState::FinishedWithException, name: c"finished-with-exception", number: c"4", terminal: true },
    Row { state: JobState::PartiallyFinished, name: c"partially-finished", number: c"5", terminal: true },
];

impl JobState {
    /// How many states there are, [`JobState::Unknown`] included.
    pub(crate) const COUNT: usize = STATES.len() + 1;

    /// The place of the state in a table of [`JobState::COUNT`] rows.
    pub(crate) fn index(self) -> usize {
        STATES.iter().position(|row| row.state == self).map_or(0, |place| place + 1)
    }

    /// Reads the service's text. How the names are written is not published for most states, so case, blanks, `_` and
    /// `-` are ignored.
    pub(crate) fn from_text(text: &str) -> Self {
        let Some(folded) = Folded::new(text) else { return Self::Unknown };
        // `-` before a number is its sign.
        let number = text.trim().as_bytes();
        STATES
            .iter()
            .find(|row| folded.is(row.name) || row.number.to_bytes() == number)
            .map_or(Self::Unknown, |row| row.state)
    }

    /// The state with this name, e.g. `in-progress`. Case, blanks, `_` and `-` do not count. `unknown` is
    /// [`JobState::Unknown`]; any other name that is no state is `None`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let folded = Folded::new(name)?;
        let known = STATES.iter().find(|row| folded.is(row.name)).map(|row| row.state);
        known.or_else(|| folded.is(UNKNOWN).then_some(Self::Unknown))
    }

    /// The name, e.g. `in-progress`: lower case, with `-` for blanks.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.c_name().to_str().unwrap_or_default()
    }

    pub(crate) fn c_name(self) -> &'static CStr {
        STATES.iter().find(|row| row.state == self).map_or(UNKNOWN, |row| row.name)
    }

    /// The state with the service's `number`, [`JobState::Unknown`] for any other number.
    pub(crate) fn from_number(number: i32) -> Self {
        STATES.iter().find(|row| row.state as i32 == number).map_or(Self::Unknown, |row| row.state)
    }

    /// Whether a job in this state will not change any more. False for [`JobState::Unknown`], because that is not
    /// known.
    #[must_use]
    pub fn is_terminal(self) -> bool {
        STATES.iter().any(|row| row.state == self && row.terminal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_spelling_is_read() {
        for (text, state) in [
            ("Finished", JobState::Finished),
            ("In Progress", JobState::InProgress),
            ("InProgress", JobState::InProgress),
            ("IN_PROGRESS", JobState::InProgress),
            ("in-progress", JobState::InProgress),
            ("finished WITH exception", JobState::FinishedWithException),
            ("FinishedWithException", JobState::FinishedWithException),
            ("Partially_Finished", JobState::PartiallyFinished),
            ("failed", JobState::Failed),
            ("3", JobState::Failed),
            ("Waiting", JobState::Unknown),
            ("Finished?", JobState::Unknown),
            ("finished with exceptions", JobState::Unknown),
            ("Finishe", JobState::Unknown),
            ("0", JobState::Unknown),
            (" 2 ", JobState::Finished),
            ("-2", JobState::Unknown),
            ("2-", JobState::Unknown),
            ("_3", JobState::Unknown),
            ("", JobState::Unknown),
        ] {
            assert_eq!(JobState::from_text(text), state, "{text:?}");
        }
    }

    #[test]
    fn every_state_has_a_name_that_is_read_again() {
        for state in STATES.iter().map(|row| row.state).chain([JobState::Unknown]) {
            assert_eq!(JobState::from_name(state.name()), Some(state));
        }
        assert_eq!(JobState::from_name("Finished With_Exception"), Some(JobState::FinishedWithException));
        for name in ["", "3", "Waiting"] {
            assert_eq!(JobState::from_name(name), None, "{name}");
        }
    }

    #[test]
    fn numbers_are_the_services_own() {
        for row in &STATES {
            assert!(Folded::new(row.state.name()).is_some());
            assert_eq!(row.number.to_str(), Ok((row.state as i32).to_string().as_str()));
            assert_eq!(JobState::from_number(row.state as i32), row.state);
        }
        assert_eq!(JobState::from_number(0), JobState::Unknown);
        assert_eq!(JobState::from_number(6), JobState::Unknown);
    }

    #[test]
    fn only_an_ended_job_is_terminal() {
        assert!(!JobState::Unknown.is_terminal());
        assert!(!JobState::InProgress.is_terminal());
        assert!(JobState::Finished.is_terminal());
        assert!(JobState::PartiallyFinished.is_terminal());
    }
}
