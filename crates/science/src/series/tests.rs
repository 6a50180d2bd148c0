//! Series at their borders and their properties; the references are in `tests/it`.

use proptest::prelude::*;

use super::*;
use crate::describe::Sorted;

#[test]
fn short_constant_and_broken_series_say_nothing() {
    for bad in [vec![], vec![1.0], vec![3.0; 50], vec![1.0, f64::NAN, 2.0, 5.0, 7.0, 1.0, 0.0], vec![f64::INFINITY; 9]]
    {
        assert_eq!(autocorrelation(&bad, 3), None);
        assert_eq!(ljung_box(&bad, 2, 0), None);
        assert_eq!(fisher_g(&bad), None, "{bad:?}");
        let times: Vec<f64> = (0..bad.len()).map(|time| time as f64).collect();
        assert_eq!(lomb_scargle(&times, &bad, Grid { first: 0.1, step: 0.1, n: 4 }), None);
    }
    let broken = [1.0, f64::NAN, 2.0, 5.0, 7.0, 1.0];
    assert!(pelt(&broken, Cost::Mean, 1.0, 1).is_none() && pelt(&[-1.0], Cost::Rate, 1.0, 1).is_none());
    assert_eq!(pelt(&[], Cost::Mean, 1.0, 1), Some(vec![]));
    assert!(Stl::new(2).decompose(&broken).is_none() && Stl::new(9).decompose(&[1.0; 10]).is_none());
    assert!(mstl(&[1.0; 10], &[7], false).is_none() && HoltWinters::fit(&broken, 2).is_none());
    assert_eq!(Grid::of(&[1.0, 1.0], 5.0, 5.0), None);
}

#[test]
fn an_alarm_tells_when_the_shift_began() {
    let mut cusum = Cusum::new(0.5, 5.0);
    assert!((0..50).all(|at| cusum.observe(if at % 2 == 0 { 0.4 } else { -0.4 }).is_none()));
    let alarms: Vec<Alarm> = (0..6).filter_map(|_| cusum.observe(-2.0)).collect();
    assert_eq!(alarms, [Alarm { upward: false, since: 4, sum: 6.0 }]);
    assert_eq!((cusum.observe(f64::NAN), cusum.sums()), (None, (0.0, 3.0)));
}

/// Montgomery's and Hawkins' tables: two-sided 168 and 465 at h = 4 and 5, 8.38 and 10.38 at a shift of 1.
#[test]
fn run_lengths_are_those_of_the_tables() {
    for (threshold, shift, want) in [(4.0, 0.0, 335.4), (5.0, 0.0, 930.9), (4.0, 1.0, 8.38), (5.0, 1.0, 10.38)] {
        let ours = run_length(0.5, threshold, shift).expect("possible");
        assert!((ours / want - 1.0).abs() < 2e-3, "{ours} is not {want}");
    }
    let threshold = alarm_threshold(0.5, 930.9).expect("possible");
    assert!((threshold - 5.0).abs() < 1e-3, "{threshold}");
    assert!(alarm_threshold(0.5, 0.5).is_none() && alarm_threshold(f64::NAN, 100.0).is_none());
    assert!(run_length(0.5, f64::NAN, 0.0).is_none() && run_length(-1.0, 4.0, 0.0).is_none());
}

/// Jung et al. (2004): θ₀ = 0.8, θ₁ = 0.2, α = 0.01, β = 0.01 (detection 0.99) decide after four failures in a row.
#[test]
fn a_scanner_is_known_after_four_failures() {
    let mut walk = Sprt::new(0.8, 0.2, 0.01, 0.01).expect("possible");
    let verdicts: Vec<Verdict> = (0..4).map(|_| walk.observe(false)).collect();
    assert_eq!(verdicts[2..], [Verdict::Undecided, Verdict::Other]);
    assert!((walk.evidence().get() - 256.0).abs() < 1e-9 && walk.p_value().get() < 0.004);
    assert_eq!(walk.observe(true), Verdict::Other, "a verdict is final");
    let trials = walk.expected_trials(0.2).expect("a drift");
    // Four more failures than successes, or the reverse: a gambler's ruin.
    assert!((trials - 4.0 / 0.6 * (0.8f64.powi(4) - 0.2f64.powi(4)) / (0.8f64.powi(4) + 0.2f64.powi(4))).abs() < 1e-9);
    assert!(Sprt::new(0.5, 0.500_000_1, 0.01, 0.01).is_some_and(|walk| walk.expected_trials(0.5).is_none()));
    assert!(Sprt::new(0.5, 0.5, 0.1, 0.1).is_none() && Sprt::new(0.5, 0.6, 0.6, 0.5).is_none());
}

#[test]
fn a_change_is_noticed_within_a_few_values() {
    let normal = Model::Normal { mean: 0.0, weight: 0.1, shape: 1.0, rate: 1.0 };
    let mut changes = OnlineChanges::new(normal, 1.0 / 100.0, 100).expect("possible");
    let wave = |at: u32| f64::from(at * 37 % 11) / 5.0 - 1.0;
    let before: Vec<Outlook> = (0..80).filter_map(|at| changes.observe(wave(at), 5)).collect();
    assert!(before.last().is_some_and(|last| last.change_recent < 0.1 && last.run_length_mode == 80), "{before:?}");
    let after: Vec<Outlook> = (0..4).filter_map(|at| changes.observe(9.0 + wave(at), 5)).collect();
    assert!(after.last().is_some_and(|last| last.change_recent > 0.95 && last.run_length_mode == 4), "{after:?}");
    assert_eq!(changes.observe(f64::NAN, 5), None);
    let mut counts = OnlineChanges::new(Model::Poisson { shape: 1.0, rate: 1.0 }, 0.01, 10).expect("possible");
    assert!(counts.observe(0.5, 1).is_none() && counts.observe(-1.0, 1).is_none() && counts.observe(1e9, 1).is_some());
    assert!(OnlineChanges::new(normal, 1.0, 5).is_none());
}

#[test]
fn a_robust_season_is_not_moved_by_one_odd_night() {
    let wave = |at: usize| (at as f64 / 24.0 * std::f64::consts::TAU).sin() * 10.0 + (at * 7 % 5) as f64 / 5.0;
    let mut values: Vec<f64> = (0..24 * 20).map(wave).collect();
    values[24 * 9..24 * 9 + 8].iter_mut().for_each(|value| *value += 30.0);
    let parts = Stl::new(24).robust().decompose(&values).expect("long enough");
    let worst = (0..24 * 8).map(|at| (parts.remainder[at]).abs()).fold(0.0, f64::max);
    assert!(worst < 2.0 && parts.remainder[24 * 9 + 5] > 28.0 && parts.weights[24 * 9 + 5] == 0.0, "{worst}");
}

#[test]
fn a_missing_value_is_what_was_forecast() {
    let smoothing = Smoothing { level: 0.5, trend: 0.1, season: 0.2, damping: 0.9 };
    let mut state = HoltWinters::new(smoothing, 10.0, 1.0, vec![1.0, -1.0]);
    assert_eq!((state.forecast(1), state.observe(f64::NAN)), (10.9 + 1.0, 11.9));
    assert!((state.level - 10.9).abs() < 1e-12 && (state.forecast(1) - (10.9 + 0.81 - 1.0)).abs() < 1e-12);
}

#[test]
fn an_hour_stands_in_for_its_like_while_history_is_short() {
    let mut baseline = WeeklyBaseline::new(8);
    assert_eq!((baseline.quantile(3, 0.5), baseline.p_value(3, 1e9)), (None, crate::PValue::ONE));
    // Two working days: busy from 8 to 17.
    for hour in 0..48 {
        baseline.learn(hour, if (8..18).contains(&(hour % 24)) { 100.0 } else { 10.0 });
    }
    // Thursday has not been seen: nine o'clock is busy, three o'clock is not.
    assert_eq!((baseline.quantile(72 + 9, 0.5), baseline.quantile(72 + 3, 0.5)), (Some(100.0), Some(10.0)));
    assert!(baseline.p_value(72 + 3, 100.0) < baseline.p_value(72 + 9, 100.0));
    baseline.learn(5, f64::NAN);
    assert_eq!(baseline.size(), 48);
    (0..100).for_each(|_| baseline.learn(0, 1.0));
    assert_eq!(baseline.size(), 47 + 8);
}

fn series(length: std::ops::Range<usize>) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(-1e3..1e3f64, length)
}

proptest! {
    #[test]
    fn a_window_agrees_with_a_sorted_sample(values in prop::collection::vec(-20..20i32, 1..60), capacity in 1..20usize) {
        let mut window = RobustWindow::new(capacity);
        let values: Vec<f64> = values.into_iter().map(|value| f64::from(value) / 4.0).collect();
        for (at, value) in values.iter().enumerate() {
            window.learn(*value);
            let sample = Sorted::new(values[(at + 1).saturating_sub(capacity)..=at].to_vec()).expect("finite");
            prop_assert_eq!(window.median(), Some(sample.median()));
            prop_assert!((window.mad().expect("values") - sample.mad()).abs() < 1e-12);
        }
    }

    /// Trend, season and remainder sum to the series.
    #[test]
    fn parts_sum_to_the_whole(values in series(8..80), period in 2..8usize, robust: bool) {
        if let Some(parts) = mstl(&values, &[period, 2 * period], robust) {
            for (at, value) in values.iter().enumerate() {
                let sum = parts.trend[at] + parts.remainder[at] + parts.seasons.iter().map(|season| season[at]).sum::<f64>();
                prop_assert!((sum - value).abs() < 1e-6, "{} is not {}", sum, value);
            }
        }
    }

    /// No other segmentation is cheaper: all of them tried.
    #[test]
    fn segments_are_the_best_there_are(values in series(1..10), penalty in 0.0..1e6f64) {
        let cost = |changes: &[usize]| {
            let mut ends: Vec<usize> = changes.to_vec();
            ends.push(values.len());
            let (mut begin, mut total) = (0, penalty * changes.len() as f64);
            for end in ends {
                let mean = values[begin..end].iter().sum::<f64>() / (end - begin) as f64;
                total += values[begin..end].iter().map(|value| (value - mean).powi(2)).sum::<f64>();
                begin = end;
            }
            total
        };
        let ours = cost(&pelt(&values, Cost::Mean, penalty, 1).expect("finite"));
        for subset in 0u32..1 << (values.len() - 1) {
            let changes: Vec<usize> = (1..values.len()).filter(|at| subset >> (at - 1) & 1 == 1).collect();
            prop_assert!(ours <= cost(&changes) * (1.0 + 1e-9) + 1e-6);
        }
    }

    #[test]
    fn shares_stay_shares(values in series(6..60), seed in 0.01..3.0f64) {
        if let Some(g) = fisher_g(&values) {
            prop_assert!((0.0..=1.0).contains(&g.share) && g.period > 2.0);
        }
        let times: Vec<f64> = (0..values.len()).map(|at| at as f64 * seed + (at % 3) as f64).collect();
        let found = Grid::of(&times, 0.5, 5.0).and_then(|grid| lomb_scargle(&times, &values, grid));
        prop_assert!(found.is_none_or(|found| found.powers.iter().all(|power| (0.0..=1.0).contains(power))));
        let correlations = autocorrelation(&values, 70).unwrap_or_default();
        prop_assert!(correlations.iter().all(|r| r.abs() <= 1.0 + 1e-9));
    }

    /// A shuffled bell: what Parseval says holds for every length.
    #[test]
    fn power_is_kept(values in series(1..300)) {
        let spectrum = power_spectrum(&values);
        let n = values.len();
        let doubled = |at: usize| if at == 0 || 2 * at == n { 1.0 } else { 2.0 };
        let sum: f64 = spectrum.iter().enumerate().map(|(at, power)| doubled(at) * power).sum();
        let squares: f64 = values.iter().map(|value| value * value).sum();
        prop_assert!((sum / n as f64 - squares).abs() <= 1e-9 * squares.max(1e-9));
    }
}

/// Noise and an undisturbed day: alarms stay few, and their number hardly grows.
#[test]
fn quiet_streams_raise_little() {
    let noise = |at: u64| (crate::describe::hash(&at.to_le_bytes(), (1, 2)) >> 11) as f64 / (1u64 << 53) as f64;
    let raised = |period: usize, of: &dyn Fn(u64) -> f64| {
        let mut unusual = Unusual::new(Watch { period, ..Watch::default() });
        let raised = |at| unusual.observe(of(at)).is_some_and(|notice| notice.raised);
        (0..10_000).map(raised).filter(|raised| *raised).count()
    };
    let wave = |at: u64| (at as f64 * std::f64::consts::TAU / 288.0).sin() * 5.0 + noise(at);
    let counts = [raised(0, &noise), raised(288, &wave), raised(288, &|_| 7.0)];
    assert!(counts[0] <= 10 && counts[1] <= 10 && counts[2] == 0, "{counts:?}");
}

#[test]
fn a_spike_and_half_a_day_are_raised_once() {
    let noise = |at: u64| (crate::describe::hash(&at.to_le_bytes(), (1, 2)) >> 11) as f64 / (1u64 << 53) as f64;
    let day = |at: u64| if (100..200).contains(&(at % 288)) { 50.0 } else { 10.0 };
    let mut unusual = Unusual::new(Watch { period: 288, ..Watch::default() });
    let mut raised = Vec::new();
    for at in 0..288 * 14 {
        // On the twelfth day half of them come; on the fourteenth, a spike.
        let value = if at / 288 == 11 { day(at) / 2.0 } else { day(at) }
            + noise(at)
            + if at == 288 * 13 + 50 { 200.0 } else { 0.0 };
        if unusual.observe(value).is_some_and(|notice| notice.raised) {
            raised.push(at);
        }
    }
    let late: Vec<u64> = raised.iter().copied().filter(|at| *at > 288 * 9).collect();
    assert!(late.iter().any(|at| (288 * 11..288 * 12).contains(at)), "{raised:?}");
    assert!(late.contains(&(288 * 13 + 50)) && late.len() <= 4, "{raised:?}");
}

#[test]
fn whatever_comes_is_judged_or_passed_over() {
    let mut unusual =
        Unusual::new(Watch { period: usize::MAX, neighbors: 0, memory: 0, level: f64::NAN, rest: u64::MAX });
    for value in [f64::NAN, f64::MAX, -f64::MAX, 0.0, -0.0, f64::INFINITY, f64::MIN_POSITIVE].repeat(30) {
        assert_eq!(unusual.observe(value).is_some(), value.is_finite());
    }
    let mut small = Unusual::new(Watch { period: 2, neighbors: 3, memory: 1, level: 0.0, rest: 0 });
    assert!((0..500).all(|at| small.observe(f64::from(at % 7)).is_some_and(|notice| notice.score.is_finite())));
}

proptest! {
    // Fits of exponential smoothing are slow.
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Numbers at the ends of what a float can hold, and no numbers: nothing stops, and p-values stay p-values.
    #[test]
    fn wild_numbers_stop_nothing(
        values in prop::collection::vec(prop::num::f64::ANY, 0..60), cycle in 1..9usize, period in 0..70usize,
    ) {
        let finite: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
        for values in [&values, &finite, &finite.repeat(cycle)] {
            let times: Vec<f64> = (0..values.len()).map(|at| at as f64 * 1.7).collect();
            let grid = Grid { first: 0.01, step: 0.01, n: 20 };
            let p_values = [
                ljung_box(values, period, 1).map(|test| test.p_value),
                fisher_g(values).map(|test| test.p_value),
                lomb_scargle(&times, values, grid).map(|test| test.p_value),
                lomb_scargle(values, &times, grid).map(|test| test.p_value),
            ];
            prop_assert!(p_values.into_iter().flatten().all(|p| (0.0..=1.0).contains(&p.get())));
            for cost in [Cost::Mean, Cost::MeanVariance, Cost::Rate] {
                let changes = pelt(values, cost, 3.0, cycle).unwrap_or_default();
                prop_assert!(changes.iter().all(|at| (1..values.len()).contains(at)));
            }
            let parts = mstl(values, &[period, cycle], cycle % 2 == 0);
            prop_assert!(parts.is_none_or(|parts| parts.trend.len() == values.len()));
            prop_assert!(HoltWinters::fit(values, period).is_none_or(|fit| fit.fitted.len() == values.len()));
            let mut unusual = Unusual::new(Watch { period, neighbors: cycle, memory: 30, ..Watch::default() });
            let mut baseline = WeeklyBaseline::new(cycle);
            let mut changes = OnlineChanges::new(Model::Poisson { shape: 0.1, rate: 1e-3 }, 0.1, cycle).expect("possible");
            let (mut cusum, mut window) = (Cusum::new(0.5, 5.0), RobustWindow::new(cycle));
            for (at, value) in values.iter().enumerate() {
                let notice = unusual.observe(*value);
                prop_assert!(notice.is_none_or(|notice| !notice.score.is_nan()));
                baseline.learn(at * 5, *value);
                window.learn(*value);
                cusum.observe(*value);
                changes.observe(value.abs().floor(), 3);
                prop_assert!((0.0..=1.0).contains(&baseline.p_value(at, *value).get()));
                prop_assert!(window.z(*value, 0.0).is_none_or(f64::is_finite));
            }
        }
    }
}
