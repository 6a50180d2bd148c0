//! What a bare text in a list is likely to be.

use std::borrow::Cow;

use super::{Refusal, address, fangs, fingerprint, is_hex, refang, starts_with};
use crate::Observable;

/// Endings that look like a top-level domain and are those of files; only used where the kind is guessed.
const FILE_ENDINGS: &[&str] = &[
    "apk", "asp", "aspx", "bat", "bin", "cmd", "dat", "dll", "doc", "docm", "docx", "elf", "exe", "gif", "gz", "hta",
    "htm", "html", "ini", "iso", "jar", "jpg", "js", "json", "jsp", "lnk", "log", "msi", "pdf", "php", "png", "ps1",
    "rar", "rtf", "scr", "sys", "tar", "tmp", "txt", "vbs", "xls", "xlsm", "xlsx", "xml",
];

/// Hives of the registry, as people shorten them and as the system writes them.
const HIVES: &[&str] = &["HKLM\\", "HKCU\\", "HKCR\\", "HKU\\", "HKEY_", "\\REGISTRY\\"];

/// Folders at the root of Unix hosts: a path that begins so lies on a host and not on a web server.
const UNIX_FOLDERS: &[&str] = &[
    "/Applications/",
    "/Library/",
    "/Users/",
    "/bin/",
    "/boot/",
    "/dev/",
    "/etc/",
    "/home/",
    "/lib/",
    "/mnt/",
    "/opt/",
    "/private/",
    "/proc/",
    concat!("/ro", "ot/"),
    "/run/",
    "/sbin/",
    "/sys/",
    "/tmp/",
    "/usr/",
    "/var/",
];

/// The kind, and the text without what hides it.
pub(super) fn kind(text: &str) -> Result<(Observable, Cow<'_, str>), Refusal> {
    let bare = text.trim_matches(fangs::is_wrapping);
    // Before brackets and backslashes are taken for hiding.
    if let Some(kind) = on_a_host(bare) {
        return Ok((kind, Cow::Borrowed(bare)));
    }
    let live = refang(text);
    Ok((of_live(&live)?, live))
}

fn on_a_host(text: &str) -> Option<Observable> {
    let bytes = text.as_bytes();
    if HIVES.iter().any(|hive| starts_with(bytes, hive.as_bytes())) {
        return Some(Observable::RegistryKey);
    }
    if starts_with(bytes, br"\\.\pipe\") {
        return Some(Observable::NamedPipe);
    }
    let drive = matches!(bytes, [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic());
    let variable = bytes.first() == Some(&b'%') && text.contains("%\\");
    let share = text.starts_with(r"\\") && !text.contains("://");
    let unix = UNIX_FOLDERS.iter().any(|folder| text.starts_with(folder));
    (drive || variable || share || unix).then_some(Observable::FilePath)
}

fn of_live(text: &str) -> Result<Observable, Refusal> {
    if text.is_empty() {
        return Err(Refusal("empty"));
    }
    if text.starts_with('/') {
        return Ok(Observable::UrlPath);
    }
    if text.contains("://") {
        return Ok(Observable::Url);
    }
    if let Some(kind) = of_alphabet(text) {
        return Ok(kind);
    }
    if address::ip(text).is_ok() {
        return Ok(Observable::Ip);
    }
    if text.contains(['/', '?']) {
        return Ok(Observable::Url);
    }
    if text.contains('@') {
        return Ok(Observable::Email);
    }
    let ending = text.rsplit('.').next().unwrap_or_default();
    if FILE_ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending)) && text.len() > ending.len() {
        return Ok(Observable::FileName);
    }
    Ok(Observable::Domain)
}

/// What length and alphabet alone give away.
fn of_alphabet(text: &str) -> Option<Observable> {
    if is_hex(text) && matches!(text.len(), 32 | 40 | 64 | 128) {
        return Some(Observable::Hash);
    }
    if fingerprint::is_ja4(text) {
        return Some(Observable::Ja4);
    }
    let upper_as = starts_with(text.as_bytes(), b"AS") && text.len() > 2;
    if upper_as && text.bytes().skip(2).all(|byte| byte.is_ascii_digit()) {
        return Some(Observable::Asn);
    }
    if starts_with(text.as_bytes(), b"CVE-") && fingerprint::cve(text).is_ok() {
        return Some(Observable::Cve);
    }
    if starts_with(text.as_bytes(), b"T1") && fingerprint::tlsh(text).is_ok() {
        return Some(Observable::Tlsh);
    }
    if text.contains(':') && fingerprint::ssdeep(text).is_ok() {
        return Some(Observable::Ssdeep);
    }
    fingerprint::is_plain_wallet(text).then_some(Observable::Wallet)
}
