//! What is asked of a digest, and the sightings of a day read from it.

use crate::telemetry::{Names, groups::Grouped};

/// What is asked of a digest; aspects that no family names are not looked at.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) families: &'static [Family],
}

/// Aspects that change together: country, network and journey.
#[derive(Debug)]
pub(crate) struct Family {
    pub(crate) aspects: &'static [&'static str],
    pub(crate) pool: Pool,
}

/// What the new items of one family are worth together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pool {
    /// As much as the most surprising one.
    Strongest,
    /// The sum: how many they are matters.
    Sum,
    /// The sum, as far as it is more than this entity ever showed on a day: for entities of which some show ever new
    /// things, as administrators reach new machines.
    BeyondOwn,
    /// Nothing: new things of it name the other side of what is told.
    Named,
}

impl Question {
    pub(super) fn pool(&self, family: usize) -> Option<Pool> {
        self.families.get(family).map(|family| family.pool)
    }

    /// Family and aspect of a name.
    fn find(&self, name: &str) -> Option<(usize, &'static str)> {
        let of_family = |(nth, family): (usize, &'static Family)| {
            Some((nth, *family.aspects.iter().find(|aspect| **aspect == name)?))
        };
        self.families.iter().enumerate().find_map(of_family)
    }
}

/// Aspect and item.
pub(super) type Thing = (&'static str, u32);

/// An entity that showed an item on a day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sighting {
    pub(super) entity: u32,
    pub(super) family: usize,
    pub(super) thing: Thing,
    /// Of the digest.
    pub(super) row: usize,
}

/// The sightings of a day by dataset; those of an entity stand together.
#[derive(Debug)]
pub(super) struct Sightings {
    pub(super) by_dataset: Vec<(u32, Vec<Sighting>)>,
}

impl Sightings {
    pub(super) fn read(question: &Question, rows: &Grouped<'_>, names: &mut Names) -> Self {
        let mut by_dataset: Vec<(u32, Vec<Sighting>)> = Vec::new();
        for row in 0..rows.len() {
            let Some((family, aspect)) = question.find(rows.key(2, row)) else { continue };
            let dataset = names.index(rows.key(0, row));
            let (entity, thing) = (names.index(rows.key(1, row)), (aspect, names.index(rows.key(3, row))));
            let sighting = Sighting { entity, family, thing, row };
            match by_dataset.last_mut() {
                Some((last, sightings)) if *last == dataset => sightings.push(sighting),
                _ => by_dataset.push((dataset, vec![sighting])),
            }
        }
        Self { by_dataset }
    }

    pub(super) fn of(&self, dataset: u32) -> &[Sighting] {
        self.by_dataset.iter().find(|(known, _)| *known == dataset).map_or(&[], |(_, sightings)| sightings)
    }
}
