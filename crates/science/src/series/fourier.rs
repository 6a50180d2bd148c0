//! The discrete Fourier transform of a series of any length, and its power spectrum.

use std::f64::consts::{PI, TAU};

/// A complex number: real and imaginary part.
type Complex = (f64, f64);

/// |Σ x_j e^(−2πi jk/n)|² for k = 0 to n/2, of the values as they are; take the mean off first where it means nothing.
///
/// O(n log n) for every n (Cooley and Tukey 1965, Bluestein 1970).
pub fn power_spectrum(values: &[f64]) -> Vec<f64> {
    let spectrum = transform(values.iter().map(|value| (*value, 0.0)).collect());
    spectrum.iter().take(values.len() / 2 + 1).map(|(re, im)| re * re + im * im).collect()
}

pub(super) fn transform(values: Vec<Complex>) -> Vec<Complex> {
    if values.len().is_power_of_two() { by_halves(values) } else { by_convolution(&values) }
}

fn times(a: Complex, b: Complex) -> Complex {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

/// For lengths that are a power of two.
fn by_halves(mut values: Vec<Complex>) -> Vec<Complex> {
    let n = values.len();
    let bits = n.trailing_zeros();
    for at in 0..n {
        let reversed = if bits == 0 { 0 } else { at.reverse_bits() >> (usize::BITS - bits) };
        if at < reversed {
            values.swap(at, reversed);
        }
    }
    let mut half = 1;
    while half < n {
        let turns: Vec<Complex> = (0..half).map(|k| (-PI * k as f64 / half as f64).sin_cos()).collect();
        for block in values.chunks_exact_mut(2 * half) {
            let (low, high) = block.split_at_mut(half);
            for ((low, high), (sin, cos)) in low.iter_mut().zip(high).zip(&turns) {
                let turned = times(*high, (*cos, *sin));
                (*low, *high) = ((low.0 + turned.0, low.1 + turned.1), (low.0 - turned.0, low.1 - turned.1));
            }
        }
        half *= 2;
    }
    values
}

/// For any length: a transform is a convolution with a chirp, and convolutions may be padded to a power of two.
fn by_convolution(values: &[Complex]) -> Vec<Complex> {
    let n = values.len();
    if n == 0 {
        return Vec::new();
    }
    // k² modulo 2n keeps the angle exact for long series.
    let chirp = |k: usize| {
        let (sin, cos) = (-TAU * ((k as u128 * k as u128) % (2 * n as u128)) as f64 / (2 * n) as f64).sin_cos();
        (cos, sin)
    };
    let padded = (2 * n - 1).next_power_of_two();
    let mut a = vec![(0.0, 0.0); padded];
    let mut b = vec![(0.0, 0.0); padded];
    for (k, value) in values.iter().enumerate() {
        let (cos, sin) = chirp(k);
        a[k] = times(*value, (cos, sin));
        b[k] = (cos, -sin);
        b[(padded - k) % padded] = (cos, -sin);
    }
    let (a, b) = (by_halves(a), by_halves(b));
    // The inverse transform is the transform of the conjugate.
    let product = a.into_iter().zip(b).map(|(a, b)| times(a, b)).map(|(re, im)| (re, -im)).collect();
    let back = by_halves(product).into_iter().map(|(re, im)| (re / padded as f64, -im / padded as f64));
    back.take(n).enumerate().map(|(k, value)| times(value, chirp(k))).collect()
}
