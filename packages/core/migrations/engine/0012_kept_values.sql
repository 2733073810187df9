-- Values stay after a message has ended, faults of an app's secret are told from those of a token, a number can be chosen and
-- removed, and a template that changed at Meta is read again before it is used.

-- What is dropped after 90 days is found without reading what has nothing left to drop.
create index messages_with_values on webxkey.messages (created_at) where params_sealed is not null;

alter table webxkey.senders
  drop constraint senders_state_check,
  add constraint senders_state_check
    check (state in ('connecting','connected','token_invalid','app_secret_invalid','disconnected')),
  add column chosen_at        timestamptz,
  add column token_expires_at timestamptz,
  add column token_checked_at timestamptz;
comment on column webxkey.senders.chosen_at        is 'none';
comment on column webxkey.senders.token_expires_at is 'none';
comment on column webxkey.senders.token_checked_at is 'none';

-- When the template has to be read again at Meta; null where the pause only waits.
alter table webxkey.template_pauses add column read_again_at timestamptz;
comment on column webxkey.template_pauses.read_again_at is 'none';
create index template_pauses_read_again on webxkey.template_pauses (read_again_at) where read_again_at is not null;

-- A rule's messages in an hour above which they wait for a person; null: the installation's own.
alter table webxkey.workspaces add column burst_per_hour integer check (burst_per_hour between 1 and 100000);
comment on column webxkey.workspaces.burst_per_hour is 'business';
