//! Rules that try to hurt are refused with a reason or bounded; every message says where and what to do.

use detect::rules::{self, Code, Options, Problem};
use proptest::prelude::*;
use serde_json::json;

use super::support::{about_processes, load, matches, process, table};

fn problems(text: &str) -> Vec<Problem> {
    rules::load([("rule.yml", text)], &Options::default()).1
}

#[track_caller]
fn refused(text: &str, code: Code, line: u32) {
    let found = problems(text);
    let problem = found.iter().find(|problem| !problem.warning).unwrap_or_else(|| panic!("nothing wrong with\n{text}"));
    assert_eq!((problem.code, problem.place.line), (code, line), "{problem}");
    assert!(!problem.hint.is_empty(), "{problem}");
    assert!(problem.place.column > 0, "{problem}");
}

fn rule(detection: &str) -> String {
    about_processes(detection)
}

#[test]
fn every_mistake_has_its_code_and_line() {
    refused("title: [", Code::Yaml, 2);
    refused("- a: 1\n", Code::NotARule, 1);
    refused("title: t\nlogsource: {product: windows}\n", Code::NotARule, 1);
    refused("logsource: {product: w}\ndetection: {s: {a: 1}, condition: s}\n", Code::Missing, 1);
    refused("title: t\ndetection: {s: {a: 1}, condition: s}\n", Code::Missing, 1);
    refused("title: t\nlogsource: {}\ndetection: {s: {a: 1}, condition: s}\n", Code::Missing, 2);
    refused("title: t\nlogsource: windows\ndetection: {s: {a: 1}, condition: s}\n", Code::Shape, 2);
    refused(&rule("  s: {a: 1}\n  s: {b: 1}\n  condition: s"), Code::DuplicateKey, 5);
    refused(&rule("  s:\n    a: 1\n    a: 2\n  condition: s"), Code::DuplicateKey, 6);
    refused(&rule("  s: {a: 1}"), Code::Missing, 4);
    refused(&rule("  condition: s"), Code::Missing, 4);
    refused(&rule("  s: {a: 1}\n  condition: t"), Code::UnknownSearch, 5);
    refused(&rule("  s: {a: 1}\n  condition: 1 of t*"), Code::UnknownSearch, 5);
    refused(&rule("  _s: {a: 1}\n  condition: 1 of them"), Code::UnknownSearch, 5);
    refused(&rule("  s: {a: 1}\n  condition: s and"), Code::Condition, 5);
    refused(&rule("  s: {a: 1}\n  condition: (s"), Code::Condition, 5);
    refused(&rule("  s: {a: 1}\n  condition: s s"), Code::Condition, 5);
    refused(&rule("  s: {a: 1}\n  condition: 2 of them"), Code::Condition, 5);
    refused(&rule("  s: {a: 1}\n  condition: s | count() > 5"), Code::Condition, 5);
    refused(&rule("  s: {a: 1}\n  condition: s && s"), Code::Condition, 5);
    refused(&rule("  s: {a|contians: 1}\n  condition: s"), Code::UnknownModifier, 4);
    refused(&rule("  s: {a|re|contains: x}\n  condition: s"), Code::ModifierMisuse, 4);
    refused(&rule("  s: {a|re|cidr: x}\n  condition: s"), Code::ModifierMisuse, 4);
    refused(&rule("  s: {a|i: x}\n  condition: s"), Code::ModifierMisuse, 4);
    refused(&rule("  s: {a|exists: x}\n  condition: s"), Code::ModifierMisuse, 4);
    refused(&rule("  s: {a|gt: x}\n  condition: s"), Code::ModifierMisuse, 4);
    refused(&rule("  s: {a|base64: 'x*'}\n  condition: s"), Code::ModifierMisuse, 4);
    refused(&rule("  s: {a|expand: '%x%'}\n  condition: s"), Code::Placeholder, 4);
    refused(&rule("  s: {a|re: '('}\n  condition: s"), Code::Regex, 4);
    refused(&rule("  s: {a|re: '(?=x)y'}\n  condition: s"), Code::Regex, 4);
    refused(&rule("  s: {a|cidr: 10.0.0.0/33}\n  condition: s"), Code::Network, 4);
    refused(&rule("  s: {a: {b: c}}\n  condition: s"), Code::Shape, 4);
    refused(&rule("  s: {a: []}\n  condition: s"), Code::Shape, 4);
    refused(&rule("  s: []\n  condition: s"), Code::Shape, 4);
    refused(&rule("  s:\n  condition: s"), Code::Shape, 4);
    refused(
        &format!("{}id: x\n---\n{}id: x\n", rule("  s: {a: 1}\n  condition: s"), rule("  s: {a: 1}\n  condition: s")),
        Code::SameId,
        8,
    );
}

#[test]
fn messages_show_the_place() {
    let text = rule("  s: {a|contians: 1}\n  condition: s");
    let problem = &problems(&text)[0];
    assert_eq!(problem.caret(&text), "    4 |   s: {a|contians: 1}\n      |       ^");
    assert!(problem.to_string().starts_with("rule.yml:4:7: S020 there is no modifier \"contians\""), "{problem}");
}

#[test]
fn bombs_are_refused() {
    let mut aliases = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let list = vec![format!("*a{}", level - 1); 10].join(", ");
        aliases.push_str(&format!("a{level}: &a{level} [{list}]\n"));
    }
    refused(&aliases, Code::TooLarge, 6);
    refused(&format!("a: {}{}", "[".repeat(200), "]".repeat(200)), Code::TooLarge, 1);
    refused("a: &a [*a]\n", Code::Yaml, 1);
    let deep = rule(&format!("  s: {{a: 1}}\n  condition: {}s{}", "(".repeat(1_000), ")".repeat(1_000)));
    refused(&deep, Code::TooLarge, 5);
    refused(&rule(&format!("  s: {{a: 1}}\n  condition: {}", vec!["s"; 30_000].join(" or "))), Code::TooLarge, 5);
    refused(&rule("  s: {a|re: '((a{1,1000}){1,1000}){1,1000}'}\n  condition: s"), Code::Regex, 4);
    refused(&rule(&format!("  s: {{a|re: '{}'}}\n  condition: s", "(".repeat(500) + &")".repeat(500))), Code::Regex, 4);
    refused(&rule(&format!("  s: {{a|re: '{}'}}\n  condition: s", "a".repeat(100_000))), Code::Regex, 4);
}

#[test]
fn many_negations_cost_no_stack() {
    let text = rule(&format!("  s: {{a: 1}}\n  condition: {}s", "not ".repeat(10_001)));
    assert_eq!(matches(&text, table("processes"), &[process(&json!({"attrs": {"a": 1}})), process(&json!({}))]), [1]);
}

#[test]
fn a_list_of_a_hundred_thousand_values_works() {
    let values: Vec<String> = (0..100_000).map(|n| format!("value-{n:06}-x")).collect();
    let text = rule(&format!("  s:\n    CommandLine|contains: [{}]\n  condition: s", values.join(", ")));
    let rows = [json!({"command_line": "aa value-077777-x bb"}), json!({"command_line": "value-100000-x"})];
    let rows: Vec<_> = rows.iter().map(process).collect();
    assert_eq!(matches(&text, table("processes"), &rows), [0]);
}

#[test]
fn expressions_that_hurt_others_do_not_hurt_here() {
    let text = rule("  s: {CommandLine|re: '^(a+)+$'}\n  condition: s");
    let line = format!("{}!", "a".repeat(100_000));
    assert!(matches(&text, table("processes"), &[process(&json!({"command_line": line}))]).is_empty());
}

#[test]
fn records_that_are_no_json_or_deep_are_looked_at_as_far_as_they_go() {
    let text = rule("  s: {f: x}\n  condition: s");
    let deep = format!("{{\"f\":{}\"x\"{}}}", "[".repeat(5_000), "]".repeat(5_000));
    for (attrs, found) in [
        ("{\"f\":\"x\"", true),
        ("{\"f\":\"x", false),
        ("{\"f\"", false),
        ("", false),
        (deep.as_str(), true),
        ("{\"g\":\"\\", false),
    ] {
        let rows = [process(&json!({ "attrs": attrs }))];
        assert_eq!(!matches(&text, table("processes"), &rows).is_empty(), found, "{attrs:.40}");
    }
}

#[test]
fn collections_and_several_documents() {
    let text = "action: global\ntitle: G\nlogsource: {product: windows, category: process_creation}\nlevel: high\n---\nid: one\ndetection: {s: {a: 1}, condition: s}\n---\nid: two\ndetection: {s: {a: 2}, condition: s}\n---\naction: repeat\nid: three\ndetection: {s: {a: 3}}\n---\naction: reset\n---\ntitle: own\nid: four\nlogsource: {category: dns}\ndetection: {s: {query: x}, condition: s}\n";
    let set = load(text);
    let ids: Vec<&str> = set.rules().iter().map(|rule| rule.about.id.as_str()).collect();
    assert_eq!(ids, ["one", "two", "three", "four"]);
    assert_eq!(set.rules()[1].about.title, "G");
    assert_eq!(set.rules()[2].about.level, Some(schema::Severity::High));
    assert_eq!(set.rules()[3].about.level, None);
    let rows: Vec<_> = (1..4).map(|a| process(&json!({"attrs": {"a": a}}))).collect();
    let hits = rules::Evaluator::new(set.plan(table("processes")))
        .evaluate(super::support::batch(table("processes"), &rows).rows());
    assert_eq!((hits.rows_of(0), hits.rows_of(1), hits.rows_of(2)), (&[0][..], &[1][..], &[2][..]));
}

#[test]
fn filters_are_taken_out_of_the_rules_they_name() {
    let filter = |rules: &str| {
        format!(
            "title: F\nlogsource: {{product: windows, category: process_creation}}\nfilter:\n{rules}  selection: {{User|startswith: adm_}}\n  condition: selection\n"
        )
    };
    let rows = [json!({"process_path": "a", "user": "adm_x"}), json!({"process_path": "a", "user": "bob"})];
    let rows: Vec<_> = rows.iter().map(process).collect();
    let with = |rules: &str| {
        let text = format!(
            "{}id: r1\nname: first\n---\n{}",
            rule("  selection: {Image: a}\n  condition: selection"),
            filter(rules)
        );
        let (set, _) = rules::load([("f.yml", text.as_str())], &Options::default());
        rules::Evaluator::new(set.plan(table("processes")))
            .evaluate(super::support::batch(table("processes"), &rows).rows())
            .rows_of(0)
            .to_vec()
    };
    assert_eq!(with("  rules: [r1]\n"), [1]);
    assert_eq!(with("  rules: [first]\n"), [1]);
    assert_eq!(with("  rules: any\n"), [1]);
    assert_eq!(with(""), [1]);
    assert_eq!(with("  rules: [other]\n"), [0, 1]);
}

#[test]
fn inert_rules_are_named() {
    let text = format!(
        "{}id: a\n---\ntitle: B\nid: b\nlogsource: {{product: unheard_of}}\ndetection: {{s: {{x: 1}}, condition: s}}\n---\n{}id: c\n---\n{}id: d\n",
        rule("  s: {Image: a}\n  condition: s"),
        rule("  s: {GrandParentImage: a}\n  condition: s"),
        rule("  s: {GrandParentImage: a}\n  t: {Image: a}\n  condition: s or t"),
    );
    let set = load(&text);
    let inert = set.inert();
    let said: Vec<(usize, String)> = inert.iter().map(|(rule, why)| (*rule, why.to_string())).collect();
    assert_eq!(
        said,
        [
            (1, "no table holds records of product unheard_of".to_owned()),
            (2, "records of its log source never have GrandParentImage".to_owned()),
        ]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn rubbish_never_panics(text in "(?s).{0,200}") {
        problems(&text);
        problems(&format!("title: t\nlogsource: {{product: windows}}\ndetection:\n  {text}\n"));
        problems(&rule(&format!("  s: {{a: 1}}\n  condition: {text}")));
    }

    #[test]
    fn bent_rules_never_panic(cut in 0..400_usize, byte in any::<char>(), key in "[a-z|]{0,30}", value in "(?s).{0,40}") {
        let value = value.replace('\'', "''");
        let mut text = rule(&format!("  s:\n    '{key}': '{value}'\n    f|{key}: ['{value}', 7]\n  condition: 1 of s*"));
        let cut = (0..=cut.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.insert(cut, byte);
        let (set, _) = rules::load([("r.yml", text.as_str())], &Options::default());
        let rows = [process(&json!({"attrs": {"f": value, "g": [1, null]}, "raw": value}))];
        let table = table("processes");
        rules::Evaluator::new(set.plan(table)).evaluate(super::support::batch(table, &rows).rows());
    }
}
