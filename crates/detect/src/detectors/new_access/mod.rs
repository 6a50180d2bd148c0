//! Accounts that are used as they were never used before. Method: `docs/detectors/new_access.md`.
//!
//! `sightings` says what an account showed in an hour; `travel` adds what no traveller can do; `habits` does the rest.

mod places;
mod sightings;
mod travel;

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
    name: "new_access",
    version: "2",
    finds: "Accounts that log on from countries, networks, devices or with clients, or to machines, that are new for \
            them and rare here.",
    null_hypothesis: "What is new about the account's logons today is no more surprising than on the days that such \
                      accounts of this organisation had before.",
    attack: &["T1078"],
    innocent: &[
        "A journey, a new telephone, a mobile carrier or VPN with another exit.",
        "An account that several people share.",
        "New staff, whose first days are held against first days only.",
    ],
    entity: EntityKind::Account,
    reads: READS,
    look_back_hours: 24,
    past: Some(Past { days: 28, fold: travel::fold }),
    params: &[],
    rate_is_shown: false,
    digest: |_| Box::new(Habits::new(&[("logons", sightings::take)])),
    judge,
};

static READS: &[Reads] = &[Reads {
    table: "logons",
    columns: &[
        "src_ip",
        "src_host",
        "dst_ip",
        "host",
        "action",
        "user",
        "logon_type",
        "protocol",
        "success",
        "method",
        "client",
        "country",
    ],
}];

static QUESTION: Question = Question {
    families: &[
        Family { aspects: &["country", "network", "travel"], pool: Pool::Strongest },
        Family { aspects: &["device", "client"], pool: Pool::Strongest },
        Family { aspects: &["target", "manner"], pool: Pool::Strongest },
        Family { aspects: &["hours"], pool: Pool::Strongest },
        Family { aspects: &["address"], pool: Pool::Named },
    ],
};

static WORDS: Words = Words {
    detector: &DETECTOR,
    question: &QUESTION,
    entities: "accounts",
    entity: |account| Entity::new(EntityKind::Account, account),
    novelty: told,
    object,
    techniques: |_| vec!["T1078"],
    rows,
    unless: "The person travels, has a new device or works from elsewhere, or the address is a VPN's, a mobile \
             carrier's or a proxy's; ask over another channel than the account itself.",
    worth,
};

fn judge(case: &Case<'_>) -> Result<Judged, Error> {
    let with_travel = travel::with_travel(&habits::HOUR, case.hours)?;
    report::judge(&WORDS, &Case { hours: &[with_travel], ..*case })
}

/// Another hour or target alone is no access of another.
fn worth(surprise: &Surprise) -> bool {
    let from_elsewhere = ["country", "network", "device", "client", "travel"];
    surprise.novelties.iter().any(|novelty| from_elsewhere.contains(&novelty.aspect))
}

fn told(novelty: &Novelty) -> String {
    let item = &novelty.item;
    match novelty.aspect {
        "country" => format!("logon from country {item}"),
        "network" => format!("logon from network {item}"),
        "device" => format!("logon from device {item}"),
        "client" => format!("client \"{item}\""),
        "target" => format!("logon to {item}"),
        "manner" => format!("logon by {item}"),
        "travel" => format!("logons in {item} faster than anyone travels"),
        _ => format!("logon {item}"),
    }
}

fn object(novelty: &Novelty) -> Option<Entity> {
    match novelty.aspect {
        "address" => Some(Entity::new(EntityKind::Ip, &novelty.item)),
        "device" => Some(Entity::new(EntityKind::Host, &novelty.item)),
        _ => None,
    }
}

fn rows(surprise: &Surprise) -> (&'static str, String) {
    ("logons", format!("lower(\"user\") = {}", literal(&surprise.entity)))
}
