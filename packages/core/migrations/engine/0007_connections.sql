-- Connections: shops whose platform posts webhooks here, and what the law asks for through them.

create table webxkey.connections (
  workspace_id     text        not null references webxkey.workspaces,
  connection_id    uuid        not null,
  connector        text        not null,
  name             text        not null,
  source           text        not null,
  settings_sealed  bytea       not null,
  consent_mapping  jsonb       not null,
  state            text        not null check (state in ('active','paused')),
  installed_at     timestamptz not null,
  poll_from        timestamptz not null,
  polled_at        timestamptz,
  last_delivery_at timestamptz,
  last_problem     text,
  last_problem_at  timestamptz,
  primary key (workspace_id, connection_id),
  unique (workspace_id, source),
  check ((last_problem is null) = (last_problem_at is null))
);
comment on table  webxkey.connections is 'A shop on a platform that posts webhooks: how to prove them, how to read the shop, which of its fields say consent.';
comment on column webxkey.connections.workspace_id     is 'none';
comment on column webxkey.connections.connection_id    is 'none';
comment on column webxkey.connections.connector        is 'none';
comment on column webxkey.connections.name             is 'business';
comment on column webxkey.connections.source           is 'business';
comment on column webxkey.connections.settings_sealed  is 'secret';
comment on column webxkey.connections.consent_mapping  is 'business';
comment on column webxkey.connections.state            is 'none';
comment on column webxkey.connections.installed_at     is 'none';
comment on column webxkey.connections.poll_from        is 'none';
comment on column webxkey.connections.polled_at        is 'none';
comment on column webxkey.connections.last_delivery_at is 'none';
comment on column webxkey.connections.last_problem     is 'none';
comment on column webxkey.connections.last_problem_at  is 'none';

create table webxkey.connection_secrets (
  workspace_id  text        not null,
  connection_id uuid        not null,
  version       integer     not null,
  sealed        bytea       not null,
  created_at    timestamptz not null,
  expires_at    timestamptz,
  primary key (workspace_id, connection_id, version),
  foreign key (workspace_id, connection_id) references webxkey.connections on delete cascade
);
comment on table  webxkey.connection_secrets is 'What a platform signs its webhooks with. One that was replaced verifies until it expires.';
comment on column webxkey.connection_secrets.workspace_id  is 'none';
comment on column webxkey.connection_secrets.connection_id is 'none';
comment on column webxkey.connection_secrets.version       is 'none';
comment on column webxkey.connection_secrets.sealed        is 'secret';
comment on column webxkey.connection_secrets.created_at    is 'none';
comment on column webxkey.connection_secrets.expires_at    is 'none';

-- Global: a webhook names an address before its workspace is known. The address is 128 random bits and is stored nowhere.
create table webxkey.connection_addresses (
  address_hash  bytea       primary key,
  workspace_id  text        not null,
  connection_id uuid        not null,
  expires_at    timestamptz,
  foreign key (workspace_id, connection_id) references webxkey.connections on delete cascade
);
create index on webxkey.connection_addresses (workspace_id, connection_id);
comment on table  webxkey.connection_addresses is 'Which connection an address belongs to. One that was replaced leads there until it expires.';
comment on column webxkey.connection_addresses.address_hash  is 'none';
comment on column webxkey.connection_addresses.workspace_id  is 'none';
comment on column webxkey.connection_addresses.connection_id is 'none';
comment on column webxkey.connection_addresses.expires_at    is 'none';

create table webxkey.connector_facts (
  workspace_id  text        not null,
  connection_id uuid        not null,
  fact_key      text        not null,
  type          text        not null,
  entity_id     text        not null,
  state         text,
  occurred_at   timestamptz,
  do_not_notify boolean     not null,
  origin        text        not null check (origin in ('push','sweep')),
  delivery_id   text,
  attempts      smallint    not null default 0,
  outcome       text,
  received_at   timestamptz not null default now(),
  due_at        timestamptz not null default now(),
  done_at       timestamptz,
  parked_at     timestamptz,
  primary key (workspace_id, connection_id, fact_key),
  foreign key (workspace_id, connection_id) references webxkey.connections on delete cascade
);
create index connector_facts_due on webxkey.connector_facts (due_at) where done_at is null and parked_at is null;
create index connector_facts_done on webxkey.connector_facts (done_at) where done_at is not null;
comment on table  webxkey.connector_facts is 'What happened at a platform and is still to be read there. Never what it says of a person.';
comment on column webxkey.connector_facts.workspace_id  is 'none';
comment on column webxkey.connector_facts.connection_id is 'none';
comment on column webxkey.connector_facts.fact_key      is 'pseudonym; erase: delete';
comment on column webxkey.connector_facts.type          is 'none';
comment on column webxkey.connector_facts.entity_id     is 'pseudonym; erase: delete';
comment on column webxkey.connector_facts.state         is 'none';
comment on column webxkey.connector_facts.occurred_at   is 'none';
comment on column webxkey.connector_facts.do_not_notify is 'none';
comment on column webxkey.connector_facts.origin        is 'none';
comment on column webxkey.connector_facts.delivery_id   is 'none';
comment on column webxkey.connector_facts.attempts      is 'none';
comment on column webxkey.connector_facts.outcome       is 'none';
comment on column webxkey.connector_facts.received_at   is 'none';
comment on column webxkey.connector_facts.due_at        is 'none';
comment on column webxkey.connector_facts.done_at       is 'none';
comment on column webxkey.connector_facts.parked_at     is 'none';

-- It outlives the connection that it came through, which therefore no key names.
create table webxkey.privacy_requests (
  workspace_id  text        not null references webxkey.workspaces,
  request_id    uuid        not null,
  kind          text        not null check (kind in ('access','erase_person','erase_shop')),
  state         text        not null check (state in ('open')),
  connection_id uuid        not null,
  connector     text        not null,
  source        text        not null,
  wish_key      text        not null,
  delivery_id   text,
  person_sealed bytea       not null,
  received_at   timestamptz not null,
  due_at        timestamptz not null,
  primary key (workspace_id, request_id),
  unique (workspace_id, connection_id, kind, wish_key)
);
comment on table  webxkey.privacy_requests is 'What a person, or a shop that leaves its platform, asks for by law, and by when it has to be done.';
comment on column webxkey.privacy_requests.workspace_id  is 'none';
comment on column webxkey.privacy_requests.request_id    is 'none';
comment on column webxkey.privacy_requests.kind          is 'none';
comment on column webxkey.privacy_requests.state         is 'none';
comment on column webxkey.privacy_requests.connection_id is 'none';
comment on column webxkey.privacy_requests.connector     is 'none';
comment on column webxkey.privacy_requests.source        is 'business';
comment on column webxkey.privacy_requests.wish_key      is 'pseudonym; erase: keep';
comment on column webxkey.privacy_requests.delivery_id   is 'none';
comment on column webxkey.privacy_requests.person_sealed is 'secret; erase: null';
comment on column webxkey.privacy_requests.received_at   is 'none';
comment on column webxkey.privacy_requests.due_at        is 'none';

create table webxkey.contact_restrictions (
  workspace_id text        not null,
  contact_id   uuid        not null,
  request_id   uuid        not null,
  since        timestamptz not null,
  primary key (workspace_id, contact_id, request_id),
  foreign key (workspace_id, contact_id) references webxkey.contacts,
  foreign key (workspace_id, request_id) references webxkey.privacy_requests
);
comment on table  webxkey.contact_restrictions is 'Who is not written to any more because an erasure was asked for. Looked at when a message is decided and when it is claimed.';
comment on column webxkey.contact_restrictions.workspace_id is 'none';
comment on column webxkey.contact_restrictions.contact_id   is 'pseudonym; erase: keep';
comment on column webxkey.contact_restrictions.request_id   is 'none';
comment on column webxkey.contact_restrictions.since        is 'none';
