//! Every row is an event or a problem that names its line and column; nothing that is written twice is there twice.

use proptest::prelude::*;
use schema::{Category, EntityKind, Observable, Severity};

use super::*;

fn reference() -> Reference {
    crate::attack::enterprise()
}

fn import(text: &str) -> Imported {
    let defaults = Defaults { source: "edr".to_owned(), dataset: "default".to_owned(), tlp: Tlp::Amber };
    read(text.as_bytes(), Form::of(text.as_bytes()), &defaults, &reference())
}

fn places(imported: &Imported) -> Vec<(u64, &str)> {
    imported.problems.iter().map(|problem| (problem.line, problem.column.as_str())).collect()
}

#[test]
fn a_row_says_what_it_says() {
    let imported = import(
        "Title,Severity,First Seen,Technique,targets,IOCs,tags,tlp,Vendor\n\
         \"Beacon, \"\"odd\"\"\",HIGH,2026-11-20T09:30:00Z,t1071.001;T1041,host:ws-1;10.0.3.7,hxxp://evil[.]example/a;domain:bad.example,apt,green,x\n",
    );
    assert_eq!((imported.problems.len(), imported.n_rows, imported.events.len()), (0, 1, 1), "{imported:?}");
    let event = &imported.events[0];
    assert_eq!(event.title, "Beacon, \"odd\"");
    assert_eq!((event.severity, event.tlp, event.confidence), (Severity::High, Tlp::Green, 50));
    assert_eq!(event.techniques.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["T1041", "T1071.001"]);
    assert_eq!(event.category, Category::Exfiltration, "what it came to");
    assert!(event.targets.iter().any(|one| one.kind == EntityKind::Ip && one.value == "10.0.3.7"));
    assert!(event.indicators.contains(&(Observable::Url, "http://evil.example/a".to_owned())));
    assert_eq!(event.detectors, ["import@edr"]);
    assert!(imported.ignored.contains("Vendor"));
}

#[test]
fn what_is_wrong_is_told_with_its_line_and_column() {
    let imported = import(
        "title,severity,first_seen,techniques,confidence,indicators\n\
         a,high,2026-11-20,T9999,50,\n\
         \"two\nlines\",high,2026-11-20,,50,\n\
         c,awful,yesterday,,101,not an indicator\n\
         d,high\n\
         ,low,2026-11-20,,,\n\
         ok,low,2026-11-20,,,\n",
    );
    assert_eq!((imported.n_rows, imported.n_rejected, imported.events.len()), (6, 5, 1));
    assert_eq!(
        places(&imported),
        [
            (2, "techniques"),
            (3, "title"),
            (5, "severity"),
            (5, "first_seen"),
            (5, "confidence"),
            (5, "indicators"),
            (6, ""),
            (7, "title")
        ]
    );
}

#[test]
fn json_rows_are_told_apart_from_what_is_none() {
    let imported = import(
        "{\"title\":\"a\",\"severity\":\"low\",\"first_seen\":\"2026-11-20\",\"techniques\":[\"T1046\"],\"confidence\":70}\n\
         \n\
         {\"title\": }\n\
         [1]\n\
         {\"title\":{\"a\":1},\"severity\":\"low\",\"first_seen\":\"2026-11-20\"}\n",
    );
    assert_eq!((imported.events.len(), imported.events[0].confidence), (1, 70));
    assert_eq!(places(&imported), [(3, ""), (4, ""), (5, "title")]);
    assert!(imported.problems[0].why.contains("character"), "{:?}", imported.problems);
}

#[test]
fn equal_rows_are_one_event_and_ids_of_the_source_count() {
    let row = "a,low,2026-11-20,x1\n";
    let twice = import(&format!("title,severity,first_seen,id\n{row}{row}"));
    assert_eq!((twice.events.len(), twice.n_repeated), (1, 1));
    let changed = import("title,severity,first_seen,id\nb,high,2026-11-21,x1\n");
    assert_eq!(changed.events[0].id, twice.events[0].id, "the source says that it is the same");
    let other = import("title,severity,first_seen\nb,high,2026-11-21\n");
    assert_ne!(other.events[0].id, changed.events[0].id);
}

#[test]
fn a_quote_that_is_never_closed_costs_one_row_at_most_a_mebibyte() {
    let mut text = "title,severity,first_seen\n\"open,low,2026-11-20\n".to_owned();
    text.push_str(&"x,low,2026-11-20\n".repeat(100_000));
    let imported = import(&text);
    assert_eq!(imported.n_rejected, 1);
    assert!(imported.events.len() == 1 && imported.n_rows > 10_000, "{}", imported.n_rows);
}

proptest! {
    /// Whatever the bytes: every row is an event, a repetition or a reject.
    #[test]
    fn no_row_is_lost(bytes in proptest::collection::vec(proptest::sample::select(b"title,severity\n\"{}:a;1\xff".to_vec()), 0..300)) {
        let defaults = Defaults { source: "x".to_owned(), dataset: "d".to_owned(), tlp: Tlp::Amber };
        for form in [Form::Csv, Form::Ndjson] {
            let imported = read(&bytes, form, &defaults, &reference());
            prop_assert!(imported.events.len() as u64 + imported.n_repeated <= imported.n_rows);
            prop_assert!(imported.n_rejected >= imported.n_rows - imported.n_repeated - imported.events.len() as u64);
        }
    }
}
