//! Where bytes come from. Each source gives a name, a reader of unpacked bytes, and what tells it apart.

mod archive;
mod compression;
mod encoding;
mod files;
mod identity;
pub(crate) mod kinds;
mod zip;

pub(crate) use archive::{Archive, Each};
pub(crate) use compression::{Budget, Packing, open, read_start, unpack};
pub(crate) use files::{Input, find, is_link};
pub(crate) use identity::{Known, TAIL_BYTES, digest_hex, file_without_position};
