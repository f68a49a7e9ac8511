//! A host of the server: its agent with the module, the template, and what the server says about it.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::build::{ZABBIX, compile};
use super::daemon::{Daemon, credentials, free_port};
use super::server::{Server, sub_folder};
use super::template::{NAME, text};

/// How long the server may take to notice something, on a machine that does something else.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Watched {
    pub server: Server,
    agent: Daemon,
    agent_port: u16,
    url: String,
    /// Further lines for the configuration of the module.
    settings: String,
    pub host: String,
}

/// An open problem, as the problem view of the frontend shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub name: String,
    pub severity: String,
    pub why: String,
}

impl Watched {
    /// With a service at this URL. The intervals are a second, so that the server notices everything soon.
    pub fn start(name: &str, url: &str) -> Self {
        Self::start_with(name, url, "")
    }

    /// With further lines in the configuration of the module.
    pub fn start_with(name: &str, url: &str, settings: &str) -> Self {
        let server = Server::start(name);
        let port = free_port();
        let agent = start_agent(&sub_folder(&server.folder, "agent"), url, settings, port);
        let api = &server.api;
        // A new Zabbix watches itself, by an agent that is not there.
        if let Some(own) = api.find("host", json!({"host": "Zabbix server"}), &["hostid"]) {
            api.call("host.update", &json!({"hostid": own["hostid"], "status": "1"}));
        }
        api.import(&text()).unwrap_or_else(|error| panic!("the template is refused: {error}"));
        let template = api.find("template", json!({"host": NAME}), &["templateid"]).expect("was imported");
        let group = api.find("hostgroup", json!({"name": "Linux servers"}), &["groupid"]).expect("every Zabbix has it");
        let macro_of = |name: &str, value: &str| json!({"macro": format!("{{$CLOUDBACKUP.{name}}}"), "value": value});
        let created = api.call(
            "host.create",
            &json!({
                "host": "contoso", "groups": [group], "templates": [template],
                "interfaces": [{"type": 1, "main": 1, "useip": 1, "ip": "127.0.0.1", "dns": "", "port": port.to_string()}],
                "macros": [
                    macro_of("INTERVAL", "1s"), macro_of("DISCOVERY.INTERVAL", "2s"), macro_of("NODATA", "30s"),
                    // Ten seconds in a row, and fifteen: more than a busy machine takes to let one failure pass.
                    macro_of("AWAY", "#10"), macro_of("UNKNOWN", "#15"),
                    macro_of("FAILED.MAX:\"teams\"", "10"), macro_of("EXCEPTION.CONTROL:\"teams\"", "0"),
                ],
            }),
        );
        let host = created["hostids"][0].as_str().expect("an id").to_owned();
        Self { server, agent, agent_port: port, url: url.to_owned(), settings: settings.to_owned(), host }
    }

    pub fn stop_agent(&mut self) {
        self.agent.stop();
    }

    pub fn start_agent_again(&mut self) {
        let folder = sub_folder(&self.server.folder, "agent");
        self.agent = start_agent(&folder, &self.url, &self.settings, self.agent_port);
    }

    /// The item with this key, with its last value and its state.
    pub fn item(&self, key: &str) -> Option<Value> {
        let parameters = json!({
            "hostids": self.host, "filter": {"key_": key}, "output": ["lastvalue", "lastclock", "state", "error"],
        });
        let found = self.server.api.call("item.get", &parameters);
        found.as_array().expect("a list").first().cloned()
    }

    /// The last value; none before the first one, and while the item is not supported.
    pub fn value(&self, key: &str) -> Option<String> {
        let item = self.item(key)?;
        let is_known = item["state"] == "0" && item["lastclock"] != "0";
        is_known.then(|| item["lastvalue"].as_str().expect("a text").to_owned())
    }

    pub fn problems(&self) -> Vec<Problem> {
        let parameters =
            json!({"hostids": self.host, "output": ["name", "severity", "opdata"], "sortfield": "eventid"});
        let found = self.server.api.call("problem.get", &parameters);
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let problem = |found: &Value| Problem {
            name: text(&found["name"]),
            severity: text(&found["severity"]),
            why: text(&found["opdata"]),
        };
        found.as_array().expect("a list").iter().map(problem).collect()
    }

    /// All that began and ended so far: when, whether it began, and its name.
    fn events(&self) -> Vec<(String, bool, String)> {
        let parameters = json!({"hostids": self.host, "output": ["clock", "value", "name"], "sortfield": "eventid"});
        let found = self.server.api.call("event.get", &parameters);
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let event = |event: &Value| (text(&event["clock"]), event["value"] == "1", text(&event["name"]));
        found.as_array().expect("a list").iter().map(event).collect()
    }

    /// How often a problem with this name began.
    pub fn raised(&self, name: &str) -> usize {
        self.events().iter().filter(|(_, began, of)| *began && of == name).count()
    }

    #[track_caller]
    pub fn assert_raised(&self, name: &str, times: usize) {
        assert_eq!(self.raised(name), times, "{name}\n{:#?}", self.events());
    }

    /// Waits until these are the open problems: severity and name. Gives them in this order.
    #[track_caller]
    pub fn await_problems(&self, when: &str, expected: &[(&str, &str)]) -> Vec<Problem> {
        let sorted = |mut names: Vec<(String, String)>| {
            names.sort();
            names
        };
        let expected_names =
            sorted(expected.iter().map(|(severity, name)| ((*severity).to_owned(), (*name).to_owned())).collect());
        let mut last = Vec::new();
        self.wait(
            || {
                last = self.problems();
                sorted(last.iter().map(|it| (it.severity.clone(), it.name.clone())).collect()) == expected_names
            },
            |said| format!("{when}: expected {expected:?}\n{said}"),
        );
        let place = |problem: &Problem| expected.iter().position(|(_, name)| *name == problem.name);
        last.sort_by_key(place);
        last
    }

    /// Waits until a problem with this name has begun, whatever else there is.
    #[track_caller]
    pub fn await_raised(&self, when: &str, name: &str) {
        self.wait(|| self.raised(name) > 0, |said| format!("{when}: expected {name}\n{said}"));
    }

    /// Waits until the item has this value.
    #[track_caller]
    pub fn await_value(&self, when: &str, key: &str, expected: &str) {
        self.wait(
            || self.value(key).as_deref() == Some(expected),
            |said| format!("{when}: {key} should be {expected}, and is {:?}\n{said}", self.item(key)),
        );
    }

    /// Waits until the item is not supported, and gives the reason.
    #[track_caller]
    pub fn await_unsupported(&self, when: &str, key: &str) -> String {
        let mut error = String::new();
        self.wait(
            || {
                let item = self.item(key).unwrap_or_default();
                error = item["error"].as_str().unwrap_or_default().to_owned();
                item["state"] == "1"
            },
            |said| format!("{when}: {key} should not be supported\n{said}"),
        );
        error
    }

    /// Waits until this many seconds' worth of checks have come after now.
    #[track_caller]
    pub fn await_checks(&self, key: &str, count: i64) {
        let clock = || self.item(key).and_then(|item| item["lastclock"].as_str()?.parse::<i64>().ok()).unwrap_or(0);
        let first = clock();
        self.wait(|| clock() >= first + count, |said| format!("{key} gets no values\n{said}"));
    }

    #[track_caller]
    fn wait(&self, mut happened: impl FnMut() -> bool, complaint: impl Fn(&str) -> String) {
        let begin = Instant::now();
        while !happened() {
            assert!(begin.elapsed() < PATIENCE, "{}", complaint(&self.state()));
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// What the server knows, for a test that fails.
    fn state(&self) -> String {
        let problems: String = self.problems().iter().map(|problem| format!("{problem:?}\n")).collect();
        format!("{problems}{}\n{}", self.server.logs(), self.agent.log())
    }
}

fn start_agent(folder: &Path, url: &str, settings: &str, port: u16) -> Daemon {
    let file = credentials(folder, url);
    // An answer is kept for less than the intervals of the test.
    let text = format!("ConfigFile={}\nCacheSeconds=0\n{settings}", file.display());
    let settings = folder.join("cloudbackup.conf");
    fs::write(&settings, text).expect("target is writable");
    let module = compile(&ZABBIX, "cc", &[]);
    let conf = folder.join("zabbix_agentd.conf");
    let text = format!(
        "Server=127.0.0.1\nListenIP=127.0.0.1\nListenPort={port}\nHostname=contoso\nLogType=console\nAllowRoot=1\n\
         PidFile={}\nStartAgents=3\nTimeout=3\nLoadModulePath={}\nLoadModule={}\n",
        folder.join("pid").display(),
        module.parent().expect("is a file").display(),
        module.file_name().expect("is a file").display(),
    );
    fs::write(&conf, text).expect("target is writable");
    let mut command = Command::new("/usr/sbin/zabbix_agentd");
    command.arg("-f").arg("-c").arg(&conf).env_clear().env("CLOUDBACKUP_CONF", &settings).env("TZ", "UTC");
    let mut agent = Daemon::start(&mut command, folder);
    agent.await_port(port);
    agent
}
