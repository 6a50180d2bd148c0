//! What a window gave is kept whole, again and again the same, and told to those who may see its dataset.

use std::collections::BTreeMap;

use detect::{Batch, Spread};
use schema::{FindingBatch, Scope, Timestamp, Tlp};
use science::PValue;

use super::{each_kind, finding, hour, run, seen::scope};
use crate::store::{FindingFilter, KeptOfWindow, Store, TestedFilter};

/// What a window with these p-values gave in one dataset.
fn judged(n: i64, dataset: &str, p_values: &[f64]) -> KeptOfWindow {
    let p: Vec<PValue> = p_values.iter().map(|p| PValue::new(*p).expect("a probability")).collect();
    let n_small = p_values.iter().filter(|p| **p <= 0.5).count();
    let batch = Batch { n_tests: p.len(), n_small, smallest: p.clone() };
    let mut found = finding(&format!("finding--{dataset}-{n}"), "10.0.0.1", hour(n));
    (found.detector, found.dataset) = ("scan".to_owned(), dataset.to_owned());
    KeptOfWindow {
        findings: FindingBatch::new(vec![found]),
        batches: BTreeMap::from([(dataset.to_owned(), batch)]),
        spreads: BTreeMap::from([(dataset.to_owned(), Spread::of(&p))]),
    }
}

const ALL: TestedFilter<'static> =
    TestedFilter { detector: Some("scan"), dataset: None, since: None, until: None, smallest: true, limit: 10 };

async fn keep(store: &Store, n: i64, judged: &KeptOfWindow) -> bool {
    let until = Timestamp::from_seconds(i64::from(u32::MAX)).expect("a time");
    store.replace_judged("scan", hour(n), until, judged, &run()).await.expect("writes")
}

#[tokio::test]
async fn a_window_that_is_judged_again_counts_once() {
    for kept in each_kind().await {
        let store = &kept.store;
        let judged_of = |n| judged(n, "office", &[0.001, 0.2, 0.7, 1.0]);
        assert!(!keep(store, 1, &judged_of(1)).await, "nothing is behind it");
        assert!(!keep(store, 2, &judged_of(2)).await);
        assert!(!keep(store, 1, &judged_of(1)).await, "the same again changes nothing");
        let tested = store.tested(&ALL).await.expect("reads");
        assert_eq!(tested.iter().map(|one| one.window).collect::<Vec<_>>(), [hour(2), hour(1)], "the newest first");
        let spread = tested[1].spread.expect("it was kept");
        assert_eq!((spread.n(), spread.at_most[1], tested[1].batch.n_small), (4, 1, 2));
        assert_eq!(tested[1].batch.smallest.len(), 4);
        let bare = store.tested(&TestedFilter { smallest: false, ..ALL }).await.expect("reads");
        assert!(bare.iter().all(|one| one.batch.smallest.is_empty() && one.batch.n_tests == 4));

        assert!(keep(store, 1, &judged(1, "office", &[0.9])).await, "the window behind it is stale");
        let tested = store.tested(&TestedFilter { until: Some(hour(1).end), ..ALL }).await.expect("reads");
        assert_eq!(tested.iter().map(|one| one.batch.n_tests).collect::<Vec<_>>(), [1]);
        let nothing = KeptOfWindow::default();
        keep(store, 1, &nothing).await;
        assert_eq!(store.tested(&ALL).await.expect("reads").len(), 1);
        let findings = FindingFilter { limit: 10, ..FindingFilter::default() };
        let left = store.findings(&findings).await.expect("reads");
        assert!(left.iter().all(|one| one.window != hour(1)), "findings went with their batch");
    }
}

#[tokio::test]
async fn tests_of_a_dataset_are_told_to_those_who_see_it() {
    for kept in each_kind().await {
        keep(&kept.store, 1, &judged(1, "inner", &[0.1])).await;
        keep(&kept.store, 2, &judged(2, "outer", &[0.1, 0.2])).await;
        let outer = kept.store.within(&scope(&["outer"], Tlp::Red));
        let datasets = async |store: &Store| -> Vec<String> {
            let tested = store.tested(&ALL).await.expect("reads");
            tested.into_iter().map(|one| one.dataset).collect()
        };
        assert_eq!(datasets(&outer).await, ["outer"]);
        assert_eq!(outer.newest_tested(Some("scan")).await.expect("reads"), Some(hour(2).end));
        let inner = kept.store.within(&scope(&["inner"], Tlp::Red));
        assert_eq!(
            inner.newest_tested(None).await.expect("reads"),
            Some(hour(1).end),
            "and nothing of the other's time"
        );
        let nobody = kept.store.within(&scope(&[], Tlp::Red));
        assert_eq!((datasets(&nobody).await.len(), nobody.newest_tested(None).await.expect("reads")), (0, None));
        let counts = kept.store.within(&Scope::everything()).count_findings().await.expect("reads");
        assert_eq!(counts.get("scan").map(|found| (found.n, found.n_leads, found.n_events)), Some((2, 0, 0)));
        assert_eq!(outer.count_findings().await.expect("reads").get("scan").map(|found| found.n), Some(1));
    }
}
