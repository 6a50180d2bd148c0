//! Names whose addresses lie all over the internet and change all the time: flux networks of hacked machines. Method and
//! measured power: `docs/detectors/fast_flux.md`.
//!
//! `digest` collects the networks of a domain's addresses as each host was told them; [`crate::excess`] tests; `report`
//! says it in words.

mod digest;
mod report;

use arrow_array::RecordBatch;
use schema::EntityKind;

use crate::{
    Case, Detector, Error, Judged, Param, Params, Past, Reads,
    excess::{self, Amount, Measure, without_precedent, without_resolvers},
};

pub(super) static DETECTOR: Detector = Detector {
    name: "fast_flux",
    version: "2",
    finds: "Domains that few hosts ask for and whose short-lived addresses lie in ever new networks.",
    null_hypothesis: "The number of networks that the domain's addresses lie in is drawn as that of the host's other \
                      unusual domains on its days before (or, without such days, as of those of other hosts), or has \
                      grown as theirs have.",
    attack: &["T1568.001"],
    innocent: &[
        "Pools of volunteers' servers, as for time, when few hosts use them.",
        "Trackers and seeds of peer-to-peer software.",
        "A content network that only one host uses.",
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

static READS: &[Reads] =
    &[Reads { table: "dns_queries", columns: &["src_ip", "dst_ip", "query", "answers", "ttl_s_min"] }];

static PARAMS: &[Param] = &[Param {
    name: "networks_min",
    default: 10.0,
    because: "content networks answer one resolver from fewer than ten",
}];

/// Numbers of a pair.
const N_ANSWERS: usize = 0;
const N_ADDRESSES: usize = 1;
const TTL_SUM: usize = 2;

fn measure(params: &Params) -> Measure {
    Measure {
        join: |known, more| known.iter_mut().zip(more).for_each(|(known, more)| *known += more),
        value: |amount: &Amount| amount.sample.n_distinct(),
        floor: params.get("networks_min").max(2.0),
        foot: params.get("networks_min").max(2.0) / 20.0,
        // Of a host's day: the domain with the most scattered content network among hundreds.
        usual_median: 4.0,
        usual_spread: 0.4,
        // A pool of volunteers' servers is as scattered, and every organization has hosts that use one: on a first day
        // nothing is told apart.
        excuse_min: 0,
        spread_min: 0.25,
    }
}

/// A domain that was at least half as scattered on a day before was told then, or is a pool that somebody here uses.
const PRECEDENT: f64 = 0.5;

fn judge(case: &Case<'_>) -> Result<Judged, Error> {
    let measure = measure(case.params);
    let hours = without_resolvers(case.hours, &measure)?;
    let hours = without_precedent(&hours, case.past, PRECEDENT, &measure)?;
    excess::judge(&Case { hours: &hours, ..*case }, &measure, report::finding)
}

fn fold(hours: &[RecordBatch], params: &Params) -> Result<RecordBatch, Error> {
    let measure = measure(params);
    excess::fold(&without_resolvers(hours, &measure)?, &measure)
}
