import { actorOf } from "../../access/index.ts";
import { type Alert, alertSentence } from "../../alerts/index.ts";
import { type ApiPorts, needs, os } from "../api.ts";
import type { AlertSummary } from "./contract.ts";

export function alertRoutes({ alerts }: Pick<ApiPorts, "alerts">) {
  return {
    list: os.alerts.list.use(needs("alert:read")).handler(async ({ context: { member }, input }) => ({
      alerts: (await alerts.list(member.workspaceId, { ended: input.state === "all" })).map(summaryOf),
    })),
    acknowledge: os.alerts.acknowledge
      .use(needs("alert:acknowledge"))
      .handler(async ({ context: { member }, input }) =>
        summaryOf(await alerts.acknowledge(actorOf(member), member.workspaceId, input.alert_id)),
      ),
  };
}

function summaryOf(alert: Alert): AlertSummary {
  const { alertId, cause, object, raisedAt, acknowledged, resolvedAt } = alert;
  return {
    alert_id: alertId,
    cause,
    sentence: alertSentence(alert),
    object,
    raised_at: raisedAt.toISOString(),
    acknowledged: acknowledged && { at: acknowledged.at.toISOString(), by: acknowledged.by },
    resolved_at: resolvedAt?.toISOString() ?? null,
  };
}
