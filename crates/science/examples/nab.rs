//! Scores the detector of [`science::series`] on the Numenta Anomaly Benchmark, on files it was not fitted to.
//!
//! `MARGAY_DATA=../shared/data cargo run --release -p margay-science --example nab` scores ours; `-- --scores FOLDER`
//! scores a folder of results in the benchmark's own form, `-- --write FOLDER` writes ours in that form.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example reads its corpus and prints what it found"
)]

#[path = "../tests/it/nab/corpus.rs"]
mod corpus;
#[path = "../tests/it/nab/scorer.rs"]
mod scorer;

use std::{env, path::Path, process::ExitCode};

use corpus::Series;
use science::describe::Sorted;
use scorer::{PROFILES, Profile, Sheet};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            eprintln!("{what}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let data = env::var("MARGAY_DATA").unwrap_or_else(|_| "../shared/data".to_owned());
    let files = corpus::read(&Path::new(&data).join("nab"))?;
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => {
            let scores: Vec<Vec<f64>> = files.iter().map(corpus::watched).collect();
            report(&files, &scores);
        }
        ["--write", folder] => {
            for file in &files {
                corpus::write(Path::new(folder), file, &corpus::watched(file))?;
            }
        }
        ["--scores", folder] => {
            let scores: Result<Vec<_>, _> =
                files.iter().map(|file| corpus::scores(Path::new(folder), &file.name)).collect();
            report(&files, &scores?);
        }
        _ => return Err("usage: nab [--scores FOLDER | --write FOLDER]".to_owned()),
    }
    Ok(())
}

/// Every second file, by name, chooses the threshold for the others; then all files as the benchmark itself does.
fn report(files: &[Series], scores: &[Vec<f64>]) {
    let pick = |of: &dyn Fn(usize) -> bool| -> Vec<(&Series, &[f64])> {
        files
            .iter()
            .zip(scores)
            .enumerate()
            .filter(|(at, _)| of(*at))
            .map(|(_, (file, scores))| (file, &scores[..]))
            .collect()
    };
    println!("{:10} {:>10} {:>10} {:>12} {:>10}", "profile", "fitted", "others", "others, best", "all, best");
    for profile in PROFILES {
        let (fitted, others) =
            (Sheet::of(&pick(&|at| at % 2 == 0), profile), Sheet::of(&pick(&|at| at % 2 == 1), profile));
        let all = Sheet::of(&pick(&|_| true), profile);
        let (threshold, score) = fitted.best();
        let (low, high) = interval(&pick(&|at| at % 2 == 1), profile, threshold);
        println!(
            "{:10} {score:10.2} {:10.2} {:12.2} {:10.2}   threshold {threshold:.5}; others, 95 %: {low:.1} to {high:.1}",
            profile.name,
            others.at(threshold),
            others.best().1,
            all.best().1,
        );
    }
}

/// Percentile bootstrap over files, 2,000 rounds.
fn interval(files: &[(&Series, &[f64])], profile: Profile, threshold: f64) -> (f64, f64) {
    let gains: Vec<(f64, f64)> = files.iter().map(|file| Sheet::of(&[*file], profile).gains(threshold)).collect();
    let round = |round: u64| {
        let drawn = |place: u64| {
            let hash = science::describe::hash(&place.to_le_bytes(), (round, 0));
            gains[(hash % gains.len() as u64) as usize]
        };
        let (gain, perfect) =
            (0..gains.len() as u64).map(drawn).fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        100.0 * gain / perfect
    };
    let scores = Sorted::new((0..2_000).map(round).collect());
    scores.map_or((f64::NAN, f64::NAN), |scores| (scores.quantile(0.025), scores.quantile(0.975)))
}
