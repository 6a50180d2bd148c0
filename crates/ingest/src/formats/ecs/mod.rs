//! Elastic Common Schema: JSON of Beats, Elastic Agent and Logstash, nested or with dotted names, one record a line, in
//! lists, or as search hits with the record in `_source`. Spec: <https://www.elastic.co/docs/reference/ecs>.
//!
//! `event.category` and `event.type` say what a record is; where they are missing, the fields do.

mod mappings;

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
    frame::{
        json::{JsonCutter, Wrapper},
        spans::SpanFramer,
    },
    json::Value,
    json_head::JsonHead,
    json_record::{JsonCell, JsonReader},
    mapping::{Cell, Mapping, Output},
    parsed::Fault,
    records::{Input, read_records},
};

pub(super) static FORMAT: Format = Format {
    name: "ecs",
    about: "Elastic Common Schema, as Beats, Elastic Agent and Logstash write it.",
    spec: "https://www.elastic.co/docs/reference/ecs",
    yields: &[
        "processes",
        "file_changes",
        "registry_changes",
        "modules_loaded",
        "logons",
        "network_by_process",
        "connections",
        "dns_queries",
        "http_requests",
        "tls_sessions",
        "firewall_events",
        "alerts",
        "emails",
        "cloud_api_calls",
        "other_records",
    ],
    recognise,
    framer: SpanFramer::<JsonCutter<Hits>>::boxed,
    parse,
};

/// What a search gives: a list within the answer. (`hits.hits` lies deeper; each hit then is a value by itself.)
#[derive(Debug, Default)]
struct Hits;

impl Wrapper for Hits {
    const KEYS: &'static [&'static str] = &["hits", "events"];
}

/// Names of field sets that ECS defines and few other schemas have together.
const SETS: &[&str] = &[
    "event",
    "agent",
    "host",
    "source",
    "destination",
    "process",
    "user",
    "file",
    "network",
    "observer",
    "url",
    "dns",
    "http",
    "cloud",
    "related",
    "rule",
    "tls",
    "client",
    "server",
    "registry",
    "data_stream",
];

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let record = JsonHead::of::<Hits>(head)?;
    let record = match record.field("_source") {
        Some(JsonCell(Value::Object(source))) => JsonHead::of_object(source),
        _ => record,
    };
    record.is_dated("@timestamp").then_some(())?;
    // Windows events of Winlogbeat are a format of their own.
    if record.has("winlog") {
        return None;
    }
    let version = record.inner("ecs", "version").or_else(|| record.text("ecs.version"));
    if let Some(version) = version {
        return Some(Recognition::new(Certainty::Likely, format!("JSON with @timestamp and ecs.version {version}")));
    }
    let nested = SETS.iter().filter(|set| record.is_object(set)).count();
    let dotted = mappings::DOTTED.iter().filter(|name| record.has(name)).count();
    let has_event = record.is_object("event") || record.has("event.category") || record.has("event.kind");
    let enough = has_event && nested.max(dotted) >= 3;
    enough.then(|| Recognition::new(Certainty::Likely, "JSON with @timestamp and field sets of ECS"))
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let mut reader = JsonReader::new();
    read_records(raw, &mut output, |input, output| {
        read(&mut reader, input)?;
        let mapping = mapping(&mut reader);
        reader.add(mapping, output)
    });
    output.finish(FORMAT.name, raw)
}

fn read<'a>(reader: &mut JsonReader<'a>, input: Input<'a>) -> Result<(), Fault> {
    reader.read(input)?;
    if let Some(JsonCell(Value::Object(source))) = reader.field("_source") {
        reader.read_part(input, source)?;
    }
    Ok(())
}

/// Where a record goes: by its category, and where that says too little, by its fields.
fn mapping(reader: &mut JsonReader<'_>) -> &'static Mapping {
    let is = Words::of(reader, "event.category");
    let types = Words::of(reader, "event.type");
    let mut has = |path: &str| reader.path(path).is_some();
    let is_alert = is.any(&["intrusion_detection", "malware", "threat", "vulnerability"]);
    match () {
        () if is_alert && (has("rule.name") || has("rule.id") || has("message") || has("threat.indicator.type")) => {
            &mappings::ALERT
        }
        () if has("dns.question.name") && !has("process.entity_id") => &mappings::DNS,
        () if is.any(&["process"]) => process(&types),
        () if is.any(&["registry"]) && has("registry.path") => registry(&types),
        () if is.any(&["library", "driver"]) => {
            if is.any(&["driver"]) {
                &mappings::DRIVER
            } else {
                &mappings::LIBRARY
            }
        }
        () if is.any(&["file"]) && has("file.path") => file(&types),
        () if is.any(&["authentication", "session"]) => {
            if types.any(&["end"]) {
                &mappings::LOGOFF
            } else {
                &mappings::LOGON
            }
        }
        () if is.any(&["email"]) => &mappings::EMAIL,
        () if has("http.request.method") || (is.any(&["web"]) && has("url.original")) => &mappings::HTTP,
        () if has("tls.client.server_name") || has("tls.client.ja3") => &mappings::TLS,
        () if has("cloud.provider")
            && has("event.action")
            && (is.any(&["configuration", "iam"]) || has("user.name") || has("user.id")) =>
        {
            &mappings::CLOUD
        }
        () if has("process.entity_id") && (has("destination.ip") || has("dns.question.name")) => &mappings::BY_PROCESS,
        () if types.any(&["denied", "allowed"]) && has("source.ip") => &mappings::FIREWALL,
        () if has("source.ip") && has("destination.ip") => &mappings::CONNECTION,
        () => &mappings::OTHER,
    }
}

fn process(types: &Words) -> &'static Mapping {
    match () {
        () if types.any(&["end"]) => &mappings::PROCESS_END,
        () if types.any(&["access"]) => &mappings::PROCESS_ACCESS,
        () if types.any(&["start", "info"]) || types.0.is_empty() => &mappings::PROCESS_START,
        () => &mappings::PROCESS_TAMPER,
    }
}

fn registry(types: &Words) -> &'static Mapping {
    match () {
        () if types.any(&["creation"]) => &mappings::REGISTRY_CREATE,
        () if types.any(&["deletion"]) => &mappings::REGISTRY_DELETE,
        () if types.any(&["access"]) => &mappings::REGISTRY_ACCESS,
        () => &mappings::REGISTRY_SET,
    }
}

fn file(types: &Words) -> &'static Mapping {
    match () {
        () if types.any(&["creation"]) => &mappings::FILE_CREATE,
        () if types.any(&["deletion"]) => &mappings::FILE_DELETE,
        () if types.any(&["access"]) => &mappings::FILE_READ,
        () => &mappings::FILE_WRITE,
    }
}

/// The texts of a field that is a list or a single text.
struct Words(Vec<String>);

impl Words {
    fn of(reader: &mut JsonReader<'_>, path: &str) -> Self {
        let Some(cell) = reader.path(path) else { return Self(Vec::new()) };
        let mut room = String::new();
        Self(cell.items().take(8).filter_map(|item| item.text(&mut room).map(ToOwned::to_owned)).collect())
    }

    fn any(&self, words: &[&str]) -> bool {
        self.0.iter().any(|known| words.contains(&known.as_str()))
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn mappings_name_tables_and_columns_that_exist() {
        super::mappings::ALL.iter().for_each(|mapping| crate::mapping::check_mapping(mapping));
    }
}
