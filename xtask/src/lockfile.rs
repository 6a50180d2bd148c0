//! Every outside crate comes from crates.io under its own name: no git, no mirror, no other registry.

use crate::{files::Checkout, problem::Problem};

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

pub(crate) fn check(checkout: &Checkout) -> Vec<Problem> {
    let Some(lock) = checkout.text("Cargo.lock") else {
        return vec![
            Problem::new("Cargo.lock", "is missing")
                .because("everybody builds the same versions")
                .instead("run `cargo generate-lockfile` and commit it"),
        ];
    };
    let mut problems: Vec<Problem> =
        lock.lines().enumerate().filter_map(|(index, line)| check_source(index + 1, line)).collect();
    problems.extend(checkout.files.iter().filter(|file| file.path.ends_with(".cargo/config.toml")).filter_map(
        |file| {
            let replaces = file.text.contains("[source") || file.text.contains("[registr");
            replaces.then(|| {
                Problem::new(&file.path, "names a registry")
                    .because("a newcomer's machine does not have it")
                    .instead("put it into your own ~/.cargo/config.toml")
            })
        },
    ));
    problems
}

fn check_source(line_number: usize, line: &str) -> Option<Problem> {
    let source = line.strip_prefix("source = \"")?.strip_suffix('"')?;
    (source != CRATES_IO).then(|| {
        Problem::new(format!("Cargo.lock:{line_number}"), format!("\"{source}\" is not crates.io"))
            .because("a git or mirror source can vanish or change, and cargo-deny cannot vouch for it")
            .instead("depend on a published version")
    })
}
