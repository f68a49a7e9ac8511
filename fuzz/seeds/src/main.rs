//! Makes the seeds and the dictionary of each fuzz target from the tests and the sources: from the strings in them, and from
//! the files of certificates. `fuzz/run` runs this every time, so that no seed is ever older than its test.
//!
//!     seeds FOLDER      writes FOLDER/TARGET/NUMBER and FOLDER/TARGET.dict

mod certificates;
mod descriptors;
mod strings;

use std::collections::BTreeSet;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use strings::{Strings, strings_of};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Between the parts of an input: see `SEPARATOR` in the targets' library.
const SEPARATOR: &str = "\u{1f}";

/// A target with fewer seeds would mean that its tests have gone elsewhere.
const LEAST: usize = 15;

/// A longer string is no word for a dictionary.
const LONGEST_WORD: usize = 40;

/// How the strings of a test become the inputs of a target.
enum Shape {
    /// Each string is an input, and each two strings that follow each other are two parts of one, in both orders. So many
    /// empty parts come before the two.
    Pairs(usize),
    /// The strings with `{` at their beginning, as they are and as `data` of an envelope.
    Documents(fn(&str) -> String),
    /// The strings with `{` at their beginning, and a secret, which is written `$`, as the value of each option.
    Options,
    /// The strings with this at their beginning, with a byte before them.
    Answers(&'static str),
    /// Nothing: the seeds are made from other files.
    Files(fn(&Path, &mut BTreeSet<Vec<u8>>) -> Result<()>),
}

struct Target {
    name: &'static str,
    /// Files and folders with the strings.
    tests: &'static [&'static str],
    shape: Shape,
    /// Files and folders whose short strings are words for the dictionary.
    words: &'static [&'static str],
}

const ANSWERS: &[&str] = &[
    "tests/answers.rs",
    "tests/memory.rs",
    "tests/support/answers.rs",
    "tests/listing",
    "tests/misbehaving",
    "src/wire",
];

fn targets() -> [Target; 12] {
    let target = |name, tests, shape, words| Target { name, tests, shape, words };
    [
        target("acl", &[], Shape::Files(descriptors::seeds), &[]),
        target(
            "bytes",
            &["src/http", "tests/misbehaving", "tests/extra_bytes.rs"],
            Shape::Answers("HTTP/1."),
            &["src/http"],
        ),
        target("certder", &[], Shape::Files(certificates::parts), &[]),
        target("certificate", &[], Shape::Files(certificates::files), &["src/certificate/pem.rs"]),
        target("config", &["tests/configuration", "tests/secrets.rs", "src/config"], Shape::Options, &["src/config"]),
        target(
            "dates",
            &["src/time.rs", "src/report.rs", "tests/answers.rs", "tests/retries"],
            Shape::Pairs(0),
            &["src/time.rs"],
        ),
        target(
            "envelope",
            ANSWERS,
            Shape::Documents(|text| format!(r#"{{"data":{text}}}"#)),
            &["src/wire", "src/model/state.rs"],
        ),
        target(
            "link",
            &["src/client/next_link.rs", "tests/listing/links.rs", "tests/sandbox/next_link.rs"],
            Shape::Pairs(0),
            &["src/client/next_link.rs"],
        ),
        target(
            "listing",
            ANSWERS,
            Shape::Documents(|text| format!(r#"{{"data":[{text}]}}"#)),
            &["src/wire", "src/model/state.rs"],
        ),
        target(
            "names",
            &[
                "src/config/proxy.rs",
                "src/config/proxy_exceptions.rs",
                "tests/proxies",
                "src/model/kind.rs",
                "src/model/state.rs",
            ],
            Shape::Pairs(1),
            &["src/config/proxy_exceptions.rs", "src/model/kind.rs", "src/model/state.rs"],
        ),
        target(
            "request",
            &[
                "tests/retrieval.rs",
                "tests/listing/sent.rs",
                "src/config/url.rs",
                "src/origin.rs",
                "src/client/endpoint",
            ],
            Shape::Pairs(0),
            &["src/origin.rs"],
        ),
        target(
            "secret",
            &["src/secret.rs", "tests/secrets.rs"],
            Shape::Pairs(0),
            &["src/secret.rs", "src/json_escape.rs"],
        ),
    ]
}

fn main() -> Result<()> {
    let folder = PathBuf::from(env::args_os().nth(1).ok_or("usage: seeds FOLDER")?);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for target in targets() {
        let seeds = seeds(&target, &root)?;
        if seeds.len() < LEAST {
            return Err(format!("{} has {} seeds, at least {LEAST} were expected", target.name, seeds.len()).into());
        }
        let place = folder.join(target.name);
        if place.exists() {
            fs::remove_dir_all(&place)?;
        }
        fs::create_dir_all(&place)?;
        for (number, seed) in seeds.iter().enumerate() {
            fs::write(place.join(format!("{number:04}")), seed)?;
        }
        fs::write(place.with_extension("dict"), dictionary(&strings_of(&root, target.words)?))?;
    }
    Ok(())
}

fn seeds(target: &Target, root: &Path) -> Result<BTreeSet<Vec<u8>>> {
    let strings = strings_of(root, target.tests)?;
    let mut seeds = BTreeSet::new();
    let mut add = |seed: &str| {
        seeds.insert(seed.as_bytes().to_vec());
    };
    match target.shape {
        Shape::Pairs(empty) => {
            let empty = SEPARATOR.repeat(empty);
            strings.all().for_each(&mut add);
            for (one, other) in strings.pairs() {
                add(&format!("{empty}{one}{SEPARATOR}{other}"));
                add(&format!("{empty}{other}{SEPARATOR}{one}"));
            }
        }
        Shape::Documents(inside) => {
            for text in strings.all().filter(|text| text.starts_with('{')) {
                // In a format string, braces are written twice.
                let document =
                    if text.starts_with("{{") { text.replace("{{", "{").replace("}}", "}") } else { text.to_owned() };
                if document.contains("\"data\"") { add(&document) } else { add(&inside(&document)) }
            }
        }
        Shape::Options => {
            strings.all().filter(|text| text.starts_with('{')).for_each(&mut add);
            let is_name =
                |text: &&str| text.len() > 4 && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            for name in strings.all().filter(is_name) {
                add(&format!("{name}=$"));
                add(&format!(r#"{{"{name}":"$"}}"#));
            }
        }
        Shape::Answers(beginning) => {
            for text in strings.all().filter(|text| text.starts_with(beginning)) {
                add(&format!("\u{7}{text}"));
                if text.contains("hunked") && text.ends_with("\r\n\r\n") {
                    add(&format!("\u{7}{text}3;x\r\nabc\r\n100000000\r\nabc"));
                }
            }
        }
        Shape::Files(make) => make(root, &mut seeds)?,
    }
    Ok(seeds)
}

/// In the format of libFuzzer.
fn dictionary(strings: &Strings) -> String {
    let words: BTreeSet<&str> = strings.all().filter(|word| (2..=LONGEST_WORD).contains(&word.len())).collect();
    let escaped = |byte: u8| match byte {
        b'"' | b'\\' => format!("\\{}", char::from(byte)),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("\\x{byte:02X}"),
    };
    // What separates the parts of inputs.
    let marks = "\"\\x1F\"\n\"\\xFF\"\n".to_owned();
    words.into_iter().fold(marks, |text, word| text + "\"" + &word.bytes().map(escaped).collect::<String>() + "\"\n")
}
