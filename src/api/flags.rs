//! Open flags by deadline.

use axum::Json;
use domain::{FlagRule, Id, Severity};
use serde::Serialize;
use services::{
    Op,
    flags::{self, FlagFilter, ShownFlag},
};
use utoipa::ToSchema;

use crate::{
    cursor, lists,
    problem::{Answer, Refusal},
    receive::{Asking, Parameters, wrong_cursor},
};

/// An open flag.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FlagView {
    /// Identifier.
    id: String,
    /// The rule.
    rule: String,
    /// `critical`, `high`, `medium`, `low`.
    severity: String,
    /// Plural word of the subject's entity.
    entity: String,
    /// The subject.
    subject: String,
    /// Its code; empty if none.
    subject_code: String,
    /// Its name.
    subject_name: String,
    /// What is so, with the facts.
    explanation: String,
    /// Day since when it is so.
    #[schema(format = Date)]
    true_since: Option<String>,
    /// Moment at which the rule first saw it.
    #[schema(format = DateTime)]
    first_seen_at: String,
    /// Day by which it must be settled.
    #[schema(format = Date)]
    deadline_on: Option<String>,
}

impl FlagView {
    fn new(shown: ShownFlag, op: &Op) -> Self {
        let flag = shown.flag;
        let day = |text: String| Some(text).filter(|text| !text.is_empty());
        Self {
            id: flag.id.to_string(),
            rule: flag.rule,
            severity: flag.severity,
            entity: shown.kind.def().plural.to_owned(),
            subject: flag.subject.to_string(),
            subject_code: shown.subject.0,
            subject_name: shown.subject.1,
            explanation: op.language.pick(flag.zh, flag.en),
            true_since: day(flag.true_since),
            first_seen_at: flag.first_seen_at.to_string(),
            deadline_on: day(flag.deadline_on),
        }
    }
}

/// Open flags of one rule and severity.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FlagCount {
    /// The rule.
    rule: String,
    /// The severity.
    severity: String,
    /// How many.
    count: i64,
}

/// A page of open flags by deadline; those without one last.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FlagList {
    /// By deadline.
    items: Vec<FlagView>,
    /// How many the whole list holds, by rule and severity.
    counts: Vec<FlagCount>,
    /// Where the next page begins.
    next_cursor: Option<String>,
}

fn unknown_word(name: &str, known: &[&str]) -> Refusal {
    let known = known.join(", ");
    Refusal::parameter(name, "unknown-code", format!("应为以下之一：{known}"), format!("must be one of: {known}"))
}

/// `GET /flags`
pub(crate) async fn list_flags(asking: Asking, mut parameters: Parameters) -> Answer<Json<FlagList>> {
    const LIST: &str = "flags";
    let rules = parameters.take_all("rule");
    let severities = parameters.take_all("severity");
    if !rules.iter().all(|rule| FlagRule::from_code(rule).is_some()) {
        return Err(unknown_word("rule", &FlagRule::ALL.iter().map(|rule| rule.code()).collect::<Vec<_>>()));
    }
    if !severities.iter().all(|severity| Severity::from_code(severity).is_some()) {
        return Err(unknown_word("severity", &Severity::ALL.iter().map(|one| one.code()).collect::<Vec<_>>()));
    }
    let overdue = parameters.take_flag("overdue")?;
    let limit = parameters.take_limit()?;
    let after = match parameters.take_cursor(LIST)? {
        None => None,
        Some(place) => {
            let [deadline, id] = &place[..] else { return Err(wrong_cursor()) };
            let id = id.as_str().and_then(Id::parse).ok_or_else(wrong_cursor)?;
            Some((deadline.as_str().ok_or_else(wrong_cursor)?.to_owned(), id))
        }
    };
    if let Some(subject) = parameters.take_id("subject")? {
        let shown = flags::of_subject(&asking.services, &asking.op, subject).await?;
        let items = shown.into_iter().map(|shown| FlagView::new(shown, &asking.op)).collect();
        return Ok(Json(FlagList { items, counts: Vec::new(), next_cursor: None }));
    }
    let within = lists::within(&asking, &mut parameters).await?;
    let filter = FlagFilter { within, rules, severities, overdue, after, backward: false, limit };
    let page = flags::list(&asking.services, &asking.op, &filter).await?;
    let next_cursor = page
        .flags
        .last()
        .filter(|_| page.more)
        .map(|last| cursor::encode(LIST, &[last.flag.deadline_on.clone().into(), last.flag.id.to_string().into()]));
    let counts = page.counts.into_iter().map(|(rule, severity, count)| FlagCount { rule, severity, count }).collect();
    let items = page.flags.into_iter().map(|shown| FlagView::new(shown, &asking.op)).collect();
    Ok(Json(FlagList { items, counts, next_cursor }))
}
