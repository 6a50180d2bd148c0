//! The ways to read a field, by the names that mapping files use, and what each column takes where nothing is said.

use schema::{Column, Kind, Observable};

use crate::mapping::Read;

/// A way to read.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) name: &'static str,
    pub(super) way: Way,
    /// Kinds of columns that can hold what comes out.
    pub(super) gives: &'static [Kind],
    /// How many fields it takes.
    pub(super) n_fields: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Built(Read),
    /// A time, in the form that the rule or the file states.
    Time,
    /// A number of this unit, to nanoseconds, by its decimal places.
    Nanos(i32),
}

const TEXT: &[Kind] = &[Kind::Text];
const INT: &[Kind] = &[Kind::Int];
const IP: &[Kind] = &[Kind::Ip, Kind::Text];
const BOOL: &[Kind] = &[Kind::Bool];

const fn built(name: &'static str, read: Read, gives: &'static [Kind]) -> Named {
    Named { name, way: Way::Built(read), gives, n_fields: 1 }
}

/// The only list of them.
pub(super) static ALL: &[Named] = &[
    built("text", Read::Text, TEXT),
    built("lower", Read::Lower, TEXT),
    built("upper", Read::Upper, TEXT),
    built("domain", Read::Domain, TEXT),
    built("host", Read::Host, TEXT),
    built("account", Read::Account, TEXT),
    built("account_domain", Read::AccountDomain, TEXT),
    built("last_part", Read::LastPart, TEXT),
    built("first", Read::First, TEXT),
    built("joined", Read::Joined, TEXT),
    built("url_scheme", Read::UrlScheme, TEXT),
    built("url_host", Read::UrlHost, TEXT),
    built("url_path", Read::UrlPath, TEXT),
    built("url_query", Read::UrlQuery, TEXT),
    built("query", Read::Query, TEXT),
    built("http_version", Read::HttpVersion, TEXT),
    built("dns_type", Read::DnsType, TEXT),
    built("dns_code", Read::DnsCode, TEXT),
    built("ip_protocol", Read::IpProtocol, TEXT),
    Named { name: "url", way: Way::Built(Read::UrlOf), gives: TEXT, n_fields: 3 },
    built("ip", Read::Ip, IP),
    built("first_ip", Read::FirstIp, IP),
    built("int", Read::Int, INT),
    built("hex", Read::Hex, INT),
    built("bits", Read::Bits, INT),
    Named { name: "between", way: Way::Built(Read::Between), gives: INT, n_fields: 2 },
    Named { name: "seconds", way: Way::Nanos(9), gives: INT, n_fields: 1 },
    Named { name: "milliseconds", way: Way::Nanos(6), gives: INT, n_fields: 1 },
    Named { name: "microseconds", way: Way::Nanos(3), gives: INT, n_fields: 1 },
    built("nanoseconds", Read::Int, INT),
    built("bool", Read::Bool, BOOL),
    built("absent", Read::Absent, BOOL),
    Named { name: "time", way: Way::Time, gives: &[Kind::Instant], n_fields: 1 },
    built("texts", Read::Texts, &[Kind::Texts]),
    built("json", Read::Json, &[Kind::Json, Kind::Text]),
];

pub(super) fn find(name: &str) -> Option<&'static Named> {
    ALL.iter().find(|read| read.name == name)
}

/// How a column reads one field where the mapping does not say; `None` where it must.
pub(crate) fn usual(table: &str, column: &Column) -> Option<Way> {
    let read = match column.kind {
        Kind::Ip => Read::Ip,
        Kind::Int if column.unit == Some("ns") => return None,
        Kind::Int => Read::Int,
        Kind::Bool => Read::Bool,
        Kind::Instant => return Some(Way::Time),
        Kind::Texts => Read::Texts,
        Kind::Json => Read::Json,
        Kind::Float | Kind::Bytes => return None,
        Kind::Text => usual_text(table, column),
    };
    Some(Way::Built(read))
}

fn usual_text(table: &str, column: &Column) -> Read {
    match (table, column.name) {
        (_, "host" | "src_host" | "dst_host" | "server_name") => Read::Host,
        ("dns_queries" | "network_by_process", "query") => Read::Domain,
        ("http_requests" | "firewall_events", "path") => Read::UrlPath,
        ("http_requests" | "firewall_events", "query") => Read::Query,
        ("http_requests", "version") => Read::HttpVersion,
        (_, "method" | "country" | "src_country" | "dst_country") => match table {
            "logons" => Read::Text,
            _ => Read::Upper,
        },
        (_, "protocol" | "scheme" | "service" | "imphash" | "os") => Read::Lower,
        _ => match column.observable {
            Some(Observable::Domain | Observable::Hash | Observable::Email) => Read::Lower,
            _ => Read::Text,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_reads_give_what_their_columns_hold() {
        for table in schema::tables::ALL {
            for column in table.own {
                let Some(Way::Built(read)) = usual(table.name, column) else { continue };
                let named = ALL.iter().find(|named| named.way == Way::Built(read)).expect("a name for every read");
                assert!(named.gives.contains(&column.kind), "{}.{}", table.name, column.name);
            }
        }
    }
}
