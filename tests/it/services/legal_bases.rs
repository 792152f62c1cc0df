//! Legal bases: what rests on a document holds while the document does; a repeal reaches every system that relied on it.

use domain::{EntityKind, Fault, FaultKind, Id, Movement, Record};
use services::{
    Op, evaluation, records,
    requests::{self, Step},
};

use crate::support::{
    World, approver, csv, department,
    desk::{Desk, code, second_approver},
    import::counts,
    on_both_engines, operator,
};

const BASIS: EntityKind = EntityKind::LegalBasis;
const EXCEPTION: EntityKind = EntityKind::CloudException;
const SYSTEM: EntityKind = EntityKind::System;

on_both_engines![
    a_document_that_is_not_in_force_is_refused_when_handed_in_and_when_approved,
    a_repeal_opens_the_system_again_at_midnight_in_shanghai_and_not_a_second_before,
    a_repeal_taken_back_takes_its_effect_back,
    a_document_that_takes_effect_later_makes_the_exception_begin_later,
    a_repeal_that_touches_more_than_five_hundred_systems_is_judged_in_the_background,
    a_cited_document_is_not_removed_but_repealed,
    an_exception_that_lost_its_basis_is_neither_renewed_nor_reviewed,
    an_overdue_review_is_flagged_until_an_approver_has_made_it,
    whoever_asked_does_not_review_and_a_review_says_why,
    an_exception_merely_recorded_is_reviewed_on_its_record,
    a_file_cites_documents_by_number_or_title_and_an_unknown_one_is_named,
    only_operators_keep_the_documents_and_everybody_reads_them,
];

async fn step(world: &World, op: &Op, id: Id, step: Step) -> Result<(), Fault> {
    requests::make(&world.services, op, EXCEPTION, id, &step).await
}

async fn flags(world: &World, subject: Id) -> Vec<String> {
    store::flags::open_of(&mut world.db(), &[subject]).await.unwrap().into_iter().map(|flag| flag.rule).collect()
}

fn text(kind: EntityKind, record: &Record, name: &str) -> String {
    record.get(kind.def(), name).as_text().unwrap_or_default().to_owned()
}

/// Drafts a justification that cites a document.
async fn drafted(world: &World, desk: &Desk, basis: &str, starts_on: &str) -> Id {
    let mut draft = desk.justification("2027-11-20");
    draft.input.insert("legal_basis".to_owned(), basis.to_owned());
    draft.input.insert("starts_on".to_owned(), starts_on.to_owned());
    requests::draft_exception(&world.services, &department(&desk.path), &draft).await.unwrap()
}

/// Hands a draft in and has it approved by two people.
async fn approved(world: &World, desk: &Desk, id: Id) {
    step(world, &department(&desk.path), id, Step::of(Movement::Submit)).await.unwrap();
    step(world, &approver(), id, Step::of(Movement::Endorse)).await.unwrap();
    step(world, &second_approver(), id, Step::of(Movement::Approve)).await.unwrap();
}

/// The rules of the problems of a refusal.
fn rules_of(refused: Result<(), Fault>) -> Vec<String> {
    refused.unwrap_err().problems.into_iter().map(|problem| problem.rule).collect()
}

async fn a_document_that_is_not_in_force_is_refused_when_handed_in_and_when_approved(world: World) {
    let desk = world.desk().await;
    let owner = department(&desk.path);
    let old = world.basis("旧〔2001〕1号").await;
    // Repealed as of today: yesterday was its last day.
    world.update(BASIS, old.id, &[("repealed_on", "2026-11-23")]).await;
    let id = drafted(&world, &desk, "旧〔2001〕1号", "").await;
    let refused = step(&world, &owner, id, Step::of(Movement::Submit)).await.unwrap_err();
    assert_eq!(
        (refused.problems[0].field.as_str(), refused.problems[0].rule.as_str()),
        ("legal_basis", "basis-lapsed")
    );
    let said = &refused.problems[0].message;
    assert!(
        said.zh.contains("旧〔2001〕1号") && said.zh.contains("2026-11-23") && said.en.contains("repealed"),
        "{said}"
    );

    let edit = async |basis: &str, starts_on: &str| {
        let version = world.reread(EXCEPTION, id).await.version;
        let mut input = desk.justification("2027-11-20").input;
        input.insert("legal_basis".to_owned(), basis.to_owned());
        input.insert("starts_on".to_owned(), starts_on.to_owned());
        requests::edit_exception(&world.services, &owner, id, version, &input).await.unwrap();
    };
    let coming = world.basis("新〔2027〕1号").await;
    world.update(BASIS, coming.id, &[("effective_on", "2026-11-24")]).await;
    edit("新〔2027〕1号", "").await;
    assert_eq!(rules_of(step(&world, &owner, id, Step::of(Movement::Submit)).await), ["basis-ahead"]);

    // In force today, but no longer when the exception would begin.
    let ending = world.basis("止〔2010〕1号").await;
    world.update(BASIS, ending.id, &[("repealed_on", "2027-01-01")]).await;
    edit("止〔2010〕1号", "2027-01-01").await;
    assert_eq!(rules_of(step(&world, &owner, id, Step::of(Movement::Submit)).await), ["basis-lapsed"]);

    edit("浙政办发〔2015〕8号", "").await;
    step(&world, &owner, id, Step::of(Movement::Submit)).await.unwrap();
    step(&world, &approver(), id, Step::of(Movement::Endorse)).await.unwrap();
    // Repealed between the two approvals.
    world.update(BASIS, desk.basis.id, &[("repealed_on", "2026-11-01")]).await;
    let last = step(&world, &second_approver(), id, Step::of(Movement::Approve)).await;
    assert_eq!(rules_of(last), ["basis-lapsed"]);
    assert_eq!(world.state(EXCEPTION, id).await, "endorsed");
    assert_eq!(world.standing(desk.system.id).await, "unjustified");
}

async fn a_repeal_opens_the_system_again_at_midnight_in_shanghai_and_not_a_second_before(world: World) {
    let desk = world.desk().await;
    let id = drafted(&world, &desk, "浙政办发〔2015〕8号", "").await;
    approved(&world, &desk, id).await;
    assert_eq!(flags(&world, desk.system.id).await, [] as [String; 0]);
    world.update(BASIS, desk.basis.id, &[("repealed_on", "2026-11-26")]).await;
    assert_eq!(flags(&world, desk.system.id).await, ["CBD-07"], "the change of the document is judged with it");
    assert_eq!(world.standing(desk.system.id).await, "excepted");
    world.the_time_is("2026-11-25T15:59:59Z");
    assert_eq!(evaluation::catch_up(&world.services, &operator()).await.unwrap().systems, 0);
    assert_eq!(world.standing(desk.system.id).await, "excepted", "its last day is not over in Shanghai");
    world.the_time_is("2026-11-25T16:00:00Z");
    let done = evaluation::catch_up(&world.services, &operator()).await.unwrap();
    assert_eq!((done.systems, done.standings_changed), (1, 1), "nobody had to touch anything");
    let system = world.reread(SYSTEM, desk.system.id).await;
    assert_eq!(text(SYSTEM, &system, "standing"), "unjustified");
    assert_eq!(text(SYSTEM, &system, "standing_since"), "2026-11-26");
    // Thursday; the twentieth working day after it.
    assert_eq!(text(SYSTEM, &system, "deadline_on"), "2026-12-24");
    let open = store::flags::open_of(&mut world.db(), &[desk.system.id]).await.unwrap();
    let ended = open.iter().find(|flag| flag.rule == "CBD-05").expect("it is flagged");
    assert!(ended.en.contains("lost its legal basis") && ended.facts.contains("浙政办发〔2015〕8号"), "{ended:?}");
    assert!(!open.iter().any(|flag| ["CBD-01", "CBD-07"].contains(&flag.rule.as_str())), "said once: {open:?}");
}

async fn a_repeal_taken_back_takes_its_effect_back(world: World) {
    let desk = world.desk().await;
    let id = drafted(&world, &desk, "浙政办发〔2015〕8号", "").await;
    approved(&world, &desk, id).await;
    world.update(BASIS, desk.basis.id, &[("repealed_on", "2026-11-23")]).await;
    let stored = world.reread(SYSTEM, desk.system.id).await;
    assert_eq!(text(SYSTEM, &stored, "standing"), "unjustified", "in the transaction of the repeal");
    world.update(BASIS, desk.basis.id, &[("repealed_on", "")]).await;
    let stored = world.reread(SYSTEM, desk.system.id).await;
    assert_eq!(text(SYSTEM, &stored, "standing"), "excepted");
    assert_eq!(flags(&world, desk.system.id).await, [] as [String; 0]);
}

/// An exception that was decided on before this register was kept.
async fn recorded(world: &World, system: Id, basis: &str) -> Record {
    let system = system.to_string();
    let values = [
        ("name", "专用设备绑定"),
        ("system", system.as_str()),
        ("category", "E08"),
        ("legal_basis", basis),
        ("basis_article", "第三条"),
        ("alternatives", "已比较云上方案"),
        ("controls", "加装防火墙"),
        ("leader", "李副市长"),
        ("exit_plan", "2028年更换设备"),
        ("approved_on", "2026-01-01"),
        ("expires_on", "2027-12-31"),
    ];
    world.create(EXCEPTION, &values).await
}

async fn a_document_that_takes_effect_later_makes_the_exception_begin_later(world: World) {
    let desk = world.desk().await;
    recorded(&world, desk.system.id, "浙政办发〔2015〕8号").await;
    assert_eq!(world.standing(desk.system.id).await, "excepted");
    world.update(BASIS, desk.basis.id, &[("effective_on", "2026-12-01")]).await;
    assert_eq!(world.standing(desk.system.id).await, "unjustified");
    world.the_time_is("2026-11-30T15:59:59Z");
    assert_eq!(world.standing(desk.system.id).await, "unjustified");
    world.the_time_is("2026-11-30T16:00:00Z");
    assert_eq!(world.standing(desk.system.id).await, "excepted");
    // An exception without a registered document never held.
    let exception = world.by_name(EXCEPTION, "专用设备绑定").await;
    world.update(EXCEPTION, exception.id, &[("legal_basis", "")]).await;
    assert_eq!(world.standing(desk.system.id).await, "unjustified");
    assert!(flags(&world, desk.system.id).await.contains(&"CBD-08".to_owned()));
}

async fn a_repeal_that_touches_more_than_five_hundred_systems_is_judged_in_the_background(world: World) {
    let (many, basis) = (501, world.basis("浙政办发〔2015〕8号").await);
    world.department("财政局", None).await;
    let systems: Vec<String> = (0..many).map(|number| format!("系统 {number}")).collect();
    let rows: Vec<[&str; 4]> = systems.iter().map(|name| [name.as_str(), "财政局", "自建机房", "2015-03-01"]).collect();
    let rows: Vec<&[&str]> = rows.iter().map(|row| row.as_slice()).collect();
    let file = csv(&["系统名称", "使用单位", "部署位置", "上线日期"], &rows);
    assert_eq!(world.import(SYSTEM, "systems.csv", file).await.create, many);
    let head = [
        "事由",
        "系统名称",
        "例外类别",
        "依据文号",
        "替代方案",
        "补偿措施",
        "责任领导",
        "退出计划",
        "批准日期",
        "到期日期",
    ];
    let rows: Vec<[&str; 10]> = systems
        .iter()
        .map(|name| {
            [name.as_str(), name, "E08", "浙政办发〔2015〕8号", "有", "有", "李", "有", "2026-01-01", "2027-12-31"]
        })
        .collect();
    let rows: Vec<&[&str]> = rows.iter().map(|row| row.as_slice()).collect();
    assert_eq!(world.import(EXCEPTION, "exceptions.csv", csv(&head, &rows)).await.create, many);
    evaluation::catch_up(&world.services, &operator()).await.unwrap();
    let excepted = "select count(*) from system where standing = 'excepted'";
    assert_eq!(world.number(excepted).await, 501);

    world.update(BASIS, basis.id, &[("repealed_on", "2026-11-23")]).await;
    assert_eq!(world.number("select count(*) from system where stale = 1").await, 501, "marked with the repeal");
    let jobs = store::job_queue::list(&mut world.db(), 9).await.unwrap();
    assert!(jobs.iter().any(|job| job.kind == evaluation::JOB_KIND && job.state == "queued"));
    let done = evaluation::catch_up(&world.services, &operator()).await.unwrap();
    assert_eq!((done.systems, done.standings_changed), (many, many));
    assert_eq!(world.number(excepted).await, 0);
    assert_eq!(world.number("select count(*) from flag where rule = 'CBD-05' and closed_at = 0").await, 501);
}

async fn a_cited_document_is_not_removed_but_repealed(world: World) {
    let desk = world.desk().await;
    let exception = recorded(&world, desk.system.id, "浙政办发〔2015〕8号").await;
    let refused = world.remove(BASIS, desk.basis.id).await.unwrap_err();
    assert_eq!((refused.kind, refused.code), (FaultKind::Conflict, "still-referenced"));
    assert!(refused.message.zh.contains("例外 1 条") && refused.message.zh.contains("废止日期"), "{}", refused.message);
    assert!(refused.message.en.contains("record the day of its repeal"), "{}", refused.message);
    world.remove(EXCEPTION, exception.id).await.unwrap();
    world.remove(BASIS, desk.basis.id).await.unwrap();
}

async fn an_exception_that_lost_its_basis_is_neither_renewed_nor_reviewed(world: World) {
    let desk = world.desk().await;
    let id = drafted(&world, &desk, "浙政办发〔2015〕8号", "").await;
    approved(&world, &desk, id).await;
    let shown = requests::show(&world.services, &approver(), EXCEPTION, id).await.unwrap();
    assert!(shown.legal.iter().any(|legal| legal.movement == Movement::Review));
    world.update(BASIS, desk.basis.id, &[("repealed_on", "2026-11-23")]).await;
    world.basis("新〔2026〕9号").await;
    let mut renewal = desk.justification("2027-12-31");
    renewal.renews = Some(id);
    renewal.input.insert("legal_basis".to_owned(), "新〔2026〕9号".to_owned());
    let refused = requests::draft_exception(&world.services, &department(&desk.path), &renewal).await.unwrap_err();
    assert_eq!(refused.code, "not-renewable");
    let review = Step::of(Movement::Review).because("情况未变");
    assert_eq!(code(step(&world, &approver(), id, review).await), "not-in-force");
    let shown = requests::show(&world.services, &approver(), EXCEPTION, id).await.unwrap();
    assert!(!shown.legal.iter().any(|legal| legal.movement == Movement::Review) && shown.running.is_none());
    // To apply anew on a document in force is possible.
    drafted(&world, &desk, "新〔2026〕9号", "").await;
}

async fn an_overdue_review_is_flagged_until_an_approver_has_made_it(world: World) {
    let desk = world.desk().await;
    // A contract: reviewed every three months.
    let id = drafted(&world, &desk, "浙政办发〔2015〕8号", "").await;
    approved(&world, &desk, id).await;
    let next = async || {
        let shown = requests::show(&world.services, &operator(), EXCEPTION, id).await.unwrap();
        shown.running.and_then(|running| running.review_on).map(|day| day.to_string())
    };
    assert_eq!(next().await.as_deref(), Some("2027-02-23"));
    world.the_time_is("2027-02-23T15:59:59Z");
    world.standing(desk.system.id).await;
    assert_eq!(flags(&world, desk.system.id).await, [] as [String; 0], "the day itself is in time");
    world.the_time_is("2027-02-23T16:00:00Z");
    assert_eq!(world.standing(desk.system.id).await, "excepted", "overdue is not ended");
    assert_eq!(flags(&world, desk.system.id).await, ["CBD-07"]);
    step(&world, &approver(), id, Step::of(Movement::Review).because("合同仍在履行，退出计划按期推进")).await.unwrap();
    assert_eq!(flags(&world, desk.system.id).await, [] as [String; 0], "in the transaction of the review");
    assert_eq!(world.state(EXCEPTION, id).await, "approved");
    assert_eq!(next().await.as_deref(), Some("2027-05-24"));
    let shown = requests::show(&world.services, &operator(), EXCEPTION, id).await.unwrap();
    let last = shown.decisions.last().unwrap();
    assert_eq!((last.movement.as_str(), last.to_state.as_str()), ("review", "approved"));
    assert!(last.reason.contains("退出计划"));
    // A second look, by whoever made the first, moves it again.
    world.the_time_is("2027-05-25T02:00:00Z");
    assert_eq!(world.standing(desk.system.id).await, "excepted");
    assert_eq!(flags(&world, desk.system.id).await, ["CBD-07"]);
    step(&world, &approver(), id, Step::of(Movement::Review).because("同前")).await.unwrap();
    assert_eq!(next().await.as_deref(), Some("2027-08-25"));
}

async fn whoever_asked_does_not_review_and_a_review_says_why(world: World) {
    let desk = world.desk().await;
    let id = drafted(&world, &desk, "浙政办发〔2015〕8号", "").await;
    let review = || Step::of(Movement::Review).because("情况未变");
    assert_eq!(code(step(&world, &approver(), id, review()).await), "illegal-move", "nothing is approved yet");
    approved(&world, &desk, id).await;
    for op in [department(&desk.path), operator()] {
        assert_eq!(code(step(&world, &op, id, review()).await), "forbidden", "{}", op.actor.name);
    }
    assert_eq!(code(step(&world, &approver(), id, Step::of(Movement::Review)).await), "invalid", "without a reason");
    let mut both = approver();
    both.actor.grants.extend(department(&desk.path).actor.grants);
    assert_eq!(code(step(&world, &both, id, review()).await), "own-request");
    assert_eq!(text(EXCEPTION, &world.reread(EXCEPTION, id).await, "reviewed_on"), "");
    // Nobody writes himself a review.
    let refused = world.update_as(&operator(), EXCEPTION, id, &[("reviewed_on", "2026-11-23")]).await.unwrap_err();
    assert_eq!(refused.code, "moves-only");
    step(&world, &second_approver(), id, review()).await.unwrap();
    assert_eq!(text(EXCEPTION, &world.reread(EXCEPTION, id).await, "reviewed_on"), "2026-11-23");
}

async fn an_exception_merely_recorded_is_reviewed_on_its_record(world: World) {
    let desk = world.desk().await;
    let exception = recorded(&world, desk.system.id, "浙政办发〔2015〕8号").await;
    world.the_time_is("2027-01-01T16:00:00Z");
    world.standing(desk.system.id).await;
    assert_eq!(flags(&world, desk.system.id).await, ["CBD-07"], "a device is looked at every year");
    world.update(EXCEPTION, exception.id, &[("reviewed_on", "2027-01-02")]).await;
    assert_eq!(flags(&world, desk.system.id).await, [] as [String; 0]);
}

async fn a_file_cites_documents_by_number_or_title_and_an_unknown_one_is_named(world: World) {
    let desk = world.desk().await;
    let head = ["文号", "文件名称", "效力级别", "发文机关", "施行日期", "废止日期"];
    let rows: &[&[&str]] = &[
        &["国务院令第745号", "关键信息基础设施安全保护条例", "行政法规", "国务院", "2021-09-01", ""],
        &["云政发〔2012〕30号", "电子政务项目管理办法", "市级文件", "市政府", "2012/3/1", "2026年1月1日"],
    ];
    assert_eq!(world.import(BASIS, "bases.csv", csv(&head, rows)).await, counts(2, 0, 0, 0));
    assert_eq!(world.import(BASIS, "bases.csv", csv(&head, rows)).await, counts(0, 0, 2, 0), "the number is the key");
    let old = world.by_code(BASIS, "云政发〔2012〕30号").await;
    assert_eq!(text(BASIS, &old, "repealed_on"), "2026-01-01");
    assert_eq!(text(BASIS, &old, "level"), "city_document");

    let head = ["例外编号", "事由", "系统编码", "例外类别", "政策依据", "依据条款", "到期日期"];
    let rows: &[&[&str]] = &[
        &["LW-1", "按文号", "SYS-000123", "E05", "国务院令第745号", "第三章", "2027-12-31"],
        &["LW-2", "按名称", "SYS-000123", "E08", "电子政务项目管理办法", "", "2027-12-31"],
        &["LW-3", "查无此文", "SYS-000123", "E08", "某文〔2099〕1号", "", "2027-12-31"],
    ];
    let checked = world.check(EXCEPTION, "exceptions.csv", csv(&head, rows)).await;
    let [error] = &world.errors(&checked).await[..] else { panic!("one row is wrong") };
    assert_eq!((error.row, error.column.as_str(), error.rule.as_str()), (4, "政策依据", "unknown-reference"));
    assert!(error.message.zh.contains("某文〔2099〕1号"), "{}", error.message);
    world.apply(&checked).await;
    let cited = async |number: &str| {
        world.by_code(EXCEPTION, number).await.get(EXCEPTION.def(), "legal_basis").as_id().expect("it cites one")
    };
    assert_eq!(cited("LW-1").await, world.by_code(BASIS, "国务院令第745号").await.id);
    assert_eq!(cited("LW-2").await, old.id);
    assert_eq!(desk.basis.version, 1, "a document that nobody named stays as it is");
}

async fn only_operators_keep_the_documents_and_everybody_reads_them(world: World) {
    let desk = world.desk().await;
    let values = [("code", "自〔2026〕1号"), ("name", "自己的依据")];
    for op in [department(&desk.path), approver(), crate::support::auditor(), crate::support::leader()] {
        records::get(&world.services, &op, BASIS, desk.basis.id).await.unwrap();
        let refused = world.create_as(&op, BASIS, &values).await.unwrap_err();
        assert_eq!(refused.kind, FaultKind::Forbidden, "{}", op.actor.name);
        let refused = world.update_as(&op, BASIS, desk.basis.id, &[("repealed_on", "")]).await.unwrap_err();
        assert_eq!(refused.kind, FaultKind::Forbidden, "{}", op.actor.name);
    }
    world.create_as(&operator(), BASIS, &values).await.unwrap();
}
