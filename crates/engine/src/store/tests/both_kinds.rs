//! What differs between SQLite and PostgreSQL does not differ for the store.

use schema::{Claim, Observable, Timestamp};

use super::{
    super::{ClaimFilter, sql},
    each_kind, finding, hour, run,
};

#[tokio::test]
async fn values_come_back_as_they_were_bound() {
    for kept in each_kind().await {
        let pool = &kept.store.pool;
        sql::query("CREATE TABLE bound (n BIGINT, x DOUBLE PRECISION, t TEXT)").execute(pool).await.expect("made");
        let texts = [Some("a\0b"), Some(""), None, Some("\u{fffd}'\\ü")];
        for text in texts {
            // The same statement first with numbers that are missing and then with numbers: its types must not change.
            for (n, x) in [(None, None), (Some(i64::MIN), Some(0.1))] {
                let insert = sql::query("INSERT INTO bound (n, x, t) VALUES ($1, $2, $3)");
                insert.bind(n).bind(x).bind(text).execute(pool).await.expect("written");
            }
            let found =
                sql::query("SELECT n, x, t FROM bound WHERE t = $1 OR $1 IS NULL AND t IS NULL ORDER BY n IS NULL");
            let rows = found.bind(text).fetch_all(pool).await.expect("read");
            let read: Vec<(Option<i64>, Option<f64>, Option<String>)> =
                rows.iter().map(|row| sql::Get::get(row, 0).expect("of these types")).collect();
            let text = text.map(ToOwned::to_owned);
            assert_eq!(read, [(Some(i64::MIN), Some(0.1), text.clone()), (None, None, text)], "{:?}", kept.place);
        }
    }
}

#[tokio::test]
async fn texts_are_in_the_order_of_their_bytes() {
    for kept in each_kind().await {
        let values = ["Z.example", "a.example", "a-b.example", "ä.example", "B.example", "_x.example"];
        let claims: Vec<Claim> = values.iter().map(|value| Claim::new(Observable::FileName, *value, "a")).collect();
        kept.store.save_claims(&claims, Timestamp::default()).await.expect("writes");
        let listed = kept.store.list_claims(&ClaimFilter { limit: 10, ..ClaimFilter::default() }).await.expect("reads");
        let listed: Vec<String> = listed.into_iter().map(|kept| kept.claim.value).collect();
        let mut sorted = values.map(ToOwned::to_owned);
        sorted.sort_unstable();
        assert_eq!(listed, sorted, "{:?}", kept.place);
    }
}

/// Text that does not pack: indexes of PostgreSQL hold 2,704 bytes after packing.
fn noise(seed: &str, bytes: usize) -> String {
    let mut text = String::new();
    let mut digest = blake3::hash(seed.as_bytes());
    while text.len() < bytes {
        text.push_str(digest.to_hex().as_str());
        digest = blake3::hash(digest.as_bytes());
    }
    text.chars().take(bytes).collect()
}

#[tokio::test]
async fn values_of_any_length_are_kept_apart_and_found() {
    for kept in each_kind().await {
        let store = &kept.store;
        let (one, other) = (noise("one", 20_000), format!("{}!", noise("one", 20_000)));
        let label = noise("label", 9_000);
        let claims: Vec<Claim> = [&one, &other]
            .map(|value| Claim { labels: vec![label.clone()], ..Claim::new(Observable::Pattern, value.as_str(), "a") })
            .to_vec();
        for _again in 0..2 {
            store.save_claims(&claims, Timestamp::default()).await.expect("writes");
            assert_eq!(store.count_claims().await.expect("reads"), 2);
        }
        let found = store.kept_claims(&[(Observable::Pattern, other.clone())]).await.expect("reads");
        assert_eq!(found.iter().map(|kept| kept.claim.value.as_str()).collect::<Vec<_>>(), [other.as_str()]);

        // A name that an attacker has made long; findings of it have names as long as they are.
        let long = finding("finding--long", &noise("subject", 100_000), hour(1));
        store.replace_findings("indicator", hour(1), std::slice::from_ref(&long), &run()).await.expect("writes");
        let stale = store.stale_subjects().await.expect("reads");
        assert_eq!(stale.len(), 1);
        assert_eq!(store.findings_of(&stale[0]).await.expect("reads"), [long], "{:?}", kept.place);
    }
}

#[tokio::test]
async fn what_a_transaction_has_read_stays_true_until_it_commits() {
    for kept in each_kind().await {
        let add = async |rounds: usize| {
            for _round in 0..rounds {
                let mut transaction = kept.store.begin().await.expect("begins");
                let read = sql::query_scalar::<i64>("SELECT coalesce(max(value), 0) FROM marks WHERE name = 'n'");
                let n: i64 = read.fetch_one(&mut *transaction).await.expect("reads");
                tokio::task::yield_now().await;
                let write = "INSERT INTO marks (name, value) VALUES ('n', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
                sql::query(write).bind(n + 1).execute(&mut *transaction).await.expect("writes");
                transaction.commit().await.expect("commits");
            }
        };
        tokio::join!(add(25), add(25), add(25));
        assert_eq!(kept.store.mark("n").await.expect("reads"), Some(75), "{:?}", kept.place);
    }
}

#[tokio::test]
async fn a_transaction_that_is_let_go_leaves_nothing() {
    for kept in each_kind().await {
        let mut transaction = kept.store.begin().await.expect("begins");
        sql::query("INSERT INTO marks (name, value) VALUES ('n', 1)").execute(&mut *transaction).await.expect("writes");
        drop(transaction);
        assert_eq!(kept.store.mark("n").await.expect("reads"), None, "{:?}", kept.place);
        kept.store.set_mark("n", 2).await.expect("nobody is waited for");
    }
}
