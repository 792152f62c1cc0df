//! Reproducible randomness: SplitMix64. Every record draws from a generator of its own, made of seed, stream and number,
//! so that a record can be made again without those before it.

/// A small generator (Steele, Lea, Flood 2014).
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

fn mix(mut word: u64) -> u64 {
    word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}

impl Random {
    /// The generator of record `number` in a stream.
    pub(super) fn at(seed: u64, stream: u64, number: usize) -> Self {
        Self(mix(mix(seed ^ stream.wrapping_mul(STEP)).wrapping_add((number as u64).wrapping_mul(STEP))))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// A number below `end`; 0 when `end` is 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        // The high half of the product: no division, and a bias that no demo shows.
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }

    /// A number between two, both included; the first when they are the wrong way round.
    pub(super) fn between(&mut self, from: i32, to: i32) -> i32 {
        let width = usize::try_from(i64::from(to) - i64::from(from) + 1).unwrap_or(1);
        from.saturating_add(i32::try_from(self.below(width)).unwrap_or(0))
    }

    /// True in `percent` of a hundred cases.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of a table.
    pub(super) fn pick<T: Copy + Default>(&mut self, table: &[T]) -> T {
        table.get(self.below(table.len())).copied().unwrap_or_default()
    }
}
