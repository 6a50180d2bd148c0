//! What of the tables one reader sees: rows of his datasets, put into force where a table is handed to a query.
//!
//! A condition that a person writes may fail on a row ("divided by zero"), and what fails tells of the row. So no
//! condition of a query is put below [`RowsSeen`] but those that cannot fail, and rows that are not seen are gone before
//! any other condition is asked. Neither does EXPLAIN look below it, where figures of whole files stand.

use std::{fmt, sync::Arc};

use arrow_schema::SchemaRef;
use async_trait::async_trait;
use datafusion::{
    catalog::{Session, TableProvider},
    common::{
        Column, DFSchema, Result,
        tree_node::{Transformed, TreeNode, TreeNodeRecursion},
    },
    execution::{SendableRecordBatchStream, TaskContext},
    logical_expr::{
        BinaryExpr, Expr, Operator, TableProviderFilterPushDown, TableType, expr::InList, lit, utils::conjunction,
    },
    physical_expr::{PhysicalExpr, expressions},
    physical_optimizer::{PhysicalOptimizerRule, filter_pushdown::FilterPushdown},
    physical_plan::{
        DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, ReplaceChildrenOptions, empty::EmptyExec,
        filter::FilterExec, projection::ProjectionExec,
    },
    prelude::col,
};
use schema::{Datasets, Scope, Stage, Table, Tlp};

/// The column that says whose a row is.
const DATASET: &str = "dataset";

/// What is seen of the tables of a lake.
#[derive(Debug, Clone)]
pub(crate) struct Policy {
    scope: Scope,
    /// How telemetry is marked; its rows bear no marking of their own.
    own: Tlp,
}

impl Policy {
    pub(crate) fn everything() -> Self {
        Self { scope: Scope::everything(), own: Tlp::Clear }
    }

    pub(crate) fn new(scope: Scope, own: Tlp) -> Self {
        Self { scope, own }
    }

    pub(crate) fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Whether a table is there at all for the reader. Tables of the store say so themselves.
    pub(crate) fn shows(&self, table: &Table) -> bool {
        table.stage == Stage::Store || self.own <= self.scope.ceiling
    }

    /// The table of the lake as it is seen.
    pub(crate) fn narrow(&self, table: &Table, provider: Arc<dyn TableProvider>) -> Arc<dyn TableProvider> {
        let names = match &self.scope.datasets {
            _ if !self.shows(table) => Vec::new(),
            Datasets::All => return provider,
            Datasets::Only(names) => names.iter().map(|name| lit(name.as_str())).collect(),
        };
        Arc::new(Narrowed { provider, names })
    }
}

/// A table, of which only rows of some datasets are seen.
#[derive(Debug)]
struct Narrowed {
    provider: Arc<dyn TableProvider>,
    names: Vec<Expr>,
}

#[async_trait]
impl TableProvider for Narrowed {
    fn schema(&self) -> SchemaRef {
        self.provider.schema()
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
        _: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let schema = self.schema();
        let all: Vec<usize> = (0..schema.fields().len()).collect();
        let wanted = projection.unwrap_or(&all);
        if self.names.is_empty() {
            return Ok(Arc::new(EmptyExec::new(datafusion::common::project_schema(&schema, projection)?)));
        }
        let dataset = schema.index_of(DATASET)?;
        let harmless: Vec<Expr> = filters.iter().filter(|filter| cannot_fail(filter)).cloned().collect();
        let mut read = wanted.clone();
        let named = harmless.iter().flat_map(Expr::column_refs).filter_map(|column| schema.index_of(&column.name).ok());
        for column in named.chain([dataset]) {
            if !read.contains(&column) {
                read.push(column);
            }
        }
        let is_seen = Expr::InList(InList::new(Box::new(col(DATASET)), self.names.clone(), false));
        let conditions: Vec<Expr> = [is_seen].into_iter().chain(harmless).collect();
        let rows = self.provider.scan(state, Some(&read), &conditions, None).await?;
        let Some(condition) = conjunction(conditions.into_iter().map(unqualified)) else {
            return datafusion::common::internal_err!("a condition has gone");
        };
        let predicate = state.create_physical_expr(condition, &DFSchema::try_from(rows.schema())?)?;
        let seen: Arc<dyn ExecutionPlan> = Arc::new(FilterExec::try_new(predicate, rows)?);
        let columns = wanted.iter().map(|&column| {
            let name = schema.field(column).name();
            Ok((expressions::col(name, &seen.schema())?, name.clone()))
        });
        let columns = columns.collect::<Result<Vec<_>>>()?;
        let seen: Arc<dyn ExecutionPlan> = Arc::new(ProjectionExec::try_new(columns, seen)?);
        // The condition goes to the files, where whole pages are left out by it.
        let seen = FilterPushdown::new().optimize(seen, state.config_options())?;
        Ok(Arc::new(RowsSeen { rows: seen }))
    }
}

/// Column names without the table's, as the plan below knows them.
fn unqualified(condition: Expr) -> Expr {
    let bare = condition.clone().transform(|part| {
        Ok(match part {
            Expr::Column(column) => Transformed::yes(col(Column::new_unqualified(column.name))),
            other => Transformed::no(other),
        })
    });
    bare.map_or(condition, |bare| bare.data)
}

/// Comparisons of a column with a value, and what `AND`, `OR` and `NOT` make of them: whatever is in a row, these give
/// an answer. Bounded by the gate, which lets no deep expression in.
fn cannot_fail(condition: &Expr) -> bool {
    let is_column = |one: &Expr| matches!(one, Expr::Column(_));
    let is_value = |one: &Expr| matches!(one, Expr::Literal(..));
    match condition {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => match op {
            Operator::And | Operator::Or => cannot_fail(left) && cannot_fail(right),
            Operator::Eq | Operator::NotEq | Operator::Lt | Operator::LtEq | Operator::Gt | Operator::GtEq => {
                (is_column(left) && is_value(right)) || (is_value(left) && is_column(right))
            }
            _ => false,
        },
        Expr::Not(inner) => cannot_fail(inner),
        Expr::IsNull(inner) | Expr::IsNotNull(inner) => is_column(inner),
        Expr::InList(InList { expr, list, .. }) => is_column(expr) && list.iter().all(is_value),
        Expr::Between(between) => is_column(&between.expr) && is_value(&between.low) && is_value(&between.high),
        Expr::Column(_) => true,
        _ => false,
    }
}

/// The rows that are seen, as a plan without anything below it that could be looked at or rewritten.
#[derive(Debug)]
struct RowsSeen {
    rows: Arc<dyn ExecutionPlan>,
}

impl DisplayAs for RowsSeen {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RowsSeen")
    }
}

impl ExecutionPlan for RowsSeen {
    fn name(&self) -> &'static str {
        "RowsSeen"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.rows.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(self: Arc<Self>, _: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn replace_children(
        self: Arc<Self>,
        _: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        self.rows.execute(partition, context)
    }
}
