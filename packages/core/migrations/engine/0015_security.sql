-- What a workspace decides for itself about security notices, and how people are let in.

alter table webxkey.workspaces
  add column stop_covers_security      boolean not null default false,
  add column security_notices_per_hour integer not null default 100 check (security_notices_per_hour between 1 and 10000);
comment on column webxkey.workspaces.stop_covers_security      is 'none';
comment on column webxkey.workspaces.security_notices_per_hour is 'none';

-- The security notices of the last hour and day are counted before each further one.
create index messages_security_notices on webxkey.messages (workspace_id, created_at) where evidence_kind = 'security_request';

create table webxkey.invitations (
  workspace_id  text        not null references webxkey.workspaces,
  invitation_id uuid        not null,
  user_id       text        not null,
  role          text        not null check (role in ('owner','admin','privacy_officer','operator','developer','viewer','auditor')),
  invited_by    text        not null,
  created_at    timestamptz not null,
  expires_at    timestamptz not null,
  accepted_at   timestamptz,
  revoked_at    timestamptz,
  primary key (workspace_id, invitation_id)
);
comment on table  webxkey.invitations is 'Who was invited with which role. Each is good for one member and one key; it stays as a record.';
comment on column webxkey.invitations.workspace_id  is 'none';
comment on column webxkey.invitations.invitation_id is 'none';
comment on column webxkey.invitations.user_id       is 'staff; erase: delete';
comment on column webxkey.invitations.role          is 'none';
comment on column webxkey.invitations.invited_by    is 'staff; erase: keep';
comment on column webxkey.invitations.created_at    is 'none';
comment on column webxkey.invitations.expires_at    is 'none';
comment on column webxkey.invitations.accepted_at   is 'none';
comment on column webxkey.invitations.revoked_at    is 'none';

-- Global: an invitation comes before its workspace is known. The row goes when it is accepted or revoked.
create table webxkey.invitation_hashes (
  invitation_hash bytea primary key,
  workspace_id    text  not null,
  invitation_id   uuid  not null,
  foreign key (workspace_id, invitation_id) references webxkey.invitations
);
comment on table  webxkey.invitation_hashes is 'Which invitation a hash belongs to; only those that can still be accepted are here.';
comment on column webxkey.invitation_hashes.invitation_hash is 'none';
comment on column webxkey.invitation_hashes.workspace_id    is 'none';
comment on column webxkey.invitation_hashes.invitation_id   is 'none';
