//! What is kept of a domain: how it was met, by whom, under which names, and where it lies. Hours add up to a day.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::RecordBatch;

use crate::{
    Error,
    models::lookalike_domain::{self, Brands},
    sheet::{Ints, Lists, Numbers, Rows, Sheet, Texts},
    telemetry::{Sample, Seen, SeenColumns, groups::clipped, hash::stable_hash},
};

/// How a domain was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Aspect {
    /// Its name was asked for and exists.
    Asked,
    /// Named by a TLS handshake or an HTTP request.
    Visited,
    /// An HTTP request sent something to it.
    Posted,
    /// Mail came from it, or wants answers there.
    Sent,
    /// A link in mail leads there.
    Linked,
    /// Mail was for it: the receivers' own domain.
    Received,
}

impl Aspect {
    pub(super) const ALL: [Self; 6] =
        [Self::Asked, Self::Visited, Self::Posted, Self::Sent, Self::Linked, Self::Received];

    pub(super) fn is_of_mail(self) -> bool {
        matches!(self, Self::Sent | Self::Linked)
    }

    fn bit(self) -> i64 {
        1 << self as i64
    }
}

/// Names below one domain that are kept: those that tell most.
const NAMES_MAX: usize = 3;

/// Hosts or mailboxes that are kept by name.
const WHO_MAX: usize = 12;

/// Networks that are kept; content networks have more, and they tell nothing.
const NETWORKS_MAX: usize = 6;

/// Ends the name of the table in a kept record.
pub(super) const AFTER_TABLE: char = '/';

/// A domain in a dataset.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) dataset: String,
    pub(super) domain: String,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Met {
    ways: BTreeMap<Aspect, Way>,
    /// Full names, those that hold a brand's name first; the domain itself is not among them.
    names: BTreeSet<(u8, String)>,
    networks: BTreeSet<i64>,
    /// Organization in its certificates; the smallest where there are several.
    organization: String,
}

/// What was met in one way.
#[derive(Debug, Clone, Default)]
pub(super) struct Way {
    pub(super) seen: Seen,
    /// Distinct hosts or mailboxes.
    pub(super) hosts: Sample,
    /// The first of them.
    pub(super) who: BTreeSet<(i64, String)>,
}

impl Met {
    /// A row, by the name of its record.
    pub(super) fn take(&mut self, aspect: Aspect, at: i64, record: &str) {
        self.ways.entry(aspect).or_default().seen.take(at, record);
    }

    /// A host or mailbox that met it.
    pub(super) fn note(&mut self, aspect: Aspect, at: i64, who: &str) {
        if !who.is_empty() {
            let way = self.ways.entry(aspect).or_default();
            way.hosts.add(stable_hash(who));
            way.note(at, who);
        }
    }

    pub(super) fn way(&self, aspect: Aspect) -> Option<&Way> {
        self.ways.get(&aspect)
    }

    pub(super) fn ways(&self) -> impl Iterator<Item = (Aspect, &Way)> {
        self.ways.iter().map(|(aspect, way)| (*aspect, way)).filter(|(aspect, _)| *aspect != Aspect::Received)
    }

    pub(super) fn n_hosts(&self) -> f64 {
        self.ways().map(|(_, way)| way.hosts.n_distinct()).fold(0.0, f64::max)
    }

    /// What is remembered of it.
    pub(super) fn brief(&self) -> Brief {
        let n_received = self.ways.get(&Aspect::Received).map_or(0, |way| way.seen.n_records);
        Brief {
            ways: self.ways.keys().map(|aspect| aspect.bit()).sum(),
            n_hosts: self.n_hosts(),
            n_received,
            names: self.names().map(str::to_owned).collect(),
            networks: self.networks.iter().copied().collect(),
            organization: self.organization.clone(),
        }
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|(_, name)| name.as_str())
    }

    /// A full name that led here.
    pub(super) fn be_called(&mut self, name: &str, domain: &str) {
        if name.len() <= domain.len() {
            return;
        }
        let rank = if is_telling(name, domain) { 0 } else { 1 };
        keep(&mut self.names, (rank, clipped(name).to_owned()), NAMES_MAX);
    }

    pub(super) fn lie_in(&mut self, network: i64) {
        keep(&mut self.networks, network, NETWORKS_MAX);
    }

    /// The organization that a certificate names, where somebody else vouches for it.
    pub(super) fn belong_to(&mut self, subject: &str, issuer: &str) {
        let Some(organization) = organization(subject).filter(|own| organization_differs(own, issuer)) else { return };
        let smaller = self.organization.is_empty() || organization < self.organization.as_str();
        if smaller {
            clipped(organization).clone_into(&mut self.organization);
        }
    }

    fn join(&mut self, other: Self) {
        for (aspect, way) in other.ways {
            let own = self.ways.entry(aspect).or_default();
            own.seen.join(&way.seen);
            own.hosts.join(&way.hosts);
            way.who.into_iter().for_each(|(at, who)| own.note(at, &who));
        }
        other.names.into_iter().for_each(|name| keep(&mut self.names, name, NAMES_MAX));
        other.networks.into_iter().for_each(|network| keep(&mut self.networks, network, NETWORKS_MAX));
        let smaller =
            self.organization.is_empty() || (!other.organization.is_empty() && other.organization < self.organization);
        if smaller {
            self.organization = other.organization;
        }
    }
}

impl Way {
    fn note(&mut self, at: i64, who: &str) {
        // Nearly all rows are later than the few that are kept.
        let full = self.who.len() >= WHO_MAX;
        if full && self.who.last().is_some_and(|(last, _)| *last < at) {
            return;
        }
        let who = clipped(who);
        let known = self.who.iter().find(|(_, known)| known == who).map(|(first, _)| *first);
        if known.is_some_and(|first| first <= at) {
            return;
        }
        self.who.retain(|(_, known)| known != who);
        keep(&mut self.who, (at, who.to_owned()), WHO_MAX);
    }
}

/// Keeps the smallest few.
fn keep<T: Ord>(known: &mut BTreeSet<T>, new: T, most: usize) {
    if known.len() >= most && known.last().is_some_and(|last| new >= *last) {
        return;
    }
    known.insert(new);
    if known.len() > most {
        known.pop_last();
    }
}

/// Whether a name holds a widely imitated brand's, or somebody's whole domain below another's: kept in any case.
pub(super) fn is_telling(name: &str, domain: &str) -> bool {
    static BRANDS: std::sync::LazyLock<Brands> = std::sync::LazyLock::new(Brands::shipped);
    lookalike_domain::resembles(name, &BRANDS) || lookalike_domain::holds_domain(name, domain)
}

/// `O=` of a distinguished name.
fn organization(subject: &str) -> Option<&str> {
    let part = subject.split([',', '/']).find_map(|part| part.trim().strip_prefix("O="))?;
    let part = part.trim().trim_matches('"');
    (!part.is_empty()).then_some(part)
}

/// A certificate that its own subject has signed says what it likes.
fn organization_differs(own: &str, issuer: &str) -> bool {
    organization(issuer).is_some_and(|issuer| issuer != own)
}

/// All domains of a day, or of an hour.
#[derive(Debug, Clone, Default)]
pub(super) struct Day {
    pub(super) domains: BTreeMap<Key, Met>,
}

impl Day {
    pub(super) fn of(digests: &[RecordBatch]) -> Result<Self, Error> {
        let mut day = Self::default();
        for digest in digests {
            day.absorb(digest)?;
        }
        Ok(day)
    }

    pub(super) fn datasets(&self) -> BTreeSet<&str> {
        self.domains.keys().map(|key| key.dataset.as_str()).collect()
    }

    fn absorb(&mut self, digest: &RecordBatch) -> Result<(), Error> {
        let rows = Rows(digest);
        let (dataset, domain, aspect) = (rows.text("dataset")?, rows.text("domain")?, rows.int("aspect")?);
        let (names, ranks, networks) = (rows.texts("names")?, rows.ints("name_ranks")?, rows.ints("networks")?);
        let (organization, hosts) = (rows.text("organization")?, rows.ints("hosts")?);
        let (who, who_at) = (rows.texts("who")?, rows.ints("who_at")?);
        let seen = SeenColumns::of(rows)?;
        for row in 0..rows.len() {
            let Some(aspect) = usize::try_from(aspect.at(row)).ok().and_then(|at| Aspect::ALL.get(at)) else {
                continue;
            };
            let way = Way {
                seen: seen.at(row),
                hosts: Sample::decoded(&hosts.ints_at(row)),
                who: who_at.ints_at(row).into_iter().zip(who.texts_at(row)).collect(),
            };
            let names = ranks.ints_at(row).into_iter().zip(names.texts_at(row));
            let met = Met {
                ways: BTreeMap::from([(*aspect, way)]),
                names: names.map(|(rank, name)| (u8::try_from(rank).unwrap_or(u8::MAX), name)).collect(),
                networks: networks.ints_at(row).into_iter().collect(),
                organization: organization.at(row).to_owned(),
            };
            let key = Key { dataset: dataset.at(row).to_owned(), domain: domain.at(row).to_owned() };
            self.domains.entry(key).or_default().join(met);
        }
        Ok(())
    }

    /// A row for each way in which each domain was met; what belongs to the domain stands in the first of them.
    pub(super) fn write(&self) -> Result<RecordBatch, Error> {
        let mut rows: Vec<(&Key, Aspect, &Way, Option<&Met>)> = Vec::new();
        for (key, met) in &self.domains {
            for (nth, (aspect, way)) in met.ways.iter().enumerate() {
                rows.push((key, *aspect, way, (nth == 0).then_some(met)));
            }
        }
        let names: Vec<Vec<&str>> =
            rows.iter().map(|row| row.3.map_or_else(Vec::new, |met| met.names().collect())).collect();
        let ranks: Vec<Vec<i64>> = rows
            .iter()
            .map(|row| row.3.map_or_else(Vec::new, |met| met.names.iter().map(|(rank, _)| i64::from(*rank)).collect()))
            .collect();
        let networks: Vec<Vec<i64>> =
            rows.iter().map(|row| row.3.map_or_else(Vec::new, |met| met.networks.iter().copied().collect())).collect();
        let hosts: Vec<Vec<i64>> = rows.iter().map(|row| row.2.hosts.encoded()).collect();
        let who: Vec<Vec<&str>> =
            rows.iter().map(|row| row.2.who.iter().map(|(_, who)| who.as_str()).collect()).collect();
        let who_at: Vec<Vec<i64>> = rows.iter().map(|row| row.2.who.iter().map(|(at, _)| *at).collect()).collect();
        let sheet = Sheet::default()
            .text("dataset", rows.iter().map(|row| row.0.dataset.as_str()))
            .text("domain", rows.iter().map(|row| row.0.domain.as_str()))
            .int("aspect", rows.iter().map(|row| row.1 as i64))
            .texts("names", names.iter().map(Vec::as_slice))
            .ints("name_ranks", ranks.iter().map(Vec::as_slice))
            .ints("networks", networks.iter().map(Vec::as_slice))
            .text("organization", rows.iter().map(|row| row.3.map_or("", |met| met.organization.as_str())))
            .ints("hosts", hosts.iter().map(Vec::as_slice))
            .texts("who", who.iter().map(Vec::as_slice))
            .ints("who_at", who_at.iter().map(Vec::as_slice));
        let seen: Vec<&Seen> = rows.iter().map(|row| &row.2.seen).collect();
        Seen::write(sheet, seen.into_iter()).finish()
    }

    /// A day of the past: what is remembered of each domain.
    pub(super) fn fold(&self) -> Result<RecordBatch, Error> {
        let briefs: Vec<(&Key, Brief)> = self.domains.iter().map(|(key, met)| (key, met.brief())).collect();
        Sheet::default()
            .text("dataset", briefs.iter().map(|(key, _)| key.dataset.as_str()))
            .text("domain", briefs.iter().map(|(key, _)| key.domain.as_str()))
            .int("ways", briefs.iter().map(|(_, brief)| brief.ways))
            .number("n_hosts", briefs.iter().map(|(_, brief)| brief.n_hosts))
            .int("n_received", briefs.iter().map(|(_, brief)| brief.n_received))
            .texts("names", briefs.iter().map(|(_, brief)| brief.names.as_slice()))
            .ints("networks", briefs.iter().map(|(_, brief)| brief.networks.as_slice()))
            .text("organization", briefs.iter().map(|(_, brief)| brief.organization.as_str()))
            .finish()
    }
}

/// What is remembered of a domain and a day, and all that a score may look at: today is scored as the past was.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Brief {
    ways: i64,
    pub(super) n_hosts: f64,
    /// Messages that were for it.
    pub(super) n_received: i64,
    pub(super) names: Vec<String>,
    pub(super) networks: Vec<i64>,
    pub(super) organization: String,
}

impl Brief {
    pub(super) fn was(&self, aspect: Aspect) -> bool {
        self.ways & aspect.bit() != 0
    }

    pub(super) fn is_of_mail(&self) -> bool {
        Aspect::ALL.iter().any(|aspect| aspect.is_of_mail() && self.was(*aspect))
    }

    /// Whether somebody here met it, and not only received mail for it.
    pub(super) fn is_met(&self) -> bool {
        self.ways & !Aspect::Received.bit() != 0
    }
}

/// A folded day read back, in the order of dataset and domain.
#[derive(Debug)]
pub(super) struct Folded<'a> {
    dataset: Texts<'a>,
    domain: Texts<'a>,
    ways: Ints<'a>,
    n_hosts: Numbers<'a>,
    n_received: Ints<'a>,
    names: Lists<'a>,
    networks: Lists<'a>,
    organization: Texts<'a>,
    n: usize,
}

impl<'a> Folded<'a> {
    pub(super) fn of(digest: &'a RecordBatch) -> Result<Self, Error> {
        let rows = Rows(digest);
        Ok(Self {
            dataset: rows.text("dataset")?,
            domain: rows.text("domain")?,
            ways: rows.int("ways")?,
            n_hosts: rows.number("n_hosts")?,
            n_received: rows.int("n_received")?,
            names: rows.texts("names")?,
            networks: rows.ints("networks")?,
            organization: rows.text("organization")?,
            n: rows.len(),
        })
    }

    /// Rows of one dataset: domain and row.
    pub(super) fn of_dataset(&self, dataset: &str) -> impl Iterator<Item = (&'a str, usize)> {
        (0..self.n).filter(move |row| self.dataset.at(*row) == dataset).map(|row| (self.domain.at(row), row))
    }

    /// Hosts that met it, and messages that were for it.
    pub(super) fn counts(&self, row: usize) -> (f64, i64) {
        (self.n_hosts.at(row), self.n_received.at(row))
    }

    pub(super) fn brief(&self, row: usize) -> Brief {
        Brief {
            ways: self.ways.at(row),
            n_hosts: self.n_hosts.at(row),
            n_received: self.n_received.at(row),
            names: self.names.texts_at(row),
            networks: self.networks.ints_at(row),
            organization: self.organization.at(row).to_owned(),
        }
    }
}
