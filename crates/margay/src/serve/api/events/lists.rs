//! Lists of events page by page, their counts, and the words to filter by.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use engine::{EventFilter, Permission};

use super::{
    super::{
        super::{
            App,
            web::{Answer, Asked, Caller, Problem},
        },
        kept::{AtMost, Document, List, document},
        row::{self, Row},
        shapes,
    },
    Filtered, forms,
};

/// Events of one page.
const PAGE: u32 = 100;
const PAGE_MAX: u32 = 10_000;

#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Page {
    /// Lines, 1 to 10,000.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 10000)]
    limit: Option<AtMost<PAGE_MAX>>,
    /// `next` of the page before.
    after: Option<String>,
}

/// Threat events, the most severe and latest first
///
/// As JSON, as CSV (`Accept: text/csv`) or as a stream of Arrow (`Accept: application/vnd.apache.arrow.stream`); the
/// two last have `next` in the header `x-next`.
#[utoipa::path(get, path = "/events", tag = "events", params(Filtered, Page),
    responses((status = 200, content((List<Row> = "application/json"), (String = "text/csv"), (Vec<u8> = "application/vnd.apache.arrow.stream")),
        headers(("x-next" = Option<String>, description = "`next`, where the answer is no JSON"))), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn events(
    State(app): State<App>,
    caller: Caller,
    Asked(filtered): Asked<Filtered>,
    Asked(page): Asked<Page>,
    headers: HeaderMap,
) -> Answer<Response> {
    caller.needs(Permission::ReadEvents)?;
    let limit = page.limit.map_or(PAGE, AtMost::get);
    let filter = filtered.read(caller.principal())?;
    let view = app.view(&caller);
    // One more than is shown tells whether the list goes on.
    let asked = EventFilter { limit: Some(limit + 1), after: page.after.filter(|id| !id.is_empty()), ..filter };
    let mut events = view.events(&asked).await?;
    let goes_on = events.len() > limit as usize;
    events.truncate(limit as usize);
    let rows = row::rows(&view, &events).await?;
    let next = rows.last().filter(|_| goes_on).map(|row| row.id.clone());

    let Some(form) = forms::wanted(&headers) else { return Ok(Json(List { items: rows, next }).into_response()) };
    let mut response = match form {
        forms::Form::Arrow => ([(header::CONTENT_TYPE, super::super::ARROW)], forms::arrow(&rows)?).into_response(),
        forms::Form::Csv => {
            super::super::kept::attachment("events.csv", "text/csv; charset=utf-8", forms::csv(&rows)?)?
        }
    };
    if let Some(next) = next.and_then(|next| HeaderValue::from_str(&next).ok()) {
        response.headers_mut().insert("x-next", next);
    }
    Ok(response)
}

/// The words to filter by, and the values that are known beforehand
#[utoipa::path(get, path = "/events/words", tag = "events", responses((status = 200, body = shapes::FilterWords), (status = 401, body = Problem)))]
pub(super) async fn words(caller: Caller) -> Answer<Json<Document>> {
    caller.needs(Permission::ReadEvents)?;
    document(&serde_json::json!({ "keys": engine::filter_keys() }))
}

/// What events have in common: counts by field, and over time
///
/// The counts of a field leave out what the filter asks of that very field.
#[utoipa::path(get, path = "/events/facets", tag = "events", params(Filtered),
    responses((status = 200, body = shapes::Facets), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn facets(
    State(app): State<App>,
    caller: Caller,
    Asked(filtered): Asked<Filtered>,
) -> Answer<Json<Document>> {
    caller.needs(Permission::ReadEvents)?;
    let filter = filtered.read(caller.principal())?;
    document(&app.view(&caller).facets(&filter).await?)
}
