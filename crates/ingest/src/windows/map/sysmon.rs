//! Sysmon, of Windows and of Linux. Spec: <https://learn.microsoft.com/sysinternals/downloads/sysmon>.

use super::{super::words::REGISTRY_EVENTS, Map, Source};
use crate::mapping::{Read, Rule};

pub(super) static SOURCE: Source = Source { providers: &["Microsoft-Windows-Sysmon", "Linux-Sysmon"], maps: MAPS };

/// What differs on Linux, where a session has the number that the audit system gave it.
pub(super) static LINUX: Source = Source {
    providers: &["Linux-Sysmon"],
    maps: &[Map {
        ids: &[1],
        when: None,
        table: "processes",
        rules: &[&[("logon_id", &["LogonId"], Read::Text)], START, PROCESS, VERSION, HASHES, PARENT],
    }],
};

static MAPS: &[Map] = &[
    Map { ids: &[1], when: None, table: "processes", rules: &[START, PROCESS, VERSION, HASHES, PARENT] },
    Map { ids: &[5], when: None, table: "processes", rules: &[&[("action", &[], Read::Is("end"))], PROCESS] },
    Map { ids: &[8], when: None, table: "processes", rules: &[&[("action", &[], Read::Is("remote_thread"))], BETWEEN] },
    Map { ids: &[10], when: None, table: "processes", rules: &[ACCESS, BETWEEN] },
    Map { ids: &[25], when: None, table: "processes", rules: &[&[("action", &[], Read::Is("tamper"))], PROCESS] },
    Map {
        ids: &[2],
        when: None,
        table: "file_changes",
        rules: &[&[("action", &[], Read::Is("attributes"))], FILE, PROCESS],
    },
    Map { ids: &[9], when: None, table: "file_changes", rules: &[RAW_READ, PROCESS] },
    Map { ids: &[11, 29], when: None, table: "file_changes", rules: &[CREATE, FILE, PROCESS, HASHES] },
    Map { ids: &[15], when: None, table: "file_changes", rules: &[STREAM, FILE, PROCESS, STREAM_HASH] },
    Map { ids: &[23, 26], when: None, table: "file_changes", rules: &[DELETE, FILE, PROCESS, HASHES] },
    Map { ids: &[27], when: None, table: "file_changes", rules: &[BLOCKED, CREATE, FILE, PROCESS, HASHES] },
    Map { ids: &[28], when: None, table: "file_changes", rules: &[BLOCKED, DELETE, FILE, PROCESS, HASHES] },
    Map { ids: &[3], when: None, table: "network_by_process", rules: &[NETWORK, PROCESS] },
    Map { ids: &[22], when: None, table: "network_by_process", rules: &[LOOKUP, PROCESS] },
    Map {
        ids: &[6],
        when: None,
        table: "modules_loaded",
        rules: &[&[("action", &[], Read::Is("driver"))], MODULE, HASHES],
    },
    Map {
        ids: &[7],
        when: None,
        table: "modules_loaded",
        rules: &[&[("action", &[], Read::Is("library"))], MODULE, VERSION, HASHES, PROCESS],
    },
    Map { ids: &[12, 13, 14], when: None, table: "registry_changes", rules: &[REGISTRY, PROCESS] },
    Map { ids: &[17], when: None, table: "pipes", rules: &[&[("action", &[], Read::Is("create"))], PIPE, PROCESS] },
    Map { ids: &[18], when: None, table: "pipes", rules: &[&[("action", &[], Read::Is("connect"))], PIPE, PROCESS] },
];

/// The process that acts; versions before 13 name no user in most events.
static PROCESS: &[Rule] = &[
    ("process_guid", &["ProcessGuid"], Read::Guid),
    ("pid", &["ProcessId"], Read::Hex),
    ("process_path", &["Image"], Read::Text),
    ("user", &["User"], Read::Account),
    ("user_domain", &["User"], Read::AccountDomain),
];

static START: &[Rule] = &[
    ("action", &[], Read::Is("start")),
    ("command_line", &["CommandLine"], Read::Text),
    ("working_dir", &["CurrentDirectory"], Read::Text),
    ("logon_id", &["LogonId"], Read::Luid),
    ("integrity", &["IntegrityLevel"], Read::Text),
];

static PARENT: &[Rule] = &[
    ("parent_guid", &["ParentProcessGuid"], Read::Guid),
    ("parent_pid", &["ParentProcessId"], Read::Hex),
    ("parent_path", &["ParentImage"], Read::Text),
    ("parent_command_line", &["ParentCommandLine"], Read::Text),
    ("parent_user", &["ParentUser"], Read::Text),
];

static VERSION: &[Rule] = &[
    ("original_name", &["OriginalFileName"], Read::Text),
    ("description", &["Description"], Read::Text),
    ("product", &["Product"], Read::Text),
    ("company", &["Company"], Read::Text),
    ("file_version", &["FileVersion"], Read::Text),
];

static HASHES: &[Rule] = &[
    ("md5", &["Hashes"], Read::Digest("MD5")),
    ("sha1", &["Hashes"], Read::Digest("SHA1")),
    ("sha256", &["Hashes"], Read::Digest("SHA256")),
    ("imphash", &["Hashes"], Read::Digest("IMPHASH")),
];

static STREAM_HASH: &[Rule] = &[
    ("md5", &["Hash"], Read::Digest("MD5")),
    ("sha1", &["Hash"], Read::Digest("SHA1")),
    ("sha256", &["Hash"], Read::Digest("SHA256")),
    ("imphash", &["Hash"], Read::Digest("IMPHASH")),
];

/// One process that does something to another; event 10 writes `GUID` where event 8 writes `Guid`.
static BETWEEN: &[Rule] = &[
    ("process_guid", &["SourceProcessGuid"], Read::Guid),
    ("process_guid", &["SourceProcessGUID"], Read::Guid),
    ("pid", &["SourceProcessId"], Read::Hex),
    ("process_path", &["SourceImage"], Read::Text),
    ("user", &["SourceUser"], Read::Account),
    ("user_domain", &["SourceUser"], Read::AccountDomain),
    ("target_guid", &["TargetProcessGuid"], Read::Guid),
    ("target_guid", &["TargetProcessGUID"], Read::Guid),
    ("target_pid", &["TargetProcessId"], Read::Hex),
    ("target_path", &["TargetImage"], Read::Text),
    ("target_user", &["TargetUser"], Read::Text),
];

static ACCESS: &[Rule] = &[
    ("action", &[], Read::Is("access")),
    ("granted_access", &["GrantedAccess"], Read::Text),
    ("call_trace", &["CallTrace"], Read::Text),
];

static FILE: &[Rule] = &[
    ("path", &["TargetFilename"], Read::Text),
    ("created_at", &["CreationUtcTime"], Read::Instant),
    ("previously_created_at", &["PreviousCreationUtcTime"], Read::Instant),
];

static CREATE: &[Rule] = &[("action", &[], Read::Is("create"))];
static DELETE: &[Rule] = &[("action", &[], Read::Is("delete"))];
static BLOCKED: &[Rule] = &[("success", &["@false"], Read::Bool)];

static RAW_READ: &[Rule] = &[("action", &[], Read::Is("read")), ("path", &["Device"], Read::Text)];

static STREAM: &[Rule] = &[("action", &[], Read::Is("stream")), ("contents", &["Contents"], Read::Text)];

/// Sysmon's source is mostly, but not always, the side that opened the connection; columns hold what it says.
static NETWORK: &[Rule] = &[
    ("action", &["Initiated"], Read::Code(&[("true", "connect"), ("false", "accept")])),
    ("action", &[], Read::Is("connect")),
    ("initiated", &["Initiated"], Read::Bool),
    ("protocol", &["Protocol"], Read::Lower),
    ("src_ip", &["SourceIp"], Read::PeerIp),
    ("src_port", &["SourcePort"], Read::Int),
    ("src_host", &["SourceHostname"], Read::Lower),
    ("dst_ip", &["DestinationIp"], Read::PeerIp),
    ("dst_port", &["DestinationPort"], Read::Int),
    ("dst_host", &["DestinationHostname"], Read::Lower),
];

static LOOKUP: &[Rule] = &[
    ("action", &[], Read::Is("lookup")),
    ("query", &["QueryName"], Read::Domain),
    ("query_status", &["QueryStatus"], Read::Text),
    ("answers", &["@answers"], Read::Divided),
];

static MODULE: &[Rule] = &[
    ("path", &["ImageLoaded"], Read::Text),
    ("signed", &["Signed"], Read::Bool),
    ("signature", &["Signature"], Read::Text),
    ("signature_status", &["SignatureStatus"], Read::Text),
];

static REGISTRY: &[Rule] = &[
    ("action", &["EventType"], Read::Code(REGISTRY_EVENTS)),
    ("action", &[], Read::Is("set_value")),
    ("key", &["TargetObject"], Read::Text),
    ("value", &["Details"], Read::Text),
    ("new_key", &["NewName"], Read::Text),
];

static PIPE: &[Rule] = &[("name", &["PipeName"], Read::Text)];
