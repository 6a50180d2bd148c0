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

/// Edges between any two nodes by chance, more within `k` groups; the weight is 1, 2 or 3.
pub(crate) fn blocks(seed: u64, n: usize, k: usize, inside: f64, between: f64) -> Vec<(usize, usize, f64)> {
    let mut next = uniform(seed);
    let mut edges = Vec::new();
    for a in 0..n {
        for b in 0..a {
            let (p, weight) = (next(), 1.0 + (3.0 * next()).floor());
            if p < if a % k == b % k { inside } else { between } {
                edges.push((a, b, weight));
            }
        }
    }
    edges
}

/// Places on a plane: three groups of different density, or two bent ones; one in seven is anywhere.
pub(crate) fn places(seed: u64, kind: u32, n: usize) -> Vec<[f64; 2]> {
    let mut next = uniform(seed);
    let mut place = || {
        let u: Vec<f64> = (0..28).map(|_| next()).collect();
        let g: [f64; 2] = std::array::from_fn(|at| u[12 * at..12 * at + 12].iter().sum::<f64>() - 6.0);
        let group = (3.0 * u[24]).floor();
        let on = |which: f64| f64::from(u8::from(group == which));
        let (sin, cos) = (3.0 * u[25]).sin_cos();
        if u[26] < 1.0 / 7.0 {
            [30.0 * u[26] * 7.0 - 10.0, -10.0 + 25.0 * u[27]]
        } else if kind == 0 {
            let spread = 0.3 + 0.4 * group;
            [6.0 * on(1.0) + g[0] * spread, 7.0 * on(2.0) + g[1] * spread]
        } else {
            [cos * 4.0 + 4.0 * on(1.0) + 0.3 * g[0], sin * (4.0 - 8.0 * on(1.0)) + 0.3 * g[1]]
        }
    };
    (0..n).map(|_| place()).collect()
}
