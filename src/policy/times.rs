//! How long things last, and how often they are done.

use std::time::Duration;

/// The longest wait before the second attempt. It doubles with each further attempt.
pub(crate) const BACKOFF_FIRST: Duration = Duration::from_millis(250);

/// The longest wait that the library chooses by itself. `Retry-After` may ask for more.
pub(crate) const BACKOFF_LONGEST: Duration = Duration::from_secs(8);

/// The time between two polls of a job that is waited for, unless the caller names another. The time varies by
/// [`POLL_SPREAD`] of it, so that many clients do not all poll at the same moment.
pub(crate) const POLL_INTERVAL: Duration = Duration::from_secs(30);
pub(crate) const POLL_SPREAD: f64 = 0.1;

/// The last poll of a wait begins this long before its end, so that there is time for the answer. If the interval or a tenth
/// of the whole wait is shorter, that counts.
pub(crate) const POLL_LAST: Duration = Duration::from_secs(1);

/// For this long before its end, an access token is not used any more, so that it does not expire on the way to the
/// server.
pub(crate) const TOKEN_RENEWAL_MARGIN: Duration = Duration::from_secs(60);

/// Renewing a token that is still valid may take a call's time divided by this number, but not longer than the time
/// below.
pub(crate) const TOKEN_RENEWAL_SHARE: u32 = 3;
pub(crate) const TOKEN_RENEWAL_LONGEST: Duration = Duration::from_secs(5);

/// After a failed renewal, a token that is still valid is used for this long before it is renewed again.
pub(crate) const TOKEN_RENEWAL_PAUSE: Duration = Duration::from_secs(10);

/// The lifetime assumed for a token if the answer does not state one. A 401 renews the token anyway.
pub(crate) const TOKEN_LIFETIME_UNSTATED: Duration = Duration::from_secs(300);

/// The longest lifetime assumed for a token, whatever the answer states.
pub(crate) const TOKEN_LIFETIME_LONGEST: Duration = Duration::from_secs(24 * 3600);
