//! Which records are attempts to log on, and who logged on to what.

use super::identity::{Identity, behind, each_member, plain, text};
use crate::{
    json::{Text, Value},
    json_record::{JsonCell, JsonReader},
};

/// Records that tell of a logon: event source, operation, and the word of the table for it.
const SIGN_INS: &[(&str, &str, &str)] = &[
    ("signin", "ConsoleLogin", "logon"),
    ("signin", "UserAuthentication", "logon"),
    ("signin", "CredentialVerification", "logon"),
    ("signin", "CheckMfa", "mfa"),
    ("signin", "CredentialChallenge", "mfa"),
    ("signin", "SwitchRole", "elevate"),
    ("signin", "ExitRole", "logoff"),
    ("signin", "RenewRole", "ticket"),
    ("signin", "GetSigninToken", "ticket"),
    ("signin", "Logout", "logoff"),
    ("sso", "Authenticate", "logon"),
    ("sso", "Federate", "logon"),
    ("sso", "Logout", "logoff"),
    ("sso-oauth", "CreateToken", "ticket"),
    ("sso", "CreateToken", "ticket"),
    ("sts", "AssumeRole", "elevate"),
    ("sts", "AssumeRoleWithSAML", "logon"),
    ("sts", "AssumeRoleWithWebIdentity", "logon"),
    ("sts", "AssumeRoot", "elevate"),
    ("sts", "GetSessionToken", "ticket"),
    ("sts", "GetFederationToken", "ticket"),
];

/// The table's word for the record, where it tells of a logon.
pub(super) fn action(source: &str, operation: &str) -> Option<&'static str> {
    let service = source.strip_suffix(".amazonaws.com").or_else(|| source.strip_suffix(".amazonaws.com.cn"))?;
    SIGN_INS.iter().find(|known| known.0 == service && known.1 == operation).map(|known| known.2)
}

/// Adds who logged on to which account, and who asked for it where that is another one.
pub(super) fn derive<'a>(reader: &mut JsonReader<'a>, identity: &Identity<'a>, action: &'static str) {
    let outcome = outcome(reader);
    derive_texts(reader, [("=action", Some(plain(action))), ("=outcome", outcome)]);
    let caller = (identity.user(), identity.id(), identity.account);
    let Some(target) = Target::of(reader.field("requestParameters").map(|cell| cell.0)) else {
        derive_texts(reader, [("=user", caller.0), ("=user_id", caller.1), ("=user_domain", caller.2)]);
        derive_texts(reader, [("=session_id", identity.access_key)]);
        return;
    };
    derive_texts(reader, [("=actor_user", caller.0), ("=actor_id", caller.1), ("=actor_domain", caller.2)]);
    derive_texts(reader, [("=actor_session_id", identity.access_key)]);
    let (user, id, domain) = match target {
        Target::Role(arn) => (behind(arn, '/').or(Some(arn)), Some(arn), account_of(arn)),
        Target::Root(principal) => (Some(plain("root")), Some(principal), account_of(principal).or(Some(principal))),
        Target::Federated(name) => (Some(name), None, identity.account),
    };
    derive_texts(reader, [("=user", user), ("=user_id", id), ("=user_domain", domain)]);
}

/// `{"<name of the event>": "Success"}`, which the console and its relatives write.
fn outcome<'a>(reader: &mut JsonReader<'a>) -> Option<Text<'a>> {
    let operation = match reader.field("eventName")?.0 {
        Value::Text(operation) => operation.inner,
        _ => return None,
    };
    ["responseElements", "serviceEventDetails"].into_iter().find_map(|name| {
        let JsonCell(value) = reader.field(name)?.member(operation)?;
        text(value)
    })
}

/// The account that is taken on, as the request names it.
#[derive(Debug, Clone, Copy)]
enum Target<'a> {
    /// ARN of a role.
    Role(Text<'a>),
    /// Account, or its ARN, whose root session is asked for.
    Root(Text<'a>),
    /// Name of a federated user.
    Federated(Text<'a>),
}

impl<'a> Target<'a> {
    fn of(parameters: Option<Value<'a>>) -> Option<Self> {
        let mut found = None;
        each_member(parameters, |key, value| {
            let Some(text) = text(value) else { return };
            match key {
                "roleArn" => found = Some(Self::Role(text)),
                "targetPrincipal" => found = Some(Self::Root(text)),
                "name" => found = Some(Self::Federated(text)),
                _ => {}
            }
        });
        found
    }
}

/// The account of an ARN.
fn account_of(arn: Text<'_>) -> Option<Text<'_>> {
    let account = arn.inner.split(':').nth(4).filter(|account| !account.is_empty())?;
    Some(Text { inner: account, ..arn })
}

fn derive_texts<'a, const N: usize>(reader: &mut JsonReader<'a>, texts: [(&'static str, Option<Text<'a>>); N]) {
    for (name, text) in texts {
        if let Some(text) = text {
            reader.derive(name, Value::Text(text));
        }
    }
}
