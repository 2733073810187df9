import { oc } from "@orpc/contract";
import { z } from "zod";
import { time, uuid } from "../wire.ts";

export const alertSummary = z.object({
  alert_id: uuid,
  /** Stable code, such as `token_dead`; new ones may come. */
  cause: z.string(),
  /** What is wrong and what to do. */
  sentence: z.string(),
  object: z.object({ type: z.string(), id: z.string() }),
  raised_at: time,
  acknowledged: z.object({ at: time, by: z.string() }).nullable(),
  /** When the trouble was gone; null while it is there. */
  resolved_at: time.nullable(),
});

export const alerts = {
  /** What is wrong now, the newest first; of `state` `all` also what was wrong before. At most 200. */
  list: oc
    .route({ method: "GET", path: "/v1/alerts", tags: ["alerts"] })
    .input(z.strictObject({ state: z.enum(["open", "all"]).default("open") }))
    .output(z.object({ alerts: z.array(alertSummary) })),
  /** Somebody has seen it and takes care: no outlet tells it to anybody else. */
  acknowledge: oc
    .route({ method: "POST", path: "/v1/alerts/{alert_id}/acknowledge", tags: ["alerts"] })
    .input(z.strictObject({ alert_id: uuid }))
    .output(alertSummary),
};

export type AlertSummary = z.infer<typeof alertSummary>;
