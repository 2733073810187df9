-- Alerts: troubles that somebody has to hear of, one row from the moment a trouble is seen until it is gone.

create table webxkey.alerts (
  workspace_id    text        not null references webxkey.workspaces,
  alert_id        uuid        not null,
  cause           text        not null,
  object_type     text        not null,
  object_id       text        not null,
  detail          jsonb       not null,
  raised_at       timestamptz not null default now(),
  acknowledged_at timestamptz,
  acknowledged_by text,
  resolved_at     timestamptz,
  primary key (workspace_id, alert_id),
  check ((acknowledged_at is null) = (acknowledged_by is null))
);
-- One alert a cause, however often it is looked for and from however many processes.
create unique index alerts_open on webxkey.alerts (workspace_id, cause, object_type, object_id) where resolved_at is null;
comment on table  webxkey.alerts is 'Troubles that a person has to hear of. The detail holds names and counts of the business, never a person''s data.';
comment on column webxkey.alerts.workspace_id    is 'none';
comment on column webxkey.alerts.alert_id        is 'none';
comment on column webxkey.alerts.cause           is 'none';
comment on column webxkey.alerts.object_type     is 'none';
comment on column webxkey.alerts.object_id       is 'business';
comment on column webxkey.alerts.detail          is 'business';
comment on column webxkey.alerts.raised_at       is 'none';
comment on column webxkey.alerts.acknowledged_at is 'none';
comment on column webxkey.alerts.acknowledged_by is 'staff; erase: keep';
comment on column webxkey.alerts.resolved_at     is 'none';

create table webxkey.alert_deliveries (
  workspace_id text        not null,
  alert_id     uuid        not null,
  outlet       text        not null,
  attempts     smallint    not null default 0,
  due_at       timestamptz not null default now(),
  delivered_at timestamptz,
  primary key (workspace_id, alert_id, outlet),
  foreign key (workspace_id, alert_id) references webxkey.alerts on delete cascade
);
create index alert_deliveries_due on webxkey.alert_deliveries (due_at) where delivered_at is null;
comment on table  webxkey.alert_deliveries is 'By which outlets an alert still has to be told, each at least once.';
comment on column webxkey.alert_deliveries.workspace_id is 'none';
comment on column webxkey.alert_deliveries.alert_id     is 'none';
comment on column webxkey.alert_deliveries.outlet       is 'none';
comment on column webxkey.alert_deliveries.attempts     is 'none';
comment on column webxkey.alert_deliveries.due_at       is 'none';
comment on column webxkey.alert_deliveries.delivered_at is 'none';
