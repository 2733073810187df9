-- Who took a new number, so that a STOP from the old one that arrives later follows them.
create table webxkey.number_changes (
  workspace_id text        not null,
  contact_id   uuid        not null,
  successor_id uuid        not null,
  changed_at   timestamptz not null,
  primary key (workspace_id, contact_id, successor_id),
  foreign key (workspace_id, contact_id) references webxkey.contacts,
  foreign key (workspace_id, successor_id) references webxkey.contacts (workspace_id, contact_id)
);
create index on webxkey.number_changes (workspace_id, successor_id);
comment on table  webxkey.number_changes is 'New numbers of people: what somebody said under the old one before the change counts for the new one.';
comment on column webxkey.number_changes.workspace_id is 'none';
comment on column webxkey.number_changes.contact_id   is 'pseudonym; erase: delete';
comment on column webxkey.number_changes.successor_id is 'pseudonym; erase: delete';
comment on column webxkey.number_changes.changed_at   is 'none';
