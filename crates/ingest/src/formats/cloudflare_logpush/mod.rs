//! Cloudflare Logpush: one JSON object a line. Spec: <https://developers.cloudflare.com/logs/logpush/>.
//!
//! `datasets` lists what Cloudflare sends, `mappings` says where it goes. Which dataset a record is of follows from
//! its fields, because jobs choose their fields freely and nothing in a record names the dataset; a dataset in
//! the path breaks ties. The CSV form and arrays of records are not read.

mod datasets;
mod mappings;

use std::{collections::HashMap, sync::LazyLock};

use self::datasets::DATASETS;
use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
    frame::lines::{LineFramer, NoHeaders},
    instant::event_time,
    json::{Fields, number_text},
    json_record::JsonCell,
    keys::Keys,
    mapping::{ABSENT, Output, Plan, Record},
    parsed::Fault,
    records::{Input, read_records},
};

pub(super) static FORMAT: Format = Format {
    name: "cloudflare_logpush",
    about: "Logs of the Cloudflare edge and of Cloudflare One, newline-delimited JSON.",
    spec: "https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/",
    yields: &["http_requests", "firewall_events", "dns_queries", "connections", "logons", "alerts", "other_records"],
    recognise,
    framer: LineFramer::<NoHeaders>::boxed,
    parse,
};

/// Fewer known fields could be anybody's.
const MIN_KNOWN_FIELDS: usize = 3;

/// For each field the datasets that have it, one bit each.
static DATASETS_BY_FIELD: LazyLock<HashMap<&'static str, u32>> = LazyLock::new(|| {
    let mut by_field = HashMap::new();
    for (place, dataset) in DATASETS.iter().enumerate() {
        dataset.fields.split(' ').for_each(|field| *by_field.entry(field).or_insert(0) |= 1 << place);
    }
    by_field
});

fn datasets_with(field: &str) -> u32 {
    DATASETS_BY_FIELD.get(field).copied().unwrap_or(0)
}

/// Judges the first line, which may be cut off.
fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let line = head.lines().next()?;
    let line = std::str::from_utf8(line).or_else(|error| {
        // The head may end within a character.
        std::str::from_utf8(line.get(..error.valid_up_to()).unwrap_or_default())
    });
    let mut fields = Fields::of(line.ok()?);
    let mut names = Vec::new();
    let mut dated = Vec::new();
    let mut candidates = Candidates::default();
    while let Ok(Some((key, value))) = fields.next() {
        candidates.add(datasets_with(key.inner));
        names.push(key.inner);
        if number_text(value).is_some_and(|text| event_time(text).is_ok()) {
            dated.push(key.inner);
        }
    }
    let is_dated = |place: usize| DATASETS.get(place).is_some_and(|dataset| dated.contains(&dataset.time));
    let named = named_dataset(head.name);
    let place = candidates.choose(named, is_dated, &names).filter(|&place| is_dated(place))?;
    let dataset = DATASETS.get(place)?.name;
    let known = names.iter().filter(|name| datasets_with(name) >> place & 1 == 1).count();
    let mostly_known = known >= MIN_KNOWN_FIELDS && known * 2 >= names.len();
    if mostly_known {
        let why = format!("JSON with {known} of {} fields of dataset {dataset}", names.len());
        return Some(Recognition::new(Certainty::Likely, why));
    }
    let by_name = named == Some(place);
    by_name.then(|| Recognition::new(Certainty::Possible, format!("JSON in a path that names dataset {dataset}")))
}

/// The dataset whose name is a part of the path, from the file's end on.
fn named_dataset(name: &str) -> Option<usize> {
    let by_part = |part: &str| {
        DATASETS.iter().position(|dataset| {
            let behind = part.strip_prefix(dataset.name);
            behind.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_']))
        })
    };
    name.rsplit(['/', '\\']).find_map(by_part)
}

/// Which datasets have all known fields of a record.
#[derive(Debug, Clone, Copy)]
struct Candidates {
    all: u32,
    known: usize,
}

impl Default for Candidates {
    fn default() -> Self {
        Self { all: u32::MAX, known: 0 }
    }
}

impl Candidates {
    #[inline]
    fn add(&mut self, datasets: u32) {
        if datasets != 0 {
            self.known += 1;
            self.all &= datasets;
        }
    }

    /// The dataset of a record; `None` where nothing points to one.
    ///
    /// Of the datasets that have all its known fields and whose event time is there: the one in the path, else the
    /// first. Where there is none (a dataset was extended, or fields were renamed): the one in the path if its
    /// event time is there, else the one that has most of the fields.
    fn choose(self, named: Option<usize>, is_dated: impl Fn(usize) -> bool, names: &[&str]) -> Option<usize> {
        if self.known == 0 {
            return named;
        }
        let fits = |place: usize| self.all & (1 << place) != 0 && is_dated(place);
        if named.is_some_and(fits) {
            return named;
        }
        let mut rest = self.all;
        while let Some(place) = first(rest) {
            if is_dated(place) {
                return Some(place);
            }
            rest &= rest - 1;
        }
        if named.is_some_and(&is_dated) {
            return named;
        }
        let count = |place: usize| names.iter().filter(|name| datasets_with(name) >> place & 1 == 1).count();
        let places = 0..DATASETS.len();
        // Of equal counts the first dataset is meant.
        places.max_by_key(|&place| (is_dated(place), count(place), std::cmp::Reverse(place)))
    }
}

/// The place of the lowest bit.
fn first(bits: u32) -> Option<usize> {
    (bits != 0).then(|| bits.trailing_zeros() as usize)
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let mut reader = Reader::new(&raw.preamble.name);
    let (mut names, mut cells) = (Vec::new(), Vec::new());
    read_records(raw, &mut output, |line, output| {
        names.clear();
        cells.clear();
        reader.read(line, &mut names, &mut cells, output)
    });
    output.finish(FORMAT.name, raw)
}

/// Reads the records of one batch.
#[derive(Debug)]
struct Reader {
    /// What is known of a key is the datasets that have it.
    keys: Keys<u32>,
    /// Number of each dataset's time field.
    times: Vec<usize>,
    named: Option<usize>,
    /// One plan a dataset, made when it is first met; the last is for records of none.
    kinds: Vec<Option<Kind>>,
    at: Vec<usize>,
}

#[derive(Debug)]
struct Kind {
    plan: Plan,
    /// Numbers of the plan's wanted fields.
    wanted: Vec<usize>,
}

impl Reader {
    fn new(name: &str) -> Self {
        let mut keys = Keys::new();
        let times = DATASETS.iter().map(|dataset| keys.number(dataset.time, datasets_with)).collect();
        let kinds = (0..=DATASETS.len()).map(|_| None).collect();
        Self { keys, times, named: named_dataset(name), kinds, at: Vec::new() }
    }

    fn read<'a>(
        &mut self,
        line: Input<'a>,
        names: &mut Vec<&'a str>,
        cells: &mut Vec<JsonCell<'a>>,
        output: &mut Output,
    ) -> Result<(), Fault> {
        self.keys.begin();
        let mut candidates = Candidates::default();
        let mut fields = Fields::of(line.text);
        while let Some((key, value)) = fields.next()? {
            let number = self.keys.note(key, cells.len(), datasets_with)?;
            candidates.add(self.keys.about(number).copied().unwrap_or(0));
            names.push(key.inner);
            cells.push(JsonCell(value));
        }
        let is_dated = |place: usize| self.times.get(place).is_some_and(|&time| self.keys.place(time).is_some());
        let place = candidates.choose(self.named, is_dated, names).unwrap_or(DATASETS.len());
        let keys = &mut self.keys;
        let Some(kind) = self.kinds.get_mut(place) else { return Ok(()) };
        let kind = kind.get_or_insert_with(|| {
            let name = DATASETS.get(place).map_or("unknown", |dataset| dataset.name);
            let plan = Plan::new(mappings::mapping(name), name);
            let wanted = plan.wanted().iter().map(|field| keys.number(field, datasets_with)).collect();
            Kind { plan, wanted }
        });
        self.at.clear();
        self.at.extend(kind.wanted.iter().map(|&number| keys.place(number).unwrap_or(ABSENT)));
        let record = Record {
            position: line.position,
            raw: line.text,
            keys: names,
            cells,
            at: &self.at,
            live: None,
            undated: false,
        };
        output.add(&kind.plan, &record)
    }
}
