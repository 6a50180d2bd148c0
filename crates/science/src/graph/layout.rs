//! Places the nodes of a graph in the plane: linked ones near each other, others apart. The same graph gives the same
//! places.

/// A link between two nodes, by their numbers; the heavier, the nearer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    pub from: usize,
    pub to: usize,
    pub weight: f64,
}

/// Nodes that are placed by forces, which takes time with their square; what is more stays on the spiral.
const PLACED_MAX: usize = 2_000;

/// Pairs that are looked at in all: 50 rounds of 2,000 nodes.
const PAIRS_MAX: usize = 200_000_000;

/// Rounds after which nothing moves any more.
const ROUNDS_MAX: usize = 300;

/// The angle between two that follow each other on the spiral, at which no two come to lie near each other: 2π / φ².
const GOLDEN_ANGLE: f64 = 2.399_963_229_728_653;

/// How strongly all are drawn to the middle, so that parts without links between them do not drift away.
const GRAVITY: f64 = 0.05;

/// Places of `n` nodes after Fruchterman and Reingold (1991), with gravity, from a spiral on: about within -1 to 1.
pub fn layout(n: usize, links: &[Link]) -> Vec<(f64, f64)> {
    let mut places: Vec<(f64, f64)> = (0..n).map(|number| spiral(number, n)).collect();
    let moved = n.min(PLACED_MAX);
    if moved < 2 {
        return places;
    }
    let rounds = ROUNDS_MAX.min(PAIRS_MAX / (moved * moved)).max(1);
    let apart = (1.0 / moved as f64).sqrt();
    for round in 0..rounds {
        let heat = 0.1 * (1.0 - round as f64 / rounds as f64);
        let forces = forces(&places, moved, links, apart);
        for (place, (x, y)) in places.iter_mut().zip(forces) {
            let strength = x.hypot(y);
            if strength > 0.0 {
                let step = strength.min(heat) / strength;
                *place = (place.0 + x * step, place.1 + y * step);
            }
        }
    }
    fit(&mut places);
    places
}

fn spiral(number: usize, n: usize) -> (f64, f64) {
    let angle = GOLDEN_ANGLE * number as f64;
    let radius = ((number as f64 + 0.5) / n as f64).sqrt();
    (radius * angle.cos(), radius * angle.sin())
}

fn forces(places: &[(f64, f64)], moved: usize, links: &[Link], apart: f64) -> Vec<(f64, f64)> {
    let near = places.get(..moved).unwrap_or_default();
    let mut forces: Vec<(f64, f64)> = near
        .iter()
        .map(|(x, y)| {
            let (mut sum_x, mut sum_y) = (-x * GRAVITY, -y * GRAVITY);
            for (other_x, other_y) in near {
                let (dx, dy) = (x - other_x, y - other_y);
                // Those at the same place push nowhere: they are the node itself, or its links part them.
                let square = dx * dx + dy * dy;
                if square > 1e-12 {
                    sum_x += dx / square * apart * apart;
                    sum_y += dy / square * apart * apart;
                }
            }
            (sum_x, sum_y)
        })
        .collect();
    for link in links {
        let (Some(from), Some(to)) = (near.get(link.from), near.get(link.to)) else { continue };
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let pull = dx.hypot(dy) / apart * link.weight.clamp(0.1, 10.0);
        for (node, sign) in [(link.from, 1.0), (link.to, -1.0)] {
            if let Some(force) = forces.get_mut(node) {
                *force = (force.0 + sign * dx * pull, force.1 + sign * dy * pull);
            }
        }
    }
    forces
}

/// Into the square from -1 to 1, round its middle.
fn fit(places: &mut [(f64, f64)]) {
    let n = places.len().max(1) as f64;
    let middle = places.iter().fold((0.0, 0.0), |sum, place| (sum.0 + place.0 / n, sum.1 + place.1 / n));
    let reach = places
        .iter()
        .map(|place| (place.0 - middle.0).abs().max((place.1 - middle.1).abs()))
        .fold(f64::MIN_POSITIVE, f64::max);
    for place in places {
        *place = ((place.0 - middle.0) / reach, (place.1 - middle.1) / reach);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distance(places: &[(f64, f64)], one: usize, other: usize) -> f64 {
        (places[one].0 - places[other].0).hypot(places[one].1 - places[other].1)
    }

    #[test]
    fn groups_lie_together_and_apart_from_each_other() {
        let mut links = Vec::new();
        for group in [0, 6] {
            for from in group..group + 6 {
                for to in from + 1..group + 6 {
                    links.push(Link { from, to, weight: 1.0 });
                }
            }
        }
        let places = layout(12, &links);
        assert_eq!(places, layout(12, &links), "the same graph lies the same");
        let within = (1..6).map(|other| distance(&places, 0, other)).fold(0.0, f64::max);
        let between = (6..12).map(|other| distance(&places, 0, other)).fold(f64::MAX, f64::min);
        assert!(within < between, "{within} within, {between} between");
        assert!(places.iter().all(|(x, y)| x.abs() <= 1.0 && y.abs() <= 1.0 && x.is_finite() && y.is_finite()));
    }

    #[test]
    fn no_graph_is_too_small_too_large_or_wrong() {
        assert!(layout(0, &[]).is_empty());
        assert_eq!(layout(1, &[Link { from: 0, to: 0, weight: 1.0 }]).len(), 1);
        let wild = [Link { from: 7, to: 0, weight: f64::NAN }, Link { from: 0, to: 1, weight: f64::INFINITY }];
        assert!(layout(2, &wild).iter().all(|(x, y)| x.is_finite() && y.is_finite()));
        assert_eq!(layout(5_000, &[]).len(), 5_000);
    }
}
