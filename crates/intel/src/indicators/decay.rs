//! What is left of a claim's confidence at an instant: a function of the claim, its sightings and the models in force.

use std::collections::BTreeMap;

use schema::{Claim, Observable, Reliability, Timestamp};
use serde::Deserialize;

/// The models that Margay brings.
const SHIPPED: &str = include_str!("../../../../content/decay.toml");

const DAY_NANOS: f64 = 86_400e9;

/// How scores fall with time, by kind of observable.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decay {
    #[serde(rename = "model")]
    models: Vec<Model>,
    #[serde(default)]
    reliability: BTreeMap<Reliability, f64>,
}

/// `base × (1 − (t / lifetime)^(1 / speed))`: the polynomial of MISP's decaying models (arXiv:1902.03914).
#[derive(Debug, Clone, PartialEq, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    pub name: String,
    /// The kinds it is for; for all others where there are none.
    pub kinds: Vec<Observable>,
    pub lifetime_days: f64,
    pub speed: f64,
    /// A score below this counts as decayed.
    pub threshold: f64,
}

/// What is left of one claim.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Score {
    /// 0 to 100.
    pub now: f64,
    /// At the time that it was last seen.
    pub base: f64,
    /// From when its age counts.
    pub seen_at: Timestamp,
    /// When it falls, or fell, below the threshold, if nobody sees it again.
    pub decays_at: Option<Timestamp>,
    pub model: String,
    pub standing: Standing,
}

/// Whether a claim counts, and why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Active,
    /// Its score is below the model's threshold.
    Decayed,
    /// Its source stands by it only until an earlier time.
    Expired,
    /// Its source stands by it only from a later time on.
    NotYet,
    /// Its source has taken it back.
    Revoked,
}

impl Standing {
    pub fn words(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Decayed => "decayed",
            Self::Expired => "expired",
            Self::NotYet => "not yet valid",
            Self::Revoked => "revoked",
        }
    }
}

impl Decay {
    pub fn shipped() -> Result<Self, String> {
        Self::read(SHIPPED)
    }

    /// Reads a file of models; says what is wrong with it.
    pub fn read(text: &str) -> Result<Self, String> {
        let decay: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        for model in &decay.models {
            let sound = model.lifetime_days > 0.0 && model.speed > 0.0 && (0.0..=100.0).contains(&model.threshold);
            if !sound || !model.lifetime_days.is_finite() || !model.speed.is_finite() {
                let name = &model.name;
                return Err(format!("model \"{name}\": lifetime and speed are above 0, the threshold is 0 to 100"));
            }
        }
        if let Some((letter, weight)) = decay.reliability.iter().find(|(_, weight)| !(0.0..=1.0).contains(*weight)) {
            return Err(format!("reliability {}: {weight} is not between 0 and 1", letter.letter()));
        }
        match decay.models.iter().any(|model| model.kinds.is_empty()) {
            true => Ok(decay),
            false => Err("no model for all other kinds: give one an empty list of kinds".to_owned()),
        }
    }

    /// The model for a kind.
    pub fn model(&self, kind: Observable) -> Option<&Model> {
        let own = self.models.iter().find(|model| model.kinds.contains(&kind));
        own.or_else(|| self.models.iter().find(|model| model.kinds.is_empty()))
    }

    /// What is left of a claim. Its age counts from when its source has last seen it, or else was last heard to stand
    /// by it, and begins anew with each sighting here.
    pub fn score(&self, claim: &Claim, renewed_at: Timestamp, sighted: Option<Timestamp>, now: Timestamp) -> Score {
        let weight = claim.reliability.and_then(|letter| self.reliability.get(&letter)).copied().unwrap_or(1.0);
        let base = f64::from(claim.confidence.min(100)) * weight;
        let seen_at = claim.last_seen.unwrap_or(renewed_at).max(sighted.unwrap_or(Timestamp::from_nanos(i64::MIN)));
        let model = self.model(claim.kind);
        let left = model.map_or(base, |model| model.left(base, seen_at, now));
        let standing = standing(claim, now, model.is_some_and(|model| left < model.threshold));
        Score {
            now: if matches!(standing, Standing::Active | Standing::Decayed) { left } else { 0.0 },
            base,
            seen_at,
            decays_at: model.and_then(|model| model.decays_at(base, seen_at)),
            model: model.map(|model| model.name.clone()).unwrap_or_default(),
            standing,
        }
    }
}

impl Model {
    fn left(&self, base: f64, seen_at: Timestamp, now: Timestamp) -> f64 {
        let days = (now.nanos() as f64 - seen_at.nanos() as f64).max(0.0) / DAY_NANOS;
        let share = (days / self.lifetime_days).min(1.0);
        base * (1.0 - share.powf(1.0 / self.speed))
    }

    /// Solved for the time at which the threshold is reached.
    fn decays_at(&self, base: f64, seen_at: Timestamp) -> Option<Timestamp> {
        if base <= self.threshold {
            return Some(seen_at);
        }
        let days = self.lifetime_days * (1.0 - self.threshold / base).powf(self.speed);
        seen_at.checked_add_nanos((days * DAY_NANOS) as i64)
    }
}

fn standing(claim: &Claim, now: Timestamp, decayed: bool) -> Standing {
    if claim.revoked {
        return Standing::Revoked;
    }
    if claim.valid_until.is_some_and(|until| until <= now) {
        return Standing::Expired;
    }
    if claim.valid_from.is_some_and(|from| from > now) {
        return Standing::NotYet;
    }
    if decayed { Standing::Decayed } else { Standing::Active }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: i64) -> Timestamp {
        Timestamp::from_seconds(1_700_000_000 + n * 86_400).expect("in range")
    }

    fn claim(kind: Observable) -> Claim {
        Claim { confidence: 100, ..Claim::new(kind, "x", "a feed") }
    }

    /// From base 100 to 20: 32.5 days for addresses, 187.7 for names, 376.3 for files, as OpenCTI's rules give.
    #[test]
    fn shipped_models_fall_as_they_were_published() {
        let decay = Decay::shipped().expect("valid");
        for (kind, days) in [(Observable::Ip, 32.5), (Observable::Domain, 187.7), (Observable::Hash, 376.3)] {
            let score = decay.score(&claim(kind), day(0), None, day(0));
            let at = score.decays_at.expect("in range").nanos() - day(0).nanos();
            assert!((at as f64 / DAY_NANOS - days).abs() < 0.3, "{kind} {}", at as f64 / DAY_NANOS);
            let there = decay.score(&claim(kind), day(0), None, score.decays_at.expect("in range"));
            assert!((there.now - 20.0).abs() < 1e-6, "{there:?}");
        }
    }

    #[test]
    fn sightings_begin_the_age_anew_and_the_end_is_zero() {
        let decay = Decay::shipped().expect("valid");
        let claim = Claim { last_seen: Some(day(0)), ..claim(Observable::Ip) };
        let at = |sighted, now| decay.score(&claim, day(40), sighted, now);
        assert_eq!(at(None, day(40)).standing, Standing::Decayed, "the source's own time counts");
        assert_eq!((at(None, day(400)).now, at(Some(day(40)), day(40)).now), (0.0, 100.0));
        assert_eq!(at(None, day(-5)).now, 100.0, "what lies in the future has no age");
        let mut before = f64::INFINITY;
        for n in 0..60 {
            let now = at(None, day(n)).now;
            assert!(now <= before, "it never rises by itself");
            before = now;
        }
    }

    #[test]
    fn what_does_not_stand_counts_nothing() {
        let decay = Decay::shipped().expect("valid");
        for (claim, want) in [
            (Claim { revoked: true, ..claim(Observable::Ip) }, Standing::Revoked),
            (Claim { valid_until: Some(day(0)), ..claim(Observable::Ip) }, Standing::Expired),
            (Claim { valid_from: Some(day(1)), ..claim(Observable::Ip) }, Standing::NotYet),
        ] {
            let score = decay.score(&claim, day(0), None, day(0));
            assert_eq!((score.standing, score.now), (want, 0.0));
        }
        let doubtful = Claim { reliability: Some(Reliability::E), ..claim(Observable::Ip) };
        assert_eq!(decay.score(&doubtful, day(0), None, day(0)).base, 25.0);
    }

    #[test]
    fn models_that_make_no_sense_are_refused() {
        for text in [
            "model = []",
            "[[model]]\nname = \"x\"\nkinds = []\nlifetime_days = 0.0\nspeed = 1.0\nthreshold = 20.0",
            "[[model]]\nname = \"x\"\nkinds = [\"nothing\"]\nlifetime_days = 1.0\nspeed = 1.0\nthreshold = 20.0",
            "[[model]]\nname = \"x\"\nkinds = []\nlifetime_days = 1.0\nspeed = nan\nthreshold = 20.0",
        ] {
            assert!(Decay::read(text).is_err(), "{text}");
        }
    }
}
