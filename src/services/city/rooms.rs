//! The machine rooms: recognised, lapsed, never applied for, closing, closed, and some with numbers that cannot be.

use super::{
    blueprint::Blueprint,
    cells::{day, point, sheet, text, whole, yes},
    random::Random,
};

/// How a room stands with recognition and closing; days count from today.
#[derive(Clone, Copy, Debug)]
pub(super) enum Status {
    /// May stay until a day.
    Recognised(i32),
    /// Nobody asked.
    Unasked,
    /// Asked, not answered.
    Applied,
    /// Refused, and no day of closing.
    Refused,
    /// Must close by a day; the stage that it has reached.
    CloseBy(i32, &'static str),
    /// Closed so many days ago.
    Closed(i32),
}

/// What is wrong with its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Oddity {
    Nothing,
    /// More virtual hosts than servers.
    Hosts,
    /// PUE below 1.
    Pue,
    /// IT power above total power.
    Power,
    /// Closed, yet machines draw power.
    StillOn,
}

/// Name, short name of its office, kind, ownership, servers, status, special use, oddity.
type Seed = (&'static str, &'static str, &'static str, &'static str, i64, Status, &'static str, Oddity);

use Oddity as O;
use Status as S;

/// Position of the room that everybody without an own one may use.
pub(super) const SHARED: usize = 1;
/// Position of the racks in a carrier's building.
pub(super) const RACKS: usize = 2;
/// Position of the room that is closed, but in which systems still run.
pub(super) const OLD: usize = 3;

const SEEDS: &[Seed] = &[
    ("云州市政务数据中心", "市大数据局", "数据中心", "自有", 286, S::Recognised(900), "无", O::Nothing),
    ("市行政中心机房", "市机关事务中心", "机房", "共享", 94, S::Recognised(410), "无", O::Nothing),
    ("电信云锦枢纽托管机柜", "市大数据中心", "托管机柜", "租用", 48, S::Recognised(240), "无", O::Nothing),
    ("市行政中心旧址机房", "市政府办", "机房", "自有", 0, S::Closed(75), "无", O::Nothing),
    ("市公安局指挥中心机房", "市公安局", "机房", "自有", 132, S::Recognised(700), "任务不可分", O::Nothing),
    ("市交通信号控制中心机房", "市交警支队", "机房", "自有", 36, S::Recognised(520), "工控", O::Nothing),
    ("市卫健局信息中心机房", "市卫健局", "机房", "自有", 58, S::Recognised(-60), "无", O::Nothing),
    ("市第一人民医院机房", "市一医院", "机房", "自有", 76, S::Recognised(25), "任务不可分", O::Nothing),
    ("市疾控中心机房", "市疾控中心", "服务器间", "自有", 14, S::Unasked, "无", O::Nothing),
    ("市教育局信息中心机房", "市教育局", "机房", "自有", 33, S::CloseBy(20, "迁移中"), "无", O::Nothing),
    ("云州一中网络中心机房", "云州一中", "服务器间", "自有", 9, S::Unasked, "无", O::Hosts),
    ("市不动产登记中心机房", "市不动产登记中心", "机房", "自有", 22, S::CloseBy(-45, "迁移中"), "无", O::Nothing),
    ("市自规局档案楼机房", "市自规局", "机房", "自有", 41, S::CloseBy(130, "纳入关停计划"), "无", O::Nothing),
    ("市社保中心机房", "市社保中心", "机房", "自有", 52, S::Recognised(330), "法定", O::Nothing),
    ("市公积金中心机房", "市公积金中心", "机房", "自有", 18, S::Applied, "无", O::Nothing),
    ("市生态环境监控中心机房", "市生态环境局", "机房", "自有", 27, S::CloseBy(60, "纳入关停计划"), "无", O::Power),
    ("市财政局机房", "市财政局", "机房", "自有", 0, S::Closed(200), "无", O::Nothing),
    ("市住建局城建档案机房", "市住建局", "服务器间", "自有", 6, S::Closed(120), "无", O::StillOn),
    ("市水利局防汛指挥机房", "市水利局", "机房", "自有", 24, S::Recognised(610), "地点约束", O::Nothing),
    ("市图书馆机房", "市图书馆", "服务器间", "自有", 0, S::CloseBy(15, "已迁空"), "无", O::Nothing),
    ("市应急指挥中心机房", "市应急局", "机房", "自有", 30, S::Recognised(480), "任务不可分", O::Nothing),
    ("青云区政务机房", "青云区政府", "机房", "自有", 44, S::Recognised(180), "无", O::Pue),
    ("白鹭区政务机房", "白鹭区政府", "机房", "自有", 38, S::CloseBy(90, "迁移中"), "无", O::Nothing),
    ("沧溪县政务机房", "沧溪县政府", "机房", "自有", 35, S::Refused, "无", O::Nothing),
    ("沧溪县教育城域网机房", "沧溪县教育局", "服务器间", "自有", 11, S::Refused, "无", O::Nothing),
    ("市气象局观测楼机房", "市气象局", "机房", "自有", 16, S::Recognised(365), "任务不可分", O::Nothing),
];

/// What the rooms of a larger city's further offices are like, in turn.
const MORE: &[(Status, Oddity)] = &[
    (S::Unasked, O::Nothing),
    (S::CloseBy(150, "纳入关停计划"), O::Nothing),
    (S::Recognised(400), O::Nothing),
    (S::Unasked, O::Hosts),
    (S::CloseBy(-20, "迁移中"), O::Nothing),
    (S::Recognised(-15), O::Nothing),
    (S::Applied, O::Nothing),
    (S::Closed(90), O::Nothing),
];

/// A machine room.
#[derive(Clone, Debug)]
pub(super) struct Room {
    pub name: String,
    pub department: usize,
    kind: &'static str,
    ownership: &'static str,
    servers: i64,
    status: Status,
    special: &'static str,
    oddity: Oddity,
}

impl Room {
    /// True while machines may run in it.
    pub(super) fn is_open(&self) -> bool {
        self.servers > 0 && !matches!(self.status, Status::Closed(_))
    }
}

/// The rooms made by hand; `find` gives the position of an office.
pub(super) fn by_hand(find: impl Fn(&str) -> Option<usize>) -> Vec<Room> {
    let room = |&(name, office, kind, ownership, servers, status, special, oddity): &Seed| Room {
        name: name.to_owned(),
        department: find(office).unwrap_or(0),
        kind,
        ownership,
        servers,
        status,
        special,
        oddity,
    };
    SEEDS.iter().map(room).collect()
}

/// A further room, of an office with this short name.
pub(super) fn further(number: usize, department: usize, short: &str) -> Room {
    let (status, oddity) = MORE.get(number % MORE.len()).copied().unwrap_or((S::Unasked, O::Nothing));
    let servers = if matches!(status, S::Closed(_)) { 0 } else { 3 + (number * 7 % 11) as i64 };
    let name = format!("{short}机房");
    Room { name, department, kind: "服务器间", ownership: "自有", servers, status, special: "无", oddity }
}

/// The code of a room, counted from 0.
pub(super) fn code(number: usize) -> String {
    format!("JF-{:04}", number + 1)
}

/// What is measured, and made up: power and racks follow the servers, and then the oddity is put in.
pub(super) struct Load {
    racks: i64,
    used: i64,
    capacity: i64,
    total: i64,
    it: i64,
    pue: i64,
    hosts: i64,
    servers: i64,
}

fn load(room: &Room, random: &mut Random) -> Load {
    let servers = room.servers;
    let racks = (servers / 6).max(2) + i64::from(random.between(0, 3));
    let used = (servers + 7) / 8;
    // Hundredths of a kilowatt: 0.28 to 0.42 kW a server.
    let it = servers * i64::from(random.between(28, 42));
    let pue =
        i64::from(random.between(if servers > 90 { 1_280 } else { 1_620 }, if servers > 90 { 1_480 } else { 2_150 }));
    let mut load = Load {
        racks,
        used: used.min(racks),
        capacity: racks * 350 + 1_000,
        total: it * pue / 1_000,
        it,
        pue,
        hosts: servers * i64::from(random.between(20, 55)) / 100,
        servers,
    };
    match room.oddity {
        Oddity::Nothing | Oddity::StillOn => {}
        Oddity::Hosts => load.hosts = servers + 5,
        Oddity::Pue => load.pue = 870,
        Oddity::Power => load.total = it * 9 / 10,
    }
    load
}

/// The row of a room, counted from 0.
pub(super) fn row_of(city: &Blueprint, number: usize, room: &Room) -> Vec<exchange::Cell> {
    let mut random = city.random(super::blueprint::ROOM_STREAM, number);
    let load = load(room, &mut random);
    row(city, number, room, &load, &mut random)
}

fn recognition(status: Status) -> &'static str {
    match status {
        Status::Recognised(_) => "认定保留",
        Status::Unasked => "未申报",
        Status::Applied => "申报中",
        Status::Refused => "不予认定",
        Status::CloseBy(..) | Status::Closed(_) => "限期关停",
    }
}

fn stage(status: Status) -> &'static str {
    match status {
        Status::Recognised(_) => "认定保留",
        Status::Unasked | Status::Applied | Status::Refused => "运行",
        Status::CloseBy(_, stage) => stage,
        Status::Closed(_) => "已关停",
    }
}

sheet! {
    fn row(city: &Blueprint, number: usize, room: &Room, load: &Load, random: &mut Random) {
        code: text(code(number)),
        name: text(room.name.as_str()),
        department: text(city.department_code(room.department)),
        kind: text(room.kind),
        ownership: text(room.ownership),
        address: text(city.address(room.department, random)),
        built_on: day(Some(city.days.after(-random.between(2_600, 6_400)))),
        area_m2: point((room.servers + 12) * 90 + i64::from(random.between(0, 4_000)), 2),
        racks_total: whole(load.racks),
        racks_used: whole(load.used),
        ups: yes(Some(room.servers > 8)),
        dedicated_cooling: yes(Some(room.servers > 20)),
        generator: yes(Some(room.servers > 70)),
        power_capacity_kw: point(load.capacity, 2),
        average_total_kw: point(load.total, 2),
        average_it_kw: point(load.it, 2),
        pue: if load.it == 0 { exchange::Cell::Empty } else { point(load.pue, 3) },
        power_read_on: day(Some(city.days.after(-random.between(5, 40)))),
        servers_physical: whole(load.servers),
        virtual_hosts: whole(load.hosts),
        underused_servers: whole(load.servers * i64::from(random.between(5, 30)) / 100),
        recognition: text(recognition(room.status)),
        recognition_until: day(if let Status::Recognised(days) = room.status { Some(city.days.after(days)) } else { None }),
        special_use: text(room.special),
        closure_stage: text(stage(room.status)),
        target_close_on: day(match room.status {
            Status::CloseBy(days, _) => Some(city.days.after(days)),
            Status::Closed(ago) => Some(city.days.after(10 - ago)),
            _ => None,
        }),
        closed_on: day(if let Status::Closed(ago) = room.status { Some(city.days.after(-ago)) } else { None }),
    }
}
