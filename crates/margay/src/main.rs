//! The one binary: reads the command line, runs one command, ends with its exit code.

mod cli;
mod output;
mod serve;

use std::process::ExitCode;

use clap::Parser;

/// Batches come and go on many threads; the system's allocator keeps what each of them has freed.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    cli::logging::start(&cli.global);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().max_blocking_threads(blocking_threads()).build();
    let runtime = match runtime {
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

/// Threads for blocking work: disk, parsing, encoding. The runtime's own limit of 512 lets a slow disk or a busy
/// machine start ever more of them, and each keeps what it has freed.
fn blocking_threads() -> usize {
    16 + 2 * std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get)
}
