//! The second factor: codes of six digits by RFC 6238, each good once, and recovery codes for a lost device.

use schema::Timestamp;
use serde_json::json;
use totp_rs::{Builder, Secret, Totp};

use super::{AuditEntry, KeptPerson, Principal, secret};
use crate::{Engine, Error, Result, clock};

/// Bytes that codes are made from: as RFC 4226 recommends.
const SECRET_BYTES: usize = 20;
/// Seconds for which a code is shown.
const STEP_SECONDS: u64 = 30;
/// Steps that a clock may be off by.
const SKEW_STEPS: u16 = 1;
const N_RECOVERY_CODES: usize = 10;
/// Bytes of a recovery code: so many that its digest gives nothing away.
const RECOVERY_BYTES: usize = 10;

/// What an authenticator app is set up with. Shown once.
#[derive(Clone, serde::Serialize)]
pub struct SecondFactor {
    /// To be typed in.
    pub secret: String,
    /// To be shown as a QR code.
    pub uri: String,
}

pub(super) enum Checked {
    /// Proved, and by what.
    Right(&'static str),
    Missing,
    Wrong,
}

impl Engine {
    /// Proposes what codes will be made from. It is in force when a first code has confirmed it.
    pub async fn begin_second_factor(&self, by: &Principal) -> Result<SecondFactor> {
        let kept = self.own(by).await?;
        if kept.totp_secret.is_some() {
            return Err(Error::usage("the second factor is on already").hint("turn it off first, with your password"));
        }
        let bytes: [u8; SECRET_BYTES] = secret::random()?;
        let totp = totp(bytes.to_vec(), &kept.person.name)?;
        let secret = totp.secret().to_base32();
        self.store.keep_pending_totp(&kept.person.id, &secret).await?;
        Ok(SecondFactor { secret, uri: totp.to_url().map_err(unmade)? })
    }

    /// Puts the second factor in force. Gives recovery codes, which are shown once.
    pub async fn confirm_second_factor(&self, by: &Principal, code: &str) -> Result<Vec<String>> {
        let kept = self.own(by).await?;
        let begin =
            || Error::usage("the second factor was not begun").hint("begin it, and give a code of the new secret");
        let secret = kept.totp_pending.as_deref().ok_or_else(begin)?;
        let step = matching_step(secret, &kept.person.name, code, clock::now())?.ok_or_else(|| {
            Error::usage("the code is wrong").hint("is the clock of the device right? Give the code that it shows now")
        })?;
        let codes = (0..N_RECOVERY_CODES).map(|_| recovery_code()).collect::<Result<Vec<String>>>()?;
        let digests: Vec<String> = codes.iter().map(|code| secret::digest(&plain(code))).collect();
        let entry = AuditEntry::new(by, "second_factor.on").about(&kept.person.name);
        let line = self.store.confirm_totp(&kept.person.id, secret, step, &digests, &entry).await?;
        self.told(line.ok_or_else(begin)?).await;
        Ok(codes)
    }

    /// Turns the second factor off; the password proves that it is not somebody at an unlocked screen.
    pub async fn remove_second_factor(&self, by: &Principal, password: String) -> Result<()> {
        let kept = self.own(by).await?;
        self.prove_again(&kept, by, password).await?;
        let entry = AuditEntry::new(by, "second_factor.off").about(&kept.person.name);
        let line = self.store.remove_totp(&kept.person.id, &entry).await?;
        self.told(line).await;
        Ok(())
    }

    pub async fn n_recovery_codes(&self, by: &Principal) -> Result<i64> {
        self.store.n_recovery_codes(&by.id).await
    }

    pub(super) async fn check_second_factor(
        &self,
        kept: &KeptPerson,
        code: Option<&str>,
        now: Timestamp,
    ) -> Result<Checked> {
        let Some(secret) = kept.totp_secret.as_deref() else { return Ok(Checked::Right("password")) };
        let Some(code) = code.map(plain).filter(|code| !code.is_empty()) else { return Ok(Checked::Missing) };
        if let Some(step) = matching_step(secret, &kept.person.name, &code, now)? {
            let is_new = self.store.take_totp_step(&kept.person.id, step).await?;
            return Ok(if is_new { Checked::Right("password and code") } else { Checked::Wrong });
        }
        let Some(left) = self.store.take_recovery_code(&kept.person.id, &secret::digest(&code)).await? else {
            return Ok(Checked::Wrong);
        };
        let entry = AuditEntry::unproven(&kept.person.name, None, "second_factor.recovery").about(&kept.person.name);
        let line = self.store.add_audit(&entry.with(&json!({"left": left}))).await?;
        self.told(line).await;
        Ok(Checked::Right("password and recovery code"))
    }
}

/// The step of time whose code this is, of those around now.
fn matching_step(secret: &str, name: &str, code: &str, now: Timestamp) -> Result<Option<i64>> {
    let secret = Secret::try_from_base32(secret).map_err(unmade)?;
    let totp = totp(secret.as_ref().to_vec(), name)?;
    let seconds = u64::try_from(now.micros() / 1_000_000).unwrap_or_default();
    Ok(totp.check(&plain(code), seconds).and_then(|step| i64::try_from(step).ok()))
}

fn totp(secret: Vec<u8>, name: &str) -> Result<Totp> {
    Builder::new()
        .with_secret(secret)
        .with_skew(SKEW_STEPS)
        .with_step_duration(STEP_SECONDS)
        .with_issuer(Some("Margay"))
        .with_account_name(name)
        .build()
        .map_err(unmade)
}

/// Four groups of four characters, none of which look alike.
fn recovery_code() -> Result<String> {
    let bytes: [u8; RECOVERY_BYTES] = secret::random()?;
    let text = Secret::from(bytes.to_vec()).to_base32().to_ascii_lowercase();
    let letters: Vec<char> = text.chars().collect();
    Ok(letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}

/// As people type codes: with blanks or hyphens, in any case.
fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).take(64).collect::<String>().to_ascii_lowercase()
}

fn unmade(error: impl std::fmt::Display) -> Error {
    Error::internal("the second factor could not be made").detail(error)
}

/// Without what is secret.
impl std::fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecondFactor")
    }
}
