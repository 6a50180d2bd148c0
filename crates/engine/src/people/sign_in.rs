//! Signing in with name, password and, where it is on, a code. Whoever fails often waits, and names that nobody has
//! take as long as others.

use std::{fmt, net::IpAddr};

use schema::Timestamp;
use serde_json::json;

use super::{
    AuditEntry, KeptPerson, PersonState, Principal, PrincipalKind, Session, hashing, names, second_factor::Checked,
    secret, sessions::ended,
};
use crate::{
    Engine, Result, clock,
    store::{Attempt, Limit},
};

/// Failures of one name from one address before it has to wait.
const FREE_HERE: i64 = 5;
/// Failures of one name from anywhere. More than from one address, or a stranger could make its owner wait.
const FREE_OF_NAME: i64 = 20;
/// Failures from one address, which many people may share.
const FREE_OF_ADDRESS: i64 = 30;
/// Seconds after which one may come again where too many sign in at once.
const BUSY_SECONDS: i64 = 2;

/// What somebody gives who wants to come in.
#[derive(Clone, Default)]
pub struct SignIn {
    pub name: String,
    pub password: String,
    /// Of the second factor: six digits, or a recovery code.
    pub code: Option<String>,
    pub address: Option<IpAddr>,
    /// What the browser says that it is.
    pub agent: String,
}

/// What has come of it.
#[derive(Debug)]
pub enum SignedIn {
    Session(Box<Opened>),
    /// Name or password are wrong; which of them is not told.
    BadCredentials,
    /// Both are right, and a code is missing or wrong.
    SecondFactor {
        /// Whether a code was given, which is wrong, too old, or used already.
        wrong: bool,
    },
    /// Nothing was looked at: come again after so many seconds.
    TooMany {
        retry_after: i64,
    },
}

/// A session that has just begun. The token is shown once.
#[derive(Clone)]
pub struct Opened {
    pub token: String,
    pub principal: Principal,
    pub session: Session,
}

impl Engine {
    pub async fn sign_in(&self, request: SignIn) -> Result<SignedIn> {
        self.sign_in_at(request, clock::now()).await
    }

    pub(super) async fn sign_in_at(&self, request: SignIn, now: Timestamp) -> Result<SignedIn> {
        let limits = Limits::of(&request);
        let then_seconds = match self.store.begin_attempt(&limits.all(), now).await? {
            Attempt::Goes { then_seconds } => then_seconds,
            Attempt::Waits { seconds } => return Ok(SignedIn::TooMany { retry_after: seconds }),
        };
        // A name that cannot be one is nobody's, and takes as long.
        let kept = match names::of_person(&request.name) {
            Ok(name) => self.store.person_named(&name).await?,
            Err(_) => None,
        };
        let kept = kept.filter(|kept| kept.person.state == PersonState::Active);
        let password = kept.as_ref().and_then(|kept| kept.password.clone());
        let is_right = match hashing::verify(request.password.clone(), password).await? {
            Ok(is_right) => is_right,
            Err(hashing::Busy) => {
                limits.give_back(self).await?;
                return Ok(SignedIn::TooMany { retry_after: BUSY_SECONDS });
            }
        };
        let Some(kept) = kept.filter(|_| is_right) else {
            self.failed(&request, "password", then_seconds).await?;
            return Ok(SignedIn::BadCredentials);
        };
        match self.check_second_factor(&kept, request.code.as_deref(), now).await? {
            Checked::Missing => {
                limits.give_back(self).await?;
                Ok(SignedIn::SecondFactor { wrong: false })
            }
            Checked::Wrong => {
                self.failed(&request, "code", then_seconds).await?;
                Ok(SignedIn::SecondFactor { wrong: true })
            }
            Checked::Right(how) => {
                limits.forget(self).await?;
                Ok(SignedIn::Session(Box::new(self.open_session(&kept, &request, how, now).await?)))
            }
        }
    }

    /// Begins a session of somebody who has proved who they are.
    pub(super) async fn open_session(
        &self,
        kept: &KeptPerson,
        request: &SignIn,
        how: &str,
        now: Timestamp,
    ) -> Result<Opened> {
        let token = secret::token()?;
        let session = Session::new(request.address, &request.agent, now)?;
        let principal = Principal {
            id: kept.person.id.clone(),
            name: kept.person.name.clone(),
            kind: PrincipalKind::Person,
            role: kept.person.role,
            scope: kept.person.scope.clone(),
            person_role: kept.person.role,
            by_means_of: Some(session.id.clone()),
            address: request.address,
        };
        let entry = AuditEntry::new(&principal, "sign_in").about(&session.id).with(&json!({"by": how}));
        let digest = secret::digest(&token);
        let line = self.store.begin_session(&session, &digest, &kept.person.id, ended(now), &entry).await?;
        self.told(line).await;
        Ok(Opened { token, principal, session })
    }

    async fn failed(&self, request: &SignIn, what: &str, then_seconds: i64) -> Result<()> {
        let entry = AuditEntry::unproven(&request.name, request.address, "sign_in.refused");
        let line = self.store.add_audit(&entry.with(&json!({"wrong": what, "wait_seconds": then_seconds}))).await?;
        self.told(line).await;
        Ok(())
    }
}

/// What one attempt counts for.
struct Limits {
    here: Limit,
    of_name: Limit,
    of_address: Limit,
}

impl Limits {
    fn of(request: &SignIn) -> Self {
        let address = request.address.map_or_else(|| "here".to_owned(), neighborhood);
        // A digest: what strangers type into the field of the name, passwords among them, is not kept.
        let name = secret::digest(&request.name.trim().to_ascii_lowercase());
        Self {
            here: Limit { name: format!("{name} {address}"), free: FREE_HERE },
            of_name: Limit { name, free: FREE_OF_NAME },
            of_address: Limit { name: address, free: FREE_OF_ADDRESS },
        }
    }

    fn all(&self) -> [Limit; 3] {
        [self.here.clone(), self.of_name.clone(), self.of_address.clone()]
    }

    /// It was no attempt to guess.
    async fn give_back(&self, engine: &Engine) -> Result<()> {
        for limit in [&self.here, &self.of_name, &self.of_address] {
            engine.store.give_attempt_back(&limit.name).await?;
        }
        Ok(())
    }

    /// Who proves to be somebody has their failures forgotten; others from the same address have not.
    async fn forget(&self, engine: &Engine) -> Result<()> {
        engine.store.forget_failures(&self.here.name).await?;
        engine.store.forget_failures(&self.of_name.name).await?;
        engine.store.give_attempt_back(&self.of_address.name).await
    }
}

/// An address, or the network that one subscriber has of IPv6.
fn neighborhood(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// Without what is secret.
impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn").field("name", &self.name).field("address", &self.address).finish_non_exhaustive()
    }
}

/// Without what is secret.
impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened").field("principal", &self.principal).finish_non_exhaustive()
    }
}
