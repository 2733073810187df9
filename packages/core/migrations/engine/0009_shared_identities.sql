-- Two people who turn out to be one stay two, and what the identity says that Meta uses for both counts for both.

create table webxkey.shared_identities (
  workspace_id text        not null,
  kind         text        not null check (kind in ('phone','bsuid','psid','igsid')),
  lookup       bytea       not null,
  contact_id   uuid        not null,
  first_seen   timestamptz not null default now(),
  primary key (workspace_id, kind, lookup, contact_id),
  foreign key (workspace_id, contact_id) references webxkey.contacts
);
create index on webxkey.shared_identities (workspace_id, contact_id);
comment on table  webxkey.shared_identities is 'Identities that Meta used for a contact although they belong to another: an opt-out by one counts for both. Nothing is sent to them.';
comment on column webxkey.shared_identities.workspace_id is 'none';
comment on column webxkey.shared_identities.kind         is 'none';
comment on column webxkey.shared_identities.lookup       is 'lookup; erase: delete';
comment on column webxkey.shared_identities.contact_id   is 'pseudonym; erase: delete';
comment on column webxkey.shared_identities.first_seen   is 'none';

-- When Meta Business Agent was last seen holding a chat of this number: what the customer writes then comes under another field.
alter table webxkey.senders add column agent_seen_at timestamptz;
comment on column webxkey.senders.agent_seen_at is 'none';
