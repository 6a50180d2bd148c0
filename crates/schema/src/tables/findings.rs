//! What detectors say.

use crate::{Column, Table};

pub(super) static TABLE: Table = Table::store(
    "findings",
    "What one detector says of one entity in one window.",
    &[
        Column::text("finding_id", "Deterministic id.").required(),
        Column::text("dataset", "Dataset that it was found in.").required(),
        Column::text("detector", "Detector that found it.").required(),
        Column::text("detector_version", "Version of its logic and parameters.").required(),
        Column::text("subject_kind", "Kind of the side that is ours.").required(),
        Column::text("subject", "The side that is ours.").required(),
        Column::text("object_kind", "Kind of the other side."),
        Column::text("object", "The other side."),
        Column::instant("window_start", "Start of the judged window.").required(),
        Column::instant("window_end", "End of the judged window, not included.").required(),
        Column::instant("first_seen", "First record.").required(),
        Column::instant("last_seen", "Last record.").required(),
        Column::int("n_records", "Records behind it.").required(),
        Column::float("score", "On the detector's own scale.").required(),
        Column::float("p_value", "Under the null hypothesis; null where the detector asserts a fact."),
        Column::float("q_value", "False discovery rate at which it is still reported."),
        Column::text("null_hypothesis", "What is rejected."),
        Column::int("confidence", "0 to 100, STIX scale.").required(),
        Column::texts("techniques", "ATT&CK techniques that it is evidence of.").required(),
        Column::texts("labels", "Malware families, rule names and the like.").required(),
        Column::text("because", "Why it was found.").required(),
        Column::text("unless", "What would make it wrong.").required(),
        Column::json("statistics", "The statistics behind it, by name.").required(),
        Column::json("evidence", "The first records behind it: table and record id.").required(),
        Column::text("query", "SQL over the lake that shows the records behind it, where the evidence alone does not."),
        Column::text("tlp", "Marking.").required(),
        Column::text("event_id", "Threat event that it belongs to."),
        Column::text("run_id", "Run that last wrote it.").required(),
    ],
);
