//! Drift of the city: what somebody changed in workspaces, newest first, narrowed by what was done, cluster, department and day.

use axum::http::Uri;
use domain::{EntityKind, Id, Record, Timestamp};
use edge::Refusal;
use jiff::civil::Date;
use services::provisioning::{self, DRIFT_ACTIONS, DriftFilter, Place, ShownDrift};
use services::{records, requests};

use crate::list::ListPage;
use crate::list::asked::Asked;
use crate::parts::{
    BadgeView, CellView, ChipView, ColumnView, FilterKind, FilterView, OptionView, RowView, TableView, Tone,
};
use crate::visit::Visit;

/// Rows of a page.
const ROWS: i64 = 50;

/// What an address asks for. Words that are none are left out: they could only come from an altered address.
struct Wanted {
    actions: Vec<String>,
    clusters: Vec<Id>,
    /// Departments: identifier, name and path.
    within: Vec<(Id, String, String)>,
    from: Option<Date>,
    to: Option<Date>,
    after: Option<Place>,
}

fn text(kind: EntityKind, record: Option<&Record>, field: &str) -> String {
    record.and_then(|record| record.get(kind.def(), field).as_text()).unwrap_or_default().to_owned()
}

/// A place in the list, as an address carries it.
fn place(text: &str) -> Option<Place> {
    let mut parts = text.split('~');
    let mut next = || parts.next();
    Some(Place {
        at: Timestamp::from_microsecond(next()?.parse().ok()?).ok()?,
        delivery: Id::parse(next()?)?,
        object: next()?.to_owned(),
        action: next()?.to_owned(),
        version: next()?.to_owned(),
    })
}

fn address_of(place: &Place) -> String {
    let micros = place.at.as_microsecond().to_string();
    [micros.as_str(), &place.delivery.to_string(), &place.object, &place.action, &place.version].join("~")
}

async fn wanted(visit: &Visit, asked: &Asked) -> Result<Wanted, Refusal> {
    let mut within = Vec::new();
    for id in asked.all("within").filter_map(Id::parse).take(60) {
        let shown = records::get(visit.services(), &visit.op, EntityKind::Department, id).await?;
        let name = text(EntityKind::Department, Some(&shown.record), "name");
        within.push((id, name, shown.record.path.clone()));
    }
    let day = |name: &str| asked.first(name).and_then(|text| text.parse().ok());
    Ok(Wanted {
        actions: asked.all("action").filter(|word| DRIFT_ACTIONS.contains(word)).map(str::to_owned).collect(),
        clusters: asked.all("cluster").filter_map(Id::parse).collect(),
        within,
        from: day("at[gte]"),
        to: day("at[lte]"),
        after: asked.first("cursor").and_then(place),
    })
}

fn action_badge(visit: &Visit, action: &str) -> BadgeView {
    let l = visit.l;
    match action {
        "deleted" => BadgeView::new(l.t("drift-action-deleted"), Tone::Bad),
        "added" => BadgeView::new(l.t("drift-action-added"), Tone::Violet),
        _ => BadgeView::new(l.t("drift-action-changed"), Tone::Warn),
    }
}

/// Clusters to choose from: identifier and name.
async fn clusters(visit: &Visit) -> Result<Vec<(Id, String)>, Refusal> {
    let found = requests::clusters(visit.services(), &visit.op, None).await?;
    Ok(found.iter().map(|(record, _)| (record.id, text(EntityKind::Cluster, Some(record), "name"))).collect())
}

async fn filters(visit: &Visit, wanted: &Wanted, clusters: &[(Id, String)]) -> Result<Vec<FilterView>, Refusal> {
    let l = visit.l;
    let choose = |option: OptionView, chosen: bool| OptionView { chosen, ..option };
    let actions = DRIFT_ACTIONS.map(|action| {
        let option = OptionView::new(action, action_badge(visit, action).label);
        choose(option, wanted.actions.iter().any(|chosen| chosen == action))
    });
    let places = clusters
        .iter()
        .map(|(id, name)| choose(OptionView::new(id.to_string(), name.clone()), wanted.clusters.contains(id)));
    let departments = provisioning::drift_departments(visit.services(), &visit.op).await?;
    let departments = departments.into_iter().map(|(id, name, count)| {
        let option = OptionView::new(id.to_string(), name).with_count(l.num(u64::try_from(count).unwrap_or(0)));
        choose(option, wanted.within.iter().any(|(chosen, ..)| *chosen == id))
    });
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let days = FilterKind::Dates { from: day(wanted.from), to: day(wanted.to) };
    let filter = |key: &str, label: String, chosen: usize, kind: FilterKind| FilterView {
        key: key.to_owned(),
        label,
        chosen: chosen as u64,
        pinned: true,
        kind,
    };
    let given = usize::from(wanted.from.is_some()) + usize::from(wanted.to.is_some());
    Ok(vec![
        filter("action", l.t("drift-action"), wanted.actions.len(), FilterKind::Codes(actions.to_vec())),
        filter("cluster", l.t("delivery-cluster"), wanted.clusters.len(), FilterKind::Codes(places.collect())),
        filter("within", l.t("col-department"), wanted.within.len(), FilterKind::Codes(departments.collect())),
        filter("at", l.t("drift-days"), given, days),
    ])
}

fn chips(visit: &Visit, asked: &Asked, wanted: &Wanted, clusters: &[(Id, String)]) -> Vec<ChipView> {
    let l = visit.l;
    let chip = |keys: &[&str], label: String, words: Vec<String>| ChipView {
        label,
        value: words.join(&l.t("comma")),
        remove: asked.without(keys),
    };
    let mut chips = Vec::new();
    if !wanted.actions.is_empty() {
        let words = wanted.actions.iter().map(|action| action_badge(visit, action).label).collect();
        chips.push(chip(&["action"], l.t("drift-action"), words));
    }
    if !wanted.clusters.is_empty() {
        let named = clusters.iter().filter(|(id, _)| wanted.clusters.contains(id));
        chips.push(chip(&["cluster"], l.t("delivery-cluster"), named.map(|(_, name)| name.clone()).collect()));
    }
    if !wanted.within.is_empty() {
        let names = wanted.within.iter().map(|(_, name, _)| name.clone()).collect();
        chips.push(chip(&["within"], l.t("col-department"), names));
    }
    if wanted.from.is_some() || wanted.to.is_some() {
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let days = format!("{} – {}", day(wanted.from), day(wanted.to));
        chips.push(chip(&["at[gte]", "at[lte]"], l.t("drift-days"), vec![days]));
    }
    chips
}

fn row(visit: &Visit, shown: &ShownDrift) -> RowView {
    let (drift, delivery) = (&shown.drift, &shown.delivery);
    let system = text(EntityKind::System, shown.system.as_ref(), "name");
    let client = match drift.client.is_empty() {
        true => CellView::Muted(visit.l.t("drift-nobody")),
        false => CellView::Code(drift.client.clone()),
    };
    let code = |text: &str| if text.is_empty() { CellView::Empty } else { CellView::Code(text.to_owned()) };
    let cells = vec![
        CellView::Badge(action_badge(visit, &drift.action)),
        CellView::link(delivery.namespace.clone(), format!("/workspaces/{}", delivery.id)),
        CellView::link(system, format!("/systems/{}", delivery.system)),
        code(&drift.object),
        code(&drift.field),
        client,
        CellView::text(text(EntityKind::Cluster, shown.cluster.as_ref(), "name")),
        visit.when_cell(drift.at),
    ];
    RowView { cells, class: "stacks" }
}

/// `GET /drift`
pub(crate) async fn show(visit: Visit, uri: Uri) -> Result<ListPage, Refusal> {
    let l = visit.l;
    let asked = Asked::of(&uri);
    let wanted = wanted(&visit, &asked).await?;
    let filter = DriftFilter {
        within: wanted.within.iter().map(|(.., path)| path.clone()).collect(),
        clusters: wanted.clusters.clone(),
        actions: wanted.actions.clone(),
        from: wanted.from,
        to: wanted.to,
        after: wanted.after.clone(),
        limit: ROWS,
    };
    let found = provisioning::drift(visit.services(), &visit.op, &filter).await?;
    let clusters = clusters(&visit).await?;
    let columns = [
        "drift-action",
        "workspace-name",
        "workspace-system",
        "drift-object",
        "drift-field",
        "drift-client",
        "delivery-cluster",
        "col-when",
    ];
    let columns = columns.map(|key| ColumnView::new(l.t(key))).to_vec();
    let rows = found.records.iter().map(|shown| row(&visit, shown)).collect();
    let table = TableView::new(l, l.t("nav-drift"), columns).with_rows(rows);
    let mut list = ListPage::new(visit.shell(l.t("nav-drift"), "drift"), "/drift", table);
    let shown = u64::try_from(found.count.min(records::COUNT_LIMIT)).unwrap_or(0);
    list.count = format!("{}{}", l.num(shown), if found.count > records::COUNT_LIMIT { "+" } else { "" });
    list.lead = l.t("drift-lead");
    list.filters = filters(&visit, &wanted, &clusters).await?;
    list.chips = chips(&visit, &asked, &wanted, &clusters);
    list.clear = "/drift".to_owned();
    list.previous = wanted.after.is_some().then(|| asked.without(&["cursor"]));
    list.next = found.next.as_ref().map(|next| asked.at("cursor", &address_of(next)));
    if found.records.is_empty() {
        list.say_nothing("shield-check", "drift-empty", "drift-empty-text");
    }
    Ok(list)
}
