//! X.509 certificates as they crossed the wire.

use crate::{Column, Table};

use crate::Observable;

pub(super) static TABLE: Table = Table::telemetry(
    "certificates",
    "One X.509 certificate seen on the wire.",
    &[
        Column::text("fingerprint", "Hash of the certificate, lower-case hex.")
            .ocsf("tls.certificate.fingerprints[].value")
            .observes(Observable::Hash),
        Column::text("file_id", "The sensor's id of the certificate as a file.").hunted(),
        Column::int("version", "X.509 version.").ocsf("tls.certificate.version"),
        Column::text("serial", "Serial number, hex.")
            .ocsf("tls.certificate.serial_number")
            .observes(Observable::CertificateSerial),
        Column::text("subject", "Subject.").ocsf("tls.certificate.subject"),
        Column::text("issuer", "Issuer.").ocsf("tls.certificate.issuer"),
        Column::instant("not_before", "Valid from.").ocsf("tls.certificate.created_time"),
        Column::instant("not_after", "Valid until.").ocsf("tls.certificate.expiration_time"),
        Column::text("key_algorithm", "Algorithm of the public key."),
        Column::text("signature_algorithm", "Algorithm of the signature."),
        Column::text("key_type", "Kind of key: rsa, ecdsa ..."),
        Column::int("key_bits", "Length of the key.").unit("bits"),
        Column::texts("dns_names", "Names the certificate covers.").ocsf("tls.certificate.sans[].name").hunted(),
        Column::texts("ip_names", "Addresses the certificate covers."),
        Column::bool("is_ca", "May sign other certificates."),
        Column::bool("is_server", "Was the server's leaf."),
        Column::bool("is_client", "Was the client's leaf."),
    ],
);
