//! Files, registry keys and shares of the Security log, as far as they are audited.

use super::{
    super::words::{REGISTRY_OPERATIONS, REGISTRY_TYPES},
    Map, Source,
    security_processes::SUBJECT,
};
use crate::mapping::{Read, Rule};

pub(super) static SOURCE: Source = Source { providers: &["Microsoft-Windows-Security-Auditing"], maps: MAPS };

/// `ObjectType` of files; 5140 and 5145 write it as well.
const FILE: Option<(&str, &[&str])> = Some(("ObjectType", &["File", "Directory", "SymbolicLink"]));
const KEY: Option<(&str, &[&str])> = Some(("ObjectType", &["Key"]));

static MAPS: &[Map] = &[
    Map {
        ids: &[4656, 4663],
        when: FILE,
        table: "file_changes",
        rules: &[&[("action", &["@file_access"], Read::Text)], FILE_OBJECT, SUBJECT, PROCESS],
    },
    Map {
        ids: &[4670],
        when: FILE,
        table: "file_changes",
        rules: &[&[("action", &[], Read::Is("attributes"))], FILE_OBJECT, SUBJECT, PROCESS],
    },
    Map {
        ids: &[4659],
        when: FILE,
        table: "file_changes",
        rules: &[&[("action", &[], Read::Is("delete"))], FILE_OBJECT, SUBJECT, PROCESS],
    },
    Map { ids: &[4664], when: None, table: "file_changes", rules: &[LINK, SUBJECT] },
    Map { ids: &[5140], when: None, table: "file_changes", rules: &[SHARE, SUBJECT] },
    Map {
        ids: &[5145],
        when: None,
        table: "file_changes",
        rules: &[&[("action", &["@file_access"], Read::Text)], SHARE, SUBJECT],
    },
    Map {
        ids: &[4663],
        when: KEY,
        table: "registry_changes",
        rules: &[&[("action", &["@key_access"], Read::Text)], KEY_OBJECT, SUBJECT, PROCESS],
    },
    Map {
        ids: &[4656, 4670],
        when: KEY,
        table: "registry_changes",
        rules: &[&[("action", &[], Read::Is("access"))], KEY_OBJECT, SUBJECT, PROCESS],
    },
    Map { ids: &[4657], when: None, table: "registry_changes", rules: &[VALUE, KEY_OBJECT, SUBJECT, PROCESS] },
];

static PROCESS: &[Rule] = &[("pid", &["ProcessId"], Read::Hex), ("process_path", &["ProcessName"], Read::Text)];

static FILE_OBJECT: &[Rule] = &[("path", &["ObjectName"], Read::Text), ("success", &["@audit_success"], Read::Bool)];

static LINK: &[Rule] = &[
    ("action", &[], Read::Is("link")),
    ("path", &["FileName"], Read::Text),
    ("new_path", &["LinkName"], Read::Text),
    ("success", &["@audit_success"], Read::Bool),
];

/// A share was opened (5140), or a file in it checked (5145).
static SHARE: &[Rule] = &[
    ("action", &[], Read::Is("read")),
    ("path", &["@share_path"], Read::Text),
    ("success", &["@audit_success"], Read::Bool),
];

static KEY_OBJECT: &[Rule] = &[("key", &["ObjectName"], Read::Text)];

static VALUE: &[Rule] = &[
    ("action", &["OperationType"], Read::Code(REGISTRY_OPERATIONS)),
    ("action", &[], Read::Is("set_value")),
    ("value_name", &["ObjectValueName"], Read::Text),
    ("value", &["NewValue"], Read::Text),
    ("value_type", &["NewValueType"], Read::Code(REGISTRY_TYPES)),
    ("old_value", &["OldValue"], Read::Text),
];
