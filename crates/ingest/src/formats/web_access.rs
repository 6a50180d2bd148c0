//! Access logs of Apache, nginx and those that write like them. Spec: <https://httpd.apache.org/docs/current/logs.html>.
//!
//! Common, combined and vhost_combined, and what people add behind them. Ingress-nginx and Traefik are known by the
//! shape of their additions; others are named where they name themselves and numbered where not.

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
    access::{COLUMNS, Line, Token, Tokens, is_nothing},
    frame::lines::{LineFramer, NoHeaders},
    mapping::{Mapping, Output},
    pairs::Pairs,
    parsed::{Fault, Reason},
    records::{Input, read_records},
};

pub(super) static FORMAT: Format = Format {
    name: "web_access",
    about: "Access logs of Apache, nginx, Traefik and others in the common or combined log format.",
    spec: "https://httpd.apache.org/docs/current/logs.html#accesslog",
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

/// How many lines are looked at: a scanner's rubbish may be among the first.
const LINES_LOOKED_AT: usize = 8;

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let lines = head.lines().take(LINES_LOOKED_AT).filter_map(|line| std::str::from_utf8(line).ok());
    let (mut fit, mut combined, mut through_syslog, mut all) = (0, 0, 0, 0);
    for line in lines {
        all += 1;
        let Some(line) = Line::split(line) else { continue };
        fit += 1;
        through_syslog += usize::from(!line.syslog.is_empty());
        let mut rest = Tokens { rest: line.rest };
        let is_combined = matches!((rest.next(), rest.next()), (Some(Token::Quoted(_)), Some(Token::Quoted(_))));
        combined += usize::from(is_combined);
    }
    let mostly_fits = fit > 0 && fit * 2 > all;
    let name = if combined > 0 { "combined" } else { "common" };
    // What came through syslog would else be taken for any message.
    let certainty = if through_syslog > 0 { Certainty::Certain } else { Certainty::Likely };
    mostly_fits.then(|| Recognition::new(certainty, format!("lines of the {name} log format")))
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let mut pairs = Pairs::new();
    read_records(raw, &mut output, |line, output| read(line, &mut pairs, output));
    output.finish(FORMAT.name, raw)
}

fn read<'a>(input: Input<'a>, pairs: &mut Pairs<'a>, output: &mut Output) -> Result<(), Fault> {
    let Some(line) = Line::split(input.text) else {
        let detail = "not of the form: host ident user [time] \"request\" status bytes";
        return Err(Fault::new(Reason::FieldCount, detail));
    };
    pairs.begin();
    let extras = line.push(pairs);
    if !push_ingress(extras, pairs) && !push_traefik(extras, pairs) {
        extras.push_extras(pairs);
    }
    pairs.add(&MAPPING, input, output)
}

/// What ingress-nginx adds, in its order.
const INGRESS: [&str; 9] = [
    "request_bytes",
    "request_time",
    "proxy_upstream_name",
    "proxy_alternative_upstream_name",
    "upstream_addr",
    "upstream_response_length",
    "upstream_response_time",
    "upstream_status",
    "req_id",
];

/// `418 0.003 [default-web-80] [] 10.0.0.7:8080 612 0.003 200 5b1c...`
fn push_ingress<'a>(extras: Tokens<'a>, pairs: &mut Pairs<'a>) -> bool {
    let mut tokens = extras;
    let first = [tokens.next(), tokens.next(), tokens.next(), tokens.next()];
    let [Some(Token::Bare(_)), Some(Token::Bare(_)), Some(Token::Bracketed(_)), Some(Token::Bracketed(_))] = first
    else {
        return false;
    };
    for (name, token) in INGRESS.into_iter().zip(extras) {
        if !is_nothing(token.text()) {
            pairs.push_number(name, token.text());
        }
    }
    let mut rest = extras;
    rest.nth(INGRESS.len() - 1);
    rest.push_extras(pairs);
    true
}

/// `1342 "shop@docker" "http://10.0.0.7:8080" 12ms`
fn push_traefik<'a>(extras: Tokens<'a>, pairs: &mut Pairs<'a>) -> bool {
    let mut tokens = extras;
    let parts = [tokens.next(), tokens.next(), tokens.next(), tokens.next(), tokens.next()];
    let [
        Some(Token::Bare(count)),
        Some(Token::Quoted(router)),
        Some(Token::Quoted(server)),
        Some(Token::Bare(took)),
        None,
    ] = parts
    else {
        return false;
    };
    let Some(took) = took.strip_suffix("ms") else { return false };
    for (name, text) in [("request_count", count), ("router", router), ("server_url", server), ("elapsed_ms", took)] {
        if !is_nothing(text) {
            pairs.push_number(name, text);
        }
    }
    true
}

#[cfg(test)]
mod tests {
    #[test]
    fn mapping_is_sound() {
        crate::mapping::check_mapping(&super::MAPPING);
    }
}
