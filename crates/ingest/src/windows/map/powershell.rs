//! PowerShell: script blocks and modules of its operational log, engine and pipeline of the classic one.

use super::{Map, Source};
use crate::mapping::{Read, Rule};

pub(super) static SOURCE: Source = Source {
    providers: &["Microsoft-Windows-PowerShell", "PowerShellCore"],
    maps: &[
        Map { ids: &[4104], when: None, table: "scripts", rules: &[BLOCK, ENGINE] },
        Map { ids: &[4103], when: None, table: "scripts", rules: &[MODULE, ENGINE] },
    ],
};

/// Windows PowerShell's log of version 2, which later versions go on writing.
pub(super) static CLASSIC: Source = Source {
    providers: &["PowerShell"],
    maps: &[
        Map { ids: &[800], when: None, table: "scripts", rules: &[PIPELINE, CONTEXT] },
        Map { ids: &[400, 403, 500, 501, 600], when: None, table: "scripts", rules: &[CONTEXT] },
    ],
};

/// The interpreter writes these events itself, in the context of the account that it runs as.
static ENGINE: &[Rule] = &[
    ("language", &[], Read::Is("powershell")),
    ("user_id", &["Security_UserID"], Read::Text),
    ("pid", &["ProcessID"], Read::Int),
];

static BLOCK: &[Rule] = &[
    ("script_id", &["ScriptBlockId"], Read::Text),
    ("part", &["MessageNumber"], Read::Int),
    ("parts", &["MessageTotal"], Read::Int),
    ("path", &["Path"], Read::Text),
    ("content", &["ScriptBlockText"], Read::Text),
];

static MODULE: &[Rule] = &[
    ("user", &["@context_user"], Read::Account),
    ("user_domain", &["@context_user"], Read::AccountDomain),
    ("path", &["@script_name"], Read::Text),
    ("content", &["Payload"], Read::Text),
    ("content", &["@pipeline"], Read::Text),
    ("command_line", &["@host_application"], Read::Text),
];

static CONTEXT: &[Rule] = &[
    ("language", &[], Read::Is("powershell")),
    ("user", &["@context_user"], Read::Account),
    ("user_domain", &["@context_user"], Read::AccountDomain),
    ("path", &["@script_name"], Read::Text),
    ("command_line", &["@host_application"], Read::Text),
];

/// The first value is the line that ran.
static PIPELINE: &[Rule] = &[("content", &["@pipeline"], Read::Text)];
