import type { Actor, Audit, AuditFact } from "../audit/index.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import { type IdSource, isUuid } from "../kernel/ids.ts";
import { canonicalJson } from "../kernel/json.ts";
import type { Log } from "../kernel/log.ts";
import type { Rule } from "../rules/index.ts";
import { type Db, together } from "../storage/index.ts";
import { type Alert, alertSentence, type Trouble, troubleKey } from "./alert.ts";
import {
  acknowledgeAlert,
  alertsOf,
  type DueDelivery,
  insertAlerts,
  insertDeliveries,
  lockLook,
  markDelivered,
  openAlerts,
  reopenAlerts,
  resolveAlerts,
  takeDueDeliveries,
  updateDetails,
} from "./alert-store.ts";
import type { AlertOutlet } from "./outlet.ts";
import { readTroubles } from "./troubles.ts";

const ALERTS_LISTED_MAX = 200;
/** Deliveries of one look; what is left comes with the next. */
const DELIVERIES_MAX = 50;
/** Waits double from five minutes to nearly three hours: the last of them is made about a day after the first. */
const ATTEMPTS_MAX = 14;

/**
 * Tells people of what is wrong: one alert a trouble, raised when it is first seen, told by each outlet at least once, and
 * resolved by itself when the trouble is gone. A trouble that comes back later than in a few minutes is a new alert.
 *
 * Alerts are computed from what the features store of themselves, never announced by them: a trouble that began while no
 * process ran is seen all the same, and a feature cannot forget to take one back.
 */
export interface Alerts {
  list(workspaceId: string, which: { readonly ended: boolean }): Promise<Alert[]>;
  /** Somebody has seen it and takes care: nobody else is told. @throws WebxkeyError `not_found`. */
  acknowledge(by: Actor, workspaceId: string, alertId: string): Promise<Alert>;
  /** Looks at all workspaces: raises, updates and resolves, then tells what has not been told. */
  look(): Promise<void>;
}

export interface AlertPorts {
  readonly db: Db;
  readonly audit: Audit;
  readonly ids: IdSource;
  readonly log: Log;
  readonly rules: readonly Rule[];
  readonly outlets: readonly AlertOutlet[];
}

export function createAlerts({ db, audit, ids, log, rules, outlets }: AlertPorts): Alerts {
  const names = outlets.map(({ name }) => name);

  async function compare(): Promise<void> {
    await db.transaction().execute(async (tx) => {
      await lockLook(tx);
      const troubles = await together(tx, (tx) => readTroubles(tx, rules));
      const changes = compareTroubles(await openAlerts(tx), troubles);
      const back = await reopenAlerts(tx, changes.begun);
      const known = new Set(back.map(troubleKey));
      const raised = await insertAlerts(
        tx,
        changes.begun
          .filter((trouble) => !known.has(troubleKey(trouble)))
          .map((trouble) => ({ ...trouble, alertId: ids.row() })),
      );
      await updateDetails(tx, changes.changed);
      await resolveAlerts(tx, changes.gone);
      await insertDeliveries(tx, raised, names);
      const facts = [
        ...raised.map((alert) => ({ alert, fact: factOf({ type: "engine" }, "alert.raised", alert) })),
        ...back.map((alert) => ({ alert, fact: factOf({ type: "engine" }, "alert.returned", alert) })),
        ...changes.gone.map((alert) => ({
          alert,
          fact: factOf({ type: "engine" }, "alert.resolved", alert),
        })),
      ];
      const byWorkspace = Map.groupBy(facts, ({ alert }) => alert.workspaceId);
      // One order of workspaces for everybody who appends to their audit.
      for (const [workspaceId, of] of [...byWorkspace].sort(([one], [other]) => (one < other ? -1 : 1))) {
        await audit.append(
          tx,
          workspaceId,
          of.map(({ fact }) => fact),
        );
      }
    });
  }

  async function deliver(delivery: DueDelivery): Promise<void> {
    const { alert, workspaceName, outlet, attempts } = delivery;
    try {
      await outlets
        .find(({ name }) => name === outlet)
        ?.deliver({
          alertId: alert.alertId,
          workspace: { id: alert.workspaceId, name: workspaceName },
          cause: alert.cause,
          sentence: alertSentence(alert),
          raisedAt: alert.raisedAt,
        });
      await markDelivered(db, delivery);
    } catch (error) {
      log.warn("alert.not_delivered", {
        workspace_id: alert.workspaceId,
        outcome: alert.cause,
        route: outlet,
        count: attempts,
        error,
      });
    }
  }

  return {
    list: (workspaceId, { ended }) => alertsOf(db, workspaceId, { ended, limit: ALERTS_LISTED_MAX }),

    async acknowledge(by, workspaceId, alertId) {
      return await db.transaction().execute(async (tx) => {
        const done = isUuid(alertId)
          ? await acknowledgeAlert(tx, workspaceId, alertId, by.id ?? by.type)
          : undefined;
        if (!done) throw new WebxkeyError("not_found", { detail: "There is no such alert." });
        if (done.isNew) await audit.append(tx, workspaceId, [factOf(by, "alert.acknowledged", done.alert)]);
        return done.alert;
      });
    },

    async look() {
      await compare();
      if (names.length === 0) return;
      const due = await takeDueDeliveries(db, names, { attemptsMax: ATTEMPTS_MAX, limit: DELIVERIES_MAX });
      await Promise.all(due.map(deliver));
    },
  };
}

/** Pure: which troubles have no alert yet, which alerts say something else now, and which have no trouble any more. */
function compareTroubles(
  open: readonly Alert[],
  troubles: readonly Trouble[],
): {
  readonly begun: readonly Trouble[];
  readonly changed: readonly Alert[];
  readonly gone: readonly Alert[];
} {
  const now = new Map(troubles.map((trouble) => [troubleKey(trouble), trouble]));
  const known = new Set(open.map(troubleKey));
  return {
    begun: [...now].flatMap(([key, trouble]) => (known.has(key) ? [] : [trouble])),
    changed: open.flatMap((alert) => {
      const trouble = now.get(troubleKey(alert));
      const isSame = !trouble || canonicalJson(trouble.detail) === canonicalJson(alert.detail);
      return isSame ? [] : [{ ...alert, detail: trouble.detail }];
    }),
    gone: open.filter((alert) => !now.has(troubleKey(alert))),
  };
}

function factOf(actor: Actor, action: string, { alertId, cause, object }: Alert): AuditFact {
  return {
    actor,
    action,
    object: { type: "alert", id: alertId },
    outcome: cause,
    detail: { object_type: object.type, object_id: object.id },
  };
}
