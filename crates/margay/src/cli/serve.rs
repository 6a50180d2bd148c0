//! `margay serve`: the page and the interface for programs.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::Args;
use engine::{Error, Result};

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
  margay serve --listen 0.0.0.0:8443 --tls-certificate cert.pem --tls-key key.pem
  margay serve --openapi > openapi.json

The first start prints a link that makes the first administrator. `--log info` writes a line for each request.")]
pub(super) struct Serve {
    /// Where to listen; port 0 takes any that is free
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8750")]
    listen: SocketAddr,
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
        let tls = self.tls_certificate.zip(self.tls_key).map(|(certificate, key)| Tls { certificate, key });
        let serving = Serving { listen: self.listen, tls, insecure_http: self.insecure_http, flight: self.flight };
        let program = std::env::current_exe().map_err(|error| {
            Error::machine("could not find the program itself, which answers queries").detail(error)
        })?;
        let engine = global.engine().await?.with_query_workers(program)?;
        serve::run(engine.clone(), &serving, interrupt()).await?;
        engine.close().await;
        Ok(ExitCode::SUCCESS)
    }
}
