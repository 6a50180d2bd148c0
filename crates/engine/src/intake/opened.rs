//! An input that is open for reading, or a member of an archive: its unpacked bytes, and what tells it apart.

use std::{
    fs::File,
    io::{BufRead, BufReader, Cursor, Read},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use schema::Timestamp;

use super::Remark;
use crate::{
    Error, Result, clock,
    error::io,
    sources::{self, Archive, Budget, Input, Packing, TAIL_BYTES, digest_hex},
    store::SourceState,
};

/// Bytes by which a format is recognised.
pub(super) const HEAD_BYTES: usize = 64 << 10;

/// Bytes read at a time.
const CHUNK_BYTES: usize = 1 << 20;

/// Members of archives up to this size are held in memory, so that they can be read a second time.
const HELD_BYTES: usize = 32 << 20;

/// See the module.
pub(super) struct Opened<'a> {
    /// As it stands in the `source` column.
    pub(super) name: String,
    /// Named by the person, and not met in a folder or an archive.
    named: bool,
    reader: Box<dyn Read + 'a>,
    again: Again,
    pub(super) packing: Packing,
    pub(super) budget: Budget,
    pub(super) size_bytes: Option<u64>,
    pub(super) modified_at: Option<Timestamp>,
    /// Unpacked bytes read so far.
    pub(super) position: u64,
    /// Why no more can be read, where that is not the end.
    pub(super) failure: Option<String>,
}

/// How it can be read a second time.
#[derive(Clone)]
enum Again {
    File(PathBuf),
    Bytes(Arc<[u8]>),
    Never,
}

impl<'a> Opened<'a> {
    /// `packed` counts what is read of it, for progress.
    pub(super) fn new(input: &Input, packed: Arc<AtomicU64>) -> Result<Self> {
        let budget = Budget::default();
        let (file, again, meta): (Box<dyn Read>, _, _) = match input {
            Input::Stdin => (Box::new(std::io::stdin()), Again::Never, None),
            Input::Link { .. } => return Err(sources::is_link(input)),
            Input::File { path, .. } => {
                let file = File::open(path).map_err(io("open", path))?;
                let meta = file.metadata().map_err(io("look at", path))?;
                (Box::new(file), Again::File(path.clone()), Some(meta))
            }
        };
        let counted = Counted { reader: file, packed, budget: budget.clone() };
        let modified = meta.as_ref().and_then(|meta| meta.modified().ok());
        let modified = modified.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
        let modified = modified.and_then(|age| i64::try_from(age.as_nanos()).ok()).map(Timestamp::from_nanos);
        let (name, named) = (input.name(), matches!(input, Input::Stdin | Input::File { named: true, .. }));
        // Small files come by the thousand: room for a large one in each costs more than they do.
        let expected = meta.as_ref().and_then(|meta| usize::try_from(meta.len()).ok()).filter(|&size| size > 0);
        let room = expected.map_or(CHUNK_BYTES, |size| size.saturating_add(1).min(CHUNK_BYTES));
        let reader = BufReader::with_capacity(room, counted);
        let opened = Self::of(name, named, reader, again, budget)?;
        Ok(Self { size_bytes: meta.map(|meta| meta.len()), modified_at: modified, ..opened })
    }

    /// A member of an archive, which may be packed once more.
    pub(super) fn member(name: String, content: &'a mut dyn Read, budget: Budget) -> Result<Self> {
        let mut held = Vec::new();
        let unreadable = |error| Error::input(format!("could not read {name}")).detail(error);
        let result = (&mut *content).take(HELD_BYTES as u64).read_to_end(&mut held);
        if let Err(error) = result {
            // What came before the damage is read, and then the damage is told.
            let rest = Cursor::new(held).chain(Failing(Some(error)));
            return Self::of(name, false, BufReader::new(rest), Again::Never, budget);
        }
        if held.len() == HELD_BYTES {
            let rest = BufReader::with_capacity(CHUNK_BYTES, Cursor::new(held).chain(content));
            return Self::of(name, false, rest, Again::Never, budget);
        }
        let held: Arc<[u8]> = held.into();
        let again = Again::Bytes(Arc::clone(&held));
        let (packing, reader) = sources::unpack(Cursor::new(held), &budget).map_err(unreadable)?;
        Ok(Self::with(name, false, packing, reader, again, budget))
    }

    fn of(name: String, named: bool, packed: impl BufRead + 'a, again: Again, budget: Budget) -> Result<Self> {
        let (packing, reader) = sources::unpack(packed, &budget)
            .map_err(|error| Error::input(format!("could not read {name}")).detail(error))?;
        Ok(Self::with(name, named, packing, reader, again, budget))
    }

    fn with(
        name: String,
        named: bool,
        packing: Packing,
        reader: Box<dyn Read + 'a>,
        again: Again,
        budget: Budget,
    ) -> Self {
        let (size_bytes, modified_at, position, failure) = (None, None, 0, None);
        Self { name, named, reader, again, packing, budget, size_bytes, modified_at, position, failure }
    }

    /// Whether it is a file, all of which is there to be read.
    pub(super) fn is_file(&self) -> bool {
        self.size_bytes.is_some_and(|size| size > 0)
    }

    pub(super) fn remark(&self, why: impl Into<String>) -> Remark {
        Remark { source: self.name.clone(), why: why.into(), named: self.named }
    }

    /// The first bytes, as many as formats are recognised by.
    pub(super) fn head(&mut self) -> Vec<u8> {
        let mut head = Vec::with_capacity(self.expected_bytes(HEAD_BYTES));
        self.fill(&mut head, HEAD_BYTES);
        head
    }

    /// The next bytes; none at the end, or where [`Opened::failure`] says why.
    pub(super) fn next_chunk(&mut self) -> Vec<u8> {
        let mut chunk = Vec::with_capacity(self.expected_bytes(CHUNK_BYTES));
        self.fill(&mut chunk, CHUNK_BYTES);
        chunk
    }

    /// How many bytes the next `limit` will be, as far as the size of a plain file tells.
    fn expected_bytes(&self, limit: usize) -> usize {
        let left = self.size_bytes.filter(|_| self.packing == Packing::Plain);
        let left = left.and_then(|size| usize::try_from(size.saturating_sub(self.position)).ok());
        left.map_or(0, |left| left.min(limit))
    }

    /// Whether there is nothing behind what was read.
    pub(super) fn is_at_end(&mut self) -> bool {
        let mut more = Vec::new();
        self.fill(&mut more, 1);
        more.is_empty()
    }

    pub(super) fn fill(&mut self, bytes: &mut Vec<u8>, limit: usize) {
        if self.failure.is_some() {
            return;
        }
        let before = bytes.len();
        // What was read before a failure is in `bytes` and stays there.
        let result = self.reader.by_ref().take(limit as u64).read_to_end(bytes);
        self.position += (bytes.len() - before) as u64;
        if let Err(error) = result {
            self.failure = Some(format!("unpacking stops at byte {} of its content: {error}", self.position));
        }
    }

    /// Gives each file of the archive that it is to `each`, as far as they are whole. `head` was read already.
    pub(super) fn members<E>(
        &mut self,
        archive: Archive,
        head: &[u8],
        each: &mut sources::Each<'_, E>,
    ) -> std::result::Result<(), E> {
        let mut rest = BufReader::with_capacity(CHUNK_BYTES, head.chain(&mut self.reader));
        let damage = archive.read(&mut rest, each)?;
        self.failure = self.failure.take().or(damage);
        Ok(())
    }

    pub(super) fn written_within(&self, span: Duration) -> bool {
        let Some(modified) = self.modified_at else { return false };
        u128::try_from(clock::now().since(modified)).is_ok_and(|age| age < span.as_nanos())
    }

    /// Whether the bytes before `state`'s position are those that were read then. The input is opened a second
    /// time for it, because what is read is not there to be read again; what cannot be opened twice, standard input
    /// and large members of archives, can only look at its head.
    pub(super) fn has_before(&self, head: &[u8], state: &SourceState) -> Result<bool> {
        if state.tail_bytes == 0 {
            return Ok(true);
        }
        let from = state.position.saturating_sub(state.tail_bytes);
        let in_head = |from: u64, to: u64| head.get(usize::try_from(from).ok()?..usize::try_from(to).ok()?);
        if let Some(tail) = in_head(from, state.position) {
            return Ok(digest_hex(tail) == state.tail);
        }
        let Some(mut again) = self.again()? else { return Ok(self.position >= HEAD_BYTES as u64) };
        let mut last = Vec::with_capacity(CHUNK_BYTES + TAIL_BYTES);
        while again.position < state.position {
            let left = state.position - again.position;
            last.drain(..last.len().saturating_sub(TAIL_BYTES));
            let before = last.len();
            again.fill(&mut last, usize::try_from(left).unwrap_or(usize::MAX).min(CHUNK_BYTES));
            if last.len() == before {
                return Ok(false);
            }
        }
        let tail_bytes = usize::try_from(state.tail_bytes).unwrap_or(usize::MAX);
        let tail = last.get(last.len().saturating_sub(tail_bytes)..).unwrap_or_default();
        Ok(digest_hex(tail) == state.tail)
    }

    /// Whether all of it is the beginning of what was read of `state`: an older copy of a log that has grown since. The
    /// source must still be where it was read, because nothing but its bytes can tell.
    pub(super) fn is_older_copy_of(&self, head: &[u8], state: &SourceState) -> bool {
        let is_shorter = self.size_bytes.is_none_or(|size| self.packing != Packing::Plain || size < state.position);
        if !is_shorter || state.tail_bytes == 0 || state.path == self.name {
            return false;
        }
        let source = Input::File { path: PathBuf::from(&state.path), named: false };
        let (Ok(mut source), Ok(Some(mut copy))) = (Opened::new(&source, Arc::default()), self.again()) else {
            return false;
        };
        let source_head = source.head();
        if !source.has_before(&source_head, state).unwrap_or(false) {
            return false;
        }
        let (mut ours, mut theirs) = (copy.head(), source_head);
        if ours != head {
            return false;
        }
        while !ours.is_empty() {
            let is_equal = theirs.get(..ours.len()) == Some(ours.as_slice());
            if !is_equal || copy.position > state.position {
                return false;
            }
            (ours, theirs) = (copy.next_chunk(), source.next_chunk());
        }
        copy.failure.is_none()
    }

    fn again(&self) -> Result<Option<Opened<'static>>> {
        match &self.again {
            Again::File(path) => {
                Opened::new(&Input::File { path: path.clone(), named: false }, Arc::default()).map(Some)
            }
            Again::Bytes(bytes) => {
                let (name, bytes) = (self.name.clone(), Cursor::new(Arc::clone(bytes)));
                Opened::of(name, false, bytes, Again::Never, self.budget.clone()).map(Some)
            }
            Again::Never => Ok(None),
        }
    }
}

/// Counts packed bytes, for progress and for the budget.
struct Counted<R> {
    reader: R,
    packed: Arc<AtomicU64>,
    budget: Budget,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let n = self.reader.read(into)?;
        self.packed.fetch_add(n as u64, Ordering::Relaxed);
        self.budget.add_packed(n as u64);
        Ok(n)
    }
}

/// Gives an error that was met before, then nothing.
struct Failing(Option<std::io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}
