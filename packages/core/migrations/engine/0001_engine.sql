-- The engine's tables. Every primary, unique and foreign key starts with workspace_id, but for the global tables, which say so.
-- Each column carries a privacy tag as its comment; docs/reference/data-map.md is generated from these tags:
--   none        says nothing about a person
--   pseudonym   a random reference that leads to a person while the mapping exists
--   lookup      a keyed hash of an identity: personal data, useless without the key
--   sealed      encrypted under the person's key
--   secret      encrypted under the workspace's key
--   raw         encrypted under the installation's key, because the person is not known yet
--   staff       a reference to one of the client's own users
--   business    the client's own data
-- "erase:" names what an erasure does with the column of an erased person's row.

create table webxkey.workspaces (
  workspace_id text        primary key,
  name         text        not null,
  installed_at timestamptz not null default now()
);
comment on column webxkey.workspaces.workspace_id is 'none';
comment on column webxkey.workspaces.name         is 'business';
comment on column webxkey.workspaces.installed_at is 'none';

create table webxkey.members (
  workspace_id text        not null references webxkey.workspaces,
  user_id      text        not null,
  role         text        not null check (role in ('owner','admin','privacy_officer','operator','developer','viewer','auditor','service')),
  subject_id   uuid        not null,
  since        timestamptz not null default now(),
  primary key (workspace_id, user_id)
);
comment on table  webxkey.members is 'The table of rights: which user of the host has which role here.';
comment on column webxkey.members.workspace_id is 'none';
comment on column webxkey.members.user_id      is 'staff; erase: delete';
comment on column webxkey.members.role         is 'none';
comment on column webxkey.members.subject_id   is 'pseudonym; erase: keep';
comment on column webxkey.members.since        is 'none';

create table webxkey.secrets (
  workspace_id text        not null references webxkey.workspaces,
  name         text        not null check (name in ('app_secret','verify_token','access_token')),
  ref          text        not null,
  version      integer     not null,
  sealed       bytea       not null,
  created_at   timestamptz not null default now(),
  primary key (workspace_id, name, ref, version)
);
comment on table  webxkey.secrets is 'Credentials, write-only for people; AAD binds each to its name, place and version.';
comment on column webxkey.secrets.workspace_id is 'none';
comment on column webxkey.secrets.name         is 'none';
comment on column webxkey.secrets.ref          is 'business';
comment on column webxkey.secrets.version      is 'none';
comment on column webxkey.secrets.sealed       is 'secret';
comment on column webxkey.secrets.created_at   is 'none';

create table webxkey.senders (
  workspace_id         text        not null references webxkey.workspaces,
  sender_id            uuid        not null,
  channel              text        not null check (channel in ('whatsapp')),
  state                text        not null check (state in ('connecting','connected','token_invalid','disconnected')),
  app_id               text        not null,
  waba_id              text        not null,
  phone_number_id      text        not null,
  display_phone_number text,
  verified_name        text,
  quality              text        not null default 'UNKNOWN',
  connected_at         timestamptz,
  created_at           timestamptz not null default now(),
  primary key (workspace_id, sender_id),
  unique (workspace_id, phone_number_id)
);
comment on column webxkey.senders.workspace_id         is 'none';
comment on column webxkey.senders.sender_id            is 'none';
comment on column webxkey.senders.channel              is 'none';
comment on column webxkey.senders.state                is 'none';
comment on column webxkey.senders.app_id               is 'business';
comment on column webxkey.senders.waba_id              is 'business';
comment on column webxkey.senders.phone_number_id      is 'business';
comment on column webxkey.senders.display_phone_number is 'business';
comment on column webxkey.senders.verified_name        is 'business';
comment on column webxkey.senders.quality              is 'none';
comment on column webxkey.senders.connected_at         is 'none';
comment on column webxkey.senders.created_at           is 'none';

-- Global: a webhook names a number before its workspace is known.
create table webxkey.sender_routes (
  phone_number_id text primary key,
  waba_id         text not null,
  app_id          text not null,
  workspace_id    text not null,
  sender_id       uuid not null,
  foreign key (workspace_id, sender_id) references webxkey.senders
);
create index on webxkey.sender_routes (waba_id);
comment on column webxkey.sender_routes.phone_number_id is 'business';
comment on column webxkey.sender_routes.waba_id         is 'business';
comment on column webxkey.sender_routes.app_id          is 'business';
comment on column webxkey.sender_routes.workspace_id    is 'none';
comment on column webxkey.sender_routes.sender_id       is 'none';

create table webxkey.templates (
  workspace_id text        not null references webxkey.workspaces,
  waba_id      text        not null,
  name         text        not null,
  language     text        not null,
  template_id  text        not null,
  status       text        not null,
  category     text        not null,
  quality      text,
  graph        jsonb       not null,
  synced_at    timestamptz not null,
  primary key (workspace_id, waba_id, name, language)
);
comment on table  webxkey.templates is 'Templates as Meta has them; graph keeps the object as it was listed.';
comment on column webxkey.templates.workspace_id is 'none';
comment on column webxkey.templates.waba_id      is 'business';
comment on column webxkey.templates.name         is 'business';
comment on column webxkey.templates.language     is 'none';
comment on column webxkey.templates.template_id  is 'business';
comment on column webxkey.templates.status       is 'none';
comment on column webxkey.templates.category     is 'none';
comment on column webxkey.templates.quality      is 'none';
comment on column webxkey.templates.graph        is 'business';
comment on column webxkey.templates.synced_at    is 'none';

create table webxkey.rule_states (
  workspace_id text    not null references webxkey.workspaces,
  rule_id      text    not null,
  active       boolean not null,
  activated_at timestamptz,
  primary key (workspace_id, rule_id),
  check (not active or activated_at is not null)
);
comment on table  webxkey.rule_states is 'Which rules are on, and since when: a rule never reaches back before that moment.';
comment on column webxkey.rule_states.workspace_id is 'none';
comment on column webxkey.rule_states.rule_id      is 'business';
comment on column webxkey.rule_states.active       is 'none';
comment on column webxkey.rule_states.activated_at is 'none';

create table webxkey.rule_hours (
  workspace_id text        not null references webxkey.workspaces,
  rule_id      text        not null,
  hour         timestamptz not null,
  sends        integer     not null,
  primary key (workspace_id, rule_id, hour)
);
comment on table  webxkey.rule_hours is 'What a rule queued in each hour: the measure of the burst guard.';
comment on column webxkey.rule_hours.workspace_id is 'none';
comment on column webxkey.rule_hours.rule_id      is 'business';
comment on column webxkey.rule_hours.hour         is 'none';
comment on column webxkey.rule_hours.sends        is 'none';

create table webxkey.contacts (
  workspace_id text        not null references webxkey.workspaces,
  contact_id   uuid        not null,
  created_at   timestamptz not null default now(),
  primary key (workspace_id, contact_id)
);
comment on table  webxkey.contacts is 'A person, known by a set of identities; contact_id is also the name of the person''s key.';
comment on column webxkey.contacts.workspace_id is 'none';
comment on column webxkey.contacts.contact_id   is 'pseudonym; erase: keep';
comment on column webxkey.contacts.created_at   is 'none';

create table webxkey.contact_identities (
  workspace_id text        not null,
  kind         text        not null check (kind in ('phone','bsuid','psid','igsid')),
  lookup       bytea       not null,
  contact_id   uuid        not null,
  sealed       bytea       not null,
  first_seen   timestamptz not null default now(),
  primary key (workspace_id, kind, lookup),
  foreign key (workspace_id, contact_id) references webxkey.contacts
);
create index on webxkey.contact_identities (workspace_id, contact_id);
comment on column webxkey.contact_identities.workspace_id is 'none';
comment on column webxkey.contact_identities.kind         is 'none';
comment on column webxkey.contact_identities.lookup       is 'lookup; erase: delete';
comment on column webxkey.contact_identities.contact_id   is 'pseudonym; erase: delete';
comment on column webxkey.contact_identities.sealed       is 'sealed; erase: delete';
comment on column webxkey.contact_identities.first_seen   is 'none';

create table webxkey.wordings (
  workspace_id text  not null references webxkey.workspaces,
  wording_id   text  not null,
  version      text  not null,
  language     text  not null,
  purpose      text  not null,
  body         text  not null,
  body_sha256  bytea not null,
  primary key (workspace_id, wording_id, version, language)
);
comment on table  webxkey.wordings is 'The exact words people agreed to. Append-only: a changed text is a new version.';
comment on column webxkey.wordings.workspace_id is 'none';
comment on column webxkey.wordings.wording_id   is 'business';
comment on column webxkey.wordings.version      is 'business';
comment on column webxkey.wordings.language     is 'none';
comment on column webxkey.wordings.purpose      is 'none';
comment on column webxkey.wordings.body         is 'business';
comment on column webxkey.wordings.body_sha256  is 'none';

create table webxkey.consents (
  workspace_id     text        not null,
  consent_id       uuid        not null,
  recorded_seq     bigint      not null generated always as identity,
  contact_id       uuid        not null,
  purpose          text        not null,
  channel          text        not null,
  state            text        not null check (state in ('given','withdrawn')),
  assurance        text        not null check (assurance in ('claimed','confirmed')),
  entity_type      text,
  entity_ref       text,
  wording_id       text,
  wording_version  text,
  wording_language text,
  method           text        not null,
  evidence_sealed  bytea       not null,
  occurred_at      timestamptz not null,
  recorded_at      timestamptz not null,
  primary key (workspace_id, consent_id),
  foreign key (workspace_id, contact_id) references webxkey.contacts,
  foreign key (workspace_id, wording_id, wording_version, wording_language) references webxkey.wordings,
  check (state = 'withdrawn' or wording_id is not null),
  check (assurance = 'confirmed' or entity_ref is not null)
);
create index on webxkey.consents (workspace_id, contact_id);
create index on webxkey.consents (workspace_id, entity_type, entity_ref);
comment on table  webxkey.consents is 'Append-only facts shaped on ISO/IEC TS 27560:2023; what holds now is folded from them.';
comment on column webxkey.consents.workspace_id     is 'none';
comment on column webxkey.consents.consent_id       is 'none';
comment on column webxkey.consents.recorded_seq     is 'none';
comment on column webxkey.consents.contact_id       is 'pseudonym; erase: keep';
comment on column webxkey.consents.purpose          is 'none';
comment on column webxkey.consents.channel          is 'none';
comment on column webxkey.consents.state            is 'none';
comment on column webxkey.consents.assurance        is 'none';
comment on column webxkey.consents.entity_type      is 'none';
comment on column webxkey.consents.entity_ref       is 'pseudonym; erase: null';
comment on column webxkey.consents.wording_id       is 'business';
comment on column webxkey.consents.wording_version  is 'business';
comment on column webxkey.consents.wording_language is 'none';
comment on column webxkey.consents.method           is 'none';
comment on column webxkey.consents.evidence_sealed  is 'sealed; erase: shred';
comment on column webxkey.consents.occurred_at      is 'none';
comment on column webxkey.consents.recorded_at      is 'none';

create table webxkey.events (
  workspace_id text        not null references webxkey.workspaces,
  event_id     uuid        not null,
  source       text        not null,
  external_id  text        not null,
  type         text        not null,
  entity_type  text        not null,
  entity_ref   text        not null,
  entity_label text,
  origin       text        not null check (origin in ('push','sweep')),
  contact_id   uuid,
  body_hash    bytea       not null,
  occurred_at  timestamptz not null,
  received_at  timestamptz not null,
  primary key (workspace_id, event_id),
  unique (workspace_id, source, external_id),
  foreign key (workspace_id, contact_id) references webxkey.contacts
);
create index on webxkey.events (workspace_id, entity_type, entity_ref);
comment on table  webxkey.events is 'What happened on the platform. The payload is not kept: what a message needs is rendered at intake.';
comment on column webxkey.events.workspace_id is 'none';
comment on column webxkey.events.event_id     is 'none';
comment on column webxkey.events.source       is 'business';
comment on column webxkey.events.external_id  is 'pseudonym; erase: keep';
comment on column webxkey.events.type         is 'none';
comment on column webxkey.events.entity_type  is 'none';
comment on column webxkey.events.entity_ref   is 'pseudonym; erase: null';
comment on column webxkey.events.entity_label is 'pseudonym; erase: null';
comment on column webxkey.events.origin       is 'none';
comment on column webxkey.events.contact_id   is 'pseudonym; erase: keep';
comment on column webxkey.events.body_hash    is 'lookup; erase: delete';
comment on column webxkey.events.occurred_at  is 'none';
comment on column webxkey.events.received_at  is 'none';

create table webxkey.messages (
  workspace_id   text        not null,
  message_id     uuid        not null,
  event_id       uuid        not null,
  rule_id        text        not null,
  contact_id     uuid,
  sender_id      uuid,
  purpose        text        not null,
  channel        text        not null,
  template       text        not null,
  language       text,
  languages      text[]      not null,
  params_sealed  bytea,
  state          text        not null check (state in ('blocked','held','queued','sending','unknown','accepted','sent','delivered','read','failed','expired','cancelled')),
  reason_code    text,
  reason_detail  text,
  evidence_kind  text        check (evidence_kind in ('consent','security_request')),
  consent_id     uuid,
  priority       smallint    not null,
  due_at         timestamptz not null,
  expires_at     timestamptz not null,
  attempt_id     uuid,
  attempts       smallint    not null default 0,
  lease_until    timestamptz,
  created_at     timestamptz not null,
  updated_at     timestamptz not null,
  primary key (workspace_id, message_id),
  unique (workspace_id, event_id, rule_id),
  foreign key (workspace_id, event_id) references webxkey.events,
  foreign key (workspace_id, contact_id) references webxkey.contacts,
  foreign key (workspace_id, sender_id) references webxkey.senders,
  foreign key (workspace_id, consent_id) references webxkey.consents,
  check ((evidence_kind = 'consent') = (consent_id is not null)),
  check (state not in ('queued','sending','unknown','accepted','sent','delivered','read') or evidence_kind is not null),
  check (state not in ('sending','unknown','accepted','sent','delivered','read') or (attempt_id is not null and sender_id is not null))
);
create index messages_due on webxkey.messages (priority, due_at) where state = 'queued';
create index messages_leased on webxkey.messages (lease_until) where state = 'sending';
create index messages_newest on webxkey.messages (workspace_id, created_at desc, message_id desc);
comment on table  webxkey.messages is 'The outbox and the only queue of sends: one row an event and rule, from the decision to the last status.';
comment on column webxkey.messages.workspace_id  is 'none';
comment on column webxkey.messages.message_id    is 'none';
comment on column webxkey.messages.event_id      is 'none';
comment on column webxkey.messages.rule_id       is 'business';
comment on column webxkey.messages.contact_id    is 'pseudonym; erase: keep';
comment on column webxkey.messages.sender_id     is 'none';
comment on column webxkey.messages.purpose       is 'none';
comment on column webxkey.messages.channel       is 'none';
comment on column webxkey.messages.template      is 'business';
comment on column webxkey.messages.language      is 'none';
comment on column webxkey.messages.languages     is 'none';
comment on column webxkey.messages.params_sealed is 'sealed; erase: null';
comment on column webxkey.messages.state         is 'none';
comment on column webxkey.messages.reason_code   is 'none';
comment on column webxkey.messages.reason_detail is 'business';
comment on column webxkey.messages.evidence_kind is 'none';
comment on column webxkey.messages.consent_id    is 'none';
comment on column webxkey.messages.priority      is 'none';
comment on column webxkey.messages.due_at        is 'none';
comment on column webxkey.messages.expires_at    is 'none';
comment on column webxkey.messages.attempt_id    is 'none';
comment on column webxkey.messages.attempts      is 'none';
comment on column webxkey.messages.lease_until   is 'none';
comment on column webxkey.messages.created_at    is 'none';
comment on column webxkey.messages.updated_at    is 'none';

create table webxkey.attempts (
  workspace_id  text        not null,
  attempt_id    uuid        not null,
  message_id    uuid        not null,
  n             smallint    not null,
  started_at    timestamptz not null,
  finished_at   timestamptz,
  outcome       text        not null default 'started' check (outcome in ('started','accepted','refused','not_sent','unknown')),
  graph_code    integer,
  reason_code   text,
  wamid_lookup  bytea,
  wamid_sealed  bytea,
  primary key (workspace_id, attempt_id),
  unique (workspace_id, message_id, n),
  foreign key (workspace_id, message_id) references webxkey.messages
);
create index on webxkey.attempts (workspace_id, wamid_lookup) where wamid_lookup is not null;
comment on table  webxkey.attempts is 'One try to hand a message to Meta, committed before the request; its id travels in biz_opaque_callback_data.';
comment on column webxkey.attempts.workspace_id is 'none';
comment on column webxkey.attempts.attempt_id   is 'none';
comment on column webxkey.attempts.message_id   is 'none';
comment on column webxkey.attempts.n            is 'none';
comment on column webxkey.attempts.started_at   is 'none';
comment on column webxkey.attempts.finished_at  is 'none';
comment on column webxkey.attempts.outcome      is 'none';
comment on column webxkey.attempts.graph_code   is 'none';
comment on column webxkey.attempts.reason_code  is 'none';
comment on column webxkey.attempts.wamid_lookup is 'lookup; erase: null';
comment on column webxkey.attempts.wamid_sealed is 'sealed; erase: null';

create table webxkey.statuses (
  workspace_id text        not null,
  attempt_id   uuid        not null,
  status       text        not null check (status in ('sent','delivered','read','played','failed')),
  provider_at  timestamptz not null,
  received_at  timestamptz not null,
  error_code   integer,
  price_type   text,
  price_category text,
  billable     boolean,
  primary key (workspace_id, attempt_id, status, provider_at),
  foreign key (workspace_id, attempt_id) references webxkey.attempts
);
comment on table  webxkey.statuses is 'What Meta said later, each said once: the key is what a repeated webhook repeats.';
comment on column webxkey.statuses.workspace_id   is 'none';
comment on column webxkey.statuses.attempt_id     is 'none';
comment on column webxkey.statuses.status         is 'none';
comment on column webxkey.statuses.provider_at    is 'none';
comment on column webxkey.statuses.received_at    is 'none';
comment on column webxkey.statuses.error_code     is 'none';
comment on column webxkey.statuses.price_type     is 'none';
comment on column webxkey.statuses.price_category is 'none';
comment on column webxkey.statuses.billable       is 'none';

create table webxkey.inbound_messages (
  workspace_id   text        not null,
  inbound_id     uuid        not null,
  sender_id      uuid        not null,
  contact_id     uuid        not null,
  wamid_lookup   bytea       not null,
  wamid_sealed   bytea       not null,
  kind           text        not null,
  content_sealed bytea,
  reading        text        not null check (reading in ('opt_out','opt_in','unsure','none')),
  reply_to       uuid,
  provider_at    timestamptz not null,
  received_at    timestamptz not null,
  primary key (workspace_id, inbound_id),
  unique (workspace_id, wamid_lookup),
  foreign key (workspace_id, sender_id) references webxkey.senders,
  foreign key (workspace_id, contact_id) references webxkey.contacts,
  foreign key (workspace_id, reply_to) references webxkey.attempts
);
create index on webxkey.inbound_messages (workspace_id, contact_id, provider_at);
comment on column webxkey.inbound_messages.workspace_id   is 'none';
comment on column webxkey.inbound_messages.inbound_id     is 'none';
comment on column webxkey.inbound_messages.sender_id      is 'none';
comment on column webxkey.inbound_messages.contact_id     is 'pseudonym; erase: keep';
comment on column webxkey.inbound_messages.wamid_lookup   is 'lookup; erase: delete';
comment on column webxkey.inbound_messages.wamid_sealed   is 'sealed; erase: delete';
comment on column webxkey.inbound_messages.kind           is 'none';
comment on column webxkey.inbound_messages.content_sealed is 'sealed; erase: delete';
comment on column webxkey.inbound_messages.reading        is 'none';
comment on column webxkey.inbound_messages.reply_to       is 'none';
comment on column webxkey.inbound_messages.provider_at    is 'none';
comment on column webxkey.inbound_messages.received_at    is 'none';

-- Global: a webhook may speak of several workspaces and is stored before it is read.
create table webxkey.inbox (
  inbox_id    bigint      generated always as identity primary key,
  body_hash   bytea       not null unique,
  verified_by jsonb       not null,
  body_raw    bytea,
  state       text        not null default 'stored' check (state in ('stored','applied')),
  failures    smallint    not null default 0,
  due_at      timestamptz not null default now(),
  received_at timestamptz not null default now(),
  applied_at  timestamptz,
  check ((state = 'applied') = (body_raw is null))
);
create index inbox_due on webxkey.inbox (due_at, inbox_id) where state = 'stored';
comment on table  webxkey.inbox is 'Webhooks as they came, stored before the answer 200; the body goes in the transaction that applies it, its keyed hash stays 30 days against replays.';
comment on column webxkey.inbox.inbox_id    is 'none';
comment on column webxkey.inbox.body_hash   is 'lookup; erase: expires';
comment on column webxkey.inbox.verified_by is 'business';
comment on column webxkey.inbox.body_raw    is 'raw; erase: opened and searched';
comment on column webxkey.inbox.state       is 'none';
comment on column webxkey.inbox.failures    is 'none';
comment on column webxkey.inbox.due_at      is 'none';
comment on column webxkey.inbox.received_at is 'none';
comment on column webxkey.inbox.applied_at  is 'none';

-- Global: what was correctly signed but belongs to no connected sender, or is not understood.
create table webxkey.quarantine (
  quarantine_id uuid        primary key,
  inbox_id      bigint      not null references webxkey.inbox,
  reason        text        not null,
  field         text,
  part_raw      bytea       not null,
  received_at   timestamptz not null,
  delete_after  timestamptz not null
);
comment on column webxkey.quarantine.quarantine_id is 'none';
comment on column webxkey.quarantine.inbox_id      is 'none';
comment on column webxkey.quarantine.reason        is 'none';
comment on column webxkey.quarantine.field         is 'none';
comment on column webxkey.quarantine.part_raw      is 'raw; erase: opened and searched';
comment on column webxkey.quarantine.received_at   is 'none';
comment on column webxkey.quarantine.delete_after  is 'none';

create table webxkey.audit_entries (
  workspace_id  text           not null references webxkey.workspaces,
  seq           bigint         not null,
  at            timestamptz(3) not null,
  actor_type    text           not null check (actor_type in ('user','service','host','meta','person','engine')),
  actor_id      text,
  role          text,
  action        text           not null,
  object_type   text           not null,
  object_id     text           not null,
  outcome       text           not null,
  request_id    text,
  subject_id    uuid,
  detail_commit bytea,
  prev_hash     bytea          not null,
  entry_hash    bytea          not null,
  primary key (workspace_id, seq)
);
create index on webxkey.audit_entries (workspace_id, object_type, object_id);
comment on table  webxkey.audit_entries is 'A hash chain a workspace. It covers commitments only, so that erasing a detail leaves it valid.';
comment on column webxkey.audit_entries.workspace_id  is 'none';
comment on column webxkey.audit_entries.seq           is 'none';
comment on column webxkey.audit_entries.at            is 'none';
comment on column webxkey.audit_entries.actor_type    is 'none';
comment on column webxkey.audit_entries.actor_id      is 'staff; erase: keep';
comment on column webxkey.audit_entries.role          is 'none';
comment on column webxkey.audit_entries.action        is 'none';
comment on column webxkey.audit_entries.object_type   is 'none';
comment on column webxkey.audit_entries.object_id     is 'none';
comment on column webxkey.audit_entries.outcome       is 'none';
comment on column webxkey.audit_entries.request_id    is 'none';
comment on column webxkey.audit_entries.subject_id    is 'pseudonym; erase: keep';
comment on column webxkey.audit_entries.detail_commit is 'none';
comment on column webxkey.audit_entries.prev_hash     is 'none';
comment on column webxkey.audit_entries.entry_hash    is 'none';

create table webxkey.audit_details (
  workspace_id text   not null,
  seq          bigint not null,
  sealed       bytea,
  primary key (workspace_id, seq),
  foreign key (workspace_id, seq) references webxkey.audit_entries
);
comment on table  webxkey.audit_details is 'Salt and detail of an entry under the person''s key (the workspace''s where there is no person).';
comment on column webxkey.audit_details.workspace_id is 'none';
comment on column webxkey.audit_details.seq          is 'none';
comment on column webxkey.audit_details.sealed       is 'sealed; erase: null';

create function webxkey.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;

create trigger append_only before update or delete or truncate on webxkey.audit_entries
  for each statement execute function webxkey.refuse_change();
create trigger append_only before delete or truncate on webxkey.audit_details
  for each statement execute function webxkey.refuse_change();
create trigger append_only before delete or truncate on webxkey.consents
  for each statement execute function webxkey.refuse_change();
create trigger facts_stand before update of workspace_id, consent_id, contact_id, purpose, channel, state, assurance, occurred_at, recorded_at
  on webxkey.consents for each statement execute function webxkey.refuse_change();
create trigger details_only_shred before update on webxkey.audit_details
  for each row when (new.sealed is not null) execute function webxkey.refuse_change();
create trigger append_only before update or delete or truncate on webxkey.wordings
  for each statement execute function webxkey.refuse_change();
