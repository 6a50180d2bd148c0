//! What is known of each entity before a day, and what of a day is new to it. Input: `sightings`; output: `chances`.

use ahash::{HashMap, HashMapExt, HashSet};

use super::sightings::{Sighting, Thing};

/// Days of its own that an entity needs before its record counts as settled: from then on new things are the exception.
const SETTLED_DAYS: u32 = 2;

/// Share of the others from which on a thing that they show for the first time on the same day comes from without: a
/// roll-out. It then surprises nobody, or all of them together would outweigh the control of false discoveries.
const ROLL_OUT_SHARE: f64 = 0.05;
const ROLL_OUT_MIN: u32 = 3;

/// What a day is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Basis {
    /// Days of entities that were settled.
    Settled,
    /// Days of entities that were known for one day only.
    Young,
    /// First days.
    FirstDay,
    /// The others of this very day: there is no past to speak of.
    Peers,
}

/// A day of an entity, with what was new for it.
#[derive(Debug, Clone)]
pub(super) struct EntityDay {
    pub(super) entity: u32,
    pub(super) basis: Basis,
    /// Days on which it was seen before.
    pub(super) days_known: u32,
    pub(super) novelties: Vec<New>,
}

/// A thing that an entity shows for the first time.
#[derive(Debug, Clone, Copy)]
pub(super) struct New {
    pub(super) sighting: Sighting,
    /// Other entities that have it, of all others.
    pub(super) n_others: u32,
    pub(super) n_entities: u32,
}

impl New {
    /// Share of the others who have it.
    pub(super) fn share(&self) -> f64 {
        f64::from(self.n_others) / f64::from(self.n_entities.max(1))
    }
}

/// What is known of a dataset's entities before a day.
#[derive(Debug, Default)]
pub(super) struct Record {
    shown: HashSet<(u32, Thing)>,
    /// Entities that have shown a thing.
    n_having: HashMap<Thing, u32>,
    days_known: HashMap<u32, u32>,
}

impl Record {
    /// What a day brings, which is known from then on. Things that reach many on one day are left out.
    pub(super) fn take(&mut self, day: &[Sighting]) -> Vec<EntityDay> {
        let mut is_new = Vec::with_capacity(day.len());
        let mut n_taking_up: HashMap<Thing, u32> = HashMap::new();
        let mut n_back = 0u32;
        for of_entity in day.chunk_by(|a, b| a.entity == b.entity) {
            let entity = of_entity.first().map_or(0, |sighting| sighting.entity);
            let back = self.days_known.get(&entity).is_some_and(|days| *days > 0);
            self.days_known.entry(entity).or_default();
            n_back += u32::from(back);
            for sighting in of_entity {
                let new = self.shown.insert((entity, sighting.thing));
                is_new.push(new);
                if new {
                    *self.n_having.entry(sighting.thing).or_default() += 1;
                }
                if new && back {
                    *n_taking_up.entry(sighting.thing).or_default() += 1;
                }
            }
        }
        let others_back = f64::from(n_back.saturating_sub(1).max(1));
        let is_roll_out = |thing: &Thing| {
            let n = n_taking_up.get(thing).map_or(0, |n| n.saturating_sub(1));
            n >= ROLL_OUT_MIN && f64::from(n) >= others_back * ROLL_OUT_SHARE
        };
        let mut days = Vec::new();
        let mut is_new = is_new.as_slice();
        for of_entity in day.chunk_by(|a, b| a.entity == b.entity) {
            let (own, rest) = is_new.split_at(of_entity.len().min(is_new.len()));
            is_new = rest;
            let fresh = of_entity.iter().zip(own).filter(|(_, new)| **new).map(|(sighting, _)| *sighting);
            days.extend(self.day_of(of_entity, fresh.filter(|sighting| !is_roll_out(&sighting.thing))));
        }
        for day in &days {
            *self.days_known.entry(day.entity).or_default() += 1;
        }
        days
    }

    fn day_of(&self, of_entity: &[Sighting], fresh: impl Iterator<Item = Sighting>) -> Option<EntityDay> {
        let entity = of_entity.first()?.entity;
        let days_known = self.days_known.get(&entity).copied().unwrap_or(0);
        let n_entities = (self.days_known.len() as u32).saturating_sub(1);
        let new = |sighting: Sighting| {
            let n_having = self.n_having.get(&sighting.thing).copied().unwrap_or(1);
            New { sighting, n_others: n_having.saturating_sub(1), n_entities }
        };
        let basis = match days_known {
            0 => Basis::FirstDay,
            1..SETTLED_DAYS => Basis::Young,
            _ => Basis::Settled,
        };
        Some(EntityDay { entity, basis, days_known, novelties: fresh.map(new).collect() })
    }
}
