//! Planted campaigns are found, decoys join nothing, and neither order nor re-runs change what is found.

use proptest::prelude::*;
use schema::Timestamp;

use super::*;

const DAY: i64 = 86_400;

fn item(id: &str, at: i64, things: &[(Kind, &str)]) -> Item {
    let at = Timestamp::from_seconds(1_700_000_000 + at).expect("in range");
    let mut things: Vec<Thing> = things.iter().map(|(kind, value)| Thing::new(*kind, *value)).collect();
    things.sort_unstable();
    Item { id: id.to_owned(), first_seen: at, last_seen: at, phase: 0, things, attacked: Vec::new() }
}

fn correlated(items: &[Item]) -> Correlation {
    let mut correlation = Correlation::default();
    items.iter().for_each(|item| correlation.put(item.clone()));
    correlation.settle();
    correlation
}

fn groups(correlation: &Correlation) -> Vec<Vec<String>> {
    let mut groups: Vec<Vec<String>> = correlation.campaigns().iter().map(|campaign| campaign.events.clone()).collect();
    groups.sort();
    groups
}

/// Events that share nothing, spread over four weeks.
fn crowd(n: usize) -> Vec<Item> {
    (0..n)
        .map(|number| {
            let (domain, host) = (format!("d{number}.example"), format!("h{number}"));
            let at = 28 * DAY * number as i64 / n as i64;
            item(&format!("event--crowd{number:04}"), at, &[(Kind::Domain, &domain), (Kind::Host, &host)])
        })
        .collect()
}

/// Campaigns of 2 to 12 events, held by a name here and a host there, each beside things that everybody has.
fn world(seed: u64, n_campaigns: usize) -> (Vec<Item>, Vec<usize>) {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let (mut items, mut truth) = (Vec::new(), Vec::new());
    for campaign in 0..n_campaigns {
        let begins = next(28) as i64 * DAY;
        let n = 2 + next(11);
        let mut host = 0;
        for event in 0..n {
            let mut things = vec![
                (Kind::Address, format!("192.0.2.{}", next(4))),
                (Kind::Technique, format!("T10{:02}", next(30))),
                (Kind::Fingerprint, format!("chrome{}", next(3))),
            ];
            // The next step is taken from the same host, or over the same server.
            if event > 0 && next(2) == 0 {
                host += 1;
                things.push((Kind::Domain, format!("c2-{campaign}.example")));
            } else if event == 0 {
                things.push((Kind::Domain, format!("c2-{campaign}.example")));
            }
            things.push((Kind::Host, format!("host-{campaign}-{host}")));
            let things: Vec<(Kind, &str)> = things.iter().map(|(kind, value)| (*kind, value.as_str())).collect();
            let at = begins + event as i64 * (600 + next(40_000) as i64);
            items.push(item(&format!("event--{campaign:03}-{event:03}"), at, &things));
            truth.push(campaign);
        }
    }
    (items, truth)
}

fn rand(correlation: &Correlation, items: &[Item], truth: &[usize]) -> f64 {
    let mut found: Vec<usize> = (0..items.len()).map(|alone| 1_000_000 + alone).collect();
    for (number, campaign) in correlation.campaigns().iter().enumerate() {
        for (place, _) in items.iter().enumerate().filter(|(_, item)| campaign.events.contains(&item.id)) {
            found[place] = number;
        }
    }
    science::evaluate::adjusted_rand(truth, &found).expect("as long")
}

#[test]
fn planted_campaigns_are_found_among_shared_servers_and_common_clients() {
    let indexes: Vec<f64> = (0..20)
        .map(|seed| {
            let (items, truth) = world(seed, 40);
            rand(&correlated(&items), &items, &truth)
        })
        .collect();
    assert!(indexes.iter().all(|index| *index > 0.9), "{indexes:?}");
    assert!(indexes.iter().sum::<f64>() / 20.0 > 0.95, "{indexes:?}");
}

#[test]
fn a_rare_name_joins_and_a_delivery_network_does_not() {
    let mut items = crowd(100);
    items.push(item("event--a", 0, &[(Kind::Domain, "evil.example"), (Kind::Host, "a")]));
    items.push(item("event--b", DAY, &[(Kind::Domain, "evil.example"), (Kind::Host, "b")]));
    items.push(item("event--c", 0, &[(Kind::Domain, "one.example"), (Kind::Address, "192.0.2.9")]));
    items.push(item("event--d", 60, &[(Kind::Domain, "two.example"), (Kind::Address, "192.0.2.9")]));
    let mut correlation = correlated(&items);
    let both =
        |correlation: &Correlation| groups(correlation).iter().any(|group| group.contains(&"event--c".to_owned()));
    assert!(groups(&correlation).contains(&vec!["event--a".to_owned(), "event--b".to_owned()]));
    let address = Thing::new(Kind::Address, "192.0.2.9");
    correlation.seen(&address, Prevalence { hosts: 2, of_hosts: 300, names: 2 });
    correlation.settle();
    assert!(both(&correlation), "only these two names live there");
    correlation.seen(&address, Prevalence { hosts: 80, of_hosts: 300, names: 40 });
    correlation.settle();
    assert!(!both(&correlation), "forty names live there");
}

#[test]
fn what_everybody_has_joins_nothing() {
    let mut items = crowd(200);
    for (number, item) in items.iter_mut().enumerate() {
        item.things.push(Thing::new(Kind::Fingerprint, "chrome"));
        item.things.push(Thing::new(Kind::Technique, if number % 2 == 0 { "T1071" } else { "T1059" }));
        item.things.sort_unstable();
    }
    assert_eq!(groups(&correlated(&items)), Vec::<Vec<String>>::new());
}

#[test]
fn hosts_that_are_only_attacked_join_nothing() {
    let mut items = crowd(100);
    for number in 0..6 {
        let domain = format!("scanner{number}.example");
        let mut attack =
            item(&format!("event--x{number}"), number * 600, &[(Kind::Host, "web"), (Kind::Domain, &domain)]);
        attack.attacked = vec![Thing::new(Kind::Host, "web")];
        items.push(attack);
    }
    assert_eq!(groups(&correlated(&items)), Vec::<Vec<String>>::new());
}

/// An attack on the web server from an address of its own.
fn attack(number: i64, from: i64, to: i64, things: &[(Kind, &str)]) -> Item {
    let address = format!("198.51.100.{}", number % 250);
    let mut all = vec![(Kind::Host, "web"), (Kind::Technique, "T1110.001"), (Kind::Address, address.as_str())];
    all.extend(things);
    let mut attack = item(&format!("event--x{number:04}"), from, &all);
    attack.last_seen = Timestamp::from_seconds(1_700_000_000 + to).expect("in range");
    attack.attacked = vec![Thing::new(Kind::Host, "web")];
    attack
}

#[test]
fn sources_that_begin_and_end_together_are_one_attack() {
    let mut items = crowd(60);
    let first = (0..9).map(|number| attack(number, 7_000 + 300 * number, 15_000 - 60 * number, &[]));
    let second = (9..12).map(|number| attack(number, 12_000 + 300 * number, 40_000 + 100 * number, &[]));
    items.extend(first.chain(second));
    let correlation = correlated(&items);
    let sizes: Vec<usize> = groups(&correlation).iter().map(Vec::len).collect();
    assert_eq!(sizes, [9, 3]);
    let told = correlation.describe(&correlation.campaigns()[0]);
    let arc = told.thread[1].after.as_ref().expect("follows");
    assert!(arc.reasons[0].what.starts_with("both attack one thing"), "{:?}", arc.reasons);
}

#[test]
fn strangers_who_come_all_day_are_not_one_attack() {
    let mut items = crowd(60);
    items.extend((0..250).map(|number| attack(number, 331 * number, 331 * number + 200, &[])));
    assert_eq!(groups(&correlated(&items)), Vec::<Vec<String>>::new());
}

#[test]
fn what_was_attacked_later_explains_nothing_that_it_did_before() {
    let acts = |at| item("event--acts", at, &[(Kind::Host, "web"), (Kind::Domain, "evil.example")]);
    let with = |at| {
        let mut items = crowd(60);
        items.extend([acts(at), attack(1, 20_000, 20_600, &[])]);
        groups(&correlated(&items)).len()
    };
    assert_eq!((with(10_000), with(21_000)), (0, 1));
}

#[test]
fn what_an_attacker_can_plant_is_said_to_be_so() {
    let mut items = crowd(60);
    let file = [(Kind::Hash, "d41d8cd98f00b204e9800998ecf8427e"), (Kind::Fingerprint, "odd")];
    items.push(item("event--a", 0, &file));
    items.push(item("event--b", 300, &file));
    let correlation = correlated(&items);
    let campaign = correlation.campaigns().first().expect("found");
    let told = correlation.describe(campaign);
    assert_eq!((told.n_plantable, told.thread.len()), (1, 2));
    assert!(told.unless[0].contains("Take it as a lead"), "{:?}", told.unless);
    let arc = told.thread[1].after.as_ref().expect("follows");
    assert!(arc.reasons[0].what.starts_with("file d41d8cd9") && arc.reasons[0].forgeable, "{:?}", arc.reasons);
}

#[test]
fn a_weak_bridge_does_not_make_one_of_two() {
    let mut items = Vec::new();
    for side in ["one", "two"] {
        for number in 0..15 {
            let (domain, host) = (format!("{side}.example"), format!("{side}-{}", number / 2));
            items.push(item(
                &format!("event--{side}{number:02}"),
                number * 3_600,
                &[(Kind::Domain, &domain), (Kind::Host, &host)],
            ));
        }
    }
    // One host that met both.
    items.push(item("event--bridge", 7 * 3_600, &[(Kind::Domain, "one.example"), (Kind::Host, "two-3")]));
    let groups = groups(&correlated(&items));
    assert_eq!(groups.iter().map(Vec::len).collect::<Vec<_>>(), [16, 15], "{groups:?}");
}

#[test]
fn what_analysts_decide_is_obeyed_by_every_re_run() {
    let mut items = crowd(50);
    for number in 0..4 {
        items.push(item(&format!("event--e{number}"), number * 60, &[(Kind::Domain, "evil.example")]));
    }
    items.push(item("event--other", 9 * DAY, &[(Kind::Domain, "other.example")]));
    let mut correlation = correlated(&items);
    assert_eq!(groups(&correlation)[0].len(), 4);
    let id = correlation.campaigns()[0].id.clone();

    let name = |text: &str| text.to_owned();
    correlation.decide(Decision::Apart {
        events: vec![name("event--e3")],
        others: (0..3).map(|n| format!("event--e{n}")).collect(),
    });
    correlation.decide(Decision::Join { events: vec![name("event--e0"), name("event--other")] });
    let changes = correlation.settle();
    assert!(changes.contains(&Change::Lost { campaign: id.clone(), events: vec![name("event--e3")] }), "{changes:?}");
    assert!(changes.contains(&Change::Grew { campaign: id.clone(), events: vec![name("event--other")] }));
    let told = correlation.describe(&correlation.campaigns()[0]);
    assert!(told.thread.iter().any(|step| step.after.as_ref().is_some_and(|arc| arc.decided)));
    // A new event that would join them again, and one more of the same.
    correlation.put(item("event--e4", 240, &[(Kind::Domain, "evil.example")]));
    correlation.settle();
    let with = |event: &str| groups(&correlation).into_iter().find(|group| group.contains(&event.to_owned()));
    assert_ne!(with("event--e3"), with("event--e0"));
    assert_eq!(with("event--e0"), with("event--other"));
    // Taken back, they are together again under the same id.
    correlation.decide(Decision::Join { events: vec![name("event--e0"), name("event--e3")] });
    correlation.settle();
    assert_eq!(groups(&correlation)[0].len(), 6);
    assert_eq!(correlation.campaigns()[0].id, id);
}

#[test]
fn merges_and_splits_keep_the_larger_name_and_are_told() {
    let mut correlation = Correlation::default();
    crowd(50).into_iter().for_each(|item| correlation.put(item));
    for (side, n) in [("one", 3), ("two", 2)] {
        for number in 0..n {
            correlation.put(item(
                &format!("event--{side}{number}"),
                number * 60,
                &[(Kind::Domain, &format!("{side}.example"))],
            ));
        }
    }
    correlation.settle();
    let before: Vec<Members> = correlation.campaigns().to_vec();
    let large = before.iter().find(|campaign| campaign.events.len() == 3).expect("there").id.clone();
    let small = before.iter().find(|campaign| campaign.events.len() == 2).expect("there").id.clone();
    correlation.put(item("event--joins", 120, &[(Kind::Domain, "one.example"), (Kind::Domain, "two.example")]));
    let changes = correlation.settle();
    assert!(changes.contains(&Change::Ended { campaign: small, into: Some(large.clone()) }), "{changes:?}");
    assert_eq!(correlation.campaigns()[0].id, large);
    // What joined them turns out to be nothing: the small one comes back, under a name of its own.
    correlation.remove("event--joins");
    let changes = correlation.settle();
    assert!(
        changes.iter().any(|change| matches!(change, Change::SplitFrom { from, .. } if *from == large)),
        "{changes:?}"
    );
    assert_eq!(correlation.campaigns().len(), 2);
}

fn shuffled<T>(items: &mut [T], mut seed: u64) {
    for at in (1..items.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        items.swap(at, (seed >> 33) as usize % (at + 1));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// One by one, in parts, in any order, with events that come twice or go again: always as if all came at once.
    #[test]
    fn the_order_of_arrival_does_not_matter(seed in any::<u64>(), n_campaigns in 1_usize..40, parts in 1_usize..8) {
        let (items, _) = world(seed, n_campaigns);
        let at_once = groups(&correlated(&items));
        let mut arriving = items.clone();
        arriving.extend(items.iter().step_by(3).cloned());
        shuffled(&mut arriving, seed ^ 7);
        let mut correlation = Correlation::default();
        for (number, part) in arriving.chunks(arriving.len() / parts + 1).enumerate() {
            let passing = item(&format!("event--passing{number}"), 0, &[(Kind::Domain, "c2-0.example")]);
            correlation.put(passing.clone());
            part.iter().for_each(|item| correlation.put(item.clone()));
            correlation.settle();
            correlation.remove(&passing.id);
        }
        correlation.settle();
        prop_assert_eq!(groups(&correlation), at_once);
        let campaigns = correlation.campaigns().to_vec();
        prop_assert!(correlation.settle().is_empty());
        prop_assert_eq!(correlation.campaigns(), &campaigns[..]);
    }
}

#[test]
fn reasons_sum_up_to_what_a_step_stands_at() {
    let (items, _) = world(3, 20);
    let correlation = correlated(&[items, crowd(100)].concat());
    let told = correlation.campaigns().iter().map(|campaign| correlation.describe(campaign));
    let arcs: Vec<Arc> = told.flat_map(|campaign| campaign.thread).filter_map(|step| step.after).collect();
    assert!(arcs.len() > 20, "{}", arcs.len());
    for arc in arcs {
        let sum: f64 = arc.reasons.iter().map(|reason| reason.bits).sum();
        assert!((sum - arc.bits).abs() < 1e-6, "{sum} is not {}: {:#?}", arc.bits, arc.reasons);
    }
}
