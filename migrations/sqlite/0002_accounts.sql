-- People: accounts, role grants, API tokens, one-time links.
-- Nothing is null: unknown text is '', an unknown reference the nil id, a moment that has not come 0.

create table person (
  id blob primary key not null,
  version integer not null,
  login text not null,
  login_key text not null,
  name text not null,
  name_key text not null,
  language text not null,
  password_hash text not null,
  -- Sessions that began before this moment are dead: a new password ends them even where their rows outlive it.
  sessions_from integer not null,
  active integer not null,
  created_at integer not null,
  updated_at integer not null
) strict;
create unique index person_login_key on person (login_key);

-- A role over a subtree of departments; the nil department means the whole city. The path is joined when it is read,
-- so that a department that moves takes its people along.
create table role_grant (
  id blob primary key not null,
  person blob not null,
  role text not null,
  department blob not null,
  from_on text not null,
  to_on text not null,
  deputy_for blob not null,
  granted_by blob not null,
  created_at integer not null,
  revoked_at integer not null
) strict;
create index role_grant_person on role_grant (person, revoked_at);
create index role_grant_role on role_grant (role) where revoked_at = 0;

create table api_token (
  id blob primary key not null,
  person blob not null,
  name text not null,
  token_hash text not null,
  prefix text not null,
  scopes text not null,
  created_at integer not null,
  expires_at integer not null,
  revoked_at integer not null
) strict;
create unique index api_token_hash on api_token (token_hash);
create index api_token_person on api_token (person, created_at);

create table one_time_link (
  hash text primary key not null,
  person blob not null,
  purpose text not null,
  created_at integer not null,
  expires_at integer not null,
  used_at integer not null
) strict;
create index one_time_link_person on one_time_link (person, used_at);
