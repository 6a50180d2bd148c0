//! All that people have done about events and cases.

use crate::{Column, Table};

pub(super) static TABLE: Table = Table::store(
    "work_history",
    "Who changed what of an event or case, and when; lines are added and never changed.",
    &[
        Column::text("subject", "Id of the event or case.").required(),
        Column::int("number", "From 1 on: the version that the change has made.").required(),
        Column::instant("changed_at", "When.").required(),
        Column::text("changed_by", "Who.").required(),
        Column::text("change", "state, verdict, assign, comment, tag, untag, link, merge, split; open, note, task ...")
            .required(),
        Column::json("old_value", "Before.").required(),
        Column::json("new_value", "After.").required(),
        Column::text("reason", "Why; empty where none is asked for.").required(),
    ],
);
