//! The program as a process: cold start, memory, page weight; and a fresh PostgreSQL database to measure on.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use store::{Db, Settings, Sql};

/// Makes an empty database beside the one that the address names.
pub(crate) async fn fresh_postgres_database(url: &str) -> String {
    let db = Db::open(&Settings::Postgres { url: url.to_owned() }).await.unwrap();
    let Db::Postgres(_) = &db else { unreachable!("a PostgreSQL address opens PostgreSQL") };
    let mut reader = &db;
    let _ = store::Reader::all(&mut reader, Sql::new("drop database if exists shangyun_bench")).await.unwrap();
    let _ = store::Reader::all(
        &mut reader,
        Sql::new("create database shangyun_bench template template0 encoding 'UTF8' locale 'C'"),
    )
    .await
    .unwrap();
    let (head, query) = url.split_once('?').map_or((url, String::new()), |(head, query)| (head, format!("?{query}")));
    let base = head.rsplit_once('/').map_or(head, |(base, _)| base);
    format!("{base}/shangyun_bench{query}")
}

fn get(address: &str, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}

/// Starts `serve` on the measured folder: time until ready, memory at rest.
pub(crate) fn measure(folder: &Path) {
    let began = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_shangyun"))
        .args(["--data", &folder.display().to_string(), "serve", "--listen", "127.0.0.1:0"])
        .env("SHANGYUN_ADMIN__LISTEN", "127.0.0.1:19190")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    while get("127.0.0.1:19190", "/readyz").is_none_or(|answer| !answer.starts_with("HTTP/1.1 200"))
        && began.elapsed() < Duration::from_secs(30)
    {
        std::thread::sleep(Duration::from_millis(2));
    }
    let ready = began.elapsed();
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("?").trim().to_owned();
    println!("== the program\n  cold start to ready: {} ms; resident memory: {resident}", ready.as_millis());
    let address = first.trim().rsplit('/').next().unwrap_or_default().to_owned();
    if let Some(page) = get(&address, "/sign-in") {
        println!("  sign-in page: {} bytes with headers", page.len());
    }
    child.kill().unwrap();
    child.wait().unwrap();
}
