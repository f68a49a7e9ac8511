//! The pictures of the dashboard and of the problem view, which `CBJ_PICTURES=1 cargo test --test zabbix_server pictures`
//! makes by a headless browser.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use super::server::is_left_out;
use super::support::c_program::{is_installed, root};
use super::tenant::{MAILBOXES, ONEDRIVE, SITES, TEAMS, Tenant, ended, running_for};
use super::watched::Watched;

const BROWSER: &str = "chromium-headless-shell";

/// The files in `docs/pictures`, the page of the frontend that each shows, and the size of the window.
const PICTURES: [(&str, &str, &str); 2] = [
    ("zabbix-dashboard.png", "zabbix.php?action=host.dashboard.view&from=now-7d&to=now&hostid=", "1280,575"),
    (
        "zabbix-problems.png",
        "zabbix.php?action=problem.view&filter_set=1&show=3&show_opdata=1&show_timeline=0&hostids[0]=",
        "1280,260",
    ),
];

/// A picture is in the repository for ever.
const LARGEST: usize = 70_000;

fn path(name: &str) -> PathBuf {
    root().join("docs/pictures").join(name)
}

#[test]
fn pictures() {
    if std::env::var_os("CBJ_PICTURES").is_some() {
        make();
    }
    for (name, _, _) in PICTURES {
        let bytes = std::fs::read(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n"), "{name} is no PNG");
        assert!((10_000..LARGEST).contains(&bytes.len()), "{name} has {} bytes", bytes.len());
    }
}

fn make() {
    assert!(!is_left_out(), "the pictures are of a real server");
    assert!(is_installed(BROWSER), "{BROWSER} is not installed");
    let tenant = Tenant::start();
    tenant.set_jobs(SITES, vec![ended("IB20261124000000000002", "Finished", 9)]);
    tenant.set_jobs(
        ONEDRIVE,
        vec![running_for("IB20261124000000000012", 2), ended("IB20261124000000000011", "Finished", 20)],
    );
    let retries = ["FB20261124000000000023", "FB20261124000000000022"].map(|id| ended(id, "Failed", 7));
    tenant.set_jobs(MAILBOXES, [&retries[..], &[ended("IB20261123000000000021", "Finished", 31)]].concat());
    let public = [
        ended("FB20261124000000000031", "Finished with Exception", 1),
        ended("FB20261123000000000030", "Finished", 20),
    ];
    tenant.set_jobs(TEAMS, public.into());
    let watched = Watched::start("zabbix-pictures", &tenant.url());
    let api = &watched.server.api;
    // No limits but those of the template.
    let often = [("INTERVAL", "1s"), ("DISCOVERY.INTERVAL", "2s")];
    let often = often.map(|(name, value)| json!({"macro": format!("{{$CLOUDBACKUP.{name}}}"), "value": value}));
    api.call("host.update", &json!({"hostid": watched.host, "name": "Contoso", "macros": often}));
    // The language for which the frontend needs no locale of the machine.
    api.call("settings.update", &json!({"default_lang": "en_GB"}));
    for name in [
        "Cloud backup exchange-online: no success for more than 26h",
        "Cloud backup teams: the last run did not finish cleanly",
    ] {
        watched.await_raised("before the pictures", name);
    }
    watched.await_value("before the pictures", "cloudbackup.kinds.count", "4");
    add_a_week(&watched);
    // Without menu and filter: the user's own choice, which no API can make.
    watched.server.database.execute(
        "insert into profiles (profileid, userid, idx, value_int, type) values (1000000, 1, 'web.layout.mode', 1, 2)",
    );
    let folder = root().join("docs/pictures");
    std::fs::create_dir_all(&folder).expect("the repository is writable");
    for (name, page, size) in PICTURES {
        take(&watched, &format!("{page}{}", watched.host), size, &path(name));
    }
}

/// The week before, by the hour, as the kinds in the picture would have had it: each succeeds every night, but for the
/// last one of the mailboxes.
fn add_a_week(watched: &Watched) {
    for (field, kind, hours_ago) in [
        ("since_success", "exchange-online", 31),
        ("since_success", "onedrive", 20),
        ("since_run", "exchange-online", 7),
        ("since_run", "onedrive", 20),
    ] {
        let key = format!("cloudbackup.kind.{field}[{kind}]");
        watched.server.database.execute(&format!(
            "insert into trends (itemid, clock, num, value_min, value_avg, value_max)
            select itemid, clock, 1, age, age, age
            from (select extract(epoch from now())::int as now) as time,
            generate_series(now - now % 3600 - 7 * 86400, now - 3600, 3600) as clock,
            lateral (select clock - (now - {hours_ago} * 3600) as since) as last,
            lateral (select case when since >= 0 then since else (since % 86400 + 86400) % 86400 end as age) as ages,
            items where key_ = '{key}'"
        ));
    }
}

/// Logs in by the address of the page: the form of the frontend also takes its fields from there.
fn take(watched: &Watched, page: &str, size: &str, picture: &Path) {
    let encoded: String = page.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let url = format!(
        "http://127.0.0.1:{}/index.php?enter=Sign+in&name=Admin&password=zabbix&request={encoded}",
        watched.server.frontend_port
    );
    let mut command = Command::new(BROWSER);
    // The sandbox of the browser does not work for root; it shows nothing but our own server.
    command.args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--virtual-time-budget=15000"]);
    command.arg(format!("--user-data-dir={}", watched.server.folder.join("browser").display()));
    command.arg(format!("--window-size={size}")).arg(format!("--screenshot={}", picture.display())).arg(url);
    let output = command.output().expect("is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
