//! What every text file owes its reader: a first sentence, clean lines, nothing unfinished, nothing of one machine.

use crate::{
    files::{Checkout, TextFile},
    problem::Problem,
};

/// A second look is due at 800 lines; past this only a regular list, a grammar or a table may go.
const LINES_MAX: usize = 1000;
/// People read the map in one sitting, or not at all.
const ARCHITECTURE_LINES_MAX: usize = 300;

/// Longer files and why; it may only shrink.
static LONG_FILES: &[(&str, &str)] = &[];

/// Words that say "not finished". Put together here so that this file does not contain them.
static UNFINISHED: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X:"),
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("dbg", "!("),
];

/// Places that exist on one machine only.
static MACHINE: &[&str] = &[concat!("/wo", "rk/"), concat!("/tm", "p/t/"), concat!("/ro", "ot/")];

/// Machine output and foreign bytes are not ours to judge.
fn is_ours(path: &str) -> bool {
    let ours = [".rs", ".md", ".toml", ".sh", ".py", ".sql", ".yaml", ".yml", "Makefile", ".ci/run"];
    let foreign = ["/corpus/", "/reference/", "content/", "/snapshots/"];
    ours.iter().any(|end| path.ends_with(end)) && !foreign.iter().any(|folder| path.contains(folder))
}

pub(crate) fn check(checkout: &Checkout) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in checkout.files.iter().filter(|file| is_ours(&file.path)) {
        problems.extend(check_opening(file));
        problems.extend(check_length(file));
        problems.extend(check_lines(file));
    }
    problems.extend(check_manifests(checkout));
    problems
}

fn check_opening(file: &TextFile) -> Option<Problem> {
    let opens_well = !file.path.ends_with(".rs") || file.text.starts_with("//! ");
    (!opens_well).then(|| {
        Problem::new(format!("{}:1", file.path), "does not open with `//! `")
            .because("the first screen says what the file is for, and with whom it works")
            .instead("one sentence of about fifteen words, before anything else; see Style in CONTRIBUTING.md")
    })
}

fn check_length(file: &TextFile) -> Option<Problem> {
    let n_lines = file.text.lines().count();
    if file.path == "ARCHITECTURE.md" && n_lines > ARCHITECTURE_LINES_MAX {
        return Some(
            Problem::new("ARCHITECTURE.md", format!("has {n_lines} lines, more than {ARCHITECTURE_LINES_MAX}"))
                .because("it is read in one sitting, or not at all")
                .instead("move detail to docs/ or into the `//!` of the file it speaks of"),
        );
    }
    let listed = LONG_FILES.iter().any(|(path, _)| *path == file.path);
    let too_long = file.path.ends_with(".rs") && n_lines > LINES_MAX && !listed;
    too_long.then(|| {
        Problem::new(&file.path, format!("has {n_lines} lines, more than {LINES_MAX}"))
            .because("a file is proofread as a whole")
            .instead("make it a folder of the same name, or list it with its reason in LONG_FILES of xtask/src/text.rs")
    })
}

fn check_lines(file: &TextFile) -> Vec<Problem> {
    let tabs_belong = file.path.ends_with("Makefile");
    let mut problems = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        let place = || format!("{}:{}", file.path, index + 1);
        if line.ends_with([' ', '\t']) {
            problems.push(Problem::new(place(), "ends in white space").instead("strip it"));
        }
        if line.contains('\t') && !tabs_belong {
            problems.push(Problem::new(place(), "contains a tab").instead("use spaces, or `\\t` inside a string"));
        }
        if let Some(word) = UNFINISHED.iter().find(|word| line.contains(**word)) {
            problems.push(
                Problem::new(place(), format!("says \"{word}\""))
                    .because("what is here is finished; what is not is an issue")
                    .instead("finish it, or open an issue and say in the text what is missing"),
            );
        }
        if let Some(start) = MACHINE.iter().find(|start| line.contains(**start)) {
            problems.push(
                Problem::new(place(), format!("names a place of one machine: \"{start}\""))
                    .because("it must work on a stranger's machine")
                    .instead("start from CARGO_MANIFEST_DIR, MARGAY_DATA or a temporary folder"),
            );
        }
    }
    if !file.text.is_empty() && !file.text.ends_with('\n') {
        problems.push(Problem::new(&file.path, "does not end with a line feed").instead("add one"));
    }
    problems
}

fn check_manifests(checkout: &Checkout) -> Vec<Problem> {
    let is_member =
        |path: &str| path == "xtask/Cargo.toml" || (path.starts_with("crates/") && path.ends_with("/Cargo.toml"));
    let members = checkout.files.iter().filter(|file| is_member(&file.path));
    members
        .filter(|file| !file.text.contains("[lints]\nworkspace = true"))
        .map(|file| {
            Problem::new(&file.path, "does not take the lints of the workspace")
                .because("the walls inside a crate are lints")
                .instead("add `[lints]` and `workspace = true`")
        })
        .collect()
}
