-- Somebody asked the job that runs to stop: seen by whichever process runs it.
alter table job add column stop_wanted bigint not null default 0;
