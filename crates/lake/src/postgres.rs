//! Questions as clients of PostgreSQL ask them: its catalog beside the tables, its way of writing, and parameters.
//!
//! The gate judges a question as it was written and once more as it is run. What is added here are tables and functions
//! that tell of the tables which the reader sees, and of nothing else.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use arrow_array::{ArrayRef, StringArray, cast::AsArray};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use datafusion::{
    catalog::{CatalogProvider, SchemaProvider},
    error::DataFusionError,
    logical_expr::{ColumnarValue, LogicalPlan, ScalarUDF, Volatility, create_udf},
    prelude::SessionContext,
    scalar::ScalarValue,
};
use datafusion_pg_catalog::{
    pg_catalog::context::EmptyContextProvider, setup_pg_catalog, sql::PostgresCompatibilityParser,
};

use crate::error::{Context, Error, Result};

/// What a client of PostgreSQL says of a question beside its text.
#[derive(Debug, Clone, Copy)]
pub struct PgQuestion<'q> {
    /// Types of parameters as the client declares them, by PostgreSQL's names; an empty name leaves it to us.
    pub types: &'q [String],
    /// Values of the parameters as texts; without them the answer is no rows, only what columns and parameters there are.
    pub values: Option<&'q [Option<String>]>,
    /// As whom the question is asked, for `current_user`.
    pub user: &'q str,
}

/// Metadata of a field that is no column: a parameter that the question takes.
pub const PARAMETER: &str = "margay.parameter";

/// The version of PostgreSQL that clients are told: what they may ask of the catalog depends on it.
pub const POSTGRES_VERSION: &str = "16.6";
const POSTGRES_VERSION_NUMBER: &str = "160006";

/// Words that only PostgreSQL's catalog and functions answer. Questions without them are read as everywhere else.
const OF_POSTGRES: &[&str] = &[
    "pg_",
    "information_schema",
    "regclass",
    "regtype",
    "regproc",
    "regnamespace",
    "current_schema",
    "current_database",
    "current_catalog",
    "current_setting",
    "current_user",
    "session_user",
    "version",
    "quote_ident",
    "has_",
    "format_type",
    "obj_description",
    "col_description",
    "shobj_description",
    "array_upper",
    "array_lower",
    "to_reg",
    "any(",
    "any (",
];

/// Rewrites what only PostgreSQL writes.
static PARSER: LazyLock<PostgresCompatibilityParser> = LazyLock::new(PostgresCompatibilityParser::new);

pub(crate) fn needs_catalog(query: &str) -> bool {
    let query = query.to_ascii_lowercase();
    OF_POSTGRES.iter().any(|word| query.contains(word))
}

pub(crate) fn parser() -> &'static PostgresCompatibilityParser {
    &PARSER
}

/// Puts PostgreSQL's catalog and functions into a session.
pub(crate) async fn add_catalog(session: &SessionContext, catalog: &str, schema: &str, user: &str) -> Result<()> {
    let could_not = || "could not prepare PostgreSQL's catalog".to_owned();
    setup_pg_catalog(session, catalog, EmptyContextProvider).map_err(|error| *error).context(could_not)?;
    for function in [
        text_function("current_schema", schema),
        text_function("current_user", user),
        text_function("session_user", user),
        text_function("version", &format!("PostgreSQL {POSTGRES_VERSION} (Margay {})", env!("CARGO_PKG_VERSION"))),
        current_setting(schema),
        always_null("obj_description", 2),
        always_null("col_description", 2),
        always_null("shobj_description", 2),
        always_null("pg_get_indexdef", 1),
        always_null("pg_get_viewdef", 1),
        always_null("pg_get_function_arguments", 1),
        always_null("pg_get_function_result", 1),
        always_null("pg_get_function_identity_arguments", 1),
        always_seen("pg_function_is_visible"),
        always_seen("pg_type_is_visible"),
        no_number("to_regclass"),
        no_number("to_regtype"),
    ] {
        session.register_udf(function);
    }
    // Numbers of tables are given in the order in which they are asked for. Every question is a session of its own, and
    // clients take a number from one answer into the next question: so they are all given here, in one order.
    let numbered = session.sql("SELECT count(oid) FROM pg_catalog.pg_class").await.context(could_not)?;
    numbered.collect().await.context(could_not)?;
    Ok(())
}

fn text_function(name: &str, text: &str) -> ScalarUDF {
    let text = text.to_owned();
    let give = move |_: &[ColumnarValue]| Ok(ColumnarValue::Scalar(ScalarValue::Utf8(Some(text.clone()))));
    create_udf(name, Vec::new(), DataType::Utf8, Volatility::Stable, Arc::new(give))
}

/// Comments and definitions, of which the lake has none.
fn always_null(name: &str, n_arguments: usize) -> ScalarUDF {
    let give = |_: &[ColumnarValue]| Ok(ColumnarValue::Scalar(ScalarValue::Utf8(None)));
    let mut arguments = vec![DataType::Int32];
    arguments.resize(n_arguments, DataType::Utf8);
    create_udf(name, arguments, DataType::Utf8, Volatility::Stable, Arc::new(give))
}

/// There is one schema, and it is the one that is looked in.
fn always_seen(name: &str) -> ScalarUDF {
    let give = |_: &[ColumnarValue]| Ok(ColumnarValue::Scalar(ScalarValue::Boolean(Some(true))));
    create_udf(name, vec![DataType::Int32], DataType::Boolean, Volatility::Stable, Arc::new(give))
}

/// Types and tables of extensions, which clients look for by name: there are none.
fn no_number(name: &str) -> ScalarUDF {
    let give = |_: &[ColumnarValue]| Ok(ColumnarValue::Scalar(ScalarValue::Int32(None)));
    create_udf(name, vec![DataType::Utf8], DataType::Int32, Volatility::Stable, Arc::new(give))
}

/// The few settings that tools look at before they ask; none of ours.
fn current_setting(schema: &str) -> ScalarUDF {
    let known: BTreeMap<&str, String> = [
        ("server_version", POSTGRES_VERSION.to_owned()),
        ("server_version_num", POSTGRES_VERSION_NUMBER.to_owned()),
        ("search_path", schema.to_owned()),
        ("timezone", "UTC".to_owned()),
        ("max_identifier_length", "63".to_owned()),
        ("standard_conforming_strings", "on".to_owned()),
        ("transaction_read_only", "on".to_owned()),
    ]
    .into();
    let look_up = move |arguments: &[ColumnarValue]| {
        let arrays = ColumnarValue::values_to_arrays(arguments)?;
        let Some(names) = arrays.first() else {
            return Err(DataFusionError::Plan("current_setting takes a name".to_owned()));
        };
        let values =
            names.as_string::<i32>().iter().map(|name| known.get(name?.to_ascii_lowercase().as_str()).cloned());
        let values: StringArray = values.collect();
        Ok(ColumnarValue::Array(Arc::new(values) as ArrayRef))
    };
    create_udf("current_setting", vec![DataType::Utf8], DataType::Utf8, Volatility::Stable, Arc::new(look_up))
}

/// A plan with its parameters: bound to values, or to nothing where only its columns are asked for.
pub(crate) fn bind(plan: LogicalPlan, question: &PgQuestion<'_>) -> Result<(LogicalPlan, Vec<DataType>)> {
    let could_not = || "could not take the parameters of the query".to_owned();
    let kinds = parameters(&plan, question.types)?;
    let given = question.values.map(<[_]>::len);
    if given.is_some_and(|given| given != kinds.len()) {
        let (needs, given) = (kinds.len(), given.unwrap_or_default());
        return Err(Error::request(format!("the query takes {needs} parameters, and {given} were given")));
    }
    if kinds.is_empty() {
        return Ok((plan, kinds));
    }
    let values = kinds.iter().enumerate().map(|(at, kind)| {
        let text = question.values.and_then(|values| values.get(at)).and_then(Option::as_ref);
        match text {
            Some(text) => value(text, kind)
                .map_err(|error| Error::request(format!("parameter ${} is no {kind}", at + 1)).because(error)),
            None => ScalarValue::try_from(kind).context(could_not),
        }
    });
    let values: Vec<ScalarValue> = values.collect::<Result<_>>()?;
    let bound = plan.replace_params_with_values(&values.into()).context(could_not)?;
    Ok((bound, kinds))
}

fn value(text: &str, kind: &DataType) -> Result<ScalarValue, DataFusionError> {
    let text = match kind {
        // PostgreSQL writes bytes as \x and hexadecimal digits.
        DataType::Binary | DataType::BinaryView => return ScalarValue::Binary(bytes(text)).cast_to(kind),
        DataType::Boolean if text == "t" => "true",
        DataType::Boolean if text == "f" => "false",
        _ => text,
    };
    ScalarValue::Utf8(Some(text.to_owned())).cast_to(kind)
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    let Some(digits) = text.strip_prefix("\\x") else { return Some(text.as_bytes().to_vec()) };
    let pairs = digits.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok().filter(|pair| pair.len() == 2)?;
        u8::from_str_radix(pair, 16).ok()
    });
    pairs.collect()
}

/// Types of `$1`, `$2` and so on: what the plan needs, or what the client declares, or text.
fn parameters(plan: &LogicalPlan, declared: &[String]) -> Result<Vec<DataType>> {
    /// As many as a message of the protocol can count.
    const MOST: usize = u16::MAX as usize;
    let needed = plan.get_parameter_types().context(|| "could not read the parameters of the query".to_owned())?;
    let needed: BTreeMap<String, Option<DataType>> = needed.into_iter().collect();
    let mut kinds = BTreeMap::new();
    for (name, kind) in needed {
        let number = name.strip_prefix('$').and_then(|number| number.parse::<usize>().ok());
        let Some(number) = number.filter(|number| (1..=MOST).contains(number)) else {
            return Err(Error::request(format!("{name} is no parameter")).with_hint("Parameters are $1, $2 and so on."));
        };
        kinds.insert(number, kind);
    }
    let most = kinds.keys().next_back().copied().unwrap_or(0);
    Ok((1..=most)
        .map(|number| {
            let needed = kinds.get(&number).cloned().flatten().filter(|kind| *kind != DataType::Null);
            needed.or_else(|| declared.get(number - 1).and_then(|name| arrow_type(name))).unwrap_or(DataType::Utf8)
        })
        .collect())
}

fn arrow_type(name: &str) -> Option<DataType> {
    Some(match name {
        "bool" => DataType::Boolean,
        "int2" => DataType::Int16,
        "int4" => DataType::Int32,
        "int8" | "oid" => DataType::Int64,
        "float4" => DataType::Float32,
        "float8" | "numeric" => DataType::Float64,
        "timestamp" => DataType::Timestamp(TimeUnit::Microsecond, None),
        "timestamptz" => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        "date" => DataType::Date32,
        "text" | "varchar" | "bpchar" | "name" => DataType::Utf8,
        "bytea" => DataType::Binary,
        _ => return None,
    })
}

/// Columns of an answer, and after them its parameters.
pub(crate) fn described(columns: &Schema, parameters: &[DataType]) -> Schema {
    let parameters = parameters.iter().enumerate().map(|(at, kind)| {
        let mark = [(PARAMETER.to_owned(), String::new())];
        Arc::new(Field::new(format!("${}", at + 1), kind.clone(), true).with_metadata(mark.into()))
    });
    Schema::new(columns.fields().iter().cloned().chain(parameters).collect::<Vec<_>>())
}

/// A catalog that tells its schemas in one order, so that numbers given in that order are the same each time.
#[derive(Debug, Default)]
pub(crate) struct OrderedCatalog(Mutex<BTreeMap<String, Arc<dyn SchemaProvider>>>);

impl CatalogProvider for OrderedCatalog {
    fn schema_names(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect()
    }

    fn schema(&self, name: &str) -> Option<Arc<dyn SchemaProvider>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    fn register_schema(
        &self,
        name: &str,
        schema: Arc<dyn SchemaProvider>,
    ) -> std::result::Result<Option<Arc<dyn SchemaProvider>>, DataFusionError> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), schema))
    }
}
