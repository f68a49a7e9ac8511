//! `cbj_config`: how to reach the service, and as whom.

use std::ffi::c_char;
use std::mem;

use super::guard::{change, free, guard};
use super::status::cbj_status;
use super::text::borrow;
use crate::config::Config;
use crate::error::{Error, ErrorKind};

/// How to reach the service, and as whom.
///
/// Made by `cbj_config_new`, freed by `cbj_config_free`. Belongs to one thread at a time. A client takes a copy: the
/// configuration may be changed or freed as soon as `cbj_client_new` has returned.
///
/// What every setter has in common: it copies its texts, and a later call wins over an earlier one. It returns `CBJ_OK`,
/// or `CBJ_ERROR_INVALID_ARGUMENT` where a pointer is NULL or a text is not UTF-8, and then changes nothing. Whether the
/// options make sense is judged by `cbj_client_new`, whose error names the option.
///
/// Needed are a data center, or a base URL; and an access token, or client id and client secret.
pub struct cbj_config(pub(super) Config);

impl cbj_config {
    fn set(&mut self, setter: impl FnOnce(Config) -> Config) {
        self.0 = setter(mem::take(&mut self.0));
    }
}

/// Sets an option that is a text.
///
/// # Safety
///
/// `text` is NULL or a NUL-terminated string.
unsafe fn set_text(
    config: Option<&mut cbj_config>,
    text: *const c_char,
    setter: impl FnOnce(Config, &str) -> Config,
) -> cbj_status {
    change(config, |config| {
        // SAFETY: the caller's promise.
        let text = unsafe { borrow(text, "text") }?;
        config.set(|options| setter(options, text));
        Ok(())
    })
}

/// Sets an option that is a number.
fn set_number(config: Option<&mut cbj_config>, setter: impl FnOnce(Config) -> Config) -> cbj_status {
    change(config, |config| {
        config.set(setter);
        Ok(())
    })
}

/// Makes a configuration with every default.
///
/// Returns: a handle that the caller frees with `cbj_config_free`; NULL only after a defect of this library.
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_config_new() -> Option<Box<cbj_config>> {
    guard(None, || Some(Box::new(cbj_config(Config::new()))))
}

/// Frees a configuration. Clients that were made of it go on.
///
/// NULL: nothing happens.
/// Threads: one, while no other uses the handle.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_config_free(config: Option<Box<cbj_config>>) {
    free(config);
}

/// Sets the tenant's data center, which names both the service's URL and the identity service's: au, sg, ca, ne, we, fr,
/// de, jp, kr, ch, uk, us, uae, za, qa, gcp-au, gcp-jp, gcp-us, gcp-we, gcp-kr, gov, aos2 or fedramp. Case does not
/// count.
///
/// Service page: "Use AvePoint Graph API".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_config_set_data_center(
    config: Option<&mut cbj_config>,
    name: *const c_char,
) -> cbj_status {
    // SAFETY: the header demands a string.
    unsafe { set_text(config, name, |options, text| options.data_center(text)) }
}

/// Sets the service's URL, e.g. `https://graph-us.avepointonlineservices.com`. Wins over the data center. It may carry
/// a path, and must hold no user name, query or fragment. It must be https; http is accepted for loopback
/// (localhost, 127.0.0.0/8, ::1), and for any host after `cbj_config_set_allow_http`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_config_set_base_url(config: Option<&mut cbj_config>, url: *const c_char) -> cbj_status {
    // SAFETY: the header demands a string.
    unsafe { set_text(config, url, |options, text| options.base_url(text)) }
}

/// Sets the identity service's token URL, e.g. `https://identity.avepointonlineservices.com/connect/token`. Wins over
/// the data center. The same rules as for the base URL. Only used with a client secret.
///
/// Service page: "Use AvePoint Graph API", section "Authentication and Authorization".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_config_set_identity_url(
    config: Option<&mut cbj_config>,
    url: *const c_char,
) -> cbj_status {
    // SAFETY: the header demands a string.
    unsafe { set_text(config, url, |options, text| options.identity_url(text)) }
}

/// Sets an access token that the host program got itself, without "Bearer". The client uses it until
/// `cbj_client_set_access_token` replaces it. Contradicts a client secret: set one of them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_config_set_access_token(
    config: Option<&mut cbj_config>,
    token: *const c_char,
) -> cbj_status {
    // SAFETY: the header demands a string.
    unsafe { set_text(config, token, |options, text| options.access_token(text)) }
}

/// Sets the client id and the client secret of the app registration, with which the client gets its tokens itself: when
/// it needs the first one, shortly before one expires, and once more when the service refuses one.
///
/// Service page: "Use AvePoint Graph API", section "Authentication and Authorization", OAuth 2.0 client credentials.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_config_set_client_secret(
    config: Option<&mut cbj_config>,
    client_id: *const c_char,
    secret: *const c_char,
) -> cbj_status {
    change(config, |config| {
        // SAFETY: the header demands strings.
        let (client_id, secret) = unsafe { (borrow(client_id, "client_id")?, borrow(secret, "secret")?) };
        config.set(|options| options.client_secret(client_id, secret));
        Ok(())
    })
}

/// Sets the scope that a token is asked for. Default: "microsoft365backup.jobInfo.read.all", which is the permission
/// that the service demands.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_config_set_scope(config: Option<&mut cbj_config>, scope: *const c_char) -> cbj_status {
    // SAFETY: the header demands a string.
    unsafe { set_text(config, scope, |options, text| options.scope(text)) }
}

/// Sets the location for calls that pass NULL, e.g. "EUR". Only for Multi-Geo tenants: on any other tenant a location
/// makes the answer empty. Default: none, and the tenant's central location answers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_config_set_location(
    config: Option<&mut cbj_config>,
    location: *const c_char,
) -> cbj_status {
    // SAFETY: the header demands a string.
    unsafe { set_text(config, location, |options, text| options.location(text)) }
}

/// Sets how many milliseconds a whole call may take: token, request, answer and retries. Default: 30000. At least 1.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_config_set_timeout_ms(config: Option<&mut cbj_config>, ms: u32) -> cbj_status {
    set_number(config, |options| options.timeout_ms(ms))
}

/// Sets how many milliseconds one attempt to connect may take, within the call's time: looking the name up, connecting to
/// one of its addresses and the TLS handshake together. Default: 10000. At least 1.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_config_set_connect_timeout_ms(config: Option<&mut cbj_config>, ms: u32) -> cbj_status {
    set_number(config, |options| options.connect_timeout_ms(ms))
}

/// Sets how often a call tries again after a failed connection or an answer of 408, 429, 502, 503 or 504, within its time.
/// 0: never. Default: 2. A connection that had been kept open and turns out to be closed is replaced once beside that.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_config_set_max_retries(config: Option<&mut cbj_config>, retries: u32) -> cbj_status {
    set_number(config, |options| options.max_retries(retries))
}

/// Sets the size of the largest answer that is read, in bytes. Default: 8388608 (8 MiB). At least 1. A larger answer is
/// given up without being read to its end, with `CBJ_ERROR_PROTOCOL`.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_config_set_max_response_bytes(config: Option<&mut cbj_config>, bytes: u64) -> cbj_status {
    set_number(config, |options| options.max_response_bytes(bytes))
}

/// Sets the path of a PEM file with the certificates that are trusted instead of the bundled ones. It is read by
/// `cbj_client_new`, and not again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_config_set_ca_file(config: Option<&mut cbj_config>, path: *const c_char) -> cbj_status {
    // SAFETY: the header demands a string.
    unsafe { set_text(config, path, |options, text| options.ca_file(text)) }
}

/// Sets text that is put before the library's own User-Agent, e.g. "my-monitor/3.1". Printable ASCII.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_config_set_user_agent(config: Option<&mut cbj_config>, text: *const c_char) -> cbj_status {
    // SAFETY: the header demands a string.
    unsafe { set_text(config, text, |options, text| options.user_agent(text)) }
}

/// Sets whether plain http is allowed to other hosts than loopback: 1 or 0, any other number is
/// `CBJ_ERROR_INVALID_ARGUMENT`. Default: 0. Tokens and secrets then cross the network readable by everyone.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_config_set_allow_http(config: Option<&mut cbj_config>, allow: i32) -> cbj_status {
    change(config, |config| {
        if !matches!(allow, 0 | 1) {
            return Err(Error::new(ErrorKind::InvalidArgument, "allow is neither 0 nor 1."));
        }
        config.set(|options| options.allow_http(allow == 1));
        Ok(())
    })
}
