//! The columns of a list: what an entity shows unless the reader chooses others, and how rows are drawn.

use domain::{EntityDef, EntityKind, Field, Kind, Record, Value};

use super::asked::Asked;
use crate::parts::{ColumnChoice, ColumnView, RowView, SortView, Sorted};
use crate::present::{Present, units};

/// True when a field can be a column for this reader.
fn fits(field: &Field, restricted: bool) -> bool {
    !matches!(field.kind, Kind::Long { .. }) && (restricted || !field.flags.restricted)
}

/// Where a column stands: the name leads to the record, then whose it is and what the rules say of it.
pub(crate) fn rank(field: &Field) -> u8 {
    match field.name {
        "name" => 0,
        "code" => 1,
        _ if field.required && matches!(field.kind, Kind::Ref { .. }) => 2,
        _ if field.flags.derived => 3,
        _ => 4,
    }
}

/// The columns to choose from.
fn choices(def: &'static EntityDef, restricted: bool) -> Vec<&'static Field> {
    let mut fields: Vec<&'static Field> = def.fields.iter().filter(|field| fits(field, restricted)).collect();
    fields.sort_by_key(|field| rank(field));
    fields
}

/// The columns shown: those asked for, as far as they exist, or the usual ones. The name is always there.
pub(crate) fn shown(def: &'static EntityDef, asked: &Asked, restricted: bool) -> Vec<&'static Field> {
    let wanted: Option<Vec<&str>> = asked.first("columns").map(|names| names.split(',').map(str::trim).collect());
    choices(def, restricted)
        .into_iter()
        .filter(|field| {
            field.name == "name" || wanted.as_ref().map_or(field.flags.list, |wanted| wanted.contains(&field.name))
        })
        .collect()
}

/// What the column chooser offers.
pub(crate) fn chooser(
    present: &Present<'_>,
    def: &'static EntityDef,
    shown: &[&'static Field],
    restricted: bool,
) -> Vec<ColumnChoice> {
    choices(def, restricted)
        .into_iter()
        .map(|field| ColumnChoice {
            key: field.name.to_owned(),
            label: present.label(field),
            shown: shown.iter().any(|known| known.name == field.name),
        })
        .collect()
}

/// The headers, sortable where an index serves.
pub(crate) fn headers(
    present: &Present<'_>,
    shown: &[&'static Field],
    asked: &Asked,
    sort: Option<(&Field, bool)>,
) -> Vec<ColumnView> {
    shown
        .iter()
        .map(|field| {
            let now = sort.filter(|(known, _)| known.name == field.name).map(|(_, descending)| descending);
            let sorted = match now {
                None => Sorted::No,
                Some(false) => Sorted::Up,
                Some(true) => Sorted::Down,
            };
            let next = if sorted == Sorted::Up { format!("-{}", field.name) } else { field.name.to_owned() };
            ColumnView {
                label: present.label(field),
                unit: units::of_column(present.l, field.kind, present.pack, present.language),
                right: is_number(field) && field.name != "flag_count",
                sort: field.flags.sort.then(|| SortView { href: asked.with("sort", &next), sorted }),
            }
        })
        .collect()
}

fn is_number(field: &Field) -> bool {
    matches!(field.kind, Kind::Int { .. } | Kind::Decimal { .. } | Kind::Money)
}

/// The rows.
pub(crate) fn rows(
    present: &Present<'_>,
    kind: EntityKind,
    shown: &[&'static Field],
    records: &[Record],
) -> Vec<RowView> {
    let def = kind.def();
    let places: Vec<(usize, &Field)> = shown.iter().filter_map(|field| def.field(field.name)).collect();
    records
        .iter()
        .map(|record| {
            let value = |place: &usize| record.values.get(*place).unwrap_or(&Value::Null);
            RowView::new(
                places.iter().map(|(place, field)| present.cell(kind, field, value(place), record.id)).collect(),
            )
        })
        .collect()
}
