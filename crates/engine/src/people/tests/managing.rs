//! Who changes what others may do.

use schema::Tlp;

use super::{
    super::{NewPerson, Permission, PersonChange, PersonState, Role},
    PASSWORD, everything, labs, only, owner, person, session, with,
};

fn disabled(disabled: bool) -> PersonChange {
    PersonChange { disabled: Some(disabled), ..PersonChange::default() }
}

fn role(role: Role) -> PersonChange {
    PersonChange { role: Some(role), ..PersonChange::default() }
}

#[tokio::test]
async fn whoever_is_disabled_or_removed_is_out_at_once() {
    for lab in labs().await {
        let engine = &lab.engine;
        let (_, admin, _) = person(engine, "ann", Role::Admin, everything()).await;
        let (bob, _, token) = person(engine, "bob", Role::Analyst, everything()).await;
        let is_in = async |token: &str| engine.session(token, None).await.expect("reads").is_some();
        assert!(is_in(&token).await);
        let changed = engine.change_person(&admin, "bob", &disabled(true)).await.expect("disables");
        assert_eq!(changed.state, PersonState::Disabled);
        assert!(!is_in(&token).await);
        let answer = engine.sign_in(with("bob", PASSWORD)).await.expect("answers");
        assert!(matches!(answer, super::SignedIn::BadCredentials), "{answer:?}");
        assert!(engine.reset_person(&admin, "bob", false).await.is_err());
        engine.change_person(&admin, "bob", &disabled(false)).await.expect("enables");
        assert!(!is_in(&token).await, "a session that was ended does not come back");
        let (_, token) = session(engine.sign_in(with("bob", PASSWORD)).await.expect("answers"));
        assert!(is_in(&token).await);
        engine.remove_person(&admin, &bob.id).await.expect("removes");
        assert!(!is_in(&token).await);
        assert!(engine.person("bob").await.is_err());
        let again = NewPerson { name: "Bob".to_owned(), role: Role::Viewer, scope: everything() };
        let error = engine.invite(&admin, &again).await.expect_err("history names him");
        assert!(error.to_string().contains("history"), "{error}");
    }
}

#[tokio::test]
async fn the_last_administrator_stays_one() {
    for lab in labs().await {
        let engine = &lab.engine;
        let (ann, _, _) = person(engine, "ann", Role::Admin, everything()).await;
        let invited = NewPerson { name: "bob".to_owned(), role: Role::Admin, scope: everything() };
        engine.invite(&owner(), &invited).await.expect("invites");
        for change in [disabled(true), role(Role::Viewer)] {
            let error = engine.change_person(&owner(), &ann.id, &change).await.expect_err("the last one");
            assert!(error.to_string().contains("last administrator"), "{error}");
        }
        assert!(engine.remove_person(&owner(), "ann").await.is_err());
        engine.remove_person(&owner(), "bob").await.expect("who has not come yet is not needed");
        let (_, carl, _) = person(engine, "carl", Role::Admin, everything()).await;
        engine.change_person(&carl, "ann", &role(Role::Viewer)).await.expect("there is another one now");
        assert!(engine.remove_person(&owner(), "carl").await.is_err());
    }
}

#[tokio::test]
async fn nobody_gives_what_they_do_not_have() {
    for lab in labs().await {
        let engine = &lab.engine;
        let (ann, admin, _) = person(engine, "ann", Role::Admin, only("edge", Tlp::Amber)).await;
        let (_, analyst, _) = person(engine, "bob", Role::Analyst, everything()).await;
        let (red, _, _) = person(engine, "red", Role::Viewer, everything()).await;
        let invite = async |by, name: &str, scope| {
            engine.invite(by, &NewPerson { name: name.to_owned(), role: Role::Viewer, scope }).await
        };
        assert!(invite(&admin, "carl", everything()).await.is_err());
        assert!(invite(&admin, "carl", only("mail", Tlp::Clear)).await.is_err());
        assert!(invite(&admin, "carl", only("edge", Tlp::Red)).await.is_err());
        let (carl, _) = invite(&admin, "carl", only("edge", Tlp::Green)).await.expect("within hers");
        assert!(engine.change_person(&analyst, &carl.id, &disabled(true)).await.is_err(), "no administrator");
        let scope = |scope| PersonChange { scope: Some(scope), ..PersonChange::default() };
        assert!(engine.change_person(&admin, &carl.id, &scope(everything())).await.is_err());
        assert!(engine.change_person(&admin, &ann.id, &scope(everything())).await.is_err(), "not of herself");
        assert!(engine.change_person(&admin, &red.id, &scope(only("edge", Tlp::Amber))).await.is_err());
        let error = engine.reset_person(&admin, &red.id, false).await.expect_err("she would be red");
        assert!(error.to_string().contains("more than you may see"), "{error}");
        engine.change_person(&admin, &red.id, &disabled(true)).await.expect("but she may keep anybody out");
        engine.change_person(&owner(), &ann.id, &scope(everything())).await.expect("who owns the machine may");
    }
}

#[tokio::test]
async fn a_link_of_somebody_is_good_once_and_the_newest_one_only() {
    for lab in labs().await {
        let engine = &lab.engine;
        let new = NewPerson { name: "bob".to_owned(), role: Role::Analyst, scope: everything() };
        let (bob, first) = engine.invite(&owner(), &new).await.expect("invites");
        assert_eq!(bob.state, PersonState::Invited);
        let second = engine.reset_person(&owner(), "bob", false).await.expect("a new link");
        let use_it = async |link: &str| engine.set_up(link, "mallory", PASSWORD, None, "").await;
        assert!(use_it(&first).await.is_err());
        assert_eq!(engine.invited(&second).await.expect("reads").and_then(|one| one.name).as_deref(), Some("bob"));
        let (principal, token) = session(use_it(&second).await.expect("is good"));
        assert_eq!(principal.name, "bob", "whatever name was given");
        assert!(use_it(&second).await.is_err());
        let third = engine.reset_person(&owner(), "bob", false).await.expect("a new link");
        assert!(engine.session(&token, None).await.expect("reads").is_none(), "a reset ends sessions");
        let answer = engine.sign_in(with("bob", PASSWORD)).await.expect("answers");
        assert!(matches!(answer, super::SignedIn::BadCredentials), "{answer:?}");
        engine.change_person(&owner(), "bob", &disabled(true)).await.expect("disables");
        assert!(use_it(&third).await.is_err(), "and no link of somebody who is kept out is good");
    }
}

#[test]
fn every_permission_is_somebodys_and_roles_are_apart() {
    for permission in Permission::ALL {
        assert!(Role::Admin.may(permission), "{permission:?}");
        let told: Permission = serde_json::from_value(permission.name().into()).expect("its name");
        assert_eq!(told, permission);
    }
    assert_eq!(Role::Auditor.permissions(), [Permission::ReadAudit]);
    for role in Role::ALL {
        assert_eq!(role.name().parse(), Ok(role));
        assert_eq!(role.may(Permission::ManagePeople), role == Role::Admin);
    }
    assert!("root".parse::<Role>().is_err());
}
