//! Loads a folder of rules and says what came of it: counts, problems, inert rules, time.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    reason = "an example reads rules from disk and measures itself"
)]

use std::{collections::BTreeMap, fs, path::PathBuf, time::Instant};

use detect::rules::{self, Options};

fn main() {
    let folder = std::env::args().nth(1).expect("a folder of rules");
    let mut open = vec![PathBuf::from(folder)];
    let mut texts = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()));
        } else if path.extension().is_some_and(|end| end == "yml") {
            texts.push((path.display().to_string(), fs::read_to_string(&path).expect("a text")));
        }
    }
    texts.sort();
    let start = Instant::now();
    let (_, mapping_problems) = rules::Mapping::built_in();
    mapping_problems.iter().for_each(|problem| println!("{problem}"));
    let named = texts.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let (set, problems) = rules::load(named, &Options::default());
    let loaded = start.elapsed();
    let plans = set.plans();
    println!(
        "{} files, {} rules, {} problems; {loaded:?} to load, {:?} with plans",
        texts.len(),
        set.rules().len(),
        problems.len(),
        start.elapsed()
    );
    for plan in plans {
        println!(
            "  {:20} {:5} rules, fields/tests/tried always: {:?}",
            plan.table().name,
            plan.n_rules(),
            plan.sizes()
        );
    }
    let mut by_code: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for problem in &problems {
        by_code.entry((problem.code.name(), problem.warning)).or_default().push(problem);
    }
    for (code, problems) in by_code {
        println!("{code:?}: {}", problems.len());
        problems.iter().take(8).for_each(|problem| println!("    {problem}"));
    }
    let inert = set.inert();
    println!("{} inert", inert.len());
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for reason in inert.values() {
        *reasons.entry(reason.to_string()).or_default() += 1;
    }
    reasons.iter().for_each(|(reason, count)| println!("    {count:4} {reason}"));
}
