//! Formats that people wrote as files: reads them from the home folder, checks them, and drafts new ones.

use std::path::{Path, PathBuf};

use ingest::{Formats, Mapped, Origin, Problem, Scaffold};

use crate::{
    Config, Error, Home, Result,
    error::io,
    intake::{Explanation, explain_start, first_bytes},
    sources,
};

/// Bytes of a sample that a draft is made of.
const SAMPLE_BYTES: usize = 1 << 20;

/// What was found in one mapping file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CheckedMapping {
    /// Name of the format, where the file could be read.
    pub(crate) name: Option<String>,
    /// Tables that it fills.
    pub(crate) tables: Vec<&'static str>,
    pub(crate) problems: Vec<Problem>,
}

/// A draft of a mapping, and what it would give.
#[derive(Debug)]
pub struct Draft {
    /// Where it was written, or would be.
    pub file: PathBuf,
    pub scaffold: Scaffold,
    /// What the draft makes of the sample's first record; or what is wrong with the draft.
    pub outcome: std::result::Result<Explanation, Vec<Problem>>,
}

/// All formats that can be read: a person's own mappings count before what is built in.
pub fn formats(home: &Home) -> Result<Formats> {
    let mut own = Vec::new();
    for file in files_below(&home.mappings(), &["toml"])? {
        own.push(mapping(&file)?);
    }
    Ok(Formats::with(own))
}

/// Reads one mapping file; everything that is wrong with it is in the error.
pub(crate) fn mapping(file: &Path) -> Result<Mapped> {
    let text = std::fs::read_to_string(file).map_err(io("read the mapping", file))?;
    Mapped::read(&text, Origin::Own).map_err(|problems| {
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Error::usage(format!("the mapping {} is wrong", file.display()))
            .detail(told.join("\n"))
            .hint("docs/formats.md says what can be written; `margay check FILE` looks at it again")
    })
}

/// Reads the text of a mapping file.
pub(crate) fn check_text(text: &str) -> CheckedMapping {
    match Mapped::read(text, Origin::Own) {
        Ok(mapped) => CheckedMapping { name: Some(mapped.name), tables: mapped.yields, problems: Vec::new() },
        Err(problems) => CheckedMapping { name: None, tables: Vec::new(), problems },
    }
}

/// Files with one of these endings in a folder and in those below it, by name; a file itself; none where there is
/// nothing.
pub(crate) fn files_below(folder: &Path, endings: &[&str]) -> Result<Vec<PathBuf>> {
    if folder.is_file() {
        return Ok(vec![folder.to_owned()]);
    }
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(io("list", &folder)(error)),
        };
        for entry in entries {
            let entry = entry.map_err(io("list", &folder))?;
            let kind = entry.file_type().map_err(io("look at", &entry.path()))?;
            let path = entry.path();
            if kind.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| endings.iter().any(|known| ending == *known)) {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Drafts a mapping from a sample. It is written into the home folder where `write` says so and there is none of this
/// name yet.
pub fn draft(home: &Home, sample: &Path, name: Option<&str>, write: bool) -> Result<Draft> {
    let name = name.map_or_else(|| name_of(sample), ToOwned::to_owned);
    let input = one(sample)?;
    let start = first_bytes(&input, SAMPLE_BYTES)?;
    let Some(scaffold) = ingest::scaffold(&start.bytes, &name, &start.name) else {
        return Err(Error::input(format!("no records can be told apart in {}", input.name()))
            .hint("a sample is text: JSON, separated values, name=value pairs, or lines"));
    };
    let file = home.mappings().join(format!("{name}.toml"));
    let outcome = match Mapped::read(&scaffold.text, Origin::Own) {
        Ok(mapped) => Ok(explain_start(&start, &Formats::built_in(), Some(mapped.into()), &Config::default())?),
        Err(problems) => Err(problems),
    };
    if write {
        if file.exists() {
            return Err(Error::usage(format!("there is a mapping {} already", file.display()))
                .hint("give another --name, remove it, or look at the draft with --print"));
        }
        let folder = home.mappings();
        std::fs::create_dir_all(&folder).map_err(io("make the folder", &folder))?;
        std::fs::write(&file, &scaffold.text).map_err(io("write the mapping", &file))?;
    }
    Ok(Draft { file, scaffold, outcome })
}

fn one(path: &Path) -> Result<sources::Input> {
    let mut inputs = sources::find(&[path.to_owned()])?;
    match (inputs.pop(), inputs.is_empty()) {
        (Some(input), true) => Ok(input),
        _ => Err(Error::usage("a sample is one file").hint("name one file of the folder")),
    }
}

/// A name for a format out of a file's name: `Acme-Proxy.2026.log.gz` is `acme_proxy`.
fn name_of(sample: &Path) -> String {
    let stem = sample.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let first = stem.split('.').next().unwrap_or_default();
    let plain: String = first.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let name = plain.trim_matches('_').trim_end_matches(|c: char| c.is_ascii_digit() || c == '_');
    match name.chars().next() {
        Some(c) if c.is_ascii_lowercase() => name.to_owned(),
        _ => "my_log".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_formats_follow_names_of_files() {
        for (file, name) in [
            ("/logs/Acme-Proxy.2026.log.gz", "acme_proxy"),
            ("proxy-2026-11-21.log", "proxy"),
            ("-", "my_log"),
            ("2026.log", "my_log"),
        ] {
            assert_eq!(name_of(Path::new(file)), name, "{file}");
        }
    }
}
