//! Chunks as sources of their own: what of a log stays the same while it grows.

use ingest::{Block, Tail};

use super::{events, evtx, writer::*};

/// The first bytes and the marks of each chunk.
fn blocks(file: &[u8], piece: usize) -> Vec<(Vec<u8>, Vec<u32>, u64, u64)> {
    let mut framer = (evtx().framer)("Security.evtx");
    assert!(framer.is_in_blocks());
    let mut batches: Vec<_> = file.chunks(piece).flat_map(|piece| framer.push(piece)).collect();
    batches.extend(framer.finish(Tail::HoldBack).batches);
    let mut found = Vec::new();
    for batch in &batches {
        assert_eq!(batch.blocks.len(), batch.records.as_ref().map_or(0, Vec::len), "every record is a block");
        for Block { start, end, first, marks } in &batch.blocks {
            let first = batch.bytes[first.start..first.end].to_vec();
            found.push((first, marks.clone(), batch.position + *start as u64, batch.position + *end as u64));
        }
    }
    found
}

fn log(counts: &[u64]) -> Vec<u8> {
    let mut next = 1;
    let chunks = counts.iter().map(|&count| {
        let chunk = events::chunk(next, count).finish();
        next += count;
        chunk
    });
    file(chunks.collect())
}

#[test]
fn a_chunk_that_grows_keeps_its_first_record_and_its_marks() {
    let states = [log(&[10, 3]), log(&[10, 7]), log(&[10, 7, 2])].map(|file| blocks(&file, usize::MAX));
    assert_eq!(states.each_ref().map(Vec::len), [2, 2, 3]);
    let [early, later, last] = states;
    assert_eq!(early[0], later[0]);
    assert_eq!((&early[1].0, early[1].2), (&later[1].0, later[1].2));
    assert_eq!((early[1].1.len(), later[1].1.len()), (3, 7));
    assert!(later[1].1.starts_with(&early[1].1));
    assert!(early[1].3 < later[1].3, "the end is that of the last record");
    assert_eq!(later[..], last[..2]);
}

#[test]
fn what_grew_differently_has_other_marks() {
    let whole = log(&[10]);
    let mut other = whole.clone();
    let at = blocks(&whole, usize::MAX)[0].3 as usize - 60;
    other[at] ^= 1;
    let (whole, other) = (blocks(&whole, usize::MAX), blocks(&other, usize::MAX));
    assert_eq!(whole[0].0, other[0].0);
    assert_eq!(whole[0].1[..9], other[0].1[..9]);
    assert_ne!(whole[0].1[9], other[0].1[9]);
}

#[test]
fn blocks_do_not_depend_on_pieces_and_zeros_are_none() {
    let mut file = log(&[10, 7, 2]);
    file.extend([0; 3 * CHUNK_BYTES + 17]);
    let whole = blocks(&file, usize::MAX);
    assert_eq!(whole.len(), 3);
    for piece in [1_000, 65_537, 1 << 20] {
        assert_eq!(blocks(&file, piece), whole);
    }
}
