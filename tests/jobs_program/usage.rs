//! The command line: mistakes in it, and `--help` and `--version`.

use super::program::run_with;

#[test]
fn a_mistake_is_named() {
    for (arguments, words) in [
        (&[][..], "a command is missing: latest, list, show or wait"),
        (&["lastest"], "unknown command \"lastest\"; known are: latest list show wait"),
        (
            &["latest", "mail"],
            "unknown kind \"mail\"; known are: exchange-online sharepoint-online onedrive microsoft-365-groups \
            project-online public-folder teams viva-engage teams-chat power-bi power-automate power-apps",
        ),
        // It would mix all kinds.
        (&["latest", "all"], "unknown kind \"all\"; known are: exchange-online"),
        (&["list", "--kind", "mail"], "unknown kind \"mail\"; known are: all exchange-online sharepoint-online"),
        (&["list", "--type", "copy"], "unknown type \"copy\"; known are: all backup restore export deletion retention"),
        (
            &["list", "--state", "bad"],
            "unknown state \"bad\"; known are: in-progress finished failed finished-with-exception \
            partially-finished",
        ),
        (&["list", "teams"], "list takes no \"teams\"; a kind follows --kind"),
        (&["list", "--since", "yesterday"], "--since \"yesterday\" is not a time, such as 26h, 7d, 2026-11-25 or"),
        (&["list", "--since", "7"], "--since \"7\" is not a time"),
        (&["list", "--since", "-7d"], "--since \"-7d\" is not a time"),
        (&["list", "--since", "7 d"], "--since \"7 d\" is not a time"),
        (&["list", "--since", "12345678901d"], "--since \"12345678901d\" is not a time"),
        (&["list", "--since", "2026-02-29"], "--since \"2026-02-29\" is not a time"),
        (&["list", "--since", "2026-13-01"], "--since \"2026-13-01\" is not a time"),
        (&["list", "--since", "2026-11-25 24:00"], "--since \"2026-11-25 24:00\" is not a time"),
        (&["list", "--since", "2026-11-25T10:00X"], "--since \"2026-11-25T10:00X\" is not a time"),
        (&["list", "--until", ""], "--until \"\" is not a time"),
        (&["list", "--since", "1d", "--until", "2d"], "the time that --since names is later than that of --until"),
        (&["list", "--max", "0"], "--max \"0\" is not a number of jobs, at least 1"),
        (&["list", "--max", "-1"], "--max \"-1\" is not a number"),
        (&["list", "--max", "9x"], "--max \"9x\" is not a number"),
        (&["list", "--location", "E R"], "--location \"E R\" is not a location, such as EUR"),
        (&["wait", "J", "--interval", "0s"], "--interval \"0s\" is not a duration from 1s to 49d, such as 30s"),
        (&["wait", "J", "--timeout", "50d"], "--timeout \"50d\" is not a duration"),
        (&["wait"], "wait takes the id of one job"),
        (&["show", "J1", "J2"], "show takes the id of one job"),
        (&["show", "J", "--max", "3"], "show does not take --max"),
        (&["latest", "--until", "1d"], "latest does not take --until"),
        (&["list", "--timeout", "1h"], "list does not take --timeout"),
        (&["list", "--since"], "--since takes a value"),
        (&["list", "--json=yes"], "--json takes no value"),
        (&["list", "--bogus"], "unknown option --bogus"),
        (&["list", "-x"], "unknown option -x"),
        // What is quoted cannot harm a terminal.
        (&["list", "--since", "\u{1b}[31m"], "--since \" [31m\" is not a time"),
        (&["show\u{7}"], "unknown command \"show \""),
    ] {
        let said = run_with(&[], arguments);
        assert_eq!((said.status, said.stdout.as_str()), (Some(2), ""), "{arguments:?}");
        let words = format!("cloudbackupjobs: {words}");
        assert!(said.stderr.starts_with(&words), "{words}\n{}", said.stderr);
        assert!(said.stderr.ends_with("\nTry \"cloudbackupjobs --help\".\n"), "{}", said.stderr);
    }
}

#[test]
fn help_and_version_need_no_configuration() {
    let help = run_with(&[], &["--help"]);
    assert_eq!((help.status, help.stderr.as_str()), (Some(0), ""));
    for line in help.stdout.lines() {
        assert!(line.chars().count() <= 80, "{line}");
        assert_eq!(line, line.trim_end());
    }
    for words in ["power-automate, power-apps\n", "partially-finished\n", "deletion, retention\n", "\nExamples:\n"] {
        assert!(help.stdout.contains(words), "{words}: {}", help.stdout);
    }
    assert_eq!(run_with(&[], &["list", "--help", "--since", "1d"]).stdout, help.stdout);
    let version = run_with(&[], &["--version"]);
    assert_eq!(version.stdout, concat!("cloudbackupjobs ", env!("CARGO_PKG_VERSION"), "\n"));
}

/// The examples of `--help` and of the man page are command lines that the program understands.
#[test]
fn the_examples_are_understood() {
    let help = run_with(&[], &["--help"]).stdout;
    let page = std::fs::read_to_string(super::program::folder().join("cloudbackupjobs.1")).expect("is there");
    let of_help = help.lines().filter_map(|line| line.strip_prefix("  cloudbackupjobs "));
    let of_page = page.lines().filter_map(|line| line.strip_prefix(".Dl $ cloudbackupjobs "));
    let examples: Vec<&str> = of_help.chain(of_page).collect();
    assert_eq!(examples.len(), 8);
    for example in examples {
        let command = example.split([';', '|']).next().expect("a command");
        let said = run_with(&[], &command.split_whitespace().collect::<Vec<_>>());
        // It has read the command line, and looks for its configuration.
        assert_eq!(said.status, Some(3), "{example}: {said:?}");
    }
}
