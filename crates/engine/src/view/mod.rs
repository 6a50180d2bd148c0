//! What one reader may see and do: everything that is read or written for a person or a key goes through a [`View`].
//!
//! A view is an [`Engine`] whose store and lake are narrowed to the reader's [`Scope`]: conditions on dataset and marking
//! are in each statement of the store and in each table of the lake, so what is written here narrows nothing by itself.
//! A thing outside of the scope is answered exactly like a thing that does not exist.

mod campaigns;
mod cases;
mod events;
mod knowledge;
mod queries;
mod sql;

use schema::Scope;

use crate::Engine;

pub use sql::{PgManner, QueryLimits};

/// The engine as one reader sees it. Cheap to make and to clone: make one a request.
#[derive(Debug, Clone)]
pub struct View {
    /// The narrowed engine: pages that are made of several reads are made with it.
    pub(crate) seen: Engine,
    by: String,
}

impl Engine {
    /// What a reader of this scope sees; what he does is noted under the name `by`.
    pub fn view(&self, scope: &Scope, by: impl Into<String>) -> View {
        View { seen: self.within(scope), by: by.into() }
    }
}

impl View {
    pub fn scope(&self) -> &Scope {
        self.seen.scope()
    }

    /// The narrowed engine: pages that are made of several reads are made with it.
    pub(crate) fn seen(&self) -> &Engine {
        &self.seen
    }

    /// Under which name changes are noted.
    pub fn by(&self) -> &str {
        &self.by
    }
}
