//! Entropy and what one variable tells of another, in bits, from counts.

/// Shannon's (1948) entropy of the shares of these counts, 0 to log2(kinds): the plug-in estimate, which is too low
/// where kinds are many and cases few. 0 without cases. Counts that are negative or not finite are passed over.
pub fn entropy(counts: &[f64]) -> f64 {
    let usable = || counts.iter().copied().filter(|count| count.is_finite() && *count > 0.0);
    let all: f64 = usable().sum();
    usable().map(|count| -(count / all) * (count / all).log2()).sum::<f64>().max(0.0)
}

/// Miller and Madow's (1955) correction of [`entropy`]: plus (kinds seen − 1) / (2 n ln 2).
pub fn entropy_corrected(counts: &[f64]) -> f64 {
    let usable = || counts.iter().copied().filter(|count| count.is_finite() && *count > 0.0);
    let all: f64 = usable().sum();
    let kinds = usable().count() as f64;
    if all > 0.0 { entropy(counts) + (kinds - 1.0) / (2.0 * all * std::f64::consts::LN_2) } else { 0.0 }
}

/// Entropy as a share of the most that this number of kinds could have, 0 to 1; 0 for one kind.
pub fn evenness(counts: &[f64]) -> f64 {
    let kinds = counts.iter().filter(|count| count.is_finite() && **count > 0.0).count();
    if kinds < 2 { 0.0 } else { (entropy(counts) / (kinds as f64).log2()).min(1.0) }
}

/// Kullback and Leibler's (1951) divergence of `p` from `q`, Σ p log2(p/q), of counts in the same order: the bits a
/// case that are lost by taking q for p. From 0 to ∞, where q lacks a kind that p has.
///
/// `None` where lengths differ or one of them has no case.
pub fn divergence(p: &[f64], q: &[f64]) -> Option<f64> {
    let (p, q) = shares_of_both(p, q)?;
    Some(of_shares(&p, &q))
}

/// Jensen and Shannon's divergence (Lin 1991), 0 to 1: symmetric, and finite also where kinds are missing.
pub fn difference(p: &[f64], q: &[f64]) -> Option<f64> {
    let (p, q) = shares_of_both(p, q)?;
    let middle: Vec<f64> = p.iter().zip(&q).map(|(p, q)| (p + q) / 2.0).collect();
    Some(((of_shares(&p, &middle) + of_shares(&q, &middle)) / 2.0).min(1.0))
}

fn of_shares(p: &[f64], q: &[f64]) -> f64 {
    p.iter().zip(q).filter(|(p, _)| **p > 0.0).map(|(p, q)| p * (p / q).log2()).sum::<f64>().max(0.0)
}

fn shares_of_both(p: &[f64], q: &[f64]) -> Option<(Vec<f64>, Vec<f64>)> {
    if p.len() != q.len() {
        return None;
    }
    Some((shares(p)?, shares(q)?))
}

fn shares(counts: &[f64]) -> Option<Vec<f64>> {
    let usable: Vec<f64> = counts.iter().map(|count| if count.is_finite() { count.max(0.0) } else { 0.0 }).collect();
    let all: f64 = usable.iter().sum();
    (all > 0.0 && all.is_finite()).then(|| usable.iter().map(|count| count / all).collect())
}

/// What rows and columns of a table of counts tell of each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Information {
    /// Entropy of the rows, and of the columns, as if the other were not known.
    pub rows: f64,
    pub columns: f64,
    /// Bits that knowing the row saves on the column, and the other way round: H(R) + H(C) − H(R, C). Too high in small
    /// tables by about (rows − 1)(columns − 1) / (2 n ln 2); [`crate::hypothesis::g_test`] says whether it is chance.
    pub mutual: f64,
}

impl Information {
    /// Rows may differ in length: what is missing is 0.
    pub fn of(table: &[Vec<f64>]) -> Self {
        let usable = |count: &f64| if count.is_finite() { count.max(0.0) } else { 0.0 };
        let rows: Vec<f64> = table.iter().map(|row| row.iter().map(usable).sum()).collect();
        let n_columns = table.iter().map(Vec::len).max().unwrap_or(0);
        let column = |at: usize| table.iter().filter_map(|row| row.get(at)).map(usable).sum();
        let columns: Vec<f64> = (0..n_columns).map(column).collect();
        let cells: Vec<f64> = table.iter().flatten().map(usable).collect();
        let (rows, columns) = (entropy(&rows), entropy(&columns));
        Self { rows, columns, mutual: (rows + columns - entropy(&cells)).clamp(0.0, rows.min(columns)) }
    }

    /// Entropy of the column that is left when the row is known.
    pub fn columns_given_rows(&self) -> f64 {
        self.columns - self.mutual
    }

    /// Entropy of the row that is left when the column is known.
    pub fn rows_given_columns(&self) -> f64 {
        self.rows - self.mutual
    }
}
