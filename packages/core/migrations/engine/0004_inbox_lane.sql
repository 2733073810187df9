-- A webhook that carries an opt-out is applied before all that only tells of messages, however many of these wait.

alter table webxkey.inbox add column lane smallint not null default 1 check (lane in (0, 1));
comment on column webxkey.inbox.lane is 'none';

drop index webxkey.inbox_due;
create index inbox_due on webxkey.inbox (lane, due_at, inbox_id) where state = 'stored';
