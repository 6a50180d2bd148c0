//! Clients whose requests carry attacks. Method and measured power: `docs/detectors/web_attack.md`.
//!
//! `payload` says how odd what a request carries is; `digest` sums up an hour of it in the rows of `table`; `day` puts
//! the hours of a day together; `crowd` knows what is usual on a site and tests each client; `success` reads the
//! answers; `report` says it in words.

mod crowd;
mod day;
mod digest;
mod payload;
mod report;
mod success;
mod table;

use arrow_array::RecordBatch;
use schema::EntityKind;
use science::PValue;

use self::{
    crowd::{Crowd, Suspicion},
    day::Day,
};
use crate::{Case, Detector, Error, Judged, Params, Past, Reads, telemetry::requests};

pub(super) static DETECTOR: Detector = Detector {
    name: "web_attack",
    version: "1",
    finds: "Clients whose requests carry attacks on web applications, and what the answers say of success.",
    null_hypothesis: "Of the client's distinct payloads no more look like attacks than of those that the site serves \
                      to its other clients at the same endpoints, or than of its own on days before.",
    attack: &["T1190", "T1595.002", "T1505.003", "T1083"],
    innocent: &[
        "Odd parameters that many clients send and that are served: they are ordinary for the site.",
        "A hired security scanner that does not say what it is, on its first day: it does what attackers do.",
        "Editors of pages and forums of programmers, whose payloads are code.",
    ],
    entity: EntityKind::Domain,
    reads: READS,
    look_back_hours: 24,
    past: Some(Past { days: 14, fold }),
    params: &[],
    rate_is_shown: false,
    digest: |_| Box::new(digest::HourDigest::default()),
    judge,
};

static READS: &[Reads] = &[Reads { table: "http_requests", columns: requests::COLUMNS }];

fn judge(case: &Case<'_>) -> Result<Judged, Error> {
    let table = table::joined(case.hours)?;
    let past = case.past.iter().map(|day| table::joined([&day.digest])).collect::<Result<Vec<_>, _>>()?;
    let today = Day::of(&table, &past);
    let crowd = Crowd::of(&today, &past);
    let mut judged = Judged::default();
    for visit in &today.visits {
        let success = success::success(&today, visit);
        let suspicion = crowd.suspect(visit);
        // A program that says whom to ask about it, and gets nothing, is not what the null hypothesis is about.
        let p_value = if visit.is_declared() && success.is_none() { PValue::ONE } else { suspicion.p_value };
        judged.test(visit.dataset, p_value);
        let suspicion = Suspicion { p_value, ..suspicion };
        judged.findings.extend(report::finding(case.window, visit, &suspicion, success));
    }
    // Clients that sent nothing odd were tested as well: with nothing odd nothing can be rejected.
    for (dataset, n_clients) in today.n_clients() {
        let n_told = judged.tested.get(dataset).map_or(0, Vec::len);
        (n_told..n_clients as usize).for_each(|_| judged.test(dataset, PValue::ONE));
    }
    Ok(judged)
}

fn fold(hours: &[RecordBatch], _: &Params) -> Result<RecordBatch, Error> {
    table::encode(&Day::of(&table::joined(hours)?, &[]).folded())
}
