//! Which fields of audit events go to which column. Names that begin with `=` are worked out by `event`.

use crate::mapping::{Mapping, Read, Rule};

/// Formats read the time themselves; the name is for the reason of a reject.
const TIMES: &[&str] = &["msg"];

const LINUX: &[(&str, &str)] = &[("os", "linux"), ("provider", "auditd")];

const HOST: Rule = ("host", &["node"], Read::Lower);
const EVENT: Rule = ("event", &["=event"], Read::Text);
const ACTION: Rule = ("action", &["=action"], Read::Text);
const USER: Rule = ("user", &["UID"], Read::Text);
const USER_ID: Rule = ("user_id", &["uid"], Read::Text);
const LOGON_ID: Rule = ("logon_id", &["ses"], Read::Text);
const PID: Rule = ("pid", &["pid"], Read::Int);
const PROCESS_PATH: Rule = ("process_path", &["exe"], Read::Text);
const PATH: Rule = ("path", &["=path"], Read::Text);

const DONE: Read = Read::Means(&[
    ("yes", true),
    ("success", true),
    ("1", true),
    ("no", false),
    ("failed", false),
    ("failure", false),
    ("0", false),
]);

pub(super) static PROCESS: Mapping = Mapping {
    kind: "process",
    table: "processes",
    times: TIMES,
    weight: None,
    constants: LINUX,
    columns: &[
        HOST,
        EVENT,
        ACTION,
        USER,
        USER_ID,
        LOGON_ID,
        PID,
        PROCESS_PATH,
        ("command_line", &["=command_line"], Read::Text),
        ("working_dir", &["cwd"], Read::Text),
        ("parent_pid", &["ppid"], Read::Int),
        ("target_pid", &["opid"], Read::Int),
        ("target_path", &["ocomm"], Read::Text),
        ("target_user", &["=target_user"], Read::Text),
        ("exit_code", &["=exit_code"], Read::Int),
    ],
};

/// A command that sudo has logged: the program that writes the record starts the one that it names.
pub(super) static COMMAND: Mapping = Mapping {
    kind: "command",
    table: "processes",
    times: TIMES,
    weight: None,
    constants: LINUX,
    columns: &[
        HOST,
        EVENT,
        ACTION,
        USER,
        USER_ID,
        LOGON_ID,
        ("process_path", &["=program"], Read::Text),
        ("command_line", &["cmd"], Read::Text),
        ("working_dir", &["cwd"], Read::Text),
        ("parent_pid", &["pid"], Read::Int),
        ("parent_path", &["exe"], Read::Text),
    ],
};

pub(super) static FILE: Mapping = Mapping {
    kind: "file",
    table: "file_changes",
    times: TIMES,
    weight: None,
    constants: LINUX,
    columns: &[
        HOST,
        EVENT,
        ACTION,
        USER,
        USER_ID,
        LOGON_ID,
        PID,
        PROCESS_PATH,
        PATH,
        ("new_path", &["=new_path"], Read::Text),
        ("success", &["success"], DONE),
    ],
};

pub(super) static NETWORK: Mapping = Mapping {
    kind: "network",
    table: "network_by_process",
    times: TIMES,
    weight: None,
    constants: LINUX,
    columns: &[
        HOST,
        EVENT,
        ACTION,
        USER,
        USER_ID,
        LOGON_ID,
        PID,
        PROCESS_PATH,
        ("initiated", &["=initiated"], Read::Bool),
        ("src_ip", &["=src_ip"], Read::PeerIp),
        ("src_port", &["=src_port"], Read::Int),
        ("dst_ip", &["=dst_ip"], Read::PeerIp),
        ("dst_port", &["=dst_port"], Read::Int),
    ],
};

pub(super) static MODULE: Mapping = Mapping {
    kind: "module",
    table: "modules_loaded",
    times: TIMES,
    weight: None,
    constants: LINUX,
    columns: &[HOST, EVENT, ACTION, USER, USER_ID, LOGON_ID, PID, PROCESS_PATH, PATH],
};

pub(super) static LOGON: Mapping = Mapping {
    kind: "logon",
    table: "logons",
    times: TIMES,
    weight: None,
    constants: LINUX,
    columns: &[
        HOST,
        EVENT,
        ACTION,
        ("user", &["=user"], Read::Account),
        ("user_domain", &["=user"], Read::AccountDomain),
        ("user_id", &["=user_id"], Read::Text),
        LOGON_ID,
        ("actor_user", &["=actor_user"], Read::Text),
        ("actor_id", &["=actor_id"], Read::Text),
        ("src_ip", &["addr"], Read::PeerIp),
        ("src_ip", &["hostname"], Read::PeerIp),
        ("src_port", &["rport"], Read::Int),
        ("src_host", &["=src_host"], Read::Lower),
        PID,
        PROCESS_PATH,
        ("protocol", &["=protocol"], Read::Text),
        ("method", &["=method"], Read::Text),
        ("success", &["res"], DONE),
        ("success", &["result"], DONE),
    ],
};

pub(super) static SERVICE: Mapping = Mapping {
    kind: "service",
    table: "services",
    times: TIMES,
    weight: None,
    constants: LINUX,
    columns: &[
        HOST,
        EVENT,
        ACTION,
        USER,
        USER_ID,
        LOGON_ID,
        PID,
        ("name", &["unit"], Read::Text),
        ("state", &["res"], Read::Text),
    ],
};

pub(super) static OTHER: Mapping = Mapping {
    kind: "auditd",
    table: "other_records",
    times: TIMES,
    weight: None,
    constants: &[("product", "auditd")],
    columns: &[
        ("kind", &["kind"], Read::Text),
        HOST,
        ("user", &["acct"], Read::Account),
        USER,
        ("message", &["message"], Read::Text),
        ("src_ip", &["addr"], Read::PeerIp),
        ("dst_ip", &["laddr"], Read::PeerIp),
        ("dst_port", &["lport"], Read::Int),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mappings_name_tables_and_columns_that_exist() {
        let all = [&PROCESS, &COMMAND, &FILE, &NETWORK, &MODULE, &LOGON, &SERVICE, &OTHER];
        all.into_iter().for_each(crate::mapping::check_mapping);
    }
}
