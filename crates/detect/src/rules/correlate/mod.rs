//! Correlation rules as a state machine without a clock: matches of other rules go in, in any order and more than once;
//! what holds of them is a function of the set of matches alone.
//!
//! **Windows.** A window ends with each match and reaches back over the time span, both ends included; windows are not
//! aligned to anything. The condition is asked of each. Windows that hold and overlap are one [`Occurrence`].
//! **Late matches** take their place in time, and every window that they belong to is asked anew by the next
//! [`Correlator::judge`]; so the caller replaces what it was told of a window before, as with any detector.
//! **Chains.** A window that holds counts as a match at its end, for correlations that name this one.

mod events;
mod measure;

use std::collections::{BTreeMap, BTreeSet};

use schema::Window;
use serde::{Deserialize, Serialize};

pub use events::events;
use measure::Measure;

use super::{model::Correlation, set::RuleSet};

/// Matches that one correlation remembers; at some 200 bytes each this bounds it to 200 MB. What comes on top is counted
/// and left out, and is a sign that a rule matches everything.
const MAX_MATCHES: usize = 1_000_000;

/// Matches named in an occurrence, the earliest.
const MAX_EVIDENCE: usize = 20;

/// A record that a rule matched, or a window for which a correlation held.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Event {
    /// Nanoseconds since 1970.
    pub at: i64,
    /// Id of the rule.
    pub rule: String,
    pub dataset: String,
    pub table: String,
    pub record_id: String,
    /// Fields that correlations ask for, by Sigma's name; missing ones are left out.
    pub fields: BTreeMap<String, String>,
}

/// Windows of one group, one behind the other without a gap, for which a correlation held.
#[derive(Debug, Clone, PartialEq)]
pub struct Occurrence {
    /// Number of the correlation in its set.
    pub correlation: usize,
    pub dataset: String,
    /// Values of `group-by`, in its order.
    pub group: Vec<String>,
    /// From the first match of the first window to the last match of the last, nanoseconds.
    pub first: i64,
    pub last: i64,
    /// Matches in between.
    pub n_events: u64,
    /// The highest number that was counted in a window.
    pub most: f64,
    /// Table and record id of the earliest matches.
    pub evidence: Vec<(String, String)>,
}

/// Remembers matches as long as windows may need them. Serializable: a restart loses nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Correlator {
    /// By id of the correlation.
    states: BTreeMap<String, State>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct State {
    /// By dataset and values of `group-by`.
    #[serde(with = "as_list")]
    groups: BTreeMap<GroupKey, BTreeSet<Member>>,
    n_members: usize,
    n_left_out: u64,
}

type GroupKey = (String, Vec<String>);

/// A match within a group, in order of time; equal ones are one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Member {
    at: i64,
    /// Place of its rule in the correlation: matches of one instant count in the order of rules.
    place: u32,
    table: String,
    record_id: String,
    /// Values of the fields that are counted; `None` where one is missing.
    values: Option<Vec<String>>,
}

impl Correlator {
    /// Takes matches of rules. Those of no correlation are ignored.
    pub fn add(&mut self, set: &RuleSet, events: impl IntoIterator<Item = Event>) {
        let inputs = Inputs::of(set);
        for event in events {
            for (number, place) in inputs.of_rule(&event.rule) {
                let Some(correlation) = set.correlations().get(*number) else {
                    continue;
                };
                let state = self.states.entry(correlation.about.id.clone()).or_default();
                state.add(correlation, *place, &event);
            }
        }
    }

    /// What holds in windows that end within the given one, ordered by correlation, group and time. Chained correlations
    /// are worked out on the way, from what is remembered.
    pub fn judge(&self, set: &RuleSet, window: Window) -> Vec<Occurrence> {
        let inputs = Inputs::of(set);
        let mut derived: BTreeMap<usize, State> = BTreeMap::new();
        let mut occurrences = Vec::new();
        for (number, correlation) in set.correlations().iter().enumerate() {
            let mut state = self.states.get(&correlation.about.id).cloned().unwrap_or_default();
            if let Some(more) = derived.remove(&number) {
                state.absorb(more);
            }
            let names: BTreeSet<&str> =
                std::iter::once(correlation.about.id.as_str()).chain(correlation.about.name.as_deref()).collect();
            for (key, members) in &state.groups {
                let held = windows(correlation, members);
                for name in &names {
                    for (next, place) in inputs.of_rule(name) {
                        let Some(next_one) = set.correlations().get(*next) else {
                            continue;
                        };
                        let state = derived.entry(*next).or_default();
                        held.iter().for_each(|one| state.add(next_one, *place, &as_event(correlation, key, one)));
                    }
                }
                occurrences.extend(joined(number, key, members, &held, window));
            }
        }
        occurrences
    }

    /// Forgets what windows that end at or after `time` (nanoseconds) cannot reach back to.
    pub fn forget(&mut self, set: &RuleSet, time: i64) {
        let reach = reach(set);
        for (id, state) in &mut self.states {
            let span = reach.get(id).copied().unwrap_or(0);
            let first = time.saturating_sub(span);
            for members in state.groups.values_mut() {
                members.retain(|member| member.at >= first);
            }
            state.groups.retain(|_, members| !members.is_empty());
            state.n_members = state.groups.values().map(BTreeSet::len).sum();
        }
        self.states.retain(|_, state| state.n_members > 0 || state.n_left_out > 0);
    }

    /// Matches that were left out for lack of room, by id of the correlation.
    pub fn left_out(&self) -> impl Iterator<Item = (&str, u64)> {
        self.states.iter().filter(|(_, state)| state.n_left_out > 0).map(|(id, state)| (id.as_str(), state.n_left_out))
    }
}

/// How far back each correlation's matches may matter: its own span, and those of all that build on it.
fn reach(set: &RuleSet) -> BTreeMap<String, i64> {
    let span = |one: &Correlation| i64::try_from(one.timespan_s).unwrap_or(i64::MAX).saturating_mul(1_000_000_000);
    let mut reach: BTreeMap<String, i64> = BTreeMap::new();
    // What builds on another one stands behind it.
    for (number, one) in set.correlations().iter().enumerate().rev() {
        let builds = set.correlations().iter().skip(number + 1).filter(|later| {
            later.rules.iter().any(|name| *name == one.about.id || Some(name) == one.about.name.as_ref())
        });
        let longest = builds.filter_map(|later| reach.get(&later.about.id)).max().copied().unwrap_or(0);
        reach.insert(one.about.id.clone(), span(one).saturating_add(longest));
    }
    reach
}

/// For each name of a rule, the correlations that name it, and in which place.
struct Inputs {
    by_name: BTreeMap<String, Vec<(usize, u32)>>,
}

impl Inputs {
    fn of(set: &RuleSet) -> Self {
        let mut by_name: BTreeMap<String, Vec<(usize, u32)>> = BTreeMap::new();
        for (number, correlation) in set.correlations().iter().enumerate() {
            for (place, name) in correlation.rules.iter().enumerate() {
                // Matches come under the rule's id, whatever the correlation calls it.
                let id = set.find(name).and_then(|rule| set.rules().get(rule)).map(|rule| rule.about.id.clone());
                let list = by_name.entry(id.unwrap_or_else(|| name.clone())).or_default();
                list.push((number, place as u32));
            }
        }
        Self { by_name }
    }

    fn of_rule(&self, name: &str) -> &[(usize, u32)] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }
}

impl State {
    fn add(&mut self, correlation: &Correlation, place: u32, event: &Event) {
        let rule = correlation.rules.get(place as usize).map_or("", String::as_str);
        let value = |field: &String| event.fields.get(field_of(correlation, rule, &event.rule, field)).cloned();
        // A match without a value to group by belongs to no group.
        let Some(group) = correlation.group_by.iter().map(value).collect::<Option<Vec<_>>>() else {
            return;
        };
        if self.n_members >= MAX_MATCHES {
            self.n_left_out += 1;
            return;
        }
        let member = Member {
            at: event.at,
            place,
            table: event.table.clone(),
            record_id: event.record_id.clone(),
            values: correlation.fields.iter().map(value).collect(),
        };
        let members = self.groups.entry((event.dataset.clone(), group)).or_default();
        self.n_members += usize::from(members.insert(member));
    }

    fn absorb(&mut self, other: Self) {
        for (key, members) in other.groups {
            self.groups.entry(key).or_default().extend(members);
        }
    }
}

/// A map whose keys are no texts, as a list of pairs.
mod as_list {
    use std::collections::{BTreeMap, BTreeSet};

    use serde::{Deserialize, Deserializer, Serializer};

    use super::{GroupKey, Member};

    type Groups = BTreeMap<GroupKey, BTreeSet<Member>>;

    pub(super) fn serialize<S: Serializer>(groups: &Groups, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(groups)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Groups, D::Error> {
        Ok(Vec::<(GroupKey, BTreeSet<Member>)>::deserialize(deserializer)?.into_iter().collect())
    }
}

/// The field that stands for an alias in matches of this rule, which the alias may know by id or by name.
fn field_of<'a>(correlation: &'a Correlation, name: &str, id: &str, field: &'a str) -> &'a str {
    let alias = correlation.aliases.iter().find(|(alias, _)| alias == field);
    let of_rule = alias.and_then(|(_, rules)| rules.iter().find(|(rule, _)| rule == name || rule == id));
    of_rule.map_or(field, |(_, field)| field)
}

/// A window for which the condition held: where it begins and ends, and what was counted.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Held {
    first: i64,
    at: i64,
    /// Which of the matches at that instant ends it.
    number: usize,
    counted: f64,
}

/// Every window of a group for which the condition holds, in order of time.
fn windows(correlation: &Correlation, members: &BTreeSet<Member>) -> Vec<Held> {
    let span = i64::try_from(correlation.timespan_s).unwrap_or(i64::MAX).saturating_mul(1_000_000_000);
    let ordered: Vec<&Member> = members.iter().collect();
    let mut measure = Measure::of(correlation);
    let mut held = Vec::new();
    let mut first = 0;
    for (number, member) in ordered.iter().enumerate() {
        measure.add(member);
        while let Some(oldest) = ordered.get(first).filter(|oldest| oldest.at < member.at.saturating_sub(span)) {
            measure.remove(oldest);
            first += 1;
        }
        let Some(counted) = measure.number(member.at.saturating_sub(span)) else {
            continue;
        };
        if correlation.bounds.iter().all(|bound| bound.holds(counted)) {
            let start = ordered.get(first).map_or(member.at, |oldest| oldest.at);
            held.push(Held { first: start, at: member.at, number, counted: counted.as_f64() });
        }
    }
    held
}

fn as_event(correlation: &Correlation, (dataset, group): &GroupKey, held: &Held) -> Event {
    Event {
        at: held.at,
        rule: correlation.about.id.clone(),
        dataset: dataset.clone(),
        table: "correlation".to_owned(),
        record_id: format!("{}@{}#{}", correlation.about.id, held.at, held.number),
        fields: correlation.group_by.iter().cloned().zip(group.iter().cloned()).collect(),
    }
}

/// Windows that overlap are one occurrence; it counts where its last window ends within the one that is judged.
fn joined(
    number: usize,
    (dataset, group): &GroupKey,
    members: &BTreeSet<Member>,
    held: &[Held],
    window: Window,
) -> Vec<Occurrence> {
    let mut occurrences: Vec<Occurrence> = Vec::new();
    for one in held {
        match occurrences.last_mut().filter(|last| one.first <= last.last) {
            Some(last) => {
                last.last = one.at;
                last.most = last.most.max(one.counted);
            }
            None => occurrences.push(Occurrence {
                correlation: number,
                dataset: dataset.clone(),
                group: group.clone(),
                first: one.first,
                last: one.at,
                n_events: 0,
                most: one.counted,
                evidence: Vec::new(),
            }),
        }
    }
    let (start, end) = (window.start.nanos(), window.end.nanos());
    occurrences.retain(|one| (start..end).contains(&one.last));
    for occurrence in &mut occurrences {
        let within = members.iter().filter(|member| (occurrence.first..=occurrence.last).contains(&member.at));
        occurrence.n_events = within.clone().count() as u64;
        occurrence.evidence =
            within.take(MAX_EVIDENCE).map(|member| (member.table.clone(), member.record_id.clone())).collect();
    }
    occurrences
}
