//! What the answers say of success. Evidence beside the test, which looks at requests alone.

use std::collections::BTreeMap;

use super::{
    day::{Day, Visit},
    table::{Key, Sizes, What},
};

/// An answer so many times as large as the client's others may hold what was asked for.
const LARGER: f64 = 5.0;

/// Standard deviations of the client's other answers, in logarithms, and what these differ by at least.
const UNLIKE: f64 = 3.0;
const SPREAD_MIN: f64 = 0.1;

/// Of fewer answers nobody knows what is usual.
const ANSWERS_MIN: f64 = 4.0;

/// Standard deviations above the usual size at the endpoint, in logarithms: one answer in ten is larger.
const ABOVE: f64 = 1.28;

/// Share of an endpoint's ordinary requests below which a failing server is unusual there.
const FAILING_MAX: f64 = 0.01;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Success {
    /// Bytes, and how many times the client's other answers.
    Larger(i64, f64),
    /// So many requests made the server fail, where it mostly does not.
    Failed(i64),
}

/// The strongest sign, and the record that shows it.
pub(super) fn success<'a>(day: &Day<'_>, visit: &Visit<'a>) -> Option<(Success, &'a str)> {
    larger(day, visit).or_else(|| failed(day, visit))
}

fn larger<'a>(day: &Day<'_>, visit: &Visit<'a>) -> Option<(Success, &'a str)> {
    let (bytes, record) = visit.row.largest.as_ref()?;
    let all = visit.row.sizes;
    if all.n < ANSWERS_MIN {
        return None;
    }
    let ln = (*bytes as f64 + 1.0).ln();
    let others = Sizes { n: all.n - 1.0, sum: all.sum - ln, squares: all.squares - ln * ln };
    let (mean, spread) = mean_and_spread(others);
    let times = (ln - mean).exp();
    let unlike_own = times >= LARGER && ln >= mean + UNLIKE * spread.max(SPREAD_MIN);
    let usual = usual(day, visit);
    let (mean, spread) = mean_and_spread(usual);
    let is_usual = usual.n >= ANSWERS_MIN && ln < mean + ABOVE * spread;
    (unlike_own && !is_usual).then_some((Success::Larger(*bytes, times), record.as_str()))
}

fn mean_and_spread(sizes: Sizes) -> (f64, f64) {
    let n = sizes.n.max(1.0);
    let mean = sizes.sum / n;
    (mean, (sizes.squares / n - mean * mean).max(0.0).sqrt())
}

/// Ordinary answers at the endpoints that the odd payloads were sent to.
fn usual(day: &Day<'_>, visit: &Visit<'_>) -> Sizes {
    let mut usual = Sizes::default();
    endpoints(day, visit).for_each(|row| usual.join(&row.sizes));
    usual
}

fn failed<'a>(day: &Day<'_>, visit: &Visit<'a>) -> Option<(Success, &'a str)> {
    let (_, record) = visit.row.failure.as_ref()?;
    let (mut n_requests, mut n_failed) = (0, 0);
    for row in endpoints(day, visit) {
        n_requests += row.n_requests;
        n_failed += row.n_failed;
    }
    // A server that fails for everybody is not brought down by this client.
    let often = n_failed as f64 > FAILING_MAX * n_requests as f64;
    (!often).then_some((Success::Failed(visit.row.n_failed), record.as_str()))
}

fn endpoints<'d>(day: &'d Day<'_>, visit: &Visit<'_>) -> impl Iterator<Item = &'d super::table::Row> {
    let names: BTreeMap<&str, ()> = visit.payloads.iter().map(|payload| (payload.endpoint.as_str(), ())).collect();
    let key = |endpoint: &str| Key {
        dataset: visit.dataset.to_owned(),
        site: visit.site.to_owned(),
        what: What::Endpoint(endpoint.to_owned()),
    };
    let keys: Vec<Key> = names.into_keys().map(key).collect();
    keys.into_iter().filter_map(|key| day.table.get(&key))
}
