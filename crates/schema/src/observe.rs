//! Text → observable: refanging, canonical forms, and what is too broad to be an indicator.
//!
//! Feeds, reports and telemetry write one thing in many ways; two texts mean the same observable exactly when
//! their canonical forms are equal. `share` reads feeds with this and `detect` compares with it.

use std::{
    borrow::Cow,
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use crate::Observable;

/// Longest text taken for an observable, in bytes: beyond this it is a document and not a thing to look for.
const MAX_LENGTH: usize = 4_096;

/// Why a text is not taken as an indicator: a fragment for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal(&'static str);

impl Refusal {
    pub fn reason(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Refusal {}

/// Guesses the kind of a bare text and brings it into canonical form; defanged forms are accepted.
///
/// 32 hex digits are taken for an MD5, because nothing in the text tells it from a JA3; a user agent is never guessed.
pub fn read(text: &str) -> Result<(Observable, String), Refusal> {
    let text = refang(text);
    let kind = guess(&text)?;
    canonical(kind, &text).map(|value| (kind, value.into_owned()))
}

/// Texts whose form still changes after so many readings mean nothing.
const READINGS_MAX: usize = 8;

/// The canonical form of `text` as an observable of this kind; borrowed where it has that form already.
pub fn canonical(kind: Observable, text: &str) -> Result<Cow<'_, str>, Refusal> {
    let mut value = match read_once(kind, text)? {
        Cow::Borrowed(value) => return Ok(Cow::Borrowed(value)),
        Cow::Owned(value) => value,
    };
    // Brackets within brackets: what is left when the outer ones are gone is read again, so that two texts mean the
    // same exactly when their forms are equal.
    for _ in 0..READINGS_MAX {
        let again = read_once(kind, &value)?;
        if again == value {
            return Ok(Cow::Owned(value));
        }
        value = again.into_owned();
    }
    Err(Refusal("brackets within brackets"))
}

fn read_once(kind: Observable, text: &str) -> Result<Cow<'_, str>, Refusal> {
    if text.len() > MAX_LENGTH {
        return Err(Refusal("longer than 4096 bytes"));
    }
    match kind {
        Observable::Ip => carry(refang(text), ip),
        Observable::Domain => carry(refang(text), domain),
        Observable::Url => carry(refang(text), url),
        Observable::Email => carry(refang(text), email),
        Observable::Hash => hash(text.trim()),
        Observable::UserAgent => user_agent(text.trim()),
        Observable::Ja3 => ja3(text.trim()),
        Observable::Ja4 => ja4(text.trim()),
    }
}

/// Why this canonical value would match innocent things without end, where it would.
pub fn too_broad(kind: Observable, value: &str) -> Option<Refusal> {
    match kind {
        Observable::Ip => broad_network(value),
        Observable::Domain => broad_domain(value),
        Observable::Hash if EMPTY_FILE.contains(&value) || value.bytes().all(|byte| byte == b'0') => {
            Some(Refusal("the hash of an empty file"))
        }
        Observable::UserAgent if value.len() < 6 || value == "Mozilla/5.0" => {
            Some(Refusal("a user agent that many programs share"))
        }
        Observable::Url | Observable::Email | Observable::Hash => None,
        Observable::UserAgent | Observable::Ja3 | Observable::Ja4 => None,
    }
}

/// Undoes what people do to keep an indicator from being clicked: `hxxps[:]//evil[.]example` and its relatives.
pub fn refang(text: &str) -> Cow<'_, str> {
    let text = text.trim_matches(is_wrapping);
    let scheme = LIVE_SCHEMES.iter().find(|(fanged, _)| starts_with(text.as_bytes(), fanged.as_bytes()));
    let brackets = text.bytes().any(|byte| matches!(byte, b'[' | b'(' | b'{' | b'\\' | b' ' | b']'));
    if scheme.is_none() && !brackets {
        return Cow::Borrowed(text);
    }
    let mut live = String::with_capacity(text.len());
    let mut rest = text;
    if let Some((fanged, plain)) = scheme {
        live.push_str(plain);
        rest = rest.get(fanged.len()..).unwrap_or_default();
    }
    while let Some(next) = rest.chars().next() {
        let mark = FANGS.iter().find(|(fanged, _)| starts_with(rest.as_bytes(), fanged.as_bytes()));
        let taken = match mark {
            Some((fanged, plain)) => {
                live.push_str(plain);
                fanged.len()
            }
            None => {
                live.push(next);
                next.len_utf8()
            }
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    Cow::Owned(live)
}

/// An IPv4 or IPv6 address; an IPv4 address inside IPv6 is given as IPv4. Leading zeros are refused, because some
/// programs read them as octal.
pub fn parse_ip(text: &str) -> Option<IpAddr> {
    if let Some(v4) = parse_ipv4(text.as_bytes()) {
        return Some(IpAddr::V4(v4));
    }
    text.contains(':').then(|| text.parse::<Ipv6Addr>().ok()).flatten().map(unmapped)
}

/// Dotted decimal to address, without the cost of the general parser: this runs for every address of every row.
pub fn parse_ipv4(text: &[u8]) -> Option<Ipv4Addr> {
    if text.len() > 15 {
        return None;
    }
    let (mut address, mut octet, mut digits, mut dots) = (0_u32, 0_u32, 0_u8, 0_u8);
    for byte in text {
        match byte {
            b'0'..=b'9' => {
                let leading_zero = digits > 0 && octet == 0;
                octet = octet * 10 + u32::from(byte - b'0');
                digits += 1;
                if leading_zero || octet > 255 {
                    return None;
                }
            }
            b'.' if digits > 0 && dots < 3 => {
                address = address << 8 | octet;
                (octet, digits) = (0, 0);
                dots += 1;
            }
            _ => return None,
        }
    }
    (dots == 3 && digits > 0).then(|| Ipv4Addr::from(address << 8 | octet))
}

/// A network in CIDR form or a single address, as its first address and prefix length.
pub fn parse_network(text: &str) -> Option<(IpAddr, u8)> {
    let Some((address, prefix)) = text.split_once('/') else {
        return parse_ip(text).map(|ip| (ip, bits(ip)));
    };
    let written_v4_in_v6 = address.contains(':');
    let address = parse_ip(address)?;
    let mut length: u8 = prefix.parse().ok()?;
    if written_v4_in_v6 && address.is_ipv4() {
        length = length.checked_sub(96)?;
    }
    (length <= bits(address)).then(|| (first_address(address, length), length))
}

/// The host of a URL in canonical form: a domain, or an address (an IPv6 address without its brackets).
pub fn url_host(url: &str) -> &str {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = after_scheme.split(['/', '?', '#']).next().unwrap_or_default();
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    }
}

/// What stands for `http` at the front of a defanged URL.
const LIVE_SCHEMES: &[(&str, &str)] = &[
    ("hxxps", "https"),
    ("hxxp", "http"),
    ("h**ps", "https"),
    ("h**p", "http"),
    ("h__ps", "https"),
    ("h__p", "http"),
    ("meows", "https"),
    ("meow", "http"),
    ("fxp", "ftp"),
];

/// Longer forms before those they start with. A single bracket beside a dot is somebody's half-finished `[.]`.
const FANGS: &[(&str, &str)] = &[
    ("[.]", "."),
    ("(.)", "."),
    ("{.}", "."),
    ("[dot]", "."),
    ("(dot)", "."),
    ("{dot}", "."),
    (" [dot] ", "."),
    (" dot ", "."),
    ("[://]", "://"),
    ("[:]", ":"),
    ("(:)", ":"),
    ("{:}", ":"),
    ("[/]", "/"),
    ("[@]", "@"),
    ("(@)", "@"),
    ("[at]", "@"),
    ("(at)", "@"),
    ("{at}", "@"),
    ("\\.", "."),
    ("[.", "."),
    (".]", "."),
];

/// Endings that look like a top-level domain and are those of files; only used where the kind is guessed.
const FILE_ENDINGS: &[&str] = &[
    "apk", "asp", "aspx", "bat", "bin", "cmd", "dat", "dll", "doc", "docm", "docx", "elf", "exe", "gif", "gz", "hta",
    "htm", "html", "ini", "iso", "jar", "jpg", "js", "json", "jsp", "lnk", "log", "msi", "pdf", "php", "png", "ps1",
    "rar", "rtf", "scr", "sys", "tar", "tmp", "txt", "vbs", "xls", "xlsm", "xlsx", "xml",
];

/// MD5, SHA-1 and SHA-256 of no bytes at all: sensors report them for every empty transfer.
const EMPTY_FILE: &[&str] = &[
    "d41d8cd98f00b204e9800998ecf8427e",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
];

/// Networks whose addresses mean another host in every organisation, or no host at all.
/// The ranges for documentation (RFC 5737, RFC 3849) are not here: tests and simulations need addresses to list.
const NOBODYS_V4: &[(u32, u8, &str)] = &[
    (0x0000_0000, 8, "lies in 0.0.0.0/8, which is no host"),
    (0x0a00_0000, 8, "a private address"),
    (0x6440_0000, 10, "an address behind a provider's NAT (RFC 6598)"),
    (0x7f00_0000, 8, "a loopback address"),
    (0xa9fe_0000, 16, "a link-local address"),
    (0xac10_0000, 12, "a private address"),
    (0xc0a8_0000, 16, "a private address"),
    (0xe000_0000, 4, "a multicast address"),
    (0xf000_0000, 4, "a reserved or broadcast address"),
];

const NOBODYS_V6: &[(u128, u8, &str)] = &[
    (0, 127, "the unspecified or the loopback address"),
    (0xfc00 << 112, 7, "a private address"),
    (0xfe80 << 112, 10, "a link-local address"),
    (0xff00 << 112, 8, "a multicast address"),
];

/// Labels under which country registries sell names: `co.uk`, `com.br`.
const REGISTRY_LABELS: &[&str] = &[
    "ac", "co", "com", "edu", "go", "gob", "gov", "gouv", "info", "ltd", "mil", "ne", "net", "nom", "or", "org", "plc",
];

fn guess(text: &str) -> Result<Observable, Refusal> {
    if text.is_empty() {
        return Err(Refusal("empty"));
    }
    if text.starts_with('/') {
        return Err(Refusal("a path without a host"));
    }
    let in_url = text.contains("://");
    if !in_url && is_hex(text) && matches!(text.len(), 32 | 40 | 64 | 128) {
        return Ok(Observable::Hash);
    }
    if is_ja4(text) {
        return Ok(Observable::Ja4);
    }
    if !in_url && ip(text).is_ok() {
        return Ok(Observable::Ip);
    }
    if in_url || text.contains(['/', '?']) {
        return Ok(Observable::Url);
    }
    if text.contains('@') {
        return Ok(Observable::Email);
    }
    let ending = text.rsplit('.').next().unwrap_or_default();
    if FILE_ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending)) {
        return Err(Refusal("looks like a file name"));
    }
    Ok(Observable::Domain)
}

fn ip(text: &str) -> Result<Cow<'_, str>, Refusal> {
    const NOT_AN_ADDRESS: Refusal = Refusal("not an IP address or network");
    let bare = without_port(text);
    let (address, length) = parse_network(bare).ok_or(NOT_AN_ADDRESS)?;
    let single = length == bits(address);
    // A dotted quad without leading zeros is its own canonical form.
    if single && address.is_ipv4() && parse_ipv4(bare.as_bytes()).is_some() {
        return Ok(Cow::Borrowed(bare));
    }
    Ok(Cow::Owned(if single { address.to_string() } else { format!("{address}/{length}") }))
}

fn domain(text: &str) -> Result<Cow<'_, str>, Refusal> {
    let name = without_port(text).trim_end_matches('.');
    let name = name.strip_prefix("*.").unwrap_or(name).trim_start_matches('.');
    let name = lower_ascii_name(name)?;
    if name.is_empty() || name.len() > 253 {
        return Err(Refusal("not a domain name: empty or longer than 253 characters"));
    }
    let well_formed = name.split('.').all(|label| (1..=63).contains(&label.len()) && label.bytes().all(in_host_name));
    if !well_formed {
        return Err(Refusal("not a domain name"));
    }
    let last = name.rsplit('.').next().unwrap_or_default();
    if last.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refusal("not a domain name: ends in a number"));
    }
    Ok(name)
}

/// Scheme and host in lower case, no default port, user or fragment, percent signs in one spelling, path never empty.
/// A URL without a scheme stays without one.
/// What people put around an indicator, and is no part of it.
fn is_wrapping(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '\u{200b}' | '\u{feff}')
}

fn url(text: &str) -> Result<Cow<'_, str>, Refusal> {
    const NO_HOST: Refusal = Refusal("a URL without a valid host");
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None => (String::new(), text),
    };
    if !scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')) {
        return Err(Refusal("a URL with an odd scheme"));
    }
    // What stood before the fragment is now the end, which no quotes or blanks belong to.
    let rest = rest.split('#').next().unwrap_or_default().trim_end_matches(is_wrapping);
    let cut = rest.find(['/', '?', '\\']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(cut).ok_or(NO_HOST)?;
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = host_of(authority).ok_or(NO_HOST)?;

    let mut out = String::with_capacity(text.len() + 1);
    if !scheme.is_empty() {
        out.push_str(&scheme);
        out.push_str("://");
    }
    out.push_str(&host);
    if let Some(port) = port_of(authority).filter(|port| !is_default_port(&scheme, port)) {
        out.push(':');
        out.push_str(port);
    }
    if !path.starts_with(['/', '\\']) {
        out.push('/');
    }
    push_percent_normalized(&mut out, path);
    Ok(if out == text { Cow::Borrowed(text) } else { Cow::Owned(out) })
}

fn email(text: &str) -> Result<Cow<'_, str>, Refusal> {
    const NOT_AN_ADDRESS: Refusal = Refusal("not an e-mail address");
    let inner = text.rsplit_once('<').map_or(text, |(_, inner)| inner.trim_end_matches('>'));
    let inner = inner.strip_prefix("mailto:").unwrap_or(inner);
    let (local, host) = inner.rsplit_once('@').ok_or(NOT_AN_ADDRESS)?;
    let odd = local.is_empty() || local.len() > 64 || local.bytes().any(|byte| byte <= b' ' || byte == b'@');
    if odd {
        return Err(NOT_AN_ADDRESS);
    }
    let host = domain(host)?;
    let lower = format!("{}@{host}", local.to_lowercase());
    Ok(if lower == inner { Cow::Borrowed(inner) } else { Cow::Owned(lower) })
}

fn hash(text: &str) -> Result<Cow<'_, str>, Refusal> {
    let digits = text.rsplit_once([':', '=']).map_or(text, |(_, digits)| digits.trim());
    if !is_hex(digits) || !matches!(digits.len(), 32 | 40 | 64 | 128) {
        return Err(Refusal("not an MD5, SHA-1, SHA-256 or SHA-512 in hex"));
    }
    Ok(lower(digits))
}

fn user_agent(text: &str) -> Result<Cow<'_, str>, Refusal> {
    if text.is_empty() {
        return Err(Refusal("empty"));
    }
    Ok(Cow::Borrowed(text))
}

fn ja3(text: &str) -> Result<Cow<'_, str>, Refusal> {
    if text.len() != 32 || !is_hex(text) {
        return Err(Refusal("not a JA3: 32 hex digits expected"));
    }
    Ok(lower(text))
}

fn ja4(text: &str) -> Result<Cow<'_, str>, Refusal> {
    if !is_ja4(text) {
        return Err(Refusal("not a JA4: a_b_c of 10, 12 and 12 characters expected"));
    }
    Ok(lower(text))
}

/// `t13d1516h2_8daaf6152771_e5627efa2ab1`: transport, then the two truncated hashes.
fn is_ja4(text: &str) -> bool {
    let parts: [usize; 3] = [10, 12, 12];
    let mut found = text.split('_');
    let shaped = parts.iter().all(|want| found.next().is_some_and(|part| part.len() == *want && part.is_ascii()));
    let hashes = text.split('_').skip(1).all(is_hex);
    shaped && found.next().is_none() && hashes && matches!(text.as_bytes().first(), Some(b't' | b'q' | b'd'))
}

fn broad_network(value: &str) -> Option<Refusal> {
    let (address, length) = parse_network(value)?;
    match address {
        IpAddr::V4(v4) => {
            if length < 8 {
                return Some(Refusal("a network wider than /8"));
            }
            let overlapping = |(first, prefix, _): &&(u32, u8, _)| {
                let common = length.min(*prefix);
                mask_v4(u32::from(v4), common) == mask_v4(*first, common)
            };
            NOBODYS_V4.iter().find(overlapping).map(|(_, _, why)| Refusal(why))
        }
        IpAddr::V6(v6) => {
            if length < 19 {
                return Some(Refusal("a network wider than /19"));
            }
            let overlapping = |(first, prefix, _): &&(u128, u8, _)| {
                let common = length.min(*prefix);
                mask_v6(u128::from(v6), common) == mask_v6(*first, common)
            };
            NOBODYS_V6.iter().find(overlapping).map(|(_, _, why)| Refusal(why))
        }
    }
}

fn broad_domain(value: &str) -> Option<Refusal> {
    let Some((first, rest)) = value.split_once('.') else {
        return Some(Refusal("a single label: a top-level domain or a local name"));
    };
    // `2.0.192.in-addr.arpa` and wider; names for single hosts there are misused now and then, and may be listed.
    let wide_reverse_zone = value.ends_with(".arpa") && value.split('.').count() <= 5;
    if wide_reverse_zone {
        return Some(Refusal("a zone of reverse names, which every resolver asks for"));
    }
    let country_registry = rest.len() == 2 && REGISTRY_LABELS.contains(&first);
    country_registry.then_some(Refusal("a public suffix under which anybody can register"))
}

/// Takes the port off `host:port` and `[v6]:port`; an IPv6 address without brackets has none.
fn without_port(text: &str) -> &str {
    if let Some(inner) = text.strip_prefix('[') {
        return inner.split(']').next().unwrap_or_default();
    }
    match text.split_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => text,
    }
}

fn host_of(authority: &str) -> Option<Cow<'_, str>> {
    if let Some(inner) = authority.strip_prefix('[') {
        let v6: Ipv6Addr = inner.split(']').next()?.parse().ok()?;
        return Some(Cow::Owned(match unmapped(v6) {
            IpAddr::V4(v4) => v4.to_string(),
            IpAddr::V6(v6) => format!("[{v6}]"),
        }));
    }
    let host = authority.split(':').next()?;
    if parse_ipv4(host.as_bytes()).is_some() {
        return Some(Cow::Borrowed(host));
    }
    domain(host).ok()
}

fn port_of(authority: &str) -> Option<&str> {
    let after_v6 = authority.rsplit(']').next()?;
    let (_, port) = after_v6.rsplit_once(':')?;
    (!port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())).then_some(port)
}

fn is_default_port(scheme: &str, port: &str) -> bool {
    matches!((scheme, port), ("http", "80") | ("https", "443") | ("ftp", "21"))
}

/// RFC 3986 §6.2.2: unreserved characters unescaped, other escapes in upper case, and what may not stand bare escaped.
fn push_percent_normalized(out: &mut String, path: &str) {
    let mut rest = path.as_bytes();
    while let [byte, tail @ ..] = rest {
        rest = tail;
        match (byte, tail) {
            (b'%', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                push_plain_or_escaped(out, hex_value(*high) << 4 | hex_value(*low));
                rest = after;
            }
            (b'\\', _) => out.push('/'),
            (b'!'..=b'~', _) => out.push(char::from(*byte)),
            _ => push_escaped(out, *byte),
        }
    }
}

fn push_plain_or_escaped(out: &mut String, byte: u8) {
    let unreserved = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    if unreserved {
        out.push(char::from(byte));
    } else {
        push_escaped(out, byte);
    }
}

fn push_escaped(out: &mut String, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    out.push('%');
    for nibble in [byte >> 4, byte & 15] {
        out.push(DIGITS.get(usize::from(nibble)).map_or('0', |digit| char::from(*digit)));
    }
}

fn hex_value(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20) - b'a' + 10,
    }
}

/// Runs a canonical form over text that may already be a copy, and copies no more than needed.
fn carry<'a>(
    text: Cow<'a, str>,
    form: impl for<'b> Fn(&'b str) -> Result<Cow<'b, str>, Refusal>,
) -> Result<Cow<'a, str>, Refusal> {
    match text {
        Cow::Borrowed(text) => form(text),
        Cow::Owned(text) => form(&text).map(|value| Cow::Owned(value.into_owned())),
    }
}

fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Cow::Owned(text.to_ascii_lowercase());
    }
    Cow::Borrowed(text)
}

/// Lower case, and labels beyond ASCII in their `xn--` form. Unicode normalization is left to the writer: a name that
/// only equals another after NFC is another name here.
fn lower_ascii_name(name: &str) -> Result<Cow<'_, str>, Refusal> {
    if name.is_ascii() {
        return Ok(lower(name));
    }
    let lower = name.to_lowercase().replace(['\u{3002}', '\u{ff0e}', '\u{ff61}'], ".");
    let mut labels = Vec::new();
    for label in lower.split('.') {
        labels.push(if label.is_ascii() { label.to_owned() } else { format!("xn--{}", punycode(label)?) });
    }
    Ok(Cow::Owned(labels.join(".")))
}

/// RFC 3492 §6.3.
fn punycode(label: &str) -> Result<String, Refusal> {
    const TOO_LONG: Refusal = Refusal("not a domain name: a label is too long");
    if label.chars().count() > 63 {
        return Err(TOO_LONG);
    }
    let mut out: String = label.chars().filter(char::is_ascii).collect();
    let basic = out.len();
    if basic > 0 {
        out.push('-');
    }
    let (mut code, mut delta, mut bias, mut done) = (128_u32, 0_u32, 72_u32, basic);
    let total = label.chars().count();
    while done < total {
        let next = label.chars().map(u32::from).filter(|point| *point >= code).min().ok_or(TOO_LONG)?;
        let step = (next - code).checked_mul(done as u32 + 1).ok_or(TOO_LONG)?;
        delta = delta.checked_add(step).ok_or(TOO_LONG)?;
        code = next;
        for point in label.chars().map(u32::from) {
            if point < code {
                delta += 1;
            }
            if point == code {
                push_variable_length(&mut out, delta, bias);
                bias = adapted_bias(delta, done as u32 + 1, done == basic);
                delta = 0;
                done += 1;
            }
        }
        delta += 1;
        code += 1;
    }
    Ok(out)
}

fn push_variable_length(out: &mut String, mut delta: u32, bias: u32) {
    let mut position = 36;
    loop {
        let threshold = position.clamp(bias + 1, bias + 26) - bias;
        if delta < threshold {
            out.push(punycode_digit(delta));
            return;
        }
        out.push(punycode_digit(threshold + (delta - threshold) % (36 - threshold)));
        delta = (delta - threshold) / (36 - threshold);
        position += 36;
    }
}

fn adapted_bias(delta: u32, points: u32, first: bool) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta += delta / points;
    let mut bias = 0;
    while delta > 455 {
        delta /= 35;
        bias += 36;
    }
    bias + 36 * delta / (delta + 38)
}

fn punycode_digit(value: u32) -> char {
    match value {
        0..26 => char::from(b'a' + value as u8),
        _ => char::from(b'0' + (value.min(35) - 26) as u8),
    }
}

fn unmapped(address: Ipv6Addr) -> IpAddr {
    address.to_ipv4_mapped().map_or(IpAddr::V6(address), IpAddr::V4)
}

fn bits(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn first_address(address: IpAddr, length: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => IpAddr::V4(mask_v4(u32::from(v4), length).into()),
        IpAddr::V6(v6) => IpAddr::V6(mask_v6(u128::from(v6), length).into()),
    }
}

fn mask_v4(address: u32, length: u8) -> u32 {
    address & u32::MAX.checked_shl(32 - u32::from(length.min(32))).unwrap_or(0)
}

fn mask_v6(address: u128, length: u8) -> u128 {
    address & u128::MAX.checked_shl(128 - u32::from(length.min(128))).unwrap_or(0)
}

fn is_hex(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Underscores are no part of host names, but of names that are asked for all the same.
fn in_host_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

fn starts_with(text: &[u8], start: &[u8]) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, kind: Observable, want: &str) {
        assert_eq!(read(text), Ok((kind, want.to_owned())), "{text}");
    }

    #[test]
    fn defanged_forms_come_alive() {
        check("hxxps[:]//Evil[.]Example/Gate", Observable::Url, "https://evil.example/Gate");
        check("hXXp://evil(.)example:80", Observable::Url, "http://evil.example/");
        check("evil{.}example", Observable::Domain, "evil.example");
        check("evil dot example", Observable::Domain, "evil.example");
        check("evil\\.example.", Observable::Domain, "evil.example");
        check("evil[.example", Observable::Domain, "evil.example");
        check("bob[@]evil[.]example", Observable::Email, "bob@evil.example");
        check("198.51.100[.]7", Observable::Ip, "198.51.100.7");
    }

    #[test]
    fn addresses_have_one_spelling() {
        check("198.51.100.7:443", Observable::Ip, "198.51.100.7");
        check("198.51.100.7/24", Observable::Ip, "198.51.100.0/24");
        check("198.51.100.7/32", Observable::Ip, "198.51.100.7");
        check("2001:DB8:0:0::1", Observable::Ip, "2001:db8::1");
        check("[2001:db8::1]:443", Observable::Ip, "2001:db8::1");
        check("::ffff:198.51.100.7", Observable::Ip, "198.51.100.7");
        check("::ffff:198.51.100.7/120", Observable::Ip, "198.51.100.0/24");
        assert!(canonical(Observable::Ip, "198.051.100.7").is_err(), "octal or decimal, nobody knows");
        assert!(canonical(Observable::Ip, "198.51.100.7/33").is_err());
    }

    #[test]
    fn names_have_one_spelling() {
        check("*.Evil.Example", Observable::Domain, "evil.example");
        check("evil.example:8080", Observable::Domain, "evil.example");
        check("bücher.example", Observable::Domain, "xn--bcher-kva.example");
        check("пример.example", Observable::Domain, "xn--e1afmkfd.example");
        check("他们为什么不说中文.example", Observable::Domain, "xn--ihqwcrb4cv8a8dqg056pqjye.example");
        assert!(read("invoice.exe").is_err());
        assert!(canonical(Observable::Domain, "a..b").is_err());
    }

    #[test]
    fn urls_have_one_spelling() {
        check(
            "HTTP://user:pw@Evil.Example:80/%7ebob/%2e%c3%a9#top",
            Observable::Url,
            "http://evil.example/~bob/.%C3%A9",
        );
        check("https://evil.example?a=b c", Observable::Url, "https://evil.example/?a=b%20c");
        check("evil.example/gate.php", Observable::Url, "evil.example/gate.php");
        check("http://[2001:DB8::1]:8080/x", Observable::Url, "http://[2001:db8::1]:8080/x");
        assert!(read("http:///nohost").is_err());
        assert_eq!(url_host("http://[2001:db8::1]:8080/x"), "2001:db8::1");
        assert_eq!(url_host("evil.example:81/x"), "evil.example");
    }

    #[test]
    fn hashes_are_told_by_length() {
        check("44D88612FEA8A8F36DE82E1278ABB02F", Observable::Hash, "44d88612fea8a8f36de82e1278abb02f");
        check("t13d1516h2_8daaf6152771_e5627efa2ab1", Observable::Ja4, "t13d1516h2_8daaf6152771_e5627efa2ab1");
        assert!(canonical(Observable::Hash, "abc").is_err());
    }

    #[test]
    fn what_everybody_meets_is_too_broad() {
        for (kind, value) in [
            (Observable::Ip, "0.0.0.0/0"),
            (Observable::Ip, "192.0.0.0/8"),
            (Observable::Ip, "10.1.2.3"),
            (Observable::Ip, "::1"),
            (Observable::Ip, "fe80::1"),
            (Observable::Domain, "com"),
            (Observable::Domain, "co.uk"),
            (Observable::Domain, "10.in-addr.arpa"),
            (Observable::Hash, "d41d8cd98f00b204e9800998ecf8427e"),
            (Observable::UserAgent, "Mozilla/5.0"),
        ] {
            assert!(too_broad(kind, value).is_some(), "{value}");
        }
        for (kind, value) in [
            (Observable::Ip, "198.51.100.0/24"),
            (Observable::Ip, "2001:db8::/32"),
            (Observable::Domain, "evil.example"),
            (Observable::Domain, "evil.co.uk"),
        ] {
            assert_eq!(too_broad(kind, value), None, "{value}");
        }
    }

    #[test]
    fn a_quote_before_a_fragment_is_no_part_of_a_url() {
        let once = canonical(Observable::Url, "example.com/a'#b").map(Cow::into_owned);
        assert_eq!(once.as_deref(), Ok("example.com/a"));
    }

    proptest! {
        #[test]
        fn canonical_forms_are_fixed_points(text in "\\PC{0,60}") {
            for kind in Observable::ALL {
                if let Ok(once) = canonical(kind, &text) {
                    let twice = canonical(kind, &once).map(Cow::into_owned);
                    prop_assert_eq!(twice, Ok(once.into_owned()), "{}", kind);
                }
            }
        }

        #[test]
        fn likely_texts_are_fixed_points(text in "(h[tx]{2}ps?://)?([a-z0-9@%:./\\[\\]é]{1,12}[./]){1,4}[a-zA-Z0-9%#?]{0,8}") {
            if let Ok((kind, value)) = read(&text) {
                prop_assert_eq!(canonical(kind, &value).map(Cow::into_owned), Ok(value));
            }
        }

        #[test]
        fn fast_addresses_equal_the_standard_library(address: u32, junk in "[0-9.]{0,16}") {
            let address = Ipv4Addr::from(address);
            prop_assert_eq!(parse_ipv4(address.to_string().as_bytes()), Some(address));
            prop_assert_eq!(parse_ipv4(junk.as_bytes()), junk.parse().ok());
        }
    }
}
