//! What the logs of web servers and proxies share: quoted texts, request lines, times, lines of the common log format.
//!
//! Used by the formats of Apache, nginx, HAProxy and Squid. Escapes are undone where a text goes to a column; the raw
//! record keeps them.

mod line;
mod quoted;
mod request;
mod time;

pub(crate) use line::{COLUMNS, Line, Token, Tokens, push_client};
pub(crate) use quoted::{push_unescaped, split_quoted};
pub(crate) use request::{RequestPart, push_request, push_target, request_part};
pub(crate) use time::{is_clf, is_iso, push_asctime, push_clf, push_slashed};

/// What logs write for nothing.
pub(crate) fn is_nothing(text: &str) -> bool {
    text.is_empty() || text == "-"
}
