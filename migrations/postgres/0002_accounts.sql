-- People: accounts, role grants, API tokens, one-time links.
-- Nothing is null: unknown text is '', an unknown reference the nil id, a moment that has not come 0.

create table person (
  id uuid primary key not null,
  version bigint not null,
  login text collate "C" not null,
  login_key text collate "C" not null,
  name text collate "C" not null,
  name_key text collate "C" not null,
  language text collate "C" not null,
  password_hash text collate "C" not null,
  -- Sessions that began before this moment are dead: a new password ends them even where their rows outlive it.
  sessions_from bigint not null,
  active bigint not null,
  created_at bigint not null,
  updated_at bigint not null
);
create unique index person_login_key on person (login_key);

-- A role over a subtree of departments; the nil department means the whole city. The path is joined when it is read,
-- so that a department that moves takes its people along.
create table role_grant (
  id uuid primary key not null,
  person uuid not null,
  role text collate "C" not null,
  department uuid not null,
  from_on text collate "C" not null,
  to_on text collate "C" not null,
  deputy_for uuid not null,
  granted_by uuid not null,
  created_at bigint not null,
  revoked_at bigint not null
);
create index role_grant_person on role_grant (person, revoked_at);
create index role_grant_role on role_grant (role) where revoked_at = 0;

create table api_token (
  id uuid primary key not null,
  person uuid not null,
  name text collate "C" not null,
  token_hash text collate "C" not null,
  prefix text collate "C" not null,
  scopes text collate "C" not null,
  created_at bigint not null,
  expires_at bigint not null,
  revoked_at bigint not null
);
create unique index api_token_hash on api_token (token_hash);
create index api_token_person on api_token (person, created_at);

create table one_time_link (
  hash text collate "C" primary key not null,
  person uuid not null,
  purpose text collate "C" not null,
  created_at bigint not null,
  expires_at bigint not null,
  used_at bigint not null
);
create index one_time_link_person on one_time_link (person, used_at);

-- Sessions. SQLite keeps these tables in a file of their own (migrations/sqlite_sessions).

create table session (
  id uuid primary key not null,
  token_hash text collate "C" not null,
  person uuid not null,
  created_at bigint not null,
  last_seen_at bigint not null,
  expires_at bigint not null,
  peer text collate "C" not null,
  agent text collate "C" not null
);
create unique index session_token_hash on session (token_hash);
create index session_person on session (person, created_at);
create index session_expires_at on session (expires_at);

-- Failed tries, kept so that a restart forgives nobody. `account` is a hash: people type passwords into the wrong box.
create table sign_in_failure (
  account text collate "C" not null,
  peer text collate "C" not null,
  count bigint not null,
  last_at bigint not null,
  primary key (account, peer)
);
create index sign_in_failure_last_at on sign_in_failure (last_at);

-- When a token was last used; beside the sessions, so that a long write to the register delays no request.
create table token_use (
  token uuid primary key not null,
  last_used_at bigint not null
);
