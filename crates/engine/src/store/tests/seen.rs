//! What a scope does not show is answered as if it did not exist, by every statement that reads for people.

use std::collections::BTreeSet;

use intel::work::{
    EventChange,
    case::{Case, CaseChange, ItemKind},
};
use schema::{Datasets, Scope, Severity, ThreatEvent, Timestamp, Tlp};

use super::{
    super::{Acting, CaseFilter, EventFilter, FindingFilter, Store},
    each_kind, finding, hour, run,
};
use crate::bench::made_up_event;

pub(super) fn scope(names: &[&str], ceiling: Tlp) -> Scope {
    Scope { datasets: Datasets::Only(names.iter().map(|name| (*name).to_owned()).collect()), ceiling }
}

/// Every dataset with every marking.
fn events() -> Vec<ThreatEvent> {
    let mut events: Vec<ThreatEvent> = (0..300).map(made_up_event).collect();
    for (event, n) in events.iter_mut().zip(0_usize..) {
        event.dataset = ["edge", "hosts", "mail"][n % 3].to_owned();
        event.tlp = Tlp::ALL[n / 3 % 5];
    }
    events
}

fn scopes() -> Vec<Scope> {
    let mut scopes = vec![Scope::everything(), scope(&[], Tlp::Red), scope(&["nowhere"], Tlp::Red)];
    for ceiling in Tlp::ALL {
        scopes.push(Scope { datasets: Datasets::All, ceiling });
        scopes.push(scope(&["edge"], ceiling));
        scopes.push(scope(&["edge", "mail"], ceiling));
    }
    scopes
}

fn acting() -> Acting {
    Acting { by: "ann".to_owned(), now: Timestamp::from_seconds(100).expect("in range"), expected: None }
}

#[tokio::test]
async fn events_are_those_of_the_scope_however_they_are_asked_for() {
    let events = events();
    let technique = events[0].techniques[0].id.clone();
    let at = |seconds| Timestamp::from_seconds(seconds);
    let filters = [
        EventFilter::default(),
        EventFilter { limit: Some(7), ..EventFilter::default() },
        EventFilter { since: at(10_000_000), ..EventFilter::default() },
        EventFilter { technique: Some(technique), ..EventFilter::default() },
        EventFilter { containing: Some("1".to_owned()), ..EventFilter::default() },
        EventFilter { severity: Some(Severity::Medium), ..EventFilter::default() },
    ];
    for kept in each_kind().await {
        kept.store.add_events(&events, &run()).await.expect("writes");
        for scope in scopes() {
            let store = kept.store.within(&scope);
            for filter in &filters {
                let unlimited = EventFilter { limit: None, ..filter.clone() };
                let whole = kept.store.events(&unlimited).await.expect("reads");
                let mut wanted: Vec<String> = whole
                    .into_iter()
                    .filter(|event| scope.admits(&event.dataset, event.tlp))
                    .map(|event| event.id)
                    .collect();
                wanted.truncate(filter.limit.unwrap_or(u32::MAX) as usize);
                let found = store.event_ids(filter).await.expect("reads");
                assert_eq!(found, wanted, "{scope:?} {filter:?} {:?}", kept.place);
            }
            let n = events.iter().filter(|event| scope.admits(&event.dataset, event.tlp)).count() as u64;
            assert_eq!(store.count_events().await.expect("counts"), n, "{scope:?}");
            for event in &events {
                let seen = scope.admits(&event.dataset, event.tlp);
                let ids = [event.id.clone()];
                assert_eq!(store.events_by_id(&event.id).await.expect("reads").len(), usize::from(seen));
                assert_eq!(store.events_of_ids(&ids).await.expect("reads").len(), usize::from(seen));
                let page = EventFilter { after: Some(event.id.clone()), limit: Some(1), ..EventFilter::default() };
                assert_eq!(store.events(&page).await.is_ok(), seen, "a place in a list is a thing that exists");
            }
        }
    }
}

#[tokio::test]
async fn work_verdicts_and_links_lead_to_nothing_that_is_not_seen() {
    for kept in each_kind().await {
        let mut events: Vec<ThreatEvent> = (0..3).map(made_up_event).collect();
        events[0].dataset = "edge".to_owned();
        events[1].dataset = "hosts".to_owned();
        events[2].dataset = "edge".to_owned();
        let [open, hidden, other] = [0, 1, 2].map(|n: usize| events[n].id.clone());
        let whole = &kept.store;
        whole.add_events(&events, &run()).await.expect("writes");
        let link = EventChange::Link { parent: hidden.clone() };
        let merge = EventChange::Merge { into: open.clone(), reason: "the same".to_owned() };
        whole.work_on(std::slice::from_ref(&open), &link, &acting(), false).await.expect("links");
        whole.work_on(std::slice::from_ref(&hidden), &merge, &acting(), false).await.expect("merges");
        whole.work_on(std::slice::from_ref(&other), &merge, &acting(), false).await.expect("merges");
        let store = whole.within(&scope(&["edge"], Tlp::Red));
        assert!(whole.work_of_event(&open).await.expect("reads").parent.is_some());
        assert_eq!(store.work_of_event(&open).await.expect("reads").parent, None);
        assert_eq!(store.work_of_event(&hidden).await.expect("reads").version, 0);
        let (duplicates, parts) = store.events_below(&open).await.expect("reads");
        assert_eq!((duplicates, parts), (vec![other.clone()], Vec::new()));
        assert!(store.events_below(&hidden).await.expect("reads").1.is_empty());
        assert!(store.verdicts_of_event(&hidden).await.expect("reads").is_empty());
    }
}

#[tokio::test]
async fn findings_are_as_strict_as_their_event() {
    for kept in each_kind().await {
        let mut findings: Vec<_> = ["finding--a", "finding--b"].map(|id| finding(id, "10.0.0.1", hour(1))).into();
        findings[0].tlp = Tlp::Green;
        findings[1].tlp = Tlp::Red;
        kept.store.replace_findings("indicator", hour(1), &findings, &run()).await.expect("writes");
        let mut event = made_up_event(1);
        event.dataset = "default".to_owned();
        event.tlp = Tlp::Red;
        event.findings = findings.iter().map(|finding| finding.id.clone()).collect();
        let seen = |ceiling| kept.store.within(&Scope { datasets: Datasets::All, ceiling });
        let filter = FindingFilter { limit: 10, ..FindingFilter::default() };
        assert_eq!(seen(Tlp::Amber).findings(&filter).await.expect("reads").len(), 1);
        let subject = ("default".to_owned(), "10.0.0.1".to_owned());
        kept.store.replace_events(&subject, &[event.clone()], &run()).await.expect("writes");
        assert_eq!(seen(Tlp::Amber).findings(&filter).await.expect("reads").len(), 0);
        assert_eq!(seen(Tlp::Amber).findings_behind(&event.id).await.expect("reads").len(), 0);
        assert_eq!(seen(Tlp::Red).findings_behind(&event.id).await.expect("reads").len(), 2);
        assert_eq!(kept.store.within(&scope(&["other"], Tlp::Red)).findings(&filter).await.expect("reads").len(), 0);
        assert_eq!(seen(Tlp::Amber).sightings("evil.example").await.expect("reads").0, 0);
        assert_eq!(seen(Tlp::Red).sightings("evil.example").await.expect("reads").0, 2);
    }
}

#[tokio::test]
async fn cases_are_seen_by_their_marking() {
    for kept in each_kind().await {
        let case = |n: i64, tlp| Case {
            id: format!("case--{n}"),
            number: n,
            version: 1,
            title: "a case".to_owned(),
            description: String::new(),
            severity: Severity::High,
            owner: None,
            due_at: None,
            tlp,
            opened_at: Timestamp::default(),
            opened_by: "ann".to_owned(),
            closed: None,
            tasks: Vec::new(),
            requests: Vec::new(),
            items: Vec::new(),
            n_notes: 0,
        };
        for (n, tlp) in (1..).zip(Tlp::ALL) {
            let case = kept.store.open_case(case(n, tlp), &acting()).await.expect("opens");
            let item = CaseChange::Add { kind: ItemKind::Event, value: "event--x".to_owned(), note: String::new() };
            kept.store.work_on_case(&case.id, &[item], &acting()).await.expect("adds");
        }
        for ceiling in Tlp::ALL {
            let store = kept.store.within(&Scope { datasets: Datasets::All, ceiling });
            let wanted: BTreeSet<i64> =
                (1..).zip(Tlp::ALL).filter(|(_, tlp)| *tlp <= ceiling).map(|one| one.0).collect();
            let numbers = |cases: Vec<Case>| cases.into_iter().map(|case| case.number).collect::<BTreeSet<_>>();
            assert_eq!(numbers(store.cases(&CaseFilter::default()).await.expect("reads")), wanted);
            assert_eq!(numbers(store.cases_with("event", "event--x").await.expect("reads")), wanted);
            for n in 1..=5 {
                assert_eq!(
                    store.cases_by_name(&n.to_string()).await.expect("reads").len(),
                    usize::from(wanted.contains(&n))
                );
            }
        }
    }
}

#[tokio::test]
async fn a_part_of_a_store_is_never_detected_in() {
    for kept in each_kind().await {
        let part: Store = kept.store.within(&scope(&["edge"], Tlp::Red));
        part.begin_run("correlate", Timestamp::default()).await.expect_err("it would make campaigns of a part");
    }
}
