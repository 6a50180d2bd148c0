//! For those who watch over the server: is it alive, is it ready, what has it counted, what can be asked.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use engine::Permission;
use utoipa::openapi::OpenApi;

use super::super::{
    App,
    web::{Answer, Caller, Peer, Problem},
};

/// The form that Prometheus reads.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

pub(super) async fn openapi() -> Json<OpenApi> {
    Json(super::description())
}

/// The process answers.
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// The store answers, and no stop was asked for.
pub(super) async fn readyz(State(app): State<App>) -> Answer<&'static str> {
    if *app.stopping().borrow() {
        let stopping = Problem::new(axum::http::StatusCode::SERVICE_UNAVAILABLE, "stopping", "the server is stopping");
        return Err(stopping.retry_after(10));
    }
    app.engine().newest().await?;
    Ok("ready\n")
}

/// For whoever asks from this machine itself, or with a key that may read the configuration.
pub(super) async fn metrics(
    State(app): State<App>,
    peer: Peer,
    caller: Option<axum::Extension<Caller>>,
    headers: HeaderMap,
) -> Answer<Response> {
    // What a proxy hands on comes from this machine and is not asked by it.
    let is_handed_on = headers.contains_key("x-forwarded-for") || headers.contains_key("forwarded");
    if !peer.0.ip().is_loopback() || is_handed_on {
        caller.ok_or_else(Problem::sign_in)?.0.needs(Permission::ReadConfiguration)?;
    }
    Ok(([(header::CONTENT_TYPE, OPEN_METRICS)], app.metrics().text()?).into_response())
}
