//! Where the fields of Logpush datasets go. Field reference:
//! <https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/>.

use crate::mapping::{Mapping, Read};

/// The datasets that have a table of their own; all others go to [`OTHER`].
pub(super) static MODELLED: &[&Mapping] = &[
    &HTTP_REQUESTS,
    &FIREWALL_EVENTS,
    &DNS_LOGS,
    &DNS_FIREWALL_LOGS,
    &GATEWAY_DNS,
    &GATEWAY_HTTP,
    &GATEWAY_NETWORK,
    &NETWORK_ANALYTICS_LOGS,
    &SPECTRUM_EVENTS,
    &ZERO_TRUST_NETWORK_SESSIONS,
    &MNM_FLOW_LOGS,
    &ACCESS_REQUESTS,
    &EMAIL_SECURITY_ALERTS,
    &MAGIC_IDS_DETECTIONS,
    &CASB_FINDINGS,
    &PAGE_SHIELD_EVENTS,
];

/// The mapping of a dataset.
pub(super) fn mapping(dataset: &str) -> &'static Mapping {
    MODELLED.iter().copied().find(|mapping| mapping.kind == dataset).unwrap_or(&OTHER)
}

const CLOUDFLARE: (&str, &str) = ("product", "cloudflare");
const SAMPLE_INTERVAL: Option<&str> = Some("SampleInterval");

static HTTP_REQUESTS: Mapping = Mapping {
    kind: "http_requests",
    table: "http_requests",
    times: &["EdgeStartTimestamp", "EdgeEndTimestamp"],
    weight: SAMPLE_INTERVAL,
    constants: &[],
    columns: &[
        ("uid", &["RayID"], Read::Text),
        ("src_ip", &["ClientIP"], Read::Ip),
        ("src_port", &["ClientSrcPort"], Read::Int),
        ("dst_ip", &["OriginIP"], Read::Ip),
        ("method", &["ClientRequestMethod"], Read::Upper),
        ("scheme", &["ClientRequestScheme"], Read::Lower),
        ("host", &["ClientRequestHost"], Read::Host),
        ("url", &["ClientRequestScheme", "ClientRequestHost", "ClientRequestURI"], Read::UrlOf),
        ("url", &["ClientRequestScheme", "ClientRequestHost", "ClientRequestPath"], Read::UrlOf),
        ("path", &["ClientRequestPath"], Read::UrlPath),
        ("path", &["ClientRequestURI"], Read::UrlPath),
        ("query", &["ClientRequestURI"], Read::UrlQuery),
        ("version", &["ClientRequestProtocol"], Read::HttpVersion),
        ("user_agent", &["ClientRequestUserAgent"], Read::Text),
        ("referrer", &["ClientRequestReferer"], Read::Text),
        ("status", &["EdgeResponseStatus"], Read::Int),
        ("content_type", &["EdgeResponseContentType"], Read::Text),
        ("request_bytes", &["ClientRequestBytes"], Read::Int),
        ("response_bytes", &["EdgeResponseBodyBytes"], Read::Int),
        ("response_bytes", &["EdgeResponseBytes"], Read::Int),
        ("duration_ns", &["EdgeStartTimestamp", "EdgeEndTimestamp"], Read::Between),
        ("ja3", &["JA3Hash"], Read::Lower),
        ("ja4", &["JA4"], Read::Text),
        ("country", &["ClientCountry"], Read::Upper),
        ("asn", &["ClientASN"], Read::Int),
        ("action", &["SecurityAction"], Read::Text),
    ],
};

static FIREWALL_EVENTS: Mapping = Mapping {
    kind: "firewall_events",
    table: "firewall_events",
    times: &["Datetime"],
    weight: SAMPLE_INTERVAL,
    constants: &[],
    columns: &[
        ("uid", &["RayID"], Read::Text),
        ("src_ip", &["ClientIP"], Read::Ip),
        ("action", &["Action"], Read::Text),
        ("rule_id", &["RuleID"], Read::Text),
        ("rule_name", &["Description"], Read::Text),
        ("device_source", &["Source"], Read::Text),
        ("method", &["ClientRequestMethod"], Read::Upper),
        ("host", &["ClientRequestHost"], Read::Host),
        ("path", &["ClientRequestPath"], Read::UrlPath),
        ("query", &["ClientRequestQuery"], Read::Query),
        ("user_agent", &["ClientRequestUserAgent"], Read::Text),
        ("status", &["EdgeResponseStatus"], Read::Int),
        ("country", &["ClientCountry"], Read::Upper),
        ("asn", &["ClientASN"], Read::Int),
    ],
};

static DNS_LOGS: Mapping = Mapping {
    kind: "dns_logs",
    table: "dns_queries",
    times: &["Timestamp"],
    weight: SAMPLE_INTERVAL,
    constants: &[],
    columns: &[
        ("src_ip", &["SourceIP"], Read::Ip),
        ("query", &["QueryName"], Read::Domain),
        ("query_type", &["QueryType"], Read::DnsType),
        ("response_code", &["ResponseCode"], Read::DnsCode),
    ],
};

static DNS_FIREWALL_LOGS: Mapping = Mapping {
    kind: "dns_firewall_logs",
    table: "dns_queries",
    times: &["Timestamp"],
    weight: SAMPLE_INTERVAL,
    constants: &[],
    columns: &[
        ("src_ip", &["SourceIP"], Read::Ip),
        ("dst_ip", &["UpstreamIP"], Read::Ip),
        ("protocol", &["QueryTCP"], Read::TcpOrUdp),
        ("query", &["QueryName"], Read::Domain),
        ("query_type", &["QueryType"], Read::DnsType),
        ("response_code", &["ClientResponseCode"], Read::DnsCode),
        ("recursion_desired", &["QueryRD"], Read::Bool),
    ],
};

static GATEWAY_DNS: Mapping = Mapping {
    kind: "gateway_dns",
    table: "dns_queries",
    times: &["Datetime"],
    weight: SAMPLE_INTERVAL,
    constants: &[],
    columns: &[
        ("uid", &["QueryID"], Read::Text),
        ("src_ip", &["SrcIP"], Read::Ip),
        ("src_port", &["SrcPort"], Read::Int),
        ("dst_ip", &["DstIP"], Read::Ip),
        ("dst_port", &["DstPort"], Read::Int),
        ("protocol", &["Protocol"], Read::Lower),
        ("query", &["QueryName"], Read::Domain),
        ("query_type", &["QueryTypeName"], Read::Text),
        ("query_type", &["QueryType"], Read::DnsType),
        ("response_code", &["RCode"], Read::DnsCode),
        ("answers", &["ResolvedIPs"], Read::Texts),
        ("ttl_s_min", &["UpstreamRecordTTLs"], Read::MinSeconds),
        ("rtt_ns", &["ResponseTimeMs"], Read::Millis),
        ("action", &["ResolverDecision"], Read::Text),
        ("device", &["DeviceName"], Read::Text),
        ("device", &["DeviceID"], Read::Text),
        ("user", &["Email"], Read::Text),
        ("user", &["UserID"], Read::Text),
    ],
};

static GATEWAY_HTTP: Mapping = Mapping {
    kind: "gateway_http",
    table: "http_requests",
    times: &["Datetime"],
    weight: SAMPLE_INTERVAL,
    constants: &[],
    columns: &[
        ("uid", &["RequestID"], Read::Text),
        ("src_ip", &["SourceIP"], Read::Ip),
        ("src_port", &["SourcePort"], Read::Int),
        ("dst_ip", &["DestinationIP"], Read::Ip),
        ("dst_port", &["DestinationPort"], Read::Int),
        ("method", &["HTTPMethod"], Read::Upper),
        ("url", &["URL"], Read::Text),
        ("scheme", &["URL"], Read::UrlScheme),
        ("host", &["HTTPHost"], Read::Host),
        ("host", &["URL"], Read::UrlHost),
        ("path", &["URL"], Read::UrlPath),
        ("query", &["URL"], Read::UrlQuery),
        ("version", &["HTTPVersion"], Read::HttpVersion),
        ("user_agent", &["UserAgent"], Read::Text),
        ("referrer", &["Referer"], Read::Text),
        ("status", &["HTTPStatusCode"], Read::Int),
        ("country", &["SourceIPCountryCode"], Read::Upper),
        ("action", &["Action"], Read::Text),
        ("device", &["DeviceName"], Read::Text),
        ("device", &["DeviceID"], Read::Text),
        ("user", &["Email"], Read::Text),
        ("user", &["UserID"], Read::Text),
    ],
};

static GATEWAY_NETWORK: Mapping = Mapping {
    kind: "gateway_network",
    table: "connections",
    times: &["Datetime"],
    weight: SAMPLE_INTERVAL,
    constants: &[],
    columns: &[
        ("uid", &["SessionID"], Read::Text),
        ("src_ip", &["SourceIP"], Read::Ip),
        ("src_port", &["SourcePort"], Read::Int),
        ("dst_ip", &["DestinationIP"], Read::Ip),
        ("dst_port", &["DestinationPort"], Read::Int),
        ("protocol", &["TransportProtocol"], Read::Lower),
        ("protocol", &["Transport"], Read::Lower),
        ("service", &["DetectedProtocol"], Read::Lower),
        ("src_country", &["SourceIPCountryCode"], Read::Upper),
        ("dst_country", &["DestinationIPCountryCode"], Read::Upper),
        ("action", &["Action"], Read::Text),
    ],
};

static NETWORK_ANALYTICS_LOGS: Mapping = Mapping {
    kind: "network_analytics_logs",
    table: "connections",
    times: &["Datetime"],
    weight: SAMPLE_INTERVAL,
    constants: &[],
    columns: &[
        ("src_ip", &["IPSourceAddress"], Read::Ip),
        ("src_port", &["SourcePort"], Read::Int),
        ("dst_ip", &["IPDestinationAddress"], Read::Ip),
        ("dst_port", &["DestinationPort"], Read::Int),
        ("protocol", &["IPProtocolName"], Read::Lower),
        ("protocol", &["IPProtocol"], Read::IpProtocol),
        ("state", &["ProtocolState"], Read::Text),
        ("src_local", &["Direction"], Read::LeavesUs),
        ("dst_local", &["Direction"], Read::EntersUs),
        ("src_country", &["SourceCountry"], Read::Upper),
        ("dst_country", &["DestinationCountry"], Read::Upper),
        ("action", &["Outcome"], Read::Text),
    ],
};

static SPECTRUM_EVENTS: Mapping = Mapping {
    kind: "spectrum_events",
    table: "connections",
    times: &["Timestamp", "DisconnectTimestamp", "ConnectTimestamp"],
    weight: SAMPLE_INTERVAL,
    constants: &[],
    columns: &[
        ("src_ip", &["ClientIP"], Read::Ip),
        ("src_port", &["ClientPort"], Read::Int),
        ("dst_ip", &["OriginIP"], Read::Ip),
        ("dst_port", &["OriginPort"], Read::Int),
        ("protocol", &["ClientProto"], Read::Lower),
        ("duration_ns", &["ConnectTimestamp", "DisconnectTimestamp"], Read::Between),
        ("src_bytes", &["ClientBytes"], Read::Int),
        ("dst_bytes", &["OriginBytes"], Read::Int),
        ("state", &["Event"], Read::Text),
        ("src_country", &["ClientCountry"], Read::Upper),
    ],
};

static ZERO_TRUST_NETWORK_SESSIONS: Mapping = Mapping {
    kind: "zero_trust_network_sessions",
    table: "connections",
    times: &["SessionStartTime", "SessionEndTime"],
    weight: SAMPLE_INTERVAL,
    constants: &[],
    columns: &[
        ("uid", &["SessionID"], Read::Text),
        ("src_ip", &["SourceIP"], Read::Ip),
        ("src_port", &["SourcePort"], Read::Int),
        ("dst_ip", &["OriginIP"], Read::Ip),
        ("dst_port", &["OriginPort"], Read::Int),
        ("protocol", &["Protocol"], Read::Lower),
        ("service", &["DetectedProtocol"], Read::Lower),
        ("duration_ns", &["SessionStartTime", "SessionEndTime"], Read::Between),
        ("src_bytes", &["BytesSent"], Read::Int),
        ("dst_bytes", &["BytesReceived"], Read::Int),
        ("state", &["ConnectionCloseReason"], Read::Text),
    ],
};

static MNM_FLOW_LOGS: Mapping = Mapping {
    kind: "mnm_flow_logs",
    table: "connections",
    times: &["FlowTimestamp", "Timestamp"],
    weight: Some("SampleRate"),
    constants: &[],
    columns: &[
        ("uid", &["PacketID"], Read::Text),
        ("src_ip", &["SourceAddress"], Read::Ip),
        ("src_port", &["SourcePort"], Read::Int),
        ("dst_ip", &["DestinationAddress"], Read::Ip),
        ("dst_port", &["DestinationPort"], Read::Int),
        ("protocol", &["Protocol"], Read::IpProtocol),
        ("src_bytes", &["Bits"], Read::Bits),
        ("src_packets", &["Packets"], Read::Int),
    ],
};

static ACCESS_REQUESTS: Mapping = Mapping {
    kind: "access_requests",
    table: "logons",
    times: &["CreatedAt"],
    weight: None,
    constants: &[],
    columns: &[
        ("uid", &["RayID"], Read::Text),
        ("src_ip", &["IPAddress"], Read::Ip),
        ("host", &["AppDomain"], Read::Lower),
        ("user", &["Email"], Read::Text),
        ("user", &["UserUID"], Read::Text),
        ("success", &["Allowed"], Read::Bool),
        ("method", &["Connection"], Read::Text),
        ("country", &["Country"], Read::Upper),
    ],
};

static EMAIL_SECURITY_ALERTS: Mapping = Mapping {
    kind: "email_security_alerts",
    table: "alerts",
    times: &["Timestamp"],
    weight: None,
    constants: &[CLOUDFLARE, ("category", "email_security")],
    columns: &[
        ("uid", &["AlertID"], Read::Text),
        ("name", &["FinalDisposition"], Read::Text),
        ("message", &["Subject"], Read::Text),
        ("src_ip", &["SMTPHeloServerIP"], Read::Ip),
        ("host", &["SMTPHeloServerName"], Read::Domain),
        ("email_from", &["From"], Read::Text),
        ("email_from", &["SMTPEnvelopeFrom"], Read::Text),
        ("email_to", &["To"], Read::Texts),
        ("email_to", &["SMTPEnvelopeTo"], Read::Texts),
    ],
};

static MAGIC_IDS_DETECTIONS: Mapping = Mapping {
    kind: "magic_ids_detections",
    table: "alerts",
    times: &["Timestamp"],
    weight: None,
    constants: &[CLOUDFLARE, ("category", "intrusion_detection")],
    columns: &[
        ("name", &["SignatureMessage"], Read::Text),
        ("src_ip", &["SourceIP"], Read::Ip),
        ("src_port", &["SourcePort"], Read::Int),
        ("dst_ip", &["DestinationIP"], Read::Ip),
        ("dst_port", &["DestinationPort"], Read::Int),
        ("protocol", &["Protocol"], Read::Lower),
        ("action", &["Action"], Read::Text),
    ],
};

static CASB_FINDINGS: Mapping = Mapping {
    kind: "casb_findings",
    table: "alerts",
    times: &["DetectedTimestamp"],
    weight: None,
    constants: &[CLOUDFLARE, ("category", "casb")],
    columns: &[
        ("uid", &["InstanceID"], Read::Text),
        ("name", &["FindingTypeDisplayName"], Read::Text),
        ("severity", &["FindingTypeSeverity"], Read::Text),
        ("message", &["AssetDisplayName"], Read::Text),
    ],
};

static PAGE_SHIELD_EVENTS: Mapping = Mapping {
    kind: "page_shield_events",
    table: "alerts",
    times: &["Timestamp"],
    weight: None,
    constants: &[CLOUDFLARE, ("category", "page_shield")],
    columns: &[
        ("name", &["CSPDirective"], Read::Text),
        ("message", &["URL"], Read::Text),
        ("host", &["URLHost"], Read::Host),
        ("action", &["Action"], Read::Text),
    ],
};

/// Every other dataset, whatever its fields.
pub(super) static OTHER: Mapping = Mapping {
    kind: "other",
    table: "other_records",
    times: &[
        "Datetime",
        "Timestamp",
        "When",
        "ActionTimestamp",
        "CompletedAt",
        "EventTimestampMs",
        "CreatedAt",
        "DetectedTimestamp",
        "EdgeStartTimestamp",
        "SessionStartTime",
        "FlowTimestamp",
    ],
    weight: SAMPLE_INTERVAL,
    constants: &[CLOUDFLARE],
    columns: &[
        ("uid", &["RayID"], Read::Text),
        ("uid", &["SessionID"], Read::Text),
        ("src_ip", &["ClientIP"], Read::Ip),
        ("src_ip", &["SourceIP"], Read::Ip),
        ("src_ip", &["ActorIP"], Read::Ip),
        ("src_ip", &["ActorIPAddress"], Read::Ip),
        ("src_ip", &["ClientAddress"], Read::Ip),
        ("src_ip", &["SrcAddr"], Read::Ip),
        ("src_port", &["SourcePort"], Read::Int),
        ("dst_ip", &["DestinationIP"], Read::Ip),
        ("dst_ip", &["ServerAddress"], Read::Ip),
        ("dst_ip", &["DestAddr"], Read::Ip),
        ("dst_port", &["DestinationPort"], Read::Int),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::cloudflare_logpush::datasets::DATASETS;

    #[test]
    fn mappings_name_tables_and_columns_that_exist() {
        for mapping in MODELLED {
            crate::mapping::check_mapping(mapping);
        }
        crate::mapping::check_mapping(&OTHER);
    }

    #[test]
    fn mapped_fields_are_fields_of_their_dataset() {
        for mapping in MODELLED {
            let dataset = DATASETS.iter().find(|dataset| dataset.name == mapping.kind).expect("a dataset");
            let fields: Vec<&str> = dataset.fields.split(' ').collect();
            assert_eq!(mapping.times.first(), Some(&dataset.time));
            for field in mapping.columns.iter().flat_map(|rule| rule.1) {
                assert!(fields.contains(field), "{}: no field {field}", mapping.kind);
            }
        }
    }

    #[test]
    fn every_dataset_has_its_event_time() {
        for dataset in DATASETS {
            assert!(dataset.fields.split(' ').any(|field| field == dataset.time), "{}", dataset.name);
            assert!(mapping(dataset.name).times.contains(&dataset.time), "{}", dataset.name);
        }
    }
}
