//! The same promises on an object store, where one is at hand.
//!
//! `MARGAY_TEST_S3=http://127.0.0.1:5000` names a server that speaks S3 with a bucket `lake` and any key; for example
//! `moto_server` of the Python package `moto[server]`.

use lake::{Lake, Options};
use schema::SourceKey;

use crate::rows::{NEW_YEAR, arrival, options, records, skip, table};

#[tokio::test(flavor = "multi_thread")]
async fn s3_keeps_every_record_once_with_two_writers() {
    let Some(endpoint) = std::env::var("MARGAY_TEST_S3").ok() else {
        skip("MARGAY_TEST_S3 does not name a server");
        return;
    };
    let storage = [
        ("aws_endpoint", endpoint.as_str()),
        ("aws_allow_http", "true"),
        ("aws_access_key_id", "test"),
        ("aws_secret_access_key", "test"),
        ("aws_region", "us-east-1"),
    ];
    let storage = storage.map(|(key, value)| (key.to_owned(), value.to_owned())).into_iter().collect();
    let options = Options { storage, ..options() };
    let run = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_nanos();
    let root = format!("s3://lake/test-{run}");
    let (first, second) = (Lake::open(&root, &options).await, Lake::open(&root, &options).await);
    let (first, second) = (first.expect("opens"), second.expect("opens"));
    let conn = table("connections");
    let at_new_year = |position: u64| NEW_YEAR + i64::try_from(position).expect("small");
    let writer = |lake: Lake| async move {
        for start in (0..500).step_by(100) {
            lake.append(vec![arrival(conn, 1, start..start + 100, at_new_year)]).await.expect("appends");
        }
    };
    tokio::join!(writer(first.clone()), writer(second.clone()));
    assert_eq!(records(&first, "connections").await, (500, 500));
    assert_eq!(second.position(conn, SourceKey(1)).await.expect("reads"), Some(500));
    first.compact(conn).await.expect("compacts");
    assert_eq!(records(&second, "connections").await, (500, 500));
    assert_eq!(first.verify().await, []);
}
