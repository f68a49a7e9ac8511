//! Options that are written down: in the environment, in a file, or as a name and a value.

use std::ffi::c_char;

use super::config::cbj_config;
use super::error::cbj_error;
use super::outcome::run;
use super::status::cbj_status;
use super::text::{borrow, is_null};

/// Sets every option that has an environment variable, as the setters would. An empty variable counts as not set, with one
/// exception: an empty `CBJ_PROXY` means no proxy. Yes and no are written 1 and 0, or true and false.
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
/// This function reads such a file, and ignores a byte order mark at its beginning and one line break at its end. It refuses a
/// file that other users can read or write, as ssh does with keys.
///
/// `error`: may be NULL; receives NULL on success, else an error that the caller frees with `cbj_error_free`.
///
/// Returns: `CBJ_OK`; `CBJ_ERROR_CONFIG` where a variable has a value that its option does not take, or names a file that
/// cannot be used: the message names the variable, and nothing is set; `CBJ_ERROR_INVALID_ARGUMENT` where `config` is NULL.
/// Threads: one per configuration, and while no other thread changes the environment.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_config_load_env(
    config: Option<&mut cbj_config>,
    error: Option<&mut std::mem::MaybeUninit<*mut cbj_error>>,
) -> cbj_status {
    run(error, || {
        let config = config.ok_or_else(|| is_null("config"))?;
        config.0 = config.0.clone().load_env()?;
        Ok(())
    })
}

/// Sets every option that a file contains, as the setters would. The file is one JSON object in UTF-8 with these members.
/// `cbj_config_load_env` describes them:
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
/// Which files are refused, because whoever can change identity_url, proxy or ca_file can receive the secret:
///
/// A file that holds a secret, if other users can read it, as ssh does with keys.
/// A file that holds a secret, or the path of a secret or a certificate, if other users can change it, or if it belongs to
/// neither root nor the user who runs the program.
/// Any other file that other users can change: `cbj_client_new` refuses it if the client has a secret from elsewhere.
///
/// The message has the command to run. On Windows, SYSTEM and the group Administrators are not other users.
///
/// `error`: may be NULL; receives NULL on success, else an error that the caller frees with `cbj_error_free`.
///
/// Returns: `CBJ_OK`; `CBJ_ERROR_CONFIG` where the file cannot be used, is not JSON, has a name that is not an option or
/// that comes twice, or has a value that its option does not take: the message has line, column and the nearest option, and
/// nothing is set; `CBJ_ERROR_INVALID_ARGUMENT` where `config` or `path` is NULL, or `path` is not UTF-8.
/// Threads: one per configuration.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_config_load_file(
    config: Option<&mut cbj_config>,
    path: *const c_char,
    error: Option<&mut std::mem::MaybeUninit<*mut cbj_error>>,
) -> cbj_status {
    run(error, || {
        let config = config.ok_or_else(|| is_null("config"))?;
        // SAFETY: the header demands a string.
        let path = unsafe { borrow(path, "path") }?;
        config.0 = config.0.clone().load_file(path)?;
        Ok(())
    })
}

/// Sets one option by its name. The names and values are those of the object that `cbj_config_load_file` reads, with each
/// value written as text. Made for bindings to other languages and for programs with option files of their own; a C
/// program has the setters.
///
/// `name`: e.g. "timeout_ms". A token, a secret, a password or a proxy may also be in a file, with the names and rules of
/// `cbj_config_load_file`; the value of "client_secret_file" is the path of such a file.
/// `value`: a number in decimal digits; "true" or "1", "false" or "0"; "bundled" or "system" for trust. Upper and lower
/// case are the same in these words. An empty value is an empty text, as "" in the file: it means no proxy for proxy, and
/// the empty password for client_certificate_password. Any other option refuses it, here or in `cbj_client_new`. To keep
/// the default of an option, do not set it.
/// `error`: may be NULL; receives NULL on success, else an error that the caller frees with `cbj_error_free`.
///
/// Returns: `CBJ_OK`; `CBJ_ERROR_INVALID_ARGUMENT` where `config`, `name` or `value` is NULL, where `name` or `value` is
/// not UTF-8, where `name` is not an option (the message has the nearest one), and where the option does not take the
/// value; `CBJ_ERROR_CONFIG` where the file of a secret cannot be read or is open to other users, because then the argument
/// is right and the machine has to change. After a failure the configuration is unchanged. The message names the option,
/// and shows no value that may be a secret.
/// Threads: one per configuration.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_config_set_option(
    config: Option<&mut cbj_config>,
    name: *const c_char,
    value: *const c_char,
    error: Option<&mut std::mem::MaybeUninit<*mut cbj_error>>,
) -> cbj_status {
    run(error, || {
        let config = config.ok_or_else(|| is_null("config"))?;
        // SAFETY: the header demands strings.
        let (name, value) = unsafe { (borrow(name, "name")?, borrow(value, "value")?) };
        config.0 = config.0.clone().set_option(name, value)?;
        Ok(())
    })
}
