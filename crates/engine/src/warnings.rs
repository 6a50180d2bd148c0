//! Warning lists: those that Margay brings, and those of the home folder; kept there by `margay intel load`.

use std::{fs, path::PathBuf};

use detect::indicators::Warnings;
use schema::WarningList;
use serde::Deserialize;

use crate::{Engine, Error, Result, error::io};

/// Lists that ship inside: few, and written by hand.
const SHIPPED: &[&str] = &[
    include_str!("../../../content/warninglists/everyday_names.json"),
    include_str!("../../../content/warninglists/public_resolvers.json"),
];

const SHIPPED_WEIGHTS: &str = include_str!("../../../content/warninglists/weights.toml");

/// A file larger than this is no warning list: the largest public one has a million names.
const FILE_BYTES_MAX: u64 = 128 << 20;

/// What is left of the confidence in claims about entries of a list, by its name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Weights {
    default: f64,
    #[serde(default)]
    weight: Vec<Weight>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Weight {
    name: String,
    left: f64,
}

impl Weights {
    fn read(text: &str) -> std::result::Result<Self, String> {
        let weights: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        let is_share = |left: f64| (0.0..=1.0).contains(&left);
        if !is_share(weights.default) {
            return Err("`default` is a share, 0 to 1".to_owned());
        }
        match weights.weight.iter().find(|weight| !is_share(weight.left)) {
            Some(wrong) => Err(format!("weight of \"{}\": `left` is a share, 0 to 1", wrong.name)),
            None => Ok(weights),
        }
    }

    fn of(&self, list: &str) -> f64 {
        let list = list.to_lowercase();
        let known = self.weight.iter().find(|weight| list.contains(&weight.name.to_lowercase()));
        known.map_or(self.default, |weight| weight.left)
    }
}

/// A list in force.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct WarningListInForce {
    pub name: String,
    pub matching: schema::WarningMatch,
    pub version: u64,
    pub entries: u64,
    /// Share of a claim's confidence that is left.
    pub left: f64,
    /// Entries that could not be read, the first few.
    pub refused: Vec<String>,
}

/// Refused entries of one list that are told.
const REFUSED_TOLD: usize = 5;

impl Engine {
    /// Every warning list in force, ready to be asked.
    pub fn warnings(&self) -> Result<Warnings> {
        Ok(self.warning_lists()?.0)
    }

    /// The same, and what each list is.
    pub fn warning_lists(&self) -> Result<(Warnings, Vec<WarningListInForce>)> {
        let weights = self.weights()?;
        let (mut warnings, mut in_force) = (Warnings::default(), Vec::new());
        for list in self.lists()? {
            let left = weights.of(&list.name);
            let mut refused = warnings.add(&list, left);
            let entries = (list.list.len() - refused.len()) as u64;
            refused.truncate(REFUSED_TOLD);
            let WarningList { name, matching, version, .. } = list;
            in_force.push(WarningListInForce { name, matching, version, entries, left, refused });
        }
        Ok((warnings.finish(), in_force))
    }

    /// Those of the home folder, and those that ship where the home folder has none of that name.
    fn lists(&self) -> Result<Vec<WarningList>> {
        let mut lists = Vec::new();
        for path in self.files_of_lists()? {
            let bytes = fs::read(&path).map_err(io("read", &path))?;
            lists.push(read(&bytes).map_err(|error| {
                Error::usage(format!("could not read the warning list {}", path.display()))
                    .detail(error)
                    .hint("mend it, or take it out of the folder")
            })?);
        }
        for shipped in SHIPPED {
            let list = read(shipped.as_bytes()).map_err(Error::internal)?;
            if !lists.iter().any(|known| known.name == list.name) {
                lists.push(list);
            }
        }
        Ok(lists)
    }

    fn files_of_lists(&self) -> Result<Vec<PathBuf>> {
        let folder = self.home.warning_lists();
        if !folder.exists() {
            return Ok(Vec::new());
        }
        let mut files = Vec::new();
        for entry in fs::read_dir(&folder).map_err(io("list", &folder))? {
            let path = entry.map_err(io("list", &folder))?.path();
            if path.extension().is_some_and(|ending| ending == "json") {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }

    fn weights(&self) -> Result<Weights> {
        let path = self.home.warning_lists().join("weights.toml");
        let text = if path.exists() {
            fs::read_to_string(&path).map_err(io("read", &path))?
        } else {
            SHIPPED_WEIGHTS.to_owned()
        };
        Weights::read(&text).map_err(|error| {
            Error::usage(format!("could not read the weights of warning lists {}", path.display())).detail(error)
        })
    }

    /// Keeps a list in the home folder, in the place of one of the same name. Gives its name and number of entries.
    pub(crate) fn keep_warning_list(&self, bytes: &[u8]) -> Result<(String, u64)> {
        let list = read(bytes).map_err(|error| Error::input("could not read a warning list").detail(error))?;
        let folder = self.home.warning_lists();
        fs::create_dir_all(&folder).map_err(io("make", &folder))?;
        let path = folder.join(file_name(&list.name));
        let unfinished = path.with_extension(format!("{}.new", std::process::id()));
        fs::write(&unfinished, bytes).map_err(io("write", &unfinished))?;
        fs::rename(&unfinished, &path).map_err(io("write", &path))?;
        Ok((list.name, list.list.len() as u64))
    }
}

/// Says what is wrong with a file of weights, or how many sorts of lists it names.
pub(crate) fn check_weights(text: &str) -> std::result::Result<usize, String> {
    Weights::read(text).map(|weights| weights.weight.len())
}

/// Whether this is a warning list and no bundle, event or feed.
pub(crate) fn is_warning_list(bytes: &[u8]) -> bool {
    bytes.len() as u64 <= FILE_BYTES_MAX && read(bytes).is_ok()
}

pub(crate) fn read(bytes: &[u8]) -> std::result::Result<WarningList, String> {
    serde_json::from_slice(bytes).map_err(|error| error.to_string())
}

/// A name that any file system takes, and that two lists do not share by chance.
fn file_name(list: &str) -> String {
    let plain: String =
        list.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let short = plain.get(..plain.len().min(60)).unwrap_or_default().trim_matches('-');
    let digest = blake3::hash(list.as_bytes()).to_hex();
    format!("{short}-{}.json", digest.get(..8).unwrap_or_default())
}
