//! One message to one receiver: posted, sent or written, with its id, by which a second delivery is known.

use std::{net::IpAddr, sync::Arc};

use reqwest::Url;
use tokio::{
    io::AsyncWriteExt,
    net::{TcpStream, UdpSocket},
};

use super::channels::{Channel, Way};
use crate::{
    Result,
    feeds::{Internal, check_address, read_secret, resolver},
    store::OutboxMessage,
};

/// The name by which receivers know that a message has come before (the IETF's draft of that name, and Stripe).
const KEY: &str = "Idempotency-Key";

/// Characters of an answer that says no, which are told.
const TOLD_MAX: usize = 200;

/// Delivers, or says why not. What is told never holds the secret, or the address that may hold it.
pub(super) async fn deliver(
    name: &str,
    channel: &Channel,
    message: &OutboxMessage,
) -> Result<std::result::Result<(), String>> {
    let way = channel.way(name)?;
    let delivery = async {
        match way {
            Way::Webhook(url) => post(name, channel, url, message).await,
            Way::Syslog { stream, address } => syslog(channel, stream, address, message).await,
            Way::File(path) => append(path.clone(), message.body.clone()).await,
        }
    };
    let done = tokio::time::timeout(channel.timeout(), delivery).await;
    Ok(done.unwrap_or_else(|_elapsed| Err(format!("no answer within {} seconds", channel.timeout().as_secs()))))
}

async fn post(name: &str, channel: &Channel, url: &str, message: &OutboxMessage) -> std::result::Result<(), String> {
    let secret = channel.secret.as_deref().map(read_secret).transpose()?;
    let text = url.replace("{secret}", secret.as_deref().unwrap_or_default());
    let url = Url::parse(&text).map_err(|error| format!("channels.{name}.url is no address: {error}"))?;
    let internal = internal(name, channel)?;
    let permitted = |why: &str| why.replace("feeds.internal", &format!("channels.{name}.internal"));
    check_address(&url, &internal).map_err(|why| permitted(&why))?;
    let http = reqwest::Client::builder()
        .user_agent(concat!("Margay/", env!("CARGO_PKG_VERSION")))
        // Whoever answers must not say where our events go.
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .dns_resolver(Arc::new(resolver(internal)))
        .build()
        .map_err(|_error| "could not set up HTTP".to_owned())?;
    let mut request =
        http.post(url).header("Content-Type", "application/json").header(KEY, &message.id).body(message.body.clone());
    if let (Some(header), Some(secret)) = (&channel.header, &secret) {
        let mut value = reqwest::header::HeaderValue::from_str(secret)
            .map_err(|_invalid| "the secret holds what a header cannot hold".to_owned())?;
        value.set_sensitive(true);
        request = request.header(header, value);
    }
    let answer = request.send().await.map_err(|error| permitted(&failed(&error)))?;
    if answer.status().is_success() {
        return Ok(());
    }
    Err(format!("the receiver answered {}", answer.status()))
}

/// An error without the address, which may hold a secret.
fn failed(error: &reqwest::Error) -> String {
    let mut deepest: &dyn std::error::Error = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    let mut why =
        if error.is_connect() { format!("no connection: {deepest}") } else { format!("it broke off: {deepest}") };
    why.truncate(why.floor_char_boundary(TOLD_MAX));
    why
}

fn internal(name: &str, channel: &Channel) -> std::result::Result<Internal, String> {
    Internal::of(&channel.internal).map_err(|_wrong| format!("channels.{name}.internal holds what is no network"))
}

/// RFC 5424 over UDP (one datagram) or TCP (with the number of its bytes before it, RFC 6587).
async fn syslog(
    channel: &Channel,
    stream: bool,
    address: &str,
    message: &OutboxMessage,
) -> std::result::Result<(), String> {
    let wrong = |error: std::io::Error| format!("the syslog server does not take it: {error}");
    let body: serde_json::Value = serde_json::from_str(&message.body).map_err(|error| error.to_string())?;
    let line = respond::notify::syslog(&body, "-");
    let internal = internal("syslog", channel)?;
    let found: Vec<std::net::SocketAddr> = tokio::net::lookup_host(address).await.map_err(wrong)?.collect();
    let to = found.into_iter().find(|one| internal.permits(one.ip()));
    let to =
        to.ok_or_else(|| "the address is of our own network; `internal` of the channel can permit it".to_owned())?;
    if stream {
        let mut connection = TcpStream::connect(to).await.map_err(wrong)?;
        connection.write_all(format!("{} {line}", line.len()).as_bytes()).await.map_err(wrong)?;
        return connection.shutdown().await.map_err(wrong);
    }
    let own: IpAddr = if to.is_ipv4() { [0, 0, 0, 0].into() } else { [0_u16; 8].into() };
    let socket = UdpSocket::bind((own, 0)).await.map_err(wrong)?;
    socket.send_to(line.as_bytes(), to).await.map_err(wrong).map(|_sent| ())
}

/// A line is whole on the disk, or is written again.
async fn append(path: std::path::PathBuf, body: String) -> std::result::Result<(), String> {
    let written = tokio::task::spawn_blocking(move || {
        use std::io::Write as _;
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(&path)?;
        file.write_all(format!("{body}\n").as_bytes())?;
        file.sync_data()
    });
    match written.await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(format!("the file could not be written: {error}")),
        Err(_gone) => Err("the thread that writes has ended".to_owned()),
    }
}
