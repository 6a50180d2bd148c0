//! `cargo xtask`: checks the house rules and writes the files that follow from them. Imports nothing of ours.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line talks to its terminal")]

mod content;
mod deny;
mod extensions;
mod files;
mod generated;
mod graph;
mod links;
mod lockfile;
mod problem;
mod purity;
mod report;
mod text;
mod walls;

#[cfg(test)]
mod tests;

use std::process::ExitCode;

use files::Checkout;
use problem::Problem;

const USAGE: &str = "\
usage: cargo xtask <command>

  tidy            check the walls, the text of every file, links, lists and generated files
  tidy --report   print the ten longest files and functions; never fails
  gen             write clippy.toml files, deny.toml and docs/graph.txt from xtask/src/walls.rs and purity.rs";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let outcome = match args.as_slice() {
        ["tidy"] => tidy(),
        ["tidy", "--report"] => Checkout::here().map(|checkout| println!("{}", report::longest(&checkout))),
        ["gen"] => generate(),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn tidy() -> Result<(), String> {
    let problems = problems(&Checkout::here()?)?;
    if problems.is_empty() {
        return Ok(());
    }
    for problem in &problems {
        eprintln!("{problem}\n");
    }
    Err(format!("tidy: {} to put right", problem::count(problems.len())))
}

/// Everything that is wrong with the checkout, in the order in which one would repair it.
fn problems(checkout: &Checkout) -> Result<Vec<Problem>, String> {
    let packages = graph::packages(checkout)?;
    let mut problems = graph::check(&packages);
    problems.extend(generated::check(checkout, &packages));
    problems.extend(lockfile::check(checkout));
    problems.extend(purity::check(checkout));
    problems.extend(text::check(checkout));
    problems.extend(extensions::check(checkout));
    problems.extend(content::check(checkout));
    problems.extend(links::check(checkout));
    Ok(problems)
}

fn generate() -> Result<(), String> {
    let checkout = Checkout::here()?;
    let packages = graph::packages(&checkout)?;
    for written in generated::write(&checkout, &packages)? {
        println!("wrote {written}");
    }
    Ok(())
}
