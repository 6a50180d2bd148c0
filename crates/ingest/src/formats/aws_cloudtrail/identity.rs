//! Who called, from `userIdentity`. Spec: the "CloudTrail userIdentity element" page.

use crate::{
    json::{Fields, Text, Value},
    json_record::JsonReader,
};

/// What names a caller; every part may be missing.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Identity<'a> {
    kind: Option<Text<'a>>,
    name: Option<Text<'a>>,
    pub(super) arn: Option<Text<'a>>,
    principal: Option<Text<'a>>,
    pub(super) account: Option<Text<'a>>,
    pub(super) access_key: Option<Text<'a>>,
    invoked_by: Option<Text<'a>>,
    /// The role or user that the session's credentials come from.
    issuer_name: Option<Text<'a>>,
    issuer_arn: Option<Text<'a>>,
    mfa: Option<Value<'a>>,
    /// User of IAM Identity Center for whom the call was made.
    on_behalf_of: Option<Text<'a>>,
}

impl<'a> Identity<'a> {
    pub(super) fn of(value: Option<Value<'a>>) -> Self {
        let mut identity = Self::default();
        each_member(value, |key, value| match key {
            "type" => identity.kind = text(value),
            "userName" => identity.name = text(value),
            "arn" => identity.arn = text(value),
            "principalId" => identity.principal = text(value),
            "accountId" => identity.account = text(value),
            "accessKeyId" => identity.access_key = text(value),
            "invokedBy" => identity.invoked_by = text(value),
            "sessionContext" => identity.read_session(value),
            "onBehalfOf" => each_member(Some(value), |key, value| {
                if key == "userId" {
                    identity.on_behalf_of = text(value);
                }
            }),
            _ => {}
        });
        identity
    }

    fn read_session(&mut self, session: Value<'a>) {
        each_member(Some(session), |key, value| match key {
            "sessionIssuer" => each_member(Some(value), |key, value| match key {
                "userName" => self.issuer_name = text(value),
                "arn" => self.issuer_arn = text(value),
                _ => {}
            }),
            "attributes" => each_member(Some(value), |key, value| {
                if key == "mfaAuthenticated" {
                    self.mfa = Some(value);
                }
            }),
            _ => {}
        });
    }

    /// Adds the caller's columns.
    pub(super) fn derive(&self, reader: &mut JsonReader<'a>) {
        let texts = [
            ("=user", self.user()),
            ("=user_id", self.id()),
            ("=user_type", self.kind),
            ("=account", self.account),
            ("=session_id", self.access_key),
            ("=acting_as", self.issuer_arn),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                reader.derive(name, Value::Text(text));
            }
        }
        if let Some(mfa) = self.mfa {
            reader.derive("=mfa", mfa);
        }
    }

    pub(super) fn id(&self) -> Option<Text<'a>> {
        self.arn.or(self.principal).or(self.on_behalf_of).or_else(|| self.anonymous())
    }

    /// The name that stays the same from session to session: the user; of a role the person behind it where its
    /// session says so, else the role, because programs choose a new session name every time.
    pub(super) fn user(&self) -> Option<Text<'a>> {
        match self.kind.map_or("", |kind| kind.inner) {
            "Root" => Some(plain("root")),
            "AssumedRole" => self.person().or(self.issuer_name).or_else(|| self.role()).or_else(|| self.session()),
            "FederatedUser" => self.session().or(self.name).or(self.issuer_name),
            "AWSService" => self.invoked_by.or(self.name).or(self.principal),
            _ => self.named(),
        }
    }

    fn named(&self) -> Option<Text<'a>> {
        let last_of_arn = || self.arn.and_then(|arn| behind(arn, '/'));
        let of_principal = || self.principal.and_then(|principal| behind(principal, ':'));
        let other = || self.on_behalf_of.or(self.issuer_name).or_else(|| self.anonymous()).or(self.invoked_by);
        self.name.or_else(last_of_arn).or_else(of_principal).or_else(other)
    }

    /// The session's name, where it is a person's: an e-mail address, or given by IAM Identity Center.
    fn person(&self) -> Option<Text<'a>> {
        let by_identity_center = self.issuer_name.is_some_and(|name| name.inner.starts_with("AWSReservedSSO_"));
        self.session().filter(|session| by_identity_center || session.inner.contains('@'))
    }

    /// Role of `arn:aws:sts::1:assumed-role/<role>/<session>`.
    fn role(&self) -> Option<Text<'a>> {
        let arn = self.arn?;
        arn.inner.split('/').nth(1).map(|inner| Text { inner, ..arn })
    }

    fn session(&self) -> Option<Text<'a>> {
        let of_arn = self.arn.and_then(|arn| behind(arn, '/'));
        of_arn.or_else(|| self.principal.and_then(|principal| behind(principal, ':')))
    }

    /// Requests to public buckets have an account that is none.
    fn anonymous(&self) -> Option<Text<'a>> {
        self.account.filter(|account| account.inner.starts_with("ANONYMOUS"))
    }
}

/// What stands behind the last of these signs; `None` where there is none.
pub(super) fn behind(text: Text<'_>, sign: char) -> Option<Text<'_>> {
    text.inner.rsplit_once(sign).map(|(_, inner)| Text { inner, ..text }).filter(|text| !text.inner.is_empty())
}

pub(super) fn plain(inner: &'static str) -> Text<'static> {
    Text { inner, escaped: false }
}

/// Text that says something.
pub(super) fn text(value: Value<'_>) -> Option<Text<'_>> {
    match value {
        Value::Text(text) if !text.inner.is_empty() => Some(text),
        _ => None,
    }
}

/// Passes over the members of an object; of anything else nothing.
pub(super) fn each_member<'a>(value: Option<Value<'a>>, mut visit: impl FnMut(&'a str, Value<'a>)) {
    let Some(Value::Object(object)) = value else { return };
    let mut fields = Fields::of(object);
    while let Ok(Some((key, value))) = fields.next() {
        visit(key.inner, value);
    }
}
