//! What must hold of a row, as an expression over atoms. Constants are worked out when it is made.

/// An atom is a test of one field, by number within the plan; a late test is one that costs so much that it is only
/// tried on rows that everything else has left; a pair holds two fields against each other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::rules) enum Node {
    Always,
    Never,
    Atom(u32),
    Late(u32),
    Pair(u32),
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
}

impl Node {
    pub(super) fn all(nodes: impl IntoIterator<Item = Self>) -> Self {
        let mut parts = Vec::new();
        for node in nodes {
            match node {
                Self::Never => return Self::Never,
                Self::Always => {}
                Self::All(inner) => parts.extend(inner),
                node => parts.push(node),
            }
        }
        in_order(&mut parts);
        match parts.len() {
            0 => Self::Always,
            1 => parts.remove(0),
            _ => Self::All(parts),
        }
    }

    pub(super) fn any(nodes: impl IntoIterator<Item = Self>) -> Self {
        let mut parts = Vec::new();
        for node in nodes {
            match node {
                Self::Always => return Self::Always,
                Self::Never => {}
                Self::Any(inner) => parts.extend(inner),
                node => parts.push(node),
            }
        }
        in_order(&mut parts);
        match parts.len() {
            0 => Self::Never,
            1 => parts.remove(0),
            _ => Self::Any(parts),
        }
    }

    pub(super) fn not(self) -> Self {
        match self {
            Self::Always => Self::Never,
            Self::Never => Self::Always,
            Self::Not(inner) => *inner,
            node => Self::Not(Box::new(node)),
        }
    }

    pub(super) fn each_atom(&self, found: &mut impl FnMut(u32)) {
        match self {
            Self::Atom(atom) => found(*atom),
            // As deep as conditions and searches may nest.
            Self::All(nodes) | Self::Any(nodes) => nodes.iter().for_each(|node| node.each_atom(&mut *found)),
            Self::Not(node) => node.each_atom(found),
            Self::Always | Self::Never | Self::Late(_) | Self::Pair(_) => {}
        }
    }
}

/// What is had from a bit set goes before what is worked out row by row; equal parts count once.
fn in_order(parts: &mut Vec<Node>) {
    let rank = |node: &Node| match node {
        Node::Always | Node::Never | Node::Atom(_) => 0,
        Node::Any(_) => 1,
        Node::All(_) => 2,
        Node::Not(_) => 3,
        Node::Late(_) => 4,
        Node::Pair(_) => 5,
    };
    parts.sort_by_key(rank);
    let mut seen = std::collections::BTreeSet::new();
    parts.retain(|node| match node {
        Node::Atom(atom) => seen.insert(*atom),
        _ => true,
    });
}
