//! Tests of the made-up city: it is read as import reads it, and judged as the rules judge it.

use std::collections::{HashMap, HashSet};

use domain::{
    CloudException, CodeLists, Component, DataCenter, Department, ENTITIES, Entity, EntityKind, FlagRule, Id, Kind,
    LegalBasis, Migration, MigrationState, Record, Standing, System, Timestamp, Value, Zone,
};
use exchange::Cell;
use jiff::civil::{Date, date};
use rules::{
    DataCenterFacts, DepartmentFacts, ExceptionFacts, Pack, Place, Placement, RoomFacts, SystemFacts, ZoneFacts,
    assess_data_center, assess_system,
};

use super::{CityOptions, blueprint::Blueprint, credit_code, generate, offices, themes, write_city};

const TODAY: Date = date(2026, 11, 23);

fn options(systems: usize) -> CityOptions {
    CityOptions { systems, seed: 42, today: TODAY }
}

fn pack() -> &'static Pack {
    Pack::builtin("cn").unwrap()
}

/// The text that a CSV file has in a cell.
fn written(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) | Cell::Date(text) => text.clone(),
        Cell::Integer(number) => number.to_string(),
        Cell::Decimal { scaled, scale } => {
            let unit = 10_i64.pow(u32::from(*scale));
            format!("{}.{:0width$}", scaled / unit, scaled % unit, width = usize::from(*scale))
        }
    }
}

/// A city as an import has it: every cell read, every reference found. Fails on anything that import would refuse.
struct Register {
    records: HashMap<EntityKind, Vec<Record>>,
}

impl Register {
    fn of(options: &CityOptions) -> Self {
        let (mut records, mut ids) = (HashMap::new(), HashMap::new());
        for file in generate(options).files {
            let def = file.kind.def();
            let fields: Vec<_> = file
                .headers
                .iter()
                .map(|header| def.fields.iter().find(|field| field.zh == header).expect("the header is a label"))
                .collect();
            let mut pending = Vec::new();
            for row in &file.rows {
                assert_eq!(row.len(), fields.len(), "{}", file.file_name);
                let id = Id::parse(&format!("01890000-0000-7000-8000-{:012x}", ids.len() + 1)).unwrap();
                let mut record = Record::blank(def, id, Timestamp::UNIX_EPOCH);
                for (field, cell) in fields.iter().zip(row) {
                    let text = written(cell);
                    let value = domain::parse_cell(field, &text, field.zh, pack())
                        .unwrap_or_else(|wrong| panic!("{}.{}: {}", def.table, field.name, wrong.message.zh));
                    assert!(!(field.required && value.is_null()), "{}.{} is missing", def.table, field.name);
                    record.set(def, field.name, value);
                }
                let code = record.get(def, "code").as_text().expect("every record has a code").to_owned();
                assert!(ids.insert((file.kind, code), id).is_none(), "a code comes twice");
                pending.push(record);
            }
            for record in &mut pending {
                for (field, value) in def.fields.iter().zip(&mut record.values) {
                    if let (Kind::Ref { to }, Value::Text(code)) = (field.kind, &*value) {
                        let id = ids.get(&(to, code.clone())).unwrap_or_else(|| panic!("no {code}"));
                        *value = Value::Id(*id);
                    }
                }
            }
            records.insert(file.kind, pending);
        }
        Self { records }
    }

    fn all<E: Entity>(&self) -> Vec<(Id, E)> {
        let read = |record: &Record| (record.id, E::from_values(&record.values).unwrap());
        self.records.get(&E::DEF.kind).unwrap().iter().map(read).collect()
    }

    /// The facts of every system, as the product gathers them on the day of the import.
    fn systems(&self) -> Vec<(Id, SystemFacts)> {
        let departments: HashMap<Id, Department> = self.all().into_iter().collect();
        let rooms: HashMap<Id, DataCenter> = self.all().into_iter().collect();
        let zones: HashMap<Id, Zone> = self.all().into_iter().collect();
        let room = |id: Id| {
            let room = &rooms[&id];
            RoomFacts { name: room.name.clone(), closure_stage: room.closure_stage.clone(), closed_on: room.closed_on }
        };
        let zone = |id: Id| {
            let zone = &zones[&id];
            ZoneFacts {
                name: zone.name.clone(),
                counts_as_cloud: zone.counts_as_cloud,
                allows_internet: zone.allows_internet,
                max_mlps: zone.max_mlps.clone(),
            }
        };
        let mut placements: HashMap<Id, Vec<Placement>> = HashMap::new();
        for (_, one) in self.all::<Component>() {
            let place = one.data_center.map(|id| Place::Room(room(id)));
            placements.entry(one.system).or_default().push(Placement {
                component: one.name,
                role: one.role,
                from_on: one.from_on,
                to_on: one.to_on,
                in_service: one.in_service,
                place: place.or(one.zone.map(|id| Place::Zone(zone(id)))).unwrap_or(Place::Unknown),
            });
        }
        let bases: HashMap<Id, LegalBasis> = self.all().into_iter().collect();
        let mut exceptions: HashMap<Id, Vec<ExceptionFacts>> = HashMap::new();
        for (_, record) in self.all::<CloudException>() {
            let basis = record.legal_basis.map(|id| bases[&id].clone());
            exceptions.entry(record.system).or_default().push(ExceptionFacts { record, basis });
        }
        let mut migrations: HashMap<Id, Vec<Migration>> = HashMap::new();
        for (_, one) in self.all::<Migration>() {
            migrations.entry(one.system).or_default().push(one);
        }
        self.all::<System>()
            .into_iter()
            .map(|(id, system)| {
                let office = &departments[&system.department];
                let facts = SystemFacts {
                    registered_on: TODAY,
                    department: DepartmentFacts {
                        name: office.name.clone(),
                        in_scope: office.in_scope,
                        scope_reason: office.scope_reason.clone(),
                        is_vertical: office.is_vertical,
                    },
                    declared_room: system.data_center.map(room),
                    declared_zone: system.zone.map(zone),
                    placements: placements.remove(&id).unwrap_or_default(),
                    exceptions: exceptions.remove(&id).unwrap_or_default(),
                    migrations: migrations.remove(&id).unwrap_or_default(),
                    system,
                };
                (id, facts)
            })
            .collect()
    }

    /// How many systems have each standing, and how many subjects each flag.
    fn judged(&self) -> (HashMap<Standing, usize>, HashMap<FlagRule, usize>) {
        let (mut standings, mut flags) = (HashMap::new(), HashMap::new());
        let mut live: HashMap<Id, Vec<String>> = HashMap::new();
        for (_, facts) in self.systems() {
            let assessment = assess_system(&facts, pack(), TODAY);
            *standings.entry(assessment.standing).or_default() += 1;
            for hit in assessment.flags {
                *flags.entry(hit.rule).or_default() += 1;
            }
            if assessment.standing != Standing::Retired
                && let Some(room) = facts.system.data_center
            {
                live.entry(room).or_default().push(facts.system.name);
            }
        }
        for (id, room) in self.all::<DataCenter>() {
            let linked = live.remove(&id).unwrap_or_default();
            let facts = DataCenterFacts {
                room,
                linked_system_count: linked.len() as i64,
                linked_systems_in_service: linked,
                linked_component_count: 0,
            };
            for hit in assess_data_center(&facts, pack(), TODAY).flags {
                *flags.entry(hit.rule).or_default() += 1;
            }
        }
        (standings, flags)
    }
}

#[test]
fn a_seed_gives_the_same_city_every_time_and_another_seed_another() {
    assert_eq!(generate(&options(300)), generate(&options(300)));
    assert_ne!(generate(&options(300)), generate(&CityOptions { seed: 43, ..options(300) }));
}

#[test]
fn files_come_in_the_order_of_import_and_streamed_rows_are_the_same_rows() {
    let (city, mut files) = (generate(&options(120)), Vec::new());
    write_city(&options(120), &mut |kind, name, headers, rows| {
        files.push((kind, name.to_owned(), headers.to_vec(), rows.collect::<Vec<_>>()));
        Ok::<(), ()>(())
    })
    .unwrap();
    assert_eq!(files.iter().map(|file| file.0).collect::<Vec<_>>(), ENTITIES);
    let of_city = city.files.into_iter().map(|file| (file.kind, file.file_name, file.headers, file.rows));
    assert_eq!(files, of_city.collect::<Vec<_>>());
}

#[test]
fn the_first_error_of_the_writer_ends_the_work() {
    let mut calls = 0;
    let result = write_city(&options(5), &mut |_, _, _, _| {
        calls += 1;
        Err("disk full")
    });
    assert_eq!((result, calls), (Err("disk full"), 1));
}

#[test]
fn every_cell_is_accepted_every_reference_exists_and_no_code_comes_twice_in_a_city_of_any_size() {
    for systems in [0, 1, 29, 30, 1_700] {
        let register = Register::of(&options(systems));
        assert_eq!(register.all::<System>().len(), systems);
    }
}

#[test]
fn a_city_of_another_age_is_made_as_well() {
    for today in [date(1990, 2, 28), date(2019, 3, 1), date(2100, 1, 1)] {
        Register::of(&CityOptions { today, ..options(150) });
    }
}

#[test]
fn derived_fields_are_left_to_the_rules_and_required_ones_are_there() {
    for kind in ENTITIES {
        for name in super::columns(kind) {
            assert!(kind.def().field(name).is_some_and(|(_, field)| !field.flags.derived), "{name}");
        }
        for field in kind.def().fields.iter().filter(|field| field.required || field.flags.expected) {
            assert!(super::columns(kind).contains(&field.name), "{} lacks {}", kind.def().table, field.name);
        }
    }
}

#[test]
fn every_department_has_a_credit_code_that_checks() {
    let register = Register::of(&options(300));
    for (_, office) in register.all::<Department>() {
        let code = office.code.unwrap();
        assert_eq!(code.len(), 18);
        assert_eq!(credit_code::check_character(&code), code.chars().last(), "{code}");
    }
}

#[test]
fn names_of_systems_and_offices_are_unique_in_the_whole_city() {
    for systems in [300, 20_000] {
        let (city, mut names) = (Blueprint::new(&options(systems)), HashSet::new());
        let offices = city.departments.iter().map(|office| office.name.clone());
        for name in offices.chain((0..systems).map(|number| city.system_name(number))) {
            assert!(names.insert(name.clone()), "{name} comes twice");
        }
    }
    let businesses: Vec<_> = themes::ALL.iter().flat_map(|theme| theme.iter()).collect();
    assert_eq!(businesses.iter().collect::<HashSet<_>>().len(), businesses.len());
}

#[test]
fn parents_stand_before_their_children_and_every_town_has_a_name_of_its_own() {
    let names: HashSet<_> = offices::OFFICES.iter().map(|office| office.short).collect();
    assert!(offices::OFFICES.iter().all(|office| office.parent.is_empty() || names.contains(office.parent)));
    for table in [offices::TOWN_FIRST, offices::TOWN_SECOND] {
        assert_eq!(table.iter().collect::<HashSet<_>>().len(), table.len());
    }
}

#[test]
fn the_demo_shows_every_standing_in_sensible_proportion() {
    let (standings, _) = Register::of(&options(300)).judged();
    let expected = [
        (Standing::OnCloud, 48),
        (Standing::Unjustified, 17),
        (Standing::Migrating, 8),
        (Standing::Planned, 7),
        (Standing::Excepted, 8),
        (Standing::Unassessed, 4),
        (Standing::NotLive, 3),
        (Standing::Retiring, 2),
        (Standing::Retired, 2),
        (Standing::NotApplicable, 1),
    ];
    for (standing, percent) in expected {
        let found = standings.get(&standing).copied().unwrap_or(0);
        assert!(found > 0 && found.abs_diff(percent * 3) <= 4, "{standing:?}: {found} of 300 in {standings:?}");
    }
}

#[test]
fn the_demo_shows_every_flag_whatever_the_seed() {
    for seed in [0, 42, u64::MAX] {
        let (_, flags) = Register::of(&CityOptions { seed, ..options(300) }).judged();
        for rule in FlagRule::ALL {
            assert!(flags.contains_key(rule), "seed {seed}: no {} in {flags:?}", rule.code());
        }
    }
}

#[test]
fn the_demo_shows_every_state_of_migrations_and_every_category_of_exceptions() {
    let register = Register::of(&options(300));
    let migrations = register.all::<Migration>();
    for state in MigrationState::ALL {
        assert!(migrations.iter().any(|(_, one)| one.state == *state), "{}", state.code());
    }
    assert!(migrations.iter().any(|(_, one)| one.suspended == Some(true)));
    let exceptions = register.all::<CloudException>();
    for category in pack().list("exception_category").codes() {
        assert!(exceptions.iter().any(|(_, one)| one.category == category), "{category}");
    }
    let in_days = |one: &CloudException| TODAY.until(one.expires_on).unwrap().get_days();
    for span in [-150..0, 0..30, 30..90, 90..1_100] {
        assert!(exceptions.iter().any(|(_, one)| span.contains(&in_days(one))), "{span:?}");
    }
    assert!(exceptions.iter().any(|(_, one)| one.leader.is_none() && one.exit_plan.is_none()));
}

#[test]
fn no_value_marks_a_system_as_classified() {
    assert!(
        Register::of(&options(300))
            .all::<System>()
            .iter()
            .all(|(_, one)| one.secrecy.as_deref() == Some("non_classified"))
    );
    assert!(!pack().is_classified("非涉密"));
}
