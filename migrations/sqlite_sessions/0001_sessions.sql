-- Sessions, in a file of their own: a long write to the register never keeps anyone from signing in.

create table session (
  id blob primary key not null,
  token_hash text not null,
  person blob not null,
  created_at integer not null,
  last_seen_at integer not null,
  expires_at integer not null,
  peer text not null,
  agent text not null
) strict;
create unique index session_token_hash on session (token_hash);
create index session_person on session (person, created_at);
create index session_expires_at on session (expires_at);

-- Failed tries, kept so that a restart forgives nobody. `account` is a hash: people type passwords into the wrong box.
create table sign_in_failure (
  account text not null,
  peer text not null,
  count integer not null,
  last_at integer not null,
  primary key (account, peer)
) strict;
create index sign_in_failure_last_at on sign_in_failure (last_at);

-- When a token was last used; beside the sessions, so that a long write to the register delays no request.
create table token_use (
  token blob primary key not null,
  last_used_at integer not null
) strict;

-- Only here: audit entries about sign-ins, on their way to the register's own file. PostgreSQL writes them at once.
create table session_event (
  sequence integer primary key autoincrement,
  at integer not null,
  person blob not null,
  actor text not null,
  door text not null,
  request_id text not null,
  action text not null,
  subject blob not null,
  body text not null
) strict;

-- Names this file, so that the register knows how far it has read it, and notices when it is another.
create table session_file (
  name text primary key not null
) strict;
insert into session_file (name) values (lower(hex(randomblob(16))));
