//! Folders of text files as training data.

use std::{fs, path::Path};

/// Name without ending and lines of each text file of a folder, by name.
pub(super) fn lists(folder: &Path) -> Vec<(String, Vec<String>)> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut lists: Vec<(String, Vec<String>)> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.path().extension().is_some_and(|ending| ending == "txt"))
        .filter_map(|entry| {
            let name = entry.path().file_stem()?.to_str()?.to_owned();
            let bytes = fs::read(entry.path()).ok()?;
            let lines = String::from_utf8_lossy(&bytes);
            Some((name, lines.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()))
        })
        .collect();
    lists.sort();
    lists
}
