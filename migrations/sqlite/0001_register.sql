-- The register: one table an entity, made from its declaration (cargo run -p store --example entity_tables sqlite).
-- Nothing is null: unknown text is '', an unknown number the smallest integer, an unknown reference the nil id.

create table department (
  id blob primary key not null,
  version integer not null,
  path text not null,
  created_at integer not null,
  updated_at integer not null,
  code text not null,
  name text not null,
  short_name text not null,
  parent blob not null,
  kind text not null,
  district text not null,
  is_vertical integer not null,
  source text not null,
  source_key text not null,
  leader text not null,
  liaison text not null,
  phone text not null,
  in_scope integer not null,
  scope_reason text not null,
  classified_count integer not null,
  name_key text not null,
  removed_at integer not null default 0,
  stale integer not null default 1,
  valid_until text not null default ''
) strict;
create unique index department_code on department (code) where removed_at = 0 and code <> '';
create index department_source on department (source_key, source) where removed_at = 0 and source_key <> '';
create index department_name_key on department (name_key) where removed_at = 0;
create index department_by_code on department (code, id) where removed_at = 0;
create index department_by_name on department (name, id) where removed_at = 0;
create index department_of_parent on department (parent) where removed_at = 0;
create index department_filter on department (path, parent, kind, is_vertical, in_scope, id) where removed_at = 0;

create table data_center (
  id blob primary key not null,
  version integer not null,
  path text not null,
  created_at integer not null,
  updated_at integer not null,
  code text not null,
  name text not null,
  department blob not null,
  kind text not null,
  ownership text not null,
  address text not null,
  built_on text not null,
  source text not null,
  source_key text not null,
  area_m2 integer not null,
  racks_total integer not null,
  racks_used integer not null,
  ups integer not null,
  dedicated_cooling integer not null,
  generator integer not null,
  power_capacity_kw integer not null,
  average_total_kw integer not null,
  average_it_kw integer not null,
  pue integer not null,
  power_read_on text not null,
  servers_physical integer not null,
  mainframes integer not null,
  virtual_hosts integer not null,
  underused_servers integer not null,
  recognition text not null,
  recognition_until text not null,
  special_use text not null,
  closure_stage text not null,
  target_close_on text not null,
  closed_on text not null,
  flag_count integer not null,
  name_key text not null,
  removed_at integer not null default 0,
  stale integer not null default 1,
  valid_until text not null default ''
) strict;
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
  id blob primary key not null,
  version integer not null,
  path text not null,
  created_at integer not null,
  updated_at integer not null,
  code text not null,
  name text not null,
  kind text not null,
  level text not null,
  operator text not null,
  region text not null,
  source text not null,
  source_key text not null,
  counts_as_cloud integer not null,
  allows_internet integer not null,
  max_mlps text not null,
  assessed_until text not null,
  name_key text not null,
  removed_at integer not null default 0,
  stale integer not null default 1,
  valid_until text not null default ''
) strict;
create unique index zone_code on zone (path, code) where removed_at = 0 and code <> '';
create index zone_source on zone (source_key, source) where removed_at = 0 and source_key <> '';
create index zone_name_key on zone (name_key) where removed_at = 0;
create index zone_by_code on zone (code, id) where removed_at = 0;
create index zone_by_name on zone (name, id) where removed_at = 0;
create index zone_filter on zone (path, kind, level, counts_as_cloud, allows_internet, max_mlps, id) where removed_at = 0;

create table system (
  id blob primary key not null,
  version integer not null,
  path text not null,
  created_at integer not null,
  updated_at integer not null,
  code text not null,
  name text not null,
  department blob not null,
  function text not null,
  layer text not null,
  user_scope text not null,
  contractor text not null,
  maintainer text not null,
  contact text not null,
  contact_phone text not null,
  address text not null,
  remark text not null,
  confirmed_on text not null,
  source text not null,
  source_key text not null,
  hosting text not null,
  data_center blob not null,
  zone blob not null,
  networks text not null,
  virtualised integer not null,
  containerised integer not null,
  live_on text not null,
  secrecy text not null,
  data_class text not null,
  personal_info integer not null,
  mlps_level text not null,
  is_cii integer not null,
  internet_facing integer not null,
  lifecycle text not null,
  owner_level text not null,
  not_applicable integer not null,
  not_applicable_reason text not null,
  approved_on text not null,
  retire_on text not null,
  retire_approved_on text not null,
  retired_verified_on text not null,
  data_disposition text not null,
  deferral_requested integer not null,
  deferral_reason text not null,
  standing text not null,
  standing_since text not null,
  deadline_on text not null,
  worst_severity text not null,
  flag_count integer not null,
  name_key text not null,
  removed_at integer not null default 0,
  stale integer not null default 1,
  valid_until text not null default ''
) strict;
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
  id blob primary key not null,
  version integer not null,
  path text not null,
  created_at integer not null,
  updated_at integer not null,
  code text not null,
  name text not null,
  system blob not null,
  kind text not null,
  ip text not null,
  source text not null,
  source_key text not null,
  data_center blob not null,
  zone blob not null,
  role text not null,
  from_on text not null,
  to_on text not null,
  in_service integer not null,
  cpu_count integer not null,
  memory_gb integer not null,
  disk_gb integer not null,
  os text not null,
  software_version text not null,
  eol_on text not null,
  model text not null,
  serial text not null,
  warranty_end_on text not null,
  name_key text not null,
  removed_at integer not null default 0,
  stale integer not null default 1,
  valid_until text not null default ''
) strict;
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
  id blob primary key not null,
  version integer not null,
  path text not null,
  created_at integer not null,
  updated_at integer not null,
  code text not null,
  name text not null,
  system blob not null,
  category text not null,
  source text not null,
  source_key text not null,
  legal_basis text not null,
  basis_until text not null,
  alternatives text not null,
  controls text not null,
  leader text not null,
  exit_plan text not null,
  approved_on text not null,
  starts_on text not null,
  expires_on text not null,
  revoked_on text not null,
  name_key text not null,
  removed_at integer not null default 0,
  stale integer not null default 1,
  valid_until text not null default ''
) strict;
create unique index cloud_exception_code on cloud_exception (path, code) where removed_at = 0 and code <> '';
create index cloud_exception_source on cloud_exception (source_key, source) where removed_at = 0 and source_key <> '';
create index cloud_exception_name_key on cloud_exception (name_key) where removed_at = 0;
create index cloud_exception_by_code on cloud_exception (code, id) where removed_at = 0;
create index cloud_exception_by_name on cloud_exception (name, id) where removed_at = 0;
create index cloud_exception_of_system on cloud_exception (system) where removed_at = 0;
create index cloud_exception_by_expires_on on cloud_exception (expires_on, id) where removed_at = 0;
create index cloud_exception_filter on cloud_exception (path, system, category, expires_on, id) where removed_at = 0;

create table migration (
  id blob primary key not null,
  version integer not null,
  path text not null,
  created_at integer not null,
  updated_at integer not null,
  code text not null,
  name text not null,
  system blob not null,
  zone blob not null,
  source text not null,
  source_key text not null,
  state text not null,
  suspended integer not null,
  submitted_on text not null,
  approved_on text not null,
  planned_cutover_on text not null,
  cutover_on text not null,
  wave text not null,
  wave_on text not null,
  name_key text not null,
  removed_at integer not null default 0,
  stale integer not null default 1,
  valid_until text not null default ''
) strict;
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
