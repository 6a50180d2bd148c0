//! Work that people do together.

use crate::{Column, Table};

pub(super) static TABLE: Table = Table::store(
    "cases",
    "Work that people do together about threat events.",
    &[
        Column::text("case_id", "Id.").required(),
        Column::int("number", "By which people call it.").required(),
        Column::int("version", "How many changes there were.").required(),
        Column::text("title", "What it is about.").required(),
        Column::text("severity", "informational to critical.").required(),
        Column::text("state", "open or closed.").required(),
        Column::text("owner", "Who answers for it."),
        Column::instant("due_at", "When it must be done."),
        Column::text("tlp", "Marking.").required(),
        Column::instant("opened_at", "Start.").required(),
        Column::text("opened_by", "Who opened it.").required(),
        Column::instant("closed_at", "End."),
        Column::text("outcome", "resolved, benign, false_positive, duplicate or inconclusive."),
        Column::instant("changed_at", "Last change.").required(),
        Column::json("document", "The whole case, with tasks, requests and evidence.").required(),
    ],
);
