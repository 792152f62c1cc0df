//! Open flags: a list by deadline, narrowed by rule, severity, department and lateness.

use axum::http::Uri;
use domain::{CodeLists as _, EntityKind, FlagRule, Id, Severity};
use edge::Refusal;
use services::flags::{self, FlagFilter, FlagPage, ShownFlag};
use services::records;

use crate::list::ListPage;
use crate::list::asked::Asked;
use crate::parts::{CellView, ChipView, ColumnView, FilterKind, FilterView, Hidden, OptionView, RowView, TableView};
use crate::present::{address, badges};
use crate::visit::Visit;

/// Rows of a page.
const ROWS: i64 = 50;

/// What an address asks for. Words that are none are left out: they could only come from an altered address.
struct Wanted {
    rules: Vec<String>,
    severities: Vec<String>,
    overdue: bool,
    /// Name and path of a department.
    within: Option<(String, String)>,
    after: Option<(String, Id)>,
    backward: bool,
}

async fn wanted(visit: &Visit, asked: &Asked) -> Result<Wanted, Refusal> {
    let within = match asked.first("within").and_then(Id::parse) {
        None => None,
        Some(id) => {
            let shown = records::get(visit.services(), &visit.op, EntityKind::Department, id).await?;
            let name = shown.record.get(EntityKind::Department.def(), "name").as_text().unwrap_or_default();
            Some((name.to_owned(), shown.record.path.clone()))
        }
    };
    let backward = asked.first("back").is_some();
    let after = asked.first("back").or_else(|| asked.first("cursor")).and_then(|text| {
        let (id, deadline) = text.split_once('_')?;
        Some((deadline.to_owned(), Id::parse(id)?))
    });
    Ok(Wanted {
        rules: asked.all("rule").filter(|code| FlagRule::from_code(code).is_some()).map(str::to_owned).collect(),
        severities: asked
            .all("severity")
            .filter(|code| Severity::from_code(code).is_some())
            .map(str::to_owned)
            .collect(),
        overdue: asked.first("overdue") == Some("true"),
        within,
        after,
        backward,
    })
}

fn rule_title(visit: &Visit, code: &str) -> String {
    FlagRule::from_code(code)
        .map(|rule| visit.services().pack.rule(rule).title.text(visit.op.language).to_owned())
        .unwrap_or_default()
}

fn severity_label<'v>(visit: &'v Visit, code: &'v str) -> &'v str {
    visit.services().pack.list("severity").label(code, visit.op.language)
}

/// The filters, with how many flags each choice has among all that one may see.
fn filters(visit: &Visit, wanted: &Wanted, all: &FlagPage) -> Vec<FilterView> {
    let l = visit.l;
    let total = |of: &dyn Fn(&(String, String, i64)) -> bool| -> String {
        let sum: i64 = all.counts.iter().filter(|row| of(row)).map(|(_, _, count)| *count).sum();
        l.num(u64::try_from(sum).unwrap_or(0))
    };
    let rules = FlagRule::ALL.iter().map(|rule| {
        let code = rule.code();
        let label = format!("{code} {}", rule_title(visit, code));
        let option = OptionView::new(code, label).with_count(total(&|(rule, _, _)| rule == code));
        OptionView { chosen: wanted.rules.iter().any(|chosen| chosen == code), ..option }
    });
    let severities = Severity::ALL.iter().map(|severity| {
        let code = severity.code();
        let option =
            OptionView::new(code, severity_label(visit, code)).with_count(total(&|(_, known, _)| known == code));
        OptionView { chosen: wanted.severities.iter().any(|chosen| chosen == code), ..option }
    });
    let filter = |key: &str, label: String, chosen: usize, kind: FilterKind| FilterView {
        key: key.to_owned(),
        label,
        chosen: chosen as u64,
        pinned: true,
        kind,
    };
    vec![
        filter("severity", l.t("flags-severity"), wanted.severities.len(), FilterKind::Codes(severities.collect())),
        filter("rule", l.t("flags-rule"), wanted.rules.len(), FilterKind::Codes(rules.collect())),
        filter(
            "overdue",
            l.t("band-overdue"),
            usize::from(wanted.overdue),
            FilterKind::YesNo(wanted.overdue.then_some(true)),
        ),
    ]
}

fn chips(visit: &Visit, asked: &Asked, wanted: &Wanted) -> Vec<ChipView> {
    let l = visit.l;
    let chip = |key: &str, label: String, value: String| ChipView { label, value, remove: asked.without(&[key]) };
    let mut chips = Vec::new();
    if !wanted.severities.is_empty() {
        let words: Vec<&str> = wanted.severities.iter().map(|code| severity_label(visit, code)).collect();
        chips.push(chip("severity", l.t("flags-severity"), words.join(&l.t("comma"))));
    }
    if !wanted.rules.is_empty() {
        chips.push(chip("rule", l.t("flags-rule"), wanted.rules.join(&l.t("comma"))));
    }
    if wanted.overdue {
        chips.push(chip("overdue", l.t("band-overdue"), l.t("yes")));
    }
    if let Some((name, _)) = &wanted.within {
        chips.push(chip("within", l.t("col-department"), name.clone()));
    }
    chips
}

fn row(visit: &Visit, shown: &ShownFlag) -> RowView {
    let flag = &shown.flag;
    let label = severity_label(visit, &flag.severity);
    let severity = badges::of_code("severity", &flag.severity, label);
    let clause = FlagRule::from_code(&flag.rule)
        .map(|rule| visit.services().pack.rule(rule).clause.citation().text(visit.op.language).to_owned())
        .unwrap_or_default();
    let name = if shown.subject.1.is_empty() { &shown.subject.0 } else { &shown.subject.1 };
    let cells = vec![
        severity.map_or_else(|| CellView::text(label), CellView::Badge),
        CellView::Link { text: name.clone(), href: address(shown.kind, flag.subject), note: None },
        CellView::text(visit.op.language.pick(&flag.zh, &flag.en).clone()),
        CellView::Link { text: flag.rule.clone(), href: format!("/rules#{}", flag.rule), note: None },
        CellView::Muted(clause),
        visit.due(&flag.deadline_on).map_or(CellView::Empty, CellView::Deadline),
        visit.when_cell(flag.first_seen_at),
    ];
    RowView { cells, class: "stacks" }
}

fn table(visit: &Visit, page: &FlagPage) -> TableView {
    let l = visit.l;
    let columns = vec![
        ColumnView::new(l.t("flags-severity")),
        ColumnView::new(l.t("flags-subject")),
        ColumnView::new(l.t("flags-sentence")),
        ColumnView::new(l.t("flags-rule")),
        ColumnView::new(l.t("clause")),
        ColumnView::new(l.t("flags-deadline")),
        ColumnView::new(l.t("flags-first-seen")),
    ];
    TableView::new(l, l.t("nav-flags"), columns).with_rows(page.flags.iter().map(|shown| row(visit, shown)).collect())
}

/// `GET /flags`
pub(crate) async fn show(visit: Visit, uri: Uri) -> Result<ListPage, Refusal> {
    if !visit.may_somewhere(rules::Action::View, EntityKind::System) {
        return Err(domain::Fault::not_found().into());
    }
    let (l, services, op) = (visit.l, visit.services(), &visit.op);
    let asked = Asked::of(&uri);
    let wanted = wanted(&visit, &asked).await?;
    let filter = FlagFilter {
        within: wanted.within.as_ref().map(|(_, path)| path.clone()),
        rules: wanted.rules.clone(),
        severities: wanted.severities.clone(),
        overdue: wanted.overdue,
        after: wanted.after.clone(),
        backward: wanted.backward,
        limit: ROWS,
    };
    let page = flags::list(services, op, &filter).await?;
    let narrow = FlagFilter { within: filter.within, limit: 1, ..FlagFilter::default() };
    let all = flags::list(services, op, &narrow).await?;
    let count = u64::try_from(page.counts.iter().map(|(_, _, count)| *count).sum::<i64>()).unwrap_or(0);
    let mut list = ListPage::new(visit.shell(l.t("nav-flags"), "flags"), "/flags", table(&visit, &page));
    list.count = l.num(count);
    list.lead = l.t("flags-lead");
    list.filters = filters(&visit, &wanted, &all);
    list.chips = chips(&visit, &asked, &wanted);
    list.clear = "/flags".to_owned();
    list.hidden =
        asked.carried(|name| name != "within").into_iter().map(|(name, value)| Hidden::new(name, value)).collect();
    let beside = |shown: &ShownFlag| format!("{}_{}", shown.flag.id, shown.flag.deadline_on);
    // Going forward there is something before every page but the first; going backward, something after every page.
    let (before, behind) = if wanted.backward { (page.more, true) } else { (wanted.after.is_some(), page.more) };
    list.previous = page.flags.first().filter(|_| before).map(|first| asked.at("back", &beside(first)));
    list.next = page.flags.last().filter(|_| behind).map(|last| asked.at("cursor", &beside(last)));
    if page.flags.is_empty() {
        list.say_nothing("flag", "flags-empty", "flags-empty-text");
    }
    Ok(list)
}
