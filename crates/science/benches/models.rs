//! How fast models learn and judge, groups and communities are found; `reference/speed.py` times others at the same.
//!
//! `cargo bench -p margay-science --bench models`

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    reason = "a bench measures time and prints"
)]

#[path = "../tests/it/made.rs"]
#[allow(dead_code, reason = "the tests make cases that nobody times")]
mod made;

use std::{fs, hint::black_box};

use science::{
    Rows,
    anomaly::{CutForest, Ecod, Forest, HalfSpaceTrees, Hbos, IsolationForest, Spaces},
    cluster::{Density, hdbscan},
    graph::{DAMPING, Graph, Quality, leiden, pagerank, propagate_labels},
    models::{Boosted, Cases, Growth, Logistic, Markov, Novelty, Penalty, Table},
    text::{Ngrams, Unit},
};

fn main() {
    texts();
    logistic();
    boosted();
    anomalies();
    groups();
    communities();
}

fn texts() {
    let names = names(200_000);
    let ngrams = Ngrams::new(Unit::Byte, 1, 4, 18).expect("a size");
    let weights: Vec<f32> = (0..ngrams.n_features()).map(|at| (at % 7) as f32).collect();
    timed("n-grams of names, hashed and weighed", names.len(), || {
        names.iter().map(|name| ngrams.dot(name, &weights)).sum::<f64>()
    });
    let mut features = Vec::new();
    timed("n-grams of names, as sorted features", names.len(), || {
        names.iter().for_each(|name| ngrams.features(name, &mut features));
        features.len()
    });
    let mut model = Markov::new(4, 1_000_000).expect("an order");
    timed("language model learns names, order 4", names.len(), || names.iter().for_each(|name| model.learn(name)));
    timed("language model judges names", names.len(), || names.iter().map(|name| model.bits(name)).sum::<f64>());
    let runs: Vec<u32> = names.iter().flatten().map(|byte| u32::from(*byte)).collect();
    let mut seen = Novelty::new(6, 24).expect("a size");
    timed("new runs, learned", runs.len(), || seen.learn(&runs));
    timed("new runs, looked for", runs.len(), || seen.unseen(&runs));
}

fn logistic() {
    let made = made::sparse(1, 100_000);
    let mut cases = Cases::default();
    made.iter().for_each(|(features, label)| cases.push(features, *label, 1.0));
    let fit = || Logistic::fit(&cases, Penalty { l2: 1.0, l1: 0.0 }).expect("both classes");
    timed("logistic regression learns rows of 8 features", made.len(), fit);
    let model = fit();
    timed("logistic regression judges", made.len(), || made.iter().map(|(row, _)| model.score(row)).sum::<f64>());
}

fn boosted() {
    let made = made::dense(3, 50_000);
    let mut table = Table::new(30);
    made.iter().for_each(|(row, label)| table.push(row, *label, 1.0));
    let fit = || Boosted::fit(&table, &Growth::default()).expect("both classes");
    timed("boosted trees learn rows of 30, 100 trees of 31 leaves", made.len(), fit);
    let model = fit();
    timed("boosted trees judge", made.len(), || made.iter().map(|(row, _)| model.score(row)).sum::<f64>());
}

fn anomalies() {
    let made = made::odd(5, 0, 20_000);
    let mut rows = Rows::new(4).expect("columns");
    made.iter().for_each(|(row, _)| assert!(rows.push(row)));
    let n = rows.len();
    timed("isolation forest learns rows of 4", n, || IsolationForest::fit(&rows, Forest::default()));
    let forest = IsolationForest::fit(&rows, Forest::default()).expect("rows");
    timed("isolation forest judges", n, || rows.iter().map(|row| forest.score(row)).sum::<f64>());
    let mut trees = HalfSpaceTrees::new(&[(-6.0, 6.0); 4], Spaces::default()).expect("bounds");
    timed("half-space trees judge and learn", n, || {
        rows.iter().filter_map(|row| trees.score_and_learn(row)).sum::<f64>()
    });
    let mut cuts = CutForest::new(4, 40, 256, 1).expect("a size");
    timed("random cut forest judges and learns", n, || {
        rows.iter().filter_map(|row| cuts.score_and_learn(row)).sum::<f64>()
    });
    let (ecod, hbos) = (Ecod::fit(&rows).expect("rows"), Hbos::fit(&rows).expect("rows"));
    timed("ECOD judges", n, || rows.iter().map(|row| ecod.score(row)).sum::<f64>());
    timed("HBOS judges", n, || rows.iter().map(|row| hbos.score(row)).sum::<f64>());
}

fn groups() {
    let made = made::places(40, 0, 5_000);
    let mut rows = Rows::new(2).expect("columns");
    made.iter().for_each(|place| assert!(rows.push(place)));
    timed("HDBSCAN of places", rows.len(), || hdbscan(&rows, Density { cluster_min: 20, neighbours: 10 }));
}

/// Half a million edges between 50,000 nodes, nine of ten of them within groups of 50.
fn communities() {
    let mut next = made::uniform(50);
    let n = 50_000;
    let mut edge = || {
        let (a, within, other) = ((next() * n as f64) as usize, next() < 0.9, next());
        let b = if within { a / 50 * 50 + (other * 50.0) as usize } else { (other * n as f64) as usize };
        (a, b, 1.0)
    };
    let edges: Vec<(usize, usize, f64)> = (0..500_000).map(|_| edge()).collect();
    let graph = Graph::undirected(n, edges.iter().copied()).expect("few nodes");
    timed("graph of edges", edges.len(), || Graph::undirected(n, edges.iter().copied()));
    timed("personalized PageRank, by edges", edges.len(), || pagerank(&graph, &[(7, 1.0)], DAMPING));
    timed("label propagation, by edges", edges.len(), || propagate_labels(&graph, 1));
    let quality = Quality::Modularity(1.0);
    timed("Leiden, by edges", edges.len(), || leiden(&graph, quality, 1));
    println!("    modularity {:.4}", quality.of(&graph, &leiden(&graph, quality, 1)));
}

/// Words of 6 to 20 letters.
fn names(n: usize) -> Vec<Vec<u8>> {
    let mut next = made::uniform(60);
    let mut name = || {
        let length = 6 + (next() * 15.0) as usize;
        (0..length).map(|_| b'a' + (next() * next() * 26.0) as u8).collect()
    };
    (0..n).map(|_| name()).collect()
}

/// Prints how many a second of this thread's own computing time.
fn timed<T>(what: &str, n: usize, mut work: impl FnMut() -> T) {
    let (start, mut rounds, mut seconds) = (cpu_seconds(), 0, 0.0);
    // The clock ticks some hundred times a second: shorter work is repeated.
    while seconds < 0.3 {
        black_box(work());
        rounds += 1;
        seconds = cpu_seconds() - start;
    }
    let each = seconds / f64::from(rounds);
    println!("{what:<56} {:>12.0}/s  {each:>7.3} s for {n}", n as f64 / each);
}

/// Time that this thread was computing: other work on the machine does not count.
fn cpu_seconds() -> f64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    text.split(' ').next().and_then(|nanos| nanos.parse::<f64>().ok()).expect("nanoseconds") / 1e9
}
