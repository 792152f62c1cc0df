-- Requests are listed by their newest change.
create index request_newest on request (updated_at, subject);
