//! Which nodes hang together.

/// The connected components of an undirected graph, as one label a node.
///
/// A label is the smallest node index of the component, so equal graphs give equal labels whatever the order of
/// edges. Edges that name a node outside `0..n_nodes` are ignored. Union–find with path halving: near-linear.
pub fn components(n_nodes: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut parents: Vec<usize> = (0..n_nodes).collect();
    for &(a, b) in edges {
        if a < n_nodes && b < n_nodes {
            let (a, b) = (root(&mut parents, a), root(&mut parents, b));
            parents[a.max(b)] = a.min(b);
        }
    }
    (0..n_nodes).map(|node| root(&mut parents, node)).collect()
}

/// The root of a node's tree; every second node on the way is hung higher.
fn root(parents: &mut [usize], mut node: usize) -> usize {
    while parents[node] != node {
        parents[node] = parents[parents[node]];
        node = parents[node];
    }
    node
}
