//! What an event can share with another one, and how much each sort of it can say. Output: `Item`; next: `weigh`.

use std::net::IpAddr;

use schema::{EntityKind, Observable, ThreatEvent, Timestamp};

use super::sides::{self, Sides};
use crate::classify::anchor::{self, Anchor};

/// A vertex of the Diamond Model, or what stands between events: evidence of one vertex is not independent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Vertex {
    Infrastructure,
    Capability,
    Victim,
    Behavior,
}

/// What sort of thing two events share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Address,
    /// The registered name: all names of one owner.
    Domain,
    Url,
    Certificate,
    Mail,
    Hash,
    /// JA3, JA4 and the like, and user agents.
    Fingerprint,
    /// What is left behind on a host: a pipe, a registry key, a file name.
    Artifact,
    Family,
    Host,
    Account,
    Technique,
}

/// What is known of a kind, stated once. `m` and what `u` is made of are the two probabilities of Fellegi and Sunter.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    pub name: &'static str,
    pub vertex: Vertex,
    /// Probability that two events of one campaign share a thing of this kind.
    pub m: f64,
    /// Of other events that have it too, the share that is presumed to be of other campaigns.
    pub unrelated: f64,
    /// The most that it may say, in bits, however rare it is: the world is larger than what we have seen of it.
    pub bits_max: f64,
    /// It is ours: how many there are is known, and chance meets one of them by their number.
    pub is_ours: bool,
    /// Whether an attacker can put it there as he likes: copy a file, imitate a client, forge a sender.
    pub forgeable: bool,
    /// Whether events are looked up by it. What is never enough by itself supports links and finds none.
    pub finds: bool,
    /// A thing of more events is no way to find related ones: it is a crowd.
    pub events_max: usize,
}

impl Kind {
    pub const ALL: [Self; 12] = [
        Self::Address,
        Self::Domain,
        Self::Url,
        Self::Certificate,
        Self::Mail,
        Self::Hash,
        Self::Fingerprint,
        Self::Artifact,
        Self::Family,
        Self::Host,
        Self::Account,
        Self::Technique,
    ];

    pub fn facts(self) -> Facts {
        let fact = |name, vertex, m, unrelated, bits_max| Facts {
            name,
            vertex,
            m,
            unrelated,
            bits_max,
            is_ours: false,
            forgeable: false,
            finds: true,
            events_max: 20_000,
        };
        match self {
            // Servers are rented to one after another, and many names live behind one address.
            Self::Address => fact("address", Vertex::Infrastructure, 0.5, 0.02, 12.0),
            // Whoever registered it steers what happens there.
            Self::Domain => fact("domain", Vertex::Infrastructure, 0.6, 0.005, 14.0),
            Self::Url => fact("URL", Vertex::Infrastructure, 0.3, 0.005, 14.0),
            Self::Certificate => fact("certificate", Vertex::Infrastructure, 0.4, 0.01, 13.0),
            Self::Mail => Facts { forgeable: true, ..fact("mail address", Vertex::Infrastructure, 0.4, 0.1, 9.0) },
            Self::Hash => Facts { forgeable: true, ..fact("file", Vertex::Capability, 0.4, 0.1, 12.0) },
            // Programs of one kind look alike, whoever runs them.
            Self::Fingerprint => Facts {
                finds: false,
                forgeable: true,
                events_max: 500,
                ..fact("client", Vertex::Capability, 0.5, 1.0, 3.0)
            },
            Self::Artifact => {
                Facts { forgeable: true, events_max: 500, ..fact("artifact", Vertex::Capability, 0.3, 0.5, 8.0) }
            }
            // Families are sold and shared, and the name is somebody's claim.
            Self::Family => Facts { finds: false, ..fact("malware family", Vertex::Capability, 0.4, 1.0, 4.0) },
            // An intruder who is at work on a host makes ten events there in a day.
            Self::Host => Facts { is_ours: true, events_max: 2_000, ..fact("host", Vertex::Victim, 0.6, 0.25, 9.0) },
            Self::Account => {
                Facts { is_ours: true, events_max: 2_000, ..fact("account", Vertex::Victim, 0.5, 0.25, 9.0) }
            }
            Self::Technique => {
                Facts { finds: false, forgeable: true, ..fact("technique", Vertex::Behavior, 0.4, 1.0, 2.0) }
            }
        }
    }
}

/// Something that an event has, in canonical form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Thing {
    pub kind: Kind,
    pub value: String,
}

impl Thing {
    pub fn new(kind: Kind, value: impl Into<String>) -> Self {
        Self { kind, value: value.into() }
    }

    /// Whose name a name is: its registered domain, or the name itself where it is one of many that share one.
    pub fn owner(name: &str) -> String {
        of_name(name).map_or_else(|| name.to_lowercase(), |thing| thing.value)
    }
}

/// What correlation reads of an event.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Item {
    pub id: String,
    pub first_seen: Timestamp,
    pub last_seen: Timestamp,
    /// The furthest phase of the kill chain, 1 to 7; 0 where it is not known.
    pub phase: u8,
    pub things: Vec<Thing>,
    /// Those of its things that were attacked, and did nothing themselves: everybody attacks what can be reached.
    #[serde(default)]
    pub attacked: Vec<Thing>,
}

/// Things kept of one event: an event that names thousands is a scan, and a few say the same.
const THINGS_MAX: usize = 64;
/// Longer values are none that people compare.
const VALUE_BYTES_MAX: usize = 512;

impl Item {
    /// Reads an event. `more` is what else is known of it: certificates and clients of the records behind it.
    pub fn of(event: &ThreatEvent, more: impl IntoIterator<Item = Thing>) -> Self {
        let Sides { ours, theirs, ours_attacked, theirs_attacked } = sides::of(event);
        let attacked = ours.iter().filter(|_| ours_attacked).chain(theirs.iter().filter(|_| theirs_attacked));
        let is_ours = |thing: &&Thing| thing.kind.facts().vertex == Vertex::Victim;
        let attacked = bounded(attacked.filter(is_ours).cloned().collect());
        let mut things = ours;
        things.extend(theirs);
        // Lists name malware; detectors name what they saw: a flood, a scan.
        let names_malware = |detector: &String| NAMING_MALWARE.iter().any(|name| detector.starts_with(name));
        let is_listed = event.detectors.iter().any(names_malware);
        let families = event.diamond.capability.values.iter().filter(|name| is_listed && !is_technique_line(name));
        things.extend(families.map(|name| Thing::new(Kind::Family, name.to_lowercase())));
        things.extend(more);
        let mut things = bounded(things);
        let techniques = event.techniques.iter().map(|claim| Thing::new(Kind::Technique, claim.id.clone()));
        things.extend(techniques.take(THINGS_MAX));
        things.sort_unstable();
        things.dedup();
        let phase = event.phases.iter().map(|phase| phase.number()).max().unwrap_or(0);
        Self {
            id: event.id.clone(),
            first_seen: event.first_seen,
            last_seen: event.last_seen.max(event.first_seen),
            phase,
            things,
            attacked,
        }
    }

    /// First and last second.
    pub(super) fn span(&self) -> (i64, i64) {
        (self.first_seen.seconds(), self.last_seen.seconds())
    }

    /// Calls a thing by another name wherever it stands: a host by the one name that it has, for one.
    pub fn rename(&mut self, mut name: impl FnMut(&Thing) -> Option<Thing>) {
        for things in [&mut self.things, &mut self.attacked] {
            for thing in things.iter_mut() {
                if let Some(other) = name(thing) {
                    *thing = other;
                }
            }
            things.sort_unstable();
            things.dedup();
        }
    }
}

/// Detectors whose words for a capability may be names of malware.
const NAMING_MALWARE: [&str; 4] = ["indicator", "rule", "correlation", "pattern"];

fn bounded(mut things: Vec<Thing>) -> Vec<Thing> {
    things.retain(|thing| !thing.value.is_empty() && thing.value.len() <= VALUE_BYTES_MAX);
    things.sort_unstable();
    things.dedup();
    things.truncate(THINGS_MAX);
    things
}

pub(super) fn of_entity(kind: EntityKind, value: &str) -> Vec<Thing> {
    match kind {
        EntityKind::Host => vec![Thing::new(Kind::Host, value.to_lowercase())],
        EntityKind::Account => vec![Thing::new(Kind::Account, value.to_lowercase())],
        EntityKind::Ip => of_address(value).into_iter().collect(),
        EntityKind::Domain => of_name(value).into_iter().collect(),
        EntityKind::Url => of_url(value),
        EntityKind::File => vec![Thing::new(Kind::Hash, value.to_lowercase())],
        EntityKind::Email => vec![Thing::new(Kind::Mail, value.to_lowercase())],
        EntityKind::Fingerprint => vec![Thing::new(Kind::Fingerprint, value)],
        EntityKind::Artifact => vec![Thing::new(Kind::Artifact, value)],
    }
}

pub(super) fn of_observable(kind: Observable, value: &str) -> Vec<Thing> {
    match kind {
        Observable::Certificate | Observable::CertificateSerial => {
            vec![Thing::new(Kind::Certificate, value.to_lowercase())]
        }
        Observable::FileName | Observable::FilePath => vec![Thing::new(Kind::Artifact, value.to_lowercase())],
        // Everybody scans from there, or is attacked through it.
        Observable::Asn | Observable::Cve => Vec::new(),
        other => of_entity(EntityKind::from(other), value),
    }
}

/// The Diamond names its infrastructure by values alone. What was cut or escaped for people is no value.
pub(super) fn of_text(value: &str) -> Vec<Thing> {
    if value.contains(['…', '\\', ' ']) {
        return Vec::new();
    }
    if value.contains("://") {
        return of_url(value);
    }
    if value.contains('@') {
        return vec![Thing::new(Kind::Mail, value.to_lowercase())];
    }
    of_address(value).or_else(|| of_name(value)).into_iter().collect()
}

/// An address of ours is a host; loopback and the like are nobody's.
fn of_address(value: &str) -> Option<Thing> {
    let address = anchor::address(value)?;
    let is_nobody = address.is_loopback() || address.is_unspecified() || address.is_multicast();
    let kind = if is_own(address) { Kind::Host } else { Kind::Address };
    (!is_nobody).then(|| Thing::new(kind, address.to_string()))
}

fn is_own(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

/// A name with a dot is somebody's domain, one without is a host.
fn of_name(value: &str) -> Option<Thing> {
    // Parts of requests and other texts that are no names, whatever dots they have.
    if !value.chars().all(|char| char.is_alphanumeric() || matches!(char, '.' | '-' | '_')) {
        return None;
    }
    let entity = schema::Entity::new(EntityKind::Domain, value);
    match Anchor::of_entity(&entity) {
        Anchor::Owner(name) if name.contains('.') => Some(Thing::new(Kind::Domain, name)),
        Anchor::Owner(name) if !name.is_empty() => Some(Thing::new(Kind::Host, name)),
        Anchor::Thing(..) => of_address(value),
        _ => None,
    }
}

fn of_url(value: &str) -> Vec<Thing> {
    let host = Anchor::of_entity(&schema::Entity::new(EntityKind::Url, value));
    let host = match host {
        Anchor::Owner(name) => of_name(&name),
        Anchor::Thing(_, address) => of_address(&address),
        Anchor::Deeds(..) => None,
    };
    host.into_iter().chain([Thing::new(Kind::Url, value)]).collect()
}

/// `T1071.001 Web Protocols`: what the Diamond says where no malware has a name.
fn is_technique_line(text: &str) -> bool {
    let id = text.split(' ').next().unwrap_or_default();
    id.len() >= 5 && id.starts_with('T') && id.bytes().skip(1).all(|byte| byte.is_ascii_digit() || byte == b'.')
}
