//! Asking for either kind through doors that take both: draft, change, and check without keeping anything.

use domain::{EntityKind, Fault, FaultKind, Id, Movement, Problem};
use rules::{Action, Resource};

use super::{
    DeliveryView, ExceptionDraft, MigrationDraft, draft as moving, draft_exception, draft_migration, edit_exception,
    edit_migration, effects, exception as staying, moves::Step, problem, read, written_fields,
};
use crate::{Op, Outcome, Services, Work, permit};

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Draft {
    /// To move.
    Move(MigrationDraft),
    /// To stay.
    Stay(ExceptionDraft),
}

impl Draft {
    /// The entity that it becomes.
    pub fn kind(&self) -> EntityKind {
        match self {
            Self::Move(_) => EntityKind::Migration,
            Self::Stay(_) => EntityKind::CloudException,
        }
    }

    fn system(&self) -> Id {
        match self {
            Self::Move(draft) => draft.system,
            Self::Stay(draft) => draft.system,
        }
    }
}

/// Drafts a request; answers its id.
pub async fn draft(services: &Services, op: &Op, draft: &Draft) -> Outcome<Id> {
    match draft {
        Draft::Move(draft) => draft_migration(services, op, draft).await,
        Draft::Stay(draft) => draft_exception(services, op, draft).await,
    }
}

/// Puts another draft in the place of one that is still with the department. What it does not say is said no more.
pub async fn change(services: &Services, op: &Op, id: Id, version: i64, draft: &Draft) -> Outcome<()> {
    let found = read::find(services, op, id).await?;
    permit(op, Action::Request, &Resource::Record { kind: found.kind, path: &found.request.path })?;
    let mut problems = Vec::new();
    let mut fixed = |is_same: bool, field: &str, zh: &str, en: &str| {
        if !is_same {
            problems.push(problem(field, "fixed", zh, en));
        }
    };
    let (zh, en) = ("申请的类别不能改变；请另行申请", "the kind of a request does not change; make another one");
    fixed(draft.kind() == found.kind, "entity", zh, en);
    let (zh, en) = ("申请的信息系统不能改变；请另行申请", "the system of a request does not change; make another one");
    fixed(draft.system() == found.request.system, "system", zh, en);
    if let Draft::Stay(draft) = draft {
        let renews = draft.renews.unwrap_or(Id::NONE);
        let (zh, en) = ("所续的例外不能改变；请另行申请", "what a request renews does not change; make another one");
        fixed(renews == found.request.renews, "renews", zh, en);
    }
    if !problems.is_empty() {
        return Err(Fault::invalid(problems));
    }
    match draft {
        Draft::Move(draft) => edit_migration(services, op, id, version, draft).await,
        Draft::Stay(draft) => {
            let mut input = draft.input.clone();
            // The subject has a name by itself; everything else that is left out is cleared.
            for field in written_fields().filter(|field| field.name != "name") {
                input.entry(field.name.to_owned()).or_default();
            }
            edit_exception(services, op, id, version, &input).await
        }
    }
}

/// What would come of a request.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// What keeps it from being handed in; none when it could be today.
    pub problems: Vec<Problem>,
    /// What it would get.
    pub deliveries: Vec<DeliveryView>,
    /// Hash of its plan; empty while there is none.
    pub plan_hash: String,
}

/// Drafts a request and hands it in, and keeps nothing of it: says what is wrong with it, and what it would get.
pub async fn check(services: &Services, op: &Op, draft: &Draft) -> Outcome<Checked> {
    let kind = draft.kind();
    let mut work = Work::begin(services, op).await?;
    let drafted = match draft {
        Draft::Move(draft) => moving::draft_within(&mut work, draft).await,
        Draft::Stay(draft) => staying::draft_within(&mut work, draft).await,
    };
    let mut checked = Checked::default();
    let Some(id) = or_problems(drafted, &mut checked.problems)? else { return Ok(checked) };
    let mut request = store::requests::find(&mut work.tx, id).await?.ok_or_else(Fault::not_found)?;
    let mut record = store::records::find(&mut work.tx, kind.def(), id).await?.ok_or_else(Fault::not_found)?;
    let sees_plan = read::sees_plan(op, &request.path);
    let asked = read::asked(&mut work.tx, &request, sees_plan).await?;
    let step = Step::of(Movement::Submit);
    let handed_in = match kind {
        EntityKind::Migration => effects::of_migration(&mut work, &mut request, &mut record, &step, "submitted").await,
        _ => effects::of_exception(&mut work, &mut request, &mut record, &step).await,
    };
    or_problems(handed_in, &mut checked.problems)?;
    if kind == EntityKind::Migration {
        checked.plan_hash = asked.plan_hash;
    }
    checked.deliveries = asked.deliveries;
    // The unit of work ends here without a commit.
    Ok(checked)
}

/// Takes the problems of what breaks a rule; another fault stays one.
fn or_problems<T>(outcome: Outcome<T>, problems: &mut Vec<Problem>) -> Outcome<Option<T>> {
    match outcome {
        Ok(done) => Ok(Some(done)),
        Err(fault) if fault.kind == FaultKind::Invalid => {
            problems.extend(fault.problems);
            Ok(None)
        }
        Err(fault) => Err(fault),
    }
}
