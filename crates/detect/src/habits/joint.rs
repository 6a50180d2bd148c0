//! How likely it is that several families of aspects are new on one day, where a change often shows in more than one.

/// Nats between two cells of the law: what is lost by rounding is a tenth of a nat a family.
const STEP: f64 = 0.1;

/// Cells: 80 nats are 10^-35, and nothing is believed that far.
const CELLS: usize = 800;

/// How often two families are new together beyond chance, before the past has told: a new telephone is another device
/// and another client. Weighs as much as half a coincidence that chance would give.
const LIFT_BEFORE: f64 = 3.0;
const LIFT_WEIGHT: f64 = 0.5;

/// One family's law: what strengths it has, in nats, and how often; nothing is shown otherwise.
#[derive(Debug, Default)]
pub(super) struct Atoms(pub(super) Vec<Atom>);

#[derive(Debug, Clone, Copy)]
pub(super) struct Atom {
    /// −ln of the family's chance.
    pub(super) nats: f64,
    pub(super) probability: f64,
}

/// The law of all families together under the null hypothesis: independent of each other but for a lift, which is how
/// many times as likely a family is to be new where another one is.
#[derive(Debug)]
pub(super) struct Joint {
    lift_nats: f64,
    /// P(total ≥ cell).
    survival: Vec<f64>,
}

impl Joint {
    pub(super) fn new(families: &[Atoms], lift: f64) -> Self {
        let lift = lift.max(1.0);
        let lift_nats = lift.ln();
        let mut mass = vec![0.0; CELLS];
        if let Some(nothing) = mass.first_mut() {
            *nothing = 1.0;
        }
        for family in families {
            mass = with(&mass, family, lift);
        }
        let mut survival = vec![0.0; CELLS];
        let mut above = 0.0;
        for (cell, sum) in survival.iter_mut().enumerate().rev() {
            above += mass.get(cell).copied().unwrap_or(0.0);
            *sum = (above / lift).min(1.0);
        }
        Self { lift_nats, survival }
    }

    /// What a day shows: each family after the first costs its lift. 0 where there is too little to speak of.
    pub(super) fn total(&self, nats: impl Iterator<Item = f64>) -> f64 {
        let sum: f64 = nats.map(|nats| (nats - self.lift_nats).max(0.0)).sum();
        if sum > 0.0 { sum + self.lift_nats } else { 0.0 }
    }

    /// P(a day of the null shows at least this total).
    pub(super) fn at_least(&self, total: f64) -> f64 {
        let beyond = total - self.lift_nats;
        if beyond <= 0.0 {
            return 1.0;
        }
        let cell = ((beyond / STEP).floor() as usize).min(CELLS - 1);
        self.survival.get(cell).copied().filter(|_| cell > 0).unwrap_or(1.0)
    }
}

/// The law with one more family; more than the last cell is the last cell.
fn with(mass: &[f64], family: &Atoms, lift: f64) -> Vec<f64> {
    let mut sum = mass.to_vec();
    for atom in &family.0 {
        let beyond = atom.nats - lift.ln();
        if beyond <= 0.0 {
            continue;
        }
        let shift = (beyond / STEP).ceil() as usize;
        for (cell, weight) in mass.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
            if let Some(there) = sum.get_mut((cell + shift).min(CELLS - 1)) {
                *there += weight * atom.probability * lift;
            }
        }
    }
    sum
}

/// How many times as often pairs of families were new together as chance would have it, by the strengths of each day.
pub(super) fn lift(days: &[Vec<f64>], n_families: usize) -> f64 {
    let mut n_new = vec![0.0_f64; n_families];
    let mut together = 0.0;
    for day in days {
        let mut n = 0.0;
        for (sum, _) in n_new.iter_mut().zip(day).filter(|(_, strength)| **strength > 0.0) {
            *sum += 1.0;
            n += 1.0;
        }
        together += n * (n - 1.0) / 2.0;
    }
    let all: f64 = n_new.iter().sum();
    let squares: f64 = n_new.iter().map(|n| n * n).sum();
    let by_chance = (all * all - squares) / 2.0 / days.len().max(1) as f64;
    ((together + LIFT_BEFORE * LIFT_WEIGHT) / (by_chance + LIFT_WEIGHT)).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_in(n: f64) -> Atoms {
        Atoms(vec![Atom { nats: n.ln(), probability: 1.0 / n }])
    }

    #[test]
    fn independent_families_multiply() {
        let joint = Joint::new(&[one_in(100.0), one_in(1_000.0)], 1.0);
        let p = |nats: &[f64]| joint.at_least(joint.total(nats.iter().copied()));
        let both = p(&[100.0_f64.ln(), 1_000.0_f64.ln()]);
        assert!((both / 1e-5 - 1.0).abs() < 1e-9, "{both}");
        assert!((p(&[1_000.0_f64.ln(), 0.0]) / (1e-3 + 1e-5) - 1.0).abs() < 1e-9);
        let or_rarer = 1e-2 + 1e-3 + 1e-5;
        assert!((p(&[100.0_f64.ln(), 0.0]) / or_rarer - 1.0).abs() < 1e-9, "either of them, or both");
        assert_eq!(p(&[0.0, 0.0]), 1.0);
    }

    #[test]
    fn families_that_go_together_count_less() {
        let families = [one_in(100.0), one_in(100.0)];
        let both = |lift: f64| {
            let joint = Joint::new(&families, lift);
            joint.at_least(joint.total([100.0_f64.ln(); 2].into_iter()))
        };
        assert!((both(10.0) / 1e-3 - 1.0).abs() < 0.02 && both(10.0) > both(1.0), "{}", both(10.0));
        assert!(both(1e6) > 0.009, "always together: no more than one of them");
    }

    #[test]
    fn the_lift_is_learned() {
        let days = |n_both: usize| [vec![vec![1.0; 2]; n_both], vec![vec![0.0; 2]; 1_000 - n_both]].concat();
        assert_eq!(lift(&days(0), 2), LIFT_BEFORE);
        let always = lift(&days(10), 2);
        assert!((15.0..25.0).contains(&always), "{always}");
    }
}
