//! Starting the program, reading what it says, asking it over HTTP, and killing it.

use std::{os::unix::process::ExitStatusExt as _, process::Stdio};

use serde_json::Value;
use store::Settings;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    net::TcpStream,
    process::{Child, ChildStderr, ChildStdout, Command},
};

use crate::support::{World, wait};

/// The number of the signal that no process can answer.
const SIGKILL: i32 = 9;

/// The program over the world's database, in a working folder without settings of its own.
fn command(world: &World, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shangyun"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SHANGYUN_")) {
        command.env_remove(name);
    }
    match &world.settings {
        Settings::Sqlite { folder } => command.arg("--data").arg(folder),
        Settings::Postgres { url } => command.env("SHANGYUN_DATABASE__URL", url),
    };
    command.args(arguments).current_dir(world.folder.path()).kill_on_drop(true);
    command.env("SHANGYUN_ADMIN__LISTEN", "127.0.0.1:0").env("SHANGYUN_LOG__LEVEL", "warn");
    command
}

/// Runs a command to its end, which must be a good one, and answers what it printed.
pub(super) async fn run(world: &World, arguments: &[&str]) -> String {
    let output = wait::within("a command", command(world, arguments).stdin(Stdio::null()).output()).await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {} {said}", output.status);
    String::from_utf8(output.stdout).unwrap()
}

/// How a command ended.
#[derive(Debug)]
pub(super) struct Ended {
    /// Its exit code.
    pub(super) code: i32,
    /// What it printed.
    pub(super) out: String,
    /// What it complained of.
    pub(super) said: String,
}

async fn end(mut command: Command) -> Ended {
    let output = wait::within("a command", command.stdin(Stdio::null()).output()).await.unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ended { code: output.status.code().unwrap_or(-1), out: text(&output.stdout), said: text(&output.stderr) }
}

/// Runs a command to its end, whichever that is.
pub(super) async fn ended(world: &World, arguments: &[&str]) -> Ended {
    end(command(world, arguments)).await
}

/// Runs the program called as a plugin of kubectl, by a link of that name, with these variables and nothing of a database.
pub(super) async fn plugin(world: &World, variables: &[(&str, &str)], arguments: &[&str]) -> Ended {
    end(plugin_command(world, variables, arguments)).await
}

fn plugin_command(world: &World, variables: &[(&str, &str)], arguments: &[&str]) -> Command {
    let link = world.folder.path().join("kubectl-shangyun");
    if !link.exists() {
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_shangyun"), &link).unwrap();
    }
    let mut command = Command::new(&link);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SHANGYUN_") || name.starts_with("LC_")) {
        command.env_remove(name);
    }
    command.env("LANG", "C.UTF-8").envs(variables.iter().copied());
    command.args(arguments).current_dir(world.folder.path()).kill_on_drop(true);
    command
}

/// A program that runs.
pub(super) struct Running {
    child: Child,
    out: Lines<BufReader<ChildStdout>>,
    said: Lines<BufReader<ChildStderr>>,
}

impl Running {
    /// Starts it.
    pub(super) fn start(world: &World, arguments: &[&str]) -> Self {
        Self::begin(command(world, arguments))
    }

    /// Starts the plugin.
    pub(super) fn plugin(world: &World, variables: &[(&str, &str)], arguments: &[&str]) -> Self {
        Self::begin(plugin_command(world, variables, arguments))
    }

    fn begin(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap()).lines();
        let said = BufReader::new(child.stderr.take().unwrap()).lines();
        Self { child, out, said }
    }

    /// The first line of its error stream that begins so.
    pub(super) async fn says(&mut self, beginning: &str) -> String {
        wait::within(beginning, async {
            let mut before = Vec::new();
            while let Some(line) = self.said.next_line().await.unwrap() {
                if line.starts_with(beginning) {
                    return line;
                }
                before.push(line);
            }
            panic!("the program ended without “{beginning}”: {before:?}");
        })
        .await
    }

    /// The first line that it prints.
    pub(super) async fn prints(&mut self) -> String {
        match wait::within("the first line", self.out.next_line()).await.unwrap() {
            Some(line) => line,
            None => panic!("the program ended: {:?}", self.said.next_line().await),
        }
    }

    /// Waits for its end: its exit code, and the lines that it still printed.
    pub(super) async fn ends(mut self) -> (i32, Vec<String>) {
        wait::within("the end of a program", async {
            let mut lines = Vec::new();
            while let Some(line) = self.out.next_line().await.unwrap() {
                lines.push(line);
            }
            (self.child.wait().await.unwrap().code().unwrap_or(-1), lines)
        })
        .await
    }

    /// Kills it as a power cut does; it must not have ended before.
    pub(super) async fn kill(mut self) {
        self.child.kill().await.unwrap();
        let status = self.child.wait().await.unwrap();
        assert_eq!(status.signal(), Some(SIGKILL), "the program ended before it could be killed: {status}");
    }
}

/// A server that runs, and a token of an operator of it.
pub(super) struct Server {
    /// The process.
    pub(super) running: Running,
    address: String,
    token: String,
}

impl Server {
    /// Starts it and waits until it listens.
    pub(super) async fn start(world: &World, token: &str) -> Self {
        let mut running = Running::start(world, &["serve", "--listen", "127.0.0.1:0"]);
        let line = running.prints().await;
        let (_, address) = line.split_once("http://").unwrap_or_else(|| panic!("{line}"));
        Self { address: address.to_owned(), token: token.to_owned(), running }
    }

    /// Where it listens.
    pub(super) fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Asks over a connection of its own; the answer must be a good one.
    pub(super) async fn ask(&self, method: &str, path: &str, body: &[u8]) -> Value {
        let kind = if body.starts_with(b"{") { "\r\nContent-Type: application/json" } else { "" };
        let head = format!(
            "{method} /api/v1{path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}{kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            self.address,
            self.token,
            body.len()
        );
        let answer = wait::within(path, async {
            let mut stream = TcpStream::connect(&self.address).await.unwrap();
            stream.write_all(head.as_bytes()).await.unwrap();
            stream.write_all(body).await.unwrap();
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await.unwrap();
            String::from_utf8(answer).unwrap()
        })
        .await;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{method} {path}: {answer}"));
        assert!(head.starts_with("HTTP/1.1 2"), "{method} {path}: {answer}");
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"))
    }
}
