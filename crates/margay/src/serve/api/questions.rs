//! Questions that people keep: filters and SQL by name.

use axum::{Json, extract::State, http::StatusCode};
use engine::{Alert, NewQuery, Permission, Question};
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    super::{
        App,
        web::{Answer, Body, Caller, Named, Problem},
    },
    events,
    kept::{Document, Documents, List, document, documents, json},
    shapes,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(all, save)).routes(routes!(remove))
}

/// Saved questions
#[utoipa::path(get, path = "/queries", tag = "queries", responses((status = 200, body = List<shapes::SavedQuery>), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn all(State(app): State<App>, caller: Caller) -> Answer<Json<Documents>> {
    caller.needs(Permission::ReadEvents)?;
    documents(&app.view(&caller).saved_queries().await?)
}

#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewQuery)]
struct New {
    name: String,
    /// A filter in words.
    f: Option<String>,
    /// Or SQL that gives a column `event_id`.
    sql: Option<String>,
    /// `never` (where nothing is said), `once`, `hour` or `day`.
    #[schema(value_type = Option<shapes::Alert>)]
    alert: Option<Alert>,
    /// Name of a channel of the configuration.
    channel: Option<String>,
}

/// Save a question
#[utoipa::path(post, path = "/queries", tag = "queries", request_body = New,
    responses((status = 200, body = shapes::QuerySaved), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn save(State(app): State<App>, caller: Caller, Body(new): Body<New>) -> Answer<Json<Document>> {
    caller.needs(Permission::SaveQueries)?;
    let question = match (new.f, new.sql) {
        (Some(words), None) => Question::Filter(Box::new(events::read(&words, caller.principal())?)),
        (None, Some(sql)) => {
            caller.needs(Permission::RunSql)?;
            Question::Sql(sql)
        }
        _ => return Err(Problem::bad_request("give either a filter `f` or `sql`")),
    };
    let new = NewQuery {
        name: new.name,
        question,
        alert: new.alert.unwrap_or(Alert::Never),
        channel: new.channel,
        by: caller.principal().name.clone(),
        existing: false,
    };
    let (saved, n_answers) = app.view(&caller).save_query(&new).await?;
    document(&json!({ "query": json(&saved)?, "n_answers": n_answers }))
}

/// Remove a saved question
#[utoipa::path(delete, path = "/queries/{name}", tag = "queries", params(("name" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn remove(State(app): State<App>, caller: Caller, Named(name): Named<String>) -> Answer<StatusCode> {
    caller.needs(Permission::SaveQueries)?;
    app.view(&caller).remove_query(&name).await?;
    Ok(StatusCode::NO_CONTENT)
}
