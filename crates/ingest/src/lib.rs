//! Bytes → rows and rejects → normalised batches. Pure: no file, clock or thread; the engine feeds it.
//!
//! A stream of (decompressed) bytes is recognised by its head, cut by the format's [`Framer`] into
//! self-contained [`RawBatch`]es of whole records, parsed on any thread, and stamped with where it came from:
//! `RawBatch → ParsedBatch → EventBatch`. Parsing never fails: what cannot be read becomes a [`Reject`] with its
//! bytes, position and reason, and `received = rows + rejects` always holds.
//!
//! ```
//! use ingest::{Stamp, Tail};
//!
//! let bytes = b"#separator \\x09\n#path\tconn\n#fields\tts\tuid\n1521911720.613421\tCIOuwB3kJLIhO8re94\nrubbish\n";
//! let (format, recognition) = ingest::recognise(bytes, "conn.log").expect("a Zeek log");
//! assert_eq!(format.name, "zeek", "{}", recognition.why);
//!
//! let mut framer = (format.framer)("conn.log");
//! let mut batches = framer.push(bytes);
//! batches.extend(framer.finish(Tail::Take).batches);
//!
//! let stamp = Stamp {
//!     key: schema::SourceKey(1),
//!     source: "conn.log".into(),
//!     dataset: "office".into(),
//!     ingested_at: schema::Timestamp::from_nanos(0),
//! };
//! let parsed = ingest::parse(format, &batches[0]);
//! let normalized = ingest::normalize(parsed, &stamp);
//! assert_eq!((normalized.received, normalized.rows, normalized.rejects), (2, 1, 1));
//! ```

mod frame;
mod recognise;
mod registry;

mod azure;
mod countries;
mod embedded;
mod escaped;
mod instant;
mod json;
mod json_head;
mod json_paths;
mod json_record;
mod keys;
mod legacy;
mod number;
mod number_map;
mod observed;
mod quoted;
mod records;
mod xml;

mod access;
mod messages;
mod syslog;

mod envelope;

mod names;
mod url;

mod device_log;
mod mapping;
mod own_read;
mod pairs;
mod parsed;
mod rows;
mod shapes;

mod windows;

mod normalize;

pub(crate) mod mapped;

pub mod formats;

pub use formats::{ALL, Format};
pub use frame::{
    Block, Finished, Framer, MAX_BATCH_LINES, MAX_RECORD_BYTES, Overlong, Preamble, RawBatch, Span, TARGET_BATCH_BYTES,
    Tail,
};
pub use mapped::{Mapped, Origin, Problem, Scaffold, scaffold};
pub use normalize::{KeyedBlock, Normalized, Stamp, normalize, normalize_blocks};
pub use parsed::{MAX_REJECT_BYTES, ParsedBatch, Reason, Reject};
pub use recognise::{Certainty, Head, Recognition, recognise};
pub use registry::{AnyFormat, Formats};
pub use rows::ParsedRows;

/// Reads the records of a batch. Never fails: what cannot be read is in the rejects.
pub fn parse(format: &Format, raw: &RawBatch) -> ParsedBatch {
    (format.parse)(raw)
}
