//! Filters and chips of a list, from the field table: codes and references with the counts of what each choice would
//! give, yes and no, ranges of days and numbers.

use domain::{CodeLists, Field, Kind, Value};
use services::records::{self, Comparison, Condition, Query};

use super::asked::{Asked, UNKNOWN};
use crate::parts::{ChipView, FilterKind, FilterView, OptionView};
use crate::present::{Names, Present, trail, units};
use crate::visit::Visit;

/// Filters that stand in the toolbar.
const PINNED: usize = 4;
/// Values of a reference that are offered.
const OFFERED: usize = 20;

type Counts = Vec<(&'static Field, Vec<(Value, i64)>)>;

/// What the filters of a list show.
pub(crate) struct Facets {
    /// True when choices were counted; else only the codes of the pack are offered.
    pub counted: bool,
    pinned: Vec<&'static Field>,
    counts: Counts,
    names: Names,
}

/// Fields by which a list can be narrowed.
fn filterable(query: &Query) -> impl Iterator<Item = &'static Field> {
    query.def.fields.iter().filter(|field| {
        let ranged = matches!(field.kind, Kind::Date | Kind::Int { .. } | Kind::Decimal { .. } | Kind::Money);
        (field.flags.filter && !field.flags.restricted) || (field.flags.sort && ranged)
    })
}

fn is_choice(field: &Field) -> bool {
    matches!(field.kind, Kind::Code { .. } | Kind::Ref { .. })
}

/// Counts what the choices of the toolbar, and all references, would give. Counting takes time that a first page does
/// not have: without `counted` the codes of the pack are offered, and the counts come when a drop-down opens.
pub(crate) async fn facets(visit: &Visit, query: &Query, counted: bool) -> Result<Facets, edge::Refusal> {
    let mut choices: Vec<&'static Field> = filterable(query).filter(|field| is_choice(field)).collect();
    // Conclusions of the rules first, then what lists show.
    choices.sort_by_key(|field| (!field.flags.list, !field.flags.derived));
    let pinned: Vec<&'static Field> = choices.iter().copied().filter(|field| field.flags.list).take(PINNED).collect();
    if !counted {
        return Ok(Facets { counted, pinned, counts: Vec::new(), names: Names::new() });
    }
    let wanted: Vec<&'static Field> = choices
        .into_iter()
        .filter(|field| matches!(field.kind, Kind::Ref { .. }) || pinned.iter().any(|known| known.name == field.name))
        .collect();
    let (counts, names) = records::facets(visit.services(), query, &wanted).await?;
    Ok(Facets { counted, pinned, counts, names })
}

/// Names of the references that conditions mention.
pub(crate) async fn names_of_conditions(visit: &Visit, query: &Query) -> Result<Names, edge::Refusal> {
    let values = query.conditions.iter().flat_map(|condition| {
        condition.values.iter().map(|value| (condition.field.name, value.clone())).collect::<Vec<_>>()
    });
    trail::names_of_values(visit, query.def, values).await
}

/// The filters as the page shows them.
pub(crate) fn views(present: &Present<'_>, asked: &Asked, query: &Query, facets: &Facets) -> Vec<FilterView> {
    let mut all: Vec<FilterView> = filterable(query)
        .map(|field| {
            let (chosen, kind) = kind_of(present, asked, query, field, facets);
            let pinned = facets.pinned.iter().any(|known| known.name == field.name);
            FilterView { key: field.name.to_owned(), label: present.label(field), chosen, pinned, kind }
        })
        .collect();
    let order = |filter: &FilterView| facets.pinned.iter().position(|field| field.name == filter.key).unwrap_or(PINNED);
    all.sort_by_key(order);
    all
}

fn kind_of(
    present: &Present<'_>,
    asked: &Asked,
    query: &Query,
    field: &'static Field,
    facets: &Facets,
) -> (u64, FilterKind) {
    let end = |side: &str| asked.first(&format!("{}[{side}]", field.name)).unwrap_or_default().to_owned();
    let (from, to) = (end("gte"), end("lte"));
    let ends = u64::from(!from.is_empty()) + u64::from(!to.is_empty());
    match field.kind {
        Kind::Date => (ends, FilterKind::Dates { from, to }),
        Kind::Int { .. } | Kind::Decimal { .. } | Kind::Money => {
            let unit = units::unit(present.l, field.kind, present.pack, present.language);
            (ends, FilterKind::Numbers { from, to, unit })
        }
        Kind::Bool => {
            let now = chosen_values(query, field).next().and_then(|value| match value {
                Value::Bool(flag) => Some(*flag),
                _ => None,
            });
            (u64::from(now.is_some()), FilterKind::YesNo(now))
        }
        Kind::Code { .. } | Kind::Codes { .. } | Kind::Ref { .. } => {
            let chosen: Vec<Value> = chosen_values(query, field).cloned().collect();
            let options = options(present, field, &chosen, facets);
            (chosen.len() as u64, FilterKind::Codes(options))
        }
        Kind::Text { .. } | Kind::Long { .. } => {
            let text = asked.first(field.name).unwrap_or_default().to_owned();
            (u64::from(!text.is_empty()), FilterKind::Text(text))
        }
    }
}

fn chosen_values<'q>(query: &'q Query, field: &Field) -> impl Iterator<Item = &'q Value> {
    query
        .conditions
        .iter()
        .filter(move |condition| {
            condition.field.name == field.name
                && matches!(condition.comparison, Comparison::Among | Comparison::Contains)
        })
        .flat_map(|condition| &condition.values)
}

/// The choices of a code or reference: with counts where they were taken, else every code of the pack.
fn options(present: &Present<'_>, field: &'static Field, chosen: &[Value], facets: &Facets) -> Vec<OptionView> {
    let counts = facets.counts.iter().find(|(known, _)| known.name == field.name).map(|(_, counts)| counts.as_slice());
    let option = |value: &Value, count: Option<i64>| {
        let (sent, label) = match value {
            Value::Null => (UNKNOWN.to_owned(), present.l.t("missing")),
            Value::Id(id) => {
                (id.to_string(), facets.names.get(id).map_or_else(|| present.name(*id), |known| &known.1).to_owned())
            }
            Value::Text(code) => (code.clone(), present.text(field, value)),
            other => (String::new(), present.text(field, other)),
        };
        let shown = count.map(|count| present.l.num(u64::try_from(count).unwrap_or(0))).unwrap_or_default();
        let option = OptionView::new(sent, label).with_count(shown);
        if chosen.contains(value) { option.on() } else { option }
    };
    let ranked: Vec<Value> = match field.kind {
        Kind::Code { list } | Kind::Codes { list } => {
            present.pack.list(list).codes().map(|code| Value::Text(code.to_owned())).collect()
        }
        _ => Vec::new(),
    };
    let Some(counts) = counts else {
        let others = chosen.iter().filter(|value| !ranked.contains(value));
        return ranked.iter().chain(others).map(|value| option(value, None)).collect();
    };
    let count_of = |value: &Value| counts.iter().find(|(known, _)| known == value).map(|(_, count)| *count);
    let mut values: Vec<Value> =
        ranked.into_iter().filter(|value| count_of(value).is_some() || chosen.contains(value)).collect();
    let others =
        counts.iter().map(|(value, _)| value.clone()).take(if values.is_empty() { OFFERED } else { usize::MAX });
    for value in others.chain(chosen.iter().cloned()) {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values.iter().map(|value| option(value, count_of(value).or(Some(0)))).collect()
}

/// The conditions in force, in words, each with the list without it.
pub(crate) fn chips(present: &Present<'_>, asked: &Asked, query: &Query, within: Option<&str>) -> Vec<ChipView> {
    let l = present.l;
    let mut chips = Vec::new();
    if let Some(text) = &query.text {
        chips.push(ChipView { label: l.t("chip-text"), value: text.clone(), remove: asked.without(&["q"]) });
    }
    if let Some(name) = within {
        chips.push(ChipView { label: l.t("chip-within"), value: name.to_owned(), remove: asked.without(&["within"]) });
    }
    chips.extend(query.conditions.iter().map(|condition| chip(present, asked, condition)));
    chips
}

fn chip(present: &Present<'_>, asked: &Asked, condition: &Condition) -> ChipView {
    let (l, field) = (present.l, condition.field);
    let words: Vec<String> = condition
        .values
        .iter()
        .map(|value| if value.is_null() { l.t("missing") } else { present.text(field, value) })
        .collect();
    let words = words.join(&l.t("or-list"));
    let (name, value) = match condition.comparison {
        Comparison::AtLeast => (format!("{}[gte]", field.name), l.ta("chip-from", &[("value", &words)])),
        Comparison::AtMost => (format!("{}[lte]", field.name), l.ta("chip-to", &[("value", &words)])),
        Comparison::Among | Comparison::Contains => (field.name.to_owned(), words),
    };
    ChipView { label: present.label(field), value, remove: asked.without(&[&name]) }
}
