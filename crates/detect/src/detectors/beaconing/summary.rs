//! The digest's rows: one (dataset, source, destination) in one hour, to Arrow and back.

use std::sync::Arc;

use arrow_array::{
    Array, BooleanArray, Int32Array, Int64Array, ListArray, RecordBatch, StringArray,
    builder::{Int64Builder, ListBuilder, StringBuilder},
    cast::AsArray,
    types::Int64Type,
};
use arrow_schema::{DataType, Field, Schema};

use crate::{
    Error,
    telemetry::columns::{Text, present, typed},
};

/// Bytes of a contact that the source does not state.
pub(super) const BYTES_UNKNOWN: i64 = -1;

/// One attempt to reach the destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Contact {
    /// Microseconds since 1970, UTC.
    pub at: i64,
    pub bytes_out: i64,
}

/// What an hour knows of one pair.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PairHour {
    pub dataset: String,
    pub source: String,
    /// A domain, or `address:port`.
    pub destination: String,
    pub named: bool,
    pub port: i32,
    /// All contacts; `contacts` holds the earliest of them.
    pub n_contacts: i64,
    /// Bit `i` is set where there was a contact in minutes `5 i` to `5 i + 4` of the hour.
    pub minutes: i32,
    /// Ascending.
    pub contacts: Vec<Contact>,
    /// Hashes of client fingerprints and user agents, ascending.
    pub clients: Vec<i64>,
    /// Addresses behind the name, ascending; empty for an address.
    pub addresses: Vec<String>,
    pub n_tls: i64,
    pub n_http: i64,
    /// Handshakes whose certificate the sensor did not find valid.
    pub n_untrusted: i64,
    /// Connections that were not answered.
    pub n_failed: i64,
    /// Table and id of the first contact's record.
    pub first_record: Option<(&'static str, String)>,
}

/// As Arrow rows, ordered by dataset, source and destination.
pub(super) fn encode(mut pairs: Vec<PairHour>) -> Result<RecordBatch, Error> {
    pairs.sort_by(|a, b| (&a.dataset, &a.source, &a.destination).cmp(&(&b.dataset, &b.source, &b.destination)));
    let text =
        |of: fn(&PairHour) -> &str| Arc::new(StringArray::from_iter_values(pairs.iter().map(of))) as Arc<dyn Array>;
    let int = |of: fn(&PairHour) -> i64| Arc::new(Int64Array::from_iter_values(pairs.iter().map(of))) as Arc<dyn Array>;
    let small =
        |of: fn(&PairHour) -> i32| Arc::new(Int32Array::from_iter_values(pairs.iter().map(of))) as Arc<dyn Array>;
    let optional =
        |of: fn(&PairHour) -> Option<&str>| Arc::new(pairs.iter().map(of).collect::<StringArray>()) as Arc<dyn Array>;
    let named: BooleanArray = pairs.iter().map(|pair| Some(pair.named)).collect();

    let columns: Vec<(&str, Arc<dyn Array>)> = vec![
        ("dataset", text(|pair| &pair.dataset)),
        ("source", text(|pair| &pair.source)),
        ("destination", text(|pair| &pair.destination)),
        ("named", Arc::new(named)),
        ("port", small(|pair| pair.port)),
        ("n_contacts", int(|pair| pair.n_contacts)),
        ("minutes", small(|pair| pair.minutes)),
        (
            "contacts",
            int_lists(&pairs, |pair, list| pair.contacts.iter().for_each(|contact| list.append_value(contact.at))),
        ),
        (
            "bytes_out",
            int_lists(&pairs, |pair, list| {
                pair.contacts.iter().for_each(|contact| list.append_value(contact.bytes_out))
            }),
        ),
        ("clients", int_lists(&pairs, |pair, list| list.append_slice(&pair.clients))),
        ("addresses", text_lists(&pairs)),
        ("n_tls", int(|pair| pair.n_tls)),
        ("n_http", int(|pair| pair.n_http)),
        ("n_untrusted", int(|pair| pair.n_untrusted)),
        ("n_failed", int(|pair| pair.n_failed)),
        ("first_table", optional(|pair| pair.first_record.as_ref().map(|(table, _)| *table))),
        ("first_record", optional(|pair| pair.first_record.as_ref().map(|(_, id)| id.as_str()))),
    ];
    let fields: Vec<Field> =
        columns.iter().map(|(name, column)| Field::new(*name, column.data_type().clone(), true)).collect();
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
}

fn int_lists(pairs: &[PairHour], fill: fn(&PairHour, &mut Int64Builder)) -> Arc<dyn Array> {
    let mut lists = ListBuilder::new(Int64Builder::new());
    for pair in pairs {
        fill(pair, lists.values());
        lists.append(true);
    }
    Arc::new(lists.finish())
}

fn text_lists(pairs: &[PairHour]) -> Arc<dyn Array> {
    let mut lists = ListBuilder::new(StringBuilder::new());
    for pair in pairs {
        for address in &pair.addresses {
            lists.values().append_value(address);
        }
        lists.append(true);
    }
    Arc::new(lists.finish())
}

/// Reads a digest back, row by row and without copying.
#[derive(Debug)]
pub(super) struct Summary<'a> {
    pub n_rows: usize,
    pub dataset: Text<'a>,
    pub source: Text<'a>,
    pub destination: Text<'a>,
    pub named: &'a BooleanArray,
    pub port: &'a Int32Array,
    pub n_contacts: &'a Int64Array,
    pub minutes: &'a Int32Array,
    contacts: &'a ListArray,
    bytes_out: &'a ListArray,
    clients: &'a ListArray,
    addresses: &'a ListArray,
    pub n_tls: &'a Int64Array,
    pub n_http: &'a Int64Array,
    pub n_untrusted: &'a Int64Array,
    pub n_failed: &'a Int64Array,
    first_table: Text<'a>,
    first_record: Text<'a>,
}

impl<'a> Summary<'a> {
    /// Fails on a digest of another version of this detector.
    pub(super) fn of(rows: &'a RecordBatch) -> Result<Self, Error> {
        Ok(Self {
            n_rows: rows.num_rows(),
            dataset: Text::of(rows, "dataset")?,
            source: Text::of(rows, "source")?,
            destination: Text::of(rows, "destination")?,
            named: typed(rows, "named")?,
            port: typed(rows, "port")?,
            n_contacts: typed(rows, "n_contacts")?,
            minutes: typed(rows, "minutes")?,
            contacts: list(rows, "contacts", &DataType::Int64)?,
            bytes_out: list(rows, "bytes_out", &DataType::Int64)?,
            clients: list(rows, "clients", &DataType::Int64)?,
            addresses: list(rows, "addresses", &DataType::Utf8)?,
            n_tls: typed(rows, "n_tls")?,
            n_http: typed(rows, "n_http")?,
            n_untrusted: typed(rows, "n_untrusted")?,
            n_failed: typed(rows, "n_failed")?,
            first_table: Text::of(rows, "first_table")?,
            first_record: Text::of(rows, "first_record")?,
        })
    }

    pub(super) fn contacts(&self, row: usize) -> Vec<Contact> {
        let (at, bytes_out) = (ints_of(self.contacts, row), ints_of(self.bytes_out, row));
        at.into_iter().zip(bytes_out).map(|(at, bytes_out)| Contact { at, bytes_out }).collect()
    }

    /// The time of the first contact of a row.
    pub(super) fn first_contact(&self, row: usize) -> Option<i64> {
        let start = *self.contacts.value_offsets().get(row)? as usize;
        let empty = self.contacts.value_length(row) == 0;
        if empty { None } else { present(self.contacts.values().as_primitive::<Int64Type>(), start) }
    }

    pub(super) fn clients(&self, row: usize) -> Vec<i64> {
        ints_of(self.clients, row)
    }

    pub(super) fn each_address(&self, row: usize, each: impl FnMut(&str)) {
        let addresses = self.addresses.value(row);
        addresses.as_string::<i32>().iter().flatten().for_each(each);
    }

    pub(super) fn first_record(&self, row: usize) -> Option<(String, String)> {
        Some((self.first_table.get(row)?.to_owned(), self.first_record.get(row)?.to_owned()))
    }
}

fn ints_of(lists: &ListArray, row: usize) -> Vec<i64> {
    lists.value(row).as_primitive::<Int64Type>().values().to_vec()
}

/// A list column whose items are of one type, so that reading it later cannot fail.
fn list<'a>(rows: &'a RecordBatch, name: &str, items: &DataType) -> Result<&'a ListArray, Error> {
    let lists: &ListArray = typed(rows, name)?;
    if lists.value_type() == *items {
        return Ok(lists);
    }
    Err(Error::new(format!("column \"{name}\" of the digest holds {} and not {items}", lists.value_type())))
}
