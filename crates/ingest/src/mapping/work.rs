//! Reads fields into columns. Each way says whether the fields' content is then wholly in the column.

use std::{fmt::Write as _, net::IpAddr};

use super::{Cell, Read, Record, plan::Step};
use crate::{
    access::request_part,
    names::{dns_class, dns_code, dns_type, ip_protocol},
    number,
    own_read::OwnRead,
    pairs::TextCell,
    rows::Rows,
    shapes::{digest, guid, is_sid, luid, plain_ip},
    url::{Url, without_final_dot, without_port},
};

/// Room for values while they are converted.
pub(super) struct Work<'w> {
    pub(super) scratch: &'w mut String,
    pub(super) second: &'w mut String,
}

impl Work<'_> {
    /// Fills the step's column; true where the fields' content is wholly in the column.
    pub(super) fn read<'a, K: AsRef<str>, C: Cell<'a>>(
        &mut self,
        step: &Step,
        record: &Record<'_, K, C>,
        rows: &mut Rows,
    ) -> bool {
        let column = step.column;
        let field = |place: usize| step.fields.get(place).and_then(|&wanted| record.cell(wanted));
        if let Some(own) = &step.own {
            return field(0).is_some_and(|cell| self.own(own, step.read, cell, column, rows));
        }
        let done = match step.read {
            Read::Between => self.between(field(0), field(1)).map(|nanos| rows.int(column, nanos)),
            Read::Version => return self.version(step, record, rows),
            Read::Is(word) => {
                rows.text(column, word);
                return false;
            }
            Read::InFolder => {
                let Some(path) = self.in_folder(field(0), field(1)) else { return false };
                rows.text(column, path);
                return true;
            }
            Read::Absent => {
                let is_set = |place: usize| field(place).is_some_and(|cell| !cell.is_empty());
                rows.bool(column, !(0..step.fields.len()).any(is_set));
                return false;
            }
            Read::Sender | Read::Receiver => {
                let forward = field(0).and_then(C::bool) == Some(step.read == Read::Sender);
                let address = field(if forward { 1 } else { 2 });
                let known = field(0).is_some();
                if let Some(ip) = address.filter(|_| known).and_then(|cell| self.ip(cell)) {
                    rows.text(column, ip);
                }
                // The other address and the direction are needed for the other column.
                return false;
            }
            Read::UrlOf | Read::HttpUrlOf => {
                if self.url(step.read, field(0), field(1), field(2)) {
                    rows.text(column, self.second);
                }
                // The parts have columns of their own.
                return false;
            }
            Read::Slashes => {
                if self.slashes(step, record) {
                    rows.text(column, self.second);
                }
                return false;
            }
            Read::IfSet | Read::IfUnset | Read::IfNot(_) => {
                if let Some(text) = self.conditional(step.read, field(0), field(1)) {
                    rows.text(column, text);
                }
                return false;
            }
            read => match field(0) {
                Some(cell) => return self.one(read, cell, column, rows),
                None => None,
            },
        };
        done.is_some()
    }

    /// Reads one field that is set.
    fn one<'a, C: Cell<'a>>(&mut self, read: Read, cell: C, column: usize, rows: &mut Rows) -> bool {
        if cell.is_empty() {
            return !cell.keeps_empty();
        }
        let done = match read {
            Read::Int => cell.number().and_then(number::int).map(|value| rows.int(column, value)),
            Read::Bool => cell.bool().map(|value| rows.bool(column, value)),
            Read::Instant => cell.instant(crate::instant::any_time).ok().map(|value| rows.instant(column, value)),
            Read::Seconds => cell.number().and_then(nanos_of_seconds).map(|value| rows.int(column, value)),
            Read::Millis => cell.number().and_then(|text| number::scaled(text, 6)).map(|value| rows.int(column, value)),
            Read::Bits => cell.number().and_then(number::int).map(|bits| rows.int(column, bits.div_euclid(8))),
            Read::Ip => self.ip(cell).map(|ip| rows.text(column, ip)),
            Read::Texts | Read::LowerTexts => self.texts(read, cell, column, rows),
            Read::Zero => cell.number().and_then(number::int).map(|value| rows.bool(column, value == 0)),
            Read::StatusOk => cell.number().and_then(number::int).map(|status| rows.bool(column, status < 400)),
            Read::OsOfPath => {
                if cell.text(self.scratch).is_some_and(|path| path.contains('\\')) {
                    rows.text(column, "windows");
                }
                return false;
            }
            Read::Contains(word) => {
                if let Some(text) = cell.text(self.scratch) {
                    rows.bool(column, text.contains(word));
                }
                return false;
            }
            Read::ZoneLines => {
                self.zone_lines(cell, column, rows);
                return false;
            }
            Read::Each(name) => {
                self.each(name, cell, column, rows);
                return false;
            }
            Read::First | Read::FirstIp => return self.first(read, cell, column, rows),
            Read::Joined => self.joined(',', cell, column, rows),
            Read::Spaced => self.joined(' ', cell, column, rows),
            Read::Members(member) => self.members(member, cell, column, rows),
            Read::Chosen(by, words, member) => return self.chosen((by, words, member), cell, column, rows),
            Read::Json => self.json(cell).map(|json| rows.text(column, json)),
            Read::Means(words) => self.word(cell, words).map(|value| rows.bool(column, value)),
            Read::Words(words) => self.word(cell, words).map(|value| rows.text(column, value)),
            Read::Divided => self.divided(cell, column, rows),
            Read::Code(codes) => {
                if let Some(word) = self.word(cell, codes) {
                    rows.text(column, word);
                }
                return false;
            }
            Read::Hex => cell.text(self.scratch).and_then(hex_or_decimal).map(|value| rows.int(column, value)),
            Read::MinSeconds => {
                if let Some(seconds) = min_seconds(cell) {
                    rows.int(column, seconds);
                }
                return false;
            }
            Read::LeavesUs | Read::EntersUs => {
                let leaves = cell.text(self.scratch).and_then(leaves_us);
                if let Some(leaves) = leaves {
                    rows.bool(column, leaves == (read == Read::LeavesUs));
                }
                return false;
            }
            Read::TcpOrUdp => cell.bool().map(|tcp| rows.text(column, if tcp { "tcp" } else { "udp" })),
            Read::DnsType => self.named(cell, dns_type, "TYPE").map(|name| rows.text(column, name)),
            Read::DnsCode => self.named(cell, dns_code, "RCODE").map(|name| rows.text(column, name)),
            Read::IpProtocol => self.named(cell, ip_protocol, "").map(|name| rows.text(column, name)),
            read => return self.shaped(read, cell, column, rows),
        };
        done.is_some()
    }

    /// Reads one field in a way that a mapping of its own describes.
    fn own<'a, C: Cell<'a>>(&mut self, own: &OwnRead, read: Read, cell: C, column: usize, rows: &mut Rows) -> bool {
        if cell.is_empty() {
            return !cell.keeps_empty();
        }
        let mut room = String::new();
        let Some(text) = cell.text(&mut room) else { return false };
        match own {
            OwnRead::Part(pattern) => {
                if let Some(text) = pattern.of(text).filter(|part| !part.is_empty()) {
                    self.one(read, TextCell { text, is_number: false, is_unset: false }, column, rows);
                }
                // A part is in the column, the whole is not.
                false
            }
            own => own.write(text, column, rows),
        }
    }

    /// Reads a text and shapes it.
    fn shaped<'a, C: Cell<'a>>(&mut self, read: Read, cell: C, column: usize, rows: &mut Rows) -> bool {
        let Some(text) = cell.text(self.scratch) else { return false };
        let shaped = match read {
            Read::Lower => lower(text, self.second),
            Read::Upper => upper(text, self.second),
            Read::LowerBut(words) if words.iter().any(|word| word.eq_ignore_ascii_case(text)) => "",
            Read::LowerBut(_) => lower(text, self.second),
            Read::Mailbox => lower(mailbox(text), self.second),
            Read::Domain => lower(without_final_dot(text), self.second),
            Read::Host => lower(without_final_dot(without_port(text)), self.second),
            Read::Account => account(text).1,
            Read::AccountDomain => account(text).0,
            Read::NoIp if text.parse::<IpAddr>().is_ok() => return false,
            Read::LastPart => text.rsplit(['/', '\\', ':']).next().unwrap_or(text),
            Read::PeerIp => plain_ip(text, self.second).unwrap_or_default(),
            Read::Guid => guid(text, self.second).unwrap_or_default(),
            Read::Luid => luid(text, self.second).unwrap_or_default(),
            Read::Sid => {
                if is_sid(text) {
                    text
                } else {
                    ""
                }
            }
            Read::Digest(name) => lower(digest(text, name).unwrap_or_default(), self.second),
            Read::Before(mark) => text.split_once(mark).map_or("", |(before, _)| before),
            Read::PartAfter(name) => part_after(text, name),
            Read::Unless(words) if words.iter().any(|word| word.eq_ignore_ascii_case(text)) => "",
            Read::Country if is_country(text) => upper(text, self.second),
            Read::Country => crate::countries::code(text).unwrap_or_default(),
            Read::Unbracketed => text.strip_prefix('<').and_then(|text| text.strip_suffix('>')).unwrap_or(text),
            Read::MailDomain => lower(text.rsplit_once('@').map_or("", |(_, domain)| domain), self.second),
            Read::OfRequest(part) => request_part(text, part),
            Read::HttpVersion => text.strip_prefix("HTTP/").unwrap_or(text),
            Read::DnsClass => dns_class(text),
            Read::Query => text.strip_prefix('?').unwrap_or(text),
            Read::UrlPath => Url::split(text).path,
            Read::UrlQuery => Url::split(text).query,
            Read::UrlScheme => lower(Url::split(text).scheme, self.second),
            Read::UrlHost => lower(without_final_dot(without_port(Url::split(text).host)), self.second),
            _ => text,
        };
        if !shaped.is_empty() {
            rows.text(column, shaped);
        }
        // A part is in the column, the whole is not.
        let may_be_part = matches!(
            read,
            Read::Account
                | Read::AccountDomain
                | Read::LastPart
                | Read::Mailbox
                | Read::Before(_)
                | Read::PartAfter(_)
                | Read::MailDomain
                | Read::Country
                | Read::PeerIp
                | Read::Guid
                | Read::Luid
                | Read::Digest(_)
                | Read::Sid
                | Read::OfRequest(_)
        );
        !may_be_part || shaped.len() == text.len()
    }

    fn json<'a, C: Cell<'a>>(&mut self, cell: C) -> Option<&str> {
        self.second.clear();
        cell.push_json(self.second);
        Some(self.second)
    }

    pub(super) fn word<'a, C: Cell<'a>, T: Copy>(&mut self, cell: C, words: &[(&str, T)]) -> Option<T> {
        let text = cell.text(self.scratch)?;
        words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)).map(|&(_, meaning)| meaning)
    }

    /// Canonical text of an address.
    pub(super) fn ip<'a, 's, C: Cell<'a>>(&'s mut self, cell: C) -> Option<&'s str>
    where
        'a: 's,
    {
        let text = cell.text(self.scratch)?;
        let ip: IpAddr = text.parse().ok()?;
        if ip.is_ipv4() {
            // The standard library takes IPv4 only in its one canonical form.
            return Some(text);
        }
        self.second.clear();
        write!(self.second, "{ip}").ok()?;
        Some(self.second)
    }

    /// The name of a number, or the number behind a prefix where it has none.
    fn named<'a, C: Cell<'a>>(&mut self, cell: C, name: fn(i64) -> Option<&'static str>, prefix: &str) -> Option<&str> {
        let value = number::int(cell.number()?)?;
        self.second.clear();
        match name(value) {
            Some(name) => self.second.push_str(name),
            None => write!(self.second, "{prefix}{value}").ok()?,
        }
        Some(self.second)
    }
}

/// Microseconds are what Zeek's TSV writer prints; its JSON writer prints more digits of the same value.
fn nanos_of_seconds(text: &str) -> Option<i64> {
    number::scaled(text.strip_suffix('s').unwrap_or(text), 6)?.checked_mul(1_000)
}

fn min_seconds<'a, C: Cell<'a>>(cell: C) -> Option<i64> {
    cell.items().filter_map(|item| number::scaled(item.number()?, 0)).min()
}

pub(super) fn lower<'s>(text: &'s str, room: &'s mut String) -> &'s str {
    if !text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return text;
    }
    room.clear();
    room.push_str(text);
    room.make_ascii_lowercase();
    room
}

fn upper<'s>(text: &'s str, room: &'s mut String) -> &'s str {
    if !text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return text;
    }
    room.clear();
    room.push_str(text);
    room.make_ascii_uppercase();
    room
}

/// Domain and account; the domain is empty where the text has none.
fn account(text: &str) -> (&str, &str) {
    // Where the account has no name any more, its SID stands there.
    if is_sid(text) {
        return ("", "");
    }
    text.split_once('\\')
        .or_else(|| text.split_once('@').map(|(account, domain)| (domain, account)))
        .unwrap_or(("", text))
}

/// What stands between the angle brackets, where there are some.
fn mailbox(text: &str) -> &str {
    let address = text.rsplit_once('<').and_then(|(_, behind)| behind.split_once('>'));
    address.map_or(text, |(address, _)| address).trim()
}

/// The part behind the one of this name in any case; empty where there is none.
fn part_after<'t>(path: &'t str, name: &str) -> &'t str {
    let mut parts = path.split('/');
    parts.find(|part| part.eq_ignore_ascii_case(name)).and_then(|_| parts.next()).unwrap_or("")
}

fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn hex_or_decimal(text: &str) -> Option<i64> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => i64::from_str_radix(digits, 16).ok(),
        None => number::int(text),
    }
}

/// `egress` or `ingress`, seen from the protected network; other words tell neither.
fn leaves_us(direction: &str) -> Option<bool> {
    match direction {
        _ if direction.eq_ignore_ascii_case("egress") => Some(true),
        _ if direction.eq_ignore_ascii_case("ingress") => Some(false),
        _ => None,
    }
}
