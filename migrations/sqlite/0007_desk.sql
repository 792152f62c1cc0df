-- The desk: clusters, requests, deliveries, decisions, evidence, drift.

create table cluster (
  id blob primary key not null,
  version integer not null,
  path text not null,
  created_at integer not null,
  updated_at integer not null,
  code text not null,
  name text not null,
  zone blob not null,
  state text not null,
  source text not null,
  source_key text not null,
  cpu_cores integer not null,
  memory_gib integer not null,
  storage_gib integer not null,
  instances integer not null,
  overcommit_percent integer not null,
  max_mlps text not null,
  gateway text not null,
  registries text not null,
  storage_classes text not null,
  ingress_classes text not null,
  remark text not null,
  name_key text not null,
  removed_at integer not null default 0,
  stale integer not null default 1,
  valid_until text not null default ''
) strict;
create unique index cluster_code on cluster (path, code) where removed_at = 0 and code <> '';
create index cluster_source on cluster (source_key, source) where removed_at = 0 and source_key <> '';
create index cluster_name_key on cluster (name_key) where removed_at = 0;
create index cluster_by_code on cluster (code, id) where removed_at = 0;
create index cluster_by_name on cluster (name, id) where removed_at = 0;
create index cluster_of_zone on cluster (zone) where removed_at = 0;
create index cluster_filter on cluster (path, zone, state, max_mlps, id) where removed_at = 0;

-- One for each migration or exception that is handled here and not merely recorded.
create table request (
  subject blob primary key not null,
  entity text not null,
  state text not null,
  system blob not null,
  path text not null,
  requester blob not null,
  requester_name text not null,
  reason text not null,
  rollback_plan text not null,
  contact text not null,
  owners text not null,
  renews blob not null,
  plan_hash text not null,
  endorser blob not null,
  endorser_name text not null,
  decided_at integer not null,
  created_at integer not null,
  updated_at integer not null
) strict;
create index request_state on request (entity, state, updated_at, subject);
create index request_system on request (system, subject);

-- What each environment of a migration gets.
create table delivery (
  id blob primary key not null,
  request blob not null,
  system blob not null,
  path text not null,
  environment text not null,
  kind text not null,
  size text not null,
  cluster blob not null,
  namespace text not null,
  state text not null,
  cpu_milli integer not null,
  memory_mib integer not null,
  storage_gib integer not null,
  pods integer not null,
  expires_on text not null,
  spec text not null,
  plan_hash text not null,
  message text not null,
  status text not null,
  created_at integer not null,
  updated_at integer not null
) strict;
create unique index delivery_namespace on delivery (cluster, namespace) where namespace <> '' and state <> 'released';
create index delivery_request on delivery (request, environment, id);
create index delivery_cluster on delivery (cluster, state, cpu_milli, memory_mib, storage_gib, pods);
create index delivery_state on delivery (state, kind, id);
create index delivery_newest on delivery (kind, updated_at, id);

-- Moves that were made, with their reasons.
create table decision (
  id blob primary key not null,
  subject blob not null,
  movement text not null,
  from_state text not null,
  to_state text not null,
  person blob not null,
  person_name text not null,
  at integer not null,
  reason text not null,
  plan_hash text not null
) strict;
create index decision_subject on decision (subject, at, id);

create table evidence (
  id blob primary key not null,
  subject blob not null,
  step text not null,
  file_name text not null,
  media_type text not null,
  size integer not null,
  sha256 text not null,
  bytes blob not null,
  person blob not null,
  person_name text not null,
  at integer not null
) strict;
create index evidence_subject on evidence (subject, at, id);

-- What somebody changed in a workspace, as its cluster reported it.
create table drift (
  delivery blob not null,
  object text not null,
  action text not null,
  version text not null,
  at integer not null,
  field text not null,
  client text not null,
  primary key (delivery, object, action, version, at)
) strict;
create index drift_newest on drift (at, delivery);

-- How a cluster is reached; the secret is sealed under a key that the database does not hold.
create table cluster_access (
  cluster blob primary key not null,
  server text not null,
  authority text not null,
  secret blob not null,
  checked_at integer not null,
  outcome text not null,
  updated_at integer not null
) strict;
