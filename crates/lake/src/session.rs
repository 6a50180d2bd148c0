//! Sessions for queries: the catalog of one lake at one time, limits of memory, and our own functions.

use std::{fmt, sync::Arc};

use arrow_array::{Array, RecordBatch, cast::AsArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::{
    catalog::{MemoryCatalogProviderList, SchemaProvider, TableProvider},
    error::DataFusionError,
    execution::{
        FunctionRegistry, SessionState, SessionStateBuilder,
        disk_manager::{DiskManagerBuilder, DiskManagerMode},
        memory_pool::{FairSpillPool, TrackConsumersPool},
        object_store::ObjectStoreUrl,
        runtime_env::{RuntimeEnv, RuntimeEnvBuilder},
    },
    logical_expr::LogicalPlan,
    prelude::{SQLOptions, SessionConfig, SessionContext},
};
use futures::{StreamExt, TryStreamExt, stream};
use object_store::ObjectStore;

use crate::{
    Options, Rows,
    error::{Context, Error, Result},
    functions,
    gate::Admitted,
    postgres::{self, OrderedCatalog, PgQuestion},
    provider::STORE_URL,
};

pub(crate) const CATALOG: &str = "margay";
pub(crate) const SCHEMA: &str = "lake";

/// Functions that make gigabytes from a few bytes before any limit of memory is asked.
const WITHHELD: &[&str] = &["array_repeat", "array_resize", "list_repeat", "list_resize", "lpad", "repeat", "rpad"];

/// Memory, disk and object store that all queries of a lake share.
pub(crate) fn runtime(store: &Arc<dyn ObjectStore>, options: &Options) -> Result<Arc<RuntimeEnv>> {
    let spill = match &options.spill_folder {
        Some(folder) => DiskManagerMode::Directories(vec![folder.clone()]),
        None => DiskManagerMode::OsTmpDirectory,
    };
    let disk = DiskManagerBuilder::default().with_mode(spill).with_max_temp_directory_size(options.spill_bytes);
    let largest = std::num::NonZeroUsize::MIN.saturating_add(2);
    let pool = TrackConsumersPool::new(FairSpillPool::new(options.query_memory_bytes), largest);
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(pool))
        .with_disk_manager_builder(disk)
        .with_metadata_cache_limit(options.metadata_cache_bytes)
        .build_arc()
        .context(|| "could not prepare for queries".to_owned())?;
    let url = ObjectStoreUrl::parse(STORE_URL).context(|| "could not prepare for queries".to_owned())?;
    runtime.register_object_store(url.as_ref(), Arc::clone(store));
    Ok(runtime)
}

/// In which form texts leave a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Texts {
    /// For people and files: programs older than views read them, and the buffers of an answer hold nothing of rows
    /// that were filtered out.
    Plain,
    /// For [`run_plain`], which makes them plain itself.
    Views,
}

/// What every session starts from.
pub(crate) fn base_state(runtime: &Arc<RuntimeEnv>, options: &Options, texts: Texts) -> Result<SessionState> {
    let mut config = SessionConfig::new()
        .with_default_catalog_and_schema(CATALOG, SCHEMA)
        .with_create_default_catalog_and_schema(false)
        .with_information_schema(true)
        .with_target_partitions(options.threads.max(1))
        // Above a sort it deals the batches of an ordered answer out to several partitions, and they come back in any order.
        .with_round_robin_repartition(false);
    let settings = config.options_mut();
    settings.optimizer.expand_views_at_output = texts == Texts::Plain;
    // A hunt reads the column it filters on, and the others only where a row matched.
    settings.execution.parquet.pushdown_filters = true;
    settings.execution.parquet.reorder_filters = true;
    let mut state = SessionStateBuilder::new()
        .with_config(config)
        .with_runtime_env(Arc::clone(runtime))
        .with_default_features()
        .build();
    let could_not = || "could not register SQL functions".to_owned();
    for function in functions::ALL {
        state.register_udf(Arc::new((function.udf)())).context(could_not)?;
    }
    for name in WITHHELD {
        state.deregister_udf(name).context(could_not)?;
    }
    Ok(state)
}

/// A session that sees the tables which `tables` gives.
pub(crate) fn session(base: &SessionState, tables: Arc<dyn Tables>) -> Result<SessionContext> {
    let catalog = OrderedCatalog::default();
    let schema = Arc::new(LakeSchema { tables });
    datafusion::catalog::CatalogProvider::register_schema(&catalog, SCHEMA, schema)
        .context(|| "could not prepare for queries".to_owned())?;
    let catalogs = MemoryCatalogProviderList::new();
    datafusion::catalog::CatalogProviderList::register_catalog(&catalogs, CATALOG.to_owned(), Arc::new(catalog));
    let state = SessionStateBuilder::new_from_existing(base.clone()).with_catalog_list(Arc::new(catalogs)).build();
    Ok(SessionContext::new_with_state(state))
}

/// Plans an admitted statement and starts it.
pub(crate) async fn run(session: &SessionContext, admitted: Admitted) -> Result<Rows> {
    let plan = read_only_plan(session, admitted).await?;
    run_plan(session, plan).await
}

/// The same with parameters; without their values it is only planned.
pub(crate) async fn run_postgres(
    session: &SessionContext,
    admitted: Admitted,
    question: &PgQuestion<'_>,
) -> Result<Rows> {
    let plan = read_only_plan(session, admitted).await?;
    let (plan, parameters) = postgres::bind(plan, question)?;
    if question.values.is_some() {
        return run_plan(session, plan).await;
    }
    let planned = session.state().optimize(&plan).context(|| "could not plan the query".to_owned())?;
    let told = postgres::described(planned.schema().as_arrow(), &parameters);
    Ok(Rows::new(Arc::new(told), stream::empty()))
}

async fn read_only_plan(session: &SessionContext, admitted: Admitted) -> Result<LogicalPlan> {
    let could_not = || "could not run the query".to_owned();
    let plan = session.state().statement_to_plan(admitted.0).await.context(could_not)?;
    let read_only = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    read_only.verify_plan(&plan).context(could_not)?;
    Ok(plan)
}

async fn run_plan(session: &SessionContext, plan: LogicalPlan) -> Result<Rows> {
    let could_not = || "could not run the query".to_owned();
    let answer = session.execute_logical_plan(plan).await.context(could_not)?;
    let stream = answer.execute_stream().await.context(could_not)?;
    let schema = stream.schema();
    Ok(Rows::new(schema, stream.map(move |batch| batch.context(could_not))))
}

/// Runs a frame and gives its rows with plain texts, as an [`schema::EventBatch`] has them.
pub(crate) async fn run_plain(frame: datafusion::dataframe::DataFrame) -> Result<Rows> {
    let could_not = || "could not scan".to_owned();
    let stream = frame.execute_stream().await.context(could_not)?;
    let schema = plain_schema(&stream.schema());
    let wanted = Arc::clone(&schema);
    let batches = stream.map(move |batch| batch.context(could_not)).map_ok(move |batch| {
        let parts = plain_texts(batch, &wanted);
        stream::iter(match parts {
            Ok(parts) => parts.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        })
    });
    Ok(Rows::new(schema, batches.try_flatten()))
}

/// Runs a frame and gives its rows as they are read, each partition by itself.
pub(crate) async fn run_parts(frame: datafusion::dataframe::DataFrame) -> Result<Vec<Rows>> {
    let could_not = || "could not scan".to_owned();
    let parts = frame.execute_stream_partitioned().await.context(could_not)?;
    let rows = parts.into_iter().map(|part| Rows::new(part.schema(), part.map(move |batch| batch.context(could_not))));
    Ok(rows.collect())
}

fn plain_schema(schema: &Schema) -> SchemaRef {
    let fields = schema.fields().iter().map(|field| {
        let plain = match field.data_type() {
            DataType::Utf8View => DataType::Utf8,
            DataType::BinaryView => DataType::Binary,
            other => other.clone(),
        };
        Field::new(field.name(), plain, field.is_nullable())
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// Casts views to plain texts; a batch of very long texts becomes several, as plain texts end at 2 GiB a column.
fn plain_texts(batch: RecordBatch, schema: &SchemaRef) -> Result<Vec<RecordBatch>> {
    let mut plain = Vec::with_capacity(1);
    let mut open = vec![batch];
    while let Some(batch) = open.pop() {
        let too_long = batch.columns().iter().any(|column| text_bytes(column) > MOST_TEXT);
        if too_long && batch.num_rows() > 1 {
            let half = batch.num_rows() / 2;
            open.push(batch.slice(half, batch.num_rows() - half));
            open.push(batch.slice(0, half));
            continue;
        }
        let columns = batch.columns().iter().zip(schema.fields());
        let columns = columns.map(|(column, field)| arrow_cast::cast(column, field.data_type()));
        let columns = columns.collect::<std::result::Result<Vec<_>, _>>();
        let columns = columns.context(|| "could not give plain texts".to_owned())?;
        let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        let batch = RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options);
        plain.push(batch.context(|| "could not give plain texts".to_owned())?);
    }
    Ok(plain)
}

/// Bytes of one text column in one batch, well below the 2 GiB that 32-bit offsets reach.
const MOST_TEXT: u64 = 1 << 30;

fn text_bytes(column: &arrow_array::ArrayRef) -> u64 {
    let lengths = |views: &[u128]| views.iter().map(|view| u64::from(*view as u32)).sum();
    match column.data_type() {
        DataType::Utf8View => lengths(column.as_string_view().views()),
        DataType::BinaryView => lengths(column.as_binary_view().views()),
        _ => 0,
    }
}

/// Looks up tables by name, at the time that the session is about.
#[async_trait]
pub(crate) trait Tables: fmt::Debug + Send + Sync {
    fn names(&self) -> Vec<String>;
    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>>;
}

#[derive(Debug)]
struct LakeSchema {
    tables: Arc<dyn Tables>,
}

#[async_trait]
impl SchemaProvider for LakeSchema {
    fn table_names(&self) -> Vec<String> {
        self.tables.names()
    }

    async fn table(&self, name: &str) -> std::result::Result<Option<Arc<dyn TableProvider>>, DataFusionError> {
        self.tables.table(name).await.map_err(|error: Error| DataFusionError::External(error.into()))
    }

    fn table_exist(&self, name: &str) -> bool {
        self.tables.names().iter().any(|known| known == name)
    }
}
