//! Findings of AWS GuardDuty: exports, the interface's answers in both spellings, and EventBridge events.
//!
//! Spec: the "GuardDuty finding format" page. The interface (`GetFindings`) spells members with a capital; where
//! findings are exported or sent as events they begin with a small letter.

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
    envelope::{self, Deliveries, Kept, Room, read_unpacked},
    frame::{json::JsonCutter, spans::SpanFramer},
    json::{Text, Value},
    json_record::{JsonCell, JsonReader},
    mapping::{Cell as _, Mapping, Output, Read},
    records::read_records,
};

pub(super) static FORMAT: Format = Format {
    name: "aws_guardduty",
    about: "Findings of AWS GuardDuty: exports, answers of its interface, EventBridge events.",
    spec: "https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-format.html",
    yields: &["alerts"],
    recognise,
    framer: SpanFramer::<JsonCutter<Deliveries>>::boxed,
    parse,
};

const SMALL: &[&str] = &["schemaVersion", "accountId", "type", "resource", "service"];
const CAPITAL: &[&str] = &["SchemaVersion", "AccountId", "Type", "Resource", "Service"];

/// How many of those names a finding must have: which ones are within reach depends on where the head ends.
const MIN_NAMES: usize = 4;

static FINDINGS: Mapping = Mapping {
    kind: "finding",
    table: "alerts",
    times: &["service.eventLastSeen", "Service.EventLastSeen", "updatedAt", "UpdatedAt", "createdAt", "CreatedAt"],
    weight: None,
    constants: &[("product", "guardduty")],
    columns: &[
        ("uid", &["id"], Read::Text),
        ("uid", &["Id"], Read::Text),
        ("category", &["=purpose"], Read::Text),
        ("rule_id", &["type"], Read::Text),
        ("rule_id", &["Type"], Read::Text),
        ("name", &["title"], Read::Text),
        ("name", &["Title"], Read::Text),
        ("message", &["description"], Read::Text),
        ("message", &["Description"], Read::Text),
        ("severity", &["severity"], Read::Text),
        ("severity", &["Severity"], Read::Text),
        ("account", &["accountId"], Read::Text),
        ("account", &["AccountId"], Read::Text),
        ("src_ip", &["=src_ip"], Read::Ip),
        ("src_port", &["=src_port"], Read::Int),
        ("dst_ip", &["=dst_ip"], Read::Ip),
        ("dst_port", &["=dst_port"], Read::Int),
        ("protocol", &["=protocol"], Read::Lower),
        ("host", &["=host"], Read::Domain),
        ("user", &["=user"], Read::Text),
        ("resource", &["=resource"], Read::Text),
        ("action", &["=blocked"], Read::Words(&[("true", "blocked"), ("false", "allowed")])),
    ],
};

/// Members that a column is read from; the first that is there counts. `*` stands for the finding's own action.
const NESTED: &[(&str, &[&str])] = &[
    ("=protocol", &["service.action.*.protocol"]),
    ("=host", &["service.action.*.domain", "service.action.*.domainDetails.domain"]),
    ("=blocked", &["service.action.*.blocked"]),
    (
        "=user",
        &[
            "resource.accessKeyDetails.userName",
            "resource.kubernetesDetails.kubernetesUserDetails.username",
            "resource.rdsDbUserDetails.user",
        ],
    ),
    (
        "=resource",
        &[
            "resource.instanceDetails.instanceId",
            "resource.s3BucketDetails.0.arn",
            "resource.eksClusterDetails.arn",
            "resource.ecsClusterDetails.arn",
            "resource.lambdaDetails.functionArn",
            "resource.rdsDbInstanceDetails.dbInstanceArn",
            "resource.ebsVolumeDetails.scannedVolumeDetails.0.volumeArn",
            "resource.accessKeyDetails.accessKeyId",
        ],
    ),
];

const REMOTE_IP: &[&str] = &[
    "service.action.*.remoteIpDetails.ipAddressV4",
    "service.action.*.remoteIpDetails.ipAddressV6",
    "service.action.*.portProbeDetails.0.remoteIpDetails.ipAddressV4",
];
const REMOTE_PORT: &[&str] = &["service.action.*.remotePortDetails.port"];
const LOCAL_IP: &[&str] = &[
    "service.action.*.localIpDetails.ipAddressV4",
    "service.action.*.portProbeDetails.0.localIpDetails.ipAddressV4",
    "resource.instanceDetails.networkInterfaces.0.privateIpAddress",
];
const LOCAL_PORT: &[&str] =
    &["service.action.*.localPortDetails.port", "service.action.*.portProbeDetails.0.localPortDetails.port"];

/// Where a finding says what was done, one for each kind of action.
const ACTIONS: &[&str] = &[
    "networkConnectionAction",
    "dnsRequestAction",
    "awsApiCallAction",
    "portProbeAction",
    "kubernetesApiCallAction",
    "rdsLoginAttemptAction",
];

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let record = envelope::first_record::<Deliveries>(head)?;
    let fields = envelope::fields(&record);
    let count = |names: &[&str]| fields.iter().filter(|(key, _)| names.contains(&key.inner)).count();
    let found = count(SMALL).max(count(CAPITAL));
    let names_product = |value: &Value<'_>| matches!(value, Value::Text(text) if text.inner.contains(":guardduty:"));
    let is_ours = fields.iter().any(|(key, value)| key.inner.eq_ignore_ascii_case("arn") && names_product(value));
    let why = || format!("JSON with {found} fields and the ARN of a GuardDuty finding");
    (is_ours && found >= MIN_NAMES).then(|| Recognition::new(Certainty::Certain, why()))
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let room = Room::default();
    let mut kept = Kept::new(&room);
    let mut reader = JsonReader::new();
    read_records(raw, &mut output, |input, output| {
        read_unpacked(&mut reader, &mut kept, input, "service")?;
        derive(&mut reader);
        reader.add(&FINDINGS, output)
    });
    output.finish(FORMAT.name, raw)
}

/// Adds what stands deep within the finding. Addresses are told from the side of the resource; a connection that is
/// not known to go out comes in.
fn derive<'a>(reader: &mut JsonReader<'a>) {
    let Some(service) = reader.field("service").or_else(|| reader.field("Service")) else { return };
    let capital = reader.field("Service").is_some();
    let act = service.member(&spelled("action", capital));
    let action = ACTIONS.iter().find(|name| {
        let act = act.and_then(|act| act.member(&spelled(name, capital)));
        act.is_some_and(|act| !act.is_unset())
    });
    let find = |reader: &mut JsonReader<'a>, paths: &[&str]| {
        paths.iter().find_map(|path| {
            let path = path.replace('*', action.copied().unwrap_or_default());
            let steps: Vec<String> = path.split('.').map(|step| spelled(step, capital)).collect();
            reader.path(&steps.join(".")).filter(|cell| !cell.is_unset() && !cell.is_empty())
        })
    };
    for &(name, paths) in NESTED {
        if let Some(cell) = find(reader, paths) {
            reader.derive(name, cell.0);
        }
    }
    let direction = find(reader, &["service.action.*.connectionDirection"]);
    let asks_names = action.is_some_and(|name| *name == "dnsRequestAction");
    let goes_out = asks_names || direction.is_some_and(|cell| cell.text(&mut String::new()) == Some("OUTBOUND"));
    let remote = ["=src_ip", "=src_port"];
    let local = ["=dst_ip", "=dst_port"];
    let (remote, local) = if goes_out { (local, remote) } else { (remote, local) };
    let sides = [(remote, [REMOTE_IP, REMOTE_PORT]), (local, [LOCAL_IP, LOCAL_PORT])];
    for (names, paths) in sides {
        for (name, paths) in names.into_iter().zip(paths) {
            if let Some(cell) = find(reader, paths) {
                reader.derive(name, cell.0);
            }
        }
    }
    let kind = reader.field("type").or_else(|| reader.field("Type"));
    if let Some(JsonCell(Value::Text(kind))) = kind {
        // `UnauthorizedAccess:EC2/SSHBruteForce`: what it was for, then what it was done to and how.
        let inner = kind.inner.split(':').next().unwrap_or_default();
        reader.derive("=purpose", Value::Text(Text { inner, ..kind }));
    }
}

/// A member's name as the interface spells it.
fn spelled(name: &str, capital: bool) -> String {
    let mut name = name.to_owned();
    if let Some(first) = name.get_mut(..1).filter(|_| capital) {
        first.make_ascii_uppercase();
    }
    name
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_mapping_names_columns_that_exist() {
        crate::mapping::check_mapping(&super::FINDINGS);
    }
}
