-- The trail and the work: counters, audit, outbox, jobs, flags, search, imports.

create table counter (
  name text collate "C" primary key not null,
  value bigint not null
);

-- Insert and select only: sealed in hash-chained batches, in the order (transaction_id, sequence).
create table audit_entry (
  sequence bigint generated always as identity primary key,
  transaction_id bigint not null default (cast(cast(pg_current_xact_id() as text) as bigint)),
  at bigint not null,
  person uuid not null,
  actor text collate "C" not null,
  door text collate "C" not null,
  request_id text collate "C" not null,
  action text collate "C" not null,
  entity text collate "C" not null,
  subject uuid not null,
  path text collate "C" not null,
  batch uuid not null,
  why text collate "C" not null,
  body text collate "C" not null
);
create index audit_entry_subject on audit_entry (subject, sequence);
create index audit_entry_order on audit_entry (transaction_id, sequence);

create table audit_seal (
  number bigint primary key not null,
  upto_transaction bigint not null,
  upto_sequence bigint not null,
  entries bigint not null,
  head text collate "C" not null,
  sealed_at bigint not null
);

create table outbox (
  sequence bigint generated always as identity primary key,
  transaction_id bigint not null default (cast(cast(pg_current_xact_id() as text) as bigint)),
  at bigint not null,
  topic text collate "C" not null,
  subject uuid not null,
  body text collate "C" not null
);
create index outbox_order on outbox (transaction_id, sequence);

create table job (
  id uuid primary key not null,
  kind text collate "C" not null,
  body text collate "C" not null,
  state text collate "C" not null,
  attempts bigint not null,
  outcome text collate "C" not null,
  unique_key text collate "C" not null,
  run_at bigint not null,
  leased_until bigint not null,
  created_at bigint not null,
  updated_at bigint not null
);
create index job_due on job (run_at, id) where state in ('queued', 'running');
create index job_newest on job (created_at);

create table flag (
  id uuid primary key not null,
  rule text collate "C" not null,
  entity text collate "C" not null,
  subject uuid not null,
  path text collate "C" not null,
  severity text collate "C" not null,
  true_since text collate "C" not null,
  first_seen_at bigint not null,
  deadline_on text collate "C" not null,
  zh text collate "C" not null,
  en text collate "C" not null,
  facts text collate "C" not null,
  rule_version bigint not null,
  closed_at bigint not null default 0,
  -- The deadline, or a day after all days: puts flags without deadline last.
  due text collate "C" not null generated always as (case when deadline_on = '' then '9999-12-31' else deadline_on end) stored
);
create unique index flag_open on flag (subject, rule) where closed_at = 0;
create index flag_list on flag (due, id) where closed_at = 0;
create index flag_scope on flag (path, rule, severity) where closed_at = 0;
create index flag_subject on flag (subject, closed_at);

create table import_batch (
  id uuid primary key not null,
  entity text collate "C" not null,
  file_name text collate "C" not null,
  person uuid not null,
  actor text collate "C" not null,
  path text collate "C" not null,
  state text collate "C" not null,
  version bigint not null,
  document text collate "C" not null,
  created_at bigint not null,
  updated_at bigint not null
);
create index import_batch_newest on import_batch (created_at, id);

create table import_chunk (
  import uuid not null,
  number bigint not null,
  body bytea not null,
  primary key (import, number)
);

create table import_refusal (
  import uuid not null,
  number bigint not null,
  row_number bigint not null,
  column_name text collate "C" not null,
  field text collate "C" not null,
  value text collate "C" not null,
  rule text collate "C" not null,
  zh text collate "C" not null,
  en text collate "C" not null,
  suggestion text collate "C" not null,
  primary key (import, number)
);

create table import_mapping (
  entity text collate "C" not null,
  source text collate "C" not null,
  document text collate "C" not null,
  updated_at bigint not null,
  primary key (entity, source)
);

-- Search: terms are cut by the program; the engine indexes them.
create table search_entry (
  number bigint primary key not null,
  entity text collate "C" not null,
  subject uuid not null,
  path text collate "C" not null,
  terms tsvector not null
);
create index search_entry_subject on search_entry (subject);
create index search_entry_terms on search_entry using gin (terms);
create index audit_entry_batch on audit_entry (batch, sequence) where batch <> '00000000-0000-0000-0000-000000000000';
