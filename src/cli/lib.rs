//! The command line and the composition root: reads settings, puts the parts together, runs one command.

mod app;
mod arguments;
mod city;
mod cluster;
mod controller_role;
mod demo;
mod desk;
mod desk_text;
mod failure;
mod import;
mod landing_zone;
mod list;
mod maintain;
mod output;
mod remote;
mod serve;
mod settings;
mod telemetry;
mod user;

use std::process::ExitCode;

use clap::Parser as _;

use arguments::{Arguments, Command};

/// Runs the command that the arguments name; the exit code is 0 done, 2 bad input, 3 not found, 4 not permitted,
/// 5 conflict, 6 try again, 1 bug.
pub fn main() -> ExitCode {
    let arguments = if remote::is_plugin() { remote::plugin_arguments() } else { Arguments::parse() };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failure::report(&anyhow::anyhow!("the program cannot start its threads: {error}")),
    };
    match runtime.block_on(run(arguments)) {
        Ok(code) => code,
        Err(error) => failure::report(&error),
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let settings = match &arguments.command {
        // Whoever asks a server has no settings of one.
        Command::Remote(_) => settings::Settings::default(),
        _ => settings::load(arguments.config.as_deref(), arguments.data.as_deref())?,
    };
    if !matches!(arguments.command, Command::Serve(_) | Command::Controller(_) | Command::Remote(_)) {
        telemetry::init_quiet();
    }
    match arguments.command {
        Command::Serve(serve) => serve::run(settings, serve).await?,
        Command::Cluster(cluster) => cluster::run(&settings, cluster).await?,
        Command::Controller(options) => controller_role::run(settings, &options).await?,
        Command::Migrate => maintain::migrate(&settings).await?,
        Command::Evaluate(evaluate) => maintain::evaluate(&settings, evaluate).await?,
        Command::VerifyAudit(output) => return maintain::verify_audit(&settings, output.output).await,
        Command::Import(import) => return import::run(&settings, import).await,
        Command::List(list) => list::list(&settings, list).await?,
        Command::Get(get) => list::get(&settings, get).await?,
        Command::Export(export) => list::export(&settings, export).await?,
        Command::User(user) => user::user(&settings, user).await?,
        Command::Token(token) => user::token(&settings, token).await?,
        Command::GenerateCity(options) => city::generate(&options)?,
        Command::Crds(options) => landing_zone::crds(&options)?,
        Command::Render(options) => landing_zone::render(&settings, &options).await?,
        Command::Remote(remote) => return remote::run(remote).await,
        Command::Openapi => output::json(&api::document(&app::pack(&settings)?))?,
        Command::Completions { shell } => arguments::completions(shell)?,
        Command::Config(command) => settings::command(&settings, &command)?,
    }
    Ok(ExitCode::SUCCESS)
}
