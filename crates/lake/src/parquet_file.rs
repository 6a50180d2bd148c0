//! How rows become a Parquet file: encodings, bloom filters, row groups; and what the Delta log learns of it.
//!
//! Most of the time goes into encoding and compressing `raw`; `benches/append.rs` measures the whole.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasher, Hash, RandomState},
};

use arrow_array::{
    Array, ArrayRef, RecordBatch,
    cast::AsArray,
    types::{Float64Type, Int64Type, TimestampMicrosecondType},
};
use arrow_schema::{DataType, TimeUnit};
use deltalake::kernel::Add;
use parquet::{
    arrow::arrow_writer::{ArrowWriter, ArrowWriterOptions},
    basic::{Compression, Encoding, ZstdLevel},
    file::{
        metadata::{KeyValue, ParquetMetaData, RowGroupMetaData, SortingColumn},
        properties::{BloomFilterPosition, EnabledStatistics, WriterProperties, WriterPropertiesBuilder},
        statistics::Statistics,
    },
    schema::types::ColumnPath,
};
use schema::{Column, Kind, Sketcher, Table, Timestamp};
use serde_json::{Map, Value, json};

use crate::{
    error::{Context, Result},
    files::{self, DAY, SORTED},
    hours::{self, Hours},
    table_log::bounded_columns,
};

/// Rows of a row group: one bloom filter and one unit of parallel reading each. Smaller prunes better, larger packs
/// better; at 128 Ki rows a bloom filter of unique values takes 160 KiB.
const ROW_GROUP_ROWS: usize = 128 * 1024;

/// Bytes after which a row group ends even with fewer rows, because readers hold whole column chunks.
const ROW_GROUP_BYTES: usize = 128 << 20;

/// One in a hundred row groups is read in vain for a value that it does not have.
const BLOOM_FALSE_POSITIVES: f64 = 0.01;

/// Columns of fewer bytes are not packed: it would save a few hundred of them, and cost as much as hundreds of rows.
const PACKED_BYTES: usize = 1_024;

/// Rows looked at to choose encodings.
const SAMPLE: usize = 4096;

/// A text longer than this makes the writer look at page sizes more often.
const LONG_TEXT: usize = 64 << 10;

/// Under this key a file's own description has the [`schema::Sketch`] of its texts.
pub(crate) const SKETCH: &str = "margay.sketch";

/// Bytes that the original records have on average where a sketch is kept: to read shorter ones costs little more than
/// to ask, and the description of a file must not outgrow it.
const SKETCHED_BYTES: usize = 256;

/// Rows that a file has at least where a sketch is kept: fewer are read at once.
const SKETCHED_ROWS: usize = 256;

/// A file ready to be stored.
#[derive(Debug)]
pub(crate) struct Encoded {
    pub(crate) bytes: Vec<u8>,
    pub(crate) facts: Facts,
}

/// What the log says of a file.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) rows: u64,
    pub(crate) hours: Hours,
    pub(crate) sketched: bool,
    /// JSON, as Delta wants it.
    pub(crate) stats: String,
}

impl Facts {
    /// The log entry of the file. `now_ms`: its modification time since 1970.
    pub(crate) fn into_add(
        self,
        table: &Table,
        path: String,
        size: u64,
        day: Option<i32>,
        data_change: bool,
        now_ms: i64,
    ) -> Add {
        let mut tags = HashMap::from([
            (hours::TAG.to_owned(), Some(self.hours.to_tag())),
            (SORTED.to_owned(), Some(files::instant_name(table).to_owned())),
        ]);
        if self.sketched {
            tags.insert(files::SKETCHED.to_owned(), Some(files::SKETCH_VERSION.to_owned()));
        }
        Add {
            path,
            partition_values: HashMap::from([(DAY.to_owned(), day.and_then(files::day_text))]),
            size: i64::try_from(size).unwrap_or(i64::MAX),
            modification_time: now_ms,
            data_change,
            stats: Some(self.stats),
            tags: Some(tags),
            deletion_vector: None,
            base_row_id: None,
            default_row_commit_version: None,
            clustering_provider: None,
        }
    }
}

/// Encodes batches that ascend by the table's instant; the first of them decides the encodings. `room` is the size
/// that the file is expected to have, so that it does not grow by copying; `rows` is how many will come, where that is
/// known: room for the bloom filters of a row group that never comes would cost a small file more than its rows.
pub(crate) fn encode(
    table: &'static Table,
    room: usize,
    rows: Option<usize>,
    batches: impl Iterator<Item = Result<RecordBatch>>,
) -> Result<Encoded> {
    let mut batches = batches.peekable();
    let sample = match batches.peek() {
        Some(Ok(first)) => first.clone(),
        _ => RecordBatch::new_empty(table.schema()),
    };
    let group_rows = rows.unwrap_or(ROW_GROUP_ROWS).min(ROW_GROUP_ROWS);
    let sampled = Sample { rows: &sample, is_all: rows == Some(sample.num_rows()) };
    let options = writer_options(table, sampled, group_rows);
    let could_not = || format!("could not encode rows of table \"{}\"", table.name);
    let mut bytes = Vec::with_capacity(room);
    let mut writer = ArrowWriter::try_new_with_options(&mut bytes, sample.schema(), options).context(could_not)?;
    let mut hours = Hours::default();
    let is_worth = has_long_records(&sample) && rows.is_none_or(|rows| rows >= SKETCHED_ROWS);
    let mut sketcher = is_worth.then(Sketcher::default);
    for batch in batches {
        let batch = batch?;
        hours.extend(&hours_in(table, &batch));
        if let Some(sketcher) = &mut sketcher {
            sketch(sketcher, &batch);
        }
        writer.write(&batch).context(could_not)?;
    }
    let sketched = sketcher.is_some();
    if let Some(sketcher) = sketcher {
        writer.append_key_value_metadata(KeyValue::new(SKETCH.to_owned(), sketcher.finish().to_text()));
    }
    let metadata = writer.close().context(could_not)?;
    Ok(Encoded { facts: Facts { sketched, ..facts(table, &metadata, hours) }, bytes })
}

fn has_long_records(sample: &RecordBatch) -> bool {
    let bytes: usize = texts_of(sample, "raw").map(str::len).sum();
    bytes / sample.num_rows().max(1) >= SKETCHED_BYTES
}

fn sketch(sketcher: &mut Sketcher, batch: &RecordBatch) {
    texts_of(batch, "raw").for_each(|raw| sketcher.text(raw));
    texts_of(batch, "attrs").for_each(|attrs| sketcher.json(attrs));
}

/// Texts of a column that is there in either form.
fn texts_of<'a>(batch: &'a RecordBatch, column: &str) -> Box<dyn Iterator<Item = &'a str> + 'a> {
    let Some(column) = batch.column_by_name(column) else { return Box::new(std::iter::empty()) };
    match column.data_type() {
        DataType::Utf8 => Box::new(column.as_string::<i32>().iter().flatten()),
        DataType::Utf8View => Box::new(column.as_string_view().iter().flatten()),
        _ => Box::new(std::iter::empty()),
    }
}

/// The hours of event time in a batch.
pub(crate) fn hours_in(table: &'static Table, batch: &RecordBatch) -> Hours {
    match instants(table, batch) {
        Some(instants) => Hours::of(instants.values().iter().copied()),
        None => Hours::default(),
    }
}

/// The table's instant, in microseconds. A table of the lake always has it.
pub(crate) fn instants<'a>(
    table: &Table,
    batch: &'a RecordBatch,
) -> Option<&'a arrow_array::TimestampMicrosecondArray> {
    batch.column_by_name(files::instant_name(table)).and_then(|column| column.as_any().downcast_ref())
}

/// Rows by which encodings are chosen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample<'a> {
    pub(crate) rows: &'a RecordBatch,
    /// There are no others.
    pub(crate) is_all: bool,
}

/// Options for files of this table, with encodings chosen by the values in `sample`; `group_rows` is how many rows the
/// largest row group will have.
pub(crate) fn writer_options(table: &'static Table, sampled: Sample<'_>, group_rows: usize) -> ArrowWriterOptions {
    let sample = sampled.rows;
    let instant = sample.schema().index_of(files::instant_name(table)).ok().and_then(|index| i32::try_from(index).ok());
    let sorting = instant.map(|column_idx| vec![SortingColumn { column_idx, descending: false, nulls_first: false }]);
    // Level 1: logs pack well at any level, and appending must keep up with parsing.
    let compression = ZstdLevel::try_new(1).map_or(Compression::UNCOMPRESSED, Compression::ZSTD);
    let mut properties = WriterProperties::builder()
        .set_created_by(concat!("margay ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(compression)
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_max_row_group_bytes(Some(ROW_GROUP_BYTES))
        .set_bloom_filter_position(BloomFilterPosition::End)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_dictionary_enabled(false)
        .set_sorting_columns(sorting);
    let has_long_text = sample.columns().iter().any(|values| longest_text(values) > LONG_TEXT);
    if has_long_text {
        // Page sizes are looked at once a write batch: 1024 rows of a mebibyte each would be one page of 1 GiB.
        properties = properties.set_write_batch_size(16);
    }
    for column in table.columns() {
        if let Some(values) = sample.column_by_name(column.name) {
            properties = column_options(properties, column, values, sampled.is_all, group_rows);
        }
    }
    // Without the Arrow schema in the footer readers are free to choose views or plain texts.
    ArrowWriterOptions::new().with_properties(properties.build()).with_skip_arrow_metadata(true)
}

fn column_options(
    properties: WriterPropertiesBuilder,
    column: &'static Column,
    values: &ArrayRef,
    is_all: bool,
    group_rows: usize,
) -> WriterPropertiesBuilder {
    let path = match values.data_type() {
        DataType::List(item) => ColumnPath::new(vec![column.name.into(), "list".into(), item.name().clone()]),
        _ => ColumnPath::from(column.name),
    };
    // Most columns of a wide table are empty in a small file, and many others say one thing: nothing is to be packed
    // there, and to make the means for it ready costs more than the rows do.
    let is_empty = is_all && values.null_count() == values.len();
    let encoding = encoding(column, values);
    let mut properties = match encoding {
        _ if is_empty => properties.set_column_encoding(path.clone(), Encoding::PLAIN),
        None => properties.set_column_dictionary_enabled(path.clone(), true),
        Some(encoding) => properties.set_column_encoding(path.clone(), encoding),
    };
    if is_empty || is_all && says_little(values, encoding.is_none()) {
        properties = properties.set_column_compression(path.clone(), Compression::UNCOMPRESSED);
    }
    if has_page_statistics(column) {
        properties = properties.set_column_statistics_enabled(path.clone(), EnabledStatistics::Page);
    }
    // A bloom filter on the items of a list would be read by nothing: queries unnest first.
    let has_bloom = column.hunted && matches!(column.kind, Kind::Text | Kind::Ip) && !is_empty;
    if has_bloom {
        let most = u64::try_from(group_rows.max(1)).unwrap_or(u64::MAX);
        properties = properties
            .set_column_bloom_filter_fpp(path.clone(), BLOOM_FALSE_POSITIVES)
            .set_column_bloom_filter_max_ndv(path, most);
    }
    properties
}

/// Pages know their least and greatest value where somebody may ask for a range or a value.
fn has_page_statistics(column: &Column) -> bool {
    let compares = matches!(column.kind, Kind::Text | Kind::Ip | Kind::Int | Kind::Float | Kind::Bool | Kind::Instant);
    compares && column.name != "raw"
}

/// Whether the values take less than [`PACKED_BYTES`] as they are, equal ones once where there is a dictionary.
fn says_little(values: &ArrayRef, has_dictionary: bool) -> bool {
    match values.data_type() {
        DataType::Utf8 => is_below(PACKED_BYTES, values.as_string::<i32>().iter().flatten(), has_dictionary, str::len),
        DataType::Utf8View => {
            is_below(PACKED_BYTES, values.as_string_view().iter().flatten(), has_dictionary, str::len)
        }
        DataType::Int64 => {
            let numbers = values.as_primitive::<Int64Type>().iter().flatten();
            is_below(PACKED_BYTES, numbers, has_dictionary, |_| size_of::<i64>())
        }
        // Of instants only the differences are kept, and nearly all weights are 1.
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            let instants = values.as_primitive::<TimestampMicrosecondType>().iter().flatten();
            is_below(PACKED_BYTES, instants, true, |_| size_of::<i64>())
        }
        DataType::Float64 => {
            let numbers = values.as_primitive::<Float64Type>().iter().flatten().map(f64::to_bits);
            is_below(PACKED_BYTES, numbers, true, |_| size_of::<f64>())
        }
        DataType::Boolean => values.len() / 8 < PACKED_BYTES,
        _ => false,
    }
}

fn is_below<T: Hash + PartialEq + Copy>(
    most: usize,
    values: impl Iterator<Item = T>,
    each_once: bool,
    bytes: impl Fn(T) -> usize,
) -> bool {
    let hasher = RandomState::new();
    let mut seen = HashSet::new();
    let (mut before, mut sum) = (None, 0_usize);
    for value in values {
        // Logs say the same again and again.
        let is_known = each_once && (before == Some(value) || !seen.insert(hasher.hash_one(value)));
        before = Some(value);
        sum = sum.saturating_add(if is_known { 0 } else { bytes(value) });
        if sum >= most {
            return false;
        }
    }
    true
}

/// `None` means a dictionary: values that repeat. Which ones do is a matter of the data, so it is measured.
fn encoding(column: &Column, values: &ArrayRef) -> Option<Encoding> {
    match column.kind {
        // Ascending ids of one source share all but their last digits.
        _ if column.name == "record_id" => Some(Encoding::DELTA_BYTE_ARRAY),
        Kind::Bool => Some(Encoding::PLAIN),
        Kind::Instant => Some(Encoding::DELTA_BINARY_PACKED),
        Kind::Float | Kind::Texts => None,
        _ if repeats(values) => None,
        Kind::Int => Some(Encoding::DELTA_BINARY_PACKED),
        _ => Some(Encoding::DELTA_LENGTH_BYTE_ARRAY),
    }
}

/// At most one value in four of the sample is new.
fn repeats(values: &ArrayRef) -> bool {
    let values = values.slice(0, values.len().min(SAMPLE));
    let most = values.len().saturating_sub(values.null_count()) / 4;
    match values.data_type() {
        DataType::Utf8 => has_at_most(most, values.as_string::<i32>().iter().flatten()),
        DataType::Utf8View => has_at_most(most, values.as_string_view().iter().flatten()),
        DataType::Int64 => has_at_most(most, values.as_primitive::<Int64Type>().iter().flatten()),
        _ => false,
    }
}

/// Whether so many of the values differ or fewer. Of values that never repeat, only as many are looked at.
fn has_at_most<T: Hash>(most: usize, values: impl Iterator<Item = T>) -> bool {
    let hasher = RandomState::new();
    let mut seen = HashSet::new();
    for value in values {
        seen.insert(hasher.hash_one(value));
        if seen.len() > most {
            return false;
        }
    }
    true
}

fn longest_text(values: &ArrayRef) -> usize {
    let of_offsets = |offsets: &[i32]| {
        let lengths =
            offsets.windows(2).map(|ends| ends.last().zip(ends.first()).map_or(0, |(end, start)| end - start));
        lengths.max().and_then(|longest| usize::try_from(longest).ok()).unwrap_or(0)
    };
    match values.data_type() {
        DataType::Utf8 => of_offsets(values.as_string::<i32>().value_offsets()),
        DataType::Utf8View => values.as_string_view().iter().flatten().map(str::len).max().unwrap_or(0),
        DataType::Binary => of_offsets(values.as_binary::<i32>().value_offsets()),
        DataType::BinaryView => values.as_binary_view().iter().flatten().map(<[u8]>::len).max().unwrap_or(0),
        _ => 0,
    }
}

/// What the footer says, in the words of the Delta log.
pub(crate) fn facts(table: &'static Table, metadata: &ParquetMetaData, hours: Hours) -> Facts {
    let rows: i64 = metadata.row_groups().iter().map(RowGroupMetaData::num_rows).sum();
    let (mut mins, mut maxs, mut nulls) = (Map::new(), Map::new(), Map::new());
    for column in bounded_columns(table).filter_map(|name| table.column(name)) {
        if let Some(bounds) = bounds(column, metadata) {
            mins.insert(column.name.to_owned(), bounds.min);
            maxs.insert(column.name.to_owned(), bounds.max);
            nulls.insert(column.name.to_owned(), json!(bounds.nulls));
        }
    }
    let stats = json!({ "numRecords": rows, "minValues": mins, "maxValues": maxs, "nullCount": nulls });
    Facts { rows: u64::try_from(rows).unwrap_or(0), hours, sketched: false, stats: stats.to_string() }
}

struct JsonBounds {
    min: Value,
    max: Value,
    nulls: u64,
}

/// `None` where any row group does not say: half-known bounds are no bounds.
fn bounds(column: &Column, metadata: &ParquetMetaData) -> Option<JsonBounds> {
    let index = metadata
        .file_metadata()
        .schema_descr()
        .columns()
        .iter()
        .position(|leaf| leaf.path().string() == column.name)?;
    let groups =
        || metadata.row_groups().iter().map(|group| group.columns().get(index).and_then(|chunk| chunk.statistics()));
    let nulls = groups().map(|stats| stats?.null_count_opt()).sum::<Option<u64>>()?;
    match column.kind {
        Kind::Instant => {
            let (mut min, mut max) = (i64::MAX, i64::MIN);
            for stats in groups() {
                let Some(Statistics::Int64(stats)) = stats else { return None };
                min = min.min(*stats.min_opt()?);
                max = max.max(*stats.max_opt()?);
            }
            Some(JsonBounds { min: instant_text(min)?, max: instant_text(max)?, nulls })
        }
        _ => {
            let (mut min, mut max): (Option<String>, Option<String>) = (None, None);
            for stats in groups() {
                let Some(Statistics::ByteArray(stats)) = stats else { return None };
                let (Some(least), Some(greatest)) = (stats.min_bytes_opt(), stats.max_bytes_opt()) else {
                    // A row group of nulls only has no bounds and needs none.
                    continue;
                };
                let least = std::str::from_utf8(least).ok()?;
                let greatest = std::str::from_utf8(greatest).ok()?;
                if min.as_deref().is_none_or(|min| least < min) {
                    min = Some(least.to_owned());
                }
                if max.as_deref().is_none_or(|max| greatest > max) {
                    max = Some(greatest.to_owned());
                }
            }
            Some(JsonBounds { min: json!(min?), max: json!(max?), nulls })
        }
    }
}

fn instant_text(micros: i64) -> Option<Value> {
    Timestamp::from_micros(micros).map(|instant| json!(instant.to_string()))
}
