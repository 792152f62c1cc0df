//! The permission table as a golden file, and what must hold of every table.

use super::*;
use domain::{ENTITIES, Grant, Id};
use proptest::prelude::*;

fn actor(grants: &[(Role, &str)]) -> Actor {
    Actor {
        person: Id::parse("01890000-0000-7000-8000-000000000001").unwrap(),
        name: "Li Lei".to_owned(),
        grants: grants.iter().map(|(role, path)| Grant { role: *role, path: (*path).to_owned() }).collect(),
    }
}

fn record(kind: EntityKind, path: &str) -> Resource<'_> {
    Resource::Record { kind, path: if kind.def().owner == Owner::City { "" } else { path } }
}

/// The relations of the table: how far the grant reaches, and whose record it is.
const RELATIONS: [(&str, &str, &str); 3] =
    [("own subtree", "1a/", "1a/2f/"), ("elsewhere", "1a/", "9z/"), ("city-wide", "", "1a/2f/")];

fn resources(path: &'static str) -> Vec<(&'static str, Resource<'static>)> {
    let records = ENTITIES.into_iter().map(|kind| (kind.def().table, record(kind, path)));
    let others = [
        ("figures", Resource::Figures),
        ("people", Resource::People),
        ("audit", Resource::Audit),
        ("own account", Resource::OwnAccount),
        ("own import", Resource::Imports { own: true }),
        ("import of others", Resource::Imports { own: false }),
        ("jobs", Resource::Jobs),
        ("rules", Resource::Rules),
        ("settings", Resource::Settings),
    ];
    records.chain(others).collect()
}

fn table() -> String {
    let mut table = String::from(
        "# Role × action × resource × relation. Written by the tests of `rules` with UPDATE_GOLDEN=1; read every change.\n\
         # own subtree: grant 1a/, record 1a/2f/. elsewhere: grant 1a/, record 9z/. city-wide: grant over everything.\n\
         # A line names what is allowed; everything else is refused (403) or, where the reader may not even know, hidden (404).\n",
    );
    for role in Role::ALL {
        for (relation, grant, path) in RELATIONS {
            table.push_str(&format!("\n[{} · {relation}]\n", role.code()));
            let actor = actor(&[(role, grant)]);
            for (name, resource) in resources(path) {
                let verdicts = Action::ALL.map(|action| (action, permit(&actor, action, &resource)));
                let allowed: Vec<&str> =
                    verdicts.iter().filter(|one| one.1 == Verdict::Allow).map(|one| one.0.code()).collect();
                let line = match verdicts.iter().any(|one| one.1 == Verdict::Hide) {
                    true if allowed.is_empty() => "404".to_owned(),
                    true => format!("{}, else 404", allowed.join(" ")),
                    false => format!("{}, else 403", allowed.join(" ")),
                };
                table.push_str(&format!("{name:<17} {line}\n"));
            }
        }
    }
    table
}

#[test]
fn the_permission_table_is_the_one_that_was_read_and_agreed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/permissions.txt");
    let table = table();
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        std::fs::write(path, &table).expect("the golden file can be written");
    }
    let golden = std::fs::read_to_string(path).unwrap_or_default();
    assert!(golden == table, "permissions changed: run with UPDATE_GOLDEN=1 and read the difference of {path}");
}

#[test]
fn a_department_never_learns_of_a_record_elsewhere() {
    let actor = actor(&[(Role::Department, "1a/")]);
    for kind in ENTITIES.into_iter().filter(|kind| kind.def().owner != Owner::City) {
        for action in Action::ALL {
            assert_eq!(permit(&actor, action, &record(kind, "9z/")), Verdict::Hide, "{kind:?} {action:?}");
        }
    }
}

#[test]
fn a_department_cannot_set_what_only_operators_set_not_even_on_its_own() {
    let actor = actor(&[(Role::Department, "1a/")]);
    for kind in ENTITIES {
        assert_eq!(permit(&actor, Action::SetOperatorFields, &record(kind, "1a/")), Verdict::Deny);
    }
}

#[test]
fn a_department_whose_path_begins_with_the_same_letters_is_another_department() {
    assert!(!is_under("1ab/", "1a/") && !is_under("1ab/", "1a"));
    assert!(is_under("1a/2f/", "1a/") && is_under("1a/", "1a") && is_under("", ""));
    assert!(!is_under("", "1a/"));
}

#[test]
fn somebody_without_a_role_has_an_account_and_nothing_else() {
    let actor = actor(&[]);
    for (name, resource) in resources("1a/") {
        let wanted = if resource == Resource::OwnAccount { Verdict::Allow } else { Verdict::Hide };
        assert_eq!(permit(&actor, Action::View, &resource), wanted, "{name}");
    }
    assert_eq!(scope(&actor, EntityKind::Zone), Scope::Nothing);
}

#[test]
fn leaders_auditors_and_approvers_change_nothing_anywhere() {
    use Action as A;
    let changes = [
        A::Create,
        A::Update,
        A::Remove,
        A::SetOperatorFields,
        A::Import,
        A::UndoImport,
        A::ManagePeople,
        A::Evaluate,
        A::ManageJobs,
        A::ManageSettings,
    ];
    for role in [Role::Leader, Role::Auditor, Role::Approver] {
        for (name, resource) in resources("1a/").into_iter().filter(|(_, resource)| *resource != Resource::OwnAccount) {
            for action in changes {
                let verdict = permit(&actor(&[(role, "")]), action, &resource);
                assert_ne!(verdict, Verdict::Allow, "{role:?} {action:?} {name}");
            }
        }
    }
}

#[test]
fn restricted_fields_need_a_right_where_the_record_is() {
    let actor = actor(&[(Role::Leader, ""), (Role::Department, "1a/")]);
    assert_eq!(scope(&actor, EntityKind::System), Scope::Everything);
    let restricted = scope_for(&actor, Action::ViewRestricted, EntityKind::System);
    assert_eq!(restricted, Scope::Paths(vec!["1a/".to_owned()]));
}

#[test]
fn a_grant_inside_another_one_adds_no_path() {
    let grants =
        [(Role::Department, "1a/2f/"), (Role::Department, "3c/"), (Role::Auditor, "1a/"), (Role::Leader, "1a/")];
    let actor = actor(&grants);
    assert_eq!(scope(&actor, EntityKind::System), Scope::Paths(vec!["1a/".to_owned(), "3c/".to_owned()]));
    assert_eq!(scope(&actor, EntityKind::Zone), Scope::Everything);
    assert_eq!(scope_for(&actor, Action::Update, EntityKind::Zone), Scope::Nothing);
}

#[test]
fn the_program_itself_may_do_everything_to_the_register_and_has_no_account() {
    let actor = Actor::system("job");
    for kind in ENTITIES {
        assert_eq!(scope_for(&actor, Action::Update, kind), Scope::Everything);
    }
    assert_eq!(permit(&actor, Action::View, &Resource::OwnAccount), Verdict::Hide);
}

fn any_path() -> impl Strategy<Value = String> {
    proptest::collection::vec(prop_oneof![Just("1"), Just("1a"), Just("2f"), Just("9z")], 0..4)
        .prop_map(|parts| parts.into_iter().map(|part| format!("{part}/")).collect())
}

fn any_actor() -> impl Strategy<Value = Actor> {
    proptest::collection::vec((0..Role::ALL.len(), any_path()), 0..4).prop_map(|grants| {
        let grants: Vec<(Role, String)> = grants.into_iter().map(|(role, path)| (Role::ALL[role], path)).collect();
        actor(&grants.iter().map(|(role, path)| (*role, path.as_str())).collect::<Vec<_>>())
    })
}

proptest! {
    #![proptest_config(crate::fixtures::cases(256))]

    #[test]
    fn what_lists_show_is_what_pages_show(actor in any_actor(), path in any_path()) {
        for kind in ENTITIES {
            let resource = record(kind, &path);
            let Resource::Record { path, .. } = resource else { continue };
            let seen = permit(&actor, Action::View, &resource) == Verdict::Allow;
            prop_assert_eq!(seen, scope(&actor, kind).covers(path));
            let by_grant = actor.grants.iter().any(|grant| kind.def().owner == Owner::City || path.starts_with(&grant.path));
            prop_assert_eq!(seen, by_grant);
        }
    }

    #[test]
    fn who_may_do_anything_to_a_record_may_see_it(actor in any_actor(), path in any_path()) {
        for kind in ENTITIES {
            for action in Action::ALL {
                if permit(&actor, action, &record(kind, &path)) == Verdict::Allow {
                    prop_assert_eq!(permit(&actor, Action::View, &record(kind, &path)), Verdict::Allow);
                }
            }
        }
    }

    #[test]
    fn another_grant_never_takes_a_right_away(actor in any_actor(), more in any_actor(), path in any_path()) {
        let mut both = actor.clone();
        both.grants.extend(more.grants);
        for action in Action::ALL {
            if permit(&actor, action, &record(EntityKind::System, &path)) == Verdict::Allow {
                prop_assert_eq!(permit(&both, action, &record(EntityKind::System, &path)), Verdict::Allow);
            }
        }
    }
}
