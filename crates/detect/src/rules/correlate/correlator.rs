//! Slides the windows of all correlations over matches in order of time, in memory bounded by what windows hold.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::Arc,
};

use super::{
    Event, Occurrence,
    held::Held,
    measure::{Measure, Value, billionths},
};
use crate::rules::{
    model::{Correlation, CorrelationKind, Number},
    set::{Asked, RuleSet},
};

/// Matches that all windows together may hold, about 400 MB. Beyond it the oldest of the fullest correlation's go and
/// are counted: a sign that one of its rules matches everything.
const MAX_MEMBERS: usize = 1_000_000;

/// Records that a window which counts as a match names as its own evidence.
const MAX_RECORDS: usize = 5;

/// A match of a rule, or a window of a correlation that held.
#[derive(Debug)]
pub(super) struct Match {
    dataset: Arc<str>,
    pub(super) records: Box<[Record]>,
    fields: Box<[(Arc<str>, Box<str>)]>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Record {
    at: i64,
    pub(super) table: Arc<str>,
    pub(super) record_id: Arc<str>,
}

/// A match within a group.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) at: i64,
    /// Counted from the first match of the group.
    pub(super) number: u64,
    /// Place of its rule in the correlation.
    pub(super) place: u32,
    pub(super) matched: Arc<Match>,
}

/// Windows of all correlations of a set. Feed it stretch by stretch, in order of time.
#[derive(Debug)]
pub struct Correlator {
    /// Each behind those that it names.
    nodes: Vec<Node>,
    /// For each id of a rule or correlation, which correlations take it in, and in which place.
    inputs: HashMap<String, Vec<(usize, u32)>>,
    words: HashMap<String, Arc<str>>,
    n_members: usize,
    max_members: usize,
    n_left_out: u64,
}

#[derive(Debug)]
struct Node {
    correlation: Correlation,
    id: Arc<str>,
    /// For each of its rules, the fields to group by and to count.
    asked: Vec<Asked>,
    groups: HashMap<Arc<GroupKey>, Group>,
    /// Whose turn it is to lose its oldest member, in order of time.
    oldest: VecDeque<(i64, Arc<GroupKey>)>,
    held: BTreeMap<Arc<GroupKey>, Held>,
}

/// Dataset and values of `group-by`.
type GroupKey = (Arc<str>, Vec<Box<str>>);

#[derive(Debug)]
struct Group {
    members: VecDeque<Member>,
    measure: Measure,
    n_ever: u64,
}

/// Matches of one instant on their way into a correlation.
type Arrived = Vec<(u32, Arc<Match>)>;

impl Correlator {
    pub fn new(set: &RuleSet) -> Self {
        let mut inputs: HashMap<String, Vec<(usize, u32)>> = HashMap::new();
        for (number, correlation) in set.correlations().iter().enumerate() {
            for (place, name) in correlation.rules.iter().enumerate() {
                // Matches come under the rule's id, whatever the correlation calls it.
                let id = set.about(name).map_or(name, |about| &about.id);
                inputs.entry(id.clone()).or_default().push((number, place as u32));
            }
        }
        let nodes = set.correlations().iter().map(|correlation| Node::new(set, correlation)).collect();
        Self { nodes, inputs, words: HashMap::new(), n_members: 0, max_members: MAX_MEMBERS, n_left_out: 0 }
    }

    /// Lets windows hold fewer matches.
    #[must_use]
    pub fn with_at_most(mut self, n_members: usize) -> Self {
        self.max_members = n_members.max(1);
        self
    }

    /// Takes matches, all of them behind those that were fed before.
    pub fn feed(&mut self, mut events: Vec<Event>) {
        events.sort_unstable();
        events.dedup();
        for instant in events.chunk_by(|a, b| a.at == b.at) {
            if let Some(first) = instant.first() {
                self.instant(first.at, instant);
            }
        }
    }

    /// What held in the windows that ended since this was asked last, ordered by correlation, dataset and group.
    pub fn take(&mut self) -> Vec<Occurrence> {
        let mut occurrences = Vec::new();
        for (number, node) in self.nodes.iter_mut().enumerate() {
            for (key, held) in std::mem::take(&mut node.held) {
                if node.groups.get(&key).is_some_and(|group| group.members.is_empty()) {
                    node.groups.remove(&key);
                }
                occurrences.push(Occurrence {
                    correlation: number,
                    dataset: key.0.to_string(),
                    group: key.1.iter().map(ToString::to_string).collect(),
                    first: held.first,
                    last: held.last,
                    n_events: held.n_events,
                    n_windows: held.n_windows,
                    most: held.most,
                    evidence: held.records(),
                });
            }
        }
        occurrences
    }

    /// Matches that left their window early because there were too many.
    pub fn n_left_out(&self) -> u64 {
        self.n_left_out
    }

    fn instant(&mut self, at: i64, events: &[Event]) {
        let mut arrived = BTreeMap::new();
        for event in events {
            if self.inputs.contains_key(&event.rule) {
                let matched = Arc::new(self.matched(event));
                self.hand_on(&event.rule, &matched, &mut arrived);
            }
        }
        // Windows of one correlation go to those behind it only.
        while let Some((number, mut these)) = arrived.pop_first() {
            // Matches of one instant count in the order of rules.
            these.sort_by(|a, b| (a.0, &a.1.dataset, &a.1.records).cmp(&(b.0, &b.1.dataset, &b.1.records)));
            let Some(node) = self.nodes.get_mut(number) else { continue };
            let before = node.oldest.len();
            let windows = node.advance(at, these);
            self.n_members = (self.n_members + node.oldest.len()).saturating_sub(before);
            let id = node.id.clone();
            for window in windows {
                self.hand_on(&id, &Arc::new(window), &mut arrived);
            }
        }
        if self.n_members > self.max_members {
            self.make_room(at);
        }
    }

    fn hand_on(&self, id: &str, matched: &Arc<Match>, arrived: &mut BTreeMap<usize, Arrived>) {
        for (number, place) in self.inputs.get(id).into_iter().flatten() {
            arrived.entry(*number).or_default().push((*place, matched.clone()));
        }
    }

    fn matched(&mut self, event: &Event) -> Match {
        let fields = event.fields.iter().map(|(name, value)| (self.word(name), value.as_str().into())).collect();
        let record =
            Record { at: event.at, table: self.word(&event.table), record_id: event.record_id.as_str().into() };
        Match { dataset: self.word(&event.dataset), records: Box::new([record]), fields }
    }

    /// One copy of words that come with every match: names of rules, fields, tables and datasets.
    fn word(&mut self, text: &str) -> Arc<str> {
        if let Some(word) = self.words.get(text) {
            return word.clone();
        }
        let word: Arc<str> = text.into();
        self.words.insert(text.to_owned(), word.clone());
        word
    }

    /// Lets go what no window needs any more, and then the oldest matches.
    fn make_room(&mut self, at: i64) {
        self.nodes.iter_mut().for_each(|node| node.let_go(at));
        self.n_members = self.nodes.iter().map(|node| node.oldest.len()).sum();
        while self.n_members > self.max_members {
            let fullest = self.nodes.iter_mut().max_by_key(|node| node.oldest.len());
            fullest.into_iter().for_each(Node::drop_oldest);
            self.n_members -= 1;
            self.n_left_out += 1;
        }
    }
}

impl Node {
    fn new(set: &RuleSet, correlation: &Correlation) -> Self {
        Self {
            id: correlation.about.id.as_str().into(),
            asked: correlation.rules.iter().map(|rule| set.asked(correlation, rule)).collect(),
            correlation: correlation.clone(),
            groups: HashMap::new(),
            oldest: VecDeque::new(),
            held: BTreeMap::new(),
        }
    }

    /// Takes the matches of an instant, and gives the windows that end with it and hold.
    fn advance(&mut self, at: i64, arrived: Arrived) -> Vec<Match> {
        self.let_go(at);
        let mut touched: Vec<Arc<GroupKey>> = Vec::new();
        for (place, matched) in arrived {
            if let Some(key) = self.add(at, place, matched) {
                touched.push(key);
            }
        }
        touched.sort_unstable();
        touched.dedup();
        touched.into_iter().filter_map(|key| self.judge(at, &key)).collect()
    }

    /// Lets go what is in no window that ends now or later.
    fn let_go(&mut self, at: i64) {
        let first = at.saturating_sub(nanos(self.correlation.timespan_s));
        while self.oldest.front().is_some_and(|(at, _)| *at < first) {
            self.drop_oldest();
        }
    }

    /// The group that the match belongs to; none where it lacks a field that is grouped by or counted.
    fn add(&mut self, at: i64, place: u32, matched: Arc<Match>) -> Option<Arc<GroupKey>> {
        let value = self.value(place, &matched)?;
        let texts = texts(&self.asked.get(place as usize)?.group_by, &matched)?;
        let key: GroupKey = (matched.dataset.clone(), texts);
        let key = match self.groups.get_key_value(&key) {
            Some((known, _)) => known.clone(),
            None => Arc::new(key),
        };
        let group = self.groups.entry(key.clone()).or_insert_with(|| Group {
            members: VecDeque::new(),
            measure: Measure::of(&self.correlation),
            n_ever: 0,
        });
        let number = group.n_ever;
        group.n_ever += 1;
        group.measure.add(number, &value);
        group.members.push_back(Member { at, number, place, matched });
        self.oldest.push_back((at, key.clone()));
        Some(key)
    }

    fn drop_oldest(&mut self) {
        let Some((_, key)) = self.oldest.pop_front() else { return };
        let Some(group) = self.groups.get_mut(&key) else { return };
        let Some(member) = group.members.pop_front() else { return };
        // A group counts on while its occurrence is open, so that no match is counted twice in it.
        let done = group.members.is_empty() && !self.held.contains_key(&key);
        let value = self.value(member.place, &member.matched);
        if done {
            self.groups.remove(&key);
        } else if let (Some(group), Some(value)) = (self.groups.get_mut(&key), value) {
            group.measure.remove(&value);
        }
    }

    /// What the match brings to what is counted; `None` where it has no such field, or no number in it.
    fn value(&self, place: u32, matched: &Match) -> Option<Value> {
        let fields = &self.asked.get(place as usize)?.fields;
        match self.correlation.kind {
            CorrelationKind::EventCount | CorrelationKind::Temporal | CorrelationKind::TemporalOrdered => {
                Some(Value::Rule(place))
            }
            CorrelationKind::ValueCount => texts(fields, matched).map(Value::Texts),
            CorrelationKind::ValueSum | CorrelationKind::ValueAvg | CorrelationKind::ValuePercentile(_) => {
                let text = texts(fields, matched)?;
                billionths(Number::of_text(text.first()?)?).map(Value::Number)
            }
        }
    }

    fn judge(&mut self, at: i64, key: &Arc<GroupKey>) -> Option<Match> {
        let group = self.groups.get(key)?;
        let counted = group.measure.held(&self.correlation)?;
        let n_rules = self.correlation.rules.len();
        let held = self.held.entry(key.clone()).or_insert_with(|| Held::new(n_rules, at, counted));
        held.add(&group.members, at, counted);
        Some(self.window(key, group))
    }

    /// A window that holds, as a match: with the fields of the match that ends it, and those that it groups by.
    fn window(&self, key: &GroupKey, group: &Group) -> Match {
        let ends = group.members.back().map(|member| &member.matched);
        let mut fields: BTreeMap<Arc<str>, Box<str>> =
            ends.into_iter().flat_map(|matched| matched.fields.iter().cloned()).collect();
        for (name, value) in self.correlation.group_by.iter().zip(&key.1) {
            fields.insert(name.as_str().into(), value.clone());
        }
        let front = group.members.iter().take(MAX_RECORDS - 1);
        let back = group.members.back().filter(|_| group.members.len() >= MAX_RECORDS);
        let records = front.chain(back).flat_map(|member| member.matched.records.iter().cloned()).take(MAX_RECORDS);
        Match { dataset: key.0.clone(), records: records.collect(), fields: fields.into_iter().collect() }
    }
}

fn nanos(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1_000_000_000)
}

/// Values of these fields; `None` where one is missing.
fn texts(names: &[String], matched: &Match) -> Option<Vec<Box<str>>> {
    let text = |name: &String| matched.fields.iter().find(|(known, _)| **known == **name).map(|(_, text)| text.clone());
    names.iter().map(text).collect()
}
