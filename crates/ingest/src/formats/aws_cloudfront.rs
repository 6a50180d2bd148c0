//! Access logs of AWS CloudFront: W3C lines with tabs, whose `#Fields` header says what they hold.
//!
//! Spec: the "Standard logging reference" page. Values are percent-encoded, mostly twice where a blank was; they are
//! decoded once, as the client sent them.

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Reason, Recognition,
    frame::lines::{Headers, LineFramer},
    mapping::{Mapping, Output, Read},
    pairs::Pairs,
    parsed::Fault,
    records::{Input, read_records},
};

pub(super) static FORMAT: Format = Format {
    name: "aws_cloudfront",
    about: "Access logs of AWS CloudFront distributions, W3C form.",
    spec: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html",
    yields: &["http_requests"],
    recognise,
    framer: LineFramer::<FieldsLine>::boxed,
    parse,
};

const MARK: &str = "#Fields:";

static REQUESTS: Mapping = Mapping {
    kind: "cloudfront",
    table: "http_requests",
    times: &["=time", "timestamp(ms)", "timestamp"],
    weight: None,
    constants: &[],
    columns: &[
        ("uid", &["x-edge-request-id"], Read::Text),
        ("src_ip", &["c-ip"], Read::Ip),
        ("src_port", &["c-port"], Read::Int),
        ("method", &["cs-method"], Read::Upper),
        ("scheme", &["cs-protocol"], Read::Lower),
        ("url", &["=url"], Read::Text),
        ("host", &["x-host-header"], Read::Host),
        ("host", &["cs(Host)"], Read::Host),
        ("path", &["cs-uri-stem"], Read::Text),
        ("query", &["cs-uri-query"], Read::Query),
        ("version", &["cs-protocol-version"], Read::HttpVersion),
        ("user_agent", &["cs(User-Agent)"], Read::Text),
        ("referrer", &["cs(Referer)"], Read::Text),
        ("status", &["sc-status"], Read::Int),
        ("content_type", &["sc-content-type"], Read::Text),
        ("request_bytes", &["cs-bytes"], Read::Int),
        ("response_bytes", &["sc-bytes"], Read::Int),
        ("duration_ns", &["time-taken"], Read::Seconds),
        ("country", &["c-country"], Read::Upper),
        ("asn", &["asn"], Read::Int),
        ("asn", &["c-asn"], Read::Int),
    ],
};

/// The last line with the names of the fields.
#[derive(Debug, Default)]
struct FieldsLine {
    line: Vec<u8>,
}

impl Headers for FieldsLine {
    const MARK: Option<u8> = Some(b'#');

    fn note(&mut self, line: &[u8]) {
        if line.starts_with(MARK.as_bytes()) {
            self.line = [line, b"\n"].concat();
        }
    }

    fn in_force(&self) -> Vec<u8> {
        self.line.clone()
    }
}

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let mut comments = head.lines().take(5).take_while(|line| line.first() == Some(&b'#'));
    let fields = comments.find_map(|line| std::str::from_utf8(line).ok()?.strip_prefix(MARK))?;
    let is_ours = fields.split_ascii_whitespace().any(|name| name.starts_with("x-edge-"));
    is_ours.then(|| Recognition::new(Certainty::Certain, "header #Fields with names that begin with x-edge-"))
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let mut pairs = Pairs::new();
    let header = std::str::from_utf8(&raw.preamble.header).unwrap_or_default();
    let mut names = names(header);
    let mut values = Vec::new();
    read_records(raw, &mut output, |input, output| {
        if let Some(fields) = input.text.strip_prefix(MARK) {
            names = fields.split_ascii_whitespace().collect();
            return Ok(());
        }
        if input.text.starts_with('#') {
            return Ok(());
        }
        values.clear();
        values.extend(input.text.split('\t'));
        add(&names, &values, &mut pairs, input, output)
    });
    output.finish(FORMAT.name, raw)
}

fn names(header: &str) -> Vec<&str> {
    header.trim_end().strip_prefix(MARK).unwrap_or_default().split_ascii_whitespace().collect()
}

fn add<'a>(
    names: &[&'a str],
    values: &[&'a str],
    pairs: &mut Pairs<'a>,
    input: Input<'a>,
    output: &mut Output,
) -> Result<(), Fault> {
    if names.is_empty() {
        return Err(Fault::new(Reason::NoHeader, "a line before any #Fields"));
    }
    if values.len() != names.len() {
        let detail = format!("{} values where #Fields names {}", values.len(), names.len());
        return Err(Fault::new(Reason::FieldCount, detail));
    }
    pairs.begin();
    let value = |name: &str| {
        let place = names.iter().position(|known| *known == name)?;
        values.get(place).copied().filter(|value| *value != "-")
    };
    if let (Some(date), Some(time)) = (value("date"), value("time")) {
        pairs.push("=time", &format!("{date}T{time}Z"));
    }
    let host = value("x-host-header").or(value("cs(Host)"));
    if let (Some(path), Some(host)) = (value("cs-uri-stem"), host) {
        let scheme = value("cs-protocol").unwrap_or("http");
        let query = value("cs-uri-query").map(|query| ["?", query]).unwrap_or_default();
        pairs.push_with("=url", |to| {
            [scheme, "://", host, path].iter().chain(&query).for_each(|part| to.push_str(part))
        });
    }
    for (&name, &value) in names.iter().zip(values).filter(|(_, value)| !matches!(**value, "-" | "")) {
        match name {
            // Both are in the event time.
            "date" | "time" => {}
            "cs(User-Agent)" | "cs(Referer)" | "cs(Cookie)" => pairs.push_with(name, |to| push_decoded(value, to)),
            "cs-uri-stem" | "cs-uri-query" | "x-edge-request-id" => pairs.push(name, value),
            _ => pairs.push_number(name, value),
        }
    }
    pairs.add(&REQUESTS, input, output)
}

/// Undoes percent-encoding once; what is none, or gives no text, stays as it is.
fn push_decoded(value: &str, to: &mut String) {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        let hex = |at: usize| behind.get(at).and_then(|&byte| char::from(byte).to_digit(16));
        match (first, hex(0), hex(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = behind.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(first);
                rest = behind;
            }
        }
    }
    match String::from_utf8(bytes) {
        Ok(text) => to.push_str(&text),
        Err(_) => to.push_str(value),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_mapping_names_columns_that_exist() {
        crate::mapping::check_mapping(&super::REQUESTS);
    }

    #[test]
    fn percent_signs_are_undone_once() {
        for (value, wanted) in
            [("Mozilla/5.0%20(X11)", "Mozilla/5.0 (X11)"), ("a%2520b", "a%20b"), ("100%", "100%"), ("%ff", "%ff")]
        {
            let mut to = String::new();
            super::push_decoded(value, &mut to);
            assert_eq!(to, wanted);
        }
    }
}
