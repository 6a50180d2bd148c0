//! What the processes and modules of an hour say of each host. Output: sightings for `habits`.

use arrow_array::RecordBatch;

use super::{
    marks::{self, Start},
    shape,
};
use crate::{
    Error,
    habits::digest::{Habits, Places},
    telemetry::{
        Text,
        columns::{bools, present},
    },
};

/// The process whose memory holds passwords: who opens it is noted, other holds are too common.
const WELL_GUARDED: &str = "lsass.exe";

pub(super) fn processes(habits: &mut Habits, table: &'static str, rows: &RecordBatch) -> Result<(), Error> {
    let places = Places::of(table, rows)?;
    let text = |name| Text::of(rows, name);
    let (host, action, process_path) = (text("host")?, text("action")?, text("process_path")?);
    let (command_line, original_name) = (text("command_line")?, text("original_name")?);
    let (parent_path, target_path) = (text("parent_path")?, text("target_path")?);
    for row in 0..places.len() {
        let (Some(place), Some(path)) = (places.at(row), process_path.get(row)) else { continue };
        let host = host.get(row).unwrap_or_default().to_lowercase();
        let path = shape::path(path);
        match action.get(row) {
            Some("start") => {
                habits.show(place, &host, "program", &path);
                let parent = shape::path(parent_path.get(row).unwrap_or_default());
                if !parent.is_empty() {
                    let lineage = format!("{} starts {}", shape::file(&parent), shape::file(&path));
                    habits.show(place, &host, "lineage", &lineage);
                }
                let command = command_line.get(row).and_then(|line| shape::command(&path, line));
                habits.show(place, &host, "command", &command.unwrap_or_default());
                let disguise = shape::disguise(&path, original_name.get(row).unwrap_or_default());
                habits.show(place, &host, "disguise", &disguise.unwrap_or_default());
                let line = command_line.get(row).unwrap_or_default();
                for mark in marks::marks(&Start { path: &path, parent: &parent, line }) {
                    habits.show(place, &host, "mark", &mark);
                }
            }
            Some("access" | "remote_thread" | "tamper") => {
                let target = shape::path(target_path.get(row).unwrap_or_default());
                let file = shape::file(&target);
                if file == WELL_GUARDED || action.get(row) != Some("access") {
                    habits.show(place, &host, "access", &format!("{} in {file}", shape::file(&path)));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

pub(super) fn modules(habits: &mut Habits, table: &'static str, rows: &RecordBatch) -> Result<(), Error> {
    let places = Places::of(table, rows)?;
    let (host, action) = (Text::of(rows, "host")?, Text::of(rows, "action")?);
    let (path, process_path) = (Text::of(rows, "path")?, Text::of(rows, "process_path")?);
    let signed = bools(rows, "signed")?;
    for row in 0..places.len() {
        let (Some(place), Some(path)) = (places.at(row), path.get(row)) else { continue };
        let host = host.get(row).unwrap_or_default().to_lowercase();
        let path = shape::path(path);
        match action.get(row) {
            Some("driver") => habits.show(place, &host, "driver", &path),
            // Signed libraries come with every update, and by the thousand.
            Some("library") if present(signed, row) == Some(false) => {
                let program = shape::path(process_path.get(row).unwrap_or_default());
                habits.show(place, &host, "library", &format!("{path} in {}", shape::file(&program)));
            }
            _ => {}
        }
    }
    Ok(())
}
