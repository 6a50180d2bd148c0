//! Floods and sudden silences: how many events of a sensor, site, path, network, rule or host come in an hour, against
//! the same hour of the days before. Method and measured power: `docs/detectors/volume_anomaly.md`.
//!
//! `digest` counts; `table` is its shape; `rhythm` knows what an hour should hold; `judge` tests; `report` says it in
//! words.

mod digest;
mod judge;
mod report;
mod rhythm;
mod table;

use schema::EntityKind;

use crate::{Detector, Param, Past, Reads};

pub(super) static DETECTOR: Detector = Detector {
    name: "volume_anomaly",
    version: "1",
    finds: "Floods of, and sudden silence in, the events of a sensor, site, path, network, rule or host.",
    null_hypothesis: "Every hour's count differs from what is usual at that hour, and from the common movement of its \
                      kind, as the hours of the days before did.",
    attack: &["T1498", "T1499"],
    innocent: &["A launch, a campaign, breaking news.", "Maintenance, a move, a holiday.", "A crawler or a load test."],
    entity: EntityKind::Domain,
    reads: READS,
    look_back_hours: 24,
    past: Some(Past { days: 28, fold: table::fold }),
    params: PARAMS,
    rate_is_shown: false,
    digest: |_| Box::new(digest::HourDigest::default()),
    judge: judge::judge,
};

static READS: &[Reads] = &[
    Reads { table: "connections", columns: &["src_ip", "dst_ip", "src_local", "dst_local"] },
    Reads { table: "http_requests", columns: &["host", "path", "asn"] },
    Reads { table: "firewall_events", columns: &["rule_id"] },
    Reads { table: "dns_queries", columns: &["src_ip"] },
    Reads { table: "tls_sessions", columns: &["src_ip"] },
];

static PARAMS: &[Param] = &[
    Param {
        name: "events_min",
        default: 500.0,
        because: "fewer events in an hour are no flood, and where fewer are usual silence is nothing",
    },
    Param {
        name: "flood_ratio",
        default: 4.0,
        because: "a good day brings two or three times the usual, a flood more",
    },
    Param { name: "drop_ratio", default: 10.0, because: "a holiday leaves a fifth; what leaves a tenth is broken" },
];
