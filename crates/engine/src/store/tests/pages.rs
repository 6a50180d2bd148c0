//! Pages of events are what a list of all of them would be, cut.

use schema::{Severity, ThreatEvent, Timestamp};

use super::{super::EventFilter, each_kind, run};
use crate::bench::made_up_event;

/// More than are sorted at once would take long to make; ways are compared with each other below instead.
const EVENTS: u64 = 600;

#[tokio::test]
async fn pages_are_the_list_of_all_events_cut() {
    let mut events: Vec<ThreatEvent> = (0..EVENTS).map(made_up_event).collect();
    // Many that differ in their id alone.
    for event in events.iter_mut().step_by(3) {
        (event.severity, event.confidence, event.last_seen) = (Severity::High, 50, Timestamp::default());
    }
    let technique = events[0].techniques[0].id.clone();
    events[1].techniques[0].id = format!("{technique}.001");
    events[2].title = "50% of C:\\Users_new!".to_owned();
    let at = |seconds| Timestamp::from_seconds(seconds);
    let filters = [
        EventFilter::default(),
        EventFilter { since: at(20_000_000), ..EventFilter::default() },
        EventFilter { since: at(10_000_000), until: at(20_000_000), ..EventFilter::default() },
        EventFilter { severity: Some(Severity::Medium), confidence_min: Some(40), ..EventFilter::default() },
        EventFilter { technique: Some(technique.clone()), ..EventFilter::default() },
        EventFilter { technique: Some(technique), since: at(5_000_000), ..EventFilter::default() },
        EventFilter { containing: Some("10.1".to_owned()), ..EventFilter::default() },
        EventFilter { containing: Some("50% of c:\\users_NEW!".to_owned()), ..EventFilter::default() },
        EventFilter { containing: Some("5_%".to_owned()), ..EventFilter::default() },
    ];
    for kept in each_kind().await {
        kept.store.add_events(&events, &run()).await.expect("writes");
        for filter in &filters {
            let mut wanted: Vec<&ThreatEvent> = events.iter().filter(|event| holds(event, filter)).collect();
            wanted.sort_by_key(|event| (event.severity, event.confidence, event.last_seen, &event.id));
            let wanted: Vec<&str> = wanted.iter().rev().map(|event| event.id.as_str()).collect();
            let mut paged = Vec::new();
            let mut page = EventFilter { limit: Some(37), ..filter.clone() };
            loop {
                let events = kept.store.events(&page).await.expect("reads");
                let Some(last) = events.last() else { break };
                page.after = Some(last.id.clone());
                paged.extend(events.into_iter().map(|event| event.id));
            }
            assert_eq!(paged, wanted, "{filter:?} in {:?}", kept.place);
            let whole = kept.store.events(filter).await.expect("reads");
            assert_eq!(whole.iter().map(|event| event.id.as_str()).collect::<Vec<_>>(), wanted, "{filter:?}");
        }
    }
}

/// The filter, said once more and plainly.
fn holds(event: &ThreatEvent, filter: &EventFilter) -> bool {
    let contains = |text: &str| {
        let text = text.to_ascii_lowercase();
        event.title.to_ascii_lowercase().contains(&text)
            || event.targets.iter().any(|target| target.value.contains(&text))
    };
    let of_technique =
        |id: &String| event.techniques.iter().any(|claim| claim.id == *id || claim.id.starts_with(&format!("{id}.")));
    filter.since.is_none_or(|since| event.last_seen >= since)
        && filter.until.is_none_or(|until| event.first_seen < until)
        && filter.severity.is_none_or(|severity| event.severity >= severity)
        && filter.confidence_min.is_none_or(|least| event.confidence >= least)
        && filter.technique.as_ref().is_none_or(of_technique)
        && filter.containing.as_deref().is_none_or(contains)
}

#[tokio::test]
async fn an_event_that_is_made_anew_is_listed_under_its_new_techniques_alone() {
    for kept in each_kind().await {
        let store = &kept.store;
        let before = made_up_event(1);
        let subject = (before.dataset.clone(), before.targets[0].value.clone());
        store.replace_events(&subject, std::slice::from_ref(&before), &run()).await.expect("writes");
        let mut after = before.clone();
        after.techniques[0].id = "T1566.002".to_owned();
        after.techniques.truncate(1);
        assert_eq!(store.replace_events(&subject, std::slice::from_ref(&after), &run()).await.expect("writes"), 1);
        let of = async |technique: &str| {
            let filter = EventFilter { technique: Some(technique.to_owned()), ..EventFilter::default() };
            store.events(&filter).await.expect("reads").len()
        };
        assert_eq!((of("T1566").await, of("T1566.002").await, of(&before.techniques[1].id).await), (1, 1, 0));
        assert_eq!(store.events_by_id(after.id.get(..14).expect("a long id")).await.expect("reads"), [after]);
        store.replace_events(&subject, &[], &run()).await.expect("writes");
        assert_eq!(of("T1566").await, 0);
    }
}

#[tokio::test]
async fn a_page_behind_an_event_that_is_gone_is_refused() {
    for kept in each_kind().await {
        let filter = EventFilter { after: Some("event--gone".to_owned()), ..EventFilter::default() };
        let refused = kept.store.events(&filter).await.expect_err("it is not there");
        assert!(refused.to_string().contains("begin again"), "{refused}");
    }
}
