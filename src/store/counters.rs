//! Named counters: path segments, record numbers, search entries.

use crate::{Reader, Result, Sql, Tx};

/// Takes `count` consecutive numbers of a counter and answers the first. Numbers taken by a unit of work that is
/// dropped are given out again.
pub async fn take(tx: &mut Tx, name: &str, count: i64) -> Result<i64> {
    let sql = Sql::new(
        "insert into counter (name, value) values (?, ?) on conflict (name) do update set value = counter.value + excluded.value returning value",
    )
    .bind(name)
    .bind(count);
    let last = match tx.maybe(sql).await? {
        Some(row) => row.int(0)?,
        None => count,
    };
    Ok(last - count + 1)
}

/// A number as a path segment: base 36, so that paths stay short.
pub fn segment(mut number: i64) -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut digits = Vec::new();
    loop {
        let digit = usize::try_from(number.rem_euclid(36)).unwrap_or(0);
        digits.push(DIGITS.get(digit).copied().unwrap_or(b'0'));
        number = number.div_euclid(36);
        if number <= 0 {
            break;
        }
    }
    digits.iter().rev().map(|digit| char::from(*digit)).collect()
}
