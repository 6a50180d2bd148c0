//! HTTPS as a browser meets it: HTTP/2 is offered, cookies keep to it, plain requests and wrong keys are refused.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use serde_json::json;

use super::client::{self, PASSWORD};
use crate::home::Home;

/// A certificate for 127.0.0.1 that names itself as who has issued it, and its key. Nothing without `openssl`.
fn certificate(home: &Home, name: &str) -> Option<(PathBuf, PathBuf)> {
    let (certificate, key) = (home.path(&format!("{name}.pem")), home.path(&format!("{name}.key")));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
        .args(["-subj", "/CN=margay", "-addext", "subjectAltName=IP:127.0.0.1"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output();
    match made {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => {
            eprintln!("SKIPPED: no certificate without openssl: {error}");
            return None;
        }
    }
    Some((certificate, key))
}

/// A server over TLS that ends with the test.
struct Server {
    child: Child,
    address: SocketAddr,
    token: String,
    certificate: PathBuf,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn serve(home: &Home, certificate: &std::path::Path, key: &std::path::Path) -> Command {
    let mut command = home.command(&["serve", "--listen", "127.0.0.1:0", "--tls-certificate"]);
    command.arg(certificate).arg("--tls-key").arg(key);
    command
}

impl Server {
    fn start(home: &Home) -> Option<Self> {
        let (certificate, key) = certificate(home, "own")?;
        let mut command = serve(home, &certificate, &key);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("starts");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines().map_while(Result::ok);
        let first = lines.next().expect("a line");
        let address = first.strip_prefix("Margay listens on https://").and_then(|address| address.parse().ok());
        let address = address.unwrap_or_else(|| panic!("no address in {first:?}"));
        let link = lines.find(|line| line.contains("/setup#")).expect("a link");
        assert!(link.trim().starts_with("https://"), "{link}");
        let token = link.rsplit('#').next().expect("a token").to_owned();
        Some(Self { child, address, token, certificate })
    }

    /// A connection that offers these protocols.
    fn connect(&self, protocols: &[&[u8]]) -> StreamOwned<ClientConnection, TcpStream> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(&self.certificate).expect("a certificate")).expect("is taken");
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
        let name = ServerName::try_from("127.0.0.1").expect("an address");
        let connection = ClientConnection::new(Arc::new(config), name).expect("a connection");
        let stream = TcpStream::connect(self.address).expect("connects");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("sets");
        let mut stream = StreamOwned::new(connection, stream);
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock).expect("shakes hands");
        }
        stream
    }

    fn ask(&self, request: &str) -> String {
        let mut stream = self.connect(&[b"http/1.1"]);
        stream.write_all(request.as_bytes()).expect("sends");
        let mut answer = Vec::new();
        // The server may hang up without a farewell.
        drop(stream.read_to_end(&mut answer));
        String::from_utf8_lossy(&answer).into_owned()
    }
}

#[test]
fn over_tls_cookies_keep_to_it_and_browsers_come_back_by_it() {
    let home = Home::new();
    let Some(server) = Server::start(&home) else { return };
    let h2 = server.connect(&[b"h2", b"http/1.1"]);
    assert_eq!(h2.conn.alpn_protocol(), Some(&b"h2"[..]), "HTTP/2 where it is offered");

    let body = json!({ "token": server.token, "name": "ann", "password": PASSWORD }).to_string();
    let head = format!("host: {}\r\nconnection: close\r\n", server.address);
    let answer = server.ask(&format!(
        "POST /api/v1/setup HTTP/1.1\r\n{head}content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    ));
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("strict-transport-security: max-age="), "{answer}");
    let cookie = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("a cookie");
    assert!(
        cookie.starts_with("__Host-margay=") && cookie.contains("; Secure") && cookie.contains("Path=/"),
        "{cookie}"
    );

    let session = |name: &str| {
        let token = cookie.split(['=', ';']).nth(1).expect("a value");
        server.ask(&format!("GET /api/v1/session HTTP/1.1\r\n{head}cookie: {name}={token}\r\n\r\n"))
    };
    assert!(session("__Host-margay").starts_with("HTTP/1.1 200"));
    assert!(session("margay").starts_with("HTTP/1.1 401"), "a name that another server on this host could set");

    let plain = client::raw(server.address, format!("GET / HTTP/1.1\r\n{head}\r\n").as_bytes());
    assert!(plain.is_none(), "plain HTTP is hung up on: {plain:?}");
    assert!(session("__Host-margay").starts_with("HTTP/1.1 200"), "and others are served");
}

#[test]
fn a_key_of_another_certificate_and_files_that_are_none_are_refused_before_anybody_is_told_of_a_server() {
    let home = Home::new();
    let (Some((own, _)), Some((_, other))) = (certificate(&home, "own"), certificate(&home, "other")) else { return };
    let rubbish = home.path("rubbish.pem");
    std::fs::write(&rubbish, "no PEM").expect("writes");
    for (certificate, key) in [(&own, &other), (&rubbish, &other), (&own, &rubbish), (&home.path("gone"), &other)] {
        let output = serve(&home, certificate, key).output().expect("ends");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains("could not use") && told.contains("hint"), "{told}");
        assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}
