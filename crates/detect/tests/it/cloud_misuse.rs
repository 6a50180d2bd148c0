//! Callers of a cloud who do what they never did: found, and automation and projects spared.

use crate::{
    diary::{self, DAY, Diary},
    organization::{Dice, HOUR, START},
};

const NAME: &str = "cloud_misuse";
const N_DAYS: i64 = 15;
const N_CALLERS: u64 = 80;

#[derive(Debug, Clone)]
struct Call {
    caller: String,
    operation: String,
    region: &'static str,
    ip: String,
    client: &'static str,
    error: &'static str,
}

fn log(diary: &mut Diary, at: i64, call: &Call) {
    let cells = [
        ("provider", "aws"),
        ("service", "ec2.amazonaws.com"),
        ("operation", call.operation.as_str()),
        ("user_id", &call.caller),
        ("region", call.region),
        ("src_ip", &call.ip),
        ("user_agent", call.client),
        ("success", if call.error.is_empty() { "true" } else { "false" }),
        ("error", call.error),
    ];
    diary.add(at, "cloud_api_calls", &cells);
}

fn call(caller: &str, operation: &str) -> Call {
    Call {
        caller: caller.to_owned(),
        operation: operation.to_owned(),
        region: "eu-central-1",
        ip: "31.4.4.4".to_owned(),
        client: "aws-cli/2.0",
        error: "",
    }
}

/// Roles that do the same every day, and people who do a little of everything, some of it for the first time.
fn cloud(seed: u64) -> Diary {
    let mut dice = Dice(seed);
    let mut diary = Diary::default();
    for caller in 0..N_CALLERS {
        let person = caller % 2 == 0;
        let name = if person {
            format!("arn:aws:iam::1:user/p{caller}")
        } else {
            format!("arn:aws:sts::1:assumed-role/r{caller}/")
        };
        for day in 0..N_DAYS {
            for nth in 0..12 {
                let operation = if !person {
                    caller * 3 + nth % 3
                } else if dice.unit() < 0.02 {
                    400 + (dice.unit() * 200.0) as u64
                } else {
                    caller % 7 * 10 + (dice.unit() * 10.0) as u64
                };
                let session = if person { String::new() } else { format!("session{day}{nth}") };
                let known = call(&format!("{name}{session}"), &format!("DescribeThing{operation}"));
                log(&mut diary, START + day * DAY + (dice.between(0.0, 24.0) * HOUR as f64) as i64, &known);
            }
        }
    }
    diary
}

fn last_day(hour: i64) -> i64 {
    START + (N_DAYS - 1) * DAY + hour * HOUR
}

/// Somebody else with the keys of a person, who does so many of the things that intruders do.
fn intrude(diary: &mut Diary, n: usize) {
    let intruder = |operation| Call {
        ip: "45.9.9.9".to_owned(),
        client: "Boto3/1.26",
        ..call("arn:aws:iam::1:user/p4", operation)
    };
    let steps = [
        "ListUsers",
        "GetAccountAuthorizationDetails",
        "CreateUser",
        "AttachUserPolicy",
        "CreateAccessKey",
        "StopLogging",
    ];
    for operation in steps.into_iter().take(n) {
        log(diary, last_day(3), &intruder(operation));
    }
}

#[test]
fn stolen_keys_are_found_and_explained() {
    let mut diary = cloud(1);
    intrude(&mut diary, 6);
    let findings = diary.findings(NAME, N_DAYS);
    let strength = |finding: &&schema::Finding| finding.p_value.unwrap_or(1.0);
    let finding = findings.iter().min_by(|a, b| strength(a).total_cmp(&strength(b))).expect("a finding");
    assert_eq!(finding.subject.value, "p4");
    assert!(finding.because.contains("none of 79 other callers has it"), "{}", finding.because);
    for technique in ["T1562.008", "T1098", "T1078.004"] {
        assert!(finding.techniques.iter().any(|known| known == technique), "{technique}: {:?}", finding.techniques);
    }
}

#[test]
fn everyday_work_is_no_finding() {
    let proven: usize = (1..=5).map(|seed| cloud(seed).proven(NAME, N_DAYS).len()).sum();
    assert!(proven <= 1, "{proven} on five days of which nothing is to be told");
}

#[test]
fn a_role_is_one_caller_under_every_session() {
    let diary = cloud(2);
    let n_tests = diary.judged(NAME, N_DAYS).n_tests();
    assert_eq!(n_tests, N_CALLERS as usize);
}

#[test]
fn a_deployment_by_a_team_is_no_finding() {
    let mut diary = cloud(3);
    for person in (0..N_CALLERS).step_by(4) {
        for operation in ["CreateCluster", "PutRolePolicy", "CreateKeyPair"] {
            log(&mut diary, last_day(10), &call(&format!("arn:aws:iam::1:user/p{person}"), operation));
        }
    }
    let proven = diary.proven(NAME, N_DAYS);
    assert!(proven.is_empty(), "{proven:#?}");
}

#[test]
fn power_grows_with_what_is_done() {
    let share = |n: usize| {
        let found = |seed| {
            let mut diary = cloud(seed);
            intrude(&mut diary, n);
            diary.proven(NAME, N_DAYS).iter().any(|finding| finding.subject.value.ends_with("p4"))
        };
        (10..15).filter(|seed| found(*seed)).count()
    };
    let found = [1, 2, 4, 6].map(share);
    println!("found of 5: 1, 2, 4, 6 steps {found:?}");
    assert!(found[3] >= 3 && found[0] <= found[3], "{found:?}");
}

#[test]
fn order_of_rows_does_not_matter() {
    let mut diary = cloud(8);
    diary.rows.truncate(2_000);
    diary.reads_in_any_order(NAME);
}

#[test]
fn corpus() {
    diary::check_corpus(NAME);
}
