//! What sources claim of observables.

use crate::{Column, Table};

pub(super) static TABLE: Table = Table::store(
    "indicators",
    "One claim of one source about one observable.",
    &[
        Column::text("kind", "ip, domain, url, hash, email, registry_key ...").required(),
        Column::text("value", "Canonical form.").required(),
        Column::text("raw", "As the source wrote it, where that is another text."),
        Column::text("source", "Who says so.").required(),
        Column::int("confidence", "0 to 100, STIX scale.").required(),
        Column::text("reliability", "How far the source can be relied upon, A to F."),
        Column::text("tlp", "Marking.").required(),
        Column::text("label", "The one word for it: family, else actor, else the first label."),
        Column::text("malware", "Malware family."),
        Column::text("actor", "Actor or campaign."),
        Column::texts("labels", "What else the source calls it."),
        Column::text("technique", "ATT&CK technique that a sighting would be evidence of."),
        Column::instant("first_seen", "When the source had first seen it."),
        Column::instant("last_seen", "When the source had last seen it."),
        Column::instant("valid_from", "From when the source stands by it."),
        Column::instant("valid_until", "Until when the source stands by it."),
        Column::bool("revoked", "Its source has taken it back."),
        Column::text("reference", "Where to read more."),
        Column::instant("loaded_at", "When it was first loaded here.").required(),
        Column::instant("renewed_at", "When it was last loaded here.").required(),
    ],
);
