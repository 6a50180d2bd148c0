//! What could not be read, with its bytes, so that it can be read again by a better parser.

use crate::{Column, Table};

pub(super) static TABLE: Table = Table::lake(
    "quarantine",
    "One piece of input that was rejected, and why.",
    "ingested_at",
    &[
        Column::text("record_id", "Source key and byte position.").required().hunted(),
        Column::text("dataset", "Dataset that it was meant for.").required(),
        Column::text("source", "Where the bytes came from.").required(),
        Column::instant("ingested_at", "When Margay read it.").required(),
        Column::text("format", "Format that it was read as.").required(),
        Column::int("position", "Byte at which it starts, in the unpacked source.").unit("bytes").required(),
        Column::int("size_bytes", "Its whole length; `bytes` may hold less of a very long one.")
            .unit("bytes")
            .required(),
        Column::text("reason", "Stable code of the reason.").required(),
        Column::text("detail", "What is wrong, and where in the record.").required(),
        Column::bytes("bytes", "The input as it came, at most its first mebibyte.").required(),
    ],
);
