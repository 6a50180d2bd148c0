//! Files that follow from the tables in xtask. They are committed, and a stale copy is a problem.

use std::fs;

use crate::{
    deny,
    files::Checkout,
    graph::{self, Package},
    problem::Problem,
    purity, walls,
};

struct Generated {
    path: String,
    text: String,
    /// What a stale copy means to the person who made it stale.
    stale: &'static str,
}

fn all(packages: &[Package]) -> Vec<Generated> {
    let mut all = vec![
        Generated {
            path: "docs/graph.txt".to_owned(),
            text: graph::draw(packages),
            stale: "an import between our crates came or went, and the picture is how reviewers see it",
        },
        Generated {
            path: "deny.toml".to_owned(),
            text: deny::deny_toml(),
            stale: "it follows from xtask/src/walls.rs",
        },
        Generated {
            path: "clippy.toml".to_owned(),
            text: purity::root_clippy_toml(),
            stale: "it follows from xtask/src/purity.rs",
        },
    ];
    all.extend(walls::pure_rooms().map(|room| Generated {
        path: format!("crates/{}/clippy.toml", room.name),
        text: purity::clippy_toml(room),
        stale: "it follows from xtask/src/purity.rs",
    }));
    all
}

pub(crate) fn check(checkout: &Checkout, packages: &[Package]) -> Vec<Problem> {
    all(packages)
        .into_iter()
        .filter(|file| checkout.text(&file.path) != Some(&file.text))
        .map(|file| {
            Problem::new(file.path, "is stale")
                .because(file.stale)
                .instead("run `cargo xtask gen`, read the diff, commit it")
        })
        .collect()
}

/// Writes what differs; returns the paths.
pub(crate) fn write(checkout: &Checkout, packages: &[Package]) -> Result<Vec<String>, String> {
    let mut written = Vec::new();
    for file in all(packages) {
        let path = checkout.root.join(&file.path);
        let same = fs::read_to_string(&path).is_ok_and(|text| text == file.text);
        if same {
            continue;
        }
        fs::write(&path, &file.text).map_err(|error| format!("could not write {}: {error}", file.path))?;
        written.push(file.path);
    }
    Ok(written)
}
