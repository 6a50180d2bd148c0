//! DNS questions and their answers (OCSF dns_activity).

use crate::{Column, Table};

use crate::Observable;

pub(super) static TABLE: Table = Table::telemetry(
    "dns_queries",
    "One DNS question and what was answered.",
    &[
        Column::text("uid", "The sensor's id of the connection; joins the logs of one sensor.")
            .ocsf("connection_info.uid")
            .hunted(),
        Column::ip("src_ip", "Client that asked.").ocsf("src_endpoint.ip"),
        Column::int("src_port", "Its port.").ocsf("src_endpoint.port"),
        Column::ip("dst_ip", "Resolver that was asked.").ocsf("dst_endpoint.ip"),
        Column::int("dst_port", "Its port.").ocsf("dst_endpoint.port"),
        Column::text("protocol", "Transport protocol: udp, tcp, https ...").ocsf("connection_info.protocol_name"),
        Column::text("query", "Name asked for, lower-case, without a final dot.")
            .ocsf("query.hostname")
            .observes(Observable::Domain),
        Column::text("query_type", "Type asked for: A, AAAA, TXT ...").ocsf("query.type"),
        Column::text("query_class", "Class asked for, mostly IN.").ocsf("query.class"),
        Column::text("response_code", "NOERROR, NXDOMAIN ...").ocsf("rcode"),
        Column::texts("answers", "Answers as text: addresses, names, strings.").ocsf("answers[].rdata").hunted(),
        Column::int("ttl_s_min", "Smallest time to live among the answers.").unit("s").ocsf("answers[].ttl"),
        Column::int("rtt_ns", "From question to answer.").unit("ns"),
        Column::bool("authoritative", "The answer is authoritative (AA)."),
        Column::bool("recursion_desired", "The client asked for recursion (RD)."),
        Column::bool("recursion_available", "The server offers recursion (RA)."),
        Column::bool("truncated", "The answer was cut (TC)."),
        Column::bool("rejected", "The server refused."),
        Column::text("action", "allowed, blocked ... where a resolver policy decided.").ocsf("action"),
        Column::text("device", "Host name or device id of the client, where the source knows it.")
            .ocsf("device.hostname"),
        Column::text("user", "Account or e-mail of the client, where the source knows it.").ocsf("actor.user.name"),
    ],
);
