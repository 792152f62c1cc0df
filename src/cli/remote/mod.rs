//! `kubectl shangyun …`, the same as `shangyun remote …`: asking a server over REST, with a token. Needs neither settings nor database.

mod arguments;
mod client;
mod watch;

use std::{path::Path, process::ExitCode};

use clap::Parser as _;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    arguments::{Arguments, Command, Output},
    desk_text,
    failure::{BadInput, NotPermitted},
    output,
};
pub(crate) use arguments::RemoteArguments;
use arguments::{PlanArguments, PlanOutput, PluginArguments, RemoteCommand, RequestArguments};
use client::Client;
pub(crate) use client::{Refused, Unreachable};

/// The name under which kubectl finds plugins.
const PLUGIN: &str = "kubectl-shangyun";
/// Bytes of a file at most: what the server takes.
const FILE_MAX: u64 = 1 << 20;

/// True when the program was called as a plugin of kubectl, by that name or by a link of that name.
pub(crate) fn is_plugin() -> bool {
    let called = std::env::args_os().next();
    called.is_some_and(|path| Path::new(&path).file_name().is_some_and(|name| name == PLUGIN))
}

/// The arguments of a plugin, as those of `shangyun remote`.
pub(crate) fn plugin_arguments() -> Arguments {
    Arguments { config: None, data: None, command: Command::Remote(PluginArguments::parse().remote) }
}

/// Runs one command against the server.
pub(crate) async fn run(arguments: RemoteArguments) -> anyhow::Result<ExitCode> {
    let client = Client::new(&arguments)?;
    match arguments.command {
        RemoteCommand::Request(wanted) => request(&client, &wanted).await?,
        RemoteCommand::Plan(wanted) => plan(&client, &wanted).await?,
        RemoteCommand::Status(wanted) => return watch::status(&client, &wanted).await,
        RemoteCommand::Check { file, output } => return check(&client, &file, output.output).await,
    }
    Ok(ExitCode::SUCCESS)
}

/// The request that a file says, in YAML or JSON.
fn read(file: &Path) -> anyhow::Result<Value> {
    use std::io::Read as _;
    let mut text = String::new();
    let opened: std::io::Result<Box<dyn std::io::Read>> = match file {
        path if path == Path::new("-") => Ok(Box::new(std::io::stdin())),
        path => std::fs::File::open(path).map(|file| Box::new(file) as Box<dyn std::io::Read>),
    };
    let read = opened.and_then(|opened| opened.take(FILE_MAX + 1).read_to_string(&mut text));
    let size = read.map_err(|error| BadInput(format!("{} cannot be read: {error}", file.display())))?;
    if u64::try_from(size).unwrap_or(u64::MAX) > FILE_MAX {
        return Err(BadInput(format!("{} is larger than 1 MiB", file.display())).into());
    }
    let said: Value = landing::from_yaml(&text)
        .map_err(|error| BadInput(format!("{} is neither YAML nor JSON: {error}", file.display())))?;
    if !said.is_object() {
        return Err(BadInput(format!("{} holds no request: begin with “entity: migration”", file.display())).into());
    }
    Ok(said)
}

/// `request -f FILE`
async fn request(client: &Client, wanted: &RequestArguments) -> anyhow::Result<()> {
    let said = read(&wanted.file)?;
    let mut document = client.ask(Method::POST, &["requests"], Some(&said)).await?;
    let id = desk_text::text(&document, "/id").into_owned();
    let told = |document: &Value| -> anyhow::Result<String> {
        let (number, state) = (desk_text::text(document, "/number"), desk_text::text(document, "/state_label"));
        Ok(format!("{number}  {state}  {}", client.address(&["requests", &id])?))
    };
    if wanted.submit {
        let step = json!({ "move": "submit" });
        match client.ask(Method::POST, &["requests", &id, "moves"], Some(&step)).await {
            Ok(after) => document = after,
            Err(error) => {
                let drafted = client.language.pick("已保存草稿，尚未提交：", "drafted, not handed in: ");
                output::note(&format!("{drafted}{}", told(&document)?));
                return Err(error);
            }
        }
    }
    match wanted.output.output {
        Output::Json => output::json(&document),
        Output::Table => output::line(&told(&document)?),
    }
}

/// `plan NUMBER`
async fn plan(client: &Client, wanted: &PlanArguments) -> anyhow::Result<()> {
    let document = client.ask(Method::GET, &["requests", &wanted.number], None).await?;
    match wanted.output {
        PlanOutput::Json => {
            let parts = ["number", "plan_hash", "deliveries"].map(|name| (name.to_owned(), document[name].clone()));
            output::json(&Value::Object(parts.into_iter().collect()))
        }
        PlanOutput::Table => output::bytes(desk_text::plan(&document, client.language).as_bytes()),
        PlanOutput::Yaml => output::bytes(manifests(&document, wanted.objects)?.as_bytes()),
    }
}

/// One stream of what `kubectl apply` takes.
fn manifests(document: &Value, objects: bool) -> anyhow::Result<String> {
    let namespaces = desk_text::list(document, "deliveries").iter().filter(|one| one["kind"] == "namespace");
    let mut stream = Vec::new();
    for one in namespaces {
        let problems = desk_text::list(one, "problems");
        if !problems.is_empty() {
            let name = desk_text::text(one, "/namespace");
            let problems = desk_text::problems(problems);
            return Err(BadInput(format!("{name} cannot be made as it is:\n{}", problems.trim_end())).into());
        }
        let Some(workspace) = one["workspace"].as_str().filter(|text| !text.is_empty()) else {
            let why = "objects are shown to those who decide on requests or operate the cloud";
            return Err(NotPermitted(why.to_owned()).into());
        };
        stream.push(workspace);
        if objects {
            stream.extend(desk_text::list(one, "objects").iter().filter_map(|object| object["yaml"].as_str()));
        }
    }
    if stream.is_empty() {
        return Err(BadInput("this request has no namespace: there is nothing to apply".to_owned()).into());
    }
    Ok(stream.join("---\n"))
}

/// `check FILE`
async fn check(client: &Client, file: &Path, form: Output) -> anyhow::Result<ExitCode> {
    let said = read(file)?;
    let checked = client.ask(Method::POST, &["requests", "check"], Some(&said)).await?;
    let is_ready = checked["is_ready"] == Value::Bool(true);
    match form {
        Output::Json => output::json(&checked)?,
        Output::Table => {
            let (zh, en) = match is_ready {
                true => ("可以提交", "it can be handed in as it is"),
                false => ("还不能提交：", "it cannot be handed in yet:"),
            };
            output::line(client.language.pick(zh, en))?;
            output::bytes(desk_text::problems(desk_text::list(&checked, "problems")).as_bytes())?;
            output::bytes(desk_text::plan(&checked, client.language).as_bytes())?;
        }
    }
    Ok(if is_ready { ExitCode::SUCCESS } else { ExitCode::from(2) })
}
