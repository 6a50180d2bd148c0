//! Values that are listed as harmless or shared, so that a claim about them is likely wrong or tells little.
//!
//! Half a million entries take some 25 MB: texts lie end to end and are found by hash, networks as in the sieve.
//! Texts are compared, and not their hashes alone: a value that was made to collide must not hide itself.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    net::IpAddr,
};

use regex::{Regex, RegexBuilder};
use schema::{Observable, WarningList, WarningMatch, observe};

use super::{
    hash::{self, Index},
    networks::{Listed, Networks},
};

/// Compiled size of one pattern.
const PATTERN_BYTES_MAX: usize = 1 << 20;

/// Patterns of one list.
const PATTERNS_MAX: usize = 1_000;

/// Bytes by which entries that may stand anywhere in a value are found.
const GRAM: usize = 4;

/// A warning list that a value is on.
#[derive(Debug, Clone, PartialEq)]
pub struct Warning<'a> {
    pub list: &'a str,
    /// What is left of the confidence in a claim, 0.0 to 1.0.
    pub weight: f64,
}

/// All warning lists in force.
#[derive(Debug, Default)]
pub struct Warnings {
    lists: Vec<List>,
    texts: String,
    ends: Vec<u32>,
    /// Which list each text is of, and how it is compared.
    of: Vec<(u16, WarningMatch)>,
    index: Index,
    /// Texts of one hash and list, the next one.
    grams: HashMap<[u8; GRAM], Vec<u32>, ahash::RandomState>,
    short: Vec<u32>,
    patterns: Vec<(u16, Regex)>,
    networks: Networks,
    listed: Vec<Listed>,
    lists_of_network: Vec<Vec<u16>>,
    numbers: BTreeMap<(IpAddr, u8), u32>,
}

#[derive(Debug)]
struct List {
    name: String,
    weight: f64,
    /// One bit a kind of observable.
    kinds: u32,
    n_entries: u64,
}

impl Warnings {
    /// Adds a list; what is left of the confidence in claims about its entries is `weight`. Gives the entries that
    /// could not be read, each with its reason.
    pub fn add(&mut self, list: &WarningList, weight: f64) -> Vec<String> {
        let Ok(number) = u16::try_from(self.lists.len()) else {
            return vec!["more than 65,535 lists".to_owned()];
        };
        let about = Observable::ALL.into_iter().filter(|kind| list.is_about(*kind));
        let kinds = about.fold(0, |kinds, kind| kinds | 1 << kind as u32);
        let mut refused = Vec::new();
        let mut n_entries = 0;
        for entry in &list.list {
            match self.add_entry(number, list.matching, entry.trim()) {
                Ok(()) => n_entries += 1,
                Err(reason) => refused.push(format!("\"{entry}\": {reason}")),
            }
        }
        self.lists.push(List { name: list.name.clone(), weight: weight.clamp(0.0, 1.0), kinds, n_entries });
        refused
    }

    /// To be called when all lists are there.
    pub fn finish(mut self) -> Self {
        self.networks = Networks::new(&self.listed);
        self.numbers.clear();
        self
    }

    pub fn is_empty(&self) -> bool {
        self.lists.is_empty()
    }

    pub fn n_lists(&self) -> usize {
        self.lists.len()
    }

    pub fn n_entries(&self) -> u64 {
        self.lists.iter().map(|list| list.n_entries).sum()
    }

    /// The lists that a canonical value is on, those that weigh heaviest first.
    pub fn about(&self, kind: Observable, value: &str) -> Vec<Warning<'_>> {
        if self.lists.is_empty() {
            return Vec::new();
        }
        let mut found = BTreeSet::new();
        self.each_text(value, &mut found);
        let host = host_of(kind, value);
        if let Some(host) = host {
            self.each_host(host, &mut found);
        }
        let network = host.and_then(observe::parse_network).or_else(|| observe::parse_network(value));
        if let Some((first, length)) = network.filter(|_| host.is_some() || kind == Observable::Ip) {
            self.each_network(first, length, &mut found);
        }
        let on = found.into_iter().filter_map(|number| self.lists.get(usize::from(number)));
        let on = on.filter(|list| list.kinds & 1 << kind as u32 != 0);
        let mut warnings: Vec<Warning<'_>> = on.map(|list| Warning { list: &list.name, weight: list.weight }).collect();
        warnings.sort_by(|a, b| a.weight.total_cmp(&b.weight).then(a.list.cmp(b.list)));
        warnings
    }

    fn add_entry(&mut self, list: u16, matching: WarningMatch, entry: &str) -> Result<(), String> {
        match matching {
            WarningMatch::Cidr => return self.add_network(list, entry),
            WarningMatch::Regex => return self.add_pattern(list, entry),
            WarningMatch::String | WarningMatch::Substring | WarningMatch::Hostname => {}
        }
        let text = match matching {
            WarningMatch::Hostname => entry.trim_matches('.').to_lowercase(),
            // Addresses in a list of texts: compared by meaning where they have another spelling.
            _ => observe::parse_ip(entry).map_or_else(|| entry.to_lowercase(), |ip| ip.to_string()),
        };
        if text.is_empty() {
            return Err("empty".to_owned());
        }
        let fits = self.texts.len() + text.len() < u32::MAX as usize && self.ends.len() < (u32::MAX / 4) as usize;
        if !fits {
            return Err("more than 4 GiB of entries".to_owned());
        }
        self.texts.push_str(&text);
        self.ends.push(self.texts.len() as u32);
        self.of.push((list, matching));
        let number = self.index.add(hash::of_text(0, text.as_bytes()));
        if matching == WarningMatch::Substring {
            match text.as_bytes().first_chunk::<GRAM>() {
                Some(gram) => self.grams.entry(*gram).or_default().push(number),
                None => self.short.push(number),
            }
        }
        Ok(())
    }

    fn add_network(&mut self, list: u16, entry: &str) -> Result<(), String> {
        let (first, length) = observe::parse_network(entry).ok_or("not an address or network")?;
        let number = *self.numbers.entry((first, length)).or_insert_with(|| {
            let entry = self.listed.len() as u32;
            self.listed.push(Listed { first, length, entry });
            self.lists_of_network.push(Vec::new());
            entry
        });
        if let Some(lists) = self.lists_of_network.get_mut(number as usize) {
            lists.push(list);
        }
        Ok(())
    }

    fn add_pattern(&mut self, list: u16, entry: &str) -> Result<(), String> {
        if self.patterns.iter().filter(|(of, _)| *of == list).count() >= PATTERNS_MAX {
            return Err(format!("more than {PATTERNS_MAX} patterns"));
        }
        let (pattern, flags) = match entry.strip_prefix('/').and_then(|rest| rest.rsplit_once('/')) {
            Some((pattern, flags)) => (pattern, flags),
            None => (entry, ""),
        };
        let built = RegexBuilder::new(pattern)
            .case_insensitive(flags.contains('i'))
            .size_limit(PATTERN_BYTES_MAX)
            .build()
            .ok()
            .ok_or("not a pattern that can be read")?;
        self.patterns.push((list, built));
        Ok(())
    }

    fn each_text(&self, value: &str, found: &mut BTreeSet<u16>) {
        let lower = value.to_lowercase();
        self.find(&lower, WarningMatch::String, found);
        // URLs are listed without their scheme as well.
        if let Some((_, rest)) = lower.split_once("://") {
            self.find(rest, WarningMatch::String, found);
        }
        let within = lower.as_bytes().windows(GRAM).filter_map(|gram| self.grams.get(gram.first_chunk::<GRAM>()?));
        for &number in within.flatten().chain(&self.short) {
            let held = self.text(number).is_some_and(|text| lower.contains(text));
            found.extend(self.of.get(number as usize).filter(|_| held).map(|(list, _)| *list));
        }
        found.extend(self.patterns.iter().filter(|(_, pattern)| pattern.is_match(value)).map(|(list, _)| *list));
    }

    /// The host and the names above it, up to the one that its owner has registered: what lies above belongs to others.
    /// A popular service that gives names to everybody (`duckdns.org`) clears none of them.
    fn each_host(&self, host: &str, found: &mut BTreeSet<u16>) {
        let registered = psl::domain_str(host).map_or(host.len(), str::len);
        let mut rest = Some(host);
        while let Some(name) = rest.filter(|name| name.len() >= registered) {
            self.find(name, WarningMatch::Hostname, found);
            rest = name.split_once('.').map(|(_, above)| above);
        }
    }

    fn each_network(&self, first: IpAddr, length: u8, found: &mut BTreeSet<u16>) {
        let mut take = |entry: u32| {
            // A listed network that is wider than the warning says more than the warning covers.
            let narrower = self.listed.get(entry as usize).is_some_and(|listed| listed.length <= length);
            found.extend(self.lists_of_network.get(entry as usize).filter(|_| narrower).into_iter().flatten());
        };
        match first {
            IpAddr::V4(v4) => self.networks.around_v4(u32::from(v4), &mut take),
            IpAddr::V6(v6) => self.networks.around_v6(u128::from(v6), &mut take),
        }
    }

    /// Every list that has this very text for such a comparison.
    fn find(&self, text: &str, matching: WarningMatch, found: &mut BTreeSet<u16>) {
        self.index.each(hash::of_text(0, text.as_bytes()), |number| {
            let of = self.of.get(number as usize).filter(|(_, how)| *how == matching);
            found.extend(of.filter(|_| self.text(number) == Some(text)).map(|(list, _)| *list));
        });
    }

    fn text(&self, number: u32) -> Option<&str> {
        let end = *self.ends.get(number as usize)? as usize;
        let start = match number.checked_sub(1) {
            Some(before) => *self.ends.get(before as usize)? as usize,
            None => 0,
        };
        self.texts.get(start..end)
    }
}

/// The name or address that a value is about.
fn host_of(kind: Observable, value: &str) -> Option<&str> {
    match kind {
        Observable::Domain | Observable::HostName | Observable::EmailDomain => Some(value),
        Observable::Url | Observable::UrlPrefix => Some(observe::url_host(value)),
        Observable::Email => value.rsplit_once('@').map(|(_, host)| host),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(name: &str, matching: WarningMatch, entries: &[&str]) -> WarningList {
        WarningList {
            name: name.to_owned(),
            description: String::new(),
            matching,
            version: 1,
            list: entries.iter().map(|entry| (*entry).to_owned()).collect(),
            matching_attributes: Vec::new(),
        }
    }

    fn names(warnings: &Warnings, kind: Observable, value: &str) -> Vec<String> {
        warnings.about(kind, value).into_iter().map(|warning| warning.list.to_owned()).collect()
    }

    #[test]
    fn each_way_to_compare_finds_what_it_should() {
        let mut warnings = Warnings::default();
        for (name, matching, entries) in [
            ("hosts", WarningMatch::Hostname, &["popular.example", ".dotted.example", "duckdns.org", "co.uk"][..]),
            ("texts", WarningMatch::String, &["Exact.example", "2001:DB8::53", "bare.example/page"]),
            ("parts", WarningMatch::Substring, &["sandbox", "x."]),
            ("networks", WarningMatch::Cidr, &["198.51.100.0/24", "2001:db8::/32", "203.0.113.9"]),
            ("patterns", WarningMatch::Regex, &["/^abuse@.*\\.example$/i"]),
        ] {
            assert_eq!(warnings.add(&list(name, matching, entries), 0.1), Vec::<String>::new(), "{name}");
        }
        let warnings = warnings.finish();
        for (kind, value, want) in [
            (Observable::Domain, "a.popular.example", &["hosts"][..]),
            (Observable::Domain, "unpopular.example", &[]),
            (Observable::Domain, "duckdns.org", &["hosts"]),
            (Observable::Domain, "c2.evil.duckdns.org", &[]),
            (Observable::Domain, "evil.co.uk", &[]),
            (Observable::Url, "http://www.dotted.example/x", &["hosts"]),
            (Observable::Domain, "exact.example", &["texts"]),
            (Observable::Domain, "a.exact.example", &[]),
            (Observable::Ip, "2001:db8::53", &["networks", "texts"]),
            (Observable::Url, "https://bare.example/page", &["texts"]),
            (Observable::Domain, "my-sandbox.example", &["parts"]),
            (Observable::Ip, "198.51.100.7", &["networks"]),
            (Observable::Ip, "198.51.100.128/25", &["networks"]),
            (Observable::Ip, "198.51.0.0/16", &[]),
            (Observable::Url, "http://203.0.113.9/x", &["networks"]),
            (Observable::Email, "Abuse@corp.example", &["patterns"]),
            (Observable::Hash, "44d88612fea8a8f36de82e1278abb02f", &[]),
        ] {
            assert_eq!(names(&warnings, kind, value), want, "{value}");
        }
    }

    #[test]
    fn lists_keep_to_their_kinds_and_the_heaviest_comes_first() {
        let mut warnings = Warnings::default();
        let of_hashes = WarningList {
            matching_attributes: vec!["filename|md5".to_owned()],
            ..list("hashes", WarningMatch::String, &["evil.example"])
        };
        warnings.add(&of_hashes, 0.0);
        warnings.add(&list("light", WarningMatch::String, &["evil.example"]), 0.5);
        warnings.add(&list("heavy", WarningMatch::String, &["evil.example"]), 0.1);
        let refused = warnings.add(&list("odd", WarningMatch::Cidr, &["nowhere", "10.0.0.0/33"]), 0.1);
        assert_eq!(refused.len(), 2);
        assert_eq!(names(&warnings.finish(), Observable::Domain, "evil.example"), ["heavy", "light"]);
    }
}
