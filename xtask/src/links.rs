//! Links between documents and files of the checkout lead somewhere.

use std::path::{Component, Path, PathBuf};

use crate::{
    files::{Checkout, TextFile},
    problem::Problem,
};

pub(crate) fn check(checkout: &Checkout) -> Vec<Problem> {
    let documents = checkout.files.iter().filter(|file| file.path.ends_with(".md") && !file.path.contains("/corpus/"));
    documents.flat_map(|file| check_document(checkout, file)).collect()
}

fn check_document(checkout: &Checkout, file: &TextFile) -> Vec<Problem> {
    let folder = Path::new(&file.path).parent().unwrap_or(Path::new(""));
    let mut problems = Vec::new();
    for (line_number, target) in targets(&file.text) {
        let path = target.split('#').next().unwrap_or_default();
        let elsewhere = path.is_empty() || target.contains("://") || target.starts_with("mailto:");
        if elsewhere || resolve(folder, path).is_some_and(|path| checkout.has(&path)) {
            continue;
        }
        problems.push(
            Problem::new(format!("{}:{line_number}", file.path), format!("links to \"{target}\", which is not there"))
                .instead("links are relative to the document; correct or remove it"),
        );
    }
    problems
}

/// What stands in `](...)` outside of code, with its line.
fn targets(text: &str) -> Vec<(usize, &str)> {
    let mut targets = Vec::new();
    let mut in_code = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        let closings = line.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
        targets.extend(closings.map(|target| (index + 1, target)));
    }
    targets
}

/// `None` where the link leaves the checkout.
fn resolve(folder: &Path, link: &str) -> Option<String> {
    let mut path = PathBuf::new();
    for part in folder.join(link).components() {
        match part {
            Component::Normal(name) => path.push(name),
            Component::ParentDir if !path.pop() => return None,
            Component::ParentDir | Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(path.to_string_lossy().into_owned())
}
