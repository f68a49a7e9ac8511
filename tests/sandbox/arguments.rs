//! The command line.

use crate::command_line::{Command, USAGE, parse};
use crate::service::*;
use std::time::Duration;

fn read(arguments: &[&str]) -> Result<Command, String> {
    parse(arguments.iter().map(|argument| (*argument).to_owned()))
}

fn options(arguments: &[&str]) -> Options {
    match read(arguments) {
        Ok(Command::Serve(options)) => *options,
        Ok(Command::Help) => panic!("{arguments:?}: help"),
        Err(message) => panic!("{arguments:?}: {message}"),
    }
}

fn refusal(arguments: &[&str]) -> String {
    match read(arguments) {
        Ok(_) => panic!("{arguments:?} are accepted"),
        Err(message) => message,
    }
}

#[test]
fn each_option_sets_its_field() {
    let options = options(&[
        "--port",
        "8123",
        "--latency-ms",
        "20",
        "--run-seconds",
        "90",
        "--order",
        "oldest",
        "--total",
        "string",
        "--next-link",
        "query-only",
        "--page-limit",
        "100",
        "--shift",
        "--rate-limit-page",
        "0",
    ]);
    assert_eq!(
        (options.port, options.latency, options.run_time),
        (8123, Duration::from_millis(20), Duration::from_secs(90))
    );
    assert_eq!(
        (options.order, options.total, options.next_link),
        (Order::OldestFirst, Total::Text, NextLink::QueryOnly)
    );
    assert_eq!((options.page_limit, options.shift, options.rate_limit_page), (Some(100), true, Some(0)));
}

#[test]
fn the_first_name_is_the_default() {
    let defaults = options(&[]);
    assert_eq!(defaults.order, Order::NAMES[0].1);
    assert_eq!(defaults.total, Total::NAMES[0].1);
    assert_eq!(defaults.next_link, NextLink::NAMES[0].1);
    assert_eq!(format!("{defaults:?}"), format!("{:?}", Options::default()));
}

#[test]
fn every_name_sets_its_value() {
    for (name, order) in Order::NAMES {
        assert_eq!(options(&["--order", name]).order, *order);
    }
    for (name, total) in Total::NAMES {
        assert_eq!(options(&["--total", name]).total, *total);
    }
    for (name, next_link) in NextLink::NAMES {
        assert_eq!(options(&["--next-link", name]).next_link, *next_link);
    }
}

#[test]
fn the_usage_names_every_option_and_every_value() {
    let is_described =
        |name: &str| USAGE.lines().any(|line| line.trim_start().split([' ', ',']).any(|word| word == name));
    for option in [
        "port",
        "latency-ms",
        "run-seconds",
        "help",
        "order",
        "total",
        "next-link",
        "page-limit",
        "shift",
        "rate-limit-page",
    ] {
        assert!(USAGE.contains(&format!("\n  --{option}")), "{option}");
    }
    let orders = Order::NAMES.iter().map(|(name, _)| *name);
    let links = NextLink::NAMES.iter().map(|(name, _)| *name);
    let totals = Total::NAMES.iter().map(|(name, _)| *name);
    for name in orders.chain(links).chain(totals) {
        assert!(is_described(name), "{name}");
    }
    assert!(USAGE.lines().all(|line| line.len() <= 100));
    assert!(matches!(read(&["--help"]), Ok(Command::Help)));
}

#[test]
fn wrong_arguments_are_explained() {
    for (arguments, message) in [
        (["--order", "random"], "--order needs one of newest, oldest, unordered, not \"random\""),
        (["--total", "--shift"], "--total needs one of totalCount, totalNumber, string, none, not \"--shift\""),
        (["--page-limit", "0"], "--page-limit needs at least 1"),
        (["--port", "70000"], "--port needs a number that is in range, not \"70000\""),
        (["--rate-limit-page", "-1"], "--rate-limit-page needs a number that is in range, not \"-1\""),
        (["--shift", "5"], "unknown option: 5"),
    ] {
        assert_eq!(refusal(&arguments), message);
    }
    assert!(refusal(&["--next-link"]).starts_with("--next-link needs one of absolute, empty, "));
    assert_eq!(refusal(&["--run-seconds"]), "--run-seconds needs a number");
}
