//! What the shipped model says of names, and that its file is read whole or not at all.

use proptest::prelude::*;

use super::*;

const FILE: &[u8] = include_bytes!("../../../../../content/models/generated_domains.bin");

#[test]
fn random_names_stand_out_and_ordinary_ones_do_not() {
    for name in ["qxvzkwhtprnbldjm.com", "k3j9x0q8w7zv5b2n1m4c.net", "XQZJVKWPTRNBLDHG.ORG."] {
        let scored = score(name);
        assert!(scored.probability > 0.9 && scored.p_value.get() < 0.005, "{name}: {scored:?}");
    }
    for name in ["example.com", "www.wikipedia.org", "bbc.co.uk", "münchen.de", "mail.google.com", "stackoverflow.com."]
    {
        let scored = score(name);
        assert!(scored.probability < 0.5 && scored.p_value.get() > 0.02, "{name}: {scored:?}");
    }
}

#[test]
fn what_has_no_label_is_not_judged() {
    for name in ["", ".", "com", "co.uk", "10.1.2.3", "4.3.2.1.in-addr.arpa", "xn--bcher-kva.example", "t.co"] {
        assert_eq!(score(name), Scored::SILENT, "{name}");
    }
}

#[test]
fn several_names_of_a_host_say_more_than_one() {
    let names = ["wdkvbtqsmpnr.com", "lqzxhtgbvnca.net", "pfxkwqmzrtbn.org", "zjhvkqtwpdls.com", "rmxkqzjtwvbh.net"];
    let each: Vec<PValue> = names.iter().map(|name| score(name).p_value).collect();
    let all = together(&each);
    assert!(each.iter().all(|one| all < *one), "{all:?} {each:?}");
}

#[test]
fn a_broken_file_is_no_model() {
    let model = Model::read(FILE).expect("the shipped file is whole");
    assert_eq!(model.write(), FILE);
    for cut in [0, 5, 100, FILE.len() / 2, FILE.len() - 1] {
        assert!(Model::read(&FILE[..cut]).is_none(), "cut at {cut}");
    }
    let mut changed = FILE.to_vec();
    changed[FILE.len() / 3] ^= 1;
    assert!(Model::read(&changed).is_none());
}

proptest! {
    #[test]
    fn any_name_gets_an_answer(name in any::<String>()) {
        let scored = score(&name);
        prop_assert!((0.0..=1.0).contains(&scored.probability));
    }
}
