//! Rows a second of the simulator: `cargo bench -p margay-sim -- [days] [scale]`. A small pass under `cargo test`.

use std::{io, time::Instant};

/// Counts what it is given.
#[derive(Default)]
struct Counter {
    bytes: u64,
}

impl sim::Sinks for Counter {
    fn write(&mut self, _file: &str, bytes: &[u8]) -> io::Result<()> {
        self.bytes += bytes.len() as u64;
        Ok(())
    }
}

#[allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a benchmark has a clock, arguments and a terminal")]
fn main() -> io::Result<()> {
    let numbers: Vec<f64> = std::env::args().filter_map(|arg| arg.parse().ok()).collect();
    let small = !std::env::args().any(|arg| arg == "--bench");
    let days = numbers.first().map_or(1, |days| *days as u32);
    let scale = numbers.get(1).copied().unwrap_or(if small { 0.02 } else { 1.0 });
    let plan = sim::Plan { days, scale, ..sim::Plan::default() };
    let mut counter = Counter::default();
    let started = Instant::now();
    let summary = sim::run(&plan, &mut counter, &mut |_| {})?;
    let took = started.elapsed().as_secs_f64();
    let (rows, megabytes) = (summary.rows as f64, counter.bytes as f64 / 1e6);
    println!("{summary:?}\n{megabytes:.0} MB in {took:.2} s: {:.0} rows/s, {:.0} MB/s", rows / took, megabytes / took);
    Ok(())
}
