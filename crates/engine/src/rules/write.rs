//! Makes new rules from what an author says in one line, and takes rules into the home folder.

use std::{
    fs,
    hash::{BuildHasher, Hasher, RandomState},
    path::{Path, PathBuf},
};

use super::{LoadedRules, is_example, load_texts};
use crate::{Engine, Error, Result, clock, error::io};

/// What a new rule shall say.
#[derive(Debug, Clone, Default)]
pub struct NewRule {
    pub title: String,
    pub product: Option<String>,
    pub category: Option<String>,
    pub service: Option<String>,
    /// `Field|modifier=value`; several of one field are any of its values.
    pub wanted: Vec<String>,
    /// The same for what is harmless.
    pub unwanted: Vec<String>,
    pub level: String,
    pub tags: Vec<String>,
    pub author: Option<String>,
    pub description: Option<String>,
    /// Folder that it is written to; the home folder's rules where there is none.
    pub folder: Option<PathBuf>,
}

/// A rule and its examples as they were written.
#[derive(Debug)]
pub struct WrittenRule {
    pub file: PathBuf,
    pub examples: PathBuf,
    pub text: String,
    pub loaded: LoadedRules,
}

impl Engine {
    /// Writes a rule and the skeleton of its examples; refuses what could not be loaded.
    pub fn new_rule(&self, new: &NewRule) -> Result<WrittenRule> {
        let text = rule(new)?;
        let folder = new.folder.clone().unwrap_or_else(|| self.home.rules());
        let file = folder.join(format!("{}.yml", file_name(&new.title)));
        let examples = super::beside(&file);
        if file.exists() {
            return Err(Error::usage(format!("there is a rule {} already", file.display()))
                .hint("give another title, or remove it"));
        }
        let name = file.display().to_string();
        let loaded = load_texts([(name, text.clone())].into());
        if let Some(problem) = loaded.problems.iter().find(|problem| !problem.warning) {
            return Err(Error::usage("the rule would be refused")
                .detail(format!("{problem}\n{text}"))
                .hint("a condition is 'Field|modifier=value', as 'CommandLine|contains= -enc '"));
        }
        fs::create_dir_all(&folder).map_err(io("make the folder", &folder))?;
        fs::write(&file, &text).map_err(io("write the rule", &file))?;
        if !examples.exists() {
            fs::write(&examples, EXAMPLES).map_err(io("write the examples", &examples))?;
        }
        Ok(WrittenRule { file, examples, text, loaded })
    }

    /// Copies files of rules, with the examples beside them, into the home folder. All are read first: where one is
    /// refused, none is copied. Gives the files that were written.
    pub fn add_rules(&self, paths: &[PathBuf], replace: bool) -> Result<(LoadedRules, Vec<PathBuf>)> {
        let loaded = self.rules_and_examples(paths)?;
        if loaded.n_refused() > 0 {
            return Ok((loaded, Vec::new()));
        }
        let tops: Vec<PathBuf> = paths.iter().filter_map(|path| path.canonicalize().ok()).collect();
        let mut copies = Vec::new();
        for name in loaded.texts.keys().chain(loaded.examples.keys()) {
            let from = PathBuf::from(name);
            let below = tops.iter().filter(|top| top.is_dir()).find_map(|top| from.strip_prefix(top).ok());
            let below = below.or_else(|| from.file_name().map(Path::new)).unwrap_or(&from);
            let to = self.home.rules().join(below);
            if to.exists() && !replace && !same(&from, &to) {
                return Err(Error::usage(format!("there is a rule {} already", to.display()))
                    .hint("--replace takes the new one"));
            }
            copies.push((from, to));
        }
        let mut written = Vec::new();
        for (from, to) in copies {
            if let Some(folder) = to.parent() {
                fs::create_dir_all(folder).map_err(io("make the folder", folder))?;
            }
            fs::copy(&from, &to).map_err(io("write the rule", &to))?;
            if !is_example(&to) {
                written.push(to);
            }
        }
        Ok((loaded, written))
    }
}

fn same(one: &Path, other: &Path) -> bool {
    matches!((fs::read(one), fs::read(other)), (Ok(one), Ok(other)) if one == other)
}

fn rule(new: &NewRule) -> Result<String> {
    if new.title.trim().is_empty() {
        return Err(Error::usage("a rule needs a title").hint("say in some words what it finds"));
    }
    if new.wanted.is_empty() {
        return Err(Error::usage("a rule needs a condition")
            .hint("--where 'CommandLine|contains= -enc ', and again for more; --not for what is harmless"));
    }
    let named = [("product", &new.product), ("category", &new.category), ("service", &new.service)];
    let logsource: String =
        named.iter().filter_map(|(key, word)| Some(format!("  {key}: {}\n", quoted(word.as_ref()?)))).collect();
    if logsource.is_empty() {
        return Err(Error::usage("a rule needs a log source")
            .hint("--category process_creation --product windows, or what docs/rules.md lists"));
    }
    let tags: Vec<String> = new.tags.iter().map(|tag| tag_of(tag)).collect();
    let mut text = format!(
        "title: {}\nid: {}\nstatus: experimental\ndescription: {}\nauthor: {}\ndate: {}\n",
        quoted(&new.title),
        random_uuid(),
        quoted(new.description.as_deref().unwrap_or(&new.title)),
        quoted(new.author.as_deref().unwrap_or("unknown")),
        clock::now().to_string().get(..10).unwrap_or_default(),
    );
    if !tags.is_empty() {
        text.push_str(&format!("tags: [{}]\n", tags.join(", ")));
    }
    text.push_str(&format!("logsource:\n{logsource}detection:\n  selection:\n{}", lines(&new.wanted)?));
    if !new.unwanted.is_empty() {
        text.push_str(&format!("  filter_harmless:\n{}", lines(&new.unwanted)?));
    }
    let condition = if new.unwanted.is_empty() { "selection" } else { "selection and not filter_harmless" };
    text.push_str(&format!("  condition: {condition}\nfalsepositives:\n  - Unknown\nlevel: {}\n", new.level));
    Ok(text)
}

/// One line a field, in the order given.
fn lines(conditions: &[String]) -> Result<String> {
    let mut fields: Vec<(&str, Vec<&str>)> = Vec::new();
    for condition in conditions {
        let Some((field, value)) = condition.split_once('=').filter(|(field, _)| !field.trim().is_empty()) else {
            return Err(Error::usage(format!("\"{condition}\" is no condition"))
                .hint("write 'Field|modifier=value', as 'Image|endswith=\\cmd.exe'"));
        };
        match fields.iter_mut().find(|(known, _)| *known == field.trim()) {
            Some((_, values)) => values.push(value),
            None => fields.push((field.trim(), vec![value])),
        }
    }
    let line = |(field, values): (&str, Vec<&str>)| match values.as_slice() {
        [value] => format!("    {}: {}\n", quoted(field), scalar(value)),
        several => {
            let several: String = several.iter().map(|value| format!("      - {}\n", scalar(value))).collect();
            format!("    {}:\n{several}", quoted(field))
        }
    };
    Ok(fields.into_iter().map(line).collect())
}

/// Numbers, `true`, `false` and `null` as they are; anything else as a text.
fn scalar(value: &str) -> String {
    let plain = matches!(value, "true" | "false" | "null") || value.parse::<i64>().is_ok();
    if plain { value.to_owned() } else { quoted(value) }
}

/// A scalar of YAML that reads as this text; plain where it may be.
fn quoted(text: &str) -> String {
    let plain = text.chars().all(|char| char.is_alphanumeric() || matches!(char, '_' | ' ' | '|' | '.' | '-'))
        && text.starts_with(char::is_alphabetic)
        && !text.ends_with(' ')
        && !matches!(text, "true" | "false" | "null" | "yes" | "no" | "on" | "off");
    if plain {
        return text.to_owned();
    }
    let text: String = text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    format!("'{}'", text.replace('\'', "''"))
}

/// `T1059.001` and `execution` as they stand in rules.
fn tag_of(tag: &str) -> String {
    let tag = tag.trim().to_lowercase();
    if tag.contains('.') && !tag.starts_with('t') || tag.starts_with("attack.") { tag } else { format!("attack.{tag}") }
}

fn file_name(title: &str) -> String {
    let plain: String =
        title.to_lowercase().chars().map(|char| if char.is_ascii_alphanumeric() { char } else { '_' }).collect();
    let words: Vec<&str> = plain.split('_').filter(|word| !word.is_empty()).collect();
    let name: String = words.join("_").chars().take(80).collect();
    if name.is_empty() { "rule".to_owned() } else { name }
}

/// A UUID of version 4. The keys of the standard library's hashers are random, and all that is needed is that no two
/// authors get the same.
fn random_uuid() -> String {
    let number = || RandomState::new().build_hasher().finish();
    let (high, low) = (number(), number());
    let high = (high & !0xf000) | 0x4000;
    let low = (low & !(0b11 << 62)) | (0b10 << 62);
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}

const EXAMPLES: &str = "\
# Examples of the rule beside this file: `margay rules test` runs them. `raw` is a record as its source writes it (a log
# line, JSON, XML), `record` the columns of a table. docs/rules.md has more.
match:
  - name: what the rule is for
    raw: ''
no_match:
  - name: what looks like it and is harmless
    raw: ''
";
