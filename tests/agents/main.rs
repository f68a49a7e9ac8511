//! The programs in `examples/agents`: compiled from their sources as their READMEs say, against the header alone, and run
//! by the real monitoring agents where those are installed.
#![allow(missing_docs, clippy::print_stderr, reason = "a test program")]

mod build;
mod collectd;
mod daemon;
#[path = "../tls/front.rs"]
mod front;
mod icinga;
mod job;
mod judgement;
mod kinds;
mod nagios;
mod net_snmp;
mod nrpe;
mod outage;
mod plugin;
mod plugin_deadline;
mod plugin_errors;
mod plugin_help;
mod plugin_kinds;
mod plugin_kinds_options;
mod plugin_kinds_output;
mod plugin_kinds_series;
mod plugin_kinds_service;
mod plugin_list;
mod plugin_output;
mod plugin_streams;
mod plugin_wrong;
mod readme;
mod runs;
#[path = "../tls/server.rs"]
#[allow(dead_code, reason = "a part of it is used")]
mod server;
mod sources;
#[path = "../support/mod.rs"]
mod support;
mod token;
mod zabbix;
