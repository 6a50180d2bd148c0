//! Texts found at one end of a value: a walk that ends with the first character that no text has there.

use ahash::{HashMap, HashMapExt};

#[derive(Debug, Default)]
pub(super) struct Trie {
    next: HashMap<(u32, u8), u32>,
    /// Predicates that end at a node.
    ends: Vec<Vec<u32>>,
}

impl Trie {
    pub(super) fn new() -> Self {
        Self { next: HashMap::new(), ends: vec![Vec::new()] }
    }

    pub(super) fn insert(&mut self, bytes: impl Iterator<Item = u8>, predicate: u32) {
        let mut node = 0;
        for byte in bytes {
            let new = self.ends.len() as u32;
            node = *self.next.entry((node, byte)).or_insert(new);
            if node == new {
                self.ends.push(Vec::new());
            }
        }
        if let Some(end) = self.ends.get_mut(node as usize) {
            end.push(predicate);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ends.len() <= 1
    }

    /// Calls back with the predicates of every text that the bytes begin with.
    pub(super) fn each(&self, bytes: impl Iterator<Item = u8>, mut found: impl FnMut(u32)) {
        let mut node = 0;
        for byte in bytes {
            let Some(next) = self.next.get(&(node, byte)) else {
                return;
            };
            node = *next;
            self.ends.get(node as usize).into_iter().flatten().for_each(|predicate| found(*predicate));
        }
    }
}
