import { z } from "zod";
import { FAULT_KINDS, type FaultKind } from "../faults.ts";
import { USER_ID_MODES } from "../people/user-id-modes.ts";
import { TEMPLATE_STATUSES } from "../templates/definition.ts";
import { SIGNATURE_FLAWS } from "../webhooks/signature.ts";

const kinds = Object.keys(FAULT_KINDS) as [FaultKind, ...FaultKind[]];
const CLOCK_ADVANCE_MS_MAX = 366 * 86_400_000;

export const faultBody = z.strictObject({
  kind: z.enum(kinds),
  probability: z.number().min(0).max(1).optional(),
  count: z.number().int().positive().optional(),
  phoneNumberId: z.string().optional(),
  phone: z.string().optional(),
  template: z.string().optional(),
  routes: z.enum(["messages", "all"]).optional(),
  code: z.number().int().optional(),
  retryAfterSeconds: z.number().int().min(0).optional(),
  delayMs: z.number().int().min(0).optional(),
  flaw: z.enum(SIGNATURE_FLAWS).optional(),
});

export const callbackBody = z.strictObject({ url: z.string(), verifyToken: z.string() });

export const templateStatusBody = z.strictObject({
  /** Only templates of this language or WABA; without them, all of the name. */
  language: z.string().optional(),
  wabaId: z.string().optional(),
  status: z.enum(TEMPLATE_STATUSES),
  reason: z.string().optional(),
});

export const replyBody = z.strictObject({
  text: z.string().min(1).max(4096),
  /** The business number that is written to; else the one of the last message. */
  phoneNumberId: z.string().optional(),
  repliesTo: z.string().optional(),
});

export const anyMessageBody = z.strictObject({
  /** `{ type: "image", image: { id: "1", caption: "STOP" } }` */
  message: z.looseObject({ type: z.string().min(1) }),
  phoneNumberId: z.string().optional(),
  repliesTo: z.string().optional(),
});

export const oldChatBody = z.strictObject({
  messages: z
    .array(
      z.strictObject({
        message: z.looseObject({ type: z.string().min(1) }),
        byShop: z.boolean().optional(),
        agoMs: z.number().min(0),
      }),
    )
    .min(1),
  phoneNumberId: z.string().optional(),
});

export const newNumberBody = z.strictObject({ to: z.string().regex(/^\+?[\d ()-]{7,24}$/) });
export const agentBody = z.strictObject({ held: z.boolean(), phoneNumberId: z.string().optional() });

export const tapBody = z.strictObject({ button: z.string(), wamid: z.string().optional() });
export const reactBody = z.strictObject({ emoji: z.string(), wamid: z.string().optional() });
export const preferenceBody = z.strictObject({
  value: z.enum(["stop", "resume"]),
  phoneNumberId: z.string().optional(),
});

export const personBody = z.strictObject({
  name: z.string().optional(),
  username: z.string().optional(),
  userIdMode: z.enum(USER_ID_MODES).optional(),
  onWhatsApp: z.boolean().optional(),
  readsByThemselves: z.boolean().optional(),
  phoneIsOn: z.boolean().optional(),
});

export const webhookBody = z.strictObject({
  body: z.record(z.string(), z.unknown()),
  /** Whose secret signs it; else the first app. */
  appId: z.string().optional(),
  /** Where to; else the app's override for the body's WABA, else the app's callback. */
  url: z.string().optional(),
  flaw: z.enum(SIGNATURE_FLAWS).optional(),
});

export const redeliverBody = z.strictObject({ flaw: z.enum(SIGNATURE_FLAWS).optional() });
export const advanceBody = z.strictObject({ ms: z.number().min(0).max(CLOCK_ADVANCE_MS_MAX) });
