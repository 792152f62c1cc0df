//! What is so of one system: its dates, its machines and where they are, its exceptions and migrations. Made from the
//! scenario of the system, again and again, whenever a file needs it: nothing of it is kept.

use jiff::civil::Date;

use super::{
    blueprint::{Blueprint, SYSTEM_STREAM},
    grounds::Ground,
    random::Random,
};

/// Where a machine is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Room(usize),
    Zone(usize),
    Unknown,
}

/// A machine in a place. Days count from today.
#[derive(Clone, Copy, Debug)]
pub(super) struct Machine {
    pub place: Place,
    /// Label of the role; empty is production that nobody wrote down.
    pub role: &'static str,
    /// What it does: web, app, db, …
    pub part: &'static str,
    pub from: i32,
    pub to: Option<i32>,
    pub in_service: Option<bool>,
}

/// An exception. Days count from today.
#[derive(Clone, Copy, Debug)]
pub(super) struct Permission {
    pub ground: Ground,
    pub approved: i32,
    pub expires: i32,
    pub revoked: Option<i32>,
    /// Which document it cites, if not the usual one of its ground.
    pub basis: Option<usize>,
    /// When it was last looked at again.
    pub reviewed: Option<i32>,
    /// Lacks its leader and exit plan.
    pub incomplete: bool,
}

/// A migration. Days count from today.
#[derive(Clone, Copy, Debug)]
pub(super) struct Move {
    /// Label of the state.
    pub state: &'static str,
    pub zone: usize,
    pub suspended: bool,
    pub submitted: Option<i32>,
    pub approved: Option<i32>,
    pub planned_cutover: Option<i32>,
    pub cutover: Option<i32>,
    pub wave: Option<i32>,
}

/// What is so of one system.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub number: usize,
    pub department: usize,
    /// Labels; empty is not known.
    pub lifecycle: &'static str,
    pub hosting: &'static str,
    pub mlps: &'static str,
    pub owner_level: &'static str,
    pub data_disposition: &'static str,
    pub room: Option<usize>,
    pub zone: Option<usize>,
    pub internet: bool,
    pub critical: bool,
    pub live: Option<i32>,
    pub approved: Option<i32>,
    pub retire: Option<i32>,
    pub retire_approved: Option<i32>,
    pub retired: Option<i32>,
    pub not_applicable: Option<&'static str>,
    pub deferral: &'static str,
    pub machines: Vec<Machine>,
    pub exceptions: Vec<Permission>,
    pub moves: Vec<Move>,
}

impl Plan {
    /// The plan of a system, counted from 0.
    pub(super) fn of(city: &Blueprint, number: usize) -> Self {
        let mut random = city.random(SYSTEM_STREAM, number);
        let (scenario, card) = city.scenario(number);
        let (department, _) = city.owner(number);
        let home = city.departments.get(department);
        let plan = Self {
            number,
            department,
            lifecycle: if random.chance(8) { "" } else { "运行" },
            hosting: "",
            mlps: mlps(&mut random),
            owner_level: match home {
                Some(home) if home.vertical => "国家级",
                Some(home) if home.district > 0 => "区县级",
                _ => "市级",
            },
            data_disposition: "",
            room: None,
            zone: None,
            internet: random.chance(27) || city.is_for_the_public(number),
            critical: random.chance(2),
            live: None,
            approved: None,
            retire: None,
            retire_approved: None,
            retired: None,
            not_applicable: None,
            deferral: "",
            machines: Vec::new(),
            exceptions: Vec::new(),
            moves: Vec::new(),
        };
        let (room, own) = home.map_or((super::rooms::SHARED, false), |home| home.room);
        let mut draft = super::story::Draft { days: city.days, random, plan, room, own, card };
        draft.tell(scenario);
        draft.plan
    }

    /// The code of the system.
    pub(super) fn code(&self) -> String {
        code(self.number)
    }

    /// The day of an offset.
    pub(super) fn day(&self, city: &Blueprint, days: Option<i32>) -> Option<Date> {
        days.map(|days| city.days.after(days))
    }
}

/// The code of a system, counted from 0.
pub(super) fn code(number: usize) -> String {
    format!("XT-{:06}", number + 1)
}

fn mlps(random: &mut Random) -> &'static str {
    match random.below(100) {
        0..8 => "未定级",
        8..12 => "一级",
        12..70 => "二级",
        70..94 => "三级",
        _ => "",
    }
}
