//! What a document says about itself; odd metadata is a warning, as the detection does not depend on it.

use schema::{Severity, stable_id};

use crate::rules::{
    model::{About, Logsource},
    problem::{Code, Problem},
    yaml::{Node, Yaml},
};

const STATUSES: [&str; 5] = ["stable", "test", "experimental", "deprecated", "unsupported"];

pub(super) fn about(node: &Node, file: &str, warnings: &mut Vec<Problem>) -> Result<About, Problem> {
    let text = |key: &str| node.get(key).and_then(Node::words);
    let texts = |key: &str| -> Vec<String> {
        node.get(key).map(|list| list.items().iter().filter_map(Node::words).collect()).unwrap_or_default()
    };
    let Some(title) = text("title").filter(|title| !title.trim().is_empty()) else {
        return Err(Problem::new(Code::Missing, node.place, "there is no title").hint("add `title:` with a short name"));
    };
    let level = level(node, warnings);
    let status = text("status");
    if let Some(status) = status.as_deref().filter(|status| !STATUSES.contains(status)) {
        let place = node.get("status").map_or(node.place, |node| node.place);
        warnings.push(
            Problem::new(Code::UnknownWord, place, format!("status \"{status}\" is none of Sigma's"))
                .hint(format!("use one of {}", STATUSES.join(", ")))
                .warning(),
        );
    }
    let id = text("id").unwrap_or_else(|| stable_id("rule", &[file, &title]));
    Ok(About {
        file: file.to_owned(),
        place: node.place,
        id,
        name: text("name"),
        title,
        status,
        level,
        description: text("description").unwrap_or_default(),
        author: text("author").unwrap_or_default(),
        date: text("date"),
        modified: text("modified"),
        license: text("license"),
        taxonomy: text("taxonomy"),
        references: texts("references"),
        tags: texts("tags").into_iter().map(|tag| tag.to_lowercase()).collect(),
        fields: texts("fields"),
        falsepositives: texts("falsepositives"),
        related: related(node),
    })
}

fn level(node: &Node, warnings: &mut Vec<Problem>) -> Option<Severity> {
    let level = node.get("level")?;
    let word = level.words().unwrap_or_default();
    let severity = word.to_lowercase().parse().ok();
    if severity.is_none() {
        warnings.push(
            Problem::new(
                Code::UnknownWord,
                level.place,
                format!("level \"{word}\" is none of Sigma's; medium is taken"),
            )
            .hint("use informational, low, medium, high or critical")
            .warning(),
        );
    }
    severity
}

fn related(node: &Node) -> Vec<(String, String)> {
    let items = node.get("related").map(Node::items).unwrap_or_default();
    let text = |item: &Node, key: &str| item.get(key).and_then(Node::words).unwrap_or_default();
    items.iter().map(|item| (text(item, "id"), text(item, "type"))).collect()
}

pub(super) fn logsource(node: &Node) -> Result<Logsource, Problem> {
    let Some(written) = node.get("logsource") else {
        return Err(Problem::new(Code::Missing, node.place, "there is no logsource")
            .hint("say which records it is about: product, category or service"));
    };
    if !matches!(written.value, Yaml::Map(_)) {
        return Err(Problem::new(
            Code::Shape,
            written.place,
            format!("a logsource is a map and not {}", written.sort()),
        )
        .hint("write `product:`, `category:` or `service:` below it"));
    }
    let word = |key: &str| written.get(key).and_then(Node::words);
    let lower = |key: &str| word(key).map(|word| word.trim().to_lowercase()).filter(|word| !word.is_empty());
    let source = Logsource {
        product: lower("product"),
        category: lower("category"),
        service: lower("service"),
        definition: word("definition"),
    };
    if source.product.is_none() && source.category.is_none() && source.service.is_none() {
        return Err(Problem::new(Code::Missing, written.place, "the logsource names no product, category or service")
            .hint("a rule over every record of every table would cost more than it finds"));
    }
    Ok(source)
}
