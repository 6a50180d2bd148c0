//! What people do for themselves: password, second factor, sessions.

use axum::{Json, extract::State, http::StatusCode};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    super::{
        App,
        web::{Answer, Body, Caller, Named, Problem},
    },
    kept::{Document, Documents, List, document, documents},
    shapes,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(password))
        .routes(routes!(begin_second_factor, remove_second_factor))
        .routes(routes!(confirm_second_factor))
        .routes(routes!(sessions))
        .routes(routes!(end_session))
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
struct PasswordChange {
    old: String,
    new: String,
}

/// Change one's password
#[utoipa::path(post, path = "/me/password", tag = "me", request_body = PasswordChange,
    responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem)))]
async fn password(State(app): State<App>, caller: Caller, Body(change): Body<PasswordChange>) -> Answer<StatusCode> {
    app.engine().change_password(caller.principal(), change.old, &change.new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Begin to use a second factor: gives the secret, as text and as an address for a QR code
#[utoipa::path(post, path = "/me/totp", tag = "me", responses((status = 200, body = shapes::SecondFactor), (status = 401, body = Problem)))]
async fn begin_second_factor(State(app): State<App>, caller: Caller) -> Answer<Json<Document>> {
    let begun = app.engine().begin_second_factor(caller.principal()).await?;
    document(&serde_json::json!({ "secret": begun.secret, "uri": begun.uri }))
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[schema(as = SecondFactorCode)]
struct Code {
    code: String,
}

/// Confirm the second factor by a code; gives recovery codes, once
#[utoipa::path(post, path = "/me/totp/confirm", tag = "me", request_body = Code,
    responses((status = 200, body = shapes::RecoveryCodes), (status = 400, body = Problem), (status = 401, body = Problem)))]
async fn confirm_second_factor(
    State(app): State<App>,
    caller: Caller,
    Body(code): Body<Code>,
) -> Answer<Json<Document>> {
    let codes = app.engine().confirm_second_factor(caller.principal(), &code.code).await?;
    document(&serde_json::json!({ "recovery_codes": codes }))
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[schema(as = PasswordAgain)]
struct Password {
    password: String,
}

/// Use no second factor any more
#[utoipa::path(delete, path = "/me/totp", tag = "me", request_body = Password,
    responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem)))]
async fn remove_second_factor(
    State(app): State<App>,
    caller: Caller,
    Body(body): Body<Password>,
) -> Answer<StatusCode> {
    app.engine().remove_second_factor(caller.principal(), body.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One's sessions
#[utoipa::path(get, path = "/me/sessions", tag = "me", responses((status = 200, body = List<shapes::SessionLine>), (status = 401, body = Problem)))]
async fn sessions(State(app): State<App>, caller: Caller) -> Answer<Json<Documents>> {
    documents(&app.engine().own_sessions(caller.principal()).await?)
}

/// End one of one's sessions
#[utoipa::path(delete, path = "/me/sessions/{id}", tag = "me", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn end_session(State(app): State<App>, caller: Caller, Named(id): Named<String>) -> Answer<StatusCode> {
    app.engine().end_own_session(caller.principal(), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
