//! Trains the models that ship and prints how well they do on groups that they have not seen.
//!
//! `cargo run --release -p margay-detect --example learn_models -- generated_domains DATA content/models`

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "it reads training data and writes models")]
#![allow(clippy::print_stdout, reason = "it is there to print tables")]

mod files;
mod generated_domains;
mod lookalike_domain;
mod web_attack;

use std::{path::Path, process::ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, data, out, ..] = arguments.as_slice() else {
        println!("learn_models NAME DATA OUT: NAME is generated_domains, web_attack or lookalike_domain");
        return ExitCode::FAILURE;
    };
    let learned = match name.as_str() {
        "generated_domains" => generated_domains::learn(Path::new(data)),
        "lookalike_domain" => lookalike_domain::learn(Path::new(data)),
        "web_attack" => web_attack::learn(Path::new(data)),
        _ => None,
    };
    let Some(bytes) = learned else {
        println!("nothing learned: {data} does not hold what the model card asks for");
        return ExitCode::FAILURE;
    };
    let file = Path::new(out).join(format!("{name}.bin"));
    match std::fs::write(&file, &bytes) {
        Ok(()) => println!("\nwrote {} ({} bytes)", file.display(), bytes.len()),
        Err(error) => println!("could not write {}: {error}", file.display()),
    }
    ExitCode::SUCCESS
}
