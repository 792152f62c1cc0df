//! The overview: rates with their counts, standings, deadlines, departments and rooms; every number leads to its list.

use axum::response::{IntoResponse, Response};
use domain::{CodeLists as _, EntityKind, Id, Role, Standing};
use edge::Refusal;
use jiff::{ToSpan, civil::Date};
use rules::Rate;
use services::figures::{self, Bands, DepartmentFigures, Overview};
use services::records;

use super::{FigureView, OverviewPage, RateView};
use crate::flash;
use crate::parts::{
    CellView, ChartKind, ChartView, ColumnView, MeterView, RowView, STANDINGS, SegmentView, SeriesView, StackView,
    TableView, Tone,
};
use crate::present::badges;
use crate::visit::Visit;
use crate::words::L;

/// Departments on the page.
const DEPARTMENTS: usize = 20;
/// Days that count as "soon", as the figures count them.
const SOON_DAYS: i32 = 7;
/// Days before its end in which an exception counts as ending, as the figures count them.
const ENDING_DAYS: i32 = 90;

/// `GET /`: where a person's day begins. Readers of figures begin with them, everybody else with what waits.
pub(crate) async fn home(visit: Visit) -> Response {
    let reads = |role: Role| visit.op.actor.grants.iter().any(|grant| grant.role == role);
    let works = [Role::Admin, Role::Operator, Role::Approver, Role::Department].into_iter().any(reads);
    flash::see_other(if works { "/worklist" } else { "/overview" })
}

/// A count as pages show it.
fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// An address of a list with what narrows it.
struct Links {
    within: String,
}

impl Links {
    fn of(&self, list: &str, conditions: &str) -> String {
        let mark = match (self.within.is_empty(), conditions.is_empty()) {
            (true, true) => return format!("/{list}"),
            (false, false) => "&",
            _ => "",
        };
        format!("/{list}?{conditions}{mark}{}", self.within)
    }
}

fn standing_count(standings: &[(Standing, i64)], wanted: Standing) -> i64 {
    standings.iter().find(|(standing, _)| *standing == wanted).map_or(0, |(_, count)| *count)
}

/// The list of everything below the line of a rate.
fn below(without_excepted: bool) -> String {
    let counted = Standing::ALL.iter().filter(|standing| match standing {
        Standing::NotApplicable | Standing::Retired | Standing::NotLive => false,
        Standing::Excepted => !without_excepted,
        _ => true,
    });
    counted.map(|standing| format!("standing={}", standing.code())).collect::<Vec<_>>().join("&")
}

fn percent(rate: Rate) -> String {
    rate.per_mille().map_or_else(|| "–".to_owned(), |tenths| format!("{}.{}", tenths / 10, tenths % 10))
}

fn rate_view(l: L, links: &Links, label: String, how: String, rate: Rate, net: bool) -> RateView {
    RateView {
        label,
        percent: percent(rate),
        above: l.num(count(rate.part)),
        above_href: links.of("systems", "standing=on_cloud"),
        below: l.num(count(rate.whole)),
        below_href: links.of("systems", &below(net)),
        how,
        change: String::new(),
    }
}

fn figures_of(visit: &Visit, links: &Links, found: &Overview) -> Vec<FigureView> {
    let l = visit.l;
    let unjustified = standing_count(&found.standings, Standing::Unjustified);
    let unassessed = standing_count(&found.standings, Standing::Unassessed);
    let ending = found.today.saturating_add(ENDING_DAYS.days());
    let closing: i64 = found.rooms.iter().filter(|(code, _)| code == "close_by").map(|(_, count)| *count).sum();
    let tone = |number: i64, tone: Tone| if number > 0 { tone } else { Tone::Neutral };
    vec![
        FigureView {
            label: standing_label(visit, Standing::Unjustified),
            value: l.num(count(unjustified)),
            href: links.of("systems", "standing=unjustified&sort=deadline_on"),
            note: l.ta(
                "overview-due",
                &[
                    ("late", l.num(count(found.deadlines.past)).as_str()),
                    ("soon", l.num(count(found.deadlines.soon)).as_str()),
                ],
            ),
            tone: tone(unjustified, Tone::Bad),
        },
        FigureView {
            label: standing_label(visit, Standing::Unassessed),
            value: l.num(count(unassessed)),
            href: links.of("systems", "standing=unassessed"),
            note: l.t("overview-unknown-place"),
            tone: tone(unassessed, Tone::Warn),
        },
        FigureView {
            label: l.t("overview-exceptions-ending"),
            value: l.num(count(found.exceptions.soon)),
            href: links
                .of("exceptions", &format!("expires_on[gte]={}&expires_on[lte]={ending}&sort=expires_on", found.today)),
            note: l.n("overview-exceptions-expired", count(found.exceptions.past)),
            tone: tone(found.exceptions.past, Tone::Warn),
        },
        FigureView {
            label: l.t("overview-rooms-closing"),
            value: l.num(count(closing)),
            href: links.of("data-centers", "recognition=close_by"),
            note: l.n("overview-rooms-all", count(found.rooms.iter().map(|(_, count)| *count).sum())),
            tone: Tone::Neutral,
        },
    ]
}

fn standing_label(visit: &Visit, standing: Standing) -> String {
    visit.services().pack.list("standing").label(standing.code(), visit.op.language).to_owned()
}

/// Standings as one bar, in the order of bars and legends.
pub(crate) fn stack(visit: &Visit, standings: &[(Standing, i64)], within: &str) -> StackView {
    let links = Links { within: within.to_owned() };
    let segments = STANDINGS.iter().filter_map(|(code, _)| {
        let standing = Standing::from_code(code)?;
        Some(SegmentView {
            code: (*code).to_owned(),
            label: standing_label(visit, standing),
            count: count(standing_count(standings, standing)),
            href: links.of("systems", &format!("standing={code}")),
        })
    });
    StackView { l: visit.l, title: visit.l.t("overview-standings"), segments: segments.collect(), bare: false }
}

/// Three bands as a chart whose bars lead to their lists.
fn bands_chart(
    l: L,
    title: String,
    name: String,
    tone: &'static str,
    bands: Bands,
    labels: [String; 3],
    hrefs: [String; 3],
) -> ChartView {
    let value = |number: i64| Some(f64::from(i32::try_from(number).unwrap_or(i32::MAX)));
    ChartView {
        l,
        kind: ChartKind::Bar,
        title,
        unit: String::new(),
        labels: labels.to_vec(),
        series: vec![SeriesView {
            name,
            values: vec![value(bands.past), value(bands.soon), value(bands.later)],
            tone,
            hrefs: hrefs.to_vec(),
        }],
    }
}

fn charts(visit: &Visit, links: &Links, found: &Overview) -> Vec<ChartView> {
    let l = visit.l;
    let (today, before) = (found.today, found.today.yesterday().unwrap_or(found.today));
    let next = |days: i32| today.saturating_add(days.days());
    let after = |day: Date| day.tomorrow().unwrap_or(day);
    let (soon, ending) = (next(SOON_DAYS), next(ENDING_DAYS));
    let dated = |list: &str, field: &str, from: Option<Date>, to: Option<Date>| {
        let from = from.map(|day| format!("{field}[gte]={day}&")).unwrap_or_default();
        let to = to.map(|day| format!("{field}[lte]={day}&")).unwrap_or_default();
        links.of(list, &format!("{from}{to}sort={field}"))
    };
    let hrefs = |list: &str, field: &str, near: Date| {
        [
            dated(list, field, None, Some(before)),
            dated(list, field, Some(today), Some(near)),
            dated(list, field, Some(after(near)), None),
        ]
    };
    vec![
        bands_chart(
            l,
            l.t("overview-deadlines"),
            l.t("nav-systems"),
            "bad",
            found.deadlines,
            [l.t("band-overdue"), l.t("band-week"), l.t("band-later")],
            hrefs("systems", "deadline_on", soon),
        ),
        bands_chart(
            l,
            l.t("overview-exceptions"),
            l.t("nav-exceptions"),
            "violet",
            found.exceptions,
            [l.t("band-expired"), l.t("band-ninety"), l.t("band-later")],
            hrefs("exceptions", "expires_on", ending),
        ),
        rooms_chart(visit, links, &found.rooms),
    ]
}

/// Rooms by recognition, as a chart whose bars lead to their lists.
fn rooms_chart(visit: &Visit, links: &Links, rooms: &[(String, i64)]) -> ChartView {
    let (l, pack) = (visit.l, &visit.services().pack);
    let label = |code: &str| match code {
        "" => l.t("missing"),
        code => pack.list("recognition").label(code, visit.op.language).to_owned(),
    };
    let value = |count: i64| Some(f64::from(i32::try_from(count).unwrap_or(i32::MAX)));
    ChartView {
        l,
        kind: ChartKind::Bar,
        title: l.t("overview-rooms-chart"),
        unit: String::new(),
        labels: rooms.iter().map(|(code, _)| label(code)).collect(),
        series: vec![SeriesView {
            name: l.t("nav-data-centers"),
            values: rooms.iter().map(|(_, count)| value(*count)).collect(),
            tone: "accent",
            hrefs: rooms.iter().map(|(code, _)| links.of("data-centers", &recognition(code))).collect(),
        }],
    }
}

/// The condition of a list of rooms by recognition.
fn recognition(code: &str) -> String {
    format!("recognition={}", if code.is_empty() { "~" } else { code })
}

fn department_row(l: L, department: &DepartmentFigures) -> RowView {
    let links = Links { within: format!("within={}", department.id) };
    let number = |number: i64, conditions: &str, tone: Tone| {
        if number == 0 {
            CellView::Empty
        } else {
            CellView::count(l.num(count(number)), links.of("systems", conditions), tone)
        }
    };
    let of = |standing: Standing| standing_count(&department.standings, standing);
    let all: i64 = department.standings.iter().map(|(_, count)| *count).sum();
    let net = department.rates.net;
    let tenths = net.per_mille();
    let tone = match tenths {
        None => Tone::Neutral,
        Some(..500) => Tone::Bad,
        Some(500..800) => Tone::Warn,
        Some(800..) => Tone::Good,
    };
    let meter =
        tenths.map(|tenths| MeterView { percent: count(tenths / 10), text: format!("{}%", percent(net)), tone });
    RowView::new(vec![
        CellView::link(department.name.clone(), format!("/departments/{}", department.id)),
        number(all, "", Tone::Neutral),
        number(of(Standing::OnCloud), "standing=on_cloud", Tone::Neutral),
        number(of(Standing::Excepted), "standing=excepted", Tone::Neutral),
        number(
            of(Standing::Migrating) + of(Standing::Planned) + of(Standing::Retiring),
            "standing=migrating&standing=planned&standing=retiring",
            Tone::Neutral,
        ),
        number(of(Standing::Unjustified), "standing=unjustified&sort=deadline_on", Tone::Bad),
        number(of(Standing::Unassessed), "standing=unassessed", Tone::Warn),
        meter.map_or(CellView::Empty, CellView::Meter),
    ])
}

fn departments(visit: &Visit, found: &[DepartmentFigures]) -> TableView {
    let l = visit.l;
    let columns = vec![
        ColumnView::new(l.t("col-department")),
        ColumnView::right(l.t("nav-systems")),
        ColumnView::right(standing_label(visit, Standing::OnCloud)),
        ColumnView::right(standing_label(visit, Standing::Excepted)),
        ColumnView::right(l.t("overview-under-way")),
        ColumnView::right(standing_label(visit, Standing::Unjustified)),
        ColumnView::right(standing_label(visit, Standing::Unassessed)),
        ColumnView::new(l.t("rate-net")),
    ];
    TableView::new(l, l.t("overview-departments"), columns)
        .with_rows(found.iter().take(DEPARTMENTS).map(|department| department_row(l, department)).collect())
        .with_empty(l.t("overview-no-systems"))
}

fn rooms(visit: &Visit, links: &Links, found: &[(String, i64)]) -> TableView {
    let (l, pack) = (visit.l, &visit.services().pack);
    let rows = found.iter().map(|(code, number)| {
        let cell = if code.is_empty() {
            CellView::Muted(l.t("missing"))
        } else {
            let label = pack.list("recognition").label(code, visit.op.language);
            let badge = badges::of_code("recognition", code, label);
            badge.map_or_else(|| CellView::text(label), CellView::Badge)
        };
        let href = links.of("data-centers", &recognition(code));
        RowView::new(vec![cell, CellView::count(l.num(count(*number)), href, Tone::Neutral)])
    });
    let columns = vec![ColumnView::new(l.t("overview-recognition")), ColumnView::right(l.t("nav-data-centers"))];
    TableView::new(l, l.t("overview-rooms"), columns).with_rows(rows.collect()).with_empty(l.t("overview-no-rooms"))
}

/// `GET /overview`, of everything that one may see or of one department subtree (`within`).
pub(crate) async fn show(visit: Visit) -> Result<Response, Refusal> {
    let (l, services, op) = (visit.l, visit.services(), &visit.op);
    let chosen = visit.parameter("within").and_then(|text| Id::parse(&text));
    let department = match chosen {
        Some(id) => Some(records::get(services, op, EntityKind::Department, id).await?.record),
        None => None,
    };
    let found = figures::overview(services, op, department.as_ref().map(|record| record.path.as_str())).await?;
    let links = Links { within: chosen.map(|id| format!("within={id}")).unwrap_or_default() };
    let mut shell = visit.shell(l.t("nav-overview"), "overview");
    shell.charts = true;
    let now = crate::present::moments::exact(&services.pack, services.clock.now());
    let mut as_of = l.ta("overview-as-of", &[("moment", now.get(..16).unwrap_or(&now))]);
    if let Some(record) = &department {
        let name = record.get(EntityKind::Department.def(), "name").as_text().unwrap_or_default();
        shell.title = name.to_owned();
        shell = shell.under(l.t("nav-overview"), "/overview");
    }
    if found.waiting > 0 {
        as_of = format!("{as_of} · {}", l.n("overview-waiting", count(found.waiting)));
    }
    let page = OverviewPage {
        l,
        as_of,
        rates: vec![
            rate_view(l, &links, l.t("rate-net"), l.t("rate-net-how"), found.rates.net, true),
            rate_view(l, &links, l.t("rate-raw"), l.t("rate-raw-how"), found.rates.raw, false),
        ],
        figures: figures_of(&visit, &links, &found),
        standings: stack(&visit, &found.standings, &links.within),
        charts: charts(&visit, &links, &found),
        departments: departments(&visit, &found.departments),
        departments_href: "/departments".to_owned(),
        rooms: rooms(&visit, &links, &found.rooms),
        rooms_href: links.of("data-centers", ""),
        shell,
    };
    Ok(page.into_response())
}
