//! TLS handshakes (OCSF network_activity with tls).

use crate::{Column, Table};

use crate::Observable;

pub(super) static TABLE: Table = Table::telemetry(
    "tls_sessions",
    "One TLS handshake.",
    &[
        Column::text("uid", "The sensor's id of the connection; joins the logs of one sensor.")
            .ocsf("connection_info.uid")
            .hunted(),
        Column::ip("src_ip", "Address of the side that opened the connection.").ocsf("src_endpoint.ip"),
        Column::int("src_port", "Port of that side.").ocsf("src_endpoint.port"),
        Column::ip("dst_ip", "Address of the side that answered.").ocsf("dst_endpoint.ip"),
        Column::int("dst_port", "Port of that side.").ocsf("dst_endpoint.port"),
        Column::text("server_name", "Server name that the client asked for (SNI), lower-case.")
            .ocsf("tls.sni")
            .observes(Observable::Domain),
        Column::text("version", "Protocol version as the sensor writes it: TLSv12, TLSv13.").ocsf("tls.version"),
        Column::text("cipher", "Cipher suite agreed on.").ocsf("tls.cipher"),
        Column::text("curve", "Elliptic curve agreed on."),
        Column::text("next_protocol", "Protocol agreed on by ALPN."),
        Column::bool("resumed", "An earlier session was resumed."),
        Column::bool("established", "The handshake succeeded."),
        Column::text("validation_status", "The sensor's verdict on the certificate chain.").ocsf("tls.alert"),
        Column::bool("server_name_matches", "The certificate covers the server name."),
        Column::texts("certificate_fingerprints", "Fingerprints of the server's chain, leaf first.").hunted(),
        Column::text("subject", "Subject of the server's leaf certificate.").ocsf("tls.certificate.subject"),
        Column::text("issuer", "Issuer of the server's leaf certificate.").ocsf("tls.certificate.issuer"),
        Column::text("ja3", "Client fingerprint JA3.").ocsf("tls.ja3_hash.value").observes(Observable::Ja3),
        Column::text("ja3s", "Server fingerprint JA3S.").ocsf("tls.ja3s_hash.value").observes(Observable::Ja3s),
        Column::text("ja4", "Client fingerprint JA4.").observes(Observable::Ja4),
    ],
);
