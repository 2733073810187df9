import { oc } from "@orpc/contract";
import { z } from "zod";
import { SERVICE_SCOPES } from "../../access/rights.ts";
import { PERSONAL_KEY_DAYS_MAX, SERVICE_KEY_DAYS_MAX } from "../../kernel/limits.ts";
import { text, time, uuid } from "../wire.ts";

const keyFields = {
  key_id: uuid,
  kind: z.enum(["service", "personal"]),
  name: z.string(),
  /** What a service key may do; empty for a personal key, which may do what its user's role may. */
  scopes: z.array(z.enum(SERVICE_SCOPES)),
  /** Null: a service key that was made without an end. */
  expires_at: time.nullable(),
};

export const keySummary = z.object({
  ...keyFields,
  /** Whose personal key it is; null for a service key. */
  user_id: z.string().nullable(),
  created_at: time,
  /** To the minute, not to the request. */
  last_used_at: time.nullable(),
  revoked_at: time.nullable(),
});

export const newKey = z.object({
  ...keyFields,
  /** Shown this once and stored as a hash. */
  key: z.string(),
  /** A service key's secret for Standard Webhooks (`whsec_…`), shown this once. */
  signing_secret: z.string().nullable(),
});

const keyInput = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("service"),
    name: text(80),
    /** Absent: `event:publish`. */
    scopes: z.array(z.enum(SERVICE_SCOPES)).min(1).max(SERVICE_SCOPES.length).optional(),
    /** Absent: the key has no end of its own. */
    expires_in_days: z.number().int().min(1).max(SERVICE_KEY_DAYS_MAX).optional(),
  }),
  z.strictObject({
    kind: z.literal("personal"),
    name: text(80),
    expires_in_days: z.number().int().min(1).max(PERSONAL_KEY_DAYS_MAX).optional(),
  }),
]);

export const keys = {
  list: oc
    .route({ method: "GET", path: "/v1/keys", tags: ["access"] })
    .output(z.object({ keys: z.array(keySummary) })),
  create: oc
    .route({ method: "POST", path: "/v1/keys", successStatus: 201, tags: ["access"] })
    .input(keyInput)
    .output(newKey),
  revoke: oc
    .route({ method: "POST", path: "/v1/keys/{key_id}/revoke", tags: ["access"] })
    .input(z.strictObject({ key_id: uuid }))
    .output(keySummary),
};

export type KeySummary = z.infer<typeof keySummary>;
export type NewKey = z.infer<typeof newKey>;
