//! People as they come in, work, and are kept out, over both kinds of store.

mod audit;
mod keys;
mod managing;
mod signing_in;

use std::net::IpAddr;

use schema::{Datasets, Scope, Timestamp, Tlp};

use super::{NewPerson, Person, Principal, Role, SignIn, SignedIn};
use crate::{Config, Engine, Home, StoreConfig, store::tests::server};

const PASSWORD: &str = "gravel umbrella vat";

/// A product of each kind of store, with nobody in it.
struct Lab {
    engine: Engine,
    _folder: tempfile::TempDir,
}

async fn labs() -> Vec<Lab> {
    let mut labs = Vec::new();
    for url in [None].into_iter().chain(server::database().map(Some)) {
        let folder = tempfile::tempdir().expect("a folder");
        labs.push(Lab { engine: open(&folder, url).await, _folder: folder });
    }
    labs
}

async fn open(folder: &tempfile::TempDir, url: Option<String>) -> Engine {
    let home = Home::open(folder.path()).expect("a home");
    let config = Config { store: StoreConfig { url, password: None }, ..Config::default() };
    Engine::open(home, config).await.expect("opens")
}

/// The one at the command line.
fn owner() -> Principal {
    Principal::owner("root")
}

fn somewhere(last: u8) -> Option<IpAddr> {
    Some(IpAddr::from([192, 0, 2, last]))
}

fn with(name: &str, password: &str) -> SignIn {
    SignIn {
        name: name.to_owned(),
        password: password.to_owned(),
        address: somewhere(1),
        agent: "a browser".to_owned(),
        ..SignIn::default()
    }
}

fn everything() -> Scope {
    Scope::everything()
}

fn only(dataset: &str, ceiling: Tlp) -> Scope {
    Scope { datasets: Datasets::Only([dataset.to_owned()].into()), ceiling }
}

fn at(seconds: i64) -> Timestamp {
    crate::now().checked_add_nanos(seconds * 1_000_000_000).expect("in range")
}

/// Somebody who has used their link.
async fn person(engine: &Engine, name: &str, role: Role, scope: Scope) -> (Person, Principal, String) {
    let new = NewPerson { name: name.to_owned(), role, scope };
    let (person, link) = engine.invite(&owner(), &new).await.expect("invites");
    let opened = session(engine.set_up(&link, "", PASSWORD, somewhere(1), "a browser").await.expect("sets up"));
    (engine.person(&person.id).await.expect("is there"), opened.0, opened.1)
}

fn session(signed_in: SignedIn) -> (Principal, String) {
    match signed_in {
        SignedIn::Session(opened) => (opened.principal, opened.token),
        other => panic!("no session: {other:?}"),
    }
}
