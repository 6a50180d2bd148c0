//! Calls of the interface of the organisation's cloud, as CloudTrail writes them.

use std::net::{IpAddr, Ipv4Addr};

use crate::{
    calendar::{Micros, SECOND},
    dice::{Dice, hash, hex},
    logs::{daily::Log, json::Object},
    town::Town,
    truth::Caused,
};

/// The organisation's account.
pub(crate) const ACCOUNT: &str = "111122223333";
/// Where its machines run; the service for identities answers in Virginia alone.
pub(crate) const REGION: &str = "eu-central-1";

/// Who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller<'a> {
    /// A person with a key or a session of the console.
    User(&'a str),
    /// A role that programs take on; the second is the session's name.
    Role(&'a str, &'a str),
}

impl Caller<'_> {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::User(name) | Self::Role(name, _) => name,
        }
    }
}

/// One call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ApiCall<'a> {
    pub(crate) caller: Caller<'a>,
    /// `iam`, `s3`, `ec2` ...
    pub(crate) service: &'a str,
    pub(crate) operation: &'a str,
    pub(crate) region: &'a str,
    pub(crate) ip: IpAddr,
    pub(crate) agent: &'a str,
    /// Parameters as JSON; empty for none.
    pub(crate) parameters: &'a str,
    /// Code of the failure.
    pub(crate) error: Option<&'static str>,
    /// Of a logon to the console: whether a second factor was asked for.
    pub(crate) second_factor: bool,
}

/// The address under which the organisation itself is seen.
pub(crate) fn own_address() -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1))
}

/// Changes nothing, by its name.
fn reads(operation: &str) -> bool {
    ["Get", "List", "Describe", "Head", "Lookup"].iter().any(|begin| operation.starts_with(begin))
}

impl Town {
    pub(crate) fn cloud(&mut self, at: Micros, call: &ApiCall<'_>, dice: &mut Dice) {
        // CloudTrail tells whole seconds.
        let at = at - at.rem_euclid(SECOND);
        let time = schema::Timestamp::from_micros(at).unwrap_or_default().to_string();
        let id = hex(dice.bits(), 32);
        let part = |from: usize, to: usize| id.get(from..to).unwrap_or("0");
        let event = format!("{}-{}-4{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32));
        let (host, account) = (Some(ACCOUNT), call.caller.name());
        let (src, dst, name) = (call.ip, IpAddr::V4(Ipv4Addr::new(26, 2, 0, 90)), call.operation);
        let caused = Caused { file: "", uid: &event, ts: at, src, dst, dst_port: 443, name, host, account };
        let wire = &mut self.wire;
        wire.daily.put(Log::Cloud, &mut wire.truth, caused, |out| record(out, &time, &event, call));
    }
}

fn record(out: &mut Vec<u8>, time: &str, event: &str, call: &ApiCall<'_>) {
    let logon = call.operation == "ConsoleLogin";
    let source = if logon { "signin" } else { call.service };
    let mut line = Object::new(out);
    line.text("eventVersion", "1.11").raw("userIdentity", identity(&call.caller)).text("eventTime", time);
    line.text("eventSource", &format!("{source}.amazonaws.com")).text("eventName", call.operation);
    line.text("awsRegion", call.region).text("sourceIPAddress", &call.ip.to_string()).text("userAgent", call.agent);
    if let Some(error) = call.error {
        line.text("errorCode", error);
    }
    line.raw("requestParameters", if call.parameters.is_empty() { "null" } else { call.parameters });
    if logon {
        let result = if call.error.is_some() { "Failure" } else { "Success" };
        line.raw("responseElements", format_args!("{{\"ConsoleLogin\":\"{result}\"}}"));
        let factor = if call.second_factor { "Yes" } else { "No" };
        line.raw("additionalEventData", format_args!("{{\"MobileVersion\":\"No\",\"MFAUsed\":\"{factor}\"}}"));
    } else {
        line.raw("responseElements", "null");
    }
    line.text("requestID", &hex(hash(event), 36)).text("eventID", event).raw("readOnly", reads(call.operation));
    line.text("eventType", if logon { "AwsConsoleSignIn" } else { "AwsApiCall" }).raw("managementEvent", true);
    line.text("recipientAccountId", ACCOUNT).text("eventCategory", "Management").end();
}

fn identity(caller: &Caller<'_>) -> String {
    let id = hex(hash(caller.name()), 16).to_uppercase();
    match caller {
        Caller::User(name) => format!(
            r#"{{"type":"IAMUser","principalId":"AIDA{id}","arn":"arn:aws:iam::{ACCOUNT}:user/{name}","accountId":"{ACCOUNT}","accessKeyId":"AKIA{id}","userName":"{name}"}}"#
        ),
        Caller::Role(role, session) => format!(
            r#"{{"type":"AssumedRole","principalId":"AROA{id}:{session}","arn":"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}","accountId":"{ACCOUNT}","accessKeyId":"ASIA{id}","sessionContext":{{"sessionIssuer":{{"type":"Role","principalId":"AROA{id}","arn":"arn:aws:iam::{ACCOUNT}:role/{role}","accountId":"{ACCOUNT}","userName":"{role}"}},"attributes":{{"mfaAuthenticated":"false"}}}}}}"#
        ),
    }
}
