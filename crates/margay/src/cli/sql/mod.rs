//! `margay sql`: every table, with SQL.

mod export;
mod shell;

use std::{io::IsTerminal, path::PathBuf, process::ExitCode};

use clap::{Args, ValueEnum};
use engine::{AsOf, Engine, Error, Result};
use schema::Timestamp;

use super::Global;

/// Query every table with SQL
///
/// Telemetry, findings, threat events, indicators, quarantine and run history are tables of one database; `margay
/// tables` lists them. Queries read only. Without a query, and on a terminal, a shell with history and completion
/// opens; otherwise the query is read from standard input.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay sql \"SELECT dst_ip, count(*) AS n FROM connections GROUP BY 1 ORDER BY n DESC LIMIT 10\"
  margay sql \"SELECT * FROM dns_queries WHERE domain_is_or_under(query, 'evil.example')\" --format csv
  margay sql \"SELECT * FROM http_requests\" --format parquet --output requests.parquet
  margay sql \"SELECT count(*) FROM connections\" --as-of 2026-11-20T00:00:00Z
  margay sql")]
pub(crate) struct Sql {
    /// One SELECT, WITH, EXPLAIN, SHOW TABLES or DESCRIBE
    query: Option<String>,
    /// Form of the answer [default: table; ndjson with --json]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write the answer to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Ask the tables as they were: a time, or the version of every table
    #[arg(long, value_name = "TIME|VERSION", value_parser = as_of)]
    as_of: Option<AsOf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people; at most 1,000 rows
    Table,
    Csv,
    Ndjson,
    Parquet,
    /// Arrow IPC stream
    Arrow,
}

fn as_of(text: &str) -> std::result::Result<AsOf, String> {
    match text.parse::<u64>() {
        Ok(version) => Ok(AsOf::Version(version)),
        Err(_) => text.parse::<Timestamp>().map(AsOf::Instant),
    }
}

impl Sql {
    pub(crate) async fn run(self, global: &Global) -> Result<ExitCode> {
        let format = self.format.unwrap_or(if global.json { Format::Ndjson } else { Format::Table });
        let engine = global.engine().await?;
        let result = match &self.query {
            Some(query) => self.answer(&engine, query, format).await,
            None if std::io::stdin().is_terminal() => shell::run(&engine, format, self.as_of.clone()).await,
            None => {
                let query = std::io::read_to_string(std::io::stdin())
                    .map_err(|error| Error::input("could not read the query from standard input").detail(error))?;
                self.answer(&engine, &query, format).await
            }
        };
        engine.close().await;
        result.map(|()| ExitCode::SUCCESS)
    }

    async fn answer(&self, engine: &Engine, query: &str, format: Format) -> Result<()> {
        let rows = engine.sql(query, self.as_of.clone()).await?;
        export::write(rows, format, self.output.as_deref()).await
    }
}
