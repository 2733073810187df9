import { oc } from "@orpc/contract";
import { z } from "zod";
import { RIGHTS, type Right, ROLES, SERVICE_SCOPES } from "../access/rights.ts";
import { PERSONAL_KEY_DAYS_MAX, SERVICE_KEY_DAYS_MAX } from "../kernel/limits.ts";
import {
  MESSAGE_STATES,
  type MessageState,
  PURPOSES,
  type Purpose,
  WORKSPACE_ID,
} from "../kernel/vocabulary.ts";

export { MESSAGE_STATES, type MessageState, PURPOSES, type Purpose, RIGHTS, SERVICE_SCOPES };

/**
 * The one description of the HTTP surface: validation, the OpenAPI document and the typed client come from it.
 * It runs in browsers too, so it imports nothing of Node. Names on the wire are snake_case; times are RFC 3339.
 */

const time = z.iso.datetime({ offset: true });
const uuid = z.uuid();
const text = (charsMax: number) => z.string().trim().min(1).max(charsMax);

export const TIMELINE_KINDS = [
  "event_seen",
  "decided",
  "held",
  "released",
  "cancelled",
  "attempted",
  "answered",
  "settled",
  "status",
  "duplicated",
  "reply",
  "consent",
] as const;

const reason = z.object({ code: z.string(), sentence: z.string() });

export const entityRef = z.object({
  type: z.enum(["order", "account"]),
  ref: z.string(),
  label: z.string().nullable(),
});

export const messageSummary = z.object({
  message_id: uuid,
  event_type: z.string(),
  entity: entityRef,
  rule_id: z.string(),
  purpose: z.enum(PURPOSES),
  channel: z.enum(["whatsapp"]),
  template: z.string(),
  language: z.string().nullable(),
  state: z.enum(MESSAGE_STATES),
  reason: reason.nullable(),
  /** Masked: `+1*******34`. A full number is never in a list. */
  recipient: z.string().nullable(),
  created_at: time,
  updated_at: time,
});

export const timelineEntry = z.object({
  at: time,
  kind: z.enum(TIMELINE_KINDS),
  /** One sentence for a person, complete in itself. */
  sentence: z.string(),
  message_id: uuid.nullable(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

export const timeline = z.object({ message: messageSummary, entries: z.array(timelineEntry) });

/** All that is known of one order or account, oldest first, over all its messages. */
export const entityTimeline = z.object({
  entity: entityRef,
  messages: z.array(messageSummary),
  entries: z.array(timelineEntry),
});

export const senderSummary = z.object({
  sender_id: uuid,
  channel: z.enum(["whatsapp"]),
  state: z.enum(["connecting", "connected", "token_invalid", "disconnected"]),
  /** The business's own number as Meta shows it. */
  display_phone_number: z.string().nullable(),
  verified_name: z.string().nullable(),
  quality: z.enum(["GREEN", "YELLOW", "RED", "UNKNOWN"]),
  waba_id: z.string(),
  phone_number_id: z.string(),
  app_id: z.string(),
  connected_at: time.nullable(),
});

export const senderCheck = z.object({
  id: z.enum(["token", "number", "webhook", "templates"]),
  ok: z.boolean(),
  sentence: z.string(),
  /** What to do and where; null where nothing is wrong. */
  fix: z.string().nullable(),
});

export const templateSummary = z.object({
  waba_id: z.string(),
  name: z.string(),
  language: z.string(),
  status: z.string(),
  category: z.string(),
  quality: z.string().nullable(),
  synced_at: time,
});

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

export const auditReport = z.object({
  ok: z.boolean(),
  entries: z.number().int(),
  head: z.object({ seq: z.number().int(), hash: z.string() }).nullable(),
  /** Each place where the chain does not hold: which entry and what is wrong with it. */
  faults: z.array(z.object({ seq: z.number().int(), fault: z.string() })),
});

const pageInput = { cursor: text(200).optional(), limit: z.coerce.number().int().min(1).max(100).optional() };
const nextCursor = z.string().nullable();

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

const workspaceId = z
  .string()
  .regex(WORKSPACE_ID, "lower-case letters, digits and dashes, at most 63 characters");

/** What everybody sends; the data of each type is checked by the vocabulary, which says what is missing. */
const cloudEvent = z.unknown().meta({
  type: "object",
  required: ["specversion", "id", "source", "type", "time", "data"],
  properties: {
    specversion: { type: "string", const: "1.0" },
    id: {
      type: "string",
      description: "With `source` the idempotency key: used again with another body it is refused.",
    },
    source: { type: "string", format: "uri-reference" },
    type: { type: "string", examples: ["order.placed"] },
    time: { type: "string", format: "date-time" },
    donotnotify: { type: "boolean" },
    data: { type: "object" },
  },
  description: "A CloudEvents 1.0 event of the vocabulary, in structured JSON mode.",
});

/** Routes that need a signed-in person or key name the right it must carry; the handler refuses the rest. */
export const contract = {
  me: {
    get: oc.route({ method: "GET", path: "/v1/me", tags: ["access"] }).output(
      z.object({
        workspace: z.object({ id: z.string(), name: z.string() }),
        user_id: z.string(),
        role: z.enum(ROLES),
        rights: z.array(z.enum(Object.keys(RIGHTS) as [Right, ...Right[]])),
        /** Where Graph calls go: pages show a banner when it is a simulator or another host than Meta's. */
        graph_url: z.string(),
      }),
    ),
  },
  members: {
    list: oc
      .route({ method: "GET", path: "/v1/members", tags: ["access"] })
      .output(
        z.object({ members: z.array(z.object({ user_id: z.string(), role: z.enum(ROLES), since: time })) }),
      ),
    set: oc
      .route({ method: "PUT", path: "/v1/members/{user_id}", tags: ["access"] })
      .input(z.strictObject({ user_id: text(200), role: z.enum(ROLES).exclude(["service"]) }))
      .output(z.object({ user_id: z.string(), role: z.enum(ROLES) })),
    /** The user's personal keys end with the membership. */
    remove: oc
      .route({ method: "DELETE", path: "/v1/members/{user_id}", tags: ["access"] })
      .input(z.strictObject({ user_id: text(200) }))
      .output(z.object({ user_id: z.string() })),
  },
  keys: {
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
  },
  workspaces: {
    list: oc
      .route({ method: "GET", path: "/v1/workspaces", tags: ["access"] })
      .output(
        z.object({ workspaces: z.array(z.object({ id: z.string(), name: z.string(), installed_at: time })) }),
      ),
    create: oc
      .route({ method: "POST", path: "/v1/workspaces", successStatus: 201, tags: ["access"] })
      .input(z.strictObject({ id: workspaceId, name: text(120) }))
      /** `owner_key` is the caller's personal key in the new workspace, shown this once. */
      .output(z.object({ id: z.string(), name: z.string(), owner_key: z.string() })),
  },
  senders: {
    list: oc
      .route({ method: "GET", path: "/v1/senders", tags: ["senders"] })
      .output(z.object({ senders: z.array(senderSummary) })),
    connect: oc
      .route({ method: "POST", path: "/v1/senders", successStatus: 201, tags: ["senders"] })
      .input(senderConnectInput)
      .output(senderSummary),
    check: oc
      .route({ method: "POST", path: "/v1/senders/{sender_id}/check", tags: ["senders"] })
      .input(z.strictObject({ sender_id: uuid }))
      .output(z.object({ ok: z.boolean(), checks: z.array(senderCheck) })),
  },
  templates: {
    list: oc
      .route({ method: "GET", path: "/v1/templates", tags: ["templates"] })
      .output(z.object({ templates: z.array(templateSummary) })),
    sync: oc
      .route({ method: "POST", path: "/v1/templates/sync", tags: ["templates"] })
      .output(z.object({ synced: z.number().int() })),
  },
  rules: {
    list: oc
      .route({ method: "GET", path: "/v1/rules", tags: ["rules"] })
      .output(z.object({ rules: z.array(ruleSummary) })),
    set: oc
      .route({ method: "PUT", path: "/v1/rules/{rule_id}", tags: ["rules"] })
      .input(z.strictObject({ rule_id: text(120), active: z.boolean() }))
      .output(ruleSummary),
  },
  messages: {
    list: oc
      .route({ method: "GET", path: "/v1/messages", tags: ["messages"] })
      .input(
        z.strictObject({
          ...pageInput,
          state: z.enum(MESSAGE_STATES).optional(),
          entity_type: z.enum(["order", "account"]).optional(),
          entity_ref: text(200).optional(),
        }),
      )
      .output(z.object({ messages: z.array(messageSummary), next_cursor: nextCursor })),
    timeline: oc
      .route({ method: "GET", path: "/v1/messages/{message_id}/timeline", tags: ["messages"] })
      .input(z.strictObject({ message_id: uuid }))
      .output(timeline),
    release: oc
      .route({ method: "POST", path: "/v1/messages/{message_id}/release", tags: ["messages"] })
      .input(z.strictObject({ message_id: uuid }))
      .output(messageSummary),
    cancel: oc
      .route({ method: "POST", path: "/v1/messages/{message_id}/cancel", tags: ["messages"] })
      .input(z.strictObject({ message_id: uuid }))
      .output(messageSummary),
  },
  entities: {
    timeline: oc
      .route({ method: "GET", path: "/v1/entities/{entity_type}/{entity_ref}/timeline", tags: ["messages"] })
      .input(z.strictObject({ entity_type: z.enum(["order", "account"]), entity_ref: text(200) }))
      .output(entityTimeline),
  },
  consents: {
    list: oc
      .route({ method: "GET", path: "/v1/consents", tags: ["consent"] })
      .input(z.strictObject({ entity_type: z.enum(["order", "account"]), entity_ref: text(200) }))
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
  },
  events: {
    publish: oc
      .route({ method: "POST", path: "/v1/events", successStatus: 202, tags: ["events"] })
      .input(cloudEvent)
      .output(
        z.object({
          event_id: z.string(),
          seen_before: z.boolean(),
          intents: z.array(
            z.object({
              message_id: uuid,
              rule_id: z.string(),
              state: z.enum(MESSAGE_STATES),
              reason: reason.nullable(),
            }),
          ),
        }),
      ),
  },
  audit: {
    verify: oc.route({ method: "POST", path: "/v1/audit/verify", tags: ["audit"] }).output(auditReport),
  },
};

export type Contract = typeof contract;
export type MessageSummary = z.infer<typeof messageSummary>;
export type TimelineEntry = z.infer<typeof timelineEntry>;
export type EntityTimeline = z.infer<typeof entityTimeline>;
export type SenderSummary = z.infer<typeof senderSummary>;
export type SenderCheck = z.infer<typeof senderCheck>;
export type TemplateSummary = z.infer<typeof templateSummary>;
export type RuleSummary = z.infer<typeof ruleSummary>;
export type ConsentSummary = z.infer<typeof consentSummary>;
export type KeySummary = z.infer<typeof keySummary>;
export type NewKey = z.infer<typeof newKey>;
export type AuditReport = z.infer<typeof auditReport>;
