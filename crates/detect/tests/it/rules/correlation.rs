//! Correlations against a brute-force oracle, on shuffled, late and doubled input.

use std::collections::{BTreeMap, BTreeSet};

use detect::rules::{self, Correlator, Evaluator, Event, Options, RuleSet, Tallies, events, of_occurrences};
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
    let mut correlator = Correlator::default();
    correlator.add(set, events.iter().cloned());
    let found = correlator.judge(set, window());
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
    assert_eq!(occurrences(&set, &at(&[0, 10, 20, 70, 80, 90, 300, 310, 320])).len(), 2, "overlapping windows are one");
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
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[1], (group("x"), 3, 40, 2));
    assert!(!occurrences(&set, &events[..2]).iter().any(|one| one.2 == 40));
    assert!(!set.reports(0) && set.reports(2));
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
        ("type: event_count\n  rules: [a]\n  timespan: 1w\n  condition: {gte: 1}", rules::Code::Shape),
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
    let mut correlator = Correlator::default();
    correlator.add(&set, events(&set, &plan, batch.rows(), &hits).expect("columns of a record"));
    let found = of_occurrences(&set, &correlator.judge(&set, window()), window());
    assert_eq!(found.len(), 1);
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
fn state_survives_being_written_and_read() {
    let set = set("  type: event_count\n  rules: [a]\n  group-by: [g]\n  timespan: 1m\n  condition: {gte: 2}");
    let mut correlator = Correlator::default();
    correlator.add(&set, [event("ra", 10, "x", "")]);
    let text = serde_json::to_string(&correlator).expect("text");
    let mut read: Correlator = serde_json::from_str(&text).expect("a correlator");
    assert_eq!(read, correlator);
    read.add(&set, [event("ra", 5, "x", "")]);
    assert_eq!(read.judge(&set, window()).len(), 1, "the late match counts");
    read.forget(&set, 70 * SECOND);
    assert_eq!(read.judge(&set, window()), []);
}

/// The condition asked of every window by itself.
fn oracle(kind: &str, span: i64, at_least: usize, events: &[Event]) -> BTreeSet<(String, i64)> {
    let unique: BTreeSet<&Event> = events.iter().collect();
    let mut held = BTreeSet::new();
    for last in &unique {
        let inside: Vec<&&Event> = unique
            .iter()
            .filter(|one| one.fields["g"] == last.fields["g"] && one.at <= last.at && one.at >= last.at - span * SECOND)
            .collect();
        let mut sorted: Vec<(i64, &str)> = inside.iter().map(|one| (one.at, one.rule.as_str())).collect();
        sorted.sort();
        let number = match kind {
            "event_count" => inside.len(),
            "value_count" => inside.iter().map(|one| &one.fields["v"]).collect::<BTreeSet<_>>().len(),
            "value_sum" => inside.iter().map(|one| one.fields["v"].parse::<usize>().expect("a number")).sum(),
            "temporal" => inside.iter().map(|one| &one.rule).collect::<BTreeSet<_>>().len(),
            _ => {
                let mut done = 0;
                for (_, rule) in &sorted {
                    if ["ra", "rb", "rc"].get(done) == Some(rule) {
                        done += 1;
                    }
                }
                done
            }
        };
        if number >= at_least {
            held.insert((last.fields["g"].clone(), last.at / SECOND));
        }
    }
    held
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_window_is_judged_as_by_hand(
        kind in prop::sample::select(vec!["event_count", "value_count", "value_sum", "temporal", "temporal_ordered"]),
        span in 1..20_i64,
        at_least in 1..5_usize,
        raw in prop::collection::vec((0..3_usize, 0..60_i64, 0..2_usize, 0..4_usize), 1..40),
        shuffle in any::<u64>(),
    ) {
        let events: Vec<Event> = raw
            .iter()
            .map(|(rule, at, group, value)| event(["ra", "rb", "rc"][*rule], *at, ["x", "y"][*group], &value.to_string()))
            .collect();
        let at_least = if kind.starts_with("temporal") { at_least.min(3) } else { at_least };
        let field = if kind.starts_with("value") { "field: v, " } else { "" };
        let set = set(&format!(
            "  type: {kind}\n  rules: [a, b, c]\n  group-by: [g]\n  timespan: {span}s\n  condition: {{{field}gte: {at_least}}}"
        ));
        let wanted = oracle(kind, span, at_least, &events);

        // Shuffled, in two parts, some twice, and through text in between.
        let mut shuffled: Vec<(u64, Event)> = events
            .iter()
            .enumerate()
            .map(|(n, one)| ((n as u64 + 1).wrapping_mul(shuffle | 1).rotate_left(17), one.clone()))
            .collect();
        shuffled.sort();
        let shuffled: Vec<Event> = shuffled.into_iter().map(|(_, one)| one).collect();
        let (early, late) = shuffled.split_at(shuffled.len() / 2);
        let mut correlator = Correlator::default();
        correlator.add(&set, early.iter().cloned());
        correlator.add(&set, early.iter().take(5).cloned());
        let text = serde_json::to_string(&correlator).expect("text");
        let mut correlator: Correlator = serde_json::from_str(&text).expect("a correlator");
        correlator.add(&set, late.iter().cloned());

        let found = correlator.judge(&set, window());
        for (group, at) in &wanted {
            let covered = found.iter().any(|one| one.group == [group.clone()] && (one.first..=one.last).contains(&(at * SECOND)));
            prop_assert!(covered, "{kind} {span} {at_least}: {group} at {at} is missing in {found:?}");
        }
        for one in &found {
            let ends = wanted.contains(&(one.group[0].clone(), one.last / SECOND));
            prop_assert!(ends, "{kind} {span} {at_least}: {one:?} ends where nothing holds");
        }
    }
}
