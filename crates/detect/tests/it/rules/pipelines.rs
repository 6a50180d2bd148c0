//! Pipelines: each step and condition does what pySigma does; what cannot be done is refused with its place.

use detect::rules::{self, Code, Options, Part, Pattern, Pipelines, Problem, RuleSet, Search, Test};
use serde_json::json;

use super::support::{batch, process, table};

const RULE: &str = "\
title: T
id: 11111111-0000-4000-8000-000000000001
name: t
status: test
level: high
author: Someone
date: 2024-05-06
tags: [attack.t1059, attack.execution]
fields: [Image, User]
logsource: {product: windows, category: process_creation}
detection:
  selection:
    Image|endswith: '\\cmd.exe'
    CommandLine|contains: [one, '*two?']
    EventID: 1
  other:
    User: null
    ParentImage|fieldref: Image
  condition: selection or other
";

fn with(pipelines: &[&str], rules: &str) -> (RuleSet, Vec<Problem>) {
    let names: Vec<String> = (0..pipelines.len()).map(|number| format!("{number}.yml")).collect();
    let named = names.iter().map(String::as_str).zip(pipelines.iter().copied());
    let (pipelines, mut problems) = Pipelines::read(named);
    let (set, of_rules) = rules::load([("rule.yml", rules)], &Options { pipelines, ..Options::default() });
    problems.extend(of_rules);
    (set, problems)
}

/// The lines of the first rule, `field=value,value`, once one step has been at it.
fn lines_of(step: &str, rule: &str) -> Vec<String> {
    let (set, problems) = with(&[&format!("transformations:\n- {step}\n")], rule);
    assert!(problems.is_empty(), "{step}: {problems:?}");
    let mut lines = Vec::new();
    set.rules()[0].detection.searches.iter().for_each(|(_, search)| gather(search, &mut lines));
    lines
}

fn lines(step: &str) -> Vec<String> {
    lines_of(step, RULE)
}

fn gather(search: &Search, lines: &mut Vec<String>) {
    match search {
        Search::All(parts) | Search::Any(parts) => parts.iter().for_each(|part| gather(part, lines)),
        Search::Item(item) => {
            let values: Vec<String> = item.tests.iter().map(ToString::to_string).collect();
            lines.push(format!("{}={}", item.field.as_deref().unwrap_or_default(), values.join(",")));
        }
    }
}

fn parts(search: &Search, patterns: &mut Vec<Pattern>) {
    match search {
        Search::All(all) | Search::Any(all) => all.iter().for_each(|part| parts(part, patterns)),
        Search::Item(item) => patterns.extend(item.tests.iter().filter_map(|test| match test {
            Test::Like { pattern, .. } => Some(pattern.clone()),
            _ => None,
        })),
    }
}

const UNCHANGED: [&str; 5] =
    ["Image=*\\cmd.exe", "CommandLine=*one*,*two?*", "EventID=1", "User=null", "ParentImage=Equal field Image"];

/// What is there where the unchanged rule has something else.
fn changed(step: &str) -> Vec<String> {
    lines(step).into_iter().filter(|line| !UNCHANGED.contains(&line.as_str())).collect()
}

#[test]
fn fields_are_renamed_everywhere() {
    let renamed = "{type: field_name_mapping, mapping: {Image: exe, CommandLine: [cmd, line]}}";
    assert_eq!(
        changed(renamed),
        ["exe=*\\cmd.exe", "cmd=*one*,*two?*", "line=*one*,*two?*", "ParentImage=Equal field exe"]
    );
    let (set, _) = with(&[&format!("transformations: [{renamed}]")], RULE);
    assert_eq!(set.rules()[0].about.fields, ["exe", "User"]);
    assert_eq!(changed("{type: field_name_prefix_mapping, mapping: {Parent: P.}}"), ["P.Image=Equal field Image"]);
    let gate = "field_name_conditions: [{type: include_fields, fields: [EventID]}]";
    assert_eq!(changed(&format!("{{type: field_name_prefix, prefix: p., {gate}}}")), ["p.EventID=1"]);
    assert_eq!(changed(&format!("{{type: field_name_suffix, suffix: .s, {gate}}}")), ["EventID.s=1"]);
    let keyword = RULE.replace("    User: null\n    ParentImage|fieldref: Image\n", "    - word\n");
    assert_eq!(lines_of("{type: field_name_mapping, mapping: {null: message}}", &keyword)[3], "message=*word*");
}

#[test]
fn renamed_fields_match_records() {
    let pipeline =
        "transformations: [{type: field_name_mapping, mapping: {Who: [User, attrs_user], What: CommandLine}}]";
    let rule = "title: T\nlogsource: {product: windows, category: process_creation}\ndetection: {s: {Who: ann, What|contains: x}, condition: s}\n";
    let (set, _) = with(&[pipeline], rule);
    let rows = [
        process(&json!({"user": "ann", "command_line": "x"})),
        process(&json!({"attrs": {"attrs_user": "ann"}, "command_line": "yxy"})),
        process(&json!({"user": "bob", "command_line": "x"})),
        process(&json!({"user": "ann", "command_line": "y"})),
    ];
    let hits = rules::Evaluator::new(set.plan(table("processes"))).evaluate(batch(table("processes"), &rows).rows());
    assert_eq!(hits.rows_of(0), [0, 1]);
}

#[test]
fn values_are_changed() {
    assert_eq!(
        changed("{type: replace_string, regex: 'c(m)d', replacement: 'C\\1D-\\g<1>$1'}"),
        ["Image=*\\CmD-m$1.exe"]
    );
    assert_eq!(
        changed("{type: replace_string, regex: 'o.*', replacement: 'z*', skip_special: true}"),
        ["CommandLine=*z**,*twz*?*"]
    );
    let interpreted =
        "{type: replace_string, regex: 'one', replacement: 'a*b', skip_special: true, interpret_special: true}";
    assert_eq!(changed(interpreted), ["CommandLine=*a*b*,*two?*"]);
    // A star behind a backslash stays a star, and an escaped one stays escaped.
    let escapes = RULE.replace("EventID: 1", "Path: 'C:\\Windows\\\\*\\a\\*b'");
    let replaced = "{type: replace_string, regex: 'C:', replacement: 'D:'}";
    assert_eq!(lines_of(replaced, &escapes)[2], "Path=D:\\Windows\\*\\a*b");
    let (set, _) = with(&[&format!("transformations: [{replaced}]")], &escapes);
    let mut patterns = Vec::new();
    parts(&set.rules()[0].detection.searches[0].1, &mut patterns);
    assert_eq!(patterns[3].parts.iter().filter(|part| **part == Part::Any).count(), 1);
    assert_eq!(changed("{type: map_string, mapping: {'1': [one, 'tw*']}}"), ["EventID=one,tw*"]);
    assert_eq!(changed("{type: case, method: upper}"), ["Image=*\\CMD.EXE", "CommandLine=*ONE*,*TWO?*"]);
    let gate = "field_name_conditions: [{type: include_fields, fields: [EventID]}]";
    assert_eq!(changed(&format!("{{type: set_value, value: 7, {gate}}}")), ["EventID=7"]);
    assert_eq!(changed(&format!("{{type: set_value, value: null, {gate}}}")), ["EventID=null"]);
    assert_eq!(changed(&format!("{{type: convert_type, target_type: num, {gate}}}")), Vec::<String>::new());
    let hashes = RULE.replace("EventID: 1", "Hashes|contains: ['MD5=aa', 'IMPHASH=bb', 'SHA1=cc']");
    let split = lines_of("{type: hashes_fields, valid_hash_algos: [MD5, SHA1], field_prefix: File}", &hashes);
    assert_eq!(split[2..4], ["FileMD5=aa", "FileSHA1=cc"]);
}

#[test]
fn lines_are_dropped_and_conditions_added() {
    let gate = "field_name_conditions: [{type: include_fields, fields: [EventID, User, ParentImage]}]";
    assert_eq!(lines(&format!("{{type: drop_detection_item, {gate}}}")), UNCHANGED[..2]);
    let (set, problems) = with(&["transformations: [{type: drop_detection_item}]"], RULE);
    assert!(set.rules().is_empty() && problems[0].code == Code::Refused, "{problems:?}");

    let template = "{type: add_condition, conditions: {index: '$product-${category}-$service', flag|contains: [1, 2]}, template: true}";
    assert_eq!(changed(template), ["index=windows-process_creation-None", "flag=*1*,*2*"]);
    let (set, _) = with(
        &[&format!("transformations: [{template}, {{type: add_condition, conditions: {{a: b}}, negated: true}}]")],
        RULE,
    );
    assert_eq!(set.rules()[0].detection.condition_text, "not _added_3 and (_added_2 and (selection or other))");
    let rule = "title: T\nlogsource: {product: windows, category: process_creation}\ndetection: {s: {CommandLine|contains: x}, condition: s}\n";
    let (set, _) = with(&["transformations: [{type: add_condition, conditions: {User: ann}, negated: true}]"], rule);
    let rows =
        [process(&json!({"user": "ann", "command_line": "x"})), process(&json!({"user": "bob", "command_line": "x"}))];
    let hits = rules::Evaluator::new(set.plan(table("processes"))).evaluate(batch(table("processes"), &rows).rows());
    assert_eq!(hits.rows_of(0), [1]);
}

#[test]
fn rules_are_changed_and_refused() {
    let (set, _) = with(
        &[
            "transformations: [{type: change_logsource, product: Linux, service: auditd}, {type: add_field, field: x}, {type: remove_field, field: [User]}]",
        ],
        RULE,
    );
    assert_eq!(set.rules()[0].logsource.to_string(), "product linux, service auditd");
    assert_eq!(set.rules()[0].about.fields, ["Image", "x"]);
    let (set, problems) = with(&["priority: 3\ntransformations:\n- {type: rule_failure, message: not for us}"], RULE);
    assert!(set.rules().is_empty());
    assert_eq!(problems[0].to_string(), "rule.yml:1:1: S042 not for us; the step at 0.yml:3:3 asks for this");
    let (_, problems) = with(
        &[
            "transformations:\n- {type: detection_item_failure, message: no users, field_name_conditions: [{type: include_fields, fields: [User]}]}",
        ],
        RULE,
    );
    assert_eq!((problems[0].place.line, problems[0].what.as_str()), (17, "no users"));
    let strict = "transformations: [{type: field_name_mapping, mapping: {Image: a, CommandLine: b, EventID: c, User: d}}, {type: strict_field_mapping_failure}]";
    assert!(with(&[strict], RULE).1[0].what.contains("\"other\""));
}

/// Each condition with what it holds for, and what it does not.
#[test]
fn conditions_say_which_rules_are_meant() {
    let holds = |condition: &str| {
        let step =
            format!("{{type: field_name_mapping, mapping: {{EventID: id}}, rule_conditions: [{{type: {condition}}}]}}");
        changed(&step) == ["id=1"]
    };
    for (condition, wanted) in [
        ("logsource, product: windows", true),
        ("logsource, category: Process_Creation, product: windows", true),
        ("logsource, service: sysmon", false),
        ("contains_field, field: User", true),
        ("contains_field, field: user", false),
        ("contains_detection_item, field: EventID, value: 1", true),
        ("contains_detection_item, field: Image, value: '*\\cmd.exe'", true),
        ("contains_detection_item, field: Image, value: cmd.exe", false),
        ("tag, tag: attack.t1059", true),
        ("tag, tag: attack.t1060", false),
        ("is_sigma_rule", true),
        ("is_sigma_correlation_rule", false),
        ("rule_attribute, attribute: level, value: medium, op: gte", true),
        ("rule_attribute, attribute: level, value: high, op: gt", false),
        ("rule_attribute, attribute: status, value: stable, op: lt", true),
        ("rule_attribute, attribute: date, value: 2024-05-07, op: lt", true),
        ("rule_attribute, attribute: author, value: Someone", true),
        ("rule_attribute, attribute: author, value: Someone, op: ne", false),
        ("rule_attribute, attribute: fields, value: Image, op: in", true),
        ("rule_attribute, attribute: tags, value: Image, op: not_in", true),
        ("rule_attribute, attribute: nothing, value: 1", false),
        ("processing_item_applied, processing_item_id: nobody", false),
        ("processing_state, key: k, val: v", false),
    ] {
        assert_eq!(holds(condition), wanted, "{condition}");
    }
}

#[test]
fn conditions_say_which_lines_are_meant() {
    let meant = |condition: &str| -> Vec<String> {
        let step = format!("{{type: case, method: upper, detection_item_conditions: [{{type: {condition}}}]}}");
        changed(&step).iter().map(|line| line.split('=').next().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(meant("match_string, cond: any, pattern: '.*one'"), ["CommandLine"]);
    assert_eq!(meant("match_string, cond: all, pattern: '.*one'"), Vec::<String>::new());
    assert_eq!(
        meant("match_string, cond: any, pattern: 'cmd'"),
        Vec::<String>::new(),
        "from the beginning of the text"
    );
    assert_eq!(meant("contains_wildcard, cond: all"), ["Image", "CommandLine"]);
    assert_eq!(meant("match_value, cond: any, value: '*one*'"), ["CommandLine"]);
    let nulls = "{type: set_value, value: x, detection_item_conditions: [{type: is_null, cond: any}]}";
    assert_eq!(changed(nulls), ["User=x"]);
    let regex =
        "{type: case, method: upper, field_name_conditions: [{type: include_fields, fields: ['Im', 'x'], mode: re}]}";
    assert_eq!(changed(regex), ["Image=*\\CMD.EXE"]);
    let excluded = "{type: case, method: upper, field_name_conditions: [{type: exclude_fields, fields: [Image]}]}";
    assert_eq!(changed(excluded), ["CommandLine=*ONE*,*TWO?*"]);
}

#[test]
fn steps_see_what_steps_before_them_did() {
    let chain = |last: &str| {
        let text = format!(
            "transformations:\n- {{id: first, type: field_name_mapping, mapping: {{Image: exe}}}}\n- {{type: set_state, key: k, val: 5}}\n- {{type: set_custom_attribute, attribute: a, value: b}}\n- {{type: nest, items: [{{type: case, method: upper, {last}}}]}}\n"
        );
        let (set, problems) = with(&[&text], RULE);
        assert!(problems.is_empty(), "{problems:?}");
        let mut lines = Vec::new();
        set.rules()[0].detection.searches.iter().for_each(|(_, search)| gather(search, &mut lines));
        lines.iter().filter(|line| line.contains("CMD") || line.contains("ONE")).count()
    };
    assert_eq!(chain("rule_conditions: [{type: processing_item_applied, processing_item_id: first}]"), 2);
    assert_eq!(chain("rule_conditions: [{type: processing_item_applied, processing_item_id: second}]"), 0);
    assert_eq!(chain("detection_item_conditions: [{type: processing_item_applied, processing_item_id: first}]"), 1);
    assert_eq!(chain("field_name_conditions: [{type: processing_item_applied, processing_item_id: first}]"), 1);
    assert_eq!(chain("rule_conditions: [{type: processing_state, key: k, val: 4, op: gt}]"), 2);
    assert_eq!(chain("rule_conditions: [{type: rule_attribute, attribute: a, value: b}]"), 2);
    assert_eq!(
        chain("rule_conditions: {x: {type: is_sigma_rule}, y: {type: tag, tag: a.b}}, rule_cond_expr: x and not y"),
        2
    );
    assert_eq!(chain("rule_conditions: [{type: is_sigma_rule}, {type: tag, tag: a.b}], rule_cond_op: or"), 2);
    assert_eq!(chain("rule_conditions: [{type: is_sigma_rule}], rule_cond_not: true"), 0);
}

#[test]
fn pipelines_go_by_priority_and_then_by_file() {
    let map = |priority: i32, from: &str, to: &str| {
        format!("priority: {priority}\ntransformations: [{{type: field_name_mapping, mapping: {{{from}: {to}}}}}]\n")
    };
    let (set, _) = with(&[&map(20, "b", "c"), &map(10, "Image", "a"), &map(10, "a", "b")], RULE);
    assert_eq!(set.rules()[0].about.fields, ["c", "User"]);
}

#[test]
fn placeholders_get_their_values() {
    let rule = RULE.replace("CommandLine|contains: [one, '*two?']", "CommandLine|contains|expand: '%tools% %flag%'");
    let vars = "vars: {tools: [curl, 'wg*t'], flag: -o}\n";
    let lines_with = |pipeline: &str| {
        let (set, problems) = with(&[pipeline], &rule);
        assert!(problems.is_empty(), "{problems:?}");
        let mut lines = Vec::new();
        set.rules()[0].detection.searches.iter().for_each(|(_, search)| gather(search, &mut lines));
        lines[1].clone()
    };
    assert_eq!(
        lines_with(&format!("{vars}transformations: [{{type: value_placeholders}}]")),
        "CommandLine=*curl -o*,*wg*t -o*"
    );
    assert_eq!(lines_with(vars), "CommandLine=*curl -o*,*wg*t -o*", "variables are enough");
    let both = format!(
        "{vars}transformations: [{{type: value_placeholders, include: [tools]}}, {{type: wildcard_placeholders}}]"
    );
    assert_eq!(lines_with(&both), "CommandLine=*curl *,*wg*t *");
    let (set, problems) = with(&["vars: {tools: x}"], &rule);
    assert!(set.rules().is_empty());
    assert_eq!((problems[0].code, problems[0].place.line), (Code::Placeholder, 14));
    let (_, problems) = with(&["transformations: [{type: value_placeholders}]"], &rule);
    assert_eq!(problems[0].code, Code::Placeholder);
}

#[test]
fn filters_may_have_placeholders_and_are_changed_like_rules() {
    let filter = "---\ntitle: F\nlogsource: {product: windows}\nfilter:\n  rules: any\n  ours:\n    User|expand: '%admins%'\n  condition: ours\n";
    let rule = "title: T\nlogsource: {product: windows, category: process_creation}\ndetection: {s: {CommandLine|contains: x}, condition: s}\n";
    let text = format!("{rule}{filter}");
    let (set, problems) = with(&[], &text);
    assert_eq!(problems[0].code, Code::Placeholder, "the filter is left out");
    assert_eq!(set.rules()[0].detection.searches.len(), 1, "the rule is not");
    let (set, problems) =
        with(&["vars: {admins: [ann]}\ntransformations: [{type: field_name_mapping, mapping: {User: who}}]"], &text);
    assert!(problems.is_empty(), "{problems:?}");
    let mut lines = Vec::new();
    gather(&set.rules()[0].detection.searches[1].1, &mut lines);
    assert_eq!(lines, ["who=ann"]);
}

#[test]
fn correlations_are_changed_too() {
    let text = format!(
        "{RULE}---\ntitle: C\ncorrelation:\n  type: value_count\n  rules: [t]\n  group-by: [User, alias]\n  timespan: 1m\n  condition: {{field: Image, gte: 2}}\n  aliases: {{alias: {{t: CommandLine}}}}\n"
    );
    let gate = "rule_conditions: [{type: is_sigma_correlation_rule}, {type: logsource, product: windows}]";
    let map = format!(
        "transformations: [{{type: field_name_mapping, mapping: {{User: [u, v], Image: exe, CommandLine: cmd, alias: no}}, {gate}}}]"
    );
    let (set, problems) = with(&[&map], &text);
    assert!(problems.is_empty(), "{problems:?}");
    let changed = &set.correlations()[0];
    assert_eq!(changed.group_by, ["u", "v", "alias"]);
    assert_eq!((&changed.fields[..], changed.aliases[0].1[0].1.as_str()), (&["exe".to_owned()][..], "cmd"));
    let (set, problems) = with(&["transformations: [{type: field_name_mapping, mapping: {Image: [a, b]}}]"], &text);
    assert!(set.correlations().is_empty() && problems[0].code == Code::Refused, "{problems:?}");
    assert_eq!(set.rules().len(), 1);
}

#[test]
fn what_cannot_be_done_is_refused_with_its_place() {
    for (text, line, column, words) in [
        ("transformations:\n- {type: field_name_mappings}", 2, 10, "there is no step"),
        ("transformations:\n- type: query_expression_placeholders\n  expression: x", 2, 9, "cannot be done here"),
        ("transformations:\n- {type: field_name_mapping}", 2, 3, "needs `mapping`"),
        ("transformations:\n- {type: field_name_prefix, prefix: x, sufix: y}", 2, 40, "no part \"sufix\""),
        (
            "transformations:\n- {type: drop_detection_item, rule_conditions: [{type: logsources}]}",
            2,
            49,
            "no condition \"logsources\"",
        ),
        ("transformations:\n- {type: drop_detection_item, rule_conditions: [{type: logsource}]}", 2, 49, "needs"),
        ("transformations:\n- {type: replace_string, regex: '(?<=a)b', replacement: x}", 2, 33, "cannot be read"),
        (
            "transformations:\n- {type: replace_string, regex: '(a{1000}){1000}', replacement: x}",
            2,
            33,
            "cannot be read",
        ),
        (
            "transformations:\n- {type: drop_detection_item, rule_conditions: {a: {type: is_sigma_rule}}, rule_cond_expr: b}",
            2,
            92,
            "no search \"b\"",
        ),
        ("transformations:\n- {type: add_condition, conditions: {a|contain: b}}", 2, 38, "no modifier"),
        ("priority: high", 1, 11, "whole number"),
        ("transformation: []", 1, 17, "no part of a pipeline"),
        ("vars: {a: [{b: c}]}", 1, 12, "a value of \"a\""),
        ("a: b: c", 1, 5, "not YAML"),
        ("[]", 1, 1, "a pipeline is a map"),
    ] {
        let (pipelines, problems) = Pipelines::read([("p.yml", text)]);
        assert!(pipelines.is_empty(), "{text}");
        let problem = &problems[0];
        assert!(problem.what.contains(words) && !problem.hint.is_empty(), "{text}: {problem}");
        assert_eq!(
            (problem.place.line, problem.place.column, problem.file.as_str()),
            (line, column, "p.yml"),
            "{problem}"
        );
    }
    let (pipelines, problems) = Pipelines::read([("p.yml", "finalizers: [{type: json}]")]);
    assert!(!pipelines.is_empty() && problems[0].warning, "{problems:?}");
}

#[test]
fn pipelines_that_try_to_hurt_are_bounded() {
    let doubling = "- {type: field_name_prefix_mapping, mapping: {'': [a, b]}}\n".repeat(40);
    let (set, problems) = with(&[&format!("transformations:\n{doubling}")], RULE);
    assert!(set.rules().is_empty() && problems[0].code == Code::TooLarge, "{problems:?}");
    let adding = "- {type: add_condition, conditions: {a: b}}\n".repeat(3_000);
    let (set, problems) = with(&[&format!("transformations:\n{adding}")], RULE);
    assert_eq!((set.rules().len(), problems.len()), (1, 0));
    set.plan(table("processes"));
    let many = "- {type: drop_detection_item}\n".repeat(10_001);
    assert_eq!(with(&[&format!("transformations:\n{many}")], RULE).1[0].code, Code::TooLarge);
    let deep = format!("transformations: {}", "[{type: nest, items: ".repeat(200));
    assert!(matches!(with(&[&deep], RULE).1[0].code, Code::TooLarge | Code::Yaml));
}
