//! Protocols where others belong, and encryption that nobody vouches for. Method and measured power:
//! `docs/detectors/protocol_mismatch.md`.
//!
//! `digest` notes what each pair of a host and a service outside looks like and how common each look is; `looks` is the
//! table of both; `roles` tells devices from desks; `judge` tests; `report` says it in words.

mod digest;
mod judge;
mod looks;
mod report;
mod roles;

use schema::EntityKind;

use crate::{Detector, Param, Past, Reads};

pub(super) static DETECTOR: Detector = Detector {
    name: "protocol_mismatch",
    version: "2",
    finds: "Services outside that speak another protocol than their port's, or TLS that nobody vouches for.",
    null_hypothesis: "Protocol and port, the server's identity and whether it has a name are, independently of one \
                      another, drawn as those of all pairs of a host of like role and a service of this window and \
                      the days before.",
    attack: &["T1571", "T1573"],
    innocent: &[
        "Devices and games with protocols and certificates of their own, on their first day.",
        "Services of one's own abroad, with an internal authority.",
        "A sensor that mistakes one protocol for another.",
    ],
    entity: EntityKind::Ip,
    reads: READS,
    look_back_hours: 24,
    past: Some(Past { days: 14, fold: looks::fold }),
    params: PARAMS,
    rate_is_shown: true,
    digest: |params| Box::new(digest::HourDigest::new(params)),
    judge: judge::judge,
};

static READS: &[Reads] = &[
    Reads {
        table: "connections",
        columns: &[
            "src_ip",
            "dst_ip",
            "dst_port",
            "protocol",
            "service",
            "src_bytes",
            "dst_bytes",
            "src_local",
            "dst_local",
        ],
    },
    Reads {
        table: "tls_sessions",
        columns: &[
            "src_ip",
            "dst_ip",
            "dst_port",
            "server_name",
            "validation_status",
            "subject",
            "issuer",
            "certificate_fingerprints",
        ],
    },
    Reads { table: "http_requests", columns: &["src_ip", "dst_ip", "host"] },
    Reads { table: "certificates", columns: &["fingerprint", "not_before"] },
];

static PARAMS: &[Param] = &[Param {
    name: "young_days",
    default: 30.0,
    because: "certificates of intruders are made for the occasion; public ones are renewed every two or three months",
}];
