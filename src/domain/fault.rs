//! What can go wrong, as every door tells it: a kind, an outward text fit for its reader, and field problems.

use serde::Serialize;

use crate::wording::Wording;

/// The kinds of failure; each door maps every kind (HTTP status, exit code).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// The request cannot be read (400, exit 2).
    Malformed,
    /// The values break a rule (422, exit 2).
    Invalid,
    /// Nobody is signed in (401, exit 4).
    Unauthenticated,
    /// The reader may see it but not do it (403, exit 4).
    Forbidden,
    /// Absent, or hidden from this reader (404, exit 3).
    NotFound,
    /// Something else stands in the way (409, exit 5).
    Conflict,
    /// The record changed since it was read (412, exit 5).
    Stale,
    /// Larger than allowed (413, exit 2).
    TooLarge,
    /// Too many tries (429, exit 6).
    TooMany,
    /// A part is away; try again (503, exit 6).
    Unavailable,
    /// A bug or a corrupt row (500, exit 1).
    Internal,
}

/// One broken rule at one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The field's name, or empty for the whole.
    pub field: String,
    /// Stable code of the rule.
    pub rule: String,
    /// What is wrong and what would be right.
    pub message: Wording,
}

/// A failure on its way to a door.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}{}", .inward.as_deref().map(|inward| format!(" ({inward})")).unwrap_or_default())]
pub struct Fault {
    /// What kind of failure.
    pub kind: FaultKind,
    /// Stable code, for machines.
    pub code: &'static str,
    /// Text for the reader.
    pub message: Wording,
    /// Field problems, when the values were wrong.
    pub problems: Vec<Problem>,
    /// For the log only; never shown.
    pub inward: Option<String>,
    /// Seconds after which another try makes sense.
    pub retry_after_seconds: Option<u64>,
}

impl Fault {
    /// A fault with a kind, a stable code and a text in both languages.
    pub fn new(kind: FaultKind, code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            kind,
            code,
            message: Wording::new(zh, en),
            problems: Vec::new(),
            inward: None,
            retry_after_seconds: None,
        }
    }

    /// Absent, or hidden: the two must look the same.
    pub fn not_found() -> Self {
        Self::new(FaultKind::NotFound, "not-found", "没有找到，或您无权查看。", "Not found, or not yours to see.")
    }

    /// Signed in, sees it, may not do it.
    pub fn forbidden() -> Self {
        Self::new(
            FaultKind::Forbidden,
            "forbidden",
            "您的角色不能执行此操作；请联系管理员授权。",
            "Your role does not allow this; ask an administrator for a grant.",
        )
    }

    /// Nobody is signed in.
    pub fn unauthenticated() -> Self {
        Self::new(FaultKind::Unauthenticated, "unauthenticated", "请先登录。", "Please sign in first.")
    }

    /// The record changed since it was read.
    pub fn stale() -> Self {
        Self::new(
            FaultKind::Stale,
            "stale",
            "您打开之后，这条记录已被他人修改；请对照两个版本后重新保存。",
            "Somebody changed this record after you opened it; compare both versions and save again.",
        )
    }

    /// Values that break rules.
    pub fn invalid(problems: Vec<Problem>) -> Self {
        let mut fault = Self::new(
            FaultKind::Invalid,
            "invalid",
            "有的内容不符合规则，见各项说明。",
            "Some values break a rule; see each field.",
        );
        fault.problems = problems;
        fault
    }

    /// A bug or corrupt data; `inward` goes to the log only.
    pub fn internal(inward: impl Into<String>) -> Self {
        let mut fault = Self::new(
            FaultKind::Internal,
            "internal",
            "系统内部错误，已记录；请凭请求编号联系管理员。",
            "An internal error, recorded; quote the request id to your administrator.",
        );
        fault.inward = Some(inward.into());
        fault
    }

    /// Adds text for the log.
    #[must_use]
    pub fn inward(mut self, inward: impl Into<String>) -> Self {
        self.inward = Some(inward.into());
        self
    }
}
