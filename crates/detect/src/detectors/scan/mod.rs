//! Hosts that look for services: one service on many hosts, many ports of one host, or both. Method and measured
//! power: `docs/detectors/scan.md`.
//!
//! `digest` sums up an hour into `summary` rows with a `sample` of the targets; `judge` tests each source along all its
//! axes; `report` says it in words.

mod digest;
mod judge;
mod report;
mod sample;
mod summary;

use arrow_array::RecordBatch;
use schema::EntityKind;

use crate::{Detector, Error, Param, Params, Past, Reads};

pub(super) static DETECTOR: Detector = Detector {
    name: "scan",
    version: "2",
    finds: "Hosts that look for services: one port on many hosts, many ports of one host, or both.",
    null_hypothesis: "What the source tries fails no more often than not, or it tries no more than on its days before \
                      and than its like, or on a service that is closed to everyone here.",
    attack: &["T1046", "T1018", "T1595.001"],
    innocent: &[
        "A vulnerability scanner, inventory or monitoring system on its first day.",
        "Peer-to-peer software and games that look for their like.",
        "A host whose servers are down or have moved.",
    ],
    entity: EntityKind::Ip,
    reads: READS,
    look_back_hours: 24,
    past: Some(Past { days: 14, fold }),
    params: PARAMS,
    rate_is_shown: true,
    digest: |_| Box::new(digest::HourDigest::default()),
    judge: judge::judge,
};

static READS: &[Reads] = &[Reads {
    table: "connections",
    columns: &[
        "src_ip",
        "src_port",
        "dst_ip",
        "dst_port",
        "protocol",
        "state",
        "action",
        "dst_bytes",
        "dst_packets",
        "src_local",
        "dst_local",
    ],
}];

static PARAMS: &[Param] = &[
    Param {
        name: "targets_min",
        default: 8.0,
        because: "fewer failures are a server that moved; eight by chance are one in 256 even where half of all fail",
    },
    Param {
        name: "failing_share",
        default: 0.5,
        because: "hosts that know where they go fail at a few percent, those with old settings at a third",
    },
    Param {
        name: "blocked_share",
        default: 0.2,
        because: "a service that fails for a fifth of all hosts is blocked here, as QUIC often is",
    },
];

/// A past day: its axes with smaller samples, the one-off failures of single targets left out.
fn fold(hours: &[RecordBatch], _: &Params) -> Result<RecordBatch, Error> {
    let day = judge::joined(hours, sample::PAST)?;
    let rows: Vec<_> = day.into_iter().filter(|(key, tried)| judge::worth_remembering(key, tried)).collect();
    summary::encode(&rows)
}
