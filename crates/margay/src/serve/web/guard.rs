//! Turns away requests that other web pages make a browser send, and names that are not ours.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{super::App, Problem};

pub(crate) async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let host = host(&request);
    if app.only_on_this_machine() && !host.as_ref().is_some_and(is_this_machine) {
        return Problem::new(StatusCode::MISDIRECTED_REQUEST, "wrong_host", "this server goes by another name")
            .detail("it listens on this machine alone, and is asked for by a name that could be anybody's")
            .hint("ask for 127.0.0.1, [::1] or localhost")
            .into_response();
    }
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !reads && let Err(why) = is_ours(request.headers(), host.as_ref()) {
        return Problem::new(StatusCode::FORBIDDEN, "other_origin", "another web page has sent this")
            .detail(why)
            .hint("send it from the page of this server; programs send no Origin")
            .into_response();
    }
    next.run(request).await
}

/// Of HTTP/1 in its header, of HTTP/2 in its address.
fn host(request: &Request) -> Option<Authority> {
    let named = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    match request.uri().authority() {
        Some(authority) => Some(authority.clone()),
        None => named?.parse().ok(),
    }
}

/// Somebody else's name may lead here as well (DNS rebinding); an address or `localhost` is nobody else's.
fn is_this_machine(host: &Authority) -> bool {
    let name = host.host().trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || name.parse::<std::net::IpAddr>().is_ok()
}

/// Browsers say where a request comes from and pages cannot change what they say; programs say nothing.
fn is_ours(headers: &HeaderMap, host: Option<&Authority>) -> Result<(), String> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("what is not text"));
    if let Some(site) = text("sec-fetch-site")
        && !matches!(site, "same-origin" | "none")
    {
        return Err(format!("the browser says that it comes from: {site}"));
    }
    let Some(origin) = text("origin") else { return Ok(()) };
    let of_origin = origin.split_once("://").and_then(|(_, rest)| rest.parse::<Authority>().ok());
    match (of_origin, host) {
        (Some(origin), Some(host)) if origin == *host => Ok(()),
        _ => Err("its Origin is not the address of this server".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(site: Option<&str>, origin: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in [("sec-fetch-site", site), ("origin", origin)] {
            if let Some(value) = value {
                headers.insert(name, value.parse().unwrap());
            }
        }
        is_ours(&headers, Some(&"127.0.0.1:8750".parse().unwrap())).is_ok()
    }

    #[test]
    fn only_our_own_page_and_programs_write() {
        assert!(asked(None, None));
        assert!(asked(Some("same-origin"), Some("http://127.0.0.1:8750")));
        assert!(!asked(Some("cross-site"), None));
        assert!(!asked(Some("same-site"), Some("http://127.0.0.1:8750")));
        for other in ["http://127.0.0.1:8751", "https://evil.example", "null", "http://127.0.0.1:8750.evil.example", ""]
        {
            assert!(!asked(None, Some(other)), "{other}");
        }
    }

    #[test]
    fn names_that_anybody_could_point_here_are_not_this_machine() {
        for name in ["127.0.0.1:8750", "localhost:1", "LOCALHOST", "[::1]:8750"] {
            assert!(is_this_machine(&name.parse().unwrap()), "{name}");
        }
        for name in ["evil.example:8750", "localhost.evil.example", "127.0.0.1.evil.example"] {
            assert!(!is_this_machine(&name.parse().unwrap()), "{name}");
        }
    }
}
