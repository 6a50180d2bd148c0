//! What a finding is about on the other side, such that two names of one owner are one anchor.
//!
//! An owner's name is the registered domain by the Public Suffix List, private suffixes included: `a.github.io` and
//! `b.github.io` have two owners. Names below a suffix that the list does not know as shared are in
//! `content/shared-hosting.txt`; those stand for themselves.

use std::net::{IpAddr, SocketAddr};

use schema::{Entity, EntityKind, Finding};

use super::methods;

const SECONDS_A_DAY: i64 = 86_400;

/// Ordered: names before things before behaviors, so that the smallest anchor of a group is the best name for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Anchor {
    /// All names of one owner.
    Owner(String),
    /// An address, hash, fingerprint ...
    Thing(EntityKind, String),
    /// What a subject did on one day that has no other side, by its day since 1970 and a name.
    Deeds(i64, String),
}

impl Anchor {
    pub(super) fn of_finding(finding: &Finding) -> Self {
        finding.object.as_ref().map_or_else(|| Self::deeds(finding), Self::of_entity)
    }

    pub(crate) fn of_entity(entity: &Entity) -> Self {
        match entity.kind {
            EntityKind::Ip => Self::of_address(&entity.value),
            EntityKind::Domain => Self::of_host(&entity.value),
            EntityKind::Url => host_of_url(&entity.value).map_or_else(|| Self::thing(entity), Self::of_host),
            _ => Self::thing(entity),
        }
    }

    pub(super) fn is_owner(&self) -> bool {
        matches!(self, Self::Owner(_))
    }

    /// As parts of a stable id.
    pub(super) fn parts(&self) -> [&str; 2] {
        match self {
            Self::Owner(name) => ["owner", name],
            Self::Thing(kind, value) => [kind.name(), value],
            Self::Deeds(_, name) => ["behavior", name],
        }
    }

    /// Whether both are deeds of one kind on one day or on days side by side.
    pub(super) fn follows(&self, other: &Self) -> bool {
        let (Self::Deeds(day, name), Self::Deeds(other_day, other_name)) = (self, other) else { return false };
        let kind = |name: &'_ str| name.split_once(' ').map(|(kind, _)| kind.to_owned());
        day.abs_diff(*other_day) <= 1 && kind(name) == kind(other_name)
    }

    /// Matches of rules and of their correlations are of one kind.
    fn deeds(finding: &Finding) -> Self {
        let day = finding.first_seen.seconds().div_euclid(SECONDS_A_DAY);
        let kind = if methods::rule(finding).is_some() { "rule" } else { finding.detector.as_str() };
        Self::Deeds(day, format!("{kind} {day}"))
    }

    fn thing(entity: &Entity) -> Self {
        Self::Thing(entity.kind, entity.value.clone())
    }

    fn of_host(host: &str) -> Self {
        match address(host) {
            Some(address) => Self::Thing(EntityKind::Ip, address.to_string()),
            None => Self::Owner(owner(host)),
        }
    }

    /// With or without a port: a host that is contacted on two ports is one host. Networks stay as they are.
    fn of_address(value: &str) -> Self {
        Self::Thing(EntityKind::Ip, address(value).map_or_else(|| value.to_owned(), |address| address.to_string()))
    }
}

/// The address in `192.0.2.1`, `192.0.2.1:443`, `[2001:db8::1]` or `[2001:db8::1]:443`.
pub(crate) fn address(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let with_port = || text.parse::<SocketAddr>().ok().map(|socket| socket.ip());
    let found: Option<IpAddr> = bare.parse().ok().or_else(with_port);
    found.map(|address| address.to_canonical())
}

/// Who stands behind a name: its registered domain, or the name itself where it is a suffix or shared.
fn owner(name: &str) -> String {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let registered = psl::domain_str(&name).unwrap_or(&name);
    if is_shared(&name) { name } else { registered.to_owned() }
}

/// Whether the name is, or lies below, a name that unrelated parties publish under.
fn is_shared(name: &str) -> bool {
    let mut shared =
        include_str!("../../../../content/shared-hosting.txt").lines().filter(|line| !line.starts_with('#'));
    shared.any(|entry| name.strip_suffix(entry).is_some_and(|before| before.is_empty() || before.ends_with('.')))
}

/// The host in `scheme://user@host:port/path`.
fn host_of_url(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host_port = authority.rsplit('@').next()?;
    let host = match host_port.strip_prefix('[') {
        Some(v6) => v6.split(']').next()?,
        None => host_port.split(':').next()?,
    };
    (!host.is_empty()).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anchor(kind: EntityKind, value: &str) -> Anchor {
        Anchor::of_entity(&Entity::new(kind, value))
    }

    fn owner_of(name: &str) -> String {
        match anchor(EntityKind::Domain, name) {
            Anchor::Owner(name) => name,
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn names_of_one_owner_are_one() {
        assert_eq!(owner_of("c2.evil.example"), "evil.example");
        assert_eq!(owner_of("WWW.Evil.co.uk."), "evil.co.uk");
    }

    #[test]
    fn suffixes_and_shared_hosting_join_nothing() {
        for name in ["com", "co.uk", "github.io", "localhost", "a.github.io", "d1.cloudfront.net", "a.duckdns.org"] {
            assert_eq!(owner_of(name), name);
        }
        for name in ["cdn.discordapp.com", "contoso.sharepoint.com", "pastebin.com", "lh3.googleusercontent.com"] {
            assert_eq!(owner_of(name), name);
        }
        assert_eq!(owner_of("x.notpastebin.com"), "notpastebin.com");
    }

    #[test]
    fn addresses_are_the_same_with_a_port_in_a_url_and_mapped() {
        let plain = anchor(EntityKind::Ip, "192.0.2.1");
        assert_eq!(anchor(EntityKind::Ip, "192.0.2.1:4444"), plain);
        assert_eq!(anchor(EntityKind::Ip, "::ffff:192.0.2.1"), plain);
        assert_eq!(anchor(EntityKind::Url, "http://192.0.2.1:8080/a"), plain);
        assert_eq!(anchor(EntityKind::Domain, "192.0.2.1"), plain);
        assert_eq!(anchor(EntityKind::Ip, "[2001:db8:0::1]:443"), anchor(EntityKind::Ip, "2001:db8::1"));
    }

    #[test]
    fn urls_belong_to_the_owner_of_their_host() {
        let evil = Anchor::Owner("evil.example".to_owned());
        for url in ["https://evil.example", "http://a.evil.example:81/x?y", "http://good.example@evil.example/"] {
            assert_eq!(anchor(EntityKind::Url, url), evil, "{url}");
        }
        assert!(!anchor(EntityKind::Url, "not a url").is_owner());
    }
}
