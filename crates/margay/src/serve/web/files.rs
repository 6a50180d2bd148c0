//! The page that is embedded in the binary, or one that says how to build it.

use axum::{
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::Problem;

/// Path and content of each file of the built page; none where it was not built.
static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// What is shown where the page was not built.
const NO_PAGE: &str = include_str!("no_page.html");

/// Files whose names hold a hash of their content never change.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// A file of the page, or the page itself: it reads the address by itself.
pub(crate) async fn page(request: Request) -> Response {
    let path = request.uri().path();
    if path.starts_with("/api/") {
        return Problem::not_found("there is nothing at this address")
            .hint("GET /api/v1/openapi.json lists all addresses")
            .into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Problem::new(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", "nothing can be sent to this address")
            .into_response();
    }
    let name = path.trim_start_matches('/');
    if let Some((_, bytes)) = FILES.iter().find(|(known, _)| *known == name && name != "index.html") {
        let lasting = if name.starts_with("assets/") { FOR_EVER } else { "no-cache" };
        return file(bytes, kind(name), lasting);
    }
    let looks_like_a_file =
        name.rsplit('/').next().is_some_and(|last| last.contains('.')) && name.starts_with("assets/");
    if looks_like_a_file {
        return Problem::not_found("the page has no such file").hint("load the page again").into_response();
    }
    let index = FILES.iter().find(|(known, _)| *known == "index.html").map_or(NO_PAGE.as_bytes(), |(_, bytes)| bytes);
    file(index, "text/html; charset=utf-8", "no-cache")
}

fn file(bytes: &'static [u8], kind: &'static str, lasting: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static(lasting)),
    ];
    (headers, bytes).into_response()
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}
