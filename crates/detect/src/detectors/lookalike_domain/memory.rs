//! What the days before knew of a dataset's domains: since when, how regularly, by how many hosts.

use ahash::{HashMap, HashMapExt};

use super::met::{Brief, Folded};

/// All domains that were met on the days before.
#[derive(Debug)]
pub(super) struct Memory<'a> {
    days: &'a [Folded<'a>],
    domains: HashMap<&'a str, Habit>,
}

/// One of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Habit {
    /// The day on which it was met first, and its row there.
    pub(super) first: usize,
    row: usize,
    pub(super) n_days: usize,
    pub(super) n_hosts_sum: f64,
    pub(super) n_received: i64,
}

impl<'a> Memory<'a> {
    pub(super) fn of(days: &'a [Folded<'a>], dataset: &str) -> Self {
        let mut domains: HashMap<&str, Habit> = HashMap::new();
        for (nth, day) in days.iter().enumerate() {
            for (domain, row) in day.of_dataset(dataset) {
                let (n_hosts, n_received) = day.counts(row);
                let new = Habit { first: nth, row, n_days: 0, n_hosts_sum: 0.0, n_received: 0 };
                let habit = domains.entry(domain).or_insert(new);
                habit.n_days += 1;
                habit.n_hosts_sum += n_hosts;
                habit.n_received = habit.n_received.saturating_add(n_received);
            }
        }
        Self { days, domains }
    }

    pub(super) fn n_days(&self) -> usize {
        self.days.len()
    }

    pub(super) fn knows(&self, domain: &str) -> bool {
        self.domains.contains_key(domain)
    }

    /// Domains in a stable order.
    pub(super) fn habits(&self) -> Vec<(&'a str, Habit)> {
        let mut habits: Vec<(&str, Habit)> = self.domains.iter().map(|(domain, habit)| (*domain, *habit)).collect();
        habits.sort_unstable_by_key(|(domain, _)| *domain);
        habits
    }

    /// What was seen of a domain on the day on which it was met first.
    pub(super) fn first_met(&self, habit: Habit) -> Brief {
        self.days.get(habit.first).map(|day| day.brief(habit.row)).unwrap_or_default()
    }
}
