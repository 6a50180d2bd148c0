//! What is too broad to be an indicator: it would match innocent things without end.

use std::net::IpAddr;

use super::{
    Refusal,
    address::{mask_v4, mask_v6, parse_network},
};
use crate::Observable;

/// Why this canonical value would match innocent things without end, where it would.
pub fn too_broad(kind: Observable, value: &str) -> Option<Refusal> {
    match kind {
        Observable::Ip => broad_network(value),
        Observable::Domain | Observable::EmailDomain => broad_domain(value),
        Observable::Hash if EMPTY_FILE.contains(&value) || value.bytes().all(|byte| byte == b'0') => {
            Some(Refusal("the hash of an empty file"))
        }
        Observable::UserAgent if value.len() < 6 || value == "Mozilla/5.0" => {
            Some(Refusal("a user agent that many programs share"))
        }
        Observable::UrlPath if value.len() < 5 || COMMON_PATHS.contains(&value) => {
            Some(Refusal("a path that many sites have"))
        }
        Observable::FileName if value.len() < 4 || COMMON_FILES.contains(&value) => {
            Some(Refusal("a file name that every host has"))
        }
        Observable::FilePath if is_of_system(value) => Some(Refusal("a file that every host has")),
        Observable::NamedPipe if value.len() < 3 || COMMON_PIPES.contains(&value) => {
            Some(Refusal("a pipe that every host has"))
        }
        Observable::RegistryKey if value.split('\\').count() < 3 => Some(Refusal("a key near the root of its hive")),
        Observable::EmailSubject | Observable::Mutex | Observable::HostName if value.chars().count() < 4 => {
            Some(Refusal("too short to tell anything"))
        }
        Observable::Asn if is_nobodys_system(value) => Some(Refusal("a number that no network on the internet has")),
        _ => None,
    }
}

/// Programs of the systems themselves: named in every report, and run on every host.
const COMMON_FILES: &[&str] = &[
    "bash",
    "cmd.exe",
    "conhost.exe",
    "cscript.exe",
    "csrss.exe",
    "curl.exe",
    "explorer.exe",
    "index.html",
    "kernel32.dll",
    "lsass.exe",
    "mshta.exe",
    "msiexec.exe",
    "notepad.exe",
    "ntdll.dll",
    "powershell.exe",
    "readme.txt",
    "reg.exe",
    "regsvr32.exe",
    "rundll32.exe",
    "sc.exe",
    "schtasks.exe",
    "services.exe",
    "setup.exe",
    "svchost.exe",
    "taskhost.exe",
    "winlogon.exe",
    "winword.exe",
    "wmic.exe",
    "wscript.exe",
];

const COMMON_PATHS: &[&str] = &[
    "/about",
    "/admin",
    "/admin/",
    "/api/",
    "/config",
    "/home",
    "/images/",
    "/index.asp",
    "/index.htm",
    "/index.html",
    "/index.jsp",
    "/index.php",
    "/login",
    "/login.asp",
    "/login.html",
    "/login.php",
    "/news/",
    "/robots.txt",
    "/search",
    "/upload",
    "/upload.php",
    "/wp-admin/",
    "/wp-content/",
    "/wp-login.php",
];

const COMMON_PIPES: &[&str] = &[
    "atsvc",
    "browser",
    "epmapper",
    "eventlog",
    "initshutdown",
    "lsarpc",
    "lsass",
    "netlogon",
    "ntsvcs",
    "samr",
    "spoolss",
    "srvsvc",
    "svcctl",
    "trkwks",
    "wkssvc",
];

fn is_of_system(path: &str) -> bool {
    let in_system = path.strip_prefix("c:\\windows\\system32\\").or_else(|| path.strip_prefix("c:\\windows\\"));
    in_system.is_some_and(|name| COMMON_FILES.contains(&name))
}

/// Zero, the numbers for private use (RFC 6996) and the last ones (RFC 7300). Those for documentation are taken, as
/// documentation addresses are.
fn is_nobodys_system(value: &str) -> bool {
    let number: Option<u32> = value.strip_prefix("AS").and_then(|digits| digits.parse().ok());
    number.is_none_or(|number| matches!(number, 0 | 23456 | 64512..=65535 | 4_200_000_000..=u32::MAX))
}

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
