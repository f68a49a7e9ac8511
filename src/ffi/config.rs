//! `cbj_config`: how to reach the service, and as whom.

use std::ffi::{CString, c_char, c_void};
use std::mem;

use super::error::cbj_error;
use super::guard::{free, guard};
use super::outcome::{change, run};
use super::status::cbj_status;
use super::text::{borrow, borrow_optional};
use crate::config::{Config, Trust};
use crate::error::{Error, ErrorKind};
use crate::log::LogLevel;

/// Whose certificates are trusted: one of the `CBJ_TRUST_...` numbers.
pub type cbj_trust = i32;

/// Mozilla's authorities, as bundled with the library.
pub const CBJ_TRUST_BUNDLED: cbj_trust = 0;
/// Those of the machine: of the environment variables SSL_CERT_FILE and SSL_CERT_DIR if one is set, else where the system
/// keeps them.
pub const CBJ_TRUST_SYSTEM: cbj_trust = 1;

/// How much a line of the log matters: one of the `CBJ_LOG_...` numbers, the smaller the more. New ones may be added.
pub type cbj_log_level = i32;

/// A call failed.
pub const CBJ_LOG_ERROR: cbj_log_level = 1;
/// A call went on, but something should be looked after.
pub const CBJ_LOG_WARN: cbj_log_level = 2;
/// One line per call.
pub const CBJ_LOG_INFO: cbj_log_level = 3;
/// What happens inside of a call.
pub const CBJ_LOG_DEBUG: cbj_log_level = 4;

// The C numbers and the Rust ones are one list in two languages.
const _: () = {
    assert!(CBJ_TRUST_BUNDLED == Trust::Bundled as cbj_trust && CBJ_TRUST_SYSTEM == Trust::System as cbj_trust);
    assert!(CBJ_LOG_ERROR == LogLevel::Error as cbj_log_level && CBJ_LOG_WARN == LogLevel::Warn as cbj_log_level);
    assert!(CBJ_LOG_INFO == LogLevel::Info as cbj_log_level && CBJ_LOG_DEBUG == LogLevel::Debug as cbj_log_level);
};

/// How to reach the service, and as whom.
///
/// Made by `cbj_config_new`, freed by `cbj_config_free`. Belongs to one thread at a time. A client takes a copy: the
/// configuration may be changed or freed as soon as `cbj_client_new` has returned.
///
/// What every setter has in common: it copies its texts, and a later call wins over an earlier one. It returns `CBJ_OK`,
/// or `CBJ_ERROR_INVALID_ARGUMENT` where a pointer is NULL or a text is not UTF-8, and then changes nothing. Whether the
/// options make sense is judged by `cbj_client_new`, whose error names the option. `cbj_config_load_env`,
/// `cbj_config_load_file` and `cbj_config_set_option` are like calls of the setters: of all calls the last one wins.
///
/// Needed are a data center, or a base URL; and an access token, or a client id with a client secret or a certificate.
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
/// a path, and must be ASCII without user name, query or fragment. It must be https; http is accepted for loopback
/// (localhost, 127.0.0.0/8, ::1), and for any host after `cbj_config_set_allow_http`. At most 2048 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_config_set_base_url(config: Option<&mut cbj_config>, url: *const c_char) -> cbj_status {
    // SAFETY: the header demands a string.
    unsafe { set_text(config, url, |options, text| options.base_url(text)) }
}

/// Sets the identity service's token URL, e.g. `https://identity.avepointonlineservices.com/connect/token`. Wins over
/// the data center. The same rules as for the base URL. It is used as it is, a slash at its end included, also as the
/// audience of a certificate's assertion. Only used with a client secret or a certificate.
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
/// `cbj_client_set_access_token` replaces it. Contradicts a client secret and a certificate: set one of them.
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

/// Sets the client id of the app registration and the file of the certificate with which the client gets its tokens
/// itself, as with a client secret. The vendor recommends certificates over secrets.
///
/// `path`: a PEM file with the certificate and its private key in any order (PKCS#8, also encrypted; PKCS#1), or a PKCS#12
/// file (.pfx, .p12) as OpenSSL, Windows and .NET write it. Of several keys the first one is used, with the certificate that
/// belongs to it. It must be an RSA key of 2048 to 4096 bits. The file is read by `cbj_client_new`, and not again. One that
/// would take more than about 3 seconds or 64 MiB to open is refused.
/// `password`: that of the file; NULL where it has none.
///
/// `cbj_client_new` answers `CBJ_ERROR_CONFIG` for a file that cannot be read, a wrong password, a key that does not belong
/// to the certificate, another kind of key, a certificate that has expired or is not yet valid, and a key that lies
/// in the file without a password while other users can read it. Built without the cargo feature "certificate", the
/// library refuses every certificate.
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

/// Sets how often a call tries again what may pass by itself, within its time: a look-up that the resolver calls
/// temporary, a connection that cannot be made, one that breaks before the whole answer is there (in the TLS handshake,
/// too), an answer that is cut short, and HTTP 408, 429, 502, 503 and 504. This holds for the request of a token as well.
/// 0: never. Default: 2. A connection that had been kept open and turns out to be closed is replaced once beside that.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_config_set_max_retries(config: Option<&mut cbj_config>, retries: u32) -> cbj_status {
    set_number(config, |options| options.max_retries(retries))
}

/// Sets the size of the largest answer that is read, in bytes. Default: 8388608 (8 MiB). At least 1. A larger answer is
/// given up without being read to its end, with `CBJ_ERROR_PROTOCOL`.
///
/// Memory: a call takes at most three times the size of its answer, and 1 MiB, whatever the answer holds. A job or an
/// error keeps its own texts afterwards, and nothing else of the answer.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_config_set_max_response_bytes(config: Option<&mut cbj_config>, bytes: u64) -> cbj_status {
    set_number(config, |options| options.max_response_bytes(bytes))
}

/// Sets the path of a PEM file with the certificates that are trusted instead of all others, whatever
/// `cbj_config_set_trust` says: behind an inspecting proxy, that of the proxy. It is read by `cbj_client_new`, and not
/// again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_config_set_ca_file(config: Option<&mut cbj_config>, path: *const c_char) -> cbj_status {
    // SAFETY: the header demands a string.
    unsafe { set_text(config, path, |options, text| options.ca_file(text)) }
}

/// Sets whose certificates are trusted where no CA file is set: `CBJ_TRUST_BUNDLED` or `CBJ_TRUST_SYSTEM`; any other number
/// is `CBJ_ERROR_INVALID_ARGUMENT`. Default: `CBJ_TRUST_BUNDLED`. The system's are read by `cbj_client_new`, and not again.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_config_set_trust(config: Option<&mut cbj_config>, trust: cbj_trust) -> cbj_status {
    change(config, |config| {
        let trust = [Trust::Bundled, Trust::System].into_iter().find(|known| *known as cbj_trust == trust);
        let trust = trust.ok_or_else(|| Error::new(ErrorKind::InvalidArgument, "trust is no known number."))?;
        config.set(|options| options.trust(trust));
        Ok(())
    })
}

/// Sets the proxy through which the service and the identity service are reached, with CONNECT:
/// "http://host:port" or "https://host:port". User and password go before the host, percent-encoded:
/// "http://user:p%40ss@host:port". At most 4096 bytes. What is set here holds for every host.
///
/// `url`: NULL takes the proxy from the environment as it is when `cbj_client_new` is called, which is the default:
/// HTTPS_PROXY or https_proxy, else ALL_PROXY or all_proxy, the first that is not empty (for plain http: http_proxy, else
/// ALL_PROXY or all_proxy), but no proxy for loopback and for what NO_PROXY or no_proxy lists, separated by commas: names
/// (with everything under them, with or without a leading dot), addresses, both also with a port, networks like 10.0.0.0/8,
/// or "*" for everything. "" means no proxy at all.
///
/// A refusal of the proxy is `CBJ_ERROR_CONNECT`, with the proxy's answer in the message.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_config_set_proxy(config: Option<&mut cbj_config>, url: *const c_char) -> cbj_status {
    change(config, |config| {
        // SAFETY: the header demands a string or NULL.
        let url = unsafe { borrow_optional(url, "url") }?;
        config.set(|options| options.proxy(url));
        Ok(())
    })
}

/// Sets text that is put before the library's own User-Agent, e.g. "my-monitor/3.1". Printable ASCII, at most 1024 bytes.
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

/// A function of the host that is told what a client does.
///
/// `user_data`: as given to `cbj_config_set_log`. `level`: one of the `CBJ_LOG_...` numbers. `message`: one line without a line
/// break, NUL-terminated UTF-8, valid until the function returns. No secret is part of it.
///
/// It is called on the thread of the call that it tells of, by several threads at once if several make calls. It may
/// call the library, also with the same client; what the library does for it is not logged. The call goes on when it
/// returns, so while it blocks no deadline is kept and no cancelling noticed.
///
/// It must return. A C++ exception that leaves it ends the process (abort), for this library cannot catch one: a function
/// that may throw needs a catch of its own. The same happens where it ends its thread (pthread_exit, or a cancellation of the
/// thread). A longjmp out of it is not allowed: it would leave the client with a token fetch that never ends. A Rust function
/// may panic if it is `extern "C-unwind"`: the panic ends here, and the call goes on.
pub type cbj_log_fn =
    Option<unsafe extern "C-unwind" fn(user_data: *mut c_void, level: cbj_log_level, message: *const c_char)>;

/// What the host gave, for the function that is called on whichever thread makes a call.
struct UserData(*mut c_void);

// SAFETY: it is only handed back; the header says that the function is called on several threads.
unsafe impl Send for UserData {}
// SAFETY: as above.
unsafe impl Sync for UserData {}

impl UserData {
    fn get(&self) -> *mut c_void {
        self.0
    }
}

/// Sets the function that is told what clients of this configuration do, up to `max_level`:
///
/// `CBJ_LOG_ERROR`: a call failed; the error's message.
/// `CBJ_LOG_WARN`: a call went on, but something should be looked after: a token that was refused or could not be renewed
/// ahead of its end, a certificate that expires within 30 days or whose file others can read, an environment variable that is nearly
/// an option.
/// `CBJ_LOG_INFO`: one line per call: method, path, status, milliseconds, attempts, request id.
/// `CBJ_LOG_DEBUG`: inside of a call: look-up, connection, tunnel, TLS version and cipher, that a connection is used again, a
/// retry and why, a token that was fetched and until when it is used.
///
/// `log`: NULL turns logging off, which is the default and costs nothing. `user_data`: handed to the function as it is; it
/// must stay valid as long as a client of this configuration lives. `max_level`: an unknown number is
/// `CBJ_ERROR_INVALID_ARGUMENT`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_config_set_log(
    config: Option<&mut cbj_config>,
    log: cbj_log_fn,
    user_data: *mut c_void,
    max_level: cbj_log_level,
) -> cbj_status {
    change(config, |config| {
        let Some(log) = log else {
            config.set(Config::without_log);
            return Ok(());
        };
        let levels = [LogLevel::Error, LogLevel::Warn, LogLevel::Info, LogLevel::Debug];
        let level = levels.into_iter().find(|level| *level as cbj_log_level == max_level);
        let level = level.ok_or_else(|| Error::new(ErrorKind::InvalidArgument, "max_level is no known number."))?;
        let user_data = UserData(user_data);
        config.set(|options| {
            options.log(level, move |level, line| {
                // A line holds no control character, so no NUL.
                let Ok(line) = CString::new(line) else { return };
                // A panic in it is no reason to give up the call that it is told of. An exception of another language
                // ends the process here: it must not unwind any further.
                guard((), || {
                    // SAFETY: the header demands a function of this type that can be called on any thread, and user data
                    // that it can take as long as the client lives.
                    unsafe { log(user_data.get(), level as cbj_log_level, line.as_ptr()) };
                });
            })
        });
        Ok(())
    })
}

/// Sets every option that the environment names, as the setters would. An empty variable counts as not set, except
/// `CBJ_PROXY`, whose empty value means no proxy. A yes or a no is written 1 or 0, or true or false.
///
// begin generated: variables
/// `CBJ_DATA_CENTER`: the tenant's data center, which names both URLs: `us`, `gcp-jp`, `gov` and so on.
/// `CBJ_BASE_URL`: the URL of the service; wins over the data center.
/// `CBJ_IDENTITY_URL`: the token URL of the identity service, used exactly as it is; wins over the data center.
/// `CBJ_ACCESS_TOKEN`: an access token that the program got itself.
/// `CBJ_CLIENT_ID`: the client id of the app registration.
/// `CBJ_CLIENT_SECRET`: the client secret of the app registration.
/// `CBJ_CLIENT_CERTIFICATE`: the path of the file with the certificate of the app registration and its private key:
/// PEM, or PKCS#12 (.pfx, .p12).
/// `CBJ_CLIENT_CERTIFICATE_PASSWORD`: the password of the certificate's file. Default: none.
/// `CBJ_SCOPE`: the scope that access tokens are requested for. Default: microsoft365backup.jobInfo.read.all.
/// `CBJ_LOCATION`: the location of the jobs in a Multi-Geo tenant, for calls that name none. Default: none.
/// `CBJ_TIMEOUT_MS`: the milliseconds that a whole call may take, retries included. Default: 30000.
/// `CBJ_CONNECT_TIMEOUT_MS`: the milliseconds that one attempt to connect may take. Default: 10000.
/// `CBJ_MAX_RETRIES`: how many times a call tries again. Default: 2.
/// `CBJ_MAX_RESPONSE_BYTES`: the size in bytes of the largest answer that is read; a call takes at most three times the
/// size of its answer, and 1 MiB. Default: 8388608.
/// `CBJ_CA_FILE`: the path of a PEM file with the certificates that are trusted instead of all others.
/// `CBJ_TRUST`: whose certificates are trusted: `bundled` for Mozilla's authorities, `system` for those of the machine,
/// or of `SSL_CERT_FILE` and `SSL_CERT_DIR`. Default: bundled.
/// `CBJ_PROXY`: the proxy: `http[s]://[user:password@]host:port`, user and password percent-encoded; empty for no
/// proxy. Default: from the environment.
/// `CBJ_USER_AGENT`: text that is put before the library's own User-Agent. Default: none.
/// `CBJ_ALLOW_HTTP`: whether plain http is allowed to hosts other than loopback: `true` or `false`. Default: false.
///
/// The value may also be in a file, whose path is then the value of `CBJ_ACCESS_TOKEN_FILE`, `CBJ_CLIENT_SECRET_FILE`,
/// `CBJ_CLIENT_CERTIFICATE_PASSWORD_FILE` or `CBJ_PROXY_FILE`.
// end generated
///
/// Such a file is read now; one line break at its end is ignored. It is refused if other users can read or write it, as ssh
/// refuses keys.
///
/// `error`: may be NULL; receives NULL on success, else an error that the caller frees with `cbj_error_free`.
///
/// Returns: `CBJ_OK`; `CBJ_ERROR_CONFIG` naming the variable whose value is none for its option or whose file cannot be used,
/// and then nothing is set; `CBJ_ERROR_INVALID_ARGUMENT` where `config` is NULL.
/// Threads: one per configuration, and while no other thread changes the environment.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_config_load_env(
    config: Option<&mut cbj_config>,
    error: Option<&mut std::mem::MaybeUninit<*mut cbj_error>>,
) -> cbj_status {
    run(error, || {
        let config = config.ok_or_else(|| Error::new(ErrorKind::InvalidArgument, "config is NULL."))?;
        config.0 = config.0.clone().load_env()?;
        Ok(())
    })
}

/// Sets every option that a file names, as the setters would. The file holds one JSON object in UTF-8 with these members,
/// which are described at `cbj_config_load_env`:
///
// begin generated: members
/// Text: `data_center`, `base_url`, `identity_url`, `access_token`, `client_id`, `client_secret`, `client_certificate`,
/// `client_certificate_password`, `scope`, `location`, `ca_file`, `proxy` and `user_agent`.
/// Numbers: `timeout_ms`, `connect_timeout_ms`, `max_retries` and `max_response_bytes`.
/// "bundled" or "system": `trust`.
/// true or false: `allow_http`.
///
/// The value may also be in a file, whose path is then the value of `access_token_file`, `client_secret_file`,
/// `client_certificate_password_file` or `proxy_file`.
// end generated
///
/// A file that holds a secret is refused if other users can read or write it, as ssh refuses keys. A file that holds a
/// secret, or the path of a secret or certificate, is also refused if other users can change it, or if it belongs to another
/// user than root and the one that runs the program: whoever changes identity_url, proxy or ca_file is sent the secret.
/// Where the secret comes from elsewhere, `cbj_client_new` refuses such a file. The message has the command to run.
///
/// `error`: may be NULL; receives NULL on success, else an error that the caller frees with `cbj_error_free`.
///
/// Returns: `CBJ_OK`; `CBJ_ERROR_CONFIG` with line and column for what is not JSON, a name that is no option (with the nearest
/// one), a name that comes twice and a value that is none for its option, and without for a file that cannot be used;
/// then nothing is set. `CBJ_ERROR_INVALID_ARGUMENT` where `config` or `path` is NULL, or `path` is not UTF-8.
/// Threads: one per configuration.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_config_load_file(
    config: Option<&mut cbj_config>,
    path: *const c_char,
    error: Option<&mut std::mem::MaybeUninit<*mut cbj_error>>,
) -> cbj_status {
    run(error, || {
        let config = config.ok_or_else(|| Error::new(ErrorKind::InvalidArgument, "config is NULL."))?;
        // SAFETY: the header demands a string.
        let path = unsafe { borrow(path, "path") }?;
        config.0 = config.0.clone().load_file(path)?;
        Ok(())
    })
}

/// Sets one option by its name: the names and values of `cbj_config_load_file`'s object, each value as text. Made for
/// bindings of other languages and for programs with option files of their own; a C program has the setters.
///
/// `name`: e.g. "timeout_ms". Token, secret, password and proxy may be given as the path of a file that holds them, with
/// the names and rules of `cbj_config_load_file`: "client_secret_file".
/// `value`: a number in decimal digits, yes and no as "true" and "false" or "1" and "0", trust as "bundled" or "system";
/// case does not count in these words. An empty value is the empty text, as "" in the file: no proxy for proxy, the empty
/// password for client_certificate_password, and refused for any other option, here or by `cbj_client_new`. To keep the
/// default of an option, do not set it.
/// `error`: may be NULL; receives NULL on success, else an error that the caller frees with `cbj_error_free`.
///
/// Returns: `CBJ_OK`; `CBJ_ERROR_INVALID_ARGUMENT` where `config`, `name` or `value` is NULL, where `name` or `value` is not
/// UTF-8, for a name that is no option (with the nearest one), and for a value that the option does not take;
/// `CBJ_ERROR_CONFIG` for a secret's file that cannot be read or is open to other users, because the argument is sound then
/// and the machine has to change. After a failure the configuration is as it was. The message names the option, and shows
/// no value that may be a secret.
/// Threads: one per configuration.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_config_set_option(
    config: Option<&mut cbj_config>,
    name: *const c_char,
    value: *const c_char,
    error: Option<&mut std::mem::MaybeUninit<*mut cbj_error>>,
) -> cbj_status {
    run(error, || {
        let config = config.ok_or_else(|| Error::new(ErrorKind::InvalidArgument, "config is NULL."))?;
        // SAFETY: the header demands strings.
        let (name, value) = unsafe { (borrow(name, "name")?, borrow(value, "value")?) };
        config.0 = config.0.clone().set_option(name, value)?;
        Ok(())
    })
}
