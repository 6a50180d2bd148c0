//! The one binary: reads the command line, runs one command, ends with its exit code.

mod cli;
mod output;

use std::process::ExitCode;

use clap::Parser;

/// Batches come and go on many threads; the system's allocator keeps what each of them has freed.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    cli::logging::start(&cli.global);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            output::error(&engine::Error::machine("could not start").detail(error));
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(async {
        match cli::run(cli).await {
            Ok(code) => code,
            Err(error) => {
                output::error(&error);
                cli::exit_code(&error)
            }
        }
    });
    // A blocking read of a terminal must not keep the process alive.
    runtime.shutdown_background();
    code
}
