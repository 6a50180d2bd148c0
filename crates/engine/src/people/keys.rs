//! API keys: `mgy_<id>_<secret>`, for programs. A key sees and may no more than its person does at that moment, and it
//! goes when its person goes.

use std::{fmt, net::IpAddr};

use schema::{Scope, Timestamp, observe};
use serde_json::json;

use super::{
    AuditEntry, Permission, Person, PersonState, Principal, PrincipalKind, Role, names, secret, sessions::shifted,
};
use crate::{Engine, Error, Result, clock};

/// What every key begins with, so that scanners of secrets know one that lies where it should not.
const PREFIX: &str = "mgy";
/// Days that a key is good for where nothing is said, and at most.
const DAYS_DEFAULT: u32 = 90;
const DAYS_MAX: u32 = 3_650;
const ADDRESSES_MAX: usize = 100;
/// When a key was last used is written this often and not at every request.
const USED_EVERY_SECONDS: i64 = 60;
/// A key that is refused again and again is told of once in so long.
const REFUSED_EVERY_SECONDS: i64 = 3_600;

/// A key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ApiKey {
    pub id: String,
    pub person_id: String,
    /// Name of the person.
    pub person: String,
    pub name: String,
    pub role: Role,
    pub scope: Scope,
    /// Networks that it may be used from; empty: from anywhere.
    pub addresses: Vec<String>,
    pub made_at: Timestamp,
    pub made_by: String,
    pub expires_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
    pub used_at: Option<Timestamp>,
    pub used_from: Option<String>,
}

/// A key to be made; what is missing is that of its person.
#[derive(Debug, Clone, Default)]
pub struct NewKey {
    pub name: String,
    pub role: Option<Role>,
    pub scope: Option<Scope>,
    pub expires_days: Option<u32>,
    pub addresses: Vec<String>,
}

/// A key with what it is held against.
#[derive(Clone)]
pub(crate) struct KeptKey {
    pub(crate) key: ApiKey,
    pub(crate) digest: String,
    pub(crate) person_role: Role,
    pub(crate) person_scope: Scope,
    /// Disabled or removed.
    pub(crate) person_gone: bool,
}

impl ApiKey {
    /// Whether it opens anything at this moment.
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at > now
    }
}

impl Engine {
    /// Who asks with this key; nobody, where it is wrong, old, revoked or used from elsewhere.
    pub async fn key_bearer(&self, text: &str, address: Option<IpAddr>) -> Result<Option<Principal>> {
        let now = clock::now();
        let Some((id, given)) = parse(text) else { return Ok(None) };
        let kept = self.store.key(id).await?;
        let digest = secret::digest(given);
        // A key that is not there is compared too, and takes as long.
        let expected = kept.as_ref().map_or_else(|| "0".repeat(digest.len()), |kept| kept.digest.clone());
        let is_right = secret::same(&digest, &expected);
        let Some(kept) = kept else { return Ok(None) };
        if let Some(why) = refusal(&kept, is_right, address, now) {
            let entry = AuditEntry::unproven(&kept.key.person, address, "key.refused").about(&kept.key.id);
            let told_before = shifted(now, -REFUSED_EVERY_SECONDS);
            let entry = entry.with(&json!({"why": why, "name": kept.key.name}));
            self.told_if(self.store.key_refused(&kept.key.id, told_before, &entry).await?).await;
            return Ok(None);
        }
        if kept.key.used_at.is_none_or(|used| used < shifted(now, -USED_EVERY_SECONDS)) {
            let from = address.map(|address| address.to_string()).unwrap_or_default();
            self.store.key_used(&kept.key.id, now, &from).await?;
        }
        Ok(Some(Principal {
            id: kept.key.person_id,
            name: kept.key.person,
            kind: PrincipalKind::Key,
            role: kept.key.role,
            scope: kept.key.scope.within(&kept.person_scope),
            person_role: kept.person_role,
            by_means_of: Some(kept.key.id),
            address,
        }))
    }

    /// Makes a key of one's own; whoever owns the machine makes it for anybody. The secret is shown once.
    pub async fn make_key(&self, by: &Principal, person: &Person, new: &NewKey) -> Result<(ApiKey, String)> {
        let is_own = by.kind == PrincipalKind::Person && by.id == person.id;
        if by.kind != PrincipalKind::Owner && !(is_own && by.may(Permission::MakeKeys)) {
            return Err(Error::usage("a key is made by its person, in a session")
                .hint("`margay keys create` on the machine itself makes keys for others"));
        }
        if person.state == PersonState::Disabled {
            return Err(Error::usage(format!("{} is disabled", person.name)).hint("enable them first"));
        }
        let days = new.expires_days.unwrap_or(DAYS_DEFAULT);
        if days == 0 || days > DAYS_MAX {
            return Err(Error::usage(format!("a key is good for 1 to {DAYS_MAX} days, and not for {days}")));
        }
        let now = clock::now();
        let key = ApiKey {
            id: secret::key_id()?,
            person_id: person.id.clone(),
            person: person.name.clone(),
            name: names::of_key(&new.name)?,
            role: new.role.unwrap_or(person.role),
            scope: new.scope.as_ref().unwrap_or(&person.scope).within(&person.scope),
            addresses: networks(&new.addresses)?,
            made_at: now,
            made_by: by.name.clone(),
            expires_at: shifted(now, i64::from(days).saturating_mul(86_400)),
            revoked_at: None,
            used_at: None,
            used_from: None,
        };
        let given = secret::token()?;
        let detail = json!({
            "name": key.name, "person": key.person, "role": key.role, "scope": key.scope,
            "expires_at": key.expires_at, "addresses": key.addresses,
        });
        let entry = AuditEntry::new(by, "key.make").about(&key.id).with(&detail);
        let line = self.store.add_key(&key, &secret::digest(&given), &entry).await?;
        self.told(line).await;
        let text = format!("{PREFIX}_{}_{given}", key.id);
        Ok((key, text))
    }

    /// Keys of everybody for those who manage people, and one's own for others.
    pub async fn keys(&self, by: &Principal) -> Result<Vec<ApiKey>> {
        let of = Some(by.id.as_str()).filter(|_| !by.may(Permission::ManagePeople));
        self.store.keys(of).await
    }

    pub async fn revoke_key(&self, by: &Principal, id: &str) -> Result<ApiKey> {
        let none = || Error::usage("there is no such key").hint("`margay keys list` shows the ids");
        let kept = self.store.key(id).await?.ok_or_else(none)?;
        if kept.key.person_id != by.id && !by.may(Permission::ManagePeople) {
            return Err(none());
        }
        let entry = AuditEntry::new(by, "key.revoke").about(id).with(&json!({"person": kept.key.person}));
        let line = self.store.revoke_key(id, &entry).await?;
        self.told(line).await;
        Ok(self.store.key(id).await?.ok_or_else(none)?.key)
    }
}

/// The id and the secret of a key. Whatever is no key is looked up nowhere.
fn parse(text: &str) -> Option<(&str, &str)> {
    let rest = text.trim().strip_prefix(PREFIX)?.strip_prefix('_')?;
    let (id, given) = rest.split_once('_')?;
    let is_hex = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (id.len() == 12 && given.len() == 64 && is_hex(id) && is_hex(given)).then_some((id, given))
}

/// Why a key opens nothing, for its owner and not for who holds it.
fn refusal(kept: &KeptKey, is_right: bool, address: Option<IpAddr>, now: Timestamp) -> Option<&'static str> {
    if !is_right {
        return Some("its secret is wrong");
    }
    if kept.key.revoked_at.is_some() {
        return Some("it was revoked");
    }
    if kept.key.expires_at <= now {
        return Some("it has expired");
    }
    if kept.person_gone {
        return Some("its person may not come in");
    }
    let from_here = |network: &String| {
        let network = observe::parse_network(network);
        network.zip(address).is_some_and(|(network, address)| observe::network_holds(network, address.to_canonical()))
    };
    if !kept.key.addresses.is_empty() && !kept.key.addresses.iter().any(from_here) {
        return Some("it was used from an address that it may not be used from");
    }
    None
}

/// Networks, and single addresses as networks.
fn networks(texts: &[String]) -> Result<Vec<String>> {
    if texts.len() > ADDRESSES_MAX {
        return Err(Error::usage(format!("a key has at most {ADDRESSES_MAX} addresses")));
    }
    let read = |text: &String| {
        let text = text.trim();
        let whole = match observe::parse_ip(text) {
            Some(IpAddr::V4(address)) => format!("{address}/32"),
            Some(IpAddr::V6(address)) => format!("{address}/128"),
            None => text.to_owned(),
        };
        observe::parse_network(&whole).map(|_| whole.clone()).ok_or_else(|| {
            Error::usage(format!("\"{text}\" is no address and no network")).hint("write 10.1.0.0/16 or 192.0.2.7")
        })
    };
    texts.iter().map(read).collect()
}

/// Without what is secret.
impl fmt::Debug for KeptKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.key.fmt(f)
    }
}
