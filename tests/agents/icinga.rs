//! The plugin under a real Icinga 2, with our CheckCommand: what state and performance data it makes of it. And the command
//! definition of Nagios, verified and run by a real Nagios.

use std::io::Read;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use super::build::plugin;
use super::daemon::{Daemon, credentials, folder, is_missing};
use super::job::{ID, envelope, with_errors};
use super::support::answers::{answer, ok};
use super::support::c_program::root;
use super::support::scripted_server::{Afterwards, ScriptedServer, Step};

fn user() -> String {
    let output = Command::new("id").arg("-un").output().expect("id is there");
    String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
}

fn group() -> String {
    let output = Command::new("id").arg("-gn").output().expect("id is there");
    String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
}

/// Everything that Icinga has written to files that begin with this name.
fn written(folder: &Path, name: &str) -> String {
    let files = std::fs::read_dir(folder).expect("is there").filter_map(|file| Some(file.ok()?.path()));
    let mut files: Vec<_> =
        files.filter(|file| file.file_name().is_some_and(|file| file.to_string_lossy().starts_with(name))).collect();
    files.sort();
    files.iter().map(|file| std::fs::read_to_string(file).unwrap_or_default()).collect()
}

#[test]
fn icinga_reads_state_and_performance_data() {
    if is_missing("icinga2") {
        return;
    }
    let say = |body: Vec<u8>| [Step::Request, Step::Send(body)];
    let bad = || ok(envelope(&with_errors("Finished with Exception")));
    // Each check is a process of its own, and a connection.
    let one = |body: Vec<u8>| Vec::from(say(body));
    let server = ScriptedServer::start(
        [one(bad()), one(answer("500 Internal Server Error", "")), vec![Step::Request, Step::Stall], one(bad())],
        Afterwards::RepeatLast,
    );
    let folder = folder("icinga");
    let file = credentials(&folder, &server.url());
    // Icinga tells Graphite what it has understood of the performance data.
    let graphite = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let port = graphite.local_addr().expect("is bound").port();
    let metrics = Arc::new(Mutex::new(String::new()));
    std::thread::spawn({
        let metrics = Arc::clone(&metrics);
        move || {
            let Ok((mut stream, _)) = graphite.accept() else { return };
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = stream.read(&mut bytes) {
                metrics.lock().expect("nobody panics").push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
        }
    });
    let conf = folder.join("icinga2.conf");
    let (plugins, dir) = (plugin().parent().expect("lies in a folder").display(), folder.display());
    let text = format!(
        "const PluginDir = \"{plugins}\"\nconst NodeName = \"test\"\ninclude <itl>\ninclude \"{command}\"\n\
         object CheckerComponent \"checker\" {{ }}\n\
         object PerfdataWriter \"perfdata\" {{\n service_perfdata_path = \"{dir}/service\"\n service_temp_path = \"{dir}/writing\"\n\
         host_perfdata_path = \"{dir}/host\"\n host_temp_path = \"{dir}/host-writing\"\n rotation_interval = 1s\n\
         service_format_template = \"$service.state$|$service.output$|$service.perfdata$\"\n}}\n\
         object GraphiteWriter \"graphite\" {{\n host = \"127.0.0.1\"\n port = {port}\n enable_send_thresholds = true\n}}\n\
         object Host \"tenant\" {{ check_command = \"dummy\" }}\n\
         object Service \"backup\" {{\n host_name = \"tenant\"\n check_command = \"cloudbackup_job\"\n check_interval = 1s\n retry_interval = 1s\n\
         vars.cloudbackup_job = \"{ID}\"\n vars.cloudbackup_config = \"{config}\"\n vars.cloudbackup_timeout = 1\n\
         vars.cloudbackup_warning = \"failed=3\"\n vars.cloudbackup_critical = [ \"failed=5%\", \"skipped=7\" ]\n\
         vars.cloudbackup_state = [ \"finished-with-exception=ok\" ]\n vars.cloudbackup_ignore_error = [ \"moved\" ]\n\
         vars.cloudbackup_on_timeout = \"unknown\"\n vars.cloudbackup_verbose = true\n}}\n",
        command = root().join("examples/agents/nagios/icinga2.conf").display(),
        config = file.display(),
    );
    std::fs::write(&conf, text).expect("is writable");
    let mut command = Command::new("/usr/sbin/icinga2");
    command.args(["daemon", "-c"]).arg(&conf);
    for (constant, name) in
        [("DataDir", "data"), ("LogDir", "logs"), ("InitRunDir", "run"), ("CacheDir", "cache"), ("SpoolDir", "spool")]
    {
        std::fs::create_dir(folder.join(name)).expect("is writable");
        command.arg("-D").arg(format!("{constant}={}", folder.join(name).display()));
    }
    command.arg("-D").arg(format!("RunAsUser={}", user())).arg("-D").arg(format!("RunAsGroup={}", group()));
    command.env("ICINGA2_USER", user()).env("ICINGA2_GROUP", group()).env("TZ", "UTC");
    let mut daemon = Daemon::start(&mut command, &folder);
    let states = |folder: &Path| -> Vec<String> {
        let text = written(folder, "service.");
        text.lines().filter_map(|line| Some(line.split_once("|BACKUP ")?.0.to_owned())).collect()
    };
    daemon.wait("four checks are not done", |_| states(&folder).len() >= 4);
    assert_eq!(states(&folder)[..4], ["WARNING", "CRITICAL", "UNKNOWN", "WARNING"], "{}", written(&folder, "service."));
    let text = written(&folder, "service.");
    assert!(text.contains("WARNING|BACKUP WARNING - FB20261123220000000001: 4 objects failed (warning above 3); Finished with Exception, 4 of 200"), "{text}");
    assert!(text.contains("|total=200;;;0; failed=4;3;;0;200 failed_percent=2%;;5;0;100"), "{text}");
    assert!(
        text.contains(
            "\n3 x The item is checked out. https://learn.example.com/e/19\nIgnored: 1 kinds of errors, 1 occurrences\n"
        ),
        "{text}"
    );
    daemon.wait("Graphite is not told", |_| {
        metrics.lock().expect("nobody panics").matches(".perfdata.age.value").count() >= 2
    });
    let metrics = metrics.lock().expect("nobody panics").clone();
    for line in [
        "failed.value 4 ",
        "failed.warn 3 ",
        "failed.max 200 ",
        "failed_percent.crit 5 ",
        "skipped.crit 7 ",
        "duration.value 3600 ",
        "errors.value 3 ",
    ] {
        assert!(metrics.contains(&format!(".perfdata.{line}")), "{line}: {metrics}");
    }
    assert!(metrics.contains(".perfdata.age.value 10"), "{metrics}");
    daemon.stop();
}

#[test]
fn nagios_runs_the_command_as_it_is_defined() {
    if is_missing("nagios4") {
        return;
    }
    let server =
        ScriptedServer::start([vec![Step::Behave(ok(envelope(&with_errors("Failed"))))]], Afterwards::RepeatLast);
    let folder = folder("nagios");
    let file = credentials(&folder, &server.url());
    let (dir, plugins) = (folder.display(), plugin().parent().expect("lies in a folder").display());
    // There the service to copy is a comment. Here it is in force.
    let definitions = std::fs::read_to_string(root().join("examples/agents/nagios/nagios.cfg")).expect("is there");
    let (commands, service) = definitions.split_once("\n#define service").expect("has a service to copy");
    let definitions = format!("{commands}\ndefine service{}", service.replace("\n#", "\n"));
    let definitions = definitions
        .replace("/etc/nagios4/cloudbackup.json", &file.display().to_string())
        .replace("FB20241015105312327583", ID);
    let definitions = definitions
        .replace(
            "check_interval         5",
            "check_interval 1\n max_check_attempts 1\n check_period always\n contacts nobody",
        )
        .replace("use                    generic-service", "");
    let others = "define timeperiod {\n timeperiod_name always\n alias always\n sunday 00:00-24:00\n monday 00:00-24:00\n tuesday 00:00-24:00\n\
         wednesday 00:00-24:00\n thursday 00:00-24:00\n friday 00:00-24:00\n saturday 00:00-24:00\n}\n\
         define command {\n command_name true\n command_line /bin/true\n}\n\
         define contact {\n contact_name nobody\n host_notification_commands true\n service_notification_commands true\n\
         host_notification_period always\n service_notification_period always\n}\n\
         define host {\n host_name tenant\n address 127.0.0.1\n check_command true\n max_check_attempts 1\n check_period always\n contacts nobody\n}\n";
    std::fs::write(folder.join("objects.cfg"), format!("{definitions}\n{others}")).expect("is writable");
    std::fs::write(folder.join("resource.cfg"), format!("$USER1$={plugins}\n")).expect("is writable");
    std::fs::create_dir(folder.join("results")).expect("is writable");
    let main = folder.join("nagios.cfg");
    let text = format!(
        "log_file={dir}/nagios.log\ncfg_file={dir}/objects.cfg\nresource_file={dir}/resource.cfg\nstatus_file={dir}/status\nobject_cache_file={dir}/cache\n\
         precached_object_file={dir}/precached\ncommand_file={dir}/commands\nlock_file={dir}/lock\ntemp_file={dir}/temp\ntemp_path={dir}\nquery_socket={dir}/query\n\
         check_result_path={dir}/results\nstate_retention_file={dir}/retention\nnagios_user={user}\nnagios_group={group}\ninterval_length=1\nstatus_update_interval=1\n\
         execute_service_checks=1\nillegal_macro_output_chars=`~$&|'\"<>\n",
        user = user(),
        group = group(),
    );
    std::fs::write(&main, text).expect("is writable");
    let verified = Command::new("/usr/sbin/nagios4").arg("-v").arg(&main).output().expect("starts");
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    let mut daemon = Daemon::start(Command::new("/usr/sbin/nagios4").arg(&main).env("TZ", "UTC"), &folder);
    daemon.wait("the check is not done", |_| {
        std::fs::read_to_string(folder.join("status")).is_ok_and(|status| status.contains("plugin_output=BACKUP"))
    });
    let status = std::fs::read_to_string(folder.join("status")).expect("is there");
    let service = status.split("servicestatus {").nth(1).expect("has a service");
    assert!(service.contains("\tcurrent_state=2\n"), "{service}");
    assert!(
        service.contains(&format!("\tplugin_output=BACKUP CRITICAL - {ID}: Failed, 4 of 200 objects failed")),
        "{service}"
    );
    assert!(service.contains("performance_data='total'=200;;;0; 'failed'=4;0;;0;200"), "{service}");
    assert!(service.contains("long_plugin_output=Started "), "{service}");
    daemon.stop();
}
