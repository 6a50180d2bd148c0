//! What a server and its query workers say to each other: a line of JSON for a question, frames for its answer.

use std::{collections::BTreeMap, io};

use lake::AsOf;
use schema::{Scope, Timestamp};

use crate::{Error, ErrorKind, QueryLimits, Result, view::PgManner};

/// One byte of kind and four of length.
pub(super) const HEAD_BYTES: usize = 5;

/// A frame holds one batch; one of 8,192 rows stays far below it.
const FRAME_BYTES_MAX: usize = 1 << 30;

const COLUMNS: u8 = b'C';
const ROWS: u8 = b'R';
const END: u8 = b'E';
const REFUSED: u8 = b'X';

/// A question.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub(super) struct Request {
    pub(super) scope: Scope,
    pub(super) query: String,
    pub(super) rows: u64,
    pub(super) bytes: u64,
    pub(super) millis: u64,
    as_of: Option<Past>,
    /// How a client of PostgreSQL asks it.
    #[serde(default)]
    pub(super) postgres: Option<PgManner>,
}

/// [`AsOf`], as it is written.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum Past {
    Version(u64),
    Nanos(i64),
    Versions(BTreeMap<String, u64>),
}

impl Request {
    pub(super) fn new(scope: &Scope, query: &str, postgres: Option<&PgManner>, limits: &QueryLimits) -> Self {
        Self {
            scope: scope.clone(),
            query: query.to_owned(),
            rows: limits.rows,
            bytes: limits.bytes,
            millis: u64::try_from(limits.time.as_millis()).unwrap_or(u64::MAX),
            as_of: limits.as_of.as_ref().map(|as_of| match as_of {
                AsOf::Version(version) => Past::Version(*version),
                AsOf::Instant(instant) => Past::Nanos(instant.nanos()),
                AsOf::Versions(versions) => Past::Versions(versions.clone()),
            }),
            postgres: postgres.cloned(),
        }
    }

    /// JSON has no line breaks but escaped ones.
    pub(super) fn line(&self) -> Result<Vec<u8>> {
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        Ok(line)
    }

    pub(super) fn limits(&self) -> QueryLimits {
        QueryLimits {
            rows: self.rows,
            bytes: self.bytes,
            time: std::time::Duration::from_millis(self.millis),
            as_of: self.as_of.as_ref().map(|past| match past {
                Past::Version(version) => AsOf::Version(*version),
                Past::Nanos(nanos) => AsOf::Instant(Timestamp::from_nanos(*nanos)),
                Past::Versions(versions) => AsOf::Versions(versions.clone()),
            }),
        }
    }
}

/// A part of an answer.
#[derive(Debug)]
pub(super) enum Frame {
    /// The columns, as a stream of Arrow without a batch; the first frame of an answer.
    Columns(Vec<u8>),
    /// A stream of Arrow with one batch.
    Rows(Vec<u8>),
    /// All rows have come, or as many as were asked for.
    End {
        cut: bool,
    },
    Refused(Refused),
}

/// Why there is no answer, or no more of it.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub(super) struct Refused {
    is_usage: bool,
    what: String,
    detail: Option<String>,
    hint: Option<String>,
}

impl Refused {
    pub(super) fn of(error: &Error) -> Self {
        Self {
            is_usage: error.kind() == ErrorKind::Usage,
            what: error.what().to_owned(),
            detail: error.detail_text().map(str::to_owned),
            hint: error.hint_text().map(str::to_owned),
        }
    }

    pub(super) fn into_error(self) -> Error {
        let mut error = if self.is_usage { Error::usage(self.what) } else { Error::machine(self.what) };
        if let Some(detail) = self.detail {
            error = error.detail(detail);
        }
        match self.hint {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }
}

pub(super) fn body_bytes(head: [u8; HEAD_BYTES]) -> io::Result<usize> {
    let [_, a, b, c, d] = head;
    let length = u32::from_le_bytes([a, b, c, d]) as usize;
    if length > FRAME_BYTES_MAX {
        return Err(io::Error::other("a frame of no sane length"));
    }
    Ok(length)
}

pub(super) fn frame(head: [u8; HEAD_BYTES], body: Vec<u8>) -> io::Result<Frame> {
    let [kind, ..] = head;
    match kind {
        COLUMNS => Ok(Frame::Columns(body)),
        ROWS => Ok(Frame::Rows(body)),
        END => Ok(Frame::End { cut: body.first() == Some(&1) }),
        REFUSED => Ok(Frame::Refused(serde_json::from_slice(&body)?)),
        _ => Err(io::Error::other("a frame of no known kind")),
    }
}

/// Writes frames.
pub(super) fn write(to: &mut impl io::Write, frame: &Frame) -> io::Result<()> {
    let written;
    let (kind, body): (u8, &[u8]) = match frame {
        Frame::Columns(bytes) => (COLUMNS, bytes),
        Frame::Rows(bytes) => (ROWS, bytes),
        Frame::End { cut } => (END, if *cut { &[1] } else { &[0] }),
        Frame::Refused(refused) => {
            written = serde_json::to_vec(refused)?;
            (REFUSED, &written)
        }
    };
    let length = u32::try_from(body.len()).map_err(|_too_long| io::Error::other("a batch of more than 4 GiB"))?;
    to.write_all(&[kind])?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(body)?;
    to.flush()
}
