//! Syslog and journal streams: no byte disappears, however they are pushed and wherever they are taken up again.

use ingest::{Format, Normalized, RawBatch, Tail, formats::find};
use proptest::prelude::*;
use serde_json::Value;

use crate::support::{json_rows, run, stamp};

fn format(name: &str) -> &'static Format {
    find(name).expect("listed")
}

/// From where to where in the stream each row and reject lies, in order.
fn extents(batches: &[Normalized]) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = json_rows(batches)
        .iter()
        .map(|row| {
            let id = row.get("record_id").and_then(Value::as_str).expect("an id");
            let position = usize::from_str_radix(id.rsplit('-').next().expect("a position"), 16).expect("hex");
            let raw = || row.get("raw").and_then(Value::as_str).map(|raw| bytes_of(raw, row));
            let size = row.get("size_bytes").and_then(Value::as_u64).map(|size| size as usize).or_else(raw);
            (position, position + size.expect("a size"))
        })
        .collect();
    found.sort_unstable();
    found
}

/// How many bytes the text of a record was made of.
fn bytes_of(raw: &str, row: &serde_json::Map<String, Value>) -> usize {
    let attrs = row.get("attrs").and_then(Value::as_str).and_then(|attrs| serde_json::from_str::<Value>(attrs).ok());
    let encoding = attrs.as_ref().and_then(|attrs| attrs.get("_encoding")?.as_str()).unwrap_or("utf-8");
    let Some(places) = encoding.strip_prefix("utf-8") else { return raw.chars().count() };
    let odd: Vec<usize> = places.split(' ').filter_map(|place| place.parse().ok()).collect();
    raw.chars().fold(0, |at, character| at + if odd.contains(&at) { 1 } else { character.len_utf8() })
}

/// Bytes that lie in no record.
fn left_out(bytes: &[u8], extents: &[(usize, usize)]) -> Vec<u8> {
    let mut at = 0;
    let mut rest = Vec::new();
    for &(start, end) in extents {
        assert!(start >= at, "records overlap");
        rest.extend_from_slice(&bytes[at..start]);
        at = end;
    }
    rest.extend_from_slice(&bytes[at..]);
    rest
}

/// Records with a few bytes changed, taken out or put in.
fn mutated(seeds: &'static [&'static [u8]]) -> impl Strategy<Value = Vec<u8>> {
    let picked = prop::collection::vec(prop::sample::select(seeds), 1..8).prop_map(|parts| parts.concat());
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 0..6);
    (picked, changes).prop_map(|(mut bytes, changes)| {
        for (place, byte, change) in changes {
            let place = place.index(bytes.len().max(1)).min(bytes.len().saturating_sub(1));
            match change {
                _ if bytes.is_empty() => {}
                0 => bytes.insert(place, byte),
                1 => drop(bytes.remove(place)),
                2 => bytes.truncate(place),
                _ => bytes[place] = [b'\n', b' ', b'<', b'>', b'\t', b'[', b'1', b':'][byte as usize % 8],
            }
        }
        bytes
    })
}

static SYSLOG: &[&[u8]] = &[
    b"Nov 20 03:14:13 web1 sshd[1]: Failed password for root from 192.0.2.1 port 22 ssh2\n",
    b"<34>1 2026-11-20T03:14:13Z h su - - [a b=\"c\\\"]\"] 'su root' failed\n",
    b"31 <13>1 - h app 5 - - two\nlines...",
    b"17 <13>just a line..\n",
    b"Nov 20 03:14:13 web1 app[7]: first\n\tand second\n  and third\n",
    b"2026-11-20T03:14:13.5+01:00 web1 systemd[1]: Started a.service.\r\n",
    b"<30>Nov 20 03:14:15 a b: {\"msg\":\"x\",\"c\":[1]}\n",
    b"Nov 20 03:14:22 web1 ]: a tag of nothing\n",
    b"\n\n",
];

static JOURNAL: &[&[u8]] = &[
    b"__CURSOR=a\n__REALTIME_TIMESTAMP=1763608453123456\nSYSLOG_IDENTIFIER=sshd\nMESSAGE=Invalid user a from 192.0.2.1\n\n",
    b"__REALTIME_TIMESTAMP=1763608453123456\nMESSAGE\n\x05\0\0\0\0\0\0\0a\n\nbc\n_PID=5\n\n",
    b"_PID=5\n\n",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_byte_of_syslog_disappears(bytes in mutated(SYSLOG), piece in 1..40_usize) {
        let batches = run(format("syslog"), "", &bytes, piece);
        let rest = left_out(&bytes, &extents(&batches));
        // Line breaks, blank lines, and the lengths of counted messages.
        prop_assert!(rest.iter().all(|byte| b"\r\n\t 0123456789".contains(byte)), "{:?}", String::from_utf8_lossy(&rest));
        prop_assert_eq!(json_rows(&batches), json_rows(&run(format("syslog"), "", &bytes, usize::MAX)));
    }

    #[test]
    fn entries_of_the_journal_do_not_depend_on_how_they_are_pushed(bytes in mutated(JOURNAL), piece in 1..40_usize) {
        let batches = run(format("journald"), "", &bytes, piece);
        prop_assert_eq!(json_rows(&batches), json_rows(&run(format("journald"), "", &bytes, usize::MAX)));
        let records: u64 = batches.iter().map(|batch| batch.received).sum();
        prop_assert!(!bytes.trim_ascii().starts_with(b"_") || records > 0);
    }
}

fn batches(bytes: &[u8], piece: usize) -> Vec<RawBatch> {
    let mut framer = (format("syslog").framer)("a.log");
    let mut batches: Vec<RawBatch> = bytes.chunks(piece).flat_map(|piece| framer.push(piece)).collect();
    batches.extend(framer.finish(Tail::Take).batches);
    batches
}

fn rows(batches: &[RawBatch]) -> Vec<serde_json::Map<String, Value>> {
    let normalized: Vec<_> =
        batches.iter().map(|raw| ingest::normalize(ingest::parse(format("syslog"), raw), &stamp())).collect();
    json_rows(&normalized)
}

#[test]
fn a_whole_date_is_remembered_where_a_stream_is_taken_up_again() {
    let filling = "x".repeat(200);
    let mut log = String::new();
    for line in 0..60_000 {
        if line % 20_000 == 0 {
            log.push_str(&format!("{}-05-05T00:00:00Z web1 app[1]: dated\n", 2016 + line / 20_000));
        }
        log.push_str(&format!("May  6 00:00:00 web1 app[{line}]: {filling}\n"));
    }
    let all = batches(log.as_bytes(), 65_536);
    assert!(all.len() > 2, "long enough to be cut");
    let whole = rows(&all);
    let year = |row: &serde_json::Map<String, Value>| {
        row.get("observed_at").and_then(Value::as_str).and_then(|text| text.get(..4)).map(str::to_owned)
    };
    assert_eq!(whole.first().and_then(year).as_deref(), Some("2016"));
    assert_eq!(whole.last().and_then(year).as_deref(), Some("2018"));
    for start in 1..all.len() {
        let (before, after) = log.as_bytes().split_at(all[start].position as usize);
        let mut framer = (format("syslog").framer)("a.log");
        before.chunks(1_000).for_each(|piece| framer.skip(piece));
        let mut again: Vec<RawBatch> = after.chunks(100_003).flat_map(|piece| framer.push(piece)).collect();
        again.extend(framer.finish(Tail::Take).batches);
        assert!(rows(&again) == rows(&all[start..]), "from batch {start}");
    }
}

#[test]
fn the_last_line_is_read_although_more_may_follow() {
    let log = b"Nov 20 03:14:13 a b[1]: whole\nNov 20 03:14:14 a b[1]: als";
    let mut framer = (format("syslog").framer)("");
    assert!(framer.push(log).is_empty());
    let finished = framer.finish(Tail::HoldBack);
    assert_eq!(finished.held_bytes, 27);
    assert_eq!(rows(&finished.batches).len(), 1);
    assert_eq!(finished.batches.first().map(RawBatch::end), Some(30));
}

#[test]
fn a_length_that_lies_loses_nothing() {
    for lie in ["1048576 ", "1048577 ", "99999999 ", "0 ", "3 "] {
        let log = format!("{lie}<13>Nov 20 03:14:13 a b: one\n<13>Nov 20 03:14:14 a b: two\n");
        let batches = run(format("syslog"), "", log.as_bytes(), 5);
        let received: u64 = batches.iter().map(|batch| batch.received).sum();
        assert_eq!(received, 2, "{lie}");
    }
}

#[test]
fn logs_of_other_programs_are_not_taken_for_syslog() {
    for log in [
        "2026-11-20 03:14:13,123 INFO main: started\n2026-11-20 03:14:14,123 WARN main: slow\n",
        "2026-11-20T03:14:13Z INFO server: started\n",
        "2016-09-28 04:30:30, Info                  CBS    Loaded Servicing Stack\n",
        "[Sun Nov 20 03:14:13 2026] [error] [client 192.0.2.1] File does not exist\n",
        "1795317253.123    456 10.0.0.1 TCP_MISS/200 512 GET http://example.com/ - DIRECT/192.0.2.1 text/html\n",
        "192.0.2.1 - - [20/Nov/2026:03:14:13 +0000] \"GET / HTTP/1.1\" 200 5\n",
        "May the force be with you: always\n",
        "123 bottles of beer\n",
        "<html>\n<body>\n",
    ] {
        let found = ingest::recognise(log.as_bytes(), "app.log").map(|(format, _)| format.name);
        assert_ne!(found, Some("syslog"), "{log}");
    }
}
