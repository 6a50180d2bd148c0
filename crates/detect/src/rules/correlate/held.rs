//! What held for a group so far: windows that overlap are summed without counting a match twice.

use std::{collections::VecDeque, sync::Arc};

use super::correlator::{Match, Member};

/// Matches named in an occurrence.
const MAX_EVIDENCE: usize = 20;

/// Members that are looked through for the evidence of one occurrence, from either end.
const MAX_LOOKED_AT: usize = 2_048;

#[derive(Debug)]
pub(super) struct Held {
    pub(super) first: i64,
    pub(super) last: i64,
    pub(super) n_events: u64,
    pub(super) n_windows: u64,
    pub(super) most: f64,
    pub(super) evidence: Vec<Arc<Match>>,
    /// How many of each rule are in the evidence.
    of_rules: Vec<usize>,
    /// Number of the first member that was not counted yet.
    next: u64,
}

impl Held {
    /// The first window that holds.
    pub(super) fn new(n_rules: usize, at: i64, counted: f64) -> Self {
        Self {
            first: at,
            last: at,
            n_events: 0,
            n_windows: 0,
            most: counted,
            evidence: Vec::new(),
            of_rules: vec![0; n_rules],
            next: 0,
        }
    }

    /// Adds a window that ends now; its members are in order of time.
    pub(super) fn add(&mut self, members: &VecDeque<Member>, at: i64, counted: f64) {
        let (Some(oldest), Some(newest)) = (members.front(), members.back()) else {
            return;
        };
        self.first = self.first.min(oldest.at);
        self.last = at;
        self.most = self.most.max(counted);
        self.n_windows += 1;
        let start = oldest.number.max(self.next);
        self.n_events += (newest.number + 1).saturating_sub(start);
        let new = (start - oldest.number) as usize;
        if self.evidence.len() < MAX_EVIDENCE {
            let from_the_front = members.range(new.min(members.len())..).take(MAX_LOOKED_AT);
            from_the_front.for_each(|member| self.name(member));
            let looked_at = new.saturating_add(MAX_LOOKED_AT).min(members.len());
            let from_the_back = members.range(looked_at..).rev().take(MAX_LOOKED_AT);
            from_the_back.for_each(|member| self.name(member));
        }
        self.next = newest.number + 1;
    }

    /// Takes a member into the evidence while its rule has a place left there.
    fn name(&mut self, member: &Member) {
        let most = (MAX_EVIDENCE / self.of_rules.len().max(1)).max(1);
        let Some(n) = self.of_rules.get_mut(member.place as usize) else {
            return;
        };
        if *n < most && self.evidence.len() < MAX_EVIDENCE {
            *n += 1;
            self.evidence.push(member.matched.clone());
        }
    }

    /// Tables and ids of the records, in order of time, none twice.
    pub(super) fn records(&self) -> Vec<(String, String)> {
        let mut all: Vec<_> = self.evidence.iter().flat_map(|matched| matched.records.iter()).collect();
        all.sort();
        all.dedup();
        all.truncate(MAX_EVIDENCE);
        all.into_iter().map(|record| (record.table.to_string(), record.record_id.to_string())).collect()
    }
}
