//! HTTP requests seen by a sensor, a proxy or the edge (OCSF http_activity).

use crate::{Column, Table};

use crate::Observable;

pub(super) static TABLE: Table = Table::telemetry(
    "http_requests",
    "One HTTP request and its response.",
    &[
        Column::text("uid", "The sensor's id of the connection; joins the logs of one sensor.")
            .ocsf("connection_info.uid")
            .hunted(),
        Column::ip("src_ip", "Client.").ocsf("src_endpoint.ip"),
        Column::int("src_port", "Its port.").ocsf("src_endpoint.port"),
        Column::ip("dst_ip", "Server that the sensor or the edge saw.").ocsf("dst_endpoint.ip"),
        Column::int("dst_port", "Its port.").ocsf("dst_endpoint.port"),
        Column::text("method", "Request method, upper-case.").ocsf("http_request.http_method"),
        Column::text("scheme", "http or https.").ocsf("http_request.url.scheme"),
        Column::text("host", "Host asked for, lower-case, without port.")
            .ocsf("http_request.url.hostname")
            .observes(Observable::Domain),
        Column::text("path", "Path without query.").ocsf("http_request.url.path"),
        Column::text("query", "Query string without the question mark.").ocsf("http_request.url.query_string"),
        Column::text("url", "The whole URL as far as the source gives it.")
            .ocsf("http_request.url.url_string")
            .observes(Observable::Url),
        Column::text("version", "HTTP version: 1.1, 2, 3.").ocsf("http_request.version"),
        Column::text("user_agent", "As sent by the client.")
            .ocsf("http_request.user_agent")
            .observes(Observable::UserAgent),
        Column::text("referrer", "As sent by the client.").ocsf("http_request.referrer"),
        Column::int("status", "Status code of the response.").ocsf("http_response.code"),
        Column::text("content_type", "Media type of the response.").ocsf("http_response.content_type"),
        Column::int("request_bytes", "Bytes of the request body, or of the whole request where only that is known.")
            .unit("bytes")
            .ocsf("traffic.bytes_out"),
        Column::int("response_bytes", "Bytes of the response body, or of the whole response where only that is known.")
            .unit("bytes")
            .ocsf("traffic.bytes_in"),
        Column::int("duration_ns", "From request to end of response.").unit("ns").ocsf("duration"),
        Column::texts("request_file_ids", "Ids of bodies sent, as in files_seen."),
        Column::texts("response_file_ids", "Ids of bodies received, as in files_seen."),
        Column::text("ja3", "TLS client fingerprint JA3.").ocsf("tls.ja3_hash.value").observes(Observable::Ja3),
        Column::text("ja4", "TLS client fingerprint JA4.").observes(Observable::Ja4),
        Column::text("country", "Country of the client, ISO 3166-1 alpha-2.").ocsf("src_endpoint.location.country"),
        Column::int("asn", "Autonomous system of the client.")
            .ocsf("src_endpoint.autonomous_system.number")
            .observes(Observable::Asn),
        Column::text("action", "allowed, blocked, challenged ... where a device decided.").ocsf("action"),
        Column::text("device", "Host name or device id of the client, where the source knows it.")
            .ocsf("device.hostname"),
        Column::text("user", "Account or e-mail of the client, where the source knows it.").ocsf("actor.user.name"),
    ],
);
