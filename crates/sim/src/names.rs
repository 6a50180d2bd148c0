//! Invented names: domains, hosts and people from syllables, so that they look like names and belong to nobody.

use crate::dice::{Dice, mix};

const STARTS: &[&str] = &[
    "ba", "bre", "ca", "cor", "da", "dre", "el", "fa", "fin", "ga", "gla", "hel", "in", "jo", "ka", "kri", "la", "lum",
    "ma", "mer", "na", "nor", "o", "pa", "pri", "qua", "ra", "ri", "sa", "sol", "ta", "tri", "u", "va", "vel", "wi",
    "xe", "ya", "ze", "zo",
];
const MIDDLES: &[&str] = &[
    "ba", "ci", "do", "fe", "gi", "ka", "la", "li", "lo", "ma", "mi", "na", "ne", "no", "pa", "ra", "ri", "ro", "sa",
    "se", "ta", "ti", "to", "va", "vi", "za",
];
const ENDS: &[&str] = &[
    "ban", "der", "dix", "fy", "gen", "ket", "lar", "lex", "lio", "lo", "mont", "na", "nex", "nia", "on", "pex", "ra",
    "ric", "sen", "ta", "tek", "tis", "vane", "via", "xa", "zen",
];
const WORDS: &[&str] = &[
    "", "", "", "", "", "apps", "cloud", "data", "group", "hub", "labs", "media", "news", "online", "shop", "soft",
    "systems", "tech", "web", "works",
];
/// Words of which people and programs put names together.
pub(crate) const WORDS_OF_LISTS: &[&str] = &[
    "able", "acre", "amber", "angle", "apple", "autumn", "basket", "beach", "bench", "birch", "bridge", "bright",
    "button", "candle", "carbon", "castle", "cedar", "chance", "circle", "clever", "cloud", "copper", "corner",
    "cotton", "crystal", "dance", "dinner", "double", "dream", "eagle", "early", "engine", "evening", "family",
    "field", "finger", "flower", "forest", "frost", "garden", "gentle", "glass", "golden", "grain", "green", "harbor",
    "hidden", "hollow", "honey", "island", "journey", "kettle", "ladder", "laughter", "lemon", "letter", "little",
    "lucky", "maple", "market", "meadow", "mirror", "modern", "morning", "mountain", "narrow", "nature", "north",
    "number", "ocean", "orange", "paper", "pencil", "people", "pepper", "planet", "pocket", "puzzle", "quiet",
    "rabbit", "river", "rocket", "saddle", "school", "season", "shadow", "silver", "simple", "spring", "station",
    "stone", "street", "summer", "sunset", "table", "thunder", "ticket", "travel", "valley", "velvet", "village",
    "violet", "window", "winter", "wonder", "yellow",
];
const TLDS: &[&str] = &["com", "com", "com", "com", "com", "com", "net", "net", "io", "org", "app", "cloud", "dev"];

/// `merolix`, `corvananews` ...: the same for the same `id`.
pub(crate) fn label(seed: u64, id: u64) -> String {
    let mut dice = Dice::of(seed, "label", id);
    let mut name = String::from(*dice.pick(STARTS));
    name.push_str(dice.pick::<&str>(MIDDLES));
    if dice.chance(0.35) {
        name.push_str(dice.pick::<&str>(MIDDLES));
    }
    name.push_str(dice.pick::<&str>(ENDS));
    name.push_str(dice.pick::<&str>(WORDS));
    name
}

/// A registered domain: `merolix.com`.
pub(crate) fn domain(seed: u64, id: u64) -> String {
    let tld = TLDS[(mix(mix(seed, id), 77) % TLDS.len() as u64) as usize];
    format!("{}.{tld}", label(seed, id))
}

const GIVEN: &[&str] = &[
    "ana", "ben", "carla", "dan", "eva", "finn", "gita", "hugo", "ida", "jan", "kim", "leo", "mia", "nils", "olga",
    "pau", "rosa", "sam", "tara", "uma", "vera", "will", "yan", "zoe",
];

/// An account name: `eva.merolix`.
pub(crate) fn person(seed: u64, id: u64) -> String {
    let mut dice = Dice::of(seed, "person", id);
    format!("{}.{}{}{}", dice.pick(GIVEN), dice.pick(STARTS), dice.pick(MIDDLES), dice.pick(ENDS))
}
