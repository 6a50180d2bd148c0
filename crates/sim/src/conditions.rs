//! What is out of the ordinary for a while: a sensor that is down, a web site that nobody reaches, a crowd.

use crate::calendar::Micros;

/// What is different.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Condition {
    /// The sensor of this site writes nothing.
    SensorDown(usize),
    /// No request reaches the web site.
    Unreachable,
    /// The web site answers everything with an error.
    Failing,
    /// Visitors come this many times as often.
    Crowd(f64),
}

/// All conditions of a world with their times; a handful.
#[derive(Debug, Default)]
pub(crate) struct Conditions(Vec<(Condition, Micros, Micros)>);

impl Conditions {
    pub(crate) fn add(&mut self, condition: Condition, from: Micros, until: Micros) {
        self.0.push((condition, from, until));
    }

    fn at(&self, at: Micros) -> impl Iterator<Item = Condition> {
        self.0.iter().filter(move |(_, from, until)| (*from..*until).contains(&at)).map(|(condition, ..)| *condition)
    }

    pub(crate) fn sensor_down(&self, site: usize, at: Micros) -> bool {
        self.at(at).any(|condition| condition == Condition::SensorDown(site))
    }

    pub(crate) fn reachable(&self, at: Micros) -> bool {
        !self.at(at).any(|condition| condition == Condition::Unreachable)
    }

    /// What the web site answers instead of `status`.
    pub(crate) fn status(&self, at: Micros, status: u16) -> u16 {
        if self.at(at).any(|condition| condition == Condition::Failing) { 522 } else { status }
    }

    /// How many times as many visitors come as usual.
    pub(crate) fn crowd(&self, at: Micros) -> f64 {
        let factor = |condition| if let Condition::Crowd(factor) = condition { factor } else { 1.0 };
        self.at(at).map(factor).product()
    }
}
