//! The store keeps, replaces and gives back what it was given.

use schema::{Claim, Entity, EntityKind, Finding, Observable, SourceKey, Timestamp, Tlp, Window};

use super::{Place, Run, SourceState, Store, StoreRows, sql};

mod both_kinds;
mod copying;
mod figures;
mod judged;
mod looking;
mod migrations;
mod pages;
mod seen;
pub(crate) mod server;
mod work;

/// A new store of each kind, and what it lies in.
struct Kept {
    place: Place,
    store: Store,
    _folder: Option<tempfile::TempDir>,
}

async fn each_kind() -> Vec<Kept> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = Place::File(folder.path().join("margay.db"));
    let mut kinds = vec![(file, Some(folder))];
    kinds.extend(server::database().map(|url| (Place::server(&url, None).expect("an address"), None)));
    let mut opened = Vec::new();
    for (place, _folder) in kinds {
        let store = Store::open(&place).await.expect("opens");
        opened.push(Kept { place, store, _folder });
    }
    opened
}

fn run() -> Run {
    Run { id: "run--1".to_owned() }
}

fn hour(n: i64) -> Window {
    let at = |n: i64| Timestamp::from_seconds(n * 3_600).expect("in range");
    Window::new(at(n), at(n + 1))
}

fn finding(id: &str, subject: &str, window: Window) -> Finding {
    Finding {
        id: id.to_owned(),
        detector: "indicator".to_owned(),
        detector_version: "1".to_owned(),
        dataset: "default".to_owned(),
        subject: Entity::new(EntityKind::Ip, subject),
        object: Some(Entity::new(EntityKind::Domain, "evil.example")),
        also: Vec::new(),
        window,
        first_seen: window.start,
        last_seen: window.start,
        n_records: 1,
        score: 0.5,
        p_value: None,
        q_value: None,
        null_hypothesis: None,
        confidence: 50,
        techniques: vec!["T1071".to_owned()],
        labels: Vec::new(),
        evidence: Vec::new(),
        because: "it's said so".to_owned(),
        unless: "it is not so".to_owned(),
        statistics: vec![("n".to_owned(), 1.0)],
        query: None,
        tlp: Tlp::Green,
    }
}

fn claim(value: &str, source: &str) -> Claim {
    Claim { tlp: Tlp::Green, ..Claim::new(Observable::Domain, value, source) }
}

#[tokio::test]
async fn findings_of_a_window_are_replaced_and_only_changes_are_told() {
    for kept in each_kind().await {
        let store = &kept.store;
        let first = [finding("finding--a", "10.0.0.1", hour(1)), finding("finding--b", "10.0.0.2", hour(1))];
        store.replace_findings("indicator", hour(1), &first, &run()).await.expect("writes");
        let stale = store.stale_subjects().await.expect("reads");
        assert_eq!(stale.len(), 2);
        for subject in &stale {
            store.replace_events(subject, &[], &run()).await.expect("writes");
        }
        store.replace_findings("indicator", hour(1), &first, &run()).await.expect("writes");
        assert!(store.stale_subjects().await.expect("reads").is_empty(), "a re-run changes nothing");

        let second = [Finding { n_records: 9, ..first[0].clone() }];
        store.replace_findings("indicator", hour(1), &second, &run()).await.expect("writes");
        assert_eq!(store.stale_subjects().await.expect("reads").len(), 2, "one has changed, one is gone");
        let subject = ("default".to_owned(), "10.0.0.1".to_owned());
        assert_eq!(store.findings_of(&subject).await.expect("reads"), second);
        let gone = ("default".to_owned(), "10.0.0.2".to_owned());
        assert!(store.findings_of(&gone).await.expect("reads").is_empty());
    }
}

#[tokio::test]
async fn another_window_keeps_its_findings() {
    for kept in each_kind().await {
        let store = &kept.store;
        store
            .replace_findings("indicator", hour(1), &[finding("finding--a", "h", hour(1))], &run())
            .await
            .expect("writes");
        store
            .replace_findings("indicator", hour(2), &[finding("finding--b", "h", hour(2))], &run())
            .await
            .expect("writes");
        store.replace_findings("indicator", hour(2), &[], &run()).await.expect("writes");
        let left = store.findings_of(&("default".to_owned(), "h".to_owned())).await.expect("reads");
        assert_eq!(left.len(), 1);
    }
}

#[tokio::test]
async fn claims_are_renewed_and_every_source_keeps_its_own() {
    for kept in each_kind().await {
        let store = &kept.store;
        let now = Timestamp::from_seconds(10).expect("in range");
        let claims = [claim("evil.example", "a"), claim("evil.example", "b"), claim("bad.example", "a")];
        assert_eq!(store.save_claims(&claims, now).await.expect("writes"), 1);
        assert_eq!(store.count_claims().await.expect("reads"), 3);
        let later = Timestamp::from_seconds(20).expect("in range");
        let renewed = Claim { confidence: 90, ..claim("evil.example", "a") };
        assert_eq!(
            store.save_claims(std::slice::from_ref(&renewed), later).await.expect("writes"),
            2,
            "changes are counted"
        );
        let mut values = Vec::new();
        store.each_value(|_, value| values.push(value.to_owned())).await.expect("reads");
        assert_eq!(values, ["bad.example", "evil.example", "evil.example"]);
        let asked = [(Observable::Ip, "198.51.100.7".to_owned()), (Observable::Domain, "evil.example".to_owned())];
        let about = store.kept_claims(&asked).await.expect("reads").into_iter().map(|kept| kept.claim);
        let about: Vec<Claim> = about.collect();
        assert_eq!(about.len(), 2);
        assert!(about.contains(&renewed));
        assert_eq!(store.newest_claim().await.expect("reads"), Some(now), "a renewed claim is not a new one");
    }
}

#[tokio::test]
async fn sources_come_back_as_they_were_saved() {
    for kept in each_kind().await {
        let store = &kept.store;
        let state = SourceState {
            key: SourceKey(0xfedc_ba98_7654_3210),
            path: "a file with ' in its name".to_owned(),
            format: "zeek".to_owned(),
            dataset: "default".to_owned(),
            fingerprint_bytes: 12,
            fingerprint: "00".to_owned(),
            position: 1 << 40,
            tail_bytes: 3,
            tail: "ff".to_owned(),
            size_bytes: Some(5),
            modified_at: Some(Timestamp::from_nanos(7)),
            finished: true,
        };
        store.save_sources(std::slice::from_ref(&state), Timestamp::default()).await.expect("writes");
        assert_eq!(store.sources().await.expect("reads"), [state]);
    }
}

#[tokio::test]
async fn every_store_table_reads_as_its_declared_columns() {
    for kept in each_kind().await {
        let store = &kept.store;
        store
            .replace_findings("indicator", hour(1), &[finding("finding--a", "h", hour(1))], &run())
            .await
            .expect("writes");
        store.save_claims(&[claim("evil.example", "a")], Timestamp::default()).await.expect("writes");
        for table in schema::tables::ALL.iter().copied().filter(|table| table.stage == schema::Stage::Store) {
            let rows = StoreRows::new(store.clone(), table, Tlp::AmberStrict).read_of(store).await;
            let rows = rows.unwrap_or_else(|error| panic!("{}: {error}", table.name));
            let filled = matches!(table.name, "findings" | "indicators");
            assert_eq!(rows.iter().map(|batch| batch.num_rows()).sum::<usize>(), usize::from(filled), "{}", table.name);
        }
    }
}

#[tokio::test]
async fn a_store_of_a_newer_version_is_refused() {
    for kept in each_kind().await {
        let store = &kept.store;
        sql::query(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             SELECT 9999, 'later', success, checksum, execution_time FROM _sqlx_migrations WHERE version = 1",
        )
        .execute(&store.pool)
        .await
        .expect("writes");
        store.clone().close().await;
        let refused = Store::open(&kept.place).await.expect_err("newer");
        assert!(refused.to_string().contains("newer Margay"), "{refused}");
    }
}
