//! An id for each request, that whoever asked and the log have in common.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::HeaderName;

pub(crate) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

tokio::task_local! {
    static CURRENT: String;
}

/// Makes ids that are unique over restarts: when the server was started, and a number.
#[derive(Debug)]
pub(crate) struct RequestIds {
    started_secs: i64,
    next: AtomicU64,
}

impl RequestIds {
    pub(crate) fn new(started_secs: i64) -> Self {
        Self { started_secs, next: AtomicU64::new(1) }
    }

    pub(crate) fn next(&self) -> String {
        format!("{:x}-{:x}", self.started_secs, self.next.fetch_add(1, Ordering::Relaxed))
    }
}

/// Does `work` as the request of this id.
pub(crate) async fn within<F: Future>(id: String, work: F) -> F::Output {
    CURRENT.scope(id, work).await
}

/// The id of the request that is being answered.
pub(crate) fn current() -> String {
    CURRENT.try_with(Clone::clone).unwrap_or_default()
}
