//! Progress bars, on a terminal only.

use std::sync::Mutex;

use engine::{DetectProgress, IngestProgress, pipeline::Watch};
use indicatif::{ProgressBar, ProgressStyle};

/// One bar; silent where standard error is not a terminal.
pub(crate) struct Bar {
    bar: ProgressBar,
    rows: Mutex<(u64, u64)>,
}

impl Bar {
    pub(crate) fn bytes(what: &'static str) -> Self {
        Self::new(what, "{prefix} {wide_bar} {bytes}/{total_bytes} {eta} {msg}")
    }

    pub(crate) fn steps(what: &'static str) -> Self {
        Self::new(what, "{prefix} {wide_bar} {pos}/{len} {msg}")
    }

    fn new(what: &'static str, template: &str) -> Self {
        let bar = ProgressBar::new(0).with_prefix(what);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self { bar, rows: Mutex::default() }
    }

    pub(crate) fn set(&self, done: u64, total: u64) {
        self.bar.set_length(total);
        self.bar.set_position(done);
    }

    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }

    fn message(&self, rows: u64, rejects: u64) {
        let Ok(mut shown) = self.rows.lock() else { return };
        *shown = (shown.0.max(rows), shown.1.max(rejects));
        let rejected = if shown.1 > 0 { format!(", {} rejects", shown.1) } else { String::new() };
        self.bar.set_message(format!("{} rows{rejected}", crate::output::grouped(shown.0)));
    }
}

impl Watch for Bar {
    fn ingesting(&self, progress: IngestProgress) {
        if progress.packed_bytes_total > 0 {
            self.set(progress.packed_bytes.min(progress.packed_bytes_total), progress.packed_bytes_total);
        }
        self.message(progress.rows, progress.rejects);
    }

    fn detecting(&self, progress: DetectProgress) {
        self.set(progress.hours_done, progress.hours_total);
        self.message(progress.rows, 0);
    }
}
