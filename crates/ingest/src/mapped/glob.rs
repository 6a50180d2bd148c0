//! Names of files by patterns with `*` (any characters) and `?` (one).

/// Whether the last part of a path has the form; case does not count.
pub(super) fn matches(glob: &str, path: &str) -> bool {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path).to_lowercase();
    let (glob, name): (Vec<char>, Vec<char>) = (glob.to_lowercase().chars().collect(), name.chars().collect());
    let (mut g, mut n) = (0, 0);
    // Where to go back to: behind the last star, and one character further in the name.
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match (glob.get(g), name.get(n)) {
            (Some('*'), _) => {
                star = Some((g + 1, n));
                g += 1;
            }
            (Some(wanted), Some(found)) if *wanted == '?' || wanted == found => {
                g += 1;
                n += 1;
            }
            _ => {
                let Some((behind, from)) = star else { return false };
                star = Some((behind, from + 1));
                g = behind;
                n = from + 1;
            }
        }
    }
    glob.get(g..).unwrap_or_default().iter().all(|&c| c == '*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_and_marks() {
        for (glob, path, wanted) in [
            ("*.log", "/var/log/Proxy.LOG", true),
            ("*.log", "proxy.log.gz", false),
            ("proxy*.log*", "a/proxy-2026.log.gz", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*a*b", "xxaxxbxb", true),
            ("", "", true),
            ("", "x", false),
        ] {
            assert_eq!(matches(glob, path), wanted, "{glob} {path}");
        }
    }
}
