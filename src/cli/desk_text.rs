//! Requests, workspaces and clusters as tables: of the documents of REST, whether they came from the database or from a server. What a
//! server says in the reader's language has the words around it in that language too.

use std::fmt::Write as _;

use comfy_table::Table;
use domain::{Language, Need};
use serde_json::Value;

/// A text of a document; what would move the cursor of a terminal is no part of it.
pub(crate) fn text<'d>(document: &'d Value, pointer: &str) -> std::borrow::Cow<'d, str> {
    let text = document.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    if text.chars().any(char::is_control) {
        return text.chars().map(|one| if one.is_control() { ' ' } else { one }).collect::<String>().into();
    }
    text.into()
}

fn number(document: &Value, pointer: &str) -> i64 {
    document.pointer(pointer).and_then(Value::as_i64).unwrap_or_default()
}

/// The items of a list in a document.
pub(crate) fn list<'d>(document: &'d Value, name: &str) -> &'d [Value] {
    document.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn words(document: &Value, name: &str) -> String {
    list(document, name).iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" / ")
}

/// A moment to the minute.
fn moment(document: &Value, name: &str) -> String {
    text(document, name).chars().take(16).collect::<String>().replace('T', " ")
}

fn table<'h>(headers: impl IntoIterator<Item = &'h str>) -> Table {
    let mut table = Table::new();
    table.set_header(headers);
    table
}

/// How much, in words that people use.
fn amounts(document: &Value, pointer: &str, language: Language) -> String {
    let of = |name: &str| number(document, &format!("{pointer}/{name}"));
    let thousandths = of("cpu_milli");
    let cores = match thousandths % 1_000 {
        0 => (thousandths / 1_000).to_string(),
        _ => format!("{thousandths}m"),
    };
    let memory = match of("memory_mib") % 1_024 {
        0 => format!("{} GiB", of("memory_mib") / 1_024),
        _ => format!("{} MiB", of("memory_mib")),
    };
    let (storage, pods) = (of("storage_gib"), of("pods"));
    match language {
        Language::ZhCn => format!("{cores}核、内存{memory}、存储{storage} GiB、{pods}个实例"),
        Language::En => format!("{cores} cores, {memory}, {storage} GiB storage, {pods} pods"),
    }
}

/// A list of requests.
pub(crate) fn requests(items: &[Value]) -> String {
    let mut table = table(["number", "name", "state", "waits for me", "asked by", "changed (UTC)"]);
    for item in items {
        let mine = if item["is_mine"] == Value::Bool(true) { "yes" } else { "" };
        let (number, name, state) = (text(item, "/number"), text(item, "/name"), text(item, "/state_label"));
        let requester = text(item, "/requester");
        table.add_row([&number, &name, &state, mine, &requester, &moment(item, "/updated_at")]);
    }
    table.to_string()
}

/// A list of workspaces.
pub(crate) fn workspaces(items: &[Value]) -> String {
    let mut table = table(["namespace", "cluster", "system", "environment", "state", "until", "changed (UTC)"]);
    for item in items {
        let cells = ["/namespace", "/cluster", "/system_name", "/environment", "/state", "/expires_on"];
        let mut row: Vec<String> = cells.iter().map(|name| text(item, name).into_owned()).collect();
        row.push(moment(item, "/updated_at"));
        table.add_row(row);
    }
    table.to_string()
}

/// A list of clusters.
pub(crate) fn clusters(items: &[Value]) -> String {
    let mut table = table(["code", "name", "state", "reached at", "free", "reserved"]);
    for item in items {
        let mut server = text(item, "/server").into_owned();
        if server.is_empty() {
            "not registered: plans become files".clone_into(&mut server);
        } else if !text(item, "/outcome").is_empty() {
            server = format!("{server}: {}", text(item, "/outcome"));
        }
        let (code, name, state) = (text(item, "/code"), text(item, "/name"), text(item, "/state"));
        let (free, reserved) = (amounts(item, "/free", Language::En), amounts(item, "/reserved", Language::En));
        table.add_row([&code, &name, &state, server.as_str(), free.as_str(), reserved.as_str()]);
    }
    table.to_string()
}

/// One workspace.
pub(crate) fn workspace(document: &Value) -> String {
    let mut out = Table::new();
    for (label, pointer) in [
        ("namespace", "/namespace"),
        ("cluster", "/cluster"),
        ("system", "/system_name"),
        ("environment", "/environment"),
        ("state", "/state"),
        ("until", "/expires_on"),
        ("plan", "/plan_hash"),
        ("message", "/message"),
    ] {
        out.add_row([label.to_owned(), text(document, pointer).into_owned()]);
    }
    out.add_row(["amounts".to_owned(), amounts(document, "/amounts", Language::En)]);
    let mut text_of = out.to_string();
    if !list(document, "conditions").is_empty() {
        let mut conditions = table(["condition", "status", "reason", "message"]);
        for one in list(document, "conditions") {
            conditions.add_row(["/type", "/status", "/reason", "/message"].map(|name| text(one, name).into_owned()));
        }
        let _ = write!(text_of, "\n{conditions}");
    }
    if !list(document, "usage").is_empty() {
        let mut usage = table(["resource", "used", "limit"]);
        for one in list(document, "usage") {
            usage.add_row(["/resource", "/used", "/limit"].map(|name| text(one, name).into_owned()));
        }
        let _ = write!(text_of, "\n{usage}");
    }
    let _ = write!(text_of, "{}", drift(list(document, "drift")));
    text_of
}

fn drift(items: &[Value]) -> String {
    let line = |one: &Value| {
        let (object, field) = (text(one, "/object"), text(one, "/field"));
        let (action, client) = (text(one, "/action"), text(one, "/client"));
        format!("\n  {}  {object} {field} was {action} by {client}; put back", moment(one, "/at"))
    };
    items.iter().map(line).collect()
}

/// One request: what it says, then its way.
pub(crate) fn request(document: &Value) -> String {
    let mut out = Table::new();
    for (label, pointer) in [
        ("number", "/number"),
        ("name", "/record/name"),
        ("state", "/state_label"),
        ("asked by", "/requester"),
        ("reason", "/reason"),
        ("way back", "/rollback_plan"),
        ("contact", "/contact"),
        ("owners", "/owners"),
        ("plan", "/plan_hash"),
    ] {
        let said = text(document, pointer);
        if !said.is_empty() {
            out.add_row([label.to_owned(), said.into_owned()]);
        }
    }
    let mut all = format!("{out}\n{}", status(document, Language::En));
    if !list(document, "evidence").is_empty() {
        let mut files = table(["file", "step", "bytes", "SHA-256"]);
        for one in list(document, "evidence") {
            let (name, step, hash) = (text(one, "/file_name"), text(one, "/step"), text(one, "/sha256"));
            files.add_row([&name, &step, number(one, "/size").to_string().as_str(), &hash]);
        }
        let _ = write!(all, "\n{files}");
    }
    all
}

/// A step that was taken, in a line.
pub(crate) fn decision(one: &Value) -> String {
    let reason = text(one, "/reason");
    let why = if reason.is_empty() { String::new() } else { format!(": {reason}") };
    format!("{}  {} ({}){why}", moment(one, "/at"), text(one, "/label"), text(one, "/by"))
}

/// Where a delivery is, in a line.
pub(crate) fn delivery(one: &Value) -> String {
    let namespace = text(one, "/namespace");
    let name = if namespace.is_empty() { text(one, "/kind") } else { namespace };
    let message = text(one, "/message");
    let why = if message.is_empty() { String::new() } else { format!(": {message}") };
    format!("{} {name}: {}{why}", text(one, "/environment"), text(one, "/state_label"))
}

/// The way of a request as of a parcel: steps so far, where it is, what is next and whose turn it is.
pub(crate) fn status(document: &Value, language: Language) -> String {
    let mut lines: Vec<String> = list(document, "decisions").iter().map(decision).collect();
    let is_now = language.pick("现为：", "is now: ");
    lines.push(format!("{} {is_now}{}", text(document, "/number"), text(document, "/state_label")));
    lines.extend(list(document, "deliveries").iter().map(|one| format!("  {}", delivery(one))));
    for one in list(document, "next") {
        let needs = list(one, "needs").iter().filter_map(Value::as_str).filter_map(Need::from_code);
        let needs: Vec<&str> = needs.map(Need::label).map(|(zh, en)| language.pick(zh, en)).collect();
        let needs = needs.join(language.pick("、", ", "));
        let mine = one["is_mine"] == Value::Bool(true);
        let (label, whose) = (text(one, "/label"), words(one, "whose"));
        lines.push(match language {
            Language::ZhCn => {
                let needs = if needs.is_empty() { needs } else { format!("（需要{needs}）") };
                format!("下一步：{label}{needs}，由{whose}办理{}", if mine { "，您可办理" } else { "" })
            }
            Language::En => {
                let needs = if needs.is_empty() { needs } else { format!(" (needs {needs})") };
                format!("next: {label}{needs}, by {whose}{}", if mine { ", you may" } else { "" })
            }
        });
    }
    lines.join("\n")
}

/// Broken rules, one a line.
pub(crate) fn problems(items: &[Value]) -> String {
    let line = |one: &Value| format!("  {}: {}\n", text(one, "/field"), text(one, "/message"));
    items.iter().map(line).collect()
}

/// What a request gets: each delivery with its amounts, its capacity, what keeps it from being made, and its objects by name.
pub(crate) fn plan(document: &Value, language: Language) -> String {
    let mut out = String::new();
    if !text(document, "/plan_hash").is_empty() {
        let _ = writeln!(out, "{} {}", language.pick("方案", "plan"), text(document, "/plan_hash"));
    }
    for one in list(document, "deliveries") {
        let _ = writeln!(out, "{}", delivery(one));
        let cluster = text(one, "/cluster");
        let (asked, until) = (amounts(one, "/amounts", language), text(one, "/expires_on"));
        let _ = match (language, cluster.is_empty()) {
            (Language::ZhCn, true) => writeln!(out, "  {asked}，有效期至{until}"),
            (Language::ZhCn, false) => writeln!(out, "  集群{cluster}：{asked}，有效期至{until}"),
            (Language::En, true) => writeln!(out, "  {asked}, until {until}"),
            (Language::En, false) => writeln!(out, "  on {cluster}, {asked}, until {until}"),
        };
        if one["capacity"].is_object() {
            let (free, of) = (amounts(one, "/capacity/free", language), amounts(one, "/capacity/declared", language));
            let _ = match language {
                Language::ZhCn => writeln!(out, "  集群余量：{free}；总量：{of}"),
                Language::En => writeln!(out, "  free there: {free}; of {of}"),
            };
        }
        let _ = write!(out, "{}", problems(list(one, "problems")));
        for object in list(one, "objects") {
            let _ = writeln!(out, "  {}", text(object, "/name"));
        }
    }
    out
}
