//! Accounts: people, role grants, tokens, one-time links, sessions, failed sign-ins.
//!
//! Secrets are stored as hashes only. A grant names a department; its path is joined when it is read. What a request
//! writes merely by being made (sessions, tries, last use) lies in the sessions file on SQLite, so that a long write to
//! the register delays nobody: those functions take a unit of work from [`crate::Db::begin_sessions`].

mod grants;
mod people;
mod sessions;
mod tokens;
mod trail;

pub use grants::{GrantRow, actor_grants, administrators, end_grant, grant, grants_of, insert_grant, workplaces};
pub use people::{
    PeopleFilter, Person, by_login, credentials, insert_person, list, names_of_people, person, set_active,
    set_password, update_person,
};
pub use sessions::{
    Session, end_session, end_session_of_token, end_sessions, failures, forget_failures, forget_sessions,
    insert_session, session, sessions_of, set_failures, set_token_use, token_uses, touch_session,
};
pub use tokens::{
    Link, Token, expire_links, insert_link, insert_token, link, revoke_token, revoke_tokens, token, tokens_of, use_link,
};
pub use trail::{drop_waiting, is_anything_waiting, set_trail_place, trail_place, wait, waiting};

use domain::Timestamp;

use crate::{Result, Row};

/// A moment that has perhaps not come: 0 in storage.
fn perhaps_at(row: &Row, index: usize) -> Result<Option<Timestamp>> {
    Ok(if row.int(index)? == 0 { None } else { Some(row.at(index)?) })
}

/// A reference that is perhaps nothing: the nil id in storage.
fn perhaps_id(row: &Row, index: usize) -> Result<Option<domain::Id>> {
    Ok(Some(row.id(index)?).filter(|id| !id.is_none()))
}
