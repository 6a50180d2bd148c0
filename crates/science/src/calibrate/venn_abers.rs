//! Venn–Abers prediction: two probabilities, one of which is calibrated, and the gap between them is what we do not know.

/// The inductive Venn–Abers predictor (Vovk, Petej and Fedorova 2015, algorithms 1 to 4): fitted in O(n log n), asked
/// in O(log n).
///
/// For exchangeable cases one of the two probabilities of [`Interval`] is perfectly calibrated, whatever the score.
#[derive(Debug, Clone, PartialEq)]
pub struct VennAbers {
    /// Distinct scores, ascending.
    scores: Vec<f64>,
    /// Isotonic value of a new case labelled `true` at or just below each score; behind the last it is 1.
    if_true: Vec<f64>,
    /// Isotonic value of a new case labelled `false` at or just above each score; before the first it is 0.
    if_false: Vec<f64>,
}

/// The probability under each label that the new case may have; `low` ≤ `high`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

impl Interval {
    /// One number that loses least in log loss: high / (1 − low + high).
    pub fn probability(self) -> f64 {
        self.high / (1.0 - self.low + self.high)
    }
}

impl VennAbers {
    /// `None` where there is no case or a score is not finite.
    pub fn fit(cases: &[(f64, bool)]) -> Option<Self> {
        let mut cases = cases.to_vec();
        if cases.is_empty() || cases.iter().any(|case| !case.0.is_finite()) {
            return None;
        }
        cases.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let groups: Vec<Group> = cases.chunk_by(|a, b| a.0 == b.0).filter_map(Group::of).collect();
        let if_true = values_if_true(&groups);
        // Seen from the other side a `false` is what a `true` is from this one.
        let mirrored: Vec<Group> = groups.iter().rev().map(|group| group.mirrored()).collect();
        let if_false = values_if_true(&mirrored).into_iter().rev().map(|value| 1.0 - value).collect();
        Some(Self { scores: groups.into_iter().map(|group| group.score).collect(), if_true, if_false })
    }

    /// `None` where the score is not a number.
    pub fn interval(&self, score: f64) -> Option<Interval> {
        if score.is_nan() {
            return None;
        }
        let at_or_above = self.scores.partition_point(|known| *known < score);
        let above = self.scores.partition_point(|known| *known <= score);
        let high = self.if_true.get(at_or_above).copied().unwrap_or(1.0);
        let low = above.checked_sub(1).and_then(|last| self.if_false.get(last)).copied().unwrap_or(0.0);
        Some(Interval { low: low.min(high), high })
    }
}

/// The cases of one score.
#[derive(Debug, Clone, Copy)]
struct Group {
    score: f64,
    n: f64,
    n_true: f64,
}

impl Group {
    fn of(equal: &[(f64, bool)]) -> Option<Self> {
        let n_true = equal.iter().filter(|case| case.1).count() as f64;
        Some(Self { score: equal.first()?.0, n: equal.len() as f64, n_true })
    }

    fn mirrored(self) -> Self {
        Self { score: -self.score, n: self.n, n_true: self.n - self.n_true }
    }
}

/// A point of the cumulative sum diagram: cases so far, and how many of them are `true`.
#[derive(Debug, Clone, Copy)]
struct Point {
    n: f64,
    n_true: f64,
}

impl Point {
    fn slope_to(self, next: Self) -> f64 {
        (next.n_true - self.n_true) / (next.n - self.n)
    }

    /// Whether the way from `self` over `middle` to `end` turns to the left: `middle` is a corner of a convex path.
    fn turns_left(self, middle: Self, end: Self) -> bool {
        let (dx, dy) = (middle.n - self.n, middle.n_true - self.n_true);
        dx * (end.n_true - middle.n_true) > dy * (end.n - middle.n)
    }
}

/// For each group the isotonic value of a new `true` case inserted just below it.
///
/// The value is the slope of the greatest convex minorant of the diagram in which the new case comes first among
/// those not yet passed. Its corners are kept on a stack; passing a group moves the inserted case behind it.
fn values_if_true(groups: &[Group]) -> Vec<f64> {
    let mut points = vec![Point { n: -1.0, n_true: -1.0 }, Point { n: 0.0, n_true: 0.0 }];
    for group in groups {
        let last = points.last().copied().unwrap_or(Point { n: 0.0, n_true: 0.0 });
        points.push(Point { n: last.n + group.n, n_true: last.n_true + group.n_true });
    }
    let mut corners = corners(&points);
    corners.reverse();

    let mut values = Vec::with_capacity(groups.len());
    for place in 1..points.len().saturating_sub(1) {
        let [.., next, top] = corners.as_slice() else { break };
        let (top, next) = (*top, *next);
        values.push(top.slope_to(next));
        // The new case moves behind this group, so that the point between both lies one case to the left and below.
        let (before, here, after) = (points[place - 1], points[place], points[place + 1]);
        let moved = Point { n: before.n + after.n - here.n, n_true: before.n_true + after.n_true - here.n_true };
        points[place] = moved;
        let above_or_on =
            (next.n - top.n) * (moved.n_true - top.n_true) >= (next.n_true - top.n_true) * (moved.n - top.n);
        if above_or_on {
            continue;
        }
        corners.pop();
        while let [.., next, top] = corners.as_slice()
            && !moved.turns_left(*top, *next)
        {
            corners.pop();
        }
        corners.push(moved);
    }
    values
}

/// Corners of the greatest convex minorant, from left to right.
fn corners(points: &[Point]) -> Vec<Point> {
    let mut corners: Vec<Point> = Vec::new();
    for &point in points {
        while let [.., before, last] = corners.as_slice()
            && !before.turns_left(*last, point)
        {
            corners.pop();
        }
        corners.push(point);
    }
    corners
}
