//! Which table of osquery a row comes from, told by its columns and the query's name, and where it goes.

use crate::{
    mapping::{Mapping, Read, Rule},
    pairs::Pairs,
};

/// A mapping, and values for those of its names that begin with `=`.
pub(super) struct Route {
    pub(super) mapping: &'static Mapping,
    pub(super) derived: Vec<(&'static str, String)>,
}

/// Rows of a table and where they go.
struct Source {
    /// Columns that a row of it has.
    has: &'static [&'static str],
    /// Part of the query's name, where columns do not tell tables apart.
    named: Option<&'static str>,
    mapping: &'static Mapping,
    /// What it means that a row came; empty where a column says it.
    added: &'static str,
    /// What it means that a row went; `None` where that says nothing.
    removed: Option<&'static str>,
}

pub(super) fn route(name: &str, action: &str, pairs: &Pairs<'_>) -> Route {
    let has = |column: &&str| pairs.get(column).is_some();
    let fits = |source: &&Source| source.has.iter().all(has) && source.named.is_none_or(|part| name.contains(part));
    // A snapshot says how things are, not what has happened.
    let source = if action == "snapshot" { None } else { SOURCES.iter().find(fits) };
    let meant = source.and_then(|source| match action {
        "removed" => source.removed.map(|meaning| (source.mapping, meaning)),
        _ => Some((source.mapping, source.added)),
    });
    let mut derived = vec![("result.table", kind(name).to_owned())];
    derived.extend(system(name, pairs).map(|system| ("=os", system.to_owned())));
    let Some((mapping, meaning)) = meant else { return Route { mapping: &OTHER, derived } };
    if !meaning.is_empty() {
        derived.push(("=action", meaning.to_owned()));
    }
    Route { mapping, derived }
}

/// The query's name without the pack that it is in.
fn kind(name: &str) -> &str {
    let bare = name.strip_prefix("pack").map_or(name, |rest| rest.rsplit(['/', '_']).next().map_or(name, |_| rest));
    let known = KNOWN.iter().find(|table| bare.ends_with(*table));
    known.copied().unwrap_or(if name.is_empty() { "status" } else { name })
}

/// Tables by which queries are often named; the longer of two that end alike comes first.
const KNOWN: &[&str] = &[
    "bpf_process_events",
    "es_process_events",
    "process_events",
    "bpf_socket_events",
    "socket_events",
    "process_file_events",
    "file_events",
    "user_events",
    "process_open_sockets",
    "listening_ports",
    "logged_in_users",
    "scheduled_tasks",
    "crontab",
    "kernel_modules",
    "authorized_keys",
    "startup_items",
    "systemd_units",
];

/// The system, as far as the row shows it.
fn system(name: &str, pairs: &Pairs<'_>) -> Option<&'static str> {
    let has = |column: &str| pairs.get(column).is_some();
    let path = pairs.get("path").or_else(|| pairs.get("target_path")).unwrap_or_default();
    let is_windows = path.as_bytes().get(1) == Some(&b':') || name.contains("windows");
    if is_windows {
        return Some("windows");
    }
    if name.contains("es_process") || has("signing_id") || has("cdhash") {
        return Some("macos");
    }
    let is_linux = has("auid") || has("probe_error") || has("fragment_path") || name.contains("bpf_");
    is_linux.then_some("linux")
}

static SOURCES: &[Source] = &[
    Source { has: &["event_type", "pid", "cmdline", "child_pid"], named: None, mapping: &ES, added: "", removed: None },
    Source {
        has: &["pid", "path", "cmdline", "parent"],
        named: Some("event"),
        mapping: &PROCESS,
        added: "start",
        removed: None,
    },
    Source {
        has: &["pid", "path", "cmdline", "syscall"],
        named: None,
        mapping: &PROCESS,
        added: "start",
        removed: None,
    },
    Source { has: &["pid", "path", "cmdline", "auid"], named: None, mapping: &PROCESS, added: "start", removed: None },
    Source {
        has: &["pid", "cmdline", "start_time"],
        named: None,
        mapping: &PROCESS,
        added: "start",
        removed: Some("end"),
    },
    Source { has: &["pid", "remote_address", "remote_port"], named: None, mapping: &SOCKET, added: "", removed: None },
    Source { has: &["pid", "port", "address"], named: None, mapping: &LISTEN, added: "listen", removed: None },
    Source { has: &["target_path", "action"], named: None, mapping: &FILE, added: "", removed: None },
    Source { has: &["operation", "executable", "path"], named: None, mapping: &FILE_OF, added: "", removed: None },
    Source { has: &["event_type", "filename", "pid"], named: None, mapping: &ES_FILE, added: "", removed: None },
    Source { has: &["type", "message", "auid", "pid"], named: None, mapping: &USER_EVENT, added: "", removed: None },
    Source { has: &["username", "tty", "type_name"], named: None, mapping: &LOGON, added: "", removed: None },
    Source { has: &["username", "tty", "host", "type"], named: None, mapping: &LOGON, added: "", removed: None },
    Source { has: &["user", "tty", "host"], named: None, mapping: &LOGON, added: "logon", removed: Some("logoff") },
    Source {
        has: &["command", "minute", "hour", "path"],
        named: None,
        mapping: &CRON,
        added: "create",
        removed: Some("delete"),
    },
    Source {
        has: &["fragment_path", "active_state", "id"],
        named: None,
        mapping: &UNIT,
        added: "change",
        removed: Some("change"),
    },
    Source {
        has: &["service_type", "start_type", "name"],
        named: None,
        mapping: &SERVICE,
        added: "change",
        removed: Some("remove"),
    },
    Source {
        has: &["used_by", "status", "name", "size"],
        named: None,
        mapping: &MODULE,
        added: "driver",
        removed: Some("unload"),
    },
];

/// The time is read by the format; the name is for the reason of a reject.
const TIMES: &[&str] = &["unixTime"];
const OSQUERY: (&str, &str) = ("provider", "osquery");

const HOST: Rule = ("host", &["result.host"], Read::Lower);
const OS: Rule = ("os", &["=os"], Read::Text);
const EVENT: Rule = ("event", &["result.table"], Read::Text);
const ACTION: Rule = ("action", &["=action"], Read::Text);
const USER: Rule = ("user", &["username"], Read::Account);
const USER_ID: Rule = ("user_id", &["uid"], Read::Text);
const PID: Rule = ("pid", &["pid"], Read::Int);
const PROCESS_PATH: Rule = ("process_path", &["path"], Read::Text);
const PARENT: Rule = ("parent_pid", &["parent"], Read::Int);
const COMMAND_LINE: Rule = ("command_line", &["cmdline"], Read::Text);
const WORKING_DIR: Rule = ("working_dir", &["cwd"], Read::Text);

const fn mapping(kind: &'static str, table: &'static str, columns: &'static [Rule]) -> Mapping {
    Mapping { kind, table, times: TIMES, weight: None, constants: &[OSQUERY], columns }
}

static PROCESS: Mapping = mapping(
    "process",
    "processes",
    &[HOST, OS, EVENT, ACTION, USER, USER_ID, PID, PROCESS_PATH, COMMAND_LINE, WORKING_DIR, PARENT],
);

/// Events of macOS's Endpoint Security.
static ES: Mapping = mapping(
    "es_process_events",
    "processes",
    &[
        HOST,
        OS,
        EVENT,
        ("action", &["event_type"], Read::Code(&[("exit", "end")])),
        ("action", &[], Read::Is("start")),
        USER,
        USER_ID,
        PID,
        PROCESS_PATH,
        COMMAND_LINE,
        WORKING_DIR,
        PARENT,
        ("exit_code", &["exit_code"], Read::Int),
    ],
);

const PROTOCOLS: Read = Read::Code(&[("6", "tcp"), ("17", "udp"), ("1", "icmp"), ("58", "icmpv6")]);

static SOCKET: Mapping = mapping(
    "socket",
    "network_by_process",
    &[
        HOST,
        OS,
        EVENT,
        ("action", &["action"], Read::Code(&[("accept", "accept"), ("bind", "bind"), ("listen", "listen")])),
        (
            "action",
            &["syscall"],
            Read::Code(&[("accept", "accept"), ("accept4", "accept"), ("bind", "bind"), ("listen", "listen")]),
        ),
        ("action", &["state"], Read::Code(&[("LISTEN", "listen")])),
        ("action", &[], Read::Is("connect")),
        USER,
        USER_ID,
        PID,
        PROCESS_PATH,
        ("protocol", &["protocol"], PROTOCOLS),
        ("src_ip", &["local_address"], Read::PeerIp),
        ("src_port", &["local_port"], Read::Int),
        ("dst_ip", &["remote_address"], Read::PeerIp),
        ("dst_port", &["remote_port"], Read::Int),
    ],
);

static LISTEN: Mapping = mapping(
    "listening_ports",
    "network_by_process",
    &[
        HOST,
        OS,
        EVENT,
        ACTION,
        PID,
        PROCESS_PATH,
        ("protocol", &["protocol"], PROTOCOLS),
        ("dst_ip", &["address"], Read::PeerIp),
        ("dst_port", &["port"], Read::Int),
    ],
);

const FILE_ACTIONS: Read = Read::Code(&[
    ("CREATED", "create"),
    ("UPDATED", "write"),
    ("MOVED_FROM", "rename"),
    ("MOVED_TO", "rename"),
    ("DELETED", "delete"),
    ("ATTRIBUTES_MODIFIED", "attributes"),
    ("OPENED", "read"),
    ("ACCESSED", "read"),
    ("FileWrite", "write"),
    ("FileRename", "rename"),
    ("create", "create"),
    ("write", "write"),
    ("open", "read"),
    ("read", "read"),
    ("rename", "rename"),
    ("unlink", "delete"),
    ("truncate", "write"),
    ("link", "link"),
]);

static FILE: Mapping = mapping(
    "file_events",
    "file_changes",
    &[
        HOST,
        OS,
        EVENT,
        ("action", &["action"], FILE_ACTIONS),
        ("action", &[], Read::Is("write")),
        USER_ID,
        ("path", &["target_path"], Read::Text),
        ("size_bytes", &["size"], Read::Int),
        ("md5", &["md5"], Read::Lower),
        ("sha1", &["sha1"], Read::Lower),
        ("sha256", &["sha256"], Read::Lower),
    ],
);

static FILE_OF: Mapping = mapping(
    "process_file_events",
    "file_changes",
    &[
        HOST,
        OS,
        EVENT,
        ("action", &["operation"], FILE_ACTIONS),
        ("action", &[], Read::Is("write")),
        USER_ID,
        PID,
        ("process_path", &["executable"], Read::Text),
        ("path", &["path"], Read::Text),
        ("new_path", &["dest_path"], Read::Text),
    ],
);

static ES_FILE: Mapping = mapping(
    "es_process_file_events",
    "file_changes",
    &[
        HOST,
        OS,
        EVENT,
        ("action", &["event_type"], FILE_ACTIONS),
        ("action", &[], Read::Is("write")),
        PID,
        PROCESS_PATH,
        ("path", &["filename"], Read::Text),
        ("new_path", &["dest_filename"], Read::Text),
    ],
);

/// Audit records of user space; their type is a number or a name.
static USER_EVENT: Mapping = mapping(
    "user_events",
    "logons",
    &[
        HOST,
        OS,
        EVENT,
        (
            "action",
            &["type"],
            Read::Code(&[("1106", "logoff"), ("1113", "logoff"), ("1105", "logon"), ("1112", "logon")]),
        ),
        ("user_id", &["auid"], Read::Text),
        PID,
        PROCESS_PATH,
        ("src_ip", &["address"], Read::PeerIp),
        ("src_host", &["address"], Read::NoIp),
    ],
);

static LOGON: Mapping = mapping(
    "logon",
    "logons",
    &[
        HOST,
        OS,
        EVENT,
        ACTION,
        // Numbers of utmp(5).
        ("action", &["type"], Read::Code(&[("7", "logon"), ("8", "logoff"), ("6", "logon")])),
        USER,
        ("user", &["user"], Read::Account),
        PID,
        ("src_ip", &["host"], Read::PeerIp),
        ("src_host", &["host"], Read::NoIp),
    ],
);

static CRON: Mapping = mapping(
    "crontab",
    "scheduled_tasks",
    &[HOST, OS, EVENT, ACTION, ("name", &["path"], Read::Text), ("command", &["command"], Read::Text)],
);

static UNIT: Mapping = mapping(
    "systemd_units",
    "services",
    &[
        HOST,
        OS,
        EVENT,
        ACTION,
        ("name", &["id"], Read::Text),
        ("path", &["fragment_path"], Read::Text),
        ("account", &["user"], Read::Text),
        ("state", &["active_state"], Read::Text),
    ],
);

static SERVICE: Mapping = mapping(
    "services",
    "services",
    &[
        HOST,
        OS,
        EVENT,
        ACTION,
        PID,
        ("name", &["name"], Read::Text),
        ("path", &["path"], Read::Text),
        ("service_type", &["service_type"], Read::Text),
        ("start_type", &["start_type"], Read::Text),
        ("account", &["user_account"], Read::Text),
        ("state", &["status"], Read::Text),
    ],
);

static MODULE: Mapping =
    mapping("kernel_modules", "modules_loaded", &[HOST, OS, EVENT, ACTION, ("path", &["name"], Read::Text)]);

static OTHER: Mapping = Mapping {
    kind: "osquery",
    table: "other_records",
    times: TIMES,
    weight: None,
    constants: &[("product", "osquery")],
    columns: &[
        ("kind", &["result.table"], Read::Text),
        HOST,
        USER,
        ("user", &["user"], Read::Account),
        ("message", &["result.message"], Read::Text),
        ("src_ip", &["local_address"], Read::PeerIp),
        ("dst_ip", &["remote_address"], Read::PeerIp),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mappings_name_tables_and_columns_that_exist() {
        SOURCES.iter().map(|source| source.mapping).chain([&OTHER]).for_each(crate::mapping::check_mapping);
    }
}
