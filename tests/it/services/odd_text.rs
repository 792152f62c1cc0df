//! Characters that one engine stores and the other refuses: whoever types them is told so, or they are dropped; never a
//! bug on one engine and a record on the other.

use domain::{Door, EntityKind, Fault, FaultKind, Language};
use services::{
    accounts::{self, Attempt},
    imports::{self, Upload},
    records,
};

use crate::support::{World, csv, on_both_engines, operator};

const SYSTEM: EntityKind = EntityKind::System;
const NUL: &str = "a\0b";

/// A refusal is fine; a bug is not.
fn no_bug<T>(what: &str, outcome: Result<T, Fault>) {
    if let Err(fault) = outcome {
        assert!(!matches!(fault.kind, FaultKind::Internal), "{what}: {fault:?}");
    }
}

async fn a_nul_character_is_refused_or_dropped_wherever_it_is_typed(world: World) {
    let office = world.department("财政局", None).await.id.to_string();
    for (name, text) in [("name", NUL), ("remark", NUL), ("live_on", NUL), ("data_center", NUL), ("secrecy", NUL)] {
        let values = [("name", "一"), ("department", office.as_str())];
        let values: Vec<(&str, &str)> =
            values.into_iter().filter(|(known, _)| *known != name).chain([(name, text)]).collect();
        let fault = world.create_as(&operator(), SYSTEM, &values).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Invalid, "{name}: {fault:?}");
    }
    let parameters =
        ["q", "name[gte]", "department", "standing", "sort", "within"].map(|name| (name.to_owned(), NUL.to_owned()));
    for parameter in parameters {
        let asked = records::list_query(&world.services, &operator(), SYSTEM, std::slice::from_ref(&parameter)).await;
        if let Ok((query, _)) = &asked {
            no_bug(&parameter.0, records::list(&world.services, &operator(), query).await);
        }
        no_bug(&parameter.0, asked);
    }
    no_bug("search", records::search(&world.services, &operator(), NUL, 9).await);
    let mut op = operator();
    op.why = NUL.to_owned();
    no_bug("reason", world.create_as(&op, SYSTEM, &[("name", "有理由"), ("department", &office)]).await);
    let attempt = Attempt { login: NUL, password: NUL, peer: "192.0.2.1", agent: "test", replaces: None };
    no_bug(
        "sign in",
        accounts::sign_in(&world.services, &accounts::anonymous(Door::Console, "r", Language::En), attempt).await,
    );
    let upload = Upload {
        file_name: NUL.to_owned(),
        bytes: csv(&["系统名称", "使用单位"], &[&["二", "财政局"]]),
        source: NUL.to_owned(),
        ..Upload::default()
    };
    no_bug("file name and source", imports::read(&world.services, &operator(), SYSTEM, upload).await);
}

on_both_engines!(a_nul_character_is_refused_or_dropped_wherever_it_is_typed);
