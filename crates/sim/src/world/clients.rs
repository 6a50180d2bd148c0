//! TLS and HTTP clients: what a program looks like on the wire.

use crate::dice::{Dice, hash, hex, mix};

/// A TLS stack in one version, and the user agent that goes with it in the clear.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) name: &'static str,
    pub(crate) agent: &'static str,
    /// First part of JA4 without transport and SNI mark: version, ciphers, extensions, ALPN.
    ja4: &'static str,
    /// Shuffles its extensions on every connection, as Chromium does: JA3 is then never the same, JA4 always.
    shuffles: bool,
    /// Protocol it asks for by ALPN.
    pub(crate) alpn: Option<&'static str>,
    pub(crate) tls13: bool,
    /// Speaks QUIC.
    pub(crate) quic: bool,
}

impl Client {
    /// JA3 hash; not of real handshakes, but stable per stack like a real one.
    pub(crate) fn ja3(&self, dice: &mut Dice) -> String {
        let shuffle = if self.shuffles { dice.bits() } else { 0 };
        hex(mix(hash(self.name), shuffle), 32)
    }

    /// JA4 in its true shape: `t13d1516h2_8daaf6152771_02713d6af862`.
    pub(crate) fn ja4(&self, transport: char, named: bool) -> String {
        let (version, rest) = self.ja4.split_at_checked(2).unwrap_or(("12", ""));
        let sni = if named { 'd' } else { 'i' };
        let ciphers = hex(mix(hash(self.name), 4), 12);
        let extensions = hex(mix(hash(self.name), 5), 12);
        format!("{transport}{version}{sni}{rest}_{ciphers}_{extensions}")
    }

    /// JA3S of what a server of this stack answers to this client.
    pub(crate) fn ja3s(&self, server_stack: u64) -> String {
        hex(mix(hash(self.name), mix(server_stack, 3)), 32)
    }
}

const fn client(name: &'static str, agent: &'static str, ja4: &'static str, alpn: Option<&'static str>) -> Client {
    Client { name, agent, ja4, shuffles: false, alpn, tls13: true, quic: false }
}

const fn chromium(name: &'static str, agent: &'static str) -> Client {
    Client { name, agent, ja4: "131516h2", shuffles: true, alpn: Some("h2"), tls13: true, quic: true }
}

const fn old(name: &'static str, agent: &'static str, ja4: &'static str) -> Client {
    Client { name, agent, ja4, shuffles: false, alpn: None, tls13: false, quic: false }
}

const H2: Option<&str> = Some("h2");
const H1: Option<&str> = Some("http/1.1");

pub(crate) static CHROME: Client = chromium(
    "chrome",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36",
);
pub(crate) static EDGE: Client = chromium(
    "edge",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0",
);
pub(crate) static ELECTRON: Client = chromium(
    "electron",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.7204.100 Electron/37.2.1 Safari/537.36",
);
pub(crate) static FIREFOX: Client =
    client("firefox", "Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0", "131715h2", H2);
pub(crate) static SAFARI: Client = client(
    "safari",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.2 Safari/605.1.15",
    "132014h2",
    H2,
);
pub(crate) static SCHANNEL: Client = client("schannel", "Microsoft-WNS/10.0", "131911h2", H2);
pub(crate) static SCHANNEL_OLD: Client = old("schannel-1.2", "Microsoft-CryptoAPI/10.0", "121909h1");
pub(crate) static WINHTTP: Client = client("winhttp", "WinHTTP/1.0", "131909h1", H1);
pub(crate) static DOTNET: Client = client("dotnet", "", "13190900", None);
pub(crate) static APPLE: Client = client("apple-network", "CFNetwork/3860.200.71 Darwin/25.1.0", "132013h2", H2);
pub(crate) static GO: Client = client("go", "Go-http-client/1.1", "131311h2", H2);
pub(crate) static GO_OWN: Client = client("go-custom", "Go-http-client/1.1", "13130900", None);
pub(crate) static PYTHON: Client = client("python", "python-requests/2.32.5", "131812h1", H1);
pub(crate) static CURL: Client = client("curl", "curl/8.14.1", "133113h2", H2);
pub(crate) static JAVA: Client = client("java", "Java/21.0.9", "131812h1", H1);
pub(crate) static RUST: Client = client("rustls", "", "131011h2", H2);
pub(crate) static OPENSSL: Client = client("openssl", "Wget/1.25.0", "133012h1", H1);
pub(crate) static EMBEDDED: Client = old("mbedtls", "ESP32 HTTP Client/1.0", "12110600");
pub(crate) static CAMERA: Client = old("camera", "IPCamera/3.2", "12250500");
pub(crate) static OWN_C: Client = old("own-c", "", "12140700");
