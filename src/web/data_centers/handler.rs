//! The page of a machine room: how full it is, how far it is on its way to closing, and which systems still run in it.

use domain::{CodeLists, DataCenter, Entity, EntityKind, Id, Record, Value, show};
use edge::Refusal;
use services::{evaluation, records};

use super::{DataCenterPage, GaugeView, StageView};
use crate::list::asked::{UNKNOWN, list_address};
use crate::list::handler::counted;
use crate::parts::{CellView, ColumnView, LinkView, RowView, TableView, Tone};
use crate::present::{Names, Present, units};
use crate::record::RelatedView;
use crate::record::handler::shell;
use crate::record::view::{self, Opened, listing};
use crate::systems::handler::{facts, rule_address, severity_tone};
use crate::visit::Visit;

/// Systems shown; the list has all.
const SHOWN: usize = 12;
/// Stages of a room that is to close, of the pack's list in its order. The others end the way.
const WAY: [&str; 6] = ["operating", "in_closure_plan", "emptying", "emptied", "power_off_verified", "closed"];

/// A system that is still here, with its components.
struct Left {
    system: Record,
    components: i64,
}

/// The page.
pub(crate) async fn page(visit: &Visit, opened: &Opened) -> Result<DataCenterPage, Refusal> {
    let present = Present::new(visit, &opened.shown.names);
    let mut record = view::record(visit, &present, opened, &[EntityKind::System]).await?;
    record.related.insert(0, flags(visit, &present, opened).await?);
    let (left, count) = systems_left(visit, opened).await?;
    let room = DataCenter::from_values(&opened.record().values).ok();
    let stages = room.as_ref().map(|room| stages(&present, room)).unwrap_or_default();
    let components: i64 = left.iter().map(|left| left.components).sum();
    let closed = room.as_ref().is_some_and(|room| room.closed_on.is_some_and(|day| day <= present.today));
    let blocked = !stages.is_empty() && !closed && count > 0;
    let mut gauges = room.as_ref().map(|room| gauges(&present, opened, room)).unwrap_or_default();
    gauges.push(GaugeView {
        label: visit.l.t("room-systems-left"),
        value: counted(visit.l, count),
        note: visit.l.ta("room-components", &[("count", &visit.l.num(u64::try_from(components).unwrap_or(0)))]),
        tone: if blocked { Tone::Bad } else { Tone::Neutral },
        ..GaugeView::default()
    });
    let id = opened.record().id.to_string();
    let all = list_address("components", &[("data_center", &id), ("in_service", "true"), ("in_service", UNKNOWN)]);
    Ok(DataCenterPage {
        l: visit.l,
        shell: shell(visit, opened),
        blocked: if blocked {
            visit.l.ta("room-blocked", &[("count", &counted(visit.l, count))])
        } else {
            String::new()
        },
        blockers: table(visit, opened, &left).await?,
        blockers_link: (count > 0).then(|| LinkView::new(visit.l.t("room-components-all"), all)),
        record,
        gauges,
        stages,
    })
}

/// The open flags of the room.
async fn flags(visit: &Visit, present: &Present<'_>, opened: &Opened) -> Result<RelatedView, Refusal> {
    let (l, language) = (visit.l, present.language);
    let assessment = evaluation::explain_room(visit.services(), &visit.op, opened.record().id).await?;
    let columns = [l.t("flag-rule"), l.t("flag-severity"), l.t("flag-says"), l.t("flag-facts"), l.t("flag-due")];
    let rows = assessment.flags.iter().map(|hit| {
        let facts: Vec<String> =
            facts(present, opened.kind.def(), hit).iter().map(|(label, value)| format!("{label} {value}")).collect();
        let severity = present.pack.list("severity").label(hit.severity.code(), language);
        RowView::new(vec![
            CellView::link(hit.rule.code(), rule_address(hit.rule)),
            CellView::Badge(crate::parts::BadgeView::new(severity, severity_tone(hit.severity)).with_icon("flag")),
            CellView::text(hit.explanation.text(language)),
            CellView::Muted(facts.join(" · ")),
            hit.deadline_on.map_or(CellView::Empty, |date| CellView::Deadline(present.deadline(date))),
        ])
    });
    let table = TableView::new(l, l.t("flags"), columns.into_iter().map(ColumnView::new).collect())
        .with_rows(rows.collect())
        .with_empty(l.t("flags-none"));
    let count = l.num(assessment.flags.len() as u64);
    Ok(RelatedView { id: "flags".to_owned(), title: l.t("flags"), count, table, more: None, add: None })
}

/// Systems with components in service here, and those that only say so themselves; and how many there are.
async fn systems_left(visit: &Visit, opened: &Opened) -> Result<(Vec<Left>, i64), Refusal> {
    let (services, op) = (visit.services(), &visit.op);
    let here = ("data_center".to_owned(), opened.record().id.to_string());
    // Not known whether it serves counts as serving, as in the rules.
    let serving = ["true", ""].map(|value| ("in_service".to_owned(), value.to_owned()));
    let conditions = [std::slice::from_ref(&here), serving.as_slice()].concat();
    let (query, _) = records::list_query(services, op, EntityKind::Component, &conditions).await?;
    let Some((_, system)) = EntityKind::Component.def().field("system") else { return Ok((Vec::new(), 0)) };
    let (facets, _) = records::facets(services, &query, &[system]).await?;
    let mut found: Vec<(Id, i64)> = facets
        .into_iter()
        .flat_map(|(_, counts)| counts)
        .filter_map(|(value, count)| value.as_id().map(|id| (id, count)))
        .collect();
    let declared = listing(visit, EntityKind::System, &[(&here.0, &here.1)], 60).await?;
    for record in &declared.page.records {
        let gone = record.get(EntityKind::System.def(), "standing").as_text() == Some("retired");
        if !gone && !found.iter().any(|(id, _)| *id == record.id) {
            found.push((record.id, 0));
        }
    }
    let count = i64::try_from(found.len()).unwrap_or(0);
    let mut left = Vec::new();
    for (id, components) in found.into_iter().take(SHOWN) {
        // A system of another department is counted by its components' scope, so it can be seen.
        if let Ok(shown) = records::get(services, op, EntityKind::System, id).await {
            left.push(Left { system: shown.record, components });
        }
    }
    Ok((left, count))
}

async fn table(visit: &Visit, opened: &Opened, left: &[Left]) -> Result<TableView, Refusal> {
    let l = visit.l;
    let (kind, def) = (EntityKind::System, EntityKind::System.def());
    let systems: Vec<Record> = left.iter().map(|left| left.system.clone()).collect();
    let names: Names = records::names_of(visit.services(), def, &systems).await?;
    let present = Present::new(visit, &names);
    let fields: Vec<(usize, &domain::Field)> =
        ["name", "department", "standing", "deadline_on"].into_iter().filter_map(|name| def.field(name)).collect();
    let mut columns: Vec<ColumnView> = fields.iter().map(|(_, field)| ColumnView::new(present.label(field))).collect();
    columns.push(ColumnView::right(EntityKind::Component.label(present.language)));
    let room = opened.record().id.to_string();
    let rows = left.iter().map(|one| {
        let value = |place: &usize| one.system.values.get(*place).unwrap_or(&Value::Null);
        let mut cells: Vec<CellView> =
            fields.iter().map(|(place, field)| present.cell(kind, field, value(place), one.system.id)).collect();
        let system = one.system.id.to_string();
        let list = list_address("components", &[("system", &system), ("data_center", &room)]);
        cells.push(match u64::try_from(one.components) {
            Ok(0) | Err(_) => CellView::Muted(l.t("hosting-declared")),
            Ok(count) => CellView::count(l.num(count), list, Tone::Neutral),
        });
        RowView::new(cells)
    });
    Ok(TableView::new(l, l.t("room-blockers"), columns).with_rows(rows.collect()).with_empty(l.t("room-empty")))
}

/// Load and power, as far as they are known.
fn gauges(present: &Present<'_>, opened: &Opened, room: &DataCenter) -> Vec<GaugeView> {
    let l = present.l;
    let def = EntityKind::DataCenter.def();
    let number = |name: &str| {
        let field = def.field(name).map(|(_, field)| field);
        field
            .map(|field| units::grouped(&show(field, opened.value(name), present.pack, present.language)))
            .unwrap_or_default()
    };
    let mut gauges = Vec::new();
    if let Some(total) = room.racks_total {
        let used = room.racks_used;
        gauges.push(GaugeView {
            label: l.t("gauge-racks"),
            value: used.map_or_else(|| number("racks_total"), |_| number("racks_used")),
            note: used.map(|_| l.ta("gauge-of", &[("all", &number("racks_total"))])).unwrap_or_default(),
            percent: used.and_then(|used| share(used, total)),
            tone: Tone::Accent,
            unit: String::new(),
        });
    }
    if room.servers_physical.is_some() {
        let hosts = room.virtual_hosts.map(|_| l.ta("gauge-virtual", &[("count", &number("virtual_hosts"))]));
        gauges.push(GaugeView {
            label: l.t("gauge-servers"),
            value: number("servers_physical"),
            note: hosts.unwrap_or_default(),
            ..GaugeView::default()
        });
    }
    if let Some(total) = room.average_total_kw {
        let capacity = room.power_capacity_kw;
        gauges.push(GaugeView {
            label: l.t("gauge-power"),
            value: number("average_total_kw"),
            unit: "kW".to_owned(),
            note: capacity
                .map(|_| l.ta("gauge-of", &[("all", &format!("{} kW", number("power_capacity_kw")))]))
                .unwrap_or_default(),
            percent: capacity.and_then(|capacity| share(total, capacity)),
            tone: Tone::Accent,
        });
    }
    gauges.extend(pue(present, room, &number("pue")));
    if room.area_m2.is_some() {
        gauges.push(GaugeView {
            label: l.t("gauge-area"),
            value: number("area_m2"),
            unit: "m²".to_owned(),
            ..GaugeView::default()
        });
    }
    if let Some(date) = room.target_close_on.filter(|_| room.closed_on.is_none()) {
        let due = present.deadline(date);
        gauges.push(GaugeView {
            label: l.t("gauge-closes"),
            value: date.to_string(),
            note: due.short,
            tone: due.tone,
            ..GaugeView::default()
        });
    }
    gauges
}

fn share(part: i64, whole: i64) -> Option<u64> {
    (whole > 0).then(|| u64::try_from(part.saturating_mul(100) / whole).unwrap_or(0).min(100))
}

/// Power usage effectiveness: total over IT power where both were read, beside what was declared.
fn pue(present: &Present<'_>, room: &DataCenter, declared: &str) -> Option<GaugeView> {
    let l = present.l;
    let computed = match (room.average_total_kw, room.average_it_kw) {
        (Some(total), Some(it)) if it > 0 => Some(total.saturating_mul(1_000) / it),
        _ => None,
    };
    let label = l.t("gauge-pue");
    let minimum = present.pack.thresholds.pue_minimum_thousandths;
    let tone = |thousandths: i64| if thousandths < minimum { Tone::Bad } else { Tone::Neutral };
    match (computed, room.pue) {
        (Some(thousandths), stated) => Some(GaugeView {
            label,
            value: format!("{}.{:02}", thousandths / 1_000, thousandths % 1_000 / 10),
            note: stated.map_or_else(|| l.t("gauge-computed"), |_| l.ta("gauge-declared-too", &[("value", declared)])),
            tone: tone(thousandths),
            ..GaugeView::default()
        }),
        (None, Some(thousandths)) => Some(GaugeView {
            label,
            value: declared.to_owned(),
            note: l.t("gauge-declared"),
            tone: tone(thousandths),
            ..GaugeView::default()
        }),
        (None, None) => None,
    }
}

/// The way to closing, for a room that is on it.
fn stages(present: &Present<'_>, room: &DataCenter) -> Vec<StageView> {
    let stage = room.closure_stage.as_deref().unwrap_or("operating");
    let Some(now) = WAY.iter().position(|known| *known == stage) else { return Vec::new() };
    if now == 0 && room.target_close_on.is_none() {
        return Vec::new();
    }
    let day = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string()).unwrap_or_default();
    let list = present.pack.list("closure_stage");
    WAY.iter()
        .enumerate()
        .map(|(at, code)| StageView {
            label: list.label(code, present.language).to_owned(),
            when: match *code {
                "operating" => day(room.built_on),
                "closed" => day(room.closed_on.or(room.target_close_on)),
                _ => String::new(),
            },
            done: at < now || (at == now && *code == "closed"),
            now: at == now,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn a_gauge_is_never_more_than_full_and_never_of_nothing() {
        assert_eq!(share(14, 18), Some(77));
        assert_eq!(share(20, 18), Some(100));
        assert_eq!(share(1, 0), None);
    }
}
