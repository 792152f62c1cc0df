//! The page of a system: why it stands as it does, what must be done next, where it runs.

use domain::{CodeLists, EntityDef, EntityKind, FlagRule, Kind, Severity, Standing};
use edge::Refusal;
use rules::{Action, Assessment, FlagHit, Resource};
use services::{evaluation, requests};

use super::{FlagView, StandingView, SystemPage, hosting};
use crate::parts::{ActionView, BadgeView, LinkView, Tone};
use crate::present::{Present, badges};
use crate::record::AnswerView;
use crate::record::handler::shell;
use crate::record::view::{self, Opened};
use crate::visit::Visit;

/// Characters of the function that stand in the answer; all of it is among the fields.
const GIST: usize = 120;

/// The page.
pub(crate) async fn page(visit: &Visit, opened: &Opened) -> Result<SystemPage, Refusal> {
    let assessment = evaluation::explain_system(visit.services(), &visit.op, opened.record().id).await?;
    let present = Present::new(visit, &opened.shown.names);
    // Components are drawn as hosting.
    let mut record = view::record(visit, &present, opened, &[EntityKind::Component]).await?;
    record.answers = answers(visit, &present, opened, &assessment);
    let flags: Vec<FlagView> = assessment.flags.iter().map(|hit| flag(&present, opened, hit)).collect();
    let conflict = assessment.flags.iter().find(|hit| hit.rule == FlagRule::Cbd25Hosting);
    let conflict = conflict.map(|hit| hit.explanation.text(present.language).to_owned());
    Ok(SystemPage {
        l: visit.l,
        shell: shell(visit, opened),
        standing: StandingView { actions: desk(visit, opened, &assessment).await?, ..standing(&present, &assessment) },
        hosting: hosting::view(visit, opened, conflict).await?,
        record,
        flags,
    })
}

/// What the visitor can ask for: to move, to stay, or to go on with what was asked for.
async fn desk(visit: &Visit, opened: &Opened, assessment: &Assessment) -> Result<Vec<ActionView>, Refusal> {
    let l = visit.l;
    let record = opened.record();
    let may = |kind| visit.op.may(Action::Request, &Resource::Record { kind, path: &record.path });
    let mut actions = Vec::new();
    let open: Vec<_> = requests::of_system(visit.services(), &visit.op, record.id).await?;
    let is_open = |table: &str| {
        let over = ["closed", "cancelled", "withdrawn", "rejected", "revoked"];
        open.iter().find(|one| one.entity == table && !over.contains(&one.state.as_str()))
    };
    let stands = requests::standing_of(visit.services(), &visit.op, record.id).await?.is_some();
    let asks = matches!(assessment.standing, Standing::Unjustified | Standing::Excepted | Standing::Unassessed);
    for (kind, address, ask, go_on) in [
        (EntityKind::Migration, "move", "ask-to-move", "go-on-move"),
        (EntityKind::CloudException, "justify", "ask-to-stay", "go-on-stay"),
    ] {
        match is_open(kind.def().table) {
            Some(one) => actions.push(ActionView::link(l.t(go_on), format!("/requests/{}", one.subject))),
            None if may(kind) && (asks || stands && kind == EntityKind::Migration) => {
                let word = if stands && kind == EntityKind::Migration { l.t("ask-to-change") } else { l.t(ask) };
                actions.push(ActionView::link(word, format!("/{address}/{}", record.id)));
            }
            None => {}
        }
    }
    if assessment.standing == Standing::Unjustified {
        actions =
            actions.into_iter().enumerate().map(|(index, one)| if index == 0 { one.primary() } else { one }).collect();
    }
    Ok(actions)
}

/// The badge of a standing, with the pack's word.
pub(crate) fn badge(present: &Present<'_>, standing: Standing) -> BadgeView {
    let label = present.pack.list("standing").label(standing.code(), present.language);
    BadgeView::standing(standing.code(), label)
}

fn standing(present: &Present<'_>, assessment: &Assessment) -> StandingView {
    let (l, language) = (present.l, present.language);
    let clause = assessment.obliged_since.map(|_| {
        let citation = present.pack.policy.clause.citation();
        LinkView::new(citation.text(language), "/rules")
    });
    StandingView {
        badge: badge(present, assessment.standing),
        sentence: assessment.sentence.text(language).to_owned(),
        clause,
        due: assessment.deadline_on.map(|date| present.deadline(date)),
        since: assessment.since.map(|date| l.ta("since-day", &[("day", &date.to_string())])).unwrap_or_default(),
        actions: Vec::new(),
        notes: assessment.notes.iter().map(|note| note.text(language).to_owned()).collect(),
        stale: false,
    }
}

fn answers(visit: &Visit, present: &Present<'_>, opened: &Opened, assessment: &Assessment) -> Vec<AnswerView> {
    let (l, def) = (visit.l, EntityKind::System.def());
    let shown = |name: &str| {
        def.field(name).map(|(_, field)| present.text(field, opened.value(name))).filter(|text| !text.is_empty())
    };
    let mut gist: String = opened.text("function").chars().take(GIST).collect();
    if gist.is_empty() {
        gist = shown("layer").unwrap_or_else(|| EntityKind::System.label(present.language).to_owned());
    }
    let what = AnswerView {
        question: l.t("answer-what"),
        text: gist,
        note: ["lifecycle", "user_scope", "usage_level"].into_iter().filter_map(shown).collect::<Vec<_>>().join(" · "),
        ..AnswerView::default()
    };
    let steps: Vec<String> = assessment.next_steps.iter().map(|step| sentence(step.text(present.language))).collect();
    let next = AnswerView {
        question: l.t("answer-next"),
        text: steps.first().cloned().unwrap_or_else(|| l.t("answer-nothing")),
        note: steps.get(1..).unwrap_or_default().join(" "),
        due: assessment.deadline_on.map(|date| present.deadline(date)),
        tone: if assessment.standing == Standing::Unjustified { Tone::Bad } else { Tone::Neutral },
        ..AnswerView::default()
    };
    let mut who = AnswerView { question: l.t("answer-who"), text: opened.text("contact"), ..AnswerView::default() };
    if let Some((kind, id)) = opened.owner() {
        who.link = Some(LinkView::new(present.name(id), crate::present::address(kind, id)));
    }
    vec![what, next, who]
}

/// A phrase with a capital letter, where the language has them.
fn sentence(phrase: &str) -> String {
    let mut letters = phrase.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The colour of a severity.
pub(crate) fn severity_tone(severity: Severity) -> Tone {
    badges::tone("severity", severity.code()).unwrap_or_default()
}

/// The page of a rule.
pub(crate) fn rule_address(rule: FlagRule) -> String {
    format!("/rules#{}", rule.code())
}

fn flag(present: &Present<'_>, opened: &Opened, hit: &FlagHit) -> FlagView {
    let (l, language) = (present.l, present.language);
    let mut facts = facts(present, opened.kind.def(), hit);
    facts.push((l.t("fact-remedy"), hit.remedy.text(language).to_owned()));
    let mends = opened.shown.may_update && hit.rule.code().starts_with("CBD-25");
    let edit = ActionView::link(l.t("correct"), format!("{}/edit", opened.address())).quiet();
    FlagView {
        rule: hit.rule.code().to_owned(),
        rule_href: rule_address(hit.rule),
        severity: present.pack.list("severity").label(hit.severity.code(), language).to_owned(),
        tone: severity_tone(hit.severity),
        sentence: hit.explanation.text(language).to_owned(),
        clause: hit.clause.text(language).to_owned(),
        facts,
        since: hit.true_since.map(|date| l.ta("since-day", &[("day", &date.to_string())])).unwrap_or_default(),
        due: hit.deadline_on.map(|date| present.deadline(date)),
        actions: if mends { vec![edit] } else { Vec::new() },
    }
}

/// The facts of a hit: those that are fields by their label and label of code, the others in words of their own.
pub(crate) fn facts(present: &Present<'_>, def: &EntityDef, hit: &FlagHit) -> Vec<(String, String)> {
    hit.facts.iter().map(|(name, value)| fact(present, def, name, value)).collect()
}

fn fact(present: &Present<'_>, def: &EntityDef, name: &str, value: &str) -> (String, String) {
    let l = present.l;
    if let Some((_, field)) = def.field(name) {
        let shown = match field.kind {
            Kind::Code { list } => present.pack.list(list).label(value, present.language).to_owned(),
            Kind::Bool => l.t(if value == "true" { "yes" } else { "no" }),
            _ => value.to_owned(),
        };
        return (present.label(field), shown);
    }
    let label = match name {
        "components" => l.t("fact-components"),
        "components_in" => l.t("fact-components-in"),
        "basis" => l.t("fact-basis"),
        "exception" => l.t("fact-exception"),
        "last_day" => l.t("fact-last-day"),
        "machines" => l.t("fact-machines"),
        "obliged_since" => l.t("fact-obliged-since"),
        "policy_on" => l.t("fact-policy-on"),
        "reason" => l.t("fact-reason"),
        "review_due_on" => l.t("fact-review-due-on"),
        "servers" => l.t("fact-servers"),
        "systems" => l.t("fact-systems"),
        "zones" => l.t("fact-zones"),
        other => other.to_owned(),
    };
    let value = match (name, value) {
        ("reason", "expired") => l.t("reason-expired"),
        ("reason", "revoked") => l.t("reason-revoked"),
        ("reason", "basis_lapsed") => l.t("reason-basis-lapsed"),
        ("zones", names) => names.replace('|', &l.t("list-mark")),
        (_, value) => value.to_owned(),
    };
    (label, value)
}
