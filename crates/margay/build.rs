//! Embeds the built page (`ui/dist`), where it is there: a build never needs Node.

use std::{
    env,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    let crate_folder = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let page = crate_folder.join("../../ui/dist");
    println!("cargo::rerun-if-changed={}", page.display());
    // A folder that is not there yet is watched through the one that it will be in.
    println!("cargo::rerun-if-changed={}", crate_folder.join("../../ui").display());

    let mut files = Vec::new();
    if page.join("index.html").exists() {
        collect(&page, &mut files)?;
    }
    files.sort();
    let mut list = String::from("&[\n");
    for file in &files {
        let name = file.strip_prefix(&page).unwrap_or(file).to_string_lossy().replace('\\', "/");
        let path = file.canonicalize()?;
        println!("cargo::rerun-if-changed={}", path.display());
        let _ = writeln!(list, "({name:?}, include_bytes!({path:?}).as_slice()),");
    }
    list.push_str("]\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("page.rs"), list)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        match entry.file_type()?.is_dir() {
            true => collect(&entry.path(), files)?,
            false => files.push(entry.path()),
        }
    }
    Ok(())
}
