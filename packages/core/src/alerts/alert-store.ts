import { sql } from "kysely";
import { type Db, recordset } from "../storage/index.ts";
import { ALERT_CAUSES, type Alert, type AlertCause, type AlertDetail, type Trouble } from "./alert.ts";

interface AlertRow {
  readonly workspace_id: string;
  readonly alert_id: string;
  readonly cause: string;
  readonly object_type: string;
  readonly object_id: string;
  readonly detail: AlertDetail;
  readonly raised_at: Date;
  readonly acknowledged_at: Date | null;
  readonly acknowledged_by: string | null;
  readonly resolved_at: Date | null;
}

/** A process of an older version leaves alone what only a newer one looks for. */
const IS_KNOWN = sql`a.cause = any(${Object.keys(ALERT_CAUSES)}::text[])`;

/** One look at a time, from its first reading on: what another has just raised or resolved is not judged by what was read before. */
export async function lockLook(tx: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('webxkey.alerts', 0))`.execute(tx);
}

export async function openAlerts(tx: Db): Promise<Alert[]> {
  const { rows } = await sql<AlertRow>`
    select * from webxkey.alerts a where a.resolved_at is null and ${IS_KNOWN}`.execute(tx);
  return rows.map(alertOf);
}

/** The newest first; those that are over only where asked for. */
export async function alertsOf(
  db: Db,
  workspaceId: string,
  { ended, limit }: { readonly ended: boolean; readonly limit: number },
): Promise<Alert[]> {
  const { rows } = await sql<AlertRow>`
    select * from webxkey.alerts a
    where a.workspace_id = ${workspaceId} and (a.resolved_at is null or ${ended}) and ${IS_KNOWN}
    order by a.raised_at desc, a.alert_id limit ${limit}`.execute(db);
  return rows.map(alertOf);
}

const TROUBLE_KINDS = {
  workspace_id: "text",
  cause: "text",
  object_type: "text",
  object_id: "text",
  detail: "jsonb",
} as const;

function troubleRow({ workspaceId, cause, object, detail }: Trouble) {
  return { workspace_id: workspaceId, cause, object_type: object.type, object_id: object.id, detail };
}

/** A trouble that comes back so soon is the same one going on: nobody is told of it twice. */
const COMES_BACK_MINUTES = 10;

/** Opens the alerts again of troubles that were gone for a moment, and answers them. */
export async function reopenAlerts(tx: Db, troubles: readonly Trouble[]): Promise<Alert[]> {
  if (troubles.length === 0) return [];
  const rows = troubles.map(troubleRow);
  const { rows: reopened } = await sql<AlertRow>`
    update webxkey.alerts a set resolved_at = null, detail = l.new_detail
    from (
      select distinct on (o.workspace_id, o.cause, o.object_type, o.object_id) o.workspace_id, o.alert_id, r.detail as new_detail
      from ${recordset(rows, TROUBLE_KINDS)} join webxkey.alerts o on o.workspace_id = r.workspace_id and o.cause = r.cause
        and o.object_type = r.object_type and o.object_id = r.object_id
        and o.resolved_at > now() - make_interval(mins => ${COMES_BACK_MINUTES}::int)
      order by o.workspace_id, o.cause, o.object_type, o.object_id, o.resolved_at desc) l
    where a.workspace_id = l.workspace_id and a.alert_id = l.alert_id
    returning a.*`.execute(tx);
  return reopened.map(alertOf);
}

/** Inserts troubles that have no open alert and answers the new alerts. */
export async function insertAlerts(
  tx: Db,
  alerts: readonly (Trouble & { readonly alertId: string })[],
): Promise<Alert[]> {
  if (alerts.length === 0) return [];
  const rows = alerts.map((alert) => ({ ...troubleRow(alert), alert_id: alert.alertId }));
  const kinds = { ...TROUBLE_KINDS, alert_id: "uuid" } as const;
  const { rows: inserted } = await sql<AlertRow>`
    insert into webxkey.alerts (workspace_id, alert_id, cause, object_type, object_id, detail)
    select workspace_id, alert_id, cause, object_type, object_id, detail from ${recordset(rows, kinds)}
    on conflict (workspace_id, cause, object_type, object_id) where resolved_at is null do nothing
    returning *`.execute(tx);
  return inserted.map(alertOf);
}

/** What an open alert says now, such as a count that has grown. Nobody is told again. */
export async function updateDetails(
  tx: Db,
  alerts: readonly (Pick<Alert, "workspaceId" | "alertId"> & { readonly detail: AlertDetail })[],
): Promise<void> {
  if (alerts.length === 0) return;
  const rows = alerts.map(({ workspaceId, alertId, detail }) => ({
    workspace_id: workspaceId,
    alert_id: alertId,
    detail,
  }));
  const kinds = { workspace_id: "text", alert_id: "uuid", detail: "jsonb" } as const;
  await sql`update webxkey.alerts a set detail = r.detail from ${recordset(rows, kinds)}
    where a.workspace_id = r.workspace_id and a.alert_id = r.alert_id`.execute(tx);
}

export async function resolveAlerts(
  tx: Db,
  alerts: readonly Pick<Alert, "workspaceId" | "alertId">[],
): Promise<void> {
  if (alerts.length === 0) return;
  const rows = alerts.map(({ workspaceId, alertId }) => ({ workspace_id: workspaceId, alert_id: alertId }));
  const kinds = { workspace_id: "text", alert_id: "uuid" } as const;
  await sql`update webxkey.alerts a set resolved_at = now() from ${recordset(rows, kinds)}
    where a.workspace_id = r.workspace_id and a.alert_id = r.alert_id`.execute(tx);
}

/** Answers the alert as it is afterwards; undefined where there is none. A second acknowledgement changes nothing. */
export async function acknowledgeAlert(
  tx: Db,
  workspaceId: string,
  alertId: string,
  by: string,
): Promise<{ readonly alert: Alert; readonly isNew: boolean } | undefined> {
  const { rows } = await sql<AlertRow & { is_new: boolean }>`
    with before as (
      select alert_id, acknowledged_at is null as is_new from webxkey.alerts
      where workspace_id = ${workspaceId} and alert_id = ${alertId} for update)
    update webxkey.alerts a set acknowledged_at = coalesce(a.acknowledged_at, now()),
      acknowledged_by = coalesce(a.acknowledged_by, ${by})
    from before b where a.workspace_id = ${workspaceId} and a.alert_id = b.alert_id
    returning a.*, b.is_new`.execute(tx);
  const [row] = rows;
  return row && { alert: alertOf(row), isNew: row.is_new };
}

export async function insertDeliveries(
  tx: Db,
  alerts: readonly Pick<Alert, "workspaceId" | "alertId">[],
  outlets: readonly string[],
): Promise<void> {
  const rows = alerts.flatMap(({ workspaceId, alertId }) =>
    outlets.map((outlet) => ({ workspace_id: workspaceId, alert_id: alertId, outlet })),
  );
  if (rows.length === 0) return;
  const kinds = { workspace_id: "text", alert_id: "uuid", outlet: "text" } as const;
  await sql`insert into webxkey.alert_deliveries (workspace_id, alert_id, outlet)
    select workspace_id, alert_id, outlet from ${recordset(rows, kinds)} on conflict do nothing`.execute(tx);
}

export interface DueDelivery {
  readonly alert: Alert;
  readonly workspaceName: string;
  readonly outlet: string;
  readonly attempts: number;
}

/**
 * Takes what is due: each attempt counts before it is made, and the next is due in five minutes, then ten, up to nearly three hours, so
 * that a process that dies while it delivers only delays, and a mail server that takes minutes to accept gets nothing twice. What
 * somebody acknowledged, or what is over, is told to nobody any more.
 */
export async function takeDueDeliveries(
  db: Db,
  outlets: readonly string[],
  { attemptsMax, limit }: { readonly attemptsMax: number; readonly limit: number },
): Promise<DueDelivery[]> {
  const { rows } = await sql<AlertRow & { workspace_name: string; outlet: string; attempts: number }>`
    update webxkey.alert_deliveries d
    set attempts = d.attempts + 1, due_at = now() + make_interval(mins => (5 * 2 ^ least(d.attempts, 5))::int)
    from webxkey.alerts a join webxkey.workspaces w on w.workspace_id = a.workspace_id
    where (d.workspace_id, d.alert_id, d.outlet) in (
        select q.workspace_id, q.alert_id, q.outlet from webxkey.alert_deliveries q
        join webxkey.alerts a on a.workspace_id = q.workspace_id and a.alert_id = q.alert_id
        where q.delivered_at is null and q.due_at <= now() and q.attempts < ${attemptsMax}
          and q.outlet = any(${outlets as string[]}::text[])
          and a.resolved_at is null and a.acknowledged_at is null and ${IS_KNOWN}
        order by q.due_at limit ${limit} for update of q skip locked)
      and a.workspace_id = d.workspace_id and a.alert_id = d.alert_id
    returning a.*, w.name as workspace_name, d.outlet, d.attempts`.execute(db);
  return rows.map((row) => ({
    alert: alertOf(row),
    workspaceName: row.workspace_name,
    outlet: row.outlet,
    attempts: row.attempts,
  }));
}

export async function markDelivered(db: Db, { alert, outlet }: DueDelivery): Promise<void> {
  await sql`update webxkey.alert_deliveries set delivered_at = now()
    where workspace_id = ${alert.workspaceId} and alert_id = ${alert.alertId} and outlet = ${outlet}`.execute(
    db,
  );
}

function alertOf(row: AlertRow): Alert {
  return {
    workspaceId: row.workspace_id,
    alertId: row.alert_id,
    cause: row.cause as AlertCause,
    object: { type: row.object_type as Alert["object"]["type"], id: row.object_id },
    detail: row.detail,
    raisedAt: row.raised_at,
    acknowledged:
      row.acknowledged_at && row.acknowledged_by !== null
        ? { at: row.acknowledged_at, by: row.acknowledged_by }
        : null,
    resolvedAt: row.resolved_at,
  };
}
