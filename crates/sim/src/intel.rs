//! The indicator list that a feed would have delivered on the first morning: `intel.csv`.
//!
//! It holds what the stories' intruders use as far as it is known, two thousand entries that never occur, and a few
//! that name something harmless or have expired: a list is a claim, not the truth.

use crate::{
    calendar::{DAY, Micros, date},
    dice::{Dice, hex, mix},
    names,
    truth::Truth,
    world::World,
};

/// Entries that never occur.
const DECOYS: u64 = 2_000;

/// The list under construction.
#[derive(Debug)]
pub(crate) struct Intel {
    lines: String,
    from: Micros,
}

impl Intel {
    pub(crate) fn new(start: Micros) -> Self {
        let lines = "indicator,type,confidence,tlp,label,source,valid_from,valid_until,reference\n".to_owned();
        Self { lines, from: start - 9 * DAY }
    }

    /// Adds an entry that is valid for the whole simulation.
    pub(crate) fn list(&mut self, value: &str, kind: &str, confidence: u8, label: &str) {
        self.entry(value, kind, confidence, label, self.from + 120 * DAY);
    }

    fn entry(&mut self, value: &str, kind: &str, confidence: u8, label: &str, until: Micros) {
        let (from, until) = (date(self.from), date(until));
        // A user agent may hold commas; quotes would have to be doubled, but none of ours has any.
        let value = if value.contains(',') { format!("\"{value}\"") } else { value.to_owned() };
        self.lines.push_str(&format!(
            "{value},{kind},{confidence},green,{label},Sim Feed,{from}T00:00:00Z,{until}T00:00:00Z,https://feed.example/{}\n",
            hex(crate::dice::hash(&value), 8),
        ));
    }

    /// Entries without a story behind them.
    pub(crate) fn add_noise(&mut self, world: &World, truth: &mut Truth) {
        let mut dice = Dice::of(world.seed, "intel", 0);
        for decoy in 0..DECOYS {
            let id = world.reserved("decoy", decoy);
            let confidence = 30 + dice.below(70) as u8;
            match dice.below(4) {
                // 55/8 is used by nothing else in the world.
                0 => self.list(
                    &format!("55.{}.{}.{}", id as u8, (id >> 8) as u8, (id >> 16) as u8),
                    "ip",
                    confidence,
                    "scanner",
                ),
                1 => self.list(&hex(mix(id, 3), 64), "hash", confidence, "stealer"),
                // No name of the world begins like this: what a feed lists is mostly never met.
                _ => self.list(&format!("dl-{}", names::domain(world.seed, id)), "domain", confidence, "phishing"),
            }
        }
        let harmless = world.popular(150 + dice.below(300) as usize);
        self.list(&harmless.name, "domain", 15, "phishing");
        truth.misleading("domain", &harmless.name, "an ordinary site that a feed listed by mistake");
        let expired = world.popular(40 + dice.below(100) as usize);
        self.entry(&expired.name, "domain", 80, "malvertising", self.from + 5 * DAY);
        truth.misleading("domain", &expired.name, "expired before the simulation began");
        let mut fronted = (0..world.popularity()).map(|rank| world.popular(rank)).filter(|place| place.cname.is_some());
        if let Some(address) = fronted.nth(dice.below(60) as usize).and_then(|place| place.v4.first()) {
            self.list(&address.to_string(), "ip", 40, "command and control");
            truth.misleading(
                "ip",
                &address.to_string(),
                "an address that a delivery network shares among hundreds of names",
            );
        }
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.lines.into_bytes()
    }
}
