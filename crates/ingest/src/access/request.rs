//! Request lines and request targets into fields: `method`, `target`, `version`, and what an absolute target names.

use crate::{
    access::{is_nothing, push_unescaped},
    pairs::Pairs,
    url::{Url, without_port},
};

/// Longer words are no method. The longest of a registered one has 17 letters.
const MAX_METHOD: usize = 24;

/// What a request line holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequestPart {
    Method,
    Path,
    Query,
    Version,
}

/// A part of a request line; empty where it is none.
pub(crate) fn request_part(request: &str, part: RequestPart) -> &str {
    let Some((method, target, version)) = split(request) else { return "" };
    match part {
        RequestPart::Method => method,
        RequestPart::Path => Url::split(target).path,
        RequestPart::Query => Url::split(target).query,
        RequestPart::Version => version.strip_prefix("HTTP/").unwrap_or(version),
    }
}

/// Adds the fields of a request line as it stands between its quotes; what is no request stays one field.
pub(crate) fn push_request(pairs: &mut Pairs<'_>, request: &str) {
    if is_nothing(request) {
        return;
    }
    let Some((method, target, version)) = split(request) else {
        pairs.push("request", request);
        return;
    };
    pairs.push("method", method);
    push_target(pairs, method, target);
    if !version.is_empty() {
        pairs.push("version", version);
    }
}

/// Adds a target with its escapes undone; one that names a server also gives `url` or, with CONNECT, `server_name`.
pub(crate) fn push_target(pairs: &mut Pairs<'_>, method: &str, target: &str) {
    if method.eq_ignore_ascii_case("CONNECT") && !target.contains("://") && !target.starts_with('/') {
        let host = without_port(target);
        pairs.push("server_name", host);
        let port = target.rsplit_once(':').map(|(_, port)| port).filter(|port| is_port(port));
        if let Some(port) = port {
            pairs.push_number("server_port", port);
        }
        return;
    }
    pairs.push_with("target", |to| push_unescaped(target, to));
    let url = Url::split(target);
    if url.host.is_empty() {
        return;
    }
    pairs.push("server_name", url.host);
    pairs.push_with("url", |to| push_unescaped(target, to));
    let port = url.host.rsplit_once(':').map(|(_, port)| port).filter(|port| is_port(port));
    if let Some(port) = port {
        pairs.push_number("server_port", port);
    }
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Method, target and version. Targets with blanks, as attackers send them, stay whole.
fn split(request: &str) -> Option<(&str, &str, &str)> {
    let (method, rest) = request.split_once(' ')?;
    let is_method = !method.is_empty()
        && method.len() <= MAX_METHOD
        && method.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_'));
    if !is_method {
        return None;
    }
    let (target, version) = match rest.rsplit_once(' ') {
        Some((target, version)) if is_version(version) => (target, version),
        _ => (rest, ""),
    };
    let target = target.trim_ascii();
    let is_target = target.starts_with(['/', '*', '?']) || target.contains("://") || !version.is_empty();
    (is_target && !target.is_empty()).then_some((method, target, version))
}

/// `HTTP/1.1`; cameras also speak RTSP and telephones SIP.
fn is_version(word: &str) -> bool {
    let Some((protocol, number)) = word.split_once('/') else { return false };
    let is_protocol = ["HTTP", "RTSP", "SIP", "ICY"].iter().any(|known| protocol.eq_ignore_ascii_case(known));
    let is_number = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    is_protocol && !number.is_empty() && number.len() <= 4 && number.bytes().all(is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_have_three_parts() {
        assert_eq!(split("GET /a?b HTTP/1.1"), Some(("GET", "/a?b", "HTTP/1.1")));
        assert_eq!(split("GET /a b c HTTP/1.0"), Some(("GET", "/a b c", "HTTP/1.0")));
        assert_eq!(split("GET /"), Some(("GET", "/", "")));
        assert_eq!(split("OPTIONS * RTSP/1.0"), Some(("OPTIONS", "*", "RTSP/1.0")));
        assert_eq!(split("CONNECT a.example:443 HTTP/1.1"), Some(("CONNECT", "a.example:443", "HTTP/1.1")));
    }

    #[test]
    fn rubbish_is_no_request() {
        for text in ["", "GET", r"\x16\x03\x01 a", "SSH-2.0-Go", "t3 12.1.2", "GET  HTTP/1.1", "MGLNDD_1.2.3.4_80"] {
            assert_eq!(split(text), None, "{text}");
        }
    }
}
