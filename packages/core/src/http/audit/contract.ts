import { oc } from "@orpc/contract";
import { z } from "zod";

export const auditReport = z.object({
  ok: z.boolean(),
  entries: z.number().int(),
  head: z.object({ seq: z.number().int(), hash: z.string() }).nullable(),
  /** Each place where the chain does not hold: which entry and what is wrong with it. */
  faults: z.array(z.object({ seq: z.number().int(), fault: z.string() })),
});

export const audit = {
  verify: oc.route({ method: "POST", path: "/v1/audit/verify", tags: ["audit"] }).output(auditReport),
};

export type AuditReport = z.infer<typeof auditReport>;
