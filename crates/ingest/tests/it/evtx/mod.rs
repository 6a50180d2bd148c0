//! Windows Event Log files: what each construct of BinXML becomes, and what is saved of damaged files.
//!
//! The files are written by `writer`; `events` has templates as Windows uses them.

mod blocks;
mod damage;
mod events;
mod writer;

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use ingest::{Format, Normalized, formats::find};
use serde_json::{Map, Value as Json};

use self::{
    events::{classic, event_data, log_cleared, logon, process, security},
    writer::*,
};
use crate::support::{data as real_data, json_rows, read, run};

pub(crate) fn evtx() -> &'static Format {
    find("evtx").expect("listed")
}

pub(crate) fn rows_of(file: &[u8]) -> Vec<Map<String, Json>> {
    json_rows(&run(evtx(), "a.evtx", file, 1 << 16))
}

pub(crate) fn counts(batches: &[Normalized]) -> (u64, u64) {
    (batches.iter().map(|batch| batch.rows).sum(), batches.iter().map(|batch| batch.rejects).sum())
}

fn text_of<'r>(row: &'r Map<String, Json>, column: &str) -> &'r str {
    row.get(column).and_then(Json::as_str).unwrap_or_default()
}

fn attrs(row: &Map<String, Json>) -> Json {
    serde_json::from_str(text_of(row, "attrs")).expect("attrs are JSON")
}

/// The only row of a record that is this instance.
fn one(instance: &Instance) -> Map<String, Json> {
    let mut chunk = Chunk::new(1);
    chunk.record(instance);
    let mut rows = rows_of(&file(vec![chunk.finish()]));
    assert_eq!(rows.len(), 1, "{rows:#?}");
    rows.remove(0)
}

/// What an event's data is written as.
fn data_xml(template: &Template, values: Vec<Value>) -> String {
    let row = one(&security(9_999, 1, Value::Instance(instance(template, values))));
    let data = text_of(&row, "raw").split_once("</System>").and_then(|(_, data)| data.strip_suffix("</Event>"));
    data.expect("a whole event").to_owned()
}

#[test]
fn an_event_is_written_as_windows_does() {
    let row = one(&process(42, "cmd.exe /c \"whoami & ver\""));
    let wanted = "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>\
        <Provider Name='Microsoft-Windows-Security-Auditing' Guid='{54849625-5478-4994-a5ba-3e3b0328c30d}'/>\
        <EventID>4688</EventID><Version>2</Version><Level>0</Level><Task>12544</Task><Opcode>0</Opcode>\
        <Keywords>0x8020000000000000</Keywords><TimeCreated SystemTime='2026-11-22T03:04:05.6789012Z'/>\
        <EventRecordID>42</EventRecordID><Correlation ActivityID='{13121110-1514-1716-1819-1a1b1c1d1e1f}'/>\
        <Execution ProcessID='716' ThreadID='760'/><Channel>Security</Channel><Computer>DC01.corp.example</Computer>\
        <Security/></System><EventData>\
        <Data Name='SubjectUserSid'>S-1-5-21-1004336348-1177238915-682003330-1001</Data>\
        <Data Name='SubjectUserName'>alice</Data><Data Name='SubjectDomainName'>CORP</Data>\
        <Data Name='SubjectLogonId'>0x9f3a21</Data><Data Name='NewProcessId'>0x1a4c</Data>\
        <Data Name='NewProcessName'>C:\\Windows\\System32\\cmd.exe</Data><Data Name='ProcessId'>0xb30</Data>\
        <Data Name='CommandLine'>cmd.exe /c \"whoami &amp; ver\"</Data></EventData></Event>";
    assert_eq!(text_of(&row, "raw"), wanted);
    assert_eq!(text_of(&row, "table"), "processes");
    assert_eq!(text_of(&row, "command_line"), "cmd.exe /c \"whoami & ver\"");
    assert_eq!(text_of(&row, "observed_at"), "2026-11-22T03:04:05.678901Z");
    assert_eq!(row.get("observed_sub_ns"), Some(&200.into()));
}

#[test]
fn every_type_has_its_text() {
    let bytes = |kind: u8, bytes: &[u8]| Value::Bytes(kind, bytes.into());
    let day = [0xe3, 7, 3, 0, 5, 0, 1, 0, 12, 0, 34, 0, 56, 0, 0x15, 3];
    let ticks = WRITTEN.to_le_bytes();
    let cases: Vec<(Value, &str)> = vec![
        (Value::NULL, ""),
        (Value::text("plain"), "plain"),
        (Value::text("up to\0here"), "up to"),
        (Value::text("a < b && c > 'd' \"e\""), "a &lt; b &amp;&amp; c &gt; 'd' \"e\""),
        (Value::text("\u{1}tab\tline\r\nfeed\u{fffe}"), "&#x1;tab\tline\r\nfeed&#xFFFE;"),
        (Value::text("Zażółć gęślą jaźń 日本語 😀"), "Zażółć gęślą jaźń 日本語 😀"),
        (bytes(0x01, &[0x00, 0xd8, 0x41, 0x00]), "\u{fffd}A"),
        (bytes(0x02, b"caf\xe9 \x80\0"), "café €"),
        (bytes(0x03, &[0x80]), "-128"),
        (bytes(0x04, &[0xff]), "255"),
        (bytes(0x05, &[0xfe, 0xff]), "-2"),
        (bytes(0x06, &[0xfe, 0xff]), "65534"),
        (bytes(0x07, &[0, 0, 0, 0x80]), "-2147483648"),
        (bytes(0x08, &[0xff; 4]), "4294967295"),
        (bytes(0x09, &[0, 0, 0, 0, 0, 0, 0, 0x80]), "-9223372036854775808"),
        (bytes(0x0a, &[0xff; 8]), "18446744073709551615"),
        (bytes(0x0b, &1.5_f32.to_le_bytes()), "1.5"),
        (bytes(0x0c, &f64::NEG_INFINITY.to_le_bytes()), "-INF"),
        (bytes(0x0d, &[1, 0, 0, 0]), "true"),
        (bytes(0x0d, &[0]), "false"),
        (bytes(0x0d, &[6, 0, 0, 0]), "6"),
        (bytes(0x0e, &[0xde, 0xad, 0x00]), "DEAD00"),
        (Value::guid(0), "{03020100-0504-0706-0809-0a0b0c0d0e0f}"),
        (bytes(0x10, &[0x10, 0, 0, 0]), "0x10"),
        (bytes(0x10, &[0, 0, 0, 0, 1, 0, 0, 0]), "0x100000000"),
        (bytes(0x11, &ticks), "2026-11-22T03:04:05.6789012Z"),
        (bytes(0x11, &[0xff; 8]), "0000-00-00T00:00:00.0000000Z"),
        (bytes(0x12, &day), "2019-03-01T12:34:56.7890000Z"),
        (bytes(0x12, &[0; 16]), "1601-01-01T00:00:00.0000000Z"),
        (Value::sid(&[32, 544]), "S-1-5-32-544"),
        (bytes(0x14, &[0xe7, 3, 0, 0]), "0x3e7"),
        (bytes(0x15, &[0; 8]), "0x0"),
        // Types that no specification has, and sizes that do not fit their types.
        (bytes(0x20, &[1, 2]), "0102"),
        (bytes(0x0f, &[1, 2]), "0102"),
        (bytes(0x08, &[7]), "7"),
        (bytes(0x13, &[1, 9]), "0109"),
    ];
    for (value, wanted) in cases {
        let shown = format!("{value:?}");
        let xml = data_xml(&event_data(9, &["x"]), vec![value]);
        assert_eq!(xml, format!("<EventData><Data Name='x'>{wanted}</Data></EventData>"), "{shown}");
    }
}

#[test]
fn elements_are_repeated_for_arrays() {
    let bytes = |kind: u8, bytes: &[u8]| Value::Bytes(kind, bytes.into());
    let cases: Vec<(Value, &[&str])> = vec![
        (Value::texts(&["a", "", "c,d"]), &["a", "", "c,d"]),
        (Value::texts(&["only"]), &["only"]),
        (bytes(0x81, &utf16("no end")), &["no end"]),
        (bytes(0x81, &[]), &[""]),
        (bytes(0x82, b"x\0y\0"), &["x", "y"]),
        (bytes(0x83, &[0xff, 1]), &["-1", "1"]),
        (bytes(0x84, &[97, 99]), &["97", "99"]),
        (bytes(0x85, &[0xff, 0xff]), &["-1"]),
        (bytes(0x86, &[1, 0, 2, 0]), &["1", "2"]),
        (bytes(0x87, &[1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]), &["1", "-1"]),
        (bytes(0x88, &[1, 0, 0, 0]), &["1"]),
        (bytes(0x89, &[1, 0, 0, 0, 0, 0, 0, 0]), &["1"]),
        (bytes(0x8a, &[0xff; 8]), &["18446744073709551615"]),
        (bytes(0x8b, &0.25_f32.to_le_bytes()), &["0.25"]),
        (bytes(0x8c, &0.5_f64.to_le_bytes()), &["0.5"]),
        (bytes(0x8d, &[1, 0, 0, 0, 0, 0, 0, 0]), &["true", "false"]),
        (bytes(0x8f, &[0; 16]), &["{00000000-0000-0000-0000-000000000000}"]),
        (bytes(0x91, &WRITTEN.to_le_bytes()), &["2026-11-22T03:04:05.6789012Z"]),
        (bytes(0x92, &[0; 16]), &["1601-01-01T00:00:00.0000000Z"]),
        (Value::Bytes(0x93, [sid(&[18]), sid(&[32, 544])].concat()), &["S-1-5-18", "S-1-5-32-544"]),
        (bytes(0x94, &[1, 0, 0, 0, 16, 0, 0, 0]), &["0x1", "0x10"]),
        (bytes(0x95, &[1, 0, 0, 0, 0, 0, 0, 0]), &["0x1"]),
        // An item that is cut off.
        (bytes(0x88, &[1, 0, 0, 0, 2]), &["1", "2"]),
    ];
    for (value, items) in cases {
        let shown = format!("{value:?}");
        let wanted: String = items.iter().map(|item| format!("<Data Name='x'>{item}</Data>")).collect();
        assert_eq!(
            data_xml(&event_data(9, &["x"]), vec![value]),
            format!("<EventData>{wanted}</EventData>"),
            "{shown}"
        );
    }
}

#[test]
fn several_arrays_in_one_element_give_every_pair() {
    let element = element("Pair", value(0)).with("With", value(1)).node();
    let template = Template { id: 9, root: writer::element("EventData", vec![element]) };
    let values = vec![Value::texts(&["a", "b"]), Value::Bytes(0x84, vec![1, 2])];
    let wanted = "<EventData><Pair With='1'>a</Pair><Pair With='2'>a</Pair>\
        <Pair With='1'>b</Pair><Pair With='2'>b</Pair></EventData>";
    assert_eq!(data_xml(&template, values), wanted);
}

#[test]
fn what_depends_on_nothing_is_left_out() {
    let content = vec![
        element("Gone", text("text")).depending_on(0).node(),
        element("Kept", text("text")).depending_on(1).node(),
        element("Empty", optional(0)).node(),
        empty("Attributes").with("gone", optional(0)).with("kept", optional(1)).with("empty", optional(2)).node(),
        element("Inner", vec![element("Deep", value(1)).depending_on(0).node()]).node(),
    ];
    let template = Template { id: 9, root: element("EventData", content) };
    let values = vec![Value::NULL, Value::text("v"), Value::text("")];
    let wanted = "<EventData><Kept>text</Kept><Empty></Empty><Attributes kept='v'/><Inner></Inner></EventData>";
    assert_eq!(data_xml(&template, values), wanted);
}

#[test]
fn text_in_pieces_is_one_field() {
    let mixed = vec![
        Node::Text("from <"),
        Node::Value { slot: 0, optional: false },
        Node::Entity("amp"),
        Node::Char(65),
        element("Child", value(1)).node(),
        Node::Cdata("a]]>b"),
        Node::Entity("unheard"),
        Node::Instruction("php", "echo ?>"),
    ];
    let attribute = vec![Node::Text("it's "), Node::Value { slot: 1, optional: false }];
    let template =
        Template { id: 9, root: element("EventData", vec![element("Mixed", mixed).with("Of", attribute).node()]) };
    let row = one(&security(9_999, 1, Value::Instance(instance(&template, vec![Value::text("<x>"), Value::u8(7)]))));
    let wanted = "<EventData><Mixed Of='it&apos;s 7'>from &lt;&lt;x&gt;&amp;&#65;<Child>7</Child>\
        <![CDATA[a]]]]><![CDATA[>b]]>&amp;unheard;<?php echo ? >?></Mixed></EventData></Event>";
    assert!(text_of(&row, "raw").ends_with(wanted), "{}", text_of(&row, "raw"));
    let attrs = attrs(&row);
    assert_eq!(attrs.get("Mixed"), Some(&"from <<x>&Aa]]>b&unheard;".into()));
    assert_eq!(attrs.get("Of"), Some(&"it's 7".into()));
    assert_eq!(attrs.get("Child"), Some(&"7".into()));
}

#[test]
fn user_data_and_its_paths_are_fields() {
    let row = one(&log_cleared(7));
    let attrs = attrs(&row);
    let fields = [("Value", "7"), ("Kind", "console")];
    assert!(fields.iter().all(|&(name, value)| attrs.get(name) == Some(&value.into())), "{attrs}");
    assert!(row.values().any(|value| value == "mallory") || attrs.to_string().contains("mallory"), "{row:?}");
}

#[test]
fn a_classic_event_has_unnamed_values() {
    let row = one(&classic(&["evil", "C:\\evil.exe", "user mode service", "auto start"], Value::NULL));
    let raw = text_of(&row, "raw");
    assert!(raw.contains("<EventData><Data>evil</Data><Data>C:\\evil.exe</Data>"), "{raw}");
    assert!(!raw.contains("Binary"), "{raw}");
    assert!(raw.contains("<EventID Qualifiers='16384'>7045</EventID>"), "{raw}");
    assert_eq!(text_of(&row, "host"), "ws-07");
}

#[test]
fn fragments_and_templates_nest() {
    let inner = instance(&event_data(8, &["deep"]), vec![Value::text("down")]);
    let elements =
        vec![element("First", vec![element("Second", text("x")).node()]), empty("Third").with("a", text("b"))];
    let outer = Template { id: 9, root: element("EventData", [value(0), value(1), optional(2)].concat()) };
    let xml = data_xml(&outer, vec![Value::Instance(inner.clone()), Value::Fragment(elements), Value::NULL]);
    let wanted = "<EventData><EventData><Data Name='deep'>down</Data></EventData>\
        <First><Second>x</Second></First><Third a='b'/></EventData>";
    assert_eq!(xml, wanted);

    let holder = Template { id: 7, root: element("EventData", vec![Node::Instance(inner)]) };
    let wanted = "<EventData><EventData><Data Name='deep'>down</Data></EventData></EventData>";
    assert_eq!(data_xml(&holder, Vec::new()), wanted);
}

#[test]
fn a_template_may_be_defined_with_a_later_record() {
    let mut chunk = Chunk::new(1);
    chunk.record(&Instance { defined_later: true, ..classic(&["first"], Value::NULL) });
    chunk.record(&classic(&["second"], Value::Bytes(0x0e, vec![1, 2])));
    let rows = rows_of(&file(vec![chunk.finish()]));
    let raws: Vec<&str> = rows.iter().map(|row| text_of(row, "raw")).collect();
    assert!(
        matches!(raws.as_slice(), [a, b] if a.contains(">first<") && b.contains("<Binary>0102</Binary>")),
        "{raws:?}"
    );
}

#[test]
fn equal_ids_with_other_templates_are_told_apart() {
    // The same GUID and size in two chunks, with other names: nothing may be taken over from one to the other.
    let chunk = |name, first_id| {
        let mut chunk = Chunk::new(first_id);
        chunk.record(&security(
            9_999,
            first_id,
            Value::Instance(instance(&event_data(2, &[name]), vec![Value::u8(1)])),
        ));
        chunk.finish()
    };
    let rows = rows_of(&file(vec![chunk("Alpha", 1), chunk("Gamma", 2), chunk("Alpha", 3)]));
    let names: Vec<bool> = rows.iter().map(|row| text_of(row, "raw").contains("<Data Name='Alpha'>1<")).collect();
    assert_eq!(names, [true, false, true]);
    assert_eq!(rows.iter().filter(|row| attrs(row).get("Gamma").is_some()).count(), 1);
}

#[test]
fn ids_of_rows_are_the_places_of_their_records() {
    let chunks = [events::chunk(1, 3), events::chunk(4, 2)];
    let places: Vec<u64> = chunks
        .iter()
        .zip([0, 1])
        .flat_map(|(chunk, number)| {
            let start = (FILE_HEADER_BYTES + number * CHUNK_BYTES) as u64;
            chunk.records.iter().map(move |&record| start + record as u64).collect::<Vec<_>>()
        })
        .collect();
    let rows = rows_of(&file(chunks.into_iter().map(Chunk::finish).collect()));
    let mut ids: Vec<String> = rows.iter().map(|row| text_of(row, "record_id").to_owned()).collect();
    ids.sort();
    let wanted: Vec<String> = places.iter().map(|&place| schema::record_id(schema::SourceKey(0xfeed), place)).collect();
    assert_eq!(ids, wanted);
}

/// The inputs of `corpus/evtx` are made here: `UPDATE=1` writes them.
#[test]
fn corpus_inputs_are_what_the_writer_writes() {
    let mut mixed = Chunk::new(100);
    [logon(100, "alice"), process(101, "powershell -enc <base64> & exit"), log_cleared(102)]
        .iter()
        .for_each(|event| mixed.record(event));
    mixed.record(&classic(
        &["evilsvc", "%SystemRoot%\\evil.exe", "user mode service", "demand start", "LocalSystem"],
        Value::NULL,
    ));
    let mut damaged = events::chunk(200, 4);
    let used = damaged.used();
    let places = damaged.records.clone();
    damaged.raw_record(|chunk| chunk.push(&[0x0f, 1, 1, 0, 0x77]));
    let mut damaged = damaged.finish();
    damaged[places[1]..places[1] + 24].fill(0xff);
    damaged[places[2]] = b'X';
    damaged.truncate(used + 30);
    for (case, mut bytes) in
        [("logons_processes_and_more", file(vec![mixed.finish()])), ("damaged", file(vec![damaged]))]
    {
        // Nothing is lost with the zeros at the end.
        let end = bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 8);
        bytes.truncate(end);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("corpus/evtx/{case}.in"));
        if env::var_os("UPDATE").is_some() {
            fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
            fs::write(&path, &bytes).expect("writable");
        }
        assert_eq!(fs::read(&path).expect("readable"), bytes, "{case}: UPDATE=1 writes it anew");
    }
}

#[test]
fn every_real_event_is_read() {
    let paths = real_files();
    let mut events = 0;
    for path in &paths {
        let bytes = read(path);
        let (format, _) = ingest::recognise(&bytes, "").expect("recognised");
        assert_eq!(format.name, "evtx", "{}", path.display());
        let (rows, rejects) = counts(&run(format, "", &bytes, 1 << 16));
        assert_eq!(rejects, 0, "{}", path.display());
        events += rows;
    }
    // Two other parsers find as many.
    assert!(paths.is_empty() || (paths.len(), events) == (277, 8_255), "{events} events in {} files", paths.len());
}

/// The real logs; none, with the reason printed, where they are absent.
fn real_files() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = real_data("evtx/attack-samples").into_iter().collect();
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("readable") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "evtx") {
                found.push(path);
            }
        }
    }
    found
}

/// The row of an event, without what tells where it came from and which form it had.
fn content(mut row: Map<String, Json>) -> Map<String, Json> {
    ["record_id", "source", "raw"].iter().for_each(|name| drop(row.remove(*name)));
    row
}

/// Rows that differ from those of the same events read as XML.
fn differing(file: &[u8]) -> Vec<String> {
    let xml = find("windows_xml").expect("listed");
    let other_form = |row: &Map<String, Json>| {
        let rows = json_rows(&run(xml, "", text_of(row, "raw").as_bytes(), 1 << 16));
        rows.into_iter().next().map(content).unwrap_or_default()
    };
    let rows = rows_of(file).into_iter().filter(|row| row.contains_key("raw"));
    let pairs = rows.map(|row| (other_form(&row), content(row)));
    pairs.filter(|(xml, evtx)| xml != evtx).map(|(xml, evtx)| format!("xml  {xml:?}\nevtx {evtx:?}")).collect()
}

#[test]
fn the_xml_of_an_event_gives_the_same_row() {
    let mut chunk = events::chunk(1, 4);
    chunk.record(&log_cleared(5));
    chunk.record(&classic(&["a < b", "", "c"], Value::Bytes(0x0e, vec![1])));
    assert_eq!(differing(&file(vec![chunk.finish()])), Vec::<String>::new());
}

#[test]
fn the_xml_of_every_real_event_gives_the_same_row() {
    for path in real_files() {
        let differing = differing(&read(&path));
        let first = differing.first();
        assert!(differing.is_empty(), "{}: {} rows differ, first\n{first:#?}", path.display(), differing.len());
    }
}
