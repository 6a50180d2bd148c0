//! Data files one by one, with what is known of their long texts: for those who look at short columns first, and then
//! read the long ones of few rows.

use std::{ops::Range, sync::Arc};

use arrow_array::{RecordBatch, cast::AsArray, new_null_array, types::TimestampMicrosecondType};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use bytes::Bytes;
use datafusion::scalar::ScalarValue;
use futures::{FutureExt, StreamExt, TryStreamExt, future::BoxFuture};
use object_store::{ObjectStore, ObjectStoreExt, path::Path};
use parquet::{
    arrow::{
        ParquetRecordBatchStreamBuilder, ProjectionMask,
        arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, RowSelection},
        async_reader::AsyncFileReader,
    },
    errors::Result as ParquetResult,
    file::{
        metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader},
        statistics::Statistics,
    },
};
use schema::{Sketch, Table, Window};

use crate::{
    Rows,
    error::{Context, Result},
    files::{self, DataFile},
    parquet_file::SKETCH,
    provider::{read_schema, view_type},
};

/// Rows that are given at once: as many as queries get.
const BATCH_ROWS: usize = 8_192;

/// Bytes read at the end of a file at once: what describes most files, their sketch included.
const FOOTER_BYTES: usize = 512 << 10;

/// A file that is read by itself: because it tells what is in its long texts ([`crate::Lake::scan_files`]), or because
/// its rows ascend in time ([`crate::Lake::scan_runs`]).
#[derive(Debug, Clone)]
pub struct StoredFile {
    pub(crate) table: &'static Table,
    pub(crate) store: Arc<dyn ObjectStore>,
    /// Within the table's folder, as the store is.
    pub(crate) path: Path,
    pub(crate) size: u64,
}

impl StoredFile {
    /// Whether a file lies within the window as a whole and tells what is in its texts.
    pub(crate) fn serves(table: &'static Table, file: &DataFile, window: Window) -> bool {
        let within = |(first, last): (i64, i64)| first >= window.start.micros() && last < window.end.micros();
        file.sketched && instants_of(table, file).is_some_and(within)
    }

    /// Whether a file may have rows of the window; nothing where those would not be a run of its rows.
    pub(crate) fn may_reach(table: &'static Table, file: &DataFile, window: Window) -> Option<bool> {
        let (first, last) = instants_of(table, file).filter(|_| file.sorted)?;
        Some(last >= window.start.micros() && first < window.end.micros())
    }

    /// Reads what describes the file.
    pub async fn open(mut self) -> Result<OpenFile> {
        let path = self.path.clone();
        let could_not = || format!("could not open file \"{path}\"");
        let found = ArrowReaderMetadata::load_async(&mut self, options()).await.context(could_not)?;
        // Texts as views: less work, and equal texts often lie in one place.
        let views: Vec<Field> = found
            .schema()
            .fields()
            .iter()
            .map(|field| field.as_ref().clone().with_data_type(view_type(field.data_type())))
            .collect();
        let options = options().with_schema(Arc::new(Schema::new(views)));
        let metadata = ArrowReaderMetadata::try_new(Arc::clone(found.metadata()), options).context(could_not)?;
        Ok(OpenFile { columns: read_schema(self.table, Some(metadata.schema())), file: self, metadata })
    }
}

/// Between which instants all rows of a file lie, in microseconds.
fn instants_of(table: &'static Table, file: &DataFile) -> Option<(i64, i64)> {
    let bounds = file.bounds.get(files::instant_name(table))?;
    match (&bounds.min, &bounds.max) {
        (ScalarValue::TimestampMicrosecond(Some(first), _), ScalarValue::TimestampMicrosecond(Some(last), _)) => {
            Some((*first, *last))
        }
        _ => None,
    }
}

/// How the Parquet reader gets at the bytes of a file.
impl AsyncFileReader for StoredFile {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, ParquetResult<Bytes>> {
        async move { Ok(self.store.get_range(&self.path, range).await?) }.boxed()
    }

    fn get_byte_ranges(&mut self, ranges: Vec<Range<u64>>) -> BoxFuture<'_, ParquetResult<Vec<Bytes>>> {
        async move { Ok(self.store.get_ranges(&self.path, &ranges).await?) }.boxed()
    }

    fn get_metadata<'a>(
        &'a mut self,
        options: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, ParquetResult<Arc<ParquetMetaData>>> {
        let pages = options.map_or(PageIndexPolicy::Skip, ArrowReaderOptions::offset_index_policy);
        let size = self.size;
        async move {
            let reader =
                ParquetMetaDataReader::new().with_offset_index_policy(pages).with_prefetch_hint(Some(FOOTER_BYTES));
            Ok(Arc::new(reader.load_and_finish(self, size).await?))
        }
        .boxed()
    }
}

fn options() -> ArrowReaderOptions {
    // Where pages begin is asked for when single rows are wanted; what they hold is not asked for at all.
    ArrowReaderOptions::new().with_offset_index_policy(PageIndexPolicy::Optional)
}

/// A file whose description was read.
#[derive(Debug)]
pub struct OpenFile {
    file: StoredFile,
    metadata: ArrowReaderMetadata,
    /// Of the table, as queries see it.
    columns: SchemaRef,
}

impl OpenFile {
    /// What is known of its texts.
    pub fn sketch(&self) -> Sketch {
        let described = self.metadata.metadata().file_metadata().key_value_metadata();
        let kept = described.into_iter().flatten().find(|pair| pair.key == SKETCH);
        kept.and_then(|pair| pair.value.as_deref()).map(Sketch::of_text).unwrap_or_default()
    }

    /// Parts that can be read beside each other.
    pub fn n_groups(&self) -> usize {
        self.metadata.metadata().num_row_groups()
    }

    pub fn n_rows(&self, group: usize) -> usize {
        let groups = self.metadata.metadata().row_groups();
        groups.get(group).and_then(|group| usize::try_from(group.num_rows()).ok()).unwrap_or(0)
    }

    /// Rows of a group within the window: a run, where the rows of the file ascend in time.
    pub async fn run(&self, group: usize, window: Window) -> Result<Range<u32>> {
        let (start, end) = (window.start.micros(), window.end.micros());
        let all = 0..u32::try_from(self.n_rows(group)).unwrap_or(u32::MAX);
        if let Some((first, last)) = self.instants(group) {
            if last < start || first >= end {
                return Ok(0..0);
            }
            if first >= start && last < end {
                return Ok(all);
            }
        }
        let instant = files::instant_name(self.file.table);
        let mut batches = self.rows(group, &[instant], None)?;
        let mut run = 0..0;
        while let Some(batch) = batches.try_next().await? {
            let instants = batch.column_by_name(instant).and_then(|column| {
                column.as_primitive_opt::<TimestampMicrosecondType>().map(|instants| instants.values().as_ref())
            });
            let instants: &[i64] = instants.unwrap_or_default();
            run.start += instants.partition_point(|at| *at < start) as u32;
            run.end += instants.partition_point(|at| *at < end) as u32;
        }
        Ok(run.start..run.end.max(run.start))
    }

    /// The first and the last instant of a group, in microseconds, where they are known.
    fn instants(&self, group: usize) -> Option<(i64, i64)> {
        let instant = files::instant_name(self.file.table);
        let field = self.metadata.schema().field_with_name(instant).ok()?;
        let in_micros = matches!(field.data_type(), DataType::Timestamp(TimeUnit::Microsecond, _));
        let columns = self.metadata.metadata().row_groups().get(group)?.columns();
        let column = columns.iter().find(|column| column.column_path().parts() == [instant])?;
        match column.statistics()? {
            Statistics::Int64(known) if in_micros => Some((*known.min_opt()?, *known.max_opt()?)),
            _ => None,
        }
    }

    /// Named columns of a group in the order of its rows: of all rows, or of some (ascending numbers within the group).
    /// A column that the file does not have is null.
    pub fn rows(&self, group: usize, columns: &[&str], among: Option<&[u32]>) -> Result<Rows> {
        let n_rows = self.n_rows(group);
        self.read(group, columns, among.map(|rows| RowSelection::from_consecutive_ranges(ranges(rows), n_rows)))
    }

    /// The same of a run of rows.
    pub fn rows_of(&self, group: usize, columns: &[&str], run: Range<u32>) -> Result<Rows> {
        let n_rows = self.n_rows(group);
        let run = run.start as usize..(run.end as usize).min(n_rows);
        let some = (run.len() < n_rows).then(|| RowSelection::from_consecutive_ranges(std::iter::once(run), n_rows));
        self.read(group, columns, some)
    }

    fn read(&self, group: usize, columns: &[&str], some: Option<RowSelection>) -> Result<Rows> {
        let could_not = || format!("could not read file \"{}\"", self.file.path);
        let mut builder = ParquetRecordBatchStreamBuilder::new_with_metadata(self.file.clone(), self.metadata.clone());
        let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
        builder = builder.with_row_groups(vec![group]).with_projection(mask).with_batch_size(BATCH_ROWS);
        if let Some(some) = some {
            builder = builder.with_row_selection(some);
        }
        let fields = columns.iter().filter_map(|name| self.columns.field_with_name(name).ok().cloned());
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let given = Arc::clone(&schema);
        let batches =
            builder.build().context(could_not)?.map(move |batch| arranged(&batch.context(could_not_read)?, &given));
        Ok(Rows::new(schema, batches))
    }
}

fn could_not_read() -> String {
    "could not read a file of the lake".to_owned()
}

/// Neighboring rows as ranges.
fn ranges(rows: &[u32]) -> impl Iterator<Item = Range<usize>> + '_ {
    rows.chunk_by(|one, next| one.checked_add(1) == Some(*next)).filter_map(|run| {
        let (first, last) = (run.first()?, run.last()?);
        Some(*first as usize..*last as usize + 1)
    })
}

/// The columns that were asked for, in their order.
fn arranged(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let columns = schema.fields().iter().map(|field| match batch.column_by_name(field.name()) {
        Some(column) if column.data_type() == field.data_type() => Ok(Arc::clone(column)),
        Some(column) => arrow_cast::cast(column, field.data_type()),
        None => Ok(new_null_array(field.data_type(), batch.num_rows())),
    });
    let columns = columns.collect::<std::result::Result<Vec<_>, _>>().context(could_not_read)?;
    // A file of before a column was required has nulls in it.
    let fields = schema.fields().iter().map(|field| field.as_ref().clone().with_nullable(true));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(schema, columns, &options).context(could_not_read)
}
