//! Boosted trees as bytes, and back without trust: whatever is read ends, and stays within the row.

use super::{Boosted, LANES, grow::Grown};
use crate::models::bytes::{Reader, Writer};

const KIND: [u8; 4] = *b"MGBT";
const VERSION: u8 = 1;

/// What stands before a node.
const LEAF: u8 = 0;
const SPLIT: u8 = 1;
/// Parts missing values from the others.
const MISSING: u8 = 2;

/// A tree of the most leaves has so many nodes.
const NODES_MAX: usize = 2 * Boosted::LEAVES_MAX - 1;

impl Boosted {
    /// About twelve bytes a split, five a leaf.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::new(KIND, VERSION);
        out.f64(self.base);
        out.count(u32::from(self.n_features));
        out.count(self.roots.len() as u32);
        let ends = self.roots.iter().skip(1).copied().chain([self.nodes.len() as u32]);
        for (root, end) in self.roots.iter().zip(ends) {
            out.count(end - root);
            for at in *root..end {
                self.write_node(*root, at, &mut out);
            }
        }
        out.into_bytes()
    }

    /// `None` where the bytes are not such a model, are cut, or describe trees that are none.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut from = Reader::new(bytes, KIND, VERSION)?;
        let base = from.f64()?;
        let n_features = u16::try_from(from.count()?).ok()?;
        let n_trees = from.count()? as usize;
        let sound = (1..=Self::FEATURES_MAX).contains(&usize::from(n_features)) && n_trees <= Self::TREES_MAX + LANES;
        if !sound {
            return None;
        }
        let mut trees = Vec::new();
        for _ in 0..n_trees {
            trees.push(read_tree(n_features, &mut from)?);
        }
        from.is_empty().then(|| Self::assemble(base, n_features, trees.into_iter()))
    }

    fn write_node(&self, root: u32, at: u32, out: &mut Writer) {
        let node = self.nodes[at as usize];
        let (left, feature) = (node.left_and_feature >> 8, node.left_and_feature as u8);
        if left == at {
            out.byte(LEAF);
            return out.f32(self.values[at as usize]);
        }
        let parts_missing = node.threshold == f32::NEG_INFINITY;
        out.byte(if parts_missing { MISSING } else { SPLIT });
        out.byte(feature);
        out.count(left - root);
        out.f32(self.values[at as usize]);
        if !parts_missing {
            out.f32(node.threshold);
        }
    }
}

/// A tree in which every node but the root is the child of one that stands before it.
fn read_tree(n_features: u16, from: &mut Reader<'_>) -> Option<Vec<Grown>> {
    let n_nodes = from.count()? as usize;
    if !(1..=NODES_MAX).contains(&n_nodes) {
        return None;
    }
    let mut nodes = Vec::with_capacity(n_nodes);
    let mut depths: Vec<Option<usize>> = vec![None; n_nodes];
    depths[0] = Some(0);
    for at in 0..n_nodes {
        let depth = depths[at]?;
        let kind = from.byte()?;
        if kind == LEAF {
            nodes.push(Grown::Leaf(from.f32()?));
            continue;
        }
        let feature = from.byte()?;
        let left = from.count()?;
        let value = from.f32()?;
        let threshold = match kind {
            SPLIT => from.f32()?,
            MISSING => f32::NEG_INFINITY,
            _ => return None,
        };
        if u16::from(feature) >= n_features || left as usize <= at || depth >= Boosted::DEPTH_MAX {
            return None;
        }
        for child in depths.get_mut(left as usize..(left as usize).checked_add(2)?)? {
            if child.replace(depth + 1).is_some() {
                return None;
            }
        }
        nodes.push(Grown::Split { feature, threshold, left, value });
    }
    Some(nodes)
}
