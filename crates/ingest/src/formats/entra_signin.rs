//! Sign-ins of Entra ID: users, also non-interactive ones, service principals and managed identities. Spec:
//! <https://learn.microsoft.com/en-us/graph/api/resources/signin>.

use crate::{
    Certainty, Format, Head, Recognition,
    azure::{self, AzureCutter, Kind, YIELDS, kind_of_head},
    frame::spans::SpanFramer,
    mapping::{Mapping, Read},
};

pub(super) static FORMAT: Format = Format {
    name: "entra_signin",
    about: "Sign-in logs of Entra ID, from diagnostic settings, Microsoft Graph or Log Analytics.",
    spec: "https://learn.microsoft.com/en-us/graph/api/resources/signin",
    yields: YIELDS,
    recognise,
    framer: SpanFramer::<AzureCutter>::boxed,
    parse: |raw| azure::parse(FORMAT.name, raw),
};

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let is_sign_in = kind_of_head(head)? == Kind::SignIn;
    is_sign_in.then(|| Recognition::new(Certainty::Certain, "JSON with the fields of an Entra sign-in"))
}

pub(crate) static SIGN_IN: Mapping = Mapping {
    kind: "sign_in",
    table: "logons",
    times: &["properties.createdDateTime", "createdDateTime", "CreatedDateTime", "time", "TimeGenerated"],
    weight: None,
    constants: &[("provider", "entra"), ("action", "logon")],
    columns: &[
        ("uid", &["properties.id"], Read::Text),
        ("uid", &["id"], Read::Text),
        ("uid", &["Id"], Read::Text),
        ("src_ip", &["properties.ipAddress"], Read::PeerIp),
        ("src_ip", &["ipAddress"], Read::PeerIp),
        ("src_ip", &["IPAddress"], Read::PeerIp),
        ("src_ip", &["callerIpAddress"], Read::PeerIp),
        ("host", &["properties.resourceDisplayName"], Read::Lower),
        ("host", &["resourceDisplayName"], Read::Lower),
        ("host", &["ResourceDisplayName"], Read::Lower),
        ("event", &["category"], Read::Text),
        ("event", &["Category"], Read::Text),
        ("event", &["signInEventTypes.0"], Read::Text),
        ("user", &["properties.userPrincipalName"], Read::Account),
        ("user", &["userPrincipalName"], Read::Account),
        ("user", &["UserPrincipalName"], Read::Account),
        ("user", &["properties.servicePrincipalName"], Read::Text),
        ("user", &["servicePrincipalName"], Read::Text),
        ("user", &["ServicePrincipalName"], Read::Text),
        ("user", &["identity"], Read::Text),
        ("user", &["Identity"], Read::Text),
        ("user_domain", &["properties.userPrincipalName"], Read::AccountDomain),
        ("user_domain", &["userPrincipalName"], Read::AccountDomain),
        ("user_domain", &["UserPrincipalName"], Read::AccountDomain),
        ("user_id", &["properties.userId"], Read::Unless(NO_ID)),
        ("user_id", &["userId"], Read::Unless(NO_ID)),
        ("user_id", &["UserId"], Read::Unless(NO_ID)),
        ("user_id", &["properties.servicePrincipalId"], Read::Text),
        ("user_id", &["servicePrincipalId"], Read::Text),
        ("user_id", &["ServicePrincipalId"], Read::Text),
        ("logon_id", &["properties.sessionId"], Read::Text),
        ("logon_id", &["sessionId"], Read::Text),
        ("logon_id", &["SessionId"], Read::Text),
        ("logon_type", &["category"], Read::Words(LOGON_TYPES)),
        ("logon_type", &["Category"], Read::Words(LOGON_TYPES)),
        ("logon_type", &["signInEventTypes.0"], Read::Words(LOGON_TYPES)),
        ("logon_type", &["isInteractive"], Read::Words(LOGON_TYPES)),
        ("logon_type", &["IsInteractive"], Read::Words(LOGON_TYPES)),
        ("src_host", &["properties.deviceDetail.displayName"], Read::Lower),
        ("src_host", &["deviceDetail.displayName"], Read::Lower),
        ("src_host", &["DeviceDetail.displayName"], Read::Lower),
        ("protocol", &["properties.authenticationProtocol"], Read::Unless(NONE)),
        ("protocol", &["authenticationProtocol"], Read::Unless(NONE)),
        ("protocol", &["AuthenticationProtocol"], Read::Unless(NONE)),
        ("success", &["properties.status.errorCode"], Read::Zero),
        ("success", &["status.errorCode"], Read::Zero),
        ("success", &["resultType"], Read::Zero),
        ("success", &["ResultType"], Read::Zero),
        ("success", &["Status.errorCode"], Read::Zero),
        ("method", &["properties.authenticationDetails.0.authenticationMethod"], Read::Lower),
        ("method", &["authenticationDetails.0.authenticationMethod"], Read::Lower),
        ("method", &["AuthenticationDetails.0.authenticationMethod"], Read::Lower),
        ("method", &["properties.authenticationMethodsUsed.0"], Read::Lower),
        ("method", &["authenticationMethodsUsed.0"], Read::Lower),
        ("client", &["properties.userAgent"], Read::Text),
        ("client", &["userAgent"], Read::Text),
        ("client", &["UserAgent"], Read::Text),
        ("client", &["properties.appDisplayName"], Read::Text),
        ("client", &["appDisplayName"], Read::Text),
        ("client", &["AppDisplayName"], Read::Text),
        ("country", &["properties.location.countryOrRegion"], Read::Country),
        ("country", &["location.countryOrRegion"], Read::Country),
        ("country", &["LocationDetails.countryOrRegion"], Read::Country),
        ("country", &["location"], Read::Country),
        ("country", &["Location"], Read::Country),
        ("reason", &["properties.status.failureReason"], Read::Unless(NO_REASON)),
        ("reason", &["status.failureReason"], Read::Unless(NO_REASON)),
        ("reason", &["resultDescription"], Read::Unless(NO_REASON)),
        ("reason", &["ResultDescription"], Read::Unless(NO_REASON)),
        ("reason", &["Status.failureReason"], Read::Unless(NO_REASON)),
    ],
};

const NONE: &[&str] = &["none"];

/// Service principals have no user.
const NO_ID: &[&str] = &["00000000-0000-0000-0000-000000000000"];

/// What stands beside a sign-in that did not fail.
const NO_REASON: &[&str] = &["Other.", "Other", "None", "N/A"];

const LOGON_TYPES: &[(&str, &str)] = &[
    ("SignInLogs", "interactive"),
    ("NonInteractiveUserSignInLogs", "non_interactive"),
    ("ServicePrincipalSignInLogs", "service"),
    ("ManagedIdentitySignInLogs", "service"),
    ("interactiveUser", "interactive"),
    ("nonInteractiveUser", "non_interactive"),
    ("servicePrincipal", "service"),
    ("managedIdentity", "service"),
    ("true", "interactive"),
    ("false", "non_interactive"),
];
