//! Departments as files call them: by code, by name, by short name, by name and unit below it.

use std::collections::HashMap;

use domain::{Id, fold};
use store::keys::DepartmentKey;

/// A name as departments are compared: folded, and "&" spelled out, which lists of two years rarely agree on.
pub(super) fn key_of(text: &str) -> String {
    fold(text).replace(" & ", " and ")
}

/// Where a reference to a department leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// To this department, with its path.
    One(Id, String),
    /// To several of that name.
    Several,
    /// Nowhere.
    None,
}

/// An index over all departments (and those that the file itself brings).
#[derive(Debug, Default)]
pub(super) struct Departments {
    by_id: HashMap<Id, DepartmentKey>,
    by_code: HashMap<String, Vec<Id>>,
    by_name: HashMap<String, Vec<Id>>,
    by_short_name: HashMap<String, Vec<Id>>,
    by_unit: HashMap<(Id, String), Vec<Id>>,
}

impl Departments {
    pub(super) fn new(keys: Vec<DepartmentKey>) -> Self {
        let mut index = Self::default();
        keys.into_iter().for_each(|key| index.add(key));
        index
    }

    /// Adds or replaces a department.
    pub(super) fn add(&mut self, key: DepartmentKey) {
        let id = key.id;
        let push = |map: &mut HashMap<String, Vec<Id>>, text: &str| {
            if !text.is_empty() {
                let ids = map.entry(key_of(text)).or_default();
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
        };
        push(&mut self.by_code, &key.code);
        push(&mut self.by_name, &key.name);
        push(&mut self.by_short_name, &key.short_name);
        if let Some(parent) = key.parent {
            let ids = self.by_unit.entry((parent, key_of(&key.name))).or_default();
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        self.by_id.insert(id, key);
    }

    pub(super) fn get(&self, id: Id) -> Option<&DepartmentKey> {
        self.by_id.get(&id)
    }

    fn one(&self, ids: Option<&Vec<Id>>, visible: &dyn Fn(&str) -> bool) -> Found {
        let mut seen = ids.into_iter().flatten().filter_map(|id| self.by_id.get(id)).filter(|key| visible(&key.path));
        match (seen.next(), seen.next()) {
            (Some(key), None) => Found::One(key.id, key.path.clone()),
            (Some(_), Some(_)) => Found::Several,
            (None, _) => Found::None,
        }
    }

    /// Finds a department by what a file says; `visible` says which paths the importer may see.
    pub(super) fn find(&self, text: &str, unit: &str, short_name: &str, visible: &dyn Fn(&str) -> bool) -> Found {
        let folded = key_of(text);
        let mut found = match self.one(self.by_code.get(&folded), visible) {
            Found::None => self.one(self.by_name.get(&folded), visible),
            other => other,
        };
        if found == Found::None && !short_name.is_empty() {
            // Two departments of one short name say that it identifies neither: then the name is simply not known yet.
            found = match self.one(self.by_short_name.get(&key_of(short_name)), visible) {
                Found::Several => Found::None,
                other => other,
            };
        }
        if found == Found::None {
            found = self.one(self.by_short_name.get(&folded), visible);
        }
        if unit.is_empty() {
            return found;
        }
        match found {
            Found::One(parent, _) => self.one(self.by_unit.get(&(parent, key_of(unit))), visible),
            other => other,
        }
    }

    /// True when `ancestor` stands above `id`, or is it.
    pub(super) fn is_above(&self, ancestor: Id, id: Id) -> bool {
        let mut current = Some(id);
        for _ in 0..self.by_id.len() + 1 {
            match current {
                Some(id) if id == ancestor => return true,
                Some(id) => current = self.by_id.get(&id).and_then(|key| key.parent),
                None => return false,
            }
        }
        true
    }
}

/// The part of the plan that only departments need: they refer to each other inside one file, and their path is their place.
mod placing {
    use std::collections::{HashMap, HashSet};

    use domain::{EntityKind, Id, Invalid, Record, Value, fold};
    use rules::{Action, Resource};
    use store::{
        imports::Refusal,
        keys::{DepartmentKey, Keyed},
    };

    use super::Found;
    use crate::imports::plan::{ChunkPlan, Draft, Planner};
    use crate::imports::plan_words::unknown_reference;

    impl Planner<'_> {
        /// The parent that a row names, once resolved.
        pub(in crate::imports) fn parent_of(&self, draft: &Draft<'_>) -> Option<Id> {
            self.def.field("parent").and_then(|(index, _)| draft.value(index)).and_then(Value::as_id)
        }

        /// True when a stored department has the parent that the row names, or the row names none.
        pub(in crate::imports) fn same_parent(&self, draft: &Draft<'_>, keyed: &Keyed) -> bool {
            let wanted = self.parent_of(draft);
            wanted.is_none() || self.departments.get(keyed.id).is_some_and(|key| key.parent == wanted)
        }

        /// Resolves parents among stored departments and those of the file, whatever their order, refuses cycles, and
        /// gives every row its path.
        pub(in crate::imports) fn place_departments(&mut self, drafts: &mut [Draft<'_>]) {
            let Some((parent_index, _)) = self.def.field("parent") else { return };
            let all_visible = |_: &str| true;
            // Every row gets an id for now; a row that means a stored department keeps that one's.
            let mut ids: Vec<Id> = Vec::with_capacity(drafts.len());
            let mut parents: HashMap<Id, String> = HashMap::new();
            for draft in drafts.iter() {
                let (code, name) = (draft.text(self.def, "code").to_owned(), draft.text(self.def, "name").to_owned());
                let known = self.departments.find(if code.is_empty() { &name } else { &code }, "", "", &all_visible);
                let id = match known {
                    Found::One(id, _) => id,
                    _ => self.services.ids.next(self.at),
                };
                ids.push(id);
                if let Some(parent) = draft.value(parent_index).and_then(Value::as_text) {
                    parents.insert(id, parent.to_owned());
                }
                if self.departments.get(id).is_none() && !name.is_empty() {
                    let short_name = draft.text(self.def, "short_name").to_owned();
                    self.departments.add(DepartmentKey {
                        id,
                        parent: None,
                        path: String::new(),
                        code,
                        name,
                        short_name,
                    });
                }
            }
            let visible = |path: &str| {
                path.is_empty() || self.op.may(Action::View, &Resource::Record { kind: EntityKind::Department, path })
            };
            let mut resolved: HashMap<Id, Id> = HashMap::new();
            for (id, text) in &parents {
                if let Found::One(parent, _) = self.departments.find(text, "", "", &visible) {
                    resolved.insert(*id, parent);
                }
            }
            for (id, parent) in &resolved {
                if let Some(mut key) = self.departments.get(*id).cloned() {
                    key.parent = Some(*parent);
                    self.departments.add(key);
                }
            }
            for (draft, id) in drafts.iter_mut().zip(&ids) {
                let Some(text) = parents.get(id) else { continue };
                draft.values.retain(|(known, _)| *known != parent_index);
                match resolved.get(id) {
                    None => self.refuse_at(draft, "parent", unknown_reference(EntityKind::Department, text)),
                    Some(parent) if *parent == *id || self.departments.is_above(*id, *parent) => {
                        let (name, text) = (fold(draft.text(self.def, "name")), text.clone());
                        self.refuse_at(draft, "parent", cycle(&name, &text));
                    }
                    Some(parent) => draft.values.push((parent_index, Value::Id(*parent))),
                }
            }
            for (draft, id) in drafts.iter_mut().zip(ids) {
                draft.new_id = Some(id);
            }
        }

        /// Refuses new and changed departments whose parent is itself a refused row of the file.
        pub(in crate::imports) fn without_orphans(&self, mut plan: ChunkPlan) -> ChunkPlan {
            loop {
                let made: HashSet<Id> = plan.creates.iter().map(|(_, record)| record.id).collect();
                let parent = |record: &Record| record.get(self.def, "parent").as_id();
                let orphan = |record: &Record| {
                    parent(record).is_some_and(|id| !made.contains(&id) && !self.stored_parents.contains_key(&id))
                };
                let mut rows: Vec<u32> =
                    plan.creates.iter().filter(|(_, record)| orphan(record)).map(|(row, _)| *row).collect();
                rows.extend(plan.updates.iter().filter(|(_, update)| orphan(&update.after)).map(|(row, _)| *row));
                if rows.is_empty() {
                    return plan;
                }
                plan.creates.retain(|(row, _)| !rows.contains(row));
                plan.updates.retain(|(row, _)| !rows.contains(row));
                plan.refused += u64::try_from(rows.len()).unwrap_or(0);
                plan.refusals.extend(rows.into_iter().map(|row| Refusal {
                    row: i64::from(row),
                    column: String::new(),
                    field: "parent".to_owned(),
                    value: String::new(),
                    rule: "parent-refused".to_owned(),
                    zh: "上级单位所在的行被拒绝；请先改正那一行".to_owned(),
                    en: "the row of its parent is refused; correct that row first".to_owned(),
                    suggestion: String::new(),
                }));
                plan.refusals.sort_by_key(|refusal| refusal.row);
            }
        }

        /// Gives new and moved departments their paths; new ones take path segments from `first_segment` on.
        pub(in crate::imports) fn assign_paths(&self, plan: &mut ChunkPlan, first_segment: i64) {
            let mut parents = self.stored_parents.clone();
            let mut segments: HashMap<Id, String> = HashMap::new();
            for (segment, (_, record)) in (first_segment..).zip(&plan.creates) {
                parents.insert(record.id, record.get(self.def, "parent").as_id());
                segments.insert(record.id, store::counters::segment(segment));
            }
            for (_, update) in &plan.updates {
                parents.insert(update.after.id, update.after.get(self.def, "parent").as_id());
            }
            let path_of = |id: Id| {
                let mut parts = Vec::new();
                let mut current = Some(id);
                while let Some(id) = current.filter(|_| parts.len() <= parents.len()) {
                    let stored = self
                        .departments
                        .get(id)
                        .map_or("", |key| key.path.trim_end_matches('/').rsplit('/').next().unwrap_or(""));
                    parts.push(segments.get(&id).map_or(stored, String::as_str).to_owned());
                    current = parents.get(&id).copied().flatten();
                }
                parts.iter().rev().fold(String::new(), |path, part| path + part + "/")
            };
            for (_, record) in &mut plan.creates {
                record.path = path_of(record.id);
            }
            for (_, update) in &mut plan.updates {
                update.after.path = path_of(update.after.id);
            }
        }
    }

    fn cycle(name: &str, parent: &str) -> Invalid {
        Invalid::new(
            "department-cycle",
            format!("上下级成环：“{name}”与“{parent}”互为上级；请改正其中一个的上级单位"),
            format!(
                "a cycle of departments: “{name}” and “{parent}” stand above each other; correct the parent of one"
            ),
        )
    }
}
