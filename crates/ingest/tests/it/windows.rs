//! One Windows event gives the same columns in whatever form it comes; broken ones are rows or rejects.

use std::{collections::BTreeMap, fs, path::Path};

use ingest::{Format, Normalized};
use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::support::{json_rows, run};

/// Six events, as XML and as each tool writes them; the order is that of the XML.
const TOOLS: [&str; 8] =
    ["evtx_dump", "winlogbeat", "winlogbeat_modules", "winlogbeat6", "nxlog", "velociraptor", "wazuh", "get_winevent"];

#[test]
fn all_forms_of_an_event_give_equal_columns() {
    let wanted = rows("windows_xml", "same_events");
    assert_eq!(wanted.len(), 6);
    for tool in TOOLS {
        let found = rows("windows_json", &format!("same_events.{tool}"));
        assert_eq!(found.len(), wanted.len(), "{tool}");
        for (left, right) in wanted.iter().zip(&found) {
            let (mut left, right) = (columns(left), columns(right));
            // Wazuh leaves out who wrote the event.
            let writer_is_user = tool == "wazuh" && !right.contains_key("user_id");
            left.retain(|&name, _| !(writer_is_user && name == "user_id"));
            assert_eq!(left, right, "{tool}");
        }
    }
}

/// What the event says: where it came from, and how exactly its time was written, differs by form.
fn columns(row: &Map<String, Value>) -> BTreeMap<&str, String> {
    let of_form = ["record_id", "raw", "attrs", "observed_sub_ns"];
    let columns = row.iter().filter(|(name, _)| !of_form.contains(&name.as_str()));
    let shown = |name: &str, value: &Value| {
        let text = value.to_string();
        if name == "observed_at" { text.chars().take("\"2024-03-14T09:26:22.141".len()).collect() } else { text }
    };
    columns.map(|(name, value)| (name.as_str(), shown(name, value))).collect()
}

/// Rows in the order of the tables' names, because each form has batches of its own.
fn rows(format: &str, case: &str) -> Vec<Map<String, Value>> {
    json_rows(&run(find(format), case, &input(format, case), usize::MAX))
}

fn find(format: &str) -> &'static Format {
    ingest::formats::find(format).expect("listed")
}

fn input(format: &str, case: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(format).join(format!("{case}.in"));
    fs::read(path).expect("readable")
}

fn counts(batches: &[Normalized]) -> (u64, u64) {
    (batches.iter().map(|batch| batch.rows).sum(), batches.iter().map(|batch| batch.rejects).sum())
}

fn reasons(format: &str, text: &str) -> Vec<String> {
    let rows = json_rows(&run(find(format), "", text.as_bytes(), 1 << 16));
    rows.iter()
        .map(|row| row.get("reason").map_or("row", |reason| reason.as_str().unwrap_or_default()).to_owned())
        .collect()
}

const SYSTEM: &str = "<System><Provider Name='P'/><EventID>1</EventID><TimeCreated SystemTime='2024-03-14T09:00:00Z'/>\
    <Channel>C</Channel><Computer>H</Computer></System>";

fn event(data: &str) -> String {
    format!("<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>{SYSTEM}{data}</Event>")
}

#[test]
fn an_event_in_spite_of_everything_around_it() {
    let good = event("<EventData><Data Name='a'>1</Data></EventData>");
    let cases = [
        (format!("{good}{good}"), vec!["row", "row"]),
        (format!("<Events>{good}\n</Events>\n<Events>{good}</Events>"), vec!["row", "row"]),
        (format!("Jun  1 12:00:00 host sysmon: {good}\n"), vec!["row"]),
        (format!("rubbish\n{good}\n"), vec!["row", "malformed_xml"]),
        (format!("a < b\n{good}\n"), vec!["row", "malformed_xml", "malformed_xml"]),
        // An event without its end costs itself and nothing else.
        (format!("{}{good}", good.replace("</Event>", "")), vec!["row", "malformed_xml"]),
        (format!("{good}<!-- never closed"), vec!["row", "truncated"]),
        (format!("{good}<Event/>"), vec!["row", "malformed_xml"]),
        (event("<UserData><Event><x>1</x></Event></UserData>"), vec!["row"]),
    ];
    for (text, wanted) in cases {
        let mut found = reasons("windows_xml", &text);
        found.sort_by_key(|reason| reason != "row");
        assert_eq!(found, wanted, "{text}");
    }
}

#[test]
fn bombs_are_rejects_or_stay_cheap() {
    let deep = event(&format!("<EventData>{}</EventData>", "<a>".repeat(500_000)));
    assert_eq!(reasons("windows_xml", &deep), ["too_deep"]);
    let wide = event(&format!("<EventData>{}</EventData>", "<Data/>".repeat(500_000)));
    assert_eq!(reasons("windows_xml", &wide), ["field_count"]);
    // Every piece of a text behind the one before, and a long name above many values.
    let pieces = event(&format!("<EventData><Data>{}</Data></EventData>", "a<!---->&amp;".repeat(300_000)));
    assert_eq!(reasons("windows_xml", &pieces), ["row"]);
    let name = "n".repeat(1_000_000);
    let long = event(&format!("<UserData><r><{name}>{}</{name}></r></UserData>", "<a/>".repeat(4_000)));
    assert_eq!(reasons("windows_xml", &long), ["row"]);
    let entities = event(&format!("<EventData><Data>{}</Data></EventData>", "&lol;".repeat(1_000_000)));
    assert_eq!(reasons("windows_xml", &entities), ["row"]);
    let same = event(&format!("<EventData>{}</EventData>", "<Data Name='x'>1</Data>".repeat(4_000)));
    assert_eq!(reasons("windows_xml", &same), ["row"]);

    let system =
        "\"System\":{\"EventID\":1,\"Channel\":\"C\",\"Computer\":\"H\",\"TimeCreated\":{\"SystemTime\":1.7e9}}";
    let wide = format!("{{{system},\"EventData\":{{\"a\":[{}0]}}}}\n", "0,".repeat(500_000));
    assert_eq!(reasons("windows_json", &wide), ["field_count"]);
    let nested = format!("{{{system},\"EventData\":{{\"{name}\":[{}{{}}]}}}}\n", "{\"b\":1},".repeat(4_000));
    assert_eq!(reasons("windows_json", &nested), ["row"]);
    let kinds: String =
        (0..20_000).map(|kind| event(&format!("<EventData><Data Name='f{kind}'/></EventData>"))).collect();
    assert_eq!(counts(&run(find("windows_xml"), "", kinds.as_bytes(), 1 << 20)), (20_000, 0));
}

/// Cases of the format side by side, with some bytes changed, taken out or put in.
fn mutated(format: &'static str, cases: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let marks = *b"<>/\"'&;={}[],:!-\n\xff";
    let picked = prop::sample::select(cases).prop_map(move |case| input(format, case));
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..4_u8), 0..8);
    (picked, changes).prop_map(move |(mut bytes, changes)| {
        for (place, mark, change) in changes {
            let place = place.index(bytes.len());
            let mark = marks[mark.index(marks.len())];
            match change {
                0 => bytes.insert(place, mark),
                1 => drop(bytes.remove(place)),
                2 => bytes[place] = mark,
                _ => drop(bytes.splice(place..(place + 300).min(bytes.len()), [])),
            }
            if bytes.is_empty() {
                bytes.push(mark);
            }
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn broken_xml_gives_the_same_however_it_is_pushed(
        bytes in mutated("windows_xml", &["same_events", "odd_markup", "pretty_printed", "broken"]),
        piece in 1..200_usize,
    ) {
        let whole = run(find("windows_xml"), "", &bytes, usize::MAX);
        prop_assert_eq!(json_rows(&whole), json_rows(&run(find("windows_xml"), "", &bytes, piece)));
    }

    #[test]
    fn broken_json_gives_the_same_however_it_is_pushed(
        bytes in mutated("windows_json", &["same_events.evtx_dump", "same_events.winlogbeat", "same_events.get_winevent"]),
        piece in 1..200_usize,
    ) {
        let whole = run(find("windows_json"), "", &bytes, usize::MAX);
        prop_assert_eq!(json_rows(&whole), json_rows(&run(find("windows_json"), "", &bytes, piece)));
    }
}
