-- API keys: how a program or a person reaches the gateway without a host's sign-in.
-- The text of a key is 256 random bits and is stored nowhere; its SHA-256 hash finds it.

create table webxkey.api_keys (
  workspace_id   text        not null references webxkey.workspaces,
  key_id         uuid        not null,
  kind           text        not null check (kind in ('service','personal')),
  name           text        not null,
  user_id        text,
  scopes         text[]      not null,
  signing_sealed bytea,
  created_at     timestamptz not null,
  expires_at     timestamptz,
  last_used_at   timestamptz,
  revoked_at     timestamptz,
  primary key (workspace_id, key_id),
  check ((kind = 'personal') = (user_id is not null)),
  check ((kind = 'personal') = (scopes = '{}')),
  check (kind = 'service' or expires_at is not null),
  check (signing_sealed is null or (kind = 'service' and revoked_at is null))
);
comment on table  webxkey.api_keys is 'Keys of services (with scopes) and of people (with the role they have at each request). A revoked one stays as a record.';
comment on column webxkey.api_keys.workspace_id   is 'none';
comment on column webxkey.api_keys.key_id         is 'none';
comment on column webxkey.api_keys.kind           is 'none';
comment on column webxkey.api_keys.name           is 'business';
comment on column webxkey.api_keys.user_id        is 'staff; erase: keep';
comment on column webxkey.api_keys.scopes         is 'none';
comment on column webxkey.api_keys.signing_sealed is 'secret';
comment on column webxkey.api_keys.created_at     is 'none';
comment on column webxkey.api_keys.expires_at     is 'none';
comment on column webxkey.api_keys.last_used_at   is 'none';
comment on column webxkey.api_keys.revoked_at     is 'none';

-- Global: a request brings a key before its workspace is known. The row goes when the key is revoked.
create table webxkey.api_key_hashes (
  key_hash     bytea primary key,
  workspace_id text  not null,
  key_id       uuid  not null,
  foreign key (workspace_id, key_id) references webxkey.api_keys
);
create index on webxkey.api_key_hashes (workspace_id, key_id);
comment on table  webxkey.api_key_hashes is 'Which key a hash belongs to; only keys that were not revoked are here.';
comment on column webxkey.api_key_hashes.key_hash     is 'none';
comment on column webxkey.api_key_hashes.workspace_id is 'none';
comment on column webxkey.api_key_hashes.key_id       is 'none';

-- What waits for a person or for its status is few among many, and is counted for the metrics.
create index messages_waiting on webxkey.messages (state) where state in ('held','unknown');
