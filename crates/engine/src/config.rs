//! Configuration. One precedence: flag, then environment (`MARGAY_*`), then `margay.toml` in the home folder, then
//! the default. An unknown key is an error that names it, because a misspelt setting must not be silently ignored.

use std::{
    collections::BTreeMap,
    fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::{Error, Home, Result, error::io, store::Place, work::Channel};

/// What `margay.toml` may hold. Every key is optional.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Dataset that records go to where the command does not say.
    pub dataset: String,
    /// Where the Delta tables lie: a folder or an object-store URL; by default `lake/` in the home folder.
    pub lake: Option<String>,
    /// Settings of the object store, as the `object_store` crate names them: `aws_region`, `aws_endpoint` ...
    pub storage: BTreeMap<String, String>,
    pub store: StoreConfig,
    /// Threads that parse and write; 0 means one a core.
    pub threads: usize,
    /// Memory that one query may use before it spills.
    pub query_memory_mb: usize,
    /// Bytes of telemetry that are gathered for one commit.
    pub commit_mb: usize,
    /// Seconds after which what was gathered is committed although it is less.
    pub commit_seconds: u64,
    pub sharing: Sharing,
    pub feeds: Feeds,
    /// Where messages about events go: `[channels.soc]` and the like.
    pub channels: BTreeMap<String, Channel>,
    pub rules: Rules,
    pub control: Control,
    pub serve: Serve,
    /// Parameters of detectors: `[detectors.beaconing]` and their names, as `margay detectors` lists them.
    pub detectors: BTreeMap<String, BTreeMap<String, f64>>,
}

/// Where findings, threat events and indicators are kept.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StoreConfig {
    /// A PostgreSQL database, `postgres://user@host/database`; by default the file `margay.db` in the home folder.
    pub url: Option<String>,
    /// Where its password lies: `env:NAME` or `file:PATH`.
    pub password: Option<String>,
}

/// What counts as a discovery.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Control {
    /// Share of false ones among the findings of a detector that make threat events, above 0 and below 1.
    pub false_discovery_rate: f64,
    /// Findings of a detector that are kept in each window and dataset although they are not proven.
    pub leads_max: usize,
    /// Instead of a false discovery rate, so many findings of all detectors make threat events in each dataset and
    /// day, the best ones. 0 leaves it to the rate.
    pub alerts_per_day: usize,
}

impl Default for Control {
    fn default() -> Self {
        Self { false_discovery_rate: 0.05, leads_max: 10, alerts_per_day: 0 }
    }
}

/// Which rules are held against every record beside those of the home folder.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// Those that come with the product.
    pub pack: bool,
    /// Ids of rules of the product that are not wanted.
    pub without: Vec<String>,
}

impl Default for Rules {
    fn default() -> Self {
        Self { pack: true, without: Vec::new() }
    }
}

/// The server, and what it does by itself.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Serve {
    /// Where it listens.
    pub listen: SocketAddr,
    /// What people type into their browser, where that is not where it listens: `https://margay.example`.
    pub url: Option<String>,
    /// Where PostgreSQL's protocol is answered; nowhere where nothing is said.
    pub postgres: Option<SocketAddr>,
    /// Certificate chain and key (PEM). Without them it speaks plain HTTP, and to this machine alone.
    pub tls_certificate: Option<PathBuf>,
    pub tls_key: Option<PathBuf>,
    /// Files and folders that are read again and again: what is new in them is ingested.
    pub watch: Vec<PathBuf>,
    /// Seconds from the end of one round of reading, detecting and telling to the next; 0 means that none is made.
    pub every_seconds: u64,
}

impl Default for Serve {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8750)),
            url: None,
            postgres: None,
            tls_certificate: None,
            tls_key: None,
            watch: Vec::new(),
            every_seconds: 60,
        }
    }
}

impl Serve {
    /// The address that people type, without a slash at its end.
    pub fn address(&self) -> String {
        let scheme = if self.tls_certificate.is_some() { "https" } else { "http" };
        let listens = || format!("{scheme}://{}", self.listen);
        self.url.as_ref().map_or_else(listens, |url| url.trim_end_matches('/').to_owned())
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sharing {
    /// Who signs what leaves: the STIX identity.
    pub identity: String,
    /// What is stricter than this does not leave.
    pub tlp_ceiling: schema::Tlp,
    /// Networks (CIDR) and domains of our own: no block list names them, or anything around them.
    pub own: Vec<String>,
    /// Marking of threat events that were made from our own telemetry alone.
    pub own_tlp: schema::Tlp,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Feeds {
    /// Names of shipped feeds that are fetched without being named. Those in the home folder always are.
    pub enabled: Vec<String>,
    /// Networks of our own that feeds may be fetched from, in CIDR form; any other address that is not public is refused.
    pub internal: Vec<String>,
    /// After so long a fetch is given up.
    pub timeout_seconds: u64,
    /// Larger contents are not taken, packed or unpacked.
    pub size_mb: u64,
}

impl Default for Feeds {
    fn default() -> Self {
        Self { enabled: Vec::new(), internal: Vec::new(), timeout_seconds: 300, size_mb: 512 }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            dataset: "default".to_owned(),
            lake: None,
            storage: BTreeMap::new(),
            store: StoreConfig::default(),
            threads: 0,
            query_memory_mb: 1_024,
            commit_mb: 32,
            commit_seconds: 5,
            sharing: Sharing::default(),
            feeds: Feeds::default(),
            channels: BTreeMap::new(),
            rules: Rules::default(),
            control: Control::default(),
            serve: Serve::default(),
            detectors: BTreeMap::new(),
        }
    }
}

impl Default for Sharing {
    fn default() -> Self {
        Self {
            own: Vec::new(),
            identity: "Margay".to_owned(),
            tlp_ceiling: schema::Tlp::AmberStrict,
            own_tlp: schema::Tlp::AmberStrict,
        }
    }
}

impl Config {
    /// The file, where there is one, overlaid by the environment.
    pub fn load(file: &Path, environment: impl Iterator<Item = (String, String)>) -> Result<Self> {
        let mut config = match std::fs::read_to_string(file) {
            Ok(text) => Self::parse(&text, file)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::default(),
            Err(error) => return Err(io("read the configuration", file)(error)),
        };
        for (name, value) in environment {
            config.overlay(&name, &value)?;
        }
        let rate = config.control.false_discovery_rate;
        if !(rate > 0.0 && rate < 1.0) {
            return Err(Error::usage(format!("control.false_discovery_rate is {rate} in {}", file.display()))
                .hint("it is a share above 0 and below 1, as 0.05"));
        }
        Ok(config)
    }

    fn parse(text: &str, file: &Path) -> Result<Self> {
        toml::from_str(text).map_err(|error| {
            Error::usage(format!("could not read the configuration {}", file.display()))
                .detail(error.to_string().trim_end())
                .hint("docs/configuration.md lists every key")
        })
    }

    fn overlay(&mut self, name: &str, value: &str) -> Result<()> {
        let number = || {
            value.parse::<usize>().map_err(|error| Error::usage(format!("{name} must be a whole number")).detail(error))
        };
        match name {
            "MARGAY_DATASET" => self.dataset = value.to_owned(),
            "MARGAY_LAKE" => self.lake = Some(value.to_owned()),
            "MARGAY_STORE_URL" => self.store.url = Some(value.to_owned()),
            "MARGAY_THREADS" => self.threads = number()?,
            "MARGAY_QUERY_MEMORY_MB" => self.query_memory_mb = number()?,
            "MARGAY_COMMIT_MB" => self.commit_mb = number()?,
            // Read by the command line, by tests and by benchmarks.
            "MARGAY_HOME" | "MARGAY_LOG" | "MARGAY_LOG_JSON" | "MARGAY_DATA" | "MARGAY_PYTHON" => {}
            _ if name.starts_with("MARGAY_TEST_") || name.starts_with("MARGAY_BENCH_") => {}
            _ if name.starts_with("MARGAY_") => {
                return Err(Error::usage(format!("the environment sets {name}, which nothing reads"))
                    .hint("docs/configuration.md lists every variable"));
            }
            _ => {}
        }
        Ok(())
    }

    /// Threads to use: as many as configured, or one a core.
    pub fn thread_count(&self) -> usize {
        match self.threads {
            0 => std::thread::available_parallelism().map_or(2, usize::from),
            n => n,
        }
    }
}

impl StoreConfig {
    /// The place that this names, with its password.
    pub(crate) fn place(&self, home: &Home) -> Result<Place> {
        match &self.url {
            None => Ok(Place::File(home.store())),
            Some(url) => Place::server(url, self.secret()?.as_deref()),
        }
    }

    fn secret(&self) -> Result<Option<String>> {
        let Some(from) = &self.password else { return Ok(None) };
        let unread = |why: String| Error::usage(format!("could not read store.password from {from}")).detail(why);
        let secret = match from.split_once(':') {
            Some(("env", name)) => std::env::var(name).map_err(|error| unread(error.to_string()))?,
            Some(("file", path)) => std::fs::read_to_string(path).map_err(|error| unread(error.to_string()))?,
            // What it holds may be the password itself, and is not told.
            _ => {
                return Err(Error::usage("store.password is neither env:NAME nor file:PATH")
                    .hint("the password itself does not belong into the configuration"));
            }
        };
        Ok(Some(secret.trim_end_matches(['\r', '\n']).to_owned()))
    }
}

/// Without what is secret in it: the address may hold a password.
impl fmt::Debug for StoreConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.url.is_some() { "PostgreSQL" } else { "SQLite" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn environment_wins_over_file_and_unknown_keys_are_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("margay.toml");
        std::fs::write(&file, "dataset = \"lab\"\nthreads = 3\n").expect("written");
        let environment = [("MARGAY_DATASET".to_owned(), "prod".to_owned()), ("PATH".to_owned(), "/bin".to_owned())];
        let config = Config::load(&file, environment.into_iter()).expect("valid");
        assert_eq!((config.dataset.as_str(), config.threads), ("prod", 3));

        let misspelt = [("MARGAY_DATSAET".to_owned(), "prod".to_owned())];
        let error = Config::load(&file, misspelt.into_iter()).expect_err("misspelt");
        assert!(error.to_string().contains("MARGAY_DATSAET"), "{error}");

        std::fs::write(&file, "datsaet = \"lab\"\n").expect("written");
        let error = Config::load(&file, std::iter::empty()).expect_err("misspelt");
        assert!(error.to_string().contains("datsaet"), "{error}");
    }
}
