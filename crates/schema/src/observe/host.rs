//! What is found on hosts and in messages: paths, registry keys, pipes, subjects.

use std::borrow::Cow;

use super::{Refusal, kept_or};

const EMPTY: Refusal = Refusal("empty");

/// Case and the number of blanks say nothing in a subject.
pub(super) fn subject(text: &str) -> Result<Cow<'_, str>, Refusal> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.is_empty() {
        return Err(EMPTY);
    }
    Ok(kept_or(text, words.join(" ").to_lowercase()))
}

/// The last part of a path, lower-case.
pub(super) fn file_name(text: &str) -> Result<Cow<'_, str>, Refusal> {
    let name = path_name(text);
    if name.is_empty() || matches!(name, "." | "..") {
        return Err(Refusal("not a file name"));
    }
    Ok(kept_or(text, name.to_lowercase()))
}

/// What stands behind the last slash, of either kind.
pub fn path_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// Lower-case; on Windows with backslashes, and with the variables of the system written out.
pub(super) fn file_path(text: &str) -> Result<Cow<'_, str>, Refusal> {
    let lower = text.to_lowercase();
    let drive = matches!(lower.as_bytes(), [b'a'..=b'z', b':', b'\\' | b'/', ..]);
    let on_windows = drive || lower.starts_with('%') || lower.contains('\\');
    if !on_windows {
        return if lower.starts_with('/') && lower.len() > 1 { Ok(kept_or(text, lower)) } else { Err(NO_PATH) };
    }
    let mut path = single(&lower.replace('/', "\\"), '\\');
    for before in ["\\\\?\\", "\\??\\", "\\\\.\\"] {
        path = path.strip_prefix(before).map_or(path.clone(), str::to_owned);
    }
    for (variable, folder) in VARIABLES {
        if let Some(rest) = path.strip_prefix(variable).filter(|rest| rest.starts_with('\\')) {
            path = format!("{folder}{rest}");
        }
    }
    let names_something = path.trim_end_matches('\\').len() > 2;
    if names_something { Ok(kept_or(text, path)) } else { Err(NO_PATH) }
}

const NO_PATH: Refusal = Refusal("not a path of a file");

/// Variables that mean one folder on nearly every Windows host.
const VARIABLES: &[(&str, &str)] = &[
    ("%systemroot%", "c:\\windows"),
    ("%windir%", "c:\\windows"),
    ("%system%", "c:\\windows\\system32"),
    ("%systemdrive%", "c:"),
    ("%programfiles%", "c:\\program files"),
    ("%programfiles(x86)%", "c:\\program files (x86)"),
    ("%programdata%", "c:\\programdata"),
    ("%allusersprofile%", "c:\\programdata"),
    ("%public%", "c:\\users\\public"),
    ("%temp%", "%localappdata%\\temp"),
    ("%tmp%", "%localappdata%\\temp"),
];

/// The forms under which a path of telemetry may be listed: as it is and, below a user's folder, with the variable
/// that stands for that folder, because an indicator does not know the user's name.
pub fn path_forms(path: &str) -> Vec<String> {
    let Ok(path) = file_path(path) else { return Vec::new() };
    let mut forms = Vec::new();
    let below_users = path.strip_prefix("c:\\users\\").and_then(|rest| rest.split_once('\\'));
    if let Some((_, below)) = below_users {
        for (folder, variable) in [("appdata\\roaming", "%appdata%"), ("appdata\\local", "%localappdata%")] {
            if let Some(rest) = below.strip_prefix(folder).filter(|rest| rest.starts_with('\\')) {
                forms.push(format!("{variable}{rest}"));
            }
        }
        forms.push(format!("%userprofile%\\{below}"));
    }
    forms.push(path.into_owned());
    forms
}

/// Lower-case, the hive in its short form, without a backslash at the end.
pub(super) fn registry_key(text: &str) -> Result<Cow<'_, str>, Refusal> {
    let lower = single(&text.to_lowercase().replace('/', "\\"), '\\');
    let mut key = lower.trim_end_matches('\\').to_owned();
    for (long, short) in HIVES {
        if let Some(rest) = key.strip_prefix(long).filter(|rest| rest.is_empty() || rest.starts_with('\\')) {
            key = format!("{short}{rest}");
        }
    }
    // A user's own hive, whoever the user is.
    let of_user = key.strip_prefix("hku\\s-1-5-21-").and_then(|rest| rest.split_once('\\'));
    let is_sid = |sid: &str| sid.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if let Some((_, rest)) = of_user.filter(|(sid, _)| is_sid(sid)) {
        key = format!("hkcu\\{rest}");
    }
    if key.split('\\').filter(|part| !part.is_empty()).count() < 2 {
        return Err(Refusal("not a registry key: a hive and a key expected"));
    }
    Ok(kept_or(text, key))
}

const HIVES: &[(&str, &str)] = &[
    ("hkey_local_machine", "hklm"),
    ("hkey_current_user", "hkcu"),
    ("hkey_classes_root", "hkcr"),
    ("hkey_users", "hku"),
    ("hkey_current_config", "hkcc"),
    ("\\registry\\machine", "hklm"),
    ("\\registry\\user", "hku"),
];

/// Lower-case, without what stands before every name.
pub(super) fn named_pipe(text: &str) -> Result<Cow<'_, str>, Refusal> {
    let lower = text.to_lowercase().replace('/', "\\");
    let mut name = lower.as_str();
    for before in ["\\\\.\\pipe", "\\\\?\\pipe", "\\device\\namedpipe", "\\pipe", "pipe"] {
        name = name.strip_prefix(before).filter(|rest| rest.starts_with('\\')).unwrap_or(name);
    }
    let name = name.trim_start_matches('\\');
    if name.is_empty() {
        return Err(EMPTY);
    }
    Ok(kept_or(text, name.to_owned()))
}

/// Runs of this character as one, but for one at the start, which names a share.
fn single(text: &str, run: char) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let repeats = c == run && out.ends_with(run) && out.len() > run.len_utf8();
        if !repeats {
            out.push(c);
        }
    }
    out
}
