//! Every format, one file or folder each. To add one: the file, its `mod` line, its line in [`ALL`], its corpus folder.

mod auditd;
mod aws_alb;
mod aws_cloudfront;
mod aws_cloudtrail;
mod aws_guardduty;
mod aws_route53_resolver;
mod aws_s3_access;
mod aws_security_hub;
mod aws_vpc_flow;
mod aws_waf;
pub(crate) mod azure_activity;
mod cef;
mod cloudflare_logpush;
mod ecs;
mod email;
pub(crate) mod entra_audit;
pub(crate) mod entra_signin;
mod eslogger;
mod evtx;
mod gcp_audit;
mod github_audit;
mod google_workspace_audit;
mod haproxy;
mod journald;
mod kubernetes_audit;
mod leef;
mod macos_unified_log;
mod microsoft365_audit;
mod microsoft_defender;
mod ocsf;
mod okta_system_log;
mod osquery;
mod squid;
mod suricata_eve;
mod syslog;
mod sysmon_linux;
mod w3c_extended;
mod web_access;
mod web_access_json;
mod web_error;
mod windows_json;
mod windows_xml;
mod zeek;

use crate::{Framer, Head, ParsedBatch, RawBatch, Recognition};

/// The only list of formats; recognition, command line, docs, fuzzing and metrics iterate over it.
pub static ALL: &[&Format] = &[
    &zeek::FORMAT,
    &cloudflare_logpush::FORMAT,
    &evtx::FORMAT,
    &auditd::FORMAT,
    &cef::FORMAT,
    &leef::FORMAT,
    &journald::FORMAT,
    &eslogger::FORMAT,
    &macos_unified_log::FORMAT,
    &osquery::FORMAT,
    &sysmon_linux::FORMAT,
    &syslog::FORMAT,
    &windows_xml::FORMAT,
    &windows_json::FORMAT,
    &aws_cloudtrail::FORMAT,
    &aws_vpc_flow::FORMAT,
    &aws_guardduty::FORMAT,
    &aws_route53_resolver::FORMAT,
    &aws_alb::FORMAT,
    &aws_s3_access::FORMAT,
    &aws_cloudfront::FORMAT,
    &aws_waf::FORMAT,
    &aws_security_hub::FORMAT,
    &suricata_eve::FORMAT,
    &ocsf::FORMAT,
    &ecs::FORMAT,
    &azure_activity::FORMAT,
    &entra_signin::FORMAT,
    &entra_audit::FORMAT,
    &microsoft365_audit::FORMAT,
    &microsoft_defender::FORMAT,
    &gcp_audit::FORMAT,
    &google_workspace_audit::FORMAT,
    &okta_system_log::FORMAT,
    &github_audit::FORMAT,
    &kubernetes_audit::FORMAT,
    &haproxy::FORMAT,
    &squid::FORMAT,
    &web_access::FORMAT,
    &web_access_json::FORMAT,
    &web_error::FORMAT,
    &w3c_extended::FORMAT,
    &email::FORMAT,
];

/// A wire format: what it is, and how to recognise, cut and read it.
#[derive(Debug)]
pub struct Format {
    /// Also the name of its corpus folder.
    pub name: &'static str,
    pub about: &'static str,
    /// Where it is specified.
    pub spec: &'static str,
    /// Tables that its records may go to.
    pub yields: &'static [&'static str],
    pub recognise: fn(&Head<'_>) -> Option<Recognition>,
    /// Opens a stream of this name; some formats say what their records are only there.
    pub framer: fn(name: &str) -> Box<dyn Framer>,
    /// Reads a batch that this format's framer has cut. Never fails.
    pub parse: fn(&RawBatch) -> ParsedBatch,
}

/// The format of this name.
pub fn find(name: &str) -> Option<&'static Format> {
    ALL.iter().copied().find(|format| format.name == name)
}
