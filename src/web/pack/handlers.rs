//! Rules and pack: every rule in words with its hits, what the standings mean, the limits and holidays in force.

use domain::{CodeLists as _, Severity, Standing};
use edge::Refusal;
use rules::{Action, Resource};
use services::{figures, flags};

use super::{PackPage, RuleView};
use crate::help::HelpPage;
use crate::parts::{BadgeView, CellView, ColumnView, RowView, STANDINGS, TableView, Tone};
use crate::present::badges;
use crate::record::FactView;
use crate::visit::Visit;
use crate::words::L;

/// When a system has a standing, in words.
fn when(l: L, standing: Standing) -> String {
    match standing {
        Standing::NotApplicable => l.t("standing-not-applicable"),
        Standing::Retired => l.t("standing-retired"),
        Standing::NotLive => l.t("standing-not-live"),
        Standing::Unassessed => l.t("standing-unassessed"),
        Standing::OnCloud => l.t("standing-on-cloud"),
        Standing::Excepted => l.t("standing-excepted"),
        Standing::Migrating => l.t("standing-migrating"),
        Standing::Retiring => l.t("standing-retiring"),
        Standing::Planned => l.t("standing-planned"),
        Standing::Unjustified => l.t("standing-unjustified"),
    }
}

/// What the standings mean, with how many systems have each when that may be seen.
fn standings(visit: &Visit, counts: Option<&[(Standing, i64)]>) -> TableView {
    let (l, pack) = (visit.l, &visit.services().pack);
    let rows = STANDINGS.iter().filter_map(|(code, _)| {
        let standing = Standing::from_code(code)?;
        let label = pack.list("standing").label(code, visit.op.language);
        let mut cells = vec![CellView::Badge(BadgeView::standing(code, label)), CellView::Muted(when(l, standing))];
        if let Some(counts) = counts {
            let count = counts.iter().find(|(known, _)| *known == standing).map_or(0, |(_, count)| *count);
            let shown = l.num(u64::try_from(count).unwrap_or(0));
            cells.push(CellView::count(shown, format!("/systems?standing={code}"), Tone::Neutral));
        }
        Some(RowView::new(cells))
    });
    let mut columns = vec![ColumnView::new(l.t("standing")), ColumnView::new(l.t("standing-when"))];
    if counts.is_some() {
        columns.push(ColumnView::right(l.t("nav-systems")));
    }
    TableView::new(l, l.t("pack-standings"), columns).with_rows(rows.collect())
}

fn severity(visit: &Visit, severity: Severity) -> BadgeView {
    let label = visit.services().pack.list("severity").label(severity.code(), visit.op.language);
    badges::of_code("severity", severity.code(), label).unwrap_or_else(|| BadgeView::new(label, Tone::Neutral))
}

fn settings(visit: &Visit) -> Vec<FactView> {
    let (l, pack) = (visit.l, &visit.services().pack);
    let fact = |label: String, text: String| FactView::new(label, CellView::text(text));
    let days = |count: i32| l.n("work-days", u64::try_from(count).unwrap_or(0));
    let limits = &pack.limits;
    let pue = pack.thresholds.pue_minimum_thousandths;
    let holidays = pack.calendar.known_until().map_or_else(|| l.t("pack-no-holidays"), |day| day.to_string());
    vec![
        fact(l.t("pack-name"), format!("{} {}", pack.title.text(visit.op.language), pack.version)),
        fact(l.t("pack-policy-date"), format!("{} ({})", pack.policy.on, pack.policy.on_document)),
        fact(l.t("pack-decide"), l.n("working-days", u64::from(limits.decide_working_days))),
        fact(l.t("pack-not-live"), l.n("work-months", u64::try_from(limits.not_live_max_months).unwrap_or(0))),
        fact(l.t("pack-retiring"), days(limits.retiring_max_days)),
        fact(l.t("pack-migration"), days(limits.migration_default_days)),
        fact(l.t("pack-late"), format!("{} ×", limits.migration_late_factor)),
        fact(l.t("pack-pue"), format!("{}.{:03}", pue / 1_000, pue % 1_000)),
        fact(l.t("pack-holidays"), holidays),
        fact(l.t("pack-time-zone"), pack.time_zone_name.clone()),
    ]
}

/// `GET /rules`
pub(crate) async fn show(visit: Visit) -> Result<PackPage, Refusal> {
    let (l, language, services) = (visit.l, visit.op.language, visit.services());
    services::permit(&visit.op, Action::View, &Resource::Rules)?;
    let hits = flags::counts_by_rule(services, &visit.op).await?;
    let counts = if visit.op.may(Action::ViewFigures, &Resource::Figures) {
        Some(figures::overview(services, &visit.op, None).await?.standings)
    } else {
        None
    };
    let described = rules::rule_descriptions(&services.pack);
    let rules = described.iter().map(|rule| {
        let code = rule.rule.code();
        RuleView {
            code: code.to_owned(),
            sentence: format!("{}{}{}", rule.title.text(language), l.t("work-colon"), rule.checks.text(language)),
            clause: rule.clause.text(language).to_owned(),
            remedy: rule.remedy.text(language).to_owned(),
            severity: severity(&visit, rule.severity),
            hits: hits.get(code).and_then(|count| u64::try_from(*count).ok()).unwrap_or(0),
            hits_href: format!("/flags?rule={code}"),
            off: None,
        }
    });
    let clause = &services.pack.policy.clause;
    Ok(PackPage {
        l,
        shell: visit.shell(l.t("nav-pack"), "pack"),
        principle: clause.text.text(language).to_owned(),
        source: clause.citation().text(language).to_owned(),
        rules: rules.collect(),
        settings: settings(&visit),
        standings: standings(&visit, counts.as_deref()),
    })
}

/// `GET /help`
pub(crate) async fn help(visit: Visit) -> HelpPage {
    let principle = visit.services().pack.policy.clause.text.text(visit.op.language).to_owned();
    HelpPage {
        l: visit.l,
        shell: visit.shell(visit.l.t("help"), "help"),
        principle,
        standings: standings(&visit, None),
    }
}
