//! Who comes in, and who does not.

use totp_rs::{Builder, Secret};

use super::{
    super::{Permission, PrincipalKind, Role, SignIn, SignedIn},
    PASSWORD, at, everything, labs, owner, person, session, somewhere, with,
};
use crate::{Engine, store::sql};

#[tokio::test]
async fn the_first_link_makes_one_administrator_and_no_second_one() {
    for lab in labs().await {
        let engine = &lab.engine;
        assert!(engine.needs_set_up().await.expect("reads"));
        let old = engine.first_start_link().await.expect("makes").expect("nobody is there");
        let link = engine.first_start_link().await.expect("makes").expect("nobody is there still");
        let try_with = async |link: &str, name: &str, password: &str| {
            engine.set_up(link, name, password, somewhere(1), "a browser").await
        };
        for wrong in [old.as_str(), "", "0", &"0".repeat(64)] {
            let error = try_with(wrong, "ann", PASSWORD).await.expect_err("not good");
            assert!(error.to_string().contains("good no more"), "{error}");
        }
        assert!(try_with(&link, "ann", "short").await.is_err());
        assert!(try_with(&link, "none", PASSWORD).await.is_err());
        let invited = engine.invited(&link).await.expect("reads").expect("what was refused uses nothing up");
        assert_eq!(invited.name, None);

        let (ann, token) = session(try_with(&link, "Ann", PASSWORD).await.expect("sets up"));
        assert_eq!((ann.name.as_str(), ann.role, ann.kind), ("ann", Role::Admin, PrincipalKind::Person));
        assert!(ann.scope.ceiling < schema::Tlp::Red, "TLP:RED is for people who are named");
        assert_eq!(engine.session(&token, somewhere(1)).await.expect("reads"), Some(ann));
        assert!(try_with(&link, "bob", PASSWORD).await.is_err(), "a link is good once");
        assert_eq!(engine.first_start_link().await.expect("reads"), None);
        assert!(!engine.needs_set_up().await.expect("reads"));
    }
}

#[tokio::test]
async fn the_first_link_is_used_once_however_many_hold_it() {
    for lab in labs().await {
        let engine = &lab.engine;
        let link = engine.first_start_link().await.expect("makes").expect("nobody is there");
        let tried = futures::future::join_all((0..6).map(|n| {
            let link = link.clone();
            async move { engine.set_up(&link, &format!("admin{n}"), PASSWORD, None, "").await.is_ok() }
        }))
        .await;
        assert_eq!(tried.iter().filter(|one| **one).count(), 1, "{tried:?}");
        assert_eq!(engine.people().await.expect("reads").len(), 1);
    }
}

#[tokio::test]
async fn a_session_is_known_by_its_secret_until_it_ends() {
    for lab in labs().await {
        let engine = &lab.engine;
        person(engine, "ann", Role::Analyst, everything()).await;
        let (ann, token) = session(engine.sign_in(with("ANN ", PASSWORD)).await.expect("answers"));
        assert!(ann.may(Permission::WorkOnEvents) && !ann.may(Permission::ManagePeople));
        let who = async |token: &str| engine.session(token, None).await.expect("reads").map(|one| one.name);
        assert_eq!(who(&token).await.as_deref(), Some("ann"));
        let shorter: String = token.chars().skip(1).collect();
        for wrong in ["", "ann", &shorter, &token.to_uppercase()] {
            assert_eq!(who(wrong).await, None, "{wrong}");
        }
        let (_, elsewhere) = session(engine.sign_in(with("ann", PASSWORD)).await.expect("answers"));
        assert_ne!(elsewhere, token, "each sign-in has a session of its own");
        let sessions = engine.own_sessions(&ann).await.expect("reads");
        assert_eq!((sessions.len(), sessions.iter().filter(|one| one.current).count()), (3, 1));
        engine.sign_out(&ann).await.expect("ends");
        assert_eq!((who(&token).await, who(&elsewhere).await.as_deref()), (None, Some("ann")));
        let other = sessions.iter().find(|one| !one.current).expect("another one");
        engine.end_own_session(&ann, &other.id).await.expect("ends");
        assert!(engine.end_own_session(&ann, &other.id).await.is_err(), "it has ended");
    }
}

#[tokio::test]
async fn sessions_end_when_idle_and_at_the_end_of_the_day() {
    for lab in labs().await {
        let engine = &lab.engine;
        let (_, _, token) = person(engine, "ann", Role::Viewer, everything()).await;
        let is_in =
            async |minutes: i64| engine.session_at(&token, None, at(minutes * 60)).await.expect("reads").is_some();
        assert!(!is_in(31).await, "idle for half an hour");
        for minutes in (0..720).step_by(29) {
            assert!(is_in(minutes).await, "worked until minute {minutes}");
        }
        assert!(!is_in(720).await, "and not for longer than a day's work");
    }
}

#[tokio::test]
async fn names_and_passwords_that_are_wrong_look_alike() {
    for lab in labs().await {
        let engine = &lab.engine;
        person(engine, "ann", Role::Viewer, everything()).await;
        let new = super::NewPerson { name: "bob".to_owned(), role: Role::Viewer, scope: everything() };
        engine.invite(&owner(), &new).await.expect("invites");
        let long = "x".repeat(1 << 20);
        for (name, password) in [
            ("ann", "gravel umbrella vaT"),
            ("ann", ""),
            ("nobody-here", PASSWORD),
            ("bob", ""),
            ("a\0b'--", long.as_str()),
        ] {
            let answer = engine.sign_in(with(name, password)).await.expect("answers");
            assert!(matches!(answer, SignedIn::BadCredentials), "{name}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn whoever_fails_often_waits_longer_and_longer() {
    for lab in labs().await {
        let engine = &lab.engine;
        person(engine, "ann", Role::Viewer, everything()).await;
        let sign_in = async |password: &str, last: u8, seconds: i64| {
            let request = SignIn { address: somewhere(last), ..with("ann", password) };
            engine.sign_in_at(request, at(seconds)).await.expect("answers")
        };
        for _ in 0..5 {
            assert!(matches!(sign_in("a wrong password", 7, 0).await, SignedIn::BadCredentials));
        }
        let SignedIn::TooMany { retry_after } = sign_in(PASSWORD, 7, 0).await else { panic!("no wait") };
        assert!((1..=2).contains(&retry_after), "{retry_after}");
        assert!(matches!(sign_in("a wrong password", 7, 5).await, SignedIn::BadCredentials));
        let SignedIn::TooMany { retry_after } = sign_in(PASSWORD, 7, 5).await else { panic!("no wait") };
        assert!((2..=3).contains(&retry_after), "{retry_after}");
        assert!(matches!(sign_in(PASSWORD, 8, 5).await, SignedIn::Session(_)), "who is elsewhere need not wait");
        assert!(matches!(sign_in(PASSWORD, 7, 10).await, SignedIn::Session(_)), "and who has waited comes in");
        assert!(matches!(sign_in("a wrong password", 7, 10).await, SignedIn::BadCredentials), "all is forgotten");
    }
}

#[tokio::test]
async fn many_guesses_at_once_are_no_more_than_one_by_one() {
    for lab in labs().await {
        let engine = &lab.engine;
        person(engine, "ann", Role::Viewer, everything()).await;
        let guesses = (0..40).map(|n| engine.sign_in(with("ann", &format!("wrong password {n}"))));
        let looked_at = futures::future::join_all(guesses).await;
        let looked_at = looked_at.iter().filter(|one| matches!(one, Ok(SignedIn::BadCredentials))).count();
        assert!((5..=7).contains(&looked_at), "{looked_at}");
    }
}

#[tokio::test]
async fn names_of_strangers_are_not_kept_without_bound() {
    for lab in labs().await {
        let engine = &lab.engine;
        // Not one by one: that would take minutes.
        let mut fill = sql::Builder::new("INSERT INTO sign_in_failures (name, n, last_at) ");
        fill.push_values(0..10_000_i64, |mut row, n| {
            row.push_bind(format!("stranger {n}")).push_bind(1_i64).push_bind(crate::now().micros());
        });
        engine.store.run(fill.build()).await;
        for more in ["SELECT name || ' a', n, last_at - 9", "SELECT name || ' b', n, last_at - 99"] {
            let more = sqlx::AssertSqlSafe(format!("INSERT INTO sign_in_failures {more} FROM sign_in_failures"));
            engine.store.run(sql::query(more)).await;
        }
        engine.sign_in(with("ann", "a wrong password")).await.expect("answers");
        let kept = engine.store.count("sign_in_failures").await;
        assert!(kept < 20_000, "{kept}");
    }
}

#[tokio::test]
async fn a_code_is_asked_for_and_is_good_once() {
    for lab in labs().await {
        let engine = &lab.engine;
        let (_, ann, _) = person(engine, "ann", Role::Admin, everything()).await;
        let offered = engine.begin_second_factor(&ann).await.expect("begins");
        assert!(offered.uri.starts_with("otpauth://totp/Margay:ann?"), "{}", offered.uri);
        let code = |seconds: i64| code(&offered.secret, seconds);
        assert!(engine.confirm_second_factor(&ann, "000000x").await.is_err());
        assert!(matches!(engine.sign_in(with("ann", PASSWORD)).await.expect("answers"), SignedIn::Session(_)));
        let recovery = engine.confirm_second_factor(&ann, &code(0)).await.expect("is on");
        assert_eq!(recovery.len(), 10);

        let sign_in = async |code: Option<&str>, seconds: i64| {
            let request = SignIn { code: code.map(ToOwned::to_owned), ..with("ann", PASSWORD) };
            engine.sign_in_at(request, at(seconds)).await.expect("answers")
        };
        let is_wrong = |answer| matches!(answer, SignedIn::SecondFactor { wrong: true });
        assert!(matches!(sign_in(None, 60).await, SignedIn::SecondFactor { wrong: false }));
        assert!(is_wrong(sign_in(Some(&code(0)), 0).await), "the code that confirmed it was used");
        let shown = code(60);
        let spaced: String = shown.chars().take(3).chain([' ']).chain(shown.chars().skip(3)).collect();
        assert!(matches!(sign_in(Some(&spaced), 60).await, SignedIn::Session(_)));
        assert!(is_wrong(sign_in(Some(&code(60)), 60).await), "a code is good once");
        assert!(is_wrong(sign_in(Some(&code(60)), 300).await), "and not for long");
        let one = recovery.first().expect("ten").to_uppercase();
        assert!(matches!(sign_in(Some(&one), 300).await, SignedIn::Session(_)));
        assert!(is_wrong(sign_in(Some(&one), 300).await), "a recovery code is good once");
        assert_eq!(engine.n_recovery_codes(&ann).await.expect("reads"), 9);

        // A link chooses a new password, and is no way around the code.
        let link = engine.reset_person(&owner(), &ann.id, false).await.expect("resets");
        let answer = engine.set_up(&link, "", "another gravel umbrella", None, "").await.expect("answers");
        assert!(matches!(answer, SignedIn::SecondFactor { wrong: false }), "{answer:?}");
        let request = SignIn { code: Some(code(400)), ..with("ann", "another gravel umbrella") };
        let (ann, _) = session(engine.sign_in_at(request, at(400)).await.expect("answers"));
        assert!(engine.remove_second_factor(&ann, PASSWORD.to_owned()).await.is_err(), "not the password any more");
        engine.remove_second_factor(&ann, "another gravel umbrella".to_owned()).await.expect("is off");
        let answer = engine.sign_in(with("ann", "another gravel umbrella")).await.expect("answers");
        assert!(matches!(answer, SignedIn::Session(_)), "{answer:?}");
    }
}

#[tokio::test]
async fn codes_cannot_be_guessed_by_who_knows_the_password() {
    for lab in labs().await {
        let engine = &lab.engine;
        let (_, ann, _) = person(engine, "ann", Role::Viewer, everything()).await;
        let offered = engine.begin_second_factor(&ann).await.expect("begins");
        engine.confirm_second_factor(&ann, &code(&offered.secret, 0)).await.expect("is on");
        let mut looked_at = 0;
        for n in 0..30 {
            // Asking for the code with the right password in between must not begin the count anew.
            let code = (n % 2 == 0).then(|| format!("{n:06}"));
            let answer = engine.sign_in(SignIn { code, ..with("ann", PASSWORD) }).await.expect("answers");
            looked_at += usize::from(matches!(answer, SignedIn::SecondFactor { wrong: true }));
        }
        assert!(looked_at <= 7, "{looked_at}");
    }
}

#[tokio::test]
async fn a_new_password_ends_all_other_sessions() {
    for lab in labs().await {
        let engine = &lab.engine;
        let (_, ann, token) = person(engine, "ann", Role::Viewer, everything()).await;
        let (_, elsewhere) = session(engine.sign_in(with("ann", PASSWORD)).await.expect("answers"));
        let new = "another gravel umbrella";
        assert!(engine.change_password(&ann, "wrong wrong wrong".to_owned(), new).await.is_err());
        assert!(engine.change_password(&ann, PASSWORD.to_owned(), "password1234").await.is_err());
        assert!(engine.change_password(&ann, PASSWORD.to_owned(), PASSWORD).await.is_err());
        engine.change_password(&ann, PASSWORD.to_owned(), new).await.expect("changes");
        assert!(engine.session(&token, None).await.expect("reads").is_some());
        assert!(engine.session(&elsewhere, None).await.expect("reads").is_none());
        assert!(matches!(engine.sign_in(with("ann", PASSWORD)).await.expect("answers"), SignedIn::BadCredentials));
        session(engine.sign_in(with("ann", new)).await.expect("answers"));
        for _ in 0..5 {
            let _refused = engine.change_password(&ann, "wrong wrong wrong".to_owned(), new).await;
        }
        let error = engine.change_password(&ann, new.to_owned(), PASSWORD).await.expect_err("waits");
        assert!(error.to_string().contains("too often"), "{error}");
    }
}

/// The code that a device shows.
fn code(secret: &str, seconds: i64) -> String {
    let totp = Builder::new().with_secret(Secret::try_from_base32(secret).expect("base32")).with_account_name("ann");
    let seconds = u64::try_from(at(seconds).micros() / 1_000_000).expect("after 1970");
    totp.build().expect("builds").generate(seconds).to_string()
}

#[tokio::test]
async fn no_secret_is_in_the_store() {
    for lab in labs().await {
        let engine: &Engine = &lab.engine;
        let (ann, principal, token) = person(engine, "ann", Role::Admin, everything()).await;
        let link = engine.reset_person(&owner(), &ann.id, false).await.expect("resets");
        let (_, key) = engine
            .make_key(&owner(), &ann, &super::super::NewKey { name: "nightly".to_owned(), ..Default::default() })
            .await
            .expect("makes");
        engine.sign_in(with("my secret typed as name", "my other secret")).await.expect("answers");
        let secret = key.rsplit('_').next().expect("three parts");
        let canaries = [PASSWORD, &token, &link, secret, "my other secret"];
        for canary in canaries {
            for table in ["people", "invitations", "sessions", "api_keys", "sign_in_failures", "audit_log"] {
                assert_eq!(engine.store.count_rows_with(table, canary).await, 0, "{canary} in {table}");
            }
            assert!(!format!("{principal:?} {:?}", with("ann", PASSWORD)).contains(canary), "{canary} in a log");
        }
        assert_eq!(engine.store.count_rows_with("sign_in_failures", "typed as name").await, 0);
    }
}
