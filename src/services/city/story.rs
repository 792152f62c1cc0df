//! From a scenario to the facts that make it so.

use super::{
    bases,
    cells::Days,
    grounds::{GROUNDS, Ground},
    plan::{Machine, Move, Permission, Place, Plan},
    random::Random,
    rooms,
    scenario::Scenario,
    zones,
};

/// A plan in the making.
pub(super) struct Draft {
    pub days: Days,
    pub random: Random,
    pub plan: Plan,
    /// The room that the office uses, and whether it is its own.
    pub room: usize,
    pub own: bool,
    /// The card that was drawn; another one each time the deck begins anew.
    pub card: usize,
}

use Scenario as S;

impl Draft {
    /// Makes the plan true to the scenario.
    pub(super) fn tell(&mut self, scenario: Scenario) {
        match scenario {
            S::Outside => self.old_in_room(),
            S::NotApplicable => {
                self.old_in_room();
                self.plan.owner_level = "省级";
                self.plan.not_applicable = Some("省级统建系统，本市仅使用，由省级主管部门统一上云");
            }
            S::CloudBorn
            | S::CloudMoved
            | S::CloudDeclared
            | S::CloudAside
            | S::CloudAboveCeiling
            | S::CloudExposed
            | S::CloudDeclaredElsewhere
            | S::CloudBeforeApproval => self.on_cloud(scenario),
            S::OldInRoom
            | S::NewOffCloud
            | S::DeclaredCloud
            | S::HalfMoved
            | S::SourceStillOn
            | S::InRecoveryZone
            | S::InClosedRoom => self.off_cloud(scenario),
            S::ExceptionExpired => {
                self.old_in_room();
                self.expired();
            }
            S::ExceptionRevoked
            | S::BasisLapsed
            | S::ExceptionIncomplete
            | S::ExceptionFar
            | S::ExceptionUnreviewed
            | S::ExceptionBasisEnds
            | S::ExceptionSoon
            | S::ExceptionQuarter
            | S::ExceptionRenewed
            | S::ExceptionAndMigration
            | S::ExceptionPublicCloud => self.excepted(scenario),
            S::RequestCameToNothing
            | S::MigrationSuspended
            | S::MigrationTwiceLate
            | S::Approved
            | S::Provisioning
            | S::Provisioned
            | S::ProvisioningFailed
            | S::CutOver
            | S::MigrationLate
            | S::Submitted
            | S::SubmittedLongAgo
            | S::SubmittedAfterExpiry
            | S::WaveDraft
            | S::WaveReturned => self.moving(scenario),
            S::NothingKnown | S::TestOnly | S::PlaceUnknown => self.unknown(scenario),
            S::Building | S::Planned | S::Trial => self.not_live(scenario),
            S::Retiring | S::Retired => self.ending(scenario),
        }
    }

    // ---- what is common to many

    pub(super) fn live(&mut self, at: i32) {
        self.plan.live = Some(at);
        self.plan.approved = Some(at - self.random.between(150, 520));
    }

    /// Went live before the policy date.
    pub(super) fn live_before_policy(&mut self) {
        let at = self.random.between(self.days.since_policy + 20, self.days.since_first - 1);
        self.live(-at);
        if at > self.days.since_policy + 2_000 && self.random.chance(40) {
            self.plan.approved = None;
        }
    }

    /// Went live after the policy date, and not in the last months.
    pub(super) fn live_after_policy(&mut self) {
        let at = self.random.between(150, self.days.since_policy - 60);
        self.live(-at);
    }

    pub(super) fn live_at(&self) -> i32 {
        self.plan.live.unwrap_or(-1)
    }

    pub(super) fn in_room(&mut self, room: usize, own: bool) {
        self.plan.hosting = if own { "自建机房" } else { "托管" };
        self.plan.room = Some(room);
    }

    pub(super) fn in_zone(&mut self, zone: usize) {
        self.plan.hosting = "政务云";
        self.plan.zone = Some(zone);
        self.plan.room = None;
    }

    /// The zone that fits: what faces the internet runs in the internet zone.
    pub(super) fn fitting_zone(&mut self) -> usize {
        match (self.plan.internet, self.random.chance(30)) {
            (true, _) => zones::INTERNET,
            (false, true) => zones::DOMESTIC,
            (false, false) => zones::EXTRANET,
        }
    }

    pub(super) fn machine(&mut self, place: Place, role: &'static str, part: &'static str, from: i32) {
        self.plan.machines.push(Machine { place, role, part, from, to: None, in_service: Some(true) });
    }

    /// Production machines, and beside them some for tests, standby and recovery.
    pub(super) fn machines(&mut self, place: Place, from: i32) {
        const PARTS: &[&str] = &["app", "db", "web", "cache", "file"];
        let count = self.random.pick(&[1, 2, 2, 3, 3, 3, 4, 4, 5]);
        for part in PARTS.iter().take(count) {
            let role = if self.random.chance(6) { "" } else { "生产" };
            self.machine(place, role, part, from);
        }
        if count < 5 && self.random.chance(25) {
            let role = if self.random.chance(60) { "测试" } else { "开发" };
            self.machine(place, role, "test", from);
        }
        if count < 4 && self.random.chance(14) {
            self.machine(place, "备用", "standby", from);
        }
        if count < 4 && self.random.chance(12) && !matches!(place, Place::Zone(zones::RECOVERY)) {
            self.recovery(from);
        }
    }

    /// A machine in the recovery zone, whose ceiling is that of the others.
    fn recovery(&mut self, from: i32) {
        if self.plan.mlps != "四级" && !self.plan.internet {
            self.machine(Place::Zone(zones::RECOVERY), "灾备", "dr", from);
        }
    }

    /// One or two machines that stopped.
    pub(super) fn ended(&mut self, room: usize, from: i32, to: i32) {
        for part in ["app", "db"].into_iter().take(1 + self.random.below(2)) {
            let in_service = if self.random.chance(85) { Some(false) } else { None };
            let role = "生产";
            self.plan.machines.push(Machine { place: Place::Room(room), role, part, from, to: Some(to), in_service });
        }
    }

    pub(super) fn old_in_room(&mut self) {
        self.live_before_policy();
        self.in_room(self.room, self.own);
        self.machines(Place::Room(self.room), self.live_at());
    }

    /// A request to move, handed in on a day; `change` tells how far it got.
    pub(super) fn request(&mut self, state: &'static str, submitted: Option<i32>, change: impl FnOnce(&mut Move)) {
        let zone = self.fitting_zone();
        let mut one = Move {
            state,
            zone,
            suspended: false,
            submitted,
            approved: None,
            planned_cutover: None,
            cutover: None,
            wave: None,
        };
        change(&mut one);
        self.plan.moves.push(one);
    }

    // ---- the scenarios

    fn on_cloud(&mut self, scenario: Scenario) {
        match scenario {
            S::CloudMoved => return self.moved(),
            S::CloudAboveCeiling => self.plan.mlps = "四级",
            S::CloudExposed => self.plan.internet = true,
            _ => {}
        }
        self.live_after_policy();
        let zone = if scenario == S::CloudExposed { zones::EXTRANET } else { self.fitting_zone() };
        self.in_zone(zone);
        let live = self.live_at();
        if scenario == S::CloudDeclared {
            return;
        }
        self.machines(Place::Zone(zone), live);
        match scenario {
            S::CloudAside => self.machine(Place::Room(self.room), "备用", "standby", live),
            S::CloudDeclaredElsewhere => {
                self.in_room(self.room, self.own);
                self.plan.zone = None;
            }
            S::CloudBeforeApproval => self.plan.approved = Some(live + self.random.between(30, 120)),
            _ => {}
        }
    }

    /// Moved completely: the source ended some weeks after the cut-over.
    fn moved(&mut self) {
        self.live_before_policy();
        let zone = self.fitting_zone();
        self.in_zone(zone);
        let longest = if self.random.chance(35) { 200 } else { self.days.since_policy - 100 };
        let cutover = -self.random.between(45, longest);
        let arrival = cutover - self.random.between(10, 60);
        self.machines(Place::Zone(zone), arrival);
        let room = if self.random.chance(20) { rooms::OLD } else { self.room };
        let off = (cutover + self.random.between(5, 55)).min(-3);
        self.ended(room, self.live_at(), off);
        if self.random.chance(60) {
            let state = if cutover >= -200 && self.random.chance(60) { "原系统已下线" } else { "已完成" };
            let approved = cutover - self.random.between(60, 170);
            let planned = cutover + self.random.between(-20, 10);
            self.request(state, Some(approved - 9), |one| {
                (one.zone, one.approved, one.wave) = (zone, Some(approved), Some(planned - 5));
                (one.planned_cutover, one.cutover) = (Some(planned), Some(cutover));
            });
        }
    }

    fn off_cloud(&mut self, scenario: Scenario) {
        match scenario {
            S::NewOffCloud => {
                self.live_after_policy();
                self.in_room(self.room, self.own);
                self.machines(Place::Room(self.room), self.live_at());
            }
            S::InRecoveryZone => {
                self.live_after_policy();
                self.plan.internet = false;
                self.in_zone(zones::RECOVERY);
                self.machines(Place::Zone(zones::RECOVERY), self.live_at());
            }
            S::InClosedRoom => {
                self.live_before_policy();
                self.in_room(rooms::OLD, false);
                self.machines(Place::Room(rooms::OLD), self.live_at());
            }
            S::OldInRoom if self.random.chance(40) => {
                // Only declared: no component recorded.
                self.live_before_policy();
                if self.random.chance(25) { self.plan.hosting = "终端" } else { self.in_room(self.room, self.own) }
            }
            _ => self.old_in_room(),
        }
        match scenario {
            S::DeclaredCloud => {
                let zone = self.fitting_zone();
                self.in_zone(zone);
            }
            S::HalfMoved => {
                let (zone, cutover) = (self.fitting_zone(), -self.random.between(60, 300));
                self.machine(Place::Zone(zone), "生产", "web", cutover - 20);
                self.machine(Place::Zone(zone), "生产", "app", cutover - 20);
                self.request("已完成", Some(cutover - 140), |one| {
                    (one.zone, one.approved) = (zone, Some(cutover - 130));
                    (one.planned_cutover, one.cutover) = (Some(cutover), Some(cutover));
                });
            }
            S::SourceStillOn => {
                let (zone, cutover) = (self.fitting_zone(), -self.random.between(60, 300));
                for machine in &mut self.plan.machines {
                    // Recorded as stopped, and yet it answers.
                    (machine.to, machine.in_service) = (Some(cutover + 30), Some(true));
                }
                self.machine(Place::Zone(zone), "生产", "app", cutover - 20);
                self.machine(Place::Zone(zone), "生产", "db", cutover - 20);
            }
            _ => {}
        }
    }

    /// An exception of a category, from and to these days, looked at again as often as its category asks.
    fn permission(&mut self, ground: Ground, approved: i32, expires: i32, change: impl FnOnce(&mut Permission)) {
        let every = ground.review.max(1);
        let reviewed = Some(approved % every).filter(|at| -approved > every && *at < expires);
        let mut one = Permission { ground, approved, expires, revoked: None, basis: None, reviewed, incomplete: false };
        change(&mut one);
        self.plan.exceptions.push(one);
    }

    /// Every category in turn, in whatever order the cards fall; the system is made to fit it.
    fn ground(&mut self, of: usize) -> Ground {
        let ground = GROUNDS.get((self.plan.number / 7 + self.card) % of).copied().unwrap_or_default();
        match ground.category {
            "等保四级及以上" => {
                self.plan.mlps = "四级";
                self.plan.machines.retain(|machine| machine.role != "灾备");
            }
            "关键信息基础设施" => self.plan.critical = true,
            _ => {}
        }
        self.plan.deferral = ground.deferral;
        ground
    }

    fn excepted(&mut self, scenario: Scenario) {
        self.old_in_room();
        // What ended before its term, was renewed, or went unreviewed is of a category with a long term.
        let lasting = matches!(
            scenario,
            S::BasisLapsed
                | S::ExceptionRevoked
                | S::ExceptionIncomplete
                | S::ExceptionRenewed
                | S::ExceptionUnreviewed
        );
        let ground = self.ground(if lasting { 7 } else { GROUNDS.len() });
        let term = ground.term;
        let expires = match scenario {
            S::ExceptionSoon => self.random.between(2, 27),
            S::ExceptionQuarter => self.random.between(32, 80),
            // Long terms run for a while already; the shortest (three months) just began.
            _ => term - self.random.between(5, (term - 95).clamp(10, 300)),
        };
        let (approved, ended) = (expires - term, self.random.between(10, 120));
        match scenario {
            S::ExceptionRenewed => {
                self.permission(ground, approved - term + 10, approved + 9, |_| ());
                self.permission(ground, approved, expires, |_| ());
            }
            S::BasisLapsed => {
                self.permission(ground, approved - 130, expires - 130, |one| one.basis = Some(bases::REPEALED))
            }
            S::ExceptionRevoked => {
                self.permission(ground, approved - 130, expires - 130, |one| one.revoked = Some(-ended))
            }
            S::ExceptionBasisEnds => self.permission(ground, approved, expires, |one| one.basis = Some(bases::ENDING)),
            S::ExceptionUnreviewed => self.permission(ground, approved - 380, expires, |one| one.reviewed = None),
            S::ExceptionIncomplete => self.permission(ground, approved, expires, |one| one.incomplete = true),
            S::ExceptionAndMigration => {
                self.permission(ground, approved, expires, |_| ());
                self.request("审批通过", Some(-30), |one| {
                    (one.approved, one.planned_cutover) = (Some(-18), Some(110))
                });
            }
            S::ExceptionPublicCloud => {
                self.plan.machines.clear();
                (self.plan.hosting, self.plan.room, self.plan.internet) = ("公有云", None, true);
                self.permission(ground, approved, expires, |_| ());
            }
            _ => self.permission(ground, approved, expires, |_| ()),
        }
    }

    /// An exception that ended some time ago.
    pub(super) fn expired(&mut self) {
        let ground = self.ground(GROUNDS.len());
        let expires = -self.random.between(3, 150);
        self.permission(ground, expires - ground.term, expires, |_| ());
    }
}
