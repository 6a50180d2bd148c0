//! Where messages go: a webhook, a syslog server or a file, as the configuration says.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use serde::Deserialize;

use crate::{Error, Result};

/// `[channels.<name>]` of the configuration. One of `url`, `syslog` and `file` says where it leads.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Channel {
    /// Address that JSON is posted to; `{secret}` in it stands for the secret.
    pub url: Option<String>,
    /// `udp://host:514` or `tcp://host:601`.
    pub syslog: Option<String>,
    /// A file that lines of JSON are added to.
    pub file: Option<PathBuf>,
    /// `env:NAME` or `file:PATH`.
    pub secret: Option<String>,
    /// The header that the secret goes into, where it is not in the address.
    pub header: Option<String>,
    /// Networks of our own that the address may be in, in CIDR form.
    pub internal: Vec<String>,
    /// What is marked more strictly is not told; the ceiling of `sharing` where it is not set.
    pub tlp: Option<schema::Tlp>,
    /// After so long a receiver that does not answer is given up, and tried again later.
    pub timeout_seconds: u64,
}

impl Default for Channel {
    fn default() -> Self {
        Self {
            url: None,
            syslog: None,
            file: None,
            secret: None,
            header: None,
            internal: Vec::new(),
            tlp: None,
            timeout_seconds: 10,
        }
    }
}

/// Where one channel leads.
#[derive(Debug)]
pub(super) enum Way<'a> {
    Webhook(&'a str),
    Syslog { stream: bool, address: &'a str },
    File(&'a PathBuf),
}

impl Channel {
    pub(super) fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds.clamp(1, 300))
    }

    pub(super) fn way(&self, name: &str) -> Result<Way<'_>> {
        match (&self.url, &self.syslog, &self.file) {
            (Some(url), None, None) => Ok(Way::Webhook(url)),
            (None, Some(address), None) => match address.split_once("://") {
                Some(("udp", address)) => Ok(Way::Syslog { stream: false, address }),
                Some(("tcp", address)) => Ok(Way::Syslog { stream: true, address }),
                _ => Err(Error::usage(format!("channels.{name}.syslog is no address"))
                    .hint("write udp://host:514 or tcp://host:601")),
            },
            (None, None, Some(file)) => Ok(Way::File(file)),
            _ => Err(Error::usage(format!("channel \"{name}\" leads nowhere, or to several places"))
                .hint("give it one of url, syslog and file in margay.toml")),
        }
    }
}

/// The channel of this name.
pub(super) fn find<'a>(channels: &'a BTreeMap<String, Channel>, name: &str) -> Result<&'a Channel> {
    channels.get(name).ok_or_else(|| {
        let known: Vec<&str> = channels.keys().map(String::as_str).collect();
        let hint = match known.as_slice() {
            [] => format!("write [channels.{name}] with url, syslog or file into margay.toml"),
            known => format!("there are: {}", known.join(", ")),
        };
        Error::usage(format!("there is no channel \"{name}\"")).hint(hint)
    })
}
