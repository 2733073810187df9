import { oc } from "@orpc/contract";
import { z } from "zod";
import { time, uuid } from "../wire.ts";

export const privacyRequestSummary = z.object({
  request_id: uuid,
  /** `erase_person` and `erase_shop` restrict at once: nobody of them is written to any more. */
  kind: z.enum(["access", "erase_person", "erase_shop"]),
  state: z.enum(["open"]),
  /** Through which platform and shop it came. */
  connector: z.string(),
  source: z.string(),
  received_at: time,
  due_at: time,
  /** How many people are not written to because of it. */
  restricted: z.int(),
});

export const privacyRequests = {
  /** What is due first stands first. Whom a request is about is not shown here. */
  list: oc
    .route({ method: "GET", path: "/v1/privacy-requests", tags: ["privacy"] })
    .output(z.object({ privacy_requests: z.array(privacyRequestSummary) })),
};

export type PrivacyRequestSummary = z.infer<typeof privacyRequestSummary>;
