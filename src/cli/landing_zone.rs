//! `shangyun crds` and `shangyun render`: what clusters are given, as files.

use std::path::Path;

use domain::Fault;
use landing::{ManifestSettings, WorkspaceSpec, ZoneCeiling};
use services::requests;

use crate::{
    app,
    arguments::{CrdsArguments, RenderArguments},
    failure::BadInput,
    output,
    settings::Settings,
};

fn zone(text: &str) -> anyhow::Result<ZoneCeiling> {
    let is_code =
        |code: &str| !code.is_empty() && code.chars().all(|one| one.is_ascii_alphanumeric() || ".-_".contains(one));
    text.split_once('=')
        .filter(|(zone, _)| is_code(zone))
        .and_then(|(zone, level)| {
            Some(ZoneCeiling { zone: zone.to_owned(), level: level.parse().ok().filter(|level| *level <= 5)? })
        })
        .ok_or_else(|| {
            BadInput(format!("--zone {text}: write the code of a zone and a level of 0 to 5, as in extranet=3")).into()
        })
}

/// Writes the files into the folder, or one stream to standard output.
fn write(files: &[(String, String)], to: &Path) -> anyhow::Result<()> {
    if to == Path::new("-") {
        let stream: Vec<&str> = files.iter().map(|(_, text)| text.as_str()).collect();
        return output::bytes(stream.join("---\n").as_bytes());
    }
    for (name, text) in files {
        let path = to.join(name);
        let written = path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(&path, text));
        written.map_err(|error| BadInput(format!("{} cannot be written: {error}", path.display())))?;
        output::note(&path.display().to_string());
    }
    Ok(())
}

/// Definition, guards and roles of a member cluster.
pub(crate) fn crds(options: &CrdsArguments) -> anyhow::Result<()> {
    let mut settings = ManifestSettings { break_glass_group: options.break_glass_group.clone(), ..Default::default() };
    if settings.break_glass_group.is_empty() || settings.break_glass_group.contains(['\'', '"', '\\', '\n']) {
        return Err(BadInput("--break-glass-group: a name without quotes is needed".to_owned()).into());
    }
    if !options.zones.is_empty() {
        settings.zones = options.zones.iter().map(|text| zone(text)).collect::<anyhow::Result<_>>()?;
    }
    write(&landing::manifests(&settings), &options.to)
}

/// Reads a `Workspace`, or a bare specification; a missing hash is filled in, a wrong one refused.
fn specification(text: &str) -> anyhow::Result<WorkspaceSpec> {
    let mut value: serde_json::Value = landing::from_yaml(text).map_err(BadInput)?;
    if let Some(spec) = value.get_mut("spec") {
        value = spec.take();
    }
    let given = value.get("planHash").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    if let Some(spec) = value.as_object_mut() {
        spec.insert("planHash".to_owned(), given.clone().into());
    }
    let mut spec: WorkspaceSpec =
        serde_json::from_value(value).map_err(|error| BadInput(format!("this is no Workspace: {error}")))?;
    let hash = landing::plan_hash(&spec);
    if !given.is_empty() && given != hash {
        return Err(BadInput(format!(
            "planHash is {given}, but this plan's hash is {hash}: it was changed after approval"
        ))
        .into());
    }
    spec.plan_hash = hash;
    Ok(spec)
}

/// The plans of a request that is handled here, as they are today.
async fn plans_of(settings: &Settings, number: &str) -> anyhow::Result<Vec<WorkspaceSpec>> {
    let services = app::open(settings).await?;
    let op = app::operation(&services, "render");
    let request = requests::named(&services, &op, number).await?;
    let problems: Vec<_> = request.deliveries.iter().flat_map(|one| one.planned.problems.clone()).collect();
    if !problems.is_empty() {
        return Err(Fault::invalid(problems).into());
    }
    Ok(request.deliveries.into_iter().filter_map(|one| one.planned.spec).collect())
}

/// The plan of a file.
fn plan_of_file(file: &Path) -> anyhow::Result<WorkspaceSpec> {
    let text = match file {
        path if path == Path::new("-") => std::io::read_to_string(std::io::stdin()),
        path => std::fs::read_to_string(path),
    };
    let text = text.map_err(|error| BadInput(format!("{} cannot be read: {error}", file.display())))?;
    specification(&text)
}

/// The files of one workspace, or of every workspace of a request.
pub(crate) async fn render(settings: &Settings, options: &RenderArguments) -> anyhow::Result<()> {
    let specs = match (&options.file, &options.request) {
        (Some(file), _) => vec![plan_of_file(file)?],
        (None, Some(number)) => plans_of(settings, number).await?,
        (None, None) => Vec::new(),
    };
    let mut files = Vec::new();
    for spec in &specs {
        files.extend(landing::files(spec, options.objects).map_err(Fault::invalid)?);
    }
    write(&files, &options.to)
}
