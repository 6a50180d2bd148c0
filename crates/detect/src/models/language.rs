//! Language models of symbols: how surprising each symbol is behind the ones before it, by tables of one byte an entry.
//!
//! Counts of n-grams with absolute discounting and interpolation (Ney, Essen and Kneser 1994). The file keeps counts of
//! the longest n-grams only; the tables of all orders are made from them when a model is loaded.

use super::bytes::{Reader, Writer};

/// What a discount takes from each n-gram that was seen, for those that were not.
const DISCOUNT: f64 = 0.75;
/// Costs are kept in steps of 1/16 nat: 255 of them are one chance in eight million.
const STEPS_PER_NAT: f32 = 16.0;
/// Counts are kept in steps of 1/16 of their natural logarithm.
const STEPS_PER_LOG: f64 = 16.0;

/// Tables of orders 2 to `orders`, over `n_symbols` symbols of which the first is the border of a text.
#[derive(Debug, Clone)]
pub(super) struct Language {
    n_symbols: usize,
    /// `tables[k]` is indexed by an n-gram of k + 2 symbols; costs in nats / 16.
    tables: Vec<Vec<u8>>,
    counts: Vec<u8>,
}

impl Language {
    /// Learns from texts without their borders. N-grams met less than `count_min` times are forgotten.
    pub(super) fn learn<'a>(
        n_symbols: usize,
        orders: usize,
        count_min: u32,
        texts: impl Iterator<Item = &'a [u8]>,
    ) -> Self {
        let mut counts = vec![0_u32; n_symbols.pow(orders as u32)];
        for text in texts {
            let mut at = 0;
            for symbol in text.iter().copied().chain([0]) {
                at = (at * n_symbols + usize::from(symbol)) % counts.len();
                if let Some(count) = counts.get_mut(at) {
                    *count += 1;
                }
            }
        }
        let kept = |count: u32| if count < count_min { 0 } else { quantized(count) };
        Self::from_counts(n_symbols, orders, counts.into_iter().map(kept).collect())
    }

    fn from_counts(n_symbols: usize, orders: usize, counts: Vec<u8>) -> Self {
        let mut by_order: Vec<Vec<f64>> = vec![counts.iter().map(|kept| restored(*kept)).collect()];
        for _ in 1..orders {
            let shorter = by_order.last().map(|longer| without_first(longer, n_symbols)).unwrap_or_default();
            by_order.push(shorter);
        }
        by_order.reverse();
        let mut tables = Vec::with_capacity(orders);
        let mut lower = vec![1.0 / n_symbols as f64; n_symbols];
        for counts in &by_order {
            lower = interpolated(counts, &lower, n_symbols);
            tables.push(lower.iter().map(|chance| cost(*chance)).collect());
        }
        // Of single symbols nobody asks.
        tables.remove(0);
        Self { n_symbols, tables, counts }
    }

    /// Calls with the costs of each symbol and of the end under each order, shortest first.
    #[inline]
    pub(super) fn costs<const ORDERS: usize>(&self, symbols: &[u8], mut each: impl FnMut([f32; ORDERS])) {
        let mut tables: [&[u8]; ORDERS] = [&[]; ORDERS];
        let mut strides = [0; ORDERS];
        let slots = tables.iter_mut().zip(&mut strides).zip(&self.tables);
        slots.for_each(|((slot, stride), table)| (*slot, *stride) = (table, table.len() / self.n_symbols));
        // The symbols before, the last one first: each order reaches one further back. No division, which would cost
        // more than all the rest.
        let mut before = [0_usize; ORDERS];
        for symbol in symbols.iter().copied().chain([0]) {
            let mut at = usize::from(symbol);
            let mut costs = [0.0; ORDERS];
            for order in 0..ORDERS {
                at += before[order] * strides[order];
                costs[order] = f32::from(tables[order].get(at).copied().unwrap_or(u8::MAX)) / STEPS_PER_NAT;
            }
            each(costs);
            before.rotate_right(1);
            if let Some(last) = before.first_mut() {
                *last = usize::from(symbol);
            }
        }
    }

    pub(super) fn write(&self, out: &mut Writer) {
        out.count(self.n_symbols as u64);
        out.count(self.tables.len() as u64 + 1);
        out.count(self.counts.iter().filter(|count| **count > 0).count() as u64);
        let mut before = 0;
        for (at, count) in self.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            out.count((at - before) as u64);
            out.count(u64::from(*count));
            before = at;
        }
    }

    /// `n_symbols` and `orders` are what the model expects.
    pub(super) fn read(from: &mut Reader<'_>, n_symbols: usize, orders: usize) -> Option<Self> {
        if from.count()? != n_symbols as u64 || from.count()? != orders as u64 {
            return None;
        }
        let mut counts = vec![0_u8; n_symbols.pow(orders as u32)];
        let mut at = 0_usize;
        for _ in 0..from.count()? {
            at = at.checked_add(usize::try_from(from.count()?).ok()?)?;
            *counts.get_mut(at)? = u8::try_from(from.count()?).ok()?;
        }
        Some(Self::from_counts(n_symbols, orders, counts))
    }
}

/// Counts of n-grams without their first symbol.
fn without_first(counts: &[f64], n_symbols: usize) -> Vec<f64> {
    let n = counts.len() / n_symbols;
    let mut shorter = vec![0.0; n];
    for row in counts.chunks_exact(n) {
        shorter.iter_mut().zip(row).for_each(|(sum, count)| *sum += count);
    }
    shorter
}

/// Chances of the last symbol of each n-gram, given those of the n-grams without the first symbol.
fn interpolated(counts: &[f64], lower: &[f64], n_symbols: usize) -> Vec<f64> {
    let mut chances = Vec::with_capacity(counts.len());
    let lower_rows = lower.chunks_exact(n_symbols).cycle();
    for (row, lower) in counts.chunks_exact(n_symbols).zip(lower_rows) {
        let total: f64 = row.iter().sum();
        let n_seen = row.iter().filter(|count| **count > 0.0).count() as f64;
        let left = if total > 0.0 { DISCOUNT * n_seen / total } else { 1.0 };
        let chance = |(count, lower): (&f64, &f64)| {
            let seen = if total > 0.0 { (count - DISCOUNT).max(0.0) / total } else { 0.0 };
            seen + left * lower
        };
        chances.extend(row.iter().zip(lower).map(chance));
    }
    chances
}

fn cost(chance: f64) -> u8 {
    // A float becomes the nearest value that a byte has.
    (-chance.ln() * f64::from(STEPS_PER_NAT)).round() as u8
}

fn quantized(count: u32) -> u8 {
    (1.0 + f64::from(count).ln() * STEPS_PER_LOG).round() as u8
}

fn restored(kept: u8) -> f64 {
    if kept == 0 { 0.0 } else { ((f64::from(kept) - 1.0) / STEPS_PER_LOG).exp() }
}
