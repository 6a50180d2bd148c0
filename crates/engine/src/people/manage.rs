//! Inviting people, and changing what they may do and see. Nobody gives what they do not have.

use schema::Scope;
use serde_json::{Value, json};

use super::{
    AuditEntry, KeptPerson, NewPerson, Permission, Person, PersonChange, PersonState, Principal, PrincipalKind,
    hashing, names, password, secret, set_up::new_link,
};
use crate::{
    Engine, Error, Result, clock,
    store::{Attempt, Limit},
};

/// Wrong passwords in one's own session before one has to wait.
const FREE_IN_SESSION: i64 = 5;

impl Engine {
    /// All who may use the server, by name.
    pub async fn people(&self) -> Result<Vec<Person>> {
        self.store.people().await
    }

    /// One of them, by id or name.
    pub async fn person(&self, id_or_name: &str) -> Result<Person> {
        let by_id = self.store.person(id_or_name).await?;
        let found = match by_id {
            Some(kept) => Some(kept),
            None => self.store.person_named(&id_or_name.trim().to_ascii_lowercase()).await?,
        };
        found
            .map(|kept| kept.person)
            .ok_or_else(|| Error::usage("there is no such person").hint("`margay people list` shows who there is"))
    }

    /// Adds somebody. Gives the secret of the link with which they choose a password.
    pub async fn invite(&self, by: &Principal, new: &NewPerson) -> Result<(Person, String)> {
        let name = names::of_person(&new.name)?;
        may_give(by, &new.scope)?;
        let person = Person {
            id: secret::id("person")?,
            name,
            role: new.role,
            scope: new.scope.clone(),
            state: PersonState::Invited,
            second_factor: false,
            made_at: clock::now(),
            made_by: by.name.clone(),
            seen_at: None,
        };
        let (invitation, token) = new_link(Some(&person.id))?;
        let detail = json!({"role": person.role, "scope": person.scope});
        let entry = AuditEntry::new(by, "person.invite").about(&person.name).with(&detail);
        let line = self.store.add_person(&person, &invitation, &entry).await?;
        self.told(line).await;
        Ok((person, token))
    }

    /// Changes what somebody may do or see, or whether they may come in at all.
    pub async fn change_person(&self, by: &Principal, id: &str, change: &PersonChange) -> Result<Person> {
        let person = self.managed(by, id).await?;
        if let Some(scope) = &change.scope {
            may_give(by, scope)?;
            // Whoever sees less than a person does cannot know what they take away.
            may_give(by, &person.scope)?;
        }
        let action = match change.disabled {
            Some(true) => "person.disable",
            Some(false) => "person.enable",
            None => "person.change",
        };
        let detail = changed(&person, change);
        let entry = AuditEntry::new(by, action).about(&person.name).with(&detail);
        let line = self.store.change_person(&person.id, change, &entry).await?;
        self.told(line).await;
        self.person(&person.id).await
    }

    /// Gives somebody a new link in the place of their password, and ends their sessions; their second factor goes too,
    /// where that is asked. Keys stay.
    pub async fn reset_person(&self, by: &Principal, id: &str, second_factor: bool) -> Result<String> {
        let person = self.managed(by, id).await?;
        // Whoever holds the link is that person from then on.
        may_give(by, &person.scope)?;
        if person.state == PersonState::Disabled {
            return Err(Error::usage(format!("{} is disabled", person.name)).hint("enable them first"));
        }
        let (invitation, token) = new_link(Some(&person.id))?;
        let detail = json!({"second_factor": second_factor});
        let entry = AuditEntry::new(by, "person.reset").about(&person.name).with(&detail);
        let line = self.store.reset_person(&invitation, second_factor, &entry).await?;
        self.told(line).await;
        Ok(token)
    }

    /// Takes away all that lets somebody in. Their name is not given again.
    pub async fn remove_person(&self, by: &Principal, id: &str) -> Result<()> {
        let person = self.managed(by, id).await?;
        let entry = AuditEntry::new(by, "person.remove").about(&person.name);
        let line = self.store.remove_person(&person.id, &entry).await?;
        self.told(line).await;
        Ok(())
    }

    /// Changes one's own password. All other sessions end.
    pub async fn change_password(&self, by: &Principal, old: String, new: &str) -> Result<()> {
        let kept = self.own(by).await?;
        self.prove_again(&kept, by, old.clone()).await?;
        password::check(new, &kept.person.name)?;
        if old == new {
            return Err(Error::usage("the new password is the old one").hint("take another one"));
        }
        let hashed = hashing::hash(new.to_owned()).await?;
        let entry = AuditEntry::new(by, "password.change").about(&kept.person.name);
        let line = self.store.change_password(&kept.person.id, &hashed, by.session_id(), &entry).await?;
        self.told(line).await;
        Ok(())
    }

    /// Somebody other than the one who asks, whom they may manage.
    async fn managed(&self, by: &Principal, id: &str) -> Result<Person> {
        let person = self.person(id).await?;
        if by.kind == PrincipalKind::Owner {
            return Ok(person);
        }
        if !by.may(Permission::ManagePeople) {
            return Err(Error::usage("you may not manage people"));
        }
        if person.id == by.id {
            return Err(Error::usage("nobody changes their own role or scope")
                .hint("ask another administrator, or use `margay people` on the machine itself"));
        }
        Ok(person)
    }

    /// The person behind a session. A key must not change what proves its person.
    pub(super) async fn own(&self, by: &Principal) -> Result<KeptPerson> {
        if by.kind != PrincipalKind::Person {
            return Err(Error::usage("only people have passwords").hint("sign in with a browser"));
        }
        self.store.person(&by.id).await?.ok_or_else(|| Error::usage("there is no such person"))
    }

    /// Asks for the password once more, of somebody who has a session already.
    pub(super) async fn prove_again(&self, kept: &KeptPerson, by: &Principal, given: String) -> Result<()> {
        let limit = Limit { name: format!("again {}", kept.person.id), free: FREE_IN_SESSION };
        let limits = [limit];
        if let Attempt::Waits { seconds } = self.store.begin_attempt(&limits, clock::now()).await? {
            return Err(Error::usage("that was tried too often").hint(format!("try again in {seconds} seconds")));
        }
        let is_right = hashing::verify(given, kept.password.clone()).await?.unwrap_or(false);
        let [limit] = limits;
        if is_right {
            return self.store.forget_failures(&limit.name).await;
        }
        let line = self.store.add_audit(&AuditEntry::new(by, "password.refused").about(&kept.person.name)).await?;
        self.told(line).await;
        Err(Error::usage("the password is wrong"))
    }
}

/// What a change changes, for the log.
fn changed(person: &Person, change: &PersonChange) -> Value {
    let role = change.role.map(|role| ("role", json!({"from": person.role, "to": role})));
    let scope = change.scope.as_ref().map(|scope| ("scope", json!({"from": person.scope, "to": scope})));
    Value::Object(role.into_iter().chain(scope).map(|(name, value)| (name.to_owned(), value)).collect())
}

/// A scope that is given must lie within that of the giver.
fn may_give(by: &Principal, scope: &Scope) -> Result<()> {
    if scope.within(&by.scope) == *scope {
        return Ok(());
    }
    Err(Error::usage("you cannot give more than you may see yourself")
        .detail(format!("your own scope ends at {} and its datasets", by.scope.ceiling))
        .hint("`margay people scope` on the machine itself can"))
}
