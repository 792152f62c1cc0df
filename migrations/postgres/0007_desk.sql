-- The desk: clusters, requests, deliveries, decisions, evidence, drift.

create table cluster (
  id uuid primary key not null,
  version bigint not null,
  path text collate "C" not null,
  created_at bigint not null,
  updated_at bigint not null,
  code text collate "C" not null,
  name text collate "C" not null,
  zone uuid not null,
  state text collate "C" not null,
  source text collate "C" not null,
  source_key text collate "C" not null,
  cpu_cores bigint not null,
  memory_gib bigint not null,
  storage_gib bigint not null,
  instances bigint not null,
  overcommit_percent bigint not null,
  max_mlps text collate "C" not null,
  gateway text collate "C" not null,
  registries text collate "C" not null,
  storage_classes text collate "C" not null,
  ingress_classes text collate "C" not null,
  remark text collate "C" not null,
  name_key text collate "C" not null,
  removed_at bigint not null default 0,
  stale bigint not null default 1,
  valid_until text collate "C" not null default ''
);
create unique index cluster_code on cluster (path, code) where removed_at = 0 and code <> '';
create index cluster_source on cluster (source_key, source) where removed_at = 0 and source_key <> '';
create index cluster_name_key on cluster (name_key) where removed_at = 0;
create index cluster_by_code on cluster (code, id) where removed_at = 0;
create index cluster_by_name on cluster (name, id) where removed_at = 0;
create index cluster_of_zone on cluster (zone) where removed_at = 0;
create index cluster_filter on cluster (path, zone, state, max_mlps, id) where removed_at = 0;

-- One for each migration or exception that is handled here and not merely recorded.
create table request (
  subject uuid primary key not null,
  entity text collate "C" not null,
  state text collate "C" not null,
  system uuid not null,
  path text collate "C" not null,
  requester uuid not null,
  requester_name text collate "C" not null,
  reason text collate "C" not null,
  rollback_plan text collate "C" not null,
  contact text collate "C" not null,
  owners text collate "C" not null,
  renews uuid not null,
  plan_hash text collate "C" not null,
  endorser uuid not null,
  endorser_name text collate "C" not null,
  decided_at bigint not null,
  created_at bigint not null,
  updated_at bigint not null
);
create index request_state on request (entity, state, updated_at, subject);
create index request_system on request (system, subject);

-- What each environment of a migration gets.
create table delivery (
  id uuid primary key not null,
  request uuid not null,
  system uuid not null,
  path text collate "C" not null,
  environment text collate "C" not null,
  kind text collate "C" not null,
  size text collate "C" not null,
  cluster uuid not null,
  namespace text collate "C" not null,
  state text collate "C" not null,
  cpu_milli bigint not null,
  memory_mib bigint not null,
  storage_gib bigint not null,
  pods bigint not null,
  expires_on text collate "C" not null,
  spec text collate "C" not null,
  plan_hash text collate "C" not null,
  message text collate "C" not null,
  status text collate "C" not null,
  created_at bigint not null,
  updated_at bigint not null
);
create unique index delivery_namespace on delivery (cluster, namespace) where namespace <> '' and state <> 'released';
create index delivery_request on delivery (request, environment, id);
create index delivery_cluster on delivery (cluster, state, cpu_milli, memory_mib, storage_gib, pods);
create index delivery_state on delivery (state, kind, id);
create index delivery_newest on delivery (kind, updated_at, id);

-- Moves that were made, with their reasons.
create table decision (
  id uuid primary key not null,
  subject uuid not null,
  movement text collate "C" not null,
  from_state text collate "C" not null,
  to_state text collate "C" not null,
  person uuid not null,
  person_name text collate "C" not null,
  at bigint not null,
  reason text collate "C" not null,
  plan_hash text collate "C" not null
);
create index decision_subject on decision (subject, at, id);

create table evidence (
  id uuid primary key not null,
  subject uuid not null,
  step text collate "C" not null,
  file_name text collate "C" not null,
  media_type text collate "C" not null,
  size bigint not null,
  sha256 text collate "C" not null,
  bytes bytea not null,
  person uuid not null,
  person_name text collate "C" not null,
  at bigint not null
);
create index evidence_subject on evidence (subject, at, id);

-- What somebody changed in a workspace, as its cluster reported it.
create table drift (
  delivery uuid not null,
  object text collate "C" not null,
  action text collate "C" not null,
  version text collate "C" not null,
  at bigint not null,
  field text collate "C" not null,
  client text collate "C" not null,
  primary key (delivery, object, action, version, at)
);
create index drift_newest on drift (at, delivery);

-- How a cluster is reached; the secret is sealed under a key that the database does not hold.
create table cluster_access (
  cluster uuid primary key not null,
  server text collate "C" not null,
  authority text collate "C" not null,
  secret bytea not null,
  checked_at bigint not null,
  outcome text collate "C" not null,
  updated_at bigint not null
);
