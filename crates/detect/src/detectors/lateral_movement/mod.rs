//! Machines from which somebody goes on to others, by ways that were not used before. Method:
//! `docs/detectors/lateral_movement.md`.
//!
//! `sightings` says where each machine went in an hour, and `chains` where a way goes on from there.

mod chains;
mod sightings;

use schema::{Entity, EntityKind};

use crate::{
    Case, Detector, Error, Judged, Past, Reads,
    habits::{
        self, Family, Novelty, Pool, Question, Surprise,
        digest::Habits,
        report::{self, Words},
    },
    query::literal,
};

pub(super) static DETECTOR: Detector = Detector {
    name: "lateral_movement",
    version: "2",
    finds: "Machines from which others are logged on to or reached for administration that were never reached from there, \
            with accounts that were never used there.",
    null_hypothesis: "The new ways from this machine today are no more and no more surprising than on the days that such \
                      machines of this organisation had before.",
    attack: &["T1021", "T1550"],
    innocent: &[
        "Administrators and their jump hosts, who reach new machines on most days.",
        "Scanners, monitoring and software deployment, which reach all of them.",
        "A server that is new to everybody.",
    ],
    entity: EntityKind::Host,
    reads: READS,
    look_back_hours: 24,
    past: Some(Past { days: 28, fold: chains::fold }),
    params: &[],
    rate_is_shown: false,
    digest: |_| Box::new(Habits::new(&[("logons", sightings::logons), ("connections", sightings::connections)])),
    judge: |case: &Case<'_>| -> Result<Judged, Error> {
        let with_chains = chains::with_chains(&habits::HOUR, case.hours)?;
        report::judge(&WORDS, &Case { hours: &[with_chains], ..*case })
    },
};

static READS: &[Reads] = &[
    Reads {
        table: "logons",
        columns: &["src_ip", "src_host", "dst_ip", "host", "action", "user", "logon_type", "protocol", "success"],
    },
    Reads { table: "connections", columns: &["src_ip", "dst_ip", "dst_port", "state", "dst_bytes"] },
];

static QUESTION: Question = Question {
    families: &[
        // How many new ways there are matters: an intruder looks around.
        Family { aspects: &["logon", "reach"], pool: Pool::BeyondOwn },
        Family { aspects: &["account"], pool: Pool::Strongest },
        Family { aspects: &["chain"], pool: Pool::Strongest },
    ],
};

static WORDS: Words = Words {
    detector: &DETECTOR,
    question: &QUESTION,
    entities: "machines",
    entity: sightings::machine,
    novelty: told,
    object,
    techniques,
    rows,
    unless: "An administrator worked from there, or a management tool was set up there; ask who was logged on.",
    worth,
};

/// Who reaches more than this share of all machines for the first time on a day, and so many, deploys or scans: it is no
/// way from one to the next.
const MASS_SHARE: f64 = 0.2;
const MASS_MIN: usize = 8;

/// Accounts alone are no way, and the mass of machines is the work of `scan`.
fn worth(surprise: &Surprise) -> bool {
    let reached = |novelty: &&Novelty| ["logon", "reach"].contains(&novelty.aspect);
    let n_reached = surprise.novelties.iter().filter(reached).count();
    let n_entities = surprise.novelties.first().map_or(0, |novelty| novelty.n_entities);
    let is_mass = n_reached >= MASS_MIN && n_reached as f64 > f64::from(n_entities) * MASS_SHARE;
    !is_mass && surprise.novelties.iter().any(|novelty| novelty.aspect != "account")
}

fn told(novelty: &Novelty) -> String {
    let item = &novelty.item;
    match novelty.aspect {
        "logon" => format!("logon to {item}"),
        "reach" => format!("connection to {item}"),
        "account" => format!("account {item}"),
        _ => format!("a way on, {item}"),
    }
}

fn object(novelty: &Novelty) -> Option<Entity> {
    let names_machine = ["logon", "reach"].contains(&novelty.aspect);
    names_machine.then(|| sightings::machine(novelty.item.split(' ').next().unwrap_or(&novelty.item)))
}

/// By protocol, where the items name it.
fn techniques(surprise: &Surprise) -> Vec<&'static str> {
    let by_word = [
        ("smb", "T1021.002"),
        ("rdp", "T1021.001"),
        ("ssh", "T1021.004"),
        ("winrm", "T1021.006"),
        ("dcom", "T1021.003"),
    ];
    let names = |word: &str| {
        let by_word =
            |novelty: &&Novelty| novelty.aspect != "account" && novelty.item.split([' ', ',']).any(|part| part == word);
        surprise.novelties.iter().find(by_word).is_some()
    };
    let known: Vec<&str> =
        by_word.into_iter().filter(|(word, _)| names(word)).map(|(_, technique)| technique).collect();
    if known.is_empty() { vec!["T1021"] } else { known }
}

fn rows(surprise: &Surprise) -> (&'static str, String) {
    let source = literal(&surprise.entity);
    let by_logon = surprise.novelties.iter().any(|novelty| novelty.aspect == "logon");
    if by_logon {
        return ("logons", format!("(src_ip = {source} OR lower(src_host) = {source})"));
    }
    ("connections", format!("src_ip = {source} AND dst_port IN ({})", sightings::ports()))
}
