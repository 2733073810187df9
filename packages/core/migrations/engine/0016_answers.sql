-- What a customer answers is shown until a person has marked it as read. What came before this migration counts as unread too.

alter table webxkey.inbound_messages
  add column read_at timestamptz,
  add column read_by text,
  add constraint inbound_messages_read_check check ((read_at is null) = (read_by is null));
comment on column webxkey.inbound_messages.read_at is 'none';
comment on column webxkey.inbound_messages.read_by is 'staff; erase: keep';

create index inbound_messages_answers on webxkey.inbound_messages (workspace_id, provider_at, inbound_id)
  where reading = 'none' and kind not in ('reaction', 'revoke');
create index inbound_messages_unread on webxkey.inbound_messages (workspace_id)
  where read_at is null and reading = 'none' and kind not in ('reaction', 'revoke');
