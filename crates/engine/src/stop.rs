//! A request to stop, seen by every long piece of work at its next safe point.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use crate::{Error, ErrorKind, Result};

/// Cheap to clone; all clones are the same request.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    pub fn request(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn requested(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Ends the work with [`ErrorKind::Stopped`] where a stop was requested.
    pub fn check(&self) -> Result<()> {
        if !self.requested() {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Stopped, "stopped on request")
            .detail("what was committed stays")
            .hint("run the same command again: it goes on from there"))
    }
}
