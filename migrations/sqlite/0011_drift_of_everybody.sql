-- Drift as a list: in the scope of its department, by cluster, newest first.
alter table drift add column path text not null default '';
alter table drift add column cluster blob not null default x'00000000000000000000000000000000';
update drift set path = (select path from delivery where id = drift.delivery), cluster = (select cluster from delivery where id = drift.delivery)
where delivery in (select id from delivery);
drop index drift_newest;
create index drift_newest on drift (at, delivery, object, action, version);
create index drift_of_cluster on drift (cluster, at, delivery, object, action, version);
create index drift_scope on drift (path, cluster, action, at);
