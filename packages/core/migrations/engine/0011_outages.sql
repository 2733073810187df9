-- When this installation was able to take webhooks: silence of Meta is evidence only for those times. docs/decisions/0016.

create table webxkey.receiver_uptimes (
  began_at timestamptz not null,
  last_at  timestamptz not null,
  primary key (began_at)
);
comment on table  webxkey.receiver_uptimes is 'Times in which a process of this installation took requests and could store them. A gap between two rows is an outage.';
comment on column webxkey.receiver_uptimes.began_at is 'none';
comment on column webxkey.receiver_uptimes.last_at  is 'none';

-- What a number has been found to take a second; Meta says no more than its level.
alter table webxkey.sender_paces add column learned_per_second float8;
alter table webxkey.sender_paces add column learned_at timestamptz;
comment on column webxkey.sender_paces.learned_per_second is 'none';
comment on column webxkey.sender_paces.learned_at         is 'none';

-- A request for somebody whose stop had just been committed by another process. Beside duplicates, counted by /metrics.
alter table webxkey.messages add column after_stop_at timestamptz;
comment on column webxkey.messages.after_stop_at is 'none';
create index messages_duplicated on webxkey.messages (workspace_id) where duplicated_at is not null;
create index messages_after_stop on webxkey.messages (workspace_id) where after_stop_at is not null;
