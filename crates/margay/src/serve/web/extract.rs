//! Reads what a request says, and says in our form what is wrong with it.

use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Query, Request, rejection::JsonRejection},
    http::{StatusCode, request::Parts},
};
use serde::de::DeserializeOwned;

use super::Problem;

/// A JSON object as body. A list of the values of its fields, which serde would take as well, is described nowhere.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let bytes = Bytes::from_request(Request::from_parts(parts.clone(), body), state).await;
        let bytes = bytes.map_err(|rejection| refused(&JsonRejection::from(rejection)))?;
        match Json::<T>::from_request(Request::from_parts(parts, bytes.clone().into()), state).await {
            _ if has_nul(&bytes) => Err(bad_body().detail(NO_NUL)),
            Ok(Json(value)) if bytes.trim_ascii_start().starts_with(b"{") => Ok(Self(value)),
            Ok(_) => Err(bad_body().detail("it is no JSON object")),
            Err(rejection) => Err(refused(&rejection)),
        }
    }
}

/// No name and no text of a person has one, and PostgreSQL keeps none.
const NO_NUL: &str = "it holds the character NUL";

/// Whether a text of a JSON document holds NUL, which JSON writes in one way only.
fn has_nul(json: &[u8]) -> bool {
    const NUL: &[u8] = b"\\u0000";
    let is_escaped = |place: usize| {
        let before = json.get(..place).unwrap_or_default();
        before.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
    };
    json.windows(NUL.len()).enumerate().any(|(place, window)| window == NUL && !is_escaped(place))
}

fn bad_body() -> Problem {
    Problem::bad_request("the body of the request is not what this address takes")
        .code("bad_body")
        .hint("GET /api/v1/openapi.json describes what each address takes")
}

fn refused(rejection: &JsonRejection) -> Problem {
    let status = rejection.status();
    let (code, title, hint) = match status {
        StatusCode::UNSUPPORTED_MEDIA_TYPE => (
            "not_json",
            "the body of the request is not said to be JSON",
            "send it as JSON, with `Content-Type: application/json`",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => {
            ("too_large", "the body of the request is too large", "send less at once: 1 MiB is the most")
        }
        _ => return bad_body().detail(rejection.body_text()),
    };
    Problem::new(status, code, title).detail(rejection.body_text()).hint(hint)
}

/// What stands behind the `?` of an address.
#[derive(Debug)]
pub(crate) struct Asked<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if parts.uri.query().is_some_and(|query| query.contains(NUL_IN_ADDRESS)) {
            return Err(bad_parameter().detail(NO_NUL));
        }
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(rejection) => Err(bad_parameter().detail(rejection.body_text())),
        }
    }
}

/// How an address writes NUL; there is no other way.
const NUL_IN_ADDRESS: &str = "%00";

fn bad_parameter() -> Problem {
    Problem::bad_request("a parameter of the address is not what it should be")
        .code("bad_parameter")
        .hint("GET /api/v1/openapi.json describes the parameters of each address")
}

/// What stands in the path of an address.
#[derive(Debug)]
pub(crate) struct Named<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Named<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let nothing = || Problem::not_found("there is nothing at this address");
        if parts.uri.path().contains(NUL_IN_ADDRESS) {
            return Err(nothing().detail(NO_NUL));
        }
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(rejection) => Err(nothing().detail(rejection.body_text())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nul_is_found_and_what_only_writes_it_is_not() {
        for json in [r#"{"a":"\u0000"}"#, r#"{"a":"x\\\u0000"}"#] {
            assert!(has_nul(json.as_bytes()), "{json}");
        }
        for json in [r#"{"a":"\\u0000"}"#, r#"{"a":"\u0001"}"#, "{}", ""] {
            assert!(!has_nul(json.as_bytes()), "{json}");
        }
    }
}
