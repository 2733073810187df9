-- The order in which acts happened, what is wrong with a connection now, and a connection that cannot be read keeps nobody waiting.

alter table webxkey.connector_facts add column seq smallint not null default 0;
comment on column webxkey.connector_facts.seq is 'none';

-- Turns go by connection, and acts of one order one after another.
drop index webxkey.connector_facts_due;
create index connector_facts_due on webxkey.connector_facts (workspace_id, connection_id, due_at)
  where done_at is null and parked_at is null;
create index connector_facts_acts on webxkey.connector_facts (workspace_id, connection_id, entity_id)
  where done_at is null and parked_at is null;

alter table webxkey.connections add column read_failures smallint not null default 0;
alter table webxkey.connections add column read_after timestamptz;
comment on column webxkey.connections.read_failures is 'none';
comment on column webxkey.connections.read_after    is 'none';

create table webxkey.connection_problems (
  workspace_id  text        not null,
  connection_id uuid        not null,
  code          text        not null,
  entity_id     text        not null default '',
  entity_kind   text,
  detail        text,
  since         timestamptz not null,
  last_at       timestamptz not null,
  times         integer     not null default 1,
  primary key (workspace_id, connection_id, code, entity_id),
  foreign key (workspace_id, connection_id) references webxkey.connections on delete cascade
);
comment on table  webxkey.connection_problems is 'What is wrong with a connection now, or with one order of it that cannot be read. A row goes when it is mended.';
comment on column webxkey.connection_problems.workspace_id  is 'none';
comment on column webxkey.connection_problems.connection_id is 'none';
comment on column webxkey.connection_problems.code          is 'none';
comment on column webxkey.connection_problems.entity_id     is 'pseudonym; erase: delete';
comment on column webxkey.connection_problems.entity_kind   is 'none';
comment on column webxkey.connection_problems.detail        is 'business';
comment on column webxkey.connection_problems.since         is 'none';
comment on column webxkey.connection_problems.last_at       is 'none';
comment on column webxkey.connection_problems.times         is 'none';
