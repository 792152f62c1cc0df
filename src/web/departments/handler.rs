//! The page of a department: its whole situation on one screen. What is counted is its subtree, as far as the visitor
//! may see it.

use domain::{CodeLists, EntityKind, Standing};
use edge::Refusal;
use rules::{Action, Rate, Resource};
use services::figures::{self, Overview};

use super::DepartmentPage;
use crate::list::asked::list_address;
use crate::list::handler::counted;
use crate::overview::RateView;
use crate::parts::{LinkView, SegmentView, StackView, TableView, Tone};
use crate::present::Present;
use crate::record::handler::shell;
use crate::record::view::{self, Opened, listing};
use crate::record::{AnswerView, RelatedView};
use crate::visit::Visit;

/// Rows of a list.
const FIRST: i64 = 8;
/// Standings that the rule does not reach.
const OUT: [Standing; 3] = [Standing::NotApplicable, Standing::Retired, Standing::NotLive];

/// The page.
pub(crate) async fn page(visit: &Visit, opened: &Opened) -> Result<DepartmentPage, Refusal> {
    let l = visit.l;
    let id = opened.record().id.to_string();
    let present = Present::new(visit, &opened.shown.names);
    let mut record = view::record(visit, &present, opened, &[EntityKind::System, EntityKind::DataCenter]).await?;
    if let Some(rooms) = rooms(visit, &id).await? {
        record.related.insert(0, rooms);
    }
    let figures = if visit.op.may(Action::ViewFigures, &Resource::Figures) {
        Some(figures::overview(visit.services(), &visit.op, Some(&opened.record().path)).await?)
    } else {
        None
    };
    record.answers = answers(visit, &present, opened, figures.as_ref(), &id);
    let open = [("within", id.as_str()), ("standing", Standing::Unjustified.code()), ("sort", "deadline_on")];
    let due = listing(visit, EntityKind::System, &open, FIRST).await?;
    Ok(DepartmentPage {
        l,
        shell: shell(visit, opened),
        rates: figures.as_ref().map(|figures| rates(visit, figures, &id)).unwrap_or_default(),
        standings: standings(&present, figures.as_ref(), &id),
        due: view::table(visit, EntityKind::System, &due, None).with_empty(l.t("department-due-none")),
        due_href: list_address("systems", &open),
        record,
    })
}

/// Rooms of the subtree.
async fn rooms(visit: &Visit, id: &str) -> Result<Option<RelatedView>, Refusal> {
    let kind = EntityKind::DataCenter;
    let rooms = listing(visit, kind, &[("within", id)], FIRST).await?;
    if rooms.page.records.is_empty() {
        return Ok(None);
    }
    let table: TableView = view::table(visit, kind, &rooms, None);
    Ok(Some(RelatedView {
        id: "rooms".to_owned(),
        title: kind.label(visit.op.language).to_owned(),
        count: counted(visit.l, rooms.page.count),
        table,
        more: (rooms.page.count > FIRST).then(|| list_address("data-centers", &[("within", id)])),
        add: None,
    }))
}

fn count_of(figures: &Overview, wanted: Standing) -> i64 {
    figures.standings.iter().find(|(standing, _)| *standing == wanted).map_or(0, |(_, count)| *count)
}

fn answers(
    visit: &Visit,
    present: &Present<'_>,
    opened: &Opened,
    figures: Option<&Overview>,
    id: &str,
) -> Vec<AnswerView> {
    let l = visit.l;
    let field = |name: &str| opened.kind.def().field(name).map(|(_, field)| field);
    let person = |name: &str, note: &str| {
        let field = field(name)?;
        let text = opened.text(name);
        let note = self::text(opened, note);
        let text = if text.is_empty() { l.t("missing") } else { text };
        Some(AnswerView { question: present.label(field), text, note, ..AnswerView::default() })
    };
    let mut answers: Vec<AnswerView> =
        [person("leader", ""), person("liaison", "phone")].into_iter().flatten().collect();
    if let Some(figures) = figures {
        let open = count_of(figures, Standing::Unjustified);
        let overdue = u64::try_from(figures.deadlines.past).unwrap_or(0);
        let link = list_address("systems", &[("within", id), ("standing", Standing::Unjustified.code())]);
        answers.push(AnswerView {
            question: l.t("answer-next"),
            text: l.n("department-open", u64::try_from(open).unwrap_or(0)),
            note: if overdue > 0 { l.n("department-overdue", overdue) } else { String::new() },
            link: (open > 0).then(|| LinkView::new(l.t("department-open-list"), link)),
            tone: if overdue > 0 { Tone::Bad } else { Tone::Neutral },
            ..AnswerView::default()
        });
    }
    if let (Some(field), Some(count)) = (field("classified_count"), opened.value("classified_count").as_int()) {
        answers.push(AnswerView {
            question: present.label(field),
            text: l.num(u64::try_from(count).unwrap_or(0)),
            ..AnswerView::default()
        });
    }
    answers
}

fn text(opened: &Opened, name: &str) -> String {
    if name.is_empty() { String::new() } else { opened.text(name) }
}

fn standings(present: &Present<'_>, figures: Option<&Overview>, id: &str) -> StackView {
    let labels = present.pack.list("standing");
    let segments = crate::parts::STANDINGS.iter().filter_map(|(code, _)| {
        let standing = Standing::from_code(code)?;
        Some(SegmentView {
            code: (*code).to_owned(),
            label: labels.label(code, present.language).to_owned(),
            count: u64::try_from(figures.map_or(0, |figures| count_of(figures, standing))).unwrap_or(0),
            href: list_address("systems", &[("within", id), ("standing", code)]),
        })
    });
    StackView { l: present.l, title: present.l.t("overview-standings"), segments: segments.collect(), bare: false }
}

/// Both rates with their two counts, each leading to its list.
fn rates(visit: &Visit, figures: &Overview, id: &str) -> Vec<RateView> {
    let l = visit.l;
    let list = |standings: Vec<Standing>| {
        let mut conditions = vec![("within", id)];
        conditions.extend(standings.iter().map(|standing| ("standing", standing.code())));
        list_address("systems", &conditions)
    };
    let rate = |label: String, how: String, rate: Rate, excepted: bool| {
        let below = Standing::ALL.iter().copied();
        let below = below.filter(|one| !OUT.contains(one) && (excepted || *one != Standing::Excepted)).collect();
        let percent =
            rate.per_mille().map_or_else(|| "–".to_owned(), |tenths| format!("{}.{}", tenths / 10, tenths % 10));
        RateView {
            label,
            percent,
            above: counted(l, rate.part),
            above_href: list(vec![Standing::OnCloud]),
            below: counted(l, rate.whole),
            below_href: list(below),
            how,
            change: String::new(),
        }
    };
    vec![
        rate(l.t("department-rate-net"), l.t("department-rate-net-how"), figures.rates.net, false),
        rate(l.t("department-rate-raw"), l.t("department-rate-raw-how"), figures.rates.raw, true),
    ]
}
