//! A department sees its own subtree and nothing else, whichever way it asks; what it may not see looks absent.

use domain::{EntityKind, FaultKind, Id, Record};
use services::{
    Op, evaluation, figures, flags,
    records::{self, ExportFormat},
};
use store::lists::Query;

use crate::support::{World, department, on_both_engines, operator};

const SYSTEM: EntityKind = EntityKind::System;

struct City {
    /// 卫健委, with its hospital below it.
    health: Record,
    hospital: Record,
    /// 教育局: nothing of it may be seen.
    other: Record,
    own: Record,
    below: Record,
    theirs: Record,
    their_room: Record,
}

async fn city(world: &World) -> City {
    let health = world.department("卫生健康委员会", None).await;
    let hospital = world.department("第一人民医院", Some(&health)).await;
    let other = world.department("教育局", None).await;
    let system = async |name: &str, owner: &Record| {
        let owner = owner.id.to_string();
        let values = [
            ("name", name),
            ("code", name),
            ("department", &owner),
            ("hosting", "自建机房"),
            ("live_on", "2019-01-01"),
        ];
        world.create(SYSTEM, &values).await
    };
    let (own, below, theirs) =
        (system("健康档案平台", &health).await, system("挂号平台", &hospital).await, system("学籍平台", &other).await);
    let their_room =
        world.create(EntityKind::DataCenter, &[("name", "教育局机房"), ("department", &other.id.to_string())]).await;
    City { health, hospital, other, own, below, theirs, their_room }
}

fn user(city: &City) -> Op {
    department(&city.health.path)
}

async fn names(world: &World, op: &Op, parameters: &[(&str, &str)]) -> Vec<String> {
    let parameters: Vec<(String, String)> =
        parameters.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let (query, problems) = records::list_query(&world.services, op, SYSTEM, &parameters).await.unwrap();
    assert_eq!(problems, [], "{parameters:?}");
    let listing = records::list(&world.services, op, &query).await.unwrap();
    assert_eq!(
        usize::try_from(listing.page.count).unwrap(),
        listing.page.records.len(),
        "the count counts what is listed"
    );
    let mut names: Vec<String> = listing
        .page
        .records
        .iter()
        .map(|record| record.get(SYSTEM.def(), "name").as_text().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

async fn lists_and_counts_hold_the_own_subtree_whatever_is_asked(world: World) {
    let city = city(&world).await;
    let op = user(&city);
    let both = ["健康档案平台", "挂号平台"];
    for parameters in [
        &[][..],
        &[("q", "平台")],
        &[("sort", "-name")],
        &[("hosting", "自建机房")],
        &[("standing", "应上云")],
        &[("name[gte]", "A")],
    ] {
        assert_eq!(names(&world, &op, parameters).await, both, "{parameters:?}");
    }
    assert_eq!(names(&world, &op, &[("within", &city.hospital.id.to_string())]).await, ["挂号平台"]);
    let (_, problems) = records::list_query(
        &world.services,
        &op,
        SYSTEM,
        &[("within".into(), city.other.id.to_string()), ("department".into(), "教育局".into())],
    )
    .await
    .unwrap();
    assert_eq!(
        problems.iter().map(|problem| problem.rule.as_str()).collect::<Vec<_>>(),
        ["unknown-reference", "unknown-reference"],
        "another department looks like none"
    );
    assert_eq!(names(&world, &department("nowhere/"), &[]).await, Vec::<String>::new());
}

async fn facets_name_nothing_of_others(world: World) {
    let city = city(&world).await;
    let op = user(&city);
    let (query, _) = records::list_query(&world.services, &op, SYSTEM, &[]).await.unwrap();
    let fields: Vec<_> = SYSTEM.def().fields.iter().filter(|field| store::lists::has_facet(field)).collect();
    let (facets, names) = records::facets(&world.services, &query, &fields).await.unwrap();
    for (field, counts) in &facets {
        assert_eq!(counts.iter().map(|(_, count)| count).sum::<i64>(), 2, "{}", field.name);
    }
    assert!(!names.contains_key(&city.other.id) && names.contains_key(&city.hospital.id), "{names:?}");
}

async fn search_finds_nothing_of_others(world: World) {
    let city = city(&world).await;
    for (text, wanted) in [("平台", 2), ("学籍", 0), ("教育", 0), ("第一人民", 1), ("学籍平台", 0)] {
        let found = records::search(&world.services, &user(&city), text, 50).await.unwrap();
        assert_eq!(found.len(), wanted, "{text}");
    }
    assert_eq!(records::search(&world.services, &operator(), "学籍", 50).await.unwrap().len(), 1);
}

async fn what_belongs_to_others_looks_absent(world: World) {
    let city = city(&world).await;
    let op = user(&city);
    let absent = Id::parse("01900000-0000-7000-8000-000000000000").unwrap();
    for id in [city.theirs.id, absent] {
        let input = [("name".to_owned(), "改".to_owned())].into();
        let faults = [
            records::get(&world.services, &op, SYSTEM, id).await.map(|_| ()).unwrap_err(),
            records::history(&world.services, &op, SYSTEM, id, 9).await.map(|_| ()).unwrap_err(),
            records::update(&world.services, &op, SYSTEM, id, 1, &input).await.map(|_| ()).unwrap_err(),
            records::remove(&world.services, &op, SYSTEM, id, 1).await.unwrap_err(),
            evaluation::explain_system(&world.services, &op, id).await.map(|_| ()).unwrap_err(),
        ];
        for fault in faults {
            assert_eq!((fault.kind, &fault.message), (FaultKind::NotFound, &domain::Fault::not_found().message));
        }
    }
    assert_eq!(
        records::get(&world.services, &op, EntityKind::DataCenter, city.their_room.id).await.unwrap_err().kind,
        FaultKind::NotFound
    );
    assert_eq!(
        evaluation::explain_room(&world.services, &op, city.their_room.id).await.map(|_| ()).unwrap_err().kind,
        FaultKind::NotFound
    );
    assert!(records::get(&world.services, &op, SYSTEM, city.below.id).await.is_ok());
}

async fn nothing_is_put_into_or_taken_out_of_another_department(world: World) {
    let city = city(&world).await;
    let op = user(&city);
    let theirs = city.other.id.to_string();
    let fault = world.create_as(&op, SYSTEM, &[("name", "塞进去"), ("department", &theirs)]).await.unwrap_err();
    assert_eq!(fault.problems[0].rule, "unknown-reference");
    let fault = world.update_as(&op, SYSTEM, city.own.id, &[("department", &theirs)]).await.unwrap_err();
    assert_eq!(fault.problems[0].rule, "unknown-reference");
    let fault = world
        .update_as(&op, SYSTEM, city.own.id, &[("data_center", &city.their_room.id.to_string())])
        .await
        .unwrap_err();
    assert_eq!(fault.problems[0].rule, "unknown-reference");
    let moved =
        world.update_as(&op, SYSTEM, city.own.id, &[("department", &city.hospital.id.to_string())]).await.unwrap();
    assert_eq!(moved.path, city.hospital.path, "inside the own subtree it may move");
}

async fn an_export_holds_exactly_the_list(world: World) {
    let city = city(&world).await;
    let query = Query::new(SYSTEM.def(), user(&city).scope(SYSTEM));
    let file = records::export(&world.services, &user(&city), &query, ExportFormat::Csv).await.unwrap();
    let file = String::from_utf8(file).unwrap();
    assert!(
        file.contains("健康档案平台") && file.contains("挂号平台") && !file.contains("学籍") && !file.contains("教育"),
        "{file}"
    );
    assert_eq!(file.trim_end().lines().count(), 3);
}

async fn flags_and_figures_count_the_own_subtree(world: World) {
    let city = city(&world).await;
    let op = user(&city);
    let own = flags::list(&world.services, &op, &flags::FlagFilter { limit: 100, ..Default::default() }).await.unwrap();
    let subjects: Vec<Id> = own.flags.iter().map(|shown| shown.flag.subject).collect();
    assert!(
        !subjects.is_empty() && !subjects.contains(&city.theirs.id) && !subjects.contains(&city.their_room.id),
        "{subjects:?}"
    );
    assert_eq!(own.counts.iter().map(|(.., count)| count).sum::<i64>(), i64::try_from(subjects.len()).unwrap());
    assert!(flags::of_subject(&world.services, &op, city.theirs.id).await.unwrap().is_empty());
    let overview = figures::overview(&world.services, &op, None).await.unwrap();
    assert_eq!(overview.standings.iter().map(|(_, count)| count).sum::<i64>(), 2);
    assert_eq!(
        overview.departments.iter().map(|line| line.name.as_str()).filter(|name| name.contains("教育")).count(),
        0
    );
    assert_eq!(overview.rooms, [] as [(String, i64); 0]);
    let peeking = figures::overview(&world.services, &op, Some(&city.other.path)).await.unwrap();
    assert_eq!(peeking.standings.iter().map(|(_, count)| count).sum::<i64>(), 0);
}

async fn what_is_related_shows_nothing_of_others(world: World) {
    let city = city(&world).await;
    // The other department's system stands in the hospital's room.
    let room = world
        .create(EntityKind::DataCenter, &[("name", "医院机房"), ("department", &city.hospital.id.to_string())])
        .await;
    for system in [&city.theirs, &city.below] {
        world.update(SYSTEM, system.id, &[("data_center", &room.id.to_string())]).await;
    }
    let (related, _) =
        records::related(&world.services, &user(&city), SYSTEM, "data_center", room.id, 50).await.unwrap();
    assert_eq!(related.iter().map(|record| record.id).collect::<Vec<_>>(), [city.below.id]);
}

async fn without_any_role_nothing_is_seen(world: World) {
    let city = city(&world).await;
    let mut op = operator();
    op.actor.grants.clear();
    assert_eq!(names(&world, &op, &[]).await, Vec::<String>::new());
    assert!(records::search(&world.services, &op, "平台", 10).await.unwrap().is_empty());
    assert_eq!(records::get(&world.services, &op, SYSTEM, city.own.id).await.unwrap_err().kind, FaultKind::NotFound);
    assert!(figures::overview(&world.services, &op, None).await.is_err());
}

on_both_engines!(
    lists_and_counts_hold_the_own_subtree_whatever_is_asked,
    facets_name_nothing_of_others,
    search_finds_nothing_of_others,
    what_belongs_to_others_looks_absent,
    nothing_is_put_into_or_taken_out_of_another_department,
    an_export_holds_exactly_the_list,
    flags_and_figures_count_the_own_subtree,
    what_is_related_shows_nothing_of_others,
    without_any_role_nothing_is_seen,
);
