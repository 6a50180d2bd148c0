//! Keys open what their person may, and nothing else.

use std::net::IpAddr;

use schema::Tlp;

use super::{
    super::{NewKey, Permission, PersonChange, PrincipalKind, Role},
    everything, labs, only, owner, person, somewhere,
};
use crate::store::sql;

fn named(name: &str) -> NewKey {
    NewKey { name: name.to_owned(), ..NewKey::default() }
}

#[tokio::test]
async fn a_key_is_known_by_its_whole_text() {
    for lab in labs().await {
        let engine = &lab.engine;
        let (ann, session, _) = person(engine, "ann", Role::Analyst, everything()).await;
        let (key, text) = engine.make_key(&session, &ann, &named("nightly")).await.expect("makes");
        let bearer = engine.key_bearer(&text, somewhere(1)).await.expect("reads").expect("is good");
        assert_eq!(
            (bearer.name.as_str(), bearer.kind, bearer.key_id()),
            ("ann", PrincipalKind::Key, Some(key.id.as_str()))
        );
        let used = engine.keys(&session).await.expect("reads").remove(0);
        assert_eq!(used.used_from.as_deref(), Some("192.0.2.1"));
        assert!(used.used_at.is_some());

        let mut wrong: Vec<String> = ["", "mgy", "mgy__", "mgy_0_1", "Bearer x"].map(ToOwned::to_owned).to_vec();
        for place in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[place] = if bytes[place] == b'0' { b'1' } else { b'0' };
            wrong.push(String::from_utf8(bytes).expect("ASCII"));
        }
        wrong.push(format!("{text}0"));
        wrong.push(text.chars().take(text.len() - 1).collect());
        wrong.push(text.to_uppercase());
        for wrong in wrong {
            assert_eq!(engine.key_bearer(&wrong, None).await.expect("reads"), None, "{wrong}");
        }
        assert!(engine.make_key(&bearer, &ann, &named("more")).await.is_err(), "a key makes no keys");
    }
}

#[tokio::test]
async fn a_key_may_no_more_than_its_person_at_that_moment() {
    for lab in labs().await {
        let engine = &lab.engine;
        let (ann, session, _) = person(engine, "ann", Role::Analyst, only("edge", Tlp::Amber)).await;
        let wide = NewKey { role: Some(Role::Admin), scope: Some(everything()), ..named("wide") };
        let (_, text) = engine.make_key(&session, &ann, &wide).await.expect("makes");
        let bearer = async || engine.key_bearer(&text, None).await.expect("reads").expect("is good");
        assert_eq!(bearer().await.scope, only("edge", Tlp::Amber));
        assert!(bearer().await.may(Permission::RunSql) && !bearer().await.may(Permission::ManagePeople));
        let change = PersonChange { role: Some(Role::Viewer), scope: Some(only("edge", Tlp::Green)), disabled: None };
        engine.change_person(&owner(), &ann.id, &change).await.expect("changes");
        assert_eq!(bearer().await.scope, only("edge", Tlp::Green));
        assert!(!bearer().await.may(Permission::RunSql));

        let narrow = NewKey { role: Some(Role::Auditor), scope: Some(only("mail", Tlp::Red)), ..named("narrow") };
        assert!(engine.make_key(&session, &ann, &narrow).await.is_ok(), "who had a session keeps its rights till then");
        let (_, text) = engine.make_key(&owner(), &ann, &narrow).await.expect("makes");
        let bearer = engine.key_bearer(&text, None).await.expect("reads").expect("is good");
        assert!(!bearer.scope.admits("edge", Tlp::Clear) && !bearer.scope.admits("mail", Tlp::Clear));
        assert_eq!(bearer.permissions(), [], "an auditor's key of a viewer opens nothing");
    }
}

#[tokio::test]
async fn old_revoked_and_orphaned_keys_open_nothing() {
    for lab in labs().await {
        let engine = &lab.engine;
        let (ann, session, _) = person(engine, "ann", Role::Admin, everything()).await;
        let (bob, bobs, _) = person(engine, "bob", Role::Analyst, everything()).await;
        let opens = async |text: &str| engine.key_bearer(text, None).await.expect("reads").is_some();
        let (key, revoked) = engine.make_key(&bobs, &bob, &named("one")).await.expect("makes");
        assert!(engine.make_key(&bobs, &ann, &named("hers")).await.is_err(), "nobody makes keys of others");
        assert!(engine.make_key(&session, &bob, &named("his")).await.is_err(), "administrators neither");
        let (anns, _) = engine.make_key(&session, &ann, &named("two")).await.expect("makes");
        let error = engine.revoke_key(&bobs, &anns.id).await.expect_err("not his");
        assert!(error.to_string().contains("no such key"), "{error}");
        assert_eq!(engine.keys(&bobs).await.expect("reads").len(), 1);
        assert_eq!(engine.keys(&session).await.expect("reads").len(), 2);
        assert!(opens(&revoked).await);
        engine.revoke_key(&session, &key.id).await.expect("revokes");
        assert!(!opens(&revoked).await);

        let (key, expired) = engine.make_key(&bobs, &bob, &named("three")).await.expect("makes");
        engine.store.run(sql::query("UPDATE api_keys SET expires_at = 1 WHERE key_id = $1").bind(&key.id)).await;
        assert!(!opens(&expired).await);
        assert!(!opens(&expired).await);
        let refused = format!("audit_log WHERE action = 'key.refused' AND subject = '{}'", key.id);
        let told = engine.store.count(&refused).await;
        assert_eq!(told, 1, "what is tried again and again is told once");

        let (_, orphaned) = engine.make_key(&bobs, &bob, &named("four")).await.expect("makes");
        assert!(opens(&orphaned).await);
        let change = PersonChange { disabled: Some(true), ..PersonChange::default() };
        engine.change_person(&session, &bob.id, &change).await.expect("disables");
        assert!(!opens(&orphaned).await);
        let change = PersonChange { disabled: Some(false), ..PersonChange::default() };
        engine.change_person(&session, &bob.id, &change).await.expect("enables");
        assert!(!opens(&orphaned).await, "what was ended does not come back");
    }
}

#[tokio::test]
async fn a_key_with_addresses_is_good_from_there_alone() {
    for lab in labs().await {
        let engine = &lab.engine;
        let (ann, session, _) = person(engine, "ann", Role::Viewer, everything()).await;
        let text_of = |addresses: &[&str]| addresses.iter().map(|one| (*one).to_owned()).collect();
        // A viewer makes no keys; who owns the machine makes one.
        assert!(engine.make_key(&session, &ann, &named("own")).await.is_err());
        for wrong in ["10.0.0.0/33", "example.org", ""] {
            let new = NewKey { addresses: text_of(&[wrong]), ..named("wrong") };
            assert!(engine.make_key(&owner(), &ann, &new).await.is_err(), "{wrong}");
        }
        let new = NewKey { addresses: text_of(&["192.0.2.0/28", "2001:db8::7"]), ..named("there") };
        let (_, text) = engine.make_key(&owner(), &ann, &new).await.expect("makes");
        for (address, good) in [
            ("192.0.2.15", true),
            ("192.0.2.16", false),
            ("::ffff:192.0.2.3", true),
            ("2001:db8::7", true),
            ("2001:db8::8", false),
        ] {
            let address: IpAddr = address.parse().expect("an address");
            assert_eq!(engine.key_bearer(&text, Some(address)).await.expect("reads").is_some(), good, "{address}");
        }
        assert!(engine.key_bearer(&text, None).await.expect("reads").is_none());
    }
}
