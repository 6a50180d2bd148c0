//! Signing in and out, and the links with which people begin.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use engine::{Permission, Principal, SignIn, SignedIn};
use schema::Datasets;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    super::{
        App,
        web::{Answer, Body, Caller, Peer, Problem, session_cookie},
    },
    shapes,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(current, sign_in, sign_out)).routes(routes!(set_up_state, set_up))
}

/// Who is signed in, what they may do and see.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(super) struct SessionState {
    person: Who,
    #[schema(value_type = Vec<shapes::Permission>)]
    permissions: Vec<Permission>,
    scope: Seen,
    /// Of the server.
    version: &'static str,
}

#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
#[schema(as = CallerFields)]
struct Who {
    id: String,
    name: String,
    #[schema(value_type = shapes::Role)]
    role: &'static str,
    /// `person`, or `key` of a program.
    #[schema(value_type = String)]
    kind: engine::PrincipalKind,
}

/// What somebody may see.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
#[schema(as = Scope)]
pub(super) struct Seen {
    /// Null: all, also those that come later.
    datasets: Option<Vec<String>>,
    /// The strictest marking, as `AMBER`.
    #[schema(value_type = shapes::Marking)]
    ceiling: &'static str,
}

impl Seen {
    pub(super) fn of(scope: &schema::Scope) -> Self {
        let datasets = match &scope.datasets {
            Datasets::All => None,
            Datasets::Only(names) => Some(names.iter().cloned().collect()),
        };
        Self { datasets, ceiling: scope.ceiling.label() }
    }
}

impl SessionState {
    fn of(principal: &Principal) -> Self {
        Self {
            person: Who {
                id: principal.id.clone(),
                name: principal.name.clone(),
                role: principal.role.name(),
                kind: principal.kind,
            },
            permissions: principal.permissions(),
            scope: Seen::of(&principal.scope),
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

/// Who is signed in
#[utoipa::path(get, path = "/session", tag = "session", responses((status = 200, body = SessionState), (status = 401, body = Problem)))]
async fn current(caller: Caller) -> Json<SessionState> {
    Json(SessionState::of(caller.principal()))
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
struct Credentials {
    name: String,
    password: String,
    /// Of the second factor: six digits, or a recovery code.
    code: Option<String>,
}

/// Sign in
///
/// Sets the cookie of a session. 401 `second_factor` asks for a code; 429 says when to try again.
#[utoipa::path(post, path = "/session", tag = "session", request_body = Credentials,
    responses((status = 200, body = SessionState), (status = 401, body = Problem), (status = 429, body = Problem)))]
async fn sign_in(
    State(app): State<App>,
    peer: Peer,
    headers: HeaderMap,
    Body(credentials): Body<Credentials>,
) -> Answer<Response> {
    let request = SignIn {
        name: credentials.name,
        password: credentials.password,
        code: credentials.code,
        address: Some(peer.0.ip()),
        agent: agent(&headers),
    };
    opened(&app, app.engine().sign_in(request).await?)
}

/// Sign out
#[utoipa::path(delete, path = "/session", tag = "session", responses((status = 204), (status = 401, body = Problem)))]
async fn sign_out(State(app): State<App>, caller: Caller) -> Answer<Response> {
    app.engine().sign_out(caller.principal()).await?;
    let gone = session_cookie(None, app.tls())?;
    // What the browser kept of the session goes with it.
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, gone)]).into_response())
}

#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
struct SetUpState {
    /// Nobody administrates this server yet.
    needed: bool,
}

/// Whether the first administrator is still to come
#[utoipa::path(get, path = "/setup", tag = "session", responses((status = 200, body = SetUpState)))]
async fn set_up_state(State(app): State<App>) -> Answer<Json<SetUpState>> {
    Ok(Json(SetUpState { needed: app.engine().needs_set_up().await? }))
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
struct Beginning {
    /// From the link, behind its `#`.
    token: String,
    /// Of the first administrator; whoever was invited has a name already.
    #[serde(default)]
    name: String,
    password: String,
}

/// Begin with a link: choose a password, and be signed in
#[utoipa::path(post, path = "/setup", tag = "session", request_body = Beginning,
    responses((status = 200, body = SessionState), (status = 400, body = Problem)))]
async fn set_up(
    State(app): State<App>,
    peer: Peer,
    headers: HeaderMap,
    Body(begin): Body<Beginning>,
) -> Answer<Response> {
    let address = Some(peer.0.ip());
    let outcome = app.engine().set_up(&begin.token, &begin.name, &begin.password, address, &agent(&headers)).await?;
    opened(&app, outcome)
}

fn opened(app: &App, outcome: SignedIn) -> Answer<Response> {
    let refused = |code, title: &str| Problem::new(StatusCode::UNAUTHORIZED, code, title);
    match outcome {
        SignedIn::Session(opened) => {
            let cookie = session_cookie(Some(&opened.token), app.tls())?;
            Ok(([(header::SET_COOKIE, cookie)], Json(SessionState::of(&opened.principal))).into_response())
        }
        SignedIn::BadCredentials => Err(refused("bad_credentials", "name or password are wrong")),
        SignedIn::SecondFactor { wrong: false } => Err(refused("second_factor", "a code is needed as well")
            .hint("take it from the app that you have connected, or use a recovery code")),
        SignedIn::SecondFactor { wrong: true } => {
            Err(refused("second_factor", "this code is wrong").hint("a code is good for half a minute and once"))
        }
        SignedIn::TooMany { retry_after } => Err(Problem::too_many(u64::try_from(retry_after).unwrap_or(60))),
    }
}

fn agent(headers: &HeaderMap) -> String {
    let told = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    told.chars().take(300).collect()
}
