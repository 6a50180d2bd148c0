//! A lake table for DataFusion: files pruned by the Delta log, then row groups and pages by Parquet itself.

use std::{collections::HashSet, sync::Arc};

use arrow_array::{ArrayRef, BooleanArray, UInt64Array};
use arrow_cast::CastOptions;
use arrow_schema::{DataType, Field, Schema, SchemaRef, SortOptions};
use async_trait::async_trait;
use datafusion::{
    catalog::{Session, TableProvider},
    common::{Column, DFSchema, Statistics, stats::Precision},
    datasource::{
        listing::PartitionedFile,
        physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource, parquet::CachedParquetFileReaderFactory},
        source::DataSourceExec,
        table_schema::TableSchema,
    },
    error::Result,
    execution::object_store::ObjectStoreUrl,
    logical_expr::{Expr, TableProviderFilterPushDown, TableType, utils::conjunction},
    physical_expr::{LexOrdering, PhysicalExpr, PhysicalSortExpr, expressions},
    physical_optimizer::pruning::{PruningPredicateBuilder, PruningStatistics},
    physical_plan::{ExecutionPlan, empty::EmptyExec, projection::ProjectionExec},
    scalar::ScalarValue,
};
use object_store::{ObjectMeta, path::Path};
use schema::Table;

use crate::{
    day_files::day_of,
    files::{self, Bounds, DAY, DataFile},
    table_log::Snapshot,
};

/// Under this URL sessions find the object store of the lake. It names no place outside.
pub(crate) const STORE_URL: &str = "lake://tables";

/// A table at one version. `None` as its snapshot: a table that has no rows yet.
#[derive(Debug)]
pub(crate) struct LakeTable {
    table: &'static Table,
    schema: SchemaRef,
    files: Arc<Vec<DataFile>>,
    merges_files: bool,
}

impl LakeTable {
    pub(crate) fn new(table: &'static Table, snapshot: Option<&Snapshot>) -> crate::Result<Self> {
        let stored = snapshot.map(Snapshot::schema).transpose()?;
        let files = snapshot.map(|snapshot| Arc::clone(snapshot.files())).unwrap_or_default();
        Ok(Self { table, schema: read_schema(table, stored.as_ref()), files, merges_files: false })
    }

    /// Only some files, each read in its own order so that a sort by time merges them in little memory.
    pub(crate) fn of_files(table: &'static Table, snapshot: &Snapshot, files: Vec<DataFile>) -> crate::Result<Self> {
        let schema = read_schema(table, Some(&snapshot.schema()?));
        Ok(Self { table, schema, files: Arc::new(files), merges_files: true })
    }

    /// The same files in no particular order.
    pub(crate) fn unmerged(self) -> Self {
        Self { merges_files: false, ..self }
    }

    pub(crate) fn table(&self) -> &'static Table {
        self.table
    }

    /// The stored columns, without the partition column.
    fn file_schema(&self) -> SchemaRef {
        let columns = self.schema.fields().iter().filter(|field| field.name() != DAY);
        Arc::new(Schema::new(columns.cloned().collect::<Vec<_>>()))
    }

    /// Files that may have rows for which all filters hold.
    fn prune(&self, state: &dyn Session, filters: &[Expr]) -> Result<Vec<&DataFile>> {
        let all = || self.files.iter().collect();
        let Some(filter) = conjunction(filters.iter().cloned()) else { return Ok(all()) };
        let schema = DFSchema::try_from(Arc::clone(&self.schema))?;
        let predicate = state.create_physical_expr(filter, &schema)?;
        // What cannot be turned into a question about bounds prunes nothing; it is no error.
        let Ok(predicate) =
            PruningPredicateBuilder::new().with_file_schema(Arc::clone(&self.schema)).try_build(predicate)
        else {
            return Ok(all());
        };
        let keep = predicate.prune(&FileBounds { table: self.table, schema: &self.schema, files: &self.files })?;
        Ok(self.files.iter().zip(keep).filter(|(_, keep)| *keep).map(|(file, _)| file).collect())
    }

    fn partitioned(&self, file: &DataFile) -> PartitionedFile {
        let modified = i64::max(file.modified_ms, 0).saturating_mul(1_000);
        let modified = deltalake::arrow::temporal_conversions::timestamp_us_to_datetime(modified);
        let meta = ObjectMeta {
            location: Path::from(self.table.name).parts().chain(file.path.parts()).collect(),
            last_modified: modified.unwrap_or_default().and_utc(),
            size: file.size,
            e_tag: None,
            version: None,
        };
        let mut partitioned = PartitionedFile::new_from_meta(meta);
        partitioned.partition_values = vec![ScalarValue::Date32(file.day)];
        partitioned.statistics = Some(Arc::new(self.statistics_of(file)));
        partitioned
    }

    /// Bounds are given as inexact: texts are cut, and other writers round instants.
    fn statistics_of(&self, file: &DataFile) -> Statistics {
        let mut statistics = Statistics::new_unknown(&self.schema);
        if let Some(rows) = file.rows.and_then(|rows| usize::try_from(rows).ok()) {
            statistics.num_rows = Precision::Exact(rows);
        }
        for (field, column) in self.schema.fields().iter().zip(&mut statistics.column_statistics) {
            if let Some(bounds) = file.bounds.get(field.name().as_str()) {
                column.min_value = Precision::Inexact(bounds.min.clone());
                column.max_value = Precision::Inexact(bounds.max.clone());
            }
        }
        statistics
    }

    fn statistics_of_all(&self, files: &[&DataFile]) -> Statistics {
        let mut statistics = Statistics::new_unknown(&self.schema);
        let rows = files.iter().map(|file| file.rows).sum::<Option<u64>>();
        if let Some(rows) = rows.and_then(|rows| usize::try_from(rows).ok()) {
            statistics.num_rows = Precision::Exact(rows);
        }
        statistics
    }

    fn ordering(&self) -> Result<Vec<LexOrdering>> {
        let by_time = expressions::col(files::instant_name(self.table), &self.schema)?;
        let options = SortOptions { descending: false, nulls_first: false };
        Ok(LexOrdering::new([PhysicalSortExpr::new(by_time, options)]).into_iter().collect())
    }
}

#[async_trait]
impl TableProvider for LakeTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let kept = self.prune(state, filters)?;
        if kept.is_empty() {
            let schema = datafusion::common::project_schema(&self.schema, projection)?;
            return Ok(Arc::new(EmptyExec::new(schema)));
        }
        let all: Vec<usize> = (0..self.schema.fields().len()).collect();
        let wanted = projection.unwrap_or(&all);
        let day = self.schema.index_of(DAY)?;
        let has_shared_files = kept.iter().any(|file| file.day.is_none());
        if !(has_shared_files && wanted.contains(&day)) {
            return self.scan_files(state, &kept, projection, limit);
        }
        // Files of several days have no day of their own: it is made from the instant of each row.
        let instant = self.schema.index_of(files::instant_name(self.table))?;
        let mut stored: Vec<usize> = wanted.iter().copied().filter(|&column| column != day).collect();
        if !stored.contains(&instant) {
            stored.push(instant);
        }
        let rows = self.scan_files(state, &kept, Some(&stored), limit)?;
        let columns = wanted.iter().map(|&column| {
            let name = self.schema.field(column).name();
            let stored = |name| expressions::col(name, &rows.schema());
            let value = if column == day { utc_day(stored(files::instant_name(self.table))?) } else { stored(name)? };
            Ok((value, name.clone()))
        });
        let columns = columns.collect::<Result<Vec<_>>>()?;
        Ok(Arc::new(ProjectionExec::try_new(columns, rows)?))
    }
}

/// The UTC day of an instant; nothing where no calendar holds it.
fn utc_day(instant: Arc<dyn PhysicalExpr>) -> Arc<dyn PhysicalExpr> {
    let options = CastOptions { safe: true, ..CastOptions::default() };
    Arc::new(expressions::CastExpr::new(instant, DataType::Date32, Some(options)))
}

impl LakeTable {
    fn scan_files(
        &self,
        state: &dyn Session,
        kept: &[&DataFile],
        projection: Option<&Vec<usize>>,
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let url = ObjectStoreUrl::parse(STORE_URL)?;
        let runtime = state.runtime_env();
        let footers = runtime.cache_manager.get_file_metadata_cache();
        let reader = CachedParquetFileReaderFactory::new(runtime.object_store(&url)?, footers);
        let day = Arc::new(Field::new(DAY, DataType::Date32, true));
        let columns = TableSchema::builder(self.file_schema()).with_table_partition_cols(vec![day]).build();
        let source = ParquetSource::new(columns)
            .with_table_parquet_options(state.default_table_options().parquet)
            .with_parquet_file_reader_factory(Arc::new(reader));
        let partitioned: Vec<_> = kept.iter().map(|file| self.partitioned(file)).collect();
        let mut config = FileScanConfigBuilder::new(url, Arc::new(source))
            .with_statistics(self.statistics_of_all(kept))
            .with_projection_indices(projection.cloned())?
            .with_limit(limit);
        if self.merges_files && kept.iter().all(|file| file.sorted) {
            let groups = partitioned.into_iter().map(|file| FileGroup::new(vec![file])).collect();
            config = config.with_file_groups(groups).with_output_ordering(self.ordering()?);
        } else {
            config =
                config.with_file_groups(FileGroup::new(partitioned).split_files(state.config().target_partitions()));
        }
        Ok(DataSourceExec::from_data_source(config.build()))
    }
}

/// The columns as queries see them: ours, then the day. Texts are views, because a batch of long records can exceed
/// the 2 GiB that plain texts can address.
pub(crate) fn read_schema(table: &Table, stored: Option<&SchemaRef>) -> SchemaRef {
    let mut fields: Vec<_> = table
        .schema()
        .fields()
        .iter()
        .map(|field| {
            let in_file = stored.and_then(|stored| stored.field_with_name(field.name()).ok());
            let nullable = field.is_nullable() || stored.is_some() && in_file.is_none_or(Field::is_nullable);
            Field::new(field.name(), view_type(field.data_type()), nullable)
        })
        .collect();
    fields.push(Field::new(DAY, DataType::Date32, true));
    Arc::new(Schema::new(fields))
}

pub(crate) fn view_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Utf8 => DataType::Utf8View,
        DataType::Binary => DataType::BinaryView,
        other => other.clone(),
    }
}

/// The log's bounds in the form that pruning asks for.
#[derive(Debug)]
struct FileBounds<'a> {
    table: &'static Table,
    schema: &'a SchemaRef,
    files: &'a [DataFile],
}

impl FileBounds<'_> {
    fn column(&self, column: &Column, pick: impl Fn(&Bounds) -> ScalarValue) -> Option<ArrayRef> {
        let field = self.schema.field_with_name(&column.name).ok()?;
        let unknown = ScalarValue::try_new_null(field.data_type()).ok()?;
        let instant = files::instant_name(self.table);
        let values = self.files.iter().map(|file| {
            if column.name == DAY {
                let bound = || match file.bounds.get(instant).map(&pick) {
                    Some(ScalarValue::TimestampMicrosecond(bound, _)) => day_of(bound?),
                    _ => None,
                };
                ScalarValue::Date32(file.day.or_else(bound))
            } else {
                file.bounds.get(column.name.as_str()).map_or(unknown.clone(), &pick)
            }
        });
        ScalarValue::iter_to_array(values).ok()
    }
}

impl PruningStatistics for FileBounds<'_> {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        self.column(column, |bounds| bounds.min.clone())
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        self.column(column, |bounds| bounds.max.clone())
    }

    fn num_containers(&self) -> usize {
        self.files.len()
    }

    fn null_counts(&self, column: &Column) -> Option<ArrayRef> {
        let nulls = self.files.iter().map(|file| {
            if column.name == DAY {
                file.day.map(|_| 0)
            } else {
                file.bounds.get(column.name.as_str()).and_then(|bounds| bounds.nulls)
            }
        });
        Some(Arc::new(nulls.collect::<UInt64Array>()))
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        Some(Arc::new(self.files.iter().map(|file| file.rows).collect::<UInt64Array>()))
    }

    fn contained(&self, _: &Column, _: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        None
    }
}
