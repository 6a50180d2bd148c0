//! Programs that pass themselves off as browsers, and sign-ins that are tried out. Method and measured power:
//! `docs/detectors/bot_traffic.md`.
//!
//! `looks` tells pages, assets, sign-ins and browsers apart; `digest` sums up an hour of clients and of TLS stacks in
//! the rows of `table`; `judge` tests; `report` says it in words.

mod digest;
mod judge;
mod looks;
mod report;
mod table;

use schema::EntityKind;

use crate::{Detector, Param, Past, Reads, telemetry::requests};

pub(super) static DETECTOR: Detector = Detector {
    name: "bot_traffic",
    version: "1",
    finds: "Programs under browsers' names that read a site, and clients that try out stolen passwords on it.",
    null_hypothesis: "The client loads what belongs to pages as other browsers do on this site, or reads no more \
                      different pages than they and it usually do; of sign-ins: before one comes through no more \
                      fail than of others on this site, or than of its own on days before.",
    attack: &["T1110.004", "T1594"],
    innocent: &[
        "Many people behind one proxy: they read the same pages, and load what belongs to them.",
        "Search engines, monitoring and readers of feeds, which say what they are.",
        "A program that still signs in with an old password, on its first day.",
    ],
    entity: EntityKind::Domain,
    reads: READS,
    look_back_hours: 24,
    past: Some(Past { days: 14, fold: table::fold }),
    params: PARAMS,
    rate_is_shown: true,
    digest: |_| Box::new(digest::HourDigest::default()),
    judge: judge::judge,
};

static READS: &[Reads] = &[Reads { table: "http_requests", columns: requests::COLUMNS }];

static PARAMS: &[Param] = &[
    Param {
        name: "pages_min",
        default: 20.0,
        because: "of fewer pages in a day nobody can tell a program from somebody who reads with images turned off",
    },
    Param {
        name: "sign_ins_min",
        default: 10.0,
        because: "people fail a few times; of fewer attempts the share of failures says nothing",
    },
];
