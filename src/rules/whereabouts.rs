//! Where a system runs: its production placements, or what it declares until there are any (design, section 3).

use domain::{CodeLists, ComponentRole, Hosting, Language, Wording};
use jiff::civil::Date;

use crate::{
    Pack,
    facts::{Place, Placement, RoomFacts, SystemFacts, ZoneFacts},
    phrases,
    today::Today,
};

/// Where the knowledge comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Basis {
    /// Production components with a place.
    Placements,
    /// The system's own declaration.
    Declared,
}

/// One place in which the system runs in production.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Spot<'a> {
    Room(&'a RoomFacts),
    Zone(&'a ZoneFacts),
    /// Only the kind of hosting is declared.
    Declared(Hosting),
}

/// A place and since when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Site<'a> {
    pub spot: Spot<'a>,
    pub since: Option<Date>,
}

/// Where a system runs in production today.
#[derive(Clone, Debug)]
pub(crate) struct Whereabouts<'a> {
    pub basis: Basis,
    /// Places that count as cloud.
    pub cloud: Vec<Site<'a>>,
    /// Known places that do not.
    pub off: Vec<Site<'a>>,
    /// Running production components whose place nobody has said.
    pub unknown: usize,
    /// Running components off the cloud that never decide: standby, disaster recovery, test, development.
    pub aside: Vec<&'a Placement>,
    /// When the latest production placement off the cloud ended.
    pub left_on: Option<Date>,
}

/// Missing role = production.
fn is_production(placement: &Placement) -> bool {
    matches!(placement.role, None | Some(ComponentRole::Production))
}

fn has_begun(placement: &Placement, today: &Today) -> bool {
    placement.from_on.is_none_or(|from| today.has_come(from))
}

/// Begun and not ended. What is seen in service runs, even if it should have stopped: a source left on is a source.
pub(crate) fn is_running(placement: &Placement, today: &Today) -> bool {
    has_begun(placement, today)
        && placement.in_service.unwrap_or_else(|| placement.to_on.is_none_or(|to| !today.has_come(to)))
}

impl<'a> Spot<'a> {
    /// True for a zone that counts as cloud, and for a declared government cloud without a zone.
    pub(crate) fn counts_as_cloud(self) -> bool {
        match self {
            Self::Zone(zone) => zone.counts_as_cloud == Some(true),
            Self::Declared(hosting) => hosting == Hosting::GovernmentCloud,
            Self::Room(_) => false,
        }
    }

    /// How a sentence names it.
    pub(crate) fn wording(self, pack: &Pack) -> Wording {
        match self {
            Self::Room(room) => Wording::new(format!("机房“{}”", room.name), format!("room “{}”", room.name)),
            Self::Zone(zone) => {
                let (zh, en) = match zone.counts_as_cloud {
                    Some(true) => ("", ""),
                    Some(false) => ("（不计入上云）", " (which does not count as cloud)"),
                    None => ("（未登记是否计入上云）", " (not recorded as counting as cloud)"),
                };
                Wording::new(format!("云区“{}”{zh}", zone.name), format!("zone “{}”{en}", zone.name))
            }
            Self::Declared(hosting) => {
                let list = pack.list("hosting");
                let label = |language| list.label(hosting.code(), language);
                Wording::new(label(Language::ZhCn), label(Language::En).to_lowercase())
            }
        }
    }
}

impl<'a> Whereabouts<'a> {
    /// Finds the production places. Components decide as soon as one production component with a place has begun;
    /// a standby or test machine never makes the declaration void, because it never decides.
    pub(crate) fn find(facts: &'a SystemFacts, today: &Today) -> Self {
        let mut found = Self {
            basis: Basis::Declared,
            cloud: Vec::new(),
            off: Vec::new(),
            unknown: 0,
            aside: Vec::new(),
            left_on: None,
        };
        for placement in facts.placements.iter().filter(|placement| has_begun(placement, today)) {
            let spot = match &placement.place {
                Place::Room(room) => Some(Spot::Room(room)),
                Place::Zone(zone) => Some(Spot::Zone(zone)),
                Place::Unknown => None,
            };
            let off_cloud = spot.is_some_and(|spot| !spot.counts_as_cloud());
            let running = is_running(placement, today);
            if !is_production(placement) {
                if off_cloud && running {
                    found.aside.push(placement);
                }
                continue;
            }
            if spot.is_some() {
                found.basis = Basis::Placements;
            }
            match spot {
                Some(spot) if running => found.add(Site { spot, since: placement.from_on }),
                Some(_) if off_cloud => found.left_on = found.left_on.max(placement.to_on),
                None if running => found.unknown += 1,
                _ => {}
            }
        }
        if found.basis == Basis::Declared {
            let since = facts.system.live_on.filter(|live| today.has_come(*live));
            for spot in declared(facts) {
                found.add(Site { spot, since });
            }
            // A component without a place says nothing against what the system declares.
            found.unknown = 0;
        }
        found
    }

    fn add(&mut self, site: Site<'a>) {
        if site.spot.counts_as_cloud() { self.cloud.push(site) } else { self.off.push(site) }
    }

    /// Every production place is known and counts as cloud.
    pub(crate) fn is_on_cloud(&self) -> bool {
        !self.cloud.is_empty() && self.off.is_empty() && self.unknown == 0
    }

    /// Nothing speaks against the cloud, but not everything is known.
    pub(crate) fn is_unknown(&self) -> bool {
        self.off.is_empty() && !self.is_on_cloud()
    }

    /// "Runs in room “B2” since 1 March 2014", off the cloud.
    pub(crate) fn off_wording(&self, pack: &Pack) -> Wording {
        let places = phrases::sorted_names(
            self.off.iter().map(|site| site.spot.wording(pack)),
            pack.thresholds.names_in_a_sentence,
        );
        let (mut zh, mut en) = match self.basis {
            Basis::Placements => (format!("运行于{}", places.zh), format!("Runs in {}", places.en)),
            Basis::Declared => (format!("申报部署于{}", places.zh), format!("Declared to run in {}", places.en)),
        };
        if let Some(since) = self.off.iter().filter_map(|site| site.since).min() {
            let since = phrases::day(since);
            zh.push_str(&format!("（自{}起）", since.zh));
            en.push_str(&format!(" since {}", since.en));
        }
        Wording::new(zh, en)
    }
}

/// The places that the system itself names. A kind of hosting outweighs a room or zone that contradicts it.
pub(crate) fn declared(facts: &SystemFacts) -> Vec<Spot<'_>> {
    let room = facts.declared_room.as_ref().map(Spot::Room);
    let zone = facts.declared_zone.as_ref().map(Spot::Zone);
    match facts.system.hosting {
        None => room.into_iter().chain(zone).collect(),
        Some(hosting @ (Hosting::GovernmentCloud | Hosting::PublicCloud)) => {
            vec![zone.unwrap_or(Spot::Declared(hosting))]
        }
        Some(hosting @ (Hosting::OwnRoom | Hosting::Colocation)) => vec![room.unwrap_or(Spot::Declared(hosting))],
        Some(hosting @ Hosting::Endpoint) => vec![Spot::Declared(hosting)],
    }
}
