-- Legal bases: documents that exceptions rest on, and when they are in force. Exceptions cite them by reference, and are reviewed.

create table legal_basis (
  id uuid primary key not null,
  version bigint not null,
  path text collate "C" not null,
  created_at bigint not null,
  updated_at bigint not null,
  code text collate "C" not null,
  name text collate "C" not null,
  level text collate "C" not null,
  issuer text collate "C" not null,
  source text collate "C" not null,
  source_key text collate "C" not null,
  article text collate "C" not null,
  summary text collate "C" not null,
  link text collate "C" not null,
  effective_on text collate "C" not null,
  repealed_on text collate "C" not null,
  name_key text collate "C" not null,
  removed_at bigint not null default 0,
  stale bigint not null default 1,
  valid_until text collate "C" not null default ''
);
create unique index legal_basis_code on legal_basis (path, code) where removed_at = 0 and code <> '';
create index legal_basis_source on legal_basis (source_key, source) where removed_at = 0 and source_key <> '';
create index legal_basis_name_key on legal_basis (name_key) where removed_at = 0;
create index legal_basis_by_code on legal_basis (code, id) where removed_at = 0;
create index legal_basis_by_name on legal_basis (name, id) where removed_at = 0;
create index legal_basis_by_repealed_on on legal_basis (repealed_on, id) where removed_at = 0;
create index legal_basis_filter on legal_basis (path, level, repealed_on, id) where removed_at = 0;

alter table cloud_exception drop column legal_basis;
alter table cloud_exception drop column basis_until;
alter table cloud_exception add column legal_basis uuid not null default '00000000-0000-0000-0000-000000000000';
alter table cloud_exception add column basis_article text collate "C" not null default '';
alter table cloud_exception add column reviewed_on text collate "C" not null default '';
create index cloud_exception_of_legal_basis on cloud_exception (legal_basis) where removed_at = 0;
drop index cloud_exception_filter;
create index cloud_exception_filter on cloud_exception (path, system, category, legal_basis, expires_on, id) where removed_at = 0;
