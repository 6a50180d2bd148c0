//! Where the fields of EVE events go.

use crate::mapping::{Mapping, Read};

/// Type of an event, the part that it must have, and where it goes.
pub(super) static BY_TYPE: &[(&str, &str, &Mapping)] = &[
    ("alert", "alert", &ALERT),
    ("anomaly", "anomaly", &ANOMALY),
    ("flow", "flow", &FLOW),
    ("netflow", "netflow", &NETFLOW),
    ("dns", "dns", &DNS),
    ("http", "http", &HTTP),
    ("tls", "tls", &TLS),
    ("quic", "quic", &QUIC),
    ("fileinfo", "fileinfo", &FILEINFO),
    ("smtp", "smtp", &SMTP),
    ("krb5", "krb5", &KRB5),
    ("drop", "drop", &DROP),
];

/// Types whose events hold a part of their own name.
pub(super) fn is_known(kind: &str) -> bool {
    const OTHERS: &[&str] = &[
        "stats",
        "ssh",
        "ftp",
        "ftp_data",
        "smb",
        "tftp",
        "ike",
        "dcerpc",
        "rdp",
        "rfb",
        "snmp",
        "sip",
        "dhcp",
        "nfs",
        "mqtt",
        "http2",
        "pgsql",
        "modbus",
        "dnp3",
        "bittorrent_dht",
        "ldap",
        "arp",
        "mdns",
        "websocket",
        "doh2",
        "engine",
        "metadata",
        "packet",
        "frame",
        "telnet",
        "pop3",
        "enip",
    ];
    BY_TYPE.iter().any(|(known, ..)| *known == kind) || OTHERS.contains(&kind)
}

const TIMES: &[&str] = &["timestamp"];
const SURICATA: (&str, &str) = ("product", "suricata");
/// Versions of TLS as the other sensors write them.
const VERSIONS: &[(&str, &str)] = &[
    ("SSLv2", "SSLv2"),
    ("SSLv3", "SSLv3"),
    ("TLSv1", "TLSv10"),
    ("TLS 1.0", "TLSv10"),
    ("TLS 1.1", "TLSv11"),
    ("TLS 1.2", "TLSv12"),
    ("TLS 1.3", "TLSv13"),
];
/// Suricata's words for a protocol that it could not tell.
const APPLICATION: Read = Read::LowerBut(&["failed", "unknown"]);

static ALERT: Mapping = Mapping {
    kind: "alert",
    table: "alerts",
    times: TIMES,
    weight: None,
    constants: &[SURICATA],
    columns: &[
        ("uid", &["flow_id"], Read::Text),
        ("src_ip", &["src_ip"], Read::Ip),
        ("src_port", &["src_port"], Read::Int),
        ("dst_ip", &["dest_ip"], Read::Ip),
        ("dst_port", &["dest_port"], Read::Int),
        ("protocol", &["proto"], Read::Lower),
        ("rule_id", &["alert.signature_id"], Read::Text),
        ("name", &["alert.signature"], Read::Text),
        ("category", &["alert.category"], Read::Text),
        ("severity", &["alert.severity"], Read::Text),
        ("action", &["alert.action"], Read::Lower),
        ("host", &["http.hostname"], Read::Host),
        ("host", &["tls.sni"], Read::Host),
        ("host", &["dns.query.0.rrname"], Read::Host),
        ("host", &["dns.queries.0.rrname"], Read::Host),
    ],
};

static ANOMALY: Mapping = Mapping {
    kind: "anomaly",
    table: "alerts",
    times: TIMES,
    weight: None,
    constants: &[SURICATA],
    columns: &[
        ("uid", &["flow_id"], Read::Text),
        ("src_ip", &["src_ip"], Read::Ip),
        ("src_port", &["src_port"], Read::Int),
        ("dst_ip", &["dest_ip"], Read::Ip),
        ("dst_port", &["dest_port"], Read::Int),
        ("protocol", &["proto"], Read::Lower),
        ("category", &["anomaly.type"], Read::Text),
        ("name", &["anomaly.event"], Read::Text),
    ],
};

static FLOW: Mapping = Mapping {
    kind: "flow",
    table: "connections",
    times: TIMES,
    weight: None,
    constants: &[],
    columns: &[
        ("uid", &["flow_id"], Read::Text),
        ("src_ip", &["src_ip"], Read::Ip),
        ("src_port", &["src_port"], Read::Int),
        ("dst_ip", &["dest_ip"], Read::Ip),
        ("dst_port", &["dest_port"], Read::Int),
        ("protocol", &["proto"], Read::Lower),
        ("service", &["app_proto"], APPLICATION),
        ("duration_ns", &["flow.start", "flow.end"], Read::Between),
        ("src_bytes", &["flow.bytes_toserver"], Read::Int),
        ("dst_bytes", &["flow.bytes_toclient"], Read::Int),
        ("src_packets", &["flow.pkts_toserver"], Read::Int),
        ("dst_packets", &["flow.pkts_toclient"], Read::Int),
        ("state", &["flow.state"], Read::Text),
        ("history", &["tcp.tcp_flags"], Read::Text),
        ("action", &["flow.action"], Read::Lower),
    ],
};

/// One direction of a flow.
static NETFLOW: Mapping = Mapping {
    kind: "netflow",
    table: "connections",
    times: TIMES,
    weight: None,
    constants: &[],
    columns: &[
        ("uid", &["flow_id"], Read::Text),
        ("src_ip", &["src_ip"], Read::Ip),
        ("src_port", &["src_port"], Read::Int),
        ("dst_ip", &["dest_ip"], Read::Ip),
        ("dst_port", &["dest_port"], Read::Int),
        ("protocol", &["proto"], Read::Lower),
        ("service", &["app_proto"], APPLICATION),
        ("duration_ns", &["netflow.start", "netflow.end"], Read::Between),
        ("src_bytes", &["netflow.bytes"], Read::Int),
        ("src_packets", &["netflow.pkts"], Read::Int),
        ("history", &["tcp.tcp_flags"], Read::Text),
    ],
};

static DNS: Mapping = Mapping {
    kind: "dns",
    table: "dns_queries",
    times: TIMES,
    weight: None,
    constants: &[],
    columns: &[
        ("uid", &["flow_id"], Read::Text),
        ("src_ip", &["src_ip"], Read::Ip),
        ("src_port", &["src_port"], Read::Int),
        ("dst_ip", &["dest_ip"], Read::Ip),
        ("dst_port", &["dest_port"], Read::Int),
        ("protocol", &["proto"], Read::Lower),
        ("query", &["dns.rrname"], Read::Domain),
        ("query", &["dns.queries.0.rrname"], Read::Domain),
        ("query_type", &["dns.rrtype"], Read::Upper),
        ("query_type", &["dns.queries.0.rrtype"], Read::Upper),
        ("response_code", &["dns.rcode"], Read::Upper),
        ("answers", &["dns.answers"], Read::Members("rdata")),
        ("answers", &["dns.grouped.A"], Read::Texts),
        ("answers", &["dns.grouped.AAAA"], Read::Texts),
        ("answers", &["dns.grouped.CNAME"], Read::Texts),
        ("answers", &["dns.grouped.TXT"], Read::Texts),
        ("answers", &["dns.grouped.MX"], Read::Texts),
        ("answers", &["dns.grouped.PTR"], Read::Texts),
        ("answers", &["dns.grouped.NS"], Read::Texts),
        ("answers", &["dns.rdata"], Read::Texts),
        ("ttl_s_min", &["dns.ttl"], Read::Int),
        ("ttl_s_min", &["dns.answers.0.ttl"], Read::Int),
        ("authoritative", &["dns.aa"], Read::Bool),
        ("recursion_desired", &["dns.rd"], Read::Bool),
        ("recursion_available", &["dns.ra"], Read::Bool),
        ("truncated", &["dns.tc"], Read::Bool),
    ],
};

/// An answer that was seen on its way back: the resolver is its source.
pub(super) static DNS_ANSWER: Mapping = Mapping {
    kind: "dns",
    table: "dns_queries",
    times: TIMES,
    weight: None,
    constants: &[],
    columns: &[
        ("uid", &["flow_id"], Read::Text),
        ("src_ip", &["dest_ip"], Read::Ip),
        ("src_port", &["dest_port"], Read::Int),
        ("dst_ip", &["src_ip"], Read::Ip),
        ("dst_port", &["src_port"], Read::Int),
        ("protocol", &["proto"], Read::Lower),
        ("query", &["dns.rrname"], Read::Domain),
        ("query", &["dns.queries.0.rrname"], Read::Domain),
        ("query_type", &["dns.rrtype"], Read::Upper),
        ("query_type", &["dns.queries.0.rrtype"], Read::Upper),
        ("response_code", &["dns.rcode"], Read::Upper),
        ("answers", &["dns.answers"], Read::Members("rdata")),
        ("answers", &["dns.grouped.A"], Read::Texts),
        ("answers", &["dns.grouped.AAAA"], Read::Texts),
        ("answers", &["dns.grouped.CNAME"], Read::Texts),
        ("answers", &["dns.grouped.TXT"], Read::Texts),
        ("answers", &["dns.grouped.MX"], Read::Texts),
        ("answers", &["dns.grouped.PTR"], Read::Texts),
        ("answers", &["dns.grouped.NS"], Read::Texts),
        ("answers", &["dns.rdata"], Read::Texts),
        ("ttl_s_min", &["dns.ttl"], Read::Int),
        ("ttl_s_min", &["dns.answers.0.ttl"], Read::Int),
        ("authoritative", &["dns.aa"], Read::Bool),
        ("recursion_desired", &["dns.rd"], Read::Bool),
        ("recursion_available", &["dns.ra"], Read::Bool),
        ("truncated", &["dns.tc"], Read::Bool),
    ],
};

static HTTP: Mapping = Mapping {
    kind: "http",
    table: "http_requests",
    times: TIMES,
    weight: None,
    constants: &[],
    columns: &[
        ("uid", &["flow_id"], Read::Text),
        ("src_ip", &["src_ip"], Read::Ip),
        ("src_port", &["src_port"], Read::Int),
        ("dst_ip", &["dest_ip"], Read::Ip),
        ("dst_port", &["dest_port"], Read::Int),
        ("method", &["http.http_method"], Read::Upper),
        ("host", &["http.hostname"], Read::Host),
        ("url", &["http.hostname", "dest_port", "http.url"], Read::HttpUrlOf),
        ("path", &["http.url"], Read::UrlPath),
        ("query", &["http.url"], Read::UrlQuery),
        ("version", &["http.protocol"], Read::HttpVersion),
        ("user_agent", &["http.http_user_agent"], Read::Text),
        ("referrer", &["http.http_refer"], Read::Text),
        ("status", &["http.status"], Read::Int),
        ("content_type", &["http.http_content_type"], Read::Text),
        ("response_bytes", &["http.length"], Read::Int),
    ],
};

static TLS: Mapping = Mapping {
    kind: "tls",
    table: "tls_sessions",
    times: TIMES,
    weight: None,
    constants: &[],
    columns: &[
        ("uid", &["flow_id"], Read::Text),
        ("src_ip", &["src_ip"], Read::Ip),
        ("src_port", &["src_port"], Read::Int),
        ("dst_ip", &["dest_ip"], Read::Ip),
        ("dst_port", &["dest_port"], Read::Int),
        ("server_name", &["tls.sni"], Read::Host),
        ("version", &["tls.version"], Read::Words(VERSIONS)),
        ("resumed", &["tls.session_resumed"], Read::Bool),
        ("certificate_fingerprints", &["tls.fingerprint"], Read::Texts),
        ("subject", &["tls.subject"], Read::Text),
        ("issuer", &["tls.issuerdn"], Read::Text),
        ("ja3", &["tls.ja3.hash"], Read::Lower),
        ("ja3s", &["tls.ja3s.hash"], Read::Lower),
        ("ja4", &["tls.ja4"], Read::Text),
    ],
};

static QUIC: Mapping = Mapping {
    kind: "quic",
    table: "tls_sessions",
    times: TIMES,
    weight: None,
    constants: &[],
    columns: &[
        ("uid", &["flow_id"], Read::Text),
        ("src_ip", &["src_ip"], Read::Ip),
        ("src_port", &["src_port"], Read::Int),
        ("dst_ip", &["dest_ip"], Read::Ip),
        ("dst_port", &["dest_port"], Read::Int),
        ("server_name", &["quic.sni"], Read::Host),
        ("ja3", &["quic.ja3.hash"], Read::Lower),
        ("ja3s", &["quic.ja3s.hash"], Read::Lower),
        ("ja4", &["quic.ja4"], Read::Text),
    ],
};

static FILEINFO: Mapping = Mapping {
    kind: "fileinfo",
    table: "files_seen",
    times: TIMES,
    weight: None,
    constants: &[],
    columns: &[
        ("file_id", &["fileinfo.file_id"], Read::Text),
        ("connection_uids", &["flow_id"], Read::Texts),
        ("src_ip", &["src_ip"], Read::Ip),
        ("dst_ip", &["dest_ip"], Read::Ip),
        ("protocol", &["app_proto"], Read::Upper),
        ("mime_type", &["fileinfo.mimetype"], Read::Text),
        ("file_name", &["fileinfo.filename"], Read::Text),
        ("size_bytes", &["fileinfo.size"], Read::Int),
        ("md5", &["fileinfo.md5"], Read::Lower),
        ("sha1", &["fileinfo.sha1"], Read::Lower),
        ("sha256", &["fileinfo.sha256"], Read::Lower),
    ],
};

static SMTP: Mapping = Mapping {
    kind: "smtp",
    table: "emails",
    times: TIMES,
    weight: None,
    constants: &[],
    columns: &[
        ("message_id", &["email.message_id"], Read::Mailbox),
        ("from_address", &["email.from"], Read::Mailbox),
        ("return_path", &["smtp.mail_from"], Read::Mailbox),
        ("to_addresses", &["email.to"], Read::Texts),
        ("to_addresses", &["smtp.rcpt_to"], Read::Texts),
        ("cc_addresses", &["email.cc"], Read::Texts),
        ("subject", &["email.subject"], Read::Text),
        ("mailer", &["email.x_mailer"], Read::Text),
        ("src_ip", &["src_ip"], Read::Ip),
        ("helo", &["smtp.helo"], Read::Text),
        ("urls", &["email.url"], Read::Texts),
        ("attachment_names", &["email.attachment"], Read::Texts),
    ],
};

static KRB5: Mapping = Mapping {
    kind: "krb5",
    table: "logons",
    times: TIMES,
    weight: None,
    constants: &[("protocol", "kerberos"), ("action", "ticket")],
    columns: &[
        ("uid", &["flow_id"], Read::Text),
        ("src_ip", &["src_ip"], Read::Ip),
        ("src_port", &["src_port"], Read::Int),
        ("dst_ip", &["dest_ip"], Read::Ip),
        ("dst_port", &["dest_port"], Read::Int),
        ("event", &["krb5.msg_type"], Read::Text),
        ("user", &["krb5.cname"], Read::Text),
        ("user_domain", &["krb5.realm"], Read::Text),
        ("success", &["krb5.error_code"], Read::Absent),
        ("reason", &["krb5.error_code"], Read::Text),
    ],
};

static DROP: Mapping = Mapping {
    kind: "drop",
    table: "firewall_events",
    times: TIMES,
    weight: None,
    constants: &[("action", "drop")],
    columns: &[
        ("uid", &["flow_id"], Read::Text),
        ("src_ip", &["src_ip"], Read::Ip),
        ("src_port", &["src_port"], Read::Int),
        ("dst_ip", &["dest_ip"], Read::Ip),
        ("dst_port", &["dest_port"], Read::Int),
        ("protocol", &["proto"], Read::Lower),
        ("rule_id", &["alert.signature_id"], Read::Text),
        ("rule_name", &["alert.signature"], Read::Text),
    ],
};

pub(super) static OTHER: Mapping = Mapping {
    kind: "unknown",
    table: "other_records",
    times: TIMES,
    weight: None,
    constants: &[SURICATA],
    columns: &[
        ("kind", &["event_type"], Read::Text),
        ("uid", &["flow_id"], Read::Text),
        ("src_ip", &["src_ip"], Read::Ip),
        ("src_port", &["src_port"], Read::Int),
        ("dst_ip", &["dest_ip"], Read::Ip),
        ("dst_port", &["dest_port"], Read::Int),
    ],
};
