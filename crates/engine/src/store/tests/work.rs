//! What people do is kept in both kinds of store: in order, once, and never undone from below.

use intel::work::{EventChange, State};
use schema::Timestamp;

use super::{
    super::{Acting, EventFilter, Store, WorkFilter, Worked},
    each_kind, sql,
};
use crate::store::{Alert, OutboxMessage, Question, SavedQuery};

fn acting(by: &str, expected: Option<i64>) -> Acting {
    Acting { by: by.to_owned(), now: Timestamp::from_seconds(100).expect("in range"), expected }
}

fn to(state: State) -> EventChange {
    EventChange::State { to: state, reason: "looked".to_owned() }
}

async fn work(store: &Store, id: &str, change: &EventChange, acting: &Acting) -> Worked {
    let mut done = store.work_on(&[id.to_owned()], change, acting, false).await.expect("writes");
    done.remove(0).worked
}

#[tokio::test]
async fn lines_of_history_are_refused_to_change_by_the_database_itself() {
    for kept in each_kind().await {
        let store = &kept.store;
        work(store, "event--a", &to(State::Triaged), &acting("ann", None)).await;
        for statement in
            ["DELETE FROM work_history", "UPDATE work_history SET changed_by = 'bob' WHERE subject = 'event--a'"]
        {
            let refused = sql::query(statement).execute(&store.pool).await.expect_err("refused");
            assert!(refused.to_string().contains("lines of history"), "{refused}");
        }
        let lines = store.work_history("event--a", 0, 10).await.expect("reads");
        assert_eq!((lines.len(), lines[0].changed_by.as_str()), (1, "ann"));
    }
}

#[tokio::test]
async fn a_verdict_is_the_newest_although_the_clock_goes_back() {
    for kept in each_kind().await {
        let store = &kept.store;
        for state in [State::Confirmed, State::FalsePositive, State::BenignTruePositive] {
            work(store, "event--a", &to(state), &acting("ann", None)).await;
        }
        let verdicts = store.verdicts_of_event("event--a").await.expect("reads");
        let said: Vec<&str> = verdicts.iter().map(|one| one.judgement.name()).collect();
        assert_eq!(said, ["benign_true_positive", "false_positive", "true_positive"], "{:?}", kept.place);
    }
}

#[tokio::test]
async fn whoever_read_an_old_version_is_refused_and_a_trial_leaves_nothing() {
    for kept in each_kind().await {
        let store = &kept.store;
        work(store, "event--a", &to(State::Triaged), &acting("ann", Some(0))).await;
        let late = work(store, "event--a", &to(State::Closed), &acting("bob", Some(0))).await;
        assert!(matches!(late, Worked::Refused { .. }), "{late:?}");
        store.work_on(&["event--a".to_owned()], &to(State::Closed), &acting("bob", None), true).await.expect("tries");
        let work = store.work_of_event("event--a").await.expect("reads");
        assert_eq!((work.state, work.version), (State::Triaged, 1));
    }
}

#[tokio::test]
async fn an_event_is_in_one_message_of_a_query_however_many_make_it() {
    for kept in each_kind().await {
        let store = &kept.store;
        let now = Timestamp::from_seconds(5).expect("in range");
        let query = SavedQuery {
            id: "query--1".to_owned(),
            name: "all".to_owned(),
            question: Question::Filter(Box::default()),
            alert: Alert::Once,
            channel: Some("soc".to_owned()),
            saved_at: now,
            saved_by: "ann".to_owned(),
            told_at: now,
        };
        store.save_query(&query).await.expect("writes");
        let message = |id: &str| OutboxMessage {
            id: id.to_owned(),
            query_id: query.id.clone(),
            channel: "soc".to_owned(),
            n_events: 1,
            state: "waiting".to_owned(),
            tries: 0,
            made_at: now,
            next_at: now,
            sent_at: None,
            error: None,
            body: "{}".to_owned(),
        };
        let (a, b) = ("event--a".to_owned(), "event--b".to_owned());
        assert!(store.mark_and_post(&message("message--1"), std::slice::from_ref(&a), now).await.expect("writes"));
        assert!(!store.mark_and_post(&message("message--2"), &[b.clone(), a.clone()], now).await.expect("writes"));
        assert_eq!(store.unmatched(&query.id, &[a, b.clone()]).await.expect("reads"), [b], "all of it, or nothing");
        assert_eq!(store.outbox(9).await.expect("reads").len(), 1);
        let until = Timestamp::from_seconds(60).expect("in range");
        let claimed = store.claim_message(now, until).await.expect("writes").expect("one is due");
        assert_eq!(store.claim_message(now, until).await.expect("writes"), None, "somebody else is sending it");
        assert!(
            store.claim_message(until, until).await.expect("writes").is_some(),
            "who was killed holds it no longer"
        );
        store.message_sent(&claimed.id, now).await.expect("writes");
        assert_eq!(store.claim_message(until, until).await.expect("writes"), None);
    }
}

#[tokio::test]
async fn every_condition_on_work_is_a_query_that_both_kinds_know() {
    for kept in each_kind().await {
        let work = WorkFilter {
            states: vec![State::New, State::Closed],
            assignee: Some("ann".to_owned()),
            unassigned: true,
            tags: vec!["a".to_owned(), "b".to_owned()],
            parent: Some("event--a".to_owned()),
            duplicate_of: Some("event--b".to_owned()),
            unjudged: true,
            case: Some("case--1".to_owned()),
        };
        let filter = EventFilter { work, limit: Some(5), ..EventFilter::default() };
        assert!(kept.store.events(&filter).await.expect("reads").is_empty());
        assert!(kept.store.event_ids(&filter).await.expect("reads").is_empty());
        assert!(kept.store.unanswered(&filter, "query--1").await.expect("reads").is_empty());
        assert!(kept.store.events_below("event--a").await.expect("reads").0.is_empty());
        assert!(kept.store.cases_by_name("1").await.expect("reads").is_empty());
        assert!(kept.store.cases_with("event", "event--a").await.expect("reads").is_empty());
    }
}
