//! What work costs this process: seconds of a core, which other programs on the machine do not change much, and memory.

use std::{fs, time::Instant};

/// Seconds that something took of the thread that it ran in. Where the system does not tell, time that passed.
pub(super) struct Spent {
    started: Instant,
    cpu: Option<f64>,
}

impl Spent {
    pub(super) fn begin() -> Self {
        Self { started: Instant::now(), cpu: of_thread() }
    }

    pub(super) fn seconds(&self) -> f64 {
        match (self.cpu, of_thread()) {
            (Some(before), Some(now)) => now - before,
            _ => self.started.elapsed().as_secs_f64(),
        }
    }
}

/// Linux counts nanoseconds.
fn of_thread() -> Option<f64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split_whitespace().next()?.parse::<f64>().ok()? / 1e9)
}

/// Seconds of all threads of this process, and of the programs that it ran and waited for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Process {
    pub(super) own: f64,
    pub(super) children: f64,
}

impl Process {
    pub(super) fn now() -> Option<Self> {
        /// What the kernel counts in for programs, whatever it does itself.
        const TICKS_PER_SECOND: f64 = 100.0;
        let text = fs::read_to_string("/proc/self/stat").ok()?;
        // Behind the name, which may hold anything, stand fields 3 and on; 14 to 17 are times.
        let fields: Vec<f64> =
            text.rsplit_once(')')?.1.split_whitespace().skip(11).map_while(|field| field.parse().ok()).collect();
        let [user, system, of_children, system_of_children, ..] = fields.as_slice() else {
            return None;
        };
        Some(Self {
            own: (user + system) / TICKS_PER_SECOND,
            children: (of_children + system_of_children) / TICKS_PER_SECOND,
        })
    }
}

/// Bytes of memory that this process has now.
pub(super) fn resident() -> Option<u64> {
    status("VmRSS:")
}

/// The most that it ever had.
pub(super) fn most_resident() -> Option<u64> {
    status("VmHWM:")
}

fn status(name: &str) -> Option<u64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? << 10)
}
