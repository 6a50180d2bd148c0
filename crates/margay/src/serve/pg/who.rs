//! Who asks: a key as the password, or a person with theirs.

use std::net::IpAddr;

use engine::{Engine, Permission, Principal, SignIn, SignedIn};
use pgwire::error::{PgWireError, PgWireResult};

use super::told::{self, fatal};

/// What proves who asks. It is looked at again for every question, so that a key that is taken away ends at once.
pub(super) struct Proof {
    token: String,
    address: IpAddr,
    /// The session was opened for this connection, and ends with it.
    is_ours: bool,
}

impl std::fmt::Debug for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Proof").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Proof {
    /// Lets somebody in, or says no more than that a name or a password was wrong.
    pub(super) async fn check(engine: &Engine, name: &str, password: &str, address: IpAddr) -> PgWireResult<Self> {
        let given = Self { token: password.to_owned(), address, is_ours: false };
        if given.bearer(engine).await?.is_some() {
            given.principal(engine).await?;
            return Ok(given);
        }
        let request = SignIn {
            name: name.to_owned(),
            password: password.to_owned(),
            code: None,
            address: Some(address),
            agent: "PostgreSQL".to_owned(),
        };
        match engine.sign_in(request).await.map_err(|error| told::of(&error, ""))? {
            SignedIn::Session(opened) => {
                let proof = Self { token: opened.token.clone(), address, is_ours: true };
                proof.principal(engine).await?;
                Ok(proof)
            }
            SignedIn::BadCredentials => Err(fatal("28P01", "name or password is wrong")),
            SignedIn::SecondFactor { .. } => {
                Err(fatal("28P01", "this account has a second factor: make an API key and give that as the password"))
            }
            SignedIn::TooMany { retry_after } => {
                Err(fatal("28P01", format!("too many tries; come again in {retry_after} seconds")))
            }
        }
    }

    /// The person or key at this moment, who may ask in SQL.
    pub(super) async fn principal(&self, engine: &Engine) -> PgWireResult<Principal> {
        let principal = self.bearer(engine).await?;
        let principal = principal.ok_or_else(|| fatal("28000", "the key or session is not good any more"))?;
        if !principal.may(Permission::RunSql) {
            return Err(fatal("28000", "your role does not permit questions in SQL"));
        }
        Ok(principal)
    }

    /// Ends a session that was opened for this connection alone.
    pub(super) async fn end(&self, engine: &Engine) {
        if !self.is_ours {
            return;
        }
        let ended = match engine.session(&self.token, Some(self.address)).await {
            Ok(Some(principal)) => engine.sign_out(&principal).await,
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        if let Err(error) = ended {
            tracing::warn!(%error, "a session of a PostgreSQL client could not be ended");
        }
    }

    async fn bearer(&self, engine: &Engine) -> Result<Option<Principal>, PgWireError> {
        let address = Some(self.address);
        let of_key = engine.key_bearer(&self.token, address).await.map_err(|error| told::of(&error, ""))?;
        if of_key.is_some() {
            return Ok(of_key);
        }
        engine.session(&self.token, address).await.map_err(|error| told::of(&error, ""))
    }
}
