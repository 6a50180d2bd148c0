//! The reader: opens each input, finds out what and which it is, passes over what is committed, cuts the rest.

use std::{
    cell::{Cell, RefCell},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use ingest::{AnyFormat, Formats, Framer, KeyedBlock, RawBatch, Stamp, Tail};
use schema::Timestamp;
use tokio::sync::mpsc;

use super::{IngestProgress, Piece, Reading, Remark, opened::Opened};
use crate::{
    Error, Result, Stop,
    sources::{self, Archive, Input, Known, Packing, TAIL_BYTES, digest_hex, kinds},
    store::SourceState,
};

/// A plain file that was written to this recently may be in the middle of a line.
const GROWING: Duration = Duration::from_secs(60);

/// Archives that a file may lie in, one within the other.
const MOST_ARCHIVES: usize = 2;

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

/// How far reading has come, and who is told.
struct Progress<W> {
    packed: Arc<AtomicU64>,
    packed_total: u64,
    watch: Arc<W>,
}

impl<W: Fn(IngestProgress)> Progress<W> {
    fn tell(&self) {
        let packed_bytes = self.packed.load(Ordering::Relaxed);
        (self.watch)(IngestProgress { packed_bytes, packed_bytes_total: self.packed_total, ..Default::default() });
    }
}

impl<W: Fn(IngestProgress)> Reader<W> {
    /// Reads every input; returns the number of unpacked bytes. Runs on a thread of its own.
    pub(super) fn run(mut self, to: mpsc::Sender<Vec<Message>>) -> Result<u64> {
        let to = &Outbox { to, waiting: RefCell::default(), waiting_bytes: Cell::new(0) };
        let progress = Progress {
            packed: Arc::new(AtomicU64::new(0)),
            packed_total: self.inputs.iter().filter_map(file_size).sum(),
            watch: self.watch.clone(),
        };
        let mut unpacked = 0;
        for input in std::mem::take(&mut self.inputs) {
            if self.stop.requested() {
                break;
            }
            let before = progress.packed.load(Ordering::Relaxed);
            match self.read(&input, to, &progress) {
                Ok(bytes) => unpacked += bytes,
                Err(Ended::Receiver) => break,
                Err(Ended::Unreadable(error)) => {
                    let why = error.detail_text().unwrap_or(error.what()).to_owned();
                    let named = matches!(input, Input::Stdin | Input::File { named: true, .. });
                    let remark = Remark { source: input.name(), why, named };
                    if send(to, Message::Skipped(remark)).is_err() {
                        break;
                    }
                }
            }
            // A file that was passed over counts as read.
            progress.packed.store(before + file_size(&input).unwrap_or(0), Ordering::Relaxed);
        }
        // Where nobody takes them any more, the error of the commit that failed is the one to tell.
        to.flush().unwrap_or_default();
        Ok(unpacked)
    }

    fn read(&mut self, input: &Input, to: &Outbox, progress: &Progress<W>) -> std::result::Result<u64, Ended> {
        let opened = Opened::new(input, progress.packed.clone())?;
        if let Some(state) = self.unchanged(&opened) {
            tracing::debug!(source = %opened.name, position = state.position, "unchanged");
            return send(to, Message::Unchanged).map(|()| 0);
        }
        self.read_opened(opened, 0, to, progress)
    }

    /// Reads an input, or a member of an archive, which lies in as many archives as `depth` says.
    fn read_opened(
        &mut self,
        mut opened: Opened<'_>,
        depth: usize,
        to: &Outbox,
        progress: &Progress<W>,
    ) -> std::result::Result<u64, Ended> {
        let head = opened.head();
        if head.is_empty() && opened.failure.is_none() {
            return send(to, Message::Skipped(opened.remark("it is empty"))).map(|()| 0);
        }
        if let Some(why) = kinds::document(&head).filter(|_| self.format.is_none()) {
            return send(to, Message::Skipped(opened.remark(why))).map(|()| 0);
        }
        if let Some(archive) = Archive::of(&head) {
            return self.read_archive(archive, &head, opened, depth, to, progress);
        }
        let recognised = || self.formats.recognise(&head, &opened.name).map(|(format, _)| format);
        let Some(format) = self.format.clone().or_else(recognised) else {
            let unknown =
                || kinds::told(&head).unwrap_or_else(|| "no format that Margay knows was recognised".to_owned());
            let why = opened.failure.take().unwrap_or_else(unknown);
            return send(to, Message::Skipped(opened.remark(why))).map(|()| 0);
        };

        let framer = format.framer(&opened.name);
        let state = if framer.is_in_blocks() {
            sources::file_without_position(opened.name.clone(), format.name(), &self.dataset)
        } else {
            match self.identify(&head, &format, &opened)? {
                Some(state) => state,
                None => return self.pass_over(&format, &opened, to),
            }
        };
        send(to, Message::Begin(state.clone()))?;
        let stamp = Stamp {
            key: state.key,
            source: opened.name.clone(),
            dataset: self.dataset.clone(),
            ingested_at: self.started_at,
        };
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
            if !opened.is_file() {
                // It may be long until a pipe brings more.
                to.flush()?;
            }
            progress.tell();
            if self.stop.requested() {
                return Ok(opened.position);
            }
            chunk = opened.next_chunk();
        }
        let state = cutting.finish(&mut opened)?;
        self.known.remember(state);
        Ok(opened.position)
    }

    /// Reads every file in an archive. That all of it was read is noted for the archive, where it can be read again.
    fn read_archive(
        &mut self,
        archive: Archive,
        head: &[u8],
        mut opened: Opened<'_>,
        depth: usize,
        to: &Outbox,
        progress: &Progress<W>,
    ) -> std::result::Result<u64, Ended> {
        if depth >= MOST_ARCHIVES {
            let why = "it is an archive in an archive in an archive: unpack the outer ones, and name what comes out";
            return send(to, Message::Skipped(opened.remark(why))).map(|()| 0);
        }
        let (outer, budget) = (opened.name.clone(), opened.budget.clone());
        let (mut unpacked, mut n_files) = (0, 0_u64);
        opened.members(archive, head, &mut |member| {
            n_files += 1;
            if self.stop.requested() || is_hidden(member.name) {
                return Ok(());
            }
            let name = format!("{outer}!{}", member.name);
            let read = match member.content {
                Ok(content) => Opened::member(name.clone(), content, budget.clone())
                    .map_err(Ended::from)
                    .and_then(|opened| self.read_opened(opened, depth + 1, to, progress)),
                Err(why) => Err(Ended::Unreadable(Error::input(why))),
            };
            match read {
                Ok(bytes) => unpacked += bytes,
                Err(Ended::Receiver) => return Err(Ended::Receiver),
                Err(Ended::Unreadable(error)) => {
                    let why = error.detail_text().unwrap_or(error.what()).to_owned();
                    send(to, Message::Skipped(Remark { source: name, why, named: false }))?;
                }
            }
            Ok(())
        })?;
        if self.stop.requested() {
            return Ok(unpacked);
        }
        let mut state = sources::file_without_position(opened.name.clone(), "archive", &self.dataset);
        state.size_bytes = opened.size_bytes;
        state.modified_at = opened.modified_at;
        state.finished = opened.failure.is_none();
        if let Some(why) = opened.failure.take() {
            send(to, Message::Damaged(opened.remark(why)))?;
        } else if n_files == 0 {
            send(to, Message::Skipped(opened.remark("there is no file in it")))?;
        }
        if depth == 0 {
            send(to, Message::End(state.clone()))?;
            self.known.remember(state);
        }
        Ok(unpacked)
    }

    /// The source, where its file has the size and time that it had when it was last read to its end.
    fn unchanged(&self, opened: &Opened<'_>) -> Option<&SourceState> {
        let state = self.known.at_path(&opened.name)?;
        let same = state.finished
            && state.size_bytes.is_some()
            && state.size_bytes == opened.size_bytes
            && state.modified_at == opened.modified_at;
        same.then_some(state)
    }

    /// Which source it is: one that was read before, if its first bytes and those before the position are there
    /// again, or a new one. `None` where all of it is the beginning of one that was read further.
    fn identify(
        &mut self,
        head: &[u8],
        format: &AnyFormat,
        opened: &Opened<'_>,
    ) -> std::result::Result<Option<SourceState>, Ended> {
        let candidates: Vec<SourceState> = self.known.beginning_like(head).into_iter().cloned().collect();
        for candidate in &candidates {
            let moved = candidate.path != opened.name;
            // Nothing of the candidate was committed, or nothing of it was kept to be compared: only its name can tell
            // it from another that begins alike.
            let told_by_name = candidate.position == 0 || candidate.tail_bytes == 0;
            if told_by_name && moved {
                continue;
            }
            if opened.has_before(head, candidate)? {
                return Ok(Some(SourceState { path: opened.name.clone(), finished: false, ..candidate.clone() }));
            }
        }
        for candidate in &candidates {
            if opened.is_older_copy_of(head, candidate) {
                return Ok(None);
            }
        }
        Ok(Some(self.known.begin(head, opened.name.clone(), format.name(), &self.dataset)))
    }

    /// Notes that all of a file was read, because all of it is the beginning of another source. It has no position: should
    /// it grow, it is looked at anew.
    fn pass_over(&mut self, format: &AnyFormat, opened: &Opened<'_>, to: &Outbox) -> std::result::Result<u64, Ended> {
        let state = sources::file_without_position(opened.name.clone(), format.name(), &self.dataset);
        let (size_bytes, modified_at) = (opened.size_bytes, opened.modified_at);
        let state = SourceState { size_bytes, modified_at, finished: true, ..state };
        tracing::debug!(source = %opened.name, "the beginning of another source");
        send(to, Message::Unchanged)?;
        send(to, Message::End(state.clone()))?;
        self.known.remember(state);
        Ok(0)
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
    to: &'a Outbox,
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
    fn finish(mut self, opened: &mut Opened<'_>) -> std::result::Result<SourceState, Ended> {
        let failure = opened.failure.take();
        let growing = failure.is_none() && opened.packing == Packing::Plain && opened.written_within(GROWING);
        // Behind a cut there may be the rest of the line: a whole copy of the source brings it.
        let unfinished = growing || failure.is_some();
        let finished = self.framer.finish(if unfinished { Tail::HoldBack } else { Tail::Take });
        self.send(finished.batches)?;
        if growing && finished.held_bytes > 0 {
            let why = format!("its last record, of {} bytes so far, is not finished yet", finished.held_bytes);
            send(self.to, Message::Growing(opened.remark(why)))?;
        }
        // Neither a cut stream nor a line that is still being written lets the next run pass over this source.
        // A file of blocks grows in its middle, and its time may be older than what is in it.
        let may_grow = finished.held_bytes > 0 || growing && self.framer.is_in_blocks();
        self.state.finished = failure.is_none() && !may_grow;
        self.state.size_bytes = opened.size_bytes;
        self.state.modified_at = opened.modified_at;
        send(self.to, Message::End(self.state.clone()))?;
        if let Some(why) = failure {
            send(self.to, Message::Damaged(opened.remark(why)))?;
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

/// Bytes of pieces that are sent together.
const SENT_BYTES: usize = 1 << 20;

/// Other messages that are sent together.
const SENT_MESSAGES: usize = 256;

/// What goes to the parsers. Files of a few records come by the thousand: to wake a parser for each would take longer
/// than to parse it.
struct Outbox {
    to: mpsc::Sender<Vec<Message>>,
    waiting: RefCell<Vec<Message>>,
    waiting_bytes: Cell<usize>,
}

impl Outbox {
    fn put(&self, message: Message) -> std::result::Result<(), Ended> {
        if let Message::Piece(piece) = &message {
            self.waiting_bytes.set(self.waiting_bytes.get().saturating_add(piece.raw.bytes.len()));
        }
        let n_waiting = {
            let mut waiting = self.waiting.borrow_mut();
            waiting.push(message);
            waiting.len()
        };
        let is_enough = self.waiting_bytes.get() >= SENT_BYTES || n_waiting >= SENT_MESSAGES;
        if is_enough { self.flush() } else { Ok(()) }
    }

    fn flush(&self) -> std::result::Result<(), Ended> {
        let waiting = self.waiting.take();
        self.waiting_bytes.set(0);
        if waiting.is_empty() {
            return Ok(());
        }
        self.to.blocking_send(waiting).map_err(|_closed| Ended::Receiver)
    }
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

fn send(to: &Outbox, message: Message) -> std::result::Result<(), Ended> {
    to.put(message)
}

/// Files that tools leave in archives for themselves: `._name` and `__MACOSX/` of macOS, `.DS_Store`.
fn is_hidden(name: &str) -> bool {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    file.starts_with('.') || name.starts_with("__MACOSX/")
}

fn file_size(input: &Input) -> Option<u64> {
    match input {
        Input::File { path, .. } => std::fs::metadata(path).ok().map(|meta| meta.len()),
        Input::Stdin | Input::Link { .. } => None,
    }
}
