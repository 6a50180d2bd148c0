//! `margay serve`: the page and the interface for programs, and the rounds that the server makes by itself.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode, time::Duration};

use clap::Args;
use engine::{Config, Engine, Error, KeepGoing, Result, Stop};

use super::Global;
use crate::{
    cli::interrupt,
    output,
    serve::{self, Serving, Tls},
};

/// Serve the page and the interface for programs
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay serve
  margay serve --watch /var/log/zeek --every 30
  margay serve --listen 0.0.0.0:8443 --tls-certificate cert.pem --tls-key key.pem
  margay serve --openapi > openapi.json

The first start prints a link that makes the first administrator. `--log info` writes a line for each request.")]
pub(super) struct Serve {
    /// Where to listen; port 0 takes any that is free [default: 127.0.0.1:8750, or serve.listen of margay.toml]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Read what is new in this file or folder, again and again; may be repeated
    #[arg(long, value_name = "PATH")]
    watch: Vec<PathBuf>,
    /// Seconds between two rounds of reading, detecting and telling; 0 makes none [default: 60, or serve.every_seconds]
    #[arg(long, value_name = "SECONDS")]
    every: Option<u64>,
    /// Certificate and those above it, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_certificate: Option<PathBuf>,
    /// Private key of the certificate, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
    /// Listen without TLS where others can reach it, as behind a proxy that speaks TLS
    #[arg(long)]
    insecure_http: bool,
    /// Answer Arrow Flight SQL there: notebooks, ADBC, JDBC (docs/sql.md)
    #[arg(long, value_name = "ADDRESS")]
    flight: Option<SocketAddr>,
    /// Answer PostgreSQL's protocol there: psql, psycopg (docs/sql.md)
    #[arg(long, value_name = "ADDRESS")]
    postgres: Option<SocketAddr>,
    /// Print the description of the interface (OpenAPI 3.1) and end
    #[arg(long)]
    openapi: bool,
}

impl Serve {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode> {
        if self.openapi {
            let text = serve::description()
                .to_pretty_json()
                .map_err(|error| Error::internal("could not write the description").detail(error))?;
            output::line(text)?;
            return Ok(ExitCode::SUCCESS);
        }
        let engine = global.engine().await?;
        let (serving, rounds) = self.over(engine.config());
        serve_until_stopped(engine, &serving, rounds, interrupt()).await
    }

    /// What was said here, and of the rest what the configuration says.
    fn over(self, config: &Config) -> (Serving, Option<KeepGoing>) {
        let of_config = config.serve.tls_certificate.clone().zip(config.serve.tls_key.clone());
        let tls = self.tls_certificate.zip(self.tls_key).or(of_config);
        let serving = Serving {
            listen: self.listen.unwrap_or(config.serve.listen),
            tls: tls.map(|(certificate, key)| Tls { certificate, key }),
            insecure_http: self.insecure_http,
            flight: self.flight,
            postgres: self.postgres.or(config.serve.postgres),
        };
        let every = Duration::from_secs(self.every.unwrap_or(config.serve.every_seconds));
        let watch = [config.serve.watch.clone(), self.watch].concat();
        (serving, (!every.is_zero()).then_some(KeepGoing { watch, every }))
    }
}

/// Serves what a demonstration has made, to this machine alone.
pub(super) async fn serve_demonstration(engine: Engine, stop: Stop) -> Result<ExitCode> {
    let listen = engine.config().serve.listen;
    let serving = Serving { listen, tls: None, insecure_http: false, flight: None, postgres: None };
    serve_until_stopped(engine, &serving, None, stop).await
}

async fn serve_until_stopped(
    engine: Engine,
    serving: &Serving,
    rounds: Option<KeepGoing>,
    stop: Stop,
) -> Result<ExitCode> {
    let program = std::env::current_exe()
        .map_err(|error| Error::machine("could not find the program itself, which answers queries").detail(error))?;
    // Before the rounds begin: they run saved queries, which people write, too.
    let engine = engine.with_query_workers(program)?;
    let rounds = rounds.map(|rounds| engine.clone().keep_going(rounds, stop.clone()));
    let served = serve::run(engine.clone(), serving, stop.clone()).await;
    stop.request();
    if let Some(rounds) = rounds {
        rounds.await.map_err(|error| Error::internal("the rounds ended in a way they must not").detail(error))?;
    }
    served?;
    engine.close().await;
    Ok(ExitCode::SUCCESS)
}
