//! Hosts that run what they never ran and hardly any other does. Method: `docs/detectors/rare_execution.md`.
//!
//! `sightings` says what a host ran in an hour; `shape` takes from paths and command lines what changes by itself,
//! `marks` sees what intruders do, whatever it is called.

mod marks;
mod shape;
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
    name: "rare_execution",
    version: "2",
    finds: "Hosts that run programs, parents and children, command lines or drivers which are new for them and rare here.",
    null_hypothesis: "What is new about the host's programs today is no more surprising than on the days that such hosts \
                      of this organisation had before.",
    attack: &["T1059", "T1036", "T1574"],
    innocent: &[
        "New software on one machine first: a trial, a tool of a developer or an administrator.",
        "Patches, which bring the same new thing to many machines.",
        "Installers and updaters that run from folders with random names.",
    ],
    entity: EntityKind::Host,
    reads: READS,
    look_back_hours: 24,
    past: Some(Past { days: 28, fold: habits::fold }),
    params: &[],
    rate_is_shown: false,
    digest: |_| Box::new(Habits::new(&[("processes", sightings::processes), ("modules_loaded", sightings::modules)])),
    judge: |case: &Case<'_>| -> Result<Judged, Error> { report::judge(&WORDS, case) },
};

static READS: &[Reads] = &[
    Reads {
        table: "processes",
        columns: &["host", "action", "process_path", "command_line", "original_name", "parent_path", "target_path"],
    },
    Reads { table: "modules_loaded", columns: &["host", "action", "path", "signed", "process_path"] },
];

static QUESTION: Question = Question {
    families: &[
        Family { aspects: &["program", "lineage"], pool: Pool::Strongest },
        Family { aspects: &["command", "access"], pool: Pool::Strongest },
        Family { aspects: &["mark", "disguise"], pool: Pool::Strongest },
        Family { aspects: &["driver", "library"], pool: Pool::Strongest },
    ],
};

static WORDS: Words = Words {
    detector: &DETECTOR,
    question: &QUESTION,
    entities: "hosts",
    entity: |host| Entity::new(EntityKind::Host, host),
    novelty: told,
    object: |novelty| (novelty.aspect == "program").then(|| Entity::new(EntityKind::File, &novelty.item)),
    techniques,
    rows: |surprise| ("processes", format!("lower(host) = {}", literal(&surprise.entity))),
    unless: "Somebody installed or tried new software there, or an administrator worked on the machine; ask who was logged \
             on.",
    worth: |_| true,
};

fn told(novelty: &Novelty) -> String {
    let item = &novelty.item;
    match novelty.aspect {
        "program" => format!("program {item}"),
        "lineage" => item.to_string(),
        "command" => format!("command line like \"{item}\""),
        "access" => format!("a hold on another process, {item}"),
        "disguise" | "mark" => item.to_string(),
        "driver" => format!("driver {item}"),
        _ => format!("library {item}"),
    }
}

/// New things, the most surprising ones, that techniques are read from.
const TECHNIQUES_OF: usize = 6;

/// By what is most surprising.
fn techniques(surprise: &Surprise) -> Vec<&'static str> {
    let mut techniques: Vec<&str> =
        surprise.novelties.iter().take(TECHNIQUES_OF).flat_map(of_novelty).copied().collect();
    techniques.sort_unstable();
    techniques.dedup();
    techniques
}

fn of_novelty(novelty: &Novelty) -> &'static [&'static str] {
    match novelty.aspect {
        "disguise" => &["T1036"],
        "mark" => &["T1059"],
        "driver" => &["T1543.003"],
        "library" => &["T1574"],
        "access" => &["T1055"],
        _ if shape::is_interpreter(novelty.item.split(' ').next_back().unwrap_or_default()) => &["T1059"],
        _ => &[],
    }
}
