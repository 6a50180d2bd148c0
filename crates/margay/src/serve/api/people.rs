//! People, their keys, and the log of what was done.

use axum::{Json, extract::State, http::StatusCode};
use engine::{AuditFilter, NewKey, NewPerson, Permission, PersonChange, Role};
use schema::{Datasets, Scope, Timestamp, Tlp};
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    super::{
        App,
        web::{Answer, Asked, Body, Caller, Named, Problem},
    },
    kept::{AtMost, Document, Documents, List, document, json},
    session::Seen,
    shapes,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(people, invite))
        .routes(routes!(change, remove))
        .routes(routes!(reset))
        .routes(routes!(keys, make_key))
        .routes(routes!(revoke_key))
        .routes(routes!(audit))
        .routes(routes!(verify))
}

/// A person or key as it is sent: its scope in the form that sessions have, too.
fn shown(of: &impl serde::Serialize, scope: &Scope) -> Answer<serde_json::Value> {
    let mut shown = json(of)?;
    shown["scope"] = json(&Seen::of(scope))?;
    Ok(shown)
}

/// Everybody who may use the server
#[utoipa::path(get, path = "/users", tag = "people", responses((status = 200, body = List<shapes::Person>), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn people(State(app): State<App>, caller: Caller) -> Answer<Json<Documents>> {
    caller.needs(Permission::ManagePeople)?;
    let people = app.engine().people().await?;
    let people: Answer<Vec<_>> = people.iter().map(|person| shown(person, &person.scope)).collect();
    Ok(Json(List::whole(people?)))
}

#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
struct Invitation {
    name: String,
    /// viewer, analyst, detection_engineer, data_scientist, sharing_partner, auditor or admin.
    #[schema(value_type = shapes::Role)]
    role: Role,
    /// Null: all.
    datasets: Option<Vec<String>>,
    /// The strictest marking that they may see; AMBER where nothing is said.
    #[schema(value_type = Option<shapes::Marking>)]
    ceiling: Option<Tlp>,
}

fn datasets(names: Option<Vec<String>>) -> Datasets {
    names.map_or(Datasets::All, |names| Datasets::Only(names.into_iter().collect()))
}

/// Invite somebody: gives the link with which they choose a password, once
#[utoipa::path(post, path = "/users", tag = "people", request_body = Invitation,
    responses((status = 200, body = shapes::Invited), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn invite(State(app): State<App>, caller: Caller, Body(invited): Body<Invitation>) -> Answer<Json<Document>> {
    caller.needs(Permission::ManagePeople)?;
    let scope = Scope { datasets: datasets(invited.datasets), ceiling: invited.ceiling.unwrap_or(Tlp::Amber) };
    let new = NewPerson { name: invited.name, role: invited.role, scope };
    let (person, token) = app.engine().invite(caller.principal(), &new).await?;
    document(&json!({ "user": shown(&person, &person.scope)?, "link": format!("/setup#{token}") }))
}

#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PersonChange)]
struct Change {
    #[schema(value_type = Option<shapes::Role>)]
    role: Option<Role>,
    /// Null: all. What is not named stays as it is.
    #[serde(default, deserialize_with = "named")]
    #[schema(value_type = Option<Vec<String>>)]
    datasets: Option<Option<Vec<String>>>,
    #[schema(value_type = Option<shapes::Marking>)]
    ceiling: Option<Tlp>,
    disabled: Option<bool>,
}

/// Tells null from what is not there: one gives all datasets, the other changes nothing.
fn named<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Option<Vec<String>>>, D::Error> {
    serde::Deserialize::deserialize(from).map(Some)
}

/// Change what somebody may see and do, or disable them
#[utoipa::path(patch, path = "/users/{id}", tag = "people", params(("id" = String, Path)), request_body = Change,
    responses((status = 200, body = shapes::Person), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn change(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named<String>,
    Body(change): Body<Change>,
) -> Answer<Json<Document>> {
    caller.needs(Permission::ManagePeople)?;
    let scope = match (change.datasets, change.ceiling) {
        (None, None) => None,
        (names, ceiling) => {
            let now = app.engine().person(&id).await?.scope;
            let ceiling = ceiling.unwrap_or(now.ceiling);
            Some(Scope { datasets: names.map_or(now.datasets, datasets), ceiling })
        }
    };
    let change = PersonChange { role: change.role, scope, disabled: change.disabled };
    let person = app.engine().change_person(caller.principal(), &id, &change).await?;
    Ok(Json(Document(shown(&person, &person.scope)?)))
}

/// Remove somebody
#[utoipa::path(delete, path = "/users/{id}", tag = "people", params(("id" = String, Path)),
    responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn remove(State(app): State<App>, caller: Caller, Named(id): Named<String>) -> Answer<StatusCode> {
    caller.needs(Permission::ManagePeople)?;
    app.engine().remove_person(caller.principal(), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[schema(as = PersonReset)]
struct Reset {
    /// Take the second factor away as well.
    #[serde(default)]
    second_factor: bool,
}

/// Give somebody a new link, because they have lost their password
#[utoipa::path(post, path = "/users/{id}/reset", tag = "people", params(("id" = String, Path)), request_body = Reset,
    responses((status = 200, body = shapes::NewLink), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn reset(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named<String>,
    Body(reset): Body<Reset>,
) -> Answer<Json<Document>> {
    caller.needs(Permission::ManagePeople)?;
    let token = app.engine().reset_person(caller.principal(), &id, reset.second_factor).await?;
    document(&json!({ "link": format!("/setup#{token}") }))
}

/// Keys: one's own, or those of all for who manages people
#[utoipa::path(get, path = "/keys", tag = "people", responses((status = 200, body = List<shapes::Key>), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn keys(State(app): State<App>, caller: Caller) -> Answer<Json<Documents>> {
    caller.needs(Permission::MakeKeys)?;
    let keys = app.engine().keys(caller.principal()).await?;
    let keys: Answer<Vec<_>> = keys.iter().map(|key| shown(key, &key.scope)).collect();
    Ok(Json(List::whole(keys?)))
}

#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
struct KeyRequest {
    name: String,
    /// One's own where nothing is said; never more than one's own.
    #[schema(value_type = Option<shapes::Role>)]
    role: Option<Role>,
    datasets: Option<Vec<String>>,
    #[schema(value_type = Option<shapes::Marking>)]
    ceiling: Option<Tlp>,
    /// 90 where nothing is said.
    expires_days: Option<u32>,
    /// Networks that it may be used from, as `192.0.2.0/24`.
    #[serde(default)]
    addresses: Vec<String>,
}

/// Make a key: its secret is told here and never again
#[utoipa::path(post, path = "/keys", tag = "people", request_body = KeyRequest,
    responses((status = 200, body = shapes::KeyMade), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn make_key(State(app): State<App>, caller: Caller, Body(asked): Body<KeyRequest>) -> Answer<Json<Document>> {
    caller.needs(Permission::MakeKeys)?;
    let person = app.engine().person(caller.id()).await?;
    let scope = match (&asked.datasets, asked.ceiling) {
        (None, None) => None,
        (names, ceiling) => {
            Some(Scope { datasets: datasets(names.clone()), ceiling: ceiling.unwrap_or(person.scope.ceiling) })
        }
    };
    let new = NewKey {
        name: asked.name,
        role: asked.role,
        scope,
        expires_days: asked.expires_days,
        addresses: asked.addresses,
    };
    let (key, secret) = app.engine().make_key(caller.principal(), &person, &new).await?;
    document(&json!({ "key": shown(&key, &key.scope)?, "secret": secret }))
}

/// Revoke a key
#[utoipa::path(delete, path = "/keys/{id}", tag = "people", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn revoke_key(State(app): State<App>, caller: Caller, Named(id): Named<String>) -> Answer<StatusCode> {
    caller.needs(Permission::MakeKeys)?;
    app.engine().revoke_key(caller.principal(), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Lines {
    /// `next` of the page before.
    after: Option<i64>,
    /// 100 where nothing is said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000)]
    limit: Option<AtMost<1_000>>,
    /// Whose name begins so.
    by: Option<String>,
    /// Actions that begin so.
    action: Option<String>,
    #[param(value_type = Option<shapes::Time>)]
    since: Option<Timestamp>,
    #[param(value_type = Option<shapes::Time>)]
    until: Option<Timestamp>,
}

/// What was done, the newest first
#[utoipa::path(get, path = "/audit", tag = "people", params(Lines),
    responses((status = 200, body = List<shapes::AuditLine>), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn audit(State(app): State<App>, caller: Caller, Asked(lines): Asked<Lines>) -> Answer<Json<Documents>> {
    caller.needs(Permission::ReadAudit)?;
    let limit = lines.limit.map_or(100, AtMost::get);
    let filter = AuditFilter {
        before: lines.after,
        by: lines.by,
        action: lines.action,
        since: lines.since,
        until: lines.until,
        limit,
    };
    let found = app.engine().audit_page(&filter).await?;
    let next = found.last().filter(|_| found.len() == limit as usize).map(|line| line.number.to_string());
    let items: Answer<Vec<_>> = found.iter().map(json).collect();
    Ok(Json(List { items: items?, next }))
}

/// Whether the log is whole
#[utoipa::path(get, path = "/audit/verify", tag = "people", responses((status = 200, body = shapes::AuditCheck), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn verify(State(app): State<App>, caller: Caller) -> Answer<Json<Document>> {
    caller.needs(Permission::ReadAudit)?;
    let report = app.engine().verify_audit(None).await?;
    document(&json!({ "whole": report.is_whole(), "report": json(&report)? }))
}
