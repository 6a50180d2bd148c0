//! Data in the names that a host looks up: tunnels and exfiltration by DNS. Method and measured power:
//! `docs/detectors/dns_tunnel.md`.
//!
//! `names` weighs what a name can carry; `digest` adds it up by source and zone; [`crate::excess`] tests; `report` says
//! it in words.

mod digest;
mod names;
mod report;

use arrow_array::RecordBatch;
use schema::EntityKind;

use crate::{
    Case, Detector, Error, Judged, Param, Params, Past, Reads,
    excess::{self, Amount, Measure, without_resolvers},
};

pub(super) static DETECTOR: Detector = Detector {
    name: "dns_tunnel",
    version: "2",
    finds: "Hosts whose look-ups carry data: ever new, dense names under one zone that few others ask for.",
    null_hypothesis: "What the names under the zone can carry is drawn as what the host's names under any other unusual \
                      zone carried on its days before (or, without such days, as other hosts' do), or has grown as \
                      that of other hosts has.",
    attack: &["T1071.004", "T1048"],
    innocent: &[
        "Reputation look-ups of a security product that only few hosts have.",
        "Telemetry that puts ids into names, on its first day.",
        "A resolver or mail server that asks on behalf of many.",
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

static READS: &[Reads] = &[Reads {
    table: "dns_queries",
    columns: &["src_ip", "dst_ip", "query", "query_type", "response_code", "answers"],
}];

static PARAMS: &[Param] = &[Param {
    name: "bytes_min",
    default: 1_000.0,
    because: "less than that in a day is a handful of names with an id in them",
}];

/// Numbers of a pair.
const INFORMATION: usize = 0;
const N_QUERIES: usize = 1;
const ANSWERED: usize = 2;
const N_DATA_TYPES: usize = 3;
const N_UNKNOWN: usize = 4;

fn measure(params: &Params) -> Measure {
    Measure {
        join: |known, more| known.iter_mut().zip(more).for_each(|(known, more)| *known += more),
        value: carried,
        floor: params.get("bytes_min").max(1.0),
        foot: params.get("bytes_min").max(1.0) / 20.0,
        // Of a host's day: some thirty names of a site that numbers its servers; one day in forty reaches seven times that.
        usual_median: 300.0,
        usual_spread: 1.0,
        excuse_min: 3,
        spread_min: 0.5,
    }
}

/// Bytes that the distinct names can carry: a repeated name carries nothing new.
fn carried(amount: &Amount) -> f64 {
    let a_name = amount.numbers[INFORMATION] / amount.numbers[N_QUERIES].max(1.0);
    a_name * amount.sample.n_distinct()
}

/// Most hosts have no unusual zone worth a word, and p = 1: what is tested are the others, given that they have.
const TESTED_MAX: f64 = 0.05;

fn judge(case: &Case<'_>) -> Result<Judged, Error> {
    let measure = measure(case.params);
    let hours = without_resolvers(case.hours, &measure)?;
    let judged = excess::judge(&Case { hours: &hours, ..*case }, &measure, report::finding)?;
    Ok(judged.given_at_most(TESTED_MAX))
}

fn fold(hours: &[RecordBatch], params: &Params) -> Result<RecordBatch, Error> {
    let measure = measure(params);
    excess::fold(&without_resolvers(hours, &measure)?, &measure)
}
