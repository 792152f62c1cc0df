-- The overview counts systems by department and standing inside one index, and deadlines inside another.
drop index system_of_department;
create index system_of_department on system (department, standing, path) where removed_at = 0;
drop index system_by_deadline_on;
create index system_by_deadline_on on system (deadline_on, id, path) where removed_at = 0;
drop index cloud_exception_by_expires_on;
create index cloud_exception_by_expires_on on cloud_exception (expires_on, id, revoked_on, path) where removed_at = 0;
