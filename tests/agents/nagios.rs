//! The commands, services and dependencies of Nagios, verified and run by a real Nagios.

use std::path::Path;
use std::process::Command;

use super::build::plugin;
use super::daemon::{Daemon, credentials, folder, is_missing};
use super::icinga::{group, user};
use super::job::{ID, envelope, with_errors};
use super::outage::{Notified, Tenants, Watched, live_through};
use super::support::answers::ok;
use super::support::c_program::root;
use super::support::scripted_server::{Afterwards, ScriptedServer, Step};

/// Our definitions, with the credentials of all tenants in one file.
fn definitions(credentials: &Path) -> String {
    let text = std::fs::read_to_string(root().join("examples/agents/nagios/nagios.cfg")).expect("is there");
    ["contoso", "northwind", "fabrikam"].iter().fold(text, |text, tenant| {
        let theirs = format!("/etc/nagios4/cloudbackup-{tenant}.json");
        assert!(text.contains(&theirs), "{text}");
        text.replace(&theirs, &credentials.display().to_string())
    })
}

/// The main file of a Nagios whose files are all in the folder, with Debian's templates and these objects.
fn configure(folder: &Path, notify: &Path, objects: &str) -> std::path::PathBuf {
    let (dir, plugins) = (folder.display(), plugin().parent().expect("lies in a folder").display());
    // What Debian's templates name.
    let others = format!(
        "define command {{\n command_name notify-service-by-email\n command_line {} \"$NOTIFICATIONTYPE$ $HOSTNAME$ $SERVICEDESC$\"\n}}\n\
         define command {{\n command_name notify-host-by-email\n command_line {0} \"$NOTIFICATIONTYPE$ $HOSTNAME$\"\n}}\n\
         define command {{\n command_name check-host-alive\n command_line /bin/true\n}}\n\
         define contact {{\n contact_name nagiosadmin\n use generic-contact\n}}\n\
         define contactgroup {{\n contactgroup_name admins\n members nagiosadmin\n}}\n",
        notify.display(),
    );
    std::fs::write(folder.join("objects.cfg"), format!("{objects}\n{others}")).expect("is writable");
    std::fs::write(folder.join("resource.cfg"), format!("$USER1$={plugins}\n")).expect("is writable");
    std::fs::create_dir(folder.join("results")).expect("is writable");
    let main = folder.join("nagios.cfg");
    let text = format!(
        "log_file={dir}/nagios.log\ncfg_file={dir}/objects.cfg\ncfg_file=/etc/nagios4/objects/templates.cfg\ncfg_file=/etc/nagios4/objects/timeperiods.cfg\n\
         resource_file={dir}/resource.cfg\nstatus_file={dir}/status\nobject_cache_file={dir}/cache\n\
         precached_object_file={dir}/precached\ncommand_file={dir}/commands\nlock_file={dir}/lock\ntemp_file={dir}/temp\ntemp_path={dir}\nquery_socket={dir}/query\n\
         check_result_path={dir}/results\nstate_retention_file={dir}/retention\nnagios_user={user}\nnagios_group={group}\ninterval_length=1\nstatus_update_interval=1\n\
         execute_service_checks=1\nenable_notifications=1\nillegal_macro_output_chars=`~$&|'\"<>\n",
        user = user(),
        group = group(),
    );
    std::fs::write(&main, text).expect("is writable");
    let verified = Command::new("/usr/sbin/nagios4").arg("-v").arg(&main).output().expect("starts");
    let said = String::from_utf8_lossy(&verified.stdout);
    assert!(verified.status.success() && said.contains("Total Errors:   0"), "{said}");
    main
}

fn start(main: &Path, folder: &Path) -> Daemon {
    Daemon::start(Command::new("/usr/sbin/nagios4").arg(main).env("TZ", "UTC"), folder)
}

/// What Nagios says about a service.
fn status(folder: &Path, service: &str) -> String {
    let status = std::fs::read_to_string(folder.join("status")).unwrap_or_default();
    let name = format!("\tservice_description={service}\n");
    status.split("servicestatus {").find(|block| block.contains(&name)).unwrap_or_default().to_owned()
}

#[test]
fn nagios_runs_the_command_for_a_job() {
    if is_missing("nagios4") {
        return;
    }
    let server =
        ScriptedServer::start([vec![Step::Behave(ok(envelope(&with_errors("Failed"))))]], Afterwards::RepeatLast);
    let folder = folder("nagios");
    let definitions = definitions(&credentials(&folder, &server.url()));
    let (commands, _) = definitions.split_once("# ---- tenants").expect("has tenants");
    let config = folder.join("cloudbackup.json");
    let tenant = format!(
        "define host {{\n use generic-host\n host_name tenant\n max_check_attempts 1\n contact_groups admins\n _cloudbackup_config {}\n}}\n\
         define service {{\n use generic-service\n host_name tenant\n service_description One job\n check_interval 1\n\
         check_command check_cloudbackup_job!{ID}!-w failed=0,age=26h -c failed=5%,running=24h\n}}\n",
        config.display(),
    );
    let main = configure(&folder, Path::new("/bin/true"), &format!("{commands}{tenant}"));
    let mut daemon = start(&main, &folder);
    daemon.wait("the check is not done", |_| status(&folder, "One job").contains("plugin_output=BACKUP"));
    let service = status(&folder, "One job");
    assert!(service.contains("\tcurrent_state=2\n"), "{service}");
    let line = format!("\tplugin_output=BACKUP CRITICAL - {ID}: Failed, 4 of 200 objects failed (>0), 3 h ago\n");
    assert!(service.contains(&line), "{service}");
    assert!(service.contains("performance_data='total'=200;;;0; 'failed'=4;0;;0;200"), "{service}");
    assert!(service.contains("performance_data='total'=200;;;0; 'failed'=4;0;;0;200"), "{service}");
    assert!(service.contains("\tlong_plugin_output=Started "), "{service}");
    daemon.stop();
}

pub fn lives_through_an_outage() {
    if is_missing("nagios4") {
        return;
    }
    let tenants = Tenants::start();
    let folder = folder("nagios-outage");
    let notified = Notified::new(&folder);
    // A minute takes a second, by interval_length.
    let definitions = definitions(&credentials(&folder, &tenants.url())).replace(" -t 10", " -t 2");
    let main = configure(&folder, &notified.program, &definitions);
    let mut daemon = start(&main, &folder);
    let watched = Watched {
        api: &["contoso Backup API", "fabrikam Backup API", "northwind Backup API"],
        mailboxes: &["contoso Backup exchange-online", "northwind Backup exchange-online"],
        kinds: 6,
        services: 8,
    };
    live_through(&mut daemon, &tenants, &notified, &watched);
    daemon.stop();
}
