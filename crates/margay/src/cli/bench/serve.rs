//! `margay bench serve`: how fast the server answers over many events while records come in.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use engine::{Error, Result, ServeBench, bench_serve};

use super::{Global, scratch_folder};
use crate::output::{self, Table, grouped};

/// Serve made-up threat events and records, ask for pages of events while records come in, and for what screens need
///
/// The server runs in a process of its own over a folder that is removed afterwards. Times are those of a client on
/// the same machine, which takes part of the processor too.
#[derive(Debug, Args)]
#[command(after_help = "Example: taskset -c 0,1 margay bench serve --events 1000000 --rows 10000000")]
pub(super) struct Serve {
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1..=20_000_000))]
    events: u64,
    /// Records in the lake, which SQL is asked for
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    rows: u64,
    /// Pages of events that are asked for in a second; a key may ask for 200
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=200))]
    pages_per_second: u32,
    /// How long pages are asked for
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    seconds: u32,
    /// Records that come in meanwhile
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    records_per_second: u32,
    /// Where the folder is made [default: the system's folder for temporary files]
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,
}

impl Serve {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode> {
        let program = std::env::current_exe()
            .map_err(|error| Error::machine("could not find the program itself, which is to serve").detail(error))?;
        let folder = scratch_folder(self.scratch)?;
        let plan = ServeBench {
            program,
            events: self.events,
            rows: self.rows,
            pages_per_second: self.pages_per_second,
            seconds: self.seconds,
            records_per_second: self.records_per_second,
        };
        let figures = bench_serve(&plan, folder.path()).await?;
        if global.json {
            output::json(&figures)?;
            return Ok(ExitCode::SUCCESS);
        }
        output::line(format!("{} events, {} records", grouped(figures.events), grouped(figures.rows)))?;
        let columns = ["what", "answers", "refused", "kB each", "ms, median", "ms, 99 %", "ms, most"];
        let mut table = Table::new(&columns).numbers(&[1, 2, 3, 4, 5, 6]);
        for answers in [figures.pages].into_iter().chain(figures.addresses) {
            let ms = |ms: f64| format!("{ms:.1}");
            let each = answers.bytes / answers.answers.max(1) / 1_000;
            let [median, p99, most] = [answers.ms_median, answers.ms_p99, answers.ms_most].map(ms);
            let [n, refused, each] = [answers.answers, answers.refused, each].map(grouped);
            table.row([answers.what, n, refused, each, median, p99, most]);
        }
        table.print()?;
        output::line(format!("{:.0} records a second were committed meanwhile", figures.records_per_second))?;
        let sql = figures.sql;
        output::line(format!(
            "SQL as Arrow: {} MB in {:.2} s, {:.0} MB/s, the first after {:.0} ms",
            grouped(sql.bytes / 1_000_000),
            sql.seconds,
            sql.megabytes_per_second,
            sql.ms_first
        ))?;
        Ok(ExitCode::SUCCESS)
    }
}
