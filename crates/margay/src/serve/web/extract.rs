//! Reads what a request says, and says in our form what is wrong with it.

use axum::{
    Json,
    extract::{FromRequest, FromRequestParts, Path, Query, Request, rejection::JsonRejection},
    http::{StatusCode, request::Parts},
};
use serde::de::DeserializeOwned;

use super::Problem;

/// A JSON body.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(value)) => Ok(Self(value)),
            Err(rejection) => Err(refused(&rejection)),
        }
    }
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
        _ => (
            "bad_body",
            "the body of the request is not what this address takes",
            "GET /api/v1/openapi.json describes what each address takes",
        ),
    };
    let status = if status == StatusCode::UNPROCESSABLE_ENTITY { StatusCode::BAD_REQUEST } else { status };
    Problem::new(status, code, title).detail(rejection.body_text()).hint(hint)
}

/// What stands behind the `?` of an address.
#[derive(Debug)]
pub(crate) struct Asked<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(rejection) => Err(Problem::bad_request("a parameter of the address is not what it should be")
                .code("bad_parameter")
                .detail(rejection.body_text())
                .hint("GET /api/v1/openapi.json describes the parameters of each address")),
        }
    }
}

/// What stands in the path of an address.
#[derive(Debug)]
pub(crate) struct Named<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Named<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(rejection) => Err(Problem::not_found("there is nothing at this address").detail(rejection.body_text())),
        }
    }
}
