//! The feeds that come with Margay, one file of `content/feeds` each. The only list of them.

/// Name of the file and its text, in the order of names.
pub static SHIPPED: &[(&str, &str)] = &[
    ("blocklist_de", include_str!("../../../../content/feeds/blocklist_de.toml")),
    ("botvrij_osint", include_str!("../../../../content/feeds/botvrij_osint.toml")),
    ("cins", include_str!("../../../../content/feeds/cins.toml")),
    ("circl_osint", include_str!("../../../../content/feeds/circl_osint.toml")),
    ("cisa_kev", include_str!("../../../../content/feeds/cisa_kev.toml")),
    ("dataplane_dns", include_str!("../../../../content/feeds/dataplane_dns.toml")),
    ("dataplane_ssh", include_str!("../../../../content/feeds/dataplane_ssh.toml")),
    ("dataplane_telnet", include_str!("../../../../content/feeds/dataplane_telnet.toml")),
    ("epss", include_str!("../../../../content/feeds/epss.toml")),
    ("feodo", include_str!("../../../../content/feeds/feodo.toml")),
    ("ipsum", include_str!("../../../../content/feeds/ipsum.toml")),
    ("malwarebazaar", include_str!("../../../../content/feeds/malwarebazaar.toml")),
    ("openphish", include_str!("../../../../content/feeds/openphish.toml")),
    ("otx", include_str!("../../../../content/feeds/otx.toml")),
    ("phishtank", include_str!("../../../../content/feeds/phishtank.toml")),
    ("spamhaus_drop_v4", include_str!("../../../../content/feeds/spamhaus_drop_v4.toml")),
    ("spamhaus_drop_v6", include_str!("../../../../content/feeds/spamhaus_drop_v6.toml")),
    ("sslbl_certificates", include_str!("../../../../content/feeds/sslbl_certificates.toml")),
    ("sslbl_ips", include_str!("../../../../content/feeds/sslbl_ips.toml")),
    ("sslbl_ja3", include_str!("../../../../content/feeds/sslbl_ja3.toml")),
    ("threatfox", include_str!("../../../../content/feeds/threatfox.toml")),
    ("tor_exits", include_str!("../../../../content/feeds/tor_exits.toml")),
    ("urlhaus", include_str!("../../../../content/feeds/urlhaus.toml")),
];
