//! Whose move it is, and that nobody decides on his own (design, section 4): whoever entered, edited or owns the subject for the
//! unit counts as requester, a deputy for that person too.

use domain::{EntityKind, Fault, FaultKind, Id, Movement, Part, Role, Timestamp};
use rules::{Action, Resource};
use store::{accounts::GrantRow, requests::Request};

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

/// Who counts as one person, by who stood in for whom while a request was handled.
struct Circle {
    grants: Vec<GrantRow>,
}

impl Circle {
    /// A deputy grant counts if it held on any day since then, also one that has ended.
    async fn of(work: &mut Work<'_>, people: &[Id], since: Timestamp) -> Outcome<Self> {
        let from = work.services.pack.day_of(since).to_string();
        let mut grants = store::accounts::grants_of(&mut work.tx, people).await?;
        let today = work.services.today().to_string();
        grants.retain(|grant| {
            let held = grant.from_on <= today && (grant.to_on.is_empty() || grant.to_on >= from);
            grant.deputy_for.is_some() && held && grant.revoked_at.is_none_or(|at| at >= since)
        });
        Ok(Self { grants })
    }

    fn and_principals(&self, person: Id) -> Vec<Id> {
        let stands_in = self.grants.iter().filter(|grant| grant.person == person).filter_map(|grant| grant.deputy_for);
        stands_in.chain([person]).collect()
    }

    /// True when they are one person, one stands in for the other, or both for a third.
    fn are_one(&self, one: Id, other: Id) -> bool {
        let others = self.and_principals(other);
        self.and_principals(one).iter().any(|person| others.contains(person))
    }
}

/// Refuses whoever had a hand in it.
pub(super) async fn refuse_own(work: &mut Work<'_>, request: &Request, movement: Movement) -> Outcome<()> {
    let actor = &work.op.actor.clone();
    if actor.person.is_none() {
        // The program and the server's own command line decide nothing.
        return Err(own());
    }
    let trail = store::audit::of_subject(&mut work.tx, request.subject, i64::MAX, TRAIL).await?;
    // What an earlier decision wrote by itself is no hand in the request.
    let decisions = store::requests::decisions(&mut work.tx, request.subject).await?;
    let decided = |at| decisions.iter().any(|one| one.at == at && one.movement != Movement::Submit.code());
    let mut hands: Vec<Id> = trail
        .iter()
        .filter(|placed| ["create", "update", "attach"].contains(&placed.entry.action.as_str()))
        .filter(|placed| !decided(placed.entry.at))
        .map(|placed| placed.entry.person)
        .chain([request.requester])
        .filter(|person| !person.is_none())
        .collect();
    hands.sort_unstable();
    hands.dedup();
    let people: Vec<Id> = hands.iter().copied().chain([actor.person, request.endorser]).collect();
    let circle = Circle::of(work, &people, request.created_at).await?;
    if actor.has(Role::Department, &request.path) || hands.iter().any(|hand| circle.are_one(actor.person, *hand)) {
        return Err(own());
    }
    // Whoever endorsed has decided already, and a deputy is no second opinion.
    let is_second = movement == Movement::Approve && !request.endorser.is_none();
    if is_second && circle.are_one(actor.person, request.endorser) { Err(second()) } else { Ok(()) }
}

fn second() -> Fault {
    Fault::new(
        FaultKind::Forbidden,
        "second-approver",
        "初审与终审须为不同的两人；请由另一位审批人终审。",
        "The two approvals come from two different people; another approver has to give the second.",
    )
}
