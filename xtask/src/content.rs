//! `content/` is what people change without Rust: every file there belongs to a kind that some crate reads.

use crate::{files::Checkout, problem::Problem};

/// File or folder under `content/`, the crate that reads it, what it is.
static KINDS: &[(&str, &str, &str)] = &[
    ("attack", "intel", "the ATT&CK reference that ships inside"),
    ("dashboards", "margay", "a page of plots"),
    ("feeds", "share", "a feed to subscribe to"),
    ("mappings", "ingest", "a format written as a file"),
    ("models", "detect", "a trained model and its card, and the brands that are imitated"),
    ("playbooks", "respond", "a CACAO playbook"),
    ("queries", "lake", "a saved hunt in SQL"),
    ("rules", "detect", "a Sigma rule"),
    ("sigma", "detect", "where the words of Sigma rules live in our tables"),
    ("decay.toml", "intel", "how scores of indicators fall with time"),
    ("shared-hosting.txt", "intel", "names and addresses that many unrelated parties use"),
    ("warninglists", "engine", "what is not malicious by itself, and what a claim about it is still worth"),
    ("taxonomies", "intel", "a list of names: industries, countries, actors"),
];

pub(crate) fn check(checkout: &Checkout) -> Vec<Problem> {
    let below = checkout.paths.iter().filter_map(|path| Some((path, path.strip_prefix("content/")?)));
    below
        .filter(|(_, rest)| *rest != "README.md" && !has_owner(rest))
        .map(|(path, _)| {
            Problem::new(path, "has no owner")
                .because("nothing reads it, so nothing would notice that it is wrong")
                .instead(format!("put it under one of {}, or name its reader in xtask/src/content.rs", kinds()))
        })
        .collect()
}

fn has_owner(rest: &str) -> bool {
    let kind = rest.split('/').next().unwrap_or(rest);
    KINDS.iter().any(|(known, _, _)| *known == kind)
}

fn kinds() -> String {
    let kinds: Vec<&str> = KINDS.iter().map(|(kind, _, _)| *kind).collect();
    kinds.join(", ")
}
