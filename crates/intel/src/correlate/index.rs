//! Events by what they have, and the links between them: kept up to date as events come and go. Next: `communities`.
//!
//! No pairs are kept. Each thing has the list of its events in the order of time; an event is compared with the few
//! before it in each of its lists, and keeps the best links back. What comes out depends on the set of events alone,
//! not on the order in which they came: a list is in the order of time, and a weight changes for all or for none.

use std::collections::{BTreeSet, HashMap};

use super::{
    concert,
    things::{Item, Thing},
    weigh::{self, Attacked, Between, Common, LINK_BITS, Population, Reason, Score, Telemetry},
};

/// Events before an event that it is compared with, in each of its lists.
const NEIGHBORS: usize = 6;
/// Links back that an event keeps, the strongest ones.
const LINKS_KEPT: usize = 8;

/// A link to an event before it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Link {
    pub(super) to: u32,
    pub(super) bits: f64,
    /// It would hold without what an attacker can put there as he likes.
    pub(super) is_firm: bool,
}

#[derive(Debug)]
struct Slot {
    item: Item,
    things: Vec<u32>,
    /// Those of `things` that were only attacked.
    attacked: Vec<u32>,
    links: Vec<Link>,
}

#[derive(Debug)]
struct Listed {
    thing: Thing,
    /// In the order of time once settled.
    events: Vec<u32>,
    /// What the weights of the last settling were made from.
    step: u64,
}

/// What is known of things while links are made, by their number.
#[derive(Debug, Default)]
struct Known {
    bits: HashMap<u32, f64>,
    /// When each was attacked.
    occasions: HashMap<u32, Vec<concert::Span>>,
}

/// All events, by what they have.
#[derive(Debug)]
pub(super) struct Index {
    slots: Vec<Option<Slot>>,
    by_id: HashMap<String, u32>,
    lists: Vec<Listed>,
    numbers: HashMap<Thing, u32>,
    telemetry: Telemetry,
    population: Population,
    /// Lists that have changed since the last settling, and the events that did.
    touched: BTreeSet<u32>,
    fresh: BTreeSet<u32>,
    n_events: usize,
}

impl Default for Index {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            by_id: HashMap::new(),
            lists: Vec::new(),
            numbers: HashMap::new(),
            telemetry: Telemetry::new(),
            population: Population::of(0, 0),
            touched: BTreeSet::new(),
            fresh: BTreeSet::new(),
            n_events: 0,
        }
    }
}

impl Index {
    /// Puts an event in, or in the place of the one that has its id.
    pub(super) fn put(&mut self, item: Item) {
        self.remove(&item.id);
        let number = self.slots.len() as u32;
        let things: Vec<u32> = item.things.iter().map(|thing| self.number(thing)).collect();
        let attacked: Vec<u32> = item.attacked.iter().filter_map(|thing| self.numbers.get(thing).copied()).collect();
        for thing in &things {
            self.lists[*thing as usize].events.push(number);
        }
        self.touched.extend(&things);
        self.fresh.insert(number);
        self.by_id.insert(item.id.clone(), number);
        self.slots.push(Some(Slot { item, things, attacked, links: Vec::new() }));
        self.n_events += 1;
    }

    /// Takes an event out; nothing happens where it is not there.
    pub(super) fn remove(&mut self, id: &str) {
        let Some(number) = self.by_id.remove(id) else { return };
        let Some(slot) = self.slots.get_mut(number as usize).and_then(Option::take) else { return };
        for thing in slot.things {
            let list = &mut self.lists[thing as usize].events;
            if let Some(place) = list.iter().position(|event| *event == number) {
                // Who stood behind it has other neighbors now.
                self.fresh.extend(list.iter().skip(place + 1).take(NEIGHBORS));
                list.remove(place);
            }
            self.touched.insert(thing);
        }
        self.fresh.remove(&number);
        self.n_events -= 1;
    }

    /// What telemetry knows of a thing.
    pub(super) fn seen(&mut self, thing: &Thing, prevalence: weigh::Prevalence) {
        if self.telemetry.insert(thing.clone(), prevalence) == Some(prevalence) {
            return;
        }
        if let Some(number) = self.numbers.get(thing) {
            self.touched.insert(*number);
            self.lists[*number as usize].step = 0;
        }
    }

    /// Things that more than one event has and a link could rest on: those that telemetry should be asked about.
    pub(super) fn shared(&self) -> Vec<&Thing> {
        let shared = self.lists.iter().filter(|list| {
            let facts = list.thing.kind.facts();
            facts.finds && (2..=facts.events_max).contains(&list.events.len())
        });
        let mut things: Vec<&Thing> = shared.map(|list| &list.thing).collect();
        things.sort_unstable();
        things
    }

    pub(super) fn len(&self) -> usize {
        self.n_events
    }

    pub(super) fn at(&self, number: u32) -> Option<&Item> {
        self.slots.get(number as usize)?.as_ref().map(|slot| &slot.item)
    }

    pub(super) fn number_of(&self, id: &str) -> Option<u32> {
        self.by_id.get(id).copied()
    }

    pub(super) fn n_slots(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn links(&self, number: u32) -> &[Link] {
        self.slots.get(number as usize).and_then(Option::as_ref).map_or(&[], |slot| &slot.links)
    }

    /// Brings links up to date; gives the events whose links were made anew.
    pub(super) fn settle(&mut self) -> Vec<u32> {
        let population = Population::of(self.n_events, self.span_seconds());
        let mut stale = std::mem::take(&mut self.fresh);
        for number in std::mem::take(&mut self.touched) {
            self.settle_list(number, &mut stale);
        }
        if population != self.population {
            self.population = population;
            stale = (0..self.slots.len() as u32).collect();
        }
        let stale: Vec<u32> =
            stale.into_iter().filter(|number| self.slots.get(*number as usize).is_some_and(Option::is_some)).collect();
        let mut known = Known::default();
        for number in &stale {
            let links = self.links_of(*number, &mut known);
            if let Some(Some(slot)) = self.slots.get_mut(*number as usize) {
                slot.links = links;
            }
        }
        stale
    }

    /// Puts a list in order; adds to `stale` whose neighbors or weights have changed.
    fn settle_list(&mut self, number: u32, stale: &mut BTreeSet<u32>) {
        let Some(list) = self.lists.get_mut(number as usize) else { return };
        let mut events = std::mem::take(&mut list.events);
        let slots = &self.slots;
        let place = |event: &u32| slots.get(*event as usize).and_then(Option::as_ref).map(|slot| order(&slot.item));
        // A crowd, and what finds nothing, is only counted.
        if list.thing.kind.facts().finds && events.len() <= list.thing.kind.facts().events_max {
            events.sort_by(|a, b| place(a).cmp(&place(b)));
        }
        let step = weigh::step(events.len());
        let too_many = list.thing.kind.facts().events_max;
        let was_crowd = list.step > (too_many as u64).next_power_of_two();
        // How far an attack stands out depends on all attacks on the same thing.
        let is_attacked = |event: &u32| {
            let slot = slots.get(*event as usize).and_then(Option::as_ref);
            slot.is_some_and(|slot| slot.attacked.contains(&number))
        };
        let in_concert = events.len() <= concert::ATTACKS_MAX && events.iter().any(is_attacked);
        if step != list.step || in_concert {
            if !(was_crowd && events.len() > too_many) {
                stale.extend(&events);
            }
        } else if list.thing.kind.facts().finds && events.len() <= too_many {
            let fresh: Vec<usize> = (0..events.len()).filter(|at| stale.contains(&events[*at])).collect();
            for at in fresh {
                stale.extend(events.iter().skip(at + 1).take(NEIGHBORS));
            }
        }
        list.step = step;
        list.events = events;
    }

    fn links_of(&self, number: u32, known: &mut Known) -> Vec<Link> {
        let Some(Some(slot)) = self.slots.get(number as usize) else { return Vec::new() };
        let mut before: Vec<u32> = Vec::with_capacity(NEIGHBORS * slot.things.len());
        for thing in &slot.things {
            let list = &self.lists[*thing as usize];
            let facts = list.thing.kind.facts();
            if !facts.finds || list.events.len() < 2 || self.bits_of(*thing, known) <= 0.0 {
                continue;
            }
            let place = list.events.partition_point(|event| self.stands_before(*event, &slot.item));
            before.extend(&list.events[place.saturating_sub(NEIGHBORS)..place]);
        }
        before.sort_unstable();
        before.dedup();
        let mut links: Vec<Link> = before.into_iter().filter_map(|other| self.link(slot, other, known)).collect();
        links.sort_by(|a, b| b.bits.total_cmp(&a.bits).then_with(|| self.key(b.to).cmp(&self.key(a.to))));
        links.truncate(LINKS_KEPT);
        links
    }

    fn link(&self, slot: &Slot, other: u32, known: &mut Known) -> Option<Link> {
        let Score { bits, bits_not_forgeable } = self.score(slot, other, known)?;
        (bits >= LINK_BITS).then_some(Link { to: other, bits, is_firm: bits_not_forgeable >= LINK_BITS })
    }

    fn score(&self, slot: &Slot, other: u32, known: &mut Known) -> Option<Score> {
        let other = self.slots.get(other as usize)?.as_ref()?;
        let between = Between::new(&slot.item, &other.item);
        let mut shared = Vec::with_capacity(8);
        for thing in common(&slot.things, &other.things) {
            shared.push(self.common(thing, slot, other, known));
        }
        Some(weigh::way(&shared, &between, self.population).score)
    }

    fn common(&self, thing: u32, slot: &Slot, other: &Slot, known: &mut Known) -> Common {
        let list = &self.lists[thing as usize];
        let (first, second) = if order(&slot.item) <= order(&other.item) { (slot, other) } else { (other, slot) };
        let attacked = match (first.attacked.contains(&thing), second.attacked.contains(&thing)) {
            (false, false) => Attacked::Never,
            (true, false) => Attacked::Before,
            (false, true) => Attacked::After,
            (true, true) => Attacked::Always,
        };
        let common = Common::new(list.thing.kind, self.bits_of(thing, known), attacked);
        if attacked != Attacked::Always || list.events.len() > concert::ATTACKS_MAX {
            return common;
        }
        let occasions = known.occasions.entry(thing).or_insert_with(|| {
            let attacks = list.events.iter().filter_map(|event| self.slots.get(*event as usize)?.as_ref());
            concert::occasions(attacks.filter(|one| one.attacked.contains(&thing)).map(|one| one.item.span()))
        });
        Common { n_strangers: Some(concert::strangers([first.item.span(), second.item.span()], occasions)), ..common }
    }

    fn bits_of(&self, thing: u32, known: &mut Known) -> f64 {
        *known.bits.entry(thing).or_insert_with(|| {
            let Listed { thing, events, .. } = &self.lists[thing as usize];
            weigh::bits(thing.kind, events.len(), self.telemetry.get(thing).copied(), self.population)
        })
    }

    /// Why two events belong together, the strongest first; and how sure that is, in bits.
    pub(super) fn reasons(&self, a: u32, b: u32) -> (Vec<Reason>, f64) {
        let (Some(Some(slot)), Some(Some(other))) = (self.slots.get(a as usize), self.slots.get(b as usize)) else {
            return (Vec::new(), 0.0);
        };
        let mut known = Known::default();
        let between = Between::new(&slot.item, &other.item);
        let numbers: Vec<u32> = common(&slot.things, &other.things).collect();
        let common: Vec<Common> = numbers.iter().map(|number| self.common(*number, slot, other, &mut known)).collect();
        let way = weigh::way(&common, &between, self.population);
        let mut shared = Vec::new();
        for (number, common) in numbers.iter().zip(&common).filter(|(_, common)| way.counts(**common)) {
            let Listed { thing, events, .. } = &self.lists[*number as usize];
            if common.bits > 0.0 {
                let facts = thing.kind.facts();
                let value = crate::text::shown(&thing.value, VALUE_CHARS_MAX);
                let rarity = self.telemetry.get(thing).map_or_else(String::new, |seen| rarity(*seen));
                let what = format!("{} {value}, which {} events have{rarity}", facts.name, events.len());
                shared.push((facts.vertex, Reason { what, bits: common.bits, forgeable: facts.forgeable }));
            }
        }
        let mut reasons = weigh::as_counted(shared);
        reasons.extend(way.reasons(&between, self.population));
        (reasons, way.score.bits)
    }

    /// Things that both have, with their bits.
    pub(super) fn things_of(&self, number: u32) -> impl Iterator<Item = (&Thing, f64)> {
        let things = self.slots.get(number as usize).and_then(Option::as_ref).map_or(&[][..], |slot| &slot.things);
        let mut known = Known::default();
        things.iter().map(move |thing| (&self.lists[*thing as usize].thing, self.bits_of(*thing, &mut known)))
    }

    fn stands_before(&self, event: u32, item: &Item) -> bool {
        self.at(event).is_some_and(|other| order(other) < order(item))
    }

    pub(super) fn key(&self, number: u32) -> Option<(i64, &str)> {
        self.at(number).map(order)
    }

    fn number(&mut self, thing: &Thing) -> u32 {
        if let Some(number) = self.numbers.get(thing) {
            return *number;
        }
        let number = self.lists.len() as u32;
        self.numbers.insert(thing.clone(), number);
        self.lists.push(Listed { thing: thing.clone(), events: Vec::new(), step: 0 });
        number
    }

    fn span_seconds(&self) -> i64 {
        let instants = self.slots.iter().flatten().map(|slot| slot.item.first_seen.seconds());
        let ends = instants.fold(None, |ends: Option<(i64, i64)>, at| {
            Some(ends.map_or((at, at), |(first, last)| (first.min(at), last.max(at))))
        });
        ends.map_or(0, |(first, last)| last.saturating_sub(first))
    }
}

const VALUE_CHARS_MAX: usize = 80;

fn rarity(seen: weigh::Prevalence) -> String {
    match (seen.hosts, seen.names) {
        (0, 0) => String::new(),
        (hosts, 0 | 1) => format!(" and {hosts} hosts met"),
        (hosts, names) => format!(", {hosts} hosts met and {names} names stand at"),
    }
}

fn order(item: &Item) -> (i64, &str) {
    (item.first_seen.seconds(), item.id.as_str())
}

/// Numbers that are in both; lists of things are short, and ordered by thing and not by number.
fn common<'a>(a: &'a [u32], b: &'a [u32]) -> impl Iterator<Item = u32> + 'a {
    a.iter().copied().filter(|thing| b.contains(thing))
}
