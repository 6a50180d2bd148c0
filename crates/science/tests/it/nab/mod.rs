//! The detector of unusual values on the Numenta Anomaly Benchmark, where its data are at hand, and the scorer itself.

#[allow(dead_code, reason = "the example uses more of it")]
mod corpus;
#[allow(dead_code, reason = "the example uses more of it")]
mod scorer;

use std::{env, path::Path};

use corpus::Series;
use scorer::{PROFILES, Sheet};

/// The files that no parameter was fitted to, at the level that was fixed on the others. The floor may only rise.
#[test]
fn files_that_nothing_was_fitted_to() {
    const FLOOR: f64 = 65.0;
    let data = env::var("MARGAY_DATA")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").to_owned());
    let Ok(files) = corpus::read(&Path::new(&data).join("nab")) else {
        println!("SKIPPED: no Numenta Anomaly Benchmark below {data}; set MARGAY_DATA");
        return;
    };
    let others: Vec<(Series, Vec<f64>)> = files
        .into_iter()
        .skip(1)
        .step_by(2)
        .map(|file| {
            let scores = corpus::watched(&file);
            (file, scores)
        })
        .collect();
    let sheet = Sheet::of(&others.iter().map(|(file, scores)| (file, &scores[..])).collect::<Vec<_>>(), PROFILES[0]);
    let score = sheet.at(f64::MIN_POSITIVE);
    assert!(score >= FLOOR, "standard score {score}");
}

#[test]
fn perfect_is_100_and_silent_is_0() {
    let times = || (0..1_000).map(|row| row.to_string()).collect();
    let series =
        Series { name: "one".into(), times: times(), values: vec![0.0; 1_000], windows: vec![(300, 349), (700, 799)] };
    let score = |raised: &[usize]| {
        let mut scores = vec![0.0; 1_000];
        raised.iter().for_each(|row| scores[*row] = 1.0);
        Sheet::of(&[(&series, &scores)], PROFILES[0]).at(1.0)
    };
    assert!((score(&[300, 700]) - 100.0).abs() < 1e-9);
    assert_eq!((score(&[]), score(&[100])), (0.0, 0.0), "the probation counts for nothing");
    // Far from every window: 0.11 of the 4 that lie between silence and perfection.
    assert!((score(&[300, 700, 200]) - (100.0 - 11.0 / 4.0)).abs() < 1e-9);
    // In the middle of a window; twice in it counts once.
    let middle = score(&[324, 700]);
    assert!((90.0..100.0).contains(&middle) && score(&[324, 340, 700]) == middle, "{middle}");
}
