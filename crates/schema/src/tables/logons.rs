//! Attempts to log on, to hosts and services (OCSF authentication).

use crate::{Column, Table, actor};

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
        Column::text("host", "Name of the host or service logged on to, lower-case.")
            .ocsf("dst_endpoint.hostname")
            .hunted(),
        actor::OS,
        actor::PROVIDER,
        actor::EVENT,
        Column::text("action", "logon, logoff, special, explicit, ticket, validate (credentials checked for another host), elevate, mfa, lock, unlock, disconnect or reconnect; a logon where it is null.")
            .ocsf("activity_name"),
        Column::text("user", "Account logged on to, without its domain.").ocsf("user.name").hunted(),
        Column::text("user_domain", "Domain or realm of that account.").ocsf("user.domain"),
        Column::text("user_id", "Id of that account: SID, uid or principal id.").ocsf("user.uid").hunted(),
        Column::text(
            "logon_id",
            "Session that began or ended: the LUID as 0x and hex digits (Windows), the audit session number (Linux).",
        )
        .ocsf("session.uid"),
        Column::text("logon_type", "interactive, network, batch, service, unlock, network_cleartext, new_credentials, remote_interactive, cached_interactive ...")
            .ocsf("logon_type"),
        Column::text("actor_user", "Account that asked for it, where it is another one.").ocsf("actor.user.name").hunted(),
        Column::text("actor_domain", "Domain of that account.").ocsf("actor.user.domain"),
        Column::text("actor_id", "Id of that account.").ocsf("actor.user.uid"),
        Column::text("actor_logon_id", "Session of that account.").ocsf("actor.session.uid"),
        Column::int("pid", "Process that asked for it.").ocsf("actor.process.pid"),
        Column::text("process_path", "Its program, with path.").ocsf("actor.process.file.path").hunted(),
        Column::text("src_host", "Name of the host the attempt came from, lower-case.").ocsf("src_endpoint.hostname").hunted(),
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
