import { oc } from "@orpc/contract";
import { z } from "zod";
import { PURPOSES } from "../../kernel/vocabulary.ts";
import { entityType, text, time, uuid } from "../wire.ts";

export const consentSummary = z.object({
  consent_id: uuid,
  purpose: z.enum(PURPOSES),
  channel: z.enum(["whatsapp"]),
  state: z.enum(["given", "withdrawn"]),
  assurance: z.enum(["claimed", "confirmed"]),
  /** The order a claimed grant came with and is limited to. */
  entity: z.object({ type: z.string(), ref: z.string() }).nullable(),
  method: z.string(),
  wording: z
    .object({ id: z.string(), version: z.string(), language: z.string(), text: z.string() })
    .nullable(),
  occurred_at: time,
  recorded_at: time,
});

const identity = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("phone"),
    value: z.string().regex(/^\+[1-9]\d{6,14}$/, "a phone number in E.164, such as +16505551234"),
  }),
  z.strictObject({
    kind: z.literal("bsuid"),
    value: z.string().regex(/^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/),
  }),
]);

export const consents = {
  list: oc
    .route({ method: "GET", path: "/v1/consents", tags: ["consent"] })
    .input(z.strictObject({ entity_type: entityType, entity_ref: text(200) }))
    .output(z.object({ consents: z.array(consentSummary) })),
  /** By identity, in the body: a phone number never stands in an address. */
  show: oc
    .route({ method: "POST", path: "/v1/consents/show", tags: ["consent"] })
    .input(z.strictObject({ identity }))
    .output(z.object({ consents: z.array(consentSummary) })),
  grant: oc
    .route({ method: "POST", path: "/v1/consents", successStatus: 201, tags: ["consent"] })
    .input(
      z.strictObject({
        identity,
        purpose: z.enum(PURPOSES).exclude(["account-security"]),
        channel: z.enum(["whatsapp"]),
        wording: z.strictObject({ id: text(80), version: text(40), language: text(35), text: text(2000) }),
        method: z.enum(["form", "import", "admin"]),
        evidence: text(2000),
        occurred_at: time,
      }),
    )
    .output(consentSummary),
  withdraw: oc
    .route({ method: "POST", path: "/v1/consents/withdraw", tags: ["consent"] })
    .input(
      z.strictObject({
        identity,
        /** Absent: every purpose that needs a consent. */
        purpose: z.enum(PURPOSES).exclude(["account-security"]).optional(),
        channel: z.enum(["whatsapp"]),
        evidence: text(2000),
      }),
    )
    .output(z.object({ withdrawn: z.number().int() })),
};

export type ConsentSummary = z.infer<typeof consentSummary>;
