//! Access logs as JSON: Caddy, Traefik, and nginx with the names of its variables.
//! Spec: <https://caddyserver.com/docs/caddyfile/directives/log>.

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
    access::RequestPart,
    frame::{
        json::{JsonCutter, Unwrapped},
        spans::SpanFramer,
    },
    json_head::JsonHead,
    json_record::JsonReader,
    mapping::{Mapping, Output, Read},
    parsed::Fault,
    records::read_records,
};

pub(super) static FORMAT: Format = Format {
    name: "web_access_json",
    about: "JSON access logs of Caddy and Traefik, and of nginx where fields have the names of its variables.",
    spec: "https://caddyserver.com/docs/caddyfile/directives/log",
    yields: &["http_requests", "other_records"],
    recognise,
    framer: SpanFramer::<JsonCutter<Unwrapped>>::boxed,
    parse,
};

/// What writes such logs, and fields that tell it from others.
#[derive(Debug)]
struct Server {
    name: &'static str,
    /// All of them are there.
    told_by: &'static [&'static str],
    mapping: &'static Mapping,
}

static SERVERS: [Server; 4] = [
    Server { name: "Caddy", told_by: &["request", "resp_headers", "status", "size"], mapping: &CADDY },
    Server { name: "Caddy", told_by: &["request", "common_log", "status", "size"], mapping: &CADDY },
    Server { name: "Traefik", told_by: &["RequestMethod", "RequestPath", "DownstreamStatus"], mapping: &TRAEFIK },
    Server { name: "nginx", told_by: &["remote_addr", "status"], mapping: &NGINX },
];

/// One of these is in every access log of nginx; other programs log addresses and states as well.
const OF_NGINX: [&str; 4] = ["request_uri", "request", "body_bytes_sent", "http_user_agent"];

static CADDY: Mapping = Mapping {
    kind: "caddy",
    table: "http_requests",
    times: &["ts"],
    weight: None,
    constants: &[],
    columns: &[
        // Who asked, behind proxies that the server trusts; else who is connected.
        ("src_ip", &["request.client_ip"], Read::Ip),
        ("src_ip", &["request.remote_ip"], Read::Ip),
        ("src_ip", &["request.remote_addr"], Read::PeerIp),
        ("src_port", &["request.remote_port"], Read::Int),
        ("method", &["request.method"], Read::Upper),
        ("host", &["request.host"], Read::Host),
        ("path", &["request.uri"], Read::UrlPath),
        ("query", &["request.uri"], Read::UrlQuery),
        ("version", &["request.proto"], Read::HttpVersion),
        ("user_agent", &["request.headers.User-Agent.0"], Read::Text),
        ("referrer", &["request.headers.Referer.0"], Read::Text),
        ("status", &["status"], Read::Int),
        ("content_type", &["resp_headers.Content-Type.0"], Read::Text),
        ("request_bytes", &["bytes_read"], Read::Int),
        ("response_bytes", &["size"], Read::Int),
        ("duration_ns", &["duration"], Read::Seconds),
        ("user", &["user_id"], Read::Text),
    ],
};

static TRAEFIK: Mapping = Mapping {
    kind: "traefik",
    table: "http_requests",
    times: &["StartUTC", "time", "StartLocal"],
    weight: None,
    constants: &[],
    columns: &[
        ("src_ip", &["ClientHost"], Read::Ip),
        ("src_port", &["ClientPort"], Read::Int),
        ("method", &["RequestMethod"], Read::Upper),
        ("scheme", &["RequestScheme"], Read::Lower),
        ("host", &["RequestHost"], Read::Host),
        ("path", &["RequestPath"], Read::UrlPath),
        ("query", &["RequestPath"], Read::UrlQuery),
        ("url", &["RequestScheme", "RequestHost", "RequestPath"], Read::UrlOf),
        ("version", &["RequestProtocol"], Read::HttpVersion),
        ("user_agent", &["request_User-Agent"], Read::Text),
        ("referrer", &["request_Referer"], Read::Text),
        ("status", &["DownstreamStatus"], Read::Int),
        ("content_type", &["downstream_Content-Type"], Read::Text),
        ("request_bytes", &["RequestContentSize"], Read::Int),
        ("response_bytes", &["DownstreamContentSize"], Read::Int),
        ("duration_ns", &["Duration"], Read::Int),
        ("user", &["ClientUsername"], Read::LowerBut(&["-"])),
    ],
};

static NGINX: Mapping = Mapping {
    kind: "nginx",
    table: "http_requests",
    times: &["time_iso8601", "msec", "@timestamp", "timestamp", "time", "time_local"],
    weight: None,
    constants: &[],
    columns: &[
        ("src_ip", &["remote_addr"], Read::Ip),
        ("src_port", &["remote_port"], Read::Int),
        ("dst_ip", &["server_addr"], Read::Ip),
        ("dst_port", &["server_port"], Read::Int),
        ("method", &["request_method"], Read::Upper),
        ("method", &["method"], Read::Upper),
        ("method", &["request"], Read::OfRequest(RequestPart::Method)),
        ("scheme", &["scheme"], Read::Lower),
        ("host", &["http_host"], Read::Host),
        ("host", &["host"], Read::Host),
        ("path", &["request_uri"], Read::UrlPath),
        ("path", &["uri"], Read::UrlPath),
        ("path", &["request"], Read::OfRequest(RequestPart::Path)),
        ("query", &["request_uri"], Read::UrlQuery),
        ("query", &["args"], Read::Query),
        ("query", &["query_string"], Read::Query),
        ("query", &["request"], Read::OfRequest(RequestPart::Query)),
        ("url", &["scheme", "host", "request_uri"], Read::UrlOf),
        ("version", &["server_protocol"], Read::HttpVersion),
        ("version", &["request"], Read::OfRequest(RequestPart::Version)),
        ("user_agent", &["http_user_agent"], Read::Text),
        ("user_agent", &["user_agent"], Read::Text),
        ("referrer", &["http_referer"], Read::Text),
        ("referrer", &["http_referrer"], Read::Text),
        ("status", &["status"], Read::Int),
        ("content_type", &["sent_http_content_type"], Read::Text),
        ("request_bytes", &["request_length"], Read::Int),
        ("response_bytes", &["body_bytes_sent"], Read::Int),
        ("response_bytes", &["bytes_sent"], Read::Int),
        ("duration_ns", &["request_time"], Read::Seconds),
        ("user", &["remote_user"], Read::LowerBut(&["-"])),
    ],
};

/// What stands between the requests in the same stream.
static OTHERS: Mapping = Mapping {
    kind: "other",
    table: "other_records",
    times: &["ts", "time", "@timestamp", "timestamp"],
    weight: None,
    constants: &[("product", "web_server")],
    columns: &[("message", &["msg"], Read::Text)],
};

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let first = JsonHead::of::<Unwrapped>(head)?;
    let server = server(|name| first.has(name))?;
    Some(Recognition::new(Certainty::Likely, format!("JSON with the fields of {}'s access log", server.name)))
}

fn server(mut has: impl FnMut(&'static str) -> bool) -> Option<&'static Server> {
    let server = SERVERS.iter().find(|server| server.told_by.iter().all(|name| has(name)))?;
    let is_told = server.name != "nginx" || OF_NGINX.into_iter().any(has);
    is_told.then_some(server)
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let mut reader = JsonReader::new();
    read_records(raw, &mut output, |input, output| {
        reader.read(input)?;
        add(&mut reader, output)
    });
    output.finish(FORMAT.name, raw)
}

fn add(reader: &mut JsonReader<'_>, output: &mut Output) -> Result<(), Fault> {
    let server = server(|name| reader.field(name).is_some());
    reader.add(server.map_or(&OTHERS, |server| server.mapping), output)
}

#[cfg(test)]
mod tests {
    #[test]
    fn mappings_are_sound() {
        for mapping in [&super::CADDY, &super::TRAEFIK, &super::NGINX, &super::OTHERS] {
            crate::mapping::check_mapping(mapping);
        }
    }
}
