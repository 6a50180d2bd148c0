//! Where bytes come from. Each source gives a name, a reader of unpacked bytes, and what tells it apart.

mod compression;
mod encoding;
mod files;
mod identity;

pub(crate) use compression::{Packing, read_start, unpack};
pub(crate) use files::{Input, find};
pub(crate) use identity::{FINGERPRINT_BYTES, Known, TAIL_BYTES, digest_hex, file_of_blocks, new_key};
