//! The command line's words.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

use crate::remote::RemoteArguments;

/// The register, the migration desk and the landing zone of a government cloud.
#[derive(Debug, Parser)]
#[command(name = "shangyun", version, about)]
pub(crate) struct Arguments {
    /// Settings file (TOML); `SHANGYUN_SECTION__KEY` overrides it.
    #[arg(long, global = true, env = "SHANGYUN_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Data folder of the embedded database; overrides the settings.
    #[arg(long, global = true)]
    pub(crate) data: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Runs console, REST and background work.
    Serve(ServeArguments),
    /// Brings the database schema up to date.
    Migrate,
    /// Judges every system and room anew.
    Evaluate(EvaluateArguments),
    /// Checks a file, or applies it.
    Import(ImportArguments),
    /// Lists records.
    List(ListArguments),
    /// Shows one record, by id, code or name.
    Get(GetArguments),
    /// Exports records as CSV, XLSX or JSON.
    Export(ExportArguments),
    /// Manages people.
    User(UserArguments),
    /// Manages API tokens.
    Token(TokenArguments),
    /// Writes the files of a generated city.
    GenerateCity(CityArguments),
    /// Recomputes the seals of the audit trail; exit code 5 if one is broken.
    VerifyAudit(OutputArguments),
    /// Writes what a member cluster needs: the definition of `Workspace`, the guards, the roles.
    Crds(CrdsArguments),
    /// Writes the files of one approved workspace, as the hub would push it.
    Render(RenderArguments),
    /// Keeps the namespaces of a member cluster as they were approved; needs no database.
    Controller(ControllerArguments),
    /// Lists and registers member clusters: how the hub reaches them.
    Cluster(ClusterArguments),
    /// Asks a server over REST, with a token: the same as `kubectl shangyun`.
    Remote(RemoteArguments),
    /// Prints the REST description (OpenAPI 3.1).
    Openapi,
    /// Prints shell completions.
    Completions {
        /// For which shell.
        shell: clap_complete::Shell,
    },
    /// Checks or prints the settings.
    Config(ConfigArguments),
}

/// Form of what is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people.
    #[default]
    Table,
    /// For programs; stable.
    Json,
}

#[derive(Args, Debug)]
pub(crate) struct OutputArguments {
    /// Form of what is printed.
    #[arg(short, long, value_enum, default_value_t)]
    pub(crate) output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct ServeArguments {
    /// Fills an empty data folder with a generated city and prints accounts; loopback only.
    #[arg(long)]
    pub(crate) demo: bool,
    /// Systems of the generated city.
    #[arg(long, default_value_t = 300, requires = "demo")]
    pub(crate) demo_systems: usize,
    /// Registers a cluster of the generated city by a kubeconfig, `gov-1=FILE`.
    #[arg(long, requires = "demo")]
    pub(crate) demo_cluster: Option<String>,
    /// Address to listen on; overrides the settings.
    #[arg(long)]
    pub(crate) listen: Option<std::net::SocketAddr>,
}

#[derive(Args, Debug)]
pub(crate) struct EvaluateArguments {
    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

#[derive(Args, Debug)]
#[command(group(clap::ArgGroup::new("what").required(true).args(["check", "apply"])))]
pub(crate) struct ImportArguments {
    /// Plural word of the entity: departments, data-centers, zones, systems, components, legal-bases, exceptions, migrations.
    pub(crate) kind: String,
    /// CSV, XLSX or XLS file.
    pub(crate) file: PathBuf,
    /// Says what would happen; changes nothing.
    #[arg(long)]
    pub(crate) check: bool,
    /// Applies the file in one transaction.
    #[arg(long)]
    pub(crate) apply: bool,
    /// Applies the other rows although some are refused.
    #[arg(long, requires = "apply")]
    pub(crate) skip_refused: bool,
    /// Creates departments that the file names and the register lacks.
    #[arg(long, requires = "apply")]
    pub(crate) create_missing: bool,
    /// Name of the source: mapping and keys are remembered under it.
    #[arg(long, visible_alias = "map", default_value = "")]
    pub(crate) source: String,
    /// Column mapping, `header=field`, repeated; `header=` leaves a column out.
    #[arg(long = "column")]
    pub(crate) columns: Vec<String>,
    /// Encoding, if the detected one is wrong.
    #[arg(long)]
    pub(crate) encoding: Option<String>,
    /// Sheet of a workbook.
    #[arg(long)]
    pub(crate) sheet: Option<String>,
    /// Says on standard error how far it is.
    #[arg(long)]
    pub(crate) progress: bool,
    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

#[derive(Args, Debug)]
pub(crate) struct ListArguments {
    /// Plural word of the entity; or `requests`, `workspaces`.
    pub(crate) kind: String,
    /// `field=value`, `field[gte]=value`, `q=words`, `sort=-field`; repeated. Of requests: `entity`, `state`, `system`, `open`,
    /// `mine`, `within`; of workspaces: `system`, `cluster`, `request`, `environment`, `state`, `namespace`, `within`.
    #[arg(long = "filter")]
    pub(crate) filters: Vec<String>,
    /// Rows at most.
    #[arg(long, default_value_t = 50)]
    pub(crate) limit: i64,
    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

#[derive(Args, Debug)]
pub(crate) struct GetArguments {
    /// Plural word of the entity; or `requests`, `workspaces`.
    pub(crate) kind: String,
    /// Id, code or name; number of a request, namespace of a workspace.
    pub(crate) key: String,
    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

/// Form of an export.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportOutput {
    /// Comma-separated, UTF-8 with byte order mark.
    #[default]
    Csv,
    /// Workbook.
    Xlsx,
    /// One object a row.
    Json,
}

#[derive(Args, Debug)]
pub(crate) struct ExportArguments {
    /// Plural word of the entity.
    pub(crate) kind: String,
    /// As in `list`.
    #[arg(long = "filter")]
    pub(crate) filters: Vec<String>,
    /// Form.
    #[arg(short, long, value_enum, default_value_t)]
    pub(crate) output: ExportOutput,
    /// File to write; standard output if absent.
    #[arg(long)]
    pub(crate) to: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct UserArguments {
    #[command(subcommand)]
    pub(crate) command: UserCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Creates a person and prints a link that works once.
    Create {
        /// Name to sign in with.
        #[arg(long, default_value = "admin")]
        login: String,
        /// Name to show.
        #[arg(long)]
        name: Option<String>,
        /// Role: admin, operator, approver, department, auditor, leader.
        #[arg(long)]
        role: String,
        /// Code or name of the department, for `--role department`.
        #[arg(long)]
        department: Option<String>,
    },
    /// Prints a new one-time link for a person, such as one who forgot the password.
    Link {
        /// Name to sign in with.
        login: String,
    },
    /// Lists people.
    List {
        /// Prints the accounts of the demo with their passwords.
        #[arg(long)]
        demo: bool,
        #[command(flatten)]
        output: OutputArguments,
    },
    /// Locks a person out.
    Deactivate {
        /// Name to sign in with.
        login: String,
    },
}

#[derive(Args, Debug)]
pub(crate) struct TokenArguments {
    #[command(subcommand)]
    pub(crate) command: TokenCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Creates a token and prints it once.
    Create {
        /// Whose token.
        #[arg(long)]
        login: String,
        /// What it is for.
        #[arg(long)]
        name: String,
        /// Days until it expires.
        #[arg(long, default_value_t = 90)]
        days: i64,
        /// Allows changes; without it the token only reads.
        #[arg(long)]
        write: bool,
    },
}

#[derive(Args, Debug)]
pub(crate) struct CityArguments {
    /// Systems.
    #[arg(long, default_value_t = 300)]
    pub(crate) systems: usize,
    /// Seed: the same seed gives the same city.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Folder for the files; made if absent.
    #[arg(long)]
    pub(crate) to: PathBuf,
}

#[derive(Args, Debug)]
pub(crate) struct ClusterArguments {
    #[command(subcommand)]
    pub(crate) command: ClusterCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ClusterCommand {
    /// Lists clusters: how each is reached, and what it has left.
    List(OutputArguments),
    /// Registers a cluster of the register: its kubeconfig is taken apart, tried, sealed and kept.
    Register {
        /// Code of the cluster.
        code: String,
        /// Kubeconfig with an inline token or certificate; what runs programs or reads files is refused.
        #[arg(long)]
        kubeconfig: PathBuf,
    },
    /// Forgets how a cluster is reached: its plans become files from then on.
    Unregister {
        /// Code of the cluster.
        code: String,
    },
}

#[derive(Args, Debug)]
pub(crate) struct ControllerArguments {
    /// Code of the cluster that it stands in, as the plans name it.
    #[arg(long)]
    pub(crate) cluster: Option<String>,
    /// Kubeconfig to use; inside a cluster, the service account's token is used.
    #[arg(long)]
    pub(crate) kubeconfig: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct CrdsArguments {
    /// A zone of the cluster and the highest MLPS level that it carries, `extranet=3`; repeated.
    #[arg(long = "zone")]
    pub(crate) zones: Vec<String>,
    /// The group that the guards let through; what it does is undone and recorded.
    #[arg(long, default_value = landing::BREAK_GLASS_GROUP)]
    pub(crate) break_glass_group: String,
    /// Folder for the files, `-` for one stream.
    #[arg(long, default_value = "-")]
    pub(crate) to: PathBuf,
}

#[derive(Args, Debug)]
pub(crate) struct RenderArguments {
    /// YAML of a `Workspace`, or of its specification alone.
    #[arg(required_unless_present = "request")]
    pub(crate) file: Option<PathBuf>,
    /// Number of a request instead: every workspace of its plan as it is today.
    #[arg(long, conflicts_with = "file")]
    pub(crate) request: Option<String>,
    /// Folder for the files, `-` for one stream.
    #[arg(long, default_value = "-")]
    pub(crate) to: PathBuf,
    /// Every object of the namespace too, for a cluster without the controller.
    #[arg(long)]
    pub(crate) objects: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ConfigArguments {
    #[command(subcommand)]
    pub(crate) command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Checks the settings.
    Check,
    /// Prints the settings in force, without secrets.
    Print,
}

/// Prints shell completions.
pub(crate) fn completions(shell: clap_complete::Shell) -> anyhow::Result<()> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "shangyun", &mut text);
    crate::output::bytes(&text)
}
