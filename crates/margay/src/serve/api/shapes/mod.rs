//! What answers look like, for the description alone: types of lower crates are sent as they are, and described here.
//!
//! Nothing is made of these types. Each has the fields that the type of the same meaning writes, and the test client
//! holds every answer of every test against the description: a field more or less fails there. Words that a list of
//! ours holds come from that list.

#![expect(dead_code, reason = "a description is derived from these types, and no value of them is ever made")]

mod attack;
mod campaigns;
mod cases;
mod detection;
mod events;
mod indicators;
mod lake;
mod overview;
mod people;
mod questions;
mod words;

pub(super) use attack::*;
pub(super) use campaigns::*;
pub(super) use cases::*;
pub(super) use detection::*;
pub(super) use events::*;
pub(super) use indicators::*;
pub(super) use lake::*;
pub(super) use overview::*;
pub(super) use people::*;
pub(super) use questions::*;
pub(super) use words::*;

/// Fields that are left out where there is nothing to say; all other fields of answers are always there, and null
/// where they have no value.
pub(super) const SOMETIMES: &[(&str, &str)] = &[
    ("ThreatEvent", "chance"),
    ("Finding", "query"),
    ("MatrixTechnique", "used"),
    ("Overview", "lake"),
    ("Overview", "next_steps"),
    ("Looked", "kind"),
    ("Looked", "value"),
    ("Looked", "refused"),
    ("Rule", "level"),
    ("Rule", "status"),
    ("Rule", "n_matches"),
    ("Rule", "n_subjects"),
    ("Rule", "line"),
    ("Rule", "code"),
    ("TableFigures", "rows"),
    ("TableFigures", "files"),
    ("TableFigures", "bytes"),
    ("TableFigures", "version"),
    ("WorkResult", "version"),
    ("WorkResult", "state"),
    ("WorkResult", "why"),
    ("WorkResult", "hint"),
    ("Campaign", "thread"),
    ("Campaign", "probability"),
    ("Campaign", "words"),
    ("Histogram", "expected"),
    ("Case", "n_events"),
    ("CampaignChange", "events"),
    ("CampaignChange", "from"),
    ("CampaignChange", "whole"),
    ("CampaignChange", "into"),
    ("Problem", "detail"),
    ("Problem", "hint"),
    ("Problem", "position"),
    ("Problem", "length"),
];

/// What is sent to us: there, a field that may be left out may also be null.
pub(super) const ASKED: &[&str] = &[
    "Beginning",
    "CampaignSplit",
    "CaseOrder",
    "Credentials",
    "EventOrder",
    "IndicatorJudgement",
    "IndicatorSweep",
    "IndicatorValues",
    "Invitation",
    "KeyRequest",
    "NewCase",
    "NewDecision",
    "NewQuery",
    "PasswordAgain",
    "PasswordChange",
    "PersonChange",
    "PersonReset",
    "RuleDraft",
    "SecondFactorCode",
    "SqlQuestion",
    "ToExplain",
];
