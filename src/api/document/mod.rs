//! The OpenAPI 3.1 document: paths from the route list, records from the field table, code lists from the pack, everything
//! else from the types that handlers answer. Nothing is described a second time by hand.

mod record;
mod shapes;

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::{ENTITIES, EntityKind, Fault};
use rules::Pack;
use services::records::COUNT_LIMIT;
use utoipa::openapi::{
    ArrayBuilder, ComponentsBuilder, ContentBuilder, InfoBuilder, ObjectBuilder, OpenApi, OpenApiBuilder, Paths, Ref,
    RefOr, Required, ResponseBuilder, Schema, Tag, Type,
    header::HeaderBuilder,
    path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, PathItem},
    request_body::{RequestBody, RequestBodyBuilder},
    security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    tag::TagBuilder,
};

use crate::{
    ROOT, ROUTES,
    problem::{Answer, PROBLEM_JSON},
    receive::Asking,
    route::{About, Answers, Carries, Parameter, Route},
};

const JSON: &str = "application/json";

const INTRODUCTION: &str = "\
Register of departmental systems, machine rooms and their way to the government cloud.\n\n\
**Records.** A record is flat: its fields stand beside `id`, `_version`, `_created_at`, `_updated_at` and `_names` (code and \
name of everything it refers to). What is not known is `null`. What is read can be sent back: a field is written as it is \
read. Dates are `2026-02-03`, moments RFC 3339 in UTC, codes words of the pack's lists, money numbers in 元 with two digits \
after the point at most, decimals numbers in the unit named beside the field. A reference is written as identifier, code \
or name.\n\n\
**Versions.** Every record has an ETag such as `\"v3\"`. PATCH and DELETE name the version they read in `If-Match` (428 \
without it, 412 with the current record when somebody was faster).\n\n\
**Lists** are read page by page: `next_cursor` is the `cursor` of the next page, absent on the last. `field=value` filters (repeated: or; empty: not known), `field[gte]=` and `field[lte]=` bound; `count` is exact \
to {counted}. A parameter that nobody knows is refused.\n\n\
**Refusals** are problem documents (RFC 9457) with a stable `code`, the `request_id` and, per field, `errors`. They, labels \
and sentences are in the language of `Accept-Language`; without it in that of the account. What the caller may not see answers 404.";

/// The document, with the words of a pack.
pub fn document(pack: &Pack) -> OpenApi {
    let mut components = ComponentsBuilder::new()
        .security_scheme(
            "token",
            SecurityScheme::Http(
                HttpBuilder::new()
                    .scheme(HttpAuthScheme::Bearer)
                    .bearer_format("sy_…")
                    .description(Some("A token of the caller's account."))
                    .build(),
            ),
        )
        .security_scheme(
            "session",
            SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
                "shangyun_session",
                "The session of the console (named `__Host-shangyun_session` behind TLS).",
            ))),
        );
    for (name, schema) in shapes::all() {
        components = components.schema(name, schema);
    }
    for (name, schema) in record::drafts(pack) {
        components = components.schema(name, schema);
    }
    for kind in ENTITIES {
        for (name, schema) in record::schemas(kind, pack) {
            components = components.schema(name, schema);
        }
    }
    let mut paths = Paths::new();
    for route in ROUTES {
        for (address, kind) in addresses(route) {
            let method = match route.method {
                "POST" => HttpMethod::Post,
                "PUT" => HttpMethod::Put,
                "PATCH" => HttpMethod::Patch,
                "DELETE" => HttpMethod::Delete,
                _ => HttpMethod::Get,
            };
            let item = PathItem::new(method, operation(route, kind));
            match paths.paths.get_mut(&address) {
                Some(known) => known.merge_operations(item),
                None => {
                    paths.paths.insert(address, item);
                }
            }
        }
    }
    let either = [
        SecurityRequirement::new("token", Vec::<String>::new()),
        SecurityRequirement::new("session", Vec::<String>::new()),
    ];
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Shangyun 上云")
                .version("1")
                .description(Some(INTRODUCTION.replace("{counted}", &COUNT_LIMIT.to_string()))),
        )
        .paths(paths)
        .components(Some(components.build()))
        .security(Some(either))
        .tags(Some(tags()))
        .build()
}

/// The addresses of a route as they are served, with the entity that each is about.
pub fn addresses(route: &Route) -> Vec<(String, Option<EntityKind>)> {
    if !route.path.contains("{entity}") {
        return vec![(format!("{ROOT}{}", route.path), None)];
    }
    ENTITIES.map(|kind| (format!("{ROOT}{}", route.path.replace("{entity}", kind.def().plural)), Some(kind))).to_vec()
}

fn tags() -> Vec<Tag> {
    let of_entity = |kind: EntityKind| {
        let def = kind.def();
        TagBuilder::new().name(def.plural).description(Some(format!("{} / {}", def.zh, def.en))).build()
    };
    let others = [
        ("rules", "规则、状态、预警与指标 / What the rules say"),
        ("desk", "申请与云上空间 / Requests and workspaces"),
        ("imports", "导入 / Bringing data in"),
        ("audit", "审计 / The audit trail"),
        ("account", "我的账号 / The caller's own account"),
    ];
    let other = |(name, text): (&str, &str)| TagBuilder::new().name(name).description(Some(text)).build();
    ENTITIES.map(of_entity).into_iter().chain(others.map(other)).collect()
}

fn tag(route: &Route, kind: Option<EntityKind>) -> &'static str {
    match (kind, route.about) {
        (Some(kind), _) => kind.def().plural,
        (None, About::Imports) => "imports",
        (None, About::Requests | About::Workspaces) => "desk",
        (None, About::Audit) => "audit",
        (None, About::OwnAccount) => "account",
        (None, _) if route.path == "/imports" => "imports",
        (None, _) => "rules",
    }
}

/// What the places of an address stand for.
fn named_in_path(route: &Route) -> Vec<(&'static str, &'static str)> {
    let id = if route.about == About::Requests { "Identifier or number of the request." } else { "Identifier." };
    [("id", id), ("delivery", "Identifier of the delivery."), ("file", "Identifier of the file.")]
        .into_iter()
        .filter(|(name, _)| route.path.contains(&format!("{{{name}}}")))
        .collect()
}

fn operation(route: &Route, kind: Option<EntityKind>) -> OperationBuilder {
    let plural = kind.map_or(String::new(), |kind| kind.def().plural.replace('-', "_"));
    let one = kind.map_or("", |kind| kind.def().table);
    let id = route.operation.replace("{entity}", &plural).replace("{record}", one);
    let summary = match kind {
        Some(kind) => format!("{} ({})", route.summary, kind.def().en),
        None => route.summary.to_owned(),
    };
    let narrowed = if route.narrowed { "; answers everybody who is signed in, with what they may see" } else { "" };
    let mut operation = OperationBuilder::new()
        .tag(tag(route, kind))
        .operation_id(Some(id))
        .summary(Some(summary))
        .description(Some(format!("Permission: `{}`{narrowed}.", route.action.code())));
    for (name, means) in named_in_path(route) {
        operation = operation.parameter(place(name, ParameterIn::Path, true, means));
    }
    if route.versioned {
        operation = operation.parameter(place(
            "If-Match",
            ParameterIn::Header,
            true,
            "The version that was read, such as `\"v3\"`.",
        ));
    }
    if route.method != "GET" {
        operation = operation.parameter(place(
            "X-Reason",
            ParameterIn::Header,
            false,
            "Why, for the audit trail; percent-encoded UTF-8, at most 500 characters.",
        ));
    }
    for parameter in route.parameters {
        operation = operation.parameter(query(parameter));
    }
    if let (true, Some(kind)) = (route.filters, kind) {
        for filter in record::filters(kind) {
            operation = operation.parameter(filter);
        }
    }
    if let Some(body) = body(route, kind) {
        operation = operation.request_body(Some(body));
    }
    for (status, response) in answers(route, kind) {
        operation = operation.response(status, response);
    }
    if route.versioned {
        operation = operation
            .response("412", problem("The version is no longer the current one; `current` is the record as it is now."))
            .response("428", problem("`If-Match` is missing."));
    }
    operation.response("default", problem("A refusal."))
}

fn text() -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).into()
}

fn place(name: &str, place: ParameterIn, required: bool, means: &str) -> ParameterBuilder {
    let required = if required { Required::True } else { Required::False };
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(required)
        .description(Some(means))
        .schema(Some(text()))
}

fn query(parameter: &Parameter) -> ParameterBuilder {
    let builder = place(parameter.name, ParameterIn::Query, parameter.required, parameter.means);
    if parameter.many { builder.schema(Some(ArrayBuilder::new().items(text()))) } else { builder }
}

fn reference(name: &str) -> Ref {
    Ref::from_schema_name(name)
}

/// Name of an entity's schema.
fn name_of(kind: Option<EntityKind>) -> String {
    kind.map_or_else(|| "Record".to_owned(), |kind| format!("{kind:?}"))
}

fn body(route: &Route, kind: Option<EntityKind>) -> Option<RequestBody> {
    let json = |name: &str, required: Required| {
        let content = ContentBuilder::new().schema(Some(reference(name))).build();
        RequestBodyBuilder::new().content(JSON, content).required(Some(required)).build()
    };
    Some(match route.carries {
        Carries::Nothing => return None,
        Carries::NewRecord => json(&format!("New{}", name_of(kind)), Required::True),
        Carries::RecordChange => json(&format!("{}Change", name_of(kind)), Required::True),
        Carries::Json(name) => json(name, Required::True),
        Carries::PerhapsJson(name) => json(name, Required::False),
        Carries::File(means) => {
            let bytes =
                || ObjectBuilder::new().schema_type(Type::String).content_media_type("application/octet-stream");
            let form = ObjectBuilder::new().property("file", bytes()).required("file");
            RequestBodyBuilder::new()
                .description(Some(means))
                .content("application/octet-stream", ContentBuilder::new().schema(Some(bytes())).build())
                .content("multipart/form-data", ContentBuilder::new().schema(Some(form)).build())
                .required(Some(Required::True))
                .build()
        }
    })
}

fn problem(means: &str) -> ResponseBuilder {
    let content = ContentBuilder::new().schema(Some(reference("Problem"))).build();
    ResponseBuilder::new().description(means).content(PROBLEM_JSON, content)
}

fn answers(route: &Route, kind: Option<EntityKind>) -> Vec<(&'static str, ResponseBuilder)> {
    let json = |name: &str, means: &str| {
        let content = ContentBuilder::new().schema(Some(reference(name))).build();
        ResponseBuilder::new().description(means).content(JSON, content)
    };
    let header = |means: &str| HeaderBuilder::new().schema(Some(text())).description(Some(means)).build();
    let address = || header("Where it is served.");
    let etag = || header("The version, for `If-Match`.");
    let record = name_of(kind);
    match route.answers {
        Answers::Record => vec![("200", json(&record, "The record.").header("ETag", etag()))],
        Answers::NewRecord => {
            vec![(
                "201",
                json(&record, "The record that was made.").header("ETag", etag()).header("Location", address()),
            )]
        }
        Answers::RecordList => vec![("200", json(&format!("{record}List"), "A page of records."))],
        Answers::Json(name) => vec![("200", json(name, "Done."))],
        Answers::Made(name) => vec![("201", json(name, "Made.").header("Location", address()))],
        Answers::Begun(name) => vec![
            ("200", json(name, "Done at once.")),
            (
                "202",
                json(name, "Begun; ask at `Location` until the state is another one.").header("Location", address()),
            ),
        ],
        Answers::Nothing => vec![("204", ResponseBuilder::new().description("Done."))],
        Answers::Document => {
            let content = ContentBuilder::new().schema(Some(ObjectBuilder::new())).build();
            vec![("200", ResponseBuilder::new().description("OpenAPI 3.1.").content(JSON, content))]
        }
        Answers::File(kinds) => {
            let mut response = ResponseBuilder::new()
                .description("A file to keep.")
                .header("Content-Disposition", header("`attachment`, with a file name."));
            for kind in kinds {
                let bytes = ObjectBuilder::new().schema_type(Type::String).content_media_type(*kind);
                response = response.content(*kind, ContentBuilder::new().schema(Some(bytes)).build());
            }
            vec![("200", response)]
        }
    }
}

/// `GET /openapi.json`
pub(crate) async fn get_document(asking: Asking) -> Answer<Response> {
    let json = document(&asking.services.pack).to_json().map_err(|error| Fault::internal(error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static(JSON))], json).into_response())
}
