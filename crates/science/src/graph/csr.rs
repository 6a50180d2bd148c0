//! A graph as rows of neighbours, one behind the other: nothing to follow, and eight bytes more than an edge needs.

/// Edges by the node that they leave. Edges between the same nodes are one, with the sum of their weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    /// Where each node's edges begin, and where the last one's end.
    starts: Vec<usize>,
    edges: Vec<(u32, f64)>,
}

impl Graph {
    /// Edges lead from the first node to the second. Edges that name a node outside of `0..n_nodes`, and weights that
    /// are not finite and above 0, are left out. O(nodes + edges · log edges). `None` for more than 2^32 nodes.
    pub fn directed(n_nodes: usize, edges: impl IntoIterator<Item = (usize, usize, f64)>) -> Option<Self> {
        Self::of(n_nodes, edges.into_iter().collect())
    }

    /// Edges lead both ways. A loop counts twice, as both of its ends do.
    pub fn undirected(n_nodes: usize, edges: impl IntoIterator<Item = (usize, usize, f64)>) -> Option<Self> {
        Self::of(n_nodes, edges.into_iter().flat_map(|(a, b, weight)| [(a, b, weight), (b, a, weight)]).collect())
    }

    pub fn n_nodes(&self) -> usize {
        self.starts.len() - 1
    }

    /// Where edges lead from a node, ascending, and their weights. None for a node outside of the graph.
    pub fn edges(&self, node: usize) -> &[(u32, f64)] {
        let (Some(start), Some(end)) = (self.starts.get(node), self.starts.get(node + 1)) else { return &[] };
        &self.edges[*start..*end]
    }

    /// Sum of the weights of a node's edges.
    pub fn degree(&self, node: usize) -> f64 {
        self.edges(node).iter().map(|(_, weight)| weight).sum()
    }

    fn of(n_nodes: usize, mut edges: Vec<(usize, usize, f64)>) -> Option<Self> {
        u32::try_from(n_nodes).ok()?;
        edges.retain(|(from, to, weight)| *from < n_nodes && *to < n_nodes && weight.is_finite() && *weight > 0.0);
        edges.sort_by_key(|(from, to, _)| (*from, *to));
        edges.dedup_by(|next, kept| {
            let same = (next.0, next.1) == (kept.0, kept.1);
            if same {
                // So that many large weights stay a number.
                kept.2 = (kept.2 + next.2).min(WEIGHT_MAX);
            }
            same
        });
        let mut starts = vec![0; n_nodes + 1];
        edges.iter().for_each(|(from, ..)| starts[from + 1] += 1);
        (0..n_nodes).for_each(|node| starts[node + 1] += starts[node]);
        let edges = edges.into_iter().map(|(_, to, weight)| (to as u32, weight.min(WEIGHT_MAX)));
        Some(Self { starts, edges: edges.collect() })
    }
}

/// The product of two sums of such weights is still a number.
const WEIGHT_MAX: f64 = 1e100;
