//! The benchmark's scoring (Lavin and Ahmad 2015; Ahmad, Lavin, Purdy and Agha 2017), written anew from its description.
//!
//! Each labeled window is worth 1 when it is detected at its beginning, falling along a sigmoid to 0 at its end; each
//! false detection costs, the more the farther it lies behind a window. The first 15 % of a file (at most 750 rows)
//! count for nothing. One threshold serves all files. 100 is the perfect detector, 0 the one that never says anything.

use super::corpus::Series;

/// What windows found, false detections and windows missed are worth.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Profile {
    pub name: &'static str,
    found: f64,
    falsely: f64,
    missed: f64,
}

pub(crate) const PROFILES: [Profile; 3] = [
    Profile { name: "standard", found: 1.0, falsely: 0.11, missed: 1.0 },
    Profile { name: "low FP", found: 1.0, falsely: 0.22, missed: 1.0 },
    Profile { name: "low FN", found: 1.0, falsely: 0.11, missed: 2.0 },
];

/// A row that counts: its anomaly score, what detecting it is worth, and the window that it lies in.
struct Row {
    score: f64,
    worth: f64,
    window: Option<usize>,
}

/// Scores of some files under one profile, at every threshold.
pub(crate) struct Sheet {
    profile: Profile,
    rows: Vec<Row>,
    n_windows: usize,
}

impl Sheet {
    pub(crate) fn of(files: &[(&Series, &[f64])], profile: Profile) -> Self {
        let mut sheet = Self { profile, rows: Vec::new(), n_windows: 0 };
        for (series, scores) in files {
            sheet.add(series, scores);
        }
        sheet.rows.sort_by(|a, b| b.score.total_cmp(&a.score));
        sheet
    }

    fn add(&mut self, series: &Series, scores: &[f64]) {
        let n = series.values.len();
        let probation = (0.15 * n as f64).floor().min(750.0) as usize;
        let mut before: Option<(usize, usize)> = None;
        for (row, &score) in scores.iter().enumerate().take(n) {
            if before.is_none_or(|(_, last)| row > last) {
                before = series.windows.iter().copied().rfind(|(_, last)| *last < row).or(before);
            }
            let window = series.windows.iter().position(|(first, last)| (*first..=*last).contains(&row));
            let worth = match (window.and_then(|window| series.windows.get(window)), before) {
                (Some((first, last)), _) => self.inside(row, *first, *last),
                (None, Some((first, last))) => {
                    sigmoid((row - last) as f64 / (last - first) as f64) * self.profile.falsely
                }
                (None, None) => -self.profile.falsely,
            };
            if row >= probation {
                self.rows.push(Row { score, worth, window: window.map(|window| self.n_windows + window) });
            }
        }
        self.n_windows += series.windows.len();
    }

    fn inside(&self, row: usize, first: usize, last: usize) -> f64 {
        let place = -((last - row + 1) as f64) / (last - first + 1) as f64;
        sigmoid(place) / sigmoid(-1.0) * self.profile.found
    }

    /// The best threshold and its score, as the benchmark chooses one for a detector; above 1 nothing is detected.
    pub(crate) fn best(&self) -> (f64, f64) {
        let best = self.sweep().into_iter().fold((1.1, 0.0), |best, next| if next.1 > best.1 { next } else { best });
        (best.0, self.normal(best.1))
    }

    /// The score where rows with at least this anomaly score are detections.
    pub(crate) fn at(&self, threshold: f64) -> f64 {
        self.normal(self.gain(threshold))
    }

    /// What detecting at this threshold gains over never saying anything, and what a perfect detector gains.
    pub(crate) fn gains(&self, threshold: f64) -> (f64, f64) {
        (self.gain(threshold), (self.profile.found + self.profile.missed) * self.n_windows as f64)
    }

    fn gain(&self, threshold: f64) -> f64 {
        self.sweep().into_iter().take_while(|(at, _)| *at >= threshold).last().map_or(0.0, |(_, gain)| gain)
    }

    /// Thresholds in descending order with their gains.
    fn sweep(&self) -> Vec<(f64, f64)> {
        let mut parts = vec![-self.profile.missed; self.n_windows];
        let mut gain = 0.0;
        let mut sweep = Vec::new();
        for (place, row) in self.rows.iter().enumerate() {
            match row.window {
                None => gain += row.worth,
                Some(window) => {
                    let better = parts[window].max(row.worth);
                    gain += better - parts[window];
                    parts[window] = better;
                }
            }
            if self.rows.get(place + 1).is_none_or(|next| next.score != row.score) {
                sweep.push((row.score, gain));
            }
        }
        sweep
    }

    fn normal(&self, gain: f64) -> f64 {
        100.0 * gain / ((self.profile.found + self.profile.missed) * self.n_windows as f64)
    }
}

/// 2 / (1 + e^5x) − 1: from 1 at the beginning of a window over 0 at its end to −1 far behind it.
fn sigmoid(place: f64) -> f64 {
    if place > 3.0 { -1.0 } else { 2.0 / (1.0 + (5.0 * place).exp()) - 1.0 }
}
