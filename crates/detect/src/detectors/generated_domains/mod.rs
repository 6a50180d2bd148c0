//! Hosts that look up names made by an algorithm, most of which do not exist. Method and measured power:
//! `docs/detectors/generated_domains.md`.
//!
//! `digest` keeps the registered names of an hour that do not exist, with how each is spelled; `crowd` puts the hours
//! of a day together and knows what is usual; `report` says it in words.

mod crowd;
mod digest;
mod report;

use arrow_array::RecordBatch;
use schema::EntityKind;

use self::crowd::{Crowd, Day};
use crate::{Case, Detector, Error, Judged, Param, Params, Past, Reads};

pub(super) static DETECTOR: Detector = Detector {
    name: "generated_domains",
    version: "2",
    finds: "Hosts that ask for many names that do not exist and are spelled as algorithms spell them.",
    null_hypothesis: "Of the host's names that do not exist, no more are spelled like generated ones than of other \
                      hosts' and its own on days before; or there are no more of them than usual.",
    attack: &["T1568.002"],
    innocent: &[
        "Typos, names of content networks and of virus scanners: they exist, or lie below one registered name.",
        "A resolver that asks for all others; a mail server that resolves what strangers write.",
        "Browsers that probe for a resolver that answers everything: single labels, which are not looked at.",
    ],
    entity: EntityKind::Ip,
    reads: READS,
    look_back_hours: 24,
    past: Some(Past { days: 14, fold }),
    params: PARAMS,
    rate_is_shown: true,
    digest: |_| Box::new(digest::HourDigest::default()),
    judge,
};

static READS: &[Reads] = &[Reads { table: "dns_queries", columns: &["src_ip", "dst_ip", "query", "response_code"] }];

static PARAMS: &[Param] = &[
    Param {
        name: "names_min",
        default: 5.0,
        because: "of fewer names not one spelling in a hundred could be told from chance",
    },
    Param {
        name: "shared_share",
        default: 0.02,
        because: "a name that more of the hosts, and more than three, ask for belongs to software that they share",
    },
];

/// Spellings at least so odd, by their p-value among ordinary names, are counted: two looks, each at half the level.
const ODD: [f64; 2] = [0.05, 0.01];

fn judge(case: &Case<'_>) -> Result<Judged, Error> {
    let shared = case.params.get("shared_share").clamp(0.0, 1.0);
    let names_min = case.params.get("names_min").max(1.0);
    let day = Day::of(case.hours, shared)?;
    let past = case.past.iter().map(|day| crowd::read(&day.digest)).collect::<Result<Vec<_>, _>>()?;
    let crowd = Crowd::of(&day, &past);
    let mut judged = Judged::default();
    for (host, names) in day.hosts().filter(|(_, names)| names.tally().n >= names_min) {
        let suspicion = crowd.suspect(host, names);
        judged.test(&host.dataset, suspicion.p_value);
        judged.findings.extend(report::finding(case.window, host, names, &suspicion));
    }
    Ok(judged)
}

fn fold(hours: &[RecordBatch], params: &Params) -> Result<RecordBatch, Error> {
    crowd::write(&Day::of(hours, params.get("shared_share").clamp(0.0, 1.0))?)
}
