-- The register: one table an entity, made from its declaration (cargo run -p store --example entity_tables postgres).
-- Nothing is null: unknown text is '', an unknown number the smallest integer, an unknown reference the nil id.

create table department (
  id uuid primary key not null,
  version bigint not null,
  path text collate "C" not null,
  created_at bigint not null,
  updated_at bigint not null,
  code text collate "C" not null,
  name text collate "C" not null,
  short_name text collate "C" not null,
  parent uuid not null,
  kind text collate "C" not null,
  district text collate "C" not null,
  is_vertical bigint not null,
  source text collate "C" not null,
  source_key text collate "C" not null,
  leader text collate "C" not null,
  liaison text collate "C" not null,
  phone text collate "C" not null,
  in_scope bigint not null,
  scope_reason text collate "C" not null,
  classified_count bigint not null,
  name_key text collate "C" not null,
  removed_at bigint not null default 0,
  stale bigint not null default 1,
  valid_until text collate "C" not null default ''
);
create unique index department_code on department (code) where removed_at = 0 and code <> '';
create index department_source on department (source_key, source) where removed_at = 0 and source_key <> '';
create index department_name_key on department (name_key) where removed_at = 0;
create index department_by_code on department (code, id) where removed_at = 0;
create index department_by_name on department (name, id) where removed_at = 0;
create index department_of_parent on department (parent) where removed_at = 0;
create index department_filter on department (path, parent, kind, is_vertical, in_scope, id) where removed_at = 0;

create table data_center (
  id uuid primary key not null,
  version bigint not null,
  path text collate "C" not null,
  created_at bigint not null,
  updated_at bigint not null,
  code text collate "C" not null,
  name text collate "C" not null,
  department uuid not null,
  kind text collate "C" not null,
  ownership text collate "C" not null,
  address text collate "C" not null,
  built_on text collate "C" not null,
  source text collate "C" not null,
  source_key text collate "C" not null,
  area_m2 bigint not null,
  racks_total bigint not null,
  racks_used bigint not null,
  ups bigint not null,
  dedicated_cooling bigint not null,
  generator bigint not null,
  power_capacity_kw bigint not null,
  average_total_kw bigint not null,
  average_it_kw bigint not null,
  pue bigint not null,
  power_read_on text collate "C" not null,
  servers_physical bigint not null,
  mainframes bigint not null,
  virtual_hosts bigint not null,
  underused_servers bigint not null,
  recognition text collate "C" not null,
  recognition_until text collate "C" not null,
  special_use text collate "C" not null,
  closure_stage text collate "C" not null,
  target_close_on text collate "C" not null,
  closed_on text collate "C" not null,
  flag_count bigint not null,
  name_key text collate "C" not null,
  removed_at bigint not null default 0,
  stale bigint not null default 1,
  valid_until text collate "C" not null default ''
);
create unique index data_center_code on data_center (path, code) where removed_at = 0 and code <> '';
create index data_center_source on data_center (source_key, source) where removed_at = 0 and source_key <> '';
create index data_center_name_key on data_center (name_key) where removed_at = 0;
create index data_center_by_code on data_center (code, id) where removed_at = 0;
create index data_center_by_name on data_center (name, id) where removed_at = 0;
create index data_center_of_department on data_center (department) where removed_at = 0;
create index data_center_by_area_m2 on data_center (area_m2, id) where removed_at = 0;
create index data_center_by_target_close_on on data_center (target_close_on, id) where removed_at = 0;
create index data_center_by_flag_count on data_center (flag_count, id) where removed_at = 0;
create index data_center_filter on data_center (path, department, kind, ownership, area_m2, recognition, special_use, closure_stage, target_close_on, flag_count, id) where removed_at = 0;

create table zone (
  id uuid primary key not null,
  version bigint not null,
  path text collate "C" not null,
  created_at bigint not null,
  updated_at bigint not null,
  code text collate "C" not null,
  name text collate "C" not null,
  kind text collate "C" not null,
  level text collate "C" not null,
  operator text collate "C" not null,
  region text collate "C" not null,
  source text collate "C" not null,
  source_key text collate "C" not null,
  counts_as_cloud bigint not null,
  allows_internet bigint not null,
  max_mlps text collate "C" not null,
  assessed_until text collate "C" not null,
  name_key text collate "C" not null,
  removed_at bigint not null default 0,
  stale bigint not null default 1,
  valid_until text collate "C" not null default ''
);
create unique index zone_code on zone (path, code) where removed_at = 0 and code <> '';
create index zone_source on zone (source_key, source) where removed_at = 0 and source_key <> '';
create index zone_name_key on zone (name_key) where removed_at = 0;
create index zone_by_code on zone (code, id) where removed_at = 0;
create index zone_by_name on zone (name, id) where removed_at = 0;
create index zone_filter on zone (path, kind, level, counts_as_cloud, allows_internet, max_mlps, id) where removed_at = 0;

create table system (
  id uuid primary key not null,
  version bigint not null,
  path text collate "C" not null,
  created_at bigint not null,
  updated_at bigint not null,
  code text collate "C" not null,
  name text collate "C" not null,
  department uuid not null,
  function text collate "C" not null,
  layer text collate "C" not null,
  user_scope text collate "C" not null,
  contractor text collate "C" not null,
  maintainer text collate "C" not null,
  contact text collate "C" not null,
  contact_phone text collate "C" not null,
  address text collate "C" not null,
  remark text collate "C" not null,
  confirmed_on text collate "C" not null,
  source text collate "C" not null,
  source_key text collate "C" not null,
  hosting text collate "C" not null,
  data_center uuid not null,
  zone uuid not null,
  networks text collate "C" not null,
  virtualised bigint not null,
  containerised bigint not null,
  live_on text collate "C" not null,
  secrecy text collate "C" not null,
  data_class text collate "C" not null,
  personal_info bigint not null,
  mlps_level text collate "C" not null,
  is_cii bigint not null,
  internet_facing bigint not null,
  lifecycle text collate "C" not null,
  owner_level text collate "C" not null,
  not_applicable bigint not null,
  not_applicable_reason text collate "C" not null,
  approved_on text collate "C" not null,
  retire_on text collate "C" not null,
  retire_approved_on text collate "C" not null,
  retired_verified_on text collate "C" not null,
  data_disposition text collate "C" not null,
  deferral_requested bigint not null,
  deferral_reason text collate "C" not null,
  standing text collate "C" not null,
  standing_since text collate "C" not null,
  deadline_on text collate "C" not null,
  worst_severity text collate "C" not null,
  flag_count bigint not null,
  name_key text collate "C" not null,
  removed_at bigint not null default 0,
  stale bigint not null default 1,
  valid_until text collate "C" not null default ''
);
create unique index system_code on system (path, code) where removed_at = 0 and code <> '';
create index system_source on system (source_key, source) where removed_at = 0 and source_key <> '';
create index system_name_key on system (name_key) where removed_at = 0;
create index system_by_code on system (code, id) where removed_at = 0;
create index system_by_name on system (name, id) where removed_at = 0;
create index system_of_department on system (department) where removed_at = 0;
create index system_by_confirmed_on on system (confirmed_on, id) where removed_at = 0;
create index system_of_data_center on system (data_center) where removed_at = 0;
create index system_of_zone on system (zone) where removed_at = 0;
create index system_by_live_on on system (live_on, id) where removed_at = 0;
create index system_by_deadline_on on system (deadline_on, id) where removed_at = 0;
create index system_by_flag_count on system (flag_count, id) where removed_at = 0;
create index system_filter on system (path, department, layer, user_scope, confirmed_on, source, hosting, data_center, zone, live_on, data_class, mlps_level, is_cii, internet_facing, lifecycle, owner_level, standing, deadline_on, worst_severity, flag_count, id) where removed_at = 0;

create table component (
  id uuid primary key not null,
  version bigint not null,
  path text collate "C" not null,
  created_at bigint not null,
  updated_at bigint not null,
  code text collate "C" not null,
  name text collate "C" not null,
  system uuid not null,
  kind text collate "C" not null,
  ip text collate "C" not null,
  source text collate "C" not null,
  source_key text collate "C" not null,
  data_center uuid not null,
  zone uuid not null,
  role text collate "C" not null,
  from_on text collate "C" not null,
  to_on text collate "C" not null,
  in_service bigint not null,
  cpu_count bigint not null,
  memory_gb bigint not null,
  disk_gb bigint not null,
  os text collate "C" not null,
  software_version text collate "C" not null,
  eol_on text collate "C" not null,
  model text collate "C" not null,
  serial text collate "C" not null,
  warranty_end_on text collate "C" not null,
  name_key text collate "C" not null,
  removed_at bigint not null default 0,
  stale bigint not null default 1,
  valid_until text collate "C" not null default ''
);
create unique index component_code on component (path, code) where removed_at = 0 and code <> '';
create index component_source on component (source_key, source) where removed_at = 0 and source_key <> '';
create index component_name_key on component (name_key) where removed_at = 0;
create index component_by_code on component (code, id) where removed_at = 0;
create index component_by_name on component (name, id) where removed_at = 0;
create index component_of_system on component (system) where removed_at = 0;
create index component_of_data_center on component (data_center) where removed_at = 0;
create index component_of_zone on component (zone) where removed_at = 0;
create index component_filter on component (path, system, kind, data_center, zone, role, in_service, id) where removed_at = 0;

create table cloud_exception (
  id uuid primary key not null,
  version bigint not null,
  path text collate "C" not null,
  created_at bigint not null,
  updated_at bigint not null,
  code text collate "C" not null,
  name text collate "C" not null,
  system uuid not null,
  category text collate "C" not null,
  source text collate "C" not null,
  source_key text collate "C" not null,
  legal_basis text collate "C" not null,
  basis_until text collate "C" not null,
  alternatives text collate "C" not null,
  controls text collate "C" not null,
  leader text collate "C" not null,
  exit_plan text collate "C" not null,
  approved_on text collate "C" not null,
  starts_on text collate "C" not null,
  expires_on text collate "C" not null,
  revoked_on text collate "C" not null,
  name_key text collate "C" not null,
  removed_at bigint not null default 0,
  stale bigint not null default 1,
  valid_until text collate "C" not null default ''
);
create unique index cloud_exception_code on cloud_exception (path, code) where removed_at = 0 and code <> '';
create index cloud_exception_source on cloud_exception (source_key, source) where removed_at = 0 and source_key <> '';
create index cloud_exception_name_key on cloud_exception (name_key) where removed_at = 0;
create index cloud_exception_by_code on cloud_exception (code, id) where removed_at = 0;
create index cloud_exception_by_name on cloud_exception (name, id) where removed_at = 0;
create index cloud_exception_of_system on cloud_exception (system) where removed_at = 0;
create index cloud_exception_by_expires_on on cloud_exception (expires_on, id) where removed_at = 0;
create index cloud_exception_filter on cloud_exception (path, system, category, expires_on, id) where removed_at = 0;

create table migration (
  id uuid primary key not null,
  version bigint not null,
  path text collate "C" not null,
  created_at bigint not null,
  updated_at bigint not null,
  code text collate "C" not null,
  name text collate "C" not null,
  system uuid not null,
  zone uuid not null,
  source text collate "C" not null,
  source_key text collate "C" not null,
  state text collate "C" not null,
  suspended bigint not null,
  submitted_on text collate "C" not null,
  approved_on text collate "C" not null,
  planned_cutover_on text collate "C" not null,
  cutover_on text collate "C" not null,
  wave text collate "C" not null,
  wave_on text collate "C" not null,
  name_key text collate "C" not null,
  removed_at bigint not null default 0,
  stale bigint not null default 1,
  valid_until text collate "C" not null default ''
);
create unique index migration_code on migration (path, code) where removed_at = 0 and code <> '';
create index migration_source on migration (source_key, source) where removed_at = 0 and source_key <> '';
create index migration_name_key on migration (name_key) where removed_at = 0;
create index migration_by_code on migration (code, id) where removed_at = 0;
create index migration_by_name on migration (name, id) where removed_at = 0;
create index migration_of_system on migration (system) where removed_at = 0;
create index migration_of_zone on migration (zone) where removed_at = 0;
create index migration_by_planned_cutover_on on migration (planned_cutover_on, id) where removed_at = 0;
create index migration_filter on migration (path, system, zone, state, suspended, planned_cutover_on, id) where removed_at = 0;

create index system_stale on system (stale) where removed_at = 0 and stale = 1;
create index system_valid_until on system (valid_until) where removed_at = 0 and stale = 0 and valid_until <> '';
create index data_center_stale on data_center (stale) where removed_at = 0 and stale = 1;
create index data_center_valid_until on data_center (valid_until) where removed_at = 0 and stale = 0 and valid_until <> '';
