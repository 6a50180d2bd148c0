//! Callers of a cloud that do there what they never did. Method: `docs/detectors/cloud_misuse.md`.
//!
//! `sightings` says what a caller did in an hour; `grave` knows the calls that adversaries need.

mod grave;
mod sightings;

use schema::{Entity, EntityKind};

use crate::{
    Case, Detector, Error, Judged, Past, Reads,
    habits::{
        self, Family, Novelty, Pool, Question, Surprise,
        digest::Habits,
        report::{self, Words},
    },
};

pub(super) static DETECTOR: Detector = Detector {
    name: "cloud_misuse",
    version: "2",
    finds: "Callers of cloud interfaces that do what is new for them and rare here: calls, refusals, regions, places and \
            clients; above all calls that switch off logs, give rights or take keys.",
    null_hypothesis: "What is new about the caller's work today is no more surprising than on the days that such callers of \
                      this organisation had before.",
    attack: &["T1078.004", "T1562.008", "T1098", "T1580"],
    innocent: &[
        "Roles of automation, which do the same every day.",
        "A new deployment, pipeline or project.",
        "An administrator with a task that comes once a year.",
    ],
    entity: EntityKind::Account,
    reads: READS,
    look_back_hours: 24,
    past: Some(Past { days: 28, fold: habits::fold }),
    params: &[],
    rate_is_shown: false,
    digest: |_| Box::new(Habits::new(&[("cloud_api_calls", sightings::take)])),
    judge: |case: &Case<'_>| -> Result<Judged, Error> { report::judge(&WORDS, case) },
};

static READS: &[Reads] = &[Reads {
    table: "cloud_api_calls",
    columns: &[
        "provider",
        "service",
        "operation",
        "read_only",
        "success",
        "error",
        "region",
        "user",
        "user_id",
        "user_type",
        "src_ip",
        "country",
        "user_agent",
    ],
}];

static QUESTION: Question = Question {
    families: &[
        // How many new calls there are matters: a look around is many of them.
        Family { aspects: &["operation"], pool: Pool::Sum },
        Family { aspects: &["refusal"], pool: Pool::Sum },
        Family { aspects: &["country", "network"], pool: Pool::Strongest },
        Family { aspects: &["client"], pool: Pool::Strongest },
        Family { aspects: &["region"], pool: Pool::Strongest },
        Family { aspects: &["logging", "rights", "keys", "sharing"], pool: Pool::Sum },
    ],
};

static WORDS: Words = Words {
    detector: &DETECTOR,
    question: &QUESTION,
    entities: "callers",
    entity: |caller| Entity::new(EntityKind::Account, sightings::name(caller)),
    novelty: told,
    object: |_| None,
    techniques,
    rows: |surprise| ("cloud_api_calls", sightings::condition(&surprise.entity)),
    unless: "A new deployment or a task that comes once a year; the caller's owner knows of it, and the change has a ticket.",
    worth: |_| true,
};

fn told(novelty: &Novelty) -> String {
    let item = &novelty.item;
    match novelty.aspect {
        "operation" => format!("call {item}"),
        "refusal" => format!("refused call {item}"),
        "country" => format!("calls from country {item}"),
        "network" => format!("calls from network {item}"),
        "client" => format!("client \"{item}\""),
        "region" => format!("region {item}"),
        "logging" => format!("{item}, which switches off logs or alarms"),
        "rights" => format!("{item}, which gives rights"),
        "keys" => format!("{item}, which makes or reads keys"),
        _ => format!("{item}, which opens data to others"),
    }
}

fn techniques(surprise: &Surprise) -> Vec<&'static str> {
    let mut techniques: Vec<&str> = surprise.novelties.iter().filter_map(of_novelty).collect();
    techniques.push("T1078.004");
    techniques.sort_unstable();
    techniques.dedup();
    techniques
}

fn of_novelty(novelty: &Novelty) -> Option<&'static str> {
    match novelty.aspect {
        "logging" => Some("T1562.008"),
        "rights" => Some("T1098"),
        "keys" => Some("T1552"),
        "sharing" => Some("T1537"),
        "region" => Some("T1535"),
        _ => None,
    }
}
