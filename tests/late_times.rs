//! The times that the C programs write and read, on a machine whose `time_t` ends in 2038: the files that reckon with
//! times are compiled for 32-bit Linux, which this machine's kernel runs, too.
#![allow(missing_docs, clippy::print_stderr, reason = "a test program")]

mod support;

use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use support::c_program::{is_installed, root, scratch_dir};

/// Central European time, without a file of zones.
const ZONE: &str = "CET-1CEST,M3.5.0,M10.5.0/3";

const CROSS_COMPILER: &str = "i686-linux-gnu-gcc";

/// Compiles `tests/c/late_times.c`. A static program needs no C library of its machine.
fn compile(compiler: &str, flags: &[&str]) -> PathBuf {
    let made = scratch_dir().join(format!("late_times-{compiler}-{}", flags.len()));
    let mut command = Command::new(compiler);
    command.args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-O1", "-static"]).args(flags);
    command.args(["-ffunction-sections", "-Wl,--gc-sections", "-I"]).arg(root().join("include"));
    for source in [
        "tests/c/late_times.c",
        "examples/agents/shared/text.c",
        "examples/agents/shared/system_posix.c",
        "examples/agents/shared/calendar.c",
        "examples/agents/shared/words.c",
        "examples/c/jobs/times.c",
        "examples/c/jobs/system_posix.c",
    ] {
        command.arg(root().join(source));
    }
    let output = command.arg("-o").arg(&made).output().unwrap_or_else(|error| panic!("{compiler}: {error}"));
    assert!(output.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&output.stderr));
    made
}

/// With 64 bits, with 32, and with the 64 that newer C libraries have for programs of 32 bits on request.
static PROGRAMS: LazyLock<Vec<(PathBuf, u32)>> = LazyLock::new(|| {
    let mut programs = vec![(compile("cc", &[]), 64)];
    if is_installed(CROSS_COMPILER) {
        programs.push((compile(CROSS_COMPILER, &[]), 32));
        programs.push((compile(CROSS_COMPILER, &["-D_TIME_BITS=64", "-D_FILE_OFFSET_BITS=64"]), 64));
    } else {
        assert!(std::env::var_os("CI").is_none(), "CI has {CROSS_COMPILER}");
        eprintln!("left out: {CROSS_COMPILER} is not installed");
    }
    programs
});

fn lines(program: &PathBuf, arguments: &[&str]) -> Vec<String> {
    let output = Command::new(program).args(arguments).env("TZ", ZONE).output().expect("the program starts");
    let printed = String::from_utf8(output.stdout).expect("prints UTF-8");
    assert!(output.status.success(), "{program:?} {arguments:?}: {printed}");
    printed.lines().map(str::to_owned).collect()
}

#[test]
fn a_time_that_the_c_library_has_no_calendar_for_is_written_in_utc() {
    // Unix milliseconds, the time in UTC, and the local time with its offset.
    const TIMES: [(&str, &str, &str, bool); 8] = [
        ("1764124042999", "2025-11-26T02:27:22Z", "2025-11-26 03:27:22 +0100", false),
        ("1753000000000", "2025-07-20T08:26:40Z", "2025-07-20 10:26:40 +0200", false),
        ("-1", "1969-12-31T23:59:59Z", "1970-01-01 00:59:59 +0100", false),
        ("2147483647999", "2038-01-19T03:14:07Z", "2038-01-19 04:14:07 +0100", false),
        ("2147483648000", "2038-01-19T03:14:08Z", "2038-01-19 04:14:08 +0100", true),
        ("4102444800000", "2100-01-01T00:00:00Z", "2100-01-01 01:00:00 +0100", true),
        ("-2147483648001", "1901-12-13T20:45:51Z", "1901-12-13 21:45:51 +0100", true),
        ("253402300799999", "9999-12-31T23:59:59Z", "10000-01-01 00:59:59 +0100", true),
    ];
    for (program, bits) in &*PROGRAMS {
        let mut expected = vec![format!("{bits} bits")];
        for (_, utc, local, is_far) in TIMES {
            let in_utc = utc.replace('T', " ").replace('Z', " +0000");
            let is_unknown = is_far && *bits == 32;
            let shown = if is_unknown { in_utc.as_str() } else { local };
            // The program writes no seconds.
            let (minutes, offset) = (&shown[..shown.len() - 9], &shown[shown.len() - 6..]);
            // The example has the service's own text, which is in UTC.
            let example = if is_unknown { "the text".to_owned() } else { format!("{local}   (the text)") };
            expected.push(format!("{shown} | {minutes}{offset} | {utc} | {:13}{example}", ""));
        }
        assert_eq!(lines(program, &TIMES.map(|(ms, ..)| ms)), expected, "{program:?}");
    }
}

#[test]
fn every_day_is_that_of_the_calendar() {
    for (program, _) in &*PROGRAMS {
        // 31 December 2799
        assert_eq!(lines(program, &["days"]), ["303150 is the last day"]);
    }
}

#[test]
fn a_time_that_the_c_library_has_no_calendar_for_is_read_in_utc() {
    const HOUR: i64 = 3_600_000;
    // What --since takes, Unix milliseconds in UTC, and how far the local time is ahead of it.
    const TIMES: [(&str, i64, i64, bool); 8] = [
        ("2026-11-25 03:12", 1_795_576_320_000, HOUR, false),
        ("2026-07-01", 1_782_864_000_000, 2 * HOUR, false),
        // mktime has -1 also for a failure.
        ("1970-01-01T00:59:59", 3_599_000, HOUR, false),
        ("2100-01-01", 4_102_444_800_000, HOUR, true),
        ("2100-02-28T12:00", 4_107_499_200_000, HOUR, true),
        ("2100-07-01T12:00:00+02:00", 4_118_119_200_000, 0, false),
        ("2100-07-01 10:00:00Z", 4_118_119_200_000, 0, false),
        ("9999-12-31T23:59:59Z", 253_402_300_799_000, 0, false),
    ];
    for (program, bits) in &*PROGRAMS {
        let mut arguments = vec!["read"];
        arguments.extend(TIMES.map(|(text, ..)| text));
        let expected =
            TIMES.map(|(_, ms, ahead, is_far)| (ms - if is_far && *bits == 32 { 0 } else { ahead }).to_string());
        assert_eq!(lines(program, &arguments), expected, "{program:?}");
        let none = ["2100-02-29", "2026-02-29Z", "2100-13-01", "2100-04-31T00:00Z", "2100-01-01T24:00"];
        arguments.splice(1.., none);
        assert_eq!(lines(program, &arguments), ["no time"; 5], "{program:?}");
    }
}
