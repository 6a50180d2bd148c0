//! Who imports whom, as Cargo sees it, held against the tables in `walls`; and the picture of it for `docs/graph.txt`.

use std::{collections::BTreeSet, path::Path, process::Command};

use serde_json::Value;

use crate::{
    files::Checkout,
    problem::Problem,
    walls::{self, ROOMS, Room},
};

/// One package of the workspace.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    /// Folder: `detect`, `margay`, `xtask`.
    pub(crate) name: String,
    /// `crates/detect/Cargo.toml`.
    pub(crate) manifest: String,
    pub(crate) description: bool,
    pub(crate) dependencies: Vec<Dependency>,
}

#[derive(Debug, Clone)]
pub(crate) struct Dependency {
    /// Ours without the prefix `margay-`.
    pub(crate) name: String,
    pub(crate) ours: bool,
    pub(crate) kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Normal,
    Dev,
    Build,
}

/// Reads `cargo metadata`, which needs neither network nor lock file for this.
pub(crate) fn packages(checkout: &Checkout) -> Result<Vec<Package>, String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(&checkout.root)
        .output()
        .map_err(|error| format!("could not run cargo metadata: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("cargo metadata printed what is not JSON: {error}"))?;
    let mut packages: Vec<Package> =
        list(&metadata, "packages").iter().map(|package| read_package(package, &checkout.root)).collect();
    packages.sort_by(|a, b| a.manifest.cmp(&b.manifest));
    Ok(packages)
}

fn read_package(package: &Value, root: &Path) -> Package {
    let manifest = Path::new(text(package, "manifest_path"));
    let manifest = manifest.strip_prefix(root).unwrap_or(manifest).to_string_lossy().replace('\\', "/");
    Package {
        name: folder(text(package, "name")),
        manifest,
        description: !text(package, "description").is_empty(),
        dependencies: list(package, "dependencies").iter().map(read_dependency).collect(),
    }
}

fn read_dependency(dependency: &Value) -> Dependency {
    let kind = match text(dependency, "kind") {
        "dev" => Kind::Dev,
        "build" => Kind::Build,
        _ => Kind::Normal,
    };
    Dependency { name: folder(text(dependency, "name")), ours: dependency["path"].is_string(), kind }
}

fn folder(package: &str) -> String {
    package.strip_prefix("margay-").unwrap_or(package).to_owned()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// Every edge that the tables do not allow.
pub(crate) fn check(packages: &[Package]) -> Vec<Problem> {
    let mut problems = check_rooms(packages);
    for package in packages {
        for dependency in &package.dependencies {
            let problem = match dependency.ours {
                true => check_ours(package, dependency),
                false => check_outside(package, dependency),
            };
            problems.extend(problem);
        }
    }
    problems
}

fn check_rooms(packages: &[Package]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let have: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    for room in ROOMS.iter().filter(|room| !have.contains(room.name)) {
        problems.push(
            Problem::new(format!("crates/{}", room.name), "is missing")
                .because("the house has eleven crates")
                .instead("see ROOMS in xtask/src/walls.rs"),
        );
    }
    for package in packages {
        let known = package.name == "xtask" || walls::room(&package.name).is_some();
        if !known {
            problems.push(
                Problem::new(&package.manifest, format!("\"{}\" is a new crate", package.name))
                    .because("a crate is an enforced wall, a folder is a topic; there is no common, core, utils or types crate")
                    .instead("make it a module of the crate that needs it, or draw the new wall in xtask/src/walls.rs with an ADR"),
            );
        }
        if !package.description {
            problems.push(
                Problem::new(&package.manifest, "has no description")
                    .because("`cargo metadata` and the generated pages print it")
                    .instead("add `description = \"...\"`: one sentence"),
            );
        }
    }
    problems
}

fn check_ours(package: &Package, dependency: &Dependency) -> Option<Problem> {
    let Some(room) = walls::room(&package.name) else {
        return Some(
            refuse(package, dependency)
                .because("xtask imports nothing of ours, so that it builds in seconds and can judge a broken house")
                .instead("read files or `cargo metadata`, or make the check a test of the crate that owns the data"),
        );
    };
    let to = walls::room(&dependency.name);
    let allowed = match dependency.kind {
        Kind::Normal => room.may_import.contains(&dependency.name.as_str()),
        Kind::Dev => to.is_some_and(|to| to.floor < room.floor),
        Kind::Build => false,
    };
    (!allowed)
        .then(|| refuse(package, dependency).because(why_not(room, to, dependency.kind)).instead(way_out(room, to)))
}

fn why_not(room: &Room, to: Option<&Room>, kind: Kind) -> String {
    let floor = to.map_or(0, |to| to.floor);
    match kind {
        Kind::Build => "build scripts import nothing of ours".to_owned(),
        Kind::Dev => format!("tests may import lower floors only; {} is on floor {}", room.name, room.floor),
        Kind::Normal if floor > room.floor => {
            format!("imports go down, never up: {} is on floor {}, below floor {floor}", room.name, room.floor)
        }
        Kind::Normal => room.why.to_owned(),
    }
}

fn way_out(room: &Room, to: Option<&Room>) -> String {
    let Some(to) = to else { return "see xtask/src/walls.rs".to_owned() };
    let allowed = match room.may_import {
        [] => "nothing of ours".to_owned(),
        names => names.join(", "),
    };
    let instead = match (room.floor, to.floor) {
        (2, 2) => {
            format!("let engine pass what {} returns to {}, or move the shared noun to schema", to.name, room.name)
        }
        (4, _) => format!("let engine offer what you need of {}", to.name),
        _ => "move the shared noun to schema, or do the joining in engine".to_owned(),
    };
    format!("{instead}; {} may import: {allowed} (xtask/src/walls.rs)", room.name)
}

fn check_outside(package: &Package, dependency: &Dependency) -> Option<Problem> {
    let reserved = walls::reservation(&dependency.name)?;
    // A test may use what its subject must not: a seeded generator, a runtime, a client.
    let allowed = dependency.kind == Kind::Dev || reserved.to.contains(&package.name.as_str());
    if allowed {
        return None;
    }
    let whose = match reserved.to {
        [] => "nobody here uses it".to_owned(),
        names => format!("it is reserved to {}", names.join(", ")),
    };
    let hint = format!("{whose}; to change that, edit RESERVED in xtask/src/walls.rs and say why");
    Some(refuse(package, dependency).because(reserved.why).instead(hint))
}

fn refuse(package: &Package, dependency: &Dependency) -> Problem {
    let how = match dependency.kind {
        Kind::Normal => "",
        Kind::Dev => " in tests",
        Kind::Build => " in its build script",
    };
    Problem::new(&package.manifest, format!("\"{}\" may not import \"{}\"{how}", package.name, dependency.name))
}

/// The picture kept in `docs/graph.txt`: a new edge shows in review.
pub(crate) fn draw(packages: &[Package]) -> String {
    let mut picture = String::from(
        "Who imports whom among our crates, by floor. Written by `cargo xtask gen`; a new edge is a change of this file.\n",
    );
    let mut floor = 0;
    for room in ROOMS.iter().rev() {
        if room.floor != floor {
            floor = room.floor;
            picture.push_str(&format!("\nfloor {floor}\n"));
        }
        let package = packages.iter().find(|package| package.name == room.name);
        let of = |kind| package.map(|package| imports(package, kind)).unwrap_or_default();
        picture.push_str(&format!("  {:<8} -> {}\n", room.name, or_none(&of(Kind::Normal))));
        let tests = of(Kind::Dev);
        if !tests.is_empty() {
            picture.push_str(&format!("           in tests -> {}\n", tests.join(", ")));
        }
    }
    picture
}

fn imports(package: &Package, kind: Kind) -> Vec<&str> {
    let ours = package.dependencies.iter().filter(|dependency| dependency.ours && dependency.kind == kind);
    let mut names: Vec<&str> = ours.map(|dependency| dependency.name.as_str()).collect();
    names.sort_unstable();
    names
}

fn or_none(names: &[&str]) -> String {
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}
