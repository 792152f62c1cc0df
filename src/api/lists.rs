//! Lists of any entity: pages, facets, files, and search over everything.

use axum::{
    Json,
    extract::Path,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::{CodeLists, EntityDef, EntityKind, Field, Id, Kind, Language, Problem, Value, Wording};
use serde::Serialize;
use services::{
    Services,
    records::{self, COUNT_LIMIT, ExportFormat},
};
use utoipa::ToSchema;

use crate::{
    cursor,
    problem::{Answer, Refusal},
    receive::{self, Asking, Parameters, wrong_cursor},
    wire::{self, Names, NamesView, RecordView},
};

/// A page of records.
#[derive(Debug, Serialize)]
struct RecordList<'a> {
    items: Vec<RecordView<'a>>,
    count: i64,
    count_is_exact: bool,
    next_cursor: Option<String>,
    waiting_for_evaluation: i64,
    #[serde(rename = "_names")]
    names: NamesView<'a>,
}

/// The fields that `fields=` names; none given means all.
fn chosen(def: &'static EntityDef, parameters: &mut Parameters) -> Answer<Vec<&'static Field>> {
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    for word in parameters.take_words("fields")? {
        match def.field(&word) {
            Some((_, field)) => found.push(field),
            None => problems.push(Problem {
                field: "fields".to_owned(),
                rule: "unknown-field".to_owned(),
                message: Wording::new(format!("没有字段“{word}”"), format!("there is no field “{word}”")),
            }),
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(Refusal::parameters(problems)) }
}

/// What a cursor of a list belongs to.
fn list_name(def: &EntityDef, sort: Option<(&Field, bool)>) -> String {
    let order = sort.map(|(field, descending)| format!("{}{}", if descending { "-" } else { "" }, field.name));
    format!("{}:{}", def.plural, order.unwrap_or_default())
}

/// `GET /{entity}`
pub(crate) async fn list_records(
    asking: Asking,
    Path(word): Path<String>,
    mut parameters: Parameters,
) -> Answer<Response> {
    let kind = receive::entity(&word)?;
    let def = kind.def();
    let limit = parameters.take_limit()?;
    let fields = chosen(def, &mut parameters)?;
    let cursor_text = parameters.take_all("cursor");
    single(&mut parameters)?;
    let Asking { services, op, .. } = &asking;
    let (mut query, problems) = records::list_query(services, op, kind, &parameters.0).await?;
    if !problems.is_empty() {
        return Err(Refusal::parameters(problems));
    }
    let name = list_name(def, query.sort);
    let mut rest = Parameters(cursor_text.into_iter().map(|text| ("cursor".to_owned(), text)).collect());
    if let Some(place) = rest.take_cursor(&name)? {
        let [value, id] = &place[..] else { return Err(wrong_cursor()) };
        let id = id.as_str().and_then(Id::parse).ok_or_else(wrong_cursor)?;
        query.after = Some((cursor::to_value(value).ok_or_else(wrong_cursor)?, id));
    }
    query.limit = limit;
    let listing = records::list(services, op, &query).await?;
    let next_cursor = listing.page.records.last().filter(|_| listing.page.more).map(|last| {
        let value = query.sort.map_or(&Value::Null, |(field, _)| last.get(def, field.name));
        cursor::encode(&name, &[cursor::from_value(value), last.id.to_string().into()])
    });
    let only: Vec<&'static str> = fields.iter().map(|field| field.name).collect();
    let items =
        listing.page.records.iter().map(|record| RecordView { def, record, names: None, only: &only }).collect();
    let list = RecordList {
        items,
        count: listing.page.count.min(COUNT_LIMIT),
        count_is_exact: listing.page.count <= COUNT_LIMIT,
        next_cursor,
        waiting_for_evaluation: listing.stale,
        names: NamesView(&listing.names),
    };
    Ok(Json(list).into_response())
}

/// Parameters of a list that may be given once; the others are filters, where another value means "or".
fn single(parameters: &mut Parameters) -> Answer<()> {
    parameters.check_words()?;
    for name in ["q", "sort", "within"] {
        if parameters.0.iter().filter(|(known, _)| known == name).count() > 1 {
            parameters.take(name)?;
        }
        parameters.0.retain(|(known, text)| known != name || !text.is_empty());
    }
    Ok(())
}

/// One value of a facet.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FacetValue {
    /// The value, as a record carries it; `null` where it is not known.
    #[schema(value_type = Option<Object>)]
    value: serde_json::Value,
    /// Its label in the reader's language.
    label: String,
    /// Records with it.
    count: i64,
}

/// How often each value of a field occurs among the matches.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Facet {
    /// Name of the field.
    field: String,
    /// Its label in the reader's language.
    label: String,
    /// Most frequent first, at most 60. The field's own filter is left out of the count.
    values: Vec<FacetValue>,
}

/// Facets of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Facets {
    /// One per field.
    items: Vec<Facet>,
}

fn label(services: &Services, field: &Field, value: &Value, names: &Names, language: Language) -> String {
    match (field.kind, value) {
        (_, Value::Null) => language.pick("（未填）", "(not known)").to_owned(),
        (Kind::Ref { .. }, Value::Id(id)) => names.get(id).map(|(_, name)| name.clone()).unwrap_or_default(),
        (Kind::Code { list }, Value::Text(code)) => services.pack.list(list).label(code, language).to_owned(),
        (_, value) => domain::show(field, value, services.pack.as_ref(), language),
    }
}

/// `GET /{entity}/facets`
pub(crate) async fn list_facets(
    asking: Asking,
    Path(word): Path<String>,
    mut parameters: Parameters,
) -> Answer<Json<Facets>> {
    let kind = receive::entity(&word)?;
    let mut fields = chosen(kind.def(), &mut parameters)?;
    single(&mut parameters)?;
    if fields.is_empty() {
        fields = kind.def().fields.iter().filter(|field| field.flags.filter && field.flags.list).collect();
    }
    let Asking { services, op, .. } = &asking;
    let (query, problems) = records::list_query(services, op, kind, &parameters.0).await?;
    if !problems.is_empty() {
        return Err(Refusal::parameters(problems));
    }
    let (found, names) = records::facets(services, &query, &fields).await?;
    let items = found
        .into_iter()
        .map(|(field, counts)| Facet {
            field: field.name.to_owned(),
            label: field.label(op.language).to_owned(),
            values: counts
                .into_iter()
                .map(|(value, count)| FacetValue {
                    label: label(services, field, &value, &names, op.language),
                    value: wire::to_json(field, &value),
                    count,
                })
                .collect(),
        })
        .collect();
    Ok(Json(Facets { items }))
}

/// A file to keep: never shown inside the browser.
pub(crate) fn attachment(file_name: &str, content_type: &'static str, bytes: Vec<u8>) -> Response {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let disposition = if file_name.bytes().all(is_plain) {
        format!("attachment; filename=\"{file_name}\"")
    } else {
        // RFC 6266: a name of any characters, percent-encoded.
        let encoded = |byte: u8| match is_plain(byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        };
        format!("attachment; filename*=UTF-8''{}", file_name.bytes().map(encoded).collect::<String>())
    };
    (
        [
            (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
            (
                header::CONTENT_DISPOSITION,
                HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment")),
            ),
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        ],
        bytes,
    )
        .into_response()
}

/// Content type of CSV files.
pub(crate) const CSV: &str = "text/csv; charset=utf-8";
/// Content type of workbooks.
pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// `GET /{entity}/export`
pub(crate) async fn export_records(
    asking: Asking,
    Path(word): Path<String>,
    mut parameters: Parameters,
) -> Answer<Response> {
    let kind = receive::entity(&word)?;
    let (format, suffix, content_type) = match parameters.take("format")?.as_deref() {
        None | Some("csv") => (ExportFormat::Csv, "csv", CSV),
        Some("xlsx") => (ExportFormat::Xlsx, "xlsx", XLSX),
        Some(_) => {
            return Err(Refusal::parameter("format", "unknown-format", "应为 csv 或 xlsx", "must be csv or xlsx"));
        }
    };
    single(&mut parameters)?;
    let Asking { services, op, .. } = &asking;
    let (query, problems) = records::list_query(services, op, kind, &parameters.0).await?;
    if !problems.is_empty() {
        return Err(Refusal::parameters(problems));
    }
    let bytes = records::export(services, op, &query, format).await?;
    Ok(attachment(&format!("{word}-{}.{suffix}", services.today()), content_type, bytes))
}

/// A record found by words.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Found {
    /// Plural word of its entity.
    entity: String,
    /// Identifier.
    id: String,
    /// Code; empty if none.
    code: String,
    /// Name.
    name: String,
    /// Where it is served.
    address: String,
}

/// What was found, best first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FoundList {
    /// Best first.
    items: Vec<Found>,
}

/// `GET /search`
pub(crate) async fn search(asking: Asking, mut parameters: Parameters) -> Answer<Json<FoundList>> {
    parameters.check_words()?;
    let text = parameters.take("q")?.unwrap_or_default();
    let limit = usize::try_from(parameters.take_limit()?).unwrap_or(1);
    let found = records::search(&asking.services, &asking.op, text.trim(), limit).await?;
    let items = found
        .into_iter()
        .map(|(kind, record, _)| {
            let def = kind.def();
            let text = |name: &str| record.get(def, name).as_text().unwrap_or_default().to_owned();
            Found {
                entity: def.plural.to_owned(),
                id: record.id.to_string(),
                code: text("code"),
                name: text("name"),
                address: format!("/api/v1/{}/{}", def.plural, record.id),
            }
        })
        .collect();
    Ok(Json(FoundList { items }))
}

/// The path of the department that `within=` names, as far as the reader may see it.
pub(crate) async fn within(asking: &Asking, parameters: &mut Parameters) -> Answer<Option<String>> {
    let Some(id) = parameters.take_id("within")? else { return Ok(None) };
    match records::get(&asking.services, &asking.op, EntityKind::Department, id).await {
        Ok(shown) => Ok(Some(shown.record.path)),
        Err(fault) if fault.kind == domain::FaultKind::NotFound => {
            Err(Refusal::parameter("within", "unknown-reference", "没有找到这个单位", "this department was not found"))
        }
        Err(fault) => Err(fault.into()),
    }
}
