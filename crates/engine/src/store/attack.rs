//! ATT&CK versions that were loaded, side by side.

use intel::attack::Actors;
use schema::{Reference, Timestamp};

use super::{Store, sql};
use crate::Result;

impl Store {
    pub(crate) async fn save_attack(&self, reference: &Reference, now: Timestamp) -> Result<()> {
        sql::query(
            "INSERT INTO attack_references (domain, version, loaded_at, facts) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (domain, version) DO UPDATE SET loaded_at = excluded.loaded_at, facts = excluded.facts",
        )
        .bind(&reference.domain)
        .bind(&reference.version)
        .bind(now.micros())
        .bind(serde_json::to_string(reference)?)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// The reference of this domain that was loaded last.
    pub(crate) async fn attack(&self, domain: &str) -> Result<Option<Reference>> {
        let facts: Option<String> = sql::query_scalar(
            "SELECT facts FROM attack_references WHERE domain = $1 ORDER BY loaded_at DESC, version DESC LIMIT 1",
        )
        .bind(domain)
        .fetch_optional(&self.pool)
        .await?;
        facts.map(|text| Ok(serde_json::from_str(&text)?)).transpose()
    }

    pub(crate) async fn save_actors(&self, actors: &Actors, now: Timestamp) -> Result<()> {
        sql::query(
            "INSERT INTO attack_actors (domain, version, loaded_at, facts) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (domain, version) DO UPDATE SET loaded_at = excluded.loaded_at, facts = excluded.facts",
        )
        .bind(&actors.domain)
        .bind(&actors.version)
        .bind(now.micros())
        .bind(serde_json::to_string(actors)?)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Groups, software and campaigns of this domain that were loaded last.
    pub(crate) async fn attack_actors(&self, domain: &str) -> Result<Option<Actors>> {
        let facts: Option<String> = sql::query_scalar(
            "SELECT facts FROM attack_actors WHERE domain = $1 ORDER BY loaded_at DESC, version DESC LIMIT 1",
        )
        .bind(domain)
        .fetch_optional(&self.pool)
        .await?;
        facts.map(|text| Ok(serde_json::from_str(&text)?)).transpose()
    }

    /// Domain and version of all that were loaded.
    pub(crate) async fn attack_versions(&self) -> Result<Vec<(String, String)>> {
        Ok(sql::query_as("SELECT domain, version FROM attack_references ORDER BY domain, loaded_at")
            .fetch_all(&self.pool)
            .await?)
    }
}
