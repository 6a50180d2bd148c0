//! DATA/attacks/AUTHOR.KIND.txt and DATA/ordinary/SOURCE.txt, one payload a line.

use std::{collections::HashSet, path::Path};

use detect::models::{
    learn::{Group, measure},
    web_attack::{Source, Untold, learn as train, parts},
};

use super::files;

/// Ordinary payloads of other sources than those of training, only for measuring.
const HELD_OUT: &str = "test-";
/// Ordinary payloads that somebody collected because they look like attacks: judged apart.
const ODD: &str = "odd-";

pub(super) fn learn(data: &Path) -> Option<Vec<u8>> {
    let attacks = sources(&data.join("attacks"));
    let ordinary = sources(&data.join("ordinary"));
    for source in attacks.iter().chain(&ordinary) {
        println!("{}: {} payloads", source.name, source.payloads.len());
    }
    let (known, judged) = halves(&ordinary);
    let (odd, judged): (Vec<Source>, Vec<Source>) = judged.into_iter().partition(|source| source.name.starts_with(ODD));
    let known: Vec<&Source> = known.iter().collect();
    let parts = parts(&known, 1);
    let all: Vec<&Source> = attacks.iter().collect();
    let mut cases = Vec::new();
    let mut authors: Vec<&str> = attacks.iter().map(Source::author).collect();
    authors.dedup();
    println!("\n| author left out | payloads | AUC | found at 0.1 % | at 1 % |\n|---|---|---|---|---|");
    for author in authors {
        let (outside, inside) = all.iter().copied().partition::<Vec<_>, _>(|source| source.author() == author);
        if outside.iter().map(|source| source.payloads.len()).sum::<usize>() >= 100 {
            let model = train(&parts, &inside, 1);
            let outside = unseen(&outside, &inside);
            row(author, &model, &outside, &judged, &mut cases);
        }
    }
    let mut kinds: Vec<&str> = attacks.iter().map(Source::kind).filter(|kind| *kind != "mixed").collect();
    kinds.sort_unstable();
    kinds.dedup();
    println!("\n| kind left out | payloads | AUC | found at 0.1 % | at 1 % |\n|---|---|---|---|---|");
    for kind in kinds {
        let (outside, inside) = all.iter().copied().partition::<Vec<_>, _>(|source| source.kind() == kind);
        let inside: Vec<&Source> = inside.into_iter().filter(|source| source.kind() != "mixed").collect();
        let model = train(&parts, &inside, 1);
        let outside = unseen(&outside, &inside);
        row(kind, &model, &outside, &judged, &mut Vec::new());
    }
    let model = train(&parts, &all, 1);
    let scores: Vec<f64> =
        judged.iter().flat_map(|source| &source.payloads).map(|payload| model.raw(payload)).collect();
    println!("\n| ordinary source | payloads | above the threshold of 0.1 % |\n|---|---|---|");
    let mut sorted = scores.clone();
    sorted.sort_unstable_by(f64::total_cmp);
    let threshold = *sorted.get(sorted.len() - 1 - sorted.len() / 1_000)?;
    for source in judged.iter().chain(&odd) {
        let above = source.payloads.iter().filter(|payload| model.raw(payload) > threshold).count();
        println!("| {} | {} | {above} |", source.name, source.payloads.len());
    }
    if std::env::args().any(|argument| argument == "--worst") {
        worst(&model, &judged);
    }
    Some(model.calibrate(scores, &cases)?.write())
}

fn sources(folder: &Path) -> Vec<Source> {
    let lists = files::lists(folder).into_iter();
    lists.map(|(name, lines)| Source { name, payloads: lines.into_iter().map(String::into_bytes).collect() }).collect()
}

/// Of each ordinary source every third payload is only judged; of those that are held out, all.
fn halves(ordinary: &[Source]) -> (Vec<Source>, Vec<Source>) {
    let mut known = Vec::new();
    let mut judged = Vec::new();
    for source in ordinary {
        let is_held_out = source.name.starts_with(HELD_OUT);
        let part = |chosen: bool| {
            let payloads = source.payloads.iter().enumerate();
            let payloads = payloads.filter(|(at, _)| (is_held_out || at % 3 == 0) == chosen);
            Source { name: source.name.clone(), payloads: payloads.map(|(_, payload)| payload.clone()).collect() }
        };
        judged.push(part(true));
        if !is_held_out {
            known.push(part(false));
        }
    }
    (known, judged)
}

/// Authors copy from each other: what also stands in what was learned from, in whatever case, is no test.
fn unseen(outside: &[&Source], inside: &[&Source]) -> Vec<Source> {
    let plain = |payload: &Vec<u8>| payload.trim_ascii().to_ascii_lowercase();
    let known: HashSet<Vec<u8>> = inside.iter().flat_map(|source| &source.payloads).map(plain).collect();
    let new = |source: &&Source| Source {
        name: source.name.clone(),
        payloads: source.payloads.iter().filter(|payload| !known.contains(&plain(payload))).cloned().collect(),
    };
    outside.iter().map(new).collect()
}

fn row(title: &str, model: &Untold, outside: &[Source], ordinary: &[Source], cases: &mut Vec<(f64, bool)>) {
    let scores = |source: &Source| -> Vec<f64> { source.payloads.iter().map(|payload| model.raw(payload)).collect() };
    let groups: Vec<Group> =
        outside.iter().map(|source| Group { name: source.name.clone(), scores: scores(source) }).collect();
    let ordinary: Vec<f64> = ordinary.iter().flat_map(scores).collect();
    let n: usize = groups.iter().map(|group| group.scores.len()).sum();
    if let (Some(strict), Some(mild)) = (measure(&groups, &ordinary, 0.001), measure(&groups, &ordinary, 0.01)) {
        println!("| {title} | {n} | {:.4} | {:.3} | {:.3} |", strict.area, strict.found, mild.found);
    }
    for group in groups.iter().filter(|_| groups.len() > 1) {
        if let Some(own) = measure(std::slice::from_ref(group), &ordinary, 0.001) {
            println!("| - {} | {} | {:.4} | {:.3} | |", group.name, group.scores.len(), own.area, own.found);
        }
    }
    cases.extend(groups.iter().flat_map(|group| &group.scores).map(|score| (*score, true)));
    cases.extend(ordinary.into_iter().map(|score| (score, false)));
}

/// What ordinary payloads look most like attacks.
fn worst(model: &Untold, ordinary: &[Source]) {
    let mut all: Vec<(f64, &str, String)> = ordinary
        .iter()
        .flat_map(|source| {
            source
                .payloads
                .iter()
                .map(|p| (model.raw(p), source.name.as_str(), String::from_utf8_lossy(p).into_owned()))
        })
        .collect();
    all.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    all.iter().take(60).for_each(|(score, name, text)| println!("{score:.1} {name} {text}"));
}
