//! Zeek's logs and where their fields go. Field reference: <https://docs.zeek.org/en/master/script-reference/log-files.html>.

use crate::mapping::{Mapping, Read, Rule};

/// The logs that have a table of their own; all others go to [`OTHER`].
pub(super) static MODELLED: &[&Mapping] = &[&CONN, &DNS, &HTTP, &SSL, &FILES, &X509, &SSH, &NOTICE, &WEIRD, &SOFTWARE];

/// The mapping of a log path.
pub(super) fn mapping(path: &str) -> &'static Mapping {
    MODELLED.iter().copied().find(|mapping| mapping.kind == path).unwrap_or(&OTHER)
}

const TS: &[&str] = &["ts"];

static CONN: Mapping = Mapping {
    kind: "conn",
    table: "connections",
    times: TS,
    weight: None,
    constants: &[],
    columns: &[
        ("uid", &["uid"], Read::Text),
        ("src_ip", &["id.orig_h"], Read::Ip),
        ("src_port", &["id.orig_p"], Read::Int),
        ("dst_ip", &["id.resp_h"], Read::Ip),
        ("dst_port", &["id.resp_p"], Read::Int),
        ("protocol", &["proto"], Read::Lower),
        ("service", &["service"], Read::Lower),
        ("duration_ns", &["duration"], Read::Seconds),
        ("src_bytes", &["orig_bytes"], Read::Int),
        ("dst_bytes", &["resp_bytes"], Read::Int),
        ("src_packets", &["orig_pkts"], Read::Int),
        ("dst_packets", &["resp_pkts"], Read::Int),
        ("state", &["conn_state"], Read::Text),
        ("history", &["history"], Read::Text),
        ("src_local", &["local_orig"], Read::Bool),
        ("dst_local", &["local_resp"], Read::Bool),
        ("src_country", &["orig_cc"], Read::Upper),
        ("dst_country", &["resp_cc"], Read::Upper),
    ],
};

static DNS: Mapping = Mapping {
    kind: "dns",
    table: "dns_queries",
    times: TS,
    weight: None,
    constants: &[],
    columns: &[
        ("uid", &["uid"], Read::Text),
        ("src_ip", &["id.orig_h"], Read::Ip),
        ("src_port", &["id.orig_p"], Read::Int),
        ("dst_ip", &["id.resp_h"], Read::Ip),
        ("dst_port", &["id.resp_p"], Read::Int),
        ("protocol", &["proto"], Read::Lower),
        ("query", &["query"], Read::Domain),
        ("query_type", &["qtype_name"], Read::Text),
        ("query_type", &["qtype"], Read::DnsType),
        ("query_class", &["qclass_name"], Read::DnsClass),
        ("response_code", &["rcode_name"], Read::Text),
        ("response_code", &["rcode"], Read::DnsCode),
        ("answers", &["answers"], Read::Texts),
        ("ttl_s_min", &["TTLs"], Read::MinSeconds),
        ("rtt_ns", &["rtt"], Read::Seconds),
        ("authoritative", &["AA"], Read::Bool),
        ("recursion_desired", &["RD"], Read::Bool),
        ("recursion_available", &["RA"], Read::Bool),
        ("truncated", &["TC"], Read::Bool),
        ("rejected", &["rejected"], Read::Bool),
    ],
};

static HTTP: Mapping = Mapping {
    kind: "http",
    table: "http_requests",
    times: TS,
    weight: None,
    // Zeek sees requests only where they are not encrypted.
    constants: &[("scheme", "http")],
    columns: &[
        ("uid", &["uid"], Read::Text),
        ("src_ip", &["id.orig_h"], Read::Ip),
        ("src_port", &["id.orig_p"], Read::Int),
        ("dst_ip", &["id.resp_h"], Read::Ip),
        ("dst_port", &["id.resp_p"], Read::Int),
        ("method", &["method"], Read::Upper),
        ("host", &["host"], Read::Host),
        ("url", &["host", "id.resp_p", "uri"], Read::HttpUrlOf),
        ("path", &["uri"], Read::UrlPath),
        ("query", &["uri"], Read::UrlQuery),
        ("version", &["version"], Read::Text),
        ("user_agent", &["user_agent"], Read::Text),
        ("referrer", &["referrer"], Read::Text),
        ("status", &["status_code"], Read::Int),
        ("content_type", &["resp_mime_types"], Read::First),
        ("request_bytes", &["request_body_len"], Read::Int),
        ("response_bytes", &["response_body_len"], Read::Int),
        ("request_file_ids", &["orig_fuids"], Read::Texts),
        ("response_file_ids", &["resp_fuids"], Read::Texts),
        ("user", &["username"], Read::Text),
    ],
};

static SSL: Mapping = Mapping {
    kind: "ssl",
    table: "tls_sessions",
    times: TS,
    weight: None,
    constants: &[],
    columns: &[
        ("uid", &["uid"], Read::Text),
        ("src_ip", &["id.orig_h"], Read::Ip),
        ("src_port", &["id.orig_p"], Read::Int),
        ("dst_ip", &["id.resp_h"], Read::Ip),
        ("dst_port", &["id.resp_p"], Read::Int),
        ("server_name", &["server_name"], Read::Domain),
        ("version", &["version"], Read::Text),
        ("cipher", &["cipher"], Read::Text),
        ("curve", &["curve"], Read::Text),
        ("next_protocol", &["next_protocol"], Read::Text),
        ("resumed", &["resumed"], Read::Bool),
        ("established", &["established"], Read::Bool),
        ("validation_status", &["validation_status"], Read::Text),
        ("server_name_matches", &["sni_matches_cert"], Read::Bool),
        ("certificate_fingerprints", &["cert_chain_fps"], Read::Texts),
        ("subject", &["subject"], Read::Text),
        ("issuer", &["issuer"], Read::Text),
        ("ja3", &["ja3"], Read::Lower),
        ("ja3s", &["ja3s"], Read::Lower),
        ("ja4", &["ja4"], Read::Text),
    ],
};

static FILES: Mapping = Mapping {
    kind: "files",
    table: "files_seen",
    times: TS,
    weight: None,
    constants: &[],
    columns: &[
        ("file_id", &["fuid"], Read::Text),
        // Zeek 5 and older list connections and hosts; Zeek 6 names one connection and who sent.
        ("connection_uids", &["conn_uids"], Read::Texts),
        ("connection_uids", &["uid"], Read::Texts),
        ("src_ip", &["tx_hosts"], Read::FirstIp),
        ("src_ip", &["is_orig", "id.orig_h", "id.resp_h"], Read::Sender),
        ("dst_ip", &["rx_hosts"], Read::FirstIp),
        ("dst_ip", &["is_orig", "id.orig_h", "id.resp_h"], Read::Receiver),
        ("protocol", &["source"], Read::Text),
        ("mime_type", &["mime_type"], Read::Text),
        ("file_name", &["filename"], Read::Text),
        ("size_bytes", &["seen_bytes"], Read::Int),
        ("total_bytes", &["total_bytes"], Read::Int),
        ("missing_bytes", &["missing_bytes"], Read::Int),
        ("duration_ns", &["duration"], Read::Seconds),
        ("src_is_local", &["local_orig"], Read::Bool),
        ("md5", &["md5"], Read::Lower),
        ("sha1", &["sha1"], Read::Lower),
        ("sha256", &["sha256"], Read::Lower),
    ],
};

static X509: Mapping = Mapping {
    kind: "x509",
    table: "certificates",
    times: TS,
    weight: None,
    constants: &[],
    columns: &[
        ("fingerprint", &["fingerprint"], Read::Lower),
        ("file_id", &["id"], Read::Text),
        ("version", &["certificate.version"], Read::Int),
        ("serial", &["certificate.serial"], Read::Text),
        ("subject", &["certificate.subject"], Read::Text),
        ("issuer", &["certificate.issuer"], Read::Text),
        ("not_before", &["certificate.not_valid_before"], Read::Instant),
        ("not_after", &["certificate.not_valid_after"], Read::Instant),
        ("key_algorithm", &["certificate.key_alg"], Read::Text),
        ("signature_algorithm", &["certificate.sig_alg"], Read::Text),
        ("key_type", &["certificate.key_type"], Read::Text),
        ("key_bits", &["certificate.key_length"], Read::Int),
        ("dns_names", &["san.dns"], Read::Texts),
        ("ip_names", &["san.ip"], Read::Texts),
        ("is_ca", &["basic_constraints.ca"], Read::Bool),
        ("is_server", &["host_cert"], Read::Bool),
        ("is_client", &["client_cert"], Read::Bool),
    ],
};

static SSH: Mapping = Mapping {
    kind: "ssh",
    table: "logons",
    times: TS,
    weight: None,
    constants: &[("protocol", "ssh")],
    columns: &[
        ("uid", &["uid"], Read::Text),
        ("src_ip", &["id.orig_h"], Read::Ip),
        ("src_port", &["id.orig_p"], Read::Int),
        ("dst_ip", &["id.resp_h"], Read::Ip),
        ("dst_port", &["id.resp_p"], Read::Int),
        ("success", &["auth_success"], Read::Bool),
        ("attempts", &["auth_attempts"], Read::Int),
        ("client", &["client"], Read::Text),
        ("server", &["server"], Read::Text),
        ("direction", &["direction"], Read::Lower),
    ],
};

static NOTICE: Mapping = Mapping {
    kind: "notice",
    table: "alerts",
    times: TS,
    weight: None,
    constants: &[("product", "zeek"), ("category", "notice")],
    columns: &[
        ("uid", &["uid"], Read::Text),
        ("name", &["note"], Read::Text),
        ("message", &["msg"], Read::Text),
        ("src_ip", &["src"], Read::Ip),
        ("src_ip", &["id.orig_h"], Read::Ip),
        ("src_port", &["id.orig_p"], Read::Int),
        ("dst_ip", &["dst"], Read::Ip),
        ("dst_ip", &["id.resp_h"], Read::Ip),
        ("dst_port", &["id.resp_p"], Read::Int),
        ("dst_port", &["p"], Read::Int),
        ("protocol", &["proto"], Read::Lower),
        ("file_id", &["fuid"], Read::Text),
        ("action", &["actions"], Read::Joined),
    ],
};

static WEIRD: Mapping = Mapping {
    kind: "weird",
    table: "alerts",
    times: TS,
    weight: None,
    constants: &[("product", "zeek"), ("category", "weird")],
    columns: &[
        ("uid", &["uid"], Read::Text),
        ("name", &["name"], Read::Text),
        ("message", &["addl"], Read::Text),
        ("src_ip", &["id.orig_h"], Read::Ip),
        ("src_port", &["id.orig_p"], Read::Int),
        ("dst_ip", &["id.resp_h"], Read::Ip),
        ("dst_port", &["id.resp_p"], Read::Int),
    ],
};

static SOFTWARE: Mapping = Mapping {
    kind: "software",
    table: "software_seen",
    times: TS,
    weight: None,
    constants: &[],
    columns: &[
        ("host_ip", &["host"], Read::Ip),
        ("host_port", &["host_p"], Read::Int),
        ("role", &["software_type"], Read::Text),
        ("software", &["name"], Read::Text),
        ("version", VERSION, Read::Version),
        ("banner", &["unparsed_version"], Read::Text),
    ],
};

const VERSION: &[&str] = &["version.major", "version.minor", "version.minor2", "version.minor3", "version.addl"];

/// Every other log, whatever its fields.
pub(super) static OTHER: Mapping = Mapping {
    kind: "other",
    table: "other_records",
    times: TS,
    weight: None,
    constants: &[("product", "zeek")],
    columns: OTHER_COLUMNS,
};

const OTHER_COLUMNS: &[Rule] = &[
    ("uid", &["uid"], Read::Text),
    ("src_ip", &["id.orig_h"], Read::Ip),
    ("src_port", &["id.orig_p"], Read::Int),
    ("dst_ip", &["id.resp_h"], Read::Ip),
    ("dst_port", &["id.resp_p"], Read::Int),
];

/// Logs whose records have no time: lists of what is, not of what happened.
pub(super) static UNDATED: &[&str] = &["loaded_scripts"];

/// Logs of Zeek and of its common packages: a file called so, whose content fits, is one.
pub(super) static KNOWN: &[&str] = &[
    "analyzer",
    "analyzer_debug",
    "arp",
    "barnyard2",
    "broker",
    "capture_loss",
    "cluster",
    "config",
    "conn",
    "dce_rpc",
    "dhcp",
    "dnp3",
    "dnp3_control",
    "dnp3_objects",
    "dns",
    "dpd",
    "files",
    "ftp",
    "http",
    "intel",
    "irc",
    "kerberos",
    "known_certs",
    "known_hosts",
    "known_modbus",
    "known_services",
    "ldap",
    "ldap_search",
    "loaded_scripts",
    "modbus",
    "modbus_register_change",
    "mqtt_connect",
    "mqtt_publish",
    "mqtt_subscribe",
    "mysql",
    "netcontrol",
    "notice",
    "notice_alarm",
    "ntlm",
    "ntp",
    "ocsp",
    "openflow",
    "packet_filter",
    "pe",
    "postgresql",
    "print",
    "quic",
    "radius",
    "rdp",
    "redis",
    "reporter",
    "rfb",
    "signatures",
    "sip",
    "smb_cmd",
    "smb_files",
    "smb_mapping",
    "smtp",
    "snmp",
    "socks",
    "software",
    "ssh",
    "ssl",
    "stats",
    "syslog",
    "telemetry",
    "traceroute",
    "tunnel",
    "unknown_protocols",
    "websocket",
    "weird",
    "weird_stats",
    "x509",
];

/// Fields of type `time` in Zeek's own logs, besides `ts`. JSON logs with Unix times do not say which numbers are
/// times; TSV logs do.
pub(super) static TIME_FIELDS: &[&str] = &[
    "ts",
    "certificate.not_valid_before",
    "certificate.not_valid_after",
    "compile_ts",
    "from",
    "till",
    "nextUpdate",
    "thisUpdate",
    "revoketime",
    "org_time",
    "rec_time",
    "ref_time",
    "xmt_time",
    "times.accessed",
    "times.changed",
    "times.created",
    "times.modified",
    "up_since",
];

/// Fields that together occur in one log only, to tell a JSON record's log where nothing else does.
pub(super) static SIGNATURES: &[(&str, &[&str])] = &[
    ("conn", &["uid", "proto", "conn_state"]),
    ("dns", &["uid", "trans_id", "proto"]),
    ("http", &["uid", "trans_depth", "method"]),
    ("http", &["uid", "trans_depth", "status_code"]),
    ("ssl", &["uid", "established", "resumed"]),
    ("files", &["fuid", "source", "depth"]),
    ("x509", &["certificate.version", "certificate.serial"]),
    ("ssh", &["uid", "auth_attempts"]),
    ("notice", &["note", "msg", "actions"]),
    ("weird", &["name", "notice", "peer"]),
    ("software", &["software_type", "name", "unparsed_version"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mappings_name_tables_and_columns_that_exist() {
        for mapping in MODELLED {
            crate::mapping::check_mapping(mapping);
        }
        crate::mapping::check_mapping(&OTHER);
    }
}
