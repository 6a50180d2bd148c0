//! Holds rows of one log until no earlier row can come, then gives them out in write order.

use std::io;

use crate::calendar::Micros;

/// Bytes that wait before a spool is worth emptying: large enough for cheap sorting and writing, small enough
/// that fifty spools stay far below the memory of the world itself.
const READY: usize = 1 << 20;

/// Rows of one log in one arena, each with the instant at which its source would write it.
#[derive(Debug, Default)]
pub(crate) struct Spool {
    arena: Vec<u8>,
    /// Write time, start and end in the arena.
    rows: Vec<(Micros, usize, usize)>,
    /// Bytes that the last emptying had to keep, because long connections end later.
    carried: usize,
}

impl Spool {
    /// Adds a row that its source writes at `at`; `write` appends its bytes.
    pub(crate) fn push(&mut self, at: Micros, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.arena.len();
        write(&mut self.arena);
        self.rows.push((at, start, self.arena.len()));
    }

    /// Emptying pays once as much is new as was carried over, so that long connections are not copied again and
    /// again.
    pub(crate) fn ready(&self) -> bool {
        self.arena.len() >= READY + 2 * self.carried
    }

    /// Gives out every row written before `until`, in order; rows of one instant in order of arrival.
    pub(crate) fn drain(
        &mut self,
        until: Micros,
        mut give: impl FnMut(Micros, &[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        self.rows.sort_unstable();
        let due = self.rows.partition_point(|(at, _, _)| *at < until);
        for (at, start, end) in self.rows.drain(..due) {
            give(at, &self.arena[start..end])?;
        }
        self.compact();
        Ok(())
    }

    /// Moves the rows that stay to the front, keeping their order of arrival.
    fn compact(&mut self) {
        self.rows.sort_unstable_by_key(|(_, start, _)| *start);
        let mut kept = 0;
        for (_, start, end) in &mut self.rows {
            self.arena.copy_within(*start..*end, kept);
            (*start, *end) = (kept, kept + (*end - *start));
            kept = *end;
        }
        self.arena.truncate(kept);
        self.carried = kept;
    }
}
