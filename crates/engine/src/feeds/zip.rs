//! The one file of a zip archive, as abuse.ch sends its full dumps. Spec: APPNOTE.TXT of PKWARE, 4.3.
//!
//! The central directory says what is there; names are never used for anything, sizes are never believed.

use std::io::Read;

const END_OF_DIRECTORY: &[u8] = b"PK\x05\x06";
const DIRECTORY_ENTRY: &[u8] = b"PK\x01\x02";

/// The comment behind the directory is at most this long, and so is the way to its start.
const COMMENT_MAX: usize = 65_535 + 22;

/// Unpacks the largest file of an archive, of at most this size.
pub(super) fn only_file(bytes: &[u8], most: u64) -> Result<Vec<u8>, String> {
    let broken = || "the zip archive is damaged".to_owned();
    let entry = largest(bytes).ok_or_else(broken)?;
    if entry.encrypted {
        return Err("the zip archive is encrypted".to_owned());
    }
    let header = bytes.get(entry.offset..).ok_or_else(broken)?;
    let behind = 30 + number(header, 26, 2).ok_or_else(broken)? + number(header, 28, 2).ok_or_else(broken)?;
    let packed = header.get(behind..).and_then(|data| data.get(..entry.packed)).ok_or_else(broken)?;
    let mut content = Vec::new();
    let read = match entry.method {
        0 => packed.take(most + 1).read_to_end(&mut content),
        8 => flate2::read::DeflateDecoder::new(packed).take(most + 1).read_to_end(&mut content),
        method => return Err(format!("the zip archive is packed by method {method}, which is not read")),
    };
    read.map_err(|error| format!("the zip archive is damaged: {error}"))?;
    if content.len() as u64 > most {
        return Err(format!("the zip archive unpacks to more than {} MiB", most >> 20));
    }
    if content.len() != entry.unpacked {
        return Err("the zip archive is cut".to_owned());
    }
    Ok(content)
}

struct Entry {
    method: usize,
    encrypted: bool,
    packed: usize,
    unpacked: usize,
    offset: usize,
}

fn largest(bytes: &[u8]) -> Option<Entry> {
    let tail = bytes.len().saturating_sub(COMMENT_MAX);
    let end = memchr::memmem::rfind(bytes.get(tail..)?, END_OF_DIRECTORY)? + tail;
    let mut rest = bytes.get(number(bytes.get(end..)?, 16, 4)?..end)?;
    let mut largest: Option<Entry> = None;
    while rest.starts_with(DIRECTORY_ENTRY) {
        let entry = Entry {
            encrypted: number(rest, 8, 2)? & 1 == 1,
            method: number(rest, 10, 2)?,
            packed: number(rest, 20, 4)?,
            unpacked: number(rest, 24, 4)?,
            offset: number(rest, 42, 4)?,
        };
        let length = 46 + number(rest, 28, 2)? + number(rest, 30, 2)? + number(rest, 32, 2)?;
        if largest.as_ref().is_none_or(|known| entry.unpacked > known.unpacked) {
            largest = Some(entry);
        }
        rest = rest.get(length..)?;
    }
    largest
}

/// A number of so many bytes, the lowest first.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<usize> {
    let bytes = bytes.get(at..at + length)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}
