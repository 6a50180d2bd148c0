//! Addresses change hands, gateways are nobody, and clients may call themselves what they like.

use proptest::prelude::*;

use super::*;

const HOUR: i64 = 3_600;

fn at(hours: i64) -> Timestamp {
    Timestamp::from_seconds(1_767_600_000 + hours * HOUR).expect("in range")
}

fn seen(address: &str, host: &str, sort: Sort, hours: i64, records: u64) -> Sighting {
    let address = address.parse().expect("an address");
    Sighting { address, host: host.to_owned(), sort, first: at(hours), last: at(hours), records }
}

fn host_at(known: &Identities, address: &str, hours: i64) -> Option<String> {
    known.host_at(address.parse().expect("an address"), at(hours)).map(|tenancy| tenancy.host.clone())
}

#[test]
fn a_lease_that_goes_to_another_host_joins_nobody() {
    let known = Identities::of(
        vec![
            seen("10.0.3.7", "ws-1", Sort::Lease, 0, 1),
            seen("10.0.3.7", "ws-1", Sort::Logon, 3, 12),
            seen("10.0.3.7", "ws-2", Sort::Lease, 8, 1),
            seen("10.0.3.7", "ws-2", Sort::Logon, 9, 4),
        ],
        [],
    );
    assert_eq!(host_at(&known, "10.0.3.7", 2).as_deref(), Some("ws-1"));
    assert_eq!(host_at(&known, "10.0.3.7", 4).as_deref(), Some("ws-1"));
    assert_eq!(host_at(&known, "10.0.3.7", 9).as_deref(), Some("ws-2"));
    assert_eq!(host_at(&known, "10.0.3.7", 20).as_deref(), Some("ws-2"));
    assert_eq!(host_at(&known, "10.0.3.7", 200), None, "nobody has spoken of it for a week");
    let address = "10.0.3.7".parse().expect("an address");
    assert!(known.host_during(address, at(2), at(9)).is_none() && known.host_during(address, at(0), at(3)).is_some());
}

#[test]
fn a_gateway_is_nobody() {
    let all = ["a", "b", "c"].map(|host| seen("10.8.0.1", &format!("nb-{host}"), Sort::Logon, 1, 9));
    assert_eq!(host_at(&Identities::of(all.to_vec(), []), "10.8.0.1", 1), None);
}

#[test]
fn what_tools_call_themselves_is_no_machine() {
    let named = |name: &str| {
        let all = ["10.0.0.1", "10.0.0.2", "10.0.0.3"].map(|address| seen(address, name, Sort::Logon, 1, 3));
        Identities::of(all.to_vec(), []).len()
    };
    assert_eq!((named("WORKSTATION"), named("win-9k3")), (0, 0));
    let two = ["10.0.0.1", "10.0.9.1"].map(|address| seen(address, "nb-1", Sort::Logon, 1, 3));
    assert_eq!(Identities::of(two.to_vec(), []).len(), 2, "by cable and by air");
}

#[test]
fn short_names_are_made_whole_where_one_domain_has_them() {
    let names = ["ws-1.corp.example", "ws-2.corp.example", "ws-2.lab.example", "ws-3", "10.0.0.9"];
    let known = Identities::of(vec![seen("10.0.0.1", "WS-1", Sort::Logon, 0, 2)], names.map(str::to_owned));
    assert_eq!(host_at(&known, "10.0.0.1", 0).as_deref(), Some("ws-1.corp.example"));
    assert_eq!(known.name("WS-1$"), "ws-1.corp.example");
    assert_eq!((known.name("ws-2").as_str(), known.name("ws-3").as_str()), ("ws-2", "ws-3"));
    assert_eq!(known.about("ws-1").len(), 1);
    let told = known.about("10.0.0.1")[0].words();
    assert!(told.starts_with("10.0.0.1 was ws-1.corp.example from 2026-01-05T"), "{told}");
    assert!(told.ends_with(": 2 logons that named it"), "{told}");
}

#[test]
fn a_name_of_a_service_does_not_outvote_its_host() {
    let known = Identities::of(
        vec![
            seen("10.0.0.5", "erp.corp.example", Sort::NameAnswer, 1, 400),
            seen("10.0.0.5", "srv-7", Sort::SameConnection, 1, 9),
        ],
        [],
    );
    assert_eq!(host_at(&known, "10.0.0.5", 1).as_deref(), Some("srv-7"));
}

proptest! {
    #[test]
    fn whatever_is_seen_in_whatever_order_gives_the_same(
        seen in prop::collection::vec((0_u8..4, "[a-z$.-]{0,6}", 0_usize..5, 0_i64..200, 0_u64..u64::MAX), 0..40),
    ) {
        let all: Vec<Sighting> = seen
            .into_iter()
            .map(|(address, host, sort, hours, records)| Sighting {
                address: IpAddr::from([10, 0, 0, address]),
                host,
                sort: Sort::ALL[sort],
                first: at(hours),
                last: at(hours + 1),
                records,
            })
            .collect();
        let mut turned = all.clone();
        turned.reverse();
        let (one, other) = (Identities::of(all, []), Identities::of(turned, []));
        for tenancy in one.by_address.values().flatten() {
            prop_assert!((0.0..=1.0 + 1e-9).contains(&tenancy.agreement) && tenancy.first <= tenancy.last);
        }
        let told = |known: &Identities| -> Vec<String> {
            known.by_address.values().flatten().map(Tenancy::words).collect()
        };
        prop_assert_eq!(told(&one), told(&other));
    }
}
