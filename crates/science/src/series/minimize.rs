//! Nelder and Mead's simplex: the minimum of a function of few variables, without derivatives.

/// The place and the value of a minimum near `start`, found from a simplex with sides of `step`.
pub(super) fn simplex(start: &[f64], step: f64, rounds: usize, of: impl Fn(&[f64]) -> f64) -> (Vec<f64>, f64) {
    let judge = |place: Vec<f64>| {
        let value = of(&place);
        (place, if value.is_nan() { f64::INFINITY } else { value })
    };
    let corner =
        |moved: usize| start.iter().enumerate().map(move |(at, x)| if at + 1 == moved { x + step } else { *x });
    let mut corners: Vec<(Vec<f64>, f64)> = (0..=start.len()).map(|moved| judge(corner(moved).collect())).collect();
    for _ in 0..rounds {
        corners.sort_by(|a, b| a.1.total_cmp(&b.1));
        let (Some(best), Some(worst)) = (corners.first().cloned(), corners.pop()) else { break };
        let second = corners.last().map_or(f64::INFINITY, |corner| corner.1);
        let center: Vec<f64> = (0..start.len()).map(|at| mean(&corners, at)).collect();
        let along = |factor: f64| judge(center.iter().zip(&worst.0).map(|(c, w)| c + factor * (c - w)).collect());
        let reflected = along(1.0);
        if reflected.1 < best.1 {
            let expanded = along(2.0);
            corners.push(if expanded.1 < reflected.1 { expanded } else { reflected });
        } else if reflected.1 < second {
            corners.push(reflected);
        } else {
            let contracted = if reflected.1 < worst.1 { along(0.5) } else { along(-0.5) };
            if contracted.1 < worst.1.min(reflected.1) {
                corners.push(contracted);
            } else {
                corners.push(worst);
                let nearer = |place: Vec<f64>| place.iter().zip(&best.0).map(|(x, b)| (x + b) / 2.0).collect();
                corners = corners.into_iter().map(|(place, _)| judge(nearer(place))).collect();
            }
        }
    }
    corners.into_iter().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or_default()
}

fn mean(corners: &[(Vec<f64>, f64)], at: usize) -> f64 {
    corners.iter().filter_map(|corner| corner.0.get(at)).sum::<f64>() / corners.len() as f64
}
