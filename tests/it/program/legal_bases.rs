//! Legal bases on the command line: brought in, listed, taken out, and named when they are not known.

use serde_json::{Value, json};

use super::running::run;
use crate::support::{World, csv, on_both_engines};

on_both_engines![legal_bases_are_imported_listed_and_exported_like_everything_else];

async fn legal_bases_are_imported_listed_and_exported_like_everything_else(world: World) {
    let file = world.folder.path().join("bases.csv");
    let head = ["文号", "文件名称", "效力级别", "施行日期", "废止日期"];
    let rows: &[&[&str]] = &[
        &["浙政办发〔2015〕8号", "电子政务云计算平台管理办法", "省级文件", "2015-01-26", "2025-12-31"],
        &["国务院令第745号", "关键信息基础设施安全保护条例", "行政法规", "2021-09-01", ""],
        &["", "没有日期的文件", "白皮书", "去年", ""],
    ];
    std::fs::write(&file, csv(&head, rows)).unwrap();
    let file = file.to_str().unwrap();
    let said = run(&world, &["import", "legal-bases", file, "--apply", "--skip-refused", "-o", "json"]).await;
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((&said["create"], &said["refused"]), (&json!(2), &json!(1)));
    let errors: Vec<&str> =
        said["errors"].as_array().unwrap().iter().filter_map(|one| one["column"].as_str()).collect();
    assert_eq!(errors, ["效力级别", "施行日期"], "every error of the row");
    let listed = run(&world, &["list", "legal-bases", "--filter", "level=provincial_document", "-o", "json"]).await;
    assert!(listed.contains("浙政办发〔2015〕8号") && listed.contains("2025-12-31"), "{listed}");
    assert!(!listed.contains("国务院令第745号"), "{listed}");
    let one = run(&world, &["get", "legal-bases", "国务院令第745号", "-o", "json"]).await;
    assert!(one.contains("关键信息基础设施安全保护条例"), "{one}");
    let exported = world.folder.path().join("again.csv");
    run(&world, &["export", "legal-bases", "-o", "csv", "--to", exported.to_str().unwrap()]).await;
    let again = run(&world, &["import", "legal-bases", exported.to_str().unwrap(), "--check", "-o", "json"]).await;
    let again: Value = serde_json::from_str(&again).unwrap();
    assert_eq!((&again["unchanged"], &again["create"], &again["update"]), (&json!(2), &json!(0), &json!(0)));
}
