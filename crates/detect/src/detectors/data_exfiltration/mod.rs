//! Hosts that send out more than they usually do and than others do, to one place. Method and measured power:
//! `docs/detectors/data_exfiltration.md`.
//!
//! `digest` adds up bytes by source and place; [`crate::excess`] tests; `report` says it in words.

mod digest;
mod report;

use arrow_array::RecordBatch;
use schema::EntityKind;

use crate::{
    Case, Detector, Error, Judged, Param, Params, Past, Reads,
    excess::{self, Amount, Measure, N_NUMBERS},
};

pub(super) static DETECTOR: Detector = Detector {
    name: "data_exfiltration",
    version: "2",
    finds: "Hosts that send one place outside far more than they receive from it, than they ever send, and than others do.",
    null_hypothesis: "What the host sends net to the place is drawn as what it sent on its days before was (or, without \
                      such days, as what other hosts send), or has grown as that of other hosts has.",
    attack: &["T1048", "T1567"],
    innocent: &[
        "The first full backup to a new place.",
        "Someone who shares a large work with a customer.",
        "A move of services to another provider.",
    ],
    entity: EntityKind::Ip,
    reads: READS,
    look_back_hours: 24,
    past: Some(Past { days: 28, fold }),
    params: PARAMS,
    rate_is_shown: false,
    digest: |_| Box::new(digest::HourDigest::default()),
    judge,
};

static READS: &[Reads] = &[
    Reads {
        table: "connections",
        columns: &["src_ip", "dst_ip", "dst_port", "src_bytes", "dst_bytes", "src_local", "dst_local"],
    },
    Reads { table: "tls_sessions", columns: &["src_ip", "dst_ip", "server_name"] },
    Reads { table: "http_requests", columns: &["src_ip", "dst_ip", "host", "request_bytes", "response_bytes"] },
];

static PARAMS: &[Param] = &[Param {
    name: "megabytes_min",
    default: 5.0,
    because: "less is a mail with an attachment; whoever steals less than that is not seen by volume",
}];

/// Bytes in a megabyte.
const MEGA: f64 = 1e6;

/// Calls, games and conversations send about as much as they receive; thieves get only acknowledgements back.
const RECEIVED_WEIGHT: f64 = 2.0;

/// Numbers of a pair.
const SENT: usize = 0;
const RECEIVED: usize = 1;
const PORT: usize = 2;

fn measure(params: &Params) -> Measure {
    Measure {
        join: |known, more| {
            known[SENT] += more[SENT];
            known[RECEIVED] += more[RECEIVED];
            known[PORT] = known[PORT].max(more[PORT]);
        },
        value: net_sent,
        floor: params.get("megabytes_min").max(0.001) * MEGA,
        // Most hosts send no place of their own anything on most days. Between nothing and the first upload of a mail lie
        // many logarithms and no news: days below the floor are days of nothing, however much below.
        foot: params.get("megabytes_min").max(0.001) * MEGA,
        // Of a workstation's day: a few attachments and uploads; one day in forty reaches twenty times that.
        usual_median: 4.0 * MEGA,
        usual_spread: 1.5,
        excuse_min: 0,
        spread_min: 1.0,
    }
}

/// What was sent beyond what a conversation needs.
fn net_sent(amount: &Amount) -> f64 {
    let [sent, received, ..]: [f64; N_NUMBERS] = amount.numbers;
    (sent - RECEIVED_WEIGHT * received).max(0.0)
}

fn judge(case: &Case<'_>) -> Result<Judged, Error> {
    excess::judge(case, &measure(case.params), report::finding)
}

fn fold(hours: &[RecordBatch], params: &Params) -> Result<RecordBatch, Error> {
    excess::fold(hours, &measure(params))
}
