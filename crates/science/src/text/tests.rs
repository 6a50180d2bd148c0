//! Features of texts: what they have in common, and that any text will do.

use proptest::prelude::*;

use super::*;

fn bytes(shortest: u8, longest: u8) -> Ngrams {
    Ngrams::new(Unit::Byte, shortest, longest, 18).expect("a fitting size")
}

fn features(ngrams: Ngrams, text: &[u8]) -> Vec<(u32, f32)> {
    let mut features = Vec::new();
    ngrams.features(text, &mut features);
    features
}

#[test]
fn sizes_are_bounded() {
    assert_eq!(Ngrams::new(Unit::Byte, 0, 3, 18), None);
    assert_eq!(Ngrams::new(Unit::Byte, 3, 2, 18), None);
    assert_eq!(Ngrams::new(Unit::Byte, 1, 9, 18), None);
    assert_eq!(Ngrams::new(Unit::Word, 1, 2, 25), None);
    assert_eq!(bytes(1, 4).n_features(), 262_144);
}

#[test]
fn a_word_has_its_ngrams_between_marks() {
    // Two marks and three letters: 5 single units, 4 pairs.
    assert_eq!(features(bytes(1, 1), b"abc").len(), 5);
    assert_eq!(features(bytes(1, 2), b"abc").len(), 9);
    assert_eq!(features(bytes(1, 2), b"ABC"), features(bytes(1, 2), b"abc"));
    assert_ne!(features(bytes(2, 2), b"abc"), features(bytes(2, 2), b"cba"));
    assert!(features(bytes(1, 4), b"").is_empty());
}

#[test]
fn words_are_what_stands_between_signs() {
    let words = Ngrams::new(Unit::Word, 1, 2, 18).expect("a fitting size");
    let one = features(words, b"powershell -enc AAAA");
    assert_eq!(one.len(), 5);
    assert_eq!(one, features(words, b"  PowerShell;;-ENC:\taaaa!"));
    assert_ne!(one, features(words, b"powershell aaaa -enc"));
    assert!(features(words, b" ;-- ").is_empty());
}

#[test]
fn hashes_are_the_same_everywhere() {
    // Weights are kept in files: a change here would make every model that was ever trained useless.
    assert_eq!(features(bytes(1, 1), b"a"), [(2_818, 0.577_350_26), (44_140, -0.577_350_26), (101_909, -0.577_350_26)]);
}

proptest! {
    #[test]
    fn any_text_has_features_in_order(text in prop::collection::vec(any::<u8>(), 0..200), bits in 1..=20u8, word in any::<bool>()) {
        let unit = if word { Unit::Word } else { Unit::Byte };
        let ngrams = Ngrams::new(unit, 1, 4, bits).expect("a fitting size");
        let found = features(ngrams, &text);
        prop_assert!(found.windows(2).all(|pair| pair[0].0 < pair[1].0));
        prop_assert!(found.iter().all(|(feature, value)| *feature < ngrams.n_features() && value.is_finite()));
        let weights: Vec<f32> = (0..ngrams.n_features()).map(|at| (at % 13) as f32 - 6.0).collect();
        let by_features: f64 = found.iter().map(|(at, value)| f64::from(weights[*at as usize] * value)).sum();
        prop_assert!((ngrams.dot(&text, &weights) - by_features).abs() < 1e-3);
    }
}
