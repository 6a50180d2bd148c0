//! Tests who reads like a program under a browser's name, and whose sign-ins fail.

use std::collections::BTreeMap;

use science::{
    PValue,
    hypothesis::{
        beta_binomial_at_least, beta_binomial_correlation, negative_binomial_at_least, negative_binomial_size,
    },
};

use super::{
    report,
    table::{Key, Row, Table, Who, joined},
};
use crate::{
    Case, Error, Judged,
    yardstick::{surplus, surplus_trimmed},
};

/// Pages from which on a browser shows what share of assets it loads, and such clients from which on that is known.
const READER_PAGES_MIN: i64 = 4;
const READERS_MIN: usize = 10;

/// Shares vary from client to client at least so much: caches, blockers of images, readers' modes.
const CORRELATION_MIN: f64 = 0.05;
/// Highest share of other clients that is left out of what is usual: some of them may be what is looked for.
const LEFT_OUT: f64 = 0.05;

/// Failures in a session that are assumed of one more client: nobody knows more where few sign in.
const ASSUMED_FAILURES: f64 = 0.5;

/// People differ by no more than this (size of the negative binomial distribution): some never give up.
const SIZE_MIN: f64 = 0.1;

/// More trials say no more.
const TRIALS_MAX: f64 = 50_000.0;

/// What was tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aspect {
    /// It reads a site and loads nothing that belongs to its pages.
    Reading,
    /// Its sign-ins fail.
    SigningIn,
}

/// What speaks against a client or a stack.
#[derive(Debug, Clone)]
pub(super) struct Suspicion<'a> {
    pub key: &'a Key,
    pub row: &'a Row,
    pub aspect: Aspect,
    pub p_value: PValue,
    /// Of reading: the share of assets of other browsers; of sign-ins: the share that fails for others.
    pub usual_share: f64,
    pub n_others: usize,
    pub p_share: PValue,
    pub p_breadth: PValue,
    pub p_own: PValue,
    pub n_days_known: usize,
}

pub(super) fn judge(case: &Case<'_>) -> Result<Judged, Error> {
    let today = joined(case.hours)?;
    let past = case.past.iter().map(|day| joined([&day.digest])).collect::<Result<Vec<_>, _>>()?;
    let pages_min = case.params.get("pages_min").max(1.0) as i64;
    let sign_ins_min = case.params.get("sign_ins_min").max(1.0) as i64;
    let sites = Sites::of(&today, &past);
    let mut judged = Judged::default();
    for (key, row) in &today {
        // Who says that it is a program does not hide.
        if !row.claims_browser() {
            continue;
        }
        let reads = matches!(key.who, Who::Client(_)) && row.n_pages >= pages_min;
        let suspicions = [
            reads.then(|| sites.reading(key, row)).flatten(),
            (row.n_sign_ins >= sign_ins_min).then(|| sites.signing_in(key, row)),
        ];
        for suspicion in suspicions.into_iter().flatten() {
            judged.test(&key.dataset, suspicion.p_value);
            judged.findings.extend(report::finding(case.window, &suspicion));
        }
    }
    Ok(judged)
}

/// What is usual on each site.
struct Sites<'a> {
    sites: BTreeMap<(&'a str, &'a str), Site<'a>>,
    past: &'a [Table],
}

#[derive(Default)]
struct Site<'a> {
    /// A sample of clients that pass for browsers: name, pages that are different, requests for pages and assets.
    readers: Vec<(&'a str, f64, f64, f64)>,
    /// Of clients that signed in: name, failures and attempts; of today and of days before.
    sign_ins: [Vec<(&'a str, f64, f64)>; 2],
}

impl<'a> Sites<'a> {
    fn of(today: &'a Table, past: &'a [Table]) -> Self {
        let mut sites: BTreeMap<(&str, &str), Site<'_>> = BTreeMap::new();
        let days = past.iter().map(|day| (day, 1)).chain([(today, 0)]);
        for (day, when) in days {
            let zeros = day.values().map(|row| row.zeros).max().unwrap_or(0);
            for (key, row) in day {
                let Who::Client(client) = &key.who else { continue };
                let site = sites.entry((&key.dataset, &key.site)).or_default();
                let sampled = i64::from(row.hash.leading_zeros()) >= zeros;
                if sampled && row.claims_browser() && row.n_pages > 0 {
                    let reader = (client.as_str(), row.pages.n_distinct(), row.n_pages as f64, row.n_assets as f64);
                    site.readers.push(reader);
                }
                if row.n_sign_ins > 0
                    && row.claims_browser()
                    && let Some(sign_ins) = site.sign_ins.get_mut(when)
                {
                    sign_ins.push((client, row.n_failed as f64, row.n_sign_ins as f64));
                }
            }
        }
        Self { sites, past }
    }

    /// `None` where nobody knows how browsers load this site. Two parts, both of which must be odd: it loads too
    /// little of what belongs to pages, and it reads too many different ones.
    fn reading(&self, key: &'a Key, row: &'a Row) -> Option<Suspicion<'a>> {
        let site = self.sites.get(&(key.dataset.as_str(), key.site.as_str()))?;
        let Who::Client(own) = &key.who else { return None };
        let own = own.as_str();
        let others = || site.readers.iter().filter(|(client, ..)| *client != own);
        // Who reads much is held against those who read much: of one page nobody knows what belongs to it.
        let cases: Vec<(f64, f64)> = others()
            .filter(|(.., pages, _)| *pages >= READER_PAGES_MIN as f64)
            .map(|(.., pages, assets)| (*pages, pages + assets))
            .collect();
        if cases.len() < READERS_MIN {
            return None;
        }
        // One client is one voice: whoever reads all day would speak for all.
        let usual_share = cases.iter().map(|(pages, all)| pages / all).sum::<f64>() / cases.len() as f64;
        let correlation = beta_binomial_correlation(&cases).unwrap_or(0.0).max(CORRELATION_MIN);
        let (pages, all) = (row.n_pages as f64, (row.n_pages + row.n_assets) as f64);
        let p_share = share_at_least(pages, all, usual_share, correlation);
        let n_read = row.pages.n_distinct();
        let p_breadth = surplus_trimmed(n_read, others().map(|(_, n_read, ..)| *n_read).collect(), LEFT_OUT);
        let habits: Vec<f64> = self.own(key).map(|row| row.pages.n_distinct()).collect();
        let p_own = if habits.is_empty() { p_breadth } else { surplus(n_read, &habits) };
        Some(Suspicion {
            key,
            row,
            aspect: Aspect::Reading,
            p_value: largest(&[p_share, p_breadth, p_own]),
            usual_share: 1.0 - usual_share,
            n_others: cases.len(),
            p_share,
            p_breadth,
            p_own,
            n_days_known: habits.len(),
        })
    }

    fn signing_in(&self, key: &'a Key, row: &'a Row) -> Suspicion<'a> {
        let none = Site::default();
        let site = self.sites.get(&(key.dataset.as_str(), key.site.as_str())).unwrap_or(&none);
        let own = match &key.who {
            Who::Client(own) => own.as_str(),
            Who::Stack(_) => "",
        };
        let [today, before] = &site.sign_ins;
        // Days before know nothing of today's attack.
        let known = if before.is_empty() { today } else { before };
        let others = known.iter().filter(|(client, ..)| *client != own);
        let cases: Vec<(f64, f64)> = others.map(|(_, failed, n)| (*failed, n - failed)).collect();
        let (usual, size) = failures(&cases);
        // A session ends when a sign-in comes through; the last one may not have ended.
        let sessions = (row.n_sign_ins - row.n_failed) as f64 + 1.0;
        let n_failed = row.n_failed.max(0) as u64;
        let p_share = negative_binomial_at_least(n_failed, sessions * usual, sessions * size);
        let habits: Vec<f64> = self.own(key).map(|row| row.n_failed as f64).collect();
        let p_own = if habits.is_empty() { p_share } else { surplus(n_failed as f64, &habits) };
        Suspicion {
            key,
            row,
            aspect: Aspect::SigningIn,
            p_value: largest(&[p_share, p_own]),
            usual_share: usual / (1.0 + usual),
            n_others: cases.len(),
            p_share,
            p_breadth: PValue::ONE,
            p_own,
            n_days_known: habits.len(),
        }
    }

    /// The same client or stack on days before.
    fn own(&self, key: &'a Key) -> impl Iterator<Item = &'a Row> {
        self.past.iter().filter_map(move |day| day.get(key))
    }
}

/// Failures before a sign-in comes through, and how alike clients are in this. Of (failed, granted) of each client one
/// voice; the worst say no more than those next to them, because some of them may be what is looked for.
fn failures(cases: &[(f64, f64)]) -> (f64, f64) {
    let mut means: Vec<f64> = cases.iter().map(|(failed, granted)| failed / granted.max(1.0)).collect();
    means.sort_by(f64::total_cmp);
    let n_tamed = (means.len() as f64 * LEFT_OUT).ceil() as usize;
    let most = means.iter().rev().nth(n_tamed).copied().unwrap_or(0.0);
    means.iter_mut().for_each(|mean| *mean = mean.min(most));
    let size = negative_binomial_size(&means).unwrap_or(1.0).clamp(SIZE_MIN, 1.0);
    ((means.iter().sum::<f64>() + ASSUMED_FAILURES) / (means.len() as f64 + 1.0), size)
}

fn share_at_least(n: f64, of: f64, usual: f64, correlation: f64) -> PValue {
    let scale = (TRIALS_MAX / of.max(1.0)).min(1.0);
    beta_binomial_at_least((n * scale).round() as u64, (of * scale).round() as u64, usual, correlation)
}

fn largest(p_values: &[PValue]) -> PValue {
    p_values.iter().copied().max_by(|a, b| a.get().total_cmp(&b.get())).unwrap_or(PValue::ONE)
}
