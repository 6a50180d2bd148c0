//! Robust random cut forest over a moving window: a row is strange whose going would make the others simpler to tell.

use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng as _};

use super::cut_tree::CutTree;

/// Trees over the last rows (Guha, Mishra, Roy and Schrijvers 2016).
///
/// A series becomes rows by giving the last few values together, so that an unusual order of usual values is seen.
/// Wide columns decide: bring columns to a common scale before.
#[derive(Debug, Clone)]
pub struct CutForest {
    n_columns: usize,
    window: usize,
    trees: Vec<CutTree>,
    /// Of each tree, the leaf of each row of the window.
    leaves: Vec<Vec<u32>>,
    n_seen: usize,
    random: ChaCha8Rng,
}

impl CutForest {
    /// A tree is as deep as the window in the worst case: this bounds the work for one row.
    pub const WINDOW_MAX: usize = 65_536;

    /// `n_trees` of 40 and a `window` of 256 rows serve most series. Memory is 16 bytes times columns, and 50 more, for
    /// each row of the window and each tree, twice. `None` where a count is 0 or the window too long.
    pub fn new(n_columns: usize, n_trees: usize, window: usize, seed: u64) -> Option<Self> {
        let sound = n_columns > 0 && n_trees > 0 && (1..=Self::WINDOW_MAX).contains(&window);
        sound.then(|| Self {
            n_columns,
            window,
            trees: vec![CutTree::new(n_columns); n_trees],
            leaves: vec![Vec::new(); n_trees],
            n_seen: 0,
            random: ChaCha8Rng::seed_from_u64(seed),
        })
    }

    /// Takes the row into the window, the oldest one out of it, and says how strange the row is: mean collusive
    /// displacement over the trees, from 0 up. Scores of the first window rest on fewer rows and are smaller.
    ///
    /// `None` for a row of another length or with a number that is not finite; it is not taken in.
    pub fn score_and_learn(&mut self, row: &[f64]) -> Option<f64> {
        let fits = row.len() == self.n_columns && row.iter().all(|value| value.is_finite());
        if !fits {
            return None;
        }
        let slot = self.n_seen % self.window;
        let mut sum = 0.0;
        for (tree, leaves) in self.trees.iter_mut().zip(&mut self.leaves) {
            if let Some(oldest) = leaves.get(slot) {
                tree.remove(*oldest);
            }
            let leaf = tree.insert(row, &mut self.random);
            match leaves.get_mut(slot) {
                Some(kept) => *kept = leaf,
                None => leaves.push(leaf),
            }
            sum += tree.displacement(leaf);
        }
        self.n_seen += 1;
        Some(sum / self.trees.len() as f64)
    }
}
