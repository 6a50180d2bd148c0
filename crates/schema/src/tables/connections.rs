//! Network connections and flows (OCSF network_activity).

use crate::{Column, Table};

pub(super) static TABLE: Table = Table::telemetry(
    "connections",
    "One network connection or flow, when it ended or was last reported.",
    &[
        Column::text("uid", "The sensor's id of the connection; joins the logs of one sensor.")
            .ocsf("connection_info.uid")
            .hunted(),
        Column::ip("src_ip", "Address of the side that opened the connection.").ocsf("src_endpoint.ip"),
        Column::int("src_port", "Port of that side.").ocsf("src_endpoint.port"),
        Column::ip("dst_ip", "Address of the side that answered.").ocsf("dst_endpoint.ip"),
        Column::int("dst_port", "Port of that side.").ocsf("dst_endpoint.port"),
        Column::text("protocol", "Transport protocol, lower-case: tcp, udp, icmp.")
            .ocsf("connection_info.protocol_name"),
        Column::text("service", "Application protocol that the sensor recognised, lower-case.").ocsf("app_name"),
        Column::int("duration_ns", "From the first packet to the last.").unit("ns").ocsf("duration"),
        Column::int("src_bytes", "Payload bytes sent by the source.").unit("bytes").ocsf("traffic.bytes_out"),
        Column::int("dst_bytes", "Payload bytes sent by the destination.").unit("bytes").ocsf("traffic.bytes_in"),
        Column::int("src_packets", "Packets sent by the source.").unit("packets").ocsf("traffic.packets_out"),
        Column::int("dst_packets", "Packets sent by the destination.").unit("packets").ocsf("traffic.packets_in"),
        Column::text("state", "How the connection went, in the sensor's words (Zeek conn_state: SF, S0, REJ ...).")
            .ocsf("status_detail"),
        Column::text("history", "Sequence of flags seen, in the sensor's notation."),
        Column::bool("src_local", "The source lies in a network that the sensor calls local."),
        Column::bool("dst_local", "The destination lies in a network that the sensor calls local."),
        Column::text("src_country", "Country of the source, ISO 3166-1 alpha-2, where the sensor says so.")
            .ocsf("src_endpoint.location.country"),
        Column::text("dst_country", "Country of the destination, ISO 3166-1 alpha-2, where the sensor says so.")
            .ocsf("dst_endpoint.location.country"),
        Column::text("action", "allowed, blocked ... where a device decided.").ocsf("action"),
    ],
);
