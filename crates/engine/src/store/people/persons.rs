//! People.

use schema::Timestamp;

use super::super::{
    Store,
    sql::{self, Connection, Row},
};
use crate::{
    Error, Result, clock,
    people::{AuditEntry, AuditLine, Invitation, KeptPerson, Person, PersonChange, PersonState, Role},
};

const BY_ID: &str = "SELECT person_id, name, role, scope, password, totp_secret, totp_pending, made_at, made_by, \
                     seen_at, disabled_at FROM people WHERE removed_at IS NULL AND person_id = $1";
const BY_NAME: &str = "SELECT person_id, name, role, scope, password, totp_secret, totp_pending, made_at, made_by, \
                       seen_at, disabled_at FROM people WHERE removed_at IS NULL AND name = $1";
const ALL: &str = "SELECT person_id, name, role, scope, password, totp_secret, totp_pending, made_at, made_by, \
                   seen_at, disabled_at FROM people WHERE removed_at IS NULL ORDER BY name";

impl Store {
    pub(crate) async fn people(&self) -> Result<Vec<Person>> {
        sql::query(ALL).fetch_all(&self.pool).await?.iter().map(|row| Ok(kept(row)?.person)).collect()
    }

    pub(crate) async fn person(&self, id: &str) -> Result<Option<KeptPerson>> {
        sql::query(BY_ID).bind(id).fetch_optional(&self.pool).await?.as_ref().map(kept).transpose()
    }

    pub(crate) async fn person_named(&self, name: &str) -> Result<Option<KeptPerson>> {
        sql::query(BY_NAME).bind(name).fetch_optional(&self.pool).await?.as_ref().map(kept).transpose()
    }

    /// Whether there is an administrator, or somebody who is invited to be one.
    pub(crate) async fn has_admin(&self) -> Result<bool> {
        let found = sql::query("SELECT person_id FROM people WHERE role = 'admin' AND removed_at IS NULL LIMIT 1");
        Ok(found.fetch_optional(&self.pool).await?.is_some())
    }

    /// Adds somebody with the link that lets them in.
    pub(crate) async fn add_person(
        &self,
        person: &Person,
        invitation: &Invitation,
        entry: &AuditEntry,
    ) -> Result<AuditLine> {
        let mut transaction = self.begin().await?;
        insert(&mut transaction, person, None).await?;
        super::proofs::insert_invitation(&mut transaction, invitation).await?;
        transaction.commit_with(entry).await
    }

    /// Makes the first administrator, with the link that only the console has shown. Nothing, where the link is not
    /// good any more or somebody was faster.
    pub(crate) async fn add_first_admin(
        &self,
        person: &Person,
        password: &str,
        link: &str,
        entry: &AuditEntry,
    ) -> Result<Option<AuditLine>> {
        let mut transaction = self.begin().await?;
        let taken = super::proofs::take_invitation(&mut transaction, link, None).await?;
        let admin = sql::query("SELECT person_id FROM people WHERE role = 'admin' AND removed_at IS NULL LIMIT 1");
        if !taken || admin.fetch_optional(&mut *transaction).await?.is_some() {
            return Ok(None);
        }
        insert(&mut transaction, person, Some(password)).await?;
        transaction.commit_with(entry).await.map(Some)
    }

    pub(crate) async fn change_person(&self, id: &str, change: &PersonChange, entry: &AuditEntry) -> Result<AuditLine> {
        let mut transaction = self.begin().await?;
        let before = found(&mut transaction, id).await?;
        let stays_admin = change.role.is_none_or(|role| role == Role::Admin) && change.disabled != Some(true);
        if !stays_admin {
            others_rule(&mut transaction, &before).await?;
        }
        let disabled_at = match (change.disabled, before.state == PersonState::Disabled) {
            (Some(true), _) | (None, true) => Some(clock::now().micros()),
            (Some(false), _) | (None, false) => None,
        };
        sql::query("UPDATE people SET role = $2, scope = $3, disabled_at = $4 WHERE person_id = $1")
            .bind(id)
            .bind(change.role.unwrap_or(before.role).name())
            .bind(serde_json::to_string(change.scope.as_ref().unwrap_or(&before.scope))?)
            .bind(disabled_at)
            .execute(&mut *transaction)
            .await?;
        if change.disabled == Some(true) {
            end_everything(&mut transaction, id).await?;
        }
        transaction.commit_with(entry).await
    }

    /// Takes away all that lets a person in. The name stays taken: history names people by it.
    pub(crate) async fn remove_person(&self, id: &str, entry: &AuditEntry) -> Result<AuditLine> {
        let mut transaction = self.begin().await?;
        let before = found(&mut transaction, id).await?;
        others_rule(&mut transaction, &before).await?;
        sql::query(
            "UPDATE people SET removed_at = $2, password = NULL, totp_secret = NULL, totp_pending = NULL \
             WHERE person_id = $1",
        )
        .bind(id)
        .bind(clock::now().micros())
        .execute(&mut *transaction)
        .await?;
        end_everything(&mut transaction, id).await?;
        sql::query("DELETE FROM recovery_codes WHERE person_id = $1").bind(id).execute(&mut *transaction).await?;
        transaction.commit_with(entry).await
    }
}

async fn insert(transaction: &mut Connection, person: &Person, password: Option<&str>) -> Result<()> {
    let taken = sql::query("SELECT removed_at FROM people WHERE name = $1").bind(&person.name);
    if let Some(row) = taken.fetch_optional(&mut *transaction).await? {
        let error = Error::usage(format!("there is somebody named \"{}\" already", person.name));
        return Err(match row.try_get::<Option<i64>, _>(0)? {
            None => error.hint("use another name"),
            Some(_) => error
                .detail("they were removed, and history still names them")
                .hint("use another name: a name is given once"),
        });
    }
    sql::query(
        "INSERT INTO people (person_id, name, role, scope, password, totp_step, made_at, made_by) \
         VALUES ($1, $2, $3, $4, $5, 0, $6, $7)",
    )
    .bind(&person.id)
    .bind(&person.name)
    .bind(person.role.name())
    .bind(serde_json::to_string(&person.scope)?)
    .bind(password)
    .bind(person.made_at.micros())
    .bind(&person.made_by)
    .execute(transaction)
    .await?;
    Ok(())
}

async fn found(transaction: &mut Connection, id: &str) -> Result<Person> {
    let row = sql::query(BY_ID).bind(id).fetch_optional(transaction).await?;
    let row = row.ok_or_else(|| Error::usage("there is no such person"))?;
    Ok(kept(&row)?.person)
}

/// Makes sure that somebody else can do what only administrators can.
async fn others_rule(transaction: &mut Connection, person: &Person) -> Result<()> {
    if person.role != Role::Admin || person.state != PersonState::Active {
        return Ok(());
    }
    let others: i64 = sql::query_scalar(
        "SELECT count(*) FROM people WHERE role = 'admin' AND person_id <> $1 AND password IS NOT NULL \
         AND disabled_at IS NULL AND removed_at IS NULL",
    )
    .bind(&person.id)
    .fetch_one(transaction)
    .await?;
    if others == 0 {
        return Err(Error::usage(format!("{} is the last administrator", person.name))
            .hint("let somebody else be one first, and sign in"));
    }
    Ok(())
}

/// Sessions, keys and open links of a person.
async fn end_everything(transaction: &mut Connection, id: &str) -> Result<()> {
    for statement in ["DELETE FROM sessions WHERE person_id = $1", "DELETE FROM invitations WHERE person_id = $1"] {
        sql::query(statement).bind(id).execute(&mut *transaction).await?;
    }
    sql::query("UPDATE api_keys SET revoked_at = $2 WHERE person_id = $1 AND revoked_at IS NULL")
        .bind(id)
        .bind(clock::now().micros())
        .execute(transaction)
        .await?;
    Ok(())
}

fn kept(row: &Row) -> Result<KeptPerson> {
    let password: Option<String> = row.try_get("password")?;
    let totp_secret: Option<String> = row.try_get("totp_secret")?;
    let disabled_at: Option<i64> = row.try_get("disabled_at")?;
    let state = match (disabled_at, &password) {
        (Some(_), _) => PersonState::Disabled,
        (None, Some(_)) => PersonState::Active,
        (None, None) => PersonState::Invited,
    };
    let person = Person {
        id: row.try_get("person_id")?,
        name: row.try_get("name")?,
        role: super::role(row.try_get("role")?)?,
        scope: super::scope(row.try_get("scope")?)?,
        state,
        second_factor: totp_secret.is_some(),
        made_at: Timestamp::from_micros(row.try_get("made_at")?).unwrap_or_default(),
        made_by: row.try_get("made_by")?,
        seen_at: row.try_get::<Option<i64>, _>("seen_at")?.and_then(Timestamp::from_micros),
    };
    Ok(KeptPerson { person, password, totp_secret, totp_pending: row.try_get("totp_pending")? })
}
