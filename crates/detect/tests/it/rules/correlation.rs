//! Correlations against a brute-force oracle, on shuffled, late and doubled input.

use std::collections::{BTreeMap, BTreeSet};

use detect::rules::{
    self, Correlator, Evaluator, Event, Matches, Occurrence, Options, RuleSet, Tallies, events, of_occurrences,
};
use proptest::prelude::*;
use schema::{Timestamp, Window};
use serde_json::json;

use super::support::{batch, load, process, table};

const SECOND: i64 = 1_000_000_000;

fn window() -> Window {
    Window { start: Timestamp::from_nanos(0), end: Timestamp::from_nanos(1_000_000 * SECOND) }
}

const RULES: &str = "title: A\nid: ra\nname: a\nlogsource: {product: windows, category: process_creation}\ndetection: {s: {Image: a}, condition: s}\n---\ntitle: B\nid: rb\nname: b\nlogsource: {product: windows, category: process_creation}\ndetection: {s: {Image: b}, condition: s}\n---\ntitle: C\nid: rc\nname: c\nlogsource: {product: windows, category: process_creation}\ndetection: {s: {Image: c}, condition: s}\n";

fn set(correlation: &str) -> RuleSet {
    load(&format!("{RULES}---\ntitle: X\nid: x\nname: x\ncorrelation:\n{correlation}\n"))
}

fn event(rule: &str, at_s: i64, group: &str, value: &str) -> Event {
    let fields = [("g", group), ("v", value)].map(|(name, value)| (name.to_owned(), value.to_owned()));
    Event {
        at: at_s * SECOND,
        rule: rule.to_owned(),
        dataset: "d".to_owned(),
        table: "processes".to_owned(),
        record_id: format!("{rule}-{at_s}-{group}-{value}"),
        fields: BTreeMap::from(fields),
    }
}

/// Group, first and last second of each occurrence.
fn occurrences(set: &RuleSet, events: &[Event]) -> Vec<(Vec<String>, i64, i64, u64)> {
    let mut correlator = Correlator::new(set);
    correlator.feed(events.to_vec());
    let found = correlator.take();
    found.into_iter().map(|one| (one.group, one.first / SECOND, one.last / SECOND, one.n_events)).collect()
}

fn group(name: &str) -> Vec<String> {
    vec![name.to_owned()]
}

#[test]
fn counts_slide_and_are_not_aligned() {
    let set = set("  type: event_count\n  rules: [a]\n  group-by: [g]\n  timespan: 1m\n  condition: {gte: 3}");
    let at = |seconds: &[i64]| seconds.iter().map(|at| event("ra", *at, "x", "v")).collect::<Vec<_>>();
    assert_eq!(occurrences(&set, &at(&[50, 70, 110])), [(group("x"), 50, 110, 3)], "both ends count");
    assert_eq!(occurrences(&set, &at(&[50, 70, 111])), []);
    let twice = occurrences(&set, &at(&[0, 10, 20, 70, 80, 90, 300, 310, 320]));
    assert_eq!(twice, [(group("x"), 0, 320, 9)], "windows of one stretch are one, and count no match twice");
    let others = [event("ra", 1, "x", ""), event("ra", 2, "y", ""), event("ra", 3, "x", ""), event("rb", 4, "x", "")];
    assert_eq!(occurrences(&set, &others), []);
}

#[test]
fn order_counts_where_it_is_asked_for() {
    let ordered = set("  type: temporal_ordered\n  rules: [a, b, c]\n  group-by: [g]\n  timespan: 10s");
    let temporal = set("  type: temporal\n  rules: [a, b, c]\n  group-by: [g]\n  timespan: 10s");
    let abc = |a, b, c| [event("ra", a, "x", ""), event("rb", b, "x", ""), event("rc", c, "x", "")];
    assert_eq!(occurrences(&ordered, &abc(1, 2, 3)), [(group("x"), 1, 3, 3)]);
    assert_eq!(occurrences(&ordered, &abc(3, 2, 1)), []);
    assert_eq!(occurrences(&temporal, &abc(3, 2, 1)), [(group("x"), 1, 3, 3)]);
    assert_eq!(occurrences(&temporal, &abc(1, 2, 12)), []);
    assert_eq!(occurrences(&ordered, &abc(5, 5, 5)).len(), 1, "of one instant in the order of rules");
    let two = set("  type: temporal\n  rules: [a, b, c]\n  group-by: [g]\n  timespan: 10s\n  condition: {gte: 2}");
    assert_eq!(occurrences(&two, &abc(1, 2, 30)), [(group("x"), 1, 2, 2)]);
}

#[test]
fn values_are_counted_summed_and_ranked() {
    let of = |kind: &str, condition: &str| {
        set(&format!(
            "  type: {kind}\n  rules: [a]\n  group-by: [g]\n  timespan: 1m\n  condition: {{field: v, {condition}}}"
        ))
    };
    let events: Vec<Event> = [("1", 1), ("2", 2), ("2", 3), ("10", 4)].map(|(v, at)| event("ra", at, "x", v)).to_vec();
    let holds = |set: RuleSet| !occurrences(&set, &events).is_empty();
    assert!(holds(of("value_count", "gte: 3")) && !holds(of("value_count", "gte: 4")));
    assert!(holds(of("value_sum", "gte: 15")) && !holds(of("value_sum", "gt: 15")));
    assert!(holds(of("value_avg", "gte: 3.75")) && !holds(of("value_avg", "gt: 3.75")));
    assert!(holds(of("value_percentile", "gte: 2")) && !holds(of("value_percentile", "gt: 2")));
    assert!(holds(of("value_percentile", "percentile: 99, gte: 9")));
    assert!(holds(of("value_sum", "gt: 14, lt: 16")) && !holds(of("value_sum", "gt: 15, lt: 20")));
    let several =
        set("  type: value_count\n  rules: [a]\n  group-by: [g]\n  timespan: 1m\n  condition: {field: [v, w], gte: 1}");
    assert!(!holds(several), "matches without one of the fields do not count");
}

#[test]
fn aliases_join_fields_of_different_names() {
    let set =
        set("  type: temporal\n  rules: [a, b]\n  group-by: [ip]\n  timespan: 10s\n  aliases: {ip: {a: g, b: v}}");
    let events = [event("ra", 1, "10.0.0.1", "no"), event("rb", 2, "no", "10.0.0.1")];
    assert_eq!(occurrences(&set, &events), [(group("10.0.0.1"), 1, 2, 2)]);
}

#[test]
fn correlations_build_on_correlations() {
    let text = format!(
        "{RULES}---\ntitle: Outer\nid: outer\ncorrelation:\n  type: temporal_ordered\n  rules: [many, b]\n  group-by: [g]\n  timespan: 1m\n---\ntitle: Inner\nid: inner\nname: many\ncorrelation:\n  type: event_count\n  rules: [a]\n  group-by: [g]\n  timespan: 10s\n  condition: {{gte: 3}}\n"
    );
    let set = load(&text);
    let mut events: Vec<Event> = (1..4).map(|at| event("ra", at, "x", "")).collect();
    events.push(event("rb", 40, "x", ""));
    let found = occurrences(&set, &events);
    assert_eq!(found, [(group("x"), 1, 3, 3), (group("x"), 3, 40, 2)]);
    assert!(!occurrences(&set, &events[1..]).iter().any(|one| one.2 == 40));
    assert!(!set.reports(0) && set.reports(2));
    assert!(!set.reports_correlation(0) && set.reports_correlation(1), "the inner one is only input");
    assert_eq!(set.reach(), 70);

    let mut correlator = Correlator::new(&set);
    correlator.feed(events);
    let (findings, _) = of_occurrences(&set, &correlator.take(), window());
    assert_eq!(findings.len(), 1);
    let ids: Vec<&str> = findings[0].evidence.iter().map(|record| record.record_id.as_str()).collect();
    assert_eq!(ids, ["ra-1-x-", "ra-2-x-", "ra-3-x-", "rb-40-x-"], "the records behind the inner window");
}

#[test]
fn a_chain_groups_by_fields_of_the_match_that_ends_the_inner_window() {
    let text = format!(
        "{RULES}---\ntitle: Outer\nid: outer\ncorrelation:\n  type: temporal\n  rules: [many, b]\n  group-by: [v]\n  timespan: 1m\n---\ntitle: Inner\nid: inner\nname: many\ngenerate: true\ncorrelation:\n  type: event_count\n  rules: [a]\n  group-by: [g]\n  timespan: 10s\n  condition: {{gte: 2}}\n"
    );
    let set = load(&text);
    assert_eq!(set.wanted()[&0], BTreeSet::from(["g".to_owned(), "v".to_owned()]));
    let events = [event("ra", 1, "x", "u1"), event("ra", 2, "x", "u2"), event("rb", 3, "y", "u2")];
    let outer: Vec<_> = occurrences(&set, &events).into_iter().filter(|one| one.2 == 3).collect();
    assert_eq!(outer, [(group("u2"), 2, 3, 2)]);
    let others = [event("ra", 1, "x", "u2"), event("ra", 2, "x", "u1"), event("rb", 3, "y", "u2")];
    assert!(!occurrences(&set, &others).iter().any(|one| one.2 == 3));
}

#[test]
fn temporal_conditions_may_be_written_out() {
    let of = |kind: &str, condition: &str| {
        set(&format!("  type: {kind}\n  group-by: [g]\n  timespan: 10s\n  condition: {condition}"))
    };
    let at = |a: i64, b: i64, c: i64| {
        let all = [("ra", a), ("rb", b), ("rc", c)];
        all.into_iter().filter(|(_, at)| *at > 0).map(|(rule, at)| event(rule, at, "x", "")).collect::<Vec<_>>()
    };
    let holds = |set: &RuleSet, events: Vec<Event>| !occurrences(set, &events).is_empty();
    let either = of("temporal", "a and (b or c)");
    assert!(holds(&either, at(5, 4, 0)) && holds(&either, at(5, 0, 4)) && !holds(&either, at(5, 0, 0)));
    assert!(!holds(&either, at(5, 16, 0)));
    let without = of("temporal", "a and not b");
    assert!(holds(&without, at(5, 0, 0)) && !holds(&without, at(5, 4, 0)) && holds(&without, at(20, 4, 0)));
    assert!(holds(&without, at(5, 6, 0)), "a window ends with each match and does not know what comes");
    let ordered = of("temporal_ordered", "a and (b or c)");
    assert!(holds(&ordered, at(4, 5, 0)) && holds(&ordered, at(4, 0, 5)) && !holds(&ordered, at(5, 4, 0)));
    assert!(holds(&ordered, at(4, 3, 5)));
    let listed = "  type: temporal\n  rules: [a, b, c]\n  group-by: [g]\n  timespan: 10s\n  condition: a and b";
    let (_, problems) = rules::load(
        [("c.yml", format!("{RULES}---\ntitle: X\ncorrelation:\n{listed}\n").as_str())],
        &Options::default(),
    );
    assert!(problems[0].what.contains("\"c\""), "{problems:?}");
}

/// 10 million numbers of a group would take a day if each window were added up anew.
#[test]
fn windows_that_hold_many_matches_slide_fast_and_stay_bounded() {
    for kind in ["value_count", "value_sum", "value_percentile", "temporal_ordered"] {
        let field = if kind.starts_with("value") { "field: v, " } else { "" };
        let set = set(&format!(
            "  type: {kind}\n  rules: [a, b]\n  group-by: [g]\n  timespan: 30d\n  condition: {{{field}gte: 1}}"
        ));
        let mut correlator = Correlator::new(&set).with_at_most(20_000);
        for hour in 0..30 {
            let of_hour = |n: i64| event("ra", hour * 3_600 + n, "x", &(n * 7_919 % 10_007).to_string());
            correlator.feed((0..2_000).map(of_hour).collect());
            let found = correlator.take();
            assert_eq!(found.len(), 1, "{kind}");
            assert!(found[0].evidence.len() <= 20);
        }
        assert_eq!(correlator.n_left_out(), 40_000, "{kind}");
    }
}

#[test]
fn what_cannot_be_resolved_is_said() {
    let of = |text: &str| rules::load([("c.yml", text)], &Options::default());
    let body = |rules: &str| {
        format!("correlation:\n  type: event_count\n  rules: [{rules}]\n  timespan: 1m\n  condition: {{gte: 1}}\n")
    };
    let (set, problems) = of(&format!("{RULES}---\ntitle: X\n{}", body("nobody")));
    assert!(set.correlations().is_empty() && problems[0].code == rules::Code::UnknownRule, "{problems:?}");
    let circle = format!("title: X\nname: x\n{}---\ntitle: Y\nname: y\n{}", body("y"), body("x"));
    let (set, problems) = of(&circle);
    assert!(set.correlations().is_empty() && problems.iter().all(|p| p.code == rules::Code::Circle), "{problems:?}");
    assert_eq!(problems.len(), 2);
    for (wrong, code) in [
        ("type: event_counts\n  rules: [a]\n  timespan: 1m\n  condition: {gte: 1}", rules::Code::UnknownWord),
        ("type: event_count\n  rules: [a]\n  timespan: 1x\n  condition: {gte: 1}", rules::Code::Shape),
        ("type: event_count\n  rules: [a]\n  timespan: 1m", rules::Code::Missing),
        ("type: value_count\n  rules: [a]\n  timespan: 1m\n  condition: {gte: 1}", rules::Code::Missing),
        ("type: event_count\n  rules: [a]\n  timespan: 1m\n  condition: {ge: 1}", rules::Code::UnknownWord),
    ] {
        let (_, problems) = of(&format!("{RULES}---\ntitle: X\ncorrelation:\n  {wrong}\n"));
        assert_eq!(problems.first().map(|problem| problem.code), Some(code), "{wrong}");
    }
}

#[test]
fn from_rows_to_findings() {
    let set = set(
        "  type: event_count\n  rules: [a]\n  group-by: [Computer]\n  timespan: 1m\n  condition: {gte: 2}\nlevel: high\ntags: [attack.t1059.001, attack.execution]",
    );
    let table = table("processes");
    let row = |host: &str, at: i64, image: &str| {
        process(&json!({"host": host, "observed_at": at * 1_000_000, "process_path": image}))
    };
    let rows = [row("h1", 1, "a"), row("h1", 2, "a"), row("h2", 3, "a"), row("h1", 4, "b")];
    let batch = batch(table, &rows);
    let plan = set.plan(table);
    let hits = Evaluator::new(plan.clone()).evaluate(batch.rows());
    let mut matches = Matches::default();
    matches.add(events(&set, &plan, batch.rows(), &hits).expect("columns of a record"));
    let mut correlator = Correlator::new(&set);
    correlator.feed(matches.into_events());
    let (found, n_left_out) = of_occurrences(&set, &correlator.take(), window());
    assert_eq!((found.len(), n_left_out), (1, 0));
    assert_eq!(
        found[0].because,
        "correlation \"X\" held for Computer h1: up to 2 matches within 1m, of 2 matches in all"
    );
    assert_eq!((found[0].subject.value.as_str(), found[0].n_records), ("h1", 2));
    assert_eq!(found[0].techniques, ["T1059.001"]);
    assert_eq!(found[0].evidence.len(), 2);
    let mut tallies = Tallies::new(&set);
    tallies.add(&plan, batch.rows(), &hits).expect("columns of a record");
    let found = tallies.finish(window());
    assert_eq!(found.len(), 1, "rule a only feeds the correlation: {found:#?}");
    assert!(found[0].because.contains("rule \"B\""), "{}", found[0].because);
}

#[test]
fn matches_come_back_from_rows() {
    let mut matches = Matches::default();
    let strange = "\u{1f}\n\"\u{0}";
    matches.add([event("ra", 10, "x", strange), event("rb", -5, strange, ""), event("ra", 10, "x", strange)]);
    let mut bare = event("rc", 3, "", "");
    bare.fields.clear();
    matches.add([bare]);
    let back = Matches::of_rows(&matches.to_rows().expect("rows")).expect("matches");
    assert_eq!(back, matches);
    assert_eq!(back.into_events().len(), 3);
    assert!(Matches::of_rows(batch(table("processes"), &[]).rows()).is_err(), "rows of something else");
}

/// What a window counts, by the words of the specification; `None` where nothing is counted.
fn counted(kind: &str, inside: &[&Event]) -> Option<f64> {
    let numbers = || inside.iter().filter_map(|one| one.fields["v"].parse::<f64>().ok()).collect::<Vec<_>>();
    Some(match kind {
        "event_count" => inside.len() as f64,
        "value_count" => inside.iter().map(|one| &one.fields["v"]).collect::<BTreeSet<_>>().len() as f64,
        "value_sum" => numbers().iter().sum(),
        "value_avg" => numbers().iter().sum::<f64>() / numbers().len() as f64,
        "value_percentile" => {
            let mut sorted = numbers();
            sorted.sort_by(f64::total_cmp);
            let place = 0.5 * (sorted.len() - 1) as f64;
            let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
            below + (above - below) * place.fract()
        }
        "temporal" => inside.iter().map(|one| &one.rule).collect::<BTreeSet<_>>().len() as f64,
        _ => {
            let mut done = 0;
            for one in inside {
                if ["ra", "rb", "rc"].get(done) == Some(&one.rule.as_str()) {
                    done += 1;
                }
            }
            done as f64
        }
    })
}

/// The condition asked of every window by itself: end and start of those that hold, with their matches.
fn oracle<'e>(kind: &str, span: i64, holds: &dyn Fn(f64) -> bool, events: &'e [Event]) -> Vec<Judged<'e>> {
    let mut unique: Vec<&Event> =
        events.iter().filter(|one| !kind.starts_with("value_") || counts(kind, one)).collect();
    unique.sort();
    unique.dedup();
    let ends: BTreeSet<(&str, i64)> = unique.iter().map(|one| (one.fields["g"].as_str(), one.at)).collect();
    let mut held = Vec::new();
    for (group, end) in ends {
        let within = |one: &&&Event| one.fields["g"] == group && (end - span * SECOND..=end).contains(&one.at);
        let inside: Vec<&Event> = unique.iter().filter(within).copied().collect();
        if counted(kind, &inside).is_some_and(holds) {
            held.push(Judged { group, end, inside });
        }
    }
    held
}

fn counts(kind: &str, event: &Event) -> bool {
    kind == "value_count" || event.fields["v"].parse::<f64>().is_ok()
}

/// A window that holds, as the oracle sees it.
struct Judged<'e> {
    group: &'e str,
    end: i64,
    inside: Vec<&'e Event>,
}

/// Group, first, last, number of matches and of windows of what holds within one stretch.
fn summed(held: &[Judged<'_>], stretch: (i64, i64)) -> Vec<(String, i64, i64, u64, u64)> {
    let mut groups: BTreeMap<&str, Vec<&Judged<'_>>> = BTreeMap::new();
    for one in held.iter().filter(|one| (stretch.0..stretch.1).contains(&one.end)) {
        groups.entry(one.group).or_default().push(one);
    }
    let sum = |(group, windows): (&str, Vec<&Judged<'_>>)| {
        let all: BTreeSet<&Event> = windows.iter().flat_map(|one| one.inside.iter().copied()).collect();
        let first = all.iter().map(|one| one.at).min().unwrap_or_default();
        let last = windows.iter().map(|one| one.end).max().unwrap_or_default();
        (group.to_owned(), first, last, all.len() as u64, windows.len() as u64)
    };
    groups.into_iter().map(sum).collect()
}

fn figures(found: &[Occurrence]) -> Vec<(String, i64, i64, u64, u64)> {
    found.iter().map(|one| (one.group[0].clone(), one.first, one.last, one.n_events, one.n_windows)).collect()
}

/// Stretches of time of the tests below, as hours are to the product.
const STRETCH: i64 = 10 * SECOND;

fn by_stretch(events: &[Event]) -> BTreeMap<i64, Matches> {
    let mut stretches: BTreeMap<i64, Matches> = BTreeMap::new();
    for event in events {
        stretches.entry(event.at.div_euclid(STRETCH)).or_default().add([event.clone()]);
    }
    stretches
}

/// Judges these stretches alone, beginning no earlier than they can reach.
fn judged(set: &RuleSet, all: &BTreeMap<i64, Matches>, from: i64, to: i64) -> BTreeMap<i64, Vec<Occurrence>> {
    let reach = (set.reach() as i64 * SECOND + STRETCH - 1) / STRETCH;
    let mut correlator = Correlator::new(set);
    let mut found = BTreeMap::new();
    for (stretch, matches) in all.range(from - reach..=to) {
        let rows = matches.to_rows().expect("rows");
        correlator.feed(Matches::of_rows(&rows).expect("matches").into_events());
        let occurrences = correlator.take();
        if *stretch >= from {
            found.insert(*stretch, occurrences);
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Every stretch judged by itself, from matches kept in rows, says what the oracle says of all windows at once; and a
    /// late match changes only what is within reach behind it, to what one pass over everything says.
    #[test]
    fn every_window_is_judged_as_by_hand(
        kind in prop::sample::select(vec![
            "event_count", "value_count", "value_sum", "value_avg", "value_percentile", "temporal", "temporal_ordered",
        ]),
        op in prop::sample::select(vec!["gte", "gt", "lt", "lte", "eq", "neq"]),
        span in 1..25_i64,
        bound in 1..5_i32,
        raw in prop::collection::vec((0..3_usize, 0..80_i64, 0..2_usize, 0..6_usize), 1..50),
        late in (0..3_usize, 0..80_i64, 0..2_usize, 0..6_usize),
        shuffle in any::<u64>(),
    ) {
        let make = |(rule, at, group, value): &(usize, i64, usize, usize)| {
            event(["ra", "rb", "rc"][*rule], *at, ["x", "y"][*group], ["0", "1", "2.5", "-3", "none", "7"][*value])
        };
        let events: Vec<Event> = raw.iter().map(make).collect();
        let field = if kind.starts_with("value") { "field: v, " } else { "" };
        let set = set(&format!(
            "  type: {kind}\n  rules: [a, b, c]\n  group-by: [g]\n  timespan: {span}s\n  condition: {{{field}{op}: {bound}}}"
        ));
        let holds = |number: f64| match op {
            "gte" => number >= f64::from(bound),
            "gt" => number > f64::from(bound),
            "lt" => number < f64::from(bound),
            "lte" => number <= f64::from(bound),
            "eq" => number == f64::from(bound),
            _ => number != f64::from(bound),
        };

        // Shuffled, and some twice.
        let mut shuffled: Vec<(u64, Event)> = events
            .iter()
            .chain(&events[..events.len() / 3])
            .enumerate()
            .map(|(n, one)| ((n as u64 + 1).wrapping_mul(shuffle | 1).rotate_left(17), one.clone()))
            .collect();
        shuffled.sort();
        let shuffled: Vec<Event> = shuffled.into_iter().map(|(_, one)| one).collect();
        let mut kept = by_stretch(&shuffled);
        let mut state = judged(&set, &kept, 0, 100);
        let held = oracle(kind, span, &holds, &events);
        for (stretch, found) in &state {
            let wanted = summed(&held, (stretch * STRETCH, (stretch + 1) * STRETCH));
            prop_assert_eq!(figures(found), wanted, "{} {} {} {}", kind, op, bound, span);
        }

        let late = make(&late);
        let changed = late.at.div_euclid(STRETCH);
        kept.entry(changed).or_default().add([late.clone()]);
        let reach = (set.reach() as i64 * SECOND + STRETCH - 1) / STRETCH;
        state.extend(judged(&set, &kept, changed, changed + reach));
        let everything: Vec<Event> = events.iter().cloned().chain([late]).collect();
        prop_assert_eq!(state, judged(&set, &by_stretch(&everything), 0, 100));
    }

    /// The same with a chain: what an early stretch cannot know of inner windows does not reach the judged one.
    #[test]
    fn chains_judged_stretch_by_stretch_are_as_in_one_pass(
        spans in (1..15_i64, 1..15_i64),
        ops in (prop::sample::select(vec!["gte", "lt", "eq"]), prop::sample::select(vec!["gte", "lte"])),
        bounds in (1..4_i32, 1..4_i32),
        raw in prop::collection::vec((0..3_usize, 0..80_i64, 0..2_usize, 0..3_usize), 1..50),
        from in 0..8_i64,
    ) {
        let events: Vec<Event> = raw
            .iter()
            .map(|(rule, at, group, value)| event(["ra", "rb", "rc"][*rule], *at, ["x", "y"][*group], &value.to_string()))
            .collect();
        let text = format!(
            "{RULES}---\ntitle: I\nid: inner\nname: many\ncorrelation:\n  type: event_count\n  rules: [a, b]\n  group-by: [g]\n  timespan: {}s\n  condition: {{{}: {}}}\n---\ntitle: O\nid: outer\ncorrelation:\n  type: value_count\n  rules: [many, c]\n  group-by: [g]\n  timespan: {}s\n  condition: {{field: v, {}: {}}}\n",
            spans.0, ops.0, bounds.0, spans.1, ops.1, bounds.1,
        );
        let set = load(&text);
        let kept = by_stretch(&events);
        let all = judged(&set, &kept, 0, 100);
        let part = judged(&set, &kept, from, 100);
        let wanted: BTreeMap<_, _> = all.into_iter().filter(|(stretch, _)| *stretch >= from).collect();
        prop_assert_eq!(part, wanted);
    }
}
