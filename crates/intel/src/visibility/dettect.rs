//! Visibility for DeTT&CT: a file of data sources (version 1.1) and one of techniques (version 1.2), as its editor and
//! its command line read them. Format: the wiki of github.com/rabobank-cdc/DeTTECT.
//!
//! Scores are made from what was measured. What Margay does not measure (consistency, completeness of fields) is 0,
//! which DeTT&CT reads as unknown; that somebody looks for a technique is worth 1, "basic", because nothing here says
//! how well. Texts are quoted as in JSON, of which YAML 1.2 is an extension.

use std::collections::{BTreeMap, BTreeSet};

use schema::{Reference, Timestamp};

use super::{Flow, LogSources, TechniqueSeen};

/// The scale of timeliness: score, and the largest median of seconds from an event to its arrival.
const TIMELY: [(u8, f64); 4] = [(5, 300.0), (4, 3_600.0), (3, 86_400.0), (2, 7.0 * 86_400.0)];

/// The scale of retention: score, and the least days between the oldest record and the newest.
const RETAINED: [(u8, i64); 4] = [(5, 365), (4, 180), (3, 90), (2, 30)];

/// The scale of visibility: score, and the least share of what the best analytic asks for.
const VISIBLE: [(i8, f64); 4] = [(4, 1.0), (3, 2.0 / 3.0), (2, 1.0 / 3.0), (1, f64::MIN_POSITIVE)];

/// What the lake holds of one data component, from the hosts of one operating system or from the network.
#[derive(Debug, Default)]
struct Component<'a> {
    products: BTreeSet<String>,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    lag_s: Option<f64>,
    hosts: u64,
    os: Option<&'a str>,
}

/// `data-sources.yaml`. `hosts` are all hosts that logs come from, by operating system; `today` is when it is written.
pub fn data_sources(
    reference: &Reference,
    sources: &LogSources,
    flows: &[Flow],
    hosts: &BTreeMap<String, u64>,
    today: Timestamp,
) -> String {
    let components = components(reference, sources, flows);
    let mut out = Yaml::head("1.1", "data-source-administration", reference);
    out.list("systems", components.is_empty());
    for system in components.keys().map(|(_, system)| *system).collect::<BTreeSet<_>>() {
        out.line(1, &format!("- applicable_to: {}", quoted(system)));
        out.line(2, &format!("platform: [{}]", quoted(system)));
    }
    out.list("data_sources", components.is_empty());
    let mut before = "";
    for ((name, system), component) in &components {
        if *name != before {
            out.line(1, &format!("- data_source_name: {}", quoted(name)));
            out.line(2, "data_source:");
            before = name;
        }
        component.write(&mut out, system, hosts, today);
    }
    out.text
}

/// `techniques.yaml`: techniques that can be seen or that somebody looks for.
pub fn techniques(reference: &Reference, seen: &[TechniqueSeen], today: Timestamp) -> String {
    let mut out = Yaml::head("1.2", "technique-administration", reference);
    let platforms = reference.techniques.values().flat_map(|technique| &technique.platforms);
    let platforms: BTreeSet<String> = platforms.map(|platform| quoted(platform)).collect();
    out.line(0, &format!("platform: [{}]", listed(platforms)));
    let told: Vec<&TechniqueSeen> = seen.iter().filter(|one| one.share > 0.0 || !one.looking.is_empty()).collect();
    out.list("techniques", told.is_empty());
    for technique in told {
        write_technique(&mut out, technique, reference, today);
    }
    out.text
}

fn components<'a>(
    reference: &'a Reference,
    sources: &LogSources,
    flows: &'a [Flow],
) -> BTreeMap<(&'a str, &'static str), Component<'a>> {
    let asked = reference.analytics.iter().flat_map(|analytic| &analytic.log_sources);
    let asked: BTreeSet<(&str, &str)> =
        asked.map(|source| (source.data_component.as_str(), source.name.as_str())).collect();
    let mut components: BTreeMap<(&str, &str), Component<'_>> = BTreeMap::new();
    for (name, source) in asked {
        for flow in flows.iter().filter(|flow| sources.fits(source, flow)) {
            components.entry((name, system(flow))).or_default().add(flow);
        }
    }
    components
}

/// DeTT&CT's name of the platform.
fn system(flow: &Flow) -> &'static str {
    match flow.os.as_deref() {
        Some("windows") => "Windows",
        Some("linux") => "Linux",
        Some("macos") => "macOS",
        Some(_) => "all",
        None => "Network",
    }
}

impl<'a> Component<'a> {
    fn add(&mut self, flow: &'a Flow) {
        self.products.insert(flow.provider.clone().unwrap_or_else(|| flow.table.clone()));
        self.first = [self.first, flow.first].into_iter().flatten().min();
        self.last = self.last.max(flow.last);
        self.lag_s = [self.lag_s, flow.lag_s].into_iter().flatten().reduce(f64::max);
        self.hosts = self.hosts.max(flow.hosts);
        self.os = flow.os.as_deref();
    }

    fn write(&self, out: &mut Yaml, system: &str, hosts: &BTreeMap<String, u64>, today: Timestamp) {
        let of_all = self.os.and_then(|os| hosts.get(os)).copied().unwrap_or(0);
        let days = match (self.first, self.last) {
            (Some(first), Some(last)) => (last.seconds() - first.seconds()) / 86_400,
            _ => 0,
        };
        out.line(3, &format!("- applicable_to: [{}]", quoted(system)));
        out.line(4, &format!("date_registered: {}", date(today)));
        out.line(4, &format!("date_connected: {}", self.first.map_or_else(|| "null".to_owned(), date)));
        out.line(4, &format!("products: [{}]", listed(self.products.iter().map(|product| quoted(product)))));
        out.line(4, "available_for_data_analytics: true");
        out.line(4, "comment: \"measured by Margay\"");
        out.line(4, "data_quality:");
        out.line(5, &format!("device_completeness: {}", fifths(self.hosts, of_all)));
        out.line(5, "data_field_completeness: 0");
        out.line(5, &format!("timeliness: {}", self.lag_s.map_or(0, |lag| best(&TIMELY, |most| lag <= most))));
        out.line(5, "consistency: 0");
        out.line(5, &format!("retention: {}", best(&RETAINED, |least| days >= least)));
    }
}

fn write_technique(out: &mut Yaml, technique: &TechniqueSeen, reference: &Reference, today: Timestamp) {
    let detection = if technique.looking.is_empty() { -1 } else { 1 };
    let visible = VISIBLE.iter().find(|(_, least)| technique.share >= *least).map_or(0, |(score, _)| *score);
    let comment = technique.analytics.first().map_or_else(
        || format!("ATT&CK {} has no analytic for it", reference.version),
        |best| format!("{:.0} % of the logs of {} {}", best.share * 100.0, best.strategy, best.id),
    );
    out.line(1, &format!("- technique_id: {}", technique.id));
    out.line(2, &format!("technique_name: {}", quoted(&technique.name)));
    out.line(2, "detection:");
    out.line(3, "- applicable_to: [\"all\"]");
    out.line(4, &format!("location: [{}]", listed(technique.looking.iter().map(|name| quoted(name)))));
    out.scored(today, detection, "");
    out.line(2, "visibility:");
    out.line(3, "- applicable_to: [\"all\"]");
    out.scored(today, visible, &comment);
}

#[derive(Debug, Default)]
struct Yaml {
    text: String,
}

impl Yaml {
    fn head(version: &str, kind: &str, reference: &Reference) -> Self {
        let mut out = Self::default();
        out.line(0, &format!("version: {version}"));
        out.line(0, &format!("file_type: {kind}"));
        out.line(0, &format!("name: {}", quoted(&format!("Margay, ATT&CK {}", reference.version))));
        out.line(0, &format!("domain: {}-attack", reference.domain));
        out
    }

    fn line(&mut self, depth: usize, text: &str) {
        self.text.push_str(&"  ".repeat(depth));
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn list(&mut self, name: &str, is_empty: bool) {
        self.line(0, &format!("{name}:{}", if is_empty { " []" } else { "" }));
    }

    fn scored(&mut self, today: Timestamp, score: i8, comment: &str) {
        self.line(4, "comment: \"\"");
        self.line(4, "score_logbook:");
        self.line(5, &format!("- date: {}", date(today)));
        self.line(6, &format!("score: {score}"));
        self.line(6, &format!("comment: {}", quoted(comment)));
        self.line(6, "auto_generated: true");
    }
}

fn listed(texts: impl IntoIterator<Item = String>) -> String {
    texts.into_iter().collect::<Vec<_>>().join(", ")
}

/// The highest score whose bound holds; where none does, 1: there are records.
fn best<T: Copy>(scale: &[(u8, T)], holds: impl Fn(T) -> bool) -> u8 {
    scale.iter().find(|(_, bound)| holds(*bound)).map_or(1, |(score, _)| *score)
}

/// 0 where it is not known of how many; else 1 to 5.
fn fifths(n: u64, of: u64) -> u64 {
    if of == 0 { 0 } else { (n.min(of) * 5).div_ceil(of).max(1) }
}

/// The day, which YAML reads as a date.
fn date(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
