//! Which rows of the lake are the logs that ATT&CK's analytics ask for: `content/attack/log-sources.toml`.

use serde::Deserialize;

use super::Flow;

/// One entry of the file: rows count where all that is given fits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct LogSourceIs {
    /// As MITRE writes them; `*` at the end stands for anything.
    names: Vec<String>,
    #[serde(default)]
    tables: Vec<String>,
    #[serde(default)]
    providers: Vec<String>,
    #[serde(default)]
    without_providers: Vec<String>,
    os: Option<String>,
}

/// What is known of log sources.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogSources {
    log_source: Vec<LogSourceIs>,
}

impl LogSources {
    /// Those that ship.
    pub fn shipped() -> Self {
        Self::read(include_str!("../../../../content/attack/log-sources.toml")).expect("a test reads the shipped file")
    }

    /// Fails with what is wrong and where, as the TOML reader says it.
    pub fn read(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    /// Names that are told.
    pub fn len(&self) -> usize {
        self.log_source.iter().map(|entry| entry.names.len()).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether anything is known of a log source of this name.
    pub fn knows(&self, name: &str) -> bool {
        self.entry(name).is_some()
    }

    /// Whether these rows are of the log source of this name, whatever their event.
    pub fn fits(&self, name: &str, flow: &Flow) -> bool {
        self.entry(name).is_some_and(|entry| entry.fits(flow))
    }

    /// An exact name goes before one with a star.
    fn entry(&self, name: &str) -> Option<&LogSourceIs> {
        let name = name.trim();
        let exact = self.log_source.iter().find(|entry| entry.names.iter().any(|known| known == name));
        exact.or_else(|| {
            let begins = |known: &String| known.strip_suffix('*').is_some_and(|start| name.starts_with(start));
            self.log_source.iter().find(|entry| entry.names.iter().any(begins))
        })
    }
}

impl LogSourceIs {
    fn fits(&self, flow: &Flow) -> bool {
        let provider = flow.provider.as_deref().unwrap_or_default();
        let is_one_of = |known: &[String]| known.iter().any(|known| known.eq_ignore_ascii_case(provider));
        (self.tables.is_empty() || self.tables.contains(&flow.table))
            && (self.providers.is_empty() || is_one_of(&self.providers))
            && !is_one_of(&self.without_providers)
            && (self.os.is_none() || self.os == flow.os)
    }
}

#[cfg(test)]
mod tests {
    use schema::tables;

    use super::*;
    use crate::attack;

    #[test]
    fn every_shipped_name_is_one_of_attack_and_every_table_is_ours() {
        let reference = attack::enterprise();
        let is_used = |name: &str| {
            let start = name.strip_suffix('*');
            let sources = reference.analytics.iter().flat_map(|analytic| &analytic.log_sources);
            sources.into_iter().any(|source| match start {
                Some(start) => source.name.starts_with(start),
                None => source.name == name,
            })
        };
        for entry in &LogSources::shipped().log_source {
            assert!(!entry.tables.is_empty() || !entry.providers.is_empty(), "{:?} fits everything", entry.names);
            for name in &entry.names {
                assert!(is_used(name), "no analytic asks for {name}");
            }
            for table in &entry.tables {
                assert!(tables::find(table).is_some(), "{table}");
            }
        }
    }

    #[test]
    fn what_is_wrong_with_a_file_is_told() {
        assert!(
            LogSources::read("[[log_source]]\nnames = [\"a\"]\ncolor = 1").is_err_and(|told| told.contains("color"))
        );
    }

    #[test]
    fn exact_names_go_before_stars() {
        let text = "[[log_source]]\nnames = [\"auditd:*\"]\nproviders = [\"auditd\"]\n\
                    [[log_source]]\nnames = [\"auditd:EXECVE\"]\ntables = [\"processes\"]\n";
        let sources = LogSources::read(text).expect("a file");
        let flow = Flow { table: "processes".to_owned(), provider: Some("other".to_owned()), ..Flow::default() };
        assert!(sources.fits("auditd:EXECVE", &flow) && !sources.fits("auditd:PATH", &flow));
        assert!(!sources.knows("esxi:hostd"));
    }
}
