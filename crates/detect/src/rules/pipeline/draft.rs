//! A rule's searches while steps change them: each line remembers which steps have been at it.

use std::collections::BTreeSet;

use crate::rules::model::{Item, Search};

/// A search on its way; as deep as the parser lets searches nest, and two levels more for each step that splits lines.
#[derive(Debug, Clone)]
pub(super) enum Draft {
    All(Vec<Self>),
    Any(Vec<Self>),
    Line(Line),
    /// To be taken out.
    Dropped,
}

#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) item: Item,
    pub(super) applied: BTreeSet<String>,
    pub(super) n_splits: u8,
}

impl Line {
    /// One of several lines that this one becomes, about another field.
    pub(super) fn about(&self, field: &str) -> Self {
        let item = Item { field: Some(field.to_owned()), ..self.item.clone() };
        Self { item, applied: self.applied.clone(), n_splits: self.n_splits + 1 }
    }
}

impl Draft {
    pub(super) fn of(search: &Search) -> Self {
        match search {
            Search::All(parts) => Self::All(parts.iter().map(Self::of).collect()),
            Search::Any(parts) => Self::Any(parts.iter().map(Self::of).collect()),
            Search::Item(item) => Self::Line(Line { item: item.clone(), applied: BTreeSet::new(), n_splits: 0 }),
        }
    }

    /// The search; `None` where nothing is left of it.
    pub(super) fn into_search(self) -> Option<Search> {
        let left = |parts: Vec<Self>| parts.into_iter().filter_map(Self::into_search).collect::<Vec<_>>();
        match self {
            Self::All(parts) => one_or(left(parts), Search::All),
            Self::Any(parts) => one_or(left(parts), Search::Any),
            Self::Line(line) => Some(Search::Item(line.item)),
            Self::Dropped => None,
        }
    }

    /// Calls back with each line, which may become something else.
    pub(super) fn change<E>(&mut self, change: &mut impl FnMut(&mut Line) -> Result<Option<Self>, E>) -> Result<(), E> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter_mut().try_for_each(|part| part.change(change)),
            Self::Line(line) => {
                if let Some(changed) = change(line)? {
                    *self = changed;
                }
                Ok(())
            }
            Self::Dropped => Ok(()),
        }
    }

    pub(super) fn any(&self, holds: &impl Fn(&Item) -> bool) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.any(holds)),
            Self::Line(line) => holds(&line.item),
            Self::Dropped => false,
        }
    }
}

fn one_or(mut parts: Vec<Search>, many: fn(Vec<Search>) -> Search) -> Option<Search> {
    match parts.len() {
        0 => None,
        1 => parts.pop(),
        _ => Some(many(parts)),
    }
}
