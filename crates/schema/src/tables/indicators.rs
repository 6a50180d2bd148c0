//! What sources claim of observables.

use crate::{Column, Table};

pub(super) static TABLE: Table = Table::store(
    "indicators",
    "One claim of one source about one observable.",
    &[
        Column::text("kind", "ip, domain, url, hash, email, user_agent, ja3 or ja4.").required(),
        Column::text("value", "Canonical form.").required(),
        Column::text("source", "Who says so.").required(),
        Column::int("confidence", "0 to 100, STIX scale.").required(),
        Column::text("tlp", "Marking.").required(),
        Column::text("label", "Malware family, campaign or actor."),
        Column::text("technique", "ATT&CK technique that a sighting would be evidence of."),
        Column::instant("valid_from", "From when the source stands by it."),
        Column::instant("valid_until", "Until when the source stands by it."),
        Column::text("reference", "Where to read more."),
        Column::instant("loaded_at", "When it was first loaded here.").required(),
    ],
);
