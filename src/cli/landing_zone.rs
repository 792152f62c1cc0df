//! `shangyun crds` and `shangyun render`: what clusters are given, as files.

use std::path::Path;

use domain::Fault;
use landing::{ManifestSettings, WorkspaceSpec, ZoneCeiling};

use crate::{
    arguments::{CrdsArguments, RenderArguments},
    failure::BadInput,
    output,
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

/// The files of one workspace.
pub(crate) fn render(options: &RenderArguments) -> anyhow::Result<()> {
    let text = match options.file.as_path() {
        path if path == Path::new("-") => std::io::read_to_string(std::io::stdin()),
        path => std::fs::read_to_string(path),
    };
    let text = text.map_err(|error| BadInput(format!("{} cannot be read: {error}", options.file.display())))?;
    let spec = specification(&text)?;
    let files = landing::files(&spec, options.objects).map_err(Fault::invalid)?;
    write(&files, &options.to)
}
