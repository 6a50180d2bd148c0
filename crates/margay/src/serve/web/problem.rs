//! What an answer says that is not what was asked for: RFC 9457, in the three parts of all our errors.

use std::num::NonZeroU32;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use engine::{Error, ErrorKind};

use super::request_id;

pub(crate) type Answer<T> = Result<T, Problem>;

/// A problem, as it is sent. Small, because every answer may be one.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Problem {
    /// Always `about:blank`: `code` tells problems apart.
    #[schema(value_type = String)]
    #[serde(rename = "type")]
    kind: Blank,
    /// What went wrong.
    title: Box<str>,
    #[schema(value_type = u16)]
    #[serde(serialize_with = "number")]
    status: StatusCode,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<Box<str>>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<Box<str>>,
    /// A stable word for programs.
    code: &'static str,
    /// Where in the filter or query that was sent, in characters from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<u32>,
    /// Stands in the server's log as well.
    request_id: Box<str>,
    #[serde(skip)]
    retry_after_secs: Option<NonZeroU32>,
    /// For the server's own log, and never sent.
    #[serde(skip)]
    unsaid: Option<Box<str>>,
}

/// The type of a problem that its `code` tells.
#[derive(Debug, Clone, Copy, serde::Serialize)]
enum Blank {
    #[serde(rename = "about:blank")]
    Blank,
}

fn number<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, title: impl Into<String>) -> Self {
        Self {
            kind: Blank::Blank,
            title: title.into().into(),
            status,
            detail: None,
            hint: None,
            code,
            position: None,
            length: None,
            request_id: Box::default(),
            retry_after_secs: None,
            unsaid: None,
        }
    }

    pub(crate) fn bad_request(title: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", title)
    }

    pub(crate) fn not_found(title: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", title)
    }

    pub(crate) fn sign_in() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "sign_in", "you are not signed in")
            .hint("sign in, or send a key as `Authorization: Bearer mgy_...`")
    }

    pub(crate) fn not_permitted(what: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::FORBIDDEN, "not_permitted", "your role does not permit this")
            .detail(format!("it needs the permission \"{what}\""))
            .hint("ask an administrator for a role that has it")
    }

    pub(crate) fn too_many(retry_after_secs: u64) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", "too many requests at once")
            .hint(format!("try again in {retry_after_secs} s"))
            .retry_after(retry_after_secs)
    }

    #[must_use]
    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into().into());
        self
    }

    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into().into());
        self
    }

    #[must_use]
    pub(crate) fn code(mut self, code: &'static str) -> Self {
        self.code = code;
        self
    }

    #[must_use]
    pub(crate) fn place(mut self, position: usize, length: usize) -> Self {
        let number = |number: usize| u32::try_from(number).ok();
        (self.position, self.length) = (number(position), number(length));
        self
    }

    #[must_use]
    pub(crate) fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_secs = u32::try_from(seconds).ok().and_then(NonZeroU32::new);
        self
    }
}

/// Whoever asked is told of what they can mend. What is ours to mend is told to the log, and to them only that it is.
impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let (status, code) = match error.kind() {
            ErrorKind::Usage if is_absence(error.what()) => (StatusCode::NOT_FOUND, "not_found"),
            ErrorKind::Usage => (StatusCode::BAD_REQUEST, "bad_request"),
            ErrorKind::Input => (StatusCode::UNPROCESSABLE_ENTITY, "bad_input"),
            ErrorKind::Machine => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
            ErrorKind::Stopped => (StatusCode::SERVICE_UNAVAILABLE, "stopping"),
            ErrorKind::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        };
        if matches!(error.kind(), ErrorKind::Machine | ErrorKind::Internal) {
            let mut problem = Self::new(status, code, "the server could not do this")
                .hint("the request id below stands in the server's log beside what went wrong");
            problem.unsaid = Some(error.to_string().into());
            return problem;
        }
        let mut problem = Self::new(status, code, error.what());
        problem.detail = error.detail_text().map(Into::into);
        problem.hint = error.hint_text().map(Into::into);
        problem
    }
}

/// How all our errors begin that say that something is not there.
fn is_absence(what: &str) -> bool {
    what.starts_with("there is no ")
}

impl IntoResponse for Problem {
    fn into_response(mut self) -> Response {
        self.request_id = request_id::current().into();
        if let Some(unsaid) = &self.unsaid {
            tracing::error!(request_id = %self.request_id, error = %unsaid, "a request failed");
        }
        let (status, retry) = (self.status, self.retry_after_secs);
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = retry {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds.get()));
        }
        response
    }
}
