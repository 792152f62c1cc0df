//! The life of an import: find, correct the mapping, start, and go on after a crash.

use domain::{Door, Fault, FaultKind, Id, Language, Timestamp};
use rules::{Action, Resource};
use serde::{Deserialize, Serialize};
use store::{imports, job_queue};

use super::{
    apply, cancel, check,
    document::{ImportView, State},
    mapping::Target,
    read,
};
use crate::{Op, Outcome, Services, permit};

/// Kind of the job that checks an import.
pub const CHECK_JOB: &str = "import-check";
/// Kind of the job that applies an import.
pub const APPLY_JOB: &str = "import-apply";

/// Below this many rows a check is made at once, in the request.
const CHECK_AT_ONCE_ROWS: u64 = 3_000;

/// What a job of an import is told: on whose behalf it acts. Rights are read anew when it runs.
#[derive(Debug, Serialize, Deserialize)]
struct Order {
    import: Id,
    person: Id,
    door: Door,
    request_id: String,
    why: String,
    language: Language,
}

/// An import, for those who may see it.
pub async fn find(services: &Services, op: &Op, id: Id) -> Outcome<ImportView> {
    let stored = imports::find(&mut &services.db, id).await?.ok_or_else(Fault::not_found)?;
    let view = ImportView::from_stored(stored)?;
    permit(op, Action::View, &Resource::Imports { own: view.person == op.actor.person })?;
    Ok(view)
}

/// The newest imports that the reader may see.
pub async fn list(services: &Services, op: &Op, limit: i64) -> Outcome<Vec<ImportView>> {
    Ok(page(services, op, None, limit).await?.0)
}

/// A page of imports that the reader may see, newest first, after the place of another; and whether there are more.
pub async fn page(
    services: &Services,
    op: &Op,
    after: Option<imports::Place>,
    limit: i64,
) -> Outcome<(Vec<ImportView>, bool)> {
    let all = op.may(Action::View, &Resource::Imports { own: false });
    let scope = if all { store::lists::RowScope::Everything } else { store::lists::RowScope::Nothing };
    let person = op.actor.person;
    let mut stored = imports::list(&mut &services.db, person, &scope, after, limit.saturating_add(1)).await?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = stored.len() > size;
    stored.truncate(size);
    let views: Outcome<Vec<ImportView>> = stored.into_iter().map(ImportView::from_stored).collect();
    Ok((views?, more))
}

pub(super) fn in_state(import: &ImportView, allowed: &[State]) -> Outcome<()> {
    if allowed.contains(&import.state) {
        return Ok(());
    }
    let state = import.state.code();
    Err(Fault::new(
        FaultKind::Conflict,
        "import-state",
        format!("这次导入当前处于“{state}”，不能执行此操作；请刷新页面。"),
        format!("This import is “{state}” now and does not allow that; reload the page."),
    ))
}

pub(super) fn may_change(op: &Op, import: &ImportView) -> Outcome<()> {
    permit(op, Action::Import, &Resource::Imports { own: import.person == op.actor.person })
}

/// Saves an import's state and document; somebody else's change in between is refused as stale.
pub(super) async fn save(services: &Services, import: &mut ImportView) -> Outcome<()> {
    let now = services.clock.now();
    let mut tx = services.db.begin().await?;
    imports::update(&mut tx, &import.to_stored()?, now).await?;
    tx.commit().await?;
    import.version += 1;
    import.updated_at = now;
    Ok(())
}

/// Corrects what columns mean; the mapping is remembered for the source. A check has to follow.
pub async fn set_mapping(services: &Services, op: &Op, id: Id, mapping: Vec<Option<String>>) -> Outcome<ImportView> {
    let mut import = find(services, op, id).await?;
    may_change(op, &import)?;
    in_state(&import, &[State::Read, State::Checked])?;
    let def = import.kind.def();
    let known = mapping.iter().flatten().all(|word| Target::from_word(def, word).is_some());
    let mut words: Vec<&String> = mapping.iter().flatten().collect();
    words.sort_unstable();
    let twice = words.windows(2).any(|pair| pair.first() == pair.last());
    if mapping.len() != import.document.headers.len() || !known || twice {
        return Err(Fault::new(
            FaultKind::Invalid,
            "mapping",
            "列映射有误：每一列对应一个字段或留空，同一字段只能用一次。",
            "The mapping is wrong: each column means one field or none, and a field is used once.",
        ));
    }
    import.document.mapping = mapping;
    import.needs_a_check();
    let left = read::without_classified(services, &mut import).await?;
    let key = read::mapping_key(&import.document.source, &import.document.headers);
    let text = serde_json::to_string(&import.document.mapping).map_err(|error| Fault::internal(error.to_string()))?;
    let now = services.clock.now();
    let purged = !left.is_empty();
    let mut tx = services.db.begin().await?;
    restage(&mut tx, &import, left, now).await?;
    imports::remember_mapping(&mut tx, def.table, &key, &text, now).await?;
    tx.commit().await?;
    import.version += 1;
    import.updated_at = now;
    if purged {
        services.db.scrub_log().await?;
    }
    Ok(import)
}

/// Stores an import that needs a check, with chunks of rows that are otherwise than they were.
pub(super) async fn restage(
    tx: &mut store::Tx,
    import: &ImportView,
    chunks: Vec<(i64, Vec<u8>)>,
    now: Timestamp,
) -> Outcome<()> {
    imports::forgive(tx, import.id).await?;
    for (number, body) in chunks {
        imports::restage(tx, import.id, number, body).await?;
    }
    Ok(imports::update(tx, &import.to_stored()?, now).await?)
}

/// While the job of an import waits or runs, it is found by this.
pub(super) fn job_key(kind: &str, import: Id) -> String {
    format!("{kind}:{import}")
}

/// Changes the state and asks for the job of it, both or neither.
async fn order(services: &Services, op: &Op, import: &mut ImportView, kind: &'static str) -> Outcome<()> {
    let order = Order {
        import: import.id,
        person: op.actor.person,
        door: op.door,
        request_id: op.request_id.clone(),
        why: op.why.clone(),
        language: op.language,
    };
    let body = serde_json::to_string(&order).map_err(|error| Fault::internal(error.to_string()))?;
    let now = services.clock.now();
    let mut tx = services.db.begin().await?;
    imports::update(&mut tx, &import.to_stored()?, now).await?;
    let key = job_key(kind, import.id);
    job_queue::enqueue(&mut tx, services.ids.next(now), kind, &body, &key, now, now).await?;
    tx.commit().await?;
    import.version += 1;
    import.updated_at = now;
    Ok(())
}

/// Starts a check: small files at once, large ones in the background.
pub async fn start_check(services: &Services, op: &Op, id: Id) -> Outcome<ImportView> {
    let mut import = find(services, op, id).await?;
    may_change(op, &import)?;
    in_state(&import, &[State::Read, State::Checked])?;
    if import.document.rows < CHECK_AT_ONCE_ROWS {
        return check::check_now(services, op, id).await;
    }
    import.state = State::Checking;
    order(services, op, &mut import, CHECK_JOB).await?;
    Ok(import)
}

/// Starts applying in the background. `skip_refused` leaves refused rows out; without it a file with refused rows is not applied.
pub async fn start_apply(services: &Services, op: &Op, id: Id, skip_refused: bool) -> Outcome<ImportView> {
    let mut import = find(services, op, id).await?;
    may_change(op, &import)?;
    in_state(&import, &[State::Checked])?;
    apply::may_apply(&import, skip_refused)?;
    import.document.skip_refused = skip_refused;
    import.document.problem = None;
    import.state = State::Applying;
    order(services, op, &mut import, APPLY_JOB).await?;
    Ok(import)
}

/// Runs the job of an import on behalf of whoever ordered it, with that person's rights of this moment.
pub async fn run_job(services: &Services, kind: &str, body: &str) -> Outcome<String> {
    let order: Order = serde_json::from_str(body).map_err(|error| Fault::internal(format!("job body: {error}")))?;
    let actor = crate::accounts::actor_of(services, order.person).await?;
    let op = Op { actor, door: order.door, request_id: order.request_id, why: order.why, language: order.language };
    let work = async {
        match kind {
            CHECK_JOB => check::check_now(services, &op, order.import).await,
            _ => apply::apply_now(services, &op, order.import, None).await,
        }
    };
    let done = cancel::unless_stopped(services, order.import, &job_key(kind, order.import), work).await;
    match done {
        Ok(import) => Ok(serde_json::json!({ "import": import.id, "counts": import.document.counts }).to_string()),
        Err(fault) => {
            step_back(services, order.import, &fault).await?;
            Err(fault)
        }
    }
}

/// After a failed check or apply: back to the state before, with the reason on the import's page.
async fn step_back(services: &Services, id: Id, fault: &Fault) -> Outcome<()> {
    services.progress.end(id);
    let Some(stored) = imports::find(&mut &services.db, id).await? else { return Ok(()) };
    let mut import = ImportView::from_stored(stored)?;
    import.state = match import.state {
        State::Checking => State::Read,
        State::Applying => State::Checked,
        _ => return Ok(()),
    };
    import.document.problem = Some(fault.message.clone());
    save(services, &mut import).await
}

/// After a start: imports that a crash left in the middle go back to where they can be begun again. Their transaction left
/// nothing behind; a job that still holds them simply runs again.
pub async fn recover(services: &Services) -> Outcome<u64> {
    let now = services.clock.now();
    let mut recovered = 0;
    for state in [State::Checking, State::Applying] {
        for stored in imports::in_state(&mut &services.db, state.code(), now).await? {
            let mut import = ImportView::from_stored(stored)?;
            if !job_queue::waits(&mut &services.db, &import.id.to_string()).await? {
                import.state = if state == State::Checking { State::Read } else { State::Checked };
                save(services, &mut import).await?;
                recovered += 1;
            }
        }
    }
    Ok(recovered)
}
