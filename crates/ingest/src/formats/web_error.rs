//! Error logs of Apache and nginx. Spec: <https://httpd.apache.org/docs/current/mod/core.html#errorlogformat>.
//!
//! Apache's before and since 2.4, nginx's with what it says of the request. Their times have no zone, so they are UTC.

use std::net::IpAddr;

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
    access::{is_nothing, push_asctime, push_request, push_slashed, push_unescaped, split_quoted},
    frame::lines::{LineFramer, NoHeaders},
    mapping::{Mapping, Output, Read},
    pairs::Pairs,
    parsed::{Fault, Reason},
    records::{Input, read_records},
};

pub(super) static FORMAT: Format = Format {
    name: "web_error",
    about: "Error logs of Apache and nginx, with client, level and module.",
    spec: "https://httpd.apache.org/docs/current/logs.html#errorlog",
    yields: &["other_records"],
    recognise,
    framer: LineFramer::<NoHeaders>::boxed,
    parse,
};

static APACHE: Mapping = mapping(&[("product", "apache")]);
static NGINX: Mapping = mapping(&[("product", "nginx")]);

const fn mapping(constants: &'static [(&'static str, &'static str)]) -> Mapping {
    Mapping {
        kind: "error",
        table: "other_records",
        times: &["time"],
        weight: None,
        constants,
        columns: &[
            ("message", &["message"], Read::Text),
            ("src_ip", &["client"], Read::Ip),
            ("src_port", &["client_port"], Read::Int),
        ],
    }
}

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let of = |server| Recognition::new(Certainty::Certain, format!("time and level as in the error log of {server}"));
    if head.mostly(|line| Apache::split(line).is_some()) {
        return Some(of("Apache"));
    }
    head.mostly(|line| Nginx::split(line).is_some()).then(|| of("nginx"))
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let mut pairs = Pairs::new();
    read_records(raw, &mut output, |line, output| read(line, &mut pairs, output));
    output.finish(FORMAT.name, raw)
}

fn read<'a>(input: Input<'a>, pairs: &mut Pairs<'a>, output: &mut Output) -> Result<(), Fault> {
    pairs.begin();
    if let Some(line) = Apache::split(input.text) {
        line.push(pairs);
        return pairs.add(&APACHE, input, output);
    }
    if let Some(line) = Nginx::split(input.text) {
        line.push(pairs);
        return pairs.add(&NGINX, input, output);
    }
    Err(Fault::new(Reason::FieldCount, "no time and level as in an error log of Apache or nginx"))
}

/// `[Sat Nov 21 09:30:00.123456 2026] [core:error] [pid 1:tid 2] (2)No such file: [client 192.0.2.1:55] AH1: text`.
#[derive(Debug)]
struct Apache<'a> {
    time: &'a str,
    /// Module and level, or the level alone.
    level: &'a str,
    rest: &'a str,
}

impl<'a> Apache<'a> {
    fn split(text: &'a str) -> Option<Self> {
        let (time, rest) = text.strip_prefix('[')?.split_once("] ")?;
        let is_time = matches!(time.as_bytes(), [_, _, _, b' ', _, _, _, b' ', .., b'0'..=b'9'] if (24..=32).contains(&time.len()));
        let (level, rest) = rest.trim_ascii_start().strip_prefix('[')?.split_once(']')?;
        let is_level = is_level(level.rsplit(':').next().unwrap_or_default());
        (is_time && is_level).then(|| Self { time, level, rest: rest.trim_ascii_start() })
    }

    fn push(&self, pairs: &mut Pairs<'a>) {
        pairs.push_with("time", |to| push_asctime(self.time, to));
        let (module, level) = self.level.rsplit_once(':').unwrap_or(("", self.level));
        pairs.push("level", level);
        if !is_nothing(module) {
            pairs.push("module", module);
        }
        let mut rest = self.rest;
        while let Some((inside, behind)) = bracketed(rest) {
            let (name, value) = inside.split_once(' ').unwrap_or(("", inside));
            match name {
                "pid" => push_process(pairs, value),
                "client" | "remote" => push_client(pairs, value, !module.is_empty()),
                _ => break,
            }
            rest = behind;
        }
        // An error of the system stands before the client.
        if rest.starts_with('(')
            && let Some((error, behind)) = rest.split_once(": [client ")
            && let Some((client, behind)) = behind.split_once("] ")
        {
            pairs.push("system_error", error);
            push_client(pairs, client, !module.is_empty());
            rest = behind;
        }
        let (message, referrer) = rest.rsplit_once(", referer: ").unwrap_or((rest, ""));
        pairs.push_with("message", |to| push_unescaped(message, to));
        if !referrer.is_empty() {
            pairs.push("referrer", referrer);
        }
    }
}

/// What stands between brackets at the start, and what follows.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let (inside, behind) = text.strip_prefix('[')?.split_once(']')?;
    Some((inside, behind.trim_ascii_start()))
}

/// `123` or `123:tid 456`.
fn push_process<'a>(pairs: &mut Pairs<'a>, text: &'a str) {
    let (process, thread) = text.split_once(":tid ").unwrap_or((text, ""));
    pairs.push_number("pid", process);
    if !thread.is_empty() {
        pairs.push_number("tid", thread);
    }
}

/// Apache writes addresses of either version with their port, since it names modules. ModSecurity repeats the address.
fn push_client<'a>(pairs: &mut Pairs<'a>, text: &'a str, has_port: bool) {
    if pairs.get("client").is_some() {
        return;
    }
    let is_ip = |host: &str| host.parse::<IpAddr>().is_ok();
    let with_port = text.rsplit_once(':').map(|(host, port)| (host.trim_matches(['[', ']']), port));
    match with_port.filter(|(host, _)| is_ip(host) && (has_port || !is_ip(text))) {
        Some((host, port)) => {
            pairs.push("client", host);
            pairs.push_number("client_port", port);
        }
        None => pairs.push("client", text),
    }
}

fn is_level(word: &str) -> bool {
    let levels = ["emerg", "alert", "crit", "error", "warn", "notice", "info", "debug"];
    // Apache numbers its traces from 1 to 8.
    levels.contains(&word) || word.strip_prefix("trace").is_some_and(|number| number.len() == 1)
}

/// `2026/11/21 09:30:00 [error] 12#34: *56 text, client: 192.0.2.1, server: a, request: "GET / HTTP/1.1", host: "a"`.
#[derive(Debug)]
struct Nginx<'a> {
    time: &'a str,
    level: &'a str,
    process: &'a str,
    rest: &'a str,
}

impl<'a> Nginx<'a> {
    fn split(text: &'a str) -> Option<Self> {
        let (time, rest) = text.split_at_checked(19)?;
        let (level, rest) = rest.strip_prefix(" [")?.split_once("] ")?;
        let (process, rest) = rest.split_once(": ")?;
        let is_time = matches!(time.as_bytes(), [b'0'..=b'9', _, _, _, b'/', _, _, b'/', _, _, b' ', ..]);
        let is_process =
            process.split('#').count() == 2 && process.bytes().all(|byte| byte.is_ascii_digit() || byte == b'#');
        (is_time && is_level(level) && is_process).then_some(Self { time, level, process, rest })
    }

    fn push(&self, pairs: &mut Pairs<'a>) {
        pairs.push_with("time", |to| push_slashed(self.time, to));
        pairs.push("level", self.level);
        let (process, thread) = self.process.split_once('#').unwrap_or((self.process, ""));
        pairs.push_number("pid", process);
        pairs.push_number("tid", thread);
        let connection = self.rest.strip_prefix('*').and_then(|rest| rest.split_once(' '));
        let (connection, rest) = connection.unwrap_or(("", self.rest));
        if !connection.is_empty() {
            pairs.push_number("connection", connection);
        }
        // What nginx knows of the request follows the message; the first of these names begins it.
        let start = rest.find(", client: ").unwrap_or(rest.len());
        let (message, mut context) = rest.split_at_checked(start).unwrap_or((rest, ""));
        pairs.push_with("message", |to| push_unescaped(message, to));
        while let Some((name, value, behind)) = context_field(context) {
            match name {
                "client" => push_client(pairs, value, false),
                "request" => push_request(pairs, value),
                _ => pairs.push(name, value),
            }
            context = behind;
        }
    }
}

/// `, name: value` or `, name: "value"` at the start, and what follows.
fn context_field(text: &str) -> Option<(&str, &str, &str)> {
    let (name, rest) = text.strip_prefix(", ")?.split_once(": ")?;
    if let Some((value, behind)) = rest.strip_prefix('"').and_then(split_quoted) {
        return Some((name, value, behind));
    }
    let end = rest.find(", ").unwrap_or(rest.len());
    let (value, behind) = rest.split_at_checked(end)?;
    Some((name, value, behind))
}

#[cfg(test)]
mod tests {
    #[test]
    fn mappings_are_sound() {
        crate::mapping::check_mapping(&super::APACHE);
        crate::mapping::check_mapping(&super::NGINX);
    }
}
