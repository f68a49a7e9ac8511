//! A node exporter with a textfile, and a Prometheus that scrapes it every two seconds and has our rules.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::build::plugin;
use super::daemon::{Daemon, PATIENCE, folder, free_port};
use super::support::c_program;
use super::support::sandbox::Sandbox;
use super::units::arguments_with;
use super::{file, read};

/// A configuration file for the plugin.
pub fn credentials(folder: &Path, sandbox: &Sandbox) -> PathBuf {
    write_credentials(folder, &sandbox.base_url(), &sandbox.identity_url())
}

fn write_credentials(folder: &Path, base_url: &str, identity_url: &str) -> PathBuf {
    let path = folder.join("cloudbackup.json");
    let text = json!({"base_url": base_url, "identity_url": identity_url, "client_id": "sandbox-client",
        "client_secret": "sandbox-secret", "max_retries": 0});
    std::fs::write(&path, text.to_string()).expect("target is writable");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("is ours");
    path
}

/// A series at one time: its labels and its value.
pub struct Sample {
    pub labels: BTreeMap<String, String>,
    pub value: f64,
}

impl Sample {
    pub fn label(&self, name: &str) -> &str {
        self.labels.get(name).map_or("", String::as_str)
    }
}

pub struct Stack {
    folder: PathBuf,
    exporter: Daemon,
    prometheus: Daemon,
    port: u16,
}

impl Stack {
    pub fn start(name: &str) -> Self {
        let folder = folder(name);
        let textfiles = folder.join("textfiles");
        std::fs::create_dir(&textfiles).expect("target is writable");
        let exporter_port = free_port();
        let mut command = Command::new("/usr/bin/prometheus-node-exporter");
        command.args(["--collector.disable-defaults", "--collector.textfile"]);
        command.arg(format!("--collector.textfile.directory={}", textfiles.display()));
        command.arg(format!("--web.listen-address=127.0.0.1:{exporter_port}")).env_clear();
        let exporter_folder = folder.join("exporter");
        std::fs::create_dir(&exporter_folder).expect("target is writable");
        let mut exporter = Daemon::start(&mut command, &exporter_folder);
        exporter.await_port(exporter_port);

        // Only the interval differs from what an operator has.
        let rules = read("cloudbackup.rules.yml");
        assert_eq!(rules.matches("interval: 5m").count(), 1);
        std::fs::write(folder.join("rules.yml"), rules.replace("interval: 5m", "interval: 1s")).expect("is writable");
        let config = format!(
            "global: {{scrape_interval: 2s, scrape_timeout: 2s, evaluation_interval: 1s}}\nrule_files: [rules.yml]\n\
             scrape_configs: [{{job_name: node, static_configs: [{{targets: ['127.0.0.1:{exporter_port}']}}]}}]\n"
        );
        std::fs::write(folder.join("prometheus.yml"), config).expect("target is writable");
        let port = free_port();
        let mut command = Command::new("/usr/bin/prometheus");
        command.arg(format!("--config.file={}", folder.join("prometheus.yml").display()));
        command.arg(format!("--storage.tsdb.path={}", folder.join("data").display()));
        command.arg(format!("--web.listen-address=127.0.0.1:{port}")).env_clear();
        let mut prometheus = Daemon::start(&mut command, &folder);
        prometheus.await_port(port);
        Self { folder, exporter, prometheus, port }
    }

    /// Runs the plugin as the service does, with these kinds and further options. Without a sandbox nobody listens.
    /// Gives its exit status.
    pub fn check(&self, sandbox: Option<&Sandbox>, kinds: &str, more: &[&str]) -> Option<i32> {
        self.check_into("cloudbackup.prom", sandbox, kinds, more)
    }

    pub fn check_into(&self, file: &str, sandbox: Option<&Sandbox>, kinds: &str, more: &[&str]) -> Option<i32> {
        let (base, identity) = sandbox.map_or_else(
            || ("http://127.0.0.1:9".to_owned(), "http://127.0.0.1:9/connect/token".to_owned()),
            |sandbox| (sandbox.base_url(), sandbox.identity_url()),
        );
        let config = write_credentials(&self.folder, &base, &identity);
        let output = self.textfile(file);
        let [config, output] = [&config, &output].map(|path| path.to_str().expect("UTF-8"));
        let arguments = arguments_with(&[("--config", config), ("--output", output), ("--object-type", kinds)]);
        let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        arguments.extend(more);
        c_program::run(plugin(), &arguments, &[]).status.code()
    }

    fn textfile(&self, name: &str) -> PathBuf {
        self.folder.join("textfiles").join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.textfile(name), text).expect("target is writable");
    }

    pub fn remove(&self, name: &str) {
        std::fs::remove_file(self.textfile(name)).expect("is ours");
    }

    fn get(&self, path: &str, parameters: &[(&str, &str)]) -> Value {
        let query: Vec<String> = parameters
            .iter()
            .map(|(name, value)| {
                format!(
                    "{}={}",
                    utf8_percent_encode(name, NON_ALPHANUMERIC),
                    utf8_percent_encode(value, NON_ALPHANUMERIC)
                )
            })
            .collect();
        let url = format!("http://127.0.0.1:{}/api/v1/{path}?{}", self.port, query.join("&"));
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut response = agent.get(&url).call().unwrap_or_else(|error| panic!("{url}: {error}"));
        let text = response.body_mut().read_to_string().expect("is text");
        let mut answer: Value = text.parse().unwrap_or_else(|_| panic!("{url}: {text}"));
        assert_eq!(answer["status"], "success", "{parameters:?}: {text}");
        answer["data"].take()
    }

    /// What an expression gives now.
    pub fn query(&self, expression: &str) -> Vec<Sample> {
        let data = self.get("query", &[("query", expression)]);
        assert_eq!(data["resultType"], "vector", "{expression}: {data}");
        let samples = data["result"].as_array().expect("is a list").iter();
        samples
            .map(|sample| Sample {
                labels: serde_json::from_value(sample["metric"].clone()).expect("are texts"),
                value: sample["value"][1].as_str().and_then(|text| text.parse().ok()).expect("is a number"),
            })
            .collect()
    }

    /// How many series an expression has in the last hour, as a graph asks for it.
    pub fn graph(&self, expression: &str) -> usize {
        let now = self.query("vector(time())")[0].value;
        let range = [("start", now - 3600.0), ("end", now)].map(|(name, time)| (name, time.to_string()));
        let mut parameters = vec![("query", expression), ("step", "15")];
        parameters.extend(range.iter().map(|(name, time)| (*name, time.as_str())));
        self.get("query_range", &parameters)["result"].as_array().expect("is a list").len()
    }

    /// The values of a label of a metric.
    pub fn label_values(&self, metric: &str, label: &str) -> Vec<String> {
        let values = self.get(&format!("label/{label}/values"), &[("match[]", metric)]);
        serde_json::from_value(values).expect("is a list of texts")
    }

    /// All rules, as Prometheus has them.
    pub fn rules(&self) -> Vec<Value> {
        let groups = self.get("rules", &[])["groups"].take();
        assert_eq!(groups.as_array().map(Vec::len), Some(1), "{}", file("cloudbackup.rules.yml").display());
        groups[0]["rules"].as_array().expect("is a list").clone()
    }

    /// Waits until an expression gives so many series. On a busy machine a scrape can be too late, and all series are gone
    /// until the next one.
    pub fn wait_for(&self, expression: &str, count: usize) {
        self.wait(&format!("{expression} does not give {count} series"), |stack| {
            stack.query(expression).len() == count
        });
    }

    pub fn wait(&self, what: &str, happened: impl Fn(&Self) -> bool) {
        assert!(self.comes(happened), "{what}\n{}\n{}", self.prometheus.log(), self.exporter.log());
    }

    /// Whether it happens in time.
    pub fn comes(&self, happened: impl Fn(&Self) -> bool) -> bool {
        let begin = Instant::now();
        while !happened(self) {
            if begin.elapsed() > PATIENCE {
                return false;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        true
    }
}
