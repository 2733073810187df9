-- What a consent is worth, what it may follow, since when words exist, and messages that may mean "stop".

-- `attested`: recorded by a person of the shop who has the right, with evidence and a reason. What came through the API before
-- was called `confirmed`, which only the person's own act on the channel is.
alter table webxkey.consents
  drop constraint consents_assurance_check,
  drop constraint consents_check1,
  add column lifts uuid,
  add constraint consents_assurance_check check (assurance in ('claimed','attested','confirmed')),
  add constraint consents_claimed_check check (state = 'withdrawn' or assurance <> 'claimed' or entity_ref is not null),
  add constraint consents_lifts_check check (lifts is null or (state = 'given' and assurance = 'attested'));
comment on column webxkey.consents.lifts is 'none';
drop trigger facts_stand on webxkey.consents;
update webxkey.consents set assurance = 'attested' where assurance = 'confirmed' and method in ('form','import','admin');
create trigger facts_stand before update of workspace_id, consent_id, contact_id, purpose, channel, state, assurance, lifts, occurred_at, recorded_at
  on webxkey.consents for each statement execute function webxkey.refuse_change();

-- Nobody agreed to words before they were written. Of those that are there it is only known that they are no older than the workspace.
alter table webxkey.wordings disable trigger append_only;
alter table webxkey.wordings add column created_at timestamptz;
update webxkey.wordings w set created_at = (select s.installed_at from webxkey.workspaces s where s.workspace_id = w.workspace_id);
alter table webxkey.wordings alter column created_at set not null;
alter table webxkey.wordings enable trigger append_only;
comment on column webxkey.wordings.created_at is 'none';

create table webxkey.unsure_cases (
  workspace_id text        not null,
  case_id      uuid        not null,
  contact_id   uuid        not null,
  inbound_id   uuid        not null,
  opened_at    timestamptz not null,
  answer       text        check (answer in ('opt_out','carry_on')),
  answered_at  timestamptz,
  answered_by  text,
  primary key (workspace_id, case_id),
  foreign key (workspace_id, contact_id) references webxkey.contacts,
  foreign key (workspace_id, inbound_id) references webxkey.inbound_messages,
  check ((answer is null) = (answered_at is null)),
  check (answer is not null or answered_by is null)
);
create index unsure_cases_open on webxkey.unsure_cases (workspace_id, contact_id) where answer is null;
comment on table  webxkey.unsure_cases is 'A message that may ask to stop: while it is not answered, nothing but security notices goes to the person.';
comment on column webxkey.unsure_cases.workspace_id is 'none';
comment on column webxkey.unsure_cases.case_id      is 'none';
comment on column webxkey.unsure_cases.contact_id   is 'pseudonym; erase: keep';
comment on column webxkey.unsure_cases.inbound_id   is 'none';
comment on column webxkey.unsure_cases.opened_at    is 'none';
comment on column webxkey.unsure_cases.answer       is 'none';
comment on column webxkey.unsure_cases.answered_at  is 'none';
comment on column webxkey.unsure_cases.answered_by  is 'staff; erase: keep';
