//! A first declaration out of a sample: the form is guessed, and a person looks over the rest.

use std::path::Path;

use share::feeds::Feed;

use super::load;
use crate::{Error, Result};

/// Names of columns that hold indicators, the most telling first; of each, the kind where the name says it.
const VALUE_COLUMNS: &[(&str, Option<&str>)] = &[
    ("ioc_value", None),
    ("ioc", None),
    ("indicator", None),
    ("value", None),
    ("observable", None),
    ("url", Some("url")),
    ("domain", Some("domain")),
    ("hostname", Some("domain")),
    ("fqdn", Some("domain")),
    ("host", Some("domain")),
    ("cidr", Some("ip")),
    ("ip", Some("ip")),
    ("ip_address", Some("ip")),
    ("ipaddr", Some("ip")),
    ("dst_ip", Some("ip")),
    ("src_ip", Some("ip")),
    ("sha256", Some("hash")),
    ("sha256_hash", Some("hash")),
    ("sha1", Some("hash")),
    ("md5", Some("hash")),
    ("hash", Some("hash")),
];

const KIND_COLUMNS: &[&str] = &["ioc_type", "type", "kind", "indicator_type"];

/// The text of a declaration for what this sample is of.
pub fn draft_feed(name: &str, url: &str, sample: &Path) -> Result<String> {
    let content = load::from_file(sample).map_err(|failure| {
        Error::input(format!("could not read the sample {}", sample.display())).detail(failure.why)
    })?;
    let text = String::from_utf8_lossy(content.get(..65_536).unwrap_or(&content)).into_owned();
    let shape = shape(&text).ok_or_else(|| {
        Error::input(format!("{} is of no form that a feed can have", sample.display()))
            .hint("a list, a table with a header, JSON, NDJSON, STIX or MISP can be declared")
    })?;
    let draft = format!(
        "# Look over `keeps`, `confidence`, `tlp` and the columns; then: margay feeds check {name} --content SAMPLE\n\
         name = \"{name}\"\nabout = \"What it lists, and who makes it\"\nurl = \"{url}\"\nevery_minutes = 60\n\
         # snapshot: everything that holds now; log: what is new\nkeeps = \"log\"\nexpires_days = 90\n\
         confidence = 50\ntlp = \"clear\"\n{shape}"
    );
    Feed::parse(&draft).map_err(|problem| {
        Error::usage("no declaration can be made of this").detail(problem).hint("look at name and url")
    })?;
    Ok(draft)
}

fn shape(text: &str) -> Option<String> {
    let start = text.trim_start();
    if share::feeds::is_page(text.as_bytes()) {
        return None;
    }
    if start.starts_with('{') || start.starts_with('[') {
        return json(start);
    }
    let comment = if start.starts_with('#') { "comment = \"#\"\n" } else { "" };
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let cells = line.trim_start_matches('#').split([',', ';', '\t']).map(|cell| cell.trim().trim_matches('"'));
        let cells: Vec<String> = cells.map(str::to_ascii_lowercase).collect();
        if let Some(found) = values(&|name| cells.iter().any(|cell| cell == name)) {
            let separator = [';', '\t'].into_iter().find(|separator| line.contains(*separator) && !line.contains(','));
            let separator = separator.map(|c| format!("separator = {:?}\n", c.to_string())).unwrap_or_default();
            return Some(format!("form = \"csv\"\n{comment}{separator}\n{found}"));
        }
        if !line.starts_with('#') {
            break;
        }
    }
    Some(format!("form = \"lines\"\n{comment}columns = [\"value\"]\n\n[[values]]\nfrom = \"value\"\n"))
}

fn json(start: &str) -> Option<String> {
    let head = start.get(..start.floor_char_boundary(4_096)).unwrap_or(start);
    if head.contains("\"bundle\"") || head.contains("\"spec_version\"") {
        return Some("form = \"stix\"\n".to_owned());
    }
    if head.contains("\"Event\"") {
        return Some("form = \"misp\"\n".to_owned());
    }
    let of_line = start.lines().next().and_then(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let several = start.lines().filter(|line| line.starts_with('{')).count() > 1;
    if let (Some(record), true) = (of_line, several) {
        let found = values(&|name| record.get(name).is_some())?;
        return Some(format!("form = \"ndjson\"\n\n{found}"));
    }
    // Where the records are is for a person to say; the first list is the best guess.
    let list = head.find(":[").or_else(|| head.find(": [")).and_then(|at| head.get(..at)?.rsplit('"').nth(1));
    let records = list.map_or_else(|| "[]".to_owned(), |list| format!("{list}[]"));
    let found = values(&|name| head.contains(&format!("\"{name}\"")))?;
    Some(format!("form = \"json\"\nrecords = \"{records}\"\n\n{found}"))
}

fn values(has: &dyn Fn(&str) -> bool) -> Option<String> {
    let (column, kind) = VALUE_COLUMNS.iter().find(|(name, _)| has(name))?;
    let stated = KIND_COLUMNS.iter().find(|name| kind.is_none() && has(name));
    let kind = match (kind, stated) {
        (Some(kind), _) => format!("kind = \"{kind}\"\n"),
        (None, Some(stated)) => format!("kind_from = \"{stated}\"\n"),
        (None, None) => String::new(),
    };
    Some(format!("[[values]]\nfrom = \"{column}\"\n{kind}"))
}
