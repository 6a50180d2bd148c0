//! A trail of AWS as the service writes it, and real ones.

use std::{env, fs, path::PathBuf};

use super::mix;

/// A trail file as the service writes them: one line, records of several services and callers.
pub(super) fn cloudtrail(rows: usize) -> Vec<u8> {
    let mut text = String::from("{\"Records\":[");
    for row in 0..rows {
        let r = mix(row);
        if row > 0 {
            text.push(',');
        }
        text.push_str("{\"eventVersion\":\"1.09\",\"userIdentity\":");
        text.push_str(&if r.is_multiple_of(3) { user(r) } else { role(r) });
        text.push_str(&format!(
            ",\"eventTime\":\"2026-03-{:02}T{:02}:{:02}:{:02}Z\",",
            1 + row % 28,
            r % 24,
            r / 3 % 60,
            r / 7 % 60
        ));
        text.push_str(&match r % 4 {
            0 => describe_instances(r),
            1 => assume_role(r),
            _ => decrypt(r),
        });
        text.push_str(&format!(
            ",\"requestID\":\"{:08x}-0000-4000-8000-{:012x}\",\"eventID\":\"{:08x}-0000-4000-8000-{:012x}\",\
             \"eventType\":\"AwsApiCall\",\"managementEvent\":true,\"recipientAccountId\":\"111122223333\",\
             \"eventCategory\":\"Management\",\"tlsDetails\":{{\"tlsVersion\":\"TLSv1.3\",\"cipherSuite\":\
             \"TLS_AES_128_GCM_SHA256\",\"clientProvidedHostHeader\":\"kms.eu-central-1.amazonaws.com\"}}}}",
            r as u32,
            row,
            (r >> 32) as u32,
            row
        ));
    }
    text.push_str("]}");
    text.into_bytes()
}

fn user(r: u64) -> String {
    let n = r % 97;
    format!(
        "{{\"type\":\"IAMUser\",\"principalId\":\"AIDAEXAMPLE{n:010}\",\"arn\":\"arn:aws:iam::111122223333:user/user{n}\",\
         \"accountId\":\"111122223333\",\"accessKeyId\":\"AKIAEXAMPLE{n:09}\",\"userName\":\"user{n}\"}}"
    )
}

fn role(r: u64) -> String {
    let n = r % 41;
    format!(
        "{{\"type\":\"AssumedRole\",\"principalId\":\"AROAEXAMPLE{n:010}:i-{:017x}\",\"arn\":\
         \"arn:aws:sts::111122223333:assumed-role/role{n}/i-{:017x}\",\"accountId\":\"111122223333\",\"accessKeyId\":\
         \"ASIAEXAMPLE{n:09}\",\"sessionContext\":{{\"sessionIssuer\":{{\"type\":\"Role\",\"principalId\":\
         \"AROAEXAMPLE{n:010}\",\"arn\":\"arn:aws:iam::111122223333:role/role{n}\",\"accountId\":\"111122223333\",\
         \"userName\":\"role{n}\"}},\"webIdFederationData\":{{}},\"attributes\":{{\"creationDate\":\
         \"2026-03-02T08:00:00Z\",\"mfaAuthenticated\":\"false\"}},\"ec2RoleDelivery\":\"2.0\"}}}}",
        r, r
    )
}

fn describe_instances(r: u64) -> String {
    format!(
        "\"eventSource\":\"ec2.amazonaws.com\",\"eventName\":\"DescribeInstances\",\"awsRegion\":\"eu-central-1\",\
         \"sourceIPAddress\":\"198.51.100.{}\",\"userAgent\":\"Boto3/1.34.51 md/Botocore#1.34.51 ua/2.0 os/linux#6.1 \
         md/arch#x86_64 lang/python#3.11.8 md/pyimpl#CPython cfg/retry-mode#legacy Botocore/1.34.51\",\
         \"requestParameters\":{{\"maxResults\":100,\"instancesSet\":{{}},\"filterSet\":{{\"items\":[{{\"name\":\
         \"instance-state-name\",\"valueSet\":{{\"items\":[{{\"value\":\"running\"}},{{\"value\":\"pending\"}}]}}}}]}}}},\
         \"responseElements\":null,\"readOnly\":true",
        r % 250
    )
}

fn assume_role(r: u64) -> String {
    format!(
        "\"eventSource\":\"sts.amazonaws.com\",\"eventName\":\"AssumeRole\",\"awsRegion\":\"us-east-1\",\
         \"sourceIPAddress\":\"lambda.amazonaws.com\",\"userAgent\":\"lambda.amazonaws.com\",\"requestParameters\":\
         {{\"roleArn\":\"arn:aws:iam::111122223333:role/role{}\",\"roleSessionName\":\"fn-{r:016x}\"}},\"responseElements\":\
         {{\"credentials\":{{\"accessKeyId\":\"ASIAEXAMPLE{:09}\",\"sessionToken\":\"{}\",\"expiration\":\
         \"Mar 2, 2026, 9:00:00 PM\"}}}},\"resources\":[{{\"accountId\":\"111122223333\",\"type\":\"AWS::IAM::Role\",\
         \"ARN\":\"arn:aws:iam::111122223333:role/role{}\"}}],\"readOnly\":true",
        r % 41,
        r % 1_000_000_000,
        "IQoJb3JpZ2luX2VjEJr//////////wEaDGV1LWNlbnRyYWwtMSJHMEUCIQ".repeat(5),
        r % 41
    )
}

fn decrypt(r: u64) -> String {
    format!(
        "\"eventSource\":\"kms.amazonaws.com\",\"eventName\":\"Decrypt\",\"awsRegion\":\"eu-central-1\",\
         \"sourceIPAddress\":\"10.0.{}.{}\",\"userAgent\":\"aws-sdk-java/2.25.11 Linux/5.10 \\\"vendor\\\"\",\
         \"requestParameters\":{{\"encryptionContext\":{{\"PARAMETER_ARN\":\
         \"arn:aws:ssm:eu-central-1:111122223333:parameter/app/{}\"}},\"encryptionAlgorithm\":\"SYMMETRIC_DEFAULT\"}},\
         \"responseElements\":null,\"resources\":[{{\"accountId\":\"111122223333\",\"type\":\"AWS::KMS::Key\",\"ARN\":\
         \"arn:aws:kms:eu-central-1:111122223333:key/{:08x}\"}}],\"readOnly\":true",
        r % 250,
        r / 3 % 250,
        r % 999,
        r as u32
    )
}

/// The real trails beside the workspace, one behind the other, until there are so many bytes.
pub(super) fn real_trails(kilobytes: usize) -> Option<Vec<u8>> {
    let root = env::var_os("MARGAY_DATA").map(PathBuf::from);
    let root = root.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"));
    let mut files: Vec<PathBuf> =
        fs::read_dir(root.join("cloudtrail/CloudTrail")).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    let once: Vec<u8> = files.iter().filter_map(|path| fs::read(path).ok()).collect::<Vec<_>>().join(&b'\n');
    (!once.is_empty()).then(|| once.repeat(1 + kilobytes * 1_000 / once.len()))
}
