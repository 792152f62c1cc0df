//! Life cycles as tables: which move leads from which state to which, who may make it, what it needs (design, section 4; domain
//! reference 4.2 and 4.4). Services carry moves out; nobody changes a state in any other way.

use crate::{field::code_enum, migration::MigrationState};

code_enum! {
    /// Where an exception that is handled here stands. Whether an approved one is in force is derived from its days.
    ExceptionState {
        /// Being written: nothing yet.
        Draft = "draft",
        /// Handed in.
        Submitted = "submitted",
        /// Before experts.
        ExpertReview = "expert_review",
        /// The first of two approvals is given.
        Endorsed = "endorsed",
        /// Sent back.
        Returned = "returned",
        /// Taken back.
        Withdrawn = "withdrawn",
        /// Approved.
        Approved = "approved",
        /// Refused.
        Rejected = "rejected",
        /// Taken away before its end.
        Revoked = "revoked",
    }
}

code_enum! {
    /// A move.
    Movement {
        /// Hand in.
        Submit = "submit",
        /// Send back with reasons.
        Return = "return",
        /// Take back.
        Withdraw = "withdraw",
        /// Approve exactly what was seen.
        Approve = "approve",
        /// Refuse.
        Reject = "reject",
        /// Begin to make what was approved.
        Begin = "begin",
        /// Everything that production needs is there.
        Finish = "finish",
        /// Making failed.
        Fail = "fail",
        /// Try to make it again.
        Retry = "retry",
        /// The plan changed after the approval: decide again.
        Reopen = "reopen",
        /// The approval was not used in time.
        Lapse = "lapse",
        /// Users work on the new place.
        CutOver = "cut_over",
        /// The old machine is off.
        SourceOff = "source_off",
        /// Everything is done.
        Close = "close",
        /// Give up.
        Cancel = "cancel",
        /// Put before experts.
        Refer = "refer",
        /// The experts have reported.
        Report = "report",
        /// The first of two approvals.
        Endorse = "endorse",
        /// Look again at what was approved, and let it stand.
        Review = "review",
        /// Take an approval away.
        Revoke = "revoke",
        /// Take away what an approved exit is for.
        CarryOut = "carry_out",
    }
}

code_enum! {
    /// Whose move it is.
    Part {
        /// Whoever asks, for the department.
        Requester = "requester",
        /// Whoever decides; never the requester.
        Approver = "approver",
        /// Whoever operates the cloud.
        Operator = "operator",
        /// The program itself.
        Program = "program",
    }
}

code_enum! {
    /// What a move needs.
    Need {
        /// A reason in words.
        Reason = "reason",
        /// At least one file of this step.
        Evidence = "evidence",
        /// The day on which it happened.
        Day = "day",
    }
}

code_enum! {
    /// How a request runs, for whoever waits for its end.
    Course {
        /// Somebody's next step, or the program's, leads on.
        Open = "open",
        /// Somebody has to put something right first.
        Stuck = "stuck",
        /// It came to what was asked for.
        Done = "done",
        /// It ended without that.
        Over = "over",
    }
}

/// A row of a table.
#[derive(Clone, Copy, Debug)]
pub struct Rule<S: 'static> {
    /// The move.
    pub movement: Movement,
    /// From any of these.
    pub from: &'static [S],
    /// To this.
    pub to: S,
    /// Any of these may make it.
    pub parts: &'static [Part],
    /// It needs all of these.
    pub needs: &'static [Need],
}

/// A life cycle.
pub trait LifeCycle: Copy + PartialEq + Sized + 'static {
    /// Its table.
    const RULES: &'static [Rule<Self>];
    /// Every state.
    const STATES: &'static [Self];
    /// The word in storage.
    fn word(self) -> &'static str;
    /// Reads the word.
    fn from_word(word: &str) -> Option<Self>;
    /// How a request in this state runs.
    fn course(self) -> Course;

    /// The rule by which a move leads away from this state.
    fn rule(self, movement: Movement) -> Option<&'static Rule<Self>> {
        Self::RULES.iter().find(|rule| rule.movement == movement && rule.from.contains(&self))
    }

    /// Every rule that leads away from this state.
    fn legal(self) -> impl Iterator<Item = &'static Rule<Self>> {
        Self::RULES.iter().filter(move |rule| rule.from.contains(&self))
    }

    /// True when no move leads away.
    fn is_final(self) -> bool {
        self.legal().next().is_none()
    }
}

/// A row, in the order in which people read it.
pub(crate) const fn rule<S>(
    movement: Movement,
    from: &'static [S],
    to: S,
    parts: &'static [Part],
    needs: &'static [Need],
) -> Rule<S> {
    Rule { movement, from, to, parts, needs }
}

use Movement as M;
use Need::{Day, Evidence, Reason};
use Part::{Approver, Operator, Program, Requester};

impl LifeCycle for MigrationState {
    const STATES: &'static [Self] = Self::ALL;
    const RULES: &'static [Rule<Self>] = {
        use MigrationState as S;
        &[
            rule(M::Submit, &[S::Draft, S::Returned], S::Submitted, &[Requester], &[]),
            rule(M::Return, &[S::Submitted], S::Returned, &[Approver], &[Reason]),
            rule(M::Withdraw, &[S::Draft, S::Submitted, S::Returned], S::Withdrawn, &[Requester], &[]),
            rule(M::Approve, &[S::Submitted], S::Approved, &[Approver], &[]),
            rule(M::Reject, &[S::Submitted], S::Rejected, &[Approver], &[Reason]),
            rule(M::Begin, &[S::Approved], S::Provisioning, &[Program], &[]),
            rule(M::Finish, &[S::Provisioning], S::Provisioned, &[Program], &[]),
            rule(M::Fail, &[S::Provisioning], S::ProvisioningFailed, &[Program], &[Reason]),
            rule(M::Retry, &[S::ProvisioningFailed], S::Provisioning, &[Operator], &[]),
            // Environments are made independently: one may fail, and be tried again, while production goes on.
            rule(M::Retry, &[S::Provisioned], S::Provisioned, &[Operator], &[]),
            rule(M::Retry, &[S::CutOver], S::CutOver, &[Operator], &[]),
            rule(M::Retry, &[S::SourceOff], S::SourceOff, &[Operator], &[]),
            rule(M::Reopen, &[S::Approved], S::Submitted, &[Program], &[Reason]),
            rule(M::Lapse, &[S::Approved], S::Returned, &[Program], &[Reason]),
            rule(M::CutOver, &[S::Provisioned], S::CutOver, &[Requester, Operator], &[Day]),
            rule(M::SourceOff, &[S::CutOver], S::SourceOff, &[Requester, Operator], &[Day, Evidence]),
            rule(M::Close, &[S::SourceOff], S::Closed, &[Operator], &[]),
            // What only changed standing workspaces is done when they stand: there is nothing to cut over.
            rule(M::Close, &[S::Provisioned], S::Closed, &[Program], &[]),
            rule(
                M::Cancel,
                &[S::Submitted, S::Approved, S::Provisioning, S::ProvisioningFailed, S::Provisioned],
                S::Cancelled,
                &[Requester, Operator],
                &[Reason],
            ),
        ]
    };

    fn word(self) -> &'static str {
        self.code()
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::from_code(word)
    }

    fn course(self) -> Course {
        match self {
            Self::Returned | Self::ProvisioningFailed => Course::Stuck,
            Self::Closed => Course::Done,
            Self::Withdrawn | Self::Rejected | Self::Cancelled => Course::Over,
            _ => Course::Open,
        }
    }
}

impl LifeCycle for ExceptionState {
    const STATES: &'static [Self] = Self::ALL;
    const RULES: &'static [Rule<Self>] = {
        use ExceptionState as S;
        &[
            rule(M::Submit, &[S::Draft, S::Returned], S::Submitted, &[Requester], &[]),
            rule(
                M::Withdraw,
                &[S::Draft, S::Submitted, S::Returned, S::ExpertReview, S::Endorsed],
                S::Withdrawn,
                &[Requester],
                &[],
            ),
            rule(M::Refer, &[S::Submitted], S::ExpertReview, &[Approver, Operator], &[]),
            rule(M::Report, &[S::ExpertReview], S::Submitted, &[Approver, Operator], &[Evidence]),
            rule(M::Endorse, &[S::Submitted], S::Endorsed, &[Approver], &[]),
            rule(M::Approve, &[S::Endorsed], S::Approved, &[Approver], &[]),
            rule(M::Return, &[S::Submitted, S::ExpertReview, S::Endorsed], S::Returned, &[Approver], &[Reason]),
            rule(M::Reject, &[S::Submitted, S::ExpertReview, S::Endorsed], S::Rejected, &[Approver], &[Reason]),
            rule(M::Review, &[S::Approved], S::Approved, &[Approver], &[Reason]),
            rule(M::Revoke, &[S::Approved], S::Revoked, &[Approver], &[Reason]),
        ]
    };

    fn word(self) -> &'static str {
        self.code()
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::from_code(word)
    }

    fn course(self) -> Course {
        match self {
            Self::Returned => Course::Stuck,
            Self::Approved => Course::Done,
            Self::Withdrawn | Self::Rejected | Self::Revoked => Course::Over,
            Self::Draft | Self::Submitted | Self::ExpertReview | Self::Endorsed => Course::Open,
        }
    }
}

impl Need {
    /// What that is, Chinese and English.
    pub fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::Reason => ("理由", "a reason"),
            Self::Evidence => ("佐证材料", "a file that proves it"),
            Self::Day => ("日期", "the day"),
        }
    }
}

impl Part {
    /// Who that is, Chinese and English.
    pub fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::Requester => ("申请单位", "the department"),
            Self::Approver => ("审批人", "an approver"),
            Self::Operator => ("政务云运维", "the cloud operators"),
            Self::Program => ("平台", "the program itself"),
        }
    }
}

impl Movement {
    /// The label of its button, Chinese and English.
    pub fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::Submit => ("提交", "Submit"),
            Self::Return => ("退回补正", "Return"),
            Self::Withdraw => ("撤回", "Withdraw"),
            Self::Approve => ("批准", "Approve"),
            Self::Reject => ("不予批准", "Reject"),
            Self::Begin => ("开始开通", "Begin"),
            Self::Finish => ("开通完成", "Finish"),
            Self::Fail => ("开通失败", "Fail"),
            Self::Retry => ("重试开通", "Try again"),
            Self::Reopen => ("重新审批", "Reopen"),
            Self::Lapse => ("批准失效", "Lapse"),
            Self::CutOver => ("确认割接", "Confirm cut-over"),
            Self::SourceOff => ("确认原系统下线", "Confirm source off"),
            Self::Close => ("办结", "Close"),
            Self::Cancel => ("取消申请", "Cancel"),
            Self::Refer => ("送专家评审", "Send to experts"),
            Self::Report => ("登记评审意见", "File the report"),
            Self::Endorse => ("初审同意", "Endorse"),
            Self::Review => ("复审通过", "Confirm after review"),
            Self::Revoke => ("撤销例外", "Revoke"),
            Self::CarryOut => ("执行退出", "Carry out"),
        }
    }
}

impl ExceptionState {
    /// The label, Chinese and English.
    pub fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::Draft => ("待提交", "Draft"),
            Self::Submitted => ("待受理", "Submitted"),
            Self::ExpertReview => ("专家评审", "Expert review"),
            Self::Endorsed => ("初审通过", "Endorsed"),
            Self::Returned => ("退回补正", "Returned"),
            Self::Withdrawn => ("已撤回", "Withdrawn"),
            Self::Approved => ("已批准", "Approved"),
            Self::Rejected => ("不予批准", "Rejected"),
            Self::Revoked => ("已撤销", "Revoked"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::{delivery::DeliveryState, workspace_exit::ExitState};

    fn table<S: LifeCycle>(name: &str, text: &mut String) {
        for state in S::STATES {
            let _ = writeln!(text, "\n[{name} · {}]{}", state.word(), if state.is_final() { " final" } else { "" });
            for movement in Movement::ALL {
                let Some(rule) = state.rule(*movement) else { continue };
                let words = |list: Vec<&str>| if list.is_empty() { "-".to_owned() } else { list.join("+") };
                let parts = words(rule.parts.iter().map(|part| part.code()).collect());
                let needs = words(rule.needs.iter().map(|need| need.code()).collect());
                let _ = writeln!(text, "{:<11} → {:<19} {parts:<22} {needs}", movement.code(), rule.to.word());
            }
        }
    }

    #[test]
    fn the_life_cycles_are_the_ones_that_were_agreed() {
        let mut text = String::from(
            "# State × move → state, who, needs. Written by the tests of `domain` with UPDATE_GOLDEN=1; read every change.\n",
        );
        table::<MigrationState>("migration", &mut text);
        table::<ExceptionState>("exception", &mut text);
        table::<ExitState>("exit", &mut text);
        for state in DeliveryState::ALL {
            let to: Vec<&str> = state.leads_to().iter().map(|to| to.code()).collect();
            let to = if to.is_empty() { "final".to_owned() } else { format!("→ {}", to.join(" ")) };
            let _ = writeln!(text, "\n[delivery · {}] {to}", state.code());
        }
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/life-cycles.txt");
        if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
            std::fs::write(path, &text).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), text, "make fix renews it");
    }

    fn reaches_an_end<S: LifeCycle>(from: S) -> bool {
        let mut seen = vec![from];
        let mut next = vec![from];
        while let Some(state) = next.pop() {
            if state.is_final() {
                return true;
            }
            for rule in state.legal().filter(|rule| !rule.parts.is_empty()) {
                if !seen.contains(&rule.to) {
                    seen.push(rule.to);
                    next.push(rule.to);
                }
            }
        }
        false
    }

    #[test]
    fn from_every_state_somebody_can_reach_an_end() {
        assert!(MigrationState::ALL.iter().all(|state| reaches_an_end(*state)));
        assert!(ExceptionState::ALL.iter().all(|state| reaches_an_end(*state)));
        assert!(ExitState::ALL.iter().all(|state| reaches_an_end(*state)));
    }

    #[test]
    fn every_delivery_can_come_to_an_end_and_what_ended_stays_ended() {
        let ends =
            [DeliveryState::Released, DeliveryState::Replaced, DeliveryState::Reclaimed, DeliveryState::Confirmed];
        for start in DeliveryState::ALL {
            let (mut seen, mut next) = (vec![*start], vec![*start]);
            while let Some(state) = next.pop() {
                let new: Vec<_> = state.leads_to().iter().copied().filter(|to| !seen.contains(to)).collect();
                seen.extend(&new);
                next.extend(new);
            }
            assert!(seen.iter().any(|state| ends.contains(state)), "{start:?}");
        }
        for end in [DeliveryState::Released, DeliveryState::Replaced, DeliveryState::Reclaimed] {
            assert!(end.leads_to().is_empty());
        }
    }

    #[test]
    fn people_alone_can_end_every_request() {
        // The program may be away: a person's move must lead on from wherever it stopped.
        fn led_on_by_people<S: LifeCycle>() -> bool {
            let by_people = |state: S| state.legal().any(|rule| rule.parts.iter().any(|part| *part != Program));
            S::STATES.iter().filter(|state| !state.is_final()).all(|state| by_people(*state))
        }
        assert!(led_on_by_people::<MigrationState>());
        assert!(led_on_by_people::<ExceptionState>());
        assert!(led_on_by_people::<ExitState>());
    }

    #[test]
    fn what_is_final_has_ended_one_way_or_the_other() {
        let has_ended = |course: Course| matches!(course, Course::Done | Course::Over);
        assert!(MigrationState::ALL.iter().all(|state| state.is_final() == has_ended(state.course())));
        // An approved exception can still be taken away, and is what was asked for.
        let ends = |state: &&ExceptionState| state.is_final() || **state == ExceptionState::Approved;
        assert!(ExceptionState::ALL.iter().all(|state| ends(&state) == has_ended(state.course())));
    }

    #[test]
    fn one_move_from_one_state_has_one_outcome() {
        fn unique<S: LifeCycle>() -> bool {
            S::STATES.iter().all(|state| {
                Movement::ALL.iter().all(|movement| {
                    S::RULES.iter().filter(|rule| rule.movement == *movement && rule.from.contains(state)).count() <= 1
                })
            })
        }
        assert!(unique::<MigrationState>() && unique::<ExceptionState>() && unique::<ExitState>());
    }
}
