//! Floods and sudden silences: how many events of a site, path, network, rule, host or sensor come in minutes and
//! hours, against the hours around and the same hour of the days before. Method and measured power:
//! `docs/detectors/volume_anomaly.md`.
//!
//! `digest` counts; `table` is its shape and `past` that of a day; `scan` looks around; `rhythm` knows what an hour
//! should hold; `strays` knows how far all things stray; `judge` tests; `explain` tells causes from what follows;
//! `report` says it in words.

mod digest;
mod explain;
mod judge;
mod past;
mod report;
mod rhythm;
mod scan;
mod strays;
mod table;

use schema::EntityKind;

use crate::{Detector, Param, Past, Reads};

pub(super) static DETECTOR: Detector = Detector {
    name: "volume_anomaly",
    version: "2",
    finds: "Floods of, and sudden silence in, the events of a site, path, network, rule, host or sensor.",
    null_hypothesis: "Every span's count is drawn around what the hours beside it hold, as the other spans of the day \
                      are, and strays no farther than like things and the days before do.",
    attack: &["T1498", "T1499"],
    innocent: &["A launch, a campaign, breaking news.", "Maintenance, a move, a holiday.", "A crawler or a load test."],
    entity: EntityKind::Domain,
    reads: READS,
    look_back_hours: 24,
    past: Some(Past { days: 28, fold: past::fold }),
    params: PARAMS,
    rate_is_shown: true,
    digest: |_| Box::new(digest::HourDigest::default()),
    judge: judge::judge,
};

static READS: &[Reads] = &[
    Reads { table: "connections", columns: &["source", "src_ip", "dst_ip", "src_local", "dst_local"] },
    Reads { table: "http_requests", columns: &["source", "src_ip", "dst_ip", "host", "path", "status", "asn"] },
    Reads { table: "firewall_events", columns: &["source", "rule_id"] },
    Reads { table: "dns_queries", columns: &["source"] },
    Reads { table: "tls_sessions", columns: &["source"] },
];

static PARAMS: &[Param] = &[
    Param { name: "flood_events_min", default: 100.0, because: "fewer events flood nothing, however few are usual" },
    Param { name: "missed_events_min", default: 50.0, because: "where fewer are expected, none may come by chance" },
    Param {
        name: "flood_ratio",
        default: 2.5,
        because: "twice the usual comes with every newsletter; what floods is more",
    },
    Param {
        name: "drop_ratio",
        default: 10.0,
        because: "half of the visitors stay away on a holiday; silence is nearly nobody",
    },
];
