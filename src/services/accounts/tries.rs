//! Failed tries: they slow down, and never lock anybody out for good.
//!
//! Two counts, both stored, so that a restart forgives nobody: the tries at one account from one peer, and the tries
//! of one peer at any account. The second does not hold back whoever has signed in from that peer before: an office
//! behind one address must not pay for one fool in it. A try is counted before the password is checked, so that a
//! hundred at the same moment are a hundred tries.

use std::net::IpAddr;

use domain::{Fault, FaultKind, Timestamp, fold};
use store::{Tx, accounts};

use crate::{Outcome, Services};

/// How many tries are free, and the longest wait after them.
struct Patience {
    free: i64,
    longest_seconds: i64,
}

const PAIR: Patience = Patience { free: 5, longest_seconds: 60 };
const PEER: Patience = Patience { free: 50, longest_seconds: 30 };

/// Tries are forgotten when nobody tried for so long.
const FORGET_SECONDS: i64 = 3_600;

/// Whoever signed in from a peer is known there for so long.
pub(super) const KNOWN_DAYS: i64 = 90;

/// Stands for "any account" in storage.
const ANY: &str = "";

/// Seconds to wait after `count` failed tries, doubling from one.
fn delay_seconds(count: i64, patience: &Patience) -> i64 {
    match count - patience.free {
        below if below < 0 => 0,
        doublings => (1_i64 << doublings.min(20)).min(patience.longest_seconds),
    }
}

/// The count that still holds, and the seconds left to wait.
fn standing(stored: Option<(i64, Timestamp)>, now: Timestamp, patience: &Patience) -> (i64, i64) {
    let Some((count, last_at)) = stored else { return (0, 0) };
    let passed = now.duration_since(last_at).as_millis();
    if passed >= i128::from(FORGET_SECONDS) * 1_000 {
        return (0, 0);
    }
    // A clock that went back must not make anybody wait longer than the rule says.
    let left = (i128::from(delay_seconds(count, patience)) * 1_000 - passed.max(0) + 999) / 1_000;
    (count, i64::try_from(left.max(0)).unwrap_or(0))
}

/// A try that has been counted.
#[derive(Debug)]
pub(super) struct Try {
    account: String,
    peer: String,
}

/// The peer as it is counted: an IPv6 customer has a whole /64 to try from.
fn counted_peer(peer: &str) -> String {
    match peer.parse::<IpAddr>() {
        Ok(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
            Some(mapped) => mapped.to_string(),
            None => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        },
        _ => peer.chars().take(80).collect(),
    }
}

/// Counts a try, or says how long to wait. What was typed as account is kept as a hash only.
pub(super) async fn begin(services: &Services, account: &str, peer: &str) -> Outcome<Try> {
    let now = services.clock.now();
    let attempt = Try { account: super::secret::hash_of(&fold(account)), peer: counted_peer(peer) };
    let mut tx = services.db.begin_sessions().await?;
    tx.lock(&format!("sign-in {}", attempt.peer)).await?;
    let stored = accounts::failures(&mut tx, &attempt.account, &attempt.peer).await?;
    let (pair, pair_wait) = standing(stored, now, &PAIR);
    let stored = accounts::failures(&mut tx, ANY, &attempt.peer).await?;
    let (whole, whole_wait) = standing(stored, now, &PEER);
    let known = accounts::failures(&mut tx, &attempt.known(), &attempt.peer).await?.is_some();
    let wait = if known { pair_wait } else { pair_wait.max(whole_wait) };
    if wait > 0 {
        return Err(too_many(wait));
    }
    accounts::set_failures(&mut tx, &attempt.account, &attempt.peer, pair + 1, now).await?;
    accounts::set_failures(&mut tx, ANY, &attempt.peer, whole + 1, now).await?;
    tx.commit().await?;
    Ok(attempt)
}

fn too_many(wait: i64) -> Fault {
    let mut fault = Fault::new(
        FaultKind::TooMany,
        "too-many-tries",
        format!("密码输错次数较多，请等待 {wait} 秒后再试。账号不会被锁定。"),
        format!("Too many wrong passwords: wait {wait} s, then try again. The account is not locked."),
    );
    fault.retry_after_seconds = u64::try_from(wait).ok();
    fault
}

impl Try {
    /// The key under which "has signed in from here" is kept.
    fn known(&self) -> String {
        format!("+{}", self.account)
    }

    /// The try was right: it does not count, the account's count begins anew, and the pair is known from now on.
    pub(super) async fn succeeded(&self, tx: &mut Tx, now: Timestamp) -> Outcome<()> {
        accounts::set_failures(tx, &self.account, &self.peer, 0, now).await?;
        accounts::set_failures(tx, &self.known(), &self.peer, 0, now).await?;
        if let Some((count, last_at)) = accounts::failures(tx, ANY, &self.peer).await? {
            accounts::set_failures(tx, ANY, &self.peer, (count - 1).max(0), last_at).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    #[test]
    fn five_tries_are_free_then_the_wait_doubles_up_to_a_minute_and_no_further() {
        let waits: Vec<i64> = (0..15).map(|count| delay_seconds(count, &PAIR)).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
        assert_eq!(delay_seconds(i64::MAX, &PAIR), 60);
    }

    #[test]
    fn the_wait_runs_down_and_after_an_hour_without_tries_nothing_is_left() {
        assert_eq!(standing(Some((8, second(0))), second(0), &PAIR), (8, 8));
        assert_eq!(standing(Some((8, second(0))), second(7), &PAIR), (8, 1));
        assert_eq!(standing(Some((8, second(0))), second(8), &PAIR), (8, 0));
        assert_eq!(standing(Some((80, second(0))), second(FORGET_SECONDS), &PAIR), (0, 0));
        assert_eq!(standing(Some((80, second(500))), second(0), &PAIR), (80, 60), "a clock that went back");
    }

    #[test]
    fn one_customer_of_ipv6_is_one_peer() {
        assert_eq!(counted_peer("2001:db8:1:2:3:4:5:6"), counted_peer("2001:db8:1:2:ffff::1"));
        assert_ne!(counted_peer("2001:db8:1:2::1"), counted_peer("2001:db8:1:3::1"));
        assert_eq!(counted_peer("::ffff:10.1.2.3"), "10.1.2.3");
    }
}
