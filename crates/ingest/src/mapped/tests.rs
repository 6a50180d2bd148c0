//! Mappings as people write them: what they give, and what is told where they are wrong.

use super::*;

fn problems(text: &str) -> Vec<String> {
    let problems = Mapped::read(text, Origin::Own).err().unwrap_or_default();
    problems.iter().map(|problem| format!("{}:{} {}", problem.line, problem.column, problem.code)).collect()
}

const GOOD: &str = r#"
name = "acme"
time = "ts"
[records]
shape = "json"
[[record]]
table = "connections"
[record.columns]
src_ip = "client.ip"
"#;

#[test]
fn a_good_mapping_has_no_problems() {
    assert!(problems(GOOD).is_empty(), "{:?}", problems(GOOD));
}

#[test]
fn every_mistake_is_told_with_its_place() {
    let with = |from: &str, to: &str| {
        assert!(GOOD.contains(from), "{from}");
        problems(&GOOD.replace(from, to))
    };
    assert_eq!(with("name = \"acme\"", ""), ["1:1 no_name"]);
    assert_eq!(with("\"acme\"", "\"Acme Proxy\""), ["2:8 bad_name"]);
    assert_eq!(with("time = \"ts\"", ""), ["6:1 no_time"]);
    assert_eq!(with("time = \"ts\"", "tmie = \"ts\""), ["3:1 unknown_key", "6:1 no_time"]);
    assert_eq!(with("time = \"ts\"", "time = { field = \"ts\", format = \"%b %d %H:%M\" }"), ["3:33 bad_format"]);
    assert_eq!(with("time = \"ts\"", "time = { field = \"ts\", zone = \"Atlantis\" }"), ["3:31 bad_zone"]);
    assert_eq!(with("\"json\"", "\"jsno\""), ["5:9 unknown_shape"]);
    assert_eq!(with("\"json\"", "\"csv\"\nheader = false"), ["4:1 no_columns"]);
    assert_eq!(with("\"json\"", "\"regex\""), ["4:1 no_pattern"]);
    assert_eq!(with("\"json\"", "\"regex\"\npattern = '('"), ["6:11 bad_pattern"]);
    assert_eq!(with("\"json\"", "\"regex\"\npattern = 'a'"), ["6:11 no_groups"]);
    assert_eq!(with("\"connections\"", "\"conections\""), ["7:9 unknown_table"]);
    assert_eq!(with("\"connections\"", "\"threat_events\""), ["7:9 unknown_table"]);
    assert_eq!(with("src_ip =", "source_ip ="), ["9:1 unknown_column"]);
    assert_eq!(with("\"client.ip\"", "{ field = \"a\", read = \"int\" }"), ["9:32 wrong_read"]);
    assert_eq!(with("\"client.ip\"", "{ field = \"a\", read = \"ipp\" }"), ["9:32 unknown_read"]);
    assert_eq!(with("\"client.ip\"", "{ field = \"a\", raed = \"ip\" }"), ["9:25 unknown_key"]);
    assert_eq!(with("\"client.ip\"", "{ value = \"no address\" }"), ["9:20 wrong_value"]);
    assert_eq!(with("src_ip = \"client.ip\"", "duration_ns = \"took\""), ["9:15 needs_read"]);
    assert_eq!(with("\"connections\"", "\"processes\"").first().map(String::as_str), Some("6:1 column_required"));
    assert_eq!(problems(&format!("{GOOD}\n[[record]]\ntable = \"alerts\"\n")), ["11:1 unreachable"]);
    assert_eq!(problems("name = \"a\nb"), ["2:2 bad_toml"]);
    assert_eq!(
        with("\"connections\"", "\"connections\"\nwhen = { a = { prefix = \"x\", suffix = \"y\" } }"),
        ["8:14 bad_condition"]
    );
}

#[test]
fn own_mappings_are_surer_than_shipped_ones() {
    let text = GOOD.replace("[[record]]", "[recognise]\nfields = [\"ts\", \"client.ip\"]\n[[record]]");
    let head = Head { bytes: b"{\"ts\":1700000000,\"client\":{\"ip\":\"10.0.0.1\"}}\n", name: "a.json" };
    let sure = |origin| Mapped::read(&text, origin).expect("good").recognise(&head).map(|found| found.certainty);
    assert_eq!((sure(Origin::Own), sure(Origin::Shipped)), (Some(Certainty::Certain), Some(Certainty::Likely)));
    let other = Head { bytes: b"{\"ts\":1700000000,\"client\":{}}\n", name: "a.json" };
    assert_eq!(Mapped::read(&text, Origin::Own).expect("good").recognise(&other), None);
}

#[test]
fn a_draft_can_be_read_back_and_gives_rows() {
    let samples: [(&str, &str, &str); 7] = [
        (
            "http_requests",
            "2026-11-21T10:00:00Z 10.0.0.5 \"GET /index.html HTTP/1.1\" 200 5120 \"Mozilla/5.0 (X11)\"\n2026-11-21T10:00:01Z 10.0.0.6 \"POST /login HTTP/1.1\" 302 0 \"Mozilla/5.0 (X11)\"\n",
            "access.log",
        ),
        (
            "connections",
            "time;source;destination;sport;dport;proto\n2026-11-21 10:00:00;10.0.0.1;192.0.2.7;50123;443;tcp\n2026-11-21 10:00:01;10.0.0.2;192.0.2.8;50124;53;udp\n",
            "flows.csv",
        ),
        (
            "firewall_events",
            "<189>date=2026-11-21 time=10:00:00 srcip=10.0.0.1 srcport=4711 dstip=192.0.2.1 dstport=443 action=\"deny\" msg=\"no policy\"\n",
            "fw.log",
        ),
        (
            "dns_queries",
            "{\"time\":\"2026-11-21T10:00:00Z\",\"client\":{\"ip\":\"10.0.0.9\",\"port\":5353},\"question\":{\"name\":\"example.com\",\"type\":\"A\"},\"rcode\":\"NOERROR\"}\n",
            "dns.json",
        ),
        (
            "http_requests",
            "{\"logs\":[{\"ts\":1763719200.5,\"remote_ip\":\"10.0.0.1\",\"method\":\"GET\",\"url\":\"https://shop.example/a?b=c\",\"status\":200}]}",
            "web.json",
        ),
        (
            "other_records",
            "2026-11-21 10:00:00,123 INFO [main] com.acme.App - started in 3 s\n2026-11-21 10:00:01,123 WARN [pool-1] com.acme.Db - slow query\n",
            "app.log",
        ),
        (
            "processes",
            "{\"@timestamp\":\"2026-11-21T10:00:00Z\",\"hostname\":\"WS1\",\"process\":{\"pid\":42,\"command_line\":\"cmd /c whoami\",\"executable\":\"C:\\\\Windows\\\\System32\\\\cmd.exe\"},\"user\":{\"name\":\"ann\"}}\n",
            "edr.json",
        ),
    ];
    for (table, text, file) in samples {
        let draft = scaffold(text.as_bytes(), "acme_log", file).expect("records");
        assert_eq!(draft.table, table, "{file}\n{}", draft.text);
        let mapped = Mapped::read(&draft.text, Origin::Own).unwrap_or_else(|problems| {
            panic!(
                "{file}: {}\n{}",
                problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
                draft.text
            )
        });
        let head = Head { bytes: text.as_bytes(), name: file };
        assert!(mapped.recognise(&head).is_some(), "{file} is not recognised\n{}", draft.text);
        let mut framer = mapped.framer(file);
        let mut batches = framer.push(text.as_bytes());
        batches.extend(framer.finish(Tail::Take).batches);
        let parsed: Vec<ParsedBatch> = batches.iter().map(|raw| mapped.parse(raw)).collect();
        let rejects: Vec<_> = parsed.iter().flat_map(|batch| &batch.rejects).collect();
        assert!(rejects.is_empty(), "{file}: {rejects:?}\n{}", draft.text);
        let rows: usize = parsed.iter().flat_map(|batch| &batch.tables).map(crate::ParsedRows::len).sum();
        assert!(rows >= 1, "{file}\n{}", draft.text);
    }
}
