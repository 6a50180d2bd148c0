//! JSON in every form gives the same records, however it is pushed.

use proptest::prelude::*;

use super::{
    Framer, MAX_RECORD_BYTES, RawBatch, Tail,
    json::{JsonCutter, Wrapper},
    spans::SpanFramer,
};

#[derive(Debug, Default)]
struct Records;

impl Wrapper for Records {
    const KEYS: &'static [&'static str] = &["Records", "value"];
}

fn framer() -> Box<dyn Framer> {
    SpanFramer::<JsonCutter<Records>>::boxed("")
}

fn batches(bytes: &[u8], piece: usize, tail: Tail) -> (Vec<RawBatch>, u64) {
    let mut framer = framer();
    let mut batches: Vec<RawBatch> = bytes.chunks(piece).flat_map(|piece| framer.push(piece)).collect();
    let finished = framer.finish(tail);
    batches.extend(finished.batches);
    (batches, finished.held_bytes)
}

fn records(bytes: &[u8], piece: usize) -> Vec<String> {
    let (batches, _) = batches(bytes, piece, Tail::Take);
    let texts = batches.iter().flat_map(|batch| {
        let spans = batch.records.iter().flatten();
        spans
            .map(|span| String::from_utf8_lossy(batch.bytes.get(span.start..span.end).unwrap_or_default()).into_owned())
    });
    texts.filter(|text| !text.trim().is_empty()).collect()
}

#[test]
fn all_forms_give_the_same_records() {
    let wanted = [r#"{"a":"1}","b":[{"c":"]\""}]}"#, r#"{"a":{"Records":[1,2]}}"#];
    let [one, two] = wanted;
    let forms = [
        format!("{one}\n{two}\n"),
        format!("{one}\r\n\r\n{two}"),
        format!("\u{feff}{one}\n{two}\n"),
        format!("[{one},{two}]"),
        format!("[\n  {one},\n  {two}\n]\n"),
        format!("{{\"next\": \"x\", \"Records\" : [{one}, {two}], \"token\":\"\\\"}}]\"}}\n"),
        format!("{{\"Records\":[{one}]}}\n{{\"value\":[{two}],\"n\":{{\"x\":[1]}}}}"),
        format!("{one} {two}"),
        format!("{{\"Records\":[]}}{one}\n{two}"),
    ];
    for form in &forms {
        for piece in [1, 2, 7, form.len()] {
            assert_eq!(records(form.as_bytes(), piece), wanted, "{form} in pieces of {piece}");
        }
    }
}

#[test]
fn printed_over_lines_is_one_record_each() {
    let one = "{\n  \"a\": {\n    \"b\": 1\n  }\n}";
    assert_eq!(records(format!("{one}\n{one}\n").as_bytes(), 3), [one, one]);
}

#[test]
fn what_is_broken_costs_itself_only() {
    let cases: [(&str, &[&str]); 6] = [
        ("{\"a\":1}\n{\"b\":[1}\n{\"c\":\n{\"d\":4}\n", &["{\"a\":1}", "{\"b\":[1}", "{\"c\":", "{\"d\":4}"]),
        ("[{\"a\":1},{\"b\":[},{\"d\":4}]", &["{\"a\":1}", "{\"b\":[", "}", "{\"d\":4}"]),
        ("[{\"a\":1},7,\"x\",{\"d\":4}]", &["{\"a\":1}", "7", "\"x\"", "{\"d\":4}"]),
        ("[{\"a\":\"cut\nshort\"},{\"d\":4}]", &["{\"a\":\"cut", "short\"}", "{\"d\":4}"]),
        ("[{\"a\":1},{\"cut\":", &["{\"a\":1}", "{\"cut\":"]),
        ("no JSON\n{\"d\":4}\n", &["no JSON", "{\"d\":4}"]),
    ];
    for (text, wanted) in cases {
        for piece in [1, 3, text.len()] {
            assert_eq!(records(text.as_bytes(), piece), wanted, "{text} in pieces of {piece}");
        }
    }
}

#[test]
fn an_endless_value_is_rejected_in_bounded_pieces() {
    let mut text = b"[{\"a\":1},{\"b\":[".to_vec();
    text.resize(MAX_RECORD_BYTES * 2, b' ');
    text.extend_from_slice(b"]},{\"c\":1}]");
    let (batches, held) = batches(&text, 1 << 20, Tail::Take);
    assert_eq!(held, 0);
    assert_eq!(batches.iter().filter(|batch| batch.overlong.is_some()).count(), 1);
    let end = batches.last().map(RawBatch::end);
    assert_eq!(end, Some(text.len() as u64));
    let last = batches.last().and_then(|batch| batch.records.as_ref()?.last().copied());
    assert!(last.is_some(), "records behind it are read");
}

#[test]
fn an_unfinished_record_is_held_back() {
    let text = b"[{\"a\":1},{\"b\":";
    let (batches, held) = batches(text, text.len(), Tail::HoldBack);
    assert_eq!(batches.len(), 1);
    assert_eq!(held, "{\"b\":".len() as u64);
}

proptest! {
    #[test]
    fn cuts_do_not_depend_on_pushes(text in "[\\[\\]{}\",:\\\\a1\n Records]{0,80}", piece in 1_usize..9) {
        prop_assert_eq!(records(text.as_bytes(), piece), records(text.as_bytes(), text.len().max(1)));
    }

    #[test]
    fn reading_on_gives_the_rest(count in 1_usize..5, wrapped: bool) {
        let elements: Vec<String> = (0..count).map(|n| format!("{{\"n\":{n}}}")).collect();
        let text = if wrapped { format!("{{\"Records\":[{}]}}", elements.join(",")) } else { elements.join("\n") + "\n" };
        let more = "\n{\"m\":1}\n";
        let mut first = framer();
        first.push(text.as_bytes());
        let finished = first.finish(Tail::Take);
        let read = finished.batches.last().map_or(0, RawBatch::end) as usize;
        let mut second = framer();
        let whole = format!("{text}{more}");
        let (skipped, rest) = whole.as_bytes().split_at(read);
        second.skip(skipped);
        let mut batches = second.push(rest);
        batches.extend(second.finish(Tail::Take).batches);
        let found: usize = batches.iter().flat_map(|batch| batch.records.iter().flatten()).filter(|span| span.end > span.start).count();
        prop_assert_eq!(found, 1);
    }

    #[test]
    fn what_is_skipped_may_come_in_any_pieces(count in 1_usize..6, skipped in 1_usize..6, piece in 1_usize..20) {
        let element = |n| format!("{{\"n\":{{\"list\":[[{n}],\"]}}\"]}}}}");
        let elements: Vec<String> = (0..count + skipped).map(element).collect();
        let text = format!("{{\"Records\":[{}]}}", elements.join(","));
        let position = text.find(&element(skipped)).unwrap_or(text.len());
        let (before, after) = text.as_bytes().split_at(position);
        let mut framer = framer();
        before.chunks(piece).for_each(|piece| framer.skip(piece));
        let mut batches = framer.push(after);
        batches.extend(framer.finish(Tail::Take).batches);
        let found: usize = batches.iter().map(|batch| batch.records.as_ref().map_or(0, Vec::len)).sum();
        prop_assert_eq!(found, count);
        prop_assert_eq!(batches.first().map(|batch| batch.position), Some(position as u64));
    }

    #[test]
    fn every_byte_is_accounted_for(text in "[\\[\\]{}\",:\\\\a1\n]{0,60}") {
        let (batches, held) = batches(text.as_bytes(), 5, Tail::Take);
        let end = batches.last().map_or(0, RawBatch::end);
        prop_assert_eq!(end + held, text.len() as u64);
    }
}
