//! What the pages around the register share: moments and deadlines for a visitor, forms read loosely, and going back
//! to a page with a message.

use std::collections::HashMap;

use axum::extract::{FromRequest, Request};
use axum::response::Response;
use domain::{Amounts, Fault, Id, Problem, Timestamp};
use edge::Refusal;
use jiff::civil::Date;

use crate::flash;
use crate::parts::{CellView, DeadlineView, FieldView};
use crate::present::{Present, moments, units};
use crate::shell::{Flash, FlashKind};
use crate::visit::Visit;

impl Visit {
    /// A moment as people say it.
    pub fn when(&self, at: Timestamp) -> String {
        let services = self.services();
        moments::ago(self.l, &services.pack, services.today(), at)
    }

    /// A moment as a cell, exact on hover.
    pub fn when_cell(&self, at: Timestamp) -> CellView {
        CellView::Date { text: self.when(at), title: moments::exact(&self.services().pack, at) }
    }

    /// The deadline of an ISO day; nothing when there is none.
    pub fn due(&self, day: &str) -> Option<DeadlineView> {
        let date: Date = day.parse().ok()?;
        Some(Present::new(self, &HashMap::new()).deadline(date))
    }

    /// A label in the visitor's language.
    pub fn pick(&self, (zh, en): (&'static str, &'static str)) -> String {
        self.op.language.pick(zh, en).to_owned()
    }

    /// Amounts in a line: cores, memory and storage.
    pub fn amounts(&self, amounts: &Amounts) -> String {
        let (cores, memory) = (units::cores(amounts.cpu_milli), units::gib(amounts.memory_mib));
        let storage = amounts.storage_gib.to_string();
        let words = [("cores", cores.as_str()), ("memory", memory.as_str()), ("storage", storage.as_str())];
        self.l.ta("amounts-line", &words)
    }

    /// Fields with what was typed, where something was sent, and with what is wrong.
    pub(crate) fn marked(&self, fields: Vec<FieldView>, sent: &Sent, problems: &[Problem]) -> Vec<FieldView> {
        let mark = |mut field: FieldView| {
            if sent.0.iter().any(|(name, _)| *name == field.name) {
                sent.get(&field.name).clone_into(&mut field.value);
            }
            let problem = problems.iter().find(|problem| problem.field == field.name);
            field.error = problem.map(|one| one.message.text(self.op.language).to_owned());
            field
        };
        fields.into_iter().map(mark).collect()
    }

    /// Goes to a page, which says what was done.
    pub fn done(&self, to: &str, text: impl Into<String>) -> Response {
        flash::redirect(self.context.edge().settings(), to, &flash::done(text))
    }

    /// Goes to a page, which says why nothing was done.
    pub fn refused(&self, to: &str, fault: &Fault) -> Response {
        let text = fault.message.text(self.op.language).to_owned();
        let told = Flash { kind: FlashKind::Refused, text, link: None };
        flash::redirect(self.context.edge().settings(), to, &told)
    }

    /// The parameters of the address, in their order.
    pub fn parameters(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.query.as_bytes()).into_owned().collect()
    }

    /// The first value of a parameter of the address, if it is not empty.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.parameters().into_iter().find(|(known, _)| known == name).map(|(_, value)| value).filter(|v| !v.is_empty())
    }
}

/// The identifier of a path; what is none belongs to nothing.
pub(crate) fn id_of(text: &str) -> Result<Id, Refusal> {
    Id::parse(text).ok_or_else(|| Fault::not_found().into())
}

/// What a form sent: names and values as they came, without NUL characters.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sent(pub Vec<(String, String)>);

impl Sent {
    /// The first value of a field, trimmed; empty when it was not sent.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim()).unwrap_or_default()
    }

    /// Every value of a field.
    pub fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = axum::extract::rejection::BytesRejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let body = axum::body::Bytes::from_request(request, state).await?;
        let plain = |text: String| text.replace('\0', "");
        Ok(Self(form_urlencoded::parse(&body).into_owned().map(|(name, value)| (plain(name), plain(value))).collect()))
    }
}
