//! Mappings that a person could write, of the shapes that built-in formats have.

use ingest::{AnyFormat, Mapped, Origin};

pub(super) fn mapped(text: &str) -> AnyFormat {
    Mapped::read(text, Origin::Own).expect("a good mapping").into()
}

pub(super) const HTTP_REQUESTS: &str = r#"
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

pub(super) const CONN_JSON: &str = r#"
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

pub(super) const CONN_TSV: &str = r#"
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
pub(super) fn without_header(log: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(log).expect("text");
    let plain = text.lines().filter_map(|line| {
        let names = line.strip_prefix("#fields\t");
        names.or_else(|| (!line.starts_with('#')).then_some(line))
    });
    plain.flat_map(|line| [line, "\n"]).collect::<String>().into_bytes()
}
