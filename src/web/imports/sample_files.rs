//! Small real files to try an import with: published inventories, and a made-up census as departments really send it.

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::{EntityKind, Fault};
use edge::Refusal;

use crate::parts::LinkView;

/// A file, the kind of record it holds, and how it is called in a link.
struct SampleFile {
    name: &'static str,
    kind: EntityKind,
    label: &'static str,
    bytes: &'static [u8],
}

macro_rules! samples {
    ($($kind:ident $label:literal $name:literal),+ $(,)?) => {
        &[$(SampleFile {
            name: $name,
            kind: EntityKind::$kind,
            label: $label,
            bytes: include_bytes!(concat!("../../../tests/data/", $name)),
        }),+]
    };
}

static SAMPLES: &[SampleFile] = samples![
    Department "GB18030 CSV" "census-departments.gb18030.csv",
    DataCenter "GB18030 CSV" "census-rooms.gb18030.csv",
    System "GB18030 CSV" "census-systems.gb18030.csv",
    System "us.gov CSV" "us-dotgov-federal.csv",
    System "dc.gov 2018" "us-dc-inventory-2018.csv",
    System "dc.gov 2019" "us-dc-inventory-2019.csv",
    Component "GB18030 CSV" "census-servers.gb18030.csv",
];

/// Links to the samples of a kind.
pub(super) fn links(kind: EntityKind) -> Vec<LinkView> {
    let ours = SAMPLES.iter().filter(|sample| sample.kind == kind);
    ours.map(|sample| LinkView::new(sample.label, format!("/samples/{}", sample.name))).collect()
}

/// `GET /samples/{file}`
pub(crate) async fn serve(Path(name): Path<String>) -> Result<Response, Refusal> {
    let sample = SAMPLES.iter().find(|sample| sample.name == name).ok_or_else(Fault::not_found)?;
    let attached = format!("attachment; filename=\"{}\"", sample.name);
    let headers = [(header::CONTENT_TYPE, "text/csv".to_owned()), (header::CONTENT_DISPOSITION, attached)];
    Ok((headers, sample.bytes).into_response())
}
