//! Files made, changed, renamed or removed on a host (OCSF file_activity).

use crate::{Column, Observable, Table, actor};

pub(super) static TABLE: Table = Table::telemetry(
    "file_changes",
    "One file made, written, renamed, removed, read or given other rights on a host.",
    &[
        actor::HOST,
        actor::OS,
        actor::PROVIDER,
        actor::EVENT,
        Column::text("action", "create, write, rename, delete, read, attributes, stream or link.")
            .required()
            .ocsf("activity_name"),
        actor::USER,
        actor::USER_DOMAIN,
        actor::USER_ID,
        actor::LOGON_ID,
        actor::PROCESS_GUID,
        actor::PID,
        actor::PROCESS_PATH,
        Column::text("path", "The file, with its path.").ocsf("file.path").observes(Observable::FilePath),
        Column::text("new_path", "Where it went, for a rename or a link.").ocsf("file_result.path").hunted(),
        Column::instant("created_at", "When the file says it was made.").ocsf("file.created_time"),
        Column::instant("previously_created_at", "What it said before its times were changed."),
        Column::int("size_bytes", "Size of the file.").unit("bytes").ocsf("file.size"),
        Column::text("contents", "Text of an alternate stream, such as the origin of a download.").ocsf("file.desc"),
        Column::bool("success", "Whether it was allowed and done.").ocsf("status"),
        Column::text("md5", "MD5, lower-case hex.").ocsf("file.hashes[].value").observes(Observable::Hash),
        Column::text("sha1", "SHA-1, lower-case hex.").ocsf("file.hashes[].value").observes(Observable::Hash),
        Column::text("sha256", "SHA-256, lower-case hex.").ocsf("file.hashes[].value").observes(Observable::Hash),
        Column::text("imphash", "Hash of the import table, lower-case hex.")
            .ocsf("file.hashes[].value")
            .observes(Observable::Imphash),
    ],
);
