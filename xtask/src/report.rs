//! The ten longest files and functions: a list to look at now and then, never a failure.

use crate::files::{Checkout, TextFile};

const SHOWN: usize = 10;
/// Functions longer than this should stay below 3 in 100.
const LONG_FUNCTION_LINES: usize = 70;

struct Function {
    place: String,
    name: String,
    n_lines: usize,
}

pub(crate) fn longest(checkout: &Checkout) -> String {
    let mut files: Vec<(usize, &str)> =
        checkout.rust_files().map(|file| (file.text.lines().count(), file.path.as_str())).collect();
    files.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    let mut functions: Vec<Function> = checkout.rust_files().flat_map(functions).collect();
    functions.sort_by(|a, b| b.n_lines.cmp(&a.n_lines).then(a.place.cmp(&b.place)));

    let mut report = String::from("longest files\n");
    for (n_lines, path) in files.iter().take(SHOWN) {
        report.push_str(&format!("  {n_lines:>5}  {path}\n"));
    }
    report.push_str("longest functions\n");
    for function in functions.iter().take(SHOWN) {
        report.push_str(&format!("  {:>5}  {}  {}\n", function.n_lines, function.name, function.place));
    }
    let n_long = functions.iter().filter(|function| function.n_lines > LONG_FUNCTION_LINES).count();
    let median = functions.get(functions.len() / 2).map_or(0, |function| function.n_lines);
    report.push_str(&format!(
        "{} files, {} functions, median {median} lines, {n_long} longer than {LONG_FUNCTION_LINES}",
        files.len(),
        functions.len()
    ));
    report
}

/// Relies on rustfmt: a function ends at the first `}` that stands as deep as its `fn` line begins.
fn functions(file: &TextFile) -> Vec<Function> {
    let lines: Vec<&str> = file.text.lines().collect();
    let mut functions = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else { continue };
        let closing = format!("{}}}", &" ".repeat(line.len() - line.trim_start().len()));
        let n_lines = match line.ends_with(['}', ';']) {
            true => 1,
            false => lines.iter().skip(start).position(|line| *line == closing).map_or(1, |at| at + 1),
        };
        functions.push(Function { place: format!("{}:{}", file.path, start + 1), name: name.to_owned(), n_lines });
    }
    functions
}

fn function_name(line: &str) -> Option<&str> {
    let words = ["pub", "pub(crate)", "pub(super)", "const", "async", "extern", "\"C\""];
    let mut rest = line.trim_start();
    while let Some(word) = words.iter().find(|word| rest.strip_prefix(**word).is_some_and(|rest| rest.starts_with(' ')))
    {
        rest = rest.strip_prefix(*word).unwrap_or(rest).trim_start();
    }
    rest.strip_prefix("fn ")?.split(['(', '<']).next()
}
