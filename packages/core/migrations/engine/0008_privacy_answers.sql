-- A wish to know is answered by a person, who says what was given. One to be erased stays open until an erasure has run.

alter table webxkey.privacy_requests
  drop constraint privacy_requests_state_check,
  add column answered_at   timestamptz,
  add column answered_by   text,
  add column answer_sealed bytea,
  add constraint privacy_requests_state_check check (state in ('open','answered')),
  add constraint privacy_requests_answer_check check (
    case state when 'open' then num_nonnulls(answered_at, answered_by, answer_sealed) = 0
               else kind = 'access' and num_nulls(answered_at, answered_by, answer_sealed) = 0 end);
comment on column webxkey.privacy_requests.answered_at   is 'none';
comment on column webxkey.privacy_requests.answered_by   is 'staff; erase: keep';
comment on column webxkey.privacy_requests.answer_sealed is 'secret; erase: null';

-- What was told of one order is asked for: by who looks at it, and by a wish to be erased.
create index connector_facts_entity on webxkey.connector_facts (workspace_id, entity_id);
