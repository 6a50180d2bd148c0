//! One careful HTTP request: bounded in bytes, time and redirects, to addresses that were looked at first.
//!
//! Names are resolved by ourselves, refused addresses taken out, and the connection goes to what is left: a name that
//! answers differently the second time gains nothing. Redirects are followed by hand, each checked like the first.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use reqwest::{
    Response, StatusCode, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{self, HeaderMap, HeaderValue},
};
use schema::Timestamp;
use share::feeds::{Feed, Secret};

use super::{
    Failure, Outcomes,
    address::{self, Internal},
};
use crate::{Error, Result, clock, config};

const REDIRECTS_MAX: usize = 5;
const CONNECT_SECONDS: u64 = 15;

/// A server that says nothing for so long has gone.
const IDLE_SECONDS: u64 = 30;

/// Tries of one request where the failure may pass.
const TRIES: u32 = 3;

/// Names that are longer than this are cut in what is told.
const TOLD_MAX: usize = 200;

pub(super) struct Client {
    http: reqwest::Client,
    internal: Internal,
    timeout: Duration,
    bytes_max: u64,
}

/// What to ask for.
#[derive(Debug, Clone)]
pub(super) struct Request {
    url: Url,
    /// Never told anywhere.
    secret: Option<String>,
    header: Option<String>,
    etag: Option<String>,
    last_modified: Option<String>,
}

pub(super) enum Fetched {
    Unchanged,
    Content(Content),
}

pub(super) struct Content {
    pub(super) bytes: Vec<u8>,
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
}

impl Request {
    pub(super) fn of(feed: &Feed) -> Outcomes<Self> {
        let secret = feed.secret.as_ref().map_or(Ok(None), secret_of)?;
        let text = feed.url.replace("{secret}", secret.as_deref().unwrap_or_default());
        let url = Url::parse(&text).map_err(|error| Failure::lasting(format!("the feed's url is none: {error}")))?;
        let header = feed.secret.as_ref().and_then(|secret| secret.header.clone());
        Ok(Self { url, secret, header, etag: None, last_modified: None })
    }

    pub(super) fn unless(mut self, etag: Option<String>, last_modified: Option<String>) -> Self {
        (self.etag, self.last_modified) = (etag, last_modified);
        self
    }

    /// The next page, which must be on the same server: the secret goes with it.
    pub(super) fn page(&self, next: &str) -> Outcomes<Self> {
        let url =
            self.url.join(next).map_err(|error| Failure::lasting(format!("the next page has no address: {error}")))?;
        if url.origin() != self.url.origin() {
            return Err(Failure::lasting("the next page is on another server"));
        }
        Ok(Self { url, etag: None, last_modified: None, ..self.clone() })
    }

    /// A file in the folder that the address is of.
    pub(super) fn below(&self, name: &str) -> Outcomes<Self> {
        let mut folder = self.url.clone();
        if !folder.path().ends_with('/') {
            folder.set_path(&format!("{}/", folder.path()));
        }
        Self { url: folder, ..self.clone() }.page(name)
    }

    fn headers(&self, first: bool, url: &Url) -> Outcomes<HeaderMap> {
        let mut headers = HeaderMap::new();
        let value = |text: &str| {
            HeaderValue::from_str(text).map_err(|_invalid| Failure::lasting("a header holds what headers cannot hold"))
        };
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        // A secret goes to the server that it is for, and never along with a redirect to another one.
        let same_server = url.origin() == self.url.origin();
        if let (Some(name), Some(secret), true) = (&self.header, &self.secret, same_server) {
            let name = header::HeaderName::from_bytes(name.as_bytes())
                .map_err(|_invalid| Failure::lasting(format!("\"{name}\" is no name of a header")))?;
            let mut secret = value(secret)?;
            secret.set_sensitive(true);
            headers.insert(name, secret);
        }
        if first {
            for (name, text) in [(header::IF_NONE_MATCH, &self.etag), (header::IF_MODIFIED_SINCE, &self.last_modified)]
            {
                if let Some(text) = text {
                    headers.insert(name, value(text)?);
                }
            }
        }
        Ok(headers)
    }

    /// Takes the secret out of what is told, however it came in.
    fn tell(&self, failure: Failure) -> Failure {
        let secret = self.secret.as_deref().filter(|secret| !secret.is_empty());
        let why = secret.map_or_else(|| failure.why.clone(), |secret| failure.why.replace(secret, "[secret]"));
        Failure { why, ..failure }
    }
}

impl Client {
    pub(super) fn new(config: &config::Feeds) -> Result<Self> {
        let internal = Internal::of(&config.internal)?;
        let http = reqwest::Client::builder()
            .user_agent(concat!("Margay/", env!("CARGO_PKG_VERSION"), " (threat intelligence feeds)"))
            .redirect(reqwest::redirect::Policy::none())
            // A proxy would resolve names for us, and nothing of what is checked here would hold.
            .no_proxy()
            .connect_timeout(Duration::from_secs(CONNECT_SECONDS))
            .read_timeout(Duration::from_secs(IDLE_SECONDS))
            .dns_resolver(Arc::new(resolver(internal.clone())))
            .build()
            .map_err(|error| Error::machine("could not set up HTTP").detail(error))?;
        Ok(Self {
            http,
            internal,
            timeout: Duration::from_secs(config.timeout_seconds),
            bytes_max: config.size_mb.saturating_mul(1 << 20),
        })
    }

    /// What an answer may unpack to.
    pub(super) fn unpacked_max(&self) -> u64 {
        self.bytes_max
    }

    /// Asks, and asks again after a while where the failure may pass.
    pub(super) async fn get(&self, request: &Request) -> Outcomes<Fetched> {
        let mut tries = 1;
        loop {
            let asked = tokio::time::timeout(self.timeout, self.follow(request)).await;
            let answer = asked.unwrap_or_else(|_elapsed| {
                Err(Failure::lasting(format!("it took longer than {} seconds", self.timeout.as_secs())))
            });
            match answer {
                Err(failure) if failure.passing && failure.retry_after.is_none() && tries < TRIES => {
                    tokio::time::sleep(pause(tries, request)).await;
                    tries += 1;
                }
                answer => return answer.map_err(|failure| request.tell(failure)),
            }
        }
    }

    async fn follow(&self, request: &Request) -> Outcomes<Fetched> {
        let mut url = request.url.clone();
        for hop in 0..=REDIRECTS_MAX {
            address::check(&url, &self.internal)?;
            let headers = request.headers(hop == 0, &url)?;
            let answer = self.http.get(url.clone()).headers(headers).send().await.map_err(|error| failed(&error))?;
            if answer.status() == StatusCode::NOT_MODIFIED {
                return Ok(Fetched::Unchanged);
            }
            if !answer.status().is_redirection() {
                return self.read(answer).await.map(Fetched::Content);
            }
            url = redirected(&url, &answer)?;
        }
        Err(Failure::lasting(format!("more than {REDIRECTS_MAX} redirects")))
    }

    async fn read(&self, mut answer: Response) -> Outcomes<Content> {
        let status = answer.status();
        if status != StatusCode::OK {
            return Err(refused(status, answer.headers()));
        }
        let text = |name| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (etag, last_modified) = (text(header::ETAG), text(header::LAST_MODIFIED));
        let too_large = || Failure::lasting(format!("the content is larger than {} MiB", self.bytes_max >> 20));
        if answer.content_length().is_some_and(|length| length > self.bytes_max) {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| failed(&error))? {
            if (bytes.len() + chunk.len()) as u64 > self.bytes_max {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Content { bytes, etag, last_modified })
    }
}

/// Where a redirect leads; never from a protected connection to an open one.
fn redirected(from: &Url, answer: &Response) -> Outcomes<Url> {
    let location = answer.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
    let location = location.ok_or_else(|| Failure::lasting(format!("status {} without a place", answer.status())))?;
    let to = from.join(location).map_err(|error| Failure::lasting(format!("a redirect to no address: {error}")))?;
    if from.scheme() == "https" && to.scheme() != "https" {
        return Err(Failure::lasting("a redirect from https to http is not followed"));
    }
    Ok(to)
}

fn refused(status: StatusCode, headers: &HeaderMap) -> Failure {
    let retry_after = headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
    let why = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            format!("the server answered {status}: a key is missing or wrong, or the address is barred")
        }
        status => format!("the server answered {status}"),
    };
    Failure {
        why,
        retry_after: retry_after.and_then(|text| seconds_until(text, clock::now())),
        passing: status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS,
    }
}

/// `120`, or a date.
fn seconds_until(text: &str, now: Timestamp) -> Option<u64> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(seconds);
    }
    let at = jiff::fmt::rfc2822::parse(text.trim()).ok()?.timestamp().as_second();
    u64::try_from(at.saturating_sub(now.seconds())).ok()
}

/// An error of the client as a sentence. Its own text may hold the whole address, and the address a secret.
fn failed(error: &reqwest::Error) -> Failure {
    let mut deepest: &dyn std::error::Error = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    let mut why = match () {
        () if error.is_timeout() => "the server did not answer in time".to_owned(),
        () if error.is_connect() => format!("no connection: {deepest}"),
        () => format!("the answer broke off: {deepest}"),
    };
    why.truncate(why.floor_char_boundary(TOLD_MAX));
    // What was refused on purpose stays refused.
    let refused = why.contains("feeds.internal");
    Failure { why, retry_after: None, passing: !refused }
}

/// Between tries, longer each time, and never the same for all who ask at the full hour.
fn pause(tries: u32, request: &Request) -> Duration {
    let most = 1_000_u64 << tries.min(6);
    Duration::from_millis(most / 2 + jitter(request.url.as_str()) % (most / 2))
}

/// A number that differs from feed to feed and from time to time.
pub(super) fn jitter(of: &str) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(of.as_bytes()).update(&clock::now().nanos().to_le_bytes()).update(&std::process::id().to_le_bytes());
    let mut number = [0; 8];
    hasher.finalize_xof().fill(&mut number);
    u64::from_le_bytes(number)
}

/// A secret that lies at `env:NAME` or `file:PATH`.
pub(crate) fn read_secret(from: &str) -> std::result::Result<String, String> {
    let found = match from.split_once(':') {
        Some(("env", name)) => std::env::var(name).map_err(|_absent| format!("the environment has no {name}")),
        Some(("file", path)) => {
            std::fs::read_to_string(path).map_err(|error| format!("the file {path} could not be read: {error}"))
        }
        _ => Err("the secret is neither in the environment nor in a file".to_owned()),
    };
    found
        .map(|text| text.trim().to_owned())
        .and_then(|text| if text.is_empty() { Err(format!("the secret of {from} is empty")) } else { Ok(text) })
}

fn secret_of(secret: &Secret) -> Outcomes<Option<String>> {
    match read_secret(&secret.from) {
        Ok(text) => Ok(Some(text)),
        Err(_) if secret.optional => Ok(None),
        Err(why) => Err(Failure::lasting(format!("the feed needs a key, and {why}"))),
    }
}

/// How names are resolved where only some addresses are permitted.
pub(crate) fn resolver(internal: Internal) -> Resolver {
    Resolver { internal }
}

/// Resolves names and leaves out what must not be connected to.
pub(crate) struct Resolver {
    internal: Internal,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (internal, name) = (self.internal.clone(), name.as_str().to_owned());
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let permitted: Vec<SocketAddr> =
                found.into_iter().filter(|address| internal.permits(address.ip())).collect();
            if permitted.is_empty() {
                return Err(address::refusal(&name).into());
            }
            let permitted: Addrs = Box::new(permitted.into_iter());
            Ok(permitted)
        })
    }
}
