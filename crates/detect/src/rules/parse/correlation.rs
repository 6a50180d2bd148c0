//! Correlation rules and filters.

use super::{about, condition, detection};
use crate::rules::{
    model::{Bound, Condition, Correlation, CorrelationKind, Filter, Number, Op},
    problem::{Code, Problem},
    yaml::{Node, Yaml},
};

pub(super) fn correlation(node: &Node, file: &str, warnings: &mut Vec<Problem>) -> Result<Correlation, Problem> {
    let about = about::about(node, file, warnings)?;
    let Some(body) = node.get("correlation").filter(|body| matches!(body.value, Yaml::Map(_))) else {
        return Err(Problem::new(Code::Shape, node.place, "a correlation is a map")
            .hint("write `type:`, `rules:` ... below it"));
    };
    let missing = |what: &str, hint: &str| {
        Problem::new(Code::Missing, body.place, format!("the correlation has no {what}")).hint(hint)
    };
    let condition = body.get("condition");
    let kind = kind(body, condition)?;
    let temporal = matches!(kind, CorrelationKind::Temporal | CorrelationKind::TemporalOrdered);
    let written = condition.filter(|condition| temporal && matches!(condition.value, Yaml::Text(_)));
    let texts = |node: &Node, key: &str| -> Vec<String> {
        node.get(key).map(|list| list.items().iter().filter_map(Node::words).collect()).unwrap_or_default()
    };
    let mut rules = texts(body, "rules");
    let expression = written.map(|written| expression(written, &mut rules)).transpose()?;
    if rules.is_empty() {
        return Err(missing("rules", "name rules by id or name"));
    }
    let timespan = body.get("timespan").or_else(|| body.get("timeframe"));
    let timespan_s = match timespan {
        Some(written) => seconds(written)?,
        None => return Err(missing("timespan", "write `timespan: 10m`")),
    };
    let fields = condition.map(|condition| texts(condition, "field")).unwrap_or_default();
    let bounds = if expression.is_some() { Vec::new() } else { bounds(body, condition, temporal, rules.len())? };
    let counts_values =
        !matches!(kind, CorrelationKind::EventCount | CorrelationKind::Temporal | CorrelationKind::TemporalOrdered);
    if counts_values && fields.is_empty() {
        return Err(missing("field in its condition", "write `condition: {field: User, gte: 10}`"));
    }
    let numeric = counts_values && kind != CorrelationKind::ValueCount;
    if numeric && fields.len() > 1 {
        let place = condition.map_or(body.place, |condition| condition.place);
        return Err(Problem::new(Code::Shape, place, "only value_count takes several fields").hint("name one field"));
    }
    let generate = body.get("generate").or_else(|| node.get("generate"));
    Ok(Correlation {
        about,
        kind,
        rules,
        group_by: texts(body, "group-by"),
        aliases: aliases(body)?,
        timespan_s,
        bounds,
        expression,
        fields,
        generate: generate.is_some_and(|node| node.value == Yaml::Bool(true)),
    })
}

fn kind(body: &Node, condition: Option<&Node>) -> Result<CorrelationKind, Problem> {
    let Some(written) = body.get("type") else {
        return Err(Problem::new(Code::Missing, body.place, "the correlation has no type").hint(KINDS));
    };
    match written.words().unwrap_or_default().as_str() {
        "event_count" => Ok(CorrelationKind::EventCount),
        "value_count" => Ok(CorrelationKind::ValueCount),
        "temporal" => Ok(CorrelationKind::Temporal),
        "temporal_ordered" => Ok(CorrelationKind::TemporalOrdered),
        "value_sum" => Ok(CorrelationKind::ValueSum),
        "value_avg" => Ok(CorrelationKind::ValueAvg),
        "value_median" => Ok(CorrelationKind::ValuePercentile(50)),
        "value_percentile" => match condition
            .and_then(|condition| condition.get("percentile"))
            .map(|node| (&node.value, node.place))
        {
            // The specification does not say where the percentile stands; its hint is the median.
            None => Ok(CorrelationKind::ValuePercentile(50)),
            Some((Yaml::Int(n @ 1..=99), _)) => Ok(CorrelationKind::ValuePercentile(u8::try_from(*n).unwrap_or(50))),
            Some((_, place)) => Err(Problem::new(Code::Shape, place, "a percentile is a whole number from 1 to 99")
                .hint("50 is the median")),
        },
        other => Err(Problem::new(Code::UnknownWord, written.place, format!("\"{other}\" is no type of correlation"))
            .hint(KINDS)),
    }
}

const KINDS: &str =
    "use event_count, value_count, temporal, temporal_ordered, value_sum, value_avg or value_percentile";

/// What a temporal correlation says of its rules in words, `a and not b`. Rules that are listed must come in it; where
/// none are, it names them.
fn expression(written: &Node, rules: &mut Vec<String>) -> Result<Condition, Problem> {
    let text = written.words().unwrap_or_default();
    if rules.is_empty() {
        *rules = condition::named(&text, written.place)?;
    }
    let names: Vec<&str> = rules.iter().map(String::as_str).collect();
    let expression = condition::read(&text, written.place, &names)?;
    let mut used = vec![false; rules.len()];
    expression.each_search(&mut |number| used.get_mut(number).into_iter().for_each(|used| *used = true));
    match rules.iter().zip(used).find(|(_, used)| !used) {
        None => Ok(expression),
        Some((unused, _)) => Err(Problem::new(
            Code::Condition,
            written.place,
            format!("the condition does not speak of rule \"{unused}\""),
        )
        .hint("add it to the condition, or take it out of `rules`")),
    }
}

/// `15s`, `10m`, `1h`, `7d`, `2w`, `1M`, `1y`; months and years are those of the calendar on average.
pub(in crate::rules) fn seconds(node: &Node) -> Result<u64, Problem> {
    let text = node.words().unwrap_or_default();
    let unit = match text.chars().next_back() {
        Some('s') => 1,
        Some('m') => 60,
        Some('h') => 3_600,
        Some('d') => 86_400,
        Some('w') => 604_800,
        Some('M') => 2_629_746,
        Some('y') => 31_556_952,
        _ => 0,
    };
    let digits = text.get(..text.len().saturating_sub(1)).unwrap_or_default();
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let span = digits.parse::<u64>().ok().filter(|_| plain).and_then(|number| number.checked_mul(unit));
    /// A correlation holds every match of its window; a year is more than any needs.
    const MAX_S: u64 = 366 * 86_400;
    match span {
        Some(span) if (1..=MAX_S).contains(&span) => Ok(span),
        _ => Err(Problem::new(Code::Shape, node.place, format!("\"{text}\" is no time span from 1s to 366d"))
            .hint("write a number and s, m, h, d, w, M or y, as `90m`")),
    }
}

fn bounds(body: &Node, condition: Option<&Node>, temporal: bool, n_rules: usize) -> Result<Vec<Bound>, Problem> {
    let all_rules = || vec![Bound { op: Some(Op::GreaterOrEqual), number: Number::Whole(n_rules as i128) }];
    let Some(condition) = condition else {
        if temporal {
            return Ok(all_rules());
        }
        return Err(Problem::new(Code::Missing, body.place, "the correlation has no condition")
            .hint("write `condition: {gte: 10}`"));
    };
    if !matches!(condition.value, Yaml::Map(_)) {
        return Err(Problem::new(
            Code::Shape,
            condition.place,
            format!("the condition of a correlation is a map and not {}", condition.sort()),
        )
        .hint("write `gte: 10` below it; only temporal correlations may say `a and not b`"));
    }
    let mut bounds = Vec::new();
    for (key, value) in condition.entries() {
        let op = match key.text().unwrap_or_default() {
            "gt" => Some(Op::Greater),
            "gte" => Some(Op::GreaterOrEqual),
            "lt" => Some(Op::Less),
            "lte" => Some(Op::LessOrEqual),
            "eq" => Some(Op::Equal),
            "neq" => None,
            "field" | "percentile" => continue,
            other => {
                return Err(Problem::new(
                    Code::UnknownWord,
                    key.place,
                    format!("\"{other}\" is no part of a correlation's condition"),
                )
                .hint("use gt, gte, lt, lte, eq, neq and field"));
            }
        };
        let number = match &value.value {
            Yaml::Int(number) => Number::Whole(*number),
            Yaml::Float(number, _) => Number::fraction(*number),
            _ => {
                return Err(Problem::new(
                    Code::Shape,
                    value.place,
                    format!("a bound is a number and not {}", value.sort()),
                )
                .hint("write it without quotes"));
            }
        };
        bounds.push(Bound { op, number });
    }
    match bounds.is_empty() {
        true if temporal => Ok(all_rules()),
        true => Err(Problem::new(Code::Missing, condition.place, "the condition has no bound").hint("add `gte: 10`")),
        false => Ok(bounds),
    }
}

type Aliases = Vec<(String, Vec<(String, String)>)>;

fn aliases(body: &Node) -> Result<Aliases, Problem> {
    let mut aliases = Vec::new();
    let Some(written) = body.get("aliases") else {
        return Ok(aliases);
    };
    for (alias, fields) in written.entries() {
        let mut of_rules = Vec::new();
        for (rule, field) in fields.entries() {
            let (Some(rule), Some(field)) = (rule.words(), field.words()) else {
                return Err(Problem::new(Code::Shape, fields.place, "an alias names a field for each rule")
                    .hint("write `rule_name: field`"));
            };
            of_rules.push((rule, field));
        }
        aliases.push((alias.words().unwrap_or_default(), of_rules));
    }
    Ok(aliases)
}

pub(super) fn filter(node: &Node, file: &str, warnings: &mut Vec<Problem>) -> Result<Filter, Problem> {
    let about = about::about(node, file, warnings)?;
    let logsource = about::logsource(node)?;
    let Some(body) = node.get("filter") else {
        return Err(Problem::new(Code::Missing, node.place, "there is no filter")
            .hint("write `filter:` with rules, a selection and a condition"));
    };
    let rules = match body.get("rules") {
        None => None,
        Some(rules) if rules.words().is_some_and(|word| word.eq_ignore_ascii_case("any")) => None,
        Some(rules) => Some(rules.items().iter().filter_map(Node::words).collect()),
    };
    let detection = detection::read(body, &["rules"], warnings)?;
    Ok(Filter { about, logsource, rules, detection })
}
