//! From a source's fields to a table's columns: mappings are data, one interpreter reads them for every format.
//!
//! Rules that hold for all formats:
//! - A value that its column cannot hold does not lose the record: the column is null and the value stays in
//!   `attrs` under its own name. Only a bad event time rejects.
//! - A field whose content is wholly in columns is not in `attrs`; one that is there in part stays whole.
//! - An empty text or list in a modelled column is null, because sources write both for "nothing".

mod reads;

use std::{borrow::Cow, collections::HashMap, fmt::Write as _, net::IpAddr};

use schema::{Table, Timestamp};

use crate::{
    RawBatch,
    access::{RequestPart, request_part},
    instant::NoInstant,
    names::{dns_class, dns_code, dns_type, ip_protocol},
    number,
    observed::Observed,
    own_read::{Clock, Constant, OwnRead},
    pairs::TextCell,
    parsed::{Fault, ParsedBatch, Reason, Reject},
    rows::{Common, Rows},
    shapes::{digest, guid, is_sid, luid, plain_ip},
    url::{Url, without_final_dot, without_port},
};

/// How the records of one kind (a Zeek log, a Logpush dataset) become rows of one table.
#[derive(Debug)]
pub(crate) struct Mapping {
    /// The kind's name at the source.
    pub(crate) kind: &'static str,
    pub(crate) table: &'static str,
    /// Fields that may hold the event time; the first one that is set counts.
    pub(crate) times: &'static [&'static str],
    /// Field that says how many events a record stands for.
    pub(crate) weight: Option<&'static str>,
    /// Columns that are the same in every row.
    pub(crate) constants: &'static [(&'static str, &'static str)],
    pub(crate) columns: &'static [Rule],
}

/// A column, the fields it comes from, and how they are read. Of several rules for one column the first that
/// yields a value counts.
pub(crate) type Rule = (&'static str, &'static [&'static str], Read);

/// Ways to read fields into a column. One field unless it says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Read {
    Text,
    Lower,
    Upper,
    /// Lower-case, without a final dot.
    Domain,
    /// Lower-case, without port or brackets.
    Host,
    /// Canonical text of an address.
    Ip,
    /// The first of a list of addresses.
    FirstIp,
    Int,
    Bool,
    /// True of traffic that leaves the networks behind the sensor, false of what enters them; the word stays in attrs.
    LeavesUs,
    /// The reverse of it.
    EntersUs,
    /// A time that is not the event time.
    Instant,
    /// A list, or a single value as a list of one.
    Texts,
    /// A list as one text, joined by commas.
    Joined,
    /// The first of a list.
    First,
    /// Smallest of a list of seconds, as whole seconds rounded.
    MinSeconds,
    /// Seconds with decimals, also with an `s` behind, to nanoseconds at a resolution of microseconds.
    Seconds,
    /// Milliseconds to nanoseconds.
    Millis,
    /// Two instants, to the nanoseconds from the first to the second.
    Between,
    /// Bits to whole bytes.
    Bits,
    /// `HTTP/1.1` to `1.1`.
    HttpVersion,
    /// Path of a request target or URL.
    UrlPath,
    /// Query of a request target or URL, without its question mark.
    UrlQuery,
    /// A query, without its question mark.
    Query,
    /// Scheme of a URL.
    UrlScheme,
    /// Host of a URL.
    UrlHost,
    /// Scheme, host and request target to a URL.
    UrlOf,
    /// Host, port and request target of clear-text HTTP to a URL.
    HttpUrlOf,
    /// Number of a DNS type, to its name.
    DnsType,
    /// Number of a DNS response code, to its name.
    DnsCode,
    /// Zeek's name of a DNS class (`C_INTERNET`), to the standard's (`IN`).
    DnsClass,
    /// Number of an IP protocol, to its name.
    IpProtocol,
    /// Whether TCP was used, to `tcp` or `udp`.
    TcpOrUdp,
    /// `is_orig`, originator, responder: the one that sent.
    Sender,
    /// `is_orig`, originator, responder: the one that received.
    Receiver,
    /// Version numbers to a text joined by dots; the last field is an addition joined by `-`.
    Version,
    /// Any value, as JSON text.
    Json,
    /// True where none of the fields is set, false where one is.
    Absent,
    /// One of these words in any case, to the word beside it; other words stay in attrs.
    Words(&'static [(&'static str, &'static str)]),
    /// One of these words in any case, to what it means; other words stay in attrs.
    Means(&'static [(&'static str, bool)]),
    /// A whole number that may be written as `0x` and hex digits.
    Hex,
    /// The account of `DOMAIN\\account` or `account@domain`; an account alone is itself.
    Account,
    /// The domain of these forms; nothing where there is none.
    AccountDomain,
    /// What stands behind the last `/`, `\\` or `:`.
    LastPart,
    /// Lower-case, but for these words, which the source writes for nothing.
    LowerBut(&'static [&'static str]),
    /// Address of `Name <account@domain>`, lower-case; an address alone is itself.
    Mailbox,
    /// This member of each object of a list, as a list.
    Members(&'static str),
    /// `(by, words, member)`: of the first object of a list whose member `by` is one of the words, in any case, another
    /// member, lower-case.
    Chosen(&'static str, &'static [&'static str], &'static str),
    /// This word, whatever the record says: for columns whose other rules may not yield a value. Takes no field.
    Is(&'static str),
    /// One of these codes in any case, to the word beside it; the code stays in attrs, where rules look for it.
    Code(&'static [(&'static str, &'static str)]),
    /// An address; IPv4 written as IPv6 becomes IPv4, and a zone is left off.
    PlainIp,
    /// A GUID, as upper-case digits in braces; nothing where it is all zeros.
    Guid,
    /// A LUID, as `0x` and lower-case hex digits; nothing where it is zero.
    Luid,
    /// The digest of this name out of `SHA1=...,MD5=...`, lower-case.
    Digest(&'static str),
    /// The parts of a text between semicolons, as a list.
    Divided,
    /// A SID; nothing where the text is a name.
    Sid,
    /// A text that is no address, where names and addresses share a field.
    NoIp,
    /// What stands before the first of this character; nothing where there is none.
    Before(char),
    /// The part of a path that follows the part of this name.
    PartAfter(&'static str),
    /// A text, unless it is one of these words for nothing.
    Unless(&'static [&'static str]),
    /// True where a number is zero, false where it is another.
    Zero,
    /// Whether an HTTP status is one of success, that is below 400.
    StatusOk,
    /// Whether a text holds this word.
    Contains(&'static str),
    /// A country's code of two letters, or the code of its English name.
    Country,
    /// The address of `address:port`, also alone; an IPv4 address that is written as IPv6 becomes what it is.
    PeerIp,
    /// Several texts joined by `/`; those that are not set are left out.
    Slashes,
    /// The second field, where the first one is set.
    IfSet,
    /// The second field, where the first one is not set.
    IfUnset,
    /// The second field, unless the first one is one of these words.
    IfNot(&'static [&'static str]),
    /// This member of each element of a list.
    Each(&'static str),
    /// A list of texts in lower case, or a single one as a list of one.
    LowerTexts,
    /// What stands between angle brackets, or the text where there are none.
    Unbracketed,
    /// The domain of a mail address, lower-case.
    MailDomain,
    /// Resource records as a zone file writes them, to what they say.
    ZoneLines,
    /// A part of `GET /path?query HTTP/1.1`.
    OfRequest(RequestPart),
}

/// A value as a format writes it.
pub(crate) trait Cell<'a>: Copy {
    type Items: Iterator<Item = Self>;

    /// Nothing was written, or the format's word for nothing.
    fn is_unset(self) -> bool;

    /// A text of no characters.
    fn is_empty(self) -> bool;

    /// A word that stands for no value, such as `-`: it fills no column and stays in `attrs`.
    fn says_nothing(self) -> bool {
        false
    }

    /// The value as text; `None` for lists and objects.
    fn text<'s>(self, scratch: &'s mut String) -> Option<&'s str>
    where
        'a: 's;

    /// The text of a number, unchecked.
    fn number(self) -> Option<&'a str>;

    fn bool(self) -> Option<bool>;

    fn instant(self, read: fn(&str) -> Result<Timestamp, NoInstant>) -> Result<Timestamp, NoInstant>;

    /// The elements of a list; the value itself where it is none.
    fn items(self) -> Self::Items;

    /// Appends the value as JSON.
    fn push_json(self, to: &mut String);

    /// A member of an object, by its name.
    fn part(self, _name: &str) -> Option<Self> {
        None
    }
}

/// One record, cut into cells.
#[derive(Debug)]
pub(crate) struct Record<'r, K, C> {
    /// Byte offset in the source.
    pub(crate) position: u64,
    pub(crate) raw: &'r str,
    /// Names of the cells as they stand between the quotes of a JSON key.
    pub(crate) keys: &'r [K],
    pub(crate) cells: &'r [C],
    /// For each of the plan's wanted fields the index of its cell, or [`ABSENT`].
    pub(crate) at: &'r [usize],
    /// Whether a record without event time is one of its kind's habits.
    pub(crate) undated: bool,
}

/// No cell.
pub(crate) const ABSENT: usize = usize::MAX;

impl<'a, K, C: Cell<'a>> Record<'_, K, C> {
    /// The cell of a wanted field, where it is set.
    fn cell(&self, wanted: usize) -> Option<C> {
        let cell = *self.cells.get(*self.at.get(wanted)?)?;
        (!cell.is_unset() && !cell.says_nothing()).then_some(cell)
    }
}

/// A mapping made ready: columns by number, fields by place.
#[derive(Debug)]
pub(crate) struct Plan {
    table: &'static Table,
    /// Every field of the mapping once.
    wanted: Vec<Cow<'static, str>>,
    steps: Vec<Step>,
    constants: Vec<(usize, Constant)>,
    /// What columns hold where no field yields a value.
    defaults: Vec<(usize, Constant)>,
    times: Vec<usize>,
    /// How times are written, where a person has said so.
    clock: Option<Clock>,
    weight: Option<usize>,
    /// All fields go to `attrs`, also those that are in columns.
    complete: bool,
}

#[derive(Debug)]
struct Step {
    column: usize,
    fields: Vec<usize>,
    read: Read,
    /// Counts instead of `read`.
    own: Option<OwnRead>,
}

impl Plan {
    /// `kind` is what the source calls the records; it differs from the mapping's in the mapping for others.
    pub(crate) fn new(mapping: &'static Mapping, kind: &str) -> Self {
        Self::of(mapping, &[mapping.columns], kind)
    }

    /// The same with the rules of several lists in place of the mapping's own.
    pub(crate) fn of(mapping: &Mapping, columns: &[&'static [Rule]], kind: &str) -> Self {
        let table = schema::tables::find(mapping.table).expect("a test checks the tables of all mappings");
        let column = |name: &str| table.own.iter().position(|column| column.name == name);
        let mut wanted: Vec<Cow<'static, str>> = Vec::new();
        let mut want = |field: &'static str| place_of(&mut wanted, Cow::Borrowed(field));
        let times = mapping.times.iter().map(|&field| want(field)).collect();
        let weight = mapping.weight.map(&mut want);
        let mut steps = Vec::new();
        for &(name, fields, read) in columns.iter().copied().flatten() {
            let column = column(name).expect("a test checks the columns of all mappings");
            let fields = fields.iter().map(|&field| want(field)).collect();
            steps.push(Step { column, fields, read, own: None });
        }
        let mut constants: Vec<(usize, Constant)> = Vec::new();
        for &(name, value) in mapping.constants {
            let column = column(name).expect("a test checks the columns of all mappings");
            constants.push((column, Constant::Text(value.to_owned())));
        }
        let complete = table.name == OTHERS;
        let mut defaults = Vec::new();
        if complete {
            // What the records are called where no field says it.
            defaults.extend(column("kind").map(|column| (column, Constant::Text(kind.to_owned()))));
        }
        Self { table, wanted, steps, constants, defaults, times, clock: None, weight, complete }
    }

    /// With times that are written as this clock reads them.
    pub(crate) fn clocked(self, clock: Clock) -> Self {
        Self { clock: Some(clock), ..self }
    }

    /// A plan without columns, for mappings that are no part of the program; the table's columns are then added.
    pub(crate) fn open(table: &'static Table, clock: Clock, times: &[String], weight: Option<&str>) -> Self {
        let mut wanted = Vec::new();
        let mut want = |field: &str| place_of(&mut wanted, Cow::Owned(field.to_owned()));
        let times = times.iter().map(|field| want(field)).collect();
        let weight = weight.map(&mut want);
        Self {
            table,
            wanted,
            steps: Vec::new(),
            constants: Vec::new(),
            defaults: Vec::new(),
            times,
            clock: Some(clock),
            weight,
            complete: table.name == OTHERS,
        }
    }

    /// Fills a column from fields; of several for one column the first that yields a value counts.
    pub(crate) fn add_column(&mut self, column: usize, fields: &[String], read: Read, own: Option<OwnRead>) {
        let fields = fields.iter().map(|field| place_of(&mut self.wanted, Cow::Owned(field.clone()))).collect();
        self.steps.push(Step { column, fields, read, own });
    }

    pub(crate) fn add_constant(&mut self, column: usize, value: Constant) {
        self.constants.push((column, value));
    }

    pub(crate) fn add_default(&mut self, column: usize, value: Constant) {
        self.defaults.push((column, value));
    }

    /// Whether a column has a value in every row.
    pub(crate) fn is_sure(&self, column: usize) -> bool {
        self.constants.iter().chain(&self.defaults).any(|(known, _)| *known == column)
    }

    pub(crate) fn table(&self) -> &'static Table {
        self.table
    }

    pub(crate) fn wanted(&self) -> &[Cow<'static, str>] {
        &self.wanted
    }

    /// Whether a field may hold the event time.
    pub(crate) fn is_time(&self, field: &str) -> bool {
        self.times.iter().any(|&wanted| self.wanted.get(wanted).is_some_and(|known| known == field))
    }
}

/// Place of a field among the wanted ones, where it is put if it is new.
fn place_of(wanted: &mut Vec<Cow<'static, str>>, field: Cow<'static, str>) -> usize {
    wanted.iter().position(|known| *known == field).unwrap_or_else(|| {
        wanted.push(field);
        wanted.len() - 1
    })
}

/// The table of what is recognised but not modelled.
const OTHERS: &str = "other_records";

/// Rows and rejects of a batch while it is being read.
#[derive(Debug)]
pub(crate) struct Output {
    tables: Vec<Rows>,
    rejects: Vec<Reject>,
    scratch: String,
    second: String,
    attrs: String,
    taken: Vec<bool>,
}

impl Output {
    pub(crate) fn new() -> Self {
        Self {
            tables: Vec::new(),
            rejects: Vec::new(),
            scratch: String::new(),
            second: String::new(),
            attrs: String::new(),
            taken: Vec::new(),
        }
    }

    pub(crate) fn reject(&mut self, reject: Reject) {
        self.rejects.push(reject);
    }

    pub(crate) fn finish(self, format: impl Into<Cow<'static, str>>, raw: &RawBatch) -> ParsedBatch {
        let tables = self.tables.into_iter().map(Rows::finish).collect();
        ParsedBatch { format: format.into(), end: raw.end(), tables, rejects: self.rejects }
    }

    /// Adds one record as a row.
    pub(crate) fn add<'a, K: AsRef<str>, C: Cell<'a>>(
        &mut self,
        plan: &Plan,
        record: &Record<'_, K, C>,
    ) -> Result<(), Fault> {
        let observed = time_of(plan, record)?;
        self.add_observed(plan, record, observed.map_or(Observed::Unstated, Observed::At));
        Ok(())
    }

    /// The same for a record whose envelope has a time, which counts where the record has none.
    pub(crate) fn add_enveloped<'a, K: AsRef<str>, C: Cell<'a>>(
        &mut self,
        plan: &Plan,
        record: &Record<'_, K, C>,
        envelope: Observed,
    ) -> Result<(), Fault> {
        let observed = match time_of(plan, record) {
            Err(fault) if fault.reason == Reason::MissingTime => envelope,
            stated => stated?.map_or(envelope, Observed::At),
        };
        self.add_observed(plan, record, observed);
        Ok(())
    }

    /// The same for a record whose event time the format has read itself; the plan's times are fields like others.
    pub(crate) fn add_observed<'a, K: AsRef<str>, C: Cell<'a>>(
        &mut self,
        plan: &Plan,
        record: &Record<'_, K, C>,
        observed: Observed,
    ) {
        let place = self.tables.iter().position(|rows| std::ptr::eq(rows.table(), plan.table));
        let place = place.unwrap_or_else(|| {
            self.tables.push(Rows::new(plan.table));
            self.tables.len() - 1
        });
        let Some(rows) = self.tables.get_mut(place) else { return };

        self.taken.clear();
        self.taken.resize(record.cells.len(), false);
        let mut take = |wanted: usize| {
            let cell = record.at.get(wanted).and_then(|&at| self.taken.get_mut(at));
            if let Some(taken) = cell {
                *taken = true;
            }
        };
        for (time, &wanted) in plan.times.iter().enumerate() {
            // Further time fields are fields like others.
            if record.cell(wanted).is_some() {
                take(wanted);
                if plan.clock.as_ref().is_some_and(|clock| clock.joins(time)) {
                    continue;
                }
                break;
            }
        }
        let weight = plan.weight.and_then(|wanted| {
            let weight =
                record.cell(wanted)?.number()?.parse::<f64>().ok().filter(|weight| (1.0..=1e15).contains(weight))?;
            take(wanted);
            Some(weight)
        });
        for (column, value) in &plan.constants {
            value.write(*column, rows);
        }
        let mut work = Work { scratch: &mut self.scratch, second: &mut self.second };
        for step in &plan.steps {
            if !rows.has(step.column) && work.read(step, record, rows) {
                step.fields.iter().for_each(|&wanted| take(wanted));
            }
        }
        for (column, value) in &plan.defaults {
            if !rows.has(*column) {
                value.write(*column, rows);
            }
        }
        write_attrs(record, |cell| !plan.complete && self.taken.get(cell) == Some(&true), &mut self.attrs);
        rows.end_row(Common {
            position: record.position,
            observed,
            weight: weight.unwrap_or(1.0),
            attrs: &self.attrs,
            raw: record.raw,
        });
    }
}

fn time_of<'a, K: AsRef<str>, C: Cell<'a>>(plan: &Plan, record: &Record<'_, K, C>) -> Result<Option<Timestamp>, Fault> {
    match &plan.clock {
        Some(clock) => told_time(plan, clock, record),
        None => event_time(plan, record),
    }
}

fn event_time<'a, K: AsRef<str>, C: Cell<'a>>(
    plan: &Plan,
    record: &Record<'_, K, C>,
) -> Result<Option<Timestamp>, Fault> {
    for &wanted in &plan.times {
        let Some(cell) = record.cell(wanted) else { continue };
        return cell.instant(crate::instant::event_time).map(Some).map_err(|no| no_time(plan, wanted, no));
    }
    if record.undated && plan.complete {
        return Ok(None);
    }
    Err(missing_time(plan))
}

/// The event time as a person has said that it is written.
fn told_time<'a, K: AsRef<str>, C: Cell<'a>>(
    plan: &Plan,
    clock: &Clock,
    record: &Record<'_, K, C>,
) -> Result<Option<Timestamp>, Fault> {
    let (mut scratch, mut joined) = (String::new(), String::new());
    for (time, &wanted) in plan.times.iter().enumerate() {
        let Some(cell) = record.cell(wanted).filter(|cell| !cell.is_empty()) else { continue };
        let text = cell.text(&mut scratch).unwrap_or_default();
        if !clock.joins(time) {
            return clock.read(text).map(Some).map_err(|no| no_time(plan, wanted, no));
        }
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(text);
    }
    match plan.times.first() {
        Some(&wanted) if !joined.is_empty() => clock.read(&joined).map(Some).map_err(|no| no_time(plan, wanted, no)),
        _ => Err(missing_time(plan)),
    }
}

fn no_time(plan: &Plan, wanted: usize, why: NoInstant) -> Fault {
    let name = plan.wanted.get(wanted).map_or("", |name| name);
    match why {
        NoInstant::OutOfRange => {
            Fault::new(Reason::TimeOutOfRange, format!("field \"{name}\" lies outside 1970 to 2199"))
        }
        NoInstant::Unreadable => {
            Fault::new(Reason::BadTime, format!("field \"{name}\" holds no time that can be read"))
        }
    }
}

fn missing_time(plan: &Plan) -> Fault {
    let names: Vec<&str> =
        plan.times.iter().filter_map(|&wanted| plan.wanted.get(wanted)).map(|name| &**name).collect();
    Fault::new(Reason::MissingTime, format!("no event time; looked for {}", names.join(", ")))
}

/// The fields that are in no column, as a JSON object in the order of the source; empty where there are none.
fn write_attrs<'a, K: AsRef<str>, C: Cell<'a>>(
    record: &Record<'_, K, C>,
    is_taken: impl Fn(usize) -> bool,
    attrs: &mut String,
) {
    attrs.clear();
    for (place, (&cell, key)) in record.cells.iter().zip(record.keys).enumerate() {
        if is_taken(place) || cell.is_unset() {
            continue;
        }
        attrs.push_str(if attrs.is_empty() { "{\"" } else { ",\"" });
        attrs.push_str(key.as_ref());
        attrs.push_str("\":");
        cell.push_json(attrs);
    }
    if !attrs.is_empty() {
        attrs.push('}');
    }
}

/// Room for values while they are converted.
struct Work<'w> {
    scratch: &'w mut String,
    second: &'w mut String,
}

impl Work<'_> {
    /// Fills the step's column; true where the fields' content is wholly in the column.
    fn read<'a, K: AsRef<str>, C: Cell<'a>>(
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
            return true;
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
            Read::PeerIp => return self.peer_ip(cell, column, rows),
            Read::Each(name) => {
                self.each(name, cell, column, rows);
                return false;
            }
            Read::First | Read::FirstIp => return self.first(read, cell, column, rows),
            Read::Joined => self.joined(cell, column, rows),
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
            return true;
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
            Read::PlainIp => plain_ip(text, self.second).unwrap_or_default(),
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
            Read::PartAfter(name) => reads::part_after(text, name),
            Read::Unless(words) if words.iter().any(|word| word.eq_ignore_ascii_case(text)) => "",
            Read::Country if reads::is_country(text) => upper(text, self.second),
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
                | Read::PlainIp
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

    fn word<'a, C: Cell<'a>, T: Copy>(&mut self, cell: C, words: &[(&str, T)]) -> Option<T> {
        let text = cell.text(self.scratch)?;
        words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)).map(|&(_, meaning)| meaning)
    }

    /// Canonical text of an address.
    fn ip<'a, 's, C: Cell<'a>>(&'s mut self, cell: C) -> Option<&'s str>
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

    fn texts<'a, C: Cell<'a>>(&mut self, read: Read, cell: C, column: usize, rows: &mut Rows) -> Option<()> {
        let is_flat = cell.items().all(|item| item.is_unset() || item.text(self.scratch).is_some());
        if !is_flat {
            return None;
        }
        let mut any = false;
        for item in cell.items() {
            any = true;
            let text = if item.is_unset() { None } else { item.text(self.scratch) };
            let text = if read == Read::LowerTexts { text.map(|text| lower(text, self.second)) } else { text };
            rows.text_item(column, text);
        }
        if any {
            rows.end_texts(column);
        }
        Some(())
    }

    fn members<'a, C: Cell<'a>>(&mut self, member: &str, cell: C, column: usize, rows: &mut Rows) -> Option<()> {
        let mut any = false;
        for item in cell.items().filter_map(|item| item.part(member)) {
            if let Some(text) = item.text(self.scratch).filter(|text| !text.is_empty()) {
                any = true;
                rows.text_item(column, Some(text));
            }
        }
        if any {
            rows.end_texts(column);
        }
        // The other members are only in the list.
        None
    }

    fn chosen<'a, C: Cell<'a>>(
        &mut self,
        (by, words, member): (&str, &[&str], &str),
        cell: C,
        column: usize,
        rows: &mut Rows,
    ) -> bool {
        let is_meant = |item: &C| {
            let mut room = String::new();
            let text = item.part(by);
            let text = text.and_then(|text| text.text(&mut room)).unwrap_or_default();
            words.iter().any(|word| word.eq_ignore_ascii_case(text))
        };
        let found = cell.items().find(is_meant).and_then(|item| item.part(member));
        if let Some(text) = found.and_then(|value| value.text(self.scratch)).filter(|text| !text.is_empty()) {
            rows.text(column, lower(text, self.second));
        }
        // The other objects are only in the list.
        false
    }

    fn divided<'a, C: Cell<'a>>(&mut self, cell: C, column: usize, rows: &mut Rows) -> Option<()> {
        let text = cell.text(self.scratch)?;
        let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
        let count = parts.map(|part| rows.text_item(column, Some(part))).count();
        if count > 0 {
            rows.end_texts(column);
        }
        Some(())
    }

    fn first<'a, C: Cell<'a>>(&mut self, read: Read, cell: C, column: usize, rows: &mut Rows) -> bool {
        let mut items = cell.items();
        let Some(item) = items.next() else { return true };
        if item.is_unset() {
            return false;
        }
        let text = if read == Read::FirstIp { self.ip(item) } else { item.text(self.scratch) };
        let Some(text) = text.filter(|text| !text.is_empty()) else { return false };
        rows.text(column, text);
        items.next().is_none()
    }

    fn joined<'a, C: Cell<'a>>(&mut self, cell: C, column: usize, rows: &mut Rows) -> Option<()> {
        self.second.clear();
        for item in cell.items() {
            let text = item.text(self.scratch)?;
            if !self.second.is_empty() {
                self.second.push(',');
            }
            self.second.push_str(text);
        }
        if !self.second.is_empty() {
            rows.text(column, self.second);
        }
        Some(())
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

    fn between<'a, C: Cell<'a>>(&mut self, from: Option<C>, to: Option<C>) -> Option<i64> {
        let from = from?.instant(crate::instant::event_time).ok()?;
        let to = to?.instant(crate::instant::event_time).ok()?;
        (to >= from).then(|| to.since(from))
    }

    /// Puts a URL together in `second`; false where there is no target.
    fn url<'a, C: Cell<'a>>(&mut self, read: Read, a: Option<C>, b: Option<C>, target: Option<C>) -> bool {
        self.second.clear();
        let Some(target) = target.and_then(|cell| cell.text(self.scratch)) else { return false };
        if target.contains("://") && Url::split(target).scheme.len() < 12 && !Url::split(target).scheme.is_empty() {
            self.second.push_str(target);
            return true;
        }
        let target = target.to_owned();
        let (scheme, host) = if read == Read::UrlOf { (a, b) } else { (None, a) };
        let port = if read == Read::HttpUrlOf { b.and_then(C::number) } else { None };
        match scheme.and_then(|cell| cell.text(self.scratch)) {
            Some(scheme) if !scheme.is_empty() => self.second.push_str(scheme),
            _ => self.second.push_str("http"),
        }
        self.second.push_str("://");
        let Some(host) = host.and_then(|cell| cell.text(self.scratch)).filter(|host| !host.is_empty()) else {
            return false;
        };
        self.second.push_str(host);
        self.second.make_ascii_lowercase();
        let names_port = without_port(host).len() != host.len();
        if let Some(port) = port.filter(|&port| port != "80" && !names_port) {
            self.second.push(':');
            self.second.push_str(port);
        }
        self.second.push_str(&target);
        true
    }

    fn version<'a, K: AsRef<str>, C: Cell<'a>>(
        &mut self,
        step: &Step,
        record: &Record<'_, K, C>,
        rows: &mut Rows,
    ) -> bool {
        self.second.clear();
        let Some((addition, numbers)) = step.fields.split_last() else { return false };
        for &wanted in numbers {
            let Some(cell) = record.cell(wanted) else { break };
            let Some(text) = cell.text(self.scratch) else { break };
            if !self.second.is_empty() {
                self.second.push('.');
            }
            self.second.push_str(text);
        }
        if self.second.is_empty() {
            return false;
        }
        if let Some(text) = record.cell(*addition).and_then(|cell| cell.text(self.scratch)) {
            self.second.push('-');
            self.second.push_str(text);
        }
        rows.text(step.column, self.second);
        true
    }
}

/// Microseconds are what Zeek's TSV writer prints; its JSON writer prints more digits of the same value.
fn nanos_of_seconds(text: &str) -> Option<i64> {
    number::scaled(text.strip_suffix('s').unwrap_or(text), 6)?.checked_mul(1_000)
}

fn min_seconds<'a, C: Cell<'a>>(cell: C) -> Option<i64> {
    cell.items().filter_map(|item| number::scaled(item.number()?, 0)).min()
}

fn lower<'s>(text: &'s str, room: &'s mut String) -> &'s str {
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

/// Places of a plan's wanted fields among given names; the first of equal names counts.
pub(crate) fn places(plan: &Plan, names: &[String]) -> Vec<usize> {
    let mut by_name: HashMap<&str, usize> = HashMap::new();
    for (place, name) in names.iter().enumerate() {
        by_name.entry(name.as_str()).or_insert(place);
    }
    plan.wanted().iter().map(|field| by_name.get(&**field).copied().unwrap_or(ABSENT)).collect()
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

#[cfg(test)]
pub(crate) fn check_mapping(mapping: &Mapping) {
    let table = schema::tables::find(mapping.table).unwrap_or_else(|| panic!("no table {}", mapping.table));
    let named = mapping.columns.iter().map(|rule| rule.0).chain(mapping.constants.iter().map(|constant| constant.0));
    for name in named {
        let known = table.own.iter().any(|column| column.name == name);
        assert!(known, "{}: no column {name} in {}", mapping.kind, mapping.table);
    }
    assert!(!mapping.times.is_empty(), "{}: no time", mapping.kind);
}
