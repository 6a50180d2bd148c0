//! AppLocker: programs and scripts that its rules stopped, or would have stopped.

use super::{Map, Source};
use crate::mapping::{Read, Rule};

pub(super) static SOURCE: Source = Source {
    providers: &["Microsoft-Windows-AppLocker"],
    maps: &[
        Map {
            ids: &[8003, 8006, 8021, 8024],
            when: None,
            table: "alerts",
            rules: &[&[("action", &[], Read::Is("audit"))], RULE],
        },
        Map {
            ids: &[8004, 8007, 8022, 8025],
            when: None,
            table: "alerts",
            rules: &[&[("action", &[], Read::Is("block"))], RULE],
        },
    ],
};

static RULE: &[Rule] = &[
    ("product", &[], Read::Is("applocker")),
    ("category", &["PolicyName"], Read::Text),
    ("name", &["RuleName"], Read::Text),
    ("message", &["Message"], Read::Text),
    ("rule_id", &["RuleId"], Read::Text),
    ("resource", &["FullFilePath"], Read::Text),
    ("resource", &["FilePath"], Read::Text),
    ("resource", &["Package"], Read::Text),
    ("user", &["TargetUser"], Read::Text),
];
