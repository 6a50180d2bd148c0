//! What Margay itself has done.

use crate::{Column, Table};

pub(super) static TABLE: Table = Table::store(
    "runs",
    "One run of a command that changed something.",
    &[
        Column::text("run_id", "Id.").required(),
        Column::text("command", "ingest, detect, intel load ...").required(),
        Column::text("state", "running, done, failed or stopped.").required(),
        Column::instant("started_at", "Start.").required(),
        Column::instant("ended_at", "End; null while it runs or where it was killed."),
        Column::int("received", "Records received."),
        Column::int("rows", "Rows committed."),
        Column::int("rejects", "Records rejected."),
        Column::int("findings", "Findings written."),
        Column::int("events", "Threat events written."),
        Column::text("version", "Version of Margay.").required(),
        Column::text("error", "Why it failed."),
        Column::json("details", "Per table and per stage figures.").required(),
    ],
);
