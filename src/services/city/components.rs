//! The rows of components: servers, databases and containers of the systems, one after the other.

use super::{
    blueprint::{Blueprint, COMPONENT_STREAM},
    cells::{day, maybe, point, sheet, text, whole, yes},
    plan::{Machine, Place, Plan},
    random::Random,
    rooms, zones,
};

/// The rows of every machine of every system.
pub(super) fn rows(city: &Blueprint) -> impl Iterator<Item = Vec<exchange::Cell>> {
    (0..city.systems)
        .flat_map(move |system| {
            let plan = Plan::of(city, system);
            (0..plan.machines.len()).map(move |index| (plan.number, plan.machines.get(index).copied(), index))
        })
        .enumerate()
        .filter_map(|(number, (system, machine, index))| {
            let machine = machine?;
            let mut random = city.random(COMPONENT_STREAM, number);
            let kind = kind(&machine, &mut random);
            Some(row(city, number, system, index, &machine, &kind, &mut random))
        })
}

/// What a machine is: kind, operating system or product, version, and the year in which its support ends.
#[derive(Clone, Copy, Default)]
pub(super) struct Make {
    kind: &'static str,
    os: &'static str,
    software_version: &'static str,
    end: i16,
}

const ON_CLOUD: &[Make] = &[
    Make { kind: "虚拟机", os: "openEuler 22.03 LTS", software_version: "SP4", end: 2028 },
    Make { kind: "虚拟机", os: "银河麒麟高级服务器操作系统 V10", software_version: "SP3", end: 2031 },
    Make { kind: "虚拟机", os: "统信服务器操作系统 V20", software_version: "1070", end: 2031 },
    Make { kind: "虚拟机", os: "CentOS Linux 7", software_version: "7.9", end: 2024 },
    Make { kind: "容器", os: "openEuler 24.03 LTS", software_version: "", end: 2030 },
];
const IN_ROOM: &[Make] = &[
    Make { kind: "物理机", os: "CentOS Linux 6", software_version: "6.10", end: 2020 },
    Make { kind: "物理机", os: "Windows Server 2012 R2", software_version: "6.3", end: 2023 },
    Make { kind: "物理机", os: "Red Hat Enterprise Linux 7", software_version: "7.6", end: 2024 },
    Make { kind: "虚拟机", os: "CentOS Linux 7", software_version: "7.9", end: 2024 },
    Make { kind: "虚拟机", os: "Windows Server 2016", software_version: "1607", end: 2027 },
];
const DATABASES_ON_CLOUD: &[Make] = &[
    Make {
        kind: "数据库", os: "银河麒麟高级服务器操作系统 V10", software_version: "达梦 DM8", end: 2031
    },
    Make { kind: "数据库", os: "openEuler 22.03 LTS", software_version: "人大金仓 V8", end: 2028 },
    Make { kind: "数据库", os: "openEuler 22.03 LTS", software_version: "PostgreSQL 15", end: 2027 },
];
const DATABASES_IN_ROOM: &[Make] = &[
    Make { kind: "数据库", os: "Red Hat Enterprise Linux 6", software_version: "Oracle 11g", end: 2020 },
    Make { kind: "数据库", os: "Windows Server 2012 R2", software_version: "SQL Server 2012", end: 2022 },
    Make { kind: "数据库", os: "CentOS Linux 7", software_version: "MySQL 5.7", end: 2023 },
];

fn kind(machine: &Machine, random: &mut Random) -> Make {
    let on_cloud = matches!(machine.place, Place::Zone(_));
    let table = match (machine.part, on_cloud) {
        ("db", true) => DATABASES_ON_CLOUD,
        ("db", false) => DATABASES_IN_ROOM,
        (_, true) => ON_CLOUD,
        (_, false) => IN_ROOM,
    };
    let make = random.pick(table);
    let kind = match (machine.part, on_cloud) {
        ("cache", _) => "中间件",
        ("file", false) => "存储",
        _ => make.kind,
    };
    Make { kind, ..make }
}

/// A private address: the net follows the place, so that machines of one place stand together.
fn address(machine: &Machine, number: usize) -> String {
    let net = match machine.place {
        Place::Zone(zone) => 100 + zone,
        Place::Room(room) => room % 90,
        Place::Unknown => 250,
    };
    format!("10.{net}.{}.{}", number / 250 % 250, 2 + number % 250)
}

const MODELS: &[&str] =
    &["浪潮 NF5280M5", "联想 SR650", "华为 TaiShan 200", "曙光 H620-G30", "戴尔 R730", "新华三 R4900"];

sheet! {
    fn row(city: &Blueprint, number: usize, system: usize, index: usize, machine: &Machine, make: &Make, random: &mut Random) {
        code: text(format!("ZC-{:06}", number + 1)),
        name: text(format!("xt{:06}-{}-{}", system + 1, machine.part, index + 1)),
        system: text(super::plan::code(system)),
        kind: text(make.kind),
        ip: text(address(machine, number)),
        data_center: maybe(if let Place::Room(room) = machine.place { Some(rooms::code(room)) } else { None }),
        zone: maybe(if let Place::Zone(zone) = machine.place { Some(zones::code(zone)) } else { None }),
        role: text(machine.role),
        from_on: day(Some(city.days.after(machine.from))),
        to_on: day(machine.to.map(|to| city.days.after(to))),
        in_service: yes(machine.in_service),
        cpu_count: whole(random.pick(&[2, 4, 4, 8, 8, 16, 32])),
        memory_gb: point(random.pick(&[400, 800, 1_600, 1_600, 3_200, 6_400, 12_800]), 2),
        disk_gb: point(random.pick(&[10_000, 20_000, 50_000, 50_000, 100_000, 204_800]), 2),
        os: text(make.os),
        software_version: text(make.software_version),
        eol_on: day(jiff::civil::Date::new(make.end, 6, 30).ok()),
        model: text(if make.kind == "物理机" { random.pick(MODELS) } else { "" }),
        serial: text(if make.kind == "物理机" { format!("SN{:08X}", random.below(0xFFFF_FFFF)) } else { String::new() }),
        warranty_end_on: day((make.kind == "物理机").then(|| city.days.after(machine.from + 1_825))),
    }
}
