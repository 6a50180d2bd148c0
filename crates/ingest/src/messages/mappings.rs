//! Which of the names that message readers write goes to which column. Capital names are fields of the journal.

use crate::mapping::{Mapping, Read, Rule};

/// Formats read the time themselves; the name is for the reason of a reject.
const TIMES: &[&str] = &["timestamp"];

/// A message that was folded by the log daemon stands for as many events.
const WEIGHT: Option<&str> = Some("repeated");

const HOST: Rule = ("host", &["host"], Read::Lower);
const HOST_OF_JOURNAL: Rule = ("host", &["_HOSTNAME"], Read::Lower);
const OS: Rule = ("os", &["os"], Read::Text);
const PROVIDER: Rule = ("provider", &["provider"], Read::Text);
const PROVIDER_OF_JOURNAL: Rule = ("provider", &["SYSLOG_IDENTIFIER"], Read::Text);
const EVENT: Rule = ("event", &["event"], Read::Text);
const ACTION: Rule = ("action", &["action"], Read::Text);
const USER: Rule = ("user", &["user"], Read::Account);
const USER_DOMAIN: Rule = ("user_domain", &["user"], Read::AccountDomain);
const USER_ID: Rule = ("user_id", &["user_id"], Read::Text);
const PID: Rule = ("pid", &["pid"], Read::Int);
const PID_OF_JOURNAL: Rule = ("pid", &["_PID"], Read::Int);
const SRC_IP: Rule = ("src_ip", &["src_ip"], Read::Ip);
const SRC_PORT: Rule = ("src_port", &["src_port"], Read::Int);
const DST_IP: Rule = ("dst_ip", &["dst_ip"], Read::Ip);
const DST_PORT: Rule = ("dst_port", &["dst_port"], Read::Int);

pub(super) static LOGON: Mapping = Mapping {
    kind: "logon",
    table: "logons",
    times: TIMES,
    weight: WEIGHT,
    constants: &[],
    columns: &[
        HOST,
        HOST_OF_JOURNAL,
        OS,
        PROVIDER,
        PROVIDER_OF_JOURNAL,
        EVENT,
        ACTION,
        USER,
        USER_DOMAIN,
        USER_ID,
        SRC_IP,
        SRC_PORT,
        DST_IP,
        DST_PORT,
        PID,
        PID_OF_JOURNAL,
        ("process_path", &["_EXE"], Read::Text),
        ("src_host", &["src_host"], Read::Lower),
        ("protocol", &["protocol"], Read::Lower),
        ("success", &["success"], Read::Bool),
        ("method", &["method"], Read::Text),
        ("reason", &["reason"], Read::Text),
        ("logon_id", &["logon_id"], Read::Text),
        ("logon_type", &["logon_type"], Read::Text),
        ("actor_user", &["actor_user"], Read::Text),
        ("actor_id", &["actor_id"], Read::Text),
        ("attempts", &["attempts"], Read::Int),
    ],
};

pub(super) static PROCESS: Mapping = Mapping {
    kind: "process",
    table: "processes",
    times: TIMES,
    weight: WEIGHT,
    constants: &[("action", "start")],
    columns: &[
        HOST,
        HOST_OF_JOURNAL,
        OS,
        PROVIDER,
        PROVIDER_OF_JOURNAL,
        EVENT,
        USER,
        USER_DOMAIN,
        USER_ID,
        ("process_path", &["process_path"], Read::Text),
        ("command_line", &["command_line"], Read::Text),
        ("working_dir", &["working_dir"], Read::Text),
        ("target_user", &["target_user"], Read::Text),
        // The program that writes the message starts the one that it names.
        ("parent_pid", &["pid"], Read::Int),
        ("parent_pid", &["_PID"], Read::Int),
        // Who logged on keeps this number and session through every change of account.
        ("user_id", &["_AUDIT_LOGINUID"], Read::Text),
        ("logon_id", &["_AUDIT_SESSION"], Read::Text),
        ("parent_path", &["_EXE"], Read::Text),
        ("parent_command_line", &["_CMDLINE"], Read::Text),
    ],
};

pub(super) static SERVICE: Mapping = Mapping {
    kind: "service",
    table: "services",
    times: TIMES,
    weight: WEIGHT,
    constants: &[],
    columns: &[
        HOST,
        HOST_OF_JOURNAL,
        OS,
        PROVIDER,
        PROVIDER_OF_JOURNAL,
        EVENT,
        ACTION,
        PID,
        PID_OF_JOURNAL,
        ("name", &["UNIT"], Read::Text),
        ("name", &["USER_UNIT"], Read::Text),
        ("name", &["name"], Read::Text),
        ("state", &["state"], Read::Text),
    ],
};

pub(super) static TASK: Mapping = Mapping {
    kind: "task",
    table: "scheduled_tasks",
    times: TIMES,
    weight: WEIGHT,
    constants: &[],
    columns: &[
        HOST,
        HOST_OF_JOURNAL,
        OS,
        PROVIDER,
        PROVIDER_OF_JOURNAL,
        EVENT,
        ACTION,
        USER,
        USER_DOMAIN,
        PID,
        PID_OF_JOURNAL,
        ("name", &["name"], Read::Text),
        ("command", &["command"], Read::Text),
        ("account", &["account"], Read::Text),
    ],
};

pub(super) static FIREWALL: Mapping = Mapping {
    kind: "firewall",
    table: "firewall_events",
    times: TIMES,
    weight: WEIGHT,
    constants: &[],
    columns: &[
        ("src_ip", &["SRC"], Read::Ip),
        ("src_port", &["SPT"], Read::Int),
        ("dst_ip", &["DST"], Read::Ip),
        ("dst_port", &["DPT"], Read::Int),
        ("protocol", &["PROTO"], Read::Lower),
        ACTION,
        ("rule_name", &["prefix"], Read::Text),
        ("rule_id", &["rule"], Read::Text),
        ("device_source", &["device_source"], Read::Text),
        ("user", &["user"], Read::Text),
    ],
};

pub(super) static DNS: Mapping = Mapping {
    kind: "dns",
    table: "dns_queries",
    times: TIMES,
    weight: WEIGHT,
    constants: &[],
    columns: &[
        SRC_IP,
        SRC_PORT,
        DST_IP,
        DST_PORT,
        ("protocol", &["protocol"], Read::Lower),
        ("query", &["query"], Read::Domain),
        ("query_type", &["query_type"], Read::Upper),
        ("query_class", &["query_class"], Read::Upper),
        ("response_code", &["response_code"], Read::Upper),
        ("answers", &["answer"], Read::Texts),
        ("recursion_desired", &["recursion_desired"], Read::Bool),
        ("rejected", &["rejected"], Read::Bool),
        ("action", &["action"], Read::Text),
        ("rtt_ns", &["rtt_s"], Read::Seconds),
    ],
};

pub(crate) static SYSLOG_OTHER: Mapping = Mapping {
    kind: "syslog",
    table: "other_records",
    times: TIMES,
    weight: WEIGHT,
    constants: &[("product", "syslog")],
    columns: &[
        ("kind", &["kind"], Read::Text),
        HOST,
        ("user", &["user"], Read::Account),
        ("message", &["message"], Read::Text),
        SRC_IP,
        SRC_PORT,
        DST_IP,
        DST_PORT,
    ],
};

pub(crate) static JOURNAL_OTHER: Mapping = Mapping {
    kind: "journald",
    table: "other_records",
    times: TIMES,
    weight: WEIGHT,
    constants: &[("product", "journald")],
    columns: &[
        ("kind", &["kind"], Read::Text),
        HOST_OF_JOURNAL,
        ("user", &["user"], Read::Account),
        ("message", &["MESSAGE"], Read::Text),
        SRC_IP,
        SRC_PORT,
        DST_IP,
        DST_PORT,
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mappings_name_tables_and_columns_that_exist() {
        for mapping in [&LOGON, &PROCESS, &SERVICE, &TASK, &FIREWALL, &DNS, &SYSLOG_OTHER, &JOURNAL_OTHER] {
            crate::mapping::check_mapping(mapping);
            assert!(crate::messages::TABLES.contains(&mapping.table));
        }
    }
}
