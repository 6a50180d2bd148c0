//! The reader: opens each input, finds out what and which it is, passes over what is committed, cuts the rest.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use ingest::{AnyFormat, Formats, Framer, KeyedBlock, RawBatch, Stamp, Tail};
use schema::Timestamp;
use tokio::sync::mpsc;

use super::{IngestProgress, Piece, Reading, Remark};
use crate::{
    Error, Result, Stop, clock,
    error::io,
    sources::{self, FINGERPRINT_BYTES, Input, Known, Packing, TAIL_BYTES, digest_hex},
    store::SourceState,
};

/// Bytes by which a format is recognised.
const HEAD_BYTES: usize = 64 << 10;

/// Bytes read at a time.
const CHUNK_BYTES: usize = 1 << 20;

/// A plain file that was written to this recently may be in the middle of a line.
const GROWING: Duration = Duration::from_secs(60);

pub(super) enum Message {
    Piece(Piece),
    /// A source begins: its state before anything of it is committed by this run.
    Begin(SourceState),
    /// A block of it begins, or goes on: its state before the rest of it is committed.
    Block(SourceState),
    /// A source has been read to its end.
    End(SourceState),
    Unchanged,
    Skipped(Remark),
    Damaged(Remark),
    Growing(Remark),
}

pub(super) struct Reader<W> {
    pub(super) inputs: Vec<Input>,
    pub(super) formats: Formats,
    /// The one that everything is read as.
    pub(super) format: Option<AnyFormat>,
    pub(super) dataset: String,
    pub(super) known: Known,
    pub(super) started_at: Timestamp,
    pub(super) stop: Stop,
    pub(super) watch: Arc<W>,
}

impl<W: Fn(IngestProgress)> Reader<W> {
    /// Reads every input; returns the number of unpacked bytes. Runs on a thread of its own.
    pub(super) fn run(mut self, to: &mpsc::Sender<Message>) -> Result<u64> {
        let total = self.inputs.iter().filter_map(file_size).sum();
        let packed = Arc::new(AtomicU64::new(0));
        let mut unpacked = 0;
        for input in std::mem::take(&mut self.inputs) {
            if self.stop.requested() {
                break;
            }
            let before = packed.load(Ordering::Relaxed);
            match self.read(&input, to, &packed, total) {
                Ok(bytes) => unpacked += bytes,
                Err(Ended::Receiver) => break,
                Err(Ended::Unreadable(error)) => {
                    let remark = remark(&input, error.detail_text().unwrap_or(error.what()));
                    if to.blocking_send(Message::Skipped(remark)).is_err() {
                        break;
                    }
                }
            }
            // A file that was passed over counts as read.
            packed.store(before + file_size(&input).unwrap_or(0), Ordering::Relaxed);
        }
        Ok(unpacked)
    }

    fn read(
        &mut self,
        input: &Input,
        to: &mpsc::Sender<Message>,
        packed: &Arc<AtomicU64>,
        total: u64,
    ) -> std::result::Result<u64, Ended> {
        let mut opened = Opened::new(input, packed.clone())?;
        if let Some(state) = self.unchanged(input, &opened) {
            tracing::debug!(source = %input.name(), position = state.position, "unchanged");
            return send(to, Message::Unchanged).map(|()| 0);
        }

        let head = opened.head()?;
        if head.is_empty() && opened.failure.is_none() {
            return send(to, Message::Skipped(remark(input, "it is empty"))).map(|()| 0);
        }
        let recognised = || self.formats.recognise(&head, &input.name()).map(|(format, _)| format);
        let Some(format) = self.format.clone().or_else(recognised) else {
            let why = opened.failure.take().unwrap_or_else(|| "no format that Margay knows was recognised".to_owned());
            return send(to, Message::Skipped(remark(input, &why))).map(|()| 0);
        };

        let framer = format.framer(&input.name());
        let state = if framer.is_in_blocks() {
            sources::file_of_blocks(input.name(), format.name(), &self.dataset)
        } else {
            self.identify(input, &head, &format, &mut opened)?
        };
        send(to, Message::Begin(state.clone()))?;
        let stamp =
            Stamp { key: state.key, source: input.name(), dataset: self.dataset.clone(), ingested_at: self.started_at };
        let mut cutting = Cutting {
            framer,
            known: &mut self.known,
            to_skip: state.position,
            source: Arc::new(Reading { format, stamp }),
            state,
            to,
        };
        let mut chunk = head;
        while !chunk.is_empty() {
            cutting.take(&chunk)?;
            (self.watch)(IngestProgress {
                packed_bytes: packed.load(Ordering::Relaxed),
                packed_bytes_total: total,
                ..Default::default()
            });
            if self.stop.requested() {
                return Ok(opened.position);
            }
            chunk = opened.next_chunk();
        }
        let state = cutting.finish(input, &mut opened)?;
        self.known.remember(state);
        Ok(opened.position)
    }

    /// The source, where its file has the size and time that it had when it was last read to its end.
    fn unchanged(&self, input: &Input, opened: &Opened) -> Option<&SourceState> {
        let state = self.known.at_path(&input.name())?;
        let same = state.finished
            && state.size_bytes.is_some()
            && state.size_bytes == opened.size_bytes
            && state.modified_at == opened.modified_at;
        same.then_some(state)
    }

    /// Which source it is: one that was read before, if its first bytes and those before the position are there
    /// again, or a new one.
    fn identify(
        &mut self,
        input: &Input,
        head: &[u8],
        format: &AnyFormat,
        opened: &mut Opened,
    ) -> std::result::Result<SourceState, Ended> {
        let candidates: Vec<SourceState> = self.known.beginning_like(head).into_iter().cloned().collect();
        for candidate in candidates {
            let moved = candidate.path != input.name();
            // Nothing of the candidate was committed, or nothing of it was kept to be compared: only its name can tell
            // it from another that begins alike.
            let told_by_name = candidate.position == 0 || candidate.tail_bytes == 0;
            if told_by_name && moved {
                continue;
            }
            if opened.has_before(head, &candidate)? {
                return Ok(SourceState { path: input.name(), finished: false, ..candidate });
            }
        }
        let start = head.get(..FINGERPRINT_BYTES.min(head.len())).unwrap_or_default();
        let fingerprint = digest_hex(start);
        let state = SourceState {
            key: sources::new_key(&fingerprint, self.known.count(start.len() as u64, &fingerprint)),
            path: input.name(),
            format: format.name().to_owned(),
            dataset: self.dataset.clone(),
            fingerprint_bytes: start.len() as u64,
            fingerprint,
            position: 0,
            tail_bytes: 0,
            tail: digest_hex(&[]),
            size_bytes: None,
            modified_at: None,
            finished: false,
        };
        self.known.remember(state.clone());
        Ok(state)
    }
}

/// One source on its way from bytes to batches.
struct Cutting<'a> {
    framer: Box<dyn Framer>,
    known: &'a mut Known,
    /// Bytes that are committed already and not read yet.
    to_skip: u64,
    source: Arc<Reading>,
    /// How far the batches sent so far reach.
    state: SourceState,
    to: &'a mpsc::Sender<Message>,
}

impl Cutting<'_> {
    fn take(&mut self, chunk: &[u8]) -> std::result::Result<(), Ended> {
        let n_skipped = usize::try_from(self.to_skip).unwrap_or(usize::MAX).min(chunk.len());
        let (skipped, fresh) = chunk.split_at(n_skipped);
        self.framer.skip(skipped);
        self.to_skip -= n_skipped as u64;
        let batches = self.framer.push(fresh);
        self.send(batches)
    }

    /// Ends the source: sends what is left, tells what is to tell, and gives the state to go on from.
    fn finish(mut self, input: &Input, opened: &mut Opened) -> std::result::Result<SourceState, Ended> {
        let failure = opened.failure.take();
        let growing = failure.is_none() && opened.packing == Packing::Plain && opened.written_within(GROWING);
        // Behind a cut there may be the rest of the line: a whole copy of the source brings it.
        let unfinished = growing || failure.is_some();
        let finished = self.framer.finish(if unfinished { Tail::HoldBack } else { Tail::Take });
        self.send(finished.batches)?;
        if growing && finished.held_bytes > 0 {
            let why = format!("its last record, of {} bytes so far, is not finished yet", finished.held_bytes);
            send(self.to, Message::Growing(remark(input, &why)))?;
        }
        // Neither a cut stream nor a line that is still being written lets the next run pass over this source.
        // A file of blocks grows in its middle, and its time may be older than what is in it.
        let may_grow = finished.held_bytes > 0 || growing && self.framer.is_in_blocks();
        self.state.finished = failure.is_none() && !may_grow;
        self.state.size_bytes = opened.size_bytes;
        self.state.modified_at = opened.modified_at;
        send(self.to, Message::End(self.state.clone()))?;
        if let Some(why) = failure {
            send(self.to, Message::Damaged(remark(input, &why)))?;
        }
        Ok(self.state)
    }

    fn send(&mut self, batches: Vec<RawBatch>) -> std::result::Result<(), Ended> {
        for raw in batches {
            if self.framer.is_in_blocks() {
                self.send_blocks(raw)?;
                continue;
            }
            let tail = last_bytes(&raw);
            self.state.position = raw.end();
            self.state.tail_bytes = tail.len() as u64;
            self.state.tail = digest_hex(tail);
            let reached = vec![self.state.clone()];
            send(self.to, Message::Piece(Piece { source: self.source.clone(), raw, blocks: Vec::new(), reached }))?;
        }
        Ok(())
    }

    /// Sends the blocks of a batch in which there is something new.
    fn send_blocks(&mut self, mut raw: RawBatch) -> std::result::Result<(), Ended> {
        let (mut blocks, mut reached) = (Vec::new(), Vec::new());
        for block in std::mem::take(&mut raw.blocks) {
            let Some((state, read_before)) = self.known.block(&self.state, &raw, &block) else { continue };
            send(self.to, Message::Block(SourceState { position: read_before, ..state.clone() }))?;
            let start = raw.position.saturating_add(block.start as u64);
            blocks.push((block.start, KeyedBlock { start, end: state.position, key: state.key }));
            reached.push(state);
        }
        if blocks.is_empty() {
            return Ok(());
        }
        if let Some(records) = &mut raw.records {
            records.retain(|record| blocks.iter().any(|(start, _)| *start == record.start));
        }
        let blocks = blocks.into_iter().map(|(_, block)| block).collect();
        send(self.to, Message::Piece(Piece { source: self.source.clone(), raw, blocks, reached }))
    }
}

/// The bytes before the end of a batch; none of a line that was too long to keep.
fn last_bytes(raw: &RawBatch) -> &[u8] {
    let from = if raw.overlong.is_some() { raw.bytes.len() } else { raw.bytes.len().saturating_sub(TAIL_BYTES) };
    raw.bytes.get(from..).unwrap_or_default()
}

/// Why reading an input ended early.
enum Ended {
    /// Nobody takes the batches any more: a commit failed, and its error is the one to tell.
    Receiver,
    Unreadable(Error),
}

impl From<Error> for Ended {
    fn from(error: Error) -> Self {
        Self::Unreadable(error)
    }
}

fn send(to: &mpsc::Sender<Message>, message: Message) -> std::result::Result<(), Ended> {
    to.blocking_send(message).map_err(|_closed| Ended::Receiver)
}

fn remark(input: &Input, why: &str) -> Remark {
    let named = matches!(input, Input::Stdin | Input::File { named: true, .. });
    Remark { source: input.name(), why: why.to_owned(), named }
}

fn file_size(input: &Input) -> Option<u64> {
    match input {
        Input::File { path, .. } => std::fs::metadata(path).ok().map(|meta| meta.len()),
        Input::Stdin => None,
    }
}

/// An input that is open for reading.
pub(super) struct Opened {
    input: Input,
    reader: Box<dyn Read>,
    packing: Packing,
    size_bytes: Option<u64>,
    modified_at: Option<Timestamp>,
    /// Unpacked bytes read so far.
    position: u64,
    /// Why no more can be read, where that is not the end.
    pub(super) failure: Option<String>,
}

impl Opened {
    pub(super) fn new(input: &Input, packed: Arc<AtomicU64>) -> Result<Self> {
        let (file, size_bytes, modified_at): (Box<dyn BufRead>, _, _) = match input {
            Input::Stdin => (Box::new(BufReader::with_capacity(CHUNK_BYTES, std::io::stdin())), None, None),
            Input::File { path, .. } => {
                let file = File::open(path).map_err(io("open", path))?;
                let meta = file.metadata().map_err(io("look at", path))?;
                let modified = meta.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
                let modified = modified.and_then(|age| i64::try_from(age.as_nanos()).ok()).map(Timestamp::from_nanos);
                let counted = Counted { file, packed };
                (Box::new(BufReader::with_capacity(CHUNK_BYTES, counted)), Some(meta.len()), modified)
            }
        };
        let (packing, reader) = sources::unpack(file)
            .map_err(|error| Error::input(format!("could not read {}", input.name())).detail(error))?;
        Ok(Self { input: input.clone(), reader, packing, size_bytes, modified_at, position: 0, failure: None })
    }

    /// The first bytes, as many as formats are recognised by.
    fn head(&mut self) -> Result<Vec<u8>> {
        let mut head = Vec::new();
        self.fill(&mut head, HEAD_BYTES);
        Ok(head)
    }

    /// The next bytes; none at the end, or where [`Opened::failure`] says why.
    fn next_chunk(&mut self) -> Vec<u8> {
        let mut chunk = Vec::new();
        self.fill(&mut chunk, CHUNK_BYTES);
        chunk
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

    fn written_within(&self, span: Duration) -> bool {
        let Some(modified) = self.modified_at else { return false };
        u128::try_from(clock::now().since(modified)).is_ok_and(|age| age < span.as_nanos())
    }

    /// Whether the bytes before `state`'s position are those that were read then. The input is opened a second
    /// time for it, because what is read is not there to be read again; standard input can only look at its head.
    fn has_before(&self, head: &[u8], state: &SourceState) -> Result<bool> {
        if state.tail_bytes == 0 {
            return Ok(true);
        }
        let from = state.position.saturating_sub(state.tail_bytes);
        let in_head = |from: u64, to: u64| head.get(usize::try_from(from).ok()?..usize::try_from(to).ok()?);
        if let Some(tail) = in_head(from, state.position) {
            return Ok(digest_hex(tail) == state.tail);
        }
        if matches!(self.input, Input::Stdin) {
            return Ok(self.position >= HEAD_BYTES as u64);
        }
        let mut again = Self::new(&self.input, Arc::default())?;
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
}

/// Counts packed bytes, for progress.
struct Counted {
    file: File,
    packed: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let n = self.file.read(into)?;
        self.packed.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}
