import { oc } from "@orpc/contract";
import { z } from "zod";
import { text, time, uuid } from "../wire.ts";

export const privacyRequestSummary = z.object({
  request_id: uuid,
  /** `erase_person` and `erase_shop` restrict at once: nobody of them is written to any more. */
  kind: z.enum(["access", "erase_person", "erase_shop"]),
  state: z.enum(["open", "answered"]),
  /** Through which platform and shop it came. */
  connector: z.string(),
  source: z.string(),
  received_at: time,
  due_at: time,
  /** Still open although it was due. */
  overdue: z.boolean(),
  answered_at: time.nullable(),
  /** How many people are not written to because of it. */
  restricted: z.int(),
});

export const shownPrivacyRequest = privacyRequestSummary.extend({
  /** As the platform knows them: what they are found by there. The phone number is masked. */
  person: z.object({
    phone: z.string().nullable(),
    customer_ref: z.string().nullable(),
    order_refs: z.array(z.string()),
  }),
  /** Who gave the person what, and when. */
  answer: z.object({ by: z.string(), at: time, note: z.string() }).nullable(),
});

const ofOne = z.strictObject({ request_id: uuid });

export const privacyRequests = {
  /** What is open and due first stands first. Whom a request is about is not shown here. */
  list: oc
    .route({ method: "GET", path: "/v1/privacy-requests", tags: ["privacy"] })
    .output(z.object({ privacy_requests: z.array(privacyRequestSummary) })),
  /** With whom it is about. To look is itself in the audit. */
  show: oc
    .route({ method: "GET", path: "/v1/privacy-requests/{request_id}", tags: ["privacy"] })
    .input(ofOne)
    .output(shownPrivacyRequest),
  /** Closes a wish to know. One to be erased is answered 409: only erasing closes it. */
  answer: oc
    .route({ method: "POST", path: "/v1/privacy-requests/{request_id}/answer", tags: ["privacy"] })
    /** `note`: what the person was given, and how. */
    .input(ofOne.extend({ note: text(2_000) }))
    .output(shownPrivacyRequest),
};

export type PrivacyRequestSummary = z.infer<typeof privacyRequestSummary>;
export type ShownPrivacyRequest = z.infer<typeof shownPrivacyRequest>;
