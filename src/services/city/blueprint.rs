//! What of a city fits in memory whatever its size: offices, rooms, and which systems are whose. Everything else is made
//! record by record from seed and number.

use std::collections::HashMap;

use super::{
    CityOptions,
    cells::{Days, maybe, sheet, text, whole, yes},
    credit_code::credit_code,
    offices::{DISTRICTS, MORE, OFFICES, OUTSIDE, OfficeSeed, TOWN_FIRST, TOWN_SECOND},
    people,
    random::Random,
    rooms::{self, Room},
    scenario::{DECK, Scenario},
    themes::{COMMON, Theme},
};

/// Streams of randomness, one for each kind of record.
const DEPARTMENT_STREAM: u64 = 1;
pub(super) const ROOM_STREAM: u64 = 2;
pub(super) const SYSTEM_STREAM: u64 = 3;
pub(super) const SYSTEM_CELLS_STREAM: u64 = 4;
pub(super) const COMPONENT_STREAM: u64 = 5;

/// Up to this many systems the offices made by hand are enough; above, an office is added for every so many systems.
const BY_HAND: usize = 1_500;
const SYSTEMS_OF_FURTHER: usize = 45;

/// Second names of systems, when an office has more of them than its business has names.
const VARIANTS: &[&str] =
    &["（二期）", "数据分析子系统", "移动端", "监管子系统", "自助终端系统", "接口服务平台", "（专题版）"];

/// An office.
#[derive(Clone, Debug)]
pub(super) struct Department {
    pub code: String,
    pub name: String,
    pub short: String,
    pub parent: Option<usize>,
    pub kind: &'static str,
    pub district: usize,
    theme: Theme,
    prefix: String,
    weight: usize,
    /// Run by a higher level.
    pub vertical: bool,
    outside: Option<&'static str>,
    /// Where it runs what is not on the cloud, and whether the room is its own.
    pub room: (usize, bool),
}

/// The city before its systems.
#[derive(Clone, Debug)]
pub(super) struct Blueprint {
    pub days: Days,
    pub systems: usize,
    pub year: i16,
    seed: u64,
    pub departments: Vec<Department>,
    pub rooms: Vec<Room>,
    /// Number of the first system of each office, and of the one after the last.
    starts: Vec<usize>,
    /// Systems up to this one belong to offices that the rule reaches.
    inside: usize,
    deck: Vec<Scenario>,
}

impl Blueprint {
    pub(super) fn new(options: &CityOptions) -> Self {
        let systems = options.systems;
        let mut departments: Vec<Department> = Vec::new();
        let mut found: HashMap<String, usize> = HashMap::new();
        for seed in OFFICES {
            add(&mut departments, &mut found, options.seed, made_by_hand(seed));
        }
        // The offices made by hand grow with a large city, the further ones take the rest.
        let weight: usize = departments.iter().map(|one| one.weight).sum();
        for one in &mut departments {
            one.weight *= BY_HAND / weight.max(1);
        }
        let further = systems.saturating_sub(BY_HAND) / SYSTEMS_OF_FURTHER;
        for number in 0..further.min(MORE.len() * TOWN_FIRST.len() * TOWN_SECOND.len()) {
            add(&mut departments, &mut found, options.seed, further_office(number));
        }
        let outside = if systems < 30 { 0 } else { (systems / 100).clamp(1, 12) };
        let inside = systems - outside;
        let mut starts = allotted(departments.iter().map(|one| one.weight), inside, 0);
        let first_outside = departments.len();
        for (seed, vertical, reason) in OUTSIDE {
            let office = Department { vertical: *vertical, outside: Some(reason), ..made_by_hand(seed).1 };
            add(&mut departments, &mut found, options.seed, (seed.parent.to_owned(), office));
        }
        starts.extend(allotted(departments.iter().skip(first_outside).map(|one| one.weight), outside, inside));
        starts.push(systems);

        let mut rooms = rooms::by_hand(|short| found.get(short).copied());
        for (number, (index, one)) in
            departments.iter().enumerate().take(first_outside).skip(OFFICES.len()).step_by(20).enumerate()
        {
            rooms.push(rooms::further(number, index, &one.short));
        }
        settle(&mut departments, &rooms);
        let deck = DECK.iter().flat_map(|(scenario, times)| std::iter::repeat_n(*scenario, *times)).collect();
        let (days, year) = (Days::new(options.today), options.today.year());
        Self { days, systems, year, seed: options.seed, departments, rooms, starts, inside, deck }
    }

    /// The generator of a record.
    pub(super) fn random(&self, stream: u64, number: usize) -> Random {
        Random::at(self.seed, stream, number)
    }

    /// The office of a system counted from 0, and the how-manieth of its systems it is.
    pub(super) fn owner(&self, system: usize) -> (usize, usize) {
        let department = self.starts.partition_point(|start| *start <= system).saturating_sub(1);
        (department, system - self.starts.get(department).copied().unwrap_or(0))
    }

    /// What happens to a system, and a number that tells the cards of a scenario apart. Steps through the deck so that
    /// neighbours differ, and every card is drawn before one is drawn again.
    pub(super) fn scenario(&self, system: usize) -> (Scenario, usize) {
        if system >= self.inside {
            return (Scenario::Outside, system - self.inside);
        }
        let length = self.deck.len().max(1);
        let offset = (self.seed % length as u64) as usize;
        let card = (system % length * super::scenario::STEP + offset) % length;
        (self.deck.get(card).copied().unwrap_or(Scenario::CloudBorn), card + system / length)
    }

    /// What a system is for, as its name says, and how many of the same office are for the same.
    fn business(&self, system: usize) -> (&str, &'static str, usize) {
        let (department, local) = self.owner(system);
        let Some(office) = self.departments.get(department) else { return ("", "", 0) };
        let all = office.theme.len() + COMMON.len();
        let (before, place) = (local / all, local % all);
        match office.theme.get(place) {
            Some(business) => (&office.prefix, business, before),
            None => (&office.short, COMMON.get(place - office.theme.len()).copied().unwrap_or_default(), before),
        }
    }

    /// The name of a system: the office's own business first, then what every office has, then second systems of each.
    pub(super) fn system_name(&self, system: usize) -> String {
        let (prefix, business, before) = self.business(system);
        match (before.checked_sub(1), before.checked_sub(1).and_then(|index| VARIANTS.get(index))) {
            (None, _) => [prefix, business].concat(),
            (_, Some(variant)) => [prefix, business, variant].concat(),
            (_, None) => format!("{prefix}{business}（{}号）", before + 1),
        }
    }

    /// True for a system that cannot be without the internet, by its name.
    pub(super) fn is_for_the_public(&self, system: usize) -> bool {
        let business = self.business(system).1;
        ["网站", "网上", "预约", "互联网", "门户", "12345", "移动"].iter().any(|word| business.contains(word))
    }

    /// The code of an office.
    pub(super) fn department_code(&self, department: usize) -> &str {
        self.departments.get(department).map_or("", |one| one.code.as_str())
    }

    /// A made-up address in the district of an office.
    pub(super) fn address(&self, department: usize, random: &mut Random) -> String {
        const STREETS: &[&str] =
            &["云水大道", "青云路", "白鹭街", "沧浪路", "文澜路", "望江东路", "学府路", "体育场路"];
        let district =
            self.departments.get(department).and_then(|one| DISTRICTS.get(one.district)).map_or("", |one| one.0);
        format!("{district}{}{}号", random.pick(STREETS), 1 + random.below(400))
    }

    /// Who answers for an office.
    pub(super) fn leader(&self, department: usize) -> String {
        people::person(&mut self.random(DEPARTMENT_STREAM, department))
    }

    /// The row of an office; its leader is the first that its generator draws.
    pub(super) fn department_row(&self, number: usize, office: &Department) -> Vec<exchange::Cell> {
        row(self, office, &mut self.random(DEPARTMENT_STREAM, number))
    }
}

fn made_by_hand(seed: &OfficeSeed) -> (String, Department) {
    let office = Department {
        code: String::new(),
        name: seed.name.to_owned(),
        short: seed.short.to_owned(),
        parent: None,
        kind: seed.kind,
        district: seed.district,
        theme: seed.theme,
        prefix: seed.prefix.to_owned(),
        weight: seed.weight,
        vertical: false,
        outside: None,
        room: (rooms::SHARED, false),
    };
    (seed.parent.to_owned(), office)
}

/// An office of a larger city: its town, and what it is of it.
fn further_office(number: usize) -> (String, Department) {
    let (town, what) = (number / MORE.len(), number % MORE.len());
    let &(end, short_end, kind, above, theme) =
        MORE.get(what).unwrap_or(&("镇人民政府", "镇政府", "政府", "政府", COMMON));
    // Both syllables change from one town to the next, and no pair comes twice before all have come.
    let first = TOWN_FIRST.get(town % TOWN_FIRST.len()).copied().unwrap_or_default();
    let second = town % TOWN_FIRST.len() + town / TOWN_FIRST.len();
    let second = TOWN_SECOND.get(second % TOWN_SECOND.len()).copied().unwrap_or_default();
    let district = 1 + town % (DISTRICTS.len() - 1);
    let district_short = DISTRICTS.get(district).map_or("", |one| one.1);
    let short = [first, second, short_end].concat();
    let office = Department {
        code: String::new(),
        name: [district_short, first, second, end].concat(),
        prefix: short.clone(),
        short,
        parent: None,
        kind,
        district,
        theme,
        weight: SYSTEMS_OF_FURTHER,
        vertical: false,
        outside: None,
        room: (rooms::SHARED, false),
    };
    ([district_short, above].concat(), office)
}

/// Adds an office with its code and the office above it.
fn add(
    all: &mut Vec<Department>,
    found: &mut HashMap<String, usize>,
    seed: u64,
    (parent, mut office): (String, Department),
) {
    let district = DISTRICTS.get(office.district).map_or(339_900, |one| one.2);
    let kind = match office.kind {
        "事业单位" => "12",
        "群团" => "13",
        "国企" => "91",
        _ => "11",
    };
    // Steps of a number prime to 10^8: no two offices get the same.
    let number = (seed % 100_000_000 + (all.len() as u64 + 1) * 73_068_787) % 100_000_000;
    office.code = credit_code(kind, district, number as u32);
    office.parent = found.get(&parent).copied();
    found.insert(office.short.clone(), all.len());
    all.push(office);
}

/// Gives out `count` systems by weight: the number of the first of each office.
fn allotted(weights: impl Iterator<Item = usize> + Clone, count: usize, first: usize) -> Vec<usize> {
    let total = weights.clone().sum::<usize>().max(1) as u128;
    let mut before = 0_u128;
    weights
        .map(|weight| {
            let start = first + (before * count as u128 / total) as usize;
            before += weight as u128;
            start
        })
        .collect()
}

/// Finds the room of each office: its own, that of the office above, or a shared one.
fn settle(departments: &mut [Department], rooms: &[Room]) {
    let own: HashMap<usize, usize> = rooms
        .iter()
        .enumerate()
        .filter(|(_, room)| room.is_open())
        .map(|(index, room)| (room.department, index))
        .collect();
    for (index, one) in departments.iter_mut().enumerate() {
        let above = one.parent.and_then(|parent| own.get(&parent));
        one.room = match (own.get(&index), above) {
            (Some(room), _) | (None, Some(room)) => (*room, true),
            (None, None) => (if index.is_multiple_of(3) { rooms::RACKS } else { rooms::SHARED }, false),
        };
    }
}

sheet! {
    fn row(city: &Blueprint, office: &Department, random: &mut Random) {
        code: text(office.code.as_str()),
        name: text(office.name.as_str()),
        short_name: text(office.short.as_str()),
        parent: maybe(office.parent.map(|parent| city.department_code(parent))),
        kind: text(office.kind),
        district: text(DISTRICTS.get(office.district).map_or("", |one| one.0)),
        is_vertical: yes(Some(office.vertical)),
        leader: text(people::person(random)),
        liaison: text(people::person(random)),
        phone: text(people::phone(random)),
        in_scope: yes(Some(office.outside.is_none())),
        scope_reason: maybe(office.outside),
        classified_count: if random.chance(15) { whole(1 + random.below(4) as i64) } else { exchange::Cell::Empty },
    }
}
