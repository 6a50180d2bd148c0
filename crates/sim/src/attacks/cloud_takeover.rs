//! Somebody uses the organisation's cloud who should not: with a stolen key, in a region where nothing runs, to get more
//! rights, to be seen by nobody, to take what lies there.

use super::{Casting, Story};
use crate::{
    calendar::{SECOND, seconds},
    cloud::{ApiCall, Caller, REGION, own_address},
    dice::hex,
    life::{
        Begun, acting,
        cloud_work::{CLI, CONSOLE, uses_cloud},
    },
    names,
    truth::Episode,
    world::destination::stranger,
};

/// One to three of five chains, each step one to four times, 1 s to 1 h apart (log-uniform); as a person or as the role of the
/// deployments, from an address outside or (three in ten) from the organisation's own, a quarter of the calls denied.
pub(super) static STORY: Story = Story {
    name: "cloud_takeover",
    about: "Somebody uses a stolen key or role in the organisation's cloud.",
    technique: "T1078.004",
    detector: Some("cloud_misuse"),
    needs: 3,
    instances: 2.0,
    cast,
};

type Chain = (&'static str, &'static [(&'static str, &'static str)]);

const CHAINS: [Chain; 5] = [
    (
        "looks around",
        &[
            ("sts", "GetCallerIdentity"),
            ("iam", "ListAttachedUserPolicies"),
            ("s3", "ListBuckets"),
            ("ec2", "DescribeRegions"),
            ("secretsmanager", "ListSecrets"),
            ("ses", "GetSendQuota"),
        ],
    ),
    (
        "gets more rights",
        &[
            ("iam", "CreateUser"),
            ("iam", "CreateAccessKey"),
            ("iam", "AttachUserPolicy"),
            ("iam", "CreateLoginProfile"),
            ("iam", "UpdateAssumeRolePolicy"),
        ],
    ),
    (
        "blinds the logs",
        &[
            ("cloudtrail", "StopLogging"),
            ("cloudtrail", "DeleteTrail"),
            ("cloudtrail", "PutEventSelectors"),
            ("guardduty", "DeleteDetector"),
            ("ec2", "DeleteFlowLogs"),
        ],
    ),
    (
        "runs machines elsewhere",
        &[("ec2", "DescribeImages"), ("ec2", "CreateKeyPair"), ("ec2", "CreateSecurityGroup"), ("ec2", "RunInstances")],
    ),
    (
        "takes data",
        &[
            ("s3", "GetBucketPolicy"),
            ("s3", "PutBucketPolicy"),
            ("ec2", "ModifySnapshotAttribute"),
            ("rds", "ModifyDBSnapshotAttribute"),
            ("secretsmanager", "GetSecretValue"),
        ],
    ),
];
const REGIONS: &[&str] = &["ap-southeast-1", "sa-east-1", "us-west-2", "ap-northeast-3", "eu-central-1"];

fn cast(casting: &mut Casting<'_>) -> Option<Begun> {
    let at = casting.moment();
    let users: Vec<usize> =
        (0..casting.town.hosts.len()).filter(|host| uses_cloud(casting.world, casting.town, *host)).collect();
    let seed = casting.world.seed;
    let dice = &mut casting.dice;
    let as_role = users.is_empty() || dice.chance(0.3);
    let user = names::person(seed, users.get(dice.below(users.len() as u64) as usize).map_or(0, |host| *host as u64));
    let account = if as_role { "deploy".to_owned() } else { user.clone() };
    let inside = dice.chance(0.3);
    let ip = if inside { own_address() } else { stranger(dice.bits()).into() };
    let region = *dice.pick(REGIONS);
    let pace = dice.log_uniform(1.0, 3_600.0);
    let console = !as_role && dice.chance(0.3);
    let chains: Vec<Chain> = (0..1 + dice.below(3)).map(|_| *dice.pick(&CHAINS)).collect();
    let mut steps: Vec<(&str, &str)> = Vec::new();
    if console {
        steps.push(("signin", "ConsoleLogin"));
    }
    for (service, operation) in chains.iter().flat_map(|(_, steps)| steps.iter()) {
        for _ in 0..1 + dice.below(4) {
            steps.push((service, operation));
        }
    }
    let named: Vec<&str> = chains.iter().map(|(name, _)| *name).collect();
    let episode = casting.note_of(
        at,
        Episode {
            host: crate::cloud::ACCOUNT.to_owned(),
            account,
            src: vec![ip],
            // Looks like any Monday of somebody who works there.
            hopeless: inside && region == REGION && named == ["looks around"],
            parameters: vec![
                ("calls", steps.len() as f64),
                ("pace_s", pace),
                ("own_address", f64::from(u8::from(inside))),
                ("own_region", f64::from(u8::from(region == REGION))),
            ],
            note: format!("{}; {region}", named.join(", ")),
            ..Episode::default()
        },
    );
    let mut dice = casting.dice.clone();
    let mut steps = steps.into_iter();
    Some(acting(at, move |now, _, town| {
        let (service, operation) = steps.next()?;
        let parameters = format!("{{\"name\":\"{}\"}}", hex(dice.bits(), 8));
        let denied = dice.chance(0.25) && operation != "ConsoleLogin";
        let call = ApiCall {
            caller: if as_role { Caller::Role("deploy", "session") } else { Caller::User(&user) },
            service,
            operation,
            region: if matches!(service, "iam" | "signin") { "us-east-1" } else { region },
            ip,
            agent: if console { CONSOLE } else { CLI },
            parameters: &parameters,
            error: denied.then_some("AccessDenied"),
            second_factor: false,
        };
        town.tell(episode, "call", |town| town.cloud(now, &call, &mut dice));
        Some(now + seconds(dice.exponential(pace)) + SECOND)
    }))
}
