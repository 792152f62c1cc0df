//! Standings and flags through the life of records: they follow the facts, the clock and nothing else.

use domain::{EntityKind, FaultKind, Id, Record};
use services::{
    evaluation::{self, Evaluated},
    figures, records,
};

use crate::support::{World, admin, csv, department, import::counts, leader, on_both_engines, operator};

const SYSTEM: EntityKind = EntityKind::System;
const ROOM: EntityKind = EntityKind::DataCenter;
const ZONE: EntityKind = EntityKind::Zone;

fn text(record: &Record, name: &str) -> String {
    let def = if record.values.len() == SYSTEM.def().fields.len() { SYSTEM.def() } else { ROOM.def() };
    record.get(def, name).as_text().unwrap_or("").to_owned()
}

async fn standing(world: &World, id: Id) -> String {
    text(&world.reread(SYSTEM, id).await, "standing")
}

/// Words of the open flags of a subject.
async fn flags(world: &World, subject: Id) -> Vec<String> {
    store::flags::open_of(&mut world.db(), &[subject]).await.unwrap().into_iter().map(|flag| flag.rule).collect()
}

async fn office(world: &World) -> String {
    world.department("财政局", None).await.id.to_string()
}

/// A system in its own room since before the policy.
async fn off_cloud(world: &World, name: &str) -> Record {
    let office = match store::keys::departments(&mut world.db()).await.unwrap().first() {
        Some(known) => known.id.to_string(),
        None => office(world).await,
    };
    world
        .create(
            SYSTEM,
            &[
                ("name", name),
                ("department", &office),
                ("hosting", "自建机房"),
                ("live_on", "2015-03-01"),
                ("lifecycle", "运行"),
            ],
        )
        .await
}

async fn zone(world: &World, name: &str) -> String {
    let values = [("name", name), ("counts_as_cloud", "是"), ("allows_internet", "是"), ("max_mlps", "三级")];
    world.create(ZONE, &values).await.id.to_string()
}

const BASIS: &str = "省政府令第1号";
const EXCEPTION: [(&str, &str); 7] = [
    ("name", "专用设备绑定"),
    ("category", "E02"),
    ("alternatives", "已比较云上方案"),
    ("controls", "加装防火墙"),
    ("leader", "李副市长"),
    ("exit_plan", "2028年更换设备"),
    ("approved_on", "2026-01-01"),
];

async fn exception(world: &World, system: Id, expires_on: &str) -> Record {
    let system = system.to_string();
    if world.find_by_code(EntityKind::LegalBasis, BASIS).await.is_none() {
        world.basis(BASIS).await;
    }
    let mut values = EXCEPTION.to_vec();
    values.extend([("system", system.as_str()), ("expires_on", expires_on), ("legal_basis", BASIS)]);
    world.create(EntityKind::CloudException, &values).await
}

async fn an_import_is_judged_in_its_own_transaction_and_a_change_of_facts_closes_its_flags(world: World) {
    office(&world).await;
    zone(&world, "政务外网区").await;
    let headers = ["系统编码", "系统名称", "使用单位", "部署位置", "上线日期", "所在云区"];
    let first = csv(
        &headers,
        &[
            &["A", "预算系统", "财政局", "自建机房", "2015-03-01", ""],
            &["B", "新系统", "财政局", "自建机房", "2020-03-01", ""],
        ],
    );
    assert_eq!(world.import(SYSTEM, "list.csv", first).await, counts(2, 0, 0, 0));
    let (old, new) = (world.system("A").await, world.system("B").await);
    // Monday; the twentieth working day after it is the Monday before Christmas.
    assert_eq!((text(&old, "standing"), text(&old, "deadline_on")), ("unjustified".into(), "2026-12-21".into()));
    assert_eq!(flags(&world, old.id).await, ["CBD-01"]);
    assert_eq!(flags(&world, new.id).await, ["CBD-01", "CBD-02"], "it went live after the policy date");
    assert_eq!(text(&new, "worst_severity"), "critical");

    let second = csv(&headers, &[&["A", "预算系统", "财政局", "政务云", "2015-03-01", "政务外网区"]]);
    assert_eq!(world.import(SYSTEM, "list.csv", second).await, counts(0, 1, 0, 0));
    let old = world.system("A").await;
    assert_eq!(
        (text(&old, "standing"), text(&old, "deadline_on"), text(&old, "worst_severity")),
        ("on_cloud".into(), String::new(), String::new())
    );
    assert_eq!(flags(&world, old.id).await, [] as [String; 0]);
    assert_eq!(world.number("select count(*) from flag where closed_at <> 0").await, 1, "the closed flag is history");
    let history = records::history(&world.services, &operator(), SYSTEM, old.id, 9).await.unwrap();
    assert!(
        history.iter().any(|placed| placed.entry.body.contains(r#"["unjustified","on_cloud"]"#)),
        "a change of standing is on the record"
    );
    assert_eq!(world.number("select count(*) from outbox where topic = 'system.standing_changed'").await, 1);
}

async fn an_exception_holds_until_midnight_in_shanghai_and_not_a_second_longer(world: World) {
    let system = off_cloud(&world, "专用系统").await;
    exception(&world, system.id, "2026-11-25").await;
    assert_eq!(standing(&world, system.id).await, "excepted");
    assert_eq!(flags(&world, system.id).await, ["CBD-06"], "it ends soon");
    world.the_time_is("2026-11-25T15:59:59Z");
    evaluation::catch_up(&world.services, &operator()).await.unwrap();
    let shown = records::get(&world.services, &operator(), SYSTEM, system.id).await.unwrap();
    assert_eq!(text(&shown.record, "standing"), "excepted", "the last day is not over yet");
    world.the_time_is("2026-11-25T16:00:00Z");
    // Whoever looks at it after midnight sees it as it is, before any timetable.
    let shown = records::get(&world.services, &leader(), SYSTEM, system.id).await.unwrap();
    assert_eq!(text(&shown.record, "standing"), "unjustified");
    assert_eq!(text(&shown.record, "standing_since"), "2026-11-26");
    assert_eq!(flags(&world, system.id).await, ["CBD-05"], "an expired exception silences “no exception”");
}

async fn the_timetable_finds_what_the_clock_alone_has_changed(world: World) {
    let (ending, lasting) = (off_cloud(&world, "一").await, off_cloud(&world, "二").await);
    exception(&world, ending.id, "2026-11-25").await;
    exception(&world, lasting.id, "2027-11-25").await;
    world.the_time_is("2026-11-25T16:00:00Z");
    let done = evaluation::catch_up(&world.services, &operator()).await.unwrap();
    assert_eq!(done, Evaluated { systems: 1, rooms: 0, standings_changed: 1, flags_opened: 1, flags_closed: 1 });
    assert_eq!(
        (standing(&world, ending.id).await, standing(&world, lasting.id).await),
        ("unjustified".into(), "excepted".into())
    );
    assert_eq!(evaluation::catch_up(&world.services, &operator()).await.unwrap(), Evaluated::default());
}

async fn a_complete_evaluation_after_everything_was_judged_changes_nothing(world: World) {
    for name in ["一", "二", "三"] {
        off_cloud(&world, name).await;
    }
    world.create(ROOM, &[("name", "机房"), ("department", "财政局"), ("pue", "0.8")]).await;
    let entries = world.number("select count(*) from audit_entry").await;
    let done = evaluation::evaluate_all(&world.services, &operator()).await.unwrap();
    assert_eq!(done, Evaluated { systems: 3, rooms: 1, ..Evaluated::default() });
    assert_eq!(world.number("select count(*) from audit_entry").await, entries);
}

async fn only_who_keeps_the_whole_register_may_evaluate_everything(world: World) {
    for op in [leader(), crate::support::auditor(), crate::support::approver(), department("1/")] {
        let fault = evaluation::evaluate_all(&world.services, &op).await.unwrap_err();
        assert!(matches!(fault.kind, FaultKind::Forbidden | FaultKind::NotFound), "{}", op.actor.name);
    }
    evaluation::evaluate_all(&world.services, &admin()).await.unwrap();
}

async fn servers_decide_over_what_a_system_says_of_itself(world: World) {
    let zone = zone(&world, "政务外网区").await;
    let system = off_cloud(&world, "预算系统").await;
    let id = system.id.to_string();
    let server = world
        .create(EntityKind::Component, &[("name", "srv"), ("system", &id), ("zone", &zone), ("in_service", "是")])
        .await;
    assert_eq!(standing(&world, system.id).await, "on_cloud");
    assert_eq!(flags(&world, system.id).await, ["CBD-25-hosting"], "what it says disagrees with where it runs");
    let room = world.create(ROOM, &[("name", "机房"), ("department", "财政局")]).await.id.to_string();
    let old = world
        .create(
            EntityKind::Component,
            &[("name", "old"), ("system", &id), ("data_center", &room), ("in_service", "是")],
        )
        .await;
    assert_eq!(standing(&world, system.id).await, "unjustified", "the old machine still runs");
    world.update(EntityKind::Component, old.id, &[("in_service", "否"), ("to_on", "2026-11-20")]).await;
    assert_eq!(standing(&world, system.id).await, "on_cloud");
    world.remove(EntityKind::Component, server.id).await.unwrap();
    assert_eq!(standing(&world, system.id).await, "unassessed", "nobody knows where it runs now");
}

async fn a_server_that_moves_to_another_system_or_room_changes_what_it_left_as_well(world: World) {
    let zone = zone(&world, "政务外网区").await;
    let (left, taken) = (off_cloud(&world, "旧系统").await, off_cloud(&world, "新系统").await);
    let server = [("name", "srv"), ("system", "旧系统"), ("zone", zone.as_str()), ("in_service", "是")];
    let server = world.create(EntityKind::Component, &server).await;
    assert_eq!(standing(&world, left.id).await, "on_cloud");
    world.update(EntityKind::Component, server.id, &[("system", "新系统")]).await;
    assert_eq!(standing(&world, left.id).await, "unjustified", "it says so of itself, and nothing proves otherwise");
    assert_eq!(standing(&world, taken.id).await, "on_cloud");

    let closed =
        [("name", "旧机房"), ("department", "财政局"), ("closure_stage", "已关停"), ("closed_on", "2026-11-20")];
    let room = world.create(ROOM, &closed).await;
    let other =
        world.create(ROOM, &[("name", "新机房"), ("department", "财政局"), ("target_close_on", "2027-01-01")]).await;
    world.update(EntityKind::Component, server.id, &[("zone", ""), ("data_center", "旧机房")]).await;
    assert_eq!(flags(&world, room.id).await, ["CBD-13"]);
    world.update(EntityKind::Component, server.id, &[("data_center", "新机房")]).await;
    assert_eq!(flags(&world, room.id).await, [] as [String; 0], "nothing stands in it any more");
    assert_eq!(flags(&world, other.id).await, [] as [String; 0]);
}

async fn a_room_recorded_as_closed_with_servers_in_it_is_flagged_until_they_are_gone(world: World) {
    let system = off_cloud(&world, "预算系统").await;
    let values =
        [("name", "机房"), ("department", "财政局"), ("recognition", "已认定"), ("recognition_until", "2028-12-31")];
    let room = world.create(ROOM, &values).await;
    let server = world
        .create(
            EntityKind::Component,
            &[
                ("name", "srv"),
                ("system", &system.id.to_string()),
                ("data_center", &room.id.to_string()),
                ("in_service", "是"),
            ],
        )
        .await;
    assert_eq!(flags(&world, room.id).await, [] as [String; 0]);
    world.update(ROOM, room.id, &[("closure_stage", "已关停"), ("closed_on", "2026-11-20")]).await;
    assert_eq!(flags(&world, room.id).await, ["CBD-13"]);
    assert_eq!(world.reread(ROOM, room.id).await.get(ROOM.def(), "flag_count").as_int(), Some(1));
    let explained = evaluation::explain_room(&world.services, &operator(), room.id).await.unwrap();
    assert!(explained.flags[0].explanation.zh.contains("预算系统"), "{}", explained.flags[0].explanation.zh);
    world.update(EntityKind::Component, server.id, &[("in_service", "否")]).await;
    assert_eq!(flags(&world, room.id).await, [] as [String; 0]);
}

async fn a_zone_that_no_longer_counts_as_cloud_reopens_every_system_in_it(world: World) {
    let zone = zone(&world, "某商业云").await;
    let system = off_cloud(&world, "预算系统").await;
    world.update(SYSTEM, system.id, &[("hosting", "政务云"), ("zone", &zone)]).await;
    assert_eq!(standing(&world, system.id).await, "on_cloud");
    world.update(ZONE, Id::parse(&zone).unwrap(), &[("counts_as_cloud", "否")]).await;
    // Many systems may hang on a zone: they are marked, the list says so, and the background judges them.
    let query = store::lists::Query::new(SYSTEM.def(), store::lists::RowScope::Everything);
    assert_eq!(records::list(&world.services, &operator(), &query).await.unwrap().stale, 1);
    let jobs = store::job_queue::list(&mut world.db(), 9).await.unwrap();
    assert!(jobs.iter().any(|job| job.kind == evaluation::JOB_KIND && job.state == "queued"));
    let done = evaluation::catch_up(&world.services, &operator()).await.unwrap();
    assert_eq!((done.systems, done.standings_changed), (1, 1));
    assert_eq!(standing(&world, system.id).await, "unjustified");
    assert_eq!(records::list(&world.services, &operator(), &query).await.unwrap().stale, 0);
}

async fn a_department_taken_out_of_scope_takes_its_systems_along_with_a_reason_only(world: World) {
    let system = off_cloud(&world, "预算系统").await;
    let office = world.by_name(EntityKind::Department, "财政局").await;
    world.update(EntityKind::Department, office.id, &[("in_scope", "否")]).await;
    evaluation::catch_up(&world.services, &operator()).await.unwrap();
    assert_eq!(standing(&world, system.id).await, "unjustified", "without a reason it stays inside");
    world.update(EntityKind::Department, office.id, &[("scope_reason", "省级垂直管理")]).await;
    let shown = records::get(&world.services, &operator(), SYSTEM, system.id).await.unwrap();
    assert_eq!(text(&shown.record, "standing"), "not_applicable", "whoever looks sees it at once");
    assert_eq!(flags(&world, system.id).await, [] as [String; 0]);
}

async fn ids(world: &World) -> Vec<domain::Id> {
    store::facts::walk(&mut world.db(), SYSTEM.def(), domain::Id::NONE, 10_000).await.unwrap()
}

async fn more_than_five_hundred_touched_systems_are_judged_in_the_background(world: World) {
    office(&world).await;
    let rows: Vec<[String; 3]> =
        (0..501).map(|number| [format!("系统 {number}"), "财政局".into(), "自建机房".into()]).collect();
    let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    assert_eq!(world.import(SYSTEM, "list.csv", csv(&["系统名称", "使用单位", "部署位置"], &rows)).await.create, 501);
    let waiting =
        async || figures::overview(&world.services, &operator(), None).await.map(|overview| overview.waiting).unwrap();
    assert_eq!(waiting().await, 0, "what is new is judged as it is stored");
    let flagged = store::flags::open_of(&mut world.db(), &ids(&world).await).await.unwrap();
    assert_eq!(flagged.len(), 501);
    let dated: Vec<[String; 3]> =
        (0..501).map(|number| [format!("系统 {number}"), "财政局".into(), "2020-01-01".into()]).collect();
    let dated: Vec<Vec<&str>> = dated.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let dated: Vec<&[&str]> = dated.iter().map(Vec::as_slice).collect();
    assert_eq!(world.import(SYSTEM, "dates.csv", csv(&["系统名称", "使用单位", "上线时间"], &dated)).await.update, 501);
    assert_eq!(waiting().await, 501, "the overview says how many wait");
    let done = evaluation::catch_up(&world.services, &operator()).await.unwrap();
    assert_eq!(
        (done.systems, done.flags_opened, done.flags_closed),
        (501, 501, 0),
        "live after the policy date: one more each"
    );
    assert_eq!(waiting().await, 0);
}

async fn rates_come_with_their_counts(world: World) {
    let zone = zone(&world, "政务外网区").await;
    for (name, hosting) in [("一", "政务云"), ("二", "政务云"), ("三", "自建机房"), ("四", "自建机房")]
    {
        let system = off_cloud(&world, name).await;
        let place = if hosting == "政务云" { zone.as_str() } else { "" };
        world.update(SYSTEM, system.id, &[("hosting", hosting), ("zone", place)]).await;
    }
    let excepted = world.by_name(SYSTEM, "三").await;
    exception(&world, excepted.id, "2027-06-30").await;
    let overview = figures::overview(&world.services, &operator(), None).await.unwrap();
    let rates = format!("{:?}", overview.rates);
    let count = |wanted: &str| {
        overview.standings.iter().find(|(standing, _)| standing.code() == wanted).map_or(0, |(_, count)| *count)
    };
    assert_eq!((count("on_cloud"), count("excepted"), count("unjustified")), (2, 1, 1));
    assert!(rates.contains('4') && rates.contains('3'), "raw is 2 of 4, net is 2 of 3: {rates}");
    assert_eq!((overview.deadlines.later, overview.exceptions.later), (1, 1));
    let [line] = &overview.departments[..] else { panic!("{:?}", overview.departments) };
    assert_eq!((line.name.as_str(), line.unjustified), ("财政局", 1));
}

async fn a_migration_protects_from_its_submission_and_a_draft_does_not(world: World) {
    let system = off_cloud(&world, "预算系统").await;
    let id = system.id.to_string();
    let values =
        [("name", "预算系统上云"), ("system", id.as_str()), ("state", "草稿"), ("planned_cutover_on", "2027-03-01")];
    let migration = world.create(EntityKind::Migration, &values).await;
    assert_eq!(standing(&world, system.id).await, "unjustified", "a draft is nothing");
    world.update(EntityKind::Migration, migration.id, &[("state", "submitted"), ("submitted_on", "2026-11-23")]).await;
    assert_eq!(standing(&world, system.id).await, "planned");
    assert_eq!(flags(&world, system.id).await, [] as [String; 0]);
    world.update(EntityKind::Migration, migration.id, &[("state", "approved"), ("approved_on", "2026-11-23")]).await;
    assert_eq!(standing(&world, system.id).await, "migrating");
    world.update(EntityKind::Migration, migration.id, &[("suspended", "是")]).await;
    assert_eq!(standing(&world, system.id).await, "unjustified");
    world.remove(EntityKind::Migration, migration.id).await.unwrap();
    assert_eq!(flags(&world, system.id).await, ["CBD-01"]);
}

on_both_engines!(
    an_import_is_judged_in_its_own_transaction_and_a_change_of_facts_closes_its_flags,
    an_exception_holds_until_midnight_in_shanghai_and_not_a_second_longer,
    the_timetable_finds_what_the_clock_alone_has_changed,
    a_complete_evaluation_after_everything_was_judged_changes_nothing,
    only_who_keeps_the_whole_register_may_evaluate_everything,
    servers_decide_over_what_a_system_says_of_itself,
    a_server_that_moves_to_another_system_or_room_changes_what_it_left_as_well,
    a_room_recorded_as_closed_with_servers_in_it_is_flagged_until_they_are_gone,
    a_zone_that_no_longer_counts_as_cloud_reopens_every_system_in_it,
    a_department_taken_out_of_scope_takes_its_systems_along_with_a_reason_only,
    more_than_five_hundred_touched_systems_are_judged_in_the_background,
    rates_come_with_their_counts,
    a_migration_protects_from_its_submission_and_a_draft_does_not,
);
