//! Attribution names who fits, says "unknown" where nobody does, and keeps names whole.

use super::*;
use crate::attack::enterprise_actors;

fn model() -> Model {
    Model::of(&enterprise_actors())
}

fn evidence(techniques: &[&str], software: &[&str], names: &[(&str, u8)]) -> Evidence {
    Evidence {
        techniques: techniques.iter().map(|id| (*id).to_owned()).collect(),
        software: software.iter().map(|name| (*name).to_owned()).collect(),
        names: names.iter().map(|(name, confidence)| ((*name).to_owned(), *confidence)).collect(),
    }
}

fn probability(told: &Attribution, name: &str) -> f64 {
    told.hypotheses.iter().find(|of| of.name == name).map_or(0.0, |of| of.probability)
}

#[test]
fn malware_of_one_group_names_it_and_says_what_it_rests_on() {
    let told = attribute(&model(), &evidence(&["T1071.001", "T1003.001"], &["X-Agent", "CHOPSTICK", "Zebrocy"], &[]));
    assert_eq!(told.hypotheses[0].name, "APT28", "{told:#?}");
    assert!(told.hypotheses[0].probability > 0.5, "{:?}", told.hypotheses[0]);
    let sum: f64 = told.hypotheses.iter().map(|of| of.probability).sum();
    assert!((0.0..=1.0 + 1e-9).contains(&sum));
    assert!(told.matrix[0].kind == "software" && told.matrix[0].bits[0] > 2.0, "{:?}", told.matrix[0]);
}

#[test]
fn what_everybody_does_names_nobody() {
    let told = attribute(&model(), &evidence(&["T1059.001", "T1105", "T1071.001", "T1566.001"], &["Mimikatz"], &[]));
    assert_eq!(told.hypotheses[0].group, None, "{:?}", told.hypotheses);
    assert!(told.verdict.starts_with("Unknown"), "{}", told.verdict);
}

#[test]
fn names_are_whole_and_may_be_of_several() {
    let model = model();
    let apt28 = attribute(&model, &evidence(&[], &[], &[("apt 28", 60)]));
    assert!(probability(&apt28, "APT28") > 0.3, "{:?}", apt28.hypotheses);
    for trap in ["APT280", "APT 2 8 0", "Bear", "", "APT", "PT28"] {
        let told = attribute(&model, &evidence(&[], &[], &[(trap, 100)]));
        assert_eq!(told.unused, [trap]);
        assert!(probability(&told, "APT28") < 0.01, "{trap}");
    }
    // A name that several groups bear is shared among them.
    let mut actors = enterprise_actors();
    for id in ["G0007", "G0016"] {
        actors.groups.get_mut(id).expect("there").aliases.push("Grizzly Steppe".to_owned());
    }
    let told = attribute(&Model::of(&actors), &evidence(&[], &[], &[("GRIZZLY-STEPPE", 60)]));
    assert_eq!(probability(&told, "APT28"), probability(&told, "APT29"));
    assert!(probability(&told, "APT28") < 0.5);
}

#[test]
fn one_claim_decides_nothing_and_is_said_to_be_what_it_rests_on() {
    let told = attribute(&model(), &evidence(&["T1059.001"], &[], &[("Sandworm Team", 100)]));
    assert!(told.hypotheses[0].probability < 0.8, "{:?}", told.hypotheses);
    assert_eq!(told.matrix[0].kind, "claim");
}

#[test]
fn the_technique_above_says_nothing_beside_its_sub_technique() {
    let one = attribute(&model(), &evidence(&["T1059.001"], &[], &[]));
    let both = attribute(&model(), &evidence(&["T1059", "T1059.001"], &[], &[]));
    assert_eq!(one.hypotheses, both.hypotheses);
    assert_eq!(both.matrix.len(), 1);
}

#[test]
fn hostile_evidence_stays_bounded() {
    let many: Vec<String> = (0..100_000).map(|n| format!("T{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let told = attribute(&model(), &evidence(&many, &many, &[("\u{202e}", 255)]));
    assert!(told.matrix.len() <= 3 * ITEMS_MAX && told.hypotheses.len() == HYPOTHESES_TOLD);
    assert!(told.hypotheses.iter().all(|of| of.probability.is_finite()));
}

#[test]
fn campaigns_that_were_left_out_are_found_better_than_by_common_sense() {
    let measured = measure(&enterprise_actors());
    let of = |method: &str, with_software: bool| {
        let same =
            |one: &&Measured| one.method == method && one.techniques.is_none() && one.with_software == with_software;
        measured.iter().find(same).expect("measured").clone()
    };
    let (ours, jaccard, cosine) = (of("hypotheses", true), of("Jaccard", true), of("cosine", true));
    assert!(ours.top_1 >= 0.5 && ours.top_1 > cosine.top_1 && cosine.top_1 > jaccard.top_1, "{measured:#?}");
    assert!(ours.refused.is_some_and(|share| share >= 0.95));
    assert!(of("hypotheses", false).top_3 > of("cosine", false).top_3);
    assert!(ours.log_loss.is_some_and(|loss| loss < 4.0));
}
