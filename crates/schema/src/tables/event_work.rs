//! What people have made of threat events.

use crate::{Column, Table};

pub(super) static TABLE: Table = Table::store(
    "event_work",
    "The work of people on a threat event; events that nobody has touched have no row.",
    &[
        Column::text("event_id", "The event.").required(),
        Column::int("version", "How many changes there were.").required(),
        Column::text("state", "new, triaged, confirmed, false_positive, benign_true_positive, duplicate or closed.")
            .required(),
        Column::text("verdict", "true_positive, benign_true_positive, false_positive or open: what is learned from.")
            .required(),
        Column::text("reason", "Why it is in this state.").required(),
        Column::text("assignee", "Who has it."),
        Column::texts("tags", "In lower case.").required(),
        Column::text("parent", "The event that it is a part of."),
        Column::text("duplicate_of", "The event that says the same."),
        Column::int("n_comments", "Comments in its history.").required(),
        Column::instant("changed_at", "Last change.").required(),
        Column::text("changed_by", "Who made it.").required(),
    ],
);
