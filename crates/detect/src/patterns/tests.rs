//! Patterns over rows: which rows show them, and which patterns are refused.

use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray};
use schema::{
    pattern::{Expression, Literal, Operator, Pattern, Test},
    tables,
};

use super::*;

fn test(path: &str, operator: Operator, value: &str) -> Expression {
    let values = vec![value.parse().map_or_else(|_| Literal::Text(value.to_owned()), Literal::Number)];
    Expression::Test(Test { at: 1, path: path.to_owned(), negated: false, operator, values })
}

fn not(expression: Expression) -> Expression {
    match expression {
        Expression::Test(test) => Expression::Test(Test { negated: !test.negated, ..test }),
        other => other,
    }
}

fn pattern(observations: Vec<Expression>) -> Pattern {
    Pattern { text: String::new(), observations }
}

fn connections() -> RecordBatch {
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("src_ip", Arc::new(StringArray::from(vec![Some("10.0.0.1"), Some("10.0.0.2"), None, Some("10.0.0.3")]))),
        ("dst_ip", Arc::new(StringArray::from(vec!["198.51.100.7", "198.51.101.7", "2001:db8::1", "198.51.100.7"]))),
        ("dst_port", Arc::new(Int64Array::from(vec![Some(443), Some(80), Some(443), None]))),
        ("service", Arc::new(StringArray::from(vec![Some("ssl"), None, Some("http"), Some("ssl,x")]))),
        ("src_local", Arc::new(BooleanArray::from(vec![true, true, false, true]))),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)))
        .expect("equal lengths")
}

fn rows(observations: Vec<Expression>) -> Vec<u32> {
    let table = tables::find("connections").expect("a table");
    let compiled = Compiled::new(&pattern(observations)).expect("a pattern");
    compiled.matches(table, &connections()).expect("rows")
}

#[test]
fn comparisons_hold_within_one_record() {
    use Operator::{Equal, Greater, Like, Matches, NotEqual, Subset, Superset};
    const DST: &str = "network-traffic:dst_ref.value";
    const PORT: &str = "network-traffic:dst_port";
    let dst = || test(DST, Equal, "198.51.100.7");
    assert_eq!(rows(vec![dst()]), [0, 3]);
    assert_eq!(rows(vec![Expression::All(vec![dst(), test(PORT, Equal, "443")])]), [0]);
    assert_eq!(rows(vec![Expression::Any(vec![dst(), test(PORT, Equal, "80")])]), [0, 1, 3]);
    assert_eq!(rows(vec![test(PORT, Greater, "100")]), [0, 2]);
    assert_eq!(rows(vec![test(DST, Subset, "198.51.100.0/23")]), [0, 1, 3]);
    assert_eq!(rows(vec![test("ipv4-addr:value", Subset, "10.0.0.2/31")]), [1, 3], "any address of the record");
    assert_eq!(rows(vec![test(DST, Equal, "198.51.100.0/24")]), [0, 3], "a network stands for what lies in it");
    assert_eq!(rows(vec![test(DST, Superset, "2001:db8::1")]), [2]);
    assert_eq!(rows(vec![test(DST, Equal, "2001:DB8:0::1")]), [2], "in canonical form");
    assert_eq!(rows(vec![test(DST, Like, "198.51.10_.7")]), [0, 1, 3]);
    assert_eq!(rows(vec![test(DST, Like, "198.51%")]), [0, 1, 3]);
    assert_eq!(rows(vec![test(DST, Matches, "^198.*[.]101")]), [1]);
    assert_eq!(rows(vec![dst(), test(PORT, Equal, "80")]), [0, 1, 3], "either observation is enough");
    assert_eq!(rows(vec![test(PORT, NotEqual, "443")]), [1], "of a port that is not there, nothing is known");
    assert_eq!(rows(vec![not(test(PORT, Equal, "443"))]), [1]);
    assert_eq!(rows(vec![not(test(PORT, NotEqual, "443"))]), [0, 2]);
    assert_eq!(rows(vec![not(dst())]), [1, 2]);
}

#[test]
fn existence_and_sets() {
    let exists = Test {
        at: 0,
        path: "network-traffic:protocols[0]".to_owned(),
        negated: false,
        operator: Operator::Exists,
        values: Vec::new(),
    };
    assert_eq!(rows(vec![Expression::Test(exists.clone())]), [0, 2, 3]);
    let values = vec![Literal::Text("10.0.0.1".to_owned()), Literal::Text("10.0.0.3".to_owned())];
    let path = "network-traffic:src_ref.value".to_owned();
    assert_eq!(rows(vec![Expression::Test(Test { operator: Operator::In, path, values, ..exists })]), [0, 3]);
}

#[test]
fn only_tables_that_can_show_it_are_read() {
    let file =
        pattern(vec![test("file:hashes.'SHA-256'".replace('\'', "").as_str(), Operator::Equal, &"a".repeat(64))]);
    let compiled = Compiled::new(&file).expect("a pattern");
    let names: Vec<&str> = compiled.tables().map(|table| table.name).collect();
    assert!(
        names.contains(&"files_seen") && names.contains(&"processes") && !names.contains(&"connections"),
        "{names:?}"
    );
    let both = Expression::All(vec![
        test("process:command_line", Operator::Like, "%x%"),
        test("network-traffic:dst_port", Operator::Equal, "443"),
    ]);
    assert!(Compiled::new(&pattern(vec![both])).expect_err("no table has both").why.contains("no table"));
}

#[test]
fn what_no_table_answers_is_refused_with_its_place() {
    for (expression, why) in [
        (test("x-thing:value", Operator::Equal, "a"), "no table keeps \"x-thing:value\""),
        (test("url:value", Operator::Matches, "a(?=b)"), "look-around"),
        (test("url:value", Operator::Matches, "(a{1000}){1000}"), "not read"),
        (test("ipv4-addr:value", Operator::Subset, "ten"), "no address"),
        (test("file:hashes.MD5", Operator::Equal, "zz"), "hex"),
        (test("url:value", Operator::Like, "5"), "text in quotes"),
    ] {
        let refused = Compiled::new(&pattern(vec![expression])).expect_err(why);
        assert!(refused.at == 1 && refused.why.contains(why), "{why}: {refused}");
    }
}

#[test]
fn every_property_lies_in_some_table() {
    for property in properties::ALL {
        let known = tables::ALL.iter().any(|table| !properties::columns(table, property).is_empty());
        assert!(known, "{}", property.path);
    }
}
