//! Which rules are worth a look in a chunk: each names a few atoms of which one must be met, and waits for them.

use super::{Node, PlannedRule};

#[derive(Debug, Clone, Default)]
pub(in crate::rules) struct Witnesses {
    /// Rules that wait for an atom, one list behind the other.
    rules: Vec<u32>,
    /// Where the list of an atom begins, with one more at the end.
    starts: Vec<u32>,
    /// Rules that wait for nothing.
    always: Vec<u32>,
}

impl Witnesses {
    /// Of several sets of atoms that a rule could wait for, the one that was met least is taken, as far as `seen` says.
    pub(in crate::rules) fn of(rules: &[PlannedRule], n_atoms: usize, seen: impl Fn(u32) -> u64) -> Self {
        let mut waiting: Vec<(u32, u32)> = Vec::new();
        let mut always = Vec::new();
        for (number, rule) in rules.iter().enumerate() {
            match best(&rule.node, &seen) {
                Some((_, atoms)) => waiting.extend(atoms.into_iter().map(|atom| (atom, number as u32))),
                None => always.push(number as u32),
            }
        }
        waiting.sort_unstable();
        let mut starts = vec![0; n_atoms + 1];
        for (atom, _) in &waiting {
            if let Some(start) = starts.get_mut(*atom as usize + 1) {
                *start += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        Self { rules: waiting.into_iter().map(|(_, rule)| rule).collect(), starts, always }
    }

    /// Rules that one of these atoms gives hope, ascending, each once.
    pub(in crate::rules) fn woken(&self, met: &[u32], woken: &mut Vec<u32>) {
        woken.clear();
        woken.extend_from_slice(&self.always);
        for atom in met.iter().map(|atom| *atom as usize) {
            let range = self.starts.get(atom).zip(self.starts.get(atom + 1));
            let rules = range.and_then(|(start, end)| self.rules.get(*start as usize..*end as usize));
            woken.extend_from_slice(rules.unwrap_or_default());
        }
        woken.sort_unstable();
        woken.dedup();
    }
}

/// Atoms of which one is met wherever the node holds, and how often they were seen together; none where there is no
/// such set.
fn best(node: &Node, seen: &impl Fn(u32) -> u64) -> Option<(u64, Vec<u32>)> {
    match node {
        // Each atom also costs a look by itself.
        Node::Atom(atom) => Some((seen(*atom).saturating_add(1), vec![*atom])),
        // As deep as the parser lets conditions nest.
        Node::All(nodes) => nodes.iter().filter_map(|node| best(node, seen)).min_by_key(|(cost, _)| *cost),
        Node::Any(nodes) => {
            let mut all = (0_u64, Vec::new());
            for node in nodes {
                let (cost, atoms) = best(node, seen)?;
                all.0 = all.0.saturating_add(cost);
                all.1.extend(atoms);
            }
            Some(all)
        }
        Node::Never => Some((0, Vec::new())),
        Node::Always | Node::Late(_) | Node::Pair(_) | Node::Not(_) => None,
    }
}
