//! The walls of the house as tables: who may import whom, and which outside crate is known to whom alone.
//!
//! `graph` checks them against `cargo metadata`; `deny` and `generated` write `deny.toml` and `docs/graph.txt` from them.
//! To move a wall, change the table here, and say why in an ADR: the diff is the review.

/// One of the eleven crates.
#[derive(Debug)]
pub(crate) struct Room {
    /// Folder under `crates/` and name of the library.
    pub(crate) name: &'static str,
    /// 1 is the ground; dev-dependencies may go to any lower floor.
    pub(crate) floor: u8,
    /// Ours that it may import.
    pub(crate) may_import: &'static [&'static str],
    /// No clock, disk, socket, environment, thread or terminal.
    pub(crate) pure: bool,
    /// What the crate is told of its place when it reaches for another one.
    pub(crate) why: &'static str,
}

pub(crate) static ROOMS: &[Room] = &[
    Room {
        name: "schema",
        floor: 1,
        may_import: &[],
        pure: true,
        why: "schema is the words that all others speak; a word that needs another crate is behaviour and lives there",
    },
    Room {
        name: "science",
        floor: 1,
        may_import: &[],
        pure: true,
        why: "science is numbers in, numbers out; it knows nothing of security, so that it can be checked against SciPy and R",
    },
    Room { name: "ingest", floor: 2, may_import: &["schema"], pure: true, why: SIBLINGS },
    Room { name: "lake", floor: 2, may_import: &["schema", "science"], pure: false, why: SIBLINGS },
    Room { name: "detect", floor: 2, may_import: &["schema", "science"], pure: true, why: SIBLINGS },
    Room { name: "intel", floor: 2, may_import: &["schema", "science"], pure: true, why: SIBLINGS },
    Room { name: "share", floor: 2, may_import: &["schema"], pure: true, why: SIBLINGS },
    Room { name: "respond", floor: 2, may_import: &["schema"], pure: true, why: SIBLINGS },
    Room { name: "sim", floor: 2, may_import: &["schema"], pure: true, why: SIBLINGS },
    Room {
        name: "engine",
        floor: 3,
        may_import: &["schema", "science", "ingest", "lake", "detect", "intel", "share", "respond", "sim"],
        pure: false,
        why: "engine wires the crates below it and is wired by margay",
    },
    Room {
        name: "margay",
        floor: 4,
        may_import: &["engine", "schema"],
        pure: false,
        why: "margay is a thin skin: command line, API and page over engine, so that the engine can run without it",
    },
];

const SIBLINGS: &str = "crates of floor 2 never import each other: each can be read, tested and replaced alone";

/// Outside crates that only some of ours may name. A trailing `*` stands for any ending.
#[derive(Debug)]
pub(crate) struct Reserved {
    pub(crate) krate: &'static str,
    /// Ours that may name it in `[dependencies]`; empty means nobody.
    pub(crate) to: &'static [&'static str],
    pub(crate) why: &'static str,
}

pub(crate) static RESERVED: &[Reserved] = &[
    // The lake.
    reserved("datafusion*", &["lake"], "one crate knows the query engine; ask the lake in SQL or add a function to it"),
    reserved("deltalake*", &["lake"], "one crate knows how tables lie on disk"),
    reserved("ballista*", &["lake"], "one crate knows whether a plan runs here or on many machines"),
    reserved(
        "parquet",
        &["lake", "margay"],
        "untrusted files never reach a Parquet reader: lake stores it, margay writes answers in it",
    ),
    reserved("object_store", &["lake"], "one crate knows where the bytes of the lake are"),
    reserved("chrono", &["lake"], "time is schema::Timestamp and jiff; only DataFusion and Delta speak chrono"),
    // Running.
    reserved(
        "tokio*",
        ASYNC,
        "async stops at the engine; a pure function is called from a task, it does not start one",
    ),
    reserved("futures*", ASYNC, "async stops at the engine"),
    reserved("async-*", ASYNC, "async stops at the engine"),
    reserved("tracing", ASYNC, "pure crates return what happened; who handles it logs it"),
    reserved("tempfile", ASYNC, "pure crates touch no disk, and tests take it as a dev-dependency"),
    reserved("sqlx*", &["engine"], "the engine owns state"),
    reserved("reqwest", &["engine"], "the engine owns sockets; share and respond describe requests as data"),
    reserved("hyper*", &["engine", "margay"], "the engine owns sockets"),
    reserved("rdkafka", &["engine"], "the engine owns sockets"),
    reserved("rskafka", &["engine"], "the engine owns sockets"),
    reserved("argon2", &["engine"], "people and their passwords are the engine's"),
    reserved("totp-rs", &["engine"], "people and their second factors are the engine's"),
    reserved(
        "getrandom",
        &["engine"],
        "secrets that nobody can guess are the engine's; all other randomness has a seed",
    ),
    // The skin.
    reserved("axum*", &["margay"], "the page and the API are the skin"),
    reserved("tower*", &["margay"], "the page and the API are the skin"),
    reserved("utoipa*", &["margay"], "the API is described where it is spoken"),
    reserved("tonic*", &["margay"], "what clients speak is the skin"),
    reserved("arrow-flight", &["margay"], "what clients speak is the skin"),
    reserved("prometheus-client", &["margay"], "the engine counts; how counts are shown is the skin"),
    reserved("clap*", &["margay"], "the command line is the skin"),
    reserved("rustyline", &["margay"], "the terminal belongs to the command line"),
    reserved("reedline", &["margay"], "the terminal belongs to the command line"),
    reserved("indicatif", &["margay"], "the terminal belongs to the command line"),
    reserved("comfy-table", &["margay"], "the terminal belongs to the command line"),
    reserved("tracing-subscriber", &["margay"], "a library does not decide where logs go"),
    reserved(
        "anyhow",
        &["margay", "xtask"],
        "a library has one small Error of its own, so that callers can ask it questions",
    ),
    // The pure rooms.
    reserved("aho-corasick", &["detect"], "matching many patterns at once is what detect is for"),
    reserved(
        "regex*",
        &["detect", "ingest"],
        "patterns over log content live behind detect and the mappings of ingest, which bound their size",
    ),
    reserved("quick-xml", &["share"], "the only XML we speak is that of sharing formats"),
    reserved("petgraph", &["intel"], "relations between threat events are intel's"),
    reserved("statrs", &["science"], "distributions live in science, where they are checked against a reference"),
    reserved(
        "rand*",
        &["science", "sim"],
        "randomness comes from a seed: in resampling and in the simulated world, nowhere else",
    ),
    // Nobody.
    reserved("log", &[], "we log with tracing"),
    reserved("time", &[], "we tell time with jiff"),
    reserved("lazy_static", &[], "std::sync::LazyLock does this"),
    reserved("once_cell", &[], "std::sync::OnceLock and LazyLock do this"),
    reserved("serde_yaml", &[], "it is no longer maintained"),
];

const ASYNC: &[&str] = &["lake", "engine", "margay"];

const fn reserved(krate: &'static str, to: &'static [&'static str], why: &'static str) -> Reserved {
    Reserved { krate, to, why }
}

pub(crate) fn room(name: &str) -> Option<&'static Room> {
    ROOMS.iter().find(|room| room.name == name)
}

pub(crate) fn pure_rooms() -> impl Iterator<Item = &'static Room> {
    ROOMS.iter().filter(|room| room.pure)
}

/// The rooms that may import this one in `[dependencies]`.
pub(crate) fn importers(name: &str) -> impl Iterator<Item = &'static Room> {
    ROOMS.iter().filter(move |room| room.may_import.contains(&name))
}

/// The reservation that this outside crate falls under, if any.
pub(crate) fn reservation(krate: &str) -> Option<&'static Reserved> {
    RESERVED.iter().find(|reserved| match reserved.krate.strip_suffix('*') {
        Some(start) => krate.starts_with(start),
        None => krate == reserved.krate,
    })
}
