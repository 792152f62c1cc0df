//! CBD-25 for rooms: numbers that cannot be (domain reference 4.5; DCOI inventory validation 2019).

use domain::{FlagRule, Wording};

use super::FlagHit;
use crate::{Pack, facts::DataCenterFacts, today::Today};

/// Virtual hosts exceed physical servers and mainframes together.
pub(super) fn hosts(facts: &DataCenterFacts, pack: &Pack, _: &Today) -> Option<FlagHit> {
    let (hosts, servers) = (facts.room.virtual_hosts?, facts.room.servers_physical?);
    let machines = servers.saturating_add(facts.room.mainframes.unwrap_or(0));
    (hosts > machines).then(|| {
        let explanation = Wording::new(
            format!("虚拟化主机{hosts}台，多于物理服务器与大型机之和{machines}台。"),
            format!("{hosts} virtual hosts, but only {machines} servers and mainframes."),
        );
        FlagHit::new(pack, FlagRule::Cbd25Hosts, explanation)
            .fact("virtual_hosts", Some(hosts))
            .fact("machines", Some(machines))
    })
}

/// Kilowatts from hundredths.
fn kilowatts(hundredths: i64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// A PUE from thousandths.
fn ratio(thousandths: i64) -> String {
    format!("{}.{:03}", thousandths / 1_000, thousandths % 1_000)
}

/// The declared PUE, or the one that the readings give, is below the physical minimum.
pub(super) fn pue(facts: &DataCenterFacts, pack: &Pack, _: &Today) -> Option<FlagHit> {
    let (room, minimum) = (&facts.room, pack.thresholds.pue_minimum_thousandths);
    let computed = room
        .average_total_kw
        .zip(room.average_it_kw)
        .filter(|(_, it)| *it > 0)
        // Multiplied out in 128 bits: no rounding decides, and no reading overflows.
        .filter(|(total, it)| i128::from(*total) * 1_000 < i128::from(*it) * i128::from(minimum))
        .and_then(|(total, it)| i64::try_from(i128::from(total) * 1_000 / i128::from(it)).ok());
    let declared = room.pue.filter(|pue| *pue < minimum);
    let (low, zh, en) = match (declared, computed) {
        (Some(pue), _) => (pue, "申报的PUE为", "The declared PUE is"),
        (None, Some(pue)) => (pue, "按用电读数计算，PUE约为", "The power readings give a PUE of about"),
        (None, None) => return None,
    };
    let (low, minimum) = (ratio(low), ratio(minimum));
    let explanation = Wording::new(format!("{zh}{low}，小于{minimum}。"), format!("{en} {low}, below {minimum}."));
    Some(
        FlagHit::new(pack, FlagRule::Cbd25Pue, explanation)
            .fact("pue", room.pue.map(ratio))
            .fact("average_total_kw", room.average_total_kw.map(kilowatts))
            .fact("average_it_kw", room.average_it_kw.map(kilowatts))
            .since(room.power_read_on),
    )
}

/// The reading of IT power exceeds that of total power.
pub(super) fn power(facts: &DataCenterFacts, pack: &Pack, _: &Today) -> Option<FlagHit> {
    let room = &facts.room;
    let (total, it) = (room.average_total_kw?, room.average_it_kw?);
    (it > total).then(|| {
        let (total, it) = (kilowatts(total), kilowatts(it));
        let explanation = Wording::new(
            format!("IT用电{it}千瓦，大于总用电{total}千瓦。"),
            format!("IT power is {it} kW, above the total of {total} kW."),
        );
        FlagHit::new(pack, FlagRule::Cbd25Power, explanation)
            .fact("average_total_kw", Some(total))
            .fact("average_it_kw", Some(it))
            .since(room.power_read_on)
    })
}
