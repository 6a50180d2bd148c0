//! Holds answers against docs/reference/openapi.json: status, form, and every field that is there or is not.

use std::{collections::BTreeSet, sync::LazyLock};

use serde_json::{Map, Value};

use super::client::Answer;

/// What programs may rely on.
pub(super) const DESCRIPTION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/openapi.json");

static DESCRIBED: LazyLock<Value> = LazyLock::new(|| {
    let text = std::fs::read_to_string(DESCRIPTION).expect("docs/reference/openapi.json");
    serde_json::from_str(&text).expect("JSON")
});

/// Schemas within schemas that are followed: ours are not as deep, and none refers to itself.
const DEPTH_MAX: usize = 40;

/// Panics where an answer is not what the description says of its address.
pub(super) fn check(method: &str, path: &str, answer: &Answer) {
    let Some(operation) = operation(method, path) else { return };
    let told = |why: &str| format!("{method} {path} answered {}: {why}\n{}", answer.status, answer.text());
    let responses = &operation["responses"];
    let response = match responses.get(answer.status.to_string()) {
        Some(response) => response,
        None if answer.status >= 400 => &responses["default"],
        None => panic!("{}", told("the description knows no such status")),
    };
    let Some(kind) = answer.header("content-type").map(|kind| kind.split(';').next().unwrap_or_default()) else {
        assert!(answer.body.is_empty(), "{}", told("a body without a content type"));
        return;
    };
    let content = &response["content"][kind];
    assert!(content.is_object(), "{}", told(&format!("the description knows no {kind}")));
    let packed = answer.header("content-encoding").is_some();
    if kind.ends_with("json") && !kind.contains("x-ndjson") && !packed {
        let mut faults = Vec::new();
        fits(&answer.json(), &content["schema"], "", 0, &mut faults);
        assert!(faults.is_empty(), "{}", told(&faults.join("\n")));
    }
}

/// What is said of an address, where the description has it.
fn operation(method: &str, path: &str) -> Option<&'static Value> {
    let asked: Vec<&str> = path.split('?').next()?.split('/').collect();
    let fits = |pattern: &&String| {
        let parts: Vec<&str> = pattern.split('/').collect();
        parts.len() == asked.len()
            && parts.iter().zip(&asked).all(|(part, asked)| part == asked || part.starts_with('{'))
    };
    let paths = DESCRIBED["paths"].as_object()?;
    // `/campaigns/decisions` is no campaign: the address with fewer parameters is meant.
    let path = paths.keys().filter(fits).min_by_key(|pattern| pattern.matches('{').count())?;
    paths[path].get(method.to_lowercase())
}

/// Says what of a value is not as a schema of ours has it. A field that is not described is a fault as well, so that
/// no description falls behind what is sent.
fn fits(value: &Value, schema: &Value, place: &str, depth: usize, faults: &mut Vec<String>) {
    assert!(depth < DEPTH_MAX, "the description goes in a circle at {place}");
    if let Some(to) = schema["$ref"].as_str() {
        let schema = DESCRIBED.pointer(to.trim_start_matches('#')).unwrap_or_else(|| panic!("no {to}"));
        return fits(value, schema, place, depth + 1, faults);
    }
    if let Some(either) = schema.get("oneOf").or(schema.get("anyOf")).and_then(Value::as_array) {
        let tried = either.iter().map(|schema| {
            let mut faults = Vec::new();
            fits(value, schema, place, depth + 1, &mut faults);
            faults
        });
        let least = tried.min_by_key(Vec::len).unwrap_or_default();
        faults.extend(least);
        return;
    }
    if !is_of_type(value, &schema["type"]) {
        faults.push(format!("{place}: {value} is no {}", schema["type"]));
        return;
    }
    if let Some(words) = schema["enum"].as_array().filter(|words| !words.contains(value)) {
        faults.push(format!("{place}: {value} is none of {words:?}"));
    }
    match value {
        Value::Object(fields) => fields_fit(fields, schema, place, depth, faults),
        Value::Array(items) => {
            let first = schema["prefixItems"].as_array().map(Vec::as_slice).unwrap_or_default();
            if !first.is_empty() && first.len() != items.len() {
                faults.push(format!("{place}: {} items and not {}", items.len(), first.len()));
            }
            for (number, item) in items.iter().enumerate() {
                let schema = first.get(number).unwrap_or(&schema["items"]);
                fits(item, schema, &format!("{place}/{number}"), depth + 1, faults);
            }
        }
        Value::Number(number) => {
            let number = number.as_f64().unwrap_or_default();
            let outside = schema["minimum"].as_f64().is_some_and(|least| number < least)
                || schema["maximum"].as_f64().is_some_and(|most| number > most);
            if outside {
                faults.push(format!("{place}: {number} is outside {schema}"));
            }
        }
        Value::String(text) if schema["format"] == "date-time" && text.parse::<schema::Timestamp>().is_err() => {
            faults.push(format!("{place}: {text} is no time"));
        }
        _ => {}
    }
}

fn fields_fit(fields: &Map<String, Value>, schema: &Value, place: &str, depth: usize, faults: &mut Vec<String>) {
    let required: BTreeSet<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    faults.extend(
        required.iter().filter(|name| !fields.contains_key(**name)).map(|name| format!("{place}/{name} is missing")),
    );
    // What says nothing of fields takes any.
    let others = &schema["additionalProperties"];
    let says_nothing = schema.get("properties").is_none() && others.is_null();
    if says_nothing || others == &Value::Bool(true) {
        return;
    }
    for (name, value) in fields {
        let place = format!("{place}/{name}");
        match schema["properties"].get(name) {
            Some(schema) => fits(value, schema, &place, depth + 1, faults),
            None if others.is_object() => fits(value, others, &place, depth + 1, faults),
            None => faults.push(format!("{place} is not described")),
        }
    }
}

fn is_of_type(value: &Value, types: &Value) -> bool {
    let is = |name: &str| match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    };
    match types {
        Value::String(name) => is(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).any(is),
        _ => true,
    }
}

#[test]
fn what_is_not_as_it_is_described_is_found() {
    let scope = serde_json::json!({ "$ref": "#/components/schemas/Scope" });
    let faults = |value: Value| {
        let mut faults = Vec::new();
        fits(&value, &scope, "", 0, &mut faults);
        faults
    };
    assert!(faults(serde_json::json!({ "datasets": null, "ceiling": "AMBER" })).is_empty());
    assert!(faults(serde_json::json!({ "datasets": ["a"], "ceiling": "RED" })).is_empty());
    for (value, fault) in [
        (serde_json::json!({ "ceiling": "AMBER" }), "/datasets is missing"),
        (serde_json::json!({ "datasets": [1], "ceiling": "AMBER" }), "/datasets/0: 1 is no"),
        (serde_json::json!({ "datasets": null, "ceiling": "PINK" }), "/ceiling: \"PINK\" is none of"),
        (serde_json::json!({ "datasets": null, "ceiling": "AMBER", "more": 1 }), "/more is not described"),
        (serde_json::json!([]), ": [] is no"),
    ] {
        let found = faults(value);
        assert!(found.iter().any(|found| found.contains(fault)), "{found:?}");
    }
}
