//! TLP as STIX marks it: 2.0 by its extension (written and read), 1.0 by the ids fixed in the specification (read).

use schema::Tlp;
use serde::Deserialize;
use serde_json::{Value, json};

/// The extension by which TLP 2.0 came into STIX 2.1.
const EXTENSION: &str = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

/// TLP 2.0, as OASIS publishes the definitions.
const TLP_2: [(Tlp, &str, &str); 5] = [
    (Tlp::Clear, "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", "clear"),
    (Tlp::Green, "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "green"),
    (Tlp::Amber, "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421", "amber"),
    (Tlp::AmberStrict, "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003", "amber+strict"),
    (Tlp::Red, "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1", "red"),
];

/// TLP 1.0, STIX 2.1 §7.2.1.4.
const TLP_1: [(Tlp, &str); 4] = [
    (Tlp::Clear, "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"),
    (Tlp::Green, "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"),
    (Tlp::Amber, "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"),
    (Tlp::Red, "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"),
];

/// What a marking definition says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    Tlp(Tlp),
    /// A statement or the like: no word on TLP.
    Other,
}

/// The TLP of a marking that the standards fix.
pub(crate) fn known(id: &str) -> Option<Tlp> {
    let second = TLP_2.iter().find(|(_, known, _)| *known == id).map(|(tlp, ..)| *tlp);
    second.or_else(|| TLP_1.iter().find(|(_, known)| *known == id).map(|(tlp, _)| *tlp))
}

/// Reads a marking definition: its id and meaning. A TLP that is not known by name means RED.
pub(crate) fn read(object: &str) -> Option<(String, Meaning)> {
    let marking: Marking = serde_json::from_str(object).ok()?;
    if let Some(tlp) = known(&marking.id) {
        return Some((marking.id, Meaning::Tlp(tlp)));
    }
    let second = marking.extensions.get(EXTENSION).and_then(|extension| extension.get("tlp_2_0"));
    let first = marking.definition.get("tlp");
    let meaning = match second.or(first) {
        Some(label) => Meaning::Tlp(label.as_str().map_or(Tlp::Red, Tlp::from_outside)),
        None if marking.definition_type.as_deref() == Some("tlp") => Meaning::Tlp(Tlp::Red),
        None => Meaning::Other,
    };
    Some((marking.id, meaning))
}

/// The id by which an object is marked.
pub(crate) fn id(tlp: Tlp) -> &'static str {
    TLP_2.iter().find(|(of, ..)| *of == tlp).map_or("", |(_, id, _)| id)
}

/// The definition itself, which a bundle carries for readers that do not know it.
pub(crate) fn definition(tlp: Tlp) -> Value {
    let label = TLP_2.iter().find(|(of, ..)| *of == tlp).map_or("red", |(.., label)| label);
    json!({
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": id(tlp),
        "created": "2022-10-01T00:00:00.000Z",
        "name": tlp.to_string(),
        "extensions": { EXTENSION: { "extension_type": "property-extension", "tlp_2_0": label } },
    })
}

#[derive(Deserialize)]
struct Marking {
    id: String,
    definition_type: Option<String>,
    #[serde(default)]
    definition: Value,
    #[serde(default)]
    extensions: Value,
}
