//! Compound files: folders and files within one file. Spec: [MS-CFB].
//!
//! Nothing that the file says of itself is believed beyond its own size: chains of sectors end after as many steps as
//! there are sectors, each entry belongs to one storage, and all streams together give no more bytes than the file has.

use std::cell::Cell;

use crate::parsed::{Fault, Reason};

pub(in super::super) const MAGIC: &[u8; 8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Sectors of the file allocation table that the header itself names.
const NAMED_IN_HEADER: usize = 109;

/// Larger numbers of sectors are marks: free, end of a chain, sector of a table.
const LAST_SECTOR: u32 = 0xffff_fffa;

const ENTRY_BYTES: usize = 128;

/// Stands for a neighbor or child that an entry does not have.
const NO_ENTRY: u32 = 0xffff_ffff;

const HEADER_BYTES: usize = 512;

/// An entry's name with the zero that ends it.
const MAX_NAME_UNITS: usize = 32;

/// The kind of an entry that is a stream; all others may have children.
const STREAM: u8 = 2;

/// An entry of the directory, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct EntryId(usize);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Storage,
    Stream,
}

#[derive(Debug)]
struct Entry {
    name: String,
    kind: Kind,
    start: u32,
    size: u64,
    children: Vec<EntryId>,
}

/// A compound file.
#[derive(Debug)]
pub(super) struct Compound<'f> {
    file: &'f [u8],
    sector_bytes: usize,
    /// What follows each sector.
    next: Vec<u32>,
    /// The same for the small sectors within `small`.
    small_next: Vec<u32>,
    small: Vec<u8>,
    small_sector_bytes: usize,
    /// Shorter streams lie in small sectors.
    cutoff: u64,
    entries: Vec<Entry>,
    /// Bytes that streams may still give.
    budget: Cell<usize>,
    /// Something was not where it should be.
    is_damaged: Cell<bool>,
}

impl<'f> Compound<'f> {
    pub(super) fn open(file: &'f [u8]) -> Result<Self, Fault> {
        let header = Header::read(file)?;
        let mut compound = Self {
            file,
            sector_bytes: header.sector_bytes,
            next: Vec::new(),
            small_next: Vec::new(),
            small: Vec::new(),
            small_sector_bytes: header.small_sector_bytes,
            cutoff: u64::from(header.cutoff),
            entries: Vec::new(),
            budget: Cell::new(file.len()),
            is_damaged: Cell::new(false),
        };
        compound.next = compound.allocation_table(&header);
        let directory = compound.chain(header.directory);
        compound.read_directory(&directory);
        let Some(root) = compound.entries.first() else {
            return Err(Fault::new(Reason::CorruptBlock, "the compound file has no directory"));
        };
        compound.small = compound.chain(root.start);
        compound.small_next = numbers(&compound.chain(header.small_table)).collect();
        Ok(compound)
    }

    pub(super) fn root(&self) -> EntryId {
        EntryId(0)
    }

    pub(super) fn is_damaged(&self) -> bool {
        self.is_damaged.get()
    }

    /// The entries of a storage with their names.
    pub(super) fn children(&self, storage: EntryId) -> impl Iterator<Item = (EntryId, &str)> {
        let children = self.entries.get(storage.0).map(|entry| entry.children.as_slice()).unwrap_or_default();
        children.iter().filter_map(|&id| Some((id, self.entries.get(id.0)?.name.as_str())))
    }

    pub(super) fn is_storage(&self, id: EntryId) -> bool {
        self.entries.get(id.0).is_some_and(|entry| entry.kind == Kind::Storage)
    }

    /// The bytes of a stream, as far as they are there.
    pub(super) fn stream(&self, id: EntryId) -> Vec<u8> {
        let Some(entry) = self.entries.get(id.0).filter(|entry| entry.kind == Kind::Stream) else { return Vec::new() };
        let stated = usize::try_from(entry.size).unwrap_or(usize::MAX);
        let size = stated.min(self.budget.get());
        let mut bytes = Vec::new();
        let mut take = |sector: &[u8]| {
            let rest = size - bytes.len();
            bytes.extend_from_slice(sector.get(..rest).unwrap_or(sector));
            bytes.len() < size
        };
        if size > 0 && entry.size < self.cutoff {
            let sectors = follow(&self.small_next, entry.start).map(|sector| self.small_sector(sector));
            sectors.map_while(|sector| sector).find(|sector| !take(sector));
        } else if size > 0 {
            let sectors = follow(&self.next, entry.start).map(|sector| self.sector(sector));
            sectors.map_while(|sector| sector).find(|sector| !take(sector));
        }
        self.budget.set(self.budget.get() - bytes.len());
        self.note(bytes.len() < stated);
        bytes
    }

    fn note(&self, is_damage: bool) {
        self.is_damaged.set(self.is_damaged.get() || is_damage);
    }

    /// Sector 0 lies behind the header, which takes a whole sector. The last one of a file may be short.
    fn sector(&self, number: u32) -> Option<&'f [u8]> {
        let start = (usize::try_from(number).ok()?.checked_add(1)?).checked_mul(self.sector_bytes)?;
        let rest = self.file.get(start..).filter(|rest| !rest.is_empty())?;
        Some(rest.get(..self.sector_bytes).unwrap_or(rest))
    }

    fn small_sector(&self, number: u32) -> Option<&[u8]> {
        let start = usize::try_from(number).ok()?.checked_mul(self.small_sector_bytes)?;
        let rest = self.small.get(start..).filter(|rest| !rest.is_empty())?;
        Some(rest.get(..self.small_sector_bytes).unwrap_or(rest))
    }

    /// All bytes of a chain of sectors.
    fn chain(&self, start: u32) -> Vec<u8> {
        let sectors = follow(&self.next, start).map_while(|sector| self.sector(sector));
        sectors.flatten().copied().collect()
    }

    /// The table that tells what follows each sector: the header names its first sectors, a chain of lists the others.
    fn allocation_table(&self, header: &Header) -> Vec<u32> {
        let n_sectors = self.file.len() / self.sector_bytes;
        let mut table = Vec::new();
        let mut add = |sector: u32| {
            table.extend(self.sector(sector).into_iter().flat_map(numbers));
            table.len() < n_sectors
        };
        let mut is_wanted = header.table.iter().copied().filter(|&sector| sector < LAST_SECTOR).all(&mut add);
        let mut list = header.more_table;
        // No list comes twice in a file that is whole, and there cannot be more lists than sectors.
        for _ in 0..n_sectors {
            let Some(bytes) = self.sector(list).filter(|_| is_wanted) else { break };
            let mut sectors: Vec<u32> = numbers(bytes).collect();
            list = sectors.pop().unwrap_or(LAST_SECTOR);
            is_wanted = sectors.into_iter().filter(|&sector| sector < LAST_SECTOR).all(&mut add);
        }
        table
    }

    fn read_directory(&mut self, directory: &[u8]) {
        let raw = directory.as_chunks::<ENTRY_BYTES>().0;
        self.entries = raw.iter().map(Entry::read).collect();
        let mut is_placed = vec![false; raw.len()];
        let mut place = |id: u32| {
            let is_placed = is_placed.get_mut(usize::try_from(id).ok()?)?;
            (!std::mem::replace(is_placed, true)).then_some(id)
        };
        // A storage names one of its children, and each of them its neighbors.
        let mut open: Vec<(u32, Option<u32>)> = place(0).map(|root| (root, None)).into_iter().collect();
        while let Some((id, parent)) = open.pop() {
            let Some(bytes) = raw.get(id as usize) else { continue };
            let link = |at: usize| u32_at(bytes, at).unwrap_or(NO_ENTRY);
            if let Some(parent) = parent {
                if let Some(parent) = self.entries.get_mut(parent as usize) {
                    parent.children.push(EntryId(id as usize));
                }
                let neighbors = [link(68), link(72)].into_iter().filter_map(&mut place);
                open.extend(neighbors.map(|neighbor| (neighbor, Some(parent))));
            }
            open.extend(place(link(76)).map(|child| (child, Some(id))));
        }
        let names: Vec<String> = self.entries.iter().map(|entry| entry.name.clone()).collect();
        for entry in &mut self.entries {
            entry.children.sort_by_key(|child| names.get(child.0));
        }
    }
}

impl Entry {
    fn read(bytes: &[u8; ENTRY_BYTES]) -> Self {
        let (name, _) = bytes.as_chunks::<2>();
        let units =
            name.iter().take(MAX_NAME_UNITS).map(|&unit| u16::from_le_bytes(unit)).take_while(|&unit| unit != 0);
        let name = char::decode_utf16(units).map(|found| found.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        let is_stream = bytes.get(66) == Some(&STREAM);
        Self {
            name,
            kind: if is_stream { Kind::Stream } else { Kind::Storage },
            start: u32_at(bytes, 116).unwrap_or(LAST_SECTOR),
            // The upper half holds rubbish in files of small sectors, and no message is as long.
            size: u64::from(u32_at(bytes, 120).unwrap_or(0)),
            children: Vec::new(),
        }
    }
}

#[derive(Debug)]
struct Header {
    sector_bytes: usize,
    small_sector_bytes: usize,
    cutoff: u32,
    directory: u32,
    small_table: u32,
    more_table: u32,
    /// First sectors of the allocation table.
    table: Vec<u32>,
}

impl Header {
    fn read(file: &[u8]) -> Result<Self, Fault> {
        let wrong = |what: &str| Fault::new(Reason::CorruptBlock, format!("the header of the compound file {what}"));
        let header = file.first_chunk::<HEADER_BYTES>().filter(|header| header.starts_with(MAGIC));
        let header = header.ok_or_else(|| wrong("is cut off"))?;
        let number = |at: usize| u32_at(header, at).unwrap_or(LAST_SECTOR);
        let bytes_of = |at: usize, allowed: [u8; 2]| {
            let shift = header.get(at).copied().filter(|shift| allowed.contains(shift));
            shift.map(|shift| 1_usize << shift).ok_or_else(|| wrong("states no usual size of sectors"))
        };
        Ok(Self {
            sector_bytes: bytes_of(30, [9, 12])?,
            small_sector_bytes: bytes_of(32, [6, 6])?,
            directory: number(48),
            cutoff: number(56),
            small_table: number(60),
            more_table: number(68),
            table: numbers(header.get(76..).unwrap_or_default()).take(NAMED_IN_HEADER).collect(),
        })
    }
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk::<4>().map(|&number| u32::from_le_bytes(number))
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.as_chunks::<4>().0.iter().map(|&number| u32::from_le_bytes(number))
}

/// The sectors of a chain, at most as many as there are in the table.
fn follow(next: &[u32], start: u32) -> impl Iterator<Item = u32> {
    let behind = move |&sector: &u32| next.get(sector as usize).copied().filter(|&sector| sector < LAST_SECTOR);
    std::iter::successors(Some(start).filter(|&sector| sector < LAST_SECTOR), behind).take(next.len().max(1))
}
