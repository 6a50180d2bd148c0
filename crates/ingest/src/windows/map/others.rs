//! What no map knows, complete: account changes, cleared logs, policies, WMI, BITS and all the rest.

use super::Map;
use crate::mapping::Read;

pub(super) static MAP: Map = Map {
    ids: &[],
    when: None,
    table: "other_records",
    rules: &[&[
        ("product", &["@os"], Read::Text),
        ("kind", &["@kind"], Read::Text),
        ("user", &["SubjectUserName"], Read::Text),
        ("user", &["User"], Read::Account),
        ("user", &["UserName"], Read::Account),
        ("user", &["AccountName"], Read::Account),
        ("user", &["TargetUserName"], Read::Account),
        ("message", &["Message"], Read::Text),
        ("src_ip", &["IpAddress"], Read::PeerIp),
        ("src_ip", &["ClientAddress"], Read::PeerIp),
        ("src_ip", &["SourceAddress"], Read::PeerIp),
        ("src_port", &["IpPort"], Read::Int),
        ("src_port", &["SourcePort"], Read::Int),
        ("dst_ip", &["DestAddress"], Read::PeerIp),
        ("dst_port", &["DestPort"], Read::Int),
    ]],
};
