//! Batches depend on the bytes only, can be taken up again anywhere, and stay bounded.

use ingest::{ALL, Finished, Format, MAX_RECORD_BYTES, RawBatch, TARGET_BATCH_BYTES, Tail, formats::find};

use crate::support::{json_rows, run, stamp};

fn zeek() -> &'static Format {
    find("zeek").expect("listed")
}

/// A log whose header changes in the middle, of about ten megabytes.
fn long_log() -> Vec<u8> {
    let mut log = String::from("#separator \\x09\n#path\tconn\n#fields\tts\tuid\tnote\n");
    let filling = "x".repeat(90);
    for row in 0..40_000 {
        log.push_str(&format!("{row}.5\tC{row}\t{filling}\n"));
    }
    log.push_str("#path\tdns\n#fields\tts\tquery\tnote\n");
    for row in 0..60_000 {
        log.push_str(&format!("{row}.5\thost{row}.example.com\t{filling}\n"));
    }
    log.into_bytes()
}

fn batches(bytes: &[u8], piece: usize) -> Vec<RawBatch> {
    let mut framer = (zeek().framer)("a.log");
    let mut batches: Vec<RawBatch> = bytes.chunks(piece).flat_map(|piece| framer.push(piece)).collect();
    batches.extend(framer.finish(Tail::Take).batches);
    batches
}

fn extents(batches: &[RawBatch]) -> Vec<(u64, u64)> {
    batches.iter().map(|batch| (batch.position, batch.end())).collect()
}

#[test]
fn cuts_do_not_depend_on_how_bytes_are_pushed() {
    let log = long_log();
    let whole = extents(&batches(&log, log.len()));
    assert!(whole.len() > 2, "long enough to be cut");
    for piece in [977, 65_536, TARGET_BATCH_BYTES, TARGET_BATCH_BYTES + 1] {
        assert_eq!(extents(&batches(&log, piece)), whole, "pieces of {piece}");
    }
    assert!(whole.windows(2).all(|pair| matches!(pair, [a, b] if a.1 == b.0)), "no gap");
    assert_eq!(whole.last().map(|last| last.1), Some(log.len() as u64));
}

#[test]
fn tiny_lines_do_not_fill_a_batch() {
    let log = b"#fields\tts\n".iter().chain(b"1\n".repeat(300_000).iter()).copied().collect::<Vec<u8>>();
    let whole = batches(&log, log.len());
    let lines = |batch: &RawBatch| batch.bytes.iter().filter(|&&byte| byte == b'\n').count();
    assert!(whole.iter().all(|batch| lines(batch) <= ingest::MAX_BATCH_LINES));
    assert_eq!(whole.len(), 3);
    assert_eq!(extents(&whole), extents(&batches(&log, 1_001)));
}

#[test]
fn a_stream_is_taken_up_again_at_any_batch() {
    let log = long_log();
    let all = batches(&log, 65_536);
    for start in 1..all.len() {
        let position = all.get(start).expect("in range").position as usize;
        let (before, after) = log.split_at(position);
        for piece in [1_000, 1 << 20] {
            let mut framer = (zeek().framer)("a.log");
            before.chunks(piece).for_each(|piece| framer.skip(piece));
            let mut again: Vec<RawBatch> = after.chunks(piece).flat_map(|piece| framer.push(piece)).collect();
            again.extend(framer.finish(Tail::Take).batches);
            let rows = |batches: &[RawBatch]| {
                let normalized: Vec<_> =
                    batches.iter().map(|raw| ingest::normalize(ingest::parse(zeek(), raw), &stamp())).collect();
                assert!(normalized.iter().all(|batch| batch.rejects == 0));
                json_rows(&normalized)
            };
            let rest = all.get(start..).expect("in range");
            assert_eq!(extents(&again), extents(rest));
            assert!(rows(&again) == rows(rest), "from batch {start}");
        }
    }
}

#[test]
fn an_unfinished_line_is_held_back_or_taken() {
    let log = b"#path\tconn\n#fields\tts\tuid\n1.5\tCa\n2.5\tC";
    let finish = |tail| {
        let mut framer = (zeek().framer)("");
        assert!(framer.push(log).is_empty());
        framer.finish(tail)
    };
    let Finished { batches, held_bytes } = finish(Tail::HoldBack);
    assert_eq!((batches.len(), held_bytes), (1, 5));
    assert_eq!(batches.first().map(RawBatch::end), Some(log.len() as u64 - 5));

    let Finished { batches, held_bytes } = finish(Tail::Take);
    assert_eq!((batches.len(), held_bytes), (1, 0));
    let normalized = ingest::normalize(ingest::parse(zeek(), batches.first().expect("one")), &stamp());
    assert_eq!((normalized.rows, normalized.rejects), (2, 0), "it parses, so it is a record");

    let cut_off = run(zeek(), "", b"#path\tconn\n#fields\tts\tuid\n1.5\tCa\n2.5", 7);
    let rows = json_rows(&cut_off);
    assert_eq!(rows.last().and_then(|row| row.get("reason")), Some(&"truncated".into()));
}

#[test]
fn an_endless_line_is_one_reject_in_bounded_memory() {
    let mut framer = (zeek().framer)("");
    let mut batches = framer.push(b"#path\tconn\n#fields\tts\tuid\n1.5\tCa\n");
    let piece = vec![b'y'; 1 << 20];
    let size = 5 * MAX_RECORD_BYTES;
    for _ in 0..size / piece.len() {
        batches.extend(framer.push(&piece));
    }
    batches.extend(framer.push(b"\n2.5\tCb\n"));
    batches.extend(framer.finish(Tail::Take).batches);
    assert!(batches.iter().all(|batch| batch.bytes.len() <= MAX_RECORD_BYTES), "bounded");
    let normalized: Vec<_> =
        batches.iter().map(|raw| ingest::normalize(ingest::parse(zeek(), raw), &stamp())).collect();
    let rows: u64 = normalized.iter().map(|batch| batch.rows).sum();
    let rejects: Vec<_> = json_rows(&normalized).into_iter().filter(|row| row.contains_key("reason")).collect();
    assert_eq!((rows, rejects.len()), (2, 1));
    let reject = rejects.first().expect("one");
    assert_eq!(reject.get("reason"), Some(&"too_long".into()));
    assert_eq!(reject.get("size_bytes"), Some(&(size as u64 + 1).into()));
    assert_eq!(reject.get("position"), Some(&33.into()));
    let end = 33 + size as u64 + 1 + 7;
    assert_eq!(normalized.last().map(|batch| batch.end), Some(end));
}

#[test]
fn a_line_that_is_just_too_long_is_a_batch_of_its_own() {
    let mut log = b"{\"_path\":\"conn\",\"ts\":1.5}\n".to_vec();
    log.resize(log.len() + MAX_RECORD_BYTES, b'z');
    log.push(b'\n');
    log.extend_from_slice(b"{\"_path\":\"conn\",\"ts\":2.5}\n");
    let whole = extents(&batches(&log, log.len()));
    assert_eq!(whole.len(), 3);
    assert_eq!(extents(&batches(&log, 100_003)), whole);
}

#[test]
fn passing_over_nothing_changes_nothing() {
    for format in ALL {
        let record = "{\"a\":[1,2,{\"b\":\"c\"}]}\n";
        let bytes = format!("[{}]", vec![record; 50].join(",")).into_bytes();
        let ends = |skip: bool| {
            let mut framer = (format.framer)("case");
            let mut batches = Vec::new();
            for piece in bytes.chunks(17) {
                if skip {
                    framer.skip(&[]);
                }
                batches.extend(framer.push(piece));
            }
            batches.extend(framer.finish(Tail::Take).batches);
            batches.iter().map(|batch| (batch.position, batch.bytes.clone(), batch.records.clone())).collect::<Vec<_>>()
        };
        assert_eq!(ends(true), ends(false), "{}", format.name);
    }
}

/// Rows, and the sizes of rejects.
fn rows_and_rejects(name: &str, log: &[u8], piece: usize) -> (u64, Vec<u64>) {
    let found = run(find(name).expect("listed"), "", log, piece);
    let sizes = json_rows(&found).iter().filter_map(|row| row.get("size_bytes")?.as_u64()).collect();
    (found.iter().map(|batch| batch.rows).sum(), sizes)
}

#[test]
fn a_record_that_is_too_long_is_one_reject_and_those_around_it_are_read() {
    let long = "x".repeat(2 * MAX_RECORD_BYTES + 5_000_000);
    let json = |text: &str| {
        format!("{{\"eventVersion\":\"1.09\",\"eventTime\":\"2026-03-02T09:00:00Z\",\"eventName\":\"{text}\"}}")
    };
    let (short, long_json) = (json("A"), json(&format!("{{[,\\\"]{long}")));
    let list = format!("{{\"Records\": [\n{short},\n{long_json},\n{short}]}}");
    let lines = format!("{short}\n{long_json}\n{short}\n");
    let syslog = |text: &str| format!("<13>1 2026-03-02T09:00:00Z web1 app 1 - - {text}\n");
    let line = syslog(&long);
    let log = [syslog("a"), line.clone(), syslog("b")].concat();
    let event = |text: &str| {
        format!(
            "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='P'/><EventID>1</EventID><TimeCreated SystemTime='2026-03-02T09:00:00Z'/><Channel>C</Channel><Computer>c</Computer></System><EventData><Data Name='x'>{text}</Data></EventData></Event>"
        )
    };
    let xml = [event("a"), event(&long), event("b")].concat();
    for piece in [usize::MAX, 1 << 20, 777_777] {
        assert_eq!(rows_and_rejects("aws_cloudtrail", list.as_bytes(), piece), (2, vec![long_json.len() as u64]));
        assert_eq!(rows_and_rejects("aws_cloudtrail", lines.as_bytes(), piece).0, 2);
        assert_eq!(rows_and_rejects("aws_cloudtrail", lines.as_bytes(), piece).1.len(), 1);
        assert_eq!(rows_and_rejects("syslog", log.as_bytes(), piece), (2, vec![line.len() as u64]));
        assert_eq!(rows_and_rejects("windows_xml", xml.as_bytes(), piece), (2, vec![event(&long).len() as u64]));
    }
}
