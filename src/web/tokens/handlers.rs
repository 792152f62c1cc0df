//! The own API tokens: made here and shown once, revoked here.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::{FaultKind, Problem};
use edge::Refusal;
use services::accounts::{self, NewToken, TokenScope, TokenView};

use super::TokensPage;
use crate::desk::{Sent, id_of};
use crate::parts::{
    ActionView, BadgeView, CellView, ColumnView, FieldKind, FieldView, OptionView, RowView, TableView, Tone,
};
use crate::visit::Visit;
use crate::words::L;

/// Days that a token lives unless said otherwise.
const DAYS: &str = "180";

fn scope_label(l: L, code: &str) -> String {
    match TokenScope::from_code(code) {
        Some(TokenScope::Write) => l.t("token-write"),
        _ => l.t("token-read"),
    }
}

fn table(visit: &Visit, tokens: &[TokenView]) -> TableView {
    let l = visit.l;
    let rows = tokens.iter().map(|view| {
        let token = &view.token;
        let revoke = ActionView::post(l.t("token-revoke"), format!("/tokens/{}/revoke", token.id)).quiet();
        let mut row = RowView::new(vec![
            CellView::text(token.name.clone()),
            CellView::Code(format!("{}…", token.prefix)),
            CellView::text(scope_label(l, &token.scopes)),
            view.last_used_at.map_or(CellView::Empty, |at| visit.when_cell(at)),
            visit.when_cell(token.expires_at),
            if view.alive {
                CellView::Actions(vec![revoke])
            } else if token.revoked_at.is_some() {
                CellView::Badge(BadgeView::new(l.t("token-revoked"), Tone::Neutral))
            } else {
                CellView::Badge(BadgeView::new(l.t("token-expired"), Tone::Neutral))
            },
        ]);
        if !view.alive {
            row.class = "off";
        }
        row
    });
    let columns = vec![
        ColumnView::new(l.t("col-name")),
        ColumnView::new(l.t("token-begins")),
        ColumnView::new(l.t("token-scope")),
        ColumnView::new(l.t("token-used")),
        ColumnView::new(l.t("token-expires")),
        ColumnView::right(l.t("col-do")),
    ];
    TableView::new(l, l.t("tokens-yours"), columns).with_rows(rows.collect()).with_empty(l.t("tokens-none"))
}

fn fields(visit: &Visit, sent: &Sent, problems: &[Problem]) -> Vec<FieldView> {
    let l = visit.l;
    let scope = |scope: TokenScope| OptionView::new(scope.code(), scope_label(l, scope.code()));
    let scopes = FieldKind::Code(vec![scope(TokenScope::Read), scope(TokenScope::Write)]);
    let given = |name: &str, otherwise: &str| {
        let text = sent.get(name);
        if text.is_empty() { otherwise.to_owned() } else { text.to_owned() }
    };
    let fields = vec![
        FieldView::line(l, "name", l.t("col-name")).must().helped(l.t("token-name-help")).with(given("name", "")),
        FieldView::new(l, "scope", l.t("token-scope"), scopes).must().with(given("scope", TokenScope::Read.code())),
        FieldView::new(l, "days", l.t("token-days"), FieldKind::Number { unit: l.t("token-days-unit") })
            .must()
            .with(given("days", DAYS)),
    ];
    let error = |name: &str| {
        let problem = problems.iter().find(|problem| problem.field == name);
        problem.map(|problem| problem.message.text(visit.op.language).to_owned())
    };
    fields.into_iter().map(|field| FieldView { error: error(&field.name), ..field }).collect()
}

async fn page(visit: &Visit, secret: Option<String>, sent: &Sent, problems: &[Problem]) -> Result<TokensPage, Refusal> {
    let tokens = accounts::list_own_tokens(visit.services(), &visit.op).await?;
    let mut shell = visit.shell(visit.l.t("nav-tokens"), "tokens");
    "/tokens".clone_into(&mut shell.path);
    Ok(TokensPage { l: visit.l, shell, secret, tokens: table(visit, &tokens), fields: fields(visit, sent, problems) })
}

/// `GET /tokens`
pub(crate) async fn show(visit: Visit) -> Result<TokensPage, Refusal> {
    page(&visit, None, &Sent::default(), &[]).await
}

/// `POST /tokens`: makes one and shows it, now and never again.
pub(crate) async fn create(visit: Visit, sent: Sent) -> Result<Response, Refusal> {
    let new = NewToken {
        name: sent.get("name").to_owned(),
        scope: TokenScope::from_code(sent.get("scope")).unwrap_or(TokenScope::Read),
        // What is no number is refused by the same rule as a number out of range.
        days: sent.get("days").parse().unwrap_or(0),
    };
    match accounts::create_token(visit.services(), &visit.op, visit.caller.person, &new).await {
        Ok(made) => {
            let page = page(&visit, Some(made.secret.expose().to_owned()), &Sent::default(), &[]).await?;
            Ok((StatusCode::CREATED, page).into_response())
        }
        Err(fault) if fault.kind == FaultKind::Invalid => {
            let page = page(&visit, None, &sent, &fault.problems).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(fault) => Err(fault.into()),
    }
}

/// `POST /tokens/{id}/revoke`
pub(crate) async fn revoke(visit: Visit, Path(id): Path<String>) -> Result<Response, Refusal> {
    accounts::revoke_own_token(visit.services(), &visit.op, id_of(&id)?).await?;
    Ok(visit.done("/tokens", visit.l.t("token-revoked-done")))
}
