//! The cloud on ordinary days: programs that look and change by the clock, people who read, and now and then a new
//! deployment that creates everything that an intruder would.

use super::{Begun, acting};
use crate::{
    calendar::{DAY, HOUR, MINUTE, Micros, SECOND, day_of, free, seconds},
    cloud::{ACCOUNT, ApiCall, Caller, REGION, own_address},
    dice::{Dice, hex, mix},
    names,
    town::Town,
    truth::{ANY, Innocent},
    world::{World, destination::stranger},
};

pub(crate) const CONSOLE: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/143.0.0.0";
pub(crate) const CLI: &str = "aws-cli/2.31.18 md/awscrt#0.28.2 ua/2.1 os/linux#6.1 lang/python#3.13.9";
const TERRAFORM: &str = "APN/1.0 HashiCorp/1.0 Terraform/1.14.1 aws-sdk-go-v2/1.39.6";
/// What a monitoring program asks every few minutes.
const WATCHED: &[(&str, &str)] = &[
    ("ec2", "DescribeInstances"),
    ("monitoring", "GetMetricData"),
    ("elasticloadbalancing", "DescribeTargetHealth"),
    ("rds", "DescribeDBInstances"),
    ("logs", "DescribeLogGroups"),
];
/// What people do with it, the common things first.
const READ: &[(&str, &str)] = &[
    ("s3", "ListBuckets"),
    ("s3", "GetBucketLocation"),
    ("ec2", "DescribeInstances"),
    ("logs", "GetLogEvents"),
    ("ec2", "DescribeSecurityGroups"),
    ("lambda", "ListFunctions20150331"),
    ("iam", "ListUsers"),
    ("iam", "GetUser"),
    ("ec2", "StartInstances"),
    ("ec2", "StopInstances"),
    ("secretsmanager", "GetSecretValue"),
    ("ec2", "AuthorizeSecurityGroupIngress"),
    ("iam", "CreateAccessKey"),
];
/// What a deployment does, in this order.
const DEPLOYED: &[(&str, &str)] = &[
    ("sts", "GetCallerIdentity"),
    ("iam", "CreateRole"),
    ("iam", "AttachRolePolicy"),
    ("iam", "PutRolePolicy"),
    ("ec2", "CreateSecurityGroup"),
    ("ec2", "AuthorizeSecurityGroupIngress"),
    ("s3", "CreateBucket"),
    ("s3", "PutBucketPolicy"),
    ("kms", "CreateKey"),
    ("lambda", "CreateFunction20150331"),
    ("ec2", "RunInstances"),
    ("logs", "DeleteLogGroup"),
];

pub(crate) fn all(world: &World, town: &mut Town) -> Vec<Begun> {
    let mut all = vec![watching(world, town), deploying(world, town)];
    let people: Vec<usize> = (0..town.hosts.len()).filter(|host| uses_cloud(world, town, *host)).collect();
    all.extend(people.into_iter().map(|host| person(world, host)));
    all
}

/// Developers and administrators, about one in nine of those at computers.
pub(crate) fn uses_cloud(world: &World, town: &Town, host: usize) -> bool {
    town.hosts[host].is_computer() && mix(mix(world.seed, 0xc10d), host as u64).is_multiple_of(9)
}

fn known(town: &mut Town, world: &World, software: &'static str, account: &str) {
    town.wire.truth.innocent(Innocent {
        software,
        looks_like: "cloud_misuse",
        host: ACCOUNT.to_owned(),
        account: account.to_owned(),
        src: vec![own_address()],
        destination: ANY.to_owned(),
        port: 443,
        start: world.start,
        ..Innocent::default()
    });
}

fn watching(world: &World, town: &mut Town) -> Begun {
    known(town, world, "a program that watches the cloud", "monitoring");
    let mut dice = Dice::of(world.seed, "watching", 0);
    acting(world.start + 3 * MINUTE, move |now, _, town| {
        for (n, (service, operation)) in WATCHED.iter().enumerate() {
            let call = ApiCall {
                caller: Caller::Role("monitoring", "collector"),
                service,
                operation,
                region: REGION,
                ip: own_address(),
                agent: "Boto3/1.40.74 Botocore/1.40.74",
                parameters: "",
                error: None,
                second_factor: false,
            };
            town.cloud(now + n as Micros * SECOND, &call, &mut dice);
        }
        Some(now + 5 * MINUTE + seconds(dice.exponential(1.0)))
    })
}

/// Builds run all day; every fifth workday something new is set up, every other time in a region where nothing was.
fn deploying(world: &World, town: &mut Town) -> Begun {
    known(town, world, "deployments", "deploy");
    known(town, world, "people on the road", "");
    let mut dice = Dice::of(world.seed, "deploying", 0);
    acting(world.start + 9 * HOUR, move |now, world, town| {
        let day = day_of(now);
        let hour = now.rem_euclid(DAY) / HOUR;
        let new =
            !free(day) && (13..14).contains(&hour) && mix(mix(world.seed, 0xde7), day.unsigned_abs()).is_multiple_of(5);
        let region = if new && mix(7, day.unsigned_abs()).is_multiple_of(2) { "eu-west-1" } else { REGION };
        let steps: &[(&str, &str)] = if new { DEPLOYED } else { &DEPLOYED[..1] };
        let session = format!("build-{}", dice.below(90_000));
        let mut at = now;
        for (service, operation) in steps {
            for _ in 0..1 + dice.below(3) {
                let parameters = format!("{{\"name\":\"app-{}\"}}", hex(dice.bits(), 4));
                let call = ApiCall {
                    caller: Caller::Role("deploy", &session),
                    service,
                    operation,
                    region,
                    ip: stranger(mix(world.seed, 0xb01d)).into(),
                    agent: TERRAFORM,
                    parameters: &parameters,
                    error: dice.chance(0.02).then_some("AccessDenied"),
                    second_factor: false,
                };
                town.cloud(at, &call, &mut dice);
                at += seconds(dice.exponential(2.0));
            }
        }
        let weekday = !free(day) && (8..19).contains(&hour);
        Some(now + seconds(dice.exponential(if weekday { 1_500.0 } else { 9_000.0 })) + if new { HOUR } else { 0 })
    })
}

/// Somebody who works with it: logs on to the console in the morning, and looks at this and that.
fn person(world: &World, host: usize) -> Begun {
    let mut dice = Dice::of(world.seed, "cloud person", host as u64);
    let name = names::person(world.seed, host as u64);
    let mut today = i64::MIN;
    acting(world.start + seconds(dice.exponential(600.0)), move |now, world, town| {
        let machine = &mut town.hosts[host];
        if !machine.present(now) {
            return Some(machine.next_presence(now)? + seconds(dice.exponential(1_500.0)));
        }
        // On the road for a day now and then: another country, the same person.
        let travels = mix(mix(world.seed, host as u64), day_of(now).unsigned_abs()).is_multiple_of(40);
        let ip = if travels { stranger(mix(host as u64, day_of(now).unsigned_abs())).into() } else { own_address() };
        let call = ApiCall {
            caller: Caller::User(&name),
            service: "signin",
            operation: "ConsoleLogin",
            region: "us-east-1",
            ip,
            agent: CONSOLE,
            parameters: "",
            error: None,
            second_factor: true,
        };
        if today != day_of(now) {
            today = day_of(now);
            if dice.chance(0.07) {
                let error = Some("Failed authentication");
                town.cloud(now - 20 * SECOND, &ApiCall { error, ..call }, &mut dice);
            }
            town.cloud(now, &call, &mut dice);
        }
        let (service, operation) = READ[dice.zipf(READ.len())];
        let region = if service == "iam" { "us-east-1" } else { REGION };
        let agent = if dice.chance(0.5) { CONSOLE } else { CLI };
        let error = dice.chance(0.03).then_some("AccessDenied");
        town.cloud(now + 8 * SECOND, &ApiCall { service, operation, region, agent, error, ..call }, &mut dice);
        Some(now + seconds(dice.exponential(400.0)) + SECOND)
    })
}
