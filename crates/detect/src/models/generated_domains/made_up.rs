//! Made-up families: algorithms that nobody wrote, so that training sees more ways to make names than are known.

use crate::models::learn::Dice;

const VOWELS: &[u8] = b"aeiou";
const CONSONANTS: &[u8] = b"bcdfghjklmnpqrstvwxyz";
const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
const ALL: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const HEX: &[u8] = b"0123456789abcdef";

/// One way to make names.
#[derive(Debug, Clone)]
enum Way {
    /// Each symbol drawn from an alphabet, in which some may stand several times.
    Drawn(Vec<u8>),
    /// Consonants and vowels take turns, and now and then they do not.
    Pronounceable { vowels: Vec<u8>, consonants: Vec<u8>, slips: f64, digits: usize },
    /// A few syllables, put together.
    Syllables(Vec<Vec<u8>>),
    /// One random name with a few letters changed.
    Mutated { base: Vec<u8>, n_changed: usize },
}

/// Names of `n_families` families, `per_family` each.
pub(super) fn names(n_families: usize, per_family: usize, seed: u64) -> Vec<Vec<String>> {
    let mut dice = Dice::new(seed);
    (0..n_families)
        .map(|_| {
            let low = dice.between(6, 20);
            let high = (low + dice.pick(&[0, 0, 1, 3, 6, 10]).copied().unwrap_or(0)).min(32);
            let way = way(&mut dice, low, high);
            (0..per_family).map(|_| name(&way, dice.between(low, high), &mut dice)).collect()
        })
        .collect()
}

fn way(dice: &mut Dice, low: usize, high: usize) -> Way {
    let length = dice.between(low, high);
    match dice.below(12) {
        0 | 1 => Way::Drawn(LETTERS.get(..dice.between(18, 26)).unwrap_or(LETTERS).to_vec()),
        2 => Way::Drawn(some(LETTERS, dice.between(6, 18), dice)),
        3 | 4 => Way::Drawn(if dice.share() < 0.6 { ALL.to_vec() } else { some(ALL, dice.between(10, 30), dice) }),
        5 => Way::Drawn(HEX.to_vec()),
        6 | 7 => Way::Drawn(LETTERS.iter().flat_map(|letter| vec![*letter; dice.between(1, 9).pow(2)]).collect()),
        8 | 9 => Way::Pronounceable {
            vowels: some(b"aeiouy", dice.between(3, 6), dice),
            consonants: some(CONSONANTS, dice.between(8, 21), dice),
            slips: dice.pick(&[0.0, 0.0, 0.1, 0.2]).copied().unwrap_or(0.0),
            digits: if dice.share() < 0.3 { dice.between(1, 3) } else { 0 },
        },
        10 => Way::Syllables((0..dice.between(10, 60)).map(|_| syllable(dice)).collect()),
        _ => Way::Mutated {
            base: (0..length).filter_map(|_| dice.pick(LETTERS).copied()).collect(),
            n_changed: dice.between(3, 6),
        },
    }
}

fn some(of: &[u8], n: usize, dice: &mut Dice) -> Vec<u8> {
    let mut all = of.to_vec();
    dice.shuffle(&mut all);
    all.truncate(n);
    all
}

fn syllable(dice: &mut Dice) -> Vec<u8> {
    let begins = dice.pick(CONSONANTS).copied();
    let core = dice.pick(VOWELS).copied();
    let ends = if dice.share() < 0.5 { dice.pick(b"nrsltkm").copied() } else { None };
    [begins, core, ends].into_iter().flatten().collect()
}

fn name(way: &Way, length: usize, dice: &mut Dice) -> String {
    let bytes = match way {
        Way::Drawn(alphabet) => (0..length).filter_map(|_| dice.pick(alphabet).copied()).collect(),
        Way::Pronounceable { vowels, consonants, slips, digits } => {
            let mut is_vowel = dice.share() < 0.5;
            let mut bytes = Vec::new();
            for _ in 0..length.saturating_sub(*digits) {
                bytes.extend(dice.pick(if is_vowel { vowels } else { consonants }));
                is_vowel ^= dice.share() >= *slips;
            }
            bytes.extend((0..*digits).filter_map(|_| dice.pick(b"0123456789").copied()));
            bytes
        }
        Way::Syllables(syllables) => {
            let mut bytes = Vec::new();
            while bytes.len() + 2 <= length.max(SYLLABLES_SHORTEST) {
                bytes.extend(dice.pick(syllables).into_iter().flatten());
            }
            bytes
        }
        Way::Mutated { base, n_changed } => {
            let mut bytes = base.clone();
            for _ in 0..*n_changed {
                let at = dice.below(bytes.len());
                if let (Some(slot), Some(letter)) = (bytes.get_mut(at), dice.pick(LETTERS)) {
                    *slot = *letter;
                }
            }
            bytes
        }
    };
    bytes.into_iter().map(char::from).collect()
}

/// Three syllables at least: two are a name that somebody might choose.
const SYLLABLES_SHORTEST: usize = 8;
