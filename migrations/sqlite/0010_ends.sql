-- Freezes and ends of workspaces: what is laid over an approved plan, and which state of it the cluster was last given.
alter table delivery add column frozen_at integer not null default 0;
alter table delivery add column frozen_by text not null default '';
alter table delivery add column frozen_reason text not null default '';
alter table delivery add column exit blob not null default x'00000000000000000000000000000000';
alter table delivery add column wanted integer not null default 0;
alter table delivery add column pushed integer not null default 0;
drop index delivery_namespace;
create unique index delivery_namespace on delivery (cluster, namespace) where namespace <> '' and state not in ('released', 'reclaimed');
create index delivery_behind on delivery (cluster, updated_at, id) where wanted <> pushed;

-- What an exit is for; where it stands is in its request.
create table workspace_exit (
  id blob primary key not null,
  number text not null,
  delivery blob not null,
  namespace_uid text not null,
  status text not null
) strict;
create index workspace_exit_delivery on workspace_exit (delivery, id);

-- One hub for each cluster: who, and a number that grows while it lives.
create table hub_claim (
  name blob primary key not null,
  holder text not null,
  beat integer not null
) strict;

-- What a cluster has and nobody here knows, and what it should have and has not.
create table stray (
  cluster blob not null,
  kind text not null,
  name text not null,
  since integer not null,
  primary key (cluster, kind, name)
) strict;
