//! What a field seems to be, by its name and its values.

use std::net::IpAddr;

use super::sample::Field;
use crate::{
    instant::any_time,
    own_read::{Clock, FORMS},
};

/// What a value looks like; a field has the look that three of four of its values have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Any,
    Ip,
    Port,
    Int,
    Number,
    Time,
    Url,
    Path,
    Domain,
    Email,
    Method,
    Status,
    Hash,
    UserAgent,
    Protocol,
    DnsType,
    Bool,
    List,
}

pub(super) fn is_ip(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
}

/// A time that cannot be another number: between 2000 and 2100 where it is Unix time.
pub(super) fn is_time(text: &str) -> bool {
    let is_plausible =
        |text: &str| any_time(text).is_ok_and(|instant| (946_684_800..4_102_444_800).contains(&instant.seconds()));
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_number { text.len() >= 10 && is_plausible(text) } else { Clock::auto().read(text).is_ok() }
}

/// The form of times that reads all of these, where they are neither RFC 3339 nor Unix time.
pub(super) fn time_form(values: &[String]) -> Option<&'static str> {
    if values.iter().all(|value| any_time(value).is_ok()) {
        return None;
    }
    FORMS.iter().copied().find(|form| {
        let clock = Clock::auto().formed(form);
        values.iter().all(|value| clock.read(value).is_ok())
    })
}

/// Whether a value looks so.
type Test<'t> = &'t dyn Fn(&str) -> bool;

pub(super) fn look(field: &Field) -> Look {
    if field.is_list {
        return Look::List;
    }
    let most = |test: &dyn Fn(&str) -> bool| {
        let n = field.values.iter().filter(|value| test(value)).count();
        n > 0 && n * 4 >= field.values.len() * 3
    };
    let int = |text: &str| text.parse::<i64>().ok();
    let tests: &[(Look, Test<'_>)] = &[
        (Look::Ip, &is_ip),
        (Look::Method, &|text| METHODS.iter().any(|method| method.eq_ignore_ascii_case(text))),
        (Look::Protocol, &|text| PROTOCOLS.iter().any(|word| word.eq_ignore_ascii_case(text))),
        (Look::DnsType, &|text| DNS_TYPES.contains(&text)),
        (Look::Time, &is_time),
        (Look::Bool, &|text| matches!(text, "true" | "false")),
        (Look::Status, &|text| text.len() == 3 && int(text).is_some_and(|value| (100..600).contains(&value))),
        (Look::Port, &|text| int(text).is_some_and(|value| (0..65_536).contains(&value))),
        (Look::Int, &|text| int(text).is_some()),
        (Look::Number, &|text| text.parse::<f64>().is_ok()),
        (Look::Url, &|text| text.contains("://")),
        (Look::UserAgent, &|text| text.starts_with("Mozilla/") || text.starts_with("curl/")),
        (Look::Hash, &is_hash),
        (Look::Email, &|text| text.split_once('@').is_some_and(|(user, domain)| !user.is_empty() && is_domain(domain))),
        (Look::Domain, &is_domain),
        (Look::Path, &|text| text.starts_with('/') || text.get(1..3) == Some(":\\")),
    ];
    tests.iter().find(|(_, test)| most(*test)).map_or(Look::Any, |(look, _)| *look)
}

const METHODS: &[&str] = &["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "CONNECT", "TRACE"];
const PROTOCOLS: &[&str] = &["tcp", "udp", "icmp", "icmp6", "ipv6-icmp", "sctp", "gre", "esp"];
const DNS_TYPES: &[&str] = &["A", "AAAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT", "HTTPS", "SVCB", "ANY"];

fn is_hash(text: &str) -> bool {
    matches!(text.len(), 32 | 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_domain(text: &str) -> bool {
    let text = text.trim_end_matches('.');
    let last = text.rsplit('.').next().unwrap_or_default();
    text.contains('.')
        && last.len() >= 2
        && last.chars().all(|c| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

/// What a field may be in a table, and how one tells: words of its name, and looks of its values.
#[derive(Debug)]
pub(super) struct Role {
    pub(super) name: &'static str,
    /// Names without everything but letters and digits, the best first. The last part of a path, or all of it.
    names: &'static [&'static str],
    /// Its values look so; empty: as they like.
    looks: &'static [Look],
}

const fn role(name: &'static str, names: &'static [&'static str], looks: &'static [Look]) -> Role {
    Role { name, names, looks }
}

/// Roles; a field has at most one, and a role one field, the one whose name is the earliest in its list.
pub(super) static ROLES: &[Role] = &[
    role(
        "src_ip",
        &[
            "srcip",
            "sourceip",
            "sourceaddress",
            "sourceipaddress",
            "clientip",
            "clientaddress",
            "clientaddr",
            "remoteip",
            "remoteaddr",
            "remoteaddress",
            "calleripaddress",
            "calleraddress",
            "saddr",
            "srcaddr",
            "src",
            "source",
            "client",
            "remote",
            "peer",
            "peerip",
            "callerip",
            "cip",
            "ipsrc",
            "idorigh",
            "originip",
            "attackerip",
            "hostip",
            "ipaddress",
            "ipaddr",
            "ip",
        ],
        &[Look::Ip],
    ),
    role(
        "dst_ip",
        &[
            "dstip",
            "destip",
            "destinationip",
            "destinationaddress",
            "serverip",
            "serveraddress",
            "daddr",
            "dstaddr",
            "dst",
            "dest",
            "destination",
            "target",
            "targetip",
            "ipdst",
            "idresph",
            "localip",
            "ip2",
            "srv",
            "svc",
            "srvip",
            "svcip",
        ],
        &[Look::Ip],
    ),
    role(
        "src_port",
        &[
            "srcport",
            "sourceport",
            "clientport",
            "remoteport",
            "sport",
            "spt",
            "idorigp",
            "peerport",
            "ipport",
            "originport",
        ],
        &[Look::Port, Look::Status],
    ),
    role(
        "dst_port",
        &[
            "dstport",
            "destport",
            "destinationport",
            "serverport",
            "dport",
            "dpt",
            "idrespp",
            "targetport",
            "localport",
            "port",
            "ip2port",
            "srvport",
            "svcport",
        ],
        &[Look::Port, Look::Status],
    ),
    role(
        "protocol",
        &["protocol", "proto", "transport", "ipproto", "ipprotocol", "l4proto"],
        &[Look::Protocol, Look::Port],
    ),
    role("method", &["method", "requestmethod", "httpmethod", "verb"], &[Look::Method]),
    role(
        "status",
        &["status", "statuscode", "responsestatus", "responsecode", "httpstatus", "httpstatuscode", "sc", "code"],
        &[Look::Status],
    ),
    role(
        "url",
        &["url", "uri", "requesturl", "requesturi", "fullurl", "urlfull", "request", "targeturl", "path", "target"],
        &[Look::Url],
    ),
    role(
        "path",
        &["path", "urlpath", "uri", "requesturi", "requestpath", "uripath", "target", "resource", "request"],
        &[Look::Path],
    ),
    role("http_query", &["querystring", "urlquery", "uriquery", "rawquery", "args"], &[]),
    role(
        "user_agent",
        &["useragent", "httpuseragent", "agent", "browser", "client", "text", "text2", "text3"],
        &[Look::UserAgent],
    ),
    role("user_agent", &["useragent", "httpuseragent"], &[]),
    role("referrer", &["referrer", "referer", "httpreferer", "httpreferrer"], &[]),
    role(
        "query",
        &["query", "qname", "queryname", "question", "dnsquery", "dnsname", "questionname", "domain", "name"],
        &[Look::Domain],
    ),
    role(
        "query_type",
        &["querytype", "qtype", "questiontype", "rrtype", "type", "recordtype", "qtypename"],
        &[Look::DnsType],
    ),
    role("response_code", &["rcode", "responsecode", "rcodename", "dnsrcode"], &[]),
    role("server_name", &["sni", "servername", "tlssni", "tlsservername"], &[Look::Domain]),
    role(
        "host",
        &[
            "host",
            "hostname",
            "vhost",
            "computer",
            "computername",
            "machine",
            "machinename",
            "device",
            "devicename",
            "devname",
            "node",
            "server",
            "servername",
            "sensor",
            "hostip",
            "program",
        ],
        &[Look::Any, Look::Domain],
    ),
    role(
        "user",
        &[
            "user",
            "username",
            "account",
            "acct",
            "usr",
            "uname",
            "acctname",
            "accountname",
            "login",
            "loginname",
            "userid",
            "uid",
            "subject",
            "principal",
            "actor",
            "actorname",
            "email",
            "usermail",
            "useremail",
        ],
        &[Look::Any, Look::Email, Look::Domain],
    ),
    role("user_domain", &["userdomain", "ntdomain", "realm"], &[]),
    role("command_line", &["commandline", "cmdline", "command", "cmd", "processcommandline", "args"], &[]),
    role(
        "process_path",
        &[
            "image",
            "exe",
            "executable",
            "processpath",
            "processexecutable",
            "processname",
            "process",
            "procname",
            "comm",
            "program",
            "binary",
        ],
        &[Look::Any, Look::Path],
    ),
    role("pid", &["pid", "processid", "processpid"], &[Look::Port, Look::Int, Look::Status]),
    role("parent_pid", &["ppid", "parentpid", "parentprocessid"], &[Look::Port, Look::Int, Look::Status]),
    role("parent_path", &["parentimage", "parentexe", "parentprocess", "parentname", "parentprocessname"], &[]),
    role("file_path", &["filepath", "filename", "file", "targetfilename", "path"], &[Look::Path, Look::Any]),
    role("md5", &["md5"], &[Look::Hash]),
    role("sha1", &["sha1"], &[Look::Hash]),
    role("sha256", &["sha256", "hash", "filehash"], &[Look::Hash]),
    role("success", &["success", "succeeded", "ok", "allowed", "authenticated"], &[Look::Bool]),
    role("outcome", &["outcome", "result", "status", "eventoutcome", "authresult", "resulttype"], &[Look::Any]),
    role("action", &["action", "eventaction", "act", "verdict", "disposition", "decision"], &[Look::Any]),
    role(
        "operation",
        &["operation", "operationname", "eventname", "methodname", "apicall", "api", "activity", "event", "eventtype"],
        &[Look::Any],
    ),
    role(
        "rule_name",
        &[
            "rulename",
            "rule",
            "policy",
            "policyname",
            "signature",
            "signaturename",
            "alertname",
            "alert",
            "threat",
            "threatname",
        ],
        &[],
    ),
    role("rule_id", &["ruleid", "policyid", "signatureid", "sid", "sigid"], &[]),
    role("severity", &["severity", "priority", "risk", "level", "threatlevel", "score", "severitylevel"], &[]),
    role(
        "message",
        &["message", "msg", "description", "summary", "title", "logmessage", "text", "line"],
        &[Look::Any, Look::Path],
    ),
    role(
        "src_bytes",
        &[
            "srcbytes",
            "sentbytes",
            "bytessent",
            "bytesout",
            "sentbyte",
            "origbytes",
            "outbytes",
            "requestbytes",
            "requestsize",
            "bytestoserver",
        ],
        &[Look::Int, Look::Port, Look::Status],
    ),
    role(
        "dst_bytes",
        &[
            "dstbytes",
            "receivedbytes",
            "bytesreceived",
            "bytesin",
            "rcvdbyte",
            "respbytes",
            "inbytes",
            "responsebytes",
            "responsesize",
            "bodybytessent",
            "bytestoclient",
            "bytes",
            "size",
            "length",
            "contentlength",
        ],
        &[Look::Int, Look::Port, Look::Status],
    ),
    role("reason", &["reason", "failurereason", "error", "errormessage", "statusdetail"], &[Look::Any]),
    role("country", &["country", "countrycode", "geocountry", "srccountry", "clientcountry"], &[]),
    role(
        "uid",
        &["requestid", "connectionid", "flowid", "sessionid", "traceid", "rayid", "eventid", "transactionid"],
        &[],
    ),
];

impl Role {
    /// How well the field fits: smaller is better.
    pub(super) fn fits(&self, field: &Field, look: Look) -> Option<usize> {
        let looks_so = self.looks.is_empty() || self.looks.contains(&look);
        if !looks_so || look == Look::List {
            return None;
        }
        let whole = plain(&field.name);
        let mut parts: Vec<String> = field.name.rsplit('.').map(plain).collect();
        parts.truncate(2);
        let last_two = match parts.as_slice() {
            [last, before] => format!("{before}{last}"),
            _ => whole.clone(),
        };
        let place = |name: &str| self.names.iter().position(|known| *known == name);
        let last = parts.first().and_then(|last| place(last)).map(|place| place + 1);
        [place(&whole), place(&last_two), last].into_iter().flatten().min()
    }
}

/// Letters and digits, lower-case.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
