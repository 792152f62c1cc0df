//! Values as people read them: by the field table and the pack, for every entity alike. Codes get their label (and a
//! colour where they mean a state), references lead to their record, numbers carry separators and units, days that
//! must be kept count working days.

pub(crate) mod badges;
pub(crate) mod moments;
pub(crate) mod trail;
pub(crate) mod units;

use std::collections::HashMap;

use domain::{CodeLists, EntityKind, Field, Id, Kind, Language, Value, show};
use jiff::civil::Date;
use rules::{Calendar, Pack};
use services::Services;

use crate::parts::{CellView, DeadlineView, Tone};
use crate::record::FactView;
use crate::visit::Visit;
use crate::words::L;

/// Names of referenced records: id → (code, name).
pub(crate) type Names = HashMap<Id, (String, String)>;

/// The field by which a subject must be settled: shown as the working days that are left.
const DEADLINE: &str = "deadline_on";
/// The field that counts open flags: leads to them.
const FLAG_COUNT: &str = "flag_count";
/// Characters of a long text in a table.
const CUT: usize = 60;

/// Shows values to one reader.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Present<'a> {
    /// The words.
    pub l: L,
    /// The reader's language.
    pub language: Language,
    /// Labels, calendar, money.
    pub pack: &'a Pack,
    /// Today in the pack's time zone.
    pub today: Date,
    /// Names of what records refer to.
    pub names: &'a Names,
}

/// The page of a record.
pub(crate) fn address(kind: EntityKind, id: Id) -> String {
    format!("/{}/{id}", kind.def().plural)
}

impl<'a> Present<'a> {
    /// For a visitor.
    pub fn new(visit: &'a Visit, names: &'a Names) -> Present<'a> {
        let services: &Services = visit.services();
        Present {
            l: visit.l,
            language: visit.op.language,
            pack: services.pack.as_ref(),
            today: services.today(),
            names,
        }
    }

    /// The label of a field.
    pub fn label(&self, field: &Field) -> String {
        field.label(self.language).to_owned()
    }

    /// The name of a referenced record; empty when it is not known.
    pub fn name(&self, id: Id) -> &str {
        self.names.get(&id).map(|(_, name)| name.as_str()).unwrap_or_default()
    }

    /// A value as plain text, with its unit: for history, chips and differences. Empty when nothing is known.
    pub fn text(&self, field: &Field, value: &Value) -> String {
        match (field.kind, value) {
            (Kind::Ref { .. }, Value::Id(id)) => self.name(*id).to_owned(),
            (Kind::Int { .. } | Kind::Decimal { .. } | Kind::Money, Value::Int(_)) => {
                let number = units::grouped(&show(field, value, self.pack, self.language));
                let unit = units::unit(self.l, field.kind, self.pack, self.language);
                if unit.is_empty() { number } else { format!("{number} {unit}") }
            }
            (Kind::Codes { list }, Value::Text(codes)) => {
                let list = self.pack.list(list);
                let labels =
                    codes.split('|').filter(|code| !code.is_empty()).map(|code| list.label(code, self.language));
                labels.collect::<Vec<_>>().join(&self.l.t("list-mark"))
            }
            (Kind::Bool, Value::Bool(flag)) => self.l.t(if *flag { "yes" } else { "no" }),
            _ => show(field, value, self.pack, self.language),
        }
    }

    /// A value in a table of `kind`; `id` is the row's record. Units stand in the header there.
    pub fn cell(&self, kind: EntityKind, field: &Field, value: &Value, id: Id) -> CellView {
        match (field.kind, value) {
            (_, Value::Null) => CellView::Empty,
            (Kind::Text { .. }, Value::Text(text)) if field.name == "name" => {
                CellView::link(text.clone(), address(kind, id))
            }
            (Kind::Int { .. } | Kind::Decimal { .. } | Kind::Money, Value::Int(_)) if field.name != FLAG_COUNT => {
                CellView::number(units::grouped(&show(field, value, self.pack, self.language)))
            }
            (Kind::Text { .. } | Kind::Long { .. }, Value::Text(text)) if field.name != "code" => {
                CellView::Text(cut(text))
            }
            (Kind::Date, Value::Text(day)) if field.name != DEADLINE => CellView::Text(day.clone()),
            _ => self.value(kind, field, value, id),
        }
    }

    /// A value on a record's page.
    pub fn value(&self, kind: EntityKind, field: &Field, value: &Value, id: Id) -> CellView {
        match (field.kind, value) {
            (_, Value::Null) => CellView::Empty,
            (Kind::Text { .. }, Value::Text(text)) if matches!(field.name, "code" | "source_key") => {
                CellView::Code(text.clone())
            }
            (Kind::Code { list }, Value::Text(code)) => {
                let label = self.pack.list(list).label(code, self.language);
                badges::of_code(list, code, label).map_or_else(|| CellView::text(label), CellView::Badge)
            }
            (Kind::Ref { to }, Value::Id(referenced)) => match self.names.get(referenced) {
                Some((_, name)) => CellView::link(name.clone(), address(to, *referenced)),
                None => CellView::Empty,
            },
            (Kind::Date, Value::Text(day)) => match day.parse::<Date>() {
                Ok(date) if field.name == DEADLINE => CellView::Deadline(self.deadline(date)),
                Ok(date) => CellView::Date { text: day.clone(), title: moments::full_day(self.l, date) },
                Err(_) => CellView::text(day.clone()),
            },
            (Kind::Int { .. }, Value::Int(0)) if field.name == FLAG_COUNT => CellView::Empty,
            (Kind::Int { .. }, Value::Int(count)) if field.name == FLAG_COUNT => CellView::Flags {
                count: count.to_string(),
                tone: if *count > 2 { Tone::Bad } else { Tone::Warn },
                href: format!("{}#flags", address(kind, id)),
            },
            (Kind::Int { .. } | Kind::Decimal { .. } | Kind::Money, Value::Int(_)) => CellView::quantity(
                units::grouped(&show(field, value, self.pack, self.language)),
                units::unit(self.l, field.kind, self.pack, self.language),
            ),
            _ => CellView::text(self.text(field, value)),
        }
    }

    /// A field of a record with its label. What is asked for and not known is marked.
    pub fn fact(&self, kind: EntityKind, field: &Field, value: &Value, id: Id) -> FactView {
        let wide = matches!(field.kind, Kind::Long { .. });
        let missing = field.flags.expected && value.is_null();
        FactView { label: self.label(field), value: self.value(kind, field, value, id), missing, wide }
    }

    /// A day that must be kept, in working days.
    pub fn deadline(&self, date: Date) -> DeadlineView {
        DeadlineView::new(self.l, date, working_days_left(&self.pack.calendar, self.today, date))
    }
}

/// Working days from today to a day; negative when it has passed. The day itself is 0, whatever lies between counts.
pub(crate) fn working_days_left(calendar: &Calendar, today: Date, date: Date) -> i64 {
    if date >= today {
        let left = i64::from(calendar.working_days_between(today, date));
        // A deadline on the coming Saturday is not today's.
        if date > today { left.max(1) } else { left }
    } else {
        -i64::from(calendar.working_days_between(date, today)).max(1)
    }
}

fn cut(text: &str) -> String {
    if text.chars().count() <= CUT {
        return text.to_owned();
    }
    text.chars().take(CUT - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests;
