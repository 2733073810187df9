-- What each row costs the database beyond its own bytes. Measured with `npm run bench`; docs/decisions/0013 tells why.

-- Rows that only ever follow a row which the same transaction has read or written need no second look-up of it: a check for
-- every audit entry, attempt and status was a quarter of the database's work.
alter table webxkey.audit_entries drop constraint audit_entries_workspace_id_fkey;
alter table webxkey.audit_details drop constraint audit_details_workspace_id_seq_fkey;
alter table webxkey.attempts drop constraint attempts_workspace_id_message_id_fkey;
alter table webxkey.statuses drop constraint statuses_workspace_id_attempt_id_fkey;
alter table webxkey.recipient_paces drop constraint recipient_paces_workspace_id_sender_id_fkey;
alter table webxkey.recipient_paces drop constraint recipient_paces_workspace_id_contact_id_fkey;

-- A status changes no index where none reads `state` itself, and finds room for the new version on the same page.
alter table webxkey.messages add column open_state text
  generated always as (case when state in ('held','queued','sending','unknown') then state end) stored;
comment on column webxkey.messages.open_state is 'none';
drop index webxkey.messages_due;
drop index webxkey.messages_leased;
drop index webxkey.messages_unknown;
drop index webxkey.messages_waiting;
create index messages_due on webxkey.messages (workspace_id, priority, due_at) where open_state = 'queued';
create index messages_open on webxkey.messages (open_state) where open_state in ('held','sending','unknown');
alter table webxkey.messages set (fillfactor = 70);

-- Sealed bytes do not get smaller: compressing them is work for nothing.
alter table webxkey.inbox alter column body_raw set storage external;
alter table webxkey.quarantine alter column part_raw set storage external;
