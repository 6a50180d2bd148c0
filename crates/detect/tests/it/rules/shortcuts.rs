//! What saves work does not change what matches.

use detect::rules::Evaluator;
use serde_json::{Value, json};

use super::support::{batch, load, table};

/// Long values are searched line by line.
#[test]
fn texts_are_found_in_lines_and_across_them() {
    let rule = |title: &str, text: &str| {
        format!(
            "title: {title}\nlogsource: {{product: windows, category: ps_script}}\n\
             detection: {{s: {{ScriptBlockText|contains: {text}}}, condition: s}}\n---\n"
        )
    };
    let rules = [
        rule("within a line", "Invoke-Bad"),
        rule("across lines", "\"first\\nsecond\""),
        rule("of two lines", "'one*three'"),
    ];
    let set = load(&rules.concat());
    let table = table("scripts");
    let padding = "nothing of note\r\n".repeat(30);
    let contents = [
        format!("{padding}$x = INVOKE-bad\n{padding}"),
        format!("{padding}First\nSecond\n{padding}"),
        format!("one\n{padding}two\nthree"),
        format!("{padding}Invoke-\nBad first\r\nsecond three one\n"),
        padding,
    ];
    let script = |content: &String| json!({"os": "windows", "event": "4104", "provider": "Microsoft-Windows-PowerShell", "content": content});
    let batch = batch(table, &contents.iter().map(script).collect::<Vec<Value>>());
    let mut evaluator = Evaluator::new(set.plan(table));
    for _ in 0..2 {
        let hits = evaluator.evaluate(batch.rows());
        let rows: Vec<&[u32]> = (0..3).map(|rule| hits.rows_of(rule)).collect();
        assert_eq!(rows, [&[0_u32] as &[u32], &[1], &[2]]);
    }
}
