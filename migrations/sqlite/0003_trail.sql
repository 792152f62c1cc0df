-- The trail and the work: counters, audit, outbox, jobs, flags, search, imports.

create table counter (
  name text primary key not null,
  value integer not null
) strict;

-- Insert and select only: sealed in hash-chained batches, in the order (transaction_id, sequence).
create table audit_entry (
  sequence integer primary key autoincrement,
  transaction_id integer not null default 0,
  at integer not null,
  person blob not null,
  actor text not null,
  door text not null,
  request_id text not null,
  action text not null,
  entity text not null,
  subject blob not null,
  path text not null,
  batch blob not null,
  why text not null,
  body text not null
) strict;
create index audit_entry_subject on audit_entry (subject, sequence);
create index audit_entry_order on audit_entry (transaction_id, sequence);

create table audit_seal (
  number integer primary key not null,
  upto_transaction integer not null,
  upto_sequence integer not null,
  entries integer not null,
  head text not null,
  sealed_at integer not null
) strict;

create table outbox (
  sequence integer primary key autoincrement,
  transaction_id integer not null default 0,
  at integer not null,
  topic text not null,
  subject blob not null,
  body text not null
) strict;
create index outbox_order on outbox (transaction_id, sequence);

create table job (
  id blob primary key not null,
  kind text not null,
  body text not null,
  state text not null,
  attempts integer not null,
  outcome text not null,
  unique_key text not null,
  run_at integer not null,
  leased_until integer not null,
  created_at integer not null,
  updated_at integer not null
) strict;
create index job_due on job (run_at, id) where state in ('queued', 'running');
create index job_newest on job (created_at);

create table flag (
  id blob primary key not null,
  rule text not null,
  entity text not null,
  subject blob not null,
  path text not null,
  severity text not null,
  true_since text not null,
  first_seen_at integer not null,
  deadline_on text not null,
  zh text not null,
  en text not null,
  facts text not null,
  rule_version integer not null,
  closed_at integer not null default 0,
  -- The deadline, or a day after all days: puts flags without deadline last.
  due text not null generated always as (case when deadline_on = '' then '9999-12-31' else deadline_on end) stored
) strict;
create unique index flag_open on flag (subject, rule) where closed_at = 0;
create index flag_list on flag (due, id) where closed_at = 0;
create index flag_scope on flag (path, rule, severity) where closed_at = 0;
create index flag_subject on flag (subject, closed_at);

create table import_batch (
  id blob primary key not null,
  entity text not null,
  file_name text not null,
  person blob not null,
  actor text not null,
  path text not null,
  state text not null,
  version integer not null,
  document text not null,
  created_at integer not null,
  updated_at integer not null
) strict;
create index import_batch_newest on import_batch (created_at, id);

create table import_chunk (
  import blob not null,
  number integer not null,
  body blob not null,
  primary key (import, number)
) strict;

create table import_refusal (
  import blob not null,
  number integer not null,
  row_number integer not null,
  column_name text not null,
  field text not null,
  value text not null,
  rule text not null,
  zh text not null,
  en text not null,
  suggestion text not null,
  primary key (import, number)
) strict;

create table import_mapping (
  entity text not null,
  source text not null,
  document text not null,
  updated_at integer not null,
  primary key (entity, source)
) strict;

-- Search: terms are cut by the program; the engine indexes them.
create table search_entry (
  number integer primary key not null,
  entity text not null,
  subject blob not null,
  path text not null
) strict;
create index search_entry_subject on search_entry (subject);
create virtual table search_text using fts5(terms, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 0", detail=none);
create index audit_entry_batch on audit_entry (batch, sequence) where batch <> x'00000000000000000000000000000000';
