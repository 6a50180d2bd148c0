//! Who had which address: asks the lake what logs say, and lets `intel::identity` weigh it.

use std::{collections::BTreeSet, net::IpAddr};

use futures::TryStreamExt;
use intel::identity::{Identities, Sighting, Sort, Tenancy};
use schema::{ThreatEvent, Timestamp};

use crate::{Engine, Error, Result, answers};

/// Addresses asked about at once, and in all.
const ADDRESSES_MAX: usize = 4_000;
/// Sightings of one sort, an hour each; and names of hosts.
const ROWS_MAX: usize = 200_000;

/// Ports whose connections are logons that the host logs too: SSH, Windows networking, remote desktop and management.
const LOGON_PORTS: &str = "22, 135, 139, 445, 3389, 5985, 5986";

impl Engine {
    /// What is known of an address or of a host by any of its names, in the order of time.
    pub async fn identity(&self, about: &str) -> Result<Vec<Tenancy>> {
        let addresses = match about.parse::<IpAddr>() {
            Ok(address) => BTreeSet::from([address]),
            Err(_) => self.addresses_named(about).await?,
        };
        let known = self.identities(&addresses).await?;
        Ok(known.about(about).into_iter().cloned().collect())
    }

    /// Which hosts the addresses of an event's targets were, when it happened.
    pub async fn known_as(&self, event: &ThreatEvent) -> Result<Vec<Tenancy>> {
        let addresses: BTreeSet<IpAddr> = event.targets.iter().filter_map(|target| target.value.parse().ok()).collect();
        if addresses.is_empty() {
            return Ok(Vec::new());
        }
        let known = self.identities(&addresses).await?;
        let during = |address| known.host_during(address, event.first_seen, event.last_seen).cloned();
        Ok(addresses.into_iter().filter_map(during).collect())
    }

    /// Everything that the lake says of who had these addresses.
    pub(crate) async fn identities(&self, addresses: &BTreeSet<IpAddr>) -> Result<Identities> {
        let quoted: Vec<String> = addresses.iter().take(ADDRESSES_MAX).map(|address| format!("'{address}'")).collect();
        if quoted.is_empty() {
            return Ok(Identities::of(Vec::new(), self.names_of_hosts().await?));
        }
        let of = quoted.join(", ");
        let mut sightings = Vec::new();
        for (sort, source) in sources(&|column| format!("{column} IN ({of})")) {
            self.sightings(sort, &source, &mut sightings).await?;
        }
        Ok(Identities::of(sightings, self.names_of_hosts().await?))
    }

    /// Addresses at which a host of this name was ever seen; whether they are its own is for the votes to say.
    async fn addresses_named(&self, name: &str) -> Result<BTreeSet<IpAddr>> {
        let name = name.trim().trim_end_matches(['.', '$']).to_lowercase();
        if name.is_empty() || !name.chars().all(|char| char.is_alphanumeric() || matches!(char, '.' | '-' | '_')) {
            return Err(Error::usage(format!("\"{name}\" is neither an address nor the name of a host"))
                .hint("give an address such as 10.0.3.7, or a name such as ws-042"));
        }
        let label = name.split('.').next().unwrap_or_default();
        let mut sightings = Vec::new();
        for (sort, source) in sources(&|_| "true".to_owned()) {
            let query = format!("SELECT * FROM ({source}) WHERE split_part(lower(host), '.', 1) = '{label}'");
            self.sightings(sort, &query, &mut sightings).await?;
        }
        Ok(sightings.into_iter().map(|sighting| sighting.address).collect())
    }

    async fn sightings(&self, sort: Sort, source: &str, into: &mut Vec<Sighting>) -> Result<()> {
        let query = format!(
            "SELECT address, host, min(at), max(at), count(*) FROM ({source}) \
             WHERE address IS NOT NULL AND host IS NOT NULL \
             GROUP BY address, host, date_trunc('hour', at) ORDER BY 3, 1, 2 LIMIT {ROWS_MAX}"
        );
        let mut rows = self.lake.sql(&query, None).await?;
        while let Some(batch) = rows.try_next().await? {
            let (addresses, hosts) = (answers::texts(&batch, 0)?, answers::texts(&batch, 1)?);
            let (first, last) = (answers::ints(&batch, 2)?, answers::ints(&batch, 3)?);
            let records = answers::ints(&batch, 4)?;
            for ((((address, host), first), last), records) in
                addresses.into_iter().zip(hosts).zip(first).zip(last).zip(records)
            {
                let instant = |micros: Option<i64>| micros.and_then(Timestamp::from_micros);
                let (Some(Ok(address)), Some(host)) = (address.map(|text| text.parse::<IpAddr>()), host) else {
                    continue;
                };
                let (Some(first), Some(last)) = (instant(first), instant(last)) else { continue };
                let records = records.and_then(|count| u64::try_from(count).ok()).unwrap_or(0);
                into.push(Sighting { address, host, sort, first, last, records });
            }
        }
        Ok(())
    }

    /// What hosts call themselves in their own logs.
    async fn names_of_hosts(&self) -> Result<Vec<String>> {
        let tables = ["logons", "processes", "services", "network_by_process", "file_changes"];
        let selects: Vec<String> =
            tables.iter().map(|table| format!("SELECT host FROM {table} WHERE host IS NOT NULL")).collect();
        let query =
            format!("SELECT DISTINCT host FROM ({}) ORDER BY host LIMIT {ROWS_MAX}", selects.join(" UNION ALL "));
        let mut rows = self.lake.sql(&query, None).await?;
        let mut names = Vec::new();
        while let Some(batch) = rows.try_next().await? {
            names.extend(answers::texts(&batch, 0)?.into_iter().flatten());
        }
        Ok(names)
    }
}

/// Queries that give `address`, `host` and `at`; `is_meant` says which values of a column with addresses are.
fn sources(is_meant: &dyn Fn(&str) -> String) -> Vec<(Sort, String)> {
    let leased = "coalesce(regexp_match(attrs, '\"assigned_addr\":\"([^\"]+)\"')[1], CAST(src_ip AS VARCHAR))";
    vec![
        (
            Sort::Lease,
            format!(
                "SELECT * FROM (SELECT {leased} AS address, \
                 regexp_match(attrs, '\"host_?name\":\"([^\"]+)\"')[1] AS host, observed_at AS at FROM other_records \
                 WHERE kind IN ('dhcp', 'dhcpd', 'dnsmasq-dhcp') AND attrs LIKE '%ACK%') WHERE {}",
                is_meant("address")
            ),
        ),
        (
            Sort::OwnLog,
            format!(
                "SELECT src_ip AS address, host, observed_at AS at FROM network_by_process \
                 WHERE initiated AND action = 'connect' AND {} \
                 UNION ALL SELECT dst_ip AS address, host, observed_at AS at FROM network_by_process \
                 WHERE NOT initiated AND action IN ('connect', 'accept') AND {}",
                is_meant("src_ip"),
                is_meant("dst_ip")
            ),
        ),
        (
            Sort::SameConnection,
            // A connection is noted with its beginning; what the host says of it comes within the time of a logon.
            format!(
                "SELECT c.dst_ip AS address, l.host AS host, l.observed_at AS at FROM logons l JOIN connections c \
                 ON l.src_ip = c.src_ip AND l.src_port = c.src_port \
                 WHERE l.host IS NOT NULL AND l.dst_ip IS NULL AND coalesce(l.action, 'logon') = 'logon' \
                 AND c.dst_port IN ({LOGON_PORTS}) AND c.observed_at >= l.observed_at - INTERVAL '10 minutes' \
                 AND c.observed_at <= l.observed_at + INTERVAL '10 seconds' AND {}",
                is_meant("c.dst_ip")
            ),
        ),
        (
            Sort::Logon,
            // Who guesses passwords calls himself what he likes.
            format!(
                "SELECT src_ip AS address, src_host AS host, observed_at AS at FROM logons \
                 WHERE src_host IS NOT NULL AND success IS NOT FALSE AND {}",
                is_meant("src_ip")
            ),
        ),
        (
            Sort::NameAnswer,
            format!(
                "SELECT * FROM (SELECT concat_ws('.', split_part(query, '.', 4), split_part(query, '.', 3), \
                 split_part(query, '.', 2), split_part(query, '.', 1)) AS address, answers[1] AS host, \
                 observed_at AS at FROM dns_queries WHERE query LIKE '%.in-addr.arpa' AND array_length(answers) = 1) \
                 WHERE {}",
                is_meant("address")
            ),
        ),
    ]
}
