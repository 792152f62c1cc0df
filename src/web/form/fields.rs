//! The fields of a form, from the field table: every kind has one way of being given; what the rules compute is never
//! asked for, what only operators set is locked for others.

use std::collections::HashMap;

use domain::{CodeLists, EntityDef, EntityKind, Field, Id, Kind, Problem, Record, Value, show};

use super::FormGroup;
use crate::parts::{FieldKind, FieldView, OptionView};
use crate::present::{Present, units};
use crate::record::view::{group_id, group_title};

/// Texts of a form by field.
pub(crate) type Texts = HashMap<&'static str, String>;

/// What a visitor may do with the fields of one record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rights {
    /// May set what only operators set.
    pub operate: bool,
    /// May see restricted fields.
    pub restricted: bool,
}

/// Fields that a form may hold.
pub(crate) fn askable(def: &'static EntityDef, rights: Rights) -> impl Iterator<Item = &'static Field> {
    def.fields.iter().filter(move |field| !field.flags.derived && (rights.restricted || !field.flags.restricted))
}

/// A reference as a form shows it: `code name`, or the name alone.
pub(crate) fn reference_text(present: &Present<'_>, id: Id) -> String {
    present.names.get(&id).map_or_else(
        || id.to_string(),
        |(code, name)| if code.is_empty() { name.clone() } else { format!("{code} {name}") },
    )
}

/// The texts of a record's values, as its form shows them.
pub(crate) fn texts_of(present: &Present<'_>, def: &'static EntityDef, record: &Record) -> Texts {
    let text = |field: &Field, value: &Value| match (field.kind, value) {
        (_, Value::Null) => String::new(),
        (Kind::Ref { .. }, Value::Id(id)) => reference_text(present, *id),
        (_, Value::Text(text)) => text.clone(),
        (_, Value::Bool(flag)) => flag.to_string(),
        (_, value) => show(field, value, present.pack, present.language),
    };
    def.fields.iter().zip(&record.values).map(|(field, value)| (field.name, text(field, value))).collect()
}

/// The groups of a form.
pub(crate) fn groups(
    present: &Present<'_>,
    kind: EntityKind,
    rights: Rights,
    texts: &Texts,
    problems: &[Problem],
) -> Vec<FormGroup> {
    let mut groups: Vec<FormGroup> = Vec::new();
    for field in askable(kind.def(), rights) {
        let text = texts.get(field.name).map(String::as_str).unwrap_or_default();
        let locked = field.flags.operator && !rights.operate;
        if locked && text.is_empty() {
            continue;
        }
        let mut view = view(present, field, text);
        view.locked = locked;
        view.error = error(present, problems, field.name);
        let id = group_id(field.group);
        match groups.iter_mut().find(|group| group.id == id) {
            Some(group) => group.fields.push(view),
            None => {
                let title = group_title(present, field.group);
                groups.push(FormGroup { id, title, help: String::new(), fields: vec![view] });
            }
        }
    }
    groups
}

/// What is wrong with a field.
fn error(present: &Present<'_>, problems: &[Problem], name: &str) -> Option<String> {
    let texts: Vec<&str> = problems
        .iter()
        .filter(|problem| problem.field == name)
        .map(|problem| problem.message.text(present.language))
        .collect();
    (!texts.is_empty()).then(|| texts.join(" "))
}

/// Problems that belong to no field of the form.
pub(crate) fn other_errors(
    present: &Present<'_>,
    kind: EntityKind,
    rights: Rights,
    problems: &[Problem],
) -> Vec<String> {
    problems
        .iter()
        .filter(|problem| !askable(kind.def(), rights).any(|field| field.name == problem.field))
        .map(|problem| problem.message.text(present.language).to_owned())
        .collect()
}

fn view(present: &Present<'_>, field: &'static Field, text: &str) -> FieldView {
    let l = present.l;
    let unit = || units::unit(l, field.kind, present.pack, present.language);
    let options = |list: &str| {
        present.pack.list(list).options(present.language).map(|(code, label)| OptionView::new(code, label))
    };
    let kind = match field.kind {
        Kind::Text { max } => FieldKind::Text { code: field.name == "code", max },
        Kind::Long { .. } => FieldKind::LongText,
        Kind::Int { .. } | Kind::Decimal { .. } | Kind::Money => FieldKind::Number { unit: unit() },
        Kind::Bool => FieldKind::YesNo,
        Kind::Date => FieldKind::Date,
        Kind::Code { list } => {
            let mut options: Vec<OptionView> = options(list).collect();
            // What was typed stays visible even if the list does not have it.
            if !text.is_empty() && !options.iter().any(|option| option.value == text) {
                options.push(OptionView::new(text, text));
            }
            FieldKind::Code(options)
        }
        Kind::Codes { list } => {
            let chosen: Vec<&str> = text.split('|').collect();
            let chosen =
                |option: OptionView| if chosen.contains(&option.value.as_str()) { option.on() } else { option };
            FieldKind::Codes(options(list).map(chosen).collect())
        }
        Kind::Ref { to } => {
            FieldKind::Reference { lookup: format!("/lookup/{}", to.def().plural), options: Vec::new() }
        }
    };
    let mut view = FieldView::new(l, field.name, present.label(field), kind).with(text);
    view.required = field.required;
    if field.name == "secrecy" {
        view.help = l.t("help-secrecy");
    }
    view
}
