//! Where the fields of known products go; which product wrote a log follows from the names of its fields.

use std::str;

use schema::Timestamp;

use super::line::{Header, Separator, split};
use crate::{
    access::{is_nothing, push_clf},
    instant::NoInstant,
    json::{json_key, push_json_string},
    mapping::{ABSENT, Cell, Mapping, Output, Plan, Read, Record, places},
    number::is_json_number,
    parsed::{Fault, Reason},
    records::Input,
    url::without_port,
};

static HTTP: Mapping = Mapping {
    kind: "http",
    table: "http_requests",
    times: &["time_utc"],
    weight: None,
    constants: &[],
    columns: &[
        ("src_ip", &["c-ip"], Read::Ip),
        ("src_port", &["c-port"], Read::Int),
        ("dst_ip", &["r-ip"], Read::Ip),
        ("dst_ip", &["s-ip"], Read::Ip),
        ("dst_port", &["cs-uri-port"], Read::Int),
        ("dst_port", &["r-port"], Read::Int),
        ("dst_port", &["s-port"], Read::Int),
        ("method", &["cs-method"], Read::Upper),
        ("scheme", &["cs-uri-scheme"], Read::Lower),
        ("scheme", &["cs-uri"], Read::UrlScheme),
        ("host", &["cs-host"], Read::Host),
        ("host", &["cs(host)"], Read::Host),
        ("host", &["cs-uri"], Read::UrlHost),
        ("host", &["cs-uri-stem"], Read::UrlHost),
        ("path", &["cs-uri-path"], Read::UrlPath),
        ("path", &["cs-uri-stem"], Read::UrlPath),
        ("path", &["cs-uri"], Read::UrlPath),
        ("query", &["cs-uri-query"], Read::Query),
        ("query", &["cs-uri"], Read::UrlQuery),
        ("url", &["c-uri"], Read::Text),
        ("url", &["@url"], Read::Text),
        ("version", &["cs-version"], Read::HttpVersion),
        ("user_agent", &["@user_agent"], Read::Text),
        ("user_agent", &["cs(user-agent)"], Read::Text),
        ("referrer", &["cs(referer)"], Read::Text),
        ("referrer", &["cs(referrer)"], Read::Text),
        ("status", &["sc-status"], Read::Int),
        ("content_type", &["rs(content-type)"], Read::Text),
        ("content_type", &["sc(content-type)"], Read::Text),
        ("content_type", &["cs-mime-type"], Read::Text),
        ("request_bytes", &["cs-bytes"], Read::Int),
        ("response_bytes", &["sc-bytes"], Read::Int),
        ("duration_ns", &["@elapsed_s"], Read::Seconds),
        ("duration_ns", &["time-taken"], Read::Millis),
        ("action", &["sc-filter-result"], Read::Words(FILTER_RESULTS)),
        ("device", &["c-dns"], Read::Lower),
        ("user", &["@account"], Read::Text),
        ("user", &["cs-username"], Read::Text),
    ],
};

/// What ProxySG did with a request.
const FILTER_RESULTS: &[(&str, &str)] = &[("OBSERVED", "allowed"), ("PROXIED", "allowed"), ("DENIED", "blocked")];

static FIREWALL: Mapping = Mapping {
    kind: "pfirewall",
    table: "firewall_events",
    times: &["time_utc"],
    weight: None,
    constants: &[("device_source", "windows_firewall")],
    columns: &[
        ("src_ip", &["src-ip"], Read::Ip),
        ("src_port", &["src-port"], Read::Int),
        ("dst_ip", &["dst-ip"], Read::Ip),
        ("dst_port", &["dst-port"], Read::Int),
        ("protocol", &["protocol"], Read::Lower),
        ("action", &["action"], Read::Words(&[("ALLOW", "allow"), ("DROP", "block"), ("OPEN", "allow")])),
        ("action", &["action"], Read::Lower),
        ("src_bytes", &["size"], Read::Int),
    ],
};

/// Exchange's message tracking: one record an event of a message.
static TRACKING: Mapping = Mapping {
    kind: "message_tracking",
    table: "emails",
    times: &["time_utc"],
    weight: None,
    constants: &[],
    columns: &[
        ("message_id", &["@message_id"], Read::Text),
        ("message_id", &["message-id"], Read::Text),
        ("from_address", &["sender-address"], Read::Lower),
        ("from_domain", &["@from_domain"], Read::Domain),
        ("return_path", &["return-path"], Read::Lower),
        ("to_addresses", &["recipient-address"], Read::Texts),
        ("subject", &["message-subject"], Read::Text),
        ("src_ip", &["original-client-ip"], Read::Ip),
        ("src_ip", &["client-ip"], Read::Ip),
        ("helo", &["client-hostname"], Read::Text),
        ("size_bytes", &["total-bytes"], Read::Int),
        ("direction", &["directionality"], Read::Words(&[("Incoming", "inbound"), ("Originating", "outbound")])),
        ("action", &["event-id"], Read::Lower),
    ],
};

/// Exchange's front end, by which mailboxes are read over HTTP.
static HTTP_PROXY: Mapping = Mapping {
    kind: "http_proxy",
    table: "http_requests",
    times: &["time_utc"],
    weight: None,
    constants: &[],
    columns: &[
        ("src_ip", &["clientipaddress"], Read::Ip),
        ("method", &["method"], Read::Upper),
        ("host", &["urlhost"], Read::Host),
        ("path", &["urlstem"], Read::UrlPath),
        ("query", &["urlquery"], Read::Query),
        ("user_agent", &["useragent"], Read::Text),
        ("status", &["httpstatus"], Read::Int),
        ("request_bytes", &["requestbytes"], Read::Int),
        ("response_bytes", &["responsebytes"], Read::Int),
        ("duration_ns", &["totalrequesttime"], Read::Millis),
        ("user", &["@account"], Read::Text),
        ("user", &["authenticateduser"], Read::Text),
    ],
};

static EXCHANGE: Mapping = other("exchange", &[("product", "exchange")]);
static IIS: Mapping = other("iis", &[("product", "iis")]);
static OTHERS: Mapping = other("w3c_extended", &[("product", "w3c_extended")]);

const fn other(kind: &'static str, constants: &'static [(&'static str, &'static str)]) -> Mapping {
    Mapping {
        kind,
        table: "other_records",
        times: &["time_utc"],
        weight: None,
        constants,
        columns: &[
            ("host", &["s-computername"], Read::Lower),
            ("host", &["server-hostname"], Read::Lower),
            ("user", &["@account"], Read::Text),
            ("user", &["cs-username"], Read::Text),
            ("src_ip", &["c-ip"], Read::Ip),
            ("src_ip", &["client-ip"], Read::Ip),
            ("src_port", &["c-port"], Read::Int),
            ("dst_ip", &["s-ip"], Read::Ip),
            ("dst_ip", &["server-ip"], Read::Ip),
            ("dst_port", &["s-port"], Read::Int),
            ("message", &["data"], Read::Text),
        ],
    }
}

/// The mapping for a header, and what the records are called.
fn mapping(names: &[String], header: &Header<'_>) -> (&'static Mapping, String) {
    let has = |name: &str| names.iter().any(|known| known == name);
    let kind = if header.log_type.is_empty() { header.software } else { header.log_type };
    let is_ftp = has("x-session") || has("x-fullpath");
    let is_http =
        has("cs-method") && ["cs-uri-stem", "cs-uri", "cs-uri-path", "cs-host"].into_iter().any(has) && !is_ftp;
    let mapping = match () {
        () if is_http => &HTTP,
        () if has("src-ip") && has("dst-ip") && has("protocol") && has("action") => &FIREWALL,
        () if has("message-id") && has("recipient-address") => &TRACKING,
        () if has("urlstem") && has("clientipaddress") && has("method") => &HTTP_PROXY,
        () if header.software.contains("Exchange") => &EXCHANGE,
        () if header.software.contains("Internet Information Services") => &IIS,
        () => &OTHERS,
    };
    (mapping, if kind.is_empty() { mapping.kind.to_owned() } else { kind.to_owned() })
}

/// Fields that are made of others; no header names a field so.
const MADE: [&str; 7] = ["time_utc", "@url", "@user_agent", "@elapsed_s", "@account", "@message_id", "@from_domain"];

/// Reads the records below one header.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    header: Header<'a>,
    plan: Plan,
    /// Of the header's fields, then of those made of others; lower-case.
    names: Vec<String>,
    /// The same as JSON keys.
    keys: Vec<String>,
    at: Vec<usize>,
    duplicate: Option<String>,
    clock: Clock,
    known: Known,
    fields: Vec<&'a str>,
    texts: String,
    /// Place of a cell, and where its text lies in `texts`.
    made: Vec<(usize, usize, usize)>,
}

/// Which fields hold the event time.
#[derive(Debug, Clone, Copy)]
enum Clock {
    DateAndTime(usize, usize),
    /// The date is in the header.
    Time(usize),
    /// One field with all of it.
    Whole(usize),
    None,
}

/// Places of fields that others are made of.
#[derive(Debug)]
struct Known {
    user_agent: usize,
    elapsed: usize,
    account: usize,
    message_id: usize,
    sender: usize,
    scheme: usize,
    host: usize,
    port: usize,
    path: usize,
    query: usize,
    whole_url: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(header: &Header<'a>) -> Self {
        let lower: Vec<String> = header.names.iter().map(|name| name.to_ascii_lowercase()).collect();
        let (mapping, kind) = mapping(&lower, header);
        let plan = Plan::new(mapping, &kind);
        let keys = header.names.iter().chain(&MADE).map(|name| json_key(name)).collect();
        let names: Vec<String> = lower.into_iter().chain(MADE.iter().map(|&name| name.to_owned())).collect();
        let mut sorted: Vec<&String> = names.iter().collect();
        sorted.sort();
        let duplicate = sorted.windows(2).find(|pair| pair.first() == pair.last()).and_then(|pair| pair.first());
        let duplicate = duplicate.map(|&name| name.clone());
        let place = |name: &str| names.iter().position(|known| known == name).unwrap_or(ABSENT);
        let first =
            |known: &[&str]| known.iter().map(|name| place(name)).find(|&place| place != ABSENT).unwrap_or(ABSENT);
        let clock = match (place("date"), place("time")) {
            (ABSENT, ABSENT) => {
                match first(&["date-time", "timestamp", "gmttime", "localtime", "x-timestamp", "datetime"]) {
                    ABSENT => Clock::None,
                    whole => Clock::Whole(whole),
                }
            }
            (ABSENT, time) => Clock::Time(time),
            (date, ABSENT) => Clock::Whole(date),
            (date, time) => Clock::DateAndTime(date, time),
        };
        let known = Known {
            user_agent: place("cs(user-agent)"),
            elapsed: place("time-taken"),
            account: first(&["cs-username", "authenticateduser"]),
            message_id: place("message-id"),
            sender: place("sender-address"),
            scheme: place("cs-uri-scheme"),
            host: first(&["cs-host", "cs(host)"]),
            port: first(&["cs-uri-port", "s-port"]),
            path: first(&["cs-uri-path", "cs-uri-stem"]),
            query: place("cs-uri-query"),
            whole_url: first(&["cs-uri", "cs-uri-stem"]),
        };
        let at = places(&plan, &names);
        Self {
            header: header.clone(),
            plan,
            names,
            keys,
            at,
            duplicate,
            clock,
            known,
            fields: Vec::new(),
            texts: String::new(),
            made: Vec::new(),
        }
    }

    pub(super) fn read(&mut self, input: Input<'a>, output: &mut Output) -> Result<(), Fault> {
        if let Some(name) = &self.duplicate {
            return Err(Fault::new(Reason::DuplicateKey, format!("the header names field \"{name}\" twice")));
        }
        if let Err(found) = split(input.text, &self.header, &mut self.fields) {
            let detail = format!("{found} fields where the header names {}", self.header.names.len());
            return Err(Fault::new(Reason::FieldCount, detail));
        }
        self.texts.clear();
        self.made.clear();
        self.undouble_quotes();
        self.make_time();
        self.make_texts();
        self.make_url();
        let mut cells: Vec<FieldCell<'_>> = self.fields.iter().map(|&text| FieldCell { text }).collect();
        cells.resize(self.names.len(), FieldCell { text: "" });
        for &(place, start, end) in &self.made {
            if let Some(cell) = cells.get_mut(place) {
                cell.text = self.texts.get(start..end).unwrap_or_default();
            }
        }
        let record = Record {
            position: input.position,
            raw: input.text,
            keys: &self.keys,
            cells: &cells,
            at: &self.at,
            live: None,
            undated: false,
        };
        output.add(&self.plan, &record)
    }

    fn field(&self, place: usize) -> Option<&'a str> {
        self.fields.get(place).copied().filter(|text| !is_nothing(text))
    }

    /// Notes what `write` appends as the text of a cell.
    fn make(&mut self, place: usize, write: impl FnOnce(&mut String)) {
        let start = self.texts.len();
        write(&mut self.texts);
        self.made.push((place, start, self.texts.len()));
    }

    fn make_named(&mut self, name: &str, write: impl FnOnce(&mut String)) {
        let place = self.names.iter().rposition(|known| known == name).unwrap_or(ABSENT);
        self.make(place, write);
    }

    /// A field whose content is in a made one is not told twice.
    fn forget(&mut self, place: usize) {
        if let Some(field) = self.fields.get_mut(place) {
            *field = "";
        }
    }

    /// In CSV two quotes within quotes stand for one.
    fn undouble_quotes(&mut self) {
        if self.header.separator != Separator::Comma {
            return;
        }
        for place in 0..self.fields.len() {
            if let Some(text) = self.field(place).filter(|text| text.contains("\"\"")) {
                self.make(place, |to| to.push_str(&text.replace("\"\"", "\"")));
            }
        }
    }

    fn make_time(&mut self) {
        match self.clock {
            Clock::DateAndTime(date, time) => {
                let (Some(day), Some(clock)) = (self.field(date), self.field(time)) else { return };
                self.make_named("time_utc", |to| push_instant(day, clock, to));
                self.forget(date);
                self.forget(time);
            }
            Clock::Time(time) => {
                let (day, Some(clock)) = (self.header.date, self.field(time)) else { return };
                self.make_named("time_utc", |to| push_instant(day, clock, to));
                self.forget(time);
            }
            Clock::Whole(place) => {
                let Some(text) = self.field(place) else { return };
                self.make_named("time_utc", |to| push_clf(text, to));
                self.forget(place);
            }
            Clock::None => {}
        }
    }

    fn make_texts(&mut self) {
        if let Some(text) = self.field(self.known.user_agent) {
            let has_plus = !text.contains(' ') && text.contains('+');
            if has_plus {
                // IIS writes blanks as plus signs; real ones are rare in user agents.
                self.make_named("@user_agent", |to| to.extend(text.chars().map(|c| if c == '+' { ' ' } else { c })));
                self.forget(self.known.user_agent);
            }
        }
        if let Some(text) = self.field(self.known.elapsed).filter(|text| text.contains('.')) {
            // Whole numbers are milliseconds, decimals seconds.
            self.make_named("@elapsed_s", |to| to.push_str(text));
            self.forget(self.known.elapsed);
        }
        let account = self.field(self.known.account).and_then(|text| text.rsplit_once('\\'));
        if let Some((_, account)) = account {
            self.make_named("@account", |to| to.push_str(account));
        }
        let id = self.field(self.known.message_id).and_then(|id| id.strip_prefix('<')?.strip_suffix('>'));
        if let Some(id) = id {
            self.make_named("@message_id", |to| to.push_str(id));
            self.forget(self.known.message_id);
        }
        let domain = self.field(self.known.sender).and_then(|sender| sender.rsplit_once('@'));
        if let Some((_, domain)) = domain {
            self.make_named("@from_domain", |to| to.push_str(domain));
        }
    }

    /// The whole URL where all its parts are known.
    fn make_url(&mut self) {
        let known = &self.known;
        if let Some(whole) = self.field(known.whole_url).filter(|url| url.contains("://")) {
            let query = self.field(known.query).filter(|_| !whole.contains('?'));
            self.make_named("@url", |to| push_with_query(whole, query, to));
            return;
        }
        let (Some(host), Some(path)) = (self.field(known.host), self.field(known.path)) else { return };
        let (port, query) = (self.field(known.port), self.field(known.query));
        let scheme = match (self.field(known.scheme), port) {
            (Some(scheme), _) => scheme,
            (None, Some("443")) => "https",
            (None, Some("80")) => "http",
            _ => return,
        };
        // ProxySG calls the scheme of tunnels tcp.
        if !["http", "https", "ftp", "ws", "wss"].contains(&scheme) {
            return;
        }
        let usual = matches!((scheme, port), (_, None) | ("https", Some("443")) | ("http", Some("80")));
        let names_port = without_port(host).len() != host.len();
        self.make_named("@url", |to| {
            to.push_str(scheme);
            to.push_str("://");
            to.push_str(host);
            if !usual && !names_port {
                to.push(':');
                to.push_str(port.unwrap_or_default());
            }
            if !path.starts_with('/') {
                to.push('/');
            }
            push_with_query(path, query, to);
        });
    }
}

fn push_with_query(target: &str, query: Option<&str>, to: &mut String) {
    to.push_str(target);
    if let Some(query) = query {
        to.push_str(if query.starts_with('?') { "" } else { "?" });
        to.push_str(query);
    }
}

/// `2026-11-21` and `09:30:00` in UTC.
fn push_instant(day: &str, clock: &str, to: &mut String) {
    to.push_str(day);
    to.push('T');
    to.push_str(clock);
    if !clock.ends_with('Z') {
        to.push('Z');
    }
}

/// One field of one record.
#[derive(Debug, Clone, Copy)]
struct FieldCell<'a> {
    text: &'a str,
}

impl<'a> Cell<'a> for FieldCell<'a> {
    /// Lists of addresses are separated by semicolons.
    type Items = std::iter::Map<str::Split<'a, char>, fn(&'a str) -> Self>;

    fn is_unset(self) -> bool {
        is_nothing(self.text)
    }

    fn is_empty(self) -> bool {
        self.text.is_empty()
    }

    fn text<'s>(self, _scratch: &'s mut String) -> Option<&'s str>
    where
        'a: 's,
    {
        Some(self.text)
    }

    fn number(self) -> Option<&'a str> {
        Some(self.text)
    }

    fn bool(self) -> Option<bool> {
        None
    }

    fn instant(self, read: fn(&str) -> Result<Timestamp, NoInstant>) -> Result<Timestamp, NoInstant> {
        read(self.text)
    }

    fn items(self) -> Self::Items {
        self.text.split(';').map(|text| Self { text: text.trim_ascii() })
    }

    fn push_json(self, to: &mut String) {
        if is_json_number(self.text) {
            to.push_str(self.text);
        } else {
            push_json_string(self.text, to);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mappings_are_sound() {
        for mapping in [&HTTP, &HTTP_PROXY, &FIREWALL, &TRACKING, &EXCHANGE, &IIS, &OTHERS] {
            crate::mapping::check_mapping(mapping);
        }
    }
}
