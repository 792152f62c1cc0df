//! Claims of hubs: of several processes on one database, one serves a cluster. Nobody's clock is asked: whoever holds a claim makes its
//! number grow, and whoever waits takes it over after having seen the number stand still for long enough.

use domain::Id;

use crate::{Reader, Result, Sql, Tx};

/// A claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Who holds it.
    pub holder: String,
    /// Grows while the holder lives.
    pub beat: i64,
}

/// Who holds a claim.
pub async fn find(reader: &mut impl Reader, name: Id) -> Result<Option<Claim>> {
    let sql = Sql::new("select holder, beat from hub_claim where name = ?").bind(name);
    reader.maybe(sql).await?.map(|row| Ok(Claim { holder: row.text(0)?, beat: row.int(1)? })).transpose()
}

/// Takes a claim that nobody holds; answers false when somebody was faster.
pub async fn take(tx: &mut Tx, name: Id, holder: &str) -> Result<bool> {
    let sql = Sql::new("insert into hub_claim (name, holder, beat) values (?, ?, 1) on conflict (name) do nothing");
    Ok(tx.run(sql.bind(name).bind(holder)).await? == 1)
}

/// Puts `holder` in the place of what was seen: a holder that lives on, or one that stood still. Answers false when it is another
/// by now.
pub async fn beat(tx: &mut Tx, name: Id, seen: &Claim, holder: &str) -> Result<bool> {
    let sql = Sql::new("update hub_claim set holder = ?, beat = beat + 1 where name = ? and holder = ? and beat = ?");
    Ok(tx.run(sql.bind(holder).bind(name).bind(&seen.holder).bind(seen.beat)).await? == 1)
}

/// Gives a claim back.
pub async fn release(tx: &mut Tx, name: Id, holder: &str) -> Result<()> {
    tx.run(Sql::new("delete from hub_claim where name = ? and holder = ?").bind(name).bind(holder)).await.map(drop)
}
