-- Freezes and ends of workspaces: what is laid over an approved plan, and which state of it the cluster was last given.
alter table delivery add column frozen_at bigint not null default 0;
alter table delivery add column frozen_by text collate "C" not null default '';
alter table delivery add column frozen_reason text collate "C" not null default '';
alter table delivery add column exit uuid not null default '00000000-0000-0000-0000-000000000000';
alter table delivery add column wanted bigint not null default 0;
alter table delivery add column pushed bigint not null default 0;
drop index delivery_namespace;
create unique index delivery_namespace on delivery (cluster, namespace) where namespace <> '' and state not in ('released', 'reclaimed');
create index delivery_behind on delivery (cluster, updated_at, id) where wanted <> pushed;

-- What an exit is for; where it stands is in its request.
create table workspace_exit (
  id uuid primary key not null,
  number text collate "C" not null,
  delivery uuid not null,
  namespace_uid text collate "C" not null,
  status text collate "C" not null
);
create index workspace_exit_delivery on workspace_exit (delivery, id);

-- One hub for each cluster: who, and a number that grows while it lives.
create table hub_claim (
  name uuid primary key not null,
  holder text collate "C" not null,
  beat bigint not null
);

-- What a cluster has and nobody here knows, and what it should have and has not.
create table stray (
  cluster uuid not null,
  kind text collate "C" not null,
  name text collate "C" not null,
  since bigint not null,
  primary key (cluster, kind, name)
);
