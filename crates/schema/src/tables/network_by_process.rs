//! Connections and name look-ups as the host sees them, with the process behind each (OCSF network_activity, dns_activity).

use crate::{Column, Observable, Table, actor};

pub(super) static TABLE: Table = Table::telemetry(
    "network_by_process",
    "One connection, listening socket or name look-up of a process, as its host logged it.",
    &[
        actor::HOST,
        actor::OS,
        actor::PROVIDER,
        actor::EVENT,
        Column::text("action", "connect, accept, listen, bind, lookup or block.").required().ocsf("activity_name"),
        actor::USER,
        actor::USER_DOMAIN,
        actor::USER_ID,
        actor::LOGON_ID,
        actor::PROCESS_GUID,
        actor::PID,
        actor::PROCESS_PATH,
        Column::bool("initiated", "True where this host opened the connection.").ocsf("connection_info.direction"),
        Column::text("protocol", "Transport protocol, lower-case.").ocsf("connection_info.protocol_name"),
        Column::ip("src_ip", "Address of the side that opened the connection.").ocsf("src_endpoint.ip"),
        Column::int("src_port", "Port of that side.").ocsf("src_endpoint.port"),
        Column::text("src_host", "Name of that side, lower-case.").ocsf("src_endpoint.hostname"),
        Column::ip("dst_ip", "Address of the side that answered.").ocsf("dst_endpoint.ip"),
        Column::int("dst_port", "Port of that side.").ocsf("dst_endpoint.port"),
        Column::text("dst_host", "Name of that side, lower-case.")
            .ocsf("dst_endpoint.hostname")
            .observes(Observable::Domain),
        Column::text("query", "Name looked up, lower-case.").ocsf("query.hostname").observes(Observable::Domain),
        Column::text("query_status", "Status of the look-up, in the system's words.").ocsf("rcode"),
        Column::texts("answers", "What the look-up gave.").ocsf("answers[].rdata"),
    ],
);
