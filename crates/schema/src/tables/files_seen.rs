//! Files that crossed the wire or a gateway (OCSF file_hosting).

use crate::{Column, Table};

use crate::Observable;

pub(super) static TABLE: Table = Table::telemetry(
    "files_seen",
    "One file seen in transfer.",
    &[
        Column::text("file_id", "The sensor's id of the file.").ocsf("file.uid").hunted(),
        Column::texts("connection_uids", "Connections that carried it."),
        Column::ip("src_ip", "Host that sent it.").ocsf("src_endpoint.ip"),
        Column::ip("dst_ip", "Host that received it.").ocsf("dst_endpoint.ip"),
        Column::text("protocol", "What carried it: HTTP, SMTP, SMB, SSL ..."),
        Column::text("mime_type", "Media type as recognised from content.").ocsf("file.mime_type"),
        Column::text("file_name", "Name, where the protocol gives one.")
            .ocsf("file.name")
            .observes(Observable::FileName),
        Column::int("size_bytes", "Bytes seen.").unit("bytes").ocsf("file.size"),
        Column::int("total_bytes", "Bytes announced.").unit("bytes"),
        Column::int("missing_bytes", "Bytes the sensor missed.").unit("bytes"),
        Column::int("duration_ns", "How long the transfer took.").unit("ns"),
        Column::bool("src_is_local", "Sent by a host of a local network."),
        Column::text("md5", "MD5, lower-case hex.").ocsf("file.hashes[].value").observes(Observable::Hash),
        Column::text("sha1", "SHA-1, lower-case hex.").ocsf("file.hashes[].value").observes(Observable::Hash),
        Column::text("sha256", "SHA-256, lower-case hex.").ocsf("file.hashes[].value").observes(Observable::Hash),
    ],
);
