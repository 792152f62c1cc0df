//! Exit 退出: the end of a workspace, in two steps: decided by somebody who did not ask for it, and carried out by the operators once
//! its namespace is empty (design, section 5).

use crate::{
    field::code_enum,
    life_cycle::{
        Course, LifeCycle, Movement as M,
        Need::Reason,
        Part::{Approver, Operator, Program, Requester},
        Rule, rule,
    },
};

code_enum! {
    /// Where the exit of a workspace stands.
    ExitState {
        /// Asked for.
        Asked = "asked",
        /// Approved: the plan says so, and its cluster watches whether the namespace is empty.
        Approved = "approved",
        /// Carried out: the workspace is being taken away.
        Reclaiming = "reclaiming",
        /// The namespace is gone.
        Reclaimed = "reclaimed",
        /// Refused.
        Rejected = "rejected",
        /// Taken back.
        Withdrawn = "withdrawn",
        /// Given up: the workspace stays.
        Cancelled = "cancelled",
    }
}

impl LifeCycle for ExitState {
    const STATES: &'static [Self] = Self::ALL;
    const RULES: &'static [Rule<Self>] = {
        use ExitState as S;
        &[
            rule(M::Approve, &[S::Asked], S::Approved, &[Approver], &[]),
            rule(M::Reject, &[S::Asked], S::Rejected, &[Approver], &[Reason]),
            rule(M::Withdraw, &[S::Asked], S::Withdrawn, &[Requester], &[]),
            rule(M::Cancel, &[S::Approved], S::Cancelled, &[Requester, Operator], &[Reason]),
            rule(M::CarryOut, &[S::Approved], S::Reclaiming, &[Operator], &[]),
            rule(M::Finish, &[S::Reclaiming], S::Reclaimed, &[Program], &[]),
            // The workspace went and its namespace stayed: nothing was taken away.
            rule(M::Fail, &[S::Reclaiming], S::Cancelled, &[Program], &[Reason]),
            // A cluster that is gone for good says nothing any more.
            rule(M::Close, &[S::Approved, S::Reclaiming], S::Reclaimed, &[Operator], &[Reason]),
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
            Self::Asked | Self::Approved | Self::Reclaiming => Course::Open,
            Self::Reclaimed => Course::Done,
            Self::Rejected | Self::Withdrawn | Self::Cancelled => Course::Over,
        }
    }
}

impl ExitState {
    /// True while the plan of the workspace says that it may end.
    pub fn is_in_the_plan(self) -> bool {
        matches!(self, Self::Approved | Self::Reclaiming)
    }

    /// The label, Chinese and English.
    pub fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::Asked => ("退出待审批", "Exit asked for"),
            Self::Approved => ("退出已批准", "Exit approved"),
            Self::Reclaiming => ("回收中", "Being taken away"),
            Self::Reclaimed => ("已回收", "Reclaimed"),
            Self::Rejected => ("退出不予批准", "Exit rejected"),
            Self::Withdrawn => ("退出已撤回", "Exit withdrawn"),
            Self::Cancelled => ("退出已取消", "Exit cancelled"),
        }
    }
}
