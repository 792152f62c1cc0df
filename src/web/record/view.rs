//! What every record's page shows, from the field table: badges, fields by group, related lists, what is missing,
//! history.

use domain::{ENTITIES, EntityKind, Field, Group, Id, Kind, Owner, Record, Value};
use edge::Refusal;
use jiff::civil::Date;
use rules::{Action, Resource};
use services::records::{self, Listing, Shown};

use super::{AnswerView, FactGroup, MissingView, RecordView, RelatedView};
use crate::list::asked::list_address;
use crate::list::columns::rank;
use crate::list::handler::{counted, new_words};
use crate::parts::{ActionView, BadgeView, CellView, ColumnView, HistoryView, LinkView, RowView, TableView};
use crate::present::{Present, address, badges, trail, units};
use crate::visit::Visit;

/// Rows of a related list.
const FIRST: i64 = 6;
/// Columns of a related list.
const COLUMNS: usize = 6;
/// Entries of the history.
const HISTORY: i64 = 20;

/// A record that somebody opened.
pub(crate) struct Opened {
    /// Which entity.
    pub kind: EntityKind,
    /// The record as the visitor may see it.
    pub shown: Shown,
}

impl Opened {
    /// The record.
    pub fn record(&self) -> &Record {
        &self.shown.record
    }

    /// The value of a field.
    pub fn value(&self, name: &str) -> &Value {
        self.record().get(self.kind.def(), name)
    }

    /// The text of a field; empty when it is not known.
    pub fn text(&self, name: &str) -> String {
        self.value(name).as_text().unwrap_or_default().to_owned()
    }

    /// What the record is called.
    pub fn name(&self) -> String {
        self.text("name")
    }

    /// Its page.
    pub fn address(&self) -> String {
        address(self.kind, self.record().id)
    }

    /// The field that says whose it is, and the owner.
    pub fn owner(&self) -> Option<(EntityKind, Id)> {
        let (field, kind) = match self.kind.def().owner {
            Owner::Department { field } => (field, EntityKind::Department),
            Owner::System { field } => (field, EntityKind::System),
            Owner::Itself | Owner::City => return None,
        };
        self.value(field).as_id().map(|id| (kind, id))
    }
}

/// Fields of a record that the visitor may see, with their values.
fn visible(opened: &Opened) -> impl Iterator<Item = (&'static Field, &Value)> {
    let hidden = opened.shown.restricted_hidden;
    let fields = opened.kind.def().fields.iter().zip(&opened.record().values);
    fields.filter(move |(field, _)| !(hidden && field.flags.restricted))
}

/// Everything but the answers. `without` names entities whose related lists the page shows in its own way.
pub(crate) async fn record(
    visit: &Visit,
    present: &Present<'_>,
    opened: &Opened,
    without: &[EntityKind],
) -> Result<RecordView, Refusal> {
    let mut view = RecordView::new(visit.l, opened.text("code"));
    view.badges = state(present, opened);
    view.lead = lead(present, opened);
    (view.actions, view.more) = actions(visit, opened);
    view.groups = groups(present, opened);
    view.missing = missing(present, opened);
    view.related = related(visit, opened, without).await?;
    view.history = history(visit, opened).await?;
    Ok(view)
}

/// Codes that mean a state, as badges.
fn state(present: &Present<'_>, opened: &Opened) -> Vec<BadgeView> {
    let mut found: Vec<BadgeView> = Vec::new();
    for (field, value) in visible(opened).filter(|(field, _)| field.flags.list) {
        let (Kind::Code { list }, Value::Text(code)) = (field.kind, value) else { continue };
        let badge = badges::of_code(list, code, &present.text(field, value));
        // A recognised room is "recognised" in two respects; said once.
        found.extend(badge.filter(|badge| !found.iter().any(|known| known.label == badge.label)));
    }
    found
}

/// Whose it is and what kind of thing.
fn lead(present: &Present<'_>, opened: &Opened) -> String {
    let owner = opened.owner().map(|(_, id)| present.name(id).to_owned()).unwrap_or_default();
    let kind = visible(opened).find(|(field, _)| matches!(field.name, "kind" | "category"));
    let kind = kind.map(|(field, value)| present.text(field, value)).unwrap_or_default();
    [owner, kind].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn actions(visit: &Visit, opened: &Opened) -> (Vec<ActionView>, Vec<ActionView>) {
    let (l, address) = (visit.l, opened.address());
    let edit =
        opened.shown.may_update.then(|| ActionView::link(l.t("edit"), format!("{address}/edit")).with_icon("edit"));
    let remove = opened.shown.may_remove.then(|| ActionView::link(l.t("remove"), format!("{address}/remove")).danger());
    (edit.into_iter().collect(), remove.into_iter().collect())
}

/// The fields, by group. Conclusions of the rules are not among them: the page says them in its own words.
fn groups(present: &Present<'_>, opened: &Opened) -> Vec<FactGroup> {
    let mut groups: Vec<(Group, FactGroup)> = Vec::new();
    for (field, value) in visible(opened).filter(|(field, _)| !field.flags.derived) {
        let fact = present.fact(opened.kind, field, value, opened.record().id);
        let fact =
            if field.name == "name" { super::FactView { value: CellView::text(opened.name()), ..fact } } else { fact };
        match groups.iter_mut().find(|(group, _)| *group == field.group) {
            Some((_, group)) => group.facts.push(fact),
            None => {
                let title = group_title(present, field.group);
                groups.push((field.group, FactGroup { id: group_id(field.group), title, facts: vec![fact] }));
            }
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// The words of a group.
pub(crate) fn group_title(present: &Present<'_>, group: Group) -> String {
    let (zh, en) = group.label();
    present.language.pick(zh, en).to_owned()
}

/// The anchor of a group.
pub(crate) fn group_id(group: Group) -> String {
    format!("g-{}", group.label().1.to_lowercase().replace(' ', "-"))
}

fn missing(present: &Present<'_>, opened: &Opened) -> Option<MissingView> {
    let gaps: Vec<&Field> = visible(opened)
        .filter(|(field, value)| field.flags.expected && value.is_null())
        .map(|(field, _)| field)
        .collect();
    let all = visible(opened).filter(|(field, _)| field.flags.expected).count();
    if gaps.is_empty() {
        return None;
    }
    let l = present.l;
    let known = all - gaps.len();
    let items = gaps
        .iter()
        .map(|field| {
            let edit = format!("{}/edit#f-{}", opened.address(), field.name);
            let group = format!("#{}", group_id(field.group));
            LinkView::new(present.label(field), if opened.shown.may_update { edit } else { group })
        })
        .collect();
    let (gap_count, all_count) = (l.num(gaps.len() as u64), l.num(all as u64));
    Some(MissingView {
        text: l.ta("missing-of", &[("missing", &gap_count), ("all", &all_count)]),
        percent: u64::try_from(known * 100 / all.max(1)).unwrap_or(0),
        items,
    })
}

/// The first rows of a list with conditions, and its count.
pub(crate) async fn listing(
    visit: &Visit,
    kind: EntityKind,
    conditions: &[(&str, &str)],
    limit: i64,
) -> Result<Listing, Refusal> {
    let conditions: Vec<(String, String)> =
        conditions.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let (mut query, problems) = records::list_query(visit.services(), &visit.op, kind, &conditions).await?;
    if !problems.is_empty() {
        return Err(Refusal(domain::Fault::invalid(problems)));
    }
    query.limit = limit;
    Ok(records::list(visit.services(), &visit.op, &query).await?)
}

/// Records that refer to this one, a list for each way in which they do.
async fn related(visit: &Visit, opened: &Opened, without: &[EntityKind]) -> Result<Vec<RelatedView>, Refusal> {
    let mut lists = Vec::new();
    for kind in ENTITIES.into_iter().filter(|kind| !without.contains(kind)) {
        let referring = kind.def().fields.iter().filter(|field| field.flags.filter);
        for field in referring.filter(|field| field.kind == Kind::Ref { to: opened.kind }) {
            lists.extend(related_by(visit, opened, kind, field).await?);
        }
    }
    Ok(lists)
}

/// Records of an entity that refer to this one in a field; nothing when there are none and none can be added.
pub(crate) async fn related_by(
    visit: &Visit,
    opened: &Opened,
    kind: EntityKind,
    field: &Field,
) -> Result<Option<RelatedView>, Refusal> {
    let (id, def) = (opened.record().id.to_string(), kind.def());
    if !visit.may_somewhere(Action::View, kind) {
        return Ok(None);
    }
    let listing = listing(visit, kind, &[(field.name, &id)], FIRST).await?;
    let add = visit.op.may(Action::Create, &Resource::Record { kind, path: &opened.record().path }).then(|| {
        let address = format!("/{}/new?{}={id}", def.plural, field.name);
        ActionView::link(new_words(visit.l, kind), address).quiet().with_icon("plus")
    });
    if listing.page.records.is_empty() && add.is_none() {
        return Ok(None);
    }
    let title =
        if kind == opened.kind { visit.l.t("departments-below") } else { kind.label(visit.op.language).to_owned() };
    let more = (listing.page.count > FIRST).then(|| list_address(def.plural, &[(field.name, &id)]));
    let table = table(visit, kind, &listing, Some(field)).with_empty(visit.l.t("related-none"));
    Ok(Some(RelatedView {
        id: format!("{}-{}", def.plural, field.name),
        title,
        count: counted(visit.l, listing.page.count),
        table,
        more,
        add,
    }))
}

/// A small table of records: the name, what the rules say, then what lists show.
pub(crate) fn table(visit: &Visit, kind: EntityKind, listing: &Listing, but: Option<&Field>) -> TableView {
    let (l, def) = (visit.l, kind.def());
    let present = Present::new(visit, &listing.names);
    let mut fields: Vec<(usize, &Field)> = def
        .fields
        .iter()
        .enumerate()
        .filter(|(_, field)| field.flags.list && field.name != "code" && but.is_none_or(|but| but.name != field.name))
        .collect();
    fields.sort_by_key(|(_, field)| rank(field));
    fields.truncate(COLUMNS);
    let columns = fields.iter().map(|(_, field)| ColumnView {
        label: present.label(field),
        unit: units::unit(l, field.kind, present.pack, present.language),
        right: matches!(field.kind, Kind::Int { .. } | Kind::Decimal { .. } | Kind::Money)
            && field.name != "flag_count",
        sort: None,
    });
    let rows = listing.page.records.iter().map(|record| {
        let value = |place: &usize| record.values.get(*place).unwrap_or(&Value::Null);
        RowView::new(fields.iter().map(|(place, field)| present.cell(kind, field, value(place), record.id)).collect())
    });
    TableView::new(l, kind.label(visit.op.language), columns.collect()).with_rows(rows.collect())
}

/// The newest entries about the record, for those who may read them.
async fn history(visit: &Visit, opened: &Opened) -> Result<HistoryView, Refusal> {
    let (kind, record) = (opened.kind, opened.record());
    let none = HistoryView { l: visit.l, entries: Vec::new(), more: None };
    if !visit.op.may(Action::ViewHistory, &Resource::Record { kind, path: &record.path }) {
        return Ok(none);
    }
    let entries = records::history(visit.services(), &visit.op, kind, record.id, HISTORY).await?;
    trail::history(visit, kind.def(), &entries).await
}

/// The four answers of a plain record: what it is, how it stands, what comes next, who answers for it.
pub(crate) fn answers(present: &Present<'_>, opened: &Opened) -> Vec<AnswerView> {
    let l = present.l;
    let mut answers = vec![AnswerView {
        question: l.t("answer-what"),
        text: visible(opened)
            .find(|(field, value)| matches!(field.name, "kind" | "category") && !value.is_null())
            .map_or_else(
                || opened.kind.label(present.language).to_owned(),
                |(field, value)| present.text(field, value),
            ),
        ..AnswerView::default()
    }];
    if let Some(badge) = state(present, opened).into_iter().next() {
        let (question, tone) = (l.t("answer-state"), badge.tone);
        answers.push(AnswerView { question, text: badge.label, tone, ..AnswerView::default() });
    }
    // The day that orders the list is the one that matters: an exception's end, a planned cut-over.
    let day = visible(opened).find(|(field, value)| field.kind == Kind::Date && field.flags.sort && !value.is_null());
    if let Some((field, date)) = day.and_then(|(field, value)| Some((field, value.as_text()?.parse::<Date>().ok()?))) {
        let due = (date >= present.today).then(|| present.deadline(date));
        let text = date.to_string();
        answers.push(AnswerView { question: present.label(field), text, due, ..AnswerView::default() });
    }
    if let Some((kind, id)) = opened.owner() {
        answers.push(AnswerView {
            question: l.t(if kind == EntityKind::System { "answer-of" } else { "answer-who" }),
            text: String::new(),
            link: Some(LinkView::new(present.name(id), address(kind, id))),
            ..AnswerView::default()
        });
    }
    answers
}
