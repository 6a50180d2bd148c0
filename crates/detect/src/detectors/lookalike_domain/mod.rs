//! Names that look like a known one's, met here for the first time: in look-ups, handshakes, requests and mail. Method
//! and measured power: `docs/detectors/lookalike_domain.md`.
//!
//! `digest` keeps the registered domains of an hour and how they were met, `met` is what is kept; `memory` is what the
//! days before knew, `brands` whom one could imitate; `judge` scores what is new as what was new before, `report` says
//! it in words.

mod brands;
mod digest;
mod judge;
mod memory;
mod met;
mod report;

use schema::EntityKind;

use crate::{Case, Detector, Error, Judged, Param, Past, Reads};

pub(super) static DETECTOR: Detector = Detector {
    name: "lookalike_domain",
    version: "1",
    finds: "Names met for the first time that look like a known one's: misspelled, in look-alike letters, with a word \
            that lends trust, under another suffix or in front of somebody else's domain; and who gave them something.",
    null_hypothesis: "The name looks no more like a brand's, and was followed no further, than the names that were met \
                      here for the first time on earlier days, in mail or in traffic as this one was.",
    attack: &["T1566", "T1566.002", "T1583.001", "T1598.003"],
    innocent: &[
        "A brand's own further domains, campaigns and content networks: those that share addresses or a certificate's \
         organization with it weigh less.",
        "Dealers, fans, critics, and other firms of that name.",
        "Names in other languages that need letters beyond ASCII.",
        "Mail gateways and analysts who resolve what others wrote.",
    ],
    entity: EntityKind::Ip,
    reads: READS,
    look_back_hours: 24,
    past: Some(Past { days: 28, fold: |hours, _| met::Day::of(hours)?.fold() }),
    params: PARAMS,
    rate_is_shown: false,
    digest: |_| Box::new(digest::HourDigest::default()),
    judge: |case: &Case<'_>| -> Result<Judged, Error> { judge::judge(case) },
};

static READS: &[Reads] = &[
    Reads { table: "dns_queries", columns: &["src_ip", "query", "response_code", "answers"] },
    Reads { table: "tls_sessions", columns: &["src_ip", "dst_ip", "server_name", "subject", "issuer"] },
    Reads { table: "http_requests", columns: &["src_ip", "dst_ip", "host", "method"] },
    Reads { table: "emails", columns: &["from_domain", "reply_to", "to_addresses", "url_hosts", "direction"] },
];

static PARAMS: &[Param] = &[
    Param {
        name: "days_before_min",
        default: 5.0,
        because: "after a workweek nine of ten names that are in regular use were met once; before that much is only \
                  new to us",
    },
    Param {
        name: "names_min",
        default: 200.0,
        because: "among fewer new names of the days before, the share of those that resemble a brand cannot be told; \
                  the list that the model was calibrated on stands in for those that are missing",
    },
    Param {
        name: "popular_share",
        default: 0.2,
        because: "what a fifth as many hosts use as the most used name, day by day, is known to people here",
    },
];
