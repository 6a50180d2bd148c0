//! Series against statsmodels, astropy, ruptures and plain definitions.

use science::series::{
    Cost, Grid, HoltWinters, Model, OnlineChanges, Smoothing, Sprt, Stl, Unusual, Verdict, Watch, WeeklyBaseline,
    autocorrelation, fisher_g, ljung_box, lomb_scargle, mstl, pelt, run_length,
};

use crate::support::{Random, TOLERANCE, close, number, numbers, rows};

/// Parts of a series go through zero: equal to within this share of the largest.
#[track_caller]
fn all_close(ours: &[f64], theirs: &[f64], tolerance: f64) {
    assert_eq!(ours.len(), theirs.len());
    let largest = theirs.iter().map(|value| value.abs()).fold(1e-300, f64::max);
    for (ours, theirs) in ours.iter().zip(theirs) {
        assert!((ours - theirs).abs() <= tolerance * largest, "{ours} is not {theirs}");
    }
}

#[test]
fn autocorrelations() {
    for row in rows("autocorrelation") {
        let (values, lags) = (numbers(&row[0]), number(&row[1]) as usize);
        all_close(&autocorrelation(&values, lags).expect("a series"), &numbers(&row[2]), TOLERANCE);
        let test = ljung_box(&values, lags, 2).expect("a series");
        close(test.statistic, number(&row[3]), TOLERANCE);
        close(test.p_value.get(), number(&row[4]), TOLERANCE);
    }
}

#[test]
fn uneven_periodograms() {
    for row in rows("lomb_scargle") {
        let grid = Grid { first: number(&row[2]), step: number(&row[3]), n: number(&row[4]) as usize };
        let ours = lomb_scargle(&numbers(&row[0]), &numbers(&row[1]), grid).expect("a series");
        all_close(&ours.powers, &numbers(&row[5]), 1e-8);
        close(ours.p_value.get(), number(&row[6]), 1e-6);
    }
}

#[test]
fn the_greatest_ordinate() {
    for row in rows("fisher_g") {
        let ours = fisher_g(&numbers(&row[0])).expect("a series");
        close(ours.share, number(&row[1]), TOLERANCE);
        close(ours.period, number(&row[2]), TOLERANCE);
        close(ours.p_value.get(), number(&row[3]), 1e-8);
    }
}

#[test]
fn run_lengths() {
    for row in rows("run_lengths") {
        let ours = run_length(number(&row[0]), number(&row[1]), number(&row[2])).expect("possible");
        // Simpson's rule against 60 points of Gauss.
        close(ours, number(&row[3]), 1e-5);
    }
}

#[test]
fn segments() {
    for row in rows("segments") {
        let cost = match row[1].as_str() {
            "mean" => Cost::Mean,
            "rate" => Cost::Rate,
            _ => Cost::MeanVariance,
        };
        let ours = pelt(&numbers(&row[0]), cost, number(&row[2]), number(&row[3]) as usize).expect("finite");
        let theirs: Vec<usize> = numbers(&row[4]).into_iter().map(|at| at as usize).collect();
        assert_eq!(ours, theirs, "{}", row[1]);
    }
}

#[test]
fn changes_as_they_come() {
    for row in rows("online_changes") {
        let prior = numbers(&row[2]);
        let model = match row[1].as_str() {
            "normal" => Model::Normal { mean: prior[0], weight: prior[1], shape: prior[2], rate: prior[3] },
            _ => Model::Poisson { shape: prior[0], rate: prior[1] },
        };
        let mut changes = OnlineChanges::new(model, number(&row[3]), 1_000).expect("possible");
        let (predictive, mean, mode) = (numbers(&row[4]), numbers(&row[5]), numbers(&row[6]));
        for (at, value) in numbers(&row[0]).into_iter().enumerate() {
            let ours = changes.observe(value, 5).expect("possible");
            // Run lengths of a chance below 1e-9 are left out.
            close(ours.log_predictive, predictive[at], 1e-6);
            close(ours.run_length_mean, mean[at], 1e-5);
            assert_eq!(ours.run_length_mode as f64, mode[at]);
        }
    }
}

#[test]
fn trend_and_season() {
    for row in rows("stl") {
        let (period, seasonal_window) = (number(&row[1]) as usize, number(&row[2]) as usize);
        let stl = Stl { period, seasonal_window, robust: number(&row[3]) == 1.0 };
        let ours = stl.decompose(&numbers(&row[0])).expect("long enough");
        all_close(&ours.trend, &numbers(&row[4]), TOLERANCE);
        all_close(&ours.seasons[0], &numbers(&row[5]), TOLERANCE);
        all_close(&ours.weights, &numbers(&row[6]), 1e-8);
    }
}

#[test]
fn several_seasons() {
    for row in rows("mstl") {
        let periods: Vec<usize> = numbers(&row[1]).into_iter().map(|period| period as usize).collect();
        let ours = mstl(&numbers(&row[0]), &periods, number(&row[2]) == 1.0).expect("long enough");
        all_close(&ours.trend, &numbers(&row[3]), TOLERANCE);
        all_close(&ours.seasons.concat(), &numbers(&row[4]), TOLERANCE);
    }
}

#[test]
fn exponential_smoothing() {
    for row in rows("smoothing") {
        let (values, period, season) = (numbers(&row[0]), number(&row[1]) as usize, numbers(&row[2]));
        let smoothing = Smoothing { level: 0.4, trend: 0.15, season: 0.25, damping: 0.93 };
        let ours = HoltWinters::new(smoothing, 19.0, 0.5, season).run(&values);
        all_close(&ours.fitted, &numbers(&row[3]), TOLERANCE);
        let forecast: Vec<f64> = (1..=3).map(|steps| ours.state.forecast(steps)).collect();
        all_close(&forecast, &numbers(&row[4]), TOLERANCE);
        // They choose the first states by another rule.
        let (free, theirs) = (HoltWinters::fit(&values, period).expect("long enough").squares, number(&row[5]));
        assert!(free < theirs * 1.1, "{free} is far above {theirs}");
    }
}

/// Under their null hypotheses p-values are uniform, or larger: shares of 2,000 series of noise at or below 1 to 20 %.
#[test]
fn noise_is_rejected_no_more_often_than_promised() {
    let mut random = Random::new(7);
    let mut p_values: [Vec<f64>; 4] = Default::default();
    for _ in 0..2_000 {
        let noise: Vec<f64> = (0..60).map(|_| random.normal()).collect();
        let mut times: Vec<f64> = (0..60).map(|_| random.uniform() * 100.0).collect();
        times.sort_unstable_by(f64::total_cmp);
        let grid = Grid { first: 0.01, step: 0.002, n: 100 };
        p_values[0].push(fisher_g(&noise).expect("noise").p_value.get());
        p_values[1].push(lomb_scargle(&times, &noise, grid).expect("noise").p_value.get());
        p_values[2].push(ljung_box(&noise, 8, 0).expect("noise").p_value.get());
        let mut walk = Sprt::new(0.5, 0.8, 0.05, 0.1).expect("possible");
        (0..200).for_each(|_| {
            walk.observe(random.uniform() < 0.5);
        });
        p_values[3].push(walk.p_value().get());
    }
    for (test, p_values) in p_values.iter().enumerate() {
        for promised in [0.01f64, 0.05, 0.2] {
            let share = p_values.iter().filter(|p| **p <= promised).count() as f64 / 2_000.0;
            let error = (promised * (1.0 - promised) / 2_000.0).sqrt();
            // χ² is an approximation for Ljung and Box's statistic: a fifth more at the very tail.
            let slack = if test == 2 { 1.3 } else { 1.0 };
            assert!(share <= promised * slack + 4.0 * error, "test {test}: {share} at {promised}");
        }
    }
}

/// Simulated run lengths of a one-sided sum, from above and below by four standard errors.
#[test]
fn run_lengths_are_what_is_seen() {
    let mut random = Random::new(11);
    for (allowance, threshold, shift) in [(0.5, 3.0, 0.0), (0.5, 4.0, 1.0), (0.25, 5.0, 0.5)] {
        let lengths: Vec<f64> = (0..2_000)
            .map(|_| {
                let (mut sum, mut n) = (0.0f64, 0.0);
                while sum <= threshold {
                    sum = (sum + random.normal() + shift - allowance).max(0.0);
                    n += 1.0;
                }
                n
            })
            .collect();
        let mean = science::describe::mean(&lengths).expect("lengths");
        let error = (science::describe::variance(&lengths).expect("lengths") / 2_000.0).sqrt();
        let ours = run_length(allowance, threshold, shift).expect("possible");
        assert!((mean - ours).abs() < 4.0 * error, "{ours} is not {mean}");
    }
}

/// Wald's bounds on wrong decisions, and how many trials it takes.
#[test]
fn walks_decide_as_promised() {
    let mut random = Random::new(13);
    for (chance, wrong, most) in [(0.8, Verdict::Other, 0.01), (0.2, Verdict::Null, 0.05)] {
        let (mut n_wrong, mut trials) = (0, 0);
        for _ in 0..4_000 {
            let mut walk = Sprt::new(0.8, 0.2, 0.01, 0.05).expect("possible");
            while walk.observe(random.uniform() < chance) == Verdict::Undecided {}
            n_wrong += u32::from(walk.observe(true) == wrong);
            trials += u32::try_from(walk.n() - 1).expect("few");
        }
        let share = f64::from(n_wrong) / 4_000.0;
        assert!(share <= most / 0.95 + 4.0 * (most / 4_000.0f64).sqrt(), "{share} at {chance}");
        let expected = Sprt::new(0.8, 0.2, 0.01, 0.05).and_then(|walk| walk.expected_trials(chance)).expect("a chance");
        let seen = f64::from(trials) / 4_000.0;
        assert!((expected / seen - 1.0).abs() < 0.05, "{expected} {seen}");
    }
}

/// Weeks with a rhythm: how often p-values of the baseline are at or below what they promise, by weeks of history.
#[test]
fn usual_hours_are_usual() {
    let mut random = Random::new(17);
    for weeks in [1usize, 2, 4, 12] {
        let (mut below, mut n) = ([0.0; 3], 0.0);
        for _ in 0..60 {
            let mut value = |hour: usize| {
                let busy = (8..18).contains(&(hour % 24)) && hour % 168 < 120;
                (if busy { 100.0 } else { 20.0 }) * (1.0 + 0.2 * random.normal())
            };
            let mut baseline = WeeklyBaseline::new(weeks);
            (0..weeks * 168).for_each(|hour| baseline.learn(hour, value(hour)));
            for hour in 0..168 {
                let p = baseline.p_value(hour, value(hour)).get();
                for (below, promised) in below.iter_mut().zip([0.01, 0.05, 0.2]) {
                    *below += f64::from(u8::from(p <= promised));
                }
                n += 1.0;
            }
        }
        for (below, promised) in below.iter().zip([0.01, 0.05, 0.2]) {
            assert!(below / n <= promised + 4.0 * (promised / n).sqrt(), "{weeks} weeks: {} at {promised}", below / n);
        }
    }
}

/// Noise, noise with a memory, and noise on a daily wave: the share of p-values at or below 1 % and 1 ‰ is no larger.
#[test]
fn unusual_is_as_rare_as_it_says() {
    let mut random = Random::new(19);
    let mut memory = 0.0;
    let kinds: [&mut dyn FnMut(usize, f64) -> f64; 3] = [
        &mut |_, noise| noise,
        &mut |_, noise| {
            memory = 0.9 * memory + noise;
            memory
        },
        &mut |at, noise| 10.0 * (at as f64 * std::f64::consts::TAU / 288.0).sin() + noise,
    ];
    for (kind, value) in kinds.into_iter().enumerate() {
        let mut unusual = Unusual::new(Watch { period: if kind == 2 { 288 } else { 0 }, ..Watch::default() });
        let p_values: Vec<f64> = (0..20_000)
            .filter_map(|at| unusual.observe(value(at, random.normal())))
            .map(|notice| notice.p_value.get())
            .collect();
        for promised in [0.01, 0.001] {
            let share = p_values.iter().filter(|p| **p <= promised).count() as f64 / p_values.len() as f64;
            assert!(
                share <= promised + 4.0 * (promised / p_values.len() as f64).sqrt(),
                "{kind}: {share} at {promised}"
            );
        }
    }
}
