//! Tells answers apart by a tag, so that what a browser has already is not sent again.

use std::hash::BuildHasher;

use axum::{
    body::{Body, HttpBody, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{super::App, Problem};

/// Longer answers are sent as they are.
const TAGGED_BYTES_MAX: u64 = 8 << 20;

/// The hash has a key of this process: who writes logs cannot make two answers look like one.
pub(crate) async fn etag(State(app): State<App>, request: Request, next: Next) -> Response {
    let known = (request.method() == Method::GET).then(|| request.headers().get(header::IF_NONE_MATCH).cloned());
    let response = next.run(request).await;
    let Some(known) = known else { return response };
    let whole = HttpBody::size_hint(response.body()).exact().is_some_and(|bytes| bytes <= TAGGED_BYTES_MAX);
    if response.status() != StatusCode::OK || !whole {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, TAGGED_BYTES_MAX as usize).await else {
        return Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the answer broke off").into_response();
    };
    if !parts.headers.contains_key(header::ETAG) {
        let tag = format!("W/\"{:016x}\"", app.hasher().hash_one(&bytes));
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            parts.headers.insert(header::ETAG, tag);
        }
    }
    if known.is_some_and(|known| is_known(&known, &parts.headers)) {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_LENGTH);
        parts.headers.remove(header::CONTENT_TYPE);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// Weak tags compare by what stands in the quotes.
fn is_known(known: &HeaderValue, headers: &HeaderMap) -> bool {
    let (Some(tag), Ok(known)) = (headers.get(header::ETAG).and_then(|tag| tag.to_str().ok()), known.to_str()) else {
        return false;
    };
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    known.split(',').any(|one| one.trim() == "*" || bare(one) == bare(tag))
}
