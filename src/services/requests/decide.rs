//! Whose move it is, and that nobody decides on his own (design, section 4): whoever entered, edited or owns the subject for the
//! unit counts as requester, a deputy for that person too.

use domain::{Actor, EntityKind, Fault, FaultKind, Id, Movement, Part, Role};
use rules::{Action, Resource};
use store::requests::Request;

use crate::{Op, Outcome, Work};

/// Entries of the trail that are looked through for hands in the subject.
const TRAIL: i64 = 500;

/// The action that a part needs.
pub(super) fn action_of(part: Part) -> Option<Action> {
    match part {
        Part::Requester => Some(Action::Request),
        Part::Approver => Some(Action::Decide),
        Part::Operator => Some(Action::Provision),
        Part::Program => None,
    }
}

/// The parts that an actor may play for a request.
pub(super) fn may_play(op: &Op, kind: EntityKind, path: &str, part: Part) -> bool {
    action_of(part).is_some_and(|action| op.may(action, &Resource::Record { kind, path }))
}

fn own() -> Fault {
    Fault::new(
        FaultKind::Forbidden,
        "own-request",
        "您参与了本申请（提交、修改，或是该单位的经办人），不能审批；请由其他审批人办理。",
        "You had a hand in this request (handed it in, changed it, or act for its department) and cannot decide on it; another approver has to.",
    )
}

/// Persons for whom the actor stands in today.
async fn principals(work: &mut Work<'_>, actor: &Actor) -> Outcome<Vec<Id>> {
    let today = work.services.today().to_string();
    let grants = store::accounts::grants_of(&mut work.tx, &[actor.person]).await?;
    Ok(grants
        .into_iter()
        .filter(|grant| {
            grant.revoked_at.is_none() && grant.from_on <= today && (grant.to_on.is_empty() || grant.to_on >= today)
        })
        .filter_map(|grant| grant.deputy_for)
        .collect())
}

/// Refuses whoever had a hand in it.
pub(super) async fn refuse_own(work: &mut Work<'_>, request: &Request, movement: Movement) -> Outcome<()> {
    let actor = &work.op.actor.clone();
    if actor.person.is_none() {
        // The program and the server's own command line decide nothing.
        return Err(own());
    }
    let mut same = principals(work, actor).await?;
    same.push(actor.person);
    if same.contains(&request.requester) || actor.has(Role::Department, &request.path) {
        return Err(own());
    }
    // Whoever endorsed has decided already, and a deputy is no second opinion.
    if movement == Movement::Approve && !request.endorser.is_none() && same.contains(&request.endorser) {
        return Err(second());
    }
    let trail = store::audit::of_subject(&mut work.tx, request.subject, i64::MAX, TRAIL).await?;
    // What an earlier decision wrote by itself is no hand in the request.
    let decisions = store::requests::decisions(&mut work.tx, request.subject).await?;
    let decided = |at| decisions.iter().any(|one| one.at == at && one.movement != Movement::Submit.code());
    let has_hand = trail.iter().any(|placed| {
        ["create", "update", "attach"].contains(&placed.entry.action.as_str())
            && same.contains(&placed.entry.person)
            && !decided(placed.entry.at)
    });
    if has_hand { Err(own()) } else { Ok(()) }
}

fn second() -> Fault {
    Fault::new(
        FaultKind::Forbidden,
        "second-approver",
        "初审与终审须为不同的两人；请由另一位审批人终审。",
        "The two approvals come from two different people; another approver has to give the second.",
    )
}
