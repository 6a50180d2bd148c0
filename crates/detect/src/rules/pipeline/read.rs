//! YAML of pySigma's pipelines to steps. What is not known here, or could do nothing here, is refused with its place.

use super::{
    Names, Pipeline,
    params::{Params, map, regex, scalar, texts, wrong},
    steps::{Case, Does, FieldNames, Gate, Hashes, Joined, OfField, OfItem, OfRule, Step, Type},
    values,
};
use crate::rules::{
    model::Condition,
    parse::{self, Placeholders},
    pattern::Pattern,
    problem::{Code, Place, Problem},
    yaml::{self, Node, Yaml},
};

/// A larger file is refused, as for rules.
const MAX_BYTES: usize = 4 << 20;

/// Steps of one pipeline, nested ones included; those of public pipelines have some hundreds.
const MAX_STEPS: usize = 10_000;

/// Keys of a step that say when it is meant.
const WHEN: [&str; 14] = [
    "id",
    "type",
    "rule_conditions",
    "rule_cond_expr",
    "rule_cond_op",
    "rule_cond_not",
    "detection_item_conditions",
    "detection_item_cond_expr",
    "detection_item_cond_op",
    "detection_item_cond_not",
    "field_name_conditions",
    "field_name_cond_expr",
    "field_name_cond_op",
    "field_name_cond_not",
];

pub(super) fn pipeline(file: &str, text: &str) -> Result<(Pipeline, Vec<Problem>), Problem> {
    if text.len() > MAX_BYTES {
        let place = Place { line: 1, column: 1 };
        return Err(Problem::new(Code::TooLarge, place, "the pipeline is larger than 4 MiB").hint("split it"));
    }
    let (nodes, broken) = yaml::read(text);
    if let Some(problem) = broken {
        return Err(problem);
    }
    let [node] = nodes.as_slice() else {
        let place = nodes.get(1).map_or(Place { line: 1, column: 1 }, |node| node.place);
        return Err(wrong(place, "a pipeline is one document", "put each pipeline into a file of its own"));
    };
    map(node, "a pipeline", "write `name:`, `priority:` and `transformations:`")?;
    let mut warnings = Vec::new();
    for (key, value) in node.entries() {
        match key.text().unwrap_or_default() {
            "name" | "priority" | "vars" | "transformations" | "allowed_backends" => {}
            "postprocessing" | "finalizers" => warnings.push(
                Problem::new(Code::Pipeline, key.place, "what is done to the text of queries has no meaning here")
                    .hint("it is passed over: rules are not turned into queries")
                    .of_file(file)
                    .warning(),
            ),
            other => {
                let what = format!("\"{other}\" is no part of a pipeline");
                return Err(wrong(value.place, what, "use name, priority, vars and transformations"));
            }
        }
    }
    let priority = match node.get("priority").map(|node| (&node.value, node.place)) {
        None => 0,
        Some((Yaml::Int(number), _)) => i64::try_from(*number).unwrap_or(i64::MAX),
        Some((_, place)) => return Err(wrong(place, "a priority is a whole number", "write `priority: 10`")),
    };
    let mut n_steps = 0;
    let steps = match node.get("transformations") {
        None => Vec::new(),
        Some(list) => steps(list, &mut n_steps)?,
    };
    let name = node.get("name").and_then(Node::words).unwrap_or_default();
    let pipeline = Pipeline { file: file.to_owned(), name, priority, vars: vars(node.get("vars"))?, steps };
    Ok((pipeline, warnings))
}

fn vars(node: Option<&Node>) -> Result<Placeholders, Problem> {
    let mut vars = Placeholders::new();
    let Some(node) = node else { return Ok(vars) };
    map(node, "`vars`", "write each name with its values below it")?;
    for (key, values) in node.entries() {
        let name = key.words().unwrap_or_default();
        let mut texts = Vec::new();
        for value in values.items() {
            texts.push(value.words().ok_or_else(|| {
                wrong(value.place, format!("a value of \"{name}\" is {}", value.sort()), "values are texts or numbers")
            })?);
        }
        vars.insert(name, texts);
    }
    Ok(vars)
}

/// As deep as YAML nests, which is bounded.
fn steps(list: &Node, n_steps: &mut usize) -> Result<Vec<Step>, Problem> {
    let Yaml::List(items) = &list.value else {
        return Err(wrong(list.place, format!("steps are a list and not {}", list.sort()), "begin each with \"- \""));
    };
    let mut steps = Vec::new();
    for item in items {
        *n_steps += 1;
        if *n_steps > MAX_STEPS {
            return Err(Problem::new(
                Code::TooLarge,
                item.place,
                format!("a pipeline has more than {MAX_STEPS} steps"),
            )
            .hint("split it"));
        }
        steps.push(step(item, n_steps)?);
    }
    Ok(steps)
}

fn step(node: &Node, n_steps: &mut usize) -> Result<Step, Problem> {
    map(node, "a step", "begin it with `type:`")?;
    let place = node.place;
    let id = node.get("id").and_then(Node::words);
    Ok(Step {
        place,
        // No name that an author could give.
        id: id.unwrap_or_else(|| format!("\u{0}{}:{}", place.line, place.column)),
        does: does(node, n_steps)?,
        rules: gate(node, "rule", of_rule)?,
        items: gate(node, "detection_item", of_item)?,
        fields: gate(node, "field_name", of_field)?,
    })
}

fn gate<C>(node: &Node, sort: &str, read: fn(&Params<'_>) -> Result<C, Problem>) -> Result<Gate<C>, Problem> {
    let key = |end: &str| node.get(&format!("{sort}_{end}"));
    let mut names = Vec::new();
    let mut conditions = Vec::new();
    if let Some(written) = key("conditions") {
        let listed: Vec<(String, &Node)> = match &written.value {
            Yaml::List(items) => items.iter().map(|item| (String::new(), item)).collect(),
            Yaml::Map(entries) => entries.iter().map(|(name, item)| (name.words().unwrap_or_default(), item)).collect(),
            _ => return Err(wrong(written.place, "conditions are a list, or a map by name", "begin each with \"- \"")),
        };
        for (name, item) in listed {
            map(item, "a condition", "write `type:` and its parts")?;
            conditions.push(Params::of(item, &["type"]).all_used(read)?);
            names.push(name);
        }
    }
    let negated = key("cond_not").is_some_and(|node| node.value == Yaml::Bool(true));
    let op = key("cond_op");
    let joined = match (key("cond_expr"), op) {
        (Some(expression), Some(_)) => {
            return Err(wrong(expression.place, "an expression and an operator exclude each other", "take one out"));
        }
        (Some(expression), None) => Joined::Expression(expressed(expression, &names)?),
        (None, None) => Joined::All,
        (None, Some(op)) => match op.text() {
            Some("and") => Joined::All,
            Some("or") => Joined::Any,
            _ => return Err(wrong(op.place, "conditions are joined by and, or or", "write `and` or `or`")),
        },
    };
    Ok(Gate { conditions, joined, negated })
}

fn expressed(node: &Node, names: &[String]) -> Result<Condition, Problem> {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let text = node.words().unwrap_or_default();
    let condition = parse::condition(&text, node.place, &names)?;
    let mut used = vec![false; names.len()];
    condition.each_search(&mut |number| used.get_mut(number).into_iter().for_each(|used| *used = true));
    match names.iter().zip(used).find(|(_, used)| !used) {
        Some((name, _)) => Err(wrong(
            node.place,
            format!("the expression does not speak of condition \"{name}\""),
            "add it, or take it out",
        )),
        None => Ok(condition),
    }
}

fn does(node: &Node, n_steps: &mut usize) -> Result<Does, Problem> {
    let Some(written) = node.get("type") else {
        return Err(wrong(node.place, "the step has no type", "add `type: field_name_mapping`, or another"));
    };
    let sort = written.words().unwrap_or_default();
    if let Some((_, why)) = UNSUPPORTED.iter().find(|(name, _)| *name == sort) {
        return Err(wrong(written.place, format!("\"{sort}\" cannot be done here"), *why));
    }
    Params::of(node, &WHEN).all_used(|params| {
        Ok(match sort.as_str() {
            "field_name_mapping" => Does::MapNames(params.names("mapping")?.into_iter().collect::<Names>()),
            "field_name_prefix_mapping" => Does::MapPrefixes(params.names("mapping")?),
            "field_name_prefix" => Does::Prefix(params.text("prefix")?),
            "field_name_suffix" => Does::Suffix(params.text("suffix")?),
            "drop_detection_item" => Does::DropItem,
            "hashes_fields" => Does::SplitHashes(hashes(params)?),
            "value_placeholders" => Does::FillPlaceholders(params.chosen()?),
            "wildcard_placeholders" => Does::WildcardPlaceholders(params.chosen()?),
            "add_condition" => add_condition(params)?,
            "change_logsource" => Does::ChangeLogsource(params.logsource()?),
            "add_field" => Does::AddFields(params.texts("field")?),
            "remove_field" => Does::RemoveFields(params.texts("field")?),
            "set_field" => Does::SetFields(params.texts("fields")?),
            "replace_string" => Does::Replace {
                regex: params.regex("regex", false)?,
                replacement: values::replacement(&params.text("replacement")?),
                skip_special: params.flag("skip_special")?,
                interpret_special: params.flag("interpret_special")?,
            },
            "map_string" => Does::MapValues(params.names("mapping")?.into_iter().collect()),
            "set_value" => {
                params.get("force_type");
                Does::SetValue(params.get("value").map(scalar).transpose()?)
            }
            "convert_type" => Does::Convert(convert(params)?),
            "case" => Does::Case(case(params)?),
            "set_state" => Does::SetState(params.text("key")?, params.scalar("val")?),
            "set_custom_attribute" => Does::SetAttribute(params.text("attribute")?, params.scalar("value")?),
            "nest" => Does::Nest(steps(params.needed("items")?, n_steps)?),
            "rule_failure" => Does::RefuseRule(params.text("message")?),
            "detection_item_failure" => Does::RefuseItem(params.text("message")?),
            "strict_field_mapping_failure" => Does::RefuseUnmapped,
            other => {
                return Err(wrong(
                    written.place,
                    format!("there is no step \"{other}\""),
                    format!("there are: {STEPS}"),
                ));
            }
        })
    })
}

const STEPS: &str = "field_name_mapping, field_name_prefix_mapping, field_name_prefix, field_name_suffix, \
    drop_detection_item, hashes_fields, value_placeholders, wildcard_placeholders, add_condition, change_logsource, \
    add_field, remove_field, set_field, replace_string, map_string, set_value, convert_type, case, set_state, \
    set_custom_attribute, nest, rule_failure, detection_item_failure, strict_field_mapping_failure";

/// Steps of pySigma that are refused, with what to do instead.
const UNSUPPORTED: [(&str, &str); 7] = [
    ("query_expression_placeholders", "no query is written here: give the values in `vars` and use value_placeholders"),
    ("file_placeholders", "write the values into `vars`"),
    ("http_placeholders", "rules that depend on a server are not safe: write the values into `vars`"),
    ("command_placeholders", "no command is run for a rule: write the values into `vars`"),
    ("field_name_transform", "it needs a function of Python: write the names out with field_name_mapping"),
    ("extract_fields", "write the fields out in the rule"),
    ("regex", "values match without case here anyway: take the step out"),
];

fn hashes(params: &Params<'_>) -> Result<Hashes, Problem> {
    let fields = params.get("field_to_parse").map(texts).transpose()?;
    Ok(Hashes {
        algorithms: params.texts("valid_hash_algos")?,
        prefix: params.get("field_prefix").and_then(Node::words).unwrap_or_default(),
        drop_algorithm: params.flag("drop_algo_prefix")?,
        fields: fields.unwrap_or_else(|| vec!["Hashes".to_owned(), "Hash".to_owned()]),
    })
}

fn add_condition(params: &Params<'_>) -> Result<Does, Problem> {
    let search = params.needed("conditions")?;
    map(search, "what is added", "write fields and values below it")?;
    params.get("name");
    let template = params.flag("template")?;
    parse::search(search)?;
    Ok(Does::AddCondition { search: search.clone(), template, negated: params.flag("negated")? })
}

fn convert(params: &Params<'_>) -> Result<Type, Problem> {
    match params.text("target_type")?.as_str() {
        "str" => Ok(Type::Text),
        "num" => Ok(Type::Number),
        other => Err(wrong(params.node.place, format!("\"{other}\" is no type of values"), "use str or num")),
    }
}

fn case(params: &Params<'_>) -> Result<Case, Problem> {
    match params.get("method").and_then(Node::words).as_deref() {
        None | Some("lower") => Ok(Case::Lower),
        Some("upper") => Ok(Case::Upper),
        Some("snake_case") => Ok(Case::Snake),
        Some(other) => {
            Err(wrong(params.node.place, format!("\"{other}\" is no case"), "use lower, upper or snake_case"))
        }
    }
}

fn unknown_condition<T>(params: &Params<'_>, known: &str) -> Result<T, Problem> {
    let what = format!("there is no condition \"{}\" here", params.sort());
    Err(wrong(params.node.place, what, format!("there are: {known}")))
}

fn of_rule(params: &Params<'_>) -> Result<OfRule, Problem> {
    Ok(match params.sort().as_str() {
        "logsource" => OfRule::Logsource(params.logsource()?),
        "contains_detection_item" => OfRule::HasItem {
            field: params.text("field")?,
            value: Pattern::read(&params.scalar("value")?.text(), false),
        },
        "contains_field" => OfRule::HasField(params.text("field")?),
        "rule_attribute" => OfRule::Attribute {
            attribute: params.text("attribute")?,
            value: params.scalar("value")?,
            op: params.relation()?,
        },
        "tag" => OfRule::Tag(params.text("tag")?.to_lowercase()),
        "is_sigma_rule" => OfRule::IsRule,
        "is_sigma_correlation_rule" => OfRule::IsCorrelation,
        "processing_item_applied" => OfRule::Applied(params.text("processing_item_id")?),
        "processing_state" => {
            OfRule::State { key: params.text("key")?, value: params.scalar("val")?, op: params.relation()? }
        }
        _ => {
            return unknown_condition(
                params,
                "logsource, contains_detection_item, contains_field, rule_attribute, tag, is_sigma_rule, \
                 is_sigma_correlation_rule, processing_item_applied, processing_state",
            );
        }
    })
}

fn of_item(params: &Params<'_>) -> Result<OfItem, Problem> {
    Ok(match params.sort().as_str() {
        "match_string" => OfItem::Matches {
            regex: params.regex("pattern", true)?,
            negate: params.flag("negate")?,
            all: params.all()?,
        },
        "match_value" => OfItem::Is { value: params.scalar("value")?, all: params.all()? },
        "contains_wildcard" => OfItem::HasWildcard { all: params.all()? },
        "is_null" => OfItem::IsNull { all: params.all()? },
        "processing_item_applied" => OfItem::Applied(params.text("processing_item_id")?),
        "processing_state" => {
            OfItem::State { key: params.text("key")?, value: params.scalar("val")?, op: params.relation()? }
        }
        _ => {
            return unknown_condition(
                params,
                "match_string, match_value, contains_wildcard, is_null, processing_item_applied, processing_state",
            );
        }
    })
}

fn of_field(params: &Params<'_>) -> Result<OfField, Problem> {
    Ok(match params.sort().as_str() {
        sort @ ("include_fields" | "exclude_fields") => {
            OfField::OneOf { names: field_names(params)?, negated: sort == "exclude_fields" }
        }
        "processing_item_applied" => OfField::Applied(params.text("processing_item_id")?),
        "processing_state" => {
            OfField::State { key: params.text("key")?, value: params.scalar("val")?, op: params.relation()? }
        }
        _ => {
            return unknown_condition(
                params,
                "include_fields, exclude_fields, processing_item_applied, processing_state",
            );
        }
    })
}

fn field_names(params: &Params<'_>) -> Result<FieldNames, Problem> {
    let fields = params.needed("fields")?;
    match params.get("mode").and_then(Node::words).as_deref() {
        None | Some("plain") => Ok(FieldNames::Plain(texts(fields)?)),
        Some("re") => {
            let expressions =
                fields.items().iter().map(|item| regex(&item.words().unwrap_or_default(), true, item.place));
            Ok(FieldNames::Expressions(expressions.collect::<Result<_, _>>()?))
        }
        Some(other) => Err(wrong(params.node.place, format!("\"{other}\" is no mode"), "use plain or re")),
    }
}
