//! Cases made from a stream of numbers that `reference/models.py` has, too.

/// SplitMix64 at seed · 2^32 + 1, 2, ...: the upper 53 bits as numbers from 0 to 1.
pub(crate) fn uniform(seed: u64) -> impl FnMut() -> f64 {
    let mut at = seed << 32;
    move || {
        at += 1;
        let z = at.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / 2.0_f64.powi(53)
    }
}

/// A label and eight of 50 features a row.
pub(crate) fn sparse(seed: u64, n: usize) -> Vec<(Vec<(u32, f32)>, bool)> {
    let mut next = uniform(seed);
    let mut row = || {
        let u: Vec<f64> = (0..17).map(|_| next()).collect();
        let value = |at: usize| (u[8 + at] * 256.0).floor() / 256.0;
        let features: Vec<(u32, f32)> = (0..8).map(|at| ((u[at] * 50.0) as u32, value(at) as f32)).collect();
        let odds: f64 = features.iter().map(|(at, value)| (f64::from(at % 11) - 5.0) * f64::from(*value)).sum();
        (features, u[16] < 1.0 / (1.0 + (-odds).exp()))
    };
    (0..n).map(|_| row()).collect()
}

/// A label and 30 numbers a row, of which six matter; every twentieth is missing.
pub(crate) fn dense(seed: u64, n: usize) -> Vec<(Vec<f32>, bool)> {
    let mut next = uniform(seed);
    let mut row = || {
        let u: Vec<f64> = (0..61).map(|_| next()).collect();
        let together = if u[1] > 0.5 && u[2] > 0.5 { 4.0 * u[3] } else { -u[3] };
        let odds = 3.0 * (6.0 * u[0]).sin() + together + 5.0 * u[4] * u[5] - 1.5;
        let seen = |at: usize| if u[30 + at] < 0.05 { f32::NAN } else { u[at] as f32 };
        ((0..30).map(seen).collect(), u[60] < 1.0 / (1.0 + (-odds).exp()))
    };
    (0..n).map(|_| row()).collect()
}

/// Whether a row is strange, and its four numbers.
pub(crate) fn odd(seed: u64, kind: u32, n: usize) -> Vec<([f64; 4], bool)> {
    let mut next = uniform(seed);
    let mut row = || {
        let u: Vec<f64> = (0..54).map(|_| next()).collect();
        let g: [f64; 4] = std::array::from_fn(|at| u[12 * at..12 * at + 12].iter().sum::<f64>() - 6.0);
        let strange = u[48] < 0.05;
        let centre = if u[49] < 0.5 { 3.0 } else { -3.0 };
        let one = |at: usize| match (kind, strange) {
            (0, false) | (1 | 2, true) => g[at],
            (0, true) => 10.0 * u[50 + at] - 5.0,
            (1, false) => 0.5 * g[at] + centre,
            (2, false) => g[0] + 0.2 * g[at],
            _ => g[at].exp() * if strange && at == 0 { 10.0 } else { 1.0 },
        };
        (std::array::from_fn(one), strange)
    };
    (0..n).map(|_| row()).collect()
}
