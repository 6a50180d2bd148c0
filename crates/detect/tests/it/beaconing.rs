//! What the detector finds, spares and survives.

use std::{
    fs,
    path::{Path, PathBuf},
};

use arrow_array::RecordBatch;
use detect::{Case, Params, detectors};
use proptest::prelude::*;
use schema::Finding;

use crate::organization::{
    Contact, Dice, HOUR, Implant, SECOND, START, calls, connections, days, decided, detector, digest, digests, judged,
    office, tables,
};

const VICTIM: &str = "10.1.0.20";
const HOME: (&str, &str) = ("cdn.quietplace.net", "strange library");

/// An implant as they come: a minute and a half, 30 % jitter, one beat in ten missed, from noon on.
const USUAL: Implant = Implant { period: 90.0, jitter: 0.3, missed: 0.1, from: 12.0 * 3_600.0, to: 86_400.0 };

fn judge(digests: &[RecordBatch]) -> Vec<Finding> {
    decided(judged(digests))
}

fn judge_with(implant: &[Contact]) -> Vec<Finding> {
    let mut contacts = office(1, 60);
    contacts.extend_from_slice(implant);
    judge(&digests(&contacts))
}

fn proven(findings: &[Finding]) -> Vec<&Finding> {
    findings.iter().filter(|finding| finding.q_value.is_some_and(|q| q <= 0.05)).collect()
}

fn object(finding: &Finding) -> &str {
    finding.object.as_ref().map_or("", |object| &object.value)
}

#[test]
fn an_implant_is_found_and_explained() {
    let findings = judge_with(&calls(&mut Dice(7), VICTIM, HOME, USUAL));
    let proven = proven(&findings);
    assert_eq!(proven.len(), 1, "{findings:#?}");
    let finding = proven[0];
    assert_eq!((finding.subject.value.as_str(), object(finding)), (VICTIM, HOME.0));
    assert_eq!(finding.also.len(), 1, "the address behind the name: {:?}", finding.also);
    assert!(finding.techniques.iter().any(|technique| technique == "T1071.001"));
    assert!(!finding.evidence.is_empty() && finding.because.contains("no other host here contacts it"));
    let statistic = |name: &str| finding.statistics.iter().find(|(known, _)| known == name).map(|(_, value)| *value);
    assert!((60.0..90.0).contains(&statistic("period_s").unwrap_or(0.0)), "{:?}", finding.statistics);
}

#[test]
fn an_office_without_an_implant_has_no_finding() {
    for seed in 1..=3 {
        let findings = judge(&digests(&office(seed, 60)));
        assert!(proven(&findings).is_empty(), "{:#?}", proven(&findings));
    }
}

#[test]
fn what_was_there_before_is_a_lead_at_most() {
    let findings = judge_with(&calls(&mut Dice(7), VICTIM, HOME, Implant { from: 30.0, ..USUAL }));
    assert!(proven(&findings).is_empty());
    assert!(findings.iter().all(|finding| finding.labels == ["lead"]));
}

#[test]
fn a_lone_host_that_beacons_all_day_is_the_first_lead() {
    let mut dice = Dice(7);
    let mut contacts =
        calls(&mut dice, VICTIM, ("bare.quietplace", "strange library"), Implant { from: 30.0, ..USUAL });
    contacts.extend(office(3, 1).into_iter().filter(|contact| contact.client == "browser"));
    let findings = judge(&digests(&contacts));
    assert_eq!(findings.len(), 1);
    assert!(
        findings[0].q_value == Some(1.0)
            && findings[0].object.as_ref().is_some_and(|object| object.value.starts_with("22."))
    );
}

#[test]
fn order_of_rows_does_not_matter() {
    let contacts: Vec<Contact> = office(2, 10).into_iter().filter(|contact| contact.at < START + HOUR).collect();
    let backwards: Vec<Contact> = contacts.iter().rev().cloned().collect();
    let (rows, other_rows) = (tables(&contacts), tables(&backwards));
    let other: Vec<_> = other_rows.into_iter().rev().collect();
    assert_eq!(digest(&rows), digest(&other));
}

#[test]
fn two_digests_of_one_hour_add_up() {
    let mut contacts = office(1, 60);
    contacts.extend(calls(&mut Dice(7), VICTIM, HOME, USUAL));
    let whole = judge(&digests(&contacts));
    let (even, odd): (Vec<Contact>, Vec<Contact>) =
        contacts.into_iter().partition(|contact| contact.at / SECOND % 2 == 0);
    let mut halves = digests(&even);
    halves.extend(digests(&odd));
    let ids = |findings: &[Finding]| proven(findings).iter().map(|finding| finding.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&whole), ids(&judge(&halves)));
}

#[test]
fn duplicated_records_change_nothing() {
    let implant = calls(&mut Dice(7), VICTIM, HOME, USUAL);
    let twice: Vec<Contact> = implant.iter().chain(&implant).cloned().collect();
    let objects =
        |findings: &[Finding]| proven(findings).iter().map(|finding| object(finding).to_owned()).collect::<Vec<_>>();
    assert_eq!(objects(&judge_with(&implant)), objects(&judge_with(&twice)));
}

#[test]
fn a_scanner_costs_little_and_hides_nobody() {
    let mut contacts = Vec::new();
    let implant = calls(&mut Dice(7), VICTIM, HOME, USUAL);
    for n in 0..30_000u32 {
        let [_, b, c, d] = n.to_be_bytes();
        let at = START + i64::from(n) * 100_000;
        let scan = Contact { at, dst: format!("23.{b}.{c}.{d}"), name: String::new(), ..implant[0].clone() };
        contacts.push(scan);
    }
    let rows = digest(&[("connections", connections(&contacts))]);
    assert_eq!(rows.num_rows(), 0, "more addresses in an hour than a program has reason for");
}

#[test]
fn foreign_digests_and_tables_are_refused() {
    let params = Params::defaults(detector());
    let case = Case { window: days(1), hours: &[connections(&office(1, 1))], past: &[], params: &params };
    assert!((detector().judge)(&case).is_err());
    assert!((detector().digest)(&params).add("dns_queries", &connections(&[])).is_err());
}

/// A case is a list of contacts and what is said of them: source, other side, labels.
#[test]
fn corpus() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/beaconing");
    let files = fs::read_dir(folder).expect("a folder of cases").map(|entry| entry.expect("an entry").path());
    let mut cases: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|end| end == "csv")).collect();
    cases.sort();
    assert!(!cases.is_empty());
    for case in cases {
        let text = fs::read_to_string(&case).expect("a case");
        let contacts: Vec<Contact> = text.lines().skip(1).map(contact_of_line).collect();
        let line = |finding: &Finding| {
            let labels = finding.labels.join(" ");
            format!("{} {} {labels}\n", finding.subject.value, object(finding))
        };
        let said: String = judge(&digests(&contacts)).iter().map(line).collect();
        let expected = fs::read_to_string(case.with_extension("expected")).expect("what is expected");
        assert_eq!(said, expected, "{}", case.display());
    }
}

fn contact_of_line(line: &str) -> Contact {
    let cells: Vec<&str> = line.split(',').collect();
    let &[at, src, dst, port, name, client, bytes] = cells.as_slice() else { panic!("not a contact: {line}") };
    Contact {
        at: START + (at.parse::<f64>().expect("seconds") * 1e6) as i64,
        src: src.to_owned(),
        dst: dst.to_owned(),
        port: port.parse().expect("a port"),
        name: name.to_owned(),
        client: client.to_owned(),
        bytes: bytes.parse().expect("bytes"),
    }
}

#[test]
fn every_detector_has_cases() {
    for detector in detectors::ALL {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(detector.name);
        assert!(folder.is_dir(), "{} has no folder of cases", detector.name);
    }
}

#[test]
fn every_detector_declares_columns_that_exist() {
    for detector in detectors::ALL {
        for reads in detector.reads {
            let table = schema::tables::find(reads.table).expect("a table");
            for column in reads.columns {
                assert!(table.column(column).is_some(), "{} has no column {column}", reads.table);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_that_a_sensor_writes_brings_it_down(
        rows in prop::collection::vec((any::<i64>(), ".{0,12}", any::<i64>(), any::<i64>(), 0..4u8), 0..60),
        step in 0..400i64,
    ) {
        let contact = |(n, (at, text, port, bytes, kind)): (usize, &(i64, String, i64, i64, u8))| Contact {
            at: if *kind == 0 { *at } else { START + step * SECOND * n as i64 },
            src: if *kind == 1 { text.clone() } else { VICTIM.to_owned() },
            dst: if *kind == 2 { text.clone() } else { "22.1.2.3".to_owned() },
            port: *port,
            name: text.clone(),
            client: text.clone(),
            bytes: *bytes,
        };
        let contacts: Vec<Contact> = rows.iter().enumerate().map(contact).collect();
        let findings = judge(&[digest(&tables_at_any_time(&contacts))]);
        for finding in findings {
            prop_assert!(finding.q_value.is_some_and(|q| (0.0..=1.0).contains(&q)));
            prop_assert!(finding.score.is_finite());
        }
    }
}

/// As [`tables`], without moving the handshake after the connection, which an extreme time has no room for.
fn tables_at_any_time(contacts: &[Contact]) -> Vec<(&'static str, RecordBatch)> {
    let inside = |contact: &Contact| Contact { at: contact.at.clamp(i64::MIN, i64::MAX - SECOND), ..contact.clone() };
    tables(&contacts.iter().map(inside).collect::<Vec<_>>())
}
