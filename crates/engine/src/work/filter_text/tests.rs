//! What filters mean, and where what is wrong with them is.

use intel::work::{Judgement, State};
use proptest::prelude::*;
use schema::Severity;

use super::*;

fn read(text: &str) -> EventFilter {
    read_filter(text, "ann").unwrap_or_else(|problem| panic!("{text}: {problem:?}"))
}

fn only(text: &str) -> Condition {
    let filter = read(text);
    let [condition] = filter.conditions.as_slice() else { panic!("{text}: {filter:?}") };
    condition.clone()
}

fn problem(text: &str) -> (String, &str) {
    let problem = read_filter(text, "ann").expect_err(text);
    let (begin, end) = (problem.position, problem.position + problem.length);
    let place = |at: usize| text.char_indices().nth(at).map_or(text.len(), |(byte, _)| byte);
    (problem.what, text.get(place(begin)..place(end)).unwrap_or_default())
}

#[test]
fn words_become_conditions() {
    let filter = read(r#"severity:high technique:t1071 confidence:>50 "two words" evil"#);
    assert_eq!(filter.severity, Some(Severity::High));
    assert_eq!(filter.technique.as_deref(), Some("T1071"));
    assert_eq!(filter.confidence_min, Some(51));
    assert_eq!(filter.containing.as_deref(), Some("two words"));
    assert_eq!(filter.conditions, [Condition { not: false, asks: Asks::Containing("evil".to_owned()) }]);
}

#[test]
fn a_dash_turns_a_word_round() {
    assert_eq!(only("-evil"), Condition { not: true, asks: Asks::Containing("evil".to_owned()) });
    assert_eq!(only("-severity:high"), Condition { not: true, asks: Asks::SeverityFrom(Severity::High) });
    assert_eq!(only("confidence:<20"), Condition { not: true, asks: Asks::ConfidenceFrom(20) });
    assert_eq!(read("-confidence:<20").confidence_min, Some(20), "not below 20 is 20 and above");
    assert_eq!(only("assignee:none"), Condition { not: true, asks: Asks::Assigned });
    assert_eq!(read("-").containing.as_deref(), Some("-"), "a dash alone is a text");
}

#[test]
fn names_stand_for_what_is_meant() {
    assert_eq!(only("assignee:me").asks, Asks::Assignee(vec!["ann".to_owned()]));
    assert_eq!(only("is:unjudged").asks, Asks::Verdict(vec![Judgement::Open]));
    assert_eq!(only("state:new,false-positive").asks, Asks::State(vec![State::New, State::FalsePositive]));
    assert_eq!(only("severity:=low").asks, Asks::SeverityIs(vec![Severity::Low]));
    assert_eq!(only(r#"dataset:"a,b""#).asks, Asks::Dataset(vec!["a,b".to_owned()]), "in quotes a comma is a comma");
}

#[test]
fn addresses_are_texts_and_not_keys() {
    for text in ["https://evil.example/x", "10.0.0.1:443", "::1", "2001:db8::1", "c2.example:8080"] {
        assert_eq!(read(text).containing.as_deref(), Some(text));
    }
}

#[test]
fn what_is_wrong_has_a_place() {
    assert_eq!(problem("ä severity:hihg x").1, "severity:hihg");
    assert_eq!(problem("high -colour:red").1, "-colour:red");
    assert_eq!(problem("tag: x").1, "tag:");
    assert_eq!(problem("x \"open end").1, "\"open end");
    assert_eq!(problem("-since:2026-01-01").1, "-since:2026-01-01");
    assert_eq!(problem("technique:T1'or'1").1, "technique:T1'or'1");
    assert!(problem("colour:red").0.contains("colour"));
    assert!(problem(&"a ".repeat(100)).0.contains("64 words"));
    assert!(problem(&"a".repeat(5_000)).0.contains("4096"));
}

#[test]
fn every_key_reads_the_values_that_it_offers() {
    for key in filter_keys() {
        for value in key.values {
            read(&format!("{}:{value}", key.key));
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_a_filter_or_has_a_problem_within_it(text in "\\PC{0,80}") {
        if let Err(problem) = read_filter(&text, "ann") {
            prop_assert!(problem.position + problem.length <= text.chars().count());
            prop_assert!(!problem.what.is_empty() && !problem.hint.is_empty());
        }
    }
}
