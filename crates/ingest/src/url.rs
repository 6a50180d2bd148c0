//! Parts of URLs, request targets and host names, as slices; nothing is decoded and nothing fails.

/// A lone dot is the root's name and stays.
pub(crate) fn without_final_dot(name: &str) -> &str {
    match name.strip_suffix('.') {
        Some(rest) if !rest.is_empty() => rest,
        _ => name,
    }
}

/// `host:8080` and `[::1]:8080` to the host; a bare IPv6 address has colons but no port.
pub(crate) fn without_port(host: &str) -> &str {
    if let Some(bracketed) = host.strip_prefix('[') {
        return bracketed.split(']').next().unwrap_or(bracketed);
    }
    match host.split_once(':') {
        Some((name, port)) if !name.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Parts of a request target (`/a?b`) or URL (`http://host/a?b`); absent parts are empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Url<'a> {
    pub(crate) scheme: &'a str,
    pub(crate) host: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
}

impl<'a> Url<'a> {
    pub(crate) fn split(text: &'a str) -> Self {
        let is_target = text.starts_with('/');
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) if !is_target && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                (scheme, rest)
            }
            _ => ("", text),
        };
        let authority_end = if scheme.is_empty() { 0 } else { rest.find(['/', '?', '#']).unwrap_or(rest.len()) };
        let (authority, target) = rest.split_at_checked(authority_end).unwrap_or(("", rest));
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self { scheme, host, path, query }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_urls_and_targets() {
        let parts = |text| {
            let Url { scheme, host, path, query } = Url::split(text);
            [scheme, host, path, query]
        };
        assert_eq!(parts("https://u:p@h.example:81/a/b?c?d"), ["https", "h.example:81", "/a/b", "c?d"]);
        assert_eq!(parts("/a?next=http://x/"), ["", "", "/a", "next=http://x/"]);
        assert_eq!(parts("http://h.example?q"), ["http", "h.example", "", "q"]);
        assert_eq!(parts("*"), ["", "", "*", ""]);
        assert_eq!(parts(""), ["", "", "", ""]);
    }

    #[test]
    fn hosts_without_port() {
        let hosts = ["a.example:80", "a.example", "[::1]:80", "::1", "a:b"].map(without_port);
        assert_eq!(hosts, ["a.example", "a.example", "::1", "::1", "a:b"]);
    }
}
