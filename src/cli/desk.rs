//! `list` and `get` of requests and workspaces, and `cluster list`: the desk from the server's own command line, through the same
//! services and with the documents of REST.

use domain::{EntityKind, Fault, Id, Language, Record};
use serde_json::{Value, json};
use services::{
    Op, Services,
    provisioning::{self, WorkspaceFilter},
    requests::{self, RequestFilter},
};

use crate::{
    app,
    arguments::{GetArguments, ListArguments, Output, OutputArguments},
    desk_text,
    failure::BadInput,
    list::parameters,
    output,
    settings::Settings,
};

/// Rows at most.
const ROWS_MOST: i64 = 10_000;
/// The command line speaks English.
const LANGUAGE: Language = Language::En;

/// What the desk has, beside the entities of the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Desk {
    /// Requests to move or to stay.
    Requests,
    /// Namespaces that stand or are being made.
    Workspaces,
}

impl Desk {
    /// Reads the plural word.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        match word {
            "requests" => Some(Self::Requests),
            "workspaces" => Some(Self::Workspaces),
            _ => None,
        }
    }
}

/// `shangyun list requests|workspaces`
pub(crate) async fn list(settings: &Settings, desk: Desk, arguments: ListArguments) -> anyhow::Result<()> {
    let services = app::open(settings).await?;
    let op = app::operation(&services, "list");
    let filters = parameters(&arguments.filters)?;
    let limit = arguments.limit.clamp(1, ROWS_MOST);
    let (items, more) = match desk {
        Desk::Requests => list_requests(&services, &op, &filters, limit).await?,
        Desk::Workspaces => list_workspaces(&services, &op, &filters, limit).await?,
    };
    if arguments.output.output == Output::Json {
        return output::json(&json!({ "more": more, "items": items }));
    }
    let table = match desk {
        Desk::Requests => desk_text::requests(&items),
        Desk::Workspaces => desk_text::workspaces(&items),
    };
    output::line(&table)?;
    let note = if more { "; there are more, see --limit" } else { "" };
    output::line(&format!("{}{note}", items.len()))
}

type Page = (Vec<Value>, bool);

async fn list_requests(services: &Services, op: &Op, filters: &[(String, String)], limit: i64) -> anyhow::Result<Page> {
    let (filter, problems) = RequestFilter::read(services, op, filters).await?;
    if !problems.is_empty() {
        return Err(Fault::invalid(problems).into());
    }
    let (found, more) = requests::list(services, op, &filter, None, limit).await?;
    let lines: Result<_, Fault> = found.iter().map(|one| api::request_line(services, one, LANGUAGE)).collect();
    Ok((lines?, more))
}

async fn list_workspaces(
    services: &Services,
    op: &Op,
    filters: &[(String, String)],
    limit: i64,
) -> anyhow::Result<Page> {
    let (filter, problems) = WorkspaceFilter::read(services, op, filters).await?;
    if !problems.is_empty() {
        return Err(Fault::invalid(problems).into());
    }
    let (found, more) = provisioning::workspaces(services, op, &filter, None, limit).await?;
    let lines: Result<_, Fault> = found.iter().map(api::workspace_document).collect();
    Ok((lines?, more))
}

/// `shangyun get requests|workspaces`
pub(crate) async fn get(settings: &Settings, desk: Desk, arguments: &GetArguments) -> anyhow::Result<()> {
    let services = app::open(settings).await?;
    let op = app::operation(&services, "get");
    let document = match desk {
        Desk::Requests => {
            let found = requests::named(&services, &op, &arguments.key).await?;
            api::request_document(&services, &found, LANGUAGE)?
        }
        Desk::Workspaces => {
            let id = workspace_named(&services, &op, &arguments.key).await?;
            api::workspace_document(&provisioning::show_workspace(&services, &op, id).await?)?
        }
    };
    match (arguments.output.output, desk) {
        (Output::Json, _) => output::json(&document),
        (Output::Table, Desk::Requests) => output::line(&desk_text::request(&document)),
        (Output::Table, Desk::Workspaces) => output::line(&desk_text::workspace(&document)),
    }
}

/// The workspace of an id or of the name of its namespace, which may stand on several clusters.
async fn workspace_named(services: &Services, op: &Op, key: &str) -> anyhow::Result<Id> {
    if let Some(id) = Id::parse(key) {
        return Ok(id);
    }
    let (filter, _) = WorkspaceFilter::read(services, op, &[("namespace".to_owned(), key.to_owned())]).await?;
    let (found, _) = provisioning::workspaces(services, op, &filter, None, ROWS_MOST).await?;
    // Names are free again when a workspace is over: one that stands goes before those that stood.
    let standing: Vec<Id> =
        found.iter().filter(|one| one.delivery.state != "released").map(|one| one.delivery.id).collect();
    match (&standing[..], found.first()) {
        ([one], _) => Ok(*one),
        ([], Some(newest)) => Ok(newest.delivery.id),
        ([], None) => Err(Fault::not_found().into()),
        (several, _) => Err(BadInput(format!("there are {} workspaces “{key}”; give the id", several.len())).into()),
    }
}

/// `shangyun cluster list`
pub(crate) async fn clusters(services: &Services, op: &Op, form: &OutputArguments) -> anyhow::Result<()> {
    let def = EntityKind::Cluster.def();
    let text = |record: &Record, name: &str| record.get(def, name).as_text().unwrap_or_default().to_owned();
    let mut items = Vec::new();
    for (record, capacity) in requests::clusters(services, op, None).await? {
        let access = provisioning::access(services, op, record.id).await?;
        items.push(json!({
            "id": record.id.to_string(),
            "code": text(&record, "code"),
            "name": text(&record, "name"),
            "state": text(&record, "state"),
            "server": access.as_ref().map(|access| access.server.clone()),
            "outcome": access.map(|access| access.outcome),
            "declared": capacity.declared,
            "reserved": capacity.reserved,
            "granted": capacity.granted,
            "free": capacity.free(),
        }));
    }
    if form.output == Output::Json {
        return output::json(&json!({ "items": items }));
    }
    output::line(&desk_text::clusters(&items))
}
