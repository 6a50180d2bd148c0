//! Numbers in order, with the one at any place at hand, while others come and go.

/// Numbers of one run; inserting moves half of them on average.
const RUN_MAX: usize = 512;

/// Runs of numbers, ordered within and among each other; no run is empty.
#[derive(Debug, Default)]
pub(super) struct Sorted {
    runs: Vec<Vec<i128>>,
    n: usize,
}

impl Sorted {
    pub(super) fn len(&self) -> usize {
        self.n
    }

    pub(super) fn add(&mut self, number: i128) {
        self.n += 1;
        let at = self.run_of(number).min(self.runs.len().saturating_sub(1));
        let Some(run) = self.runs.get_mut(at) else {
            self.runs.push(vec![number]);
            return;
        };
        run.insert(run.partition_point(|known| *known < number), number);
        if run.len() > RUN_MAX {
            let upper = run.split_off(RUN_MAX / 2);
            self.runs.insert(at + 1, upper);
        }
    }

    /// Takes one such number out, where there is one.
    pub(super) fn remove(&mut self, number: i128) {
        let at = self.run_of(number);
        let Some(run) = self.runs.get_mut(at) else {
            return;
        };
        let Ok(place) = run.binary_search(&number) else {
            return;
        };
        run.remove(place);
        self.n -= 1;
        if run.is_empty() {
            self.runs.remove(at);
        }
    }

    /// The number that so many are before.
    pub(super) fn get(&self, place: usize) -> Option<i128> {
        let mut before = place;
        for run in &self.runs {
            match run.get(before) {
                Some(number) => return Some(*number),
                None => before -= run.len(),
            }
        }
        None
    }

    /// The first run that ends with this number or a higher one.
    fn run_of(&self, number: i128) -> usize {
        self.runs.partition_point(|run| run.last().is_some_and(|last| *last < number))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Sorted;

    proptest! {
        #[test]
        fn it_is_a_sorted_list(steps in prop::collection::vec((any::<bool>(), 0..60_i128), 0..3_000)) {
            let (mut sorted, mut plain) = (Sorted::default(), Vec::new());
            for (add, number) in steps {
                if add || plain.len() < 1_200 {
                    sorted.add(number);
                    plain.insert(plain.partition_point(|known| *known < number), number);
                } else {
                    sorted.remove(number);
                    if let Ok(at) = plain.binary_search(&number) {
                        plain.remove(at);
                    }
                }
            }
            prop_assert_eq!(sorted.len(), plain.len());
            let all: Vec<i128> = (0..=plain.len()).filter_map(|place| sorted.get(place)).collect();
            prop_assert_eq!(all, plain);
        }
    }
}
