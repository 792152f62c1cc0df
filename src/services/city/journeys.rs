//! The scenarios of systems on their way: to the cloud, into use, out of use, or to nobody knows where.

use super::{
    plan::{Machine, Place},
    scenario::Scenario,
    story::Draft,
    zones,
};

use Scenario as S;

impl Draft {
    /// Off the cloud with a migration.
    pub(super) fn moving(&mut self, scenario: Scenario) {
        if self.random.chance(20) {
            self.live_after_policy();
            self.in_room(self.room, self.own);
            self.machines(Place::Room(self.room), self.live_at());
        } else {
            self.old_in_room();
        }
        if scenario == S::SubmittedAfterExpiry {
            self.expired();
        }
        match scenario {
            S::RequestCameToNothing => self.came_to_nothing(),
            S::MigrationSuspended => {
                self.under_way("已开通", -120, -15);
                self.plan.moves.iter_mut().for_each(|one| one.suspended = true);
            }
            S::MigrationTwiceLate => {
                let approved = -self.random.between(300, 480);
                self.under_way("已开通", approved, approved + 100);
            }
            // Nothing was made of these for a month: CBD-11.
            S::Approved => self.recent("审批通过", (32, 70), (60, 170)),
            S::Provisioning => self.recent("资源开通", (10, 45), (40, 120)),
            S::Provisioned => self.recent("已开通", (35, 100), (5, 90)),
            S::ProvisioningFailed => self.recent("开通失败", (15, 50), (20, 80)),
            S::MigrationLate => {
                let planned = -self.random.between(20, 60);
                self.under_way("已开通", -150, planned);
            }
            S::CutOver => self.cut_over(),
            S::WaveDraft => self.in_wave("待提交", None),
            S::WaveReturned => self.in_wave("退回补正", Some(-24)),
            S::SubmittedLongAgo => self.submitted((45, 100)),
            _ => self.submitted((0, 18)),
        }
    }

    fn came_to_nothing(&mut self) {
        const STATES: &[(&str, Option<i32>)] = &[
            ("待提交", None),
            ("退回补正", Some(-33)),
            ("已撤回", Some(-60)),
            ("不予批准", Some(-90)),
            ("已取消", Some(-150)),
        ];
        let (state, submitted) = STATES.get(self.card % STATES.len()).copied().unwrap_or_default();
        self.request(state, submitted, |one| {
            if state == "已取消" {
                (one.approved, one.planned_cutover) = (Some(-140), Some(-20));
            }
        });
    }

    fn submitted(&mut self, days: (i32, i32)) {
        let submitted = -self.random.between(days.0, days.1);
        let planned = self.random.between(60, 200);
        self.request("待受理", Some(submitted), |one| one.planned_cutover = Some(planned));
    }

    fn in_wave(&mut self, state: &'static str, submitted: Option<i32>) {
        let on = self.random.between(6, 120);
        self.request(state, submitted, |one| (one.wave, one.planned_cutover) = (Some(on), Some(on + 14)));
    }

    /// Past approval, with a day for the cut-over; most are in a wave.
    fn under_way(&mut self, state: &'static str, approved: i32, planned: i32) {
        let wave = self.random.chance(60).then_some(planned - 5);
        let submitted = approved - self.random.between(4, 20);
        self.request(state, Some(submitted), |one| {
            (one.approved, one.planned_cutover, one.wave) = (Some(approved), Some(planned), wave);
        });
        if state == "已开通" && self.random.chance(50) {
            let zone = self.plan.moves.last().map_or(zones::EXTRANET, |one| one.zone);
            self.machine(Place::Zone(zone), "测试", "test", (approved + 15).min(-1));
        }
    }

    fn recent(&mut self, state: &'static str, ago: (i32, i32), ahead: (i32, i32)) {
        let approved = -self.random.between(ago.0, ago.1);
        let planned = self.random.between(ahead.0, ahead.1);
        self.under_way(state, approved, planned);
    }

    /// Users work on the cloud; the source still runs.
    fn cut_over(&mut self) {
        let (approved, cutover) = (-self.random.between(120, 180), -self.random.between(4, 40));
        self.under_way("已割接", approved, cutover + self.card as i32 % 7 - 3);
        let zone = self.plan.moves.last().map_or(zones::EXTRANET, |one| one.zone);
        self.plan.moves.iter_mut().for_each(|one| one.cutover = Some(cutover));
        self.machine(Place::Zone(zone), "生产", "app", cutover - 25);
        self.machine(Place::Zone(zone), "生产", "db", cutover - 25);
    }

    /// Where production runs is not known.
    pub(super) fn unknown(&mut self, scenario: Scenario) {
        self.live_before_policy();
        let live = self.live_at();
        match scenario {
            S::TestOnly => self.machine(Place::Room(self.room), "测试", "test", live),
            S::PlaceUnknown => {
                self.machine(Place::Unknown, "生产", "app", live);
                self.machine(Place::Unknown, "", "db", live);
            }
            // Half of them are hardly described at all.
            _ if self.random.chance(50) => (self.plan.live, self.plan.mlps) = (None, ""),
            _ => {}
        }
    }

    /// Not in use yet.
    pub(super) fn not_live(&mut self, scenario: Scenario) {
        self.plan.approved = Some(-self.random.between(60, 300));
        let zone = self.fitting_zone();
        self.in_zone(zone);
        match scenario {
            S::Planned => self.plan.lifecycle = "规划",
            S::Trial => {
                (self.plan.lifecycle, self.plan.live) = ("试运行", Some(self.random.between(8, 45)));
                self.machine(Place::Zone(zone), "测试", "app", -20);
                self.machine(Place::Zone(zone), "测试", "db", -20);
            }
            _ => {
                (self.plan.lifecycle, self.plan.live) = ("在建", Some(self.random.between(20, 240)));
                self.machine(Place::Zone(zone), "开发", "app", -45);
            }
        }
    }

    /// Going out of use, or gone.
    pub(super) fn ending(&mut self, scenario: Scenario) {
        self.old_in_room();
        if scenario == S::Retiring {
            self.plan.lifecycle = "运行";
            self.plan.retire_approved = Some(-self.random.between(3, 25));
            self.plan.retire = Some(self.random.between(6, 150));
            return;
        }
        let off = -self.random.between(20, 700);
        let end = |machine: &mut Machine| (machine.to, machine.in_service) = (Some(off), Some(false));
        self.plan.machines.iter_mut().for_each(end);
        self.plan.lifecycle = "已下线";
        self.plan.retire = Some(off);
        self.plan.retire_approved = Some(off - 60);
        self.plan.retired = Some((off + self.random.between(3, 30)).min(-1));
        self.plan.data_disposition =
            self.random.pick(&["已迁入其他系统", "已归档", "已移交档案馆", "已销毁", "无业务数据"]);
    }
}
