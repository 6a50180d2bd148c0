//! Single linkage: the shortest edges that hang everything together, and the order in which they join groups.

/// An edge of a spanning tree.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    a: usize,
    b: usize,
    pub(super) length: f64,
}

/// Two groups become one. Groups below n are single things, others the merge of this number, less n.
#[derive(Debug, Clone, Copy)]
pub(super) struct Merge {
    pub(super) left: usize,
    pub(super) right: usize,
    pub(super) length: f64,
    /// Things in both.
    pub(super) size: usize,
}

/// The smallest spanning tree of all things (Prim 1957): n² lengths, each asked once or twice.
pub(super) fn spanning_tree(n: usize, length: impl Fn(usize, usize) -> f64) -> Vec<Edge> {
    let mut nearest = vec![(f64::INFINITY, 0); n];
    let mut outside: Vec<usize> = (1..n).collect();
    let mut edges = Vec::with_capacity(n.saturating_sub(1));
    let mut last = 0;
    while !outside.is_empty() {
        let mut best = (f64::INFINITY, 0);
        for (at, thing) in outside.iter().enumerate() {
            let to_last = length(last, *thing);
            if to_last < nearest[*thing].0 {
                nearest[*thing] = (to_last, last);
            }
            if nearest[*thing].0 < best.0 {
                best = (nearest[*thing].0, at);
            }
        }
        last = outside.swap_remove(best.1);
        let (length, a) = nearest[last];
        edges.push(Edge { a, b: last, length });
    }
    edges
}

/// Joins along the edges, shortest first.
pub(super) fn merges(n: usize, mut edges: Vec<Edge>) -> Vec<Merge> {
    edges.sort_by(|a, b| a.length.total_cmp(&b.length));
    // Trees of things, and the group that each root stands for.
    let mut parents: Vec<usize> = (0..n).collect();
    let mut groups: Vec<(usize, usize)> = (0..n).map(|thing| (thing, 1)).collect();
    let mut merges = Vec::with_capacity(edges.len());
    for Edge { a, b, length } in edges {
        let (a, b) = (root(&mut parents, a), root(&mut parents, b));
        let ((left, of_left), (right, of_right)) = (groups[a], groups[b]);
        let size = of_left + of_right;
        parents[b] = a;
        groups[a] = (n + merges.len(), size);
        merges.push(Merge { left, right, length, size });
    }
    merges
}

/// The root of a thing's tree; every second thing on the way is hung higher.
fn root(parents: &mut [usize], mut thing: usize) -> usize {
    while parents[thing] != thing {
        parents[thing] = parents[parents[thing]];
        thing = parents[thing];
    }
    thing
}
