//! One line of the common log format and its extensions: `host ident user [time] "request" status bytes ...`.

use std::{iter, net::IpAddr, ops::Range};

use crate::{
    access::{is_clf, is_iso, is_nothing, push_clf, push_request, push_unescaped, split_quoted},
    mapping::{Read, Rule},
    pairs::Pairs,
    url::without_port,
};

/// More words before the time are no line of this form.
const MAX_LEADING: usize = 24;

/// Names of what follows the fields that everybody knows, by place.
const EXTRAS: [&str; 24] = [
    "extra_1", "extra_2", "extra_3", "extra_4", "extra_5", "extra_6", "extra_7", "extra_8", "extra_9", "extra_10",
    "extra_11", "extra_12", "extra_13", "extra_14", "extra_15", "extra_16", "extra_17", "extra_18", "extra_19",
    "extra_20", "extra_21", "extra_22", "extra_23", "extra_24",
];

/// Where the fields of access logs go, those of proxies among them.
pub(crate) static COLUMNS: &[Rule] = &[
    ("src_ip", &["client"], Read::Ip),
    ("src_port", &["client_port"], Read::Int),
    ("dst_ip", &["server_ip"], Read::Ip),
    ("dst_port", &["server_port"], Read::Int),
    ("device", &["client_name"], Read::Lower),
    ("user", &["user"], Read::Text),
    ("method", &["method"], Read::Upper),
    ("host", &["server_name"], Read::Host),
    ("host", &["url"], Read::UrlHost),
    ("scheme", &["scheme"], Read::Lower),
    ("scheme", &["url"], Read::UrlScheme),
    ("path", &["target"], Read::UrlPath),
    ("query", &["target"], Read::UrlQuery),
    ("url", &["url"], Read::Text),
    ("version", &["version"], Read::HttpVersion),
    ("user_agent", &["user_agent"], Read::Text),
    ("referrer", &["referrer"], Read::Text),
    ("status", &["status"], Read::Int),
    ("content_type", &["content_type"], Read::Text),
    ("request_bytes", &["request_bytes"], Read::Int),
    ("response_bytes", &["bytes"], Read::Int),
    ("duration_ns", &["request_time"], Read::Seconds),
    ("duration_ns", &["rt"], Read::Seconds),
    ("duration_ns", &["elapsed_ms"], Read::Millis),
    ("action", &["action"], Read::Text),
];

/// A line, cut but not yet interpreted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    /// What syslog writes, where the server logs to it.
    pub(crate) syslog: &'a str,
    /// Before the host: the name of the server, or the clients that a proxy names.
    before: &'a str,
    client: &'a str,
    ident: &'a str,
    user: &'a str,
    time: &'a str,
    request: &'a str,
    status: &'a str,
    bytes: &'a str,
    /// What follows the size.
    pub(crate) rest: &'a str,
}

impl<'a> Line<'a> {
    pub(crate) fn split(text: &'a str) -> Option<Self> {
        let (leading, time, behind) = around_time(text)?;
        // A client may also be a socket: `unix:`.
        let syslog = leading.rsplit_once(": ").filter(|(header, _)| header.contains(':') && !header.ends_with("unix"));
        let (syslog, leading) = syslog.unwrap_or(("", leading));
        let leading = Leading::split(leading)?;
        let request_start = behind.find('"')?;
        let between = behind.get(..request_start)?;
        let (request, behind) = split_quoted(behind.get(request_start + 1..)?)?;
        let (status, behind) = word(behind);
        let (bytes, rest) = word(behind);
        let is_status = status == "-" || (status.len() == 3 && status.bytes().all(|byte| byte.is_ascii_digit()));
        let is_size = bytes == "-" || (!bytes.is_empty() && bytes.bytes().all(|byte| byte.is_ascii_digit()));
        if !is_status || !is_size || !between.trim_ascii().is_empty() {
            return None;
        }
        let Leading { before, client, ident, user } = leading;
        Some(Self { syslog, before, client, ident, user, time, request, status, bytes, rest })
    }

    /// Adds the fields up to the size, and referrer and user agent where they follow; gives what is behind them.
    pub(crate) fn push(&self, pairs: &mut Pairs<'a>) -> Tokens<'a> {
        pairs.push_with("time", |to| push_clf(self.time, to));
        let (origin, is_list) = self.client.split_once(',').map_or((self.client, false), |(first, _)| (first, true));
        push_client(pairs, origin);
        if is_list {
            pairs.push("x_forwarded_for", self.client);
        }
        push_set(pairs, "ident", self.ident);
        if !is_nothing(self.user) {
            pairs.push_with("user", |to| push_unescaped(self.user, to));
        }
        push_request(pairs, self.request);
        push_number(pairs, "status", self.status);
        push_number(pairs, "bytes", self.bytes);
        self.push_before(pairs);
        push_set(pairs, "syslog_header", self.syslog);
        let tokens = Tokens { rest: self.rest };
        let mut behind = tokens;
        if let (Some(Token::Quoted(referrer)), Some(Token::Quoted(user_agent))) = (behind.next(), behind.next()) {
            push_text(pairs, "referrer", referrer);
            push_text(pairs, "user_agent", user_agent);
            return behind;
        }
        tokens
    }

    /// The virtual host with its port, then the clients that a proxy names.
    fn push_before(&self, pairs: &mut Pairs<'_>) {
        let (server, clients) = word(self.before);
        let is_client = |text: &str| text.ends_with(',') || text.starts_with('"') || is_ip(text);
        let only_clients = is_client(server) && (clients.is_empty() || !is_ip(server));
        let (server, clients) = if only_clients { ("", self.before) } else { (server, clients) };
        let clients = clients.trim_matches([' ', '"']);
        if !is_nothing(clients) {
            pairs.push("x_forwarded_for", clients);
        }
        if !is_nothing(server) {
            push_server(pairs, server);
        }
    }
}

fn push_server(pairs: &mut Pairs<'_>, server: &str) {
    if pairs.get("server_name").is_some() {
        pairs.push("virtual_host", server);
        return;
    }
    pairs.push("server_name", server);
    let Some((_, port)) = server.rsplit_once(':') else { return };
    if port.is_empty() || !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return;
    }
    pairs.push_number("server_port", port);
    let scheme = match port {
        "80" => "http",
        "443" => "https",
        _ => return,
    };
    pairs.push("scheme", scheme);
    let host = without_port(server);
    if let Some(target) = pairs.get("target").filter(|target| target.starts_with('/')).map(str::to_owned) {
        pairs.push("url", &[scheme, "://", host, &target].concat());
    }
}

/// The text before the time in brackets, the time, and what follows it.
fn around_time(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let start = from + memchr::memmem::find(text.as_bytes().get(from..)?, b" [")?;
        let inside = text.get(start + 2..)?;
        if is_clf(inside) || is_iso(inside) {
            let (time, behind) = inside.split_once(']')?;
            return Some((text.get(..start)?, time, behind));
        }
        from = start + 2;
    }
}

/// What stands before the time.
#[derive(Debug)]
struct Leading<'a> {
    before: &'a str,
    client: &'a str,
    ident: &'a str,
    user: &'a str,
}

impl<'a> Leading<'a> {
    /// The ident is mostly unset; where it is not, the client is one word. User names may hold blanks.
    fn split(text: &'a str) -> Option<Self> {
        let words: Vec<Range<usize>> = words(text).take(MAX_LEADING + 1).collect();
        let word = |place: usize| words.get(place).and_then(|range| text.get(range.clone()));
        let count = words.len();
        if !(3..=MAX_LEADING).contains(&count) {
            return None;
        }
        let unset = (1..count - 1).find(|&place| word(place) == Some("-"));
        let names_server = count > 3 && word(1).is_some_and(is_ip) && !word(0).is_some_and(is_ip);
        let ident = unset.unwrap_or(if names_server { 2 } else { 1 });
        // Clients in a list are those that a proxy names.
        let is_listed = |place: usize| word(place).is_some_and(|word| word.ends_with(','));
        let client =
            (1..ident).rev().take_while(|&place| is_listed(place - 1)).last().map_or(ident - 1, |place| place - 1);
        let between = |from: usize, to: usize| {
            let (from, to) = (words.get(from)?.start, words.get(to.checked_sub(1)?)?.end);
            text.get(from..to)
        };
        Some(Self {
            before: between(0, client).unwrap_or_default(),
            client: between(client, ident)?,
            ident: word(ident)?,
            user: between(ident + 1, count)?,
        })
    }
}

/// Where the words of a text are.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    iter::from_fn(move || {
        let rest = text.as_bytes().get(at..)?;
        let start = at + rest.iter().position(|&byte| byte != b' ')?;
        let length = memchr::memchr(b' ', text.as_bytes().get(start..)?);
        let end = length.map_or(text.len(), |length| start + length);
        at = end;
        Some(start..end)
    })
}

fn is_ip(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
}

/// The word at the start of the text, and what follows it.
fn word(text: &str) -> (&str, &str) {
    let text = text.trim_ascii_start();
    let end = memchr::memchr(b' ', text.as_bytes()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// One piece of what follows the fields that everybody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    Quoted(&'a str),
    /// Between brackets.
    Bracketed(&'a str),
    Bare(&'a str),
    /// `name=value` and `name="value"`.
    Named(&'a str, &'a str),
}

impl<'a> Token<'a> {
    pub(crate) fn text(self) -> &'a str {
        match self {
            Self::Quoted(text) | Self::Bracketed(text) | Self::Bare(text) | Self::Named(_, text) => text,
        }
    }
}

/// Pieces from left to right.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tokens<'a> {
    pub(crate) rest: &'a str,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let text = self.rest.trim_ascii_start();
        if text.is_empty() {
            return None;
        }
        if let Some((inside, rest)) = text.strip_prefix('"').and_then(split_quoted) {
            self.rest = rest;
            return Some(Token::Quoted(inside));
        }
        if let Some((inside, rest)) = text.strip_prefix('[').and_then(|text| text.split_once(']')) {
            self.rest = rest;
            return Some(Token::Bracketed(inside));
        }
        let (bare, rest) = word(text);
        self.rest = rest;
        let Some((name, value)) = bare.split_once('=').filter(|(name, _)| is_name(name)) else {
            return Some(Token::Bare(bare));
        };
        let opened = text.get(name.len() + 1..).and_then(|value| value.strip_prefix('"'));
        if let Some((inside, rest)) = opened.and_then(split_quoted) {
            self.rest = rest;
            return Some(Token::Named(name, inside));
        }
        Some(Token::Named(name, value))
    }
}

fn is_name(text: &str) -> bool {
    let is_inside = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.len() <= 64 && text.bytes().all(is_inside)
}

impl<'a> Tokens<'a> {
    /// Adds what is left under the names it has, or by its form: addresses are those that a proxy names, the first
    /// decimal is the time that the request took. The rest is numbered.
    pub(crate) fn push_extras(self, pairs: &mut Pairs<'a>) {
        let (mut is_timed, mut is_forwarded) = (false, pairs.get("x_forwarded_for").is_some());
        for (place, token) in self.take(EXTRAS.len()).enumerate() {
            let text = token.text();
            if is_nothing(text) {
                continue;
            }
            if let Token::Named(name, _) = token
                && pairs.get(name).is_none()
            {
                push_plain(pairs, name, text);
                continue;
            }
            if !is_timed && matches!(token, Token::Bare(_) | Token::Quoted(_)) && is_decimal(text) {
                is_timed = true;
                pairs.push_number("request_time", text);
                continue;
            }
            if !is_forwarded && text.split(',').all(|part| is_ip(part.trim_ascii())) {
                is_forwarded = true;
                pairs.push("x_forwarded_for", text);
                continue;
            }
            let name = EXTRAS.get(place).copied().unwrap_or("extra");
            push_plain(pairs, name, text);
        }
        let rest = self.skip(EXTRAS.len()).map(Token::text).collect::<Vec<_>>();
        if !rest.is_empty() {
            pairs.push("extra", &rest.join(" "));
        }
    }
}

/// A number where it looks like one, else a text without escapes.
fn push_plain<'a>(pairs: &mut Pairs<'a>, name: &'a str, text: &str) {
    if text.contains('\\') {
        pairs.push_with(name, |to| push_unescaped(text, to));
    } else {
        pairs.push_number(name, text);
    }
}

/// `0.123`, as servers write seconds.
fn is_decimal(text: &str) -> bool {
    let Some((whole, decimals)) = text.split_once('.') else { return false };
    let are_digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    are_digits(whole) && are_digits(decimals)
}

pub(crate) fn push_client(pairs: &mut Pairs<'_>, client: &str) {
    if is_nothing(client) {
        return;
    }
    if is_ip(client) {
        pairs.push("client", client);
        return;
    }
    let with_port = client.rsplit_once(':').filter(|(host, _)| is_ip(host.trim_matches(['[', ']'])));
    if let Some((host, port)) = with_port {
        pairs.push("client", host.trim_matches(['[', ']']));
        pairs.push_number("client_port", port);
        return;
    }
    pairs.push("client_name", client);
}

fn push_set(pairs: &mut Pairs<'_>, name: &'static str, text: &str) {
    if !is_nothing(text) {
        pairs.push(name, text);
    }
}

fn push_number(pairs: &mut Pairs<'_>, name: &'static str, text: &str) {
    if !is_nothing(text) {
        pairs.push_number(name, text);
    }
}

fn push_text(pairs: &mut Pairs<'_>, name: &'static str, text: &str) {
    if !is_nothing(text) {
        pairs.push_with(name, |to| push_unescaped(text, to));
    }
}
