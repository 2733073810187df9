import { oc } from "@orpc/contract";
import { z } from "zod";
import { PURPOSES } from "../../kernel/vocabulary.ts";
import { reason, text, time } from "../wire.ts";

export const ruleSummary = z.object({
  rule_id: z.string(),
  on: z.string(),
  purpose: z.enum(PURPOSES),
  template: z.string(),
  languages: z.array(z.string()),
  active: z.boolean(),
  activated_at: time.nullable(),
  /** What stands in the way of turning it on; empty when nothing does. */
  problems: z.array(reason),
});

export const rules = {
  list: oc
    .route({ method: "GET", path: "/v1/rules", tags: ["rules"] })
    .output(z.object({ rules: z.array(ruleSummary) })),
  set: oc
    .route({ method: "PUT", path: "/v1/rules/{rule_id}", tags: ["rules"] })
    .input(z.strictObject({ rule_id: text(120), active: z.boolean() }))
    .output(ruleSummary),
};

export type RuleSummary = z.infer<typeof ruleSummary>;
