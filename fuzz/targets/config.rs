//! A configuration from a file and by name. In the input, `$` stands for a secret.
#![no_main]

use std::fs::{File, OpenOptions, Permissions};
use std::io::{Seek, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::sync::LazyLock;

use cloudbackupjobs::fuzzing::check;
use cloudbackupjobs::{Config, Error};
use cloudbackupjobs_fuzz::{SECRET, assert_linear, assert_one_line, timed};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// A file that only this process can see: it has no name any more.
static PLACE: LazyLock<(File, String)> = LazyLock::new(|| {
    let path = std::env::temp_dir().join(format!("cbj-fuzz-{}", std::process::id()));
    let file = OpenOptions::new().read(true).write(true).create_new(true).open(&path).expect("can be made");
    std::fs::remove_file(&path).expect("is there");
    file.set_permissions(Permissions::from_mode(0o600)).expect("is the own file");
    let path = format!("/proc/self/fd/{}", file.as_raw_fd());
    (file, path)
});

fuzz_target!(|data: &[u8]| {
    let text = data.split(|byte| *byte == b'$').collect::<Vec<_>>().join(SECRET.as_bytes());
    let (mut file, path) = (&PLACE.0, &PLACE.1);
    file.rewind()
        .and_then(|()| file.write_all(&text))
        .and_then(|()| file.set_len(text.len() as u64))
        .expect("is writable");
    let start = || Config::new().proxy(Some(""));
    let (loaded, time) = timed(|| start().load_file(path));
    assert_linear(time, text.len());
    let again = loaded.clone().and_then(|config| config.load_file(path));
    assert_eq!(shown(&again), shown(&loaded), "a second time");
    let document = std::str::from_utf8(&text)
        .ok()
        .and_then(|text| serde_json::from_str::<Value>(text.strip_prefix('\u{FEFF}').unwrap_or(text)).ok());
    match &loaded {
        Ok(config) => {
            let members = document.as_ref().and_then(Value::as_object);
            if let Some(members) = members {
                assert_eq!(shown(&by_name(start(), members)), shown(&loaded), "by name");
                check_shown(members, &format!("{config:?}"));
            }
            match check(config) {
                Ok(checked) => {
                    assert_eq!(check(config).ok().as_ref(), Some(&checked));
                    if let Some(members) = members {
                        check_shown(members, &checked.shown);
                    }
                    assert!(
                        checked.user_agent.bytes().all(|byte| matches!(byte, b' '..=b'~')),
                        "{}",
                        checked.user_agent
                    );
                    assert!(checked.base_url.bytes().all(|byte| byte.is_ascii_graphic()), "{}", checked.base_url);
                    assert!(!checked.secret.unwrap_or_default().contains(char::is_control));
                }
                Err(error) => check_error(&error, &may_be_named(members)),
            }
        }
        Err(error) => check_error(error, &may_be_named(document.as_ref().and_then(Value::as_object))),
    }
    // Anything as a value of any option.
    if let Ok(text) = str::from_utf8(&text) {
        let (name, value) = text.split_once('=').unwrap_or(("client_secret_file", text));
        if let Err(error) = Config::new().set_option(name, value) {
            check_error(&error, if is_path(name, value) { value } else { "" });
        }
    }
});

fn shown(config: &Result<Config, Error>) -> String {
    format!("{config:?}")
}

/// The same options, each by its name.
fn by_name(config: Config, members: &serde_json::Map<String, Value>) -> Result<Config, Error> {
    members.iter().try_fold(config, |config, (name, value)| match value {
        // A file cannot contain a NUL: as in the texts of the service, it becomes U+FFFD.
        Value::String(text) => config.set_option(name, &text.replace('\0', "\u{FFFD}")),
        other => config.set_option(name, &other.to_string()),
    })
}

/// A secret is in no `Debug`, unless the same text is also the value of an option that may be shown.
fn check_shown(members: &serde_json::Map<String, Value>, shown: &str) {
    let may_show =
        |name: &str| !matches!(name, "access_token" | "client_secret" | "client_certificate_password" | "proxy");
    let is_elsewhere = members.iter().any(|(name, value)| may_show(name) && value.to_string().contains(SECRET));
    assert!(is_elsewhere || !shown.contains(SECRET), "{shown}");
}

/// The values of a file that a message may show.
fn may_be_named(members: Option<&serde_json::Map<String, Value>>) -> String {
    let path = |(name, value): (&String, &Value)| value.as_str().filter(|text| is_path(name, text)).map(str::to_owned);
    members.into_iter().flatten().filter_map(path).collect()
}

/// Whether `value` may be shown although it has a secret in it, because what looks like a path cannot be told from one.
fn is_path(name: &str, value: &str) -> bool {
    let begins = ["/", "./", "../"].iter().any(|begin| value.starts_with(begin));
    let ends = [".pem", ".pfx", ".p12"].iter().any(|end| value.ends_with(end));
    (name == "client_certificate" || name.ends_with("_file")) && (begins || ends)
}

fn check_error(error: &Error, may_be_named: &str) {
    let message = error.message();
    assert_one_line(message);
    assert!(may_be_named.contains(SECRET) || !message.contains(SECRET), "{message}");
}
