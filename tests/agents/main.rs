//! The programs in `examples/agents`: compiled from their sources as their READMEs say, against the header alone, and run
//! by the real monitoring agents where those are installed.
#![allow(missing_docs, clippy::print_stderr, reason = "a test program")]

mod build;
mod collectd;
mod daemon;
mod icinga;
mod job;
mod net_snmp;
mod nrpe;
mod plugin;
mod plugin_deadline;
mod plugin_errors;
mod plugin_output;
mod readme;
mod sources;
#[path = "../support/mod.rs"]
mod support;
mod zabbix;
