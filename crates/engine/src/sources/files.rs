//! Files and folders, in a stable order.

use std::path::{Path, PathBuf};

use crate::{Error, Result, error::io};

/// One thing to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Input {
    File {
        path: PathBuf,
        /// Named by the person, and not met in a folder: if it cannot be read, that is an error.
        named: bool,
    },
    /// A link in a folder to what lies outside of it; it is told, and not followed.
    Link {
        path: PathBuf,
    },
    Stdin,
}

impl Input {
    /// As it stands in the `source` column.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::File { path, .. } | Self::Link { path } => distinct(path),
            Self::Stdin => "stdin".to_owned(),
        }
    }
}

/// Why a link is not read.
pub(crate) fn is_link(input: &Input) -> Error {
    Error::input(format!("could not read {}", input.name()))
        .detail("it is a link that leads out of the folder: name what it leads to, if that shall be read")
}

/// The path as text: bytes that are no text are written out, so that two files never get one name.
fn distinct(path: &Path) -> String {
    let mut name = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        name.push_str(chunk.valid());
        name.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
    }
    name
}

/// The inputs that `paths` stand for: `-` is standard input, a folder is every file below it, by name. Hidden files are
/// passed over. Links inside folders are not followed: in a folder that was collected on another machine they lead to
/// files of this one. What they lead to within the folder is read in its own place.
pub(crate) fn find(paths: &[PathBuf]) -> Result<Vec<Input>> {
    let mut inputs = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            inputs.push(Input::Stdin);
            continue;
        }
        let path = path.canonicalize().map_err(io("open", path))?;
        if path.is_dir() {
            walk(path, &mut inputs)?;
        } else {
            inputs.push(Input::File { path, named: true });
        }
    }
    if inputs.is_empty() {
        return Err(Error::usage("there is nothing to read")
            .hint("name a file, a folder with files in it, or - for standard input"));
    }
    Ok(inputs)
}

fn walk(top: PathBuf, inputs: &mut Vec<Input>) -> Result<()> {
    let mut folders = vec![top.clone()];
    while let Some(folder) = folders.pop() {
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(&folder).map_err(io("list", &folder))? {
            let entry = entry.map_err(io("list", &folder))?;
            let kind = entry.file_type().map_err(io("look at", &entry.path()))?;
            entries.push((entry.path(), kind));
        }
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        let seen = entries.into_iter().filter(|(path, _)| !hidden(path));
        let (below, files): (Vec<_>, Vec<_>) = seen.partition(|(_, kind)| kind.is_dir());
        for (path, kind) in files {
            let leads_outside = || path.canonicalize().map_or(true, |target| !target.starts_with(&top));
            if kind.is_file() {
                inputs.push(Input::File { path, named: false });
            } else if kind.is_symlink() && leads_outside() {
                inputs.push(Input::Link { path });
            }
        }
        folders.extend(below.into_iter().rev().map(|(path, _)| path));
    }
    Ok(())
}

fn hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}
