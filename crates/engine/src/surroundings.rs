//! What the lake knows around threat events, for correlation: what the records behind them name, who else met the
//! same servers, and which host an address was. Used by `campaigns`.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use futures::TryStreamExt;
use intel::{
    correlate::{Correlation, Item, Kind, Prevalence, Thing},
    identity::{Sort, Tenancy},
};
use schema::{ThreatEvent, Timestamp};

use crate::{Engine, Result, answers};

/// Records of one event that are looked at.
const RECORDS_AN_EVENT: usize = 8;
/// Things that are asked about in one query, and in all.
const THINGS_AT_ONCE: usize = 500;
const THINGS_MAX: usize = 4_000;
/// Rows of one answer; a hundred names at an address say all that thousands would.
const ROWS_MAX: usize = 100_000;

/// What tables say of a record that events can share, and what kind of thing it is.
const TRAITS: [(&str, &str, Kind); 9] = [
    ("dns_queries", "query", Kind::Domain),
    ("tls_sessions", "server_name", Kind::Domain),
    ("tls_sessions", "ja3", Kind::Fingerprint),
    ("tls_sessions", "ja4", Kind::Fingerprint),
    ("http_requests", "ja3", Kind::Fingerprint),
    ("http_requests", "ja4", Kind::Fingerprint),
    ("http_requests", "user_agent", Kind::Fingerprint),
    ("emails", "from_address", Kind::Mail),
    ("logons", "client", Kind::Fingerprint),
];

/// What most of the records behind each event name, by the event's id.
pub(crate) async fn traits(engine: &Engine, events: &[ThreatEvent]) -> Result<BTreeMap<String, Vec<Thing>>> {
    let mut by_table: BTreeMap<&str, BTreeMap<&str, Vec<&str>>> = BTreeMap::new();
    for event in events {
        let mut taken: BTreeMap<&str, usize> = BTreeMap::new();
        for one in &event.evidence {
            let n = taken.entry(&one.table).or_default();
            *n += 1;
            if *n <= RECORDS_AN_EVENT {
                by_table.entry(&one.table).or_default().entry(&one.record_id).or_default().push(&event.id);
            }
        }
    }
    let mut traits: BTreeMap<String, Vec<Thing>> = BTreeMap::new();
    let (from, to) = (events.iter().map(|one| one.first_seen).min(), events.iter().map(|one| one.last_seen).max());
    let within = from.zip(to).map(|(from, to)| format!("AND observed_at BETWEEN '{from}' AND '{to}'"));
    for (table, records) in by_table {
        for (_, column, kind) in TRAITS.into_iter().filter(|(of, _, _)| *of == table) {
            let ids: Vec<String> = records.keys().map(|id| format!("'{}'", id.replace('\'', "''"))).collect();
            let found = pairs(
                engine,
                &format!(
                    "SELECT record_id, {column} FROM {table} WHERE {column} IS NOT NULL AND record_id IN ({}) {}",
                    ids.join(", "),
                    within.as_deref().unwrap_or_default()
                ),
            )
            .await?;
            for (event, thing) in most_named(&records, found, kind) {
                traits.entry(event).or_default().push(thing);
            }
        }
    }
    Ok(traits)
}

/// The values that at least half of an event's records name: what it is about, and not what passed by.
fn most_named(records: &BTreeMap<&str, Vec<&str>>, found: Vec<(String, String)>, kind: Kind) -> Vec<(String, Thing)> {
    let mut of_event: BTreeMap<&str, u64> = BTreeMap::new();
    records.values().flatten().for_each(|event| *of_event.entry(event).or_default() += 1);
    let mut counts: BTreeMap<(&str, String), u64> = BTreeMap::new();
    for (record, value) in found {
        let value = if kind == Kind::Domain { Thing::owner(&value) } else { value };
        for event in records.get(record.as_str()).into_iter().flatten() {
            *counts.entry((*event, value.clone())).or_default() += 1;
        }
    }
    let most = counts.into_iter().filter(|((event, value), n)| {
        let is_name = kind != Kind::Domain || value.contains('.');
        // Every browser calls itself that, and every program that passes itself off as one.
        let is_everybody = value.starts_with("Mozilla/");
        is_name && !value.is_empty() && !is_everybody && 2 * n >= of_event.get(event).copied().unwrap_or(u64::MAX)
    });
    most.map(|((event, value), _)| (event.to_owned(), Thing::new(kind, value))).collect()
}

/// A server that more of our hosts met is no secret of an intruder.
const MEETING_HOSTS_MAX: usize = 6;
/// A host that met more of the servers that events of others are about passes on what others ask for: a proxy.
const SERVERS_OF_OTHERS_MAX: usize = 4;
/// How long before and after an event its host may have met the server of another one.
const MEETING_SECONDS: i64 = 86_400;

/// A host of ours met a server.
struct Meeting {
    host: String,
    first: i64,
    last: i64,
}

/// Gives an event whose host met the server that another event is about that server too: the host that searched the
/// network in the morning is the one that called there all day.
pub(crate) async fn meet(engine: &Engine, items: &mut [Item]) -> Result<()> {
    let servers: BTreeSet<Thing> = items
        .iter()
        .flat_map(|item| {
            // Where there is a name, many may live at its address.
            let named = item.things.iter().any(|thing| thing.kind == Kind::Domain);
            let kind = if named { Kind::Domain } else { Kind::Address };
            item.things.iter().filter(move |thing| thing.kind == kind)
        })
        .take(THINGS_MAX)
        .cloned()
        .collect();
    let mut met: BTreeMap<Thing, Vec<Meeting>> = BTreeMap::new();
    let all: Vec<Thing> = servers.into_iter().collect();
    for some in all.chunks(THINGS_AT_ONCE) {
        meetings(engine, some, &mut met).await?;
    }
    met.retain(|_, meetings| {
        let hosts: BTreeSet<&str> = meetings.iter().map(|meeting| meeting.host.as_str()).collect();
        hosts.len() <= MEETING_HOSTS_MAX
    });
    let mut of_host: BTreeMap<&str, Vec<(&Thing, &Meeting)>> = BTreeMap::new();
    for (thing, meetings) in &met {
        meetings.iter().for_each(|one| of_host.entry(&one.host).or_default().push((thing, one)));
    }
    for item in items {
        let hosts = item.things.iter().filter(|thing| thing.kind == Kind::Host && !item.attacked.contains(thing));
        let mut more: BTreeSet<Thing> = BTreeSet::new();
        for host in hosts {
            let near = |meeting: &Meeting| {
                meeting.first <= item.last_seen.seconds().saturating_add(MEETING_SECONDS)
                    && item.first_seen.seconds().saturating_sub(MEETING_SECONDS) <= meeting.last
            };
            let met = of_host.get(host.value.as_str()).into_iter().flatten();
            more.extend(met.filter(|(_, meeting)| near(meeting)).map(|(thing, _)| (*thing).clone()));
        }
        more.retain(|thing| !item.things.contains(thing));
        if more.len() <= SERVERS_OF_OTHERS_MAX {
            item.things.extend(more);
            item.things.sort_unstable();
        }
    }
    Ok(())
}

async fn meetings(engine: &Engine, servers: &[Thing], met: &mut BTreeMap<Thing, Vec<Meeting>>) -> Result<()> {
    let (addresses, domains) = (quoted(servers, Kind::Address), quoted(servers, Kind::Domain));
    if !addresses.is_empty() {
        let query = format!(
            "SELECT dst_ip, src_ip, min(observed_at), max(observed_at) FROM connections \
             WHERE dst_ip IN ({addresses}) GROUP BY dst_ip, src_ip LIMIT {ROWS_MAX}"
        );
        read_meetings(engine, &query, Kind::Address, met).await?;
    }
    if !domains.is_empty() {
        let query = format!(
            "SELECT owner, src_ip, min(observed_at), max(observed_at) FROM ({}) GROUP BY owner, src_ip LIMIT {ROWS_MAX}",
            named(&["tls_sessions", "http_requests"], &domains)
        );
        read_meetings(engine, &query, Kind::Domain, met).await?;
    }
    Ok(())
}

async fn read_meetings(
    engine: &Engine,
    query: &str,
    kind: Kind,
    met: &mut BTreeMap<Thing, Vec<Meeting>>,
) -> Result<()> {
    let mut rows = engine.lake.sql(query, None).await?;
    while let Some(batch) = rows.try_next().await? {
        let (servers, hosts) = (answers::texts(&batch, 0)?, answers::texts(&batch, 1)?);
        let (first, last) = (answers::ints(&batch, 2)?, answers::ints(&batch, 3)?);
        let seconds = |micros: i64| Timestamp::from_micros(micros).unwrap_or_default().seconds();
        for (((server, host), first), last) in servers.into_iter().zip(hosts).zip(first).zip(last) {
            if let (Some(server), Some(host), Some(first), Some(last)) = (server, host, first, last) {
                let meeting = Meeting { host, first: seconds(first), last: seconds(last) };
                met.entry(Thing::new(kind, server)).or_default().push(meeting);
            }
        }
    }
    Ok(())
}

/// Rows of tables that name one of these domains, as `owner`, with `src_ip` and `observed_at`. A registered domain has
/// two labels or three.
fn named(tables: &[&str], domains: &str) -> String {
    let labels = |column: &str, n: i32| {
        let parts: Vec<String> = (1..=n).rev().map(|at| format!("split_part({column}, '.', -{at})")).collect();
        format!("concat_ws('.', {})", parts.join(", "))
    };
    let mut selects = Vec::new();
    for table in tables {
        let column = match *table {
            "tls_sessions" => "server_name",
            "dns_queries" => "query",
            _ => "host",
        };
        for n in [2, 3] {
            let owner = labels(column, n);
            selects.push(format!(
                "SELECT {owner} AS owner, src_ip, observed_at FROM {table} \
                 WHERE {column} IS NOT NULL AND {owner} IN ({domains})"
            ));
        }
    }
    selects.join(" UNION ALL ")
}

/// Calls every host by its one name, where it is known which one an address was or a short name stands for.
pub(crate) async fn name_hosts(engine: &Engine, items: &mut [Item]) -> Result<()> {
    let of_items = items.iter().flat_map(|item| &item.things);
    let addresses: BTreeSet<IpAddr> = of_items
        .filter(|thing| matches!(thing.kind, Kind::Host | Kind::Address))
        .filter_map(|thing| thing.value.parse().ok())
        .collect();
    let known = engine.identities(&addresses).await?;
    for item in items {
        let (first, last) = (item.first_seen, item.last_seen);
        item.rename(|thing| {
            if let Ok(address) = thing.value.parse::<IpAddr>() {
                let tenancy = known.host_during(address, first, last)?;
                let is_ours = thing.kind == Kind::Host || thing.kind == Kind::Address && is_of_ours(tenancy);
                return is_ours.then(|| Thing::new(Kind::Host, tenancy.host.clone()));
            }
            (thing.kind == Kind::Host).then(|| Thing::new(Kind::Host, known.name(&thing.value)))
        });
    }
    Ok(())
}

/// A stranger who logs on names his machine too; hosts of ours are those that log or are given addresses.
fn is_of_ours(tenancy: &Tenancy) -> bool {
    [Sort::Lease, Sort::OwnLog, Sort::SameConnection].iter().any(|sort| tenancy.records.contains_key(sort))
}

/// Asks the lake who else met what several events have, and which names live at addresses.
pub(crate) async fn ask_prevalence(engine: &Engine, correlation: &mut Correlation) -> Result<()> {
    let shared: Vec<Thing> = correlation
        .shared()
        .into_iter()
        .filter(|thing| matches!(thing.kind, Kind::Address | Kind::Domain | Kind::Fingerprint))
        .take(THINGS_MAX)
        .cloned()
        .collect();
    if shared.is_empty() {
        return Ok(());
    }
    let of_hosts = hosts_of_ours(engine).await?;
    for some in shared.chunks(THINGS_AT_ONCE) {
        ask_about(engine, some, of_hosts, correlation).await?;
    }
    Ok(())
}

/// Hosts that could have met something: those with addresses of our own, or all where there are none.
async fn hosts_of_ours(engine: &Engine) -> Result<u64> {
    const OWN: [&str; 4] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];
    let is_own: Vec<String> = OWN.iter().map(|network| format!("ip_in_cidr(src_ip, '{network}')")).collect();
    let own = format!("SELECT count(DISTINCT src_ip) FROM connections WHERE {}", is_own.join(" OR "));
    match engine.number(&own).await? {
        0 => engine.number("SELECT count(DISTINCT src_ip) FROM connections").await,
        own => Ok(own),
    }
}

async fn ask_about(engine: &Engine, some: &[Thing], of_hosts: u64, correlation: &mut Correlation) -> Result<()> {
    let (addresses, domains) = (quoted(some, Kind::Address), quoted(some, Kind::Domain));
    let clients = quoted(some, Kind::Fingerprint);
    let mut met: BTreeMap<(Kind, String), BTreeSet<String>> = BTreeMap::new();
    let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut asked = Vec::new();
    if !addresses.is_empty() {
        let of_them = format!("dst_ip IN ({addresses})");
        asked.push((Kind::Address, format!("SELECT DISTINCT dst_ip, src_ip FROM connections WHERE {of_them}")));
        let named = format!(
            "SELECT dst_ip, server_name AS name FROM tls_sessions WHERE {of_them} AND server_name IS NOT NULL \
             UNION SELECT dst_ip, host AS name FROM http_requests WHERE {of_them} AND host IS NOT NULL LIMIT {ROWS_MAX}"
        );
        for (address, name) in pairs(engine, &named).await? {
            if address != name {
                names.entry(address).or_default().insert(Thing::owner(&name));
            }
        }
    }
    if !domains.is_empty() {
        let named = named(&["tls_sessions", "http_requests", "dns_queries"], &domains);
        asked.push((Kind::Domain, format!("SELECT DISTINCT owner, src_ip FROM ({named})")));
    }
    if !clients.is_empty() {
        for column in ["ja3", "ja4"] {
            let used = format!("SELECT DISTINCT {column}, src_ip FROM tls_sessions WHERE {column} IN ({clients})");
            asked.push((Kind::Fingerprint, used));
        }
    }
    for (kind, query) in asked {
        for (value, host) in pairs(engine, &format!("{query} LIMIT {ROWS_MAX}")).await? {
            met.entry((kind, value)).or_default().insert(host);
        }
    }
    for thing in some {
        let hosts = met.get(&(thing.kind, thing.value.clone())).map_or(0, BTreeSet::len) as u64;
        let names = names.get(&thing.value).map_or(0, BTreeSet::len) as u64;
        correlation.seen(thing, Prevalence { hosts, of_hosts, names });
    }
    Ok(())
}

/// Values of one kind, as a list of SQL; a quote cannot leave it.
fn quoted(things: &[Thing], kind: Kind) -> String {
    let of_kind = things.iter().filter(|thing| thing.kind == kind);
    let values: Vec<String> = of_kind.map(|thing| format!("'{}'", thing.value.replace('\'', "''"))).collect();
    values.join(", ")
}

/// The first two columns of an answer, as texts.
async fn pairs(engine: &Engine, query: &str) -> Result<Vec<(String, String)>> {
    let mut rows = engine.lake.sql(query, None).await?;
    let mut pairs = Vec::new();
    while let Some(batch) = rows.try_next().await? {
        let both = answers::texts(&batch, 0)?.into_iter().zip(answers::texts(&batch, 1)?);
        pairs.extend(both.filter_map(|(first, second)| first.zip(second)));
    }
    Ok(pairs)
}
