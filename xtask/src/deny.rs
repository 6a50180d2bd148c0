//! `deny.toml` for cargo-deny: licences, sources, and the walls of `walls` once more for the whole tree.

use crate::walls::{self, ROOMS};

const LICENSES: &str = r#"[graph]
all-features = true
# Tests may reach lower floors and outside tools; xtask checks them.
exclude-dev = true

[licenses]
# Permissive, or weak copyleft by file (MPL): nothing here may bind who builds on Margay.
allow = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
    "bzip2-1.0.6",
]
unused-allowed-license = "warn"
confidence-threshold = 0.9

[licenses.private]
ignore = false

[sources]
unknown-registry = "deny"
unknown-git = "deny"
allow-registry = ["https://github.com/rust-lang/crates.io-index"]

"#;

/// Outside crates whose every parent is known. A crate with many parents of its own (tokio, serde_json) cannot be
/// fenced here, because cargo-deny looks at all parents and not only at ours: `walls::RESERVED` does that.
static FENCED: &[(&str, &[&str])] =
    &[("axum", &["margay"]), ("sqlx", &["margay-engine"]), ("deltalake", &["margay-lake"])];

pub(crate) fn deny_toml() -> String {
    let mut toml = String::from(
        "# Written by `cargo xtask gen` from xtask/src/deny.rs and walls.rs: edit there. Run: `make deny`.\n\n",
    );
    toml.push_str(LICENSES);
    toml.push_str(
        "[bans]\nmultiple-versions = \"allow\"\nwildcards = \"deny\"\nallow-wildcard-paths = true\ndeny = [\n",
    );
    for room in ROOMS.iter().filter(|room| room.name != "margay") {
        let wrappers: Vec<String> = walls::importers(room.name).map(|importer| package(importer.name)).collect();
        fence(&mut toml, &package(room.name), &wrappers, "see ROOMS in xtask/src/walls.rs");
    }
    for (krate, parents) in FENCED {
        let why = walls::reservation(krate).map_or("", |reserved| reserved.why);
        let parents: Vec<String> = parents.iter().map(|&parent| parent.to_owned()).collect();
        fence(&mut toml, krate, &parents, why);
    }
    toml.push_str("]\n");
    toml
}

fn fence(toml: &mut String, krate: &str, wrappers: &[String], reason: &str) {
    let wrappers: Vec<String> = wrappers.iter().map(|wrapper| format!("\"{wrapper}\"")).collect();
    let wrappers = wrappers.join(", ");
    toml.push_str(&format!("    {{ crate = \"{krate}\", wrappers = [{wrappers}], reason = \"{reason}\" }},\n"));
}

fn package(room: &str) -> String {
    if room == "margay" { room.to_owned() } else { format!("margay-{room}") }
}
