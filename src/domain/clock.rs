//! Time is passed in: the program has one [`Clock`], tests have a fixed one.

use std::sync::Mutex;

/// A moment in UTC, cut to microseconds (PostgreSQL keeps no more).
pub type Timestamp = jiff::Timestamp;

/// Where the time comes from.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The present moment, cut to microseconds.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that may read the clock")]
    fn now(&self) -> Timestamp {
        let now = jiff::Timestamp::now();
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }
}

/// A clock that stands still until it is moved, for tests and for what-if questions.
#[derive(Debug)]
pub struct FixedClock(Mutex<Timestamp>);

impl FixedClock {
    /// A clock that shows `at`.
    pub fn at(at: Timestamp) -> Self {
        Self(Mutex::new(at))
    }

    /// Moves the clock to `at`.
    pub fn set(&self, at: Timestamp) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = at;
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The calendar day that a moment belongs to in a time zone (the pack's).
pub fn day_of(at: Timestamp, zone: &jiff::tz::TimeZone) -> jiff::civil::Date {
    at.to_zoned(zone.clone()).date()
}
