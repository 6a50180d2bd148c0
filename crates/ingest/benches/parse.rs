//! Rows and bytes a second through parse and normalize on one core: `cargo bench -p margay-ingest`.
//!
//! Targets: Zeek conn TSV 700,000 rows/s, Logpush HTTP (about 700 bytes a record) 350,000 rows/s, syslog,
//! access logs 500,000 lines/s, CloudTrail 250 MB/s with cutting. With `MARGAY_DATA` set, real trails are measured as well.

#![allow(clippy::disallowed_methods, reason = "a benchmark reads the clock and its arguments")]
#![allow(clippy::print_stdout, reason = "a benchmark reports on standard output")]

use std::{env, fs, path::PathBuf, time::Instant};

use ingest::{AnyFormat, Mapped, Origin, Stamp, Tail};
use schema::{SourceKey, Timestamp};

fn main() {
    // Cargo passes --bench when benchmarking; as a test one small pass shows that it runs.
    let rows = if env::args().any(|argument| argument == "--bench") { 1_000_000 } else { 1_000 };
    measure("zeek conn TSV", "conn.log", &conn_tsv(rows));
    measure("zeek conn JSON", "conn.log", &conn_json(rows));
    measure("zeek dns TSV", "dns.log", &dns_tsv(rows));
    measure("syslog auth.log", "auth.log", &auth_log(rows));
    measure("logpush http_requests", "http_requests.log", &http_requests(rows));
    measure("aws cloudtrail", "", &cloudtrail(rows / 4));
    measure("aws vpc flow", "", &vpc_flow(rows));
    if let Some(bytes) = real_trails(rows / 10) {
        measure("aws cloudtrail, real", "", &bytes);
    }
    measure("combined access log", "access.log", &combined(rows));
    measure("IIS W3C", "u_ex261121.log", &iis(rows));
    measure("squid native", "access.log", &squid(rows));
    measure("e-mail", "inbox.mbox", &emails(rows / 50 + 1));
    measure("windows XML", "sysmon.xml", &windows_events(rows / 4, windows_xml));
    measure("windows JSON", "winlogbeat.ndjson", &windows_events(rows / 4, winlogbeat));
    for case in [
        "kubernetes_audit/api_server_file",
        "entra_signin/diagnostic_settings",
        "azure_activity/diagnostic_settings",
        "microsoft365_audit/activity_api",
        "gcp_audit/audit",
        "okta_system_log/events",
        "github_audit/stream",
        "auditd/kernel_events",
    ] {
        measure(case, "", &repeated(case, rows / 10));
    }
    // The same records by mappings that a person could write: at most half as much again as the formats above.
    measure_as(&mapped(HTTP_REQUESTS), "mapped http_requests", "a.log", &http_requests(rows));
    measure_as(&mapped(CONN_JSON), "mapped conn JSON", "a.log", &conn_json(rows));
    measure_as(&mapped(CONN_TSV), "mapped conn TSV", "a.log", &without_header(&conn_tsv(rows)));
}

/// The records of a case of the corpus over and over.
fn repeated(case: &str, rows: usize) -> Vec<u8> {
    let path = format!("{}/corpus/{case}.in", env!("CARGO_MANIFEST_DIR"));
    let records = fs::read(path).expect("a case of the corpus");
    let times = (rows / memchr::memchr_iter(b'\n', &records).count().max(1)).max(1);
    records.repeat(times)
}

fn combined(rows: usize) -> Vec<u8> {
    let mut text = String::new();
    for row in 0..rows {
        let r = mix(row);
        text.push_str(&format!(
            "198.51.{}.{} - - [21/Nov/2026:09:{:02}:{:02} +0000] \"GET /products/{}?page={} HTTP/1.1\" 200 {} \
             \"https://shop.example.com/\" \"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\"\n",
            r % 255,
            r / 7 % 255,
            row / 60 % 60,
            row % 60,
            r % 50_000,
            r % 9,
            r % 90_000
        ));
    }
    text.into_bytes()
}

fn iis(rows: usize) -> Vec<u8> {
    let mut text = String::from(
        "#Software: Microsoft Internet Information Services 10.0\n#Fields: date time s-ip cs-method cs-uri-stem \
         cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status \
         time-taken\n",
    );
    for row in 0..rows {
        let r = mix(row);
        text.push_str(&format!(
            "2026-11-21 09:{:02}:{:02} 192.0.2.80 GET /products/{} page={} 443 - 198.51.{}.{} \
             Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64)+AppleWebKit/537.36 https://shop.example.com/ 200 0 0 {}\n",
            row / 60 % 60,
            row % 60,
            r % 50_000,
            r % 9,
            r % 255,
            r / 7 % 255,
            r % 900
        ));
    }
    text.into_bytes()
}

fn squid(rows: usize) -> Vec<u8> {
    let mut text = String::new();
    for row in 0..rows {
        let r = mix(row);
        text.push_str(&format!(
            "17952{:05}.{:03} {:6} 10.0.{}.{} TCP_MISS/200 {} GET http://www.example.com/a/{}?b=1 anna \
             HIER_DIRECT/203.0.113.{} text/html\n",
            row % 100_000,
            r % 1_000,
            r % 9_000,
            r % 255,
            r / 7 % 255,
            r % 90_000,
            r % 50_000,
            r % 255
        ));
    }
    text.into_bytes()
}

fn emails(rows: usize) -> Vec<u8> {
    let mut text = String::new();
    for row in 0..rows {
        let r = mix(row);
        text.push_str(&format!(
            "From a{r}@example.com Sat Nov 21 09:30:00 2026\nReceived: from a.example (a.example [203.0.113.{}]) by \
             mx.example.net; Sat, 21 Nov 2026 09:30:00 +0000\nFrom: =?utf-8?Q?A_B?= <a{r}@example.com>\nTo: \
             b@example.net\nSubject: =?utf-8?B?aGVsbG8gd29ybGQ=?=\nDate: Sat, 21 Nov 2026 09:29:59 +0000\nMessage-ID: \
             <{r}@example.com>\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>Hello \
             <a href=\"http://example.com/{r}\">you</a></p>\n--b\nContent-Type: application/pdf; name=a.pdf\n\
             Content-Transfer-Encoding: base64\n\n{}\n--b--\n\n",
            r % 255,
            "JVBERi0xLjQKJSBub3QgcmVhbGx5Cg".repeat(100)
        ));
    }
    text.into_bytes()
}

fn mapped(text: &str) -> AnyFormat {
    Mapped::read(text, Origin::Own).expect("a good mapping").into()
}

const HTTP_REQUESTS: &str = r#"
name = "http_requests"
time = "EdgeStartTimestamp"
[records]
shape = "json"
[[record]]
table = "http_requests"
[record.columns]
uid = "RayID"
src_ip = "ClientIP"
src_port = "ClientSrcPort"
dst_ip = "OriginIP"
method = "ClientRequestMethod"
scheme = "ClientRequestScheme"
host = "ClientRequestHost"
url = { fields = ["ClientRequestScheme", "ClientRequestHost", "ClientRequestURI"], read = "url" }
path = "ClientRequestPath"
query = { field = "ClientRequestURI", read = "url_query" }
version = "ClientRequestProtocol"
user_agent = "ClientRequestUserAgent"
referrer = "ClientRequestReferer"
status = "EdgeResponseStatus"
content_type = "EdgeResponseContentType"
request_bytes = "ClientRequestBytes"
response_bytes = "EdgeResponseBytes"
duration_ns = { fields = ["EdgeStartTimestamp", "EdgeEndTimestamp"], read = "between" }
ja4 = "JA4"
country = "ClientCountry"
asn = "ClientASN"
action = "SecurityAction"
"#;

const CONN_JSON: &str = r#"
name = "conn_json"
time = "ts"
[records]
shape = "json"
[[record]]
table = "connections"
[record.columns]
uid = "uid"
src_ip = "id.orig_h"
src_port = "id.orig_p"
dst_ip = "id.resp_h"
dst_port = "id.resp_p"
protocol = "proto"
service = "service"
duration_ns = { field = "duration", read = "seconds" }
src_bytes = "orig_bytes"
dst_bytes = "resp_bytes"
src_packets = "orig_pkts"
dst_packets = "resp_pkts"
state = "conn_state"
history = "history"
src_local = "local_orig"
dst_local = "local_resp"
"#;

const CONN_TSV: &str = r#"
name = "conn_tsv"
time = "ts"
[records]
shape = "csv"
delimiter = "\t"
quote = ""
unset = ["-"]
[[record]]
table = "connections"
[record.columns]
uid = "uid"
src_ip = "id.orig_h"
src_port = "id.orig_p"
dst_ip = "id.resp_h"
dst_port = "id.resp_p"
protocol = "proto"
service = "service"
duration_ns = { field = "duration", read = "seconds" }
src_bytes = "orig_bytes"
dst_bytes = "resp_bytes"
src_packets = "orig_pkts"
dst_packets = "resp_pkts"
state = "conn_state"
history = "history"
src_local = { field = "local_orig", words = { T = true, F = false } }
dst_local = { field = "local_resp", words = { T = true, F = false } }
"#;

/// Zeek's log with its names of fields as a plain header.
fn without_header(log: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(log).expect("text");
    let plain = text.lines().filter_map(|line| {
        let names = line.strip_prefix("#fields\t");
        names.or_else(|| (!line.starts_with('#')).then_some(line))
    });
    plain.flat_map(|line| [line, "\n"]).collect::<String>().into_bytes()
}

fn measure(what: &str, name: &str, bytes: &[u8]) {
    let (format, _) = ingest::Formats::built_in().recognise(bytes, name).expect("a known format");
    measure_as(&format, what, name, bytes);
}

fn measure_as(format: &AnyFormat, what: &str, name: &str, bytes: &[u8]) {
    let start = Instant::now();
    let mut framer = format.framer(name);
    let mut batches = Vec::new();
    for piece in bytes.chunks(1 << 20) {
        batches.extend(framer.push(piece));
    }
    batches.extend(framer.finish(Tail::Take).batches);
    let in_framer = start.elapsed().as_secs_f64();
    let stamp = Stamp {
        key: SourceKey(7),
        source: format!("/var/log/sensor/2026-11-21/{name}"),
        dataset: "default".into(),
        ingested_at: Timestamp::from_nanos(1_700_000_000_000_000_000),
    };
    let mut best = f64::INFINITY;
    let mut parse_share = 0.0;
    let mut rows = 0;
    for _ in 0..3 {
        let start = Instant::now();
        let mut in_parse = 0.0;
        rows = 0;
        for raw in &batches {
            let before = Instant::now();
            let parsed = format.parse(raw);
            in_parse += before.elapsed().as_secs_f64();
            let normalized = ingest::normalize(parsed, &stamp);
            assert_eq!(normalized.rejects, 0, "{what}");
            rows += normalized.rows;
        }
        let seconds = start.elapsed().as_secs_f64();
        if seconds < best {
            (best, parse_share) = (seconds, in_parse / seconds);
        }
    }
    let (rows, megabytes) = (rows as f64, bytes.len() as f64 / 1e6);
    println!(
        "{what}: {:.0} rows/s, {:.0} MB/s, {:.0} B/row, {:.0}% in parse; {:.0} MB/s with cutting",
        rows / best,
        megabytes / best,
        megabytes * 1e6 / rows,
        parse_share * 100.0,
        megabytes / (best + in_framer)
    );
}

/// A small deterministic mixer, so that values differ from row to row.
fn mix(row: usize) -> u64 {
    (row as u64).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

fn conn_tsv(rows: usize) -> Vec<u8> {
    let mut text = String::from(
        "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n\
         #open\t2026-11-21-00-00-00\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\t\
         duration\torig_bytes\tresp_bytes\tconn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\t\
         orig_ip_bytes\tresp_pkts\tresp_ip_bytes\ttunnel_parents\n#types\ttime\tstring\taddr\tport\taddr\tport\tenum\t\
         string\tinterval\tcount\tcount\tstring\tbool\tbool\tcount\tstring\tcount\tcount\tcount\tcount\tset[string]\n",
    );
    for row in 0..rows {
        let r = mix(row);
        text.push_str(&format!(
            "17000{:05}.{:06}\tC{:016x}\t10.{}.{}.{}\t{}\t93.184.{}.{}\t443\ttcp\tssl\t{}.{:06}\t{}\t{}\tSF\tT\tF\t0\t\
             ShADadfF\t{}\t{}\t{}\t{}\t-\n",
            row % 100_000,
            r % 1_000_000,
            r,
            r % 255,
            r / 7 % 255,
            r / 11 % 255,
            1024 + r % 60_000,
            r / 13 % 255,
            r / 17 % 255,
            r % 600,
            r / 3 % 1_000_000,
            r % 90_000,
            r / 5 % 900_000,
            r % 90,
            r % 99_000,
            r % 120,
            r % 999_000
        ));
    }
    text.into_bytes()
}

fn conn_json(rows: usize) -> Vec<u8> {
    let mut text = String::new();
    for row in 0..rows {
        let r = mix(row);
        text.push_str(&format!(
            "{{\"ts\":17000{:05}.{:06},\"uid\":\"C{:016x}\",\"id.orig_h\":\"10.{}.{}.{}\",\"id.orig_p\":{},\
             \"id.resp_h\":\"93.184.{}.{}\",\"id.resp_p\":443,\"proto\":\"tcp\",\"service\":\"ssl\",\
             \"duration\":{}.{:06},\"orig_bytes\":{},\"resp_bytes\":{},\"conn_state\":\"SF\",\"local_orig\":true,\
             \"local_resp\":false,\"missed_bytes\":0,\"history\":\"ShADadfF\",\"orig_pkts\":{},\"orig_ip_bytes\":{},\
             \"resp_pkts\":{},\"resp_ip_bytes\":{}}}\n",
            row % 100_000,
            r % 1_000_000,
            r,
            r % 255,
            r / 7 % 255,
            r / 11 % 255,
            1024 + r % 60_000,
            r / 13 % 255,
            r / 17 % 255,
            r % 600,
            r / 3 % 1_000_000,
            r % 90_000,
            r / 5 % 900_000,
            r % 90,
            r % 99_000,
            r % 120,
            r % 999_000
        ));
    }
    text.into_bytes()
}

fn dns_tsv(rows: usize) -> Vec<u8> {
    let mut text = String::from(
        "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n#fields\tts\tuid\t\
         id.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\ttrans_id\trtt\tquery\tqclass\tqclass_name\tqtype\t\
         qtype_name\trcode\trcode_name\tAA\tTC\tRD\tRA\tZ\tanswers\tTTLs\trejected\n#types\ttime\tstring\taddr\tport\t\
         addr\tport\tenum\tcount\tinterval\tstring\tcount\tstring\tcount\tstring\tcount\tstring\tbool\tbool\tbool\t\
         bool\tcount\tvector[string]\tvector[interval]\tbool\n",
    );
    for row in 0..rows {
        let r = mix(row);
        text.push_str(&format!(
            "17000{:05}.{:06}\tC{:016x}\t10.{}.{}.{}\t{}\t10.0.0.53\t53\tudp\t{}\t0.{:06}\twww{}.example.com\t1\t\
             C_INTERNET\t1\tA\t0\tNOERROR\tF\tF\tT\tT\t0\tcdn.example.net,93.184.{}.{}\t300.000000,60.000000\tF\n",
            row % 100_000,
            r % 1_000_000,
            r,
            r % 255,
            r / 7 % 255,
            r / 11 % 255,
            1024 + r % 60_000,
            r % 65_536,
            r / 3 % 1_000_000,
            r % 5_000,
            r / 13 % 255,
            r / 17 % 255
        ));
    }
    text.into_bytes()
}

fn http_requests(rows: usize) -> Vec<u8> {
    let mut text = String::new();
    for row in 0..rows {
        let r = mix(row);
        text.push_str(&format!(
            "{{\"CacheCacheStatus\":\"hit\",\"ClientASN\":{},\"ClientCountry\":\"de\",\"ClientIP\":\"198.51.{}.{}\",\
             \"ClientRequestBytes\":{},\"ClientRequestHost\":\"shop.example.com\",\"ClientRequestMethod\":\"GET\",\
             \"ClientRequestPath\":\"/products/{}\",\"ClientRequestProtocol\":\"HTTP/2\",\"ClientRequestReferer\":\
             \"https://shop.example.com/\",\"ClientRequestScheme\":\"https\",\"ClientRequestURI\":\
             \"/products/{}?page={}\",\"ClientRequestUserAgent\":\"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) \
             Gecko/20100101 Firefox/128.0\",\"ClientSrcPort\":{},\"EdgeColoCode\":\"FRA\",\"EdgeEndTimestamp\":\
             170000{:04}000000{:03},\"EdgeResponseBytes\":{},\"EdgeResponseContentType\":\"text/html\",\
             \"EdgeResponseStatus\":200,\"EdgeStartTimestamp\":170000{:04}000000{:03},\"JA4\":\
             \"t13d1516h2_8daaf6152771_e5627efa2ab1\",\"OriginIP\":\"203.0.113.{}\",\"RayID\":\"{:016x}\",\
             \"SecurityAction\":\"\",\"WAFAttackScore\":{}}}\n",
            r % 60_000,
            r % 255,
            r / 7 % 255,
            400 + r % 3_000,
            r % 50_000,
            r % 50_000,
            r % 9,
            1024 + r % 60_000,
            row % 10_000,
            r % 1_000,
            r % 90_000,
            row % 10_000,
            r % 1_000,
            r % 255,
            r,
            r % 100
        ));
    }
    text.into_bytes()
}

/// What a host on the internet writes: mostly refused logons, some sessions, cron and sudo.
fn auth_log(rows: usize) -> Vec<u8> {
    let mut text = String::new();
    for row in 0..rows {
        let r = mix(row);
        let (ip, port, pid) = (format!("203.0.{}.{}", r % 255, r / 7 % 255), 1024 + r % 60_000, 1_000 + r % 30_000);
        text.push_str(&format!("Nov {:2} {:02}:{:02}:{:02} web1 ", 1 + r % 28, r % 24, r / 3 % 60, r / 5 % 60));
        text.push_str(&match row % 10 {
            0..=2 => format!("sshd[{pid}]: Failed password for root from {ip} port {port} ssh2\n"),
            3 => format!("sshd[{pid}]: Failed password for invalid user u{} from {ip} port {port} ssh2\n", r % 900),
            4 => format!("sshd[{pid}]: Invalid user u{} from {ip} port {port}\n", r % 900),
            5 => format!(
                "sshd[{pid}]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= \
                 rhost={ip}  user=root\n"
            ),
            6 => format!("sshd[{pid}]: Connection closed by authenticating user root {ip} port {port} [preauth]\n"),
            7 => format!("CRON[{pid}]: (root) CMD (command -v debian-sa1 > /dev/null && debian-sa1 1 1)\n"),
            8 => format!("sudo:    alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/usr/bin/id {}\n", r % 99),
            _ => format!("app[{pid}]: request {} took {} ms\n", r % 99_999, r % 300),
        });
    }
    text.into_bytes()
}
/// A trail file as the service writes them: one line, records of several services and callers.
fn cloudtrail(rows: usize) -> Vec<u8> {
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

fn vpc_flow(rows: usize) -> Vec<u8> {
    let mut text = String::from(
        "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n",
    );
    for row in 0..rows {
        let r = mix(row);
        text.push_str(&format!(
            "2 111122223333 eni-{:017x} 10.0.{}.{} 198.51.{}.{} {} 443 6 {} {} 17724{:05} 17725{:05} ACCEPT OK\n",
            r % 500,
            r % 255,
            r / 7 % 255,
            r / 11 % 255,
            r / 13 % 255,
            1024 + r % 60_000,
            r % 90,
            r % 99_000,
            row % 100_000,
            row % 100_000
        ));
    }
    text.into_bytes()
}

/// The real trails beside the workspace, one behind the other, until there are so many bytes.
fn real_trails(kilobytes: usize) -> Option<Vec<u8>> {
    let root = env::var_os("MARGAY_DATA").map(PathBuf::from);
    let root = root.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"));
    let mut files: Vec<PathBuf> =
        fs::read_dir(root.join("cloudtrail/CloudTrail")).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    let once: Vec<u8> = files.iter().filter_map(|path| fs::read(path).ok()).collect::<Vec<_>>().join(&b'\n');
    (!once.is_empty()).then(|| once.repeat(1 + kilobytes * 1_000 / once.len()))
}

/// Process starts as Sysmon writes them.
fn windows_events(rows: usize, write: fn(usize, &[(&str, String)]) -> String) -> Vec<u8> {
    let mut text = String::new();
    for row in 0..rows {
        let r = mix(row);
        let sha256: String = (0..4).map(|word| format!("{:016X}", mix(row * 4 + word))).collect();
        let data = [
            ("RuleName", "-".to_owned()),
            ("UtcTime", format!("2026-11-21 09:{:02}:{:02}.123", r % 60, r / 60 % 60)),
            ("ProcessGuid", format!("{{2C1F9A07-{:04X}-65F2-9C03-0000{:08X}}}", r % 65_536, r as u32)),
            ("ProcessId", (r % 60_000).to_string()),
            ("Image", format!("C:\\Windows\\System32\\tool{}.exe", r % 300)),
            ("FileVersion", "10.0.19041.1".to_owned()),
            ("Description", "A tool".to_owned()),
            ("Product", "Windows".to_owned()),
            ("Company", "Contoso".to_owned()),
            ("OriginalFileName", format!("tool{}.exe", r % 300)),
            ("CommandLine", format!("\"C:\\Windows\\System32\\tool{}.exe\" /run {r:x}", r % 300)),
            ("CurrentDirectory", "C:\\Windows\\".to_owned()),
            ("User", format!("CORP\\user{}", r % 900)),
            ("LogonGuid", "{2C1F9A07-1111-65F2-AB12-5A0000000000}".to_owned()),
            ("LogonId", format!("{:#x}", r % 9_999_999)),
            ("TerminalSessionId", "1".to_owned()),
            ("IntegrityLevel", "Medium".to_owned()),
            ("Hashes", format!("SHA256={sha256}")),
            ("ParentProcessGuid", "{2C1F9A07-5C90-65F2-6B02-000000001A00}".to_owned()),
            ("ParentProcessId", "4410".to_owned()),
            ("ParentImage", "C:\\Windows\\explorer.exe".to_owned()),
            ("ParentCommandLine", "C:\\Windows\\Explorer.EXE".to_owned()),
            ("ParentUser", format!("CORP\\user{}", r % 900)),
        ];
        text.push_str(&write(row, &data));
        text.push('\n');
    }
    text.into_bytes()
}

fn windows_xml(row: usize, data: &[(&str, String)]) -> String {
    let data: String = data.iter().map(|(name, value)| format!("<Data Name='{name}'>{value}</Data>")).collect();
    format!(
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>\
         <Provider Name='Microsoft-Windows-Sysmon' Guid='{{5770385F-C22A-43E0-BF4C-06F5698FFBD9}}'/><EventID>1</EventID>\
         <Version>5</Version><Level>4</Level><Task>1</Task><Opcode>0</Opcode><Keywords>0x8000000000000000</Keywords>\
         <TimeCreated SystemTime='2026-11-21T09:00:00.1234567Z'/><EventRecordID>{row}</EventRecordID><Correlation/>\
         <Execution ProcessID='2844' ThreadID='3912'/><Channel>Microsoft-Windows-Sysmon/Operational</Channel>\
         <Computer>WS-0417.corp.example</Computer><Security UserID='S-1-5-18'/></System><EventData>{data}</EventData></Event>"
    )
}

fn winlogbeat(row: usize, data: &[(&str, String)]) -> String {
    let escaped = |value: &str| value.replace('\\', "\\\\").replace('"', "\\\"");
    let data: Vec<String> = data.iter().map(|(name, value)| format!("\"{name}\":\"{}\"", escaped(value))).collect();
    format!(
        "{{\"@timestamp\":\"2026-11-21T09:00:00.123Z\",\"winlog\":{{\"provider_name\":\"Microsoft-Windows-Sysmon\",\
         \"provider_guid\":\"{{5770385F-C22A-43E0-BF4C-06F5698FFBD9}}\",\"event_id\":\"1\",\"version\":5,\
         \"channel\":\"Microsoft-Windows-Sysmon/Operational\",\"computer_name\":\"WS-0417.corp.example\",\
         \"record_id\":{row},\"process\":{{\"pid\":2844,\"thread\":{{\"id\":3912}}}},\"event_data\":{{{}}}}},\
         \"event\":{{\"kind\":\"event\",\"code\":\"1\"}},\"host\":{{\"name\":\"WS-0417\"}},\"message\":\"Process Create\"}}",
        data.join(",")
    )
}
