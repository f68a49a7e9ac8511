//! The template: what Zabbix exports is what is committed, and Zabbix's guidelines are kept.

use std::collections::BTreeSet;

use serde_json::Value;

use super::server::{Server, is_left_out};
use super::support::c_program::root;

pub const NAME: &str = "Cloud Backup for Microsoft 365 by Zabbix agent";

pub fn text() -> String {
    std::fs::read_to_string(root().join("examples/agents/zabbix/template.yaml")).expect("is there")
}

/// The template without the time of its export.
fn undated(text: &str) -> String {
    text.lines().filter(|line| !line.starts_with("  date: ")).map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_template_is_what_zabbix_exports_and_keeps_its_guidelines() {
    if is_left_out() {
        return;
    }
    let server = Server::start("zabbix-template");
    let committed = text();
    for time in ["at first", "again"] {
        assert_eq!(server.api.import(&committed), Ok(Value::Bool(true)), "{time}");
        let exported = server.api.export(NAME, "yaml");
        assert_eq!(undated(&exported), undated(&committed), "{time}");
    }
    let export: Value = serde_json::from_str(&server.api.export(NAME, "json")).expect("is JSON");
    keeps_the_guidelines(&export["zabbix_export"]);
    readme_has_the_macros(&export["zabbix_export"]["templates"][0]["macros"]);
}

/// Each element of a list; none if it is missing.
fn list<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value[name].as_array().into_iter().flatten()
}

/// All objects in a value, from the outside to the inside.
fn objects(value: &Value) -> Vec<&Value> {
    let inner: Vec<&Value> = match value {
        Value::Array(values) => values.iter().flat_map(objects).collect(),
        Value::Object(members) => members.values().flat_map(objects).collect(),
        _ => Vec::new(),
    };
    value.as_object().map(|_| value).into_iter().chain(inner).collect()
}

fn keeps_the_guidelines(export: &Value) {
    let template = &export["templates"][0];
    let rule = &template["discovery_rules"][0];
    for (what, described) in [("template", template), ("rule", rule)] {
        assert!(is_text(&described["description"]), "the {what} has no description");
    }
    let tags: BTreeSet<&str> = list(template, "tags").filter_map(|tag| tag["tag"].as_str()).collect();
    assert_eq!(tags, BTreeSet::from(["class", "target"]));
    let items: Vec<&Value> = list(template, "items").chain(list(rule, "item_prototypes")).collect();
    assert!(items.len() > 25, "{}", items.len());
    let masters: BTreeSet<&str> = items.iter().filter_map(|item| item["master_item"]["key"].as_str()).collect();
    for item in &items {
        let key = item["key"].as_str().expect("an item has a key");
        assert!(is_text(&item["description"]), "{key} has no description");
        let tags: Vec<&str> = list(item, "tags").filter_map(|tag| tag["tag"].as_str()).collect();
        assert!(tags.contains(&"component"), "{key} has the tags {tags:?}");
        // A master item is read once and not kept.
        let is_kept = item["history"] != "0";
        assert_eq!(is_kept, !masters.contains(key), "{key}");
    }
    let all = objects(export);
    let triggers: Vec<&&Value> = all.iter().filter(|object| object.get("priority").is_some()).collect();
    assert!(triggers.len() > 10, "{}", triggers.len());
    for trigger in triggers {
        let name = &trigger["name"];
        assert!(is_text(&trigger["description"]), "{name} has no description");
        assert_eq!(trigger["manual_close"], "YES", "{name}");
        assert!(list(trigger, "tags").any(|tag| tag["tag"] == "scope"), "{name} has no scope");
        // Problems about values say which; problems about silence have none.
        let expression = trigger["expression"].as_str().expect("a trigger has an expression");
        let says_why = trigger["opdata"] == r#"{{ITEM.LASTVALUE1}.regsub("(.*)", "\1")}"#;
        assert_eq!(says_why, expression.contains("length(last("), "{name}");
    }
    let ids: Vec<&str> = all.iter().filter_map(|object| object["uuid"].as_str()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    for id in ids {
        let bytes = id.as_bytes();
        assert!(id.len() == 32 && bytes[12] == b'4' && b"89ab".contains(&bytes[16]), "{id} is no UUID of version 4");
    }
    for limit in ["SUCCESS.MAX", "RUNNING.MAX", "FAILED.MAX", "FAILED.PERCENT.MAX", "EXCEPTION.CONTROL"] {
        let used = format!("{{$CLOUDBACKUP.{limit}:\"{{#KIND}}\"}}");
        let expressions = all.iter().filter_map(|object| object["expression"].as_str());
        assert!(expressions.into_iter().any(|text| text.contains(&used)), "{used}");
    }
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}

/// The README has a row for each macro, with its value and its description.
fn readme_has_the_macros(macros: &Value) {
    let readme = std::fs::read_to_string(root().join("examples/agents/zabbix/README.md")).expect("is there");
    let shown: Vec<&str> = readme.lines().filter(|line| line.starts_with("| `{$CLOUDBACKUP.")).collect();
    let text = |value: &Value| value.as_str().expect("a text").replace('|', "\\|");
    let expected: Vec<String> = macros
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| format!("| `{}` | `{}` | {} |", text(&it["macro"]), text(&it["value"]), text(&it["description"])))
        .collect();
    assert_eq!(shown, expected, "this is what it should have:\n{}", expected.join("\n"));
}
