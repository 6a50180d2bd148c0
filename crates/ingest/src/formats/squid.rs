//! Access logs of the Squid proxy. Spec: <https://wiki.squid-cache.org/Features/LogFormat>.
//!
//! Its native form, its common and combined forms (which end in the result of the cache) and its referrer log.

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
    access::{COLUMNS, Line, Token, Tokens, is_nothing, push_client, push_target, push_unescaped},
    frame::lines::{LineFramer, NoHeaders},
    mapping::{Mapping, Output},
    pairs::Pairs,
    parsed::{Fault, Reason},
    records::{Input, read_records},
};

pub(super) static FORMAT: Format = Format {
    name: "squid",
    about: "Access logs of the Squid proxy: native, common, combined, referrer.",
    spec: "https://wiki.squid-cache.org/Features/LogFormat",
    yields: &["http_requests"],
    recognise,
    framer: LineFramer::<NoHeaders>::boxed,
    parse,
};

static MAPPING: Mapping = Mapping {
    kind: "access",
    table: "http_requests",
    times: &["time"],
    weight: None,
    constants: &[],
    columns: COLUMNS,
};

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let fits = head.mostly(|line| Entry::split(line).is_some());
    fits.then(|| Recognition::new(Certainty::Certain, "lines with results of Squid's cache"))
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let mut pairs = Pairs::new();
    read_records(raw, &mut output, |line, output| read(line, &mut pairs, output));
    output.finish(FORMAT.name, raw)
}

fn read<'a>(input: Input<'a>, pairs: &mut Pairs<'a>, output: &mut Output) -> Result<(), Fault> {
    let Some(entry) = Entry::split(input.text) else {
        let detail = "not of the form: time elapsed client result/status bytes method URL user hierarchy/peer type";
        return Err(Fault::new(Reason::FieldCount, detail));
    };
    pairs.begin();
    match entry {
        Entry::Native(fields, rest) => push_native(pairs, &fields, rest),
        Entry::Clf(line, result) => {
            let extras = line.push(pairs);
            push_result(pairs, result.0);
            pairs.push("hierarchy", result.1);
            let is_result = |token: &Token<'_>| matches!(token, Token::Bare(text) if cache_result(text).is_some());
            for (place, token) in extras.filter(|token| !is_result(token)).enumerate() {
                let name = if place == 0 { "extra_1" } else { "extra_2" };
                pairs.push_with(name, |to| push_unescaped(token.text(), to));
            }
        }
        Entry::Referrer([time, client, referrer, url]) => {
            pairs.push("time", time);
            push_client(pairs, client);
            if !is_nothing(referrer) {
                pairs.push("referrer", referrer);
            }
            push_target(pairs, "", url);
        }
    }
    pairs.add(&MAPPING, input, output)
}

/// One line, by its form.
#[derive(Debug)]
enum Entry<'a> {
    /// Ten fields, and what follows them.
    Native([&'a str; 10], &'a str),
    /// A line of the common log format, and the cache's result with the hierarchy behind it.
    Clf(Line<'a>, (&'a str, &'a str)),
    /// Time, client, referrer, URL.
    Referrer([&'a str; 4]),
}

impl<'a> Entry<'a> {
    fn split(text: &'a str) -> Option<Self> {
        if let Some(line) = Line::split(text) {
            let last = line.rest.trim_ascii_end().rsplit(' ').next()?;
            return cache_result(last).map(|result| Self::Clf(line, result));
        }
        let text = without_syslog(text);
        let mut rest = text;
        let fields: [&str; 10] = std::array::from_fn(|_| next_word(&mut rest));
        let [time, elapsed, client, result, bytes, .., kind] = fields;
        if !is_time(time) {
            return None;
        }
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let elapsed = elapsed.strip_prefix('-').unwrap_or(elapsed);
        let is_native = is_number(elapsed) && is_number(bytes) && result.contains('/') && !kind.is_empty();
        if is_native {
            return Some(Self::Native(fields, rest.trim_ascii()));
        }
        let mut words = text.split_ascii_whitespace();
        let four = [words.next()?, words.next()?, words.next()?, words.next()?];
        let is_referrer = words.next().is_none() && four.last()?.contains("://") && !client.is_empty();
        is_referrer.then_some(Self::Referrer(four))
    }
}

/// Squid may write to syslog; what stands before its own line ends in `]: `.
fn without_syslog(text: &str) -> &str {
    let is_own = text.trim_ascii_start().split(' ').next().is_some_and(is_time);
    let behind = || text.split_once("]: ").map(|(_, own)| own);
    if is_own { text } else { behind().unwrap_or(text) }
}

/// Unix time with milliseconds.
fn is_time(word: &str) -> bool {
    let Some((seconds, millis)) = word.split_once('.') else { return false };
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (9..=11).contains(&seconds.len()) && millis.len() == 3 && are_digits(seconds) && are_digits(millis)
}

fn next_word<'a>(rest: &mut &'a str) -> &'a str {
    let text = rest.trim_ascii_start();
    let end = memchr::memchr(b' ', text.as_bytes()).unwrap_or(text.len());
    let (word, behind) = text.split_at_checked(end).unwrap_or((text, ""));
    *rest = behind;
    word
}

/// `TCP_MISS:HIER_DIRECT` of the common and combined forms.
fn cache_result(text: &str) -> Option<(&str, &str)> {
    let (result, hierarchy) = text.split_once(':')?;
    let is_word = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    let is_result = ["TCP_", "UDP_", "NONE", "SWAPFAIL"].iter().any(|start| result.starts_with(start));
    (is_result && is_word(result) && is_word(hierarchy)).then_some((result, hierarchy))
}

fn push_native<'a>(pairs: &mut Pairs<'a>, fields: &[&'a str; 10], rest: &'a str) {
    let &[time, elapsed, client, result, bytes, method, url, user, hierarchy, kind] = fields;
    pairs.push("time", time);
    pairs.push_number("elapsed_ms", elapsed);
    push_client(pairs, client);
    let (result, status) = result.split_once('/').unwrap_or((result, ""));
    push_result(pairs, result);
    // Squid writes 0 where the client left before there was a status.
    if !matches!(status, "000" | "0" | "" | "-") {
        pairs.push_number("status", status);
    }
    pairs.push_number("bytes", bytes);
    if !is_nothing(method) && method != "NONE" {
        pairs.push("method", method);
    }
    if url.starts_with("error:") {
        pairs.push("request", url);
    } else if !is_nothing(url) {
        push_target(pairs, method, url);
    }
    if !is_nothing(user) {
        pairs.push("user", user);
    }
    let (hierarchy, peer) = hierarchy.rsplit_once('/').unwrap_or((hierarchy, ""));
    pairs.push("hierarchy", hierarchy);
    if peer.parse::<std::net::IpAddr>().is_ok() {
        pairs.push("server_ip", peer);
    } else if !is_nothing(peer) {
        pairs.push("peer", peer);
    }
    if !is_nothing(kind) && kind != ":" {
        pairs.push("content_type", kind);
    }
    if !rest.is_empty() {
        let mut headers = Tokens { rest };
        let name = if matches!(headers.next(), Some(Token::Bracketed(_))) { "headers" } else { "extra" };
        pairs.push(name, rest);
    }
}

/// What the cache did, and whether it let the request pass.
fn push_result<'a>(pairs: &mut Pairs<'a>, result: &'a str) {
    pairs.push("result", result);
    if result.contains("DENIED") {
        pairs.push("action", "blocked");
    } else if !result.starts_with("NONE") {
        pairs.push("action", "allowed");
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn mapping_is_sound() {
        crate::mapping::check_mapping(&super::MAPPING);
    }
}
