//! Which names resemble which brand and how, that brands' own are left alone, and that a broken file is no model.

use proptest::prelude::*;

use super::{skeleton::Skeleton, *};

const FILE: &[u8] = include_bytes!("../../../../../content/models/lookalike_domain.bin");

fn how(name: &str) -> Option<(String, How)> {
    let brands = Brands::shipped();
    score(name, &brands).map(|found| (found.brand.to_owned(), found.how))
}

fn of(brand: &str, how: How) -> Option<(String, How)> {
    Some((brand.to_owned(), how))
}

#[test]
fn imitations_name_their_brand_and_way() {
    assert_eq!(how("xn--pypal-4ve.com"), of("paypal", How::LookalikeLetters));
    assert_eq!(how("pаypal.com"), of("paypal", How::LookalikeLetters));
    assert_eq!(how("paypa1.com"), of("paypal", How::LookalikeSigns));
    assert_eq!(how("rnicrosoft.com"), of("microsoft", How::LookalikeSigns));
    // Brands that hold such signs themselves.
    assert_eq!(how("bardays.com"), of("barclays", How::LookalikeSigns));
    assert_eq!(how("c1oudflare-login.com"), of("cloudflare", How::LookalikeSigns));
    assert_eq!(how("pay-pa-l.com"), of("paypal", How::Misspelled));
    assert_eq!(how("paypal.com.session.example.net"), of("paypal", How::InFront));
    assert_eq!(how("login.paypal.example.net"), of("paypal", How::InFront));
    assert_eq!(how("paypal.example.net"), None);
    assert_eq!(how("www.micorsoft.net"), of("microsoft", How::Misspelled));
    assert_eq!(how("netfliix.com"), of("netflix", How::Misspelled));
    assert_eq!(how("paypal-login.com"), of("paypal", How::WithLure));
    assert_eq!(how("secure-chase-account.com"), of("chase", How::WithLure));
    assert_eq!(how("fansoffacebookart.org"), of("facebook", How::WithOther));
    assert_eq!(how("chase.top"), of("chase", How::OtherSuffix));
    assert_eq!(how("account-mircosoft.com"), of("microsoft", How::PartMisspelled));
}

#[test]
fn what_is_the_brands_own_or_nobodys_is_left_alone() {
    for name in ["paypal.com", "www.paypal.com", "amazon.co.jp", "login.microsoftonline.com", "chase.com", "", "com"] {
        assert_eq!(how(name), None, "{name}");
    }
    // Short brands count only where they stand alone: a visage is no visa.
    for name in ["example.com", "visage.com", "purchased.org", "wikipedia.org", "pineapples.net"] {
        assert_ne!(how(name).map(|(_, how)| how), Some(How::WithLure), "{name}");
    }
    assert_eq!(how("visage.com"), None);
}

#[test]
fn an_organization_adds_its_own_brand() {
    let brands = Brands::new([Brand { name: "Contoso".to_owned(), domains: vec!["contoso.example".to_owned()] }]);
    assert_eq!(score("contoso.example", &brands), None);
    let found = score("c0ntoso-support.com", &brands).expect("it resembles the brand");
    assert_eq!((found.brand, found.how), ("Contoso", How::LookalikeSigns));
    assert_eq!(score("paypal-login.com", &brands), None);
}

#[test]
fn lures_stand_out() {
    let brands = Brands::shipped();
    for name in ["paypal-secure-login.com", "amazon-account-update.xyz", "netflix-billing-update.com"] {
        let found = score(name, &brands).expect("it resembles a brand");
        assert!(found.p_value.get() < 0.01 && found.probability > 0.8, "{name}: {found:?}");
    }
}

#[test]
fn letters_of_other_alphabets_are_seen_through() {
    let seen = |label: &str| String::from_utf8_lossy(Skeleton::of(label).as_slice()).into_owned();
    assert_eq!(seen("xn--80ak6aa92e"), "apple");
    assert_eq!(seen("GOOGLE"), "google");
    assert_eq!(seen("straße"), "strasse");
    assert_eq!(seen("xn--mnchen-3ya"), "munchen");
    assert_eq!(seen("xn--99999999999"), "xn--99999999999");
}

#[test]
fn a_broken_file_is_no_model() {
    let model = Model::read(FILE).expect("the shipped file is whole");
    assert_eq!(model.write(), FILE);
    for cut in [0, 5, 100, FILE.len() / 2, FILE.len() - 1] {
        assert!(Model::read(&FILE[..cut]).is_none(), "cut at {cut}");
    }
}

proptest! {
    #[test]
    fn any_name_gets_an_answer(name in any::<String>(), label in "xn--[a-z0-9-]{0,70}") {
        let brands = Brands::shipped();
        for name in [name, format!("{label}.com")] {
            prop_assert!((0.0..=1.0).contains(&spelled(&name, &brands).probability));
            prop_assert_eq!(score(&name, &brands).map(|found| found.brand.is_empty()).unwrap_or(false), false);
        }
    }
}
