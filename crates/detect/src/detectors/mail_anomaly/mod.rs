//! Mail from senders who are new here, or not themselves, with the marks of a lure. Method:
//! `docs/detectors/mail_anomaly.md`.
//!
//! `sightings` says what the mail of a sender showed in an hour; `marks` reads one message.

mod marks;
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
    name: "mail_anomaly",
    version: "2",
    finds: "Senders of mail who are new here or not as they were, whose messages carry several marks of a lure: failed \
            authentication, answers that go elsewhere, a borrowed name, urgent words, programs and bare addresses.",
    null_hypothesis: "The marks of this sender's mail together are no rarer than those of new senders here, or for a known \
                      one than those on the days that known senders had before.",
    attack: &["T1566.001", "T1566.002", "T1534"],
    innocent: &[
        "Newsletters, whose answers and links go to the sending service.",
        "Forwarding and mailing lists, which break authentication for all that they pass on.",
        "A sender who writes for the first time and has nothing else that is odd.",
    ],
    entity: EntityKind::Email,
    reads: READS,
    look_back_hours: 24,
    past: Some(Past { days: 28, fold: habits::fold }),
    params: &[],
    rate_is_shown: false,
    digest: |_| Box::new(Habits::new(&[("emails", sightings::take)])),
    judge: |case: &Case<'_>| -> Result<Judged, Error> { report::judge(&WORDS, case) },
};

static READS: &[Reads] = &[Reads {
    table: "emails",
    columns: &[
        "from_address",
        "from_name",
        "from_domain",
        "return_path",
        "reply_to",
        "to_addresses",
        "subject",
        "mailer",
        "spf",
        "dkim",
        "dmarc",
        "url_hosts",
        "attachment_names",
        "direction",
    ],
}];

static QUESTION: Question = Question {
    families: &[
        Family { aspects: &["authentication"], pool: Pool::Strongest },
        Family { aspects: &["answers"], pool: Pool::Strongest },
        Family { aspects: &["name"], pool: Pool::Strongest },
        Family { aspects: &["words"], pool: Pool::Strongest },
        Family { aspects: &["attachment"], pool: Pool::Strongest },
        Family { aspects: &["links"], pool: Pool::Strongest },
        Family { aspects: &["program"], pool: Pool::Strongest },
        // That nothing is odd in some respect says that the sender was there, and no more.
        Family { aspects: &["fine"], pool: Pool::Named },
    ],
};

static WORDS: Words = Words {
    detector: &DETECTOR,
    question: &QUESTION,
    entities: "senders",
    entity: |sender| Entity::new(EntityKind::Email, sender),
    novelty: |novelty: &Novelty| novelty.item.clone(),
    object: |_| None,
    techniques,
    rows: |surprise| ("emails", format!("from_address = {}", literal(&surprise.entity))),
    unless: "The sender is known to those who got the mail and wrote it; ask over another channel than an answer.",
    worth,
};

/// A single mark is everyday life, however rare.
fn worth(surprise: &Surprise) -> bool {
    let mut aspects: Vec<&str> =
        surprise.novelties.iter().map(|novelty| novelty.aspect).filter(|aspect| *aspect != "program").collect();
    aspects.sort_unstable();
    aspects.dedup();
    aspects.len() >= 2
}

fn techniques(surprise: &Surprise) -> Vec<&'static str> {
    let shows = |aspect: &str| surprise.novelties.iter().any(|novelty| novelty.aspect == aspect);
    match (shows("attachment"), shows("links")) {
        (true, true) => vec!["T1566.001", "T1566.002"],
        (true, false) => vec!["T1566.001"],
        (false, true) => vec!["T1566.002"],
        (false, false) => vec!["T1566"],
    }
}
