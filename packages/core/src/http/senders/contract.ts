import { oc } from "@orpc/contract";
import { z } from "zod";
import { text, time, uuid } from "../wire.ts";

export const senderSummary = z.object({
  sender_id: uuid,
  channel: z.enum(["whatsapp"]),
  state: z.enum(["connecting", "connected", "token_invalid", "app_secret_invalid", "disconnected"]),
  /** The business's own number as Meta shows it. */
  display_phone_number: z.string().nullable(),
  verified_name: z.string().nullable(),
  quality: z.enum(["GREEN", "YELLOW", "RED", "UNKNOWN"]),
  waba_id: z.string(),
  phone_number_id: z.string(),
  app_id: z.string(),
  connected_at: time.nullable(),
  /** Messages go from this one. Of several numbers it is the one that was chosen, else the one connected first. */
  in_use: z.boolean(),
  /** Null: the access token does not expire. */
  token_expires_at: time.nullable(),
});

export const senderCheck = z.object({
  id: z.enum(["token", "number", "webhook", "templates", "business_agent"]),
  ok: z.boolean(),
  sentence: z.string(),
  /** What to do and where; null where nothing is wrong. */
  fix: z.string().nullable(),
});

const senderConnectInput = z.strictObject({
  waba_id: z
    .string()
    .regex(/^\d{5,25}$/, "the WhatsApp Business Account id: digits only, from Meta's settings"),
  phone_number_id: z
    .string()
    .regex(/^\d{5,25}$/, "the phone number's id (not the number itself): digits only"),
  app_id: z.string().regex(/^\d{5,25}$/, "the Meta app's id: digits only"),
  app_secret: text(200),
  access_token: text(1000),
  /** The app secret before this one ends at once, because it leaked; otherwise it verifies for a day longer. */
  end_old_secret: z.boolean().optional(),
  /** The number that this one takes the place of: it is disconnected in the same step. */
  replaces: uuid.optional(),
});

export const senders = {
  list: oc
    .route({ method: "GET", path: "/v1/senders", tags: ["senders"] })
    .output(z.object({ senders: z.array(senderSummary) })),
  connect: oc
    .route({ method: "POST", path: "/v1/senders", successStatus: 201, tags: ["senders"] })
    .input(senderConnectInput)
    .output(senderSummary),
  /** Takes a number out of use. Its access token is deleted; what people answer to it is still read. */
  disconnect: oc
    .route({ method: "POST", path: "/v1/senders/{sender_id}/disconnect", tags: ["senders"] })
    .input(z.strictObject({ sender_id: uuid }))
    .output(senderSummary),
  /** Sends from this number from now on. */
  choose: oc
    .route({ method: "POST", path: "/v1/senders/{sender_id}/choose", tags: ["senders"] })
    .input(z.strictObject({ sender_id: uuid }))
    .output(senderSummary),
  check: oc
    .route({ method: "POST", path: "/v1/senders/{sender_id}/check", tags: ["senders"] })
    .input(z.strictObject({ sender_id: uuid }))
    .output(z.object({ ok: z.boolean(), checks: z.array(senderCheck) })),
};

export type SenderSummary = z.infer<typeof senderSummary>;
export type SenderCheck = z.infer<typeof senderCheck>;
