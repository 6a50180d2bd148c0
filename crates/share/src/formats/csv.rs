//! CSV with a header, as feeds and spreadsheets write it: columns are found by name, whatever their order.

use ::csv::{ReaderBuilder, StringRecord, Trim};
use schema::{Claim, Observable, Timestamp, Tlp};

use super::{Format, Intake, Lines, Said, instant};

pub(super) static FORMAT: Format = Format {
    name: "csv",
    about: "a table with a header; value, type, confidence, tlp, label, source, valid_until and the like by name",
    recognizes: |bytes| Layout::of(bytes).is_some(),
    decode,
    decode_lines: Some(decode_lines),
    encode: Some(encode),
};

/// Bytes within which the header must have come.
const SAMPLE: usize = 65_536;

const DELIMITERS: &[u8] = b",;\t";

/// Names of columns, lower-case without anything but letters and digits. The first that a header has is used.
const VALUE: &[&str] = &["indicator", "value", "ioc", "iocvalue", "indicatorvalue", "observable"];
const KIND: &[&str] = &["type", "kind", "ioctype", "indicatortype", "observabletype"];
const CONFIDENCE: &[&str] = &["confidence", "confidencelevel", "score"];
const RELIABILITY: &[&str] = &["reliability", "sourcereliability", "admiralty"];
const TLP: &[&str] = &["tlp", "marking"];
const MALWARE: &[&str] = &["malwareprintable", "malwarefamily", "family", "malware", "signature"];
const ACTOR: &[&str] = &["actor", "threatactor", "adversary", "intrusionset", "campaign"];
/// All of these together are the labels.
const LABELS: &[&str] = &["label", "labels", "tag", "tags", "threat", "threattype"];
const SOURCE: &[&str] = &["source", "feed", "provider"];
const TECHNIQUE: &[&str] = &["technique", "attack", "mitreattack"];
const FIRST_SEEN: &[&str] = &["firstseen", "firstseenutc", "dateadded", "submissiontime", "listingdate"];
const LAST_SEEN: &[&str] = &["lastseen", "lastseenutc", "lastonline"];
const VALID_FROM: &[&str] = &["validfrom"];
const VALID_UNTIL: &[&str] = &["validuntil", "validto", "expires", "expiration", "expiresat"];
const REVOKED: &[&str] = &["revoked"];
const REFERENCE: &[&str] = &["reference", "references", "urlhauslink", "phishdetailurl", "report"];

/// Columns whose name says the kind of the values.
const TYPED: &[(&str, Observable)] = &[
    ("url", Observable::Url),
    ("domain", Observable::Domain),
    ("hostname", Observable::Domain),
    ("fqdn", Observable::Domain),
    ("ip", Observable::Ip),
    ("ipaddress", Observable::Ip),
    ("dstip", Observable::Ip),
    ("cidr", Observable::Ip),
    ("sha256", Observable::Hash),
    ("sha256hash", Observable::Hash),
    ("sha1", Observable::Hash),
    ("sha1hash", Observable::Hash),
    ("md5", Observable::Hash),
    ("md5hash", Observable::Hash),
    ("hash", Observable::Hash),
    ("email", Observable::Email),
    ("useragent", Observable::UserAgent),
    ("ja3", Observable::Ja3),
    ("ja3md5", Observable::Ja3),
    ("ja4", Observable::Ja4),
    ("ja3s", Observable::Ja3s),
    ("hassh", Observable::Hassh),
    ("imphash", Observable::Imphash),
    ("filename", Observable::FileName),
    ("filepath", Observable::FilePath),
    ("registrykey", Observable::RegistryKey),
    ("mutex", Observable::Mutex),
    ("namedpipe", Observable::NamedPipe),
    ("cve", Observable::Cve),
    ("cveid", Observable::Cve),
    ("asn", Observable::Asn),
    ("wallet", Observable::Wallet),
];

/// Words that sources use for the kinds, written like the column names.
const KINDS: &[(&str, Observable)] = &[
    ("ip", Observable::Ip),
    ("ipv4", Observable::Ip),
    ("ipv6", Observable::Ip),
    ("ipv4addr", Observable::Ip),
    ("ipv6addr", Observable::Ip),
    ("ipaddr", Observable::Ip),
    ("ipaddress", Observable::Ip),
    ("ipsrc", Observable::Ip),
    ("ipdst", Observable::Ip),
    ("ipport", Observable::Ip),
    ("ipdstport", Observable::Ip),
    ("ipsrcport", Observable::Ip),
    ("cidr", Observable::Ip),
    ("domain", Observable::Domain),
    ("domainname", Observable::Domain),
    ("hostname", Observable::HostName),
    ("host", Observable::HostName),
    ("fqdn", Observable::Domain),
    ("url", Observable::Url),
    ("uri", Observable::Url),
    ("link", Observable::Url),
    ("hash", Observable::Hash),
    ("file", Observable::Hash),
    ("filehash", Observable::Hash),
    ("md5", Observable::Hash),
    ("sha1", Observable::Hash),
    ("sha256", Observable::Hash),
    ("sha512", Observable::Hash),
    ("md5hash", Observable::Hash),
    ("sha1hash", Observable::Hash),
    ("sha256hash", Observable::Hash),
    ("filehashmd5", Observable::Hash),
    ("filehashsha1", Observable::Hash),
    ("filehashsha256", Observable::Hash),
    ("email", Observable::Email),
    ("emailaddr", Observable::Email),
    ("emailaddress", Observable::Email),
    ("emailsrc", Observable::Email),
    ("emaildst", Observable::Email),
    ("emailsubject", Observable::EmailSubject),
    ("emaildomain", Observable::EmailDomain),
    ("emailsrcdomain", Observable::EmailDomain),
    ("senderdomain", Observable::EmailDomain),
    ("urlprefix", Observable::UrlPrefix),
    ("urlpath", Observable::UrlPath),
    ("uripath", Observable::UrlPath),
    ("useragent", Observable::UserAgent),
    ("ja3", Observable::Ja3),
    ("ja3fingerprintmd5", Observable::Ja3),
    ("ja3s", Observable::Ja3s),
    ("ja4", Observable::Ja4),
    ("hassh", Observable::Hassh),
    ("hasshmd5", Observable::Hassh),
    ("hasshservermd5", Observable::Hassh),
    ("imphash", Observable::Imphash),
    ("filehashimphash", Observable::Imphash),
    ("ssdeep", Observable::Ssdeep),
    ("tlsh", Observable::Tlsh),
    ("filename", Observable::FileName),
    ("filepath", Observable::FilePath),
    ("regkey", Observable::RegistryKey),
    ("registry", Observable::RegistryKey),
    ("registrykey", Observable::RegistryKey),
    ("windowsregistrykey", Observable::RegistryKey),
    ("mutex", Observable::Mutex),
    ("mutexname", Observable::Mutex),
    ("namedpipe", Observable::NamedPipe),
    ("pipe", Observable::NamedPipe),
    ("certificate", Observable::Certificate),
    ("x509fingerprintmd5", Observable::Certificate),
    ("x509fingerprintsha1", Observable::Certificate),
    ("x509fingerprintsha256", Observable::Certificate),
    ("sslcertfingerprint", Observable::Certificate),
    ("certificateserial", Observable::CertificateSerial),
    ("asn", Observable::Asn),
    ("as", Observable::Asn),
    ("cve", Observable::Cve),
    ("vulnerability", Observable::Cve),
    ("wallet", Observable::Wallet),
    ("btc", Observable::Wallet),
    ("xmr", Observable::Wallet),
    ("bitcoinaddress", Observable::Wallet),
    ("pattern", Observable::Pattern),
    ("stixpattern", Observable::Pattern),
    ("stix2pattern", Observable::Pattern),
];

fn decode(bytes: &[u8], intake: &mut Intake<'_>) {
    decode_lines(bytes, &mut Lines::default(), intake);
}

/// The first part has the header.
fn decode_lines(bytes: &[u8], lines: &mut Lines, intake: &mut Intake<'_>) {
    let known = lines.layout.take().map(|layout| (0, layout));
    let found = || Layout::of(bytes).map(|layout| (layout.start, Layout { start: 0, ..layout }));
    let Some((start, layout)) = known.or_else(found) else {
        intake.seen();
        return intake.reject(
            "line 1",
            "",
            "no header with a column of indicators (indicator, value, ioc, url, domain ...)",
        );
    };
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .trim(Trim::All)
        .delimiter(layout.delimiter)
        .from_reader(bytes.get(start..).unwrap_or_default());
    let mut row = StringRecord::new();
    loop {
        let line = layout.lines_before + reader.position().line();
        match reader.read_record(&mut row) {
            Ok(false) => {
                let lines_before = layout.lines_before + reader.position().line().saturating_sub(1);
                lines.layout = Some(Layout { lines_before, ..layout });
                return;
            }
            Ok(true) => {
                let line = row.position().map_or(line, |position| layout.lines_before + position.line());
                intake.seen();
                if let Err(reason) = layout.take(&row, intake) {
                    let text = row.iter().collect::<Vec<_>>().join(",");
                    intake.reject(format_args!("line {line}"), &text, reason);
                }
            }
            // The reader goes on behind the record; reading bytes from memory cannot fail otherwise.
            Err(error) => {
                intake.seen();
                intake.reject(
                    format_args!("line {line}"),
                    "",
                    if error.is_io_error() { "unreadable" } else { "not UTF-8" },
                );
            }
        }
    }
}

/// Where the columns are.
#[derive(Debug)]
pub(super) struct Layout {
    delimiter: u8,
    /// First byte after the header.
    start: usize,
    lines_before: u64,
    /// Columns of indicators, and their kind where the name says it.
    values: Vec<(usize, Option<Observable>)>,
    kind: Option<usize>,
    confidence: Option<usize>,
    tlp: Option<usize>,
    reliability: Option<usize>,
    malware: Option<usize>,
    actor: Option<usize>,
    labels: Vec<usize>,
    source: Option<usize>,
    technique: Option<usize>,
    first_seen: Option<usize>,
    last_seen: Option<usize>,
    valid_from: Option<usize>,
    valid_until: Option<usize>,
    revoked: Option<usize>,
    reference: Option<usize>,
}

impl Layout {
    /// The header is the first line that is no comment or, as abuse.ch has it, the last comment before it.
    fn of(bytes: &[u8]) -> Option<Self> {
        let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
        let mut start = 0;
        let mut comment = None;
        for (number, line) in sample.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let after = start + line.len();
            let text = std::str::from_utf8(line).ok()?.trim();
            match text.strip_prefix('#') {
                Some(inner) => comment = Some(inner.trim()),
                None if text.is_empty() => {}
                None => {
                    let header = Self::of_header(text).map(|layout| Self {
                        start: after,
                        lines_before: number as u64 + 1,
                        ..layout
                    });
                    let commented = || {
                        comment.and_then(Self::of_header).map(|layout| Self {
                            start,
                            lines_before: number as u64,
                            ..layout
                        })
                    };
                    return header.or_else(commented);
                }
            }
            start = after;
        }
        None
    }

    fn of_header(line: &str) -> Option<Self> {
        let count = |delimiter: &u8| line.bytes().filter(|byte| byte == delimiter).count();
        let delimiter = DELIMITERS.iter().copied().max_by_key(|delimiter| count(delimiter))?;
        let names: Vec<String> = line.split(char::from(delimiter)).map(plain_name).collect();
        let find = |known: &[&str]| known.iter().find_map(|known| names.iter().position(|name| name == known));
        let generic = find(VALUE).map(|column| vec![(column, None)]);
        let values = generic.unwrap_or_else(|| typed_columns(&names));
        let known_column = !values.is_empty();
        // A single word is a header only if it says nothing else: `ioc` is, and a list may start with `url`.
        (known_column && names.iter().all(|name| name.len() <= 64)).then(|| Self {
            delimiter,
            start: 0,
            lines_before: 0,
            kind: find(KIND),
            confidence: find(CONFIDENCE),
            tlp: find(TLP),
            reliability: find(RELIABILITY),
            malware: find(MALWARE),
            actor: find(ACTOR),
            labels: names
                .iter()
                .enumerate()
                .filter(|(_, name)| LABELS.contains(&name.as_str()))
                .map(|(at, _)| at)
                .collect(),
            source: find(SOURCE),
            technique: find(TECHNIQUE),
            first_seen: find(FIRST_SEEN),
            last_seen: find(LAST_SEEN),
            valid_from: find(VALID_FROM),
            valid_until: find(VALID_UNTIL),
            revoked: find(REVOKED),
            reference: find(REFERENCE),
            values,
        })
    }

    fn take(&self, row: &StringRecord, intake: &mut Intake<'_>) -> Result<(), String> {
        let cell = |column: Option<usize>| column.and_then(|column| row.get(column)).filter(|text| !is_unset(text));
        let stated_kind = cell(self.kind).map(kind_of).transpose()?;
        let labels: Vec<&str> = self.labels.iter().filter_map(|column| cell(Some(*column))).collect();
        let labels = labels.join(",");
        let said = Said {
            source: cell(self.source),
            confidence: cell(self.confidence).map(confidence_of).transpose()?,
            tlp: cell(self.tlp).map(Tlp::from_outside),
            reliability: cell(self.reliability).map(str::parse).transpose()?,
            malware: cell(self.malware),
            actor: cell(self.actor),
            labels: (!labels.is_empty()).then_some(labels.as_str()),
            technique: cell(self.technique),
            // A time of a form that nobody knows takes nothing from the claim; one that bounds it does.
            first_seen: cell(self.first_seen).and_then(instant),
            last_seen: cell(self.last_seen).and_then(instant),
            valid_from: cell(self.valid_from).map(time_of).transpose()?,
            valid_until: cell(self.valid_until).map(time_of).transpose()?,
            revoked: cell(self.revoked).is_some_and(|text| matches!(text, "true" | "True" | "TRUE" | "1" | "yes")),
            reference: cell(self.reference),
        };
        let (mut taken, mut reason) = (false, "no indicator in this row");
        for (column, kind) in &self.values {
            let Some(value) = cell(Some(*column)) else {
                continue;
            };
            // A stated kind is of the generic column; a typed column knows better.
            match intake.value(kind.or(stated_kind), value, &said) {
                Ok(()) => taken = true,
                Err(refused) => reason = refused,
            }
        }
        if taken { Ok(()) } else { Err(reason.to_owned()) }
    }
}

/// All columns of hashes, because they are hashes of one file; else the first column whose name is a kind.
fn typed_columns(names: &[String]) -> Vec<(usize, Option<Observable>)> {
    let typed = |name: &String| TYPED.iter().find(|(known, _)| known == name).map(|(_, kind)| *kind);
    let columns: Vec<(usize, Option<Observable>)> =
        names.iter().enumerate().filter_map(|(column, name)| typed(name).map(|kind| (column, Some(kind)))).collect();
    let hashes: Vec<_> = columns.iter().copied().filter(|(_, kind)| *kind == Some(Observable::Hash)).collect();
    let first: Vec<_> = columns.first().copied().into_iter().collect();
    if first.iter().any(|(_, kind)| *kind == Some(Observable::Hash)) { hashes } else { first }
}

fn plain_name(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn is_unset(text: &str) -> bool {
    matches!(text, "" | "-" | "None" | "none" | "null" | "NULL" | "N/A" | "n/a")
}

pub(crate) fn kind_of(text: &str) -> Result<Observable, String> {
    if let Ok(kind) = text.parse() {
        return Ok(kind);
    }
    let plain = plain_name(text);
    let known = KINDS.iter().find(|(word, _)| *word == plain).map(|(_, kind)| *kind);
    known.ok_or_else(|| format!("indicators of type \"{text}\" are not matched"))
}

/// 0 to 100, or a word of the STIX scale.
fn confidence_of(text: &str) -> Result<u8, String> {
    let word = match text.to_ascii_lowercase().as_str() {
        "low" => Some(15),
        "medium" | "med" | "moderate" => Some(50),
        "high" => Some(85),
        _ => None,
    };
    let number = || text.parse().ok().filter(|number: &u8| *number <= 100);
    word.or_else(number).ok_or_else(|| format!("confidence \"{text}\" is not 0 to 100, low, medium or high"))
}

fn time_of(text: &str) -> Result<Timestamp, String> {
    instant(text).ok_or_else(|| format!("\"{text}\" is not a time"))
}

/// What is written, under names that are read as well.
const COLUMNS: &str = "type,indicator,source,confidence,reliability,tlp,malware,actor,labels,technique,first_seen,\
                       last_seen,valid_from,valid_until,revoked,reference\n";

fn encode(claims: &[&Claim]) -> String {
    let mut out = COLUMNS.to_owned();
    for claim in claims {
        let optional = |text: &Option<String>| text.clone().unwrap_or_default();
        let time = |time: Option<Timestamp>| time.map(|time| time.to_string()).unwrap_or_default();
        let cells = [
            claim.kind.name().to_owned(),
            claim.value.clone(),
            claim.source.clone(),
            claim.confidence.to_string(),
            claim.reliability.map(|reliability| reliability.letter().to_owned()).unwrap_or_default(),
            claim.tlp.label().to_owned(),
            optional(&claim.malware),
            optional(&claim.actor),
            claim.labels.join("|"),
            optional(&claim.technique),
            time(claim.first_seen),
            time(claim.last_seen),
            time(claim.valid_from),
            time(claim.valid_until),
            if claim.revoked { "true" } else { "" }.to_owned(),
            optional(&claim.reference),
        ];
        out.push_str(&cells.map(|cell| safe_cell(&cell)).join(","));
        out.push('\n');
    }
    out
}

/// Quotes a cell, and keeps a spreadsheet from running it as a formula (OWASP, CSV injection).
pub(crate) fn safe_cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guard = if formula { "'" } else { "" };
    if formula || text.contains([',', ';', '"', '\n', '\r', '\t', '#']) {
        return format!("\"{guard}{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}
