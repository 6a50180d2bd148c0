//! What a request is for, and what its client says that it is.

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// Something to read.
    Page,
    /// What a browser loads because a page says so.
    Asset,
    /// A name and a password are handed over.
    SignIn,
    /// What programs ask, in a browser's page or not.
    Other,
}

const ASSETS: [&str; 30] = [
    "css",
    "js",
    "mjs",
    "map",
    "png",
    "jpg",
    "jpeg",
    "gif",
    "svg",
    "webp",
    "avif",
    "ico",
    "bmp",
    "woff",
    "woff2",
    "ttf",
    "otf",
    "eot",
    "mp4",
    "webm",
    "mp3",
    "m4a",
    "ogg",
    "vtt",
    "wasm",
    "webmanifest",
    "m3u8",
    "ts",
    "heic",
    "cur",
];
const ASSET_TYPES: [&str; 7] =
    ["text/css", "text/javascript", "application/javascript", "image/", "font/", "video/", "audio/"];
const DATA_TYPES: [&str; 4] = ["application/json", "application/xml", "text/xml", "application/grpc"];
/// Parts of paths under which applications take names and passwords.
const SIGN_INS: [&str; 15] = [
    "login",
    "log-in",
    "log_in",
    "signin",
    "sign-in",
    "sign_in",
    "logon",
    "auth",
    "authenticate",
    "session",
    "sessions",
    "token",
    "wp-login",
    "xmlrpc",
    "j_security_check",
];

impl Target {
    pub(super) fn of(method: &str, path: &str, content_type: &str) -> Self {
        let last = path.rsplit('/').next().unwrap_or(path);
        let end = last.rsplit_once('.').map_or("", |(_, end)| end);
        if ASSETS.iter().any(|asset| end.eq_ignore_ascii_case(asset)) {
            return Self::Asset;
        }
        if method.eq_ignore_ascii_case("POST") {
            return if is_sign_in(path) { Self::SignIn } else { Self::Other };
        }
        let is_of = |types: &[&str]| types.iter().any(|known| content_type.starts_with(known));
        let reads = method.is_empty() || method.eq_ignore_ascii_case("GET");
        let is_api = path.split('/').any(|part| ["api", "graphql"].contains(&part));
        if !reads || is_api || is_of(&DATA_TYPES) {
            return Self::Other;
        }
        if is_of(&ASSET_TYPES) { Self::Asset } else { Self::Page }
    }
}

fn is_sign_in(path: &str) -> bool {
    let parts = path.split('/').map(|part| part.split('.').next().unwrap_or(part));
    parts.rev().take(3).any(|part| SIGN_INS.iter().any(|known| part.eq_ignore_ascii_case(known)))
}

/// The browser that a client says it is; `None` where it says that it is a program, or nothing.
pub(super) fn browser(agent: &str) -> Option<&'static str> {
    /// Words of programs that say what they are.
    const PROGRAMS: [&str; 16] = [
        "bot", "crawl", "spider", "http:", "https:", "@", "scan", "monitor", "headless", "preview", "fetch", "python",
        "curl", "feed", "uptime", "archiv",
    ];
    if !agent.starts_with("Mozilla/") && !agent.starts_with("Opera/") {
        return None;
    }
    let lower = agent.to_ascii_lowercase();
    if PROGRAMS.iter().any(|word| lower.contains(word)) {
        return None;
    }
    let families = [
        ("edg", "Edge"),
        ("opr/", "Opera"),
        ("samsungbrowser", "Samsung Internet"),
        ("firefox/", "Firefox"),
        ("fxios/", "Firefox"),
        ("chrome/", "Chrome"),
        ("crios/", "Chrome"),
        ("safari/", "Safari"),
        ("applewebkit", "Safari"),
    ];
    let family = families.iter().find(|(word, _)| lower.contains(word));
    Some(family.map_or("another browser", |(_, family)| *family))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_told_apart() {
        for (method, path, kind, target) in [
            ("GET", "/items/7", "text/html", Target::Page),
            ("GET", "/assets/app.JS", "text/html", Target::Asset),
            ("GET", "/img?id=7", "image/png", Target::Asset),
            ("POST", "/login", "text/html", Target::SignIn),
            ("POST", "/wp-login.php", "", Target::SignIn),
            ("POST", "/api/v1/auth/token", "application/json", Target::SignIn),
            ("POST", "/comments", "", Target::Other),
            ("GET", "/api/v1/items", "", Target::Other),
            ("HEAD", "/", "", Target::Other),
            ("", "/", "", Target::Page),
        ] {
            assert_eq!(Target::of(method, path, kind), target, "{method} {path}");
        }
    }

    #[test]
    fn browsers_are_told_from_programs_that_say_so() {
        let chrome = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0 Safari/537.36";
        assert_eq!(browser(chrome), Some("Chrome"));
        assert_eq!(browser(&format!("{chrome} Edg/143.0")), Some("Edge"));
        assert_eq!(browser("Mozilla/5.0 (X11; rv:146.0) Gecko/20100101 Firefox/146.0"), Some("Firefox"));
        assert_eq!(browser("Mozilla/5.0 (compatible; Findola/2.1; +https://findola.example/bot)"), None);
        assert_eq!(browser(&chrome.replace("Chrome", "HeadlessChrome")), None);
        assert_eq!([browser("curl/8.1"), browser("")], [None, None]);
    }
}
