//! The plan: what each staged row would do. One function for check and apply, so that what was shown is what happens.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::{EntityDef, EntityKind, Field, Id, Invalid, Kind, Owner, Record, Timestamp, Value, fold, parse_cell};
use rules::{Action, Resource, Verdict};
use store::{Tx, imports::Refusal, keys};

use super::{
    departments::{Departments, Found},
    document::{Document, MissingName},
    mapping::Target,
    plan_words::{ambiguous_reference, duplicate_in_file, grouped, unknown_reference},
    read::Staged,
};
use crate::{
    Op, Outcome, Services,
    records::{Update, operator_only, secrecy},
};

/// A mapped column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    cell: usize,
    field_index: usize,
    target: Target,
}

/// What a chunk of rows would do.
#[derive(Debug, Default)]
pub(super) struct ChunkPlan {
    /// New records with their rows.
    pub(super) creates: Vec<(u32, Record)>,
    /// Changes with their rows.
    pub(super) updates: Vec<(u32, Update)>,
    /// Rows that change nothing.
    pub(super) unchanged: u64,
    /// Rows refused.
    pub(super) refused: u64,
    /// What is wrong with them.
    pub(super) refusals: Vec<Refusal>,
}

/// A row on its way through the plan.
#[derive(Debug)]
pub(super) struct Draft<'r> {
    pub(super) row: u32,
    pub(super) cells: &'r [String],
    /// Values by field index; only mapped, filled cells.
    pub(super) values: Vec<(usize, Value)>,
    pub(super) refusals: Vec<Refusal>,
    pub(super) path: Option<String>,
    pub(super) existing: Option<Id>,
    /// Id of the record that a new department becomes, so that others in the file can name it.
    pub(super) new_id: Option<Id>,
}

impl Draft<'_> {
    pub(super) fn value(&self, index: usize) -> Option<&Value> {
        self.values.iter().find(|(known, _)| *known == index).map(|(_, value)| value)
    }

    pub(super) fn text(&self, def: &EntityDef, name: &str) -> &str {
        def.field(name).and_then(|(index, _)| self.value(index)).and_then(Value::as_text).unwrap_or("")
    }
}

/// Plans rows, chunk after chunk; remembers keys seen, paths, verdicts and what is missing.
#[derive(Debug)]
pub(super) struct Planner<'a> {
    pub(super) services: &'a Services,
    pub(super) op: &'a Op,
    pub(super) kind: EntityKind,
    pub(super) def: &'static EntityDef,
    pub(super) at: Timestamp,
    pub(super) departments: Departments,
    /// Parents as stored, before the file's own rows.
    pub(super) stored_parents: HashMap<Id, Option<Id>>,
    columns: Vec<Column>,
    headers: Vec<String>,
    source: String,
    seen: HashMap<String, u32>,
    written: HashMap<Id, u32>,
    verdicts: HashMap<(Action, String), Verdict>,
    pub(super) missing: BTreeMap<&'static str, (EntityKind, HashMap<MissingName, u64>)>,
}

impl<'a> Planner<'a> {
    pub(super) async fn new(
        services: &'a Services,
        op: &'a Op,
        kind: EntityKind,
        document: &Document,
        tx: &mut Tx,
    ) -> Outcome<Planner<'a>> {
        let def = kind.def();
        let mut columns = Vec::new();
        for (cell, word) in document.mapping.iter().enumerate() {
            let Some(target) = word.as_deref().and_then(|word| Target::from_word(def, word)) else { continue };
            let (Target::Field(field) | Target::Unit(field) | Target::ShortName(field)) = target;
            let Some((field_index, _)) = def.field(field.name) else { continue };
            columns.push(Column { cell, field_index, target });
        }
        let stored = keys::departments(tx).await?;
        Ok(Self {
            services,
            op,
            kind,
            def,
            at: services.clock.now(),
            stored_parents: stored.iter().map(|key| (key.id, key.parent)).collect(),
            departments: Departments::new(stored),
            columns,
            headers: document.headers.clone(),
            source: document.source.clone(),
            seen: HashMap::new(),
            written: HashMap::new(),
            verdicts: HashMap::new(),
            missing: BTreeMap::new(),
        })
    }

    /// Which natural keys the mapping gives rows, best first.
    pub(super) fn keys(document: &Document) -> Vec<String> {
        let mapped = |name: &str| document.mapping.iter().flatten().any(|word| word == name);
        ["code", "source_key", "name"].into_iter().filter(|name| mapped(name)).map(str::to_owned).collect()
    }

    /// Plans a chunk.
    pub(super) async fn plan(&mut self, tx: &mut Tx, rows: &[Staged]) -> Outcome<ChunkPlan> {
        let mut drafts: Vec<Draft<'_>> = rows.iter().map(|row| self.parse(row)).collect();
        self.resolve_references(tx, &mut drafts).await?;
        if self.kind == EntityKind::Department {
            self.place_departments(&mut drafts);
        } else {
            self.place(tx, &mut drafts).await?;
        }
        self.find_existing(tx, &mut drafts).await?;
        let plan = self.decide(tx, drafts).await?;
        Ok(if self.kind == EntityKind::Department { self.without_orphans(plan) } else { plan })
    }

    /// Parses the mapped cells of a row; every error is kept.
    fn parse<'r>(&self, (row, cells, problem): &'r Staged) -> Draft<'r> {
        let mut draft = Draft {
            row: *row,
            cells,
            values: Vec::with_capacity(self.columns.len()),
            refusals: Vec::new(),
            path: None,
            existing: None,
            new_id: None,
        };
        if let Some(problem) = problem {
            let invalid = Invalid::new("row-shape", format!("整行有误：{problem}"), problem.clone());
            self.refuse(&mut draft, None, "", invalid);
        }
        for column in &self.columns {
            let Target::Field(field) = column.target else { continue };
            let text = cells.get(column.cell).map_or("", String::as_str);
            let header = self.headers.get(column.cell).map_or("", String::as_str);
            let parsed = match secrecy(field, text, self.services) {
                // Unreachable after reading, which takes such rows out; if it ever happens, nothing of the row is kept.
                Some(refused) => Err(refused),
                None => parse_cell(field, text, header, self.services.pack.as_ref()),
            };
            match parsed {
                Ok(Value::Null) => {}
                Ok(value) => draft.values.push((column.field_index, value)),
                Err(invalid) if field.name == "secrecy" => self.refuse(&mut draft, None, "", invalid),
                Err(invalid) => self.refuse(&mut draft, Some(*column), text, invalid),
            }
        }
        draft
    }

    fn refuse(&self, draft: &mut Draft<'_>, column: Option<Column>, value: &str, invalid: Invalid) {
        let field = column.map(|column| column.target.word()).unwrap_or_default();
        let header = column.and_then(|column| self.headers.get(column.cell)).cloned().unwrap_or_default();
        draft.refusals.push(Refusal {
            row: i64::from(draft.row),
            column: header,
            field,
            value: value.chars().take(400).collect(),
            rule: invalid.rule.to_owned(),
            zh: invalid.message.zh,
            en: invalid.message.en,
            suggestion: invalid.suggestion.unwrap_or_default(),
        });
    }

    /// Refuses a row at a field; the field's own column is named if it is mapped.
    pub(super) fn refuse_at(&self, draft: &mut Draft<'_>, field: &str, invalid: Invalid) {
        let column = self.columns.iter().copied().find(|column| column.target.word() == field);
        let value = column.and_then(|column| draft.cells.get(column.cell)).cloned().unwrap_or_default();
        self.refuse(draft, column, &value, invalid);
    }

    /// The text of the column mapped to `<field>.unit` or `<field>.short_name`.
    fn part<'r>(&self, draft: &Draft<'r>, word: &str) -> &'r str {
        self.columns
            .iter()
            .find(|column| column.target.word() == word)
            .and_then(|column| draft.cells.get(column.cell))
            .map_or("", |text| text.trim())
    }

    fn may_view(&self, kind: EntityKind, path: &str) -> bool {
        self.op.may(Action::View, &Resource::Record { kind, path })
    }

    /// Turns texts of references into ids, set-wise.
    async fn resolve_references(&mut self, tx: &mut Tx, drafts: &mut [Draft<'_>]) -> Outcome<()> {
        let references: Vec<(usize, &'static Field, EntityKind)> = self
            .columns
            .iter()
            .filter_map(|column| match column.target {
                Target::Field(field) => match field.kind {
                    Kind::Ref { to } => Some((column.field_index, field, to)),
                    _ => None,
                },
                _ => None,
            })
            .collect();
        for (index, field, to) in references {
            if to == EntityKind::Department {
                if self.kind != EntityKind::Department {
                    self.resolve_departments(drafts, index, field);
                }
                continue;
            }
            let mut texts: Vec<String> = drafts
                .iter()
                .filter_map(|draft| draft.value(index))
                .filter_map(Value::as_text)
                .map(str::to_owned)
                .collect();
            texts.sort_unstable();
            texts.dedup();
            let mut found: HashMap<String, Vec<keys::Keyed>> = HashMap::new();
            for keyed in keys::by_codes(tx, to.def(), &texts).await? {
                found.entry(keyed.key.clone()).or_default().push(keyed);
            }
            let named: Vec<String> =
                texts.iter().filter(|text| !found.contains_key(*text)).map(|text| fold(text)).collect();
            let mut by_name: HashMap<String, Vec<keys::Keyed>> = HashMap::new();
            for keyed in keys::by_names(tx, to.def(), &named).await? {
                by_name.entry(keyed.key.clone()).or_default().push(keyed);
            }
            for draft in drafts.iter_mut() {
                let Some(text) = draft.value(index).and_then(Value::as_text).map(str::to_owned) else { continue };
                let candidates: Vec<&keys::Keyed> = found
                    .get(&text)
                    .or_else(|| by_name.get(&fold(&text)))
                    .into_iter()
                    .flatten()
                    .filter(|keyed| self.may_view(to, &keyed.path))
                    .collect();
                draft.values.retain(|(known, _)| *known != index);
                match candidates[..] {
                    [one] => draft.values.push((index, Value::Id(one.id))),
                    [] => {
                        self.note_missing(
                            field,
                            to,
                            MissingName { name: text.clone(), unit: String::new(), short_name: String::new() },
                        );
                        self.refuse_at(draft, field.name, unknown_reference(to, &text));
                    }
                    _ => self.refuse_at(draft, field.name, ambiguous_reference(&text)),
                }
            }
        }
        Ok(())
    }

    fn resolve_departments(&mut self, drafts: &mut [Draft<'_>], index: usize, field: &'static Field) {
        let (unit_word, short_word) = (format!("{}.unit", field.name), format!("{}.short_name", field.name));
        for draft in drafts.iter_mut() {
            let short_name = self.part(draft, &short_word).to_owned();
            let unit = self.part(draft, &unit_word).to_owned();
            let text = draft.value(index).and_then(Value::as_text).unwrap_or(&short_name).to_owned();
            if text.is_empty() {
                continue;
            }
            // A unit of the organisation's own name is the organisation.
            let unit = if fold(&unit) == fold(&text) { String::new() } else { unit };
            let found =
                self.departments.find(&text, &unit, &short_name, &|path| self.may_view(EntityKind::Department, path));
            draft.values.retain(|(known, _)| *known != index);
            match found {
                Found::One(id, _) => draft.values.push((index, Value::Id(id))),
                Found::Several => {
                    let shown = if short_name.is_empty() { text } else { format!("{text} ({short_name})") };
                    self.refuse_at(draft, field.name, ambiguous_reference(&shown));
                }
                Found::None => {
                    let shown = if unit.is_empty() { text.clone() } else { format!("{text} / {unit}") };
                    self.note_missing(field, EntityKind::Department, MissingName { name: text, unit, short_name });
                    self.refuse_at(draft, field.name, unknown_reference(EntityKind::Department, &shown));
                }
            }
        }
    }

    fn note_missing(&mut self, field: &'static Field, to: EntityKind, name: MissingName) {
        *self.missing.entry(field.name).or_insert_with(|| (to, HashMap::new())).1.entry(name).or_default() += 1;
    }

    /// Gives each row the path of its owner.
    async fn place(&mut self, tx: &mut Tx, drafts: &mut [Draft<'_>]) -> Outcome<()> {
        let (field, owner) = match self.def.owner {
            Owner::City => {
                drafts.iter_mut().for_each(|draft| draft.path = Some(String::new()));
                return Ok(());
            }
            Owner::Department { field } => (field, EntityKind::Department),
            Owner::System { field } => (field, EntityKind::System),
            Owner::Itself => return Ok(()),
        };
        let Some((index, _)) = self.def.field(field) else { return Ok(()) };
        let mut paths: HashMap<Id, String> = HashMap::new();
        if owner == EntityKind::System {
            let ids: HashSet<Id> =
                drafts.iter().filter_map(|draft| draft.value(index)).filter_map(Value::as_id).collect();
            let ids: Vec<Id> = ids.into_iter().collect();
            paths.extend(keys::paths(tx, owner.def(), &ids).await?);
        }
        for draft in drafts.iter_mut() {
            let Some(id) = draft.value(index).and_then(Value::as_id) else { continue };
            draft.path = paths.get(&id).cloned().or_else(|| self.departments.get(id).map(|key| key.path.clone()));
        }
        Ok(())
    }

    /// Finds the record that each row means: by code, else by the source's own id, else by department and name.
    async fn find_existing(&mut self, tx: &mut Tx, drafts: &mut [Draft<'_>]) -> Outcome<()> {
        let def = self.def;
        let of = |drafts: &[Draft<'_>], name: &str| -> Vec<String> {
            drafts.iter().map(|draft| draft.text(def, name).to_owned()).filter(|text| !text.is_empty()).collect()
        };
        let mut by_code = grouped(keys::by_codes(tx, def, &of(drafts, "code")).await?);
        let mut by_source = grouped(keys::by_source_keys(tx, def, &self.source, &of(drafts, "source_key")).await?);
        let unkeyed: Vec<String> = drafts
            .iter()
            .filter(|draft| draft.text(def, "code").is_empty() && draft.text(def, "source_key").is_empty())
            .map(|draft| fold(draft.text(def, "name")))
            .collect();
        let mut by_name = grouped(keys::by_names(tx, def, &unkeyed).await?);
        for draft in drafts.iter_mut() {
            let (code, source_key) = (draft.text(def, "code").to_owned(), draft.text(def, "source_key").to_owned());
            let name = fold(draft.text(def, "name"));
            let own_path = draft.path.clone();
            let same_owner = |keyed: &keys::Keyed| own_path.as_ref().is_none_or(|path| *path == keyed.path);
            let (field, key, candidates): (&str, String, Vec<keys::Keyed>) = if !code.is_empty() {
                let all = by_code.entry(code.clone()).or_default();
                let unique = self.kind == EntityKind::Department;
                ("code", code, all.iter().filter(|keyed| unique || same_owner(keyed)).cloned().collect())
            } else if !source_key.is_empty() {
                ("source_key", source_key.clone(), by_source.entry(source_key).or_default().clone())
            } else {
                let all = by_name.entry(name.clone()).or_default();
                // A department's own path says nothing of its name: compare its parent's instead.
                let keep = |keyed: &keys::Keyed| {
                    if self.kind == EntityKind::Department { self.same_parent(draft, keyed) } else { same_owner(keyed) }
                };
                ("name", name, all.iter().filter(|keyed| keep(keyed)).cloned().collect())
            };
            if key.is_empty() {
                continue;
            }
            // Without a department in the row, other departments' records are no candidates of this importer.
            let candidates: Vec<keys::Keyed> = candidates
                .into_iter()
                .filter(|keyed| own_path.is_some() || self.may_view(self.kind, &keyed.path))
                .collect();
            let seen_key = format!(
                "{field}\u{1f}{key}\u{1f}{}",
                if field == "source_key" { "" } else { own_path.as_deref().unwrap_or("") }
            );
            let department_name = self.kind == EntityKind::Department && field == "name";
            let seen_key = if department_name {
                format!("{seen_key}{}", self.parent_of(draft).map(|id| id.to_string()).unwrap_or_default())
            } else {
                seen_key
            };
            let first = *self.seen.entry(seen_key).or_insert(draft.row);
            if first != draft.row {
                self.refuse_at(draft, field, duplicate_in_file(first));
                continue;
            }
            match candidates[..] {
                [] => {}
                [ref one] => draft.existing = Some(one.id),
                _ => self.refuse_at(draft, field, ambiguous_reference(&key)),
            }
        }
        Ok(())
    }

    fn verdict(&mut self, action: Action, path: &str) -> Verdict {
        if let Some(known) = self.verdicts.get(&(action, path.to_owned())) {
            return *known;
        }
        let verdict = rules::permit(&self.op.actor, action, &Resource::Record { kind: self.kind, path });
        self.verdicts.insert((action, path.to_owned()), verdict);
        verdict
    }

    /// Decides what each row does.
    async fn decide(&mut self, tx: &mut Tx, drafts: Vec<Draft<'_>>) -> Outcome<ChunkPlan> {
        let ids: Vec<Id> = drafts.iter().filter_map(|draft| draft.existing).collect();
        let mut stored: HashMap<Id, Record> = store::records::find_many(tx, self.def, &ids)
            .await?
            .into_iter()
            .map(|record| (record.id, record))
            .collect();
        let mut plan = ChunkPlan::default();
        for mut draft in drafts {
            let before = draft.existing.and_then(|id| stored.remove(&id));
            if let Some(id) = draft.existing {
                let first = *self.written.entry(id).or_insert(draft.row);
                if first != draft.row {
                    self.refuse_at(&mut draft, "name", duplicate_in_file(first));
                }
            }
            let after = self.after(&draft, before.as_ref());
            self.check(&mut draft, before.as_ref(), &after);
            if !draft.refusals.is_empty() {
                plan.refused += 1;
                plan.refusals.append(&mut draft.refusals);
                continue;
            }
            match before {
                None => plan.creates.push((draft.row, after)),
                Some(before) if before.values == after.values && before.path == after.path => plan.unchanged += 1,
                Some(before) => plan.updates.push((draft.row, Update { before, after })),
            }
        }
        Ok(plan)
    }

    /// The record as the row would have it: blank and unmapped cells change nothing.
    fn after(&self, draft: &Draft<'_>, before: Option<&Record>) -> Record {
        let mut after = before.cloned().unwrap_or_else(|| {
            Record::blank(self.def, draft.new_id.unwrap_or_else(|| self.services.ids.next(self.at)), self.at)
        });
        for (index, value) in &draft.values {
            if let Some(slot) = after.values.get_mut(*index) {
                *slot = value.clone();
            }
        }
        if !draft.text(self.def, "source_key").is_empty() && after.get(self.def, "source").is_null() {
            after.set(self.def, "source", Value::Text(self.source.clone()));
        }
        if let Some(path) = &draft.path {
            after.path.clone_from(path);
        }
        after
    }

    /// Required values, rights and cross-field rules of one row.
    fn check(&mut self, draft: &mut Draft<'_>, before: Option<&Record>, after: &Record) {
        let not_yours = || Invalid::new("not-yours", "不属于您可以修改的单位", "not yours to change");
        for (field, value) in self.def.fields.iter().zip(&after.values) {
            let said = draft.refusals.iter().any(|refusal| refusal.field == field.name);
            if field.required && value.is_null() && !said {
                let invalid = Invalid::new("required", format!("缺少{}", field.zh), format!("{} is missing", field.en));
                self.refuse_at(draft, field.name, invalid);
            }
            let changed = before.map_or(!value.is_null(), |before| before.get(self.def, field.name) != value);
            if field.flags.operator && changed && self.verdict(Action::SetOperatorFields, &after.path) != Verdict::Allow
            {
                self.refuse_at(draft, field.name, operator_only());
            }
        }
        let mut paths = vec![after.path.as_str()];
        paths.extend(before.map(|before| before.path.as_str()));
        // A row whose owner is unknown has said so already.
        if draft.path.is_some() && paths.into_iter().any(|path| self.verdict(Action::Import, path) != Verdict::Allow) {
            // Nothing of the record is told, not even whether it exists.
            draft.refusals.clear();
            self.refuse(draft, None, "", not_yours());
        }
    }
}
