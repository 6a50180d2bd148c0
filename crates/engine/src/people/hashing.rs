//! Passwords to what is kept of them: argon2id, few at once, off the threads that answer.

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash::phc::PasswordHash};
use tokio::sync::Semaphore;

use crate::{Error, Result};

/// ASVS 5, appendix C: the least memory for two passes.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Each takes 19 MiB and a core: more at once would let strangers take the machine.
static AT_ONCE: Semaphore = Semaphore::const_new(2);
/// So many may wait for that; whoever comes later is told to come again.
static WAITING: Semaphore = Semaphore::const_new(64);

/// Salt of the hash that is made for names that nobody has, so that they take as long as others.
const NOBODY: &[u8; 16] = b"nobody has this.";

/// Too many passwords are being looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Busy;

pub(super) async fn hash(password: String) -> Result<String> {
    let hashed = at_turn(move || make(&password)).await?;
    hashed.map_err(|Busy| Error::machine("too many people sign in at this moment").hint("try again in some seconds"))?
}

/// Whether this is the password that was kept. Where none was kept, it takes as long to say no.
pub(super) async fn verify(password: String, kept: Option<String>) -> Result<std::result::Result<bool, Busy>> {
    at_turn(move || is_right(&password, kept.as_deref())).await
}

async fn at_turn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<std::result::Result<T, Busy>> {
    let Ok(_place) = WAITING.try_acquire() else { return Ok(Err(Busy)) };
    let ended = |error: tokio::sync::AcquireError| Error::internal("passwords are looked at no more").detail(error);
    let turn = AT_ONCE.acquire().await.map_err(ended)?;
    let done = tokio::task::spawn_blocking(move || {
        // Held by the work itself: who stops waiting for it does not make room for more of it.
        let _turn = turn;
        work()
    });
    done.await.map(Ok).map_err(|error| Error::internal("a password could not be looked at").detail(error))
}

fn make(password: &str) -> Result<String> {
    let salt: [u8; 16] = super::secret::random()?;
    Ok(hasher()?.hash_password_with_salt(password.as_bytes(), &salt).map_err(not_hashed)?.to_string())
}

fn is_right(password: &str, kept: Option<&str>) -> bool {
    let kept = kept.and_then(|kept| PasswordHash::new(kept).ok());
    match (hasher(), kept) {
        (Ok(hasher), Some(kept)) => hasher.verify_password(password.as_bytes(), &kept).is_ok(),
        (Ok(hasher), None) => {
            let _nobodys = hasher.hash_password_with_salt(password.as_bytes(), NOBODY);
            false
        }
        (Err(_), _) => false,
    }
}

fn hasher() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(not_hashed)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn not_hashed(error: impl std::fmt::Display) -> Error {
    Error::internal("a password could not be hashed").detail(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_again_and_no_other_one() {
        let kept = hash("correct horse battery".to_owned()).await.expect("hashes");
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        let is = async |password: &str, kept: Option<&str>| {
            verify(password.to_owned(), kept.map(ToOwned::to_owned)).await.expect("looks").expect("has a turn")
        };
        assert!(is("correct horse battery", Some(&kept)).await);
        assert!(!is("correct horse batterz", Some(&kept)).await);
        assert!(!is("correct horse battery", None).await);
        assert!(!is("correct horse battery", Some("rubbish")).await);
        assert_ne!(hash("correct horse battery".to_owned()).await.expect("hashes"), kept, "each has its own salt");
    }
}
