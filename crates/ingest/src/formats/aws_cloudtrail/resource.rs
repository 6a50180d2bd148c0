//! What a call acted upon, by the parameter that tells most, for records that list no resources.

use super::identity::{each_member, text as text_of};
use crate::json::{Text, Value};

/// A parameter's value and what sort of thing it names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named<'a> {
    pub(super) name: Text<'a>,
    pub(super) kind: Option<&'static str>,
}

/// Parameters that name what is acted upon, the telling ones first: an ARN before a name, the thing that is
/// changed before the one it is attached to.
const PARAMETERS: &[(&str, Option<&str>)] = &[
    ("bucketName", Some("AWS::S3::Bucket")),
    ("functionName", Some("AWS::Lambda::Function")),
    ("roleArn", Some("AWS::IAM::Role")),
    ("userName", Some("AWS::IAM::User")),
    ("roleName", Some("AWS::IAM::Role")),
    ("groupName", None),
    ("instanceProfileName", Some("AWS::IAM::InstanceProfile")),
    ("policyArn", Some("AWS::IAM::Policy")),
    ("policyName", Some("AWS::IAM::Policy")),
    ("secretId", Some("AWS::SecretsManager::Secret")),
    ("keyId", Some("AWS::KMS::Key")),
    ("instanceId", Some("AWS::EC2::Instance")),
    ("snapshotId", Some("AWS::EC2::Snapshot")),
    ("imageId", Some("AWS::EC2::Image")),
    ("volumeId", Some("AWS::EC2::Volume")),
    ("groupId", Some("AWS::EC2::SecurityGroup")),
    ("networkAclId", Some("AWS::EC2::NetworkAcl")),
    ("routeTableId", Some("AWS::EC2::RouteTable")),
    ("internetGatewayId", Some("AWS::EC2::InternetGateway")),
    ("subnetId", Some("AWS::EC2::Subnet")),
    ("vpcId", Some("AWS::EC2::VPC")),
    ("allocationId", Some("AWS::EC2::EIP")),
    ("dBInstanceIdentifier", Some("AWS::RDS::DBInstance")),
    ("dBClusterIdentifier", Some("AWS::RDS::DBCluster")),
    ("dBSnapshotIdentifier", Some("AWS::RDS::DBSnapshot")),
    ("tableName", Some("AWS::DynamoDB::Table")),
    ("topicArn", Some("AWS::SNS::Topic")),
    ("queueUrl", Some("AWS::SQS::Queue")),
    ("stackName", Some("AWS::CloudFormation::Stack")),
    ("logGroupName", Some("AWS::Logs::LogGroup")),
    ("repositoryName", None),
    ("clusterName", None),
    ("cluster", None),
    ("domainName", None),
    ("hostedZoneId", Some("AWS::Route53::HostedZone")),
    ("certificateArn", Some("AWS::CertificateManager::Certificate")),
    ("loadBalancerArn", Some("AWS::ElasticLoadBalancingV2::LoadBalancer")),
    ("detectorId", Some("AWS::GuardDuty::Detector")),
    ("trailName", Some("AWS::CloudTrail::Trail")),
    ("resourceArn", None),
    ("resourceARN", None),
    ("serialNumber", None),
    ("accessKeyId", Some("AWS::IAM::AccessKey")),
    ("accountId", None),
    ("resourceId", None),
    ("arn", None),
    ("id", None),
    ("name", None),
];

/// The most telling parameter of a call.
pub(super) fn of(parameters: Option<Value<'_>>) -> Option<Named<'_>> {
    let mut best: Option<(usize, Text<'_>)> = None;
    each_member(parameters, |key, value| {
        let Some(rank) = PARAMETERS.iter().position(|known| known.0 == key) else { return };
        let better = best.is_none_or(|(known, _)| rank < known);
        if let Some(name) = text_of(value).filter(|_| better) {
            best = Some((rank, name));
        }
    });
    let (rank, name) = best?;
    Some(Named { name, kind: PARAMETERS.get(rank)?.1 })
}

pub(super) fn text(inner: &'static str) -> Value<'static> {
    Value::Text(Text { inner, escaped: false })
}
