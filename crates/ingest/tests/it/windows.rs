//! One Windows event gives the same columns in whatever form it comes.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::{Map, Value};

use crate::support::{json_rows, run};

/// Six events, as XML and as each tool writes them; the order is that of the XML.
const TOOLS: [&str; 7] = ["evtx_dump", "winlogbeat", "winlogbeat6", "nxlog", "velociraptor", "wazuh", "get_winevent"];

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
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(format).join(format!("{case}.in"));
    let bytes = fs::read(path).expect("readable");
    let format = ingest::formats::find(format).expect("listed");
    json_rows(&run(format, case, &bytes, usize::MAX))
}
