//! Completes what the addresses say of themselves with what holds for all of them: problems, ids, keys and fields.

use utoipa::openapi::{
    Components, Content, OpenApi, Ref, RefOr, Response, SecurityRequirement,
    path::{Operation, PathItem},
    schema::{Array, ArrayItems, Object, Schema, SchemaType},
    security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};

use super::shapes;

/// The form of problems (RFC 9457).
const PROBLEM: &str = "application/problem+json";

/// Where a description says that something is a problem.
const PROBLEM_SCHEMA: &str = "#/components/schemas/Problem";

/// Addresses for who is not signed in.
const OPEN: [(&str, &str); 3] = [("post", "/api/v1/session"), ("get", "/api/v1/setup"), ("post", "/api/v1/setup")];

/// Names of the ways to say who asks.
const KEY: &str = "key";
const SESSION: &str = "session";

pub(super) fn complete(description: &mut OpenApi) {
    for (path, item) in &mut description.paths.paths {
        for (method, operation) in operations(item) {
            operation.operation_id = Some(id(method, path));
            if OPEN.contains(&(method, path)) {
                operation.security = Some(Vec::new());
            }
            answers(method, operation);
        }
    }
    if let Some(components) = &mut description.components {
        for (name, schema) in &mut components.schemas {
            items_by_name(name, schema);
            pairs(schema);
            fields_of_answers(name, schema);
        }
        ways_in(components);
    }
    let way = |name: &str| SecurityRequirement::new::<_, [String; 0], String>(name, []);
    description.security = Some(vec![way(KEY), way(SESSION)]);
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let all = [
        ("get", &mut item.get),
        ("post", &mut item.post),
        ("put", &mut item.put),
        ("patch", &mut item.patch),
        ("delete", &mut item.delete),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// `get_events_by_id_history` for GET /api/v1/events/{id}/history: the name that generated clients give to a function.
fn id(method: &str, path: &str) -> String {
    let parts = path.trim_start_matches("/api/v1/").split('/').map(|part| match part.strip_prefix('{') {
        Some(parameter) => format!("by_{}", parameter.trim_end_matches('}')),
        None => part.replace('-', "_"),
    });
    std::iter::once(method.to_owned()).chain(parts).collect::<Vec<_>>().join("_")
}

/// Problems have their own form, and any answer may be one: a body that is no JSON, too many requests, a server that
/// stops.
fn answers(method: &str, operation: &mut Operation) {
    let mut responses = std::mem::take(&mut operation.responses);
    for response in responses.responses.values_mut() {
        let RefOr::T(response) = response else { continue };
        let is_problem = |content: &RefOr<Content>| matches!(content, RefOr::T(Content { schema: Some(RefOr::Ref(to)), .. }) if to.ref_location == PROBLEM_SCHEMA);
        if response.content.values().any(is_problem) {
            "a problem".clone_into(&mut response.description);
            response.content.clear();
            response.content.insert(PROBLEM.to_owned(), problem());
        } else if response.description.is_empty() {
            "what was asked for".clone_into(&mut response.description);
        }
    }
    if method == "get" && !responses.responses.contains_key("304") {
        let unchanged = Response::new("nothing has changed since the answer that had the `ETag` of `If-None-Match`");
        responses.responses.insert("304".to_owned(), unchanged.into());
    }
    let mut other = Response::new("a problem of any request: its status and `code` tell which");
    other.content.insert(PROBLEM.to_owned(), problem());
    responses.responses.insert("default".to_owned(), other.into());
    operation.responses = responses;
}

fn problem() -> RefOr<Content> {
    Content::new(Some(Ref::new(PROBLEM_SCHEMA))).into()
}

/// A list of rows says `Row`, and not anew what a row is.
fn items_by_name(name: &str, schema: &mut RefOr<Schema>) {
    let (Some(of), RefOr::T(Schema::Object(list))) = (name.strip_prefix("List_"), schema) else { return };
    if let Some(items) = list.properties.get_mut("items") {
        *items = Array::new(Ref::from_schema_name(of)).into();
    }
}

/// Lists of a fixed length say so by their length. `items: false` says the same, and generators of clients stumble
/// over it.
fn pairs(schema: &mut RefOr<Schema>) {
    let RefOr::T(schema) = schema else { return };
    match schema {
        Schema::Object(object) => object.properties.values_mut().for_each(pairs),
        Schema::OneOf(either) => either.items.iter_mut().for_each(pairs),
        Schema::Array(array) => match &mut array.items {
            ArrayItems::RefOrSchema(items) => pairs(items),
            ArrayItems::False => {
                let length = Some(array.prefix_items.len());
                (array.min_items, array.max_items) = (length, length);
                let any = Object::with_type(SchemaType::AnyValue);
                array.items = ArrayItems::RefOrSchema(Box::new(any.into()));
            }
        },
        _ => {}
    }
}

/// Answers name all their fields, also those without a value, but for those of which it is known that they come
/// sometimes.
fn fields_of_answers(name: &str, schema: &mut RefOr<Schema>) {
    if shapes::ASKED.contains(&name) {
        return;
    }
    let RefOr::T(Schema::Object(object)) = schema else { return };
    let comes_always = |field: &&String| !shapes::SOMETIMES.contains(&(name, field.as_str()));
    object.required = object.properties.keys().filter(comes_always).cloned().collect();
}

fn ways_in(components: &mut Components) {
    let key = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("mgy_…")
        .description(Some("An API key, made with POST /keys or `margay keys create`."))
        .build();
    let cookie = ApiKeyValue::with_description(
        "margay",
        "The cookie that POST /session sets; its name is `__Host-margay` over TLS.",
    );
    components.security_schemes.insert(KEY.to_owned(), SecurityScheme::Http(key).into());
    components.security_schemes.insert(SESSION.to_owned(), SecurityScheme::ApiKey(ApiKey::Cookie(cookie)).into());
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn functions_of_clients_have_names_of_their_own() {
        let mut description = super::super::description();
        let mut ids = BTreeSet::new();
        for item in description.paths.paths.values_mut() {
            for (_, operation) in operations(item) {
                assert!(ids.insert(operation.operation_id.clone()), "{:?} twice", operation.operation_id);
            }
        }
        assert!(ids.contains(&Some("get_events_by_id_history".to_owned())));
    }

    #[test]
    fn what_is_said_of_fields_is_said_of_fields_that_there_are() {
        let schemas = super::super::description().components.unwrap().schemas;
        for (name, field) in shapes::SOMETIMES {
            let Some(RefOr::T(Schema::Object(object))) = schemas.get(*name) else { panic!("no {name}") };
            assert!(object.properties.contains_key(*field), "no {name}.{field}");
        }
        for name in shapes::ASKED {
            assert!(schemas.contains_key(*name), "no {name}");
        }
    }

    #[test]
    fn parameters_stand_where_they_are_read() {
        let mut description = super::super::description();
        for (path, item) in &mut description.paths.paths {
            for (method, operation) in operations(item) {
                for parameter in operation.parameters.iter().flatten() {
                    let RefOr::T(parameter) = parameter else { continue };
                    let in_path = parameter.parameter_in == utoipa::openapi::path::ParameterIn::Path;
                    let named = path.contains(&format!("{{{}}}", parameter.name));
                    assert_eq!(in_path, named, "{method} {path}: {}", parameter.name);
                }
            }
        }
    }
}
