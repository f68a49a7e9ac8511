//! The bill of materials of each package: exactly the crates that cargo links in, with licences and hashes, the files that they
//! are in, no path of the machine, and the form that CycloneDX wants.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::licences::linked;
use super::packages::{Package, files, made, succeeds, unpacked};
use crate::support::c_program::{root, scratch_dir};

const CRATES: &str = "pkg:cargo/";

fn bill_of(package: &Package) -> Value {
    let file = package.usr.join("share/doc/cloudbackupjobs/sbom.cdx.json");
    serde_json::from_str(&fs::read_to_string(file).expect("is there")).expect("is JSON")
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn hash(component: &Value) -> &str {
    let hashes = list(component, "hashes");
    hashes.iter().find(|hash| hash["alg"] == "SHA-256").map(|hash| text(hash, "content")).unwrap_or_default()
}

/// Each crate of `Cargo.lock`, by name and version, with the hash of its source.
fn locked() -> BTreeMap<String, String> {
    let lock: toml::Table = fs::read_to_string(root().join("Cargo.lock")).expect("is there").parse().expect("is TOML");
    let packages = lock["package"].as_array().expect("is a list");
    let hashed = packages.iter().filter(|package| package.get("checksum").is_some());
    let of = |package: &toml::Value, key: &str| package[key].as_str().expect("is a text").to_owned();
    hashed
        .map(|package| (format!("{} {}", of(package, "name"), of(package, "version")), of(package, "checksum")))
        .collect()
}

pub fn sha256(file: &Path) -> String {
    succeeds(Command::new("sha256sum").arg(file), &[]).split(' ').next().expect("a hash").to_owned()
}

pub fn file_name(file: &Path) -> String {
    file.file_name().expect("is a file").to_string_lossy().into_owned()
}

/// The libraries of a package, by name, each with its hash. The links to them are not files.
fn libraries(package: &Package) -> BTreeMap<String, String> {
    let found = files(&package.libraries).into_iter().filter(|file| file_name(file).starts_with("libcloudbackupjobs."));
    found.map(|file| (file_name(&file), sha256(&file))).collect()
}

/// What must be in a bill.
pub struct Expected {
    /// The crates, by name and version.
    pub linked: BTreeSet<String>,
    /// What is linked in beside the crates.
    pub others: &'static [&'static str],
    /// The files of the library, each with its hash.
    pub libraries: BTreeMap<String, String>,
}

impl Expected {
    fn of(package: &Package) -> Self {
        let linked = linked(&package.target.triple);
        Self { linked, others: &["std", "libunwind"], libraries: libraries(package) }
    }
}

/// Everything that is wrong with a bill.
pub fn complaints(bill: &Value, expected: &Expected) -> Vec<String> {
    let Expected { linked, others: expected_others, libraries } = expected;
    assert!(linked.len() > 30);
    let locked = locked();
    let mut wrong = Vec::new();
    let (crates, others): (Vec<&Value>, Vec<&Value>) =
        list(bill, "components").iter().partition(|each| text(each, "purl").starts_with(CRATES));
    let label = |each: &Value| format!("{} {}", text(each, "name"), text(each, "version"));
    let listed: BTreeSet<String> = crates.iter().map(|each| label(each)).collect();
    wrong.extend(linked.difference(&listed).map(|each| format!("{each} is missing")));
    wrong.extend(listed.difference(linked).map(|each| format!("{each} is not linked in")));
    for each in &crates {
        let label = label(each);
        if locked.get(&label).map(String::as_str) != Some(hash(each)) {
            wrong.push(format!("{label} has not the hash of Cargo.lock"));
        }
        if text(each, "purl") != format!("{CRATES}{}", label.replace(' ', "@")) {
            wrong.push(format!("{label} has another address"));
        }
    }
    let of_others: Vec<&str> = others.iter().map(|each| text(each, "name")).collect();
    if of_others != *expected_others {
        wrong.push(format!("beside the crates there is {of_others:?}"));
    }
    let library = &bill["metadata"]["component"];
    for each in list(bill, "components").iter().chain([library]) {
        let licences = list(each, "licenses");
        if licences.iter().all(|licence| text(licence, "expression").is_empty()) {
            wrong.push(format!("{} has no licence", label(each)));
        }
    }
    let described: BTreeMap<String, String> =
        list(library, "components").iter().map(|file| (text(file, "name").to_owned(), hash(file).to_owned())).collect();
    if described != *libraries {
        wrong.push(format!("the files are {described:?}"));
    }

    // Everything is reached from the library.
    let edges: BTreeMap<&str, &[Value]> =
        list(bill, "dependencies").iter().map(|each| (text(each, "ref"), list(each, "dependsOn"))).collect();
    let (mut reached, mut next) = (BTreeSet::new(), vec![text(library, "bom-ref")]);
    while let Some(each) = next.pop() {
        if reached.insert(each) {
            next.extend(edges.get(each).into_iter().flat_map(|to| to.iter()).filter_map(Value::as_str));
        }
    }
    let known: BTreeSet<&str> =
        list(bill, "components").iter().chain([library]).map(|each| text(each, "bom-ref")).collect();
    if reached != known {
        wrong.push(format!("the graph differs in {:?}", reached.symmetric_difference(&known)));
    }

    let whole = bill.to_string();
    let home = env::var("HOME").expect("is set");
    for path in [env!("CARGO_MANIFEST_DIR"), home.as_str(), "file://"] {
        if whole.contains(path) {
            wrong.push(format!("it names {path}"));
        }
    }
    wrong
}

#[test]
fn it_lists_what_is_linked_in() {
    let Some(made) = made() else { return };
    for package in unpacked(&made, "bill") {
        let wrong = complaints(&bill_of(&package), &Expected::of(&package));
        assert_eq!(wrong, [""; 0], "{}", package.usr.display());
    }
}

/// The check sees each mistake that it is there to see.
#[test]
fn a_wrong_bill_is_noticed() {
    let Some(made) = made() else { return };
    let package = unpacked(&made, "wrong-bill").swap_remove(0);
    let expected = Expected::of(&package);
    let good = bill_of(&package);
    let at = list(&good, "components").iter().position(|each| each["name"] == "ring").expect("ring is linked in");
    let version = text(&good["components"][at], "version");
    let ring = format!("ring {version}");
    type Change = fn(&mut Value, usize);
    let changes: [(Change, String); 10] = [
        (
            |bill, at| drop(bill["components"].as_array_mut().expect("is a list").remove(at)),
            format!("{ring} is missing"),
        ),
        (|bill, at| bill["components"][at]["name"] = json!("rung"), format!("rung {version} is not linked in")),
        (|bill, at| bill["components"][at]["version"] = json!("0.0.1"), "ring 0.0.1 is not linked in".to_owned()),
        (
            |bill, at| bill["components"][at]["hashes"][0]["content"] = json!("00"),
            format!("{ring} has not the hash of Cargo.lock"),
        ),
        (
            |bill, at| bill["components"][at]["purl"] = json!("pkg:cargo/ring@0.0.1"),
            format!("{ring} has another address"),
        ),
        (|bill, at| bill["components"][at]["licenses"] = json!([]), format!("{ring} has no licence")),
        (
            |bill, _| {
                bill["components"].as_array_mut().expect("is a list").retain(|each| each["name"] != "std");
            },
            "beside the crates there is [\"libunwind\"]".to_owned(),
        ),
        (
            |bill, _| bill["metadata"]["component"]["components"][0]["hashes"][0]["content"] = json!("00"),
            "the files are".to_owned(),
        ),
        (|bill, _| bill["dependencies"] = json!([]), "the graph differs in".to_owned()),
        (
            |bill, at| bill["components"][at]["description"] = json!(env!("CARGO_MANIFEST_DIR")),
            concat!("it names ", env!("CARGO_MANIFEST_DIR")).to_owned(),
        ),
    ];
    for (change, complaint) in changes {
        let mut bill = good.clone();
        change(&mut bill, at);
        let wrong = complaints(&bill, &expected);
        assert!(wrong.iter().any(|each| each.starts_with(&complaint)), "no {complaint} in {wrong:?}");
    }
}

/// By the schema that CycloneDX publishes, which its library for Python has in it. `.ci/supply` installs that.
#[test]
fn it_has_the_form_of_cyclonedx() {
    let Some(made) = made() else { return };
    let python = root().join("target/supply/bin/python3");
    if !python.exists() && env::var_os("CI").is_none() {
        eprintln!("left out: .ci/supply --packages installs the schema");
        return;
    }
    let valid = |bill: &Value, name: &str| {
        let file = scratch_dir().join(name);
        fs::write(&file, bill.to_string()).expect("target is writable");
        let program = "import sys\n\
            from cyclonedx.schema import SchemaVersion\n\
            from cyclonedx.validation.json import JsonStrictValidator\n\
            error = JsonStrictValidator(SchemaVersion.V1_5).validate_str(open(sys.argv[1]).read())\n\
            sys.exit(str(error) if error else 0)";
        let output = Command::new(&python).args(["-c", program]).arg(file).output().expect("python starts");
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    for package in unpacked(&made, "schema") {
        let bill = bill_of(&package);
        let (is_valid, said) = valid(&bill, "good.cdx.json");
        assert!(is_valid, "{}: {said}", package.usr.display());
        let mut wrong = bill;
        wrong["components"][0]["scope"] = json!("sometimes");
        let (is_valid, said) = valid(&wrong, "wrong.cdx.json");
        assert!(!is_valid && said.contains("sometimes"), "{said}");
    }
}
