//! SQL for people and tools: answers streamed in four forms, queries that can be stopped, and what there is to ask.

use axum::{
    Json,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use engine::{AsOf, AuditEntry, Permission, QueryLimits, Rows};
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::json;
use tokio::sync::watch;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    super::{
        App, encode,
        encode::Form,
        queries::Running,
        web::{self, Answer, Caller, Named, Problem},
    },
    kept::{AtMost, Document, document},
    shapes,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(query))
        .routes(routes!(explain))
        .routes(routes!(state, cancel))
        .routes(routes!(schema))
}

#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[schema(as = SqlQuestion)]
struct Question {
    sql: String,
    /// Rows at most; 10,000,000 where nothing is said, 10,000 as `application/json`.
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 10_000_000)]
    limit: Option<AtMost<ROWS>>,
    /// The lake as it was: a version, or a time.
    as_of: Option<String>,
    /// Chosen by whoever asks, to stop the query by; 8 to 64 letters, digits and dashes.
    #[schema(min_length = 8, max_length = 64, pattern = "^[A-Za-z0-9-]{8,64}$")]
    query_id: Option<String>,
}

/// Rows of one answer.
const ROWS: u32 = 10_000_000;

/// Rows of an answer that is one JSON document.
const JSON_ROWS: u64 = 10_000;

/// Ask in SQL
///
/// As Arrow (`Accept: application/vnd.apache.arrow.stream`), as NDJSON (`application/x-ndjson`), as CSV (`text/csv`) or
/// as one JSON document of columns and rows. The answer is streamed: an error in the middle breaks it off, and GET
/// /sql/{id} says why. `x-query-id` is its id, `x-rows-max` the rows after which it ends.
#[utoipa::path(post, path = "/sql", tag = "sql", request_body = Question,
    responses((status = 200, content((shapes::SqlAnswer = "application/json"), (String = "application/x-ndjson"), (String = "text/csv"), (Vec<u8> = "application/vnd.apache.arrow.stream")),
        headers(("x-query-id" = String), ("x-rows-max" = u64))), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 429, body = Problem)))]
async fn query(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    web::Body(question): web::Body<Question>,
) -> Answer<Response> {
    caller.needs(Permission::RunSql)?;
    let form = Form::wanted(&headers);
    let as_of = question.as_of.as_deref().map(as_of).transpose()?;
    let all = QueryLimits::default();
    let most = if form == Form::Json { JSON_ROWS } else { all.rows };
    let limits =
        QueryLimits { rows: question.limit.map_or(most, |limit| u64::from(limit.get())).min(most), as_of, ..all };
    let running = app.queries().begin(caller.id(), question.query_id.as_deref())?;
    let told = json!({ "sql": question.sql, "query_id": running.id() });
    app.engine().audit(AuditEntry::new(caller.principal(), "sql.query").with(&told)).await?;

    let mut cancelled = running.cancelled();
    let view = app.view(&caller);
    let rows = tokio::select! {
        rows = view.sql(&question.sql, &limits) => rows.inspect_err(|error| running.failed(error.what()))?,
        _ = cancelled.wait_for(|cancelled| *cancelled) => return Err(stopped()),
    };
    let id = running.id().to_owned();
    let mut response = match form {
        Form::Json => whole(rows, &running).await?.into_response(),
        form => ([(header::CONTENT_TYPE, form.kind())], streamed(rows, form, running)?).into_response(),
    };
    let headers = response.headers_mut();
    headers
        .insert("x-query-id", HeaderValue::from_str(&id).map_err(|_unfit| Problem::bad_request("the id is no text"))?);
    headers.insert("x-rows-max", HeaderValue::from(limits.rows));
    Ok(response)
}

fn as_of(text: &str) -> Answer<AsOf> {
    let instant = || text.parse().map(AsOf::Instant);
    text.parse().map(AsOf::Version).or_else(|_| instant()).map_err(|_neither| {
        Problem::bad_request(format!("\"{text}\" is no version and no time"))
            .hint("write a number, or a time as 2026-11-20T08:00:00Z")
    })
}

fn stopped() -> Problem {
    Problem::new(StatusCode::CONFLICT, "cancelled", "the query was stopped").hint("ask again")
}

async fn whole(mut rows: Rows, running: &Running) -> Answer<Json<Document>> {
    let schema = rows.schema();
    let columns: Vec<_> = schema
        .fields()
        .iter()
        .map(|field| json!({ "name": field.name(), "type": field.data_type().to_string() }))
        .collect();
    let mut all = Vec::new();
    let mut cancelled = running.cancelled();
    loop {
        let batch = tokio::select! {
            batch = rows.try_next() => batch.map_err(engine::Error::from).inspect_err(|error| running.failed(error.what()))?,
            _ = cancelled.wait_for(|cancelled| *cancelled) => return Err(stopped()),
        };
        let Some(batch) = batch else { break };
        running.gave(batch.num_rows(), 0);
        all.extend(encode::values(&batch)?);
    }
    running.done();
    document(&json!({ "columns": columns, "rows": all }))
}

/// What a stream carries from batch to batch.
struct Streaming {
    rows: Rows,
    encoder: encode::Encoder,
    running: Running,
    cancelled: watch::Receiver<bool>,
    ended: bool,
}

fn streamed(rows: Rows, form: Form, running: Running) -> Answer<Body> {
    let encoder = encode::Encoder::new(form, &rows.schema())?;
    let cancelled = running.cancelled();
    let streaming = Streaming { rows, encoder, running, cancelled, ended: false };
    let chunks = stream::unfold(streaming, |mut streaming| async move {
        if streaming.ended {
            return None;
        }
        let chunk = streaming.next().await;
        if let Err(error) = &chunk {
            streaming.running.failed(error);
            streaming.ended = true;
        }
        Some((chunk.map_err(std::io::Error::other), streaming))
    });
    Ok(Body::from_stream(chunks.boxed()))
}

impl Streaming {
    async fn next(&mut self) -> Result<Bytes, String> {
        loop {
            let batch = tokio::select! {
                batch = self.rows.try_next() => batch.map_err(|error| error.to_string())?,
                _ = self.cancelled.wait_for(|cancelled| *cancelled) => return Err("it was stopped".to_owned()),
            };
            let bytes = match &batch {
                Some(batch) => self.encoder.batch(batch),
                None => self.encoder.end(),
            };
            let bytes = bytes.map_err(|error| error.to_string())?;
            self.running.gave(batch.as_ref().map_or(0, |batch| batch.num_rows()), bytes.len());
            if batch.is_none() {
                self.running.done();
                self.ended = true;
            }
            if batch.is_none() || !bytes.is_empty() {
                return Ok(bytes.into());
            }
        }
    }
}

#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
struct ToExplain {
    sql: String,
}

/// How a query would be carried out
#[utoipa::path(post, path = "/sql/explain", tag = "sql", request_body = ToExplain,
    responses((status = 200, body = shapes::SqlPlan), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn explain(
    State(app): State<App>,
    caller: Caller,
    web::Body(question): web::Body<ToExplain>,
) -> Answer<Json<Document>> {
    caller.needs(Permission::RunSql)?;
    let view = app.view(&caller);
    let mut rows = view.sql(&format!("EXPLAIN {}", question.sql), &QueryLimits::default()).await?;
    let mut parts = Vec::new();
    while let Some(batch) = rows.try_next().await.map_err(engine::Error::from)? {
        parts.extend(encode::values(&batch)?);
    }
    let text: Vec<&str> = parts.iter().filter_map(|part| part.get("plan").and_then(|plan| plan.as_str())).collect();
    document(&json!({ "plan": text.join("\n"), "parts": parts }))
}

/// What has become of a query of one's own
#[utoipa::path(get, path = "/sql/{id}", tag = "sql", params(("id" = String, Path)),
    responses((status = 200, body = shapes::SqlState), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn state(State(app): State<App>, caller: Caller, Named(id): Named<String>) -> Answer<Json<Document>> {
    caller.needs(Permission::RunSql)?;
    let found = app.queries().state(caller.id(), &id);
    document(&found.ok_or_else(|| Problem::not_found("there is no query of yours with this id"))?)
}

/// Stop a query of one's own
#[utoipa::path(delete, path = "/sql/{id}", tag = "sql", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn cancel(State(app): State<App>, caller: Caller, Named(id): Named<String>) -> Answer<StatusCode> {
    caller.needs(Permission::RunSql)?;
    match app.queries().cancel(caller.id(), &id) {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found("there is no query of yours with this id")),
    }
}

/// Tables and columns that can be asked for
#[utoipa::path(get, path = "/schema", tag = "sql", responses((status = 200, body = shapes::SchemaAnswer), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn schema(State(app): State<App>, caller: Caller) -> Answer<Json<Document>> {
    if caller.needs(Permission::ReadSources).is_err() {
        caller.needs(Permission::RunSql)?;
    }
    let tables: Vec<_> = app
        .view(&caller)
        .tables_seen()
        .into_iter()
        .map(|table| {
            let columns: Vec<_> = table
                .columns()
                .map(|column| json!({ "name": column.name, "type": column.kind.word(), "unit": column.unit, "description": column.about }))
                .collect();
            json!({ "name": table.name, "description": table.about, "columns": columns })
        })
        .collect();
    document(&json!({ "tables": tables }))
}
