//! Sessions: a secret that a browser holds, good for as long as somebody works, and for a day's work at most.

use std::net::IpAddr;

use schema::Timestamp;

use super::{AuditEntry, Principal, PrincipalKind, secret};
use crate::{Engine, Error, Result, clock, store::Ended};

/// Whoever does nothing for so long signs in anew.
const IDLE_SECONDS: i64 = 30 * 60;
/// And so does everybody after so long.
const LONGEST_SECONDS: i64 = 12 * 3_600;
/// When a session was last seen is written this often and not at every request.
const SEEN_EVERY_SECONDS: i64 = 60;
/// Characters of what a browser says of itself.
const AGENT_MAX: usize = 200;

/// A session, as its person sees it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Session {
    pub id: String,
    pub began_at: Timestamp,
    pub seen_at: Timestamp,
    pub address: String,
    /// What the browser says that it is.
    pub agent: String,
    /// Whether it is the one that asks.
    pub current: bool,
}

impl Session {
    /// When it ends, whatever is done in it.
    pub fn expires_at(&self) -> Timestamp {
        shifted(self.began_at, LONGEST_SECONDS)
    }

    pub(super) fn new(address: Option<IpAddr>, agent: &str, now: Timestamp) -> Result<Self> {
        Ok(Self {
            id: secret::id("session")?,
            began_at: now,
            seen_at: now,
            address: address.map(|address| address.to_string()).unwrap_or_default(),
            agent: agent.chars().take(AGENT_MAX).collect(),
            current: true,
        })
    }
}

impl Engine {
    /// Who holds this secret of a session; nobody, where it has ended.
    pub async fn session(&self, token: &str, address: Option<IpAddr>) -> Result<Option<Principal>> {
        self.session_at(token, address, clock::now()).await
    }

    pub(super) async fn session_at(
        &self,
        token: &str,
        address: Option<IpAddr>,
        now: Timestamp,
    ) -> Result<Option<Principal>> {
        let Some(running) = self.store.running_session(&secret::digest(token), ended(now)).await? else {
            return Ok(None);
        };
        if running.session.seen_at < shifted(now, -SEEN_EVERY_SECONDS) {
            self.store.session_seen(&running.session.id, now).await?;
        }
        Ok(Some(Principal {
            id: running.person_id,
            name: running.name,
            kind: PrincipalKind::Person,
            role: running.role,
            scope: running.scope,
            person_role: running.role,
            by_means_of: Some(running.session.id),
            address,
        }))
    }

    /// Ends the session that asks.
    pub async fn sign_out(&self, by: &Principal) -> Result<()> {
        let Some(id) = by.session_id() else { return Ok(()) };
        let entry = AuditEntry::new(by, "session.end").about(id);
        self.told_if(self.store.end_session(&by.id, id, &entry).await?).await;
        Ok(())
    }

    /// Sessions of the one who asks that have not ended.
    pub async fn own_sessions(&self, by: &Principal) -> Result<Vec<Session>> {
        let mut sessions = self.store.sessions_of(&by.id, ended(clock::now())).await?;
        for session in &mut sessions {
            session.current = Some(session.id.as_str()) == by.session_id();
        }
        Ok(sessions)
    }

    /// Ends a session of the one who asks, here or elsewhere.
    pub async fn end_own_session(&self, by: &Principal, id: &str) -> Result<()> {
        let entry = AuditEntry::new(by, "session.end").about(id);
        let line = self.store.end_session(&by.id, id, &entry).await?;
        if line.is_none() {
            return Err(Error::usage("there is no such session").hint("it may have ended by itself"));
        }
        self.told_if(line).await;
        Ok(())
    }
}

/// What has ended by time at this instant.
pub(super) fn ended(now: Timestamp) -> Ended {
    Ended { began_before: shifted(now, -LONGEST_SECONDS), seen_before: shifted(now, -IDLE_SECONDS) }
}

pub(super) fn shifted(at: Timestamp, seconds: i64) -> Timestamp {
    at.checked_add_nanos(seconds.saturating_mul(1_000_000_000)).unwrap_or(at)
}
