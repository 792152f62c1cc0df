//! `list`, `get`, `export`: reading from the command line, through the same services as the other doors.

use domain::{EntityDef, EntityKind, Fault, Id, Kind, Language, Record, Value, fold, show};
use serde_json::{Map, Value as Json, json};
use services::{
    Op, Services,
    records::{self, ExportFormat},
};

use crate::{
    app,
    arguments::{ExportArguments, ExportOutput, GetArguments, ListArguments, Output},
    desk::{self, Desk},
    failure::BadInput,
    import::kind_of,
    output,
    settings::Settings,
};

type Names = std::collections::HashMap<Id, (String, String)>;

pub(crate) fn parameters(filters: &[String]) -> anyhow::Result<Vec<(String, String)>> {
    filters
        .iter()
        .map(|filter| {
            let split = filter.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
            split.ok_or_else(|| BadInput(format!("--filter “{filter}” must be field=value")).into())
        })
        .collect()
}

async fn query(
    services: &Services,
    op: &Op,
    kind: EntityKind,
    filters: &[String],
) -> anyhow::Result<store::lists::Query> {
    let (query, problems) = records::list_query(services, op, kind, &parameters(filters)?).await?;
    if problems.is_empty() { Ok(query) } else { Err(Fault::invalid(problems).into()) }
}

/// A record as stable JSON: numbers in their unit, references as code or name.
fn as_json(services: &Services, def: &EntityDef, record: &Record, names: &Names) -> Json {
    let mut object = Map::new();
    object.insert("id".to_owned(), json!(record.id.to_string()));
    object.insert("version".to_owned(), json!(record.version));
    for (field, value) in def.fields.iter().zip(&record.values) {
        let shown = match (field.kind, value) {
            (_, Value::Null) => Json::Null,
            (Kind::Ref { .. }, Value::Id(id)) => {
                names.get(id).map_or(Json::Null, |(code, name)| json!(if code.is_empty() { name } else { code }))
            }
            (Kind::Code { .. } | Kind::Codes { .. }, Value::Text(code)) => json!(code),
            (_, Value::Bool(flag)) => json!(flag),
            (Kind::Int { .. }, Value::Int(number)) => json!(number),
            (_, value) => json!(show(field, value, services.pack.as_ref(), Language::En)),
        };
        object.insert(field.name.to_owned(), shown);
    }
    Json::Object(object)
}

fn cell(services: &Services, def: &EntityDef, record: &Record, names: &Names, name: &str) -> String {
    let Some((_, field)) = def.field(name) else { return String::new() };
    match record.get(def, name) {
        Value::Id(id) => names.get(id).map(|(_, name)| name.clone()).unwrap_or_default(),
        value => show(field, value, services.pack.as_ref(), Language::En),
    }
}

/// Lists records.
pub(crate) async fn list(settings: &Settings, arguments: ListArguments) -> anyhow::Result<()> {
    if let Some(desk) = Desk::from_word(&arguments.kind) {
        return desk::list(settings, desk, arguments).await;
    }
    let kind = kind_of(&arguments.kind)?;
    let services = app::open(settings).await?;
    let op = app::operation(&services, "list");
    let mut query = query(&services, &op, kind, &arguments.filters).await?;
    query.limit = arguments.limit.clamp(1, 10_000);
    let listing = records::list(&services, &op, &query).await?;
    let def = kind.def();
    if arguments.output.output == Output::Json {
        let rows: Vec<Json> =
            listing.page.records.iter().map(|record| as_json(&services, def, record, &listing.names)).collect();
        return output::json(&json!({ "count": listing.page.count, "more": listing.page.more, "items": rows }));
    }
    let columns: Vec<&str> = def.fields.iter().filter(|field| field.flags.list).map(|field| field.name).collect();
    let mut table = comfy_table::Table::new();
    table.set_header(columns.iter().filter_map(|name| def.field(name)).map(|(_, field)| field.en));
    for record in &listing.page.records {
        table.add_row(columns.iter().map(|name| cell(&services, def, record, &listing.names, name)));
    }
    output::line(&table.to_string())?;
    let more = if listing.page.count > records::COUNT_LIMIT { "+" } else { "" };
    output::line(&format!("{} of {}{more}", listing.page.records.len(), listing.page.count.min(records::COUNT_LIMIT)))
}

/// Shows one record.
pub(crate) async fn get(settings: &Settings, arguments: GetArguments) -> anyhow::Result<()> {
    if let Some(desk) = Desk::from_word(&arguments.kind) {
        return desk::get(settings, desk, &arguments).await;
    }
    let kind = kind_of(&arguments.kind)?;
    let def = kind.def();
    let services = app::open(settings).await?;
    let op = app::operation(&services, "get");
    let id = match Id::parse(&arguments.key) {
        Some(id) => id,
        None => {
            let by_code = store::keys::by_codes(&mut &services.db, def, std::slice::from_ref(&arguments.key)).await?;
            let found = if by_code.is_empty() {
                store::keys::by_names(&mut &services.db, def, &[fold(&arguments.key)]).await?
            } else {
                by_code
            };
            match &found[..] {
                [one] => one.id,
                [] => return Err(Fault::not_found().into()),
                several => {
                    return Err(BadInput(format!(
                        "there are {} records “{}”; give the id",
                        several.len(),
                        arguments.key
                    ))
                    .into());
                }
            }
        }
    };
    let shown = records::get(&services, &op, kind, id).await?;
    if arguments.output.output == Output::Json {
        return output::json(&as_json(&services, def, &shown.record, &shown.names));
    }
    let mut table = comfy_table::Table::new();
    for field in def.fields {
        table.add_row([field.en.to_owned(), cell(&services, def, &shown.record, &shown.names, field.name)]);
    }
    output::line(&table.to_string())
}

/// Exports records.
pub(crate) async fn export(settings: &Settings, arguments: ExportArguments) -> anyhow::Result<()> {
    let kind = kind_of(&arguments.kind)?;
    let services = app::open(settings).await?;
    let op = app::operation(&services, "export");
    let mut query = query(&services, &op, kind, &arguments.filters).await?;
    let bytes = match arguments.output {
        ExportOutput::Csv => records::export(&services, &op, &query, ExportFormat::Csv).await?,
        ExportOutput::Xlsx => records::export(&services, &op, &query, ExportFormat::Xlsx).await?,
        ExportOutput::Json => {
            let mut rows = Vec::new();
            query.limit = 1_000;
            loop {
                let listing = records::list(&services, &op, &query).await?;
                rows.extend(
                    listing.page.records.iter().map(|record| as_json(&services, kind.def(), record, &listing.names)),
                );
                let Some(last) = listing.page.records.last().filter(|_| listing.page.more) else { break };
                query.after = Some(store::lists::place_of(&query, last));
            }
            serde_json::to_vec_pretty(&rows)?
        }
    };
    match arguments.to {
        Some(file) => Ok(std::fs::write(&file, bytes)
            .map_err(|error| BadInput(format!("{} cannot be written: {error}", file.display())))?),
        None => output::bytes(&bytes),
    }
}
