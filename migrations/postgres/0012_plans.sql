-- Who else gets in, whom a workspace talks with, and the standing workspace that a delivery changes.
alter table request add column developers text collate "C" not null default '';
alter table request add column viewers text collate "C" not null default '';
alter table delivery add column peers text collate "C" not null default '';
alter table delivery add column changes uuid not null default '00000000-0000-0000-0000-000000000000';

-- A change has the name of what it changes; one open change of a workspace at a time.
drop index delivery_namespace;
create unique index delivery_namespace on delivery (cluster, namespace, changes) where namespace <> '' and state not in ('released', 'replaced', 'reclaimed');

-- The plan that was last looked at, kept when a request comes back, so that the next look shows what changed since.
create table reviewed_plan (
  request uuid not null,
  environment text collate "C" not null,
  spec text collate "C" not null,
  primary key (request, environment)
);
