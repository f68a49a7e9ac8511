//! Two or more faults at once, by chance.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use super::run;
use crate::services::{Services, Way};
use crate::turns::turns;

#[test]
fn several_calls_of_the_system_may_fail() {
    let rows = run(&Services::start(Way::Plain), &["rows"]);
    let rows: Vec<(&str, &str)> = rows.lines().filter_map(|line| line.split_once(' ')).collect();
    let mut ways: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    rows.iter().for_each(|(function, way)| ways.entry(function).or_default().push(way));
    let functions: Vec<&str> = ways.keys().copied().collect();
    let services = Way::ALL.map(|way| (way, OnceCell::new()));
    turns("syscalls::combinations", 20, |rng| {
        let (way, services) = &services[rng.usize(..services.len())];
        let services = services.get_or_init(|| Services::start(*way));
        let scenes = ["make", "get", "get", "again", "list", "cancel", "fork", "low"];
        let mut arguments = vec![scenes[rng.usize(..scenes.len())].to_owned()];
        for _ in 0..rng.usize(2..=4) {
            let function = functions[rng.usize(..functions.len())];
            let ways = &ways[function];
            arguments.push(function.to_owned());
            arguments.push(ways[rng.usize(..ways.len())].to_owned());
            // Most functions are called once or twice.
            arguments.push((1 + rng.usize(..12) * rng.usize(..12) / 12).to_string());
            arguments.push([1, 1, 2, 5][rng.usize(..4)].to_string());
        }
        run(services, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
    });
}
