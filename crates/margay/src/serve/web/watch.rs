//! Around every request: its id, its time limit, its line in the log, and an answer even where a handler has panicked.

use std::{panic::AssertUnwindSafe, time::Duration};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderValue, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::FutureExt;
use tokio::time::Instant;

use super::{super::App, Caller, Peer, Problem, request_id};

/// Until an answer begins. What is streamed after that has limits of its own.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) async fn watch(State(app): State<App>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = app.request_ids().next();
    let method = request.method().clone();
    // The pattern of the address and never what stands in its place or behind its `?`: these are people's questions.
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "page".to_owned(), |path| path.as_str().to_owned());
    let peer = request.extensions().get::<Peer>().map(|peer| peer.0.ip());
    app.metrics().begin();

    let work = AssertUnwindSafe(tokio::time::timeout(PATIENCE, next.run(request))).catch_unwind();
    let mut response = request_id::within(id.clone(), async {
        match work.await {
            Ok(Ok(response)) => response,
            Ok(Err(_)) => late().into_response(),
            Err(_) => {
                tracing::error!(request_id = request_id::current(), route, "a handler has panicked");
                broken().into_response()
            }
        }
    })
    .await;

    let (took, status) = (begun.elapsed(), response.status());
    app.metrics().end(method.as_str(), &route, status.as_u16(), took);
    let by = response.extensions().get::<Caller>().map(|caller| caller.id().to_owned());
    tracing::info!(
        target: "access",
        request_id = id,
        method = method.as_str(),
        route,
        status = status.as_u16(),
        milliseconds = took.as_secs_f64() * 1_000.0,
        by,
        address = peer.map(tracing::field::display),
    );
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(request_id::HEADER, id);
    }
    response
}

fn late() -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "late", "this took too long")
        .detail(format!("no answer has begun within {} s", PATIENCE.as_secs()))
        .hint("ask for less: a shorter time, fewer lines")
}

fn broken() -> Problem {
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the server has made a mistake")
        .hint("the request id stands in the server's log: please report it")
}
