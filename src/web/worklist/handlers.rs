//! The worklist: what waits, by deadline; what was asked for; what changed since yesterday.

use std::collections::HashMap;

use domain::{CodeLists as _, EntityKind, Id, MigrationState, Record, Role};
use edge::Refusal;
use jiff::{ToSpan, civil::Date};
use rules::{Action, Resource};
use services::flags::{self, FlagFilter};
use services::imports::{self, State};
use services::records::{self, Listing, Placed};
use services::{audit, figures};

use super::{AskedView, NewsView, TaskGroup, TaskView, WorklistPage};
use crate::parts::{ActionView, BadgeView, Tone};
use crate::present::{address, badges};
use crate::visit::Visit;

/// Tasks of a group on the page.
const SHOWN: usize = 6;
/// Systems and flags looked at.
const LOOKED_AT: i64 = 200;
/// Lines about what changed.
const NEWS: usize = 12;
/// Days that count as "this week", as the figures count them.
const SOON_DAYS: i32 = 7;

/// What one visitor's page is made of.
struct Making<'v> {
    visit: &'v Visit,
    today: Date,
    soon: Date,
}

impl Making<'_> {
    fn has(&self, role: Role) -> bool {
        self.visit.op.actor.grants.iter().any(|grant| grant.role == role)
    }

    /// The first page of a list.
    async fn list(&self, kind: EntityKind, conditions: &[(&str, &str)]) -> Result<Listing, Refusal> {
        let parameters: Vec<(String, String)> =
            conditions.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let (services, op) = (self.visit.services(), &self.visit.op);
        let (mut query, _) = records::list_query(services, op, kind, &parameters).await?;
        query.limit = LOOKED_AT;
        Ok(records::list(services, op, &query).await?)
    }

    fn text<'r>(&self, kind: EntityKind, record: &'r Record, field: &str) -> &'r str {
        record.get(kind.def(), field).as_text().unwrap_or_default()
    }

    /// A task about a system.
    fn system_task(
        &self,
        listing: &Listing,
        record: &Record,
        icon: &'static str,
        what: String,
        action: ActionView,
    ) -> TaskView {
        let kind = EntityKind::System;
        let department = record.get(kind.def(), "department").as_id();
        let owner = department.and_then(|id| listing.names.get(&id)).map(|(_, name)| name.clone()).unwrap_or_default();
        TaskView {
            icon,
            what,
            subject: self.text(kind, record, "name").to_owned(),
            href: address(kind, record.id),
            note: owner,
            due: self.visit.due(self.text(kind, record, "deadline_on")),
            action: Some(action.quiet()),
        }
    }

    /// Systems to decide on: overdue, this week, later.
    async fn to_decide(&self) -> Result<[TaskGroup; 3], Refusal> {
        let (l, kind) = (self.visit.l, EntityKind::System);
        let found = self.list(kind, &[("standing", "unjustified"), ("sort", "deadline_on")]).await?;
        let bands = figures::overview(self.visit.services(), &self.visit.op, None).await?.deadlines;
        let (today, soon) = (self.today.to_string(), self.soon.to_string());
        let mut groups: [Vec<TaskView>; 3] = Default::default();
        for record in &found.page.records {
            let due = self.text(kind, record, "deadline_on");
            let [overdue, week, later] = &mut groups;
            let group = match due {
                "" => later,
                due if due < today.as_str() => overdue,
                due if due <= soon.as_str() => week,
                _ => later,
            };
            if group.len() < SHOWN {
                let action = ActionView::link(l.t("worklist-decide"), address(kind, record.id));
                group.push(self.system_task(&found, record, "alert-triangle", l.t("worklist-to-decide"), action));
            }
        }
        let before = self.today.yesterday().unwrap_or(self.today);
        let after = self.soon.tomorrow().unwrap_or(self.soon);
        let list = |dates: String| format!("/systems?standing=unjustified&{dates}&sort=deadline_on");
        let group = |title: String, tasks: Vec<TaskView>, count: i64, href: String| {
            let count = u64::try_from(count).unwrap_or(0).max(tasks.len() as u64);
            TaskGroup { title, more: (count > tasks.len() as u64).then_some(href), count, tasks }
        };
        let [overdue, week, later] = groups;
        Ok([
            group(l.t("band-overdue"), overdue, bands.past, list(format!("deadline_on[lte]={before}"))),
            group(
                l.t("band-week"),
                week,
                bands.soon,
                list(format!("deadline_on[gte]={today}&deadline_on[lte]={soon}")),
            ),
            group(l.t("band-later"), later, bands.later, list(format!("deadline_on[gte]={after}"))),
        ])
    }

    /// Systems of which nobody knows where they run.
    async fn unknown_places(&self) -> Result<TaskGroup, Refusal> {
        let (l, kind) = (self.visit.l, EntityKind::System);
        let found = self.list(kind, &[("standing", "unassessed")]).await?;
        let tasks = found.page.records.iter().take(SHOWN).map(|record| {
            let own = Resource::Record { kind, path: &record.path };
            let action = if self.visit.op.may(Action::Update, &own) {
                ActionView::link(l.t("worklist-fill-in"), format!("{}/edit", address(kind, record.id)))
            } else {
                ActionView::link(l.t("worklist-open"), address(kind, record.id))
            };
            self.system_task(&found, record, "help-circle", l.t("worklist-no-place"), action)
        });
        let tasks: Vec<TaskView> = tasks.collect();
        let count = u64::try_from(found.page.count).unwrap_or(0);
        let more = (count > tasks.len() as u64).then(|| "/systems?standing=unassessed".to_owned());
        Ok(TaskGroup { title: l.t("worklist-missing"), count, tasks, more })
    }

    /// Flags other than "off the cloud": that one is a task of its own already.
    async fn flags(&self) -> Result<TaskGroup, Refusal> {
        let l = self.visit.l;
        let rules = domain::FlagRule::ALL.iter().map(|rule| rule.code()).filter(|code| *code != "CBD-01");
        let filter =
            FlagFilter { rules: rules.map(str::to_owned).collect(), limit: LOOKED_AT, ..FlagFilter::default() };
        let page = flags::list(self.visit.services(), &self.visit.op, &filter).await?;
        let tasks = page.flags.iter().take(SHOWN).map(|shown| TaskView {
            icon: "flag",
            what: self.visit.op.language.pick(&shown.flag.zh, &shown.flag.en).clone(),
            subject: shown.subject.1.clone(),
            href: address(shown.kind, shown.flag.subject),
            note: shown.flag.rule.clone(),
            due: self.visit.due(&shown.flag.deadline_on),
            action: Some(ActionView::link(l.t("worklist-open"), address(shown.kind, shown.flag.subject)).quiet()),
        });
        let count = u64::try_from(page.counts.iter().map(|(_, _, count)| *count).sum::<i64>()).unwrap_or(0);
        let tasks: Vec<TaskView> = tasks.collect();
        let more = (count > tasks.len() as u64).then(|| "/flags".to_owned());
        Ok(TaskGroup { title: l.t("nav-flags"), count, tasks, more })
    }

    /// Imports that wait for somebody's next step.
    async fn imports(&self) -> Result<TaskGroup, Refusal> {
        let l = self.visit.l;
        let all = imports::list(self.visit.services(), &self.visit.op, LOOKED_AT).await?;
        let waiting = all.iter().filter(|import| matches!(import.state, State::Read | State::Checked));
        let tasks: Vec<TaskView> = waiting
            .map(|import| {
                let refused = import.document.counts.map_or(0, |counts| counts.refused);
                let what = match import.state {
                    State::Checked if refused > 0 => l.n("worklist-import-refused", refused),
                    State::Checked => l.t("worklist-import-checked"),
                    _ => l.t("worklist-import-read"),
                };
                let href = format!("/imports/{}", import.id);
                TaskView {
                    icon: "file-import",
                    what,
                    subject: import.file_name.clone(),
                    href: href.clone(),
                    note: format!("{} · {}", import.kind.label(self.visit.op.language), import.actor),
                    due: None,
                    action: Some(ActionView::link(l.t("worklist-continue"), href).quiet()),
                }
            })
            .collect();
        let count = tasks.len() as u64;
        let tasks: Vec<TaskView> = tasks.into_iter().take(SHOWN).collect();
        let more = (count > tasks.len() as u64).then(|| "/imports".to_owned());
        Ok(TaskGroup { title: l.t("worklist-imports"), count, tasks, more })
    }

    /// Requests in a state, with the names of their systems.
    async fn migrations(&self, states: &[MigrationState]) -> Result<Listing, Refusal> {
        let conditions: Vec<(&str, &str)> = states.iter().map(|state| ("state", state.code())).collect();
        self.list(EntityKind::Migration, &conditions).await
    }

    /// Requests that the visitor can move on, handled at the desk.
    async fn yours(&self) -> Result<(TaskGroup, Vec<Id>), Refusal> {
        let l = self.visit.l;
        let waiting = services::requests::waiting(self.visit.services(), &self.visit.op).await?;
        let handled: Vec<Id> = waiting.iter().map(|one| one.request.subject).collect();
        let mine: Vec<_> = waiting.into_iter().filter(|one| one.is_mine).collect();
        let tasks = mine.iter().take(SHOWN).map(|one| {
            let href = format!("/requests/{}", one.request.subject);
            TaskView {
                icon: if one.kind == EntityKind::Migration { "cloud-upload" } else { "shield-check" },
                what: one.kind.label(self.visit.op.language).to_owned(),
                subject: self.text(one.kind, &one.record, "name").to_owned(),
                href: href.clone(),
                note: one.request.requester_name.clone(),
                due: None,
                action: Some(ActionView::link(l.t("worklist-open"), href).quiet()),
            }
        });
        let exits = services::requests::exits_waiting(self.visit.services(), &self.visit.op).await?;
        let ends: Vec<_> = exits.into_iter().filter(|one| one.is_mine).collect();
        let count = (mine.len() + ends.len()) as u64;
        let ends = ends.iter().map(|one| {
            let href = format!("/workspaces/{}", one.delivery.id);
            TaskView {
                icon: "cloud-check",
                what: l.t("exit"),
                subject: one.delivery.namespace.clone(),
                href: href.clone(),
                note: one.request.requester_name.clone(),
                due: None,
                action: Some(ActionView::link(l.t("worklist-open"), href).quiet()),
            }
        });
        let tasks: Vec<TaskView> = tasks.chain(ends).take(SHOWN).collect();
        let more = (count > tasks.len() as u64).then(|| "/requests".to_owned());
        Ok((TaskGroup { title: l.t("worklist-yours"), count, tasks, more }, handled))
    }

    /// Requests that were handed in and wait for a decision; those handled at the desk stand elsewhere.
    async fn requests(&self, handled: &[Id]) -> Result<TaskGroup, Refusal> {
        let (l, kind) = (self.visit.l, EntityKind::Migration);
        let found = self.migrations(&[MigrationState::Submitted]).await?;
        let recorded: Vec<&Record> = found.page.records.iter().filter(|record| !handled.contains(&record.id)).collect();
        let tasks = recorded.iter().take(SHOWN).map(|record| {
            let system = record.get(kind.def(), "system").as_id();
            let note = system.and_then(|id| found.names.get(&id)).map(|(_, name)| name.clone()).unwrap_or_default();
            TaskView {
                icon: "cloud-upload",
                what: l.t("worklist-request"),
                subject: self.text(kind, record, "name").to_owned(),
                href: address(kind, record.id),
                note,
                due: None,
                action: Some(ActionView::link(l.t("worklist-open"), address(kind, record.id)).quiet()),
            }
        });
        let tasks: Vec<TaskView> = tasks.collect();
        let here = found.page.records.len() - recorded.len();
        let count = u64::try_from(found.page.count).unwrap_or(0).saturating_sub(here as u64);
        let more = (count > tasks.len() as u64).then(|| "/migrations?state=submitted".to_owned());
        Ok(TaskGroup { title: l.t("worklist-requests"), count, tasks, more })
    }

    /// What the department has asked for and where it stands.
    async fn asked(&self) -> Result<Vec<AskedView>, Refusal> {
        use MigrationState as M;
        let kind = EntityKind::Migration;
        let open = [
            M::Draft,
            M::Submitted,
            M::Returned,
            M::Approved,
            M::Provisioning,
            M::ProvisioningFailed,
            M::Provisioned,
            M::CutOver,
        ];
        let found = self.migrations(&open).await?;
        let pack = &self.visit.services().pack;
        Ok(found
            .page
            .records
            .iter()
            .take(SHOWN)
            .map(|record| {
                let state = self.text(kind, record, "state");
                let label = pack.list("migration_state").label(state, self.visit.op.language);
                let system = record.get(kind.def(), "system").as_id();
                let subject = system.and_then(|id| found.names.get(&id)).map(|(_, name)| name.clone());
                let submitted = self.text(kind, record, "submitted_on");
                AskedView {
                    number: self.text(kind, record, "code").to_owned(),
                    subject: subject.unwrap_or_else(|| self.text(kind, record, "name").to_owned()),
                    href: address(kind, record.id),
                    state: badges::of_code("migration_state", state, label)
                        .unwrap_or_else(|| BadgeView::new(label, Tone::Neutral)),
                    note: if submitted.is_empty() {
                        String::new()
                    } else {
                        self.visit.l.ta("worklist-submitted", &[("date", submitted)])
                    },
                }
            })
            .collect())
    }

    /// What changed since yesterday, as far as the visitor may see the history of records.
    async fn news(&self) -> Result<Vec<NewsView>, Refusal> {
        let services = self.visit.services();
        let yesterday = self.today.yesterday().unwrap_or(self.today);
        let Ok(since) = yesterday.to_zoned(services.pack.time_zone.clone()) else { return Ok(Vec::new()) };
        let entries = audit::recent(services, &self.visit.op, since.timestamp(), NEWS).await?;
        let names = audit::names(services, &entries).await?;
        Ok(entries.iter().filter_map(|placed| self.news_line(placed, &names)).collect())
    }

    fn news_line(&self, placed: &Placed, names: &HashMap<Id, (String, String)>) -> Option<NewsView> {
        let (l, entry) = (self.visit.l, &placed.entry);
        let kind = EntityKind::from_table(&entry.entity)?;
        let when = self.visit.when(entry.at);
        let label = kind.label(self.visit.op.language);
        if matches!(entry.action.as_str(), "import" | "undo_import") {
            let who = [("kind", label), ("who", entry.actor.as_str())];
            let text = if entry.action == "import" { l.ta("news-import", &who) } else { l.ta("news-undo", &who) };
            return Some(NewsView { when, text, href: format!("/imports/{}", entry.subject), icon: "database-import" });
        }
        let (_, name) = names.get(&entry.subject)?;
        let about = [("name", name.as_str()), ("kind", label)];
        let (text, icon) = match entry.action.as_str() {
            "create" => (l.ta("news-create", &about), "plus"),
            "update" => (l.ta("news-update", &about), "edit"),
            "assess" => {
                let body: serde_json::Value = serde_json::from_str(&entry.body).ok()?;
                let standing = body.get("changes")?.get("standing")?.get(1)?.as_str()?;
                let word = self.visit.services().pack.list("standing").label(standing, self.visit.op.language);
                (l.ta("news-standing", &[("name", name.as_str()), ("standing", word)]), "gauge")
            }
            _ => return None,
        };
        Some(NewsView { when, text, href: address(kind, entry.subject), icon })
    }
}

/// What to begin with while there is nothing.
fn first_steps(visit: &Visit) -> Vec<ActionView> {
    let l = visit.l;
    let mut steps = Vec::new();
    if visit.may_somewhere(Action::Import, EntityKind::Department) {
        let import = ActionView::link(l.t("worklist-import-departments"), "/imports/new?kind=departments");
        steps.push(import.primary().with_icon("file-import"));
        steps.push(ActionView::link(l.t("worklist-by-hand"), "/departments/new"));
    } else if visit.may_somewhere(Action::Import, EntityKind::System) {
        let import = ActionView::link(l.t("worklist-import-systems"), "/imports/new?kind=systems");
        steps.push(import.primary().with_icon("file-import"));
        steps.push(ActionView::link(l.t("worklist-by-hand"), "/systems/new"));
    }
    steps
}

/// `GET /worklist`
pub(crate) async fn show(visit: Visit) -> Result<WorklistPage, Refusal> {
    let l = visit.l;
    let shell = visit.shell(l.t("nav-worklist"), "worklist");
    if visit.op.actor.grants.is_empty() {
        let lead = l.t("worklist-no-role");
        let (groups, asked, news, first_steps) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        return Ok(WorklistPage { l, shell, lead, groups, asked, news, first_steps });
    }
    let today = visit.services().today();
    let making = Making { visit: &visit, today, soon: today.saturating_add(SOON_DAYS.days()) };
    let registered = making.list(EntityKind::System, &[]).await?;
    let [overdue, week, later] = making.to_decide().await?;
    let late = overdue.count;
    let keeps = making.has(Role::Admin) || making.has(Role::Operator) || making.has(Role::Department);
    let mut groups = vec![overdue, week];
    let (yours, handled) = making.yours().await?;
    groups.push(yours);
    if making.has(Role::Approver) || making.has(Role::Operator) {
        groups.push(making.requests(&handled).await?);
    }
    if keeps {
        groups.push(making.imports().await?);
    }
    groups.push(making.flags().await?);
    if keeps {
        groups.push(making.unknown_places().await?);
    }
    groups.push(later);
    groups.retain(|group| group.count > 0);
    let waiting: u64 = groups.iter().map(|group| group.count).sum();
    let mut lead = if waiting == 0 { String::new() } else { l.n("worklist-lead", waiting) };
    if late > 0 {
        lead = format!("{lead} {}", l.n("worklist-late", late));
    }
    if registered.stale > 0 {
        lead = format!("{lead} {}", l.n("worklist-stale", u64::try_from(registered.stale).unwrap_or(0)));
    }
    Ok(WorklistPage {
        l,
        shell,
        lead,
        asked: if making.has(Role::Department) { making.asked().await? } else { Vec::new() },
        news: making.news().await?,
        first_steps: if registered.page.count == 0 && groups.is_empty() { first_steps(&visit) } else { Vec::new() },
        groups,
    })
}
