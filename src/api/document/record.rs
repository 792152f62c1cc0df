//! Schemas and filters of an entity, from its field table and the pack's code lists.

use domain::{CodeLists, EntityKind, Field, Kind, Language, Owner};
use rules::Pack;
use serde_json::Value;
use services::records::COUNT_LIMIT;
use utoipa::openapi::{
    ArrayBuilder, Discriminator, KnownFormat, ObjectBuilder, OneOfBuilder, RefOr, Required, Schema, SchemaFormat, Type,
    path::{ParameterBuilder, ParameterIn},
    schema::{AdditionalProperties, SchemaType},
};

use super::reference;

/// Codes that a description names.
const CODES_NAMED: usize = 30;

fn nullable(kind: Type, field: &Field) -> SchemaType {
    if field.required { SchemaType::from(kind) } else { SchemaType::from_iter([kind, Type::Null]) }
}

/// What a field is, in both languages, with unit, rights and the words of its list.
fn description(field: &Field, pack: &Pack) -> String {
    let mut parts = vec![format!("{} / {}.", field.zh, field.en)];
    match field.kind {
        Kind::Text { max } | Kind::Long { max } => parts.push(format!("At most {max} characters.")),
        Kind::Int { unit } | Kind::Decimal { unit, .. } if !unit.is_empty() => parts.push(format!("Unit: {unit}.")),
        Kind::Money => parts.push("In 元 (CNY); a text may name another unit, such as `12.5万元`.".to_owned()),
        Kind::Ref { to } => {
            parts.push(format!("Refers to one of the {}; written as id, code or name.", to.def().plural))
        }
        Kind::Code { list } | Kind::Codes { list } => parts.push(words(list, pack)),
        _ => {}
    }
    let flags = field.flags;
    let notes = [
        (flags.derived, "Computed by the rules, never sent."),
        (flags.operator, "Set by operators only."),
        (flags.restricted, "Restricted: `null` for readers without rights on the record's department; never searched."),
        (flags.expected, "Expected: a record without it counts as incomplete."),
        (flags.sort, "Sortable."),
        (flags.filter || flags.sort, "Filterable."),
        (flags.search, "Searched."),
    ];
    parts.extend(notes.iter().filter(|(holds, _)| *holds).map(|(_, note)| (*note).to_owned()));
    parts.join(" ")
}

/// The words of a list with their labels.
fn words(list: &str, pack: &Pack) -> String {
    let list = pack.list(list);
    let options: Vec<String> = list
        .options(Language::ZhCn)
        .zip(list.options(Language::En))
        .take(CODES_NAMED)
        .map(|((code, zh), (_, en))| format!("`{code}` {zh} / {en}"))
        .collect();
    format!("Words of the pack's list: {}.", options.join("; "))
}

fn field_schema(field: &Field, pack: &Pack, means: String) -> RefOr<Schema> {
    let of = |kind: Type| ObjectBuilder::new().schema_type(nullable(kind, field)).description(Some(means.clone()));
    let codes = |list: &str| pack.list(list).codes().take(CODES_NAMED).map(Value::from).collect::<Vec<_>>();
    let read_only = |builder: ObjectBuilder| if field.flags.derived { builder.read_only(true) } else { builder };
    let format = |known: KnownFormat| Some(SchemaFormat::KnownFormat(known));
    match field.kind {
        Kind::Text { max } | Kind::Long { max } => of(Type::String).max_length(Some(max)).into(),
        Kind::Int { .. } => read_only(of(Type::Integer).format(format(KnownFormat::Int64))).minimum(Some(0)).into(),
        Kind::Decimal { .. } | Kind::Money => of(Type::Number).minimum(Some(0)).into(),
        Kind::Bool => of(Type::Boolean).into(),
        Kind::Date => read_only(of(Type::String).format(format(KnownFormat::Date)).examples(["2026-02-03"])).into(),
        // Examples and no `enum`: the pack may add words, and clients must not break on them.
        Kind::Code { list } => read_only(of(Type::String).examples(codes(list))).into(),
        Kind::Codes { list } => {
            let word = ObjectBuilder::new().schema_type(Type::String).examples(codes(list));
            ArrayBuilder::new()
                .schema_type(nullable(Type::Array, field))
                .items(word)
                .description(Some(means.clone()))
                .into()
        }
        Kind::Ref { .. } => of(Type::String).format(format(KnownFormat::Uuid)).into(),
    }
}

/// Something that belongs to the record and is never sent.
fn own(kind: Type, format: KnownFormat, means: &str) -> ObjectBuilder {
    let format = Some(SchemaFormat::KnownFormat(format));
    ObjectBuilder::new().schema_type(kind).format(format).read_only(true).description(Some(means))
}

fn names() -> ObjectBuilder {
    let name = ObjectBuilder::new()
        .property("code", ObjectBuilder::new().schema_type(Type::String))
        .property("name", ObjectBuilder::new().schema_type(Type::String));
    ObjectBuilder::new()
        .additional_properties(Some(RefOr::T(Schema::Object(name.build()))))
        .read_only(true)
        .description(Some("Code and name of every record referred to, by identifier."))
}

/// The schemas of an entity: as it is read, as it is made, as it is changed, and a page of it.
pub(super) fn schemas(kind: EntityKind, pack: &Pack) -> Vec<(String, RefOr<Schema>)> {
    let def = kind.def();
    let name = format!("{kind:?}");
    let owner = match def.owner {
        Owner::Itself => "itself",
        Owner::Department { .. } => "its department",
        Owner::System { .. } => "the department of its system",
        Owner::City => "the city",
    };
    let title = format!("{} / {}. Belongs to {owner}.", def.zh, def.en);
    let mut read = ObjectBuilder::new()
        .description(Some(title.clone()))
        .property("id", own(Type::String, KnownFormat::Uuid, "Identifier."))
        .property("_version", own(Type::Integer, KnownFormat::Int64, "Counts changes from 1; the ETag is `\"v1\"`."))
        .property("_created_at", own(Type::String, KnownFormat::DateTime, "When it was made."))
        .property("_updated_at", own(Type::String, KnownFormat::DateTime, "When it was last changed."));
    let mut made = ObjectBuilder::new()
        .description(Some(title.clone()))
        .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)));
    let mut change = ObjectBuilder::new()
        .description(Some(format!("{title} Only what is sent changes; `null` clears.")))
        .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)));
    for field in def.fields {
        let schema = field_schema(field, pack, description(field, pack));
        if !field.flags.derived {
            made = made.property(field.name, schema.clone());
            change = change.property(field.name, schema.clone());
            if field.required {
                made = made.required(field.name);
            }
        }
        read = read.property(field.name, schema);
    }
    read = read.property("_names", names());
    for always in ["id", "_version", "_created_at", "_updated_at"] {
        read = read.required(always);
    }
    let count = |means: &str| ObjectBuilder::new().schema_type(Type::Integer).description(Some(means));
    let page = ObjectBuilder::new()
        .description(Some(format!("A page of {}.", def.plural)))
        .property("items", ArrayBuilder::new().items(reference(&name)))
        .property("count", count(&format!("Matches, at most {COUNT_LIMIT}.")))
        .property(
            "count_is_exact",
            ObjectBuilder::new()
                .schema_type(Type::Boolean)
                .description(Some("False when there are more than `count`.")),
        )
        .property(
            "next_cursor",
            ObjectBuilder::new()
                .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
                .description(Some("Where the next page begins.")),
        )
        .property("waiting_for_evaluation", count("Records of this kind whose conclusions are being computed anew."))
        .property("_names", names());
    vec![
        (name.clone(), read.into()),
        (format!("New{name}"), made.into()),
        (format!("{name}Change"), change.into()),
        (format!("{name}List"), page.into()),
    ]
}

/// What a request is drafted by: a move, or a justification with the fields that the department writes.
pub(super) fn drafts(pack: &Pack) -> Vec<(String, RefOr<Schema>)> {
    let text = |means: &str| ObjectBuilder::new().schema_type(Type::String).description(Some(means));
    let kind = EntityKind::CloudException;
    let mut stay = ObjectBuilder::new()
        .description(Some(
            "A justification that a system stays outside. When it replaces a draft, what is left out is cleared.",
        ))
        .property("entity", text("`cloud_exception`."))
        .required("entity")
        .property("system", text("The system by identifier, code or name."))
        .required("system")
        .property("renews", text("The exception that this one renews, by identifier or number."))
        .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)));
    for field in services::requests::written_fields() {
        stay = stay.property(field.name, field_schema(field, pack, description(field, pack)));
        if field.required && field.name != "name" {
            stay = stay.required(field.name);
        }
    }
    let mut discriminator = Discriminator::new("entity");
    for (kind, name) in [(EntityKind::Migration, "WantedMove"), (kind, "WantedStay")] {
        discriminator.mapping.insert(kind.def().table.to_owned(), reference(name).ref_location);
    }
    let either = OneOfBuilder::new()
        .description(Some("What is asked for, told apart by `entity`."))
        .item(reference("WantedMove"))
        .item(reference("WantedStay"))
        .discriminator(Some(discriminator));
    vec![("WantedStay".to_owned(), stay.into()), ("RequestDraft".to_owned(), RefOr::T(Schema::OneOf(either.build())))]
}

/// The filters of an entity's lists.
pub(super) fn filters(kind: EntityKind) -> Vec<ParameterBuilder> {
    let mut found = Vec::new();
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let filter = |name: String, means: String| {
        ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Query)
            .required(Required::False)
            .description(Some(means))
    };
    for field in kind.def().fields.iter().filter(|field| field.flags.filter || field.flags.sort) {
        let means = format!("{} / {}. Repeated: or; empty: not known.", field.zh, field.en);
        found.push(filter(field.name.to_owned(), means).schema(Some(ArrayBuilder::new().items(text()))));
        if matches!(field.kind, Kind::Int { .. } | Kind::Decimal { .. } | Kind::Money | Kind::Date) {
            for (sign, words) in [("gte", "at least"), ("lte", "at most")] {
                let means = format!("{} / {}: {words}.", field.zh, field.en);
                found.push(filter(format!("{}[{sign}]", field.name), means).schema(Some(text())));
            }
        }
    }
    found
}
