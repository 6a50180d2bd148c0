//! Who asks: by the cookie of a session or by a key. Handlers take a [`Caller`], and there is none for strangers.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use engine::{AuditEntry, Permission, Principal};
use tokio::time::Instant;

use super::{super::App, Answer, Problem, limits::Who};

/// Where a connection comes from.
pub(crate) type Peer = ConnectInfo<SocketAddr>;

/// Who was recognized. Answers carry it as well, for the log.
#[derive(Debug, Clone)]
pub(crate) struct Caller(Principal);

impl Caller {
    pub(crate) fn principal(&self) -> &Principal {
        &self.0
    }

    pub(crate) fn id(&self) -> &str {
        &self.0.id
    }

    /// Goes on only where the role permits it.
    pub(crate) fn needs(&self, permission: Permission) -> Answer<()> {
        match self.0.may(permission) {
            true => Ok(()),
            false => Err(Problem::not_permitted(permission.name())),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(Problem::sign_in)
    }
}

pub(crate) async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let Some(peer) = request.extensions().get::<Peer>().copied() else { return Problem::sign_in().into_response() };
    let caller = match recognize(&app, request.headers(), peer).await {
        Ok(caller) => caller,
        Err(problem) => return problem.into_response(),
    };
    let who = match &caller {
        Some(caller) => Who::Principal(caller.id().to_owned()),
        None => Who::at(peer.0.ip()),
    };
    if let Err(seconds) = app.limits().take(who, Instant::now().into_std()) {
        app.metrics().refused();
        return Problem::too_many(seconds).into_response();
    }
    if let Some(caller) = &caller {
        request.extensions_mut().insert(caller.clone());
    }
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let mut response = next.run(request).await;
    if let Some(caller) = caller {
        if response.status() == StatusCode::FORBIDDEN {
            denied(&app, &caller, route.as_deref().unwrap_or_default()).await;
        }
        response.extensions_mut().insert(caller);
    }
    response
}

/// Whoever tries what they may not is in the audit log.
async fn denied(app: &App, caller: &Caller, route: &str) {
    let line = AuditEntry::new(caller.principal(), "access.denied").about(route);
    if let Err(error) = app.engine().audit(line).await {
        tracing::error!(error = %error, "a denial could not be written into the audit log");
    }
}

/// A key that is not valid is an error and not a stranger: programs should hear of it. A session that has ended is a
/// stranger: the page asks them to sign in.
async fn recognize(app: &App, headers: &HeaderMap, peer: Peer) -> Answer<Option<Caller>> {
    let address = peer.0.ip();
    if let Some(key) = key(headers) {
        // Whoever guesses is slowed down like all strangers.
        return match app.engine().key_bearer(key, Some(address)).await? {
            Some(principal) => Ok(Some(Caller(principal))),
            None => {
                app.limits().take(Who::at(address), Instant::now().into_std()).map_err(Problem::too_many)?;
                Err(Problem::sign_in().detail("the key is not valid any more, or never was").code("bad_key"))
            }
        };
    }
    match session_token(headers, app.tls()) {
        Some(token) => Ok(app.engine().session(token, Some(address)).await?.map(Caller)),
        None => Ok(None),
    }
}

/// `Authorization: Bearer` or, as clients of Cloudflare send it, `X-Auth-Key`.
fn key(headers: &HeaderMap) -> Option<&str> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let bearer = text("authorization").and_then(|value| {
        let (scheme, key) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
    });
    bearer.or_else(|| text("x-auth-key"))
}

/// With TLS the name makes browsers keep the cookie to this host and to TLS.
fn cookie_name(tls: bool) -> &'static str {
    if tls { "__Host-margay" } else { "margay" }
}

/// The token of a session, from its cookie.
pub(crate) fn session_token(headers: &HeaderMap, tls: bool) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies.flat_map(|all| all.split(';')).find_map(|one| {
        let (name, value) = one.trim().split_once('=')?;
        (name == cookie_name(tls)).then_some(value)
    })
}

/// The cookie of a session, or one that takes it away.
pub(crate) fn session_cookie(token: Option<&str>, tls: bool) -> Answer<HeaderValue> {
    let (value, age) = match token {
        Some(token) => (token, ""),
        None => ("", "; Max-Age=0"),
    };
    let secure = if tls { "; Secure" } else { "" };
    let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{age}", cookie_name(tls));
    HeaderValue::from_str(&text)
        .map_err(|_unfit| Problem::bad_request("the session has no name that fits into a cookie"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_read_from_its_cookie_alone() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("theme=dark; margay=abc; other=1"));
        assert_eq!(session_token(&headers, false), Some("abc"));
        assert_eq!(session_token(&headers, true), None, "over TLS only the name that browsers protect counts");
        let cookie = session_cookie(Some("abc"), true).unwrap();
        assert_eq!(cookie, "__Host-margay=abc; Path=/; HttpOnly; SameSite=Strict; Secure");
    }

    #[test]
    fn keys_come_as_bearers() {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static("bearer  mgy_a_b"));
        assert_eq!(key(&headers), Some("mgy_a_b"));
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static("Basic YTpi"));
        assert_eq!(key(&headers), None);
    }
}
