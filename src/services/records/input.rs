//! From what a form, a REST body or a query string says to values, for any entity. References may be given by id, code or name.

use std::collections::HashMap;

use domain::{EntityDef, EntityKind, Field, Id, Invalid, Kind, Problem, Record, Value, Wording, fold, parse_cell};
use rules::{Action, Resource};
use store::lists::{Comparison, Condition, Query};

use crate::{Op, Outcome, Services};

/// Texts by field name; a field that is absent stays as it is, an empty text clears it.
pub type Input = HashMap<String, String>;

fn problem(field: &str, invalid: Invalid) -> Problem {
    let mut message = invalid.message;
    if let Some(suggestion) = invalid.suggestion {
        message = Wording::new(
            format!("{}；建议：{suggestion}", message.zh),
            format!("{}; suggestion: {suggestion}", message.en),
        );
    }
    Problem { field: field.to_owned(), rule: invalid.rule.to_owned(), message }
}

/// Sets the values named in `input` on `record`; answers every problem found. Derived and unknown fields are refused by name,
/// operator fields for those without the right.
pub async fn parse_input(
    services: &Services,
    op: &Op,
    kind: EntityKind,
    record: &mut Record,
    input: &Input,
) -> Outcome<Vec<Problem>> {
    let def = kind.def();
    let mut problems = Vec::new();
    let mut names: Vec<&String> = input.keys().collect();
    names.sort_unstable();
    for name in names {
        let text = input.get(name).map_or("", String::as_str);
        let Some((index, field)) = def.field(name).filter(|(_, field)| !field.flags.derived) else {
            problems.push(problem(
                name,
                Invalid::new(
                    "unknown-field",
                    format!("没有名为“{name}”的可填字段"),
                    format!("there is no field “{name}” that may be set"),
                ),
            ));
            continue;
        };
        let value = match (field.kind, secrecy(field, text, services)) {
            (_, Some(refused)) => Err(refused),
            (Kind::Ref { to }, None) => reference(services, op, to, text).await?,
            (_, None) => parse_cell(field, text, field.zh, services.pack.as_ref()),
        };
        match value {
            Ok(value) => {
                let slot = record.values.get_mut(index);
                if let Some(slot) = slot.filter(|slot| **slot != value) {
                    let own = Resource::Record { kind, path: &record.path };
                    if field.flags.operator && !op.may(Action::SetOperatorFields, &own) {
                        problems.push(problem(name, operator_only()));
                    } else {
                        *slot = value;
                    }
                }
            }
            Err(invalid) => problems.push(problem(name, invalid)),
        }
    }
    Ok(problems)
}

/// The refusal of a field that only operators set.
pub(crate) fn operator_only() -> Invalid {
    Invalid::new("operator-only", "此项由政务云运维人员填写", "only operators may set this")
}

/// Refuses a classification that is not clearly "non-classified", without repeating what was written.
pub(crate) fn secrecy(field: &Field, text: &str, services: &Services) -> Option<Invalid> {
    if field.name != "secrecy" || text.trim().is_empty() || parse_cell(field, text, "", services.pack.as_ref()).is_ok()
    {
        return None;
    }
    Some(Invalid::new(
        "classified",
        "涉密系统不得登记在本平台（保守国家秘密法）；请仅在单位信息中填报涉密系统数量",
        "classified systems must not be described here (law on guarding state secrets); a department may record their number only",
    ))
}

async fn reference(services: &Services, op: &Op, to: EntityKind, text: &str) -> Outcome<Result<Value, Invalid>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Ok(Value::Null));
    }
    let def = to.def();
    let reader = &mut &services.db;
    let mut ids: Vec<Id> = match Id::parse(text) {
        Some(id) => vec![id],
        None => {
            let by_code = store::keys::by_codes(reader, def, &[text.to_owned()]).await?;
            let found =
                if by_code.is_empty() { store::keys::by_names(reader, def, &[fold(text)]).await? } else { by_code };
            found.into_iter().map(|keyed| keyed.id).collect()
        }
    };
    ids = store::keys::paths(reader, def, &ids)
        .await?
        .into_iter()
        .filter(|(_, path)| op.may(Action::View, &Resource::Record { kind: to, path }))
        .map(|(id, _)| id)
        .collect();
    Ok(match ids[..] {
        [id] => Ok(Value::Id(id)),
        [] => Err(Invalid::new(
            "unknown-reference",
            format!("没有找到“{text}”；请填写已登记的{}的编码或名称", def.zh),
            format!("“{text}” was not found; give the code or name of one of the registered {}", def.en.to_lowercase()),
        )),
        _ => Err(Invalid::new(
            "ambiguous-reference",
            format!("有多个“{text}”；请填写编码"),
            format!("there are several “{text}”; give the code"),
        )),
    })
}

/// The record that somebody means by id, code or name, as far as the reader may see it; else what is wrong, under the name of the field.
pub async fn find_reference(
    services: &Services,
    op: &Op,
    to: EntityKind,
    field: &str,
    text: &str,
) -> Outcome<Result<Id, Problem>> {
    Ok(match reference(services, op, to, text).await? {
        Ok(Value::Id(id)) => Ok(id),
        Ok(_) => Err(problem(
            field,
            Invalid::new("required", format!("请填写{}", to.def().zh), format!("{} is required", to.def().en)),
        )),
        Err(invalid) => Err(problem(field, invalid)),
    })
}

/// Reads a list's conditions from query parameters: `field=value` (repeated = or), `field[gte]=…`, `field[lte]=…`,
/// `q`, `sort=-field`, `within=<department id>`. Paging parameters belong to the door.
pub async fn list_query(
    services: &Services,
    op: &Op,
    kind: EntityKind,
    parameters: &[(String, String)],
) -> Outcome<(Query, Vec<Problem>)> {
    let def = kind.def();
    let mut query = Query::new(def, op.scope(kind));
    let mut problems = Vec::new();
    for (name, text) in parameters {
        match name.as_str() {
            "q" => query.text = Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            "sort" => match sort_field(def, text) {
                Some(sort) => query.sort = Some(sort),
                None => problems.push(problem(
                    "sort",
                    Invalid::new(
                        "unknown-sort",
                        format!("不能按“{text}”排序"),
                        format!("lists cannot be sorted by “{text}”"),
                    ),
                )),
            },
            "within" => match department_path(services, op, text).await? {
                Some(path) => query.within = Some(path),
                None => problems.push(problem(
                    "within",
                    Invalid::new("unknown-reference", "没有找到这个单位", "this department was not found"),
                )),
            },
            _ => {
                let (bare, comparison) = match name.split_once('[') {
                    Some((bare, "gte]")) => (bare, Comparison::AtLeast),
                    Some((bare, "lte]")) => (bare, Comparison::AtMost),
                    _ => (name.as_str(), Comparison::Among),
                };
                match def.field(bare).map(|(_, field)| field).filter(|field| field.flags.filter || field.flags.sort) {
                    Some(field) => {
                        if let Err(invalid) = add_condition(services, op, &mut query, field, comparison, text).await? {
                            problems.push(problem(name, invalid));
                        }
                    }
                    None => problems.push(problem(
                        name,
                        Invalid::new(
                            "unknown-filter",
                            format!("不能按“{name}”筛选"),
                            format!("lists cannot be filtered by “{name}”"),
                        ),
                    )),
                }
            }
        }
    }
    Ok((query, problems))
}

fn sort_field(def: &'static EntityDef, text: &str) -> Option<(&'static Field, bool)> {
    let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
    def.field(name).filter(|(_, field)| field.flags.sort).map(|(_, field)| (field, descending))
}

/// The path of the department of an id, if the reader may see it.
pub(crate) async fn department_path(services: &Services, op: &Op, text: &str) -> Outcome<Option<String>> {
    let Some(id) = Id::parse(text) else { return Ok(None) };
    let found = store::keys::paths(&mut &services.db, EntityKind::Department.def(), &[id]).await?;
    Ok(found
        .into_iter()
        .map(|(_, path)| path)
        .find(|path| op.may(Action::View, &Resource::Record { kind: EntityKind::Department, path })))
}

async fn add_condition(
    services: &Services,
    op: &Op,
    query: &mut Query,
    field: &'static Field,
    comparison: Comparison,
    text: &str,
) -> Outcome<Result<(), Invalid>> {
    let comparison = if matches!(field.kind, Kind::Codes { .. }) { Comparison::Contains } else { comparison };
    // `field=` alone asks for records in which it is not known.
    let value = match field.kind {
        _ if text.trim().is_empty() => Ok(Value::Null),
        Kind::Ref { to } => reference(services, op, to, text).await?,
        _ => parse_cell(field, text, field.zh, services.pack.as_ref()),
    };
    Ok(value.map(|value| {
        let same =
            query.conditions.iter_mut().find(|known| known.field.name == field.name && known.comparison == comparison);
        match same {
            Some(known) => known.values.push(value),
            None => query.conditions.push(Condition { field, comparison, values: vec![value] }),
        }
    }))
}
