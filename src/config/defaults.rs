//! The values of options that are not set. The check of a configuration uses them, and the documents name them.

pub(super) const DEFAULT_SCOPE: &str = "microsoft365backup.jobInfo.read.all";
pub(super) const DEFAULT_TIMEOUT_MS: u32 = 30_000;
pub(super) const DEFAULT_CONNECT_TIMEOUT_MS: u32 = 10_000;
pub(super) const DEFAULT_MAX_RETRIES: u32 = 2;
pub(super) const DEFAULT_MAX_RESPONSE_BYTES: u64 = 8 * 1024 * 1024;
