//! One-time links: the first administrator's, which the console shows, and those of people who are invited or forgot
//! their password. A link is a secret for a day; it is used once, and only its digest is kept.

use std::net::IpAddr;

use schema::{Datasets, Scope, Timestamp, Tlp};

use super::{
    AuditEntry, KeptPerson, Person, PersonState, Principal, Role, SignIn, SignedIn, hashing, names, password, secret,
    sessions::shifted,
};
use crate::{Engine, Error, Result, clock};

/// A link is good for so long.
const LINK_SECONDS: i64 = 24 * 3_600;

/// The strictest marking that an administrator sees by being one: TLP:RED is for people who are named.
const FIRST_CEILING: Tlp = Tlp::AmberStrict;

/// A link as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Invitation {
    pub(crate) digest: String,
    /// None: of the first administrator.
    pub(crate) person_id: Option<String>,
    pub(crate) expires_at: Timestamp,
}

/// Whom a link is for.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Invited {
    /// None: whoever holds it becomes the first administrator, under a name of their choice.
    pub name: Option<String>,
    pub expires_at: Timestamp,
}

impl Engine {
    /// Whether nobody can administrate yet.
    pub async fn needs_set_up(&self) -> Result<bool> {
        Ok(!self.store.has_admin().await?)
    }

    /// The secret of a link for the first administrator, where there is none yet. Links that were shown before are good
    /// no more.
    pub async fn first_start_link(&self) -> Result<Option<String>> {
        if self.store.has_admin().await? {
            return Ok(None);
        }
        let (invitation, token) = new_link(None)?;
        let entry = AuditEntry::new(&Principal::owner("console"), "set_up.link");
        let line = self.store.invite(&invitation, &entry).await?;
        self.told(line).await;
        Ok(Some(token))
    }

    /// Whom a link is for, where it is still good.
    pub async fn invited(&self, token: &str) -> Result<Option<Invited>> {
        let Some(invitation) = self.store.invitation(&secret::digest(token)).await? else { return Ok(None) };
        let name = match &invitation.person_id {
            None => None,
            Some(id) => match self.store.person(id).await? {
                Some(kept) => Some(kept.person.name),
                None => return Ok(None),
            },
        };
        Ok(Some(Invited { name, expires_at: invitation.expires_at }))
    }

    /// Uses a link: chooses a password, and signs in with it. Whoever has a second factor gives its code as ever.
    pub async fn set_up(
        &self,
        token: &str,
        name: &str,
        new_password: &str,
        address: Option<IpAddr>,
        agent: &str,
    ) -> Result<SignedIn> {
        let digest = secret::digest(token);
        let invitation = self.store.invitation(&digest).await?.ok_or_else(not_good)?;
        let kept = match &invitation.person_id {
            None => self.make_first_admin(&digest, name, new_password, address).await?,
            Some(id) => self.choose_password(&digest, id, new_password, address).await?,
        };
        let request = SignIn { address, agent: agent.to_owned(), ..SignIn::default() };
        if kept.totp_secret.is_some() {
            return Ok(SignedIn::SecondFactor { wrong: false });
        }
        let opened = self.open_session(&kept, &request, "one-time link", clock::now()).await?;
        Ok(SignedIn::Session(Box::new(opened)))
    }

    async fn make_first_admin(
        &self,
        link: &str,
        name: &str,
        new_password: &str,
        address: Option<IpAddr>,
    ) -> Result<KeptPerson> {
        let name = names::of_person(name)?;
        password::check(new_password, &name)?;
        let person = Person {
            id: secret::id("person")?,
            name: name.clone(),
            role: Role::Admin,
            scope: Scope { datasets: Datasets::All, ceiling: FIRST_CEILING },
            state: PersonState::Active,
            second_factor: false,
            made_at: clock::now(),
            made_by: name.clone(),
            seen_at: None,
        };
        let hashed = hashing::hash(new_password.to_owned()).await?;
        let entry = AuditEntry::unproven(&name, address, "set_up.first_admin").about(&name);
        let line = self.store.add_first_admin(&person, &hashed, link, &entry).await?.ok_or_else(not_good)?;
        self.told(line).await;
        Ok(KeptPerson { person, password: Some(hashed), totp_secret: None, totp_pending: None })
    }

    async fn choose_password(
        &self,
        link: &str,
        person_id: &str,
        new_password: &str,
        address: Option<IpAddr>,
    ) -> Result<KeptPerson> {
        let kept = self.store.person(person_id).await?;
        let kept = kept.filter(|kept| kept.person.state != PersonState::Disabled).ok_or_else(not_good)?;
        password::check(new_password, &kept.person.name)?;
        let hashed = hashing::hash(new_password.to_owned()).await?;
        let entry = AuditEntry::unproven(&kept.person.name, address, "set_up.password").about(&kept.person.name);
        let line = self.store.set_password_by_link(person_id, &hashed, link, &entry).await?.ok_or_else(not_good)?;
        self.told(line).await;
        Ok(kept)
    }
}

/// A new link and its secret.
pub(super) fn new_link(person_id: Option<&str>) -> Result<(Invitation, String)> {
    let token = secret::token()?;
    let invitation = Invitation {
        digest: secret::digest(&token),
        person_id: person_id.map(ToOwned::to_owned),
        expires_at: shifted(clock::now(), LINK_SECONDS),
    };
    Ok((invitation, token))
}

fn not_good() -> Error {
    Error::usage("this link is good no more")
        .detail("a link is good once, for a day, and until a newer one is made")
        .hint("ask for a new one; for the first administrator, start the server again")
}
