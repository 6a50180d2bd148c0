//! Counts are those of the events that are listed, whether few or many, and texts are found wherever they stand.

use std::collections::BTreeMap;

use intel::work::{EventChange, State};
use schema::{Category, Datasets, Scope, Severity, ThreatEvent, Timestamp, Tlp};

use super::{
    super::{Acting, Asks, Condition, EventFilter, Label, Moment, Store},
    each_kind, run,
};
use crate::bench::made_up_event;

/// More than are named by their ids before they are counted.
const EVENTS: u64 = 6_000;

fn events() -> Vec<ThreatEvent> {
    let mut events: Vec<ThreatEvent> = (0..EVENTS).map(made_up_event).collect();
    for (event, n) in events.iter_mut().zip(0_usize..) {
        event.dataset = ["edge", "hosts", "mail"][n % 3].to_owned();
        event.category = [Category::CommandAndControl, Category::Reconnaissance][n / 3 % 2];
        event.tlp = [Tlp::Green, Tlp::Amber, Tlp::Red][n / 5 % 3];
        event.tactics =
            [vec!["discovery".to_owned()], vec!["impact".to_owned(), "discovery".to_owned()]][n % 2].clone();
    }
    events
}

fn filters() -> Vec<EventFilter> {
    let asks = |not, asks| EventFilter { conditions: vec![Condition { not, asks }], ..EventFilter::default() };
    let at = |seconds| Timestamp::from_seconds(seconds);
    vec![
        EventFilter::default(),
        EventFilter { severity: Some(Severity::High), ..EventFilter::default() },
        EventFilter { technique: Some("T1000".to_owned()), ..EventFilter::default() },
        EventFilter { since: at(100_000), until: at(31_000_000), ..EventFilter::default() },
        EventFilter { since: at(30_000_000), ..EventFilter::default() },
        asks(true, Asks::SeverityIs(vec![Severity::Critical])),
        asks(false, Asks::Category(vec![Category::Reconnaissance])),
        asks(true, Asks::Tactic(vec!["impact".to_owned()])),
        asks(false, Asks::Tlp(vec![Tlp::Green, Tlp::Amber])),
        asks(false, Asks::Containing("speaks WITH".to_owned())),
        asks(false, Asks::Containing("10.11".to_owned())),
        asks(true, Asks::Containing("10.11".to_owned())),
        asks(false, Asks::State(vec![State::New])),
        asks(false, Asks::State(vec![State::Triaged])),
        asks(false, Asks::Containing("nowhere at all".to_owned())),
    ]
}

#[tokio::test]
async fn counts_are_those_of_the_list() {
    let events = events();
    for kept in each_kind().await {
        kept.store.add_events(&events, &run()).await.expect("writes");
        let acting = Acting { by: "ann".to_owned(), now: Timestamp::default(), expected: None };
        let touched: Vec<String> = events.iter().step_by(100).map(|event| event.id.clone()).collect();
        let state = EventChange::State { to: State::Triaged, reason: "seen".to_owned() };
        for change in [EventChange::Assign { to: Some("ann".to_owned()) }, state] {
            kept.store.work_on(&touched, &change, &acting, false).await.expect("works");
        }
        let narrow = Scope { datasets: Datasets::Only(["edge".to_owned()].into()), ceiling: Tlp::Amber };
        for store in [kept.store.clone(), kept.store.within(&narrow)] {
            for filter in filters() {
                compare(&store, &filter).await;
            }
        }
    }
}

async fn compare(store: &Store, filter: &EventFilter) {
    let listed = store.events(filter).await.expect("lists");
    let counting = store.counting(filter).await.expect("prepares");
    let n = listed.len() as u64;
    assert_eq!(counting.n().await.expect("counts"), n, "{filter:?}");

    let mut cells = BTreeMap::new();
    let mut techniques: BTreeMap<String, u64> = BTreeMap::new();
    let mut tactics: BTreeMap<String, u64> = BTreeMap::new();
    let mut days = BTreeMap::new();
    for event in &listed {
        let cell = (event.dataset.clone(), event.category.name().to_owned(), event.severity as i64, event.tlp.label());
        *cells.entry(cell).or_insert(0_u64) += 1;
        let mut once: Vec<&str> = event.techniques.iter().map(|claim| claim.id.as_str()).collect();
        once.sort_unstable();
        once.dedup();
        once.into_iter().for_each(|id| *techniques.entry(id.to_owned()).or_default() += 1);
        event.tactics.iter().for_each(|tactic| *tactics.entry(tactic.clone()).or_default() += 1);
        *days.entry((event.last_seen.micros() / 86_400_000_000, event.severity as i64)).or_insert(0_u64) += 1;
    }
    let counted = counting.cells().await.expect("counts").into_iter();
    let counted: BTreeMap<_, u64> =
        counted.map(|cell| ((cell.dataset, cell.category, cell.severity_rank, label(&cell.tlp)), cell.n)).collect();
    assert_eq!(counted, cells, "{filter:?}");
    for (kind, wanted) in [(Label::Technique, techniques), (Label::Tactic, tactics)] {
        let counted = counting.labels(kind, usize::MAX).await.expect("counts");
        assert!(counted.is_sorted_by(|a, b| (b.1, &a.0) <= (a.1, &b.0)), "the most frequent come first");
        assert_eq!(BTreeMap::from_iter(counted), wanted, "{filter:?}");
    }
    let steps = counting.by_time(Moment::LastSeen, 0, 86_400_000_000).await.expect("counts").into_iter();
    assert_eq!(steps.map(|one| ((one.step, one.severity_rank), one.n)).collect::<BTreeMap<_, _>>(), days, "{filter:?}");
    let span = listed.iter().map(|event| event.last_seen.micros());
    assert_eq!(counting.span(Moment::LastSeen).await.expect("looks"), span.clone().min().zip(span.max()), "{filter:?}");

    let ids: Vec<String> = listed.iter().map(|event| event.id.clone()).collect();
    let worked = store.work_of_events(&ids).await.expect("reads").len() as u64;
    assert_eq!(counting.worked().await.expect("counts").iter().map(|cell| cell.n).sum::<u64>(), worked, "{filter:?}");
}

fn label(text: &str) -> &'static str {
    Tlp::ALL.into_iter().map(Tlp::label).find(|label| *label == text).expect("a marking")
}

#[tokio::test]
async fn texts_are_found_wherever_they_stand() {
    let titles = [
        "cmd.exe /c \"whoami\" AND NOT nothing",
        "O'Brien speaks with 中文域名.example",
        "ÄRGER und ärger",
        "100% of a_b",
        "a\u{202e}txt.exe",
        "C:\\Users\\x* NEAR(y)",
        "ab",
        "-",
        "col:umn ^start",
        "\u{1f408}\u{1f408}\u{1f408}",
    ];
    let events: Vec<ThreatEvent> =
        (0..).zip(titles).map(|(n, title)| ThreatEvent { title: title.to_owned(), ..made_up_event(n) }).collect();
    for kept in each_kind().await {
        kept.store.add_events(&events, &run()).await.expect("writes");
        let mut parts: Vec<String> = titles.iter().map(|title| (*title).to_owned()).collect();
        for title in titles {
            let letters: Vec<char> = title.chars().collect();
            for length in [1, 2, 3, 4, 9] {
                parts.extend(letters.windows(length).step_by(2).map(|part| part.iter().collect()));
            }
        }
        parts.extend(["\0abc", "no such text", "\"", "'''", "AND OR"].map(str::to_owned));
        for part in parts {
            let filter = EventFilter { containing: Some(part.clone()), ..EventFilter::default() };
            let mut found = kept.store.event_ids(&filter).await.expect("finds");
            let folded = part.to_ascii_lowercase();
            let has = |event: &&ThreatEvent| {
                let target = &event.targets[0].value;
                [&event.title, target].iter().any(|text| text.to_ascii_lowercase().contains(&folded))
            };
            let mut wanted: Vec<String> = events.iter().filter(has).map(|event| event.id.clone()).collect();
            found.sort_unstable();
            wanted.sort_unstable();
            assert_eq!(found, wanted, "{part:?} in {:?}", kept.place);
        }
        // What is removed or written anew is found under its new text alone.
        let mut again = events[0].clone();
        again.title = "quite another thing".to_owned();
        kept.store.add_events(&[again], &run()).await.expect("writes");
        let found = async |text: &str| {
            let filter = EventFilter { containing: Some(text.to_owned()), ..EventFilter::default() };
            kept.store.event_ids(&filter).await.expect("finds").len()
        };
        assert_eq!((found("whoami").await, found("another thing").await), (0, 1));
    }
}
