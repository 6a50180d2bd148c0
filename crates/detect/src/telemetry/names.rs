//! Texts by number: each is kept once, and everything else speaks of it by a `u32`.

use ahash::{HashMap, HashMapExt};

#[derive(Debug)]
pub(crate) struct Names {
    places: HashMap<Box<str>, u32>,
    texts: Vec<Box<str>>,
}

impl Default for Names {
    fn default() -> Self {
        Self { places: HashMap::new(), texts: Vec::new() }
    }
}

impl Names {
    /// The number of a text; new ones get the next.
    pub(crate) fn index(&mut self, text: &str) -> u32 {
        if let Some(&index) = self.places.get(text) {
            return index;
        }
        let index = self.texts.len() as u32;
        self.places.insert(text.into(), index);
        self.texts.push(text.into());
        index
    }

    /// Empty for a number that was not given out.
    pub(crate) fn text(&self, index: u32) -> &str {
        self.texts.get(index as usize).map_or("", AsRef::as_ref)
    }

    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }
}
