//! Writes a simulated world to disk: `cargo run --release -p margay-sim --example write -- DIR [seed] [days] [scale]`.

use std::{fs, io, io::Write as _, path::PathBuf};

/// Files below one folder; appended to and closed at once, so that any number of days needs one handle.
struct Folder(PathBuf);

impl sim::Sinks for Folder {
    #[allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "a caller owns the disk")]
    fn write(&mut self, file: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.0.join(file);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::OpenOptions::new().create(true).append(true).open(path)?.write_all(bytes)
    }
}

#[allow(clippy::print_stdout, clippy::disallowed_methods, reason = "an example has arguments and a terminal")]
fn main() -> io::Result<()> {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().unwrap_or_else(|| "simulated".to_owned()));
    let mut number = |otherwise: f64| args.next().and_then(|arg| arg.parse().ok()).unwrap_or(otherwise);
    let (seed, days, scale) = (number(1.0) as u64, number(1.0) as u32, number(1.0));
    let plan = sim::Plan { seed, days, scale, ..sim::Plan::default() };
    let summary = sim::run(&plan, &mut Folder(folder), &mut |_| {})?;
    println!("{summary:?}");
    Ok(())
}
