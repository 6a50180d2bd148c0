//! Random rules over random rows: the plan, the explanation and an evaluator that is slow and plain must agree.

use arrow_array::{RecordBatch, cast::AsArray};
use detect::rules::{Evaluator, Hits, RuleSet, Unread, explain};
use proptest::prelude::*;
use schema::{Sketch, Sketcher};
use serde_json::{Value, json};

use super::support::{about_processes, as_dictionaries, as_views, batch, load, process, table};

#[derive(Debug, Clone, Copy, PartialEq)]
enum How {
    Plain,
    Contains,
    StartsWith,
    EndsWith,
}

#[derive(Debug, Clone)]
struct Item {
    field: &'static str,
    how: How,
    cased: bool,
    all: bool,
    neq: bool,
    /// `None` is null.
    values: Vec<Option<String>>,
}

#[derive(Debug, Clone)]
enum Node {
    Search(usize),
    Not(Box<Node>),
    All(Vec<Node>),
    Any(Vec<Node>),
}

#[derive(Debug, Clone)]
struct Rule {
    /// Alternatives of lines that must all hold.
    searches: Vec<Vec<Vec<Item>>>,
    condition: Node,
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop::sample::select(vec!["a", "B", "\\", "*", "?", "b", "É", "é", " ", "aab", "σ", "Σ", "longer than a view"]),
        0..5,
    )
    .prop_map(|parts| parts.concat())
}

fn item() -> impl Strategy<Value = Item> {
    let how = prop::sample::select(vec![How::Plain, How::Contains, How::StartsWith, How::EndsWith]);
    let value = prop_oneof![9 => text().prop_map(Some), 1 => Just(None)];
    let values = prop::collection::vec(value, 1..4);
    let field = prop::sample::select(vec!["CommandLine", "Image", "f", "deep.f"]);
    (field, how, any::<(bool, bool, bool)>(), values).prop_map(|(field, how, (cased, all, neq), values)| Item {
        field,
        how,
        cased,
        all: all && values.len() > 1,
        neq,
        values,
    })
}

fn node(n_searches: usize) -> impl Strategy<Value = Node> {
    (0..n_searches).prop_map(Node::Search).prop_recursive(3, 10, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|node| Node::Not(Box::new(node))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Node::All),
            prop::collection::vec(inner, 2..4).prop_map(Node::Any),
        ]
    })
}

fn rule() -> impl Strategy<Value = Rule> {
    // Fields of one map must differ.
    let unique = |mut items: Vec<Item>| {
        let mut seen = Vec::new();
        items.retain(|item| {
            !seen.contains(&key(item)) && {
                seen.push(key(item));
                true
            }
        });
        items
    };
    let map = prop::collection::vec(item(), 1..3).prop_map(unique);
    let searches = prop::collection::vec(prop::collection::vec(map, 1..3), 1..4);
    searches.prop_flat_map(|searches| {
        let n = searches.len();
        (Just(searches), node(n)).prop_map(|(searches, condition)| Rule { searches, condition })
    })
}

fn row() -> impl Strategy<Value = Value> {
    let column = || prop_oneof![3 => text().prop_map(|text| json!(text)), 1 => Just(Value::Null)];
    let attr = prop_oneof![
        3 => text().prop_map(|text| json!({"f": text, "deep": {"f": text}})),
        1 => prop::collection::vec(text(), 0..3).prop_map(|texts| json!({"f": texts, "deep": [{"f": texts}]})),
        1 => Just(json!({"f": null})),
        1 => Just(json!({})),
        1 => Just(json!({"deep.f": "aab"})),
    ];
    (column(), column(), attr)
        .prop_map(|(line, image, attrs)| process(&json!({"command_line": line, "process_path": image, "attrs": attrs})))
}

fn key(item: &Item) -> String {
    let how = match item.how {
        How::Plain => "",
        How::Contains => "|contains",
        How::StartsWith => "|startswith",
        How::EndsWith => "|endswith",
    };
    let flag = |on: bool, name: &'static str| if on { name } else { "" };
    format!("{}{how}{}{}{}", item.field, flag(item.cased, "|cased"), flag(item.all, "|all"), flag(item.neq, "|neq"))
}

fn yaml(rule: &Rule) -> String {
    let mut detection = String::new();
    for (number, alternatives) in rule.searches.iter().enumerate() {
        detection.push_str(&format!("  s{number}:\n"));
        for map in alternatives {
            for (line, item) in map.iter().enumerate() {
                let quoted = |text: &String| format!("'{}'", text.replace('\'', "''"));
                let values = item.values.iter().map(|value| value.as_ref().map_or("null".to_owned(), quoted));
                let start = if line == 0 { "    - " } else { "      " };
                detection.push_str(&format!("{start}'{}': [{}]\n", key(item), values.collect::<Vec<_>>().join(", ")));
            }
        }
    }
    about_processes(&format!("{detection}  condition: {}", condition(&rule.condition)))
}

fn condition(node: &Node) -> String {
    let joined = |nodes: &[Node], by: &str| {
        format!("({})", nodes.iter().map(condition).collect::<Vec<_>>().join(&format!(" {by} ")))
    };
    match node {
        Node::Search(number) => format!("s{number}"),
        Node::Not(inner) => format!("not {}", condition(inner)),
        Node::All(nodes) => joined(nodes, "and"),
        Node::Any(nodes) => joined(nodes, "or"),
    }
}

/// The values of a field: `None` where it is missing, none where it is null.
fn values(row: &Value, field: &str) -> Option<Vec<String>> {
    let attrs = &row["attrs"];
    let found = match field {
        "CommandLine" => &row["command_line"],
        "Image" => &row["process_path"],
        "f" => attrs.get("f")?,
        _ => match attrs.get("deep.f").or_else(|| attrs.get("deep")?.get("f")) {
            Some(found) => found,
            None => attrs.get("deep")?.get(0)?.get("f")?,
        },
    };
    match found {
        Value::Null if field == "CommandLine" || field == "Image" => None,
        Value::Null => Some(Vec::new()),
        Value::Array(items) if items.is_empty() => None,
        Value::Array(items) => Some(items.iter().map(|item| item.as_str().unwrap_or_default().to_owned()).collect()),
        other => Some(vec![other.as_str().unwrap_or_default().to_owned()]),
    }
}

fn oracle(rule: &Rule, row: &Value) -> bool {
    node_holds(&rule.condition, &|number| {
        rule.searches[number].iter().any(|map| map.iter().all(|item| item_holds(item, row)))
    })
}

fn node_holds(node: &Node, search: &dyn Fn(usize) -> bool) -> bool {
    match node {
        Node::Search(number) => search(*number),
        Node::Not(inner) => !node_holds(inner, search),
        Node::All(nodes) => nodes.iter().all(|node| node_holds(node, search)),
        Node::Any(nodes) => nodes.iter().any(|node| node_holds(node, search)),
    }
}

fn item_holds(item: &Item, row: &Value) -> bool {
    let values = values(row, item.field);
    let nothing = values.as_ref().is_none_or(Vec::is_empty);
    let test = |wanted: &Option<String>| match wanted {
        None => nothing,
        Some(wanted) => values.iter().flatten().any(|value| glob(&tokens(wanted, item.how), value, item.cased)),
    };
    let met = if item.all { item.values.iter().all(test) } else { item.values.iter().any(test) };
    if item.neq { !nothing && !met } else { met }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Token {
    Char(char),
    One,
    Any,
}

fn tokens(text: &str, how: How) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let escaped = chars[at] == '\\' && chars.get(at + 1).is_some_and(|next| "*?\\".contains(*next));
        if escaped {
            at += 1;
        }
        tokens.push(match chars[at] {
            '*' if !escaped => Token::Any,
            '?' if !escaped => Token::One,
            char => Token::Char(char),
        });
        at += 1;
    }
    if matches!(how, How::Contains | How::EndsWith) {
        tokens.insert(0, Token::Any);
    }
    if matches!(how, How::Contains | How::StartsWith) {
        tokens.push(Token::Any);
    }
    tokens
}

/// By the table of all prefixes: obviously right.
fn glob(tokens: &[Token], value: &str, cased: bool) -> bool {
    let lower = |char: char| match char {
        _ if cased => char,
        'Σ' | 'ς' => 'σ',
        char => char.to_lowercase().next().unwrap_or(char),
    };
    let chars: Vec<char> = value.chars().collect();
    let mut reach = vec![false; chars.len() + 1];
    reach[0] = true;
    for token in tokens {
        let mut next = vec![false; chars.len() + 1];
        for at in 0..=chars.len() {
            next[at] = match token {
                Token::Any => reach[..=at].iter().any(|reached| *reached),
                Token::One => at > 0 && reach[at - 1],
                Token::Char(char) => at > 0 && reach[at - 1] && lower(chars[at - 1]) == lower(*char),
            };
        }
        reach = next;
    }
    reach[chars.len()]
}

/// What is told of rows without their long columns.
fn candidates(set: &RuleSet, rows: &RecordBatch, sketch: &Sketch) -> Vec<u32> {
    let mut evaluator = Evaluator::new(set.plan(table("processes")));
    let short = evaluator.plan().short_columns();
    let short = rows.project(&short.iter().filter_map(|name| rows.schema().index_of(name).ok()).collect::<Vec<_>>());
    let unread = Unread::of(evaluator.plan(), sketch);
    evaluator.candidates(&short.expect("columns of the rows"), &unread)
}

fn sketch(rows: &RecordBatch) -> Sketch {
    let mut sketcher = Sketcher::default();
    let texts = |name: &str| rows.column_by_name(name).expect("a column").as_string::<i32>().clone();
    texts("raw").iter().flatten().for_each(|raw| sketcher.text(raw));
    texts("attrs").iter().flatten().for_each(|attrs| sketcher.json(attrs));
    sketcher.finish()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn plan_explanation_and_oracle_agree(rule in rule(), rows in prop::collection::vec(row(), 1..12)) {
        let text = yaml(&rule);
        let set = load(&text);
        let table = table("processes");
        let batch = batch(table, &rows);
        let mut evaluator = Evaluator::new(set.plan(table));
        let first = evaluator.evaluate(batch.rows());
        prop_assert_eq!(&first, &evaluator.evaluate(batch.rows()), "with values remembered");
        prop_assert_eq!(&first, &evaluator.evaluate(&as_views(batch.rows())), "as views");
        prop_assert_eq!(&first, &evaluator.evaluate(&as_dictionaries(batch.rows())), "as dictionaries");
        for sketch in [sketch(batch.rows()), Sketch::default()] {
            let candidates = candidates(&set, batch.rows(), &sketch);
            let lost: Vec<u32> = first.rows_of(0).iter().copied().filter(|row| !candidates.contains(row)).collect();
            prop_assert!(lost.is_empty(), "not among the candidates: {:?}\n{}", lost, text);
        }
        for (number, row) in rows.iter().enumerate() {
            let wanted = oracle(&rule, row);
            let found = first.rows_of(0).contains(&(number as u32));
            prop_assert_eq!(found, wanted, "{}\n{}", text, row);
            let explained = explain(&set, 0, table, batch.rows(), number).expect("a record of its source");
            prop_assert_eq!(explained.matched, wanted, "explanation of\n{}\n{}", text, row);
        }
    }
}

/// Where a batch is cut does not matter, nor which rules stand beside each other.
#[test]
fn many_rules_over_many_rows_match_as_each_alone() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};

    let mut runner = TestRunner::deterministic();
    let mut sample =
        |n: usize| -> Vec<Rule> { (0..n).map(|_| rule().new_tree(&mut runner).expect("a rule").current()).collect() };
    let rules = sample(60);
    let mut runner = TestRunner::deterministic();
    let few: Vec<Value> = (0..200).map(|_| row().new_tree(&mut runner).expect("a row").current()).collect();
    // More than two chunks of the evaluator.
    let rows: Vec<Value> = (0..20_000).map(|number| few[number * 7 % few.len()].clone()).collect();
    let table = table("processes");
    let texts: Vec<String> = rules.iter().enumerate().map(|(n, rule)| format!("{}id: rule{n}\n", yaml(rule))).collect();
    let set = load(&texts.join("---\n"));
    let hits = Evaluator::new(set.plan(table)).evaluate(batch(table, &rows).rows());
    let mut evaluator = Evaluator::new(set.plan(table));
    for _ in 0..4 {
        // Rules wait for other atoms when it is known which are rare.
        assert_eq!(evaluator.evaluate(&as_views(batch(table, &rows).rows())), hits);
    }
    for (number, rule) in rules.iter().enumerate() {
        let wanted: Vec<bool> = few.iter().map(|row| oracle(rule, row)).collect();
        let expected: Vec<u32> =
            (0..rows.len()).filter(|row| wanted[row * 7 % few.len()]).map(|row| row as u32).collect();
        assert_eq!(hits.rows_of(number), expected, "{}", texts[number]);
    }
}

/// Long columns are read for rows that may match, and for no others.
#[test]
fn few_rows_are_candidates_where_a_sketch_says_what_is_not_there() {
    let rule = |title: &str, detection: &str| {
        format!(
            "title: {title}\nlogsource: {{product: windows, category: process_creation}}\ndetection:\n{detection}---\n"
        )
    };
    let texts = [
        rule("a word anywhere", "  words: [sekurlsa, 'Kiwi Legit']\n  condition: words\n"),
        rule("a field of attrs", "  s: {Image|endswith: '\\a.exe', Wanted: 'x'}\n  condition: s\n"),
        rule("without a field", "  s: {Image|endswith: '\\b.exe'}\n  no: {Other: null}\n  condition: s and not no\n"),
    ];
    let set = load(&texts.concat());
    let row = |image: &str, line: &str, attrs: Value| {
        process(&json!({"process_path": image, "command_line": line, "attrs": attrs}))
    };
    let quiet = [
        row("C:\\a.exe", "a", json!({"Wanted": "y"})),
        row("C:\\b.exe", "b", json!({"Task": 1})),
        row("C:\\c.exe", "c", json!({"Wanted": "x"})),
    ];
    let quiet = batch(table("processes"), &quiet);
    // The first may match by what its `attrs` hold; no other can.
    assert_eq!(candidates(&set, quiet.rows(), &sketch(quiet.rows())), [0]);
    assert_eq!(candidates(&set, quiet.rows(), &Sketch::default()), [0, 1, 2]);
    assert!(Evaluator::new(set.plan(table("processes"))).evaluate(quiet.rows()).is_empty());

    let loud = [row("C:\\c.exe", "SEKURLSA::logonpasswords", json!({})), row("C:\\d.exe", "d", json!({}))];
    let loud = batch(table("processes"), &loud);
    assert_eq!(candidates(&set, loud.rows(), &sketch(loud.rows())), [0, 1]);
    let hits: Hits = Evaluator::new(set.plan(table("processes"))).evaluate(loud.rows());
    assert_eq!(hits.rows_of(0), [0]);
}
