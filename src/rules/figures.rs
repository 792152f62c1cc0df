//! The cloud rate: raw and net, always with its two counts (design, section 3; domain reference 5).

use domain::Standing;

/// A part of a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub part: i64,
    /// Out of how many.
    pub whole: i64,
}

impl Rate {
    /// Tenths of a percent, rounded down so that 100 % is only shown when nothing is missing; none of nothing.
    pub fn per_mille(self) -> Option<i64> {
        (self.whole > 0).then(|| self.part.saturating_mul(1_000) / self.whole)
    }
}

/// Both cloud rates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rates {
    /// On cloud, of all that the rule reaches: all but not applicable, retired and not live. Unassessed stays in.
    pub raw: Rate,
    /// The same with the excepted taken from below.
    pub net: Rate,
}

impl Rates {
    /// From the count of each standing.
    pub fn of(count: impl Fn(Standing) -> i64) -> Self {
        let part = count(Standing::OnCloud);
        let whole = Standing::ALL
            .iter()
            .filter(|standing| !matches!(standing, Standing::NotApplicable | Standing::Retired | Standing::NotLive))
            .map(|standing| count(*standing))
            .sum::<i64>();
        Self { raw: Rate { part, whole }, net: Rate { part, whole: whole - count(Standing::Excepted) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unassessed_systems_lower_both_rates_and_exceptions_only_the_raw_one() {
        let rates = Rates::of(|standing| match standing {
            Standing::NotApplicable | Standing::Retired | Standing::NotLive => 1_000,
            Standing::OnCloud => 60,
            Standing::Excepted => 20,
            Standing::Unassessed => 10,
            Standing::Unjustified => 30,
            _ => 0,
        });
        assert_eq!(rates.raw, Rate { part: 60, whole: 120 });
        assert_eq!(rates.net, Rate { part: 60, whole: 100 });
        assert_eq!((rates.raw.per_mille(), rates.net.per_mille()), (Some(500), Some(600)));
    }

    #[test]
    fn a_city_without_systems_has_no_rate_and_99_96_percent_is_not_100() {
        assert_eq!(Rates::of(|_| 0).raw.per_mille(), None);
        assert_eq!(Rate { part: 2_499, whole: 2_500 }.per_mille(), Some(999));
    }
}
