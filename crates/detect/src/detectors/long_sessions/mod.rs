//! Connections to places outside that are held open longer than is usual: tunnels, remote control. Method and measured
//! power: `docs/detectors/long_sessions.md`.
//!
//! `digest` finds the longest by source and place; [`crate::excess`] tests; `report` says it in words.

mod digest;
mod report;

use arrow_array::RecordBatch;
use schema::EntityKind;

use crate::{
    Case, Detector, Error, Judged, Param, Params, Past, Reads,
    excess::{self, Amount, Measure},
};

pub(super) static DETECTOR: Detector = Detector {
    name: "long_sessions",
    version: "1",
    finds: "Connections to a place that few others use, held open far longer than the host's or others' usually are.",
    null_hypothesis: "The longest connection is drawn as the host's longest to any other unusual place on its days \
                      before was (or, without such days, as the longest of other hosts), or has grown as theirs have.",
    attack: &["T1572", "T1219"],
    innocent: &[
        "A VPN, a backup or a stream that only this host uses, on its first days.",
        "A device that keeps a line to its maker open.",
        "A shell that someone left open.",
    ],
    entity: EntityKind::Ip,
    reads: READS,
    look_back_hours: 24,
    past: Some(Past { days: 14, fold }),
    params: PARAMS,
    rate_is_shown: false,
    digest: |_| Box::new(digest::HourDigest::default()),
    judge,
};

static READS: &[Reads] = &[
    Reads {
        table: "connections",
        columns: &[
            "src_ip",
            "src_port",
            "dst_ip",
            "dst_port",
            "protocol",
            "duration_ns",
            "src_bytes",
            "dst_bytes",
            "src_local",
            "dst_local",
        ],
    },
    Reads { table: "tls_sessions", columns: &["dst_ip", "server_name"] },
];

static PARAMS: &[Param] = &[Param {
    name: "hours_min",
    default: 1.0,
    because: "web servers and middle boxes close what is idle for an hour or less",
}];

/// Numbers of a pair: seconds of the longest record, and of the hours in which one connection was there all the time.
const LONGEST: usize = 0;
const HELD: usize = 1;
const SENT: usize = 2;
const RECEIVED: usize = 3;
const PORT: usize = 4;

const HOUR_SECONDS: f64 = 3_600.0;

fn measure(params: &Params) -> Measure {
    Measure {
        join: |known, more| {
            known[LONGEST] = known[LONGEST].max(more[LONGEST]);
            known[HELD] += more[HELD];
            known[SENT] += more[SENT];
            known[RECEIVED] += more[RECEIVED];
            known[PORT] = known[PORT].max(more[PORT]);
        },
        value: seconds,
        floor: params.get("hours_min").max(0.02) * HOUR_SECONDS,
        foot: params.get("hours_min").max(0.02) * HOUR_SECONDS / 20.0,
        // Of a host's day: a download, a call or a chat; one day in forty a connection of four hours.
        usual_median: 1_800.0,
        usual_spread: 1.0,
        excuse_min: 1,
        spread_min: 0.5,
    }
}

/// Sensors that cut long flows into pieces show no long record, but every hour filled.
fn seconds(amount: &Amount) -> f64 {
    amount.numbers[LONGEST].max(amount.numbers[HELD])
}

fn judge(case: &Case<'_>) -> Result<Judged, Error> {
    excess::judge(case, &measure(case.params), report::finding)
}

fn fold(hours: &[RecordBatch], params: &Params) -> Result<RecordBatch, Error> {
    excess::fold(hours, &measure(params))
}
