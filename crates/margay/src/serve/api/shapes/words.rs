//! Words that fields can have, from the lists that the code itself reads them by; and times.

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        KnownFormat, ObjectBuilder, RefOr, SchemaFormat,
        schema::{AdditionalProperties, Schema, Type},
    },
};

fn one_of(about: &str, words: impl IntoIterator<Item = &'static str>) -> RefOr<Schema> {
    let words = words.into_iter().map(str::to_owned);
    ObjectBuilder::new().schema_type(Type::String).description(Some(about)).enum_values(Some(words)).into()
}

/// A type of the description that holds the words of a list.
macro_rules! words {
    ($($name:ident, $about:literal, $words:expr;)*) => {$(
        #[doc = $about]
        pub(in crate::serve::api) struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                one_of($about, $words)
            }
        }

        impl ToSchema for $name {}
    )*};
}

words! {
    Severity, "How bad it would be, were it true.", schema::Severity::ALL.map(schema::Severity::name);
    Marking, "TLP 2.0, without `TLP:` before it.", schema::Tlp::ALL.map(schema::Tlp::label);
    Category, "What sort of event it is.", schema::Category::ALL.map(schema::Category::name);
    Phase, "Of the kill chain, as STIX writes it.", schema::Phase::ALL.map(schema::Phase::name);
    EventState, "Where the work on an event stands.", engine::EventState::ALL.map(engine::EventState::name);
    Judgement, "What a person has found an event to be; `open` takes an earlier verdict back.",
        engine::EventJudgement::ALL.map(engine::EventJudgement::name);
    ItemKind, "A thing that a case rests on.", engine::ItemKind::ALL.map(engine::ItemKind::name);
    CaseOutcome, "How a case ended.", engine::CaseOutcome::ALL.map(engine::CaseOutcome::name);
    Role, "What somebody is here for.", engine::Role::ALL.map(engine::Role::name);
    Permission, "One kind of thing that somebody may do.", engine::Permission::ALL.map(engine::Permission::name);
    Alert, "When somebody is told of new answers.", ["never", "once", "hour", "day"];
    Verdict, "What a person has found an indicator to be; `open` takes an earlier verdict back.",
        ["true_positive", "false_positive", "open"];
}

/// RFC 3339 in UTC, as `2026-11-20T08:00:00Z`.
pub(in crate::serve::api) struct Time;

impl PartialSchema for Time {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some("RFC 3339 in UTC, as `2026-11-20T08:00:00Z`."))
            .into()
    }
}

impl ToSchema for Time {}

/// A document whose form others have laid down.
macro_rules! foreign {
    ($($name:ident, $about:literal;)*) => {$(
        #[doc = $about]
        pub(in crate::serve::api) struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let any = Some(AdditionalProperties::FreeForm(true));
                ObjectBuilder::new().description(Some($about)).additional_properties(any).into()
            }
        }

        impl ToSchema for $name {}
    )*};
}

foreign! {
    StixBundle, "A bundle of STIX 2.1 (OASIS).";
    NavigatorLayer, "A layer of the ATT&CK Navigator (MITRE).";
}

/// Whatever it is: what stands in a record, or what changed from what.
pub(in crate::serve::api) struct Anything;

impl PartialSchema for Anything {
    fn schema() -> RefOr<Schema> {
        let about = "Any JSON: its form depends on what it is about.";
        Schema::Object(
            ObjectBuilder::new()
                .schema_type(utoipa::openapi::schema::SchemaType::AnyValue)
                .description(Some(about))
                .build(),
        )
        .into()
    }
}

impl ToSchema for Anything {}
