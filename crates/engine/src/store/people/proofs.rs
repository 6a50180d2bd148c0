//! What proves a person: one-time links, passwords, second factors.

use super::super::{
    Store,
    sql::{self, Connection},
};
use crate::{
    Error, Result, clock,
    people::{AuditEntry, AuditLine, Invitation},
};

impl Store {
    /// Puts a link in the place of all others of the same person, or of the first administrator.
    pub(crate) async fn invite(&self, invitation: &Invitation, entry: &AuditEntry) -> Result<AuditLine> {
        let mut transaction = self.begin().await?;
        insert_invitation(&mut transaction, invitation).await?;
        transaction.commit_with(entry).await
    }

    /// Whose a link is that is still good: `None` within is the first administrator's.
    pub(crate) async fn invitation(&self, link: &str) -> Result<Option<Invitation>> {
        let row = sql::query("SELECT person_id, expires_at FROM invitations WHERE digest = $1 AND expires_at > $2")
            .bind(link)
            .bind(clock::now().micros())
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| {
            let expires_at = schema::Timestamp::from_micros(row.try_get("expires_at")?).unwrap_or_default();
            Ok(Invitation { digest: link.to_owned(), person_id: row.try_get("person_id")?, expires_at })
        })
        .transpose()
    }

    /// Lets the holder of a link choose a password. Nothing, where the link is not good any more.
    pub(crate) async fn set_password_by_link(
        &self,
        person_id: &str,
        password: &str,
        link: &str,
        entry: &AuditEntry,
    ) -> Result<Option<AuditLine>> {
        let mut transaction = self.begin().await?;
        if !take_invitation(&mut transaction, link, Some(person_id)).await? {
            return Ok(None);
        }
        set_password(&mut transaction, person_id, Some(password), None).await?;
        transaction.commit_with(entry).await.map(Some)
    }

    /// Changes a password; all sessions but this one end.
    pub(crate) async fn change_password(
        &self,
        person_id: &str,
        password: &str,
        session_id: Option<&str>,
        entry: &AuditEntry,
    ) -> Result<AuditLine> {
        let mut transaction = self.begin().await?;
        set_password(&mut transaction, person_id, Some(password), session_id).await?;
        transaction.commit_with(entry).await
    }

    /// Takes the password away, ends all sessions, and gives a new link; the second factor too, where that is asked.
    pub(crate) async fn reset_person(
        &self,
        invitation: &Invitation,
        second_factor: bool,
        entry: &AuditEntry,
    ) -> Result<AuditLine> {
        let mut transaction = self.begin().await?;
        let id = invitation.person_id.as_deref().unwrap_or_default();
        set_password(&mut transaction, id, None, None).await?;
        if second_factor {
            drop_second_factor(&mut transaction, id).await?;
        }
        insert_invitation(&mut transaction, invitation).await?;
        transaction.commit_with(entry).await
    }

    /// Keeps what codes will be made from, until a first code proves that the person has it too.
    pub(crate) async fn keep_pending_totp(&self, person_id: &str, secret: &str) -> Result<()> {
        let kept = sql::query("UPDATE people SET totp_pending = $2 WHERE person_id = $1 AND removed_at IS NULL");
        kept.bind(person_id).bind(secret).execute(&self.pool).await?;
        Ok(())
    }

    /// Puts the pending secret in force with new recovery codes; false where it is not the pending one any more.
    pub(crate) async fn confirm_totp(
        &self,
        person_id: &str,
        secret: &str,
        step: i64,
        codes: &[String],
        entry: &AuditEntry,
    ) -> Result<Option<AuditLine>> {
        let mut transaction = self.begin().await?;
        let done = sql::query(
            "UPDATE people SET totp_secret = $2, totp_pending = NULL, totp_step = $3 \
             WHERE person_id = $1 AND totp_pending = $2 AND removed_at IS NULL",
        );
        if done.bind(person_id).bind(secret).bind(step).execute(&mut *transaction).await?.rows_affected() == 0 {
            return Ok(None);
        }
        sql::query("DELETE FROM recovery_codes WHERE person_id = $1")
            .bind(person_id)
            .execute(&mut *transaction)
            .await?;
        for code in codes {
            sql::query("INSERT INTO recovery_codes (person_id, digest) VALUES ($1, $2)")
                .bind(person_id)
                .bind(code)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit_with(entry).await.map(Some)
    }

    pub(crate) async fn remove_totp(&self, person_id: &str, entry: &AuditEntry) -> Result<AuditLine> {
        let mut transaction = self.begin().await?;
        drop_second_factor(&mut transaction, person_id).await?;
        transaction.commit_with(entry).await
    }

    /// Takes the code of a step of time, which no other request has taken, nor one of a later step.
    pub(crate) async fn take_totp_step(&self, person_id: &str, step: i64) -> Result<bool> {
        let done = sql::query("UPDATE people SET totp_step = $2 WHERE person_id = $1 AND totp_step < $2");
        Ok(done.bind(person_id).bind(step).execute(&self.pool).await?.rows_affected() == 1)
    }

    /// Takes a recovery code, which is good once. Gives how many are left.
    pub(crate) async fn take_recovery_code(&self, person_id: &str, digest: &str) -> Result<Option<i64>> {
        let done = sql::query("DELETE FROM recovery_codes WHERE person_id = $1 AND digest = $2");
        if done.bind(person_id).bind(digest).execute(&self.pool).await?.rows_affected() == 0 {
            return Ok(None);
        }
        self.n_recovery_codes(person_id).await.map(Some)
    }

    pub(crate) async fn n_recovery_codes(&self, person_id: &str) -> Result<i64> {
        let left = sql::query_scalar("SELECT count(*) FROM recovery_codes WHERE person_id = $1");
        Ok(left.bind(person_id).fetch_one(&self.pool).await?)
    }
}

pub(super) async fn insert_invitation(transaction: &mut Connection, invitation: &Invitation) -> Result<()> {
    let earlier = match &invitation.person_id {
        Some(id) => sql::query("DELETE FROM invitations WHERE person_id = $1").bind(id),
        None => sql::query("DELETE FROM invitations WHERE person_id IS NULL"),
    };
    earlier.execute(&mut *transaction).await?;
    sql::query("INSERT INTO invitations (digest, person_id, made_at, expires_at) VALUES ($1, $2, $3, $4)")
        .bind(&invitation.digest)
        .bind(invitation.person_id.as_ref())
        .bind(clock::now().micros())
        .bind(invitation.expires_at.micros())
        .execute(transaction)
        .await?;
    Ok(())
}

/// Uses a link up; false where it is not good, or not for this person.
pub(super) async fn take_invitation(transaction: &mut Connection, link: &str, person_id: Option<&str>) -> Result<bool> {
    let done =
        sql::query("DELETE FROM invitations WHERE digest = $1 AND coalesce(person_id, '') = $2 AND expires_at > $3");
    let done = done.bind(link).bind(person_id.unwrap_or_default()).bind(clock::now().micros());
    Ok(done.execute(transaction).await?.rows_affected() == 1)
}

async fn set_password(
    transaction: &mut Connection,
    person_id: &str,
    password: Option<&str>,
    session_id: Option<&str>,
) -> Result<()> {
    let done = sql::query("UPDATE people SET password = $2 WHERE person_id = $1 AND removed_at IS NULL");
    if done.bind(person_id).bind(password).execute(&mut *transaction).await?.rows_affected() == 0 {
        return Err(Error::usage("there is no such person"));
    }
    sql::query("DELETE FROM sessions WHERE person_id = $1 AND session_id <> $2")
        .bind(person_id)
        .bind(session_id.unwrap_or_default())
        .execute(transaction)
        .await?;
    Ok(())
}

async fn drop_second_factor(transaction: &mut Connection, person_id: &str) -> Result<()> {
    for statement in [
        "UPDATE people SET totp_secret = NULL, totp_pending = NULL WHERE person_id = $1",
        "DELETE FROM recovery_codes WHERE person_id = $1",
    ] {
        sql::query(statement).bind(person_id).execute(&mut *transaction).await?;
    }
    Ok(())
}
