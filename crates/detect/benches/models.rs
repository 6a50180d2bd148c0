//! How many names and payloads a core judges in a second: `cargo bench -p margay-detect --bench models`.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark measures time and prints it")]

use std::{hint::black_box, time::Instant};

use detect::models::{generated_domains, lookalike_domain, web_attack};

/// Cases of one measurement, and how many measurements the best is taken of.
const CASES: usize = 200_000;
const ROUNDS: usize = 7;

fn main() {
    let names: Vec<String> = (0..CASES).map(name).collect();
    let payloads: Vec<String> = (0..CASES).map(payload).collect();
    let brands = lookalike_domain::Brands::shipped();
    let mean = |texts: &[String]| texts.iter().map(String::len).sum::<usize>() as f64 / texts.len() as f64;
    println!("names of {:.1} bytes, payloads of {:.1} bytes on average", mean(&names), mean(&payloads));
    rate("generated_domains", &names, |name| generated_domains::score(name).score);
    rate("lookalike_domain", &names, |name| lookalike_domain::spelled(name, &brands).score);
    rate("web_attack", &payloads, |payload| web_attack::score(payload.as_bytes()).score);
    // What any model must do at least: find the label that can be registered.
    rate("the label alone", &names, |name| generated_domains::label(name).map_or(0.0, |label| label.len() as f64));
}

fn rate(title: &str, texts: &[String], judge: impl Fn(&str) -> f64) {
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        texts.iter().for_each(|text| {
            black_box(judge(black_box(text)));
        });
        best = best.min(start.elapsed().as_secs_f64());
    }
    println!("{title}: {:.2} M/s", texts.len() as f64 / best / 1e6);
}

/// Names as they stand in queries: words, numbers, sub-domains.
fn name(at: usize) -> String {
    const WORDS: [&str; 8] = ["cloud", "media", "shop", "news", "track", "garden", "photo", "north"];
    let word = |shift: usize| WORDS[(at >> shift) % WORDS.len()];
    match at % 4 {
        0 => format!("{}{}.com", word(2), word(5)),
        1 => format!("www.{}-{}.net", word(2), at % 977),
        2 => format!("api.{}{}{}.org", word(2), word(5), word(8)),
        _ => format!("{:x}.{}.co.uk", at.wrapping_mul(0x9e37_79b9), word(3)),
    }
}

/// Paths, values, words, and now and then an attack.
fn payload(at: usize) -> String {
    match at % 8 {
        0 => format!("/products/{at}?page={}&sort=price", at % 9),
        1 => format!("{at}"),
        2 => format!("user{at}@mail.example"),
        3 => "the meeting is at noon".to_owned(),
        4 => format!("/static/js/app.{at:x}.js"),
        5 => format!("q=red+shoes+{}", at % 100),
        6 => format!("{at}' OR '1'='1"),
        _ => format!("%3Cb%3Ename+{at}%3C%2Fb%3E"),
    }
}
