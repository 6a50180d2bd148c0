//! Guessing of passwords: many for one account, one for many, from one address or from many, and what came of it.
//! Method and measured power: `docs/detectors/password_attack.md`.
//!
//! `digest` counts attempts; `day` says who tried in vain; `program` leaves out what nobody sits behind; `suspicion`
//! holds the rest against its null; `report` says it.

mod day;
mod digest;
mod program;
mod report;
mod suspicion;

use schema::EntityKind;

use crate::{Case, Detector, Error, Judged, Param, Past, Reads, telemetry::groups};

pub(super) static DETECTOR: Detector = Detector {
    name: "password_attack",
    version: "2",
    finds: "Passwords being guessed: many for one account, a few for many accounts, from one address or from many; and \
            logons that succeeded after it.",
    null_hypothesis: "The failures are those of people who mistype or forget and of programs with an old password: as \
                      many as such sources and this one had before, and for accounts that they otherwise get into.",
    attack: &["T1110.001", "T1110.003", "T1110.004", "T1078"],
    innocent: &[
        "A program or telephone with an expired password, which goes on trying one account that it used before.",
        "A gateway or terminal server behind which some of many people mistype.",
        "A service that is set up wrongly and has failed every day.",
    ],
    entity: EntityKind::Host,
    reads: READS,
    look_back_hours: 24,
    past: Some(Past { days: 14, fold: |hours, _| groups::merge(&digest::DAY, hours) }),
    params: PARAMS,
    rate_is_shown: true,
    digest: |_| Box::new(digest::Attempts::default()),
    judge,
};

static READS: &[Reads] = &[Reads {
    table: "logons",
    columns: &["src_ip", "src_host", "dst_ip", "host", "action", "user", "success", "attempts", "reason"],
}];

static PARAMS: &[Param] = &[
    Param {
        name: "in_vain_share",
        default: 0.25,
        because: "of the accounts that an innocent source tries in a day, this share fails all day, on average over sources; \
                  the share of a single source may be anything (Beta(1, b))",
    },
    Param {
        name: "tail_index",
        default: 1.5,
        because: "without a past: innocent failures of one source at one account exceed k with chance k^-1.5",
    },
    Param {
        name: "further_source",
        default: 0.5,
        because: "an innocent account that failed from n networks fails from another one with at most this chance: \
                  telephones with an old password change their address",
    },
];

fn judge(case: &Case<'_>) -> Result<Judged, Error> {
    let window = groups::merge(&digest::HOUR, case.hours)?;
    let past = case.past.iter().map(|day| day::Day::read(&day.digest)).collect::<Result<Vec<_>, Error>>()?;
    let mut judged = Judged::default();
    let mut day = day::Day::read(&window)?;
    day.count_hours(case.hours)?;
    for (dataset, today) in day.datasets() {
        let before: Vec<&day::Attempted<'_>> = past.iter().filter_map(|day| day.of(dataset)).collect();
        let null = suspicion::Null::of(&before, case.params);
        let suspects = suspicion::suspects(today, &before, &null);
        suspects.iter().for_each(|suspect| judged.test(dataset, suspect.p_value));
        judged.findings.extend(report::findings(case, dataset, today, &suspects));
    }
    Ok(judged)
}
