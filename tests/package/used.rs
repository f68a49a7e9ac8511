//! Programs that are built from the packages, and those that are in them, against the sandbox.

use std::path::Path;
use std::process::Command;

use super::packages::{NATIVE, Package, Target, VERSION, made, run, succeeds, targets, unpacked};
use crate::support::sandbox::{self, Options, Sandbox};

/// The environment of a program that asks the sandbox.
pub fn variables(sandbox: &Sandbox) -> Vec<(&'static str, String)> {
    vec![
        ("CBJ_BASE_URL", sandbox.base_url()),
        ("CBJ_IDENTITY_URL", sandbox.identity_url()),
        ("CBJ_CLIENT_ID", "sandbox-client".to_owned()),
        ("CBJ_CLIENT_SECRET", "sandbox-secret".to_owned()),
    ]
}

/// A program of the target, to be started here.
fn program(runner: &Command, path: &Path) -> Command {
    let mut command = Command::new(runner.get_program());
    command.arg(path);
    command
}

/// Each request has an id of its own, in the last line.
fn without_id(said: &str) -> String {
    said.split("Request id").next().expect("a beginning").to_owned()
}

/// A C program that is built by the package's own documents.
fn built(package: &Package, pkg_config: &str) -> std::path::PathBuf {
    let path = [("PKG_CONFIG_PATH", package.libraries.join("pkgconfig").display().to_string())];
    let flags = succeeds(Command::new("pkg-config").args(["--cflags", "--libs", pkg_config]), &path);
    let program = package.usr.join(pkg_config.replace("cloudbackupjobs", "job_details"));
    // On this machine, as its users do.
    let is_native = package.target.triple == NATIVE;
    let mut cc = if is_native { Command::new("cc") } else { package.target.tool("target-cc") };
    cc.arg("-std=c99").arg(package.usr.join("share/doc/cloudbackupjobs/c/job_details.c"));
    cc.args(flags.split_whitespace()).arg("-o").arg(&program);
    if !is_native {
        // gcc adds its unwinder by itself, zig does not.
        cc.arg("-lunwind");
    }
    let home = [("HOME", std::env::var("HOME").expect("is set"))];
    succeeds(&mut cc, &home);
    program
}

#[test]
fn programs_are_built_from_it_and_run() {
    let Some(made) = made() else { return };
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    for package in unpacked(&made, "used") {
        let Some(runner) = package.target.runner() else { continue };
        let alone = variables(&sandbox);
        let mut environment = alone.clone();
        environment.push(("LD_LIBRARY_PATH", package.libraries.display().to_string()));
        let shared = built(&package, "cloudbackupjobs");
        let said = succeeds(program(&runner, &shared).arg(sandbox::FINISHED_WITH_EXCEPTION), &environment);
        assert!(said.contains("Finished with Exception"), "{said}");
        let inside = built(&package, "cloudbackupjobs-static");
        let again = succeeds(program(&runner, &inside).arg(sandbox::FINISHED_WITH_EXCEPTION), &alone);
        assert_eq!(without_id(&again), without_id(&said));

        if package.target.triple == NATIVE {
            let script = package.usr.join("share/doc/cloudbackupjobs/languages/python/cloudbackupjobs.py");
            let mut python = Command::new("python3");
            python.arg("-B").arg(script).arg(sandbox::FINISHED_WITH_EXCEPTION);
            assert_eq!(without_id(&succeeds(&mut python, &environment)), without_id(&said));
        }

        // Out of the tarball programs find the library by their own place.
        let reach = if package.is_debian { &environment } else { &alone };
        let mut show = program(&runner, &package.usr.join("bin/cloudbackupjobs"));
        let said = succeeds(show.args(["show", sandbox::FINISHED, "--json"]), reach);
        assert!(said.starts_with(&format!("{{\"id\":\"{}\",\"state\":\"finished\"", sandbox::FINISHED)), "{said}");
        let page = package.usr.join("share/man/man1/cloudbackupjobs.1");
        assert!(std::fs::read_to_string(page).expect("is there").contains(&format!(".Os cloudbackupjobs {VERSION}")));
        judges_a_job(&mut program(&runner, &package.usr.join("lib/nagios/plugins/check_cloudbackup_job")), reach);
    }
}

/// The plugin in one file, where it was copied, with nothing beside it.
#[test]
fn the_static_plugin_runs_alone() {
    let Some(made) = made() else { return };
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let musl: Vec<Target> = targets(&made).into_iter().filter(|target| target.is_musl).collect();
    for target in musl {
        let plugin = target.static_plugin(&made).expect("musl has one");
        judges_a_job(&mut program(&target.tool("target-run"), &plugin), &variables(&sandbox));
        let licences =
            plugin.with_file_name(format!("{}.licences.txt", plugin.file_name().expect("is a file").display()));
        let licences = std::fs::read_to_string(licences).expect("is beside the plugin");
        assert!(
            licences.contains("musl as a whole is licensed under the following standard MIT license"),
            "{licences}"
        );
    }
}

fn judges_a_job(plugin: &mut Command, environment: &[(&str, String)]) {
    let output = run(plugin.args(["-j", sandbox::FINISHED]), environment);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains(sandbox::FINISHED), "{plugin:?}: {said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.code().is_some_and(|status| status <= 2), "{said}");
}
