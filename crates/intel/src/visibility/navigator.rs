//! A layer for the ATT&CK Navigator (format 4.5): visibility as color, with who looks as a comment.

use serde_json::{Value, json};

use super::TechniqueSeen;

/// `domain` and `version` of the matrix, as `enterprise` and `18.1`. The score is the share of the best analytic, in
/// percent; techniques without one are not scored.
pub fn navigator(name: &str, domain: &str, version: &str, techniques: &[TechniqueSeen]) -> Value {
    let major = version.split('.').next().unwrap_or(version);
    json!({
        "name": name,
        "versions": {"attack": major, "navigator": "5.1.0", "layer": "4.5"},
        "domain": format!("{domain}-attack"),
        "description": format!(
            "Share of the logs that the best analytic of a technique asks for, by ATT&CK {version}. \
             That they are there says that it could be seen, not that it would be."
        ),
        "gradient": {"colors": ["#ffffff", "#9ecae1", "#08519c"], "minValue": 0, "maxValue": 100},
        "techniques": techniques.iter().filter(|one| !one.analytics.is_empty()).map(layered).collect::<Vec<_>>(),
    })
}

fn layered(technique: &TechniqueSeen) -> Value {
    let best = technique.analytics.first();
    let mut metadata = vec![
        json!({"name": "looked for by", "value": technique.looking.len().to_string()}),
        json!({"name": "in vain", "value": technique.in_vain.len().to_string()}),
    ];
    metadata
        .extend(best.map(|best| json!({"name": "best analytic", "value": format!("{} {}", best.strategy, best.id)})));
    metadata.extend(technique.last_found.map(|at| json!({"name": "last found", "value": at.to_string()})));
    json!({
        "techniqueID": technique.id,
        "score": (technique.share * 100.0).round(),
        "comment": technique.looking.join(", "),
        "metadata": metadata,
        "showSubtechniques": false,
    })
}
