//! Indicators of a STIX 2.1 bundle as claims. Only `indicator` objects are claims: an SCO is something seen, and says
//! nothing bad of itself. A pattern that names observables gives these; any other that one record can show is a claim
//! as it stands. Writing is `crate::stix`.

use std::collections::BTreeMap;

use schema::{Observable, Tlp};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Format, Intake, Said};
use crate::stix::{marking, pattern, read_pattern};

pub(super) static FORMAT: Format = Format {
    name: "stix",
    about: "a STIX 2.1 bundle, or a TAXII envelope: its indicators with their markings and what they indicate",
    recognizes,
    decode,
    decode_lines: None,
    encode: None,
};

/// Bytes within which `"bundle"` or `"objects"` must stand.
const SAMPLE: usize = 4_096;

fn recognizes(bytes: &[u8]) -> bool {
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    let object = sample.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    let holds = |word: &[u8]| sample.windows(word.len()).any(|window| window == word);
    object && (holds(b"\"bundle\"") || holds(b"\"objects\""))
}

fn decode(bytes: &[u8], intake: &mut Intake<'_>) {
    let envelope: Envelope<'_> = match serde_json::from_slice(bytes) {
        Ok(envelope) => envelope,
        Err(error) => {
            intake.seen();
            let place = format!("line {} column {}", error.line(), error.column());
            return intake.reject(place, "", format_args!("not a STIX bundle: {error}"));
        }
    };
    let context = Context::of(&envelope.objects);
    for (number, raw) in envelope.objects.iter().enumerate() {
        let is_indicator = object_type(raw).is_some_and(|kind| kind == "indicator");
        if !is_indicator {
            continue;
        }
        intake.seen();
        let taken = serde_json::from_str(raw.get())
            .map_err(|error| format!("not an indicator: {error}"))
            .and_then(|indicator: Indicator| take(&indicator, &context, intake));
        if let Err(reason) = taken {
            intake.reject(format_args!("objects[{number}]"), raw.get(), reason);
        }
    }
}

fn take(indicator: &Indicator, context: &Context, intake: &mut Intake<'_>) -> Result<(), String> {
    let foreign = indicator.pattern_type.as_deref().filter(|kind| *kind != "stix");
    if let Some(kind) = foreign {
        return Err(format!("patterns of type \"{kind}\" are not read"));
    }
    let time = |text: &Option<String>| match text {
        Some(text) => super::instant(text).map(Some).ok_or_else(|| format!("\"{text}\" is not a time")),
        None => Ok(None),
    };
    let about = context.indicated.get(&indicator.id);
    let producer = indicator.created_by_ref.as_ref().and_then(|id| context.names.get(id));
    let source = producer.map(|name| format!("{} ({name})", intake.defaults.source));
    let other = about.and_then(|about| about.other.clone());
    let labels: Vec<String> = other.into_iter().chain(indicator.labels.iter().cloned()).collect();
    let labels = labels.join(",");
    let said = Said {
        source: source.as_deref(),
        confidence: indicator.confidence.and_then(|confidence| u8::try_from(confidence.min(100)).ok()),
        tlp: context.tlp_of(&indicator.object_marking_refs),
        malware: about.and_then(|about| about.malware.as_deref()),
        actor: about.and_then(|about| about.actor.as_deref()),
        labels: (!labels.is_empty()).then_some(labels.as_str()),
        revoked: indicator.revoked,
        technique: about.and_then(|about| about.technique.as_deref()),
        valid_from: time(&indicator.valid_from)?,
        valid_until: time(&indicator.valid_until)?,
        reference: indicator.external_references.iter().find_map(|reference| reference.url.as_deref()),
        ..Said::default()
    };
    let observables = match pattern::observables(&indicator.pattern) {
        Ok(observables) if !observables.is_empty() => observables,
        _ => {
            read_pattern(&indicator.pattern).map_err(|refusal| refusal.to_string())?;
            vec![(Observable::Pattern, indicator.pattern.clone())]
        }
    };
    let (mut taken, mut reason) = (false, "the pattern names no observable that is matched here");
    for (kind, value) in &observables {
        match intake.value(Some(*kind), value, &said) {
            Ok(()) => taken = true,
            Err(refused) => reason = refused,
        }
    }
    if taken { Ok(()) } else { Err(reason.to_owned()) }
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    objects: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Typed {
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Indicator {
    #[serde(default)]
    id: String,
    pattern: String,
    pattern_type: Option<String>,
    confidence: Option<u64>,
    valid_from: Option<String>,
    valid_until: Option<String>,
    created_by_ref: Option<String>,
    #[serde(default)]
    revoked: bool,
    #[serde(default)]
    labels: Vec<String>,
    #[serde(default)]
    object_marking_refs: Vec<String>,
    #[serde(default)]
    external_references: Vec<ExternalReference>,
}

#[derive(Deserialize)]
struct ExternalReference {
    #[serde(default)]
    source_name: String,
    external_id: Option<String>,
    url: Option<String>,
}

#[derive(Deserialize)]
struct Relationship {
    relationship_type: String,
    source_ref: String,
    target_ref: String,
}

#[derive(Deserialize)]
struct Named {
    id: String,
    name: Option<String>,
    #[serde(default)]
    external_references: Vec<ExternalReference>,
}

#[derive(Default)]
struct Indicated {
    malware: Option<String>,
    actor: Option<String>,
    /// Name of what is neither: infrastructure, an identity.
    other: Option<String>,
    technique: Option<String>,
}

/// What the other objects of the bundle say about the indicators.
#[derive(Default)]
struct Context {
    /// Names of identities, malware, actors and the like, by id.
    names: BTreeMap<String, String>,
    markings: BTreeMap<String, marking::Meaning>,
    indicated: BTreeMap<String, Indicated>,
}

impl Context {
    fn of(objects: &[&RawValue]) -> Self {
        let mut context = Self::default();
        let mut techniques = BTreeMap::new();
        let mut indicates = Vec::new();
        for raw in objects {
            match object_type(raw).as_deref() {
                Some("marking-definition") => {
                    if let Some((id, meaning)) = marking::read(raw.get()) {
                        context.markings.insert(id, meaning);
                    }
                }
                Some("relationship") => {
                    let relationship = serde_json::from_str(raw.get()).ok();
                    indicates
                        .extend(relationship.filter(|found: &Relationship| found.relationship_type == "indicates"));
                }
                Some("attack-pattern") => {
                    if let Ok(named) = serde_json::from_str::<Named>(raw.get()) {
                        techniques.extend(technique_of(&named).map(|technique| (named.id, technique)));
                    }
                }
                Some(
                    "identity" | "malware" | "tool" | "threat-actor" | "intrusion-set" | "campaign" | "infrastructure",
                ) => {
                    if let Ok(Named { id, name: Some(name), .. }) = serde_json::from_str(raw.get()) {
                        context.names.insert(id, name);
                    }
                }
                _ => {}
            }
        }
        for relationship in indicates {
            let about = context.indicated.entry(relationship.source_ref).or_default();
            if let Some(name) = context.names.get(&relationship.target_ref) {
                let what = relationship.target_ref.split("--").next().unwrap_or_default();
                let place = match what {
                    "malware" | "tool" => &mut about.malware,
                    "threat-actor" | "intrusion-set" | "campaign" => &mut about.actor,
                    _ => &mut about.other,
                };
                place.get_or_insert_with(|| name.clone());
            }
            if let Some(technique) = techniques.get(&relationship.target_ref) {
                about.technique.get_or_insert_with(|| technique.clone());
            }
        }
        context
    }

    /// The strictest of the TLP markings; a marking that is neither known nor in the bundle means RED. `None` where
    /// nothing is said of TLP: then the caller's word for the whole content counts.
    fn tlp_of(&self, refs: &[String]) -> Option<Tlp> {
        refs.iter()
            .filter_map(|id| {
                let here = self.markings.get(id).copied();
                match here.or_else(|| marking::known(id).map(marking::Meaning::Tlp)) {
                    Some(marking::Meaning::Tlp(tlp)) => Some(tlp),
                    Some(marking::Meaning::Other) => None,
                    None => Some(Tlp::Red),
                }
            })
            .max()
    }
}

fn object_type(raw: &RawValue) -> Option<String> {
    serde_json::from_str::<Typed>(raw.get()).ok().map(|typed| typed.kind)
}

fn technique_of(named: &Named) -> Option<String> {
    let attack = named.external_references.iter().find(|reference| reference.source_name == "mitre-attack")?;
    attack.external_id.clone()
}
