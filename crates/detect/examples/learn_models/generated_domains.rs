//! DATA/generated/FAMILY.txt and DATA/ordinary/YEAR-SOURCE.txt, one name a line; the last year is not learned from.

use std::{collections::HashSet, path::Path};

use detect::models::{
    generated_domains::{Family, Untold, label, labels, learn as train, parts, together},
    learn::{Dice, Group, Measured, measure},
};

use science::{PValue, evaluate::bootstrap};

use super::files;

/// Families are left out in as many turns as this.
const FOLDS: usize = 5;
/// Families whose names are made of words, told apart in the tables.
const OF_WORDS: &[&str] = &["suppobox", "matsnu", "gozi", "rovnix", "nymaim2", "ngioweb", "banjori", "nymaim"];

pub(super) fn learn(data: &Path) -> Option<Vec<u8>> {
    let families: Vec<Family> =
        files::lists(&data.join("generated")).into_iter().map(|(name, names)| Family { name, names }).collect();
    let lists = files::lists(&data.join("ordinary"));
    let last_year = lists.iter().filter_map(|(name, _)| name.get(..4)).max()?.to_owned();
    let mut training = Vec::new();
    let mut later = Vec::new();
    for (name, names) in &lists {
        let is_later = name.starts_with(&last_year);
        println!("{} {name}: {} names", if is_later { "later" } else { "learned" }, names.len());
        (if is_later { &mut later } else { &mut training }).extend(names.iter().cloned());
    }
    let parts = parts(&training, 1);
    let known: HashSet<&str> = training.iter().filter_map(|name| label(name)).collect();
    let later = one_of_each_label(&later);
    println!("{} families, {} ordinary names of {last_year}", families.len(), later.len());

    let mut order: Vec<&Family> = families.iter().collect();
    Dice::new(7).shuffle(&mut order);
    let mut total = Turns::default();
    for fold in 0..FOLDS {
        let inside: Vec<&Family> = pick(&order, |at| at % FOLDS != fold);
        let outside: Vec<&Family> = pick(&order, |at| at % FOLDS == fold);
        let model = train(&parts, &inside, 1);
        total.judge(&model, &outside, &later, &known);
    }
    total.print();

    let model = train(&parts, &order, 1);
    let ordinary: Vec<f64> = later.iter().filter_map(|name| model.raw(name)).collect();
    Some(model.calibrate(ordinary, &total.cases)?.write())
}

/// Names that one host asks for.
const HOST_NAMES: [usize; 3] = [5, 10, 20];
/// Hosts of each family, and ordinary hosts for the threshold.
const HOSTS_PER_FAMILY: usize = 200;
const ORDINARY_HOSTS: usize = 50_000;

/// Hosts that ask for several names of one family, against hosts that ask for as many ordinary ones: by the
/// combination of the p-values of their names. Each family is measured for itself, at 0.1 % of ordinary hosts.
fn hosts(families: &[Group], ordinary: &[f64], n_names: usize) -> Vec<(usize, bool, Measured)> {
    let mut sorted = ordinary.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let p_value = |score: f64| {
        let above = sorted.len() - sorted.partition_point(|other| *other < score);
        PValue::clamped((above + 1) as f64 / (sorted.len() + 1) as f64)
    };
    let mut dice = Dice::new(n_names as u64);
    let mut host = |scores: &[f64]| -> f64 {
        let drawn: Vec<PValue> = (0..n_names).filter_map(|_| dice.pick(scores)).map(|score| p_value(*score)).collect();
        -together(&drawn).get().max(f64::MIN_POSITIVE).ln()
    };
    let innocent: Vec<f64> = (0..ORDINARY_HOSTS).map(|_| host(ordinary)).collect();
    families
        .iter()
        .filter_map(|family| {
            let scores = (0..HOSTS_PER_FAMILY).map(|_| host(&family.scores)).collect();
            let group = Group { name: family.name.clone(), scores };
            let is_of_words = OF_WORDS.contains(&family.name.as_str());
            Some((n_names, is_of_words, measure(&[group], &innocent, 0.001)?))
        })
        .collect()
}

fn pick<'a>(all: &[&'a Family], choose: impl Fn(usize) -> bool) -> Vec<&'a Family> {
    all.iter().enumerate().filter(|(at, _)| choose(*at)).map(|(_, family)| *family).collect()
}

fn one_of_each_label(names: &[String]) -> Vec<&str> {
    let mut seen = HashSet::new();
    names.iter().map(String::as_str).filter(|name| label(name).is_some_and(|label| seen.insert(label))).collect()
}

/// What the turns gave.
#[derive(Debug, Default)]
struct Turns {
    /// Score and label of everything that was judged by a model that had not seen it.
    cases: Vec<(f64, bool)>,
    /// Each family against the ordinary names of its turn, and those among them that are on no list of training.
    rows: Vec<(String, Measured)>,
    all: Vec<Measured>,
    unseen: Vec<Measured>,
    /// Hosts that asked for several names of one family: names a host, is it of words, measured.
    hosts: Vec<(usize, bool, Measured)>,
}

impl Turns {
    fn judge(&mut self, model: &Untold, outside: &[&Family], later: &[&str], known: &HashSet<&str>) {
        let scores = |names: &[&str]| -> Vec<f64> { names.iter().filter_map(|name| model.raw(name)).collect() };
        let groups: Vec<Group> = outside
            .iter()
            .map(|family| Group {
                name: family.name.clone(),
                scores: labels(family).iter().map(|label| model.raw_label(label)).collect(),
            })
            .collect();
        let ordinary = scores(later);
        let unseen: Vec<&str> =
            later.iter().copied().filter(|name| label(name).is_some_and(|label| !known.contains(label))).collect();
        let unseen = scores(&unseen);
        for group in &groups {
            if let Some(measured) = measure(std::slice::from_ref(group), &ordinary, 0.001) {
                self.rows.push((group.name.clone(), measured));
            }
        }
        for (into, ordinary) in [(&mut self.all, &ordinary), (&mut self.unseen, &unseen)] {
            for rate in [0.001, 0.01] {
                into.extend(measure(&groups, ordinary, rate));
            }
        }
        for n_names in HOST_NAMES {
            self.hosts.extend(hosts(&groups, &ordinary, n_names));
        }
        let generated = groups.iter().flat_map(|group| &group.scores).map(|score| (*score, true));
        self.cases.extend(generated.chain(ordinary.iter().map(|score| (*score, false))));
    }

    fn print(&self) {
        println!("\n| family | AUC | found at 0.1 % |\n|---|---|---|");
        for (name, measured) in &self.rows {
            println!("| {name}{} | {:.3} | {:.2} |", of_words(name), measured.area, measured.found);
        }
        println!("\n| measured | mean | 95 % by drawing families again |\n|---|---|---|");
        line("AUC, mean of families", self.rows.iter().map(|row| row.1.area));
        for (title, words) in [("all", None), ("of letters", Some(false)), ("of words", Some(true))] {
            let chosen = |is_of_words: bool| words.is_none_or(|words| words == is_of_words);
            let rows = self.rows.iter().filter(|row| chosen(OF_WORDS.contains(&row.0.as_str())));
            line(&format!("found at 0.1 %, mean of families {title}"), rows.map(|row| row.1.found));
            for n_names in HOST_NAMES {
                let hosts = self.hosts.iter().filter(|host| host.0 == n_names && chosen(host.1));
                let title = format!("hosts of {n_names} names found at 0.1 %, mean of families {title}");
                line(&title, hosts.map(|host| host.2.found));
            }
        }
        println!("\n| mean of the turns | AUC | found, all names | found, mean of families |\n|---|---|---|---|");
        for (title, all) in [("all ordinary names", &self.all), ("ordinary names on no list before", &self.unseen)] {
            for (at, rate) in ["0.1 %", "1 %"].iter().enumerate() {
                let turns: Vec<&Measured> = all.iter().skip(at).step_by(2).collect();
                let mean = |part: fn(&Measured) -> f64| turns.iter().map(|m| part(m)).sum::<f64>() / turns.len() as f64;
                let (area, found, by_family) = (mean(|m| m.area), mean(|m| m.found), mean(|m| m.found_by_group));
                println!("| {title}, at {rate} | {area:.3} | {found:.3} | {by_family:.3} |");
            }
        }
    }
}

fn of_words(name: &str) -> &'static str {
    if OF_WORDS.contains(&name) { " (words)" } else { "" }
}

/// The mean and its interval.
fn line(title: &str, values: impl Iterator<Item = f64>) {
    let mean = |drawn: &[f64]| (!drawn.is_empty()).then(|| drawn.iter().sum::<f64>() / drawn.len() as f64);
    let values: Vec<f64> = values.collect();
    if let (Some(value), Some(bounds)) = (mean(&values), bootstrap(&values, 1_000, 0.95, 1, mean)) {
        println!("| {title} ({}) | {value:.3} | {:.3} to {:.3} |", values.len(), bounds.low, bounds.high);
    }
}
