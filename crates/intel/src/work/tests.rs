//! What may follow what, that merges are taken back whole, and that nothing changes without a line of history.

use proptest::prelude::*;

use super::{case::CaseChange, *};

const WHY: &str = "looked at it";

fn after(work: &EventWork, change: &EventChange) -> EventWork {
    work.after(change).expect("permitted").map_or_else(|| work.clone(), |(next, _)| next)
}

fn enter(work: &EventWork, to: State) -> EventWork {
    after(work, &EventChange::State { to, reason: WHY.to_owned() })
}

fn merge(work: &EventWork) -> EventWork {
    after(work, &EventChange::Merge { into: "event--b".to_owned(), reason: WHY.to_owned() })
}

fn split(work: &EventWork) -> EventWork {
    after(work, &EventChange::Split { reason: WHY.to_owned() })
}

#[test]
fn states_that_are_verdicts_are_labels_and_closing_keeps_them() {
    let confirmed = enter(&EventWork::default(), State::Confirmed);
    assert_eq!(confirmed.verdict, Judgement::TruePositive);
    let closed = enter(&confirmed, State::Closed);
    assert_eq!(closed.verdict, Judgement::TruePositive, "what it was does not change when the work is done");
    assert_eq!(enter(&closed, State::Triaged).verdict, Judgement::Open, "who looks again has not judged yet");
    let open = EventChange::Verdict { judgement: Judgement::Open, reason: WHY.to_owned() };
    assert_eq!(after(&confirmed, &open).state, State::Triaged);
}

#[test]
fn nothing_becomes_new_again_and_duplicates_only_by_a_merge() {
    let triaged = enter(&EventWork::default(), State::Triaged);
    for to in [State::New, State::Duplicate] {
        assert!(triaged.after(&EventChange::State { to, reason: WHY.to_owned() }).is_err(), "{to}");
    }
    let duplicate = merge(&triaged);
    for to in [State::Confirmed, State::Closed, State::New] {
        let refused = duplicate.after(&EventChange::State { to, reason: WHY.to_owned() }).expect_err("a duplicate");
        assert!(refused.to_string().contains("event--b"), "{refused}");
    }
}

#[test]
fn a_merge_is_taken_back_whole() {
    let confirmed = enter(&EventWork::default(), State::Confirmed);
    let merged = merge(&confirmed);
    assert_eq!((merged.state, merged.verdict), (State::Duplicate, Judgement::Open), "one thing is learned from once");
    let back = split(&merged);
    assert_eq!((back.state, back.verdict, back.duplicate_of), (State::Confirmed, Judgement::TruePositive, None));
    assert!(confirmed.after(&EventChange::Split { reason: WHY.to_owned() }).is_err(), "there is nothing to take back");
}

#[test]
fn what_changes_nothing_leaves_no_line() {
    let tagged = after(&EventWork::default(), &EventChange::Tag { tag: "apt".to_owned() });
    assert_eq!(tagged.after(&EventChange::Tag { tag: "apt".to_owned() }), Ok(None));
    assert_eq!(tagged.after(&EventChange::Untag { tag: "vpn".to_owned() }), Ok(None));
    assert_eq!(tagged.after(&EventChange::Assign { to: None }), Ok(None));
    assert_eq!(tagged.after(&EventChange::Unlink), Ok(None));
}

#[test]
fn tags_are_bounded() {
    let full =
        (0..TAGS_MAX).fold(EventWork::default(), |work, n| after(&work, &EventChange::Tag { tag: format!("t{n}") }));
    assert!(full.after(&EventChange::Tag { tag: "more".to_owned() }).is_err());
    assert_eq!(full.after(&EventChange::Tag { tag: "t1".to_owned() }), Ok(None), "one that is there is no more");
}

#[test]
fn words_are_plain_where_they_name_and_bounded_everywhere() {
    assert_eq!(tag(" Priority:High ").as_deref(), Ok("priority:high"));
    assert!(tag("two words").is_err());
    assert!(tag("a\u{202e}b").is_err(), "a name that reads otherwise than it is written");
    assert!(who("ann\u{200b}").is_err());
    assert!(who("").is_err());
    assert_eq!(text(Words::Note, " a\nb\u{1b}[2J ").as_deref(), Ok("a\nb\u{1b}[2J"), "shown escaped, and kept");
    assert!(text(Words::Note, "a\0b").is_err());
    assert!(text(Words::Title, "a\nb").is_err());
    assert!(text(Words::Reason, "  ").is_err());
    assert!(text(Words::Reason, &"x".repeat(1_001)).is_err());
}

fn case() -> case::Case {
    case::Case {
        id: "case--1".to_owned(),
        number: 1,
        version: 1,
        title: "Beacons".to_owned(),
        description: String::new(),
        severity: schema::Severity::High,
        owner: None,
        due_at: None,
        tlp: schema::Tlp::Amber,
        opened_at: schema::Timestamp::default(),
        opened_by: "ann".to_owned(),
        closed: None,
        tasks: Vec::new(),
        requests: Vec::new(),
        items: Vec::new(),
        n_notes: 0,
    }
}

fn then(case: &case::Case, change: &CaseChange) -> case::Case {
    let now = schema::Timestamp::from_seconds(9).expect("in range");
    case.after(change, "bob", now).expect("permitted").expect("a change").0
}

#[test]
fn a_case_is_closed_when_nothing_waits_and_can_be_opened_again() {
    let now = schema::Timestamp::default();
    let asked = then(&case(), &CaseChange::Ask { to: "network".to_owned(), question: "who?".to_owned(), due_at: None });
    let tasked = then(&asked, &CaseChange::Task { title: "image it".to_owned(), assignee: None, due_at: None });
    let close = |anyway| CaseChange::Close { outcome: case::Outcome::Resolved, reason: WHY.to_owned(), anyway };
    assert!(tasked.after(&close(false), "bob", now).expect_err("waits").why.contains("2 tasks or requests"));
    assert!(!then(&tasked, &close(true)).is_open());
    let answered = then(&tasked, &CaseChange::Answer { number: 1, text: "we".to_owned() });
    let done = then(&answered, &CaseChange::TaskDone { number: 1, done: true });
    let closed = then(&done, &close(false));
    assert!(closed.after(&CaseChange::Title("x".to_owned()), "bob", now).is_err(), "what is closed stays as it is");
    assert_eq!(then(&closed, &CaseChange::Note("later".to_owned())).n_notes, 1, "notes can always be added");
    assert!(then(&closed, &CaseChange::Reopen { reason: WHY.to_owned() }).is_open());
}

#[test]
fn evidence_is_there_once_and_bounded() {
    let add =
        |n: usize| CaseChange::Add { kind: case::ItemKind::Event, value: format!("event--{n}"), note: String::new() };
    let now = schema::Timestamp::default();
    let one = then(&case(), &add(1));
    assert_eq!(one.after(&add(1), "bob", now), Ok(None));
    let full = (2..=case::ITEMS_MAX).fold(one, |case, n| then(&case, &add(n)));
    assert!(full.after(&add(case::ITEMS_MAX + 1), "bob", now).is_err());
}

fn any_change() -> impl Strategy<Value = EventChange> {
    let reason = || Just(WHY.to_owned());
    let judgements =
        [Judgement::TruePositive, Judgement::BenignTruePositive, Judgement::FalsePositive, Judgement::Open];
    prop_oneof![
        (proptest::sample::select(State::ALL.to_vec()), reason())
            .prop_map(|(to, reason)| EventChange::State { to, reason }),
        (proptest::sample::select(judgements.to_vec()), reason())
            .prop_map(|(judgement, reason)| EventChange::Verdict { judgement, reason }),
        proptest::option::of("[a-c]").prop_map(|to| EventChange::Assign { to }),
        "[a-c]".prop_map(|text| EventChange::Comment { text }),
        "[a-c]".prop_map(|tag| EventChange::Tag { tag }),
        "[a-c]".prop_map(|tag| EventChange::Untag { tag }),
        "[a-c]".prop_map(|parent| EventChange::Link { parent }),
        Just(EventChange::Unlink),
        ("[a-c]", reason()).prop_map(|(into, reason)| EventChange::Merge { into, reason }),
        reason().prop_map(|reason| EventChange::Split { reason }),
    ]
}

proptest! {
    /// Whatever is done in whatever order: versions count the lines, a state that is a verdict is the label, a
    /// duplicate names its original and nothing else does.
    #[test]
    fn work_stays_sound(changes in proptest::collection::vec(any_change(), 0..40)) {
        let mut work = EventWork::default();
        let mut lines = 0;
        for change in &changes {
            if let Ok(Some((next, entry))) = work.after(change) {
                prop_assert!(entry.before != entry.after || entry.change == "verdict");
                work = next;
                lines += 1;
            }
            prop_assert_eq!(work.version, lines);
            prop_assert_eq!(work.state == State::Duplicate, work.duplicate_of.is_some());
            prop_assert_eq!(work.duplicate_of.is_some(), work.before_merge.is_some());
            if let Some(judgement) = work.state.judgement() {
                prop_assert_eq!(work.verdict, judgement);
            }
        }
    }
}
