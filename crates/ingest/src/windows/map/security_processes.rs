//! Processes and their network in the Security log.

use super::{
    super::words::{ELEVATION, MANDATORY_LABELS},
    Map, Source,
};
use crate::mapping::{Read, Rule};

pub(super) static SOURCE: Source = Source { providers: &["Microsoft-Windows-Security-Auditing"], maps: MAPS };

static MAPS: &[Map] = &[
    Map { ids: &[4688], when: None, table: "processes", rules: &[START, SUBJECT] },
    Map { ids: &[4689], when: None, table: "processes", rules: &[END, SUBJECT] },
    Map { ids: &[4696], when: None, table: "processes", rules: &[TOKEN, SUBJECT] },
    Map {
        ids: &[4656, 4663, 4690],
        when: Some(("ObjectType", &["Process"])),
        table: "processes",
        rules: &[ACCESS, SUBJECT],
    },
    Map {
        ids: &[5156],
        when: None,
        table: "network_by_process",
        rules: &[&[("action", &["@filter_action"], Read::Text)], FLOW, APPLICATION],
    },
    Map {
        ids: &[5157, 5152, 5153],
        when: None,
        table: "network_by_process",
        rules: &[&[("action", &[], Read::Is("block"))], FLOW, APPLICATION],
    },
    Map {
        ids: &[5154],
        when: None,
        table: "network_by_process",
        rules: &[&[("action", &[], Read::Is("listen"))], LOCAL, APPLICATION],
    },
    Map {
        ids: &[5158],
        when: None,
        table: "network_by_process",
        rules: &[&[("action", &[], Read::Is("bind"))], LOCAL, APPLICATION],
    },
    Map {
        ids: &[5155, 5159],
        when: None,
        table: "network_by_process",
        rules: &[&[("action", &[], Read::Is("block"))], LOCAL, APPLICATION],
    },
];

/// Who asked for it.
pub(super) static SUBJECT: &[Rule] = &[
    ("user", &["SubjectUserName"], Read::Text),
    ("user_domain", &["SubjectDomainName"], Read::Text),
    ("user_id", &["SubjectUserSid"], Read::Text),
    ("logon_id", &["SubjectLogonId"], Read::Luid),
];

static START: &[Rule] = &[
    ("action", &[], Read::Is("start")),
    ("pid", &["NewProcessId"], Read::Hex),
    ("process_path", &["NewProcessName"], Read::Text),
    ("command_line", &["CommandLine"], Read::Text),
    ("parent_pid", &["ProcessId"], Read::Hex),
    ("parent_path", &["ParentProcessName"], Read::Text),
    ("target_user", &["TargetUserName"], Read::Text),
    ("integrity", &["MandatoryLabel"], Read::Code(MANDATORY_LABELS)),
    ("integrity", &["TokenElevationType"], Read::Code(ELEVATION)),
];

static END: &[Rule] = &[
    ("action", &[], Read::Is("end")),
    ("pid", &["ProcessId"], Read::Hex),
    ("process_path", &["ProcessName"], Read::Text),
    ("exit_code", &["Status"], Read::Hex),
];

/// A primary token was given to a process.
static TOKEN: &[Rule] = &[
    ("action", &[], Read::Is("tamper")),
    ("pid", &["ProcessId"], Read::Hex),
    ("process_path", &["ProcessName"], Read::Text),
    ("target_pid", &["TargetProcessId"], Read::Hex),
    ("target_path", &["TargetProcessName"], Read::Text),
    ("target_user", &["TargetUserName"], Read::Text),
];

static ACCESS: &[Rule] = &[
    ("action", &[], Read::Is("access")),
    ("pid", &["ProcessId"], Read::Hex),
    ("process_path", &["ProcessName"], Read::Text),
    ("target_path", &["ObjectName"], Read::Text),
    ("granted_access", &["AccessMask"], Read::Text),
];

/// Connections name the process `ProcessID`, as `System` names the writer; sockets name it `ProcessId`.
static APPLICATION: &[Rule] = &[
    ("pid", &["ProcessId"], Read::Hex),
    ("pid", &["ProcessID"], Read::Hex),
    ("process_path", &["Application"], Read::Text),
    ("protocol", &["Protocol"], Read::IpProtocol),
];

static FLOW: &[Rule] = &[
    ("initiated", &["@outbound"], Read::Bool),
    // Whoever began is the source, also where the connection came in, whatever Microsoft's pages say: all of thousands
    // of real records agree.
    ("src_ip", &["SourceAddress"], Read::PeerIp),
    ("src_port", &["SourcePort"], Read::Int),
    ("dst_ip", &["DestAddress"], Read::PeerIp),
    ("dst_port", &["DestPort"], Read::Int),
];

static LOCAL: &[Rule] = &[("src_ip", &["SourceAddress"], Read::PeerIp), ("src_port", &["SourcePort"], Read::Int)];
