//! Name look-ups of the Windows DNS client.

use super::{Map, Source};
use crate::mapping::{Read, Rule};

pub(super) static SOURCE: Source = Source {
    providers: &["Microsoft-Windows-DNS-Client"],
    maps: &[Map {
        ids: &[3006, 3008, 3009, 3010, 3011, 3016, 3018, 3019, 3020],
        when: None,
        table: "network_by_process",
        rules: &[LOOKUP],
    }],
};

/// The client writes the event in the context of the process that asks.
static LOOKUP: &[Rule] = &[
    ("action", &[], Read::Is("lookup")),
    ("user_id", &["Security_UserID"], Read::Text),
    ("pid", &["ClientPID"], Read::Int),
    ("pid", &["ProcessID"], Read::Int),
    ("query", &["QueryName"], Read::Domain),
    ("query_status", &["QueryStatus"], Read::Text),
    ("query_status", &["ResponseStatus"], Read::Text),
    ("answers", &["@answers"], Read::Divided),
];
