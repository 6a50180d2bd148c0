//! Formats that people write as files: every record is a row or a reject, however the bytes come, and real logs read.

use ingest::{AnyFormat, Formats, Mapped, Normalized, Origin};
use proptest::prelude::*;

use crate::support::{data, json_rows, read, run_any};

/// One mapping of each shape, over the same fields where it can.
const SHAPES: [&str; 5] = [
    "shape = \"json\"\nwrapper = [\"logs\"]",
    "shape = \"csv\"\ncomment = \"#\"",
    "shape = \"key_value\"\nprefix = '^(?:<\\d+>)?'",
    "shape = \"regex\"\npattern = ['^(?P<ts>\\S+) (?P<ip>\\S+) \"(?P<user>[^\"]*)\"', '^(?P<ts>\\d+)$']",
    "shape = \"lines\"",
];

fn mapped(records: &str) -> AnyFormat {
    let text = format!(
        "name = \"acme\"\ntime = [\"ts\", \"line\"]\n[records]\n{records}\n\
         [[record]]\nwhen = {{ user = {{ exists = true }} }}\ntable = \"logons\"\n[record.columns]\nsrc_ip = \"ip\"\n\
         user = {{ field = \"user\", read = \"account\" }}\nhost = {{ field = \"user\", pattern = '@(\\w+)' }}\n\
         success = {{ field = \"ok\", words = {{ yes = true }} }}\n\
         [[record]]\ntable = \"other_records\"\n[record.columns]\nsrc_ip = \"ip\"\n"
    );
    let mapped = Mapped::read(&text, Origin::Own).unwrap_or_else(|problems| {
        panic!("{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    });
    mapped.into()
}

fn counts(batches: &[Normalized]) -> (u64, u64, u64) {
    let sum = |of: fn(&Normalized) -> u64| batches.iter().map(of).sum();
    (sum(|batch| batch.received), sum(|batch| batch.rows), sum(|batch| batch.rejects))
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let seeds: Vec<&[u8]> = vec![
        b"{\"ts\":1700000000,\"ip\":\"10.0.0.1\",\"user\":\"A\\\\b@c\",\"ok\":\"yes\"}\n",
        b"{\"logs\":[{\"ts\":1700000000,\"user\":[1]},{\"ts\":\"soon\"}]}\n",
        b"ts,ip,user\n1700000000,10.0.0.1,\"ann, \"\"x\"\"\ny\"\n# no\n1700000001,::1\n",
        b"<13>ts=1700000000 ip=10.0.0.1 user=\"a \\\"b\\\"\" loose words\nts=1700000000\n",
        b"1700000000 10.0.0.1 \"ann\"\n1700000000\nrubbish\n",
        b"\"open,1\n\xff\0\n",
    ];
    let picked = prop::collection::vec(prop::sample::select(seeds), 1..6).prop_map(|parts| parts.concat());
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<bool>()), 0..6);
    (picked, changes).prop_map(|(mut bytes, changes)| {
        for (place, byte, remove) in changes {
            let place = place.index(bytes.len().max(1));
            if remove && place < bytes.len() {
                bytes.remove(place);
            } else {
                bytes.insert(place, byte);
            }
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn records_of_every_shape_are_rows_or_rejects(bytes in bytes(), piece in 1..40_usize) {
        for records in SHAPES {
            let format = mapped(records);
            let in_pieces = run_any(&format, "a.log", &bytes, piece);
            let (received, rows, rejects) = counts(&in_pieces);
            prop_assert_eq!(received, rows + rejects);
            let at_once = run_any(&format, "a.log", &bytes, usize::MAX);
            prop_assert_eq!(json_rows(&in_pieces), json_rows(&at_once), "{}", records);
        }
    }

    #[test]
    fn any_text_is_a_mapping_or_has_problems(text: String) {
        let problems = Mapped::read(&text, Origin::Own).err();
        prop_assert!(problems.is_none_or(|problems| !problems.is_empty()));
    }

    #[test]
    fn any_sample_gives_no_draft_or_one_that_is_toml(bytes in bytes()) {
        if let Some(draft) = ingest::scaffold(&bytes, "acme", "a.log") {
            let problems = Mapped::read(&draft.text, Origin::Own).err().unwrap_or_default();
            // Only a time may be missing, because a sample may have none.
            let other: Vec<_> = problems.iter().filter(|problem| problem.code != "no_time").collect();
            prop_assert!(other.is_empty(), "{}\n{other:?}", draft.text);
        }
    }
}

#[test]
fn real_flows_and_events_read_whole() {
    let formats = Formats::built_in();
    for (file, name, rows) in [
        ("slips/test6-malicious.suricata.json", "suricata_eve", 5_000),
        ("slips/test11-portscan.binetflow", "argus_binetflow", 1),
        ("slips/test2-malicious.binetflow", "argus_binetflow", 1),
        ("slips/test3-mixed.binetflow", "argus_binetflow", 1),
        ("slips/test4-malicious.binetflow", "argus_binetflow", 1),
    ] {
        let Some(path) = data(file) else { return };
        let bytes = read(&path);
        let (format, _) = formats.recognise(&bytes, file).unwrap_or_else(|| panic!("{file} is not recognised"));
        assert_eq!(format.name(), name, "{file}");
        let (received, read, rejects) = counts(&run_any(&format, file, &bytes, 1 << 16));
        assert!(read >= rows && rejects == 0, "{file}: {received} = {read} + {rejects}");
    }
}
