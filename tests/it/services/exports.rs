//! Export and import are inverse: what goes out comes back as the same, formulas and phone numbers included.

use domain::{EntityKind, Language};
use exchange::ReadOptions;
use services::records::{self, ExportFormat};
use store::lists::Query;

use crate::support::{World, auditor, csv, import::counts, leader, on_both_engines, operator, sample};

const SYSTEM: EntityKind = EntityKind::System;

async fn export(world: &World, kind: EntityKind, format: ExportFormat, language: Language) -> Vec<u8> {
    let mut op = operator();
    op.language = language;
    let query = Query::new(kind.def(), op.scope(kind));
    records::export(&world.services, &op, &query, format).await.unwrap()
}

/// A small city with everything that has ever gone wrong in a cell.
async fn city(world: &World) {
    let file = "census-departments.gb18030.csv";
    assert_eq!(world.import(EntityKind::Department, file, sample(file)).await, counts(12, 0, 0, 0));
    let zone = [
        ("name", "政务外网区"),
        ("code", "Z1"),
        ("counts_as_cloud", "是"),
        ("max_mlps", "三级"),
        ("allows_internet", "否"),
    ];
    world.create(EntityKind::Zone, &zone).await;
    let headers = [
        "系统编码",
        "系统名称",
        "使用单位",
        "所在云区",
        "联系电话",
        "备注",
        "建设金额(元)",
        "接入网络",
        "上线日期",
        "含个人信息",
    ];
    let rows: [&[&str]; 4] = [
        &[
            "XT-1",
            "=cmd|' /C calc'!A0",
            "上云市财政局",
            "Z1",
            "+86 571 8000 0001",
            "第一行\n第二行",
            "1250000.01",
            "互联网、政务外网",
            "2020-03-01",
            "是",
        ],
        &["'007", "@SUM(A1)", "上云市财政局", "", "'+1", "-", "0", "", "1999-12-31", "否"],
        &["", "没有编码的系统", "䶮溪县大数据发展中心", "", "", "张𠮷,\"引号\";分号", "", "", "", ""],
        &["1e5", "00123", "上云市教育局", "", "13800001111", "\t制表", "99999999.99", "", "", ""],
    ];
    assert_eq!(world.import(SYSTEM, "list.csv", csv(&headers, &rows)).await, counts(4, 0, 0, 0));
    let server = csv(
        &["主机名", "所属系统", "所在云区", "内存(GB)", "CPU核数", "在用"],
        &[&["-srv", "XT-1", "Z1", "16.5", "8", "是"]],
    );
    assert_eq!(world.import(EntityKind::Component, "servers.csv", server).await, counts(1, 0, 0, 0));
}

async fn what_goes_out_comes_back_unchanged_in_every_format_and_language(world: World) {
    city(&world).await;
    for (kind, rows) in [(EntityKind::Department, 12), (EntityKind::Zone, 1), (SYSTEM, 4), (EntityKind::Component, 1)] {
        for format in [ExportFormat::Csv, ExportFormat::Xlsx] {
            for language in [Language::ZhCn, Language::En] {
                let file = export(&world, kind, format, language).await;
                let checked = world.check(kind, "export", file).await;
                let what = format!(
                    "{} {format:?} {language:?}: {:?} {:?}",
                    kind.def().table,
                    checked.document.updates,
                    world.errors(&checked).await
                );
                assert_eq!(checked.document.counts, Some(counts(0, 0, rows, 0)), "{what}");
            }
        }
    }
}

async fn no_cell_of_an_export_runs_as_a_formula(world: World) {
    city(&world).await;
    let file = export(&world, SYSTEM, ExportFormat::Csv, Language::ZhCn).await;
    assert!(file.starts_with(b"\xef\xbb\xbf"), "spreadsheets need the mark to see UTF-8");
    let table = exchange::read("export.csv", &file, &ReadOptions::default()).unwrap();
    for cell in table.rows.iter().flat_map(|row| &row.cells) {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
    }
    let names: Vec<&String> = table.rows.iter().map(|row| &row.cells[1]).collect();
    assert!(names.contains(&&"'=cmd|' /C calc'!A0".to_owned()), "{names:?}");
}

async fn an_export_of_everything_fills_an_empty_register_with_the_same(world: World) {
    city(&world).await;
    let empty =
        if world.db().engine() == store::Engine::Sqlite { World::sqlite().await } else { World::postgres().await };
    for kind in [EntityKind::Department, EntityKind::Zone, SYSTEM, EntityKind::Component] {
        let file = export(&world, kind, ExportFormat::Xlsx, Language::ZhCn).await;
        let checked = empty.check(kind, "export.xlsx", file).await;
        assert_eq!(checked.document.counts.unwrap().refused, 0, "{:?}", empty.errors(&checked).await);
        empty.apply(&checked).await;
        // By another order of ids, but the same rows.
        let lines = |file: Vec<u8>| {
            let mut lines: Vec<String> = String::from_utf8(file).unwrap().split("\r\n").map(str::to_owned).collect();
            lines.sort();
            lines
        };
        let before = lines(export(&world, kind, ExportFormat::Csv, Language::ZhCn).await);
        assert_eq!(
            lines(export(&empty, kind, ExportFormat::Csv, Language::ZhCn).await),
            before,
            "{}",
            kind.def().table
        );
    }
}

async fn restricted_columns_of_an_export_are_empty_for_those_without_the_right(world: World) {
    city(&world).await;
    let query = Query::new(SYSTEM.def(), leader().scope(SYSTEM));
    let file = records::export(&world.services, &leader(), &query, ExportFormat::Csv).await.unwrap();
    let file = String::from_utf8(file).unwrap();
    assert!(!file.contains("13800001111") && file.contains("没有编码的系统"));
    // Brought in again, the blank cells clear nothing.
    let checked = world.check(SYSTEM, "export.csv", file.into_bytes()).await;
    assert_eq!(checked.document.counts, Some(counts(0, 0, 4, 0)));
}

async fn a_download_is_on_the_record(world: World) {
    city(&world).await;
    export(&world, SYSTEM, ExportFormat::Csv, Language::ZhCn).await;
    let entries = services::audit::list(&world.services, &auditor(), None, 1).await.unwrap();
    let entry = &entries[0].entry;
    assert_eq!(
        (entry.action.as_str(), entry.entity.as_str(), entry.actor.as_str(), entry.body.as_str()),
        ("export", "system", "operator", r#"{"rows":4}"#)
    );
}

async fn an_export_keeps_the_filter_and_order_of_its_list(world: World) {
    city(&world).await;
    let parameters = [("department".to_owned(), "上云市财政局".to_owned()), ("sort".to_owned(), "-live_on".to_owned())];
    let (query, _) = records::list_query(&world.services, &operator(), SYSTEM, &parameters).await.unwrap();
    let file = records::export(&world.services, &operator(), &query, ExportFormat::Csv).await.unwrap();
    let table = exchange::read("export.csv", &file, &ReadOptions::default()).unwrap();
    let codes: Vec<&str> = table.rows.iter().map(|row| row.cells[0].as_str()).collect();
    assert_eq!(codes, ["XT-1", "'007"]);
}

on_both_engines!(
    what_goes_out_comes_back_unchanged_in_every_format_and_language,
    no_cell_of_an_export_runs_as_a_formula,
    an_export_of_everything_fills_an_empty_register_with_the_same,
    restricted_columns_of_an_export_are_empty_for_those_without_the_right,
    a_download_is_on_the_record,
    an_export_keeps_the_filter_and_order_of_its_list,
);
