//! Where the columns of Defender's tables about devices go.

use crate::mapping::{Mapping, Read, Rule};

#[cfg(test)]
pub(super) static ALL: &[&Mapping] = &[&PROCESS, &NETWORK, &ACCEPTED, &FILE, &REGISTRY, &IMAGE, &LOGON];

/// Tables of this file and those whose records stay others.
pub(super) const TABLES: [&str; 9] = [
    "DeviceProcessEvents",
    "DeviceNetworkEvents",
    "DeviceFileEvents",
    "DeviceRegistryEvents",
    "DeviceImageLoadEvents",
    "DeviceLogonEvents",
    "DeviceEvents",
    "DeviceInfo",
    "DeviceNetworkInfo",
];

/// The mapping of a table's records; tables that need a known action have none for others. Exports of the hunting
/// page do not name their table: the action does.
pub(super) fn mapping(table: &str, action: &str) -> Option<&'static Mapping> {
    let knows = |words: &[(&str, &str)]| words.iter().any(|known| known.0 == action);
    let is = |name: &str| table == name || table.is_empty();
    match () {
        () if is("DeviceProcessEvents") && knows(PROCESS_ACTIONS) => Some(&PROCESS),
        () if is("DeviceNetworkEvents") && knows(NETWORK_ACTIONS) => Some(&NETWORK),
        () if is("DeviceNetworkEvents") && knows(ACCEPT_ACTIONS) => Some(&ACCEPTED),
        () if is("DeviceFileEvents") && knows(FILE_ACTIONS) => Some(&FILE),
        () if is("DeviceRegistryEvents") && knows(REGISTRY_ACTIONS) => Some(&REGISTRY),
        () if table == "DeviceImageLoadEvents" || (table.is_empty() && action == "ImageLoaded") => Some(&IMAGE),
        () if table == "DeviceLogonEvents" || (table.is_empty() && is_logon(action)) => Some(&LOGON),
        () => None,
    }
}

fn is_logon(action: &str) -> bool {
    matches!(action, "LogonSuccess" | "LogonFailed" | "LogonAttempted")
}

const TIMES: &[&str] = &["Timestamp", "TimeGenerated", "time"];
const PROVIDER: (&str, &str) = ("provider", "microsoft_defender");

const HOST: Rule = ("host", &["DeviceName"], Read::Domain);
const EVENT: Rule = ("event", &["ActionType"], Read::Text);

/// Events do not say which system a device runs, and rules are written for one: paths tell those of Windows.
const OS: [Rule; 2] =
    [("os", &["InitiatingProcessFolderPath"], Read::OsOfPath), ("os", &["FolderPath"], Read::OsOfPath)];

/// Who acted, in the tables where that is the initiating process.
const ACTOR: [Rule; 6] = [
    ("user", &["InitiatingProcessAccountName"], Read::Text),
    ("user_domain", &["InitiatingProcessAccountDomain"], Read::Text),
    ("user_id", &["InitiatingProcessAccountSid"], Read::Text),
    ("logon_id", &["InitiatingProcessLogonId"], Read::Luid),
    ("process_guid", &["InitiatingProcessUniqueId"], Read::Text),
    ("pid", &["InitiatingProcessId"], Read::Int),
];
const ACTOR_PATH: Rule = ("process_path", &["InitiatingProcessFolderPath"], Read::Text);
const ACTOR_NAME: Rule = ("process_path", &["InitiatingProcessFileName"], Read::Text);

const HASHES: [Rule; 3] =
    [("md5", &["MD5"], Read::Lower), ("sha1", &["SHA1"], Read::Lower), ("sha256", &["SHA256"], Read::Lower)];

const PROCESS_ACTIONS: &[(&str, &str)] = &[("ProcessCreated", "start"), ("OpenProcess", "access")];

static PROCESS: Mapping = Mapping {
    kind: "DeviceProcessEvents",
    table: "processes",
    times: TIMES,
    weight: None,
    constants: &[PROVIDER],
    columns: &[
        HOST,
        EVENT,
        OS[0],
        OS[1],
        ("action", &["ActionType"], Read::Words(PROCESS_ACTIONS)),
        ("user", &["AccountName"], Read::Text),
        ("user_domain", &["AccountDomain"], Read::Text),
        ("user_id", &["AccountSid"], Read::Text),
        ("logon_id", &["LogonId"], Read::Luid),
        ("process_guid", &["ProcessUniqueId"], Read::Text),
        ("pid", &["ProcessId"], Read::Int),
        ("process_path", &["FolderPath"], Read::Text),
        ("process_path", &["FileName"], Read::Text),
        ("command_line", &["ProcessCommandLine"], Read::Text),
        ("original_name", &["ProcessVersionInfoOriginalFileName"], Read::Text),
        ("description", &["ProcessVersionInfoFileDescription"], Read::Text),
        ("product", &["ProcessVersionInfoProductName"], Read::Text),
        ("company", &["ProcessVersionInfoCompanyName"], Read::Text),
        ("file_version", &["ProcessVersionInfoProductVersion"], Read::Text),
        ("integrity", &["ProcessIntegrityLevel"], Read::Text),
        ("parent_guid", &["InitiatingProcessUniqueId"], Read::Text),
        ("parent_pid", &["InitiatingProcessId"], Read::Int),
        ("parent_path", &["InitiatingProcessFolderPath"], Read::Text),
        ("parent_path", &["InitiatingProcessFileName"], Read::Text),
        ("parent_command_line", &["InitiatingProcessCommandLine"], Read::Text),
        ("parent_user", &["InitiatingProcessAccountName"], Read::Text),
        HASHES[0],
        HASHES[1],
        HASHES[2],
    ],
};

const NETWORK_ACTIONS: &[(&str, &str)] = &[
    ("ConnectionSuccess", "connect"),
    ("ConnectionFailed", "connect"),
    ("ConnectionFound", "connect"),
    ("ConnectionRequest", "connect"),
    ("ConnectionAttempt", "connect"),
    ("ConnectionAcknowledged", "connect"),
];

static NETWORK: Mapping = Mapping {
    kind: "DeviceNetworkEvents",
    table: "network_by_process",
    times: TIMES,
    weight: None,
    constants: &[PROVIDER],
    columns: &[
        HOST,
        EVENT,
        OS[0],
        OS[1],
        ("action", &["ActionType"], Read::Words(NETWORK_ACTIONS)),
        ACTOR[0],
        ACTOR[1],
        ACTOR[2],
        ACTOR[3],
        ACTOR[4],
        ACTOR[5],
        ACTOR_PATH,
        ACTOR_NAME,
        ("initiated", &["ActionType"], Read::Means(INITIATED)),
        ("protocol", &["Protocol"], Read::Lower),
        ("src_ip", &["LocalIP"], Read::PeerIp),
        ("src_port", &["LocalPort"], Read::Int),
        ("dst_ip", &["RemoteIP"], Read::PeerIp),
        ("dst_port", &["RemotePort"], Read::Int),
        ("dst_host", &["RemoteUrl"], Read::UrlHost),
        ("dst_host", &["RemoteUrl"], Read::Domain),
    ],
};

const INITIATED: &[(&str, bool)] = &[
    ("ConnectionSuccess", true),
    ("ConnectionFailed", true),
    ("ConnectionRequest", true),
    ("ConnectionAttempt", true),
];

const ACCEPT_ACTIONS: &[(&str, &str)] =
    &[("InboundConnectionAccepted", "accept"), ("ListeningConnectionCreated", "listen")];

/// Where the other side opened the connection, or may.
static ACCEPTED: Mapping = Mapping {
    kind: "DeviceNetworkEvents",
    table: "network_by_process",
    times: TIMES,
    weight: None,
    constants: &[PROVIDER],
    columns: &[
        HOST,
        EVENT,
        OS[0],
        OS[1],
        ("action", &["ActionType"], Read::Words(ACCEPT_ACTIONS)),
        ACTOR[0],
        ACTOR[1],
        ACTOR[2],
        ACTOR[3],
        ACTOR[4],
        ACTOR[5],
        ACTOR_PATH,
        ACTOR_NAME,
        ("initiated", &["ActionType"], Read::Means(&[("InboundConnectionAccepted", false)])),
        ("protocol", &["Protocol"], Read::Lower),
        ("src_ip", &["RemoteIP"], Read::PeerIp),
        ("src_port", &["RemotePort"], Read::Int),
        ("dst_ip", &["LocalIP"], Read::PeerIp),
        ("dst_port", &["LocalPort"], Read::Int),
    ],
};

const FILE_ACTIONS: &[(&str, &str)] =
    &[("FileCreated", "create"), ("FileModified", "write"), ("FileRenamed", "rename"), ("FileDeleted", "delete")];

static FILE: Mapping = Mapping {
    kind: "DeviceFileEvents",
    table: "file_changes",
    times: TIMES,
    weight: None,
    constants: &[PROVIDER],
    columns: &[
        HOST,
        EVENT,
        OS[0],
        OS[1],
        ("action", &["ActionType"], Read::Words(FILE_ACTIONS)),
        ACTOR[0],
        ACTOR[1],
        ACTOR[2],
        ACTOR[3],
        ACTOR[4],
        ACTOR[5],
        ACTOR_PATH,
        ACTOR_NAME,
        ("path", &["FolderPath"], Read::Text),
        ("path", &["FileName"], Read::Text),
        ("size_bytes", &["FileSize"], Read::Int),
        HASHES[0],
        HASHES[1],
        HASHES[2],
    ],
};

const REGISTRY_ACTIONS: &[(&str, &str)] = &[
    ("RegistryKeyCreated", "create_key"),
    ("RegistryKeyDeleted", "delete_key"),
    ("RegistryKeyRenamed", "rename"),
    ("RegistryValueSet", "set_value"),
    ("RegistryValueDeleted", "delete_value"),
];

static REGISTRY: Mapping = Mapping {
    kind: "DeviceRegistryEvents",
    table: "registry_changes",
    times: TIMES,
    weight: None,
    constants: &[PROVIDER],
    columns: &[
        HOST,
        EVENT,
        ("action", &["ActionType"], Read::Words(REGISTRY_ACTIONS)),
        ACTOR[0],
        ACTOR[1],
        ACTOR[2],
        ACTOR[3],
        ACTOR[4],
        ACTOR[5],
        ACTOR_PATH,
        ACTOR_NAME,
        ("key", &["RegistryKey"], Read::Text),
        // What is gone has only its old name.
        ("key", &["PreviousRegistryKey"], Read::Text),
        ("value_name", &["RegistryValueName"], Read::Text),
        ("value_name", &["PreviousRegistryValueName"], Read::Text),
        ("value", &["RegistryValueData"], Read::Text),
        ("value_type", &["RegistryValueType"], Read::Text),
        ("old_value", &["PreviousRegistryValueData"], Read::Text),
    ],
};

static IMAGE: Mapping = Mapping {
    kind: "DeviceImageLoadEvents",
    table: "modules_loaded",
    times: TIMES,
    weight: None,
    constants: &[PROVIDER, ("action", "library")],
    columns: &[
        HOST,
        EVENT,
        OS[0],
        OS[1],
        ACTOR[0],
        ACTOR[1],
        ACTOR[2],
        ACTOR[3],
        ACTOR[4],
        ACTOR[5],
        ACTOR_PATH,
        ACTOR_NAME,
        ("path", &["FolderPath"], Read::Text),
        ("path", &["FileName"], Read::Text),
        HASHES[0],
        HASHES[1],
        HASHES[2],
    ],
};

static LOGON: Mapping = Mapping {
    kind: "DeviceLogonEvents",
    table: "logons",
    times: TIMES,
    weight: None,
    constants: &[PROVIDER, ("action", "logon")],
    columns: &[
        HOST,
        EVENT,
        OS[0],
        OS[1],
        ("src_ip", &["RemoteIP"], Read::PeerIp),
        ("src_port", &["RemotePort"], Read::Int),
        ("src_host", &["RemoteDeviceName"], Read::Domain),
        ("user", &["AccountName"], Read::Text),
        ("user_domain", &["AccountDomain"], Read::Text),
        ("user_id", &["AccountSid"], Read::Text),
        ("logon_id", &["LogonId"], Read::Luid),
        ("logon_type", &["LogonType"], Read::Words(LOGON_TYPES)),
        ("actor_user", &["InitiatingProcessAccountName"], Read::Text),
        ("actor_domain", &["InitiatingProcessAccountDomain"], Read::Text),
        ("actor_id", &["InitiatingProcessAccountSid"], Read::Text),
        ("pid", &["InitiatingProcessId"], Read::Int),
        ACTOR_PATH,
        ACTOR_NAME,
        ("protocol", &["Protocol"], Read::Lower),
        ("success", &["ActionType"], Read::Means(&[("LogonSuccess", true), ("LogonFailed", false)])),
        ("reason", &["FailureReason"], Read::Text),
    ],
};

const LOGON_TYPES: &[(&str, &str)] = &[
    ("Interactive", "interactive"),
    ("Network", "network"),
    ("Batch", "batch"),
    ("Service", "service"),
    ("Unlock", "unlock"),
    ("NetworkCleartext", "network_cleartext"),
    ("NewCredentials", "new_credentials"),
    ("RemoteInteractive", "remote_interactive"),
    ("CachedInteractive", "cached_interactive"),
    ("CachedRemoteInteractive", "cached_remote_interactive"),
    ("CachedUnlock", "cached_unlock"),
];
