//! The server that is measured: a process of its own, which ends with the measurement.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
};

use super::no_answer;
use crate::{Error, Result};

pub(super) struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    /// Starts it over a home folder, at a port that is free; it reads what comes into the inbox.
    pub(super) fn start(program: &Path, home: &Path, inbox: &Path) -> Result<Self> {
        let mut child = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0", "--every", "1", "--watch"])
            .arg(inbox)
            .env("MARGAY_HOME", home)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(no_answer)?;
        let said = child.stdout.take().and_then(|out| BufReader::new(out).lines().next());
        let address = match said {
            Some(Ok(line)) => line.rsplit("//").next().and_then(|text| text.trim().parse().ok()),
            _ => None,
        };
        let address = address.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0)));
        let server = Self { child, address };
        match address.port() {
            0 => Err(Error::internal("the server that was started for measuring did not say where it listens")),
            _ => Ok(server),
        }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; nothing is left to do then.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
