//! What comes from where, and what was rejected.

use axum::{Json, extract::State};
use engine::{Permission, QueryLimits, View};
use futures::TryStreamExt;
use schema::Stage;
use serde_json::{Value, json};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    super::{
        App, encode,
        web::{Answer, Asked, Caller, Problem},
    },
    kept::{AtMost, Document, Documents, List, document},
    shapes,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(sources))
        .routes(routes!(tables))
        .routes(routes!(quarantine))
        .routes(routes!(incidents))
}

async fn rows(view: &View, query: &str) -> Answer<Vec<Value>> {
    let mut rows = view.sql(query, &QueryLimits::default()).await?;
    let mut all = Vec::new();
    while let Some(batch) = rows.try_next().await.map_err(engine::Error::from)? {
        all.extend(encode::values(&batch)?);
    }
    Ok(all)
}

/// What comes: by table and dataset, how much, from when to when
#[utoipa::path(get, path = "/sources", tag = "sources", responses((status = 200, body = List<shapes::Source>), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn sources(State(app): State<App>, caller: Caller) -> Answer<Json<Documents>> {
    caller.needs(Permission::ReadSources)?;
    let view = app.view(&caller);
    let telemetry: Vec<&str> = view
        .tables_seen()
        .into_iter()
        .filter(|table| table.stage == Stage::Telemetry)
        .map(|table| table.name)
        .collect();
    let filled: Vec<&str> = app
        .engine()
        .lake_status()
        .await?
        .into_iter()
        .filter(|figures| figures.rows > 0 && telemetry.contains(&figures.table))
        .map(|figures| figures.table)
        .collect();
    if filled.is_empty() {
        return Ok(Json(List::whole(Vec::new())));
    }
    let parts: Vec<String> = filled
        .iter()
        .map(|table| {
            format!(
                "SELECT '{table}' AS name, dataset, count(*) AS rows, min(observed_at) AS first, \
                 max(observed_at) AS last, count(DISTINCT source) AS n_sources FROM {table} GROUP BY dataset"
            )
        })
        .collect();
    let mut items = rows(&view, &parts.join(" UNION ALL ")).await?;
    let now = engine::now();
    for item in &mut items {
        let last = item.get("last").and_then(Value::as_str).and_then(|last| last.parse::<schema::Timestamp>().ok());
        let lag = last.map(|last| now.seconds().saturating_sub(last.seconds()));
        if let Some(item) = item.as_object_mut() {
            item.insert("lag_seconds".to_owned(), json!(lag));
            let tables = item.get("name").cloned().into_iter().collect();
            item.insert("tables".to_owned(), Value::Array(tables));
        }
    }
    items.extend(rejected(&view).await?);
    Ok(Json(List::whole(items)))
}

/// What was rejected, told as all sources are. That no rejects come is no silence.
async fn rejected(view: &View) -> Answer<Vec<Value>> {
    if !view.tables_seen().iter().any(|table| table.name == QUARANTINE) {
        return Ok(Vec::new());
    }
    let query = format!(
        "SELECT '{QUARANTINE}' AS name, dataset, count(*) AS rows, min(ingested_at) AS first, max(ingested_at) AS last, \
         count(DISTINCT source) AS n_sources FROM {QUARANTINE} GROUP BY dataset"
    );
    let mut items = rows(view, &query).await?;
    for item in items.iter_mut().filter_map(Value::as_object_mut) {
        item.insert("lag_seconds".to_owned(), Value::Null);
        item.insert("tables".to_owned(), json!([]));
    }
    Ok(items)
}

const QUARANTINE: &str = "quarantine";

/// Tables with records: rows, files and bytes
#[utoipa::path(get, path = "/tables", tag = "sources", responses((status = 200, body = List<shapes::TableFigures>), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn tables(State(app): State<App>, caller: Caller) -> Answer<Json<Documents>> {
    caller.needs(Permission::ReadSources)?;
    let seen: Vec<&str> = app.view(&caller).tables_seen().into_iter().map(|table| table.name).collect();
    if !app.sees_all_records(&caller) {
        return Ok(Json(List::whole(seen.into_iter().map(|name| json!({ "table": name })).collect())));
    }
    let figures = app.engine().lake_status().await?;
    let figures: Vec<_> = figures.into_iter().filter(|figures| seen.contains(&figures.table)).collect();
    super::kept::documents(&figures)
}

/// Sources that fell silent, days of another size, and days on which more was rejected
///
/// The four weeks before the newest record. A silence is told where the source has come back from none as long; days are
/// tested, and at most 5 % of those that are told are chance.
#[utoipa::path(get, path = "/sources/incidents", tag = "sources", responses((status = 200, body = shapes::Incidents), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn incidents(State(app): State<App>, caller: Caller) -> Answer<Json<Document>> {
    caller.needs(Permission::ReadSources)?;
    document(&app.view(&caller).incidents().await?)
}

#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct HowMany {
    /// 1 to 1,000; 100 where nothing is said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000)]
    limit: Option<AtMost<1_000>>,
}

/// Bytes of one reject that are shown.
const BYTES_SHOWN: usize = 4_096;

/// What was rejected, and why; the newest first
///
/// Bytes are told as text in which whatever is no visible character of ASCII is written as `\xNN`.
#[utoipa::path(get, path = "/quarantine", tag = "sources", params(HowMany),
    responses((status = 200, body = List<shapes::Reject>), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn quarantine(State(app): State<App>, caller: Caller, Asked(asked): Asked<HowMany>) -> Answer<Json<Documents>> {
    caller.needs(Permission::ReadSources)?;
    caller.needs(Permission::ReadTelemetry)?;
    let view = app.view(&caller);
    if !view.tables_seen().iter().any(|table| table.name == "quarantine") {
        return Ok(Json(List::whole(Vec::new())));
    }
    let limit = asked.limit.map_or(100, AtMost::get);
    let query = format!(
        "SELECT record_id, dataset, source, ingested_at, format, position, size_bytes AS size, reason, detail, bytes \
         FROM quarantine ORDER BY ingested_at DESC, record_id LIMIT {limit}"
    );
    let mut items = rows(&view, &query).await?;
    for item in &mut items {
        let Some(item) = item.as_object_mut() else { continue };
        // The writer of JSON gives bytes in hex.
        let bytes = item.remove("bytes").and_then(|bytes| bytes.as_str().map(shown)).unwrap_or_default();
        item.insert("bytes_text".to_owned(), Value::String(bytes));
    }
    Ok(Json(List::whole(items)))
}

fn shown(hex: &str) -> String {
    let bytes = hex.as_bytes().chunks(2).take(BYTES_SHOWN).map(|pair| {
        std::str::from_utf8(pair).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok()).unwrap_or(b'?')
    });
    let mut text = String::new();
    for byte in bytes {
        match byte {
            b'\n' => text.push('\n'),
            b'\t' => text.push('\t'),
            b' '..=b'~' => text.push(char::from(byte)),
            other => text.push_str(&format!("\\x{other:02x}")),
        }
    }
    text
}
