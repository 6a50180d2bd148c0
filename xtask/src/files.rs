//! The files of the checkout, read once: tracked by git or new, never what `.gitignore` names.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

#[derive(Debug)]
pub(crate) struct Checkout {
    pub(crate) root: PathBuf,
    /// Sorted by path.
    pub(crate) files: Vec<TextFile>,
    /// Every path, also of files that are not text; sorted.
    pub(crate) paths: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct TextFile {
    /// From the root, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Checkout {
    /// The checkout that this xtask was built in.
    pub(crate) fn here() -> Result<Self, String> {
        let manifest_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self::read(manifest_dir.parent().unwrap_or(manifest_dir))
    }

    pub(crate) fn read(root: &Path) -> Result<Self, String> {
        let mut paths = list(root)?;
        paths.sort();
        paths.dedup();
        paths.retain(|path| root.join(path).is_file());
        let files = paths.iter().filter_map(|path| read_text(root, path)).collect();
        Ok(Self { root: root.to_owned(), files, paths })
    }

    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|file| file.path == path).map(|file| file.text.as_str())
    }

    pub(crate) fn rust_files(&self) -> impl Iterator<Item = &TextFile> {
        self.files.iter().filter(|file| file.path.ends_with(".rs"))
    }

    /// Whether there is a file or a folder at this path.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.root.join(path).exists()
    }
}

fn list(root: &Path) -> Result<Vec<String>, String> {
    let output = Command::new("git")
        // A clone that belongs to somebody else (a container, CI) is still ours to read.
        .args(["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .map_err(|error| format!("could not run git in {}: {error}", root.display()))?;
    if !output.status.success() {
        return Err(format!("git ls-files failed: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    let names = String::from_utf8_lossy(&output.stdout);
    Ok(names.split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect())
}

/// `None` for what is not UTF-8: pictures, captures, compressed corpora.
fn read_text(root: &Path, path: &str) -> Option<TextFile> {
    let text = fs::read_to_string(root.join(path)).ok()?;
    Some(TextFile { path: path.to_owned(), text })
}
