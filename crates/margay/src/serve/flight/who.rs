//! Who asks: a key or a session behind `Bearer`, or name and password in the handshake.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use engine::{Engine, Permission, Principal, SignIn, SignedIn};
use tonic::{Request, Status, metadata::MetadataMap};

use super::service::told;

/// Some clients write what is missing at the end as `=`, and some do not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The answer to everybody who is not known; which part was wrong is not told.
fn unknown() -> Status {
    Status::unauthenticated("give an API key: authorization: Bearer mgy_...")
}

/// The person or key behind a request, who may ask in SQL.
pub(super) async fn asks<T>(engine: &Engine, request: &Request<T>) -> Result<Principal, Status> {
    let given = authorization(request.metadata()).and_then(|text| after(text, "bearer")).ok_or_else(unknown)?;
    let principal = bearer(engine, given, address(request)).await?.ok_or_else(unknown)?;
    if !principal.may(Permission::RunSql) {
        return Err(Status::permission_denied("your role does not permit questions in SQL"));
    }
    Ok(principal)
}

/// What a client sends behind `Bearer` from now on: for a key that key, for a password a session.
pub(super) async fn shake_hands<T>(engine: &Engine, request: &Request<T>) -> Result<String, Status> {
    let address = address(request);
    let given = authorization(request.metadata()).ok_or_else(unknown)?;
    if let Some(token) = after(given, "bearer") {
        return match bearer(engine, token, address).await? {
            Some(_) => Ok(token.to_owned()),
            None => Err(unknown()),
        };
    }
    let pair = after(given, "basic").and_then(|text| BASE64.decode(text).ok()).ok_or_else(unknown)?;
    let pair = String::from_utf8(pair).map_err(|_not_text| unknown())?;
    let (name, password) = pair.split_once(':').ok_or_else(unknown)?;
    // Tools have a field for a password and none for a key.
    if bearer(engine, password, address).await?.is_some() {
        return Ok(password.to_owned());
    }
    let request = SignIn {
        name: name.to_owned(),
        password: password.to_owned(),
        code: None,
        address,
        agent: "Arrow Flight SQL".to_owned(),
    };
    match engine.sign_in(request).await.map_err(|error| told(&error))? {
        SignedIn::Session(opened) => Ok(opened.token.clone()),
        SignedIn::BadCredentials => Err(Status::unauthenticated("name or password is wrong")),
        SignedIn::SecondFactor { .. } => {
            Err(Status::unauthenticated("this account has a second factor: make an API key and give that"))
        }
        SignedIn::TooMany { retry_after } => {
            Err(Status::resource_exhausted(format!("too many tries; come again in {retry_after} seconds")))
        }
    }
}

async fn bearer(engine: &Engine, token: &str, address: Option<IpAddr>) -> Result<Option<Principal>, Status> {
    if let Some(principal) = engine.key_bearer(token, address).await.map_err(|error| told(&error))? {
        return Ok(Some(principal));
    }
    engine.session(token, address).await.map_err(|error| told(&error))
}

fn authorization(metadata: &MetadataMap) -> Option<&str> {
    metadata.get("authorization")?.to_str().ok()
}

/// The rest of a header after the word of its kind, in any case.
fn after<'t>(text: &'t str, kind: &str) -> Option<&'t str> {
    let (word, rest) = text.split_once(' ')?;
    word.eq_ignore_ascii_case(kind).then_some(rest.trim())
}

fn address<T>(request: &Request<T>) -> Option<IpAddr> {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_may_leave_out_the_padding() {
        for text in ["YW5uOnB3", "YW5uOnB3ZA==", "YW5uOnB3ZA"] {
            let pair = BASE64.decode(text).expect("reads");
            assert!(pair.starts_with(b"ann:pw"), "{text}");
        }
    }

    #[test]
    fn the_word_before_a_token_is_in_any_case() {
        assert_eq!(after("bearer  x", "bearer"), Some("x"));
        assert_eq!(after("BEARER x", "bearer"), Some("x"));
        assert_eq!(after("Basic x", "bearer"), None);
        assert_eq!(after("bearer", "bearer"), None);
    }
}
