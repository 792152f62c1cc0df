//! The words of `kubectl shangyun` and of `shangyun remote`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::arguments::OutputArguments;

/// Asks a Shangyun server for requests to move to the government cloud or to stay: with a token, over REST.
#[derive(Debug, Parser)]
#[command(name = "kubectl-shangyun", bin_name = "kubectl shangyun", version, about)]
pub(super) struct PluginArguments {
    #[command(flatten)]
    pub(super) remote: RemoteArguments,
}

#[derive(Args, Debug)]
pub(crate) struct RemoteArguments {
    /// Address of the server, such as `https://shangyun.example.gov.cn`; plain http to this machine only.
    #[arg(long, global = true, env = "SHANGYUN_SERVER")]
    pub(crate) server: Option<String>,
    /// Token, `sy_…`; others on this machine can read flags, so better set it in the environment.
    #[arg(long, global = true, env = "SHANGYUN_TOKEN", hide_env_values = true)]
    pub(crate) token: Option<String>,
    /// File (PEM) with the authority of the server's certificate, if the machine does not know it.
    #[arg(long, global = true, env = "SHANGYUN_CA_FILE")]
    pub(crate) ca_file: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: RemoteCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RemoteCommand {
    /// Drafts the request of a file; with --submit hands it in.
    Request(RequestArguments),
    /// Shows what a request gets: namespaces, objects, hash, what keeps it from being made, capacity.
    Plan(PlanArguments),
    /// Shows where a request is, as of a parcel: steps so far, what is next, whose turn it is.
    Status(StatusArguments),
    /// Says what is wrong with the request of a file, and what it would get; nothing is stored. Exit code 2 if something is wrong.
    Check {
        /// YAML or JSON, as for `request`; `-` for standard input.
        file: PathBuf,
        #[command(flatten)]
        output: OutputArguments,
    },
}

#[derive(Args, Debug)]
pub(crate) struct RequestArguments {
    /// YAML or JSON of a request: `entity: migration` or `entity: cloud_exception`, then its fields; `-` for standard input.
    #[arg(short, long)]
    pub(crate) file: PathBuf,
    /// Hands it in too.
    #[arg(long)]
    pub(crate) submit: bool,
    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

/// Form of a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlanOutput {
    /// For people.
    #[default]
    Table,
    /// For programs; stable.
    Json,
    /// What `kubectl apply` takes: each `Workspace`, as the hub would push it.
    Yaml,
}

#[derive(Args, Debug)]
pub(crate) struct PlanArguments {
    /// Number or identifier of the request.
    pub(crate) number: String,
    /// Form of what is printed.
    #[arg(short, long, value_enum, default_value_t)]
    pub(crate) output: PlanOutput,
    /// With `-o yaml`: every object of each namespace too, for a cluster without the controller.
    #[arg(long)]
    pub(crate) objects: bool,
}

#[derive(Args, Debug)]
pub(crate) struct StatusArguments {
    /// Number or identifier of the request.
    pub(crate) number: String,
    /// Goes on telling until it is done (exit code 0), or over, returned or failed (exit code 5).
    #[arg(long)]
    pub(crate) watch: bool,
    /// With --watch: until it has reached this state, such as `provisioned`.
    #[arg(long, requires = "watch")]
    pub(crate) until: Option<String>,
    /// With --watch: gives up after so many seconds (exit code 6).
    #[arg(long, requires = "watch")]
    pub(crate) timeout: Option<u64>,
    #[command(flatten)]
    pub(crate) output: OutputArguments,
}
