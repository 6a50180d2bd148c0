//! How a budget of 1 is spread over an endless series of tests.

/// γ_j ∝ ln(max(j, 2)) / (j e^√(ln j)), the series of Javanmard and Montanari (2018) for LORD.
pub(super) fn slow(j: u64) -> f64 {
    /// 1 over the sum of the series.
    const SCALE: f64 = 0.077_208_38;
    if j == 0 {
        return 0.0;
    }
    let j = j as f64;
    SCALE * j.max(2.0).ln() / (j * j.ln().sqrt().exp())
}

/// γ_j ∝ j^−1.6, the series of Ramdas, Zrnic, Wainwright and Jordan (2018) for SAFFRON.
pub(super) fn steep(j: u64) -> f64 {
    /// 1 / ζ(1.6)
    const SCALE: f64 = 0.437_490_165_8;
    if j == 0 { 0.0 } else { SCALE * (j as f64).powf(-1.6) }
}
