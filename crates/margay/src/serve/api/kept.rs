//! Forms that several resources have in common: a list, a document that the engine writes, a file to be kept.

use axum::{
    Json,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

use super::super::web::{Answer, Problem};

/// What the engine writes as JSON, as the command line shows it with `--json`.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
#[schema(value_type = Object)]
pub(crate) struct Document(pub(crate) serde_json::Value);

/// How many are asked for: 1 to `MOST`. Whoever asks for more is told so, and not given fewer.
#[derive(Debug, Clone, Copy, serde::Deserialize)]
#[serde(try_from = "u32")]
pub(crate) struct AtMost<const MOST: u32>(u32);

impl<const MOST: u32> TryFrom<u32> for AtMost<MOST> {
    type Error = String;

    fn try_from(number: u32) -> Result<Self, String> {
        match (1..=MOST).contains(&number) {
            true => Ok(Self(number)),
            false => Err(format!("{number} is not within 1 and {MOST}")),
        }
    }
}

impl<const MOST: u32> AtMost<MOST> {
    pub(crate) fn get(self) -> u32 {
        self.0
    }
}

/// A list, and where it goes on.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct List<T> {
    pub(crate) items: Vec<T>,
    /// For `after`; null at the end.
    pub(crate) next: Option<String>,
}

impl<T> List<T> {
    pub(crate) fn whole(items: Vec<T>) -> Self {
        Self { items, next: None }
    }
}

pub(crate) type Documents = List<serde_json::Value>;

/// As JSON, with field names as they are in the engine.
pub(crate) fn document(value: &impl serde::Serialize) -> Answer<Json<Document>> {
    Ok(Json(Document(json(value)?)))
}

pub(crate) fn documents<T: serde::Serialize>(values: &[T]) -> Answer<Json<Documents>> {
    let items: Answer<Vec<_>> = values.iter().map(json).collect();
    Ok(Json(List::whole(items?)))
}

pub(crate) fn json(value: &impl serde::Serialize) -> Answer<serde_json::Value> {
    serde_json::to_value(value)
        .map_err(|error| Problem::from(engine::Error::internal("could not write JSON").detail(error)))
}

/// A file that a browser keeps and never shows: its name is ours, and never that of something in a log.
pub(crate) fn attachment(name: &str, kind: &'static str, bytes: impl IntoResponse) -> Answer<Response> {
    let safe = |letter: char| if letter.is_ascii_alphanumeric() || "-._".contains(letter) { letter } else { '_' };
    let name: String = name.chars().map(safe).take(120).collect();
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""))
        .map_err(|_unfit| Problem::bad_request("this has no name that a file can have"))?;
    let mut response = bytes.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    Ok(response)
}
