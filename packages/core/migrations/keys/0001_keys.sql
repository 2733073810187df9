-- Keys live in a schema (or database) of their own with a short backup life: a dump of the engine's tables alone opens nothing.

create table webxkey_keys.workspace_keys (
  workspace_id text        not null,
  version      integer     not null,
  wrapped_seal bytea       not null,
  wrapped_lookup bytea     not null,
  created_at   timestamptz not null default now(),
  primary key (workspace_id, version)
);
comment on table  webxkey_keys.workspace_keys is 'One sealing and one look-up key a workspace, wrapped by the root key.';
comment on column webxkey_keys.workspace_keys.workspace_id   is 'none';
comment on column webxkey_keys.workspace_keys.version        is 'none';
comment on column webxkey_keys.workspace_keys.wrapped_seal   is 'key';
comment on column webxkey_keys.workspace_keys.wrapped_lookup is 'key';
comment on column webxkey_keys.workspace_keys.created_at     is 'none';

create table webxkey_keys.subject_keys (
  workspace_id text        not null,
  subject_id   uuid        not null,
  wrapped_seal bytea,
  created_at   timestamptz not null default now(),
  destroyed_at timestamptz,
  primary key (workspace_id, subject_id),
  check ((wrapped_seal is null) = (destroyed_at is not null))
);
comment on table  webxkey_keys.subject_keys is 'One key a person, wrapped by the workspace key; destroying it erases what it sealed.';
comment on column webxkey_keys.subject_keys.workspace_id is 'none';
comment on column webxkey_keys.subject_keys.subject_id   is 'pseudonym; erase: keep';
comment on column webxkey_keys.subject_keys.wrapped_seal is 'key; erase: destroy';
comment on column webxkey_keys.subject_keys.created_at   is 'none';
comment on column webxkey_keys.subject_keys.destroyed_at is 'none';
