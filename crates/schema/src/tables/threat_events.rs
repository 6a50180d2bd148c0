//! What people see and share.

use crate::{Column, Table};

pub(super) static TABLE: Table = Table::store(
    "threat_events",
    "Findings about the same activity, classified and described.",
    &[
        Column::text("event_id", "Deterministic id.").required(),
        Column::text("dataset", "Dataset that it was found in.").required(),
        Column::text("category", "What sort of event it is.").required(),
        Column::text("title", "What happened, in a line.").required(),
        Column::text("description", "What happened and how we know, in two sentences.").required(),
        Column::text("severity", "How bad it would be if true: informational to critical.").required(),
        Column::int("confidence", "How far to trust it, 0 to 100, STIX scale.").required(),
        Column::instant("first_seen", "First record.").required(),
        Column::instant("last_seen", "Last record.").required(),
        Column::texts("techniques", "ATT&CK technique ids.").required(),
        Column::texts("tactics", "ATT&CK tactic shortnames, in matrix order.").required(),
        Column::texts("phases", "Kill-chain phases, in order.").required(),
        Column::texts("targets", "Hosts, accounts and the like on our side.").required(),
        Column::texts("indicators", "The other side.").required(),
        Column::float("p_value", "Smallest among its findings."),
        Column::float("q_value", "Smallest among its findings."),
        Column::int("n_records", "Records behind it.").required(),
        Column::int("n_findings", "Findings behind it.").required(),
        Column::text("attack_version", "Version of ATT&CK used.").required(),
        Column::text("tlp", "Marking.").required(),
        Column::text("run_id", "Run that last wrote it.").required(),
        Column::text(
            "origin",
            "detection; import; kept, where detection raises it no more and people had to do with it.",
        ),
        Column::json("document", "The whole event, with Diamond, evidence and reasons.").required(),
    ],
);
