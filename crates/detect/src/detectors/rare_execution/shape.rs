//! Paths and command lines without what changes by itself: versions, users, random names.

/// Programs whose work is what their command line says.
const INTERPRETERS: [&str; 26] = [
    "bash",
    "bitsadmin",
    "certutil",
    "cmd",
    "cscript",
    "curl",
    "dash",
    "installutil",
    "ksh",
    "msbuild",
    "mshta",
    "net",
    "node",
    "osascript",
    "perl",
    "php",
    "powershell",
    "pwsh",
    "python",
    "reg",
    "regsvr#",
    "ruby",
    "rundll#",
    "sh",
    "wmic",
    "wscript",
];

/// Programs of Windows that malware likes to be called as, and which live in its own folders only.
const AT_HOME: [&str; 14] = [
    "conhost",
    "csrss",
    "dllhost",
    "explorer",
    "lsass",
    "lsm",
    "rundll#",
    "services",
    "smss",
    "spoolsv",
    "svchost",
    "taskhostw",
    "wininit",
    "winlogon",
];

/// Folders of Windows, as [`path`] writes them.
const HOMES: [&str; 5] =
    [r"\windows\system#\", r"\windows\syswow#\", r"\windows\winsxs\", r"\windows\explorer", r"\windows\servicing\"];

/// Letters after which a name that mixes them with digits is taken for a random one.
const RANDOM_LETTERS_MIN: usize = 8;

/// The same for a part of a name that is set off, where all of it is hexadecimal.
const RANDOM_PART_LETTERS_MIN: usize = 4;

/// Options of a command line that make its shape.
const OPTIONS_MAX: usize = 6;
const OPTION_BYTES_MAX: usize = 16;
const WORDS_MAX: usize = 200;

const PATH_BYTES_MAX: usize = 1_024;

/// Lower-case, with `#` for numbers and `*` for users and random names; without drive.
pub(super) fn path(text: &str) -> String {
    let text = text.get(..text.floor_char_boundary(PATH_BYTES_MAX)).unwrap_or(text);
    let lower = text.trim().trim_matches('"').to_lowercase().replace('/', "\\");
    let bare = lower.strip_prefix(r"\\?\").or(lower.strip_prefix(r"\??\")).unwrap_or(&lower);
    let bare = match bare.split_once(':') {
        Some((drive, rest)) if drive.len() == 1 => rest,
        _ => bare,
    };
    let mut parts: Vec<String> = Vec::new();
    let mut is_user = false;
    for part in bare.split('\\') {
        parts.push(if is_user { "*".to_owned() } else { name(part) });
        is_user = part == "users" || part == "home";
    }
    parts.join("\\")
}

/// A file or folder: its stem `*` where it looks random, else with `#` for each number.
fn name(part: &str) -> String {
    let (stem, end) = match part.rsplit_once('.') {
        Some((stem, end)) if end.len() <= 4 && !stem.is_empty() => (stem, Some(end)),
        _ => (part, None),
    };
    let stem = if is_random(stem) { "*".to_owned() } else { without_numbers(&without_random_parts(stem)) };
    end.map_or_else(|| stem.clone(), |end| format!("{stem}.{}", without_numbers(end)))
}

/// `agent-3f9c` is `agent-*`: what builds and installers add to a name.
fn without_random_parts(stem: &str) -> String {
    let part = |part: &str| if is_random_part(part) { "*".to_owned() } else { part.to_owned() };
    let parts: Vec<String> =
        stem.split('-').map(|half| half.split('_').map(part).collect::<Vec<_>>().join("_")).collect();
    parts.join("-")
}

/// Hexadecimal digits of which some are letters: not a number, which says more.
fn is_random_part(part: &str) -> bool {
    let n_digits = part.bytes().filter(u8::is_ascii_digit).count();
    let in_range = part.len() >= RANDOM_PART_LETTERS_MIN && part.bytes().all(|letter| letter.is_ascii_hexdigit());
    in_range && n_digits > 0 && n_digits < part.len()
}

/// Hexadecimal, a GUID, or letters and digits in turns.
fn is_random(stem: &str) -> bool {
    let plain: Vec<char> = stem.chars().filter(|letter| !['{', '}', '-', '_', '~', '.'].contains(letter)).collect();
    if plain.len() < RANDOM_LETTERS_MIN {
        return false;
    }
    let n_digits = plain.iter().filter(|letter| letter.is_ascii_digit()).count();
    let hex = n_digits > 0 && plain.iter().all(char::is_ascii_hexdigit);
    let turns =
        plain.windows(2).filter(|pair| pair.iter().filter(|letter| letter.is_ascii_digit()).count() == 1).count();
    hex || turns >= 4
}

/// `#` for each number and each version: `2.3.17`.
fn without_numbers(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        let in_number = out.ends_with('#');
        let of_number = letter.is_ascii_digit() || (in_number && letter == '.');
        if !of_number {
            out.push(letter);
        } else if !in_number {
            out.push('#');
        }
    }
    out
}

/// The file name of a path that [`path`] has written.
pub(super) fn file(path: &str) -> &str {
    path.rsplit_once('\\').map_or(path, |(_, file)| file)
}

fn stem(file: &str) -> &str {
    file.strip_suffix(".exe").unwrap_or(file)
}

/// By file name, with or without `.exe`.
pub(super) fn is_interpreter(file: &str) -> bool {
    let stem = stem(file).trim_end_matches(['#', '.']);
    INTERPRETERS.iter().any(|name| name.trim_end_matches('#') == stem)
}

/// What hides: a name of Windows' own outside of its folders, or a program that calls itself otherwise.
pub(super) fn disguise(path: &str, original: &str) -> Option<String> {
    let file = file(path);
    let is_windows = path.contains('\\') && file.ends_with(".exe");
    if is_windows && AT_HOME.contains(&stem(file)) && !HOMES.iter().any(|home| path.contains(home)) {
        return Some(format!("{file} outside of Windows' own folders"));
    }
    let original = name(&original.trim().to_lowercase());
    let renamed = !original.is_empty()
        && original != "-"
        && is_interpreter(stem(original.trim_end_matches(".mui")))
        && stem(&original) != stem(file);
    renamed.then(|| format!("{original} that runs under the name {file}"))
}

/// As much of a command line as is looked at.
pub(super) fn clipped(line: &str) -> &str {
    line.get(..line.floor_char_boundary(PATH_BYTES_MAX * 8)).unwrap_or(line)
}

/// The program of an interpreter's command line with its options, and what sort of things it is given.
pub(super) fn command(path: &str, line: &str) -> Option<String> {
    let file = file(path);
    if !is_interpreter(file) {
        return None;
    }
    let line = clipped(line).to_lowercase();
    let mut options: Vec<String> = Vec::new();
    let mut take = |option: String| {
        if !option.is_empty() && !options.contains(&option) && options.len() < OPTIONS_MAX {
            options.push(option);
        }
    };
    for word in line.split_whitespace().skip(1).take(WORDS_MAX) {
        let word = word.trim_matches(['"', '\'']);
        if word.starts_with(['-', '/']) && word.len() <= OPTION_BYTES_MAX {
            take(without_numbers(word.split([':', '=']).next().unwrap_or(word)));
        } else if word.contains("://") {
            take("<url>".to_owned());
        } else if word.len() > 100 && !word.contains(['\\', '/', ' ']) {
            take("<long text>".to_owned());
        } else if word.contains("base64") || word.contains("iex") || word.contains("downloadstring") {
            take("<code>".to_owned());
        }
    }
    options.sort_unstable();
    Some(format!("{file} {}", options.join(" ")).trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_by_itself_is_left_out() {
        let same = [
            (r"C:\Program Files\Tool\2.3.17\tool.exe", r"D:\Program Files\Tool\2.4\tool.exe"),
            (r"C:\Users\anna\AppData\x.exe", r"c:\users\BEN\appdata\X.exe"),
            (r"C:\Windows\Temp\{3F2504E0-4F89-11D3-9A0C-0305E82C3301}\s.exe", r"C:\Windows\Temp\a1b2c3d4e5f6\s.exe"),
        ];
        for (one, other) in same {
            assert_eq!(path(one), path(other));
        }
        assert_eq!(path(r"C:\work\app-1f2db.exe"), path(r"C:\work\app-9c0e41.exe"));
        assert_ne!(path(r"C:\work\app-client.exe"), path(r"C:\work\app-server.exe"));
        assert_ne!(path(r"C:\a\one.exe"), path(r"C:\a\two.exe"));
        assert_eq!(path("/usr/bin/python3.11"), path("/usr/bin/python3.9"));
    }

    #[test]
    fn disguises_are_seen_through() {
        let seen = |place: &str, original: &str| disguise(&path(place), original);
        assert_eq!(seen(r"C:\Windows\System32\svchost.exe", "svchost.exe"), None);
        assert!(seen(r"C:\Users\x\svchost.exe", "").is_some());
        assert!(seen(r"C:\Temp\calc.exe", "PowerShell.EXE").is_some());
        assert_eq!(seen(r"C:\Windows\System32\cmd.exe", "Cmd.Exe"), None);
        assert_eq!(seen(r"C:\Windows\explorer.exe", ""), None);
        assert_eq!(seen("/usr/sbin/services", ""), None);
    }

    #[test]
    fn command_lines_have_shapes() {
        let shape = |line| command(r"\windows\system#\powershell.exe", line);
        let encoded = format!("powershell -nop -w hidden -enc {}", "QUJD".repeat(60));
        assert_eq!(shape(&encoded), Some("powershell.exe -enc -nop -w <long text>".to_owned()));
        assert_eq!(shape("powershell.exe"), Some("powershell.exe".to_owned()));
        assert_eq!(command(r"\x\word.exe", "word -a"), None);
    }
}
