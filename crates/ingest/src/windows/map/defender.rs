//! Microsoft Defender Antivirus: what it found and what it did about it.
//! Spec: <https://learn.microsoft.com/defender-endpoint/troubleshoot-microsoft-defender-antivirus>.

use super::{Map, Source};
use crate::mapping::{Read, Rule};

pub(super) static SOURCE: Source = Source {
    providers: &["Microsoft-Windows-Windows Defender", "Microsoft Antimalware"],
    maps: &[
        Map {
            ids: &[1006, 1007, 1008, 1009, 1010, 1011, 1012, 1015, 1116, 1117, 1118, 1119],
            when: None,
            table: "alerts",
            rules: &[THREAT, PRODUCT],
        },
        Map {
            ids: &[1121, 1122, 1123, 1124, 1125, 1126, 1127, 1128, 1129],
            when: None,
            table: "alerts",
            rules: &[GUARD, PRODUCT],
        },
    ],
};

static PRODUCT: &[Rule] = &[("product", &[], Read::Is("windows_defender")), ("message", &["Message"], Read::Text)];

static THREAT: &[Rule] = &[
    ("category", &["Category Name"], Read::Text),
    ("name", &["Threat Name"], Read::Text),
    ("severity", &["Severity Name"], Read::Text),
    ("rule_id", &["Threat ID"], Read::Text),
    ("resource", &["Path"], Read::Text),
    ("user", &["Detection User"], Read::Account),
    ("user", &["Remediation User"], Read::Account),
    ("action", &["Action Name"], Read::Text),
];

/// Attack surface reduction, controlled folder access, network protection: blocked where the id is odd, else audited.
static GUARD: &[Rule] = &[
    ("category", &[], Read::Is("attack surface reduction")),
    ("rule_id", &["ID"], Read::Text),
    ("resource", &["Path"], Read::Text),
    ("resource", &["Destination"], Read::Text),
    ("user", &["User"], Read::Account),
    ("action", &["EventID"], Read::Code(GUARD_ACTIONS)),
];

static GUARD_ACTIONS: &[(&str, &str)] = &[
    ("1121", "block"),
    ("1122", "audit"),
    ("1123", "block"),
    ("1124", "audit"),
    ("1125", "audit"),
    ("1126", "block"),
    ("1127", "block"),
    ("1128", "audit"),
    ("1129", "allow"),
];
