//! Embeds the built page (`ui/dist`), where it is there: a build never needs Node.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    let crate_folder = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let page = crate_folder.join("../../ui/dist");
    // Where it is not there, this runs at each build, which costs nothing.
    println!("cargo::rerun-if-changed={}", page.display());

    let mut files = Vec::new();
    if page.join("index.html").exists() {
        collect(&page, &mut files)?;
    }
    files.sort();
    let mut list = String::from("&[\n");
    for file in &files {
        let name = file.strip_prefix(&page).unwrap_or(file).to_string_lossy().replace('\\', "/");
        let path = file.canonicalize()?;
        list.push_str(&format!("({name:?}, include_bytes!({path:?}).as_slice()),\n"));
    }
    list.push_str("]\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("page.rs");
    // What is as before is not written: it would be compiled anew.
    match fs::read_to_string(&out) {
        Ok(before) if before == list => Ok(()),
        _ => fs::write(out, list),
    }
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
