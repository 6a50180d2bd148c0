//! Names of the numbers that sources write: DNS types and response codes, IP protocols.

/// Names of DNS types (IANA "DNS Parameters") that occur on networks.
pub(crate) fn dns_type(value: i64) -> Option<&'static str> {
    let name = match value {
        1 => "A",
        2 => "NS",
        5 => "CNAME",
        6 => "SOA",
        10 => "NULL",
        12 => "PTR",
        13 => "HINFO",
        15 => "MX",
        16 => "TXT",
        17 => "RP",
        18 => "AFSDB",
        24 => "SIG",
        25 => "KEY",
        28 => "AAAA",
        29 => "LOC",
        33 => "SRV",
        35 => "NAPTR",
        36 => "KX",
        37 => "CERT",
        39 => "DNAME",
        41 => "OPT",
        42 => "APL",
        43 => "DS",
        44 => "SSHFP",
        45 => "IPSECKEY",
        46 => "RRSIG",
        47 => "NSEC",
        48 => "DNSKEY",
        49 => "DHCID",
        50 => "NSEC3",
        51 => "NSEC3PARAM",
        52 => "TLSA",
        53 => "SMIMEA",
        55 => "HIP",
        59 => "CDS",
        60 => "CDNSKEY",
        61 => "OPENPGPKEY",
        62 => "CSYNC",
        63 => "ZONEMD",
        64 => "SVCB",
        65 => "HTTPS",
        99 => "SPF",
        108 => "EUI48",
        109 => "EUI64",
        249 => "TKEY",
        250 => "TSIG",
        251 => "IXFR",
        252 => "AXFR",
        255 => "ANY",
        256 => "URI",
        257 => "CAA",
        _ => return None,
    };
    Some(name)
}

/// Names of DNS response codes (IANA "DNS RCODEs").
pub(crate) fn dns_code(value: i64) -> Option<&'static str> {
    let name = match value {
        0 => "NOERROR",
        1 => "FORMERR",
        2 => "SERVFAIL",
        3 => "NXDOMAIN",
        4 => "NOTIMP",
        5 => "REFUSED",
        6 => "YXDOMAIN",
        7 => "YXRRSET",
        8 => "NXRRSET",
        9 => "NOTAUTH",
        10 => "NOTZONE",
        16 => "BADVERS",
        17 => "BADKEY",
        18 => "BADTIME",
        22 => "BADTRUNC",
        23 => "BADCOOKIE",
        _ => return None,
    };
    Some(name)
}

/// Zeek's name of a DNS class, as the standard calls it.
pub(crate) fn dns_class(name: &str) -> &str {
    match name {
        "C_INTERNET" => "IN",
        "C_CSNET" => "CS",
        "C_CHAOS" => "CH",
        "C_HESOD" => "HS",
        "C_NONE" => "NONE",
        "C_ANY" => "ANY",
        other => other,
    }
}

/// Names of IP protocols (IANA "Protocol Numbers") that flows are reported of.
pub(crate) fn ip_protocol(value: i64) -> Option<&'static str> {
    let name = match value {
        1 => "icmp",
        2 => "igmp",
        4 => "ipip",
        6 => "tcp",
        17 => "udp",
        41 => "ipv6",
        47 => "gre",
        50 => "esp",
        51 => "ah",
        58 => "icmp6",
        89 => "ospf",
        132 => "sctp",
        _ => return None,
    };
    Some(name)
}
