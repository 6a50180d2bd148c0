//! Logs of HAProxy: HTTP, HTTPS, TCP, CLF and error lines. Spec: <https://docs.haproxy.org/3.0/configuration.html#8.2>.
//!
//! What syslog writes before them is passed over: the time that counts is when HAProxy accepted the connection. It has
//! no zone, so it is taken for UTC.

use std::net::IpAddr;

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
    access::{COLUMNS, Line, is_clf, is_nothing, push_clf, push_request, split_quoted},
    frame::lines::{LineFramer, NoHeaders},
    mapping::{Mapping, Output, Read},
    pairs::Pairs,
    parsed::{Fault, Reason},
    records::{Input, read_records},
    syslog::Header,
};

pub(super) static FORMAT: Format = Format {
    name: "haproxy",
    about: "Logs of the load balancer HAProxy, HTTP and TCP, with or without what syslog writes before them.",
    spec: "https://docs.haproxy.org/3.0/configuration.html#8.2",
    yields: &["http_requests", "connections", "other_records"],
    recognise,
    framer: LineFramer::<NoHeaders>::boxed,
    parse,
};

static HTTP: Mapping =
    Mapping { kind: "http", table: "http_requests", times: &["time"], weight: None, constants: &[], columns: COLUMNS };

static TCP: Mapping = Mapping {
    kind: "tcp",
    table: "connections",
    times: &["time"],
    weight: None,
    constants: &[("protocol", "tcp")],
    columns: &[
        ("src_ip", &["client"], Read::Ip),
        ("src_port", &["client_port"], Read::Int),
        ("duration_ns", &["elapsed_ms"], Read::Millis),
        ("dst_bytes", &["bytes"], Read::Int),
        ("state", &["termination_state"], Read::Text),
    ],
};

static ERROR: Mapping = other("error");
static NOTICE: Mapping = other("notice");

const fn other(kind: &'static str) -> Mapping {
    Mapping {
        kind,
        table: "other_records",
        times: &["time"],
        weight: None,
        constants: &[("product", "haproxy")],
        columns: &[
            ("host", &["log_host"], Read::Lower),
            ("message", &["message"], Read::Text),
            ("src_ip", &["client"], Read::Ip),
            ("src_port", &["client_port"], Read::Int),
        ],
    }
}

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let fits = head.mostly(|line| Entry::split(line).is_some_and(|entry| entry.is_telling()));
    fits.then(|| Recognition::new(Certainty::Certain, "lines with HAProxy's accept time, frontend and timers"))
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let mut pairs = Pairs::new();
    read_records(raw, &mut output, |line, output| read(line, &mut pairs, output));
    output.finish(FORMAT.name, raw)
}

fn read<'a>(input: Input<'a>, pairs: &mut Pairs<'a>, output: &mut Output) -> Result<(), Fault> {
    pairs.begin();
    let Some(entry) = Entry::split(input.text) else { return read_notice(input, pairs, output) };
    if let Some(host) = log_host(entry.before) {
        pairs.push("log_host", host);
    }
    if let Body::Clf(line) = &entry.body {
        push_clf_line(line, pairs);
        return pairs.add(&HTTP, input, output);
    }
    push_address(pairs, entry.client);
    if !entry.added.is_empty() {
        pairs.push("added", entry.added);
    }
    pairs.push_with("time", |to| push_clf(entry.time, to));
    match entry.body {
        Body::Http(fields, rest) => {
            push_http(pairs, &fields, rest);
            pairs.add(&HTTP, input, output)
        }
        Body::Tcp(fields, rest) => {
            push_tcp(pairs, &fields, rest);
            pairs.add(&TCP, input, output)
        }
        Body::Error(place, message) => {
            pairs.push("bind", place);
            pairs.push("message", message);
            pairs.add(&ERROR, input, output)
        }
        Body::Clf(_) => Ok(()),
    }
}

/// What HAProxy says of itself, such as `Server app/a is DOWN`: the time is that of syslog.
fn read_notice<'a>(input: Input<'a>, pairs: &mut Pairs<'a>, output: &mut Output) -> Result<(), Fault> {
    let header = Header::parse(input.text).ok();
    let is_own = |header: &Header<'_>| header.program.is_some_and(|program| program.contains("haproxy"));
    let Some(header) = header.filter(is_own) else {
        let detail = "not of the form: client:port [time] frontend backend/server timers ...";
        return Err(Fault::new(Reason::FieldCount, detail));
    };
    if let Some(host) = header.host {
        pairs.push("log_host", host);
    }
    if let Some((client, _)) = header.message.strip_prefix("Connect from ").and_then(|rest| rest.split_once(' ')) {
        push_address(pairs, client);
    }
    pairs.push("message", header.message);
    pairs.add_observed(&NOTICE, input, header.observed, output);
    Ok(())
}

/// One line, cut by its form.
#[derive(Debug)]
struct Entry<'a> {
    /// What syslog wrote.
    before: &'a str,
    client: &'a str,
    time: &'a str,
    /// Words that formats of one's own add.
    added: &'a str,
    body: Body<'a>,
}

#[derive(Debug)]
enum Body<'a> {
    /// Frontend, backend/server, timers, status, bytes, cookies, termination state, connections, queues; the rest.
    Http([&'a str; 10], &'a str),
    /// Frontend, backend/server, timers, bytes, termination state, connections, queues; the rest.
    Tcp([&'a str; 7], &'a str),
    /// Frontend and what listened, message.
    Error(&'a str, &'a str),
    Clf(Line<'a>),
}

impl<'a> Entry<'a> {
    fn split(text: &'a str) -> Option<Self> {
        let (before, own) = without_syslog(text);
        if !before.is_empty()
            && let Some(line) = Line::split(own)
        {
            return Some(Self { before, client: "", time: "", added: "", body: Body::Clf(line) });
        }
        let (client, rest) = own.split_once(" [")?;
        let (time, rest) = rest.split_once("] ")?;
        if !is_clf(time) || !client.contains(':') || client.contains(' ') {
            return None;
        }
        let (body, added) = body(rest)?;
        Some(Self { before, client, time, added, body })
    }

    /// Whether the form is one that nothing else writes.
    fn is_telling(&self) -> bool {
        !matches!(self.body, Body::Error(..) | Body::Clf(_)) || self.before.contains("haproxy")
    }
}

/// Formats of one's own mostly add words before the timers; more than these are another format.
const MAX_ADDED: usize = 4;

/// What follows the accept time, and words between server and timers that HAProxy's own formats do not have.
fn body(text: &str) -> Option<(Body<'_>, &str)> {
    if let Some((place, message)) = text.split_once(": ")
        && place.contains('/')
        && !place.contains(' ')
    {
        return Some((Body::Error(place, message), ""));
    }
    let mut rest = text;
    let (frontend, server) = (next_word(&mut rest), next_word(&mut rest));
    let added_from = rest;
    for _ in 0..MAX_ADDED {
        let mut behind = rest;
        if matches!(slashes(next_word(&mut behind)), 2 | 4) {
            break;
        }
        rest = behind;
    }
    let added = added_from.get(..added_from.len() - rest.len()).unwrap_or_default().trim_ascii();
    let mut behind = rest;
    let [timers, status, bytes, asked, given, state, connections, queues] =
        std::array::from_fn(|_| next_word(&mut behind));
    if slashes(timers) == 4 && state.len() == 4 && slashes(connections) == 4 && slashes(queues) == 1 {
        let fields = [frontend, server, timers, status, bytes, asked, given, state, connections, queues];
        return Some((Body::Http(fields, behind.trim_ascii()), added));
    }
    let [timers, bytes, state, connections, queues] = std::array::from_fn(|_| next_word(&mut rest));
    let is_tcp = slashes(timers) == 2 && state.len() == 2 && slashes(connections) == 4 && slashes(queues) == 1;
    let fields = [frontend, server, timers, bytes, state, connections, queues];
    is_tcp.then(|| (Body::Tcp(fields, rest.trim_ascii()), added))
}

fn slashes(text: &str) -> usize {
    text.bytes().filter(|&byte| byte == b'/').count()
}

/// Syslog's own words end in the name of the program with its number; without them the line is all HAProxy's.
fn without_syslog(text: &str) -> (&str, &str) {
    let place = memchr::memmem::find(text.as_bytes(), b"haproxy");
    let end = place.and_then(|place| Some(place + text.get(place..)?.find(": ")? + 2));
    let before_time = text.find(" [").unwrap_or(text.len());
    match end.filter(|&end| end <= before_time) {
        Some(end) => text.split_at_checked(end).unwrap_or(("", text)),
        None => ("", text),
    }
}

/// The word before the program's name.
fn log_host(before: &str) -> Option<&str> {
    let mut words = before.split_ascii_whitespace().rev();
    let _program = words.next()?;
    words.next().filter(|word| !word.contains([':', '<']))
}

fn next_word<'a>(rest: &mut &'a str) -> &'a str {
    let text = rest.trim_ascii_start();
    let end = memchr::memchr(b' ', text.as_bytes()).unwrap_or(text.len());
    let (word, behind) = text.split_at_checked(end).unwrap_or((text, ""));
    *rest = behind;
    word
}

/// `10.0.1.2:33317`, `2001:db8::1:33317`, `[2001:db8::1]:33317`, `unix:1`.
fn push_address(pairs: &mut Pairs<'_>, client: &str) {
    let Some((host, port)) = client.rsplit_once(':') else { return };
    let host = host.trim_matches(['[', ']']);
    if host.parse::<IpAddr>().is_ok() {
        pairs.push("client", host);
        pairs.push_number("client_port", port);
    } else if host != "-" {
        pairs.push("client_name", client);
    }
}

fn push_way<'a>(pairs: &mut Pairs<'a>, frontend: &'a str, server: &'a str) {
    // A tilde marks a frontend over TLS.
    if frontend.ends_with('~') {
        pairs.push("scheme", "https");
    }
    pairs.push("frontend", frontend.trim_end_matches('~'));
    let (backend, server) = server.split_once('/').unwrap_or((server, ""));
    pairs.push("backend", backend);
    if !is_nothing(server) {
        pairs.push("server", server);
    }
}

fn push_http<'a>(pairs: &mut Pairs<'a>, fields: &[&'a str; 10], rest: &'a str) {
    let &[frontend, server, timers, status, bytes, asked_cookie, given_cookie, state, connections, queues] = fields;
    push_way(pairs, frontend, server);
    push_timers(pairs, timers);
    push_status(pairs, status);
    // A plus sign says that the log was written before the transfer ended.
    pairs.push_number("bytes", bytes.trim_start_matches('+'));
    for (name, text) in [("captured_request_cookie", asked_cookie), ("captured_response_cookie", given_cookie)] {
        if !is_nothing(text) {
            pairs.push(name, text);
        }
    }
    push_state(pairs, state, connections, queues);
    let (captured, behind) = rest.split_once('"').unwrap_or((rest, ""));
    push_captured(pairs, captured.trim_ascii());
    let (request, extra) = split_quoted(behind).unwrap_or((behind.trim_end_matches('"'), ""));
    push_encoded_request(pairs, request);
    push_tls(pairs, extra.trim_ascii());
}

fn push_tcp<'a>(pairs: &mut Pairs<'a>, fields: &[&'a str; 7], rest: &'a str) {
    let &[frontend, server, timers, bytes, state, connections, queues] = fields;
    push_way(pairs, frontend, server);
    push_timers(pairs, timers);
    pairs.push_number("bytes", bytes.trim_start_matches('+'));
    push_state(pairs, state, connections, queues);
    if !rest.is_empty() {
        pairs.push("extra", rest);
    }
}

/// The last timer is the whole time; -1 says that a stage was not reached.
fn push_timers<'a>(pairs: &mut Pairs<'a>, timers: &'a str) {
    pairs.push("timers", timers);
    let total = timers.rsplit('/').next().unwrap_or_default().trim_start_matches('+');
    if !total.starts_with('-') {
        pairs.push_number("elapsed_ms", total);
    }
}

fn push_status<'a>(pairs: &mut Pairs<'a>, status: &'a str) {
    if status != "-1" && !is_nothing(status) {
        pairs.push_number("status", status);
    }
}

fn push_state<'a>(pairs: &mut Pairs<'a>, state: &'a str, connections: &'a str, queues: &'a str) {
    pairs.push("termination_state", state);
    pairs.push("connection_counts", connections);
    pairs.push("queues", queues);
}

/// `{one|two} {three}`: what was captured of the request, then of the response; only the configuration knows names.
fn push_captured<'a>(pairs: &mut Pairs<'a>, captured: &'a str) {
    let mut rest = captured;
    for name in ["captured_request_headers", "captured_response_headers"] {
        let Some((inside, behind)) = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) else { return };
        if !inside.is_empty() {
            pairs.push(name, inside);
        }
        rest = behind.trim_ascii_start();
    }
}

/// HAProxy writes characters that would confuse as `#` and two hex digits.
fn push_encoded_request(pairs: &mut Pairs<'_>, request: &str) {
    if request == "<BADREQ>" {
        pairs.push("request", request);
        return;
    }
    if !request.contains('#') {
        push_request(pairs, request);
        return;
    }
    let mut decoded = String::with_capacity(request.len());
    let mut pieces = request.split('#');
    decoded.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let byte = piece.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let character = byte.filter(|byte| (0x20..0x7f).contains(byte)).map(char::from);
        decoded.push(character.unwrap_or('#'));
        decoded.push_str(if character.is_some() { piece.get(2..).unwrap_or_default() } else { piece });
    }
    push_request(pairs, &decoded);
}

/// Behind the request of HTTPS logs: `0/0/0/0/0 www.example.com/TLSv1.3/TLS_AES_256_GCM_SHA384`.
fn push_tls<'a>(pairs: &mut Pairs<'a>, extra: &'a str) {
    if extra.is_empty() {
        return;
    }
    pairs.push("extra", extra);
    let mut parts = extra.rsplit(' ').next().unwrap_or_default().split('/');
    let (name, version) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    if version.starts_with("TLS") && !is_nothing(name) && pairs.get("server_name").is_none() {
        pairs.push("server_name", name);
    }
}

/// What `option httplog clf` adds to the common log format, in its order.
const CLF_EXTRAS: [&str; 20] = [
    "client_port",
    "accept_ms",
    "frontend",
    "backend",
    "server",
    "request_ms",
    "queue_ms",
    "connect_ms",
    "response_ms",
    "elapsed_ms",
    "termination_state",
    "active_connections",
    "frontend_connections",
    "backend_connections",
    "server_connections",
    "retries",
    "server_queue",
    "backend_queue",
    "captured_request_cookie",
    "captured_response_cookie",
];

fn push_clf_line<'a>(line: &Line<'a>, pairs: &mut Pairs<'a>) {
    let extras = line.push(pairs);
    for (name, token) in CLF_EXTRAS.into_iter().zip(extras) {
        let text = token.text();
        if !is_nothing(text) && text != "-1" {
            pairs.push_number(name, text);
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn mappings_are_sound() {
        for mapping in [&super::HTTP, &super::TCP, &super::ERROR, &super::NOTICE] {
            crate::mapping::check_mapping(mapping);
        }
    }
}
