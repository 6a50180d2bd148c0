//! MISP events as claims: attributes alone and within objects, with their tags and the event's. Core format:
//! misp-standard.org/rfc/misp-standard-core.html
//!
//! Descriptions (texts, comments, links) are no indicators and are passed over. An attribute whose `to_ids` is false was
//! written down for people: it is taken with a confidence that makes it a lead at most.

use std::collections::BTreeSet;

use schema::Tlp;
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use super::{Format, Intake, Said, kind_of};

pub(super) static FORMAT: Format = Format {
    name: "misp",
    about: "MISP events: one, a list of them, or the answer of a search, with tags, galaxies and objects",
    recognizes,
    decode,
    decode_lines: None,
    encode: None,
};

/// Bytes within which `"Event"` must stand.
const SAMPLE: usize = 4_096;

/// Confidence of what its makers did not mean for detection: below that of which threat events are made.
const NOT_FOR_DETECTION: u8 = 5;

/// Types that describe, and name nothing that could be met in telemetry.
const DESCRIPTIONS: &[&str] = &[
    "text",
    "comment",
    "other",
    "datetime",
    "link",
    "port",
    "size-in-bytes",
    "float",
    "counter",
    "boolean",
    "hex",
    "target-location",
    "target-org",
    "target-user",
    "target-machine",
    "target-external",
    "attachment",
    "malware-sample",
    "campaign-name",
    "threat-actor",
    "whois-registrar",
    "whois-creation-date",
    "yara",
    "sigma",
    "snort",
    "zeek",
];

fn recognizes(bytes: &[u8]) -> bool {
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    let is_json = matches!(sample.iter().find(|byte| !byte.is_ascii_whitespace()), Some(b'{' | b'['));
    let holds = |word: &[u8]| sample.windows(word.len()).any(|window| window == word);
    is_json && holds(b"\"Event\"") && !holds(b"\"EventID\"")
}

fn decode(bytes: &[u8], intake: &mut Intake<'_>) {
    let events = match events(bytes) {
        Ok(events) => events,
        Err(error) => {
            intake.seen();
            let place = format!("line {} column {}", error.line(), error.column());
            return intake.reject(place, "", format_args!("not a MISP event: {error}"));
        }
    };
    for (number, event) in events.iter().enumerate() {
        let place = if events.len() == 1 { "Event".to_owned() } else { format!("[{number}].Event") };
        take_event(event, &place, intake);
    }
}

fn take_event(event: &Event<'_>, place: &str, intake: &mut Intake<'_>) {
    let maker = event.orgc.as_ref().map(|maker| format!("{} ({})", intake.defaults.source, maker.name));
    let links = event.attributes.iter().filter_map(|raw| serde_json::from_str::<Attribute>(raw.get()).ok());
    let reference = links.filter(|attribute| attribute.kind == "link").map(|link| link.value).next();
    let context = Context { maker, reference, of_event: Tagged::of(&event.tags, &event.galaxies) };
    for (number, raw) in event.attributes.iter().enumerate() {
        take_attribute(raw, &context, None, &format!("{place}.Attribute[{number}]"), intake);
    }
    for (object_number, object) in event.objects.iter().enumerate() {
        if is_true(&object.deleted) {
            continue;
        }
        for (number, raw) in object.attributes.iter().enumerate() {
            let place = format!("{place}.Object[{object_number}].Attribute[{number}]");
            take_attribute(raw, &context, object.name.as_deref(), &place, intake);
        }
    }
}

/// What holds for all attributes of an event.
struct Context {
    maker: Option<String>,
    reference: Option<String>,
    of_event: Tagged,
}

fn take_attribute(raw: &RawValue, context: &Context, object: Option<&str>, place: &str, intake: &mut Intake<'_>) {
    let attribute: Attribute = match serde_json::from_str(raw.get()) {
        Ok(attribute) => attribute,
        Err(error) => {
            intake.seen();
            return intake.reject(place, raw.get(), format_args!("not an attribute: {error}"));
        }
    };
    let describes = DESCRIPTIONS.contains(&attribute.kind.as_str()) || attribute.kind.starts_with("target-");
    if describes || is_true(&attribute.deleted) {
        return;
    }
    intake.seen();
    if let Err(reason) = attribute.take(context, object, intake) {
        intake.reject(place, raw.get(), reason);
    }
}

impl Attribute {
    fn take(&self, context: &Context, object: Option<&str>, intake: &mut Intake<'_>) -> Result<(), String> {
        let own = Tagged::of(&self.tags, &self.galaxies);
        let event = &context.of_event;
        // An address within an object that only says where something was hosted is as good as one by itself.
        let for_detection = is_true(&self.to_ids);
        let confidence = (!for_detection).then(|| intake.defaults.confidence.min(NOT_FOR_DETECTION));
        let said = Said {
            source: context.maker.as_deref(),
            confidence,
            tlp: own.tlp.max(event.tlp),
            malware: own.malware.as_deref().or(event.malware.as_deref()),
            actor: own.actor.as_deref().or(event.actor.as_deref()),
            first_seen: self.first_seen.as_deref().and_then(super::instant),
            last_seen: self.last_seen.as_deref().and_then(super::instant),
            technique: own.technique.as_deref(),
            reference: context.reference.as_deref(),
            ..Said::default()
        };
        let (kinds, values) = (self.kind.split('|'), self.value.splitn(2, '|'));
        let mut reason = format!("attributes of type \"{}\" are not matched", self.kind);
        let mut taken = false;
        for (kind, value) in kinds.zip(values) {
            let name_of_file = kind == "filename" && self.kind != "filename";
            let no_observable = matches!(kind, "port" | "value") || name_of_file;
            if no_observable {
                continue;
            }
            match kind_of(kind).and_then(|kind| intake.value(Some(kind), value, &said).map_err(str::to_owned)) {
                Ok(()) => taken = true,
                Err(why) => reason = object.map_or_else(|| why.clone(), |object| format!("{why} (in {object})")),
            }
        }
        if taken { Ok(()) } else { Err(reason) }
    }
}

/// What tags and galaxies say.
#[derive(Default)]
struct Tagged {
    tlp: Option<Tlp>,
    malware: Option<String>,
    actor: Option<String>,
    technique: Option<String>,
}

/// Galaxies that name malware, the most particular first.
const MALWARE: &[&str] = &[
    "malpedia",
    "ransomware",
    "rat",
    "stealer",
    "banker",
    "botnet",
    "backdoor",
    "cryptominers",
    "mitre-malware",
    "malware",
    "tool",
    "mitre-tool",
];

/// Galaxies that name who is behind it.
const ACTORS: &[&str] = &["threat-actor", "mitre-intrusion-set", "microsoft-activity-group"];

impl Tagged {
    fn of(tags: &[Tag], galaxies: &[Galaxy]) -> Self {
        let (mut malware, mut actors) = (Ranked::new(), Ranked::new());
        let mut tagged = Self::default();
        for tag in tags {
            let lower = tag.name.to_ascii_lowercase();
            if lower.starts_with("tlp:") {
                tagged.tlp = tagged.tlp.max(Some(Tlp::from_outside(&tag.name)));
            }
            let Some((galaxy, cluster)) = lower.strip_prefix("misp-galaxy:").and_then(|_| cluster(&tag.name)) else {
                continue;
            };
            tagged.note(galaxy, cluster, &mut malware, &mut actors);
        }
        for cluster in galaxies.iter().flat_map(|galaxy| &galaxy.clusters) {
            tagged.note(&cluster.kind, &cluster.value, &mut malware, &mut actors);
        }
        tagged.malware = malware.into_iter().next().map(|(_, name)| name);
        tagged.actor = actors.into_iter().next().map(|(_, name)| name);
        tagged
    }

    fn note(&mut self, galaxy: &str, cluster: &str, malware: &mut Ranked, actors: &mut Ranked) {
        if galaxy.contains("attack-pattern") {
            self.technique = self.technique.take().or_else(|| technique(cluster));
        }
        let rank = |known: &[&str]| known.iter().position(|known| *known == galaxy);
        malware.extend(rank(MALWARE).map(|rank| (rank, cluster.to_owned())));
        actors.extend(rank(ACTORS).map(|rank| (rank, cluster.to_owned())));
    }
}

/// Names, the most particular first.
type Ranked = BTreeSet<(usize, String)>;

/// `misp-galaxy:threat-actor="Turla Group"` as its two parts.
fn cluster(tag: &str) -> Option<(&str, &str)> {
    let (galaxy, cluster) = tag.split_once(':')?.1.split_once('=')?;
    Some((galaxy, cluster.trim_matches('"')))
}

/// The id at the end of `Spearphishing Attachment - T1566.001`.
fn technique(cluster: &str) -> Option<String> {
    let id = cluster.rsplit(" - ").next()?.trim();
    let digits = id.strip_prefix('T')?;
    let is_id = digits.len() >= 4 && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    is_id.then(|| id.to_owned())
}

/// Flags come as JSON's own, as numbers and as texts.
fn is_true(flag: &Value) -> bool {
    match flag {
        Value::Bool(is) => *is,
        Value::Number(number) => number.as_i64() == Some(1),
        Value::String(text) => text == "1" || text.eq_ignore_ascii_case("true"),
        _ => false,
    }
}

fn of_list(list: Vec<One<'_>>) -> Vec<Event<'_>> {
    list.into_iter().map(|one| one.event).collect()
}

/// One event, a list of them, the answer of a search for events, or that of a search for attributes.
fn events(bytes: &[u8]) -> serde_json::Result<Vec<Event<'_>>> {
    let is_list = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    if is_list {
        return serde_json::from_slice(bytes).map(of_list);
    }
    let top: Top<'_> = serde_json::from_slice(bytes)?;
    match (top.event, top.response) {
        (Some(event), _) => Ok(vec![event]),
        (None, Some(response)) if response.get().starts_with('[') => serde_json::from_str(response.get()).map(of_list),
        (None, Some(response)) => serde_json::from_str(response.get()).map(|event| vec![event]),
        (None, None) => Err(serde::de::Error::custom("neither \"Event\" nor \"response\"")),
    }
}

#[derive(Deserialize)]
struct Top<'a> {
    #[serde(borrow, rename = "Event")]
    event: Option<Event<'a>>,
    #[serde(borrow)]
    response: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct One<'a> {
    #[serde(borrow, rename = "Event")]
    event: Event<'a>,
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow, default, rename = "Attribute")]
    attributes: Vec<&'a RawValue>,
    #[serde(borrow, default, rename = "Object")]
    objects: Vec<Object<'a>>,
    #[serde(default, rename = "Tag")]
    tags: Vec<Tag>,
    #[serde(default, rename = "Galaxy")]
    galaxies: Vec<Galaxy>,
    #[serde(rename = "Orgc")]
    orgc: Option<Maker>,
}

#[derive(Deserialize)]
struct Object<'a> {
    name: Option<String>,
    #[serde(default)]
    deleted: Value,
    #[serde(borrow, default, rename = "Attribute")]
    attributes: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Attribute {
    #[serde(rename = "type")]
    kind: String,
    value: String,
    #[serde(default)]
    to_ids: Value,
    #[serde(default)]
    deleted: Value,
    first_seen: Option<String>,
    last_seen: Option<String>,
    #[serde(default, rename = "Tag")]
    tags: Vec<Tag>,
    #[serde(default, rename = "Galaxy")]
    galaxies: Vec<Galaxy>,
}

#[derive(Deserialize)]
struct Tag {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct Galaxy {
    #[serde(default, rename = "GalaxyCluster")]
    clusters: Vec<Cluster>,
}

#[derive(Deserialize)]
struct Cluster {
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    value: String,
}

#[derive(Deserialize)]
struct Maker {
    #[serde(default)]
    name: String,
}
