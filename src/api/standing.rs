//! What the rules say: why a system stands so, and the rules themselves.

use axum::{Json, extract::Path};
use domain::EntityKind;
use rules::{Action, FlagHit, Resource};
use serde::Serialize;
use services::{Op, evaluation, flags};
use utoipa::ToSchema;

use crate::{
    problem::Answer,
    receive::{self, Asking},
};

/// One hit of one rule.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Hit {
    /// The rule.
    rule: String,
    /// `critical`, `high`, `medium`, `low`.
    severity: String,
    /// What is so, with the facts.
    explanation: String,
    /// The clause behind it.
    clause: String,
    /// What to do about it.
    remedy: String,
    /// Day since when it is so.
    #[schema(format = Date)]
    true_since: Option<String>,
    /// Day by which it must be settled.
    #[schema(format = Date)]
    deadline_on: Option<String>,
}

impl Hit {
    fn new(hit: &FlagHit, op: &Op) -> Self {
        Self {
            rule: hit.rule.code().to_owned(),
            severity: hit.severity.code().to_owned(),
            explanation: hit.explanation.text(op.language).to_owned(),
            clause: hit.clause.text(op.language).to_owned(),
            remedy: hit.remedy.text(op.language).to_owned(),
            true_since: hit.true_since.map(|day| day.to_string()),
            deadline_on: hit.deadline_on.map(|day| day.to_string()),
        }
    }
}

/// Why a system stands as it does today.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StandingView {
    /// The standing, a word of the list `standing`.
    standing: String,
    /// Its label in the reader's language.
    label: String,
    /// Why, with the facts.
    sentence: String,
    /// Day since when.
    #[schema(format = Date)]
    since: Option<String>,
    /// Day since when the system must be on the cloud or justify.
    #[schema(format = Date)]
    obliged_since: Option<String>,
    /// The last day to decide.
    #[schema(format = Date)]
    deadline_on: Option<String>,
    /// First day on which the clock alone changes this.
    #[schema(format = Date)]
    valid_until: Option<String>,
    /// What else a reader should know.
    notes: Vec<String>,
    /// What must be done next.
    next_steps: Vec<String>,
    /// Flags, gravest first.
    flags: Vec<Hit>,
}

/// `GET /systems/{id}/standing`
pub(crate) async fn get_standing(asking: Asking, Path(id): Path<String>) -> Answer<Json<StandingView>> {
    let Asking { services, op, .. } = asking;
    let said = evaluation::explain_system(&services, &op, receive::id(&id)?).await?;
    let (zh, en) = said.standing.label();
    let texts = |texts: &[domain::Wording]| texts.iter().map(|text| text.text(op.language).to_owned()).collect();
    Ok(Json(StandingView {
        standing: said.standing.code().to_owned(),
        label: op.language.pick(zh, en).to_owned(),
        sentence: said.sentence.text(op.language).to_owned(),
        since: said.since.map(|day| day.to_string()),
        obliged_since: said.obliged_since.map(|day| day.to_string()),
        deadline_on: said.deadline_on.map(|day| day.to_string()),
        valid_until: said.valid_until.map(|day| day.to_string()),
        notes: texts(&said.notes),
        next_steps: texts(&said.next_steps),
        flags: said.flags.iter().map(|hit| Hit::new(hit, &op)).collect(),
    }))
}

/// A rule with the pack's words.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RuleView {
    /// The rule.
    rule: String,
    /// Plural word of the entity that it looks at.
    entity: String,
    /// How grave a hit is.
    severity: String,
    /// Short name.
    title: String,
    /// What is checked.
    checks: String,
    /// The clause behind it.
    clause: String,
    /// What to do about a hit.
    remedy: String,
    /// Open flags that the reader may see.
    open_flags: i64,
}

/// The rules of the pack.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RuleList {
    /// Short name of the pack.
    pack: String,
    /// Its version.
    version: String,
    /// From this day systems must be on the cloud by default.
    #[schema(format = Date)]
    policy_on: String,
    /// The rules in order.
    items: Vec<RuleView>,
}

/// `GET /rules`
pub(crate) async fn list_rules(asking: Asking) -> Answer<Json<RuleList>> {
    let Asking { services, op, .. } = asking;
    services::permit(&op, Action::View, &Resource::Rules)?;
    let counts = flags::counts_by_rule(&services, &op).await?;
    let items = rules::rule_descriptions(&services.pack)
        .into_iter()
        .map(|rule| {
            let code = rule.rule.code();
            let text = |wording: &domain::Wording| wording.text(op.language).to_owned();
            RuleView {
                rule: code.to_owned(),
                entity: EntityKind::from_table(rule.subject.code()).map_or("", |kind| kind.def().plural).to_owned(),
                severity: rule.severity.code().to_owned(),
                title: text(&rule.title),
                checks: text(&rule.checks),
                clause: text(&rule.clause),
                remedy: text(&rule.remedy),
                open_flags: counts.get(code).copied().unwrap_or(0),
            }
        })
        .collect();
    let pack = &services.pack;
    Ok(Json(RuleList {
        pack: pack.name.clone(),
        version: pack.version.clone(),
        policy_on: pack.policy.on.to_string(),
        items,
    }))
}
