//! The columns of one table while records are added. Filled by `mapping`, stamped by `normalize`.

use std::fmt;

use arrow_array::{
    ArrayRef,
    builder::{
        ArrayBuilder, BinaryBuilder, BooleanBuilder, Float64Builder, Int64Builder, ListBuilder, StringBuilder,
        TimestampMicrosecondBuilder,
    },
    new_null_array,
};
use schema::{Column, Kind, Table, Timestamp};

use crate::observed::Observed;

/// Rows of one table, without what the stamp adds (record id, dataset, source, time of ingestion).
#[derive(Debug)]
pub struct ParsedRows {
    pub(crate) table: &'static Table,
    /// Byte offset of each record.
    pub(crate) positions: Vec<u64>,
    /// Event times as far as the records state them.
    pub(crate) observed: Vec<Observed>,
    pub(crate) weights: Vec<f64>,
    pub(crate) attrs: StringBuilder,
    pub(crate) raw: StringBuilder,
    /// The table's own columns, in its order.
    pub(crate) own: Vec<ArrayRef>,
}

impl ParsedRows {
    pub fn table(&self) -> &'static Table {
        self.table
    }

    pub fn len(&self) -> usize {
        self.positions.len()
    }

    pub fn is_empty(&self) -> bool {
        self.positions.is_empty()
    }
}

/// What every record has, whatever its table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Common<'a> {
    pub(crate) position: u64,
    pub(crate) observed: Observed,
    pub(crate) weight: f64,
    /// A JSON object, or empty where nothing is left over.
    pub(crate) attrs: &'a str,
    pub(crate) raw: &'a str,
}

/// What a column holds that must have a value, where the record has none.
const UNSTATED: &str = "unknown";

/// Room that a table begins with: rows, and bytes of the texts that every row has. Most batches need more, and growing
/// from next to nothing copies them once more.
const ROWS: usize = 1 << 10;
pub(crate) const TEXT_BYTES: usize = 1 << 17;

/// Room that a column begins with once it has a value: small, because thousands of small files have few rows each, and
/// what is taken for each column of each of them costs more than they do.
const COLUMN_ROWS: usize = 128;
const COLUMN_TEXT_BYTES: usize = 2 << 10;

/// Fills the columns of a table row by row: any of the columns in any order, then [`Rows::end_row`].
///
/// A column is behind the others while it has no values: most columns of a wide table are empty in most rows, and nulls
/// are added many at a time, before the next value or at the end.
pub(crate) struct Rows {
    rows: ParsedRows,
    columns: Vec<Builder>,
    /// One bit a column: has a value in the row at hand.
    filled: u64,
    /// One bit a column: must have a value in every row.
    required: u64,
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("table", &self.rows.table.name).field("len", &self.rows.len()).finish()
    }
}

impl Rows {
    /// `text_bytes` is about how much the texts that every row has will take.
    pub(crate) fn new(table: &'static Table, text_bytes: usize) -> Self {
        debug_assert!(table.own.len() <= 64, "the bits of `filled` are enough for every table");
        let rows = ROWS.min(text_bytes / 64);
        Self {
            columns: table.own.iter().map(|column| Builder::Unset(column.kind)).collect(),
            filled: 0,
            required: required(table),
            rows: ParsedRows {
                table,
                positions: Vec::new(),
                observed: Vec::new(),
                weights: Vec::new(),
                attrs: StringBuilder::with_capacity(rows, text_bytes),
                raw: StringBuilder::with_capacity(rows, text_bytes),
                own: Vec::new(),
            },
        }
    }

    pub(crate) fn table(&self) -> &'static Table {
        self.rows.table
    }

    /// Whether the column already has a value in this row.
    pub(crate) fn has(&self, column: usize) -> bool {
        self.filled & (1 << column) != 0
    }

    /// The column's builder, with as many values as there are rows before this one.
    #[inline]
    fn column(&mut self, column: usize) -> Option<&mut Builder> {
        let rows = self.rows.len();
        let builder = self.columns.get_mut(column)?;
        builder.fill(rows);
        Some(builder)
    }

    pub(crate) fn text(&mut self, column: usize, value: &str) {
        if let Some(Builder::Text(builder)) = self.column(column) {
            builder.append_value(value);
            self.filled |= 1 << column;
        }
    }

    pub(crate) fn int(&mut self, column: usize, value: i64) {
        if let Some(Builder::Int(builder)) = self.column(column) {
            builder.append_value(value);
            self.filled |= 1 << column;
        }
    }

    pub(crate) fn bool(&mut self, column: usize, value: bool) {
        if let Some(Builder::Bool(builder)) = self.column(column) {
            builder.append_value(value);
            self.filled |= 1 << column;
        }
    }

    pub(crate) fn instant(&mut self, column: usize, value: Timestamp) {
        if let Some(Builder::Instant(builder)) = self.column(column) {
            builder.append_value(value.micros());
            self.filled |= 1 << column;
        }
    }

    /// Adds an item to a list that [`Rows::end_texts`] closes.
    pub(crate) fn text_item(&mut self, column: usize, value: Option<&str>) {
        if let Some(Builder::Texts(builder)) = self.column(column) {
            builder.values().append_option(value);
        }
    }

    pub(crate) fn end_texts(&mut self, column: usize) {
        if let Some(Builder::Texts(builder)) = self.column(column) {
            builder.append(true);
            self.filled |= 1 << column;
        }
    }

    /// Ends the row; columns without a value become null.
    pub(crate) fn end_row(&mut self, common: Common<'_>) {
        let mut missing = self.required & !self.filled;
        while missing != 0 {
            // A record that does not say what every row must say is kept all the same.
            self.text(missing.trailing_zeros() as usize, UNSTATED);
            missing &= missing - 1;
        }
        self.filled = 0;
        let rows = &mut self.rows;
        rows.positions.push(common.position);
        rows.observed.push(common.observed);
        rows.weights.push(common.weight);
        rows.attrs.append_option((!common.attrs.is_empty()).then_some(common.attrs));
        rows.raw.append_value(common.raw);
    }

    pub(crate) fn finish(mut self) -> ParsedRows {
        let rows = self.rows.len();
        self.rows.own = self.columns.iter_mut().map(|builder| builder.finish(rows)).collect();
        self.rows
    }
}

/// One bit for each column of text that must have a value.
fn required(table: &Table) -> u64 {
    let columns = table.own.iter().enumerate();
    let is_required = |column: &Column| column.required && matches!(column.kind, Kind::Text | Kind::Ip | Kind::Json);
    columns.filter(|(_, column)| is_required(column)).fold(0, |bits, (place, _)| bits | 1 << place)
}

/// A column of any [`Kind`].
enum Builder {
    /// No row has had a value yet.
    Unset(Kind),
    Text(StringBuilder),
    Int(Int64Builder),
    Float(Float64Builder),
    Bool(BooleanBuilder),
    Instant(TimestampMicrosecondBuilder),
    Texts(ListBuilder<StringBuilder>),
    Bytes(BinaryBuilder),
}

impl Builder {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::Text | Kind::Ip | Kind::Json => {
                Self::Text(StringBuilder::with_capacity(COLUMN_ROWS, COLUMN_TEXT_BYTES))
            }
            Kind::Int => Self::Int(Int64Builder::with_capacity(COLUMN_ROWS)),
            Kind::Float => Self::Float(Float64Builder::with_capacity(COLUMN_ROWS)),
            Kind::Bool => Self::Bool(BooleanBuilder::with_capacity(COLUMN_ROWS)),
            Kind::Instant => {
                Self::Instant(TimestampMicrosecondBuilder::with_capacity(COLUMN_ROWS).with_timezone("UTC"))
            }
            Kind::Texts => Self::Texts(ListBuilder::new(StringBuilder::new())),
            Kind::Bytes => Self::Bytes(BinaryBuilder::new()),
        }
    }

    /// Adds nulls up to the number of rows.
    #[inline]
    fn fill(&mut self, rows: usize) {
        if let Self::Unset(kind) = self {
            *self = Self::new(*kind);
        }
        let count = rows.saturating_sub(self.len());
        if count > 0 {
            self.append_nulls(count);
        }
    }

    #[inline]
    fn len(&self) -> usize {
        match self {
            Self::Unset(_) => 0,
            Self::Text(builder) => builder.len(),
            Self::Int(builder) => builder.len(),
            Self::Float(builder) => builder.len(),
            Self::Bool(builder) => builder.len(),
            Self::Instant(builder) => builder.len(),
            Self::Texts(builder) => builder.len(),
            Self::Bytes(builder) => builder.len(),
        }
    }

    fn append_nulls(&mut self, count: usize) {
        match self {
            Self::Unset(_) => {}
            Self::Text(builder) => builder.append_nulls(count),
            Self::Int(builder) => builder.append_nulls(count),
            Self::Float(builder) => builder.append_nulls(count),
            Self::Bool(builder) => builder.append_nulls(count),
            Self::Instant(builder) => builder.append_nulls(count),
            Self::Texts(builder) => builder.append_nulls(count),
            Self::Bytes(builder) => builder.append_nulls(count),
        }
    }

    fn finish(&mut self, rows: usize) -> ArrayRef {
        if !matches!(self, Self::Unset(_)) {
            self.fill(rows);
        }
        let builder: &mut dyn ArrayBuilder = match self {
            Self::Unset(kind) => return new_null_array(&kind.data_type(), rows),
            Self::Text(builder) => builder,
            Self::Int(builder) => builder,
            Self::Float(builder) => builder,
            Self::Bool(builder) => builder,
            Self::Instant(builder) => builder,
            Self::Texts(builder) => builder,
            Self::Bytes(builder) => builder,
        };
        builder.finish()
    }
}
