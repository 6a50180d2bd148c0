//! Attempts to log on, to hosts and services (OCSF authentication).

use crate::{Column, Table};

pub(super) static TABLE: Table = Table::telemetry(
    "logons",
    "One attempt to log on, or a session with several attempts.",
    &[
        Column::text("uid", "The sensor's id of the connection; joins the logs of one sensor.")
            .ocsf("connection_info.uid")
            .hunted(),
        Column::ip("src_ip", "Where the attempt came from.").ocsf("src_endpoint.ip"),
        Column::int("src_port", "Its port.").ocsf("src_endpoint.port"),
        Column::ip("dst_ip", "Host or service logged on to.").ocsf("dst_endpoint.ip"),
        Column::int("dst_port", "Its port.").ocsf("dst_endpoint.port"),
        Column::text("host", "Name of the host or service logged on to.").ocsf("dst_endpoint.hostname").hunted(),
        Column::text("user", "Account.").ocsf("user.name").hunted(),
        Column::text("protocol", "ssh, kerberos, ntlm, saml ...").ocsf("auth_protocol"),
        Column::bool("success", "Whether it succeeded; null where the source cannot tell.").ocsf("status"),
        Column::int("attempts", "Attempts within the session."),
        Column::text("method", "password, publickey, mfa ..."),
        Column::text("client", "Client software as it names itself.").ocsf("http_request.user_agent"),
        Column::text("server", "Server software as it names itself."),
        Column::text("direction", "inbound or outbound, where the source knows."),
        Column::text("country", "Country of the source, ISO 3166-1 alpha-2.").ocsf("src_endpoint.location.country"),
        Column::text("reason", "Why it failed, in the source's words.").ocsf("status_detail"),
    ],
);
