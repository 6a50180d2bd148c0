//! HTTP requests as detectors read them: who asked which site for what, and what came of it.

use std::net::IpAddr;

use arrow_array::{Int64Array, RecordBatch};
use schema::{Entity, EntityKind};

use super::{
    Ids, Text,
    columns::{ints, present},
    ids::Id,
};
use crate::Error;

/// Signs of a path or of a parameter's name; what has others is no part of an application's structure.
const PLAIN: &[u8] = b"._~-";
/// Longer parts of a path name one thing, and not a kind of things.
const PART_MAX: usize = 32;
/// Parts of a path and parameters that tell endpoints apart; attackers write the rest.
const PARTS_MAX: usize = 5;
const PARAMETERS_MAX: usize = 6;

/// Stands for a part that names one thing.
const ANY: &str = "*";

/// Columns that tell it: see [`COLUMNS`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Requests<'a> {
    ids: Ids<'a>,
    src: Text<'a>,
    dst: Text<'a>,
    host: Text<'a>,
    path: Text<'a>,
    query: Text<'a>,
    url: Text<'a>,
    pub(crate) method: Text<'a>,
    pub(crate) agent: Text<'a>,
    pub(crate) referrer: Text<'a>,
    ja3: Text<'a>,
    ja4: Text<'a>,
    action: Text<'a>,
    status: &'a Int64Array,
    bytes: &'a Int64Array,
}

/// What a detector of web traffic reads.
pub(crate) static COLUMNS: &[&str] = &[
    "src_ip",
    "dst_ip",
    "host",
    "path",
    "query",
    "url",
    "method",
    "user_agent",
    "referrer",
    "ja3",
    "ja4",
    "action",
    "content_type",
    "status",
    "response_bytes",
];

/// One of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'a> {
    pub(crate) id: Id<'a>,
    /// The client's address; where the log hides it, its TLS fingerprint.
    pub(crate) client: &'a str,
    /// The name asked for, or the server's address.
    pub(crate) site: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    /// Empty where the log does not say it.
    pub(crate) agent: &'a str,
    pub(crate) answer: Answer,
    pub(crate) bytes: Option<i64>,
}

/// What came of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It was served as requests mostly are; logs without a status are read so as well.
    Served,
    /// A device stopped it, or the server did not want or did not have it.
    Refused,
    /// The server failed.
    Failed,
}

impl<'a> Requests<'a> {
    pub(crate) fn of(rows: &'a RecordBatch) -> Result<Self, Error> {
        let text = |name| Text::of(rows, name);
        Ok(Self {
            ids: Ids::of(rows)?,
            src: text("src_ip")?,
            dst: text("dst_ip")?,
            host: text("host")?,
            path: text("path")?,
            query: text("query")?,
            url: text("url")?,
            method: text("method")?,
            agent: text("user_agent")?,
            referrer: text("referrer")?,
            ja3: text("ja3")?,
            ja4: text("ja4")?,
            action: text("action")?,
            status: ints(rows, "status")?,
            bytes: ints(rows, "response_bytes")?,
        })
    }

    /// `None` where a row says neither who asked nor for what.
    pub(crate) fn at(self, row: usize) -> Option<Request<'a>> {
        let client = said(self.src, row).or_else(|| self.fingerprint(row))?;
        let site = said(self.host, row).or_else(|| said(self.dst, row))?;
        let (path, query) = match said(self.path, row) {
            Some(path) => (path, said(self.query, row).unwrap_or("")),
            None => target(said(self.url, row)?),
        };
        let is_stopped = stopped(self.action.get(row).unwrap_or(""));
        let answer = if is_stopped { Answer::Refused } else { answer(present(self.status, row)) };
        let bytes = present(self.bytes, row).filter(|bytes| *bytes >= 0);
        let agent = self.agent.get(row).unwrap_or("");
        Some(Request { id: self.ids.at(row)?, client, site, path, query, agent, answer, bytes })
    }

    /// JA4 says the same of a browser at each visit, JA3 mostly does not.
    pub(crate) fn fingerprint(self, row: usize) -> Option<&'a str> {
        said(self.ja4, row).or_else(|| said(self.ja3, row))
    }
}

fn said(column: Text<'_>, row: usize) -> Option<&str> {
    column.get(row).filter(|text| !text.is_empty() && *text != "-")
}

/// Path and query of a URL, or of what stands in a request line.
fn target(url: &str) -> (&str, &str) {
    let behind = url.split_once("://").map_or(url, |(_, behind)| behind);
    let path = if url.starts_with('/') { url } else { behind.find('/').and_then(|at| behind.get(at..)).unwrap_or("/") };
    path.split_once('?').unwrap_or((path, ""))
}

fn stopped(action: &str) -> bool {
    const WORDS: [&str; 12] = [
        "block",
        "blocked",
        "deny",
        "denied",
        "drop",
        "dropped",
        "reject",
        "rejected",
        "challenge",
        "jschallenge",
        "managed_challenge",
        "captcha",
    ];
    WORDS.iter().any(|word| action.eq_ignore_ascii_case(word))
}

fn answer(status: Option<i64>) -> Answer {
    match status {
        Some(400..=499) => Answer::Refused,
        Some(500..=599) => Answer::Failed,
        _ => Answer::Served,
    }
}

/// The client of a request, and the column that has it: its address, or the TLS fingerprint where the log hides that.
pub(crate) fn client(name: &str) -> (Entity, &'static str) {
    match name.parse::<IpAddr>() {
        Ok(_) => (Entity::new(EntityKind::Ip, name), "src_ip"),
        // A JA3 is an MD5 in hexadecimal digits, a JA4 has parts.
        Err(_) => (Entity::new(EntityKind::Fingerprint, name), if name.contains('_') { "ja4" } else { "ja3" }),
    }
}

/// The site of a request, and the column that has it.
pub(crate) fn site(name: &str) -> (Entity, &'static str) {
    match name.parse::<IpAddr>() {
        Ok(_) => (Entity::new(EntityKind::Ip, name), "dst_ip"),
        Err(_) => (Entity::new(EntityKind::Domain, name), "host"),
    }
}

/// The endpoint that a request is for: its path without what names one thing, and the names of its parameters.
/// `/items/4711?sort=name&q=x` and `/items/12?q=y&sort=id` are one.
pub(crate) fn endpoint(path: &str, query: &str) -> String {
    let mut out = String::with_capacity(48);
    for part in path.split('/').filter(|part| !part.is_empty()).take(PARTS_MAX) {
        out.push('/');
        push_kind(&mut out, part);
    }
    if out.is_empty() {
        out.push('/');
    }
    let names = query.split(['&', ';']).map(|pair| pair.split('=').next().unwrap_or(pair));
    let mut names: Vec<&str> = names.filter(|name| !name.is_empty()).take(PARAMETERS_MAX).collect();
    names.sort_unstable();
    names.dedup();
    for (nth, name) in names.into_iter().enumerate() {
        out.push(if nth == 0 { '?' } else { '&' });
        push_kind(&mut out, name);
    }
    out
}

/// A word stays, numbers become `#`; what is long or has odd signs becomes [`ANY`].
fn push_kind(out: &mut String, part: &str) {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || PLAIN.contains(&byte);
    let dots_only = part.bytes().all(|byte| byte == b'.');
    if part.len() > PART_MAX || dots_only || !part.bytes().all(plain) {
        out.push_str(ANY);
        return;
    }
    let mut in_number = false;
    for byte in part.bytes() {
        let digit = byte.is_ascii_digit();
        if !digit {
            out.push(char::from(byte));
        } else if !in_number {
            out.push('#');
        }
        in_number = digit;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_forget_what_names_one_thing() {
        for (path, query, kind) in [
            ("/", "", "/"),
            ("", "", "/"),
            ("/items/4711/edit", "sort=name&q=x", "/items/#/edit?q&sort"),
            ("/a/..%2f..%2fetc", "", "/a/*"),
            ("/a/../../x", "", "/a/*/*/x"),
            ("/assets/app.9f3.js", "v=1", "/assets/app.#f#.js?v"),
            ("/x", "a' or 1=1&b", "/x?*&b"),
            ("/1/2/3/4/5/6/7", "", "/#/#/#/#/#"),
        ] {
            assert_eq!(endpoint(path, query), kind, "{path}?{query}");
        }
    }

    #[test]
    fn a_url_gives_path_and_query() {
        for (url, parts) in [
            ("https://a.example/x?y=1?2", ("/x", "y=1?2")),
            ("https://a.example", ("/", "")),
            ("/x?u=http://b.example/z", ("/x", "u=http://b.example/z")),
            ("a.example/x", ("/x", "")),
        ] {
            assert_eq!(target(url), parts, "{url}");
        }
    }

    #[test]
    fn what_was_stopped_was_refused() {
        assert_eq!(
            [None, Some(200), Some(304), Some(404), Some(503)].map(answer),
            [Answer::Served, Answer::Served, Answer::Served, Answer::Refused, Answer::Failed]
        );
        assert!(stopped("Block") && stopped("managed_challenge") && !stopped("allow") && !stopped(""));
    }
}
