//! DATA/imitating/YEAR-SOURCE.txt and DATA/ordinary/YEAR-SOURCE.txt, one name a line; years before 2024 are learned from.

use std::{collections::HashSet, path::Path};

use detect::models::{
    learn::{Group, measure},
    lookalike_domain::{Brands, learn as train, parts},
};

use super::files;

/// Names of this year and later are only judged.
const FIRST_JUDGED: &str = "2024";

pub(super) fn learn(data: &Path) -> Option<Vec<u8>> {
    let brands = Brands::shipped();
    let (imitating, imitating_later) = by_year(&data.join("imitating"));
    let (ordinary, ordinary_later) = by_year(&data.join("ordinary"));
    let parts = parts(&imitating, &ordinary, &brands, 1);
    let model = train(&parts, 1);
    let known: HashSet<String> = imitating.iter().chain(&ordinary).filter_map(|name| registered(name)).collect();
    let well_known: HashSet<String> = ordinary_later.iter().filter_map(|name| registered(name)).collect();
    let unseen = |names: &[String], but: &HashSet<String>| -> Vec<String> {
        let mut seen = HashSet::new();
        names
            .iter()
            .filter_map(|name| registered(name))
            .filter(|domain| !known.contains(domain) && !but.contains(domain) && seen.insert(domain.clone()))
            .collect()
    };
    let (later, hosted): (Vec<String>, Vec<String>) =
        unseen(&imitating_later, &well_known).into_iter().partition(|domain| !is_hosted(domain));
    let all_ordinary: Vec<String> = {
        let mut seen = HashSet::new();
        let domains = ordinary_later.iter().filter_map(|name| registered(name));
        domains.filter(|domain| seen.insert(domain.clone())).collect()
    };
    println!("learned: {} imitating, {} ordinary names", imitating.len(), ordinary.len());
    let everybody: Vec<String> = later.iter().chain(&hosted).cloned().collect();
    println!("judged: {} imitating, {} ordinary domains", everybody.len(), all_ordinary.len());
    let scores = |names: &[String]| -> Vec<f64> { names.iter().filter_map(|name| model.raw(name, &brands)).collect() };
    println!("\n| names | n | AUC | found at 0.1 % | at 1 % |\n|---|---|---|---|---|");
    let ordinary_scores = scores(&all_ordinary);
    let with_brand = |names: &[String]| -> Vec<String> {
        names.iter().filter(|name| model.resembles(name, &brands)).cloned().collect()
    };
    let (brand_later, brand_ordinary) = (with_brand(&everybody), with_brand(&all_ordinary));
    let hidden = |names: &[String]| -> Vec<String> { names.iter().filter_map(|name| without_suffix(name)).collect() };
    for (title, imitating, ordinary) in [
        ("registered domains", &later, &all_ordinary),
        ("registered domains, suffix hidden", &hidden(&later), &hidden(&all_ordinary)),
        ("below hosting and dynamic DNS", &hosted, &all_ordinary),
        ("registered domains, ordinary ones unseen", &later, &unseen(&all_ordinary, &HashSet::new())),
        ("those that resemble a brand, against all", &brand_later, &all_ordinary),
        ("those that resemble a brand, among such", &brand_later, &brand_ordinary),
    ] {
        let group = [Group { name: title.to_owned(), scores: scores(imitating) }];
        let ordinary = scores(ordinary);
        let (strict, mild) = (measure(&group, &ordinary, 0.001)?, measure(&group, &ordinary, 0.01)?);
        let n = imitating.len();
        println!("| {title} | {n} | {:.3} | {:.3} | {:.3} |", strict.area, strict.found, mild.found);
    }
    println!("\nordinary names that resemble a brand: {} of {}", brand_ordinary.len(), all_ordinary.len());
    let imitating = scores(&everybody).into_iter().map(|score| (score, true));
    let cases: Vec<(f64, bool)> = imitating.chain(ordinary_scores.iter().map(|score| (*score, false))).collect();
    Some(model.calibrate(ordinary_scores, &cases)?.write())
}

/// Names of years before the first judged one, and of later ones.
fn by_year(folder: &Path) -> (Vec<String>, Vec<String>) {
    let (mut before, mut later) = (Vec::new(), Vec::new());
    for (name, names) in files::lists(folder) {
        let is_later = name.as_str() >= FIRST_JUDGED;
        println!("{} {name}: {} names", if is_later { "judged" } else { "learned" }, names.len());
        (if is_later { &mut later } else { &mut before }).extend(names);
    }
    (before, later)
}

/// The label below a suffix that the model has never met.
fn without_suffix(domain: &str) -> Option<String> {
    Some(format!("{}.invalid", domain.split('.').next()?))
}

/// Whether anybody may have a name there for the asking: what stands below a provider's domain.
fn is_hosted(domain: &str) -> bool {
    psl::suffix(domain.as_bytes()).is_some_and(|suffix| suffix.typ() == Some(psl::Type::Private))
}

fn registered(name: &str) -> Option<String> {
    psl::domain_str(name.trim_end_matches('.')).map(str::to_ascii_lowercase)
}
