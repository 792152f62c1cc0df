//! What happens to systems, and how often: a deck of cards, each drawn once before any is drawn again.

/// What happened to one system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scenario {
    /// Its office is outside the rule.
    Outside,
    /// An operator found that the rule does not apply.
    NotApplicable,

    // On the cloud.
    CloudBorn,
    /// Moved, the old machines off.
    CloudMoved,
    /// Says so; no component recorded.
    CloudDeclared,
    /// A standby machine is still in a room.
    CloudAside,
    /// Level above the zone's ceiling (CBD-19).
    CloudAboveCeiling,
    /// Faces the internet from the extranet zone (CBD-19).
    CloudExposed,
    /// Still declares its old room (CBD-25).
    CloudDeclaredElsewhere,
    /// Live before approval (CBD-25).
    CloudBeforeApproval,

    // Must move or justify.
    OldInRoom,
    /// Went live off the cloud after the policy date (CBD-02).
    NewOffCloud,
    /// Declares the cloud, runs in a room (CBD-25).
    DeclaredCloud,
    /// Exception expired (CBD-05).
    ExceptionExpired,
    /// Exception revoked (CBD-05).
    ExceptionRevoked,
    /// The basis of the exception was repealed (CBD-05).
    BasisLapsed,
    /// The exception lacks a mandatory part.
    ExceptionIncomplete,
    /// A migration that only was asked for once: draft, returned, withdrawn, rejected, cancelled in turn.
    RequestCameToNothing,
    MigrationSuspended,
    /// More than twice its time.
    MigrationTwiceLate,
    /// Some machines on the cloud, some not, and the migration closed too early.
    HalfMoved,
    /// Recorded as stopped, seen in service.
    SourceStillOn,
    /// In the zone that does not count as cloud.
    InRecoveryZone,
    /// In a room that is closed (CBD-13).
    InClosedRoom,

    // A migration past approval.
    Approved,
    Provisioning,
    Provisioned,
    ProvisioningFailed,
    /// Users work on the cloud, the source is still on.
    CutOver,
    /// Past its planned day, not past twice its time.
    MigrationLate,

    // Asked for, or in a wave.
    Submitted,
    /// Waiting for weeks.
    SubmittedLongAgo,
    /// Asked for when the exception had expired.
    SubmittedAfterExpiry,
    WaveDraft,
    WaveReturned,

    // Excepted.
    ExceptionFar,
    /// Nobody looked at it again in time (CBD-07).
    ExceptionUnreviewed,
    /// The repeal of its basis is announced (CBD-07).
    ExceptionBasisEnds,
    /// Ends within 30 days.
    ExceptionSoon,
    /// Ends within 90 days.
    ExceptionQuarter,
    /// A past one and a present one.
    ExceptionRenewed,
    /// And a migration is open as well.
    ExceptionAndMigration,
    /// In a public cloud.
    ExceptionPublicCloud,

    // Nobody knows.
    NothingKnown,
    /// Only test machines are recorded.
    TestOnly,
    /// Machines without a place.
    PlaceUnknown,

    // Before and after use.
    Building,
    Planned,
    Trial,
    Retiring,
    Retired,
}

use Scenario as S;

/// The deck: how often each thing happens among 148 systems.
pub(super) const DECK: &[(Scenario, usize)] = &[
    // 71: 48 %
    (S::CloudBorn, 30),
    (S::CloudMoved, 28),
    (S::CloudDeclared, 6),
    (S::CloudAside, 3),
    (S::CloudAboveCeiling, 1),
    (S::CloudExposed, 1),
    (S::CloudDeclaredElsewhere, 1),
    (S::CloudBeforeApproval, 1),
    // 26: 17 %
    (S::OldInRoom, 6),
    (S::NewOffCloud, 3),
    (S::DeclaredCloud, 1),
    (S::ExceptionExpired, 2),
    (S::ExceptionRevoked, 1),
    (S::BasisLapsed, 1),
    (S::ExceptionIncomplete, 1),
    (S::RequestCameToNothing, 5),
    (S::MigrationSuspended, 1),
    (S::MigrationTwiceLate, 1),
    (S::HalfMoved, 1),
    (S::SourceStillOn, 1),
    (S::InRecoveryZone, 1),
    (S::InClosedRoom, 1),
    // 12: 8 %
    (S::Approved, 3),
    (S::Provisioning, 2),
    (S::Provisioned, 2),
    (S::ProvisioningFailed, 1),
    (S::CutOver, 3),
    (S::MigrationLate, 1),
    // 10: 7 %
    (S::Submitted, 5),
    (S::SubmittedLongAgo, 1),
    (S::SubmittedAfterExpiry, 1),
    (S::WaveDraft, 2),
    (S::WaveReturned, 1),
    // 12: 8 %
    (S::ExceptionFar, 3),
    (S::ExceptionBasisEnds, 1),
    (S::ExceptionUnreviewed, 1),
    (S::ExceptionSoon, 2),
    (S::ExceptionQuarter, 2),
    (S::ExceptionRenewed, 1),
    (S::ExceptionAndMigration, 1),
    (S::ExceptionPublicCloud, 1),
    // 6: 4 %
    (S::NothingKnown, 3),
    (S::TestOnly, 1),
    (S::PlaceUnknown, 2),
    // 4: 3 %
    (S::Building, 2),
    (S::Planned, 1),
    (S::Trial, 1),
    // 3: 2 %
    (S::Retiring, 3),
    // 3: 2 %
    (S::Retired, 3),
    // 1: with the offices outside, 1 %
    (S::NotApplicable, 1),
];

/// How far from one card to the next: prime to the number of cards, near the golden section of it.
pub(super) const STEP: usize = 91;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_card_is_drawn_before_one_is_drawn_again() {
        let cards: usize = DECK.iter().map(|(_, times)| times).sum();
        let mut drawn: Vec<usize> = (0..cards).map(|turn| turn * STEP % cards).collect();
        drawn.sort_unstable();
        assert_eq!(cards, 148);
        assert_eq!(drawn, (0..cards).collect::<Vec<_>>());
    }
}
