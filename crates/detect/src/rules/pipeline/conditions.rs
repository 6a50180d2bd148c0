//! Whether a step is meant: conditions on the rule, on lines of its searches, and on names of fields.

use std::cmp::Ordering;

use super::{
    apply::Work,
    draft::Line,
    steps::{FieldNames, Gate, Joined, OfField, OfItem, OfRule, Relation, Scalar},
    values,
};
use crate::rules::{
    model::{About, Condition, Item, Logsource, Test},
    pattern::Pattern,
};

impl<C> Gate<C> {
    pub(super) fn is_empty(&self) -> bool {
        self.conditions.is_empty()
    }

    pub(super) fn holds(&self, holds: impl Fn(&C) -> bool) -> bool {
        let joined = match &self.joined {
            Joined::All => self.conditions.iter().all(&holds),
            Joined::Any => self.conditions.iter().any(&holds),
            Joined::Expression(expression) => self.expressed(expression, &holds),
        };
        joined != self.negated
    }

    /// As deep as the parser of conditions lets them nest.
    fn expressed(&self, expression: &Condition, holds: &impl Fn(&C) -> bool) -> bool {
        match expression {
            Condition::All(parts) => parts.iter().all(|part| self.expressed(part, holds)),
            Condition::Any(parts) => parts.iter().any(|part| self.expressed(part, holds)),
            Condition::Not(part) => !self.expressed(part, holds),
            Condition::Search(number) => self.conditions.get(*number).is_some_and(holds),
        }
    }
}

impl Work<'_> {
    pub(super) fn holds_of_rule(&self, gate: &Gate<OfRule>) -> bool {
        gate.is_empty() || gate.holds(|condition| self.of_rule(condition))
    }

    fn of_rule(&self, condition: &OfRule) -> bool {
        match condition {
            OfRule::Logsource(asked) => self.logsources.iter().any(|logsource| covers(asked, logsource)),
            OfRule::HasItem { field, value } => self.searches.iter().any(|(_, search)| {
                search.any(&|item| item.field.as_ref() == Some(field) && item.tests.iter().any(|test| is(test, value)))
            }),
            OfRule::HasField(field) => {
                self.searches.iter().any(|(_, search)| search.any(&|item| item.field.as_ref() == Some(field)))
            }
            OfRule::Attribute { attribute, value, op } => self.attribute(attribute, value, *op),
            OfRule::Tag(tag) => self.about.tags.contains(tag),
            OfRule::IsRule => !self.is_correlation,
            OfRule::IsCorrelation => self.is_correlation,
            OfRule::Applied(id) => self.applied.contains(id),
            OfRule::State { key, value, op } => self.state(key, value, *op),
        }
    }

    fn state(&self, key: &str, value: &Scalar, op: Relation) -> bool {
        self.state.get(key).is_some_and(|known| related(known, value, op))
    }

    fn attribute(&self, attribute: &str, value: &Scalar, op: Relation) -> bool {
        if let Some(known) = self.attributes.get(attribute) {
            return related(known, value, op);
        }
        let wanted = value.text();
        if let Some(list) = list(&self.about, attribute) {
            return match op {
                Relation::In => list.contains(&wanted),
                Relation::NotIn => !list.contains(&wanted),
                Relation::NotEqual => true,
                _ => false,
            };
        }
        let ranked = |names: &[&str], known: &str| {
            let rank = |name: &str| names.iter().position(|known| known.eq_ignore_ascii_case(name));
            rank(known).zip(rank(&wanted)).is_some_and(|(known, wanted)| holds(known.cmp(&wanted), op))
        };
        let about = &self.about;
        match attribute {
            "level" => about.level.is_some_and(|level| ranked(&LEVELS, level.name())),
            "status" => about.status.as_deref().is_some_and(|status| ranked(&STATUSES, status)),
            // As ISO 8601 writes dates, their texts are in their order.
            "date" => about.date.as_ref().is_some_and(|date| holds(date.as_str().cmp(&wanted), op)),
            "modified" => about.modified.as_ref().is_some_and(|date| holds(date.as_str().cmp(&wanted), op)),
            _ => text(about, attribute).is_some_and(|known| match op {
                Relation::Equal => known == wanted,
                Relation::NotEqual => known != wanted,
                _ => false,
            }),
        }
    }

    /// Conditions on lines and on the field of the line, or a field that it refers to.
    pub(super) fn holds_of_line(&self, items: &Gate<OfItem>, fields: &Gate<OfField>, line: &Line) -> bool {
        items.holds(|condition| self.of_line(condition, line))
            && fields.holds(|condition| {
                let refers = line.item.tests.iter().filter_map(|test| match test {
                    Test::Field { other, .. } => Some(other.as_str()),
                    _ => None,
                });
                self.of_field(condition, line.item.field.as_deref(), Some(line))
                    || refers.into_iter().any(|other| self.of_field(condition, Some(other), None))
            })
    }

    fn of_line(&self, condition: &OfItem, line: &Line) -> bool {
        let values = |all: bool, holds: &dyn Fn(&Test) -> bool| {
            let mut tests = line.item.tests.iter();
            if all { tests.all(holds) } else { tests.any(holds) }
        };
        match condition {
            OfItem::Matches { regex, negate, all } => values(*all, &|test| {
                values::shown(&line.item, test).is_some_and(|text| regex.is_match(&text)) != *negate
            }),
            OfItem::Is { value, all } => values(*all, &|test| is_scalar(&line.item, test, value)),
            OfItem::HasWildcard { all } => {
                values(*all, &|test| values::pattern(&line.item, test).is_some_and(|pattern| pattern.has_wildcards()))
            }
            OfItem::IsNull { all } => values(*all, &|test| *test == Test::Null),
            OfItem::Applied(id) => line.applied.contains(id),
            OfItem::State { key, value, op } => self.state(key, value, *op),
        }
    }

    pub(super) fn holds_of_field(&self, gate: &Gate<OfField>, field: Option<&str>, line: Option<&Line>) -> bool {
        gate.holds(|condition| self.of_field(condition, field, line))
    }

    fn of_field(&self, condition: &OfField, field: Option<&str>, line: Option<&Line>) -> bool {
        match condition {
            OfField::OneOf { names, negated } => field.is_some_and(|field| one_of(names, field)) != *negated,
            OfField::Applied(id) => {
                let of_field = field.and_then(|field| self.fields_applied.get(field));
                of_field.is_some_and(|applied| applied.contains(id))
                    || line.is_some_and(|line| line.applied.contains(id))
            }
            OfField::State { key, value, op } => self.state(key, value, *op),
        }
    }
}

/// As pySigma orders them.
const LEVELS: [&str; 5] = ["informational", "low", "medium", "high", "critical"];
const STATUSES: [&str; 5] = ["unsupported", "deprecated", "experimental", "test", "stable"];

fn covers(asked: &Logsource, known: &Logsource) -> bool {
    let fits = |asked: &Option<String>, known: &Option<String>| asked.is_none() || asked == known;
    fits(&asked.category, &known.category)
        && fits(&asked.product, &known.product)
        && fits(&asked.service, &known.service)
}

fn one_of(names: &FieldNames, field: &str) -> bool {
    match names {
        FieldNames::Plain(names) => names.iter().any(|name| name == field),
        FieldNames::Expressions(expressions) => expressions.iter().any(|expression| expression.is_match(field)),
    }
}

fn is(test: &Test, value: &Pattern) -> bool {
    matches!(test, Test::Like { pattern, .. } if pattern == value)
}

fn is_scalar(item: &Item, test: &Test, value: &Scalar) -> bool {
    values::pattern(item, test).is_some_and(|pattern| *pattern == Pattern::read(&value.text(), false))
}

fn related(known: &Scalar, value: &Scalar, op: Relation) -> bool {
    let ordering = match (known, value) {
        (Scalar::Number(a, _), Scalar::Number(b, _)) => a.partial_cmp(b),
        (Scalar::Text(a), Scalar::Text(b)) => Some(a.cmp(b)),
        (Scalar::Bool(a), Scalar::Bool(b)) => Some(a.cmp(b)),
        _ => None,
    };
    ordering.map_or(op == Relation::NotEqual, |ordering| holds(ordering, op))
}

fn holds(ordering: Ordering, op: Relation) -> bool {
    match op {
        Relation::Equal => ordering.is_eq(),
        Relation::NotEqual => ordering.is_ne(),
        Relation::AtLeast => ordering.is_ge(),
        Relation::More => ordering.is_gt(),
        Relation::AtMost => ordering.is_le(),
        Relation::Less => ordering.is_lt(),
        Relation::In | Relation::NotIn => false,
    }
}

fn list<'a>(about: &'a About, attribute: &str) -> Option<&'a Vec<String>> {
    match attribute {
        "references" => Some(&about.references),
        "tags" => Some(&about.tags),
        "fields" => Some(&about.fields),
        "falsepositives" => Some(&about.falsepositives),
        _ => None,
    }
}

fn text<'a>(about: &'a About, attribute: &str) -> Option<&'a str> {
    match attribute {
        "title" => Some(&about.title),
        "id" => Some(&about.id),
        "name" => about.name.as_deref(),
        "description" => Some(&about.description),
        "author" => Some(&about.author),
        "taxonomy" => Some(about.taxonomy.as_deref().unwrap_or("sigma")),
        "license" => about.license.as_deref(),
        _ => None,
    }
}
