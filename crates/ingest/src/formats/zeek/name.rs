//! Reads which log a file holds from its name: `conn.log`, `dns.json.gz`, `conn.00:00:00-01:00:00.log.gz`.

use super::logs;

/// The log path that a file name gives, whether Zeek knows the log or not.
pub(super) fn log(name: &str) -> Option<&str> {
    known(name).or_else(|| {
        let stem = stem(name);
        let looks_like_a_log = file(name).split('.').skip(1).any(|part| part == "log");
        (looks_like_a_log && is_path(stem)).then_some(stem)
    })
}

/// The log path that a file name gives, where it is one of Zeek's.
pub(super) fn known(name: &str) -> Option<&str> {
    let stem = stem(name);
    let without_date = stem.find(['-', '_']).map(|_| before_date(stem)).unwrap_or(stem);
    [stem, without_date].into_iter().find(|stem| logs::KNOWN.contains(stem))
}

fn file(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

fn stem(name: &str) -> &str {
    file(name).split('.').next().unwrap_or_default()
}

/// `conn` of `conn-2024-01-01` and `conn_20240101`.
fn before_date(stem: &str) -> &str {
    let bytes = stem.as_bytes();
    let cut = bytes.windows(2).position(|pair| matches!(pair, [b'-' | b'_', digit] if digit.is_ascii_digit()));
    cut.and_then(|cut| stem.get(..cut)).unwrap_or(stem)
}

fn is_path(stem: &str) -> bool {
    let starts = stem.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
    starts && stem.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_by_file_name() {
        for (name, want) in [
            ("conn.log", Some("conn")),
            ("/data/2024/dns.json.gz", Some("dns")),
            ("conn.00:00:00-01:00:00.log.gz", Some("conn")),
            ("conn.log.labeled", Some("conn")),
            ("conn-2024-01-01.log", Some("conn")),
            ("smb_files_20240101.log.zst", Some("smb_files")),
            ("my_own.log", Some("my_own")),
            ("report.json", None),
            ("", None),
            ("stdin", None),
        ] {
            assert_eq!(log(name), want, "{name}");
        }
    }
}
