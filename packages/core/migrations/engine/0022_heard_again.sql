-- When a number's statuses came again after a pause: what Meta could not deliver meanwhile may still be on its way. docs/decisions/0016.

alter table webxkey.sender_pulses add column heard_at       timestamptz;
alter table webxkey.sender_pulses add column heard_again_at timestamptz;
comment on column webxkey.sender_pulses.heard_at       is 'none';
comment on column webxkey.sender_pulses.heard_again_at is 'none';

-- A new message is due by the database's clock, whatever the clock of the process that took it in says.
alter table webxkey.messages alter column due_at set default now();
