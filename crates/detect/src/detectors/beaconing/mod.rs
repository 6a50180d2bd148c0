//! Hosts that call out as an implant does: regularly, to a place that is not ordinary here. Method and measured power:
//! `docs/detectors/beaconing.md`.
//!
//! `digest` sums up an hour into `summary` rows; `window` puts the hours together; `timing` measures each pair's
//! rhythm; `ordinary` asks whether such a rhythm is ordinary here; `report` says it in words.

mod digest;
mod ordinary;
mod prevalence;
mod report;
mod summary;
mod timing;
mod window;

use std::collections::BTreeMap;

use schema::EntityKind;
use science::PValue;

use self::{
    ordinary::Regular,
    timing::Rhythm,
    window::{Calls, Organization},
};
use crate::{Case, Detector, Error, Judged, Param, Params, Reads};

pub(super) static DETECTOR: Detector = Detector {
    name: "beaconing",
    version: "1",
    finds: "Hosts that contact a place at near-constant intervals, as an implant does that waits for orders.",
    null_hypothesis: "The contacts are no more regular than people or bursty programs make them, or they are what \
                      ordinary software of this organisation does.",
    attack: &["T1071.001", "T1571", "T1573"],
    innocent: &[
        "Updaters, telemetry and license checks that only few hosts have.",
        "Pages that are left open and ask again and again.",
        "A device's cloud service; a script of one's own.",
    ],
    entity: EntityKind::Ip,
    reads: READS,
    look_back_hours: 24,
    past: None,
    params: PARAMS,
    rate_is_shown: true,
    digest: |_| Box::new(digest::HourDigest::default()),
    judge,
};

static READS: &[Reads] = &[
    Reads {
        table: "connections",
        columns: &["uid", "src_ip", "dst_ip", "dst_port", "protocol", "state", "src_bytes", "src_local", "dst_local"],
    },
    Reads {
        table: "tls_sessions",
        columns: &["uid", "src_ip", "dst_ip", "dst_port", "server_name", "validation_status", "ja3", "ja4"],
    },
    Reads {
        table: "http_requests",
        columns: &["uid", "src_ip", "dst_ip", "dst_port", "host", "user_agent", "request_bytes"],
    },
];

static PARAMS: &[Param] = &[
    Param { name: "contacts_min", default: 6.0, because: "five gaps are the fewest that can show a rhythm" },
    Param {
        name: "span_minutes_min",
        default: 45.0,
        because: "a page or a download is over by then; of a host that is seen for less, nine tenths of that time",
    },
    Param {
        name: "timing_p_max",
        default: 0.01,
        because: "what is not clearly regular only adds hypotheses and takes power from the rest",
    },
    Param {
        name: "burst_seconds",
        default: 5.0,
        because: "one visit opens several connections within seconds; they are one contact",
    },
    Param {
        name: "tolerance",
        default: 1.5,
        because: "gaps up to half again as regular as chance still count as human: log-normal ones with sigma from 1 up",
    },
];

fn judge(case: &Case<'_>) -> Result<Judged, Error> {
    let contacts_min = case.params.get("contacts_min").clamp(5.0, 1e6) as i64;
    let organization = Organization::read(case.window, case.hours, contacts_min)?;
    let rhythms = regular_rhythms(&organization, case.params);
    let regular = organization.calls.iter().zip(&rhythms).filter_map(|(calls, rhythm)| Some((calls, rhythm.as_ref()?)));
    let judged = ordinary::judge(&organization, regular, case.params.get("timing_p_max"));

    let tested: Vec<&Regular<'_>> = judged.iter().filter(|one| one.suspect()).collect();
    let mut p_values: BTreeMap<String, Vec<PValue>> = BTreeMap::new();
    for one in &tested {
        if let Some(host) = organization.host(one.calls) {
            p_values.entry(host.dataset_name.clone()).or_default().push(one.p_value);
        }
    }
    Ok(Judged { findings: report::findings(case.window, &organization, &tested), tested: p_values })
}

/// The rhythm of each call that is regular and lasts; `None` for the others.
fn regular_rhythms(organization: &Organization, params: &Params) -> Vec<Option<Rhythm>> {
    let span_min = (params.get("span_minutes_min") * 60e6) as i64;
    let timing_max = params.get("timing_p_max");
    let options = timing::Options {
        burst_seconds: params.get("burst_seconds").max(0.0),
        tolerance: params.get("tolerance"),
        n_beats_min: params.get("contacts_min") as usize,
    };
    let regular = |calls: &Calls| {
        let rhythm = timing::rhythm(calls, &options)?;
        let lasts = rhythm.last - rhythm.first >= span_min.min(organization.seen_for(calls) / 10 * 9);
        (lasts && rhythm.p_value.get() <= timing_max).then_some(rhythm)
    };
    organization.calls.iter().map(regular).collect()
}
