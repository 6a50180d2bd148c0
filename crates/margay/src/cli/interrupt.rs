//! Ctrl-C and SIGTERM: the first asks for a graceful stop, the second ends the process.

use std::time::Duration;

use engine::Stop;

/// How long what is in hand may take after a stop was asked for.
const PATIENCE: Duration = Duration::from_secs(30);

/// A stop that is requested by the first signal.
pub(crate) fn interrupt() -> Stop {
    let stop = Stop::default();
    let request = stop.clone();
    tokio::spawn(async move {
        signal().await;
        request.request();
        crate::output::remark("stopping: what is in hand is being committed (again to stop at once)");
        // A read of a pipe that nobody writes to never ends by itself.
        tokio::select! {
            () = signal() => {}
            () = tokio::time::sleep(PATIENCE) => {}
        }
        // The lake and the store survive a kill at any moment; waiting is a courtesy and not a need.
        #[expect(clippy::disallowed_methods, reason = "the person has asked twice, or waited long enough")]
        std::process::exit(130);
    });
    stop
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn signal() {
    drop(tokio::signal::ctrl_c().await);
}
