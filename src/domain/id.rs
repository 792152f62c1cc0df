//! Identifiers: time-ordered UUIDs, made only by an [`Ids`] that the caller passes in.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

/// A record's identifier (UUID version 7): stable, opaque, never reused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Id(pub uuid::Uuid);

impl Id {
    /// The identifier that stands for "no record" in storage.
    pub const NONE: Self = Self(uuid::Uuid::nil());

    /// True for [`Id::NONE`].
    pub fn is_none(self) -> bool {
        self.0.is_nil()
    }

    /// Reads the hyphenated form.
    pub fn parse(text: &str) -> Option<Self> {
        uuid::Uuid::try_parse(text.trim()).ok().filter(|id| !id.is_nil()).map(Self)
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

/// A source of identifiers: random in the program, counted in tests.
#[derive(Debug)]
pub enum Ids {
    /// UUID version 7 with random tail.
    Random,
    /// Predictable ids, for tests.
    Counted(AtomicU64),
}

impl Ids {
    /// Makes the next identifier, ordered by `at`.
    pub fn next(&self, at: Timestamp) -> Id {
        let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
        let tail: [u8; 10] = match self {
            Self::Random => random_bytes(),
            Self::Counted(counter) => {
                let mut tail = [0; 10];
                tail[2..].copy_from_slice(&counter.fetch_add(1, Ordering::Relaxed).to_be_bytes());
                tail
            }
        };
        Id(uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid())
    }
}

/// Fills an array from the operating system's random source: the program's only source of chance.
#[expect(clippy::disallowed_methods, reason = "this is the one place that may ask for randomness")]
#[expect(
    clippy::expect_used,
    reason = "without randomness no secret and no id may be made: stopping is the only safe answer"
)]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system provides randomness");
    bytes
}
