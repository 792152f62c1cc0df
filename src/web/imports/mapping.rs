//! Step 2 of an import: what we understood of the file, and what its columns mean.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::{EntityDef, FaultKind, fold};
use edge::Refusal;
use services::imports::{self, ImportView, State, Target};

use super::start::address;
use super::{ImportReadPage, MapRow};
use crate::desk::{Sent, id_of};
use crate::flash;
use crate::parts::OptionView;
use crate::visit::Visit;
use crate::words::L;

/// Encodings that a person may choose: the name, and how it is called.
const ENCODINGS: [(&str, &str); 6] = [
    ("UTF-8", "UTF-8"),
    ("GB18030", "GB18030 (GBK, GB2312)"),
    ("Big5", "Big5"),
    ("UTF-16LE", "UTF-16LE"),
    ("UTF-16BE", "UTF-16BE"),
    ("windows-1252", "Windows-1252"),
];

fn encodings(found: &str) -> Vec<OptionView> {
    let mut options: Vec<OptionView> = ENCODINGS
        .iter()
        .map(|(value, label)| OptionView {
            chosen: value.eq_ignore_ascii_case(found),
            ..OptionView::new(*value, *label)
        })
        .collect();
    if !options.iter().any(|option| option.chosen) {
        options.insert(0, OptionView::new("", found).on());
    }
    options
}

fn separators(l: L, found: Option<char>) -> Vec<OptionView> {
    let Some(found) = found else { return Vec::new() };
    let known = [
        (',', l.t("separator-comma")),
        ('\t', l.t("separator-tab")),
        (';', l.t("separator-semicolon")),
        ('|', l.t("separator-bar")),
    ];
    known
        .into_iter()
        .map(|(value, label)| OptionView { chosen: value == found, ..OptionView::new(value, label) })
        .collect()
}

/// The label of a target in the reader's language.
fn label(l: L, target: Target) -> String {
    let (zh, en) = target.label();
    if l.zh() { zh } else { en }
}

/// The letters of a column, as spreadsheets count.
fn letters(mut place: usize) -> String {
    let mut out = Vec::new();
    loop {
        out.push(char::from(b'A' + u8::try_from(place % 26).unwrap_or(0)));
        if place < 26 {
            return out.into_iter().rev().collect();
        }
        place = place / 26 - 1;
    }
}

/// How rows find their records, in words.
fn key_words(l: L, mapping: &[Option<String>]) -> String {
    let has = |name: &str| mapping.iter().flatten().any(|word| word == name);
    let mut keys = Vec::new();
    if has("code") {
        keys.push(l.t("import-key-code"));
    }
    if has("source_key") {
        keys.push(l.t("import-key-source"));
    }
    if has("name") {
        keys.push(l.t("import-key-name"));
    }
    if keys.is_empty() {
        return l.t("import-key-none");
    }
    let keys = keys.join(&l.t("import-key-else"));
    l.ta("import-key", &[("keys", keys.as_str())])
}

/// The labels of required fields to which no column goes.
fn unmapped(l: L, def: &'static EntityDef, mapping: &[Option<String>]) -> Vec<String> {
    let has = |name: &str| mapping.iter().flatten().any(|word| word == name);
    def.fields
        .iter()
        .filter(|field| field.required && !field.flags.derived && !has(field.name))
        .map(|field| if l.zh() { field.zh.to_owned() } else { field.en.to_owned() })
        .collect()
}

/// How a column was recognised.
fn how(l: L, header: &str, wanted: Option<&str>, proposed: Option<&str>, def: &EntityDef) -> String {
    let Some(wanted) = wanted else { return String::new() };
    if proposed != Some(wanted) {
        return l.t("import-how-chosen");
    }
    let same = def
        .field(wanted)
        .is_some_and(|(_, field)| [field.name, field.zh, field.en].into_iter().any(|name| fold(name) == fold(header)));
    if same { l.t("import-how-same") } else { l.t("import-how-synonym") }
}

fn page(visit: &Visit, import: &ImportView, typed: Option<&[String]>, error: Option<String>) -> ImportReadPage {
    let (l, def, document) = (visit.l, import.kind.def(), &import.document);
    let targets = imports::targets(def);
    let proposed = imports::propose(def, &document.headers);
    let columns = document.headers.iter().enumerate().map(|(place, header)| {
        let word = document.mapping.get(place).and_then(Option::as_deref);
        let known = word.and_then(|word| Target::from_word(def, word)).map(|target| label(l, target));
        let field = typed.and_then(|typed| typed.get(place).cloned()).or(known).unwrap_or_default();
        MapRow {
            place: letters(place),
            header: header.clone(),
            left_out: field.is_empty(),
            field,
            how: how(l, header, word, proposed.get(place).and_then(Option::as_deref), def),
            samples: document
                .samples
                .iter()
                .filter_map(|row| row.get(place))
                .filter(|cell| !cell.is_empty())
                .cloned()
                .collect(),
        }
    });
    let reading = &document.reading;
    let rows = l.n("import-row-count", document.rows);
    let title = l.ta("import-title", &[("kind", import.kind.label(visit.op.language))]);
    ImportReadPage {
        l,
        shell: visit.shell(title, "imports").under(l.t("nav-imports"), "/imports"),
        path: address(import),
        id: import.id.to_string(),
        file: format!("{} · {} · {rows}", import.file_name, reading.format),
        kind: def.plural.to_owned(),
        source: document.source.clone(),
        encodings: if reading.separator.is_some() { encodings(&reading.encoding) } else { Vec::new() },
        separators: separators(l, reading.separator),
        sheets: reading
            .sheets
            .iter()
            .map(|sheet| OptionView { chosen: Some(sheet) == reading.sheet.as_ref(), ..OptionView::new(sheet, sheet) })
            .collect(),
        header_row: u64::from(reading.header_row),
        notes: reading.notes.iter().map(|note| note.text(visit.op.language).to_owned()).collect(),
        key: key_words(l, &document.mapping),
        columns: columns.collect(),
        fields: targets.into_iter().map(|target| OptionView::new(target.word(), label(l, target))).collect(),
        unmapped: unmapped(l, def, &document.mapping),
        error,
    }
}

/// `GET /imports/{id}/mapping`
pub(crate) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, Refusal> {
    let import = imports::find(visit.services(), &visit.op, id_of(&id)?).await?;
    if !matches!(import.state, State::Read | State::Checked) {
        return Ok(flash::see_other(&address(&import)));
    }
    let mut page = page(&visit, &import, None, None);
    if let Some(problem) = &import.document.problem {
        page.error = Some(problem.text(visit.op.language).to_owned());
    }
    Ok(page.into_response())
}

/// From what was typed for each column to its target; the error names the column.
fn targets_of(l: L, import: &ImportView, typed: &[String]) -> Result<Vec<Option<String>>, String> {
    let known: Vec<(Vec<String>, String)> = imports::targets(import.kind.def())
        .into_iter()
        .map(|target| {
            let (zh, en) = target.label();
            (vec![fold(&zh), fold(&en), target.word()], target.word())
        })
        .collect();
    let mut mapping: Vec<Option<String>> = Vec::new();
    for (header, text) in import.document.headers.iter().zip(typed) {
        let text = text.trim();
        if text.is_empty() {
            mapping.push(None);
            continue;
        }
        let names =
            |(names, _): &&(Vec<String>, String)| names.contains(&fold(text)) || names.iter().any(|n| n == text);
        let Some((_, word)) = known.iter().find(names) else {
            return Err(l.ta("import-no-field", &[("header", header.as_str()), ("field", text)]));
        };
        if mapping.iter().flatten().any(|other| other == word) {
            return Err(l.ta("import-field-twice", &[("header", header.as_str()), ("field", text)]));
        }
        mapping.push(Some(word.clone()));
    }
    mapping.resize(import.document.headers.len(), None);
    Ok(mapping)
}

/// `POST /imports/{id}/mapping`: keeps what the columns mean and checks every row.
pub(crate) async fn set(visit: Visit, Path(id): Path<String>, sent: Sent) -> Result<Response, Refusal> {
    let (services, op) = (visit.services(), &visit.op);
    let import = imports::find(services, op, id_of(&id)?).await?;
    let typed: Vec<String> = sent.all("column").map(str::to_owned).collect();
    let again = |error: String| {
        let page = page(&visit, &import, Some(&typed), Some(error));
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    let mapping = match targets_of(visit.l, &import, &typed) {
        Ok(mapping) => mapping,
        Err(error) => return again(error),
    };
    if mapping != import.document.mapping || import.state != State::Read {
        match imports::set_mapping(services, op, import.id, mapping).await {
            Err(fault) if fault.kind == FaultKind::Invalid => return again(fault.message.text(op.language).to_owned()),
            other => other?,
        };
    }
    let import = imports::start_check(services, op, import.id).await?;
    Ok(flash::see_other(&address(&import)))
}

#[cfg(test)]
mod tests {
    use super::letters;

    #[test]
    fn columns_are_lettered_as_in_a_spreadsheet() {
        assert_eq!([0, 25, 26, 51, 52, 701, 702].map(letters), ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }
}
