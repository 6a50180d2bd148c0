//! Secrets that nobody can guess, and what is kept of them.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::{Error, Result};

/// Bytes of every secret that stands alone: links, sessions, keys.
const SECRET_BYTES: usize = 32;
/// Bytes of what names a thing without being secret.
const ID_BYTES: usize = 16;
/// Bytes of what names a key: people read it.
const KEY_ID_BYTES: usize = 6;

pub(super) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::machine("the machine gave no randomness").detail(error).hint("try again"))?;
    Ok(bytes)
}

/// A secret as text: 64 digits and letters.
pub(super) fn token() -> Result<String> {
    Ok(hex(&random::<SECRET_BYTES>()?))
}

pub(super) fn id(kind: &str) -> Result<String> {
    Ok(format!("{kind}--{}", hex(&random::<ID_BYTES>()?)))
}

pub(super) fn key_id() -> Result<String> {
    Ok(hex(&random::<KEY_ID_BYTES>()?))
}

/// What is kept of a secret. It has so many bits that nobody finds it from this, however fast this is computed.
pub(super) fn digest(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

/// Whether two digests are the same, in a time that does not tell where they differ.
pub(super) fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_differ_and_are_known_by_their_digest() {
        let (one, other) = (token().expect("random"), token().expect("random"));
        assert_eq!(one.len(), 64);
        assert_ne!(one, other);
        assert!(same(&digest(&one), &digest(&one)));
        assert!(!same(&digest(&one), &digest(&other)));
        assert_eq!(digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
