//! The STIX 2.1 bundle that MITRE publishes → [`Reference`]. Object types and their fields:
//! github.com/mitre-attack/attack-stix-data, USAGE.md. Only the fields named here are kept while reading.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use schema::{Analytic, LogSource, Reference, Tactic, Technique};
use serde::Deserialize;

use super::{
    Error,
    actors::{Actors, Group, KnownCampaign, Software},
};

/// Reads one ATT&CK bundle, unpacked. Techniques that MITRE has revoked or deprecated are kept as such, because
/// old rules and reports still name them.
///
/// Fails where the bytes are not a STIX bundle, or hold no ATT&CK matrix or technique.
pub fn read(bytes: &[u8]) -> Result<Reference, Error> {
    let bundle: Bundle<'_> =
        serde_json::from_slice(bytes).map_err(|error| Error::new(format!("not a STIX bundle: {error}")))?;
    let objects = Objects::of(&bundle);
    let matrix = objects.matrix().ok_or_else(|| Error::new("the bundle holds no ATT&CK matrix"))?;
    let techniques = objects.techniques();
    if techniques.is_empty() {
        return Err(Error::new("the bundle holds no ATT&CK technique"));
    }
    let named = matrix.attack_id().unwrap_or("unknown");
    Ok(Reference {
        domain: named.strip_suffix("-attack").unwrap_or(named).to_owned(),
        version: objects.version().unwrap_or("unknown").to_owned(),
        tactics: objects.tactics(matrix),
        techniques,
        analytics: objects.analytics(),
    })
}

/// Reads groups, software and campaigns from one ATT&CK bundle, without what MITRE has revoked or deprecated.
pub fn read_actors(bytes: &[u8]) -> Result<Actors, Error> {
    let bundle: Bundle<'_> =
        serde_json::from_slice(bytes).map_err(|error| Error::new(format!("not a STIX bundle: {error}")))?;
    let objects = Objects::of(&bundle);
    let matrix = objects.matrix().ok_or_else(|| Error::new("the bundle holds no ATT&CK matrix"))?;
    let named = matrix.attack_id().unwrap_or("unknown");
    let mut actors = Actors {
        domain: named.strip_suffix("-attack").unwrap_or(named).to_owned(),
        version: objects.version().unwrap_or("unknown").to_owned(),
        ..Actors::default()
    };
    for object in objects.in_order.iter().filter(|object| object.is_live()) {
        let Some(id) = object.attack_id().map(str::to_owned) else { continue };
        let (name, aliases) = (object.name.to_string(), object.other_names());
        let [techniques, software] = objects.used_by(object);
        match &*object.kind {
            "malware" | "tool" => drop(actors.software.insert(id, Software { name, aliases, techniques })),
            "intrusion-set" => drop(actors.groups.insert(id, Group { name, aliases, techniques, software })),
            "campaign" => {
                let groups = objects.targets(object, "attributed-to", |kind| kind == "intrusion-set");
                drop(actors.campaigns.insert(id, KnownCampaign { name, groups, techniques, software }));
            }
            _ => {}
        }
    }
    Ok(actors)
}

#[derive(Deserialize)]
struct Bundle<'a> {
    #[serde(borrow)]
    objects: Vec<Object<'a>>,
}

/// The union of the fields that we need of any object: a tagged enum would buffer every object first.
#[derive(Deserialize)]
struct Object<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, default)]
    name: Cow<'a, str>,
    #[serde(default)]
    revoked: bool,
    #[serde(default, rename = "x_mitre_deprecated")]
    deprecated: bool,
    #[serde(borrow, default)]
    external_references: Vec<ExternalReference<'a>>,
    #[serde(borrow, default)]
    kill_chain_phases: Vec<KillChainPhase<'a>>,
    #[serde(borrow, default)]
    relationship_type: Cow<'a, str>,
    #[serde(borrow, default)]
    source_ref: Cow<'a, str>,
    #[serde(borrow, default)]
    target_ref: Cow<'a, str>,
    #[serde(borrow, default)]
    aliases: Vec<Cow<'a, str>>,
    /// What `aliases` is called where the object is software.
    #[serde(borrow, default, rename = "x_mitre_aliases")]
    software_aliases: Vec<Cow<'a, str>>,
    #[serde(borrow, default)]
    tactic_refs: Vec<Cow<'a, str>>,
    #[serde(borrow, default, rename = "x_mitre_shortname")]
    shortname: Cow<'a, str>,
    #[serde(borrow, default, rename = "x_mitre_version")]
    version: Cow<'a, str>,
    #[serde(borrow, default, rename = "x_mitre_platforms")]
    platforms: Vec<Cow<'a, str>>,
    /// Before v18: `Network Traffic: Network Connection Creation`.
    #[serde(borrow, default, rename = "x_mitre_data_sources")]
    data_sources: Vec<Cow<'a, str>>,
    #[serde(borrow, default, rename = "x_mitre_analytic_refs")]
    analytic_refs: Vec<Cow<'a, str>>,
    #[serde(borrow, default, rename = "x_mitre_log_source_references")]
    log_sources: Vec<LogSourceReference<'a>>,
}

impl Object<'_> {
    fn is_live(&self) -> bool {
        !self.revoked && !self.deprecated
    }

    /// Names beside its own, ordered.
    fn other_names(&self) -> Vec<String> {
        let names: BTreeSet<&str> = self.aliases.iter().chain(&self.software_aliases).map(|name| &**name).collect();
        names.into_iter().filter(|name| *name != self.name).map(str::to_owned).collect()
    }

    /// `T1071.001`, `TA0011`, `enterprise-attack`: what ATT&CK itself calls the object.
    fn attack_id(&self) -> Option<&str> {
        let mut own = self.external_references.iter().filter(|reference| reference.source_name.starts_with("mitre-"));
        own.find_map(|reference| reference.external_id.as_deref())
    }
}

#[derive(Deserialize)]
struct ExternalReference<'a> {
    #[serde(borrow, default)]
    source_name: Cow<'a, str>,
    #[serde(borrow, default)]
    external_id: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct KillChainPhase<'a> {
    #[serde(borrow, default)]
    kill_chain_name: Cow<'a, str>,
    #[serde(borrow, default)]
    phase_name: Cow<'a, str>,
}

#[derive(Deserialize)]
struct LogSourceReference<'a> {
    #[serde(borrow, default)]
    name: Cow<'a, str>,
    #[serde(borrow, default)]
    channel: Cow<'a, str>,
    #[serde(borrow, default, rename = "x_mitre_data_component_ref")]
    data_component_ref: Cow<'a, str>,
}

/// The objects of a bundle by STIX id, and the relationships that lead to or from techniques.
struct Objects<'a> {
    by_id: HashMap<&'a str, &'a Object<'a>>,
    in_order: &'a [Object<'a>],
    /// Technique → what replaced it.
    revoked_by: HashMap<&'a str, &'a str>,
    /// Technique → detection strategies (v18) or data components (before).
    detected_by: HashMap<&'a str, Vec<&'a str>>,
    /// Group, software or campaign → what it uses or is attributed to, with the kind of the relationship.
    leads_to: HashMap<&'a str, Vec<(&'a str, &'a str)>>,
}

impl<'a> Objects<'a> {
    fn of(bundle: &'a Bundle<'a>) -> Self {
        let in_order = bundle.objects.as_slice();
        let by_id = in_order.iter().map(|object| (&*object.id, object)).collect();
        let mut revoked_by = HashMap::new();
        let mut detected_by: HashMap<&str, Vec<&str>> = HashMap::new();
        let mut leads_to: HashMap<&str, Vec<(&str, &str)>> = HashMap::new();
        for link in in_order.iter().filter(|object| object.kind == "relationship" && object.is_live()) {
            match &*link.relationship_type {
                "revoked-by" => {
                    revoked_by.insert(&*link.source_ref, &*link.target_ref);
                }
                "uses" | "attributed-to" => {
                    leads_to.entry(&*link.source_ref).or_default().push((&*link.relationship_type, &*link.target_ref));
                }
                "detects" => detected_by.entry(&*link.target_ref).or_default().push(&*link.source_ref),
                _ => {}
            }
        }
        Self { by_id, in_order, revoked_by, detected_by, leads_to }
    }

    /// Techniques and software that an object uses.
    fn used_by(&self, object: &Object<'_>) -> [Vec<String>; 2] {
        let techniques = self.targets(object, "uses", |kind| kind == "attack-pattern");
        [techniques, self.targets(object, "uses", |kind| kind == "malware" || kind == "tool")]
    }

    /// ATT&CK ids of what relationships of this kind lead to, ordered.
    fn targets(&self, object: &Object<'_>, relationship: &str, is_wanted: fn(&str) -> bool) -> Vec<String> {
        let links = self.leads_to.get(&*object.id).into_iter().flatten();
        let targets = links.filter(|(kind, _)| *kind == relationship).filter_map(|(_, id)| self.live(id));
        let ids: BTreeSet<&str> =
            targets.filter(|target| is_wanted(&target.kind)).filter_map(|target| target.attack_id()).collect();
        ids.into_iter().map(str::to_owned).collect()
    }

    fn live(&self, id: &str) -> Option<&'a Object<'a>> {
        self.by_id.get(id).copied().filter(|object| object.is_live())
    }

    fn matrix(&self) -> Option<&'a Object<'a>> {
        self.in_order.iter().find(|object| object.kind == "x-mitre-matrix" && object.is_live())
    }

    fn version(&self) -> Option<&'a str> {
        let collection = self.in_order.iter().find(|object| object.kind == "x-mitre-collection")?;
        (!collection.version.is_empty()).then_some(&*collection.version)
    }

    fn tactics(&self, matrix: &'a Object<'a>) -> Vec<Tactic> {
        let listed = matrix.tactic_refs.iter().filter_map(|id| self.live(id));
        listed
            .filter_map(|tactic| {
                Some(Tactic {
                    id: tactic.attack_id()?.to_owned(),
                    shortname: tactic.shortname.to_string(),
                    name: tactic.name.to_string(),
                })
            })
            .collect()
    }

    /// Techniques by id. Where an id is used twice, the one that MITRE still maintains wins.
    fn techniques(&self) -> BTreeMap<String, Technique> {
        let mut techniques: BTreeMap<String, Technique> = BTreeMap::new();
        for object in self.in_order.iter().filter(|object| object.kind == "attack-pattern") {
            let Some(technique) = self.technique(object) else { continue };
            let maintained = object.is_live();
            if maintained || !techniques.contains_key(&technique.id) {
                techniques.insert(technique.id.clone(), technique);
            }
        }
        techniques
    }

    fn technique(&self, object: &'a Object<'a>) -> Option<Technique> {
        let replaced_by = self.revoked_by.get(&*object.id).and_then(|id| self.by_id.get(id));
        let in_attack = |phase: &&KillChainPhase<'_>| phase.kill_chain_name.starts_with("mitre-");
        let real_platform = |platform: &&Cow<'_, str>| *platform != "None";
        Some(Technique {
            id: object.attack_id()?.to_owned(),
            name: object.name.to_string(),
            tactics: object.kill_chain_phases.iter().filter(in_attack).map(|p| p.phase_name.to_string()).collect(),
            platforms: object.platforms.iter().filter(real_platform).map(ToString::to_string).collect(),
            data_components: self.data_components(object).into_iter().map(str::to_owned).collect(),
            revoked_by: replaced_by.and_then(|object| object.attack_id()).map(str::to_owned),
            // Revoked without a successor is as good as deprecated: there is nothing to follow.
            deprecated: object.deprecated || (object.revoked && replaced_by.is_none()),
        })
    }

    /// What can show the technique: by detection strategies and their analytics (v18), by components that detect
    /// it directly (v10 to v17), or as the technique itself lists them (before).
    fn data_components(&self, object: &'a Object<'a>) -> BTreeSet<&'a str> {
        let mut names = BTreeSet::new();
        for detector in self.detected_by.get(&*object.id).into_iter().flatten().filter_map(|id| self.live(id)) {
            match &*detector.kind {
                "x-mitre-detection-strategy" => names.extend(self.components_of_strategy(detector)),
                "x-mitre-data-component" => {
                    names.insert(&*detector.name);
                }
                _ => {}
            }
        }
        if names.is_empty() {
            names.extend(object.data_sources.iter().filter_map(|source| source.split_once(": ")).map(|(_, part)| part));
        }
        names
    }

    fn components_of_strategy(&self, strategy: &'a Object<'a>) -> impl Iterator<Item = &'a str> {
        let analytics = strategy.analytic_refs.iter().filter_map(|id| self.live(id));
        let log_sources = analytics.flat_map(|analytic| &analytic.log_sources);
        log_sources.filter_map(|source| self.live(&source.data_component_ref)).map(|component| &*component.name)
    }
}

impl<'a> Objects<'a> {
    /// The analytics of the detection strategies of all techniques that are maintained, by id.
    fn analytics(&self) -> Vec<Analytic> {
        let mut analytics = Vec::new();
        for technique in self.in_order.iter().filter(|object| object.kind == "attack-pattern" && object.is_live()) {
            let Some(of) = technique.attack_id() else { continue };
            for strategy in self.detected_by.get(&*technique.id).into_iter().flatten().filter_map(|id| self.live(id)) {
                let parts = strategy.analytic_refs.iter().filter_map(|id| self.live(id));
                analytics.extend(parts.filter_map(|analytic| self.analytic(analytic, strategy, of)));
            }
        }
        analytics.sort_by(|a, b| (&a.id, &a.technique).cmp(&(&b.id, &b.technique)));
        analytics
    }

    fn analytic(&self, analytic: &'a Object<'a>, strategy: &'a Object<'a>, technique: &str) -> Option<Analytic> {
        let log_source = |source: &LogSourceReference<'a>| LogSource {
            name: source.name.to_string(),
            events: event_codes(&source.channel),
            data_component: self.live(&source.data_component_ref).map(|part| part.name.to_string()).unwrap_or_default(),
        };
        Some(Analytic {
            id: analytic.attack_id()?.to_owned(),
            strategy: strategy.attack_id()?.to_owned(),
            technique: technique.to_owned(),
            platforms: analytic.platforms.iter().map(ToString::to_string).collect(),
            log_sources: analytic.log_sources.iter().map(log_source).collect(),
        })
    }
}

/// `EventCode=3, 22` names codes; any other channel is prose.
fn event_codes(channel: &str) -> Vec<String> {
    let codes = channel.strip_prefix("EventCode=").unwrap_or_default().split(',').map(str::trim);
    let codes: Vec<&str> = codes.filter(|code| !code.is_empty()).collect();
    if codes.iter().any(|code| !code.bytes().all(|byte| byte.is_ascii_digit())) {
        return Vec::new();
    }
    codes.into_iter().map(str::to_owned).collect()
}
