//! Damaged files: what can be saved is saved, what is lost is rejected, nothing panics or doubles.

use proptest::prelude::*;

use super::{counts, events, evtx, rows_of, text_of, writer::*};
use crate::support::{json_rows, run};

/// Three chunks of ten events each, and where their records begin in the file.
fn whole() -> (Vec<u8>, Vec<usize>) {
    let chunks: Vec<Chunk> = (0..3).map(|chunk| events::chunk(1 + 10 * chunk, 10)).collect();
    let places = chunks.iter().enumerate().flat_map(|(number, chunk)| {
        let start = FILE_HEADER_BYTES + number * CHUNK_BYTES;
        chunk.records.iter().map(move |record| start + record).collect::<Vec<_>>()
    });
    let places = places.collect();
    (file(chunks.into_iter().map(Chunk::finish).collect()), places)
}

/// Ids of the events that are read, in order, and the reasons of rejects.
fn outcome(file: &[u8]) -> (Vec<u64>, Vec<String>) {
    let rows = rows_of(file);
    let mut ids = Vec::new();
    let mut reasons = Vec::new();
    for row in &rows {
        let raw = text_of(row, "raw");
        match raw.split_once("<EventRecordID>").and_then(|(_, rest)| rest.split_once('<')) {
            Some((id, _)) => ids.push(id.parse().expect("a number")),
            None => reasons.push(text_of(row, "reason").to_owned()),
        }
    }
    ids.sort_unstable();
    (ids, reasons)
}

fn all_but(lost: &[u64]) -> Vec<u64> {
    (1..=30).filter(|id| !lost.contains(id)).collect()
}

#[test]
fn a_whole_file_is_read_whole() {
    assert_eq!(outcome(&whole().0), (all_but(&[]), vec![]));
}

#[test]
fn zeroed_records_are_lost_and_the_others_not() {
    let (mut file, places) = whole();
    file[places[12]..places[15]].fill(0);
    assert_eq!(outcome(&file), (all_but(&[13, 14, 15]), vec!["corrupt_block".to_owned()]));
}

#[test]
fn a_record_without_its_mark_is_read() {
    let (mut file, places) = whole();
    file[places[12]] = b'X';
    assert_eq!(outcome(&file), (all_but(&[]), vec![]));
}

#[test]
fn wrong_sizes_do_not_hide_the_next_records() {
    for size in [0_u32, 1, 27, 28, 5_000, 60_000, 70_000, u32::MAX] {
        let (mut file, places) = whole();
        file[places[12] + 4..places[12] + 8].copy_from_slice(&size.to_le_bytes());
        assert_eq!(outcome(&file), (all_but(&[]), vec![]), "size {size}");
    }
    let (mut file, places) = whole();
    file[places[13] - 4..places[13]].fill(0x55);
    assert_eq!(outcome(&file), (all_but(&[]), vec![]), "copy of the size");
}

#[test]
fn one_wrong_size_behind_another_hides_nothing() {
    let (mut file, places) = whole();
    for place in &places[12..16] {
        file[place + 4..place + 8].fill(0xee);
    }
    assert_eq!(outcome(&file), (all_but(&[]), vec![]));
}

#[test]
fn garbage_within_a_record_loses_that_record_only() {
    let (mut file, places) = whole();
    file[places[12] + 24..places[12] + 60].fill(0xee);
    assert_eq!(outcome(&file), (all_but(&[13]), vec!["bad_binxml".to_owned()]));
}

#[test]
fn a_header_that_lies_is_not_believed() {
    let start = FILE_HEADER_BYTES + CHUNK_BYTES;
    for (at, size) in [(0, 8), (24, 16), (44, 8), (48, 4), (120, 8), (8, 500)] {
        for byte in [0, 0xff] {
            let (mut file, _) = whole();
            file[start + at..start + at + size].fill(byte);
            assert_eq!(outcome(&file).0, all_but(&[]), "{size} bytes at {at} set to {byte}");
        }
    }
}

#[test]
fn wrong_checksums_are_said_in_every_row_of_the_chunk() {
    let (mut file, places) = whole();
    // A flip within a text: everything decodes.
    let at = file[places[12]..].windows(8).position(|part| part == utf16("alic")).expect("a name") + places[12];
    file[at] = b'A';
    let rows = rows_of(&file);
    let is_bad = |row: &serde_json::Map<String, serde_json::Value>| {
        text_of(row, "attrs").contains("\"_chunk_checksum\":\"bad\"")
    };
    assert_eq!(rows.len(), 30);
    assert_eq!(rows.iter().filter(|row| is_bad(row)).count(), 10);
}

#[test]
fn records_behind_an_old_header_are_read_and_older_ones_are_not() {
    // The header was last written after three records.
    let (mut file, places) = whole();
    let start = FILE_HEADER_BYTES;
    let free = (places[3] - start) as u32;
    file[start + 32..start + 40].copy_from_slice(&3_u64.to_le_bytes());
    file[start + 48..start + 52].copy_from_slice(&free.to_le_bytes());
    sign(&mut file[start..start + CHUNK_BYTES]);
    assert_eq!(outcome(&file), (all_but(&[]), vec![]));
    // Behind the newest record lies one of an earlier round of the log.
    file[places[3] + 8..places[3] + 16].copy_from_slice(&2_u64.to_le_bytes());
    assert_eq!(outcome(&file), (all_but(&[4, 5, 6, 7, 8, 9, 10]), vec![]));
}

/// Takes away the template that the events of a chunk are written by: it stands in the chunk's first record.
fn without_template(file: &mut [u8], first_record: usize) {
    let definition = first_record + 24 + 4 + 10;
    file[definition..definition + 24].fill(0);
}

#[test]
fn events_whose_template_is_lost_are_read_by_that_of_an_earlier_chunk() {
    let (mut file, places) = whole();
    let sound = rows_of(&file);
    without_template(&mut file, places[10]);
    assert_eq!(outcome(&file), (all_but(&[11]), vec!["bad_binxml".to_owned()]));
    let rows = rows_of(&file);
    let damaged: Vec<_> = rows.iter().filter(|row| text_of(row, "attrs").contains("\"_record\":\"damaged\"")).collect();
    assert_eq!(damaged.len(), 9);
    for row in damaged {
        let same = sound.iter().find(|sound| text_of(sound, "record_id") == text_of(row, "record_id"));
        for column in ["raw", "table", "host", "user", "observed_at"] {
            assert_eq!(same.and_then(|same| same.get(column)), row.get(column), "{column}");
        }
    }
}

#[test]
fn events_whose_template_is_nowhere_are_kept_as_rejects() {
    // Another file has been read before, which must not matter.
    let (mut file, places) = whole();
    assert_eq!(outcome(&file).0, all_but(&[]));
    without_template(&mut file, places[0]);
    let first: Vec<u64> = (1..=10).collect();
    assert_eq!(outcome(&file), (all_but(&first), vec!["bad_binxml".to_owned(); 10]));
    let rejects = rows_of(&file).into_iter().filter(|row| row.contains_key("reason"));
    assert!(rejects.into_iter().all(|reject| !text_of(&reject, "bytes").is_empty()));
}

#[test]
fn an_event_without_its_time_has_that_of_its_record_or_the_one_before() {
    let (mut file, places) = whole();
    let time_of = |record: usize, file: &[u8]| {
        let stretch = places[record] + 24..places[record + 1];
        let at = file[stretch.clone()].windows(8).position(|part| part == WRITTEN.to_le_bytes());
        stretch.start + at.expect("the time of the event")
    };
    let (second, third) = (time_of(1, &file), time_of(2, &file));
    file[second..second + 8].fill(0);
    file[third..third + 8].fill(0);
    file[places[2] + 16..places[2] + 24].fill(0xff);
    let rows = rows_of(&file);
    let told = |from: &str| rows.iter().filter(|row| text_of(row, "attrs").contains(from)).count();
    assert_eq!((rows.len(), told("\"_time\":\"record_header\""), told("\"_time\":\"record_before\"")), (30, 1, 1));
    assert!(rows.iter().all(|row| text_of(row, "observed_at") == "2026-11-22T03:04:05.678901Z"));
}

#[test]
fn a_file_that_ends_early_keeps_what_it_has() {
    let (file, places) = whole();
    let (ids, reasons) = outcome(&file[..places[25] + 100]);
    assert_eq!(ids, (1..=25).collect::<Vec<u64>>());
    assert_eq!(reasons, ["truncated"]);
    assert_eq!(outcome(&file[..FILE_HEADER_BYTES]), (vec![], vec![]));
    assert_eq!(outcome(&file[..FILE_HEADER_BYTES + 100]).1, ["corrupt_block"]);
}

#[test]
fn chunks_are_found_where_bytes_are_missing_or_too_many() {
    let (file, places) = whole();
    let second = FILE_HEADER_BYTES + CHUNK_BYTES;
    let cut: Vec<u8> = [&file[..places[18]], &file[second + CHUNK_BYTES..]].concat();
    assert_eq!(outcome(&cut), (all_but(&[19, 20]), vec![]));
    let with_more: Vec<u8> = [&file[..second], &[0x77; 1_000][..], &file[second..]].concat();
    assert_eq!(outcome(&with_more), (all_but(&[]), vec!["corrupt_block".to_owned()]));
    let without_header: Vec<u8> = file[FILE_HEADER_BYTES..].to_vec();
    assert_eq!(outcome(&without_header), (all_but(&[]), vec![]));
    let mut blank_header = file.clone();
    blank_header[..FILE_HEADER_BYTES].fill(0);
    assert_eq!(outcome(&blank_header), (all_but(&[]), vec![]));
    let swapped: Vec<u8> =
        [&file[..second], &file[second + CHUNK_BYTES..], &file[second..second + CHUNK_BYTES]].concat();
    assert_eq!(outcome(&swapped), (all_but(&[]), vec![]));
}

#[test]
fn zeros_between_and_behind_chunks_are_nothing() {
    let (mut file, _) = whole();
    let second = FILE_HEADER_BYTES + CHUNK_BYTES;
    file.extend([0; 3 * CHUNK_BYTES]);
    file[second..second + CHUNK_BYTES].fill(0);
    let (ids, reasons) = outcome(&file);
    assert_eq!(ids, all_but(&(11..=20).collect::<Vec<u64>>()));
    assert_eq!(reasons, Vec::<String>::new());
}

/// A chunk with one record in which an instance of a template stands for its own value, again and again.
fn bomb(levels: u32) -> Vec<u8> {
    let mut value = Value::text("boom");
    for level in 0..levels {
        let content = (0..8).map(|_| Node::Value { slot: 0, optional: false }).collect();
        let template = Template { id: 100 + level, root: element("E", content) };
        value = Value::Instance(instance(&template, vec![value]));
    }
    let mut chunk = Chunk::new(1);
    chunk.record(&events::security(1, 1, value));
    file(vec![chunk.finish()])
}

#[test]
fn templates_that_blow_up_are_rejected() {
    assert_eq!(outcome(&bomb(12)).1, ["too_long"]);
    assert_eq!(outcome(&bomb(40)).1.len(), 1);
    let deep = (0..60_u32).fold(Value::text("x"), |value, level| {
        let template = Template { id: 100 + level, root: element("E", vec![Node::Value { slot: 0, optional: false }]) };
        Value::Instance(instance(&template, vec![value]))
    });
    let mut chunk = Chunk::new(1);
    chunk.record(&events::security(1, 1, deep));
    assert_eq!(outcome(&file(vec![chunk.finish()])).1, ["too_deep"]);
    let nested = (0..1_000).fold(empty("a"), |inner, _| element("a", vec![inner.node()]));
    let mut chunk = Chunk::new(1);
    chunk.record(&events::security(1, 1, Value::Fragment(vec![nested])));
    assert_eq!(outcome(&file(vec![chunk.finish()])).1, ["too_deep"]);
}

#[test]
fn a_template_that_holds_itself_is_rejected() {
    // The value of the record is an instance of the record's own template.
    let mut chunk = Chunk::new(1);
    chunk.record(&events::logon(1, "alice"));
    let definition = chunk.records[0] as u32 + 24 + 4 + 10;
    chunk.raw_record(|chunk| {
        chunk.push(&[0x0f, 1, 1, 0]);
        for _ in 0..100 {
            chunk.push(&[0x0c, 1, 1, 0, 0, 0]);
            chunk.push(&definition.to_le_bytes());
            chunk.push(&17_u32.to_le_bytes());
            chunk.push(&[0; 64]);
            chunk.push(&[0xff, 0x0f, 0x21, 0]);
        }
    });
    let (ids, reasons) = outcome(&file(vec![chunk.finish()]));
    assert_eq!((ids, reasons.len()), (vec![1], 1));
}

/// A change to a file.
#[derive(Debug, Clone)]
enum Change {
    Set(prop::sample::Index, u8),
    Fill(prop::sample::Index, u16, u8),
    Cut(prop::sample::Index, u16),
    Insert(prop::sample::Index, u16, u8),
    End(prop::sample::Index),
    Copy(prop::sample::Index, prop::sample::Index, u16),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        6 => (any::<prop::sample::Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        2 => (any::<prop::sample::Index>(), 1..600_u16, any::<u8>()).prop_map(|(at, size, byte)| Change::Fill(at, size, byte)),
        1 => (any::<prop::sample::Index>(), 1..600_u16).prop_map(|(at, size)| Change::Cut(at, size)),
        1 => (any::<prop::sample::Index>(), 1..600_u16, any::<u8>()).prop_map(|(at, size, byte)| Change::Insert(at, size, byte)),
        1 => any::<prop::sample::Index>().prop_map(Change::End),
        2 => (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 1..600_u16).prop_map(|(from, to, size)| Change::Copy(from, to, size)),
    ]
}

/// Makes the change; most of it where there is something, because chunks end in zeros.
fn apply(file: &mut Vec<u8>, change: &Change) {
    let used: Vec<usize> = (0..file.len()).filter(|&at| file[at] != 0).collect();
    if used.is_empty() {
        return;
    }
    let place = |at: &prop::sample::Index| used[at.index(used.len())];
    let stretch = |start: usize, size: u16, len: usize| start..(start + usize::from(size)).min(len);
    let len = file.len();
    match change {
        Change::Set(at, byte) => file[place(at)] = *byte,
        Change::Fill(at, size, byte) => file[stretch(place(at), *size, len)].fill(*byte),
        Change::Cut(at, size) => drop(file.drain(stretch(place(at), *size, len))),
        Change::Insert(at, size, byte) => {
            let at = place(at);
            file.splice(at..at, std::iter::repeat_n(*byte, (*size).into()));
        }
        Change::End(at) => file.truncate(place(at)),
        Change::Copy(from, to, size) => {
            let (from, to) = (place(from), place(to));
            let size = usize::from(*size).min(len - from).min(len - to);
            file.copy_within(from..from + size, to);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_never_panics_and_never_doubles(changes in prop::collection::vec(change(), 1..12), piece in 1_000..200_000_usize) {
        let (mut file, _) = whole();
        changes.iter().for_each(|change| apply(&mut file, change));
        let batches = run(evtx(), "", &file, piece);
        prop_assert!(batches.iter().all(|batch| batch.received == batch.rows + batch.rejects));
        let (rows, rejects) = counts(&batches);
        prop_assert!(rows + rejects <= file.len() as u64 / 24);
        let rows = json_rows(&batches);
        let mut ids: Vec<&str> = rows.iter().map(|row| text_of(row, "record_id")).collect();
        ids.sort_unstable();
        ids.dedup();
        prop_assert_eq!(ids.len(), rows.len(), "a place is reported once");
        prop_assert_eq!(&rows, &json_rows(&run(evtx(), "", &file, usize::MAX)), "independent of how bytes are pushed");
    }
}

#[test]
fn reading_goes_on_at_any_batch() {
    let (file, _) = whole();
    let chunks = file.get(FILE_HEADER_BYTES..).expect("chunks");
    let mut long: Vec<u8> = [&file[..], &chunks.repeat(70)].concat();
    // One chunk is cut short, so that those behind it begin elsewhere.
    long.drain(FILE_HEADER_BYTES + 5 * CHUNK_BYTES + 9_000..FILE_HEADER_BYTES + 5 * CHUNK_BYTES + 12_345);
    let batches = |skipped: usize, piece: usize| {
        let mut framer = (evtx().framer)("");
        framer.skip(&long[..skipped]);
        let mut batches: Vec<_> = long[skipped..].chunks(piece).flat_map(|piece| framer.push(piece)).collect();
        batches.extend(framer.finish(ingest::Tail::Take).batches);
        batches.iter().map(|batch| (batch.position, batch.end())).collect::<Vec<_>>()
    };
    let all = batches(0, long.len());
    assert!(all.len() > 2);
    assert_eq!(batches(0, 4_099), all);
    for start in 1..all.len() {
        assert_eq!(batches(all[start].0 as usize, 70_001), all[start..], "from batch {start}");
    }
}
