//! Attacks in what web requests carry (T1190): injection, traversal, commands, in a path, a query or a body parameter.

mod decode;
mod features;
mod learn;
mod model;
mod words;

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use super::Scored;

pub use learn::{Parts, Source, Untold, learn, parts};
pub use model::Model;

/// `content/models/web_attack.bin`, which a test reads before anybody else does.
static SHIPPED: LazyLock<Option<Model>> =
    LazyLock::new(|| Model::read(include_bytes!("../../../../../content/models/web_attack.bin")));

/// The shipped model; `None` would mean that the file within this program is broken.
pub fn shipped() -> Option<&'static Model> {
    SHIPPED.as_ref()
}

/// Judges a path with its query, the value of a parameter, a header or a body, as it was sent: escapes are undone
/// here, several times where they are nested.
///
/// At most 64 KiB are read. An empty payload is [`Scored::SILENT`].
pub fn score(payload: &[u8]) -> Scored {
    SHIPPED.as_ref().map_or(Scored::SILENT, |model| model.score(payload))
}

/// What a payload says once its escapes are undone, in small letters; at most 1 KiB of it.
pub fn plain(payload: &[u8]) -> Vec<u8> {
    decode::Plain::of(payload).as_slice().to_vec()
}
