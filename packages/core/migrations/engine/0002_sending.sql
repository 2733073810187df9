-- What the send protocol keeps between attempts: how fast a number, a person and a template may be sent to, and whether a
-- number's webhooks are known to arrive. Times in it are the database's.

alter table webxkey.messages add column duplicated_at timestamptz;
comment on column webxkey.messages.duplicated_at is 'none';

-- Workspaces are served in turns, so that each one's due messages are found by themselves.
drop index webxkey.messages_due;
create index messages_due on webxkey.messages (workspace_id, priority, due_at) where state = 'queued';
create index messages_unknown on webxkey.messages (updated_at) where state = 'unknown';

create table webxkey.sender_paces (
  workspace_id   text        not null,
  sender_id      uuid        not null,
  per_second     integer     not null default 80 check (per_second between 1 and 1000),
  next_at        timestamptz not null default now(),
  slowed_at      timestamptz,
  paused_until   timestamptz,
  pause_reason   text,
  recipients_max integer     check (recipients_max > 0),
  served_at      timestamptz not null default now(),
  primary key (workspace_id, sender_id),
  foreign key (workspace_id, sender_id) references webxkey.senders
);
comment on table  webxkey.sender_paces is 'How fast a number may send: a leaky bucket whose next free moment is next_at, shared by all workers.';
comment on column webxkey.sender_paces.workspace_id   is 'none';
comment on column webxkey.sender_paces.sender_id      is 'none';
comment on column webxkey.sender_paces.per_second     is 'none';
comment on column webxkey.sender_paces.next_at        is 'none';
comment on column webxkey.sender_paces.slowed_at      is 'none';
comment on column webxkey.sender_paces.paused_until   is 'none';
comment on column webxkey.sender_paces.pause_reason   is 'none';
comment on column webxkey.sender_paces.recipients_max is 'none';
comment on column webxkey.sender_paces.served_at      is 'none';
insert into webxkey.sender_paces (workspace_id, sender_id) select workspace_id, sender_id from webxkey.senders;

-- Apart from the pace, which every claim locks.
create table webxkey.sender_pulses (
  workspace_id   text        not null,
  sender_id      uuid        not null,
  last_status_at timestamptz,
  settle_ms      integer,
  primary key (workspace_id, sender_id),
  foreign key (workspace_id, sender_id) references webxkey.senders
);
comment on table  webxkey.sender_pulses is 'Proof that a number''s webhooks arrive: a missing status means something only while others come.';
comment on column webxkey.sender_pulses.workspace_id   is 'none';
comment on column webxkey.sender_pulses.sender_id      is 'none';
comment on column webxkey.sender_pulses.last_status_at is 'none';
comment on column webxkey.sender_pulses.settle_ms      is 'none';

create table webxkey.recipient_paces (
  workspace_id text        not null,
  sender_id    uuid        not null,
  contact_id   uuid        not null,
  next_at      timestamptz not null,
  paused_until timestamptz,
  last_at      timestamptz not null,
  primary key (workspace_id, sender_id, contact_id),
  foreign key (workspace_id, sender_id) references webxkey.senders,
  foreign key (workspace_id, contact_id) references webxkey.contacts
);
create index on webxkey.recipient_paces (workspace_id, sender_id, last_at);
comment on table  webxkey.recipient_paces is 'How fast one person may be written to from one number, and who was written to in the last day.';
comment on column webxkey.recipient_paces.workspace_id is 'none';
comment on column webxkey.recipient_paces.sender_id    is 'none';
comment on column webxkey.recipient_paces.contact_id   is 'pseudonym; erase: delete';
comment on column webxkey.recipient_paces.next_at      is 'none';
comment on column webxkey.recipient_paces.paused_until is 'none';
comment on column webxkey.recipient_paces.last_at      is 'none';

create table webxkey.template_pauses (
  workspace_id text        not null references webxkey.workspaces,
  template     text        not null,
  paused_until timestamptz not null,
  reason_code  text        not null,
  primary key (workspace_id, template)
);
comment on table  webxkey.template_pauses is 'Templates that Meta asked to wait with.';
comment on column webxkey.template_pauses.workspace_id is 'none';
comment on column webxkey.template_pauses.template     is 'business';
comment on column webxkey.template_pauses.paused_until is 'none';
comment on column webxkey.template_pauses.reason_code  is 'none';
