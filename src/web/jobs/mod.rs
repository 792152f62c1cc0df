//! Background work: what runs, what is done, what failed.

use edge::Refusal;
use services::queue;

use crate::list::ListPage;
use crate::parts::{BadgeView, CellView, ColumnView, RowView, TableView, Tone};
use crate::visit::Visit;
use crate::words::L;

fn kind_words(l: L, kind: &str) -> String {
    match kind {
        "import-check" => l.t("job-import-check"),
        "import-apply" => l.t("job-import-apply"),
        "evaluate" => l.t("job-evaluate"),
        other => other.to_owned(),
    }
}

fn state(l: L, state: &str) -> BadgeView {
    match state {
        "queued" => BadgeView::new(l.t("job-queued"), Tone::Neutral),
        "running" => BadgeView::new(l.t("job-running"), Tone::Accent),
        "done" => BadgeView::new(l.t("job-done"), Tone::Good),
        "failed" => BadgeView::new(l.t("job-failed"), Tone::Bad),
        other => BadgeView::new(other, Tone::Neutral),
    }
}

/// `GET /jobs`
pub(crate) async fn show(visit: Visit) -> Result<ListPage, Refusal> {
    let l = visit.l;
    let jobs = queue::list(visit.services(), &visit.op).await?;
    let rows = jobs.iter().map(|job| {
        RowView::new(vec![
            CellView::text(kind_words(l, &job.kind)),
            CellView::Badge(state(l, &job.state)),
            CellView::number(job.attempts.to_string()),
            visit.when_cell(job.created_at),
            visit.when_cell(job.updated_at),
            // Outcomes of work that went well are for programs; a person wants to know why something failed.
            if job.state == "failed" { CellView::text(job.outcome.clone()) } else { CellView::Empty },
        ])
    });
    let columns = vec![
        ColumnView::new(l.t("col-what")),
        ColumnView::new(l.t("col-state")),
        ColumnView::right(l.t("job-attempts")),
        ColumnView::new(l.t("job-asked")),
        ColumnView::new(l.t("job-changed")),
        ColumnView::new(l.t("job-outcome")),
    ];
    let table = TableView::new(l, l.t("jobs-title"), columns).with_rows(rows.collect()).with_empty(l.t("jobs-none"));
    let mut page = ListPage::new(visit.shell(l.t("jobs-title"), "jobs"), "/jobs", table);
    page.lead = l.t("jobs-lead");
    page.count = l.num(jobs.len() as u64);
    Ok(page)
}
