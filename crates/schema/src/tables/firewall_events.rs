//! Decisions of firewalls and gateways (OCSF network_activity, http_activity).

use crate::{Column, Table};

use crate::Observable;

pub(super) static TABLE: Table = Table::telemetry(
    "firewall_events",
    "One decision of a firewall, at the network or the application layer.",
    &[
        Column::text("uid", "The device's id of the request or connection.").ocsf("connection_info.uid").hunted(),
        Column::ip("src_ip", "Source.").ocsf("src_endpoint.ip"),
        Column::int("src_port", "Its port.").ocsf("src_endpoint.port"),
        Column::ip("dst_ip", "Destination.").ocsf("dst_endpoint.ip"),
        Column::int("dst_port", "Its port.").ocsf("dst_endpoint.port"),
        Column::text("protocol", "Transport protocol, lower-case.").ocsf("connection_info.protocol_name"),
        Column::text("action", "What the device did: allow, block, challenge, log ...").ocsf("action"),
        Column::text("rule_id", "Rule that decided.").ocsf("firewall_rule.uid").hunted(),
        Column::text("rule_name", "Its name or description.").ocsf("firewall_rule.name"),
        Column::text("device_source", "Part of the device that decided: waf, ratelimit, l4 ..."),
        Column::text("method", "Request method, where it is HTTP.").ocsf("http_request.http_method"),
        Column::text("host", "Host asked for, lower-case.")
            .ocsf("http_request.url.hostname")
            .observes(Observable::Domain),
        Column::text("path", "Path without query.").ocsf("http_request.url.path"),
        Column::text("query", "Query string without the question mark.").ocsf("http_request.url.query_string"),
        Column::text("user_agent", "As sent by the client.")
            .ocsf("http_request.user_agent")
            .observes(Observable::UserAgent),
        Column::int("status", "Status code sent to the client.").ocsf("http_response.code"),
        Column::int("src_bytes", "Bytes sent by the source.").unit("bytes").ocsf("traffic.bytes_out"),
        Column::int("dst_bytes", "Bytes sent by the destination.").unit("bytes").ocsf("traffic.bytes_in"),
        Column::text("country", "Country of the source, ISO 3166-1 alpha-2.").ocsf("src_endpoint.location.country"),
        Column::int("asn", "Autonomous system of the source.")
            .ocsf("src_endpoint.autonomous_system.number")
            .observes(Observable::Asn),
        Column::text("user", "Account or e-mail, where the source knows it.").ocsf("actor.user.name"),
    ],
);
