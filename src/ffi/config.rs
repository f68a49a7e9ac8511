//! `cbj_config`: how to reach the service, and as whom.

use std::ffi::c_char;
use std::mem;

use super::guard::{free, guard};
use super::outcome::change;
use super::status::cbj_status;
use super::text::{borrow, borrow_optional};
use crate::config::{Config, Trust};
use crate::error::{Error, ErrorKind};

/// Whose certificates are trusted: one of the `CBJ_TRUST_...` numbers.
pub type cbj_trust = i32;

/// Mozilla's authorities, as bundled with the library.
pub const CBJ_TRUST_BUNDLED: cbj_trust = 0;
/// The authorities of the machine: those in SSL_CERT_FILE and SSL_CERT_DIR if one of these environment variables is set,
/// else those in the system's store.
pub const CBJ_TRUST_SYSTEM: cbj_trust = 1;

// The C numbers and the Rust ones are one list in two languages.
const _: () = {
    assert!(CBJ_TRUST_BUNDLED == Trust::Bundled as cbj_trust && CBJ_TRUST_SYSTEM == Trust::System as cbj_trust);
};

/// How to reach the service, and as whom.
///
/// Made by `cbj_config_new`, freed by `cbj_config_free`. Belongs to one thread at a time. A client takes a copy: you may
/// change or free the configuration as soon as `cbj_client_new` has returned.
///
/// Every setter copies its texts, and a later call wins over an earlier one. It returns `CBJ_OK`, or
/// `CBJ_ERROR_INVALID_ARGUMENT` where a pointer is NULL or a text is not UTF-8; then it changes nothing. `cbj_client_new`
/// judges the options together, and its error names the option that is wrong. `cbj_config_load_env`, `cbj_config_load_file`
/// and `cbj_config_set_option` work like calls of the setters: the last call that sets an option wins.
///
/// A client needs a data center or a base URL. It also needs an access token, or a client id with a client secret or a
/// certificate. With a base URL and a client id it needs an identity URL, too.
pub struct cbj_config(pub(super) Config);

impl cbj_config {
    pub(super) fn set(&mut self, setter: impl FnOnce(Config) -> Config) {
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

/// Makes a configuration in which every option has its default.
///
/// Returns: a handle that the caller frees with `cbj_config_free`; NULL only after a defect of this library.
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_config_new() -> Option<Box<cbj_config>> {
    guard(None, || Some(Box::new(cbj_config(Config::new()))))
}

/// Frees a configuration. Clients that were made from it continue to work.
///
/// NULL: nothing happens.
/// Threads: one, while no other uses the handle.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_config_free(config: Option<Box<cbj_config>>) {
    free(config);
}

/// Sets the tenant's data center, which determines the URLs of the service and of the identity service. One of au, sg, ca,
/// ne, we, fr, de, jp, kr, ch, uk, us, uae, za, qa, gcp-au, gcp-jp, gcp-us, gcp-we, gcp-kr, gov, aos2 and fedramp, in upper
/// or lower case.
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

/// Sets the service's URL, e.g. `https://graph-us.avepointonlineservices.com`. Wins over the data center. The URL may have
/// a path. It must be ASCII, without user name, query and fragment, and at most 2048 bytes. It must begin with https; http
/// is accepted for loopback (localhost, 127.0.0.0/8, ::1), and for any host after `cbj_config_set_allow_http`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_config_set_base_url(config: Option<&mut cbj_config>, url: *const c_char) -> cbj_status {
    // SAFETY: the header demands a string.
    unsafe { set_text(config, url, |options, text| options.base_url(text)) }
}

/// Sets the identity service's token URL, e.g. `https://identity.avepointonlineservices.com/connect/token`. Wins over
/// the data center. The rules are those of the base URL. The URL is used exactly as it is, also as the audience of a
/// certificate's assertion: a slash at its end counts. It is used only with a client secret or a certificate.
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

/// Sets an access token that the program obtained itself, without "Bearer". The client uses it until
/// `cbj_client_set_access_token` replaces it. Set only one of access token, client secret and certificate.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_config_set_access_token(
    config: Option<&mut cbj_config>,
    token: *const c_char,
) -> cbj_status {
    // SAFETY: the header demands a string.
    unsafe { set_text(config, token, |options, text| options.access_token(text)) }
}

/// Sets the client id and the client secret of the app registration. With them the client gets its access tokens itself:
/// when it needs the first token, shortly before a token expires, and when the service refuses a token.
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

/// Sets the client id of the app registration and the file of its certificate. With them the client gets its access
/// tokens itself, as with a client secret. The vendor recommends certificates over secrets.
///
/// `path`: a PEM file with the certificate and its private key in any order (PKCS#8, also encrypted; PKCS#1), or a PKCS#12
/// file (.pfx, .p12) as OpenSSL, Windows and .NET write it. If the file has several keys, the first one is used, with the
/// certificate that belongs to it. The key must be an RSA key of 2048 to 4096 bits. `cbj_client_new` reads the file, and
/// nothing reads it again. A file that takes more than about 3 seconds or 64 MiB to decrypt is refused.
/// `password`: the password of the file; NULL if the file has none.
///
/// `cbj_client_new` returns `CBJ_ERROR_CONFIG` for a file that cannot be read, a wrong password, a key that does not belong
/// to the certificate, a key that is not RSA, a certificate that has expired or is not yet valid, and a key without a
/// password in a file that other users can read. A library that was built without the cargo feature "certificate" refuses
/// every certificate.
///
/// Service page: "Use AvePoint Graph API", section "Authentication and Authorization", with a certificate.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_config_set_client_certificate(
    config: Option<&mut cbj_config>,
    client_id: *const c_char,
    path: *const c_char,
    password: *const c_char,
) -> cbj_status {
    change(config, |config| {
        // SAFETY: the header demands strings.
        let (client_id, path) = unsafe { (borrow(client_id, "client_id")?, borrow(path, "path")?) };
        // SAFETY: the header demands a string or NULL.
        let password = unsafe { borrow_optional(password, "password") }?;
        config.set(|options| options.client_certificate(client_id, path, password));
        Ok(())
    })
}

/// Sets the scope that access tokens are requested for. Default: "microsoft365backup.jobInfo.read.all", the permission
/// that the service requires.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_config_set_scope(config: Option<&mut cbj_config>, scope: *const c_char) -> cbj_status {
    // SAFETY: the header demands a string.
    unsafe { set_text(config, scope, |options, text| options.scope(text)) }
}

/// Sets the location for calls that pass NULL, e.g. "EUR". Only for Multi-Geo tenants: with a location, any other tenant
/// gets an empty answer. Default: none; the tenant's central location answers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_config_set_location(
    config: Option<&mut cbj_config>,
    location: *const c_char,
) -> cbj_status {
    // SAFETY: the header demands a string.
    unsafe { set_text(config, location, |options, text| options.location(text)) }
}

/// Sets how many milliseconds a whole call may take, with token, request, answer and retries. Default: 30000. At least 1.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_config_set_timeout_ms(config: Option<&mut cbj_config>, ms: u32) -> cbj_status {
    set_number(config, |options| options.timeout_ms(ms))
}

/// Sets how many milliseconds one attempt to connect may take, within the call's time: the look-up of the name, the
/// connection to one of its addresses and the TLS handshake together. Default: 10000. At least 1.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_config_set_connect_timeout_ms(config: Option<&mut cbj_config>, ms: u32) -> cbj_status {
    set_number(config, |options| options.connect_timeout_ms(ms))
}

/// Sets how many times a call tries again after a failure that may pass, within the call's time. Such failures are: a
/// look-up that failed for now, as the resolver says; a connection that cannot be made; a connection that breaks in the TLS
/// handshake or before the whole answer has come; an answer that is cut short; and HTTP 408, 429, 502, 503 and 504. The
/// request for a token is repeated in the same way. 0: never. Default: 2. Not counted as a retry: a new connection after
/// the server had closed one that was kept open.
///
/// The call waits before a retry: up to 250 ms, and twice as long before each further one, up to 8 seconds; or as long as
/// the service asks for (`Retry-After`). If that would take longer than the time that is left, the call does not wait but
/// fails at once, and `cbj_error_retry_after_ms` has the service's wish.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_config_set_max_retries(config: Option<&mut cbj_config>, retries: u32) -> cbj_status {
    set_number(config, |options| options.max_retries(retries))
}

/// Sets the size of the largest answer that is read, in bytes. Default: 8388608 (8 MiB). At least 1. A call that gets a
/// larger answer stops reading and returns `CBJ_ERROR_PROTOCOL`.
///
/// Memory: a call needs at most three times the size of its answer and 1 MiB, whatever the answer contains. Afterwards a
/// job or an error keeps only its own texts.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_config_set_max_response_bytes(config: Option<&mut cbj_config>, bytes: u64) -> cbj_status {
    set_number(config, |options| options.max_response_bytes(bytes))
}

/// Sets the path of a PEM file with the certificates that are trusted instead of all others. `cbj_config_set_trust` has no
/// effect then. Behind an inspecting proxy, set the file of the proxy's certificate. `cbj_client_new` reads the file, and
/// nothing reads it again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_config_set_ca_file(config: Option<&mut cbj_config>, path: *const c_char) -> cbj_status {
    // SAFETY: the header demands a string.
    unsafe { set_text(config, path, |options, text| options.ca_file(text)) }
}

/// Sets whose certificates are trusted where no CA file is set: `CBJ_TRUST_BUNDLED` or `CBJ_TRUST_SYSTEM`. Any other number
/// is `CBJ_ERROR_INVALID_ARGUMENT`. Default: `CBJ_TRUST_BUNDLED`. `cbj_client_new` reads the system's certificates, and
/// nothing reads them again.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_config_set_trust(config: Option<&mut cbj_config>, trust: cbj_trust) -> cbj_status {
    change(config, |config| {
        let trust = [Trust::Bundled, Trust::System].into_iter().find(|known| *known as cbj_trust == trust);
        let trust = trust.ok_or_else(|| Error::new(ErrorKind::InvalidArgument, "trust is not a known number."))?;
        config.set(|options| options.trust(trust));
        Ok(())
    })
}

/// Sets the proxy through which the service and the identity service are reached, by CONNECT. A proxy that is set here is
/// used for every host.
///
/// `url`: "http://host:port" or "https://host:port". User and password stand before the host, percent-encoded:
/// "http://user:p%40ss@host:port". At most 4096 bytes. "": no proxy at all. NULL, the default: the proxy that the
/// environment names when `cbj_client_new` is called.
///
/// In the environment the first variable counts that is not empty: of HTTPS_PROXY, https_proxy, ALL_PROXY and all_proxy for
/// https, and of http_proxy, ALL_PROXY and all_proxy for http. Loopback is reached without a proxy, and so is everything
/// that NO_PROXY or no_proxy lists. The entries of the list are separated by commas: a name, which includes every name
/// under it, with or without a leading dot; an address; a name or an address with a port; a network like 10.0.0.0/8; or "*"
/// for everything.
///
/// If the proxy refuses, the call returns `CBJ_ERROR_CONNECT`, and the message has the proxy's answer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_config_set_proxy(config: Option<&mut cbj_config>, url: *const c_char) -> cbj_status {
    change(config, |config| {
        // SAFETY: the header demands a string or NULL.
        let url = unsafe { borrow_optional(url, "url") }?;
        config.set(|options| options.proxy(url));
        Ok(())
    })
}

/// Sets a text that stands before the library's own User-Agent, e.g. "my-monitor/3.1". Printable ASCII, at most 1024 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_config_set_user_agent(config: Option<&mut cbj_config>, text: *const c_char) -> cbj_status {
    // SAFETY: the header demands a string.
    unsafe { set_text(config, text, |options, text| options.user_agent(text)) }
}

/// Sets whether plain http to hosts other than loopback is allowed: 1 or 0. Any other number is
/// `CBJ_ERROR_INVALID_ARGUMENT`. Default: 0. With 1, everyone on the network can read the tokens and secrets.
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
