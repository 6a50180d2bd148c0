//! What may stand in a block list, and what was left out of it and why.

use std::{collections::BTreeMap, net::IpAddr};

use schema::{Claim, Observable, Timestamp, Tlp, observe};

use super::{Entry, Form};
use crate::redact::release;

/// Examples that are kept of each reason.
const EXAMPLES: usize = 5;

/// What a list is made under.
pub struct Policy<'a> {
    pub form: &'static Form,
    pub now: Timestamp,
    /// What is marked more strictly does not leave.
    pub ceiling: Tlp,
    /// Claims below this confidence block nothing.
    pub confidence_min: u8,
    /// Only these kinds; all that the form takes where there are none.
    pub kinds: &'a [Observable],
    /// Networks of more addresses than these prefixes leave are not blocked.
    pub prefix_min_v4: u8,
    pub prefix_min_v6: u8,
    /// Networks and names of our own.
    pub own: &'a [String],
    /// The list of things that are not bad by themselves which names this value, if one does.
    pub warned: &'a dyn Fn(Observable, &str) -> Option<String>,
}

impl std::fmt::Debug for Policy<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Policy").field("form", &self.form.name).field("ceiling", &self.ceiling).finish_non_exhaustive()
    }
}

/// What goes into the list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Chosen {
    /// In order of kind and value.
    pub entries: Vec<Entry>,
    /// By reason, in order of reasons.
    pub left_out: Vec<LeftOut>,
}

/// Values that were left out for one reason.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct LeftOut {
    pub reason: String,
    pub n: u64,
    pub examples: Vec<String>,
}

/// Chooses from claims, which may come in any order, what may be blocked.
pub fn choose(claims: impl IntoIterator<Item = Claim>, policy: &Policy<'_>) -> Chosen {
    let mut by_value: BTreeMap<(Observable, String), Result<Entry, String>> = BTreeMap::new();
    for claim in claims {
        let key = (claim.kind, claim.value.clone());
        let judged = judge_claim(&claim, policy).map(|()| entry(claim));
        match (by_value.get_mut(&key), judged) {
            (Some(Ok(known)), Ok(more)) => known.add(more),
            (Some(known @ Err(_)), Ok(entry)) => *known = Ok(entry),
            // One claim that counts is enough, whatever is wrong with the others.
            (Some(_), Err(_)) => {}
            (None, judged) => drop(by_value.insert(key, judged)),
        }
    }
    let own = Own::of(policy.own);
    let mut chosen = Chosen::default();
    let mut left_out: BTreeMap<String, LeftOut> = BTreeMap::new();
    for ((kind, value), judged) in by_value {
        match judged.and_then(|entry| judge_value(kind, &value, policy, &own).map(|()| entry)) {
            Ok(entry) => chosen.entries.push(entry),
            Err(reason) => {
                let of_reason = left_out.entry(reason.clone()).or_insert(LeftOut { reason, ..LeftOut::default() });
                of_reason.n += 1;
                if of_reason.examples.len() < EXAMPLES {
                    of_reason.examples.push(value);
                }
            }
        }
    }
    chosen.left_out = left_out.into_values().collect();
    chosen
}

/// Whether this claim counts at all.
fn judge_claim(claim: &Claim, policy: &Policy<'_>) -> Result<(), String> {
    let wanted = policy.kinds.is_empty() || policy.kinds.contains(&claim.kind);
    let ended = claim.valid_until.is_some_and(|until| until <= policy.now);
    let not_yet = claim.valid_from.is_some_and(|from| from > policy.now);
    let why = match () {
        () if !wanted || !(policy.form.takes)(claim.kind, &claim.value) => {
            return Err(format!("nothing that \"{}\" can block", policy.form.name));
        }
        () if !release(claim.tlp, policy.ceiling) => "marked more strictly than the ceiling",
        () if claim.revoked => "taken back by its source",
        () if ended => "no longer stood by",
        () if not_yet => "not stood by yet",
        () if claim.confidence < policy.confidence_min => "claimed with too little confidence",
        () => return Ok(()),
    };
    Err(why.to_owned())
}

/// Whether this value may be blocked, whoever claims it.
fn judge_value(kind: Observable, value: &str, policy: &Policy<'_>, own: &Own) -> Result<(), String> {
    if let Some(refusal) = observe::too_broad(kind, value) {
        return Err(refusal.reason().to_owned());
    }
    if let Some(why) = own.holds(kind, value) {
        return Err(why.to_owned());
    }
    if let Some((first, length)) = network_of(kind, value) {
        let least = if first.is_ipv4() { policy.prefix_min_v4 } else { policy.prefix_min_v6 };
        if length < least {
            return Err("a network that is too wide".to_owned());
        }
    }
    match (policy.warned)(kind, value) {
        Some(list) => Err(format!("on the warning list \"{list}\"")),
        None => Ok(()),
    }
}

fn entry(claim: Claim) -> Entry {
    Entry {
        confidence: claim.confidence,
        tlp: claim.tlp,
        label: claim.label().map(str::to_owned),
        technique: claim.technique,
        first_seen: claim.first_seen.or(claim.valid_from),
        valid_until: claim.valid_until,
        reference: claim.reference,
        sources: vec![claim.source],
        kind: claim.kind,
        value: claim.value,
    }
}

impl Entry {
    /// Another claim about the same thing.
    fn add(&mut self, other: Self) {
        let more_sure = other.confidence > self.confidence;
        if more_sure || self.label.is_none() {
            self.label = other.label.or(self.label.take());
        }
        if more_sure || self.reference.is_none() {
            self.reference = other.reference.or(self.reference.take());
        }
        self.technique = self.technique.take().or(other.technique);
        self.confidence = self.confidence.max(other.confidence);
        self.tlp = self.tlp.max(other.tlp);
        self.first_seen = self.first_seen.into_iter().chain(other.first_seen).min();
        self.valid_until = self.valid_until.zip(other.valid_until).map(|(one, two)| one.max(two));
        self.sources.extend(other.sources);
        self.sources.sort();
        self.sources.dedup();
    }
}

/// What is ours.
struct Own {
    networks: Vec<(IpAddr, u8)>,
    names: Vec<String>,
}

impl Own {
    fn of(own: &[String]) -> Self {
        let single = |text: &String| observe::parse_ip(text).map(|ip| (ip, if ip.is_ipv4() { 32 } else { 128 }));
        let network = |text: &String| observe::parse_network(text).or_else(|| single(text));
        let names = own.iter().filter(|text| network(text).is_none());
        Self {
            networks: own.iter().filter_map(network).collect(),
            names: names.filter_map(|name| observe::canonical(Observable::Domain, name).ok()).map(Into::into).collect(),
        }
    }

    /// Why blocking this would block ourselves.
    fn holds(&self, kind: Observable, value: &str) -> Option<&'static str> {
        if let Some(network) = network_of(kind, value) {
            let ours = self.networks.iter().any(|own| overlap(*own, network));
            return ours.then_some("within our own networks, or around them");
        }
        let host = match kind {
            Observable::Domain | Observable::HostName | Observable::EmailDomain => value,
            Observable::Url | Observable::UrlPrefix => observe::url_host(value),
            Observable::Email => value.rsplit('@').next().unwrap_or(value),
            _ => return None,
        };
        let address = observe::parse_ip(host).map(|ip| (ip, if ip.is_ipv4() { 32 } else { 128 }));
        let ours = self.networks.iter().any(|own| address.is_some_and(|address| overlap(*own, address)))
            || self.names.iter().any(|own| below(host, own) || (kind == Observable::Domain && below(own, host)));
        ours.then_some("one of our own names, or around them")
    }
}

/// Whether a name is the other one or lies below it.
fn below(name: &str, parent: &str) -> bool {
    name.strip_suffix(parent).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn network_of(kind: Observable, value: &str) -> Option<(IpAddr, u8)> {
    if kind != Observable::Ip {
        return None;
    }
    let single = || observe::parse_ip(value).map(|ip| (ip, if ip.is_ipv4() { 32 } else { 128 }));
    observe::parse_network(value).or_else(single)
}

/// Of two networks that share an address, one lies within the other.
fn overlap(one: (IpAddr, u8), two: (IpAddr, u8)) -> bool {
    let bits = |address: IpAddr| match address {
        IpAddr::V4(v4) => (u128::from(u32::from(v4)) << 96, 4),
        IpAddr::V6(v6) => (u128::from(v6), 6),
    };
    let ((first, family), (second, other)) = (bits(one.0), bits(two.0));
    let shared = u32::from(one.1.min(two.1));
    let mask = u128::MAX.checked_shl(128 - shared).unwrap_or(0);
    family == other && first & mask == second & mask
}
