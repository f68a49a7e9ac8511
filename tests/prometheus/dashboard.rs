//! The dashboard as a document: what Grafana's published types say of it, and what they cannot say.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

use super::daemon::folder;
use super::support::c_program::{is_installed, root};
use super::{read, succeeds};

pub fn dashboard() -> Value {
    read("dashboard.json").parse().expect("is JSON")
}

pub fn list<'a>(value: &'a Value, name: &str) -> &'a Vec<Value> {
    value[name].as_array().unwrap_or_else(|| panic!("{name} is not a list: {value}"))
}

pub fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} is not a text: {value}"))
}

/// A query of a panel.
pub struct Query {
    /// The title of the panel, and the letter of the query.
    pub name: String,
    pub expression: String,
    pub is_instant: bool,
}

pub fn queries() -> Vec<Query> {
    let mut queries = Vec::new();
    for panel in list(&dashboard(), "panels") {
        for target in list(panel, "targets") {
            queries.push(Query {
                name: format!("{} {}", text(panel, "title"), text(target, "refId")),
                expression: text(target, "expr").to_owned(),
                is_instant: target["instant"] == true,
            });
        }
    }
    assert!(queries.len() > 20);
    queries
}

/// The names of the variables that an expression uses. `$1` is a group of a regular expression.
fn variables_in(expression: &str) -> BTreeSet<String> {
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let names = expression.split('$').skip(1).map(|rest| rest.trim_start_matches('{'));
    let names = names.map(|rest| rest.chars().take_while(|letter| is_name(*letter)).collect::<String>());
    names.filter(|name| !name.starts_with(|letter: char| letter.is_ascii_digit())).collect()
}

#[test]
fn each_panel_has_a_place_a_title_and_a_description() {
    let dashboard = dashboard();
    let (mut ids, mut cells) = (BTreeSet::new(), BTreeSet::new());
    for panel in list(&dashboard, "panels") {
        assert!(ids.insert(panel["id"].as_u64().expect("a number")), "{}", panel["id"]);
        assert!(!text(panel, "title").is_empty() && text(panel, "description").len() > 20, "{}", panel["title"]);
        let [x, y, w, h] = ["x", "y", "w", "h"].map(|name| panel["gridPos"][name].as_u64().expect("a number"));
        assert!(w > 0 && h > 1 && x + w <= 24, "{}", panel["title"]);
        for cell in (x..x + w).flat_map(|x| (y..y + h).map(move |y| (x, y))) {
            assert!(cells.insert(cell), "two panels at {cell:?}, one is {}", panel["title"]);
        }
    }
    // Without gaps: Grafana would move the panels up, and ask to save that.
    let height = cells.iter().map(|(_, y)| y + 1).max().expect("has panels");
    assert_eq!(cells.len() as u64, 24 * height);
    // An id belongs to one Grafana; the uid is that of the dashboard everywhere.
    assert!(dashboard.get("id").is_none() && text(&dashboard, "uid").len() <= 40);
}

#[test]
fn the_variables_are_used_and_every_query_goes_to_the_chosen_data_source() {
    let dashboard = dashboard();
    let variables = list(&dashboard["templating"], "list");
    let names: BTreeSet<String> = variables.iter().map(|variable| text(variable, "name").to_owned()).collect();
    for name in ["datasource", "tenant", "object_type", "job_type", "location"] {
        assert!(names.contains(name), "{name}");
    }
    let source = "${datasource}";
    for variable in variables.iter().filter(|variable| variable["type"] == "query") {
        assert_eq!(variable["datasource"]["uid"], source, "{variable}");
        // A label that nothing has (a tenant, a location) must not hide what there is.
        assert_eq!((variable["includeAll"] == true, text(variable, "allValue")), (true, ".*"));
    }
    let mut used = BTreeSet::from(["datasource".to_owned()]);
    for panel in list(&dashboard, "panels") {
        assert_eq!(panel["datasource"]["uid"], source, "{}", panel["title"]);
        let mut letters = BTreeSet::new();
        for target in list(panel, "targets") {
            assert_eq!(target["datasource"]["uid"], source, "{}", panel["title"]);
            assert!(letters.insert(text(target, "refId")));
            used.extend(variables_in(text(target, "expr")));
        }
    }
    assert_eq!(used, names);
}

#[test]
fn what_a_table_renames_and_colours_is_there() {
    for panel in list(&dashboard(), "panels").iter().filter(|panel| panel["type"] == "table") {
        let targets = list(panel, "targets");
        let organize = list(panel, "transformations").iter().find(|step| step["id"] == "organize").expect("has one");
        let renamed = organize["options"]["renameByName"].as_object().expect("has names");
        for (from, to) in renamed {
            let is_there = match from.strip_prefix("Value #") {
                Some(letter) => targets.iter().any(|target| target["refId"] == letter),
                // A label that an expression keeps or makes.
                None => targets.iter().any(|target| {
                    let labels = text(target, "expr").split(['(', ')']).nth(1).unwrap_or_default();
                    labels.split(", ").any(|label| label == from)
                }),
            };
            assert!(is_there, "{from} is nowhere; it was to be {to}");
        }
        for change in list(&panel["fieldConfig"], "overrides") {
            assert!(renamed.values().any(|name| *name == change["matcher"]["options"]), "{change}");
        }
        let sorted = text(&list(&panel["options"], "sortBy")[0], "displayName");
        assert!(renamed.values().any(|name| name == sorted), "{sorted}");
    }
}

/// The published types, with the texts of an enumeration where the types want the enumeration.
const PLAIN: &str = "type Plain<T> = unknown extends T ? T : T extends string ? `${T}` : T extends number | boolean | null | undefined ? T
  : T extends Array<infer U> ? Array<Plain<U>> : { [K in keyof T]: Plain<T[K]> };\n";

#[test]
fn the_dashboard_has_the_types_that_grafana_publishes() {
    let modules = root().join("target/grafana/node_modules");
    if !is_installed("node") || !modules.join("@grafana/schema").exists() {
        assert!(std::env::var_os("CI").is_none(), "CI has @grafana/schema");
        eprintln!("left out: @grafana/schema is not in target/grafana");
        return;
    }
    let dashboard = dashboard();
    let raw = modules.join("@grafana/schema/dist/esm/raw");
    let mut program = String::from(PLAIN);
    let import =
        |name: &str, path: &str| format!("import * as {name} from {:?};\n", raw.join(path).display().to_string());
    program += &import("dash", "dashboard/x/dashboard_types.gen");
    program += &import("query", "composable/prometheus/dataquery/x/PrometheusDataQuery_types.gen");
    program += &import("stat", "composable/stat/panelcfg/x/StatPanelCfg_types.gen");
    program += &import("table", "composable/table/panelcfg/x/TablePanelCfg_types.gen");
    program += &import("timeline", "composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen");
    program += &import("series", "composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen");
    program += &format!("export const dashboard: Plain<dash.Dashboard> = {dashboard};\n");
    for (number, panel) in list(&dashboard, "panels").iter().enumerate() {
        let module = match text(panel, "type") {
            "stat" => "stat",
            "table" => "table",
            "state-timeline" => "timeline",
            "timeseries" => "series",
            other => panic!("no types for {other}"),
        };
        program += &format!("export const options{number}: Plain<{module}.Options> = {};\n", panel["options"]);
        program +=
            &format!("export const targets{number}: Plain<query.PrometheusDataQuery>[] = {};\n", panel["targets"]);
        let custom = &panel["fieldConfig"]["defaults"]["custom"];
        if !custom.is_null() {
            program += &format!("export const custom{number}: Partial<Plain<{module}.FieldConfig>> = {custom};\n");
        }
    }
    let file = folder("dashboard-types").join("dashboard.ts");
    std::fs::write(&file, program).expect("target is writable");
    let mut compiler = Command::new("node");
    compiler.arg(modules.join("typescript/bin/tsc")).args(["--strict", "--noEmit", "--skipLibCheck"]);
    compiler.args(["--moduleResolution", "node", "--target", "es2020"]).arg(&file);
    succeeds(&mut compiler);
}
